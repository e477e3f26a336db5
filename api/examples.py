"""One of each thing, as OpenAPI shows it."""

from typing import Any

RECORDING: dict[str, Any] = {
    "id": "0b6f0f7c2c1f4d6fa4a3a3c1a7f6a001",
    "title": "Mara on glazing",
    "collection": None,
    "language": "en",
    "vocabulary": "bisque, celadon",
    "speakers": None,
    "file_name": "mara.m4a",
    "media_type": "audio/mp4",
    "sha256": "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
    "state": "working",
    "stage": "transcribe",
    "fraction": 0.41,
    "eta_s": 312.0,
    "warnings": [],
    "problem": None,
    "duration_s": 2710.4,
    "answers_gap": None,
    "experts": [{"id": "9a1d2f3b4c5e6f708192a3b4c5d6e7f8", "name": "Mara"}],
    "consent": [
        {"expert": "9a1d2f3b4c5e6f708192a3b4c5d6e7f8", "scopes": ["mine", "quote", "share_feed"], "until": None}
    ],
    "counts": {"statements": 0, "findings": 0, "cards": 0, "first": 0, "approved": 0, "proposals": 0},
    "seconds": {"plan": 4.2},
    "stages": [
        {"name": "plan", "state": "done", "seconds": 4.2},
        {"name": "transcribe", "state": "now", "seconds": None},
        {"name": "assemble", "state": "left", "seconds": None},
        {"name": "mine", "state": "left", "seconds": None},
        {"name": "embed", "state": "left", "seconds": None},
        {"name": "draft", "state": "left", "seconds": None},
        {"name": "gather", "state": "left", "seconds": None},
    ],
    "created_at": "2026-05-04T08:00:00.000000Z",
    "updated_at": "2026-05-04T08:02:10.500000Z",
}

CARD: dict[str, Any] = {
    "id": "c1d2e3f405162738495a6b7c8d9eaf10",
    "revision": 2,
    "served_revision": 2,
    "state": "approved",
    "kind": "cue",
    "title": "When the pot rings it is dry",
    "title_by": "human:7d1c",
    "title_choices": [],
    "rank": 0.83,
    "first": True,
    "why_late": None,
    "situation": [],
    "cues": [
        {
            "text": "it rings like a small bell",
            "modality": "heard",
            "threshold": None,
            "threshold_value": None,
            "evidence": [0],
            "by": "machine",
            "parts": [],
        }
    ],
    "judgment": [],
    "action": [],
    "rationale": [],
    "exceptions": [],
    "novice_errors": [],
    "warnings": [],
    "metaphors": [
        {
            "expression": "rings like a small bell",
            "kind": "simile",
            "source": "bell",
            "target": "pot",
            "evidence": [0],
            "by": "machine",
        }
    ],
    "concepts": [],
    "gaps": [
        {
            "id": "g1",
            "slot": "cues",
            "reason": "hard_to_say",
            "question": "You said “it sounds dull”. What do you hear that tells you?",
            "answered_by": None,
            "rank": 0.81,
            "said": {
                "recording_id": RECORDING["id"],
                "transcript_sha256": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
                "start_char": 840,
                "end_char": 881,
                "quote": "If it sounds dull, wait until the morning.",
                "start_s": 63.4,
                "end_s": 66.0,
                "speaker": "Mara",
                "question": "How do you know that it is dry?",
            },
        }
    ],
    "evidence": [
        {
            "index": 0,
            "recording_id": RECORDING["id"],
            "transcript_sha256": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
            "start_char": 812,
            "end_char": 838,
            "quote": "it rings like a small bell",
            "start_s": 61.2,
            "end_s": 63.0,
            "speaker": "Mara",
            "question": "How do you know that it is dry?",
            "confidence": 0.91,
            "verified": True,
            "suspect": False,
            "outdated": False,
            "reasons": ["near to “perceptual cue”", "cue: “rings”"],
        }
    ],
    "experts": [{"id": "9a1d2f3b4c5e6f708192a3b4c5d6e7f8", "name": "Mara", "stance": "supports"}],
    "collection": None,
    "owner": None,
    "verified_at": "2026-05-05T09:00:00.000000Z",
    "due_at": None,
    "due": False,
    "superseded_by": None,
    "links": [],
    "provenance": {
        "pipeline": "tacit 0.1.0",
        "models": [{"stage": "transcribe", "name": "small", "version": "1", "sha256": None}],
    },
    "review": {"verdicts": [], "reasons": []},
    "created_at": "2026-05-04T08:30:00.000000Z",
    "updated_at": "2026-05-05T09:00:00.000000Z",
}

CONCEPT: dict[str, Any] = {
    "id": "relief-valve",
    "pref_label": "relief valve",
    "alt_labels": ["pop-off", "relief valves"],
    "broader": ["valve"],
    "narrower": [],
    "related": ["suction-line"],
    "definitions": [
        {
            "id": "5d1f0c2b7a9e4f31",
            "text": "That little one on top is what we call the pop-off.",
            "by": "machine",
            "recording_id": RECORDING["id"],
            "transcript_sha256": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
            "start_char": 1204,
            "end_char": 1255,
        }
    ],
    "card_count": 1,
    "cards": [{"id": CARD["id"], "title": CARD["title"], "kind": "cue", "state": "approved"}],
    "merged": ["pop-off"],
    "hidden": False,
    "by": "machine",
    "weight": 14.2,
    "created_at": "2026-05-04T08:30:00.000000Z",
}

PROPOSAL: dict[str, Any] = {
    "id": "f0e1d2c3b4a5968778695a4b3c2d1e0f",
    "kind": "wording",
    "state": "open",
    "why": "The transcript reads differently now: “wings” reads “rings”.",
    "recording": RECORDING["id"],
    "other": None,
    "base_revision": 2,
    "changes": [{"slot": "cues", "old": "it wings like a small bell", "new": "it rings like a small bell"}],
    "card": {**CARD, "revision": 3, "state": "draft"},
    "created_at": "2026-05-07T10:00:00.000000Z",
    "by": None,
    "at": None,
}

CORRECTION: dict[str, Any] = {
    "speakers": {"Speaker 1": {"name": "Mara", "role": "expert"}},
    "turns": [{"start_char": 39, "end_char": 52, "speaker": "Ivo"}],
    "words": [{"start_char": 812, "end_char": 816, "text": "glaze"}],
    "listened": [{"start_char": 901, "end_char": 918}],
}

FEED: dict[str, Any] = {
    "items": [
        {"seq": 17, "type": "card.approved", "at": "2026-05-05T09:00:00.000000Z", "card": CARD},
        {
            "seq": 18,
            "type": "card.retired",
            "at": "2026-05-06T07:30:00.000000Z",
            "tombstone": {"id": "a0b1c2d3e4f5061728394a5b6c7d8e9f", "reason": "outdated"},
        },
    ],
    "next": "WyJmZWVkIiwgMThd",
}

PROBLEM: dict[str, Any] = {
    "type": "urn:problem-type:tacit:invalid",
    "title": "A value does not fit.",
    "status": 422,
    "detail": "?limit: Input should be less than or equal to 200, got '500'.",
    "remedy": "Correct the fields named in “errors” and send the request again.",
    "errors": [{"pointer": "?limit", "detail": "Input should be less than or equal to 200, got '500'"}],
}

GAP: dict[str, Any] = {
    **CARD["gaps"][0],
    "card": {name: CARD[name] for name in ("id", "title", "state")},
    "experts": [{"id": "9a1d2f3b4c5e6f708192a3b4c5d6e7f8", "name": "Mara"}],
}

_SAID = CARD["gaps"][0]["said"]
_SOURCE: dict[str, Any] = {
    "recording_id": _SAID["recording_id"],
    "recording": RECORDING["title"],
    "start_s": _SAID["start_s"],
    "speaker": _SAID["speaker"],
    "quote": _SAID["quote"],
}
FOLLOW_UP: dict[str, Any] = {
    "expert_id": "9a1d2f3b4c5e6f708192a3b4c5d6e7f8",
    "expert": "Mara",
    "recordings": [RECORDING["title"]],
    "first": [
        {
            "gap_id": "g1",
            "question": GAP["question"],
            "why": "Known without words for it: there is a sign behind it.",
            "rank": GAP["rank"],
            "card_id": CARD["id"],
            "card": CARD["title"],
            "source": _SOURCE,
        }
    ],
    "more": [],
    "probes": [
        {
            "id": "cues",
            "name": "Cues",
            "method": "Critical Decision Method",
            "question": "What did you see, hear, smell or feel at that moment that told you?",
            "covered_by": _SOURCE,
            "asked": _SAID["question"],
        }
    ],
}

VOICES: dict[str, Any] = {
    "same": {"experts": 2, "recordings": 2},
    "otherwise": {"experts": 1, "recordings": 1},
    "items": [
        {
            "card": "d4e5f60718293a4b5c6d7e8f90a1b2c3",
            "title": "Dry a thick pot for three days",
            "state": "draft",
            "kind": "contradicts",
            "why": "number",
            "score": 0.91,
            "statement": "A thick pot has to dry for five days.",
            "other_statement": "A thick pot has to dry for three days.",
            "experts": [{"id": "9a1d2f3b4c5e6f708192a3b4c5d6e7f9", "name": "Ole"}],
        }
    ],
}

MAP: dict[str, Any] = {
    "cards": [
        {
            "id": "c1d2e3f405162738495a6b7c8d9eaf10",
            "title": "When the pot rings it is dry",
            "state": "approved",
            "group": "5b1e6f708192a3b4c5d6e7f8091a2b3c",
            "x": 0.1234,
            "y": -0.0871,
        }
    ],
    "groups": [
        {
            "id": "5b1e6f708192a3b4c5d6e7f8091a2b3c",
            "label": "When the pot rings it is dry",
            "tags": ["dry", "pot", "rings"],
            "cards": 1,
            "x": 0.1234,
            "y": -0.0871,
        }
    ],
}
