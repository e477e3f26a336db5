"""The JSON of a card is the one that the contract names."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from factories import DONE, DRUM, HOLLOW, draft, transcript

from models.cards import (
    CardExpert,
    CardView,
    Link,
    Mark,
    Verdict,
    document,
    draft_id,
    etag,
    marks,
    proposed,
    version_seen,
    words_of,
)
from models.tables import CardState, VerdictKind
from models.values import CardContent, CardKind, ModelStamp

CONTRACT = (
    *("id", "revision", "state", "kind", "title", "title_choices", "rank", "situation", "cues", "judgment", "action"),
    *("rationale", "exceptions", "novice_errors", "warnings", "metaphors", "concepts", "gaps", "evidence", "experts"),
    *("owner", "verified_at", "due_at", "superseded_by", "links", "provenance", "review", "created_at", "updated_at"),
)
SAID = transcript()


def test_a_proposed_card_has_every_member_in_order() -> None:
    shown = proposed(draft("r1", SAID, HOLLOW, DONE), SAID.text)
    assert [name for name in shown if name in CONTRACT] == list(CONTRACT)
    assert set(shown) - set(CONTRACT) == {"served_revision", "title_by", "first", "why_late", "collection", "due"}
    json.dumps(shown, allow_nan=False)


def test_a_cue_has_its_sense_and_other_lines_have_none() -> None:
    shown = proposed(draft("r1", SAID, HOLLOW, DONE), SAID.text)
    assert shown["cues"] == [
        {
            "text": HOLLOW,
            "modality": "heard",
            "threshold": "hollow",
            "threshold_value": None,
            "evidence": [0],
            "by": "machine",
            "parts": [],
        }
    ]
    assert shown["judgment"] == [{"text": DONE, "evidence": [1], "by": "machine", "parts": []}]


def test_a_cue_says_what_number_its_threshold_names() -> None:
    one = draft("r1", SAID, HOLLOW)
    cue = replace(one.content.cues[0], threshold="at least 20 seconds")
    shown = proposed(replace(one, content=replace(one.content, cues=(cue,))), SAID.text)
    wanted = {"comparator": "at_least", "number": 20.0, "number_to": None, "unit": "second"}
    assert shown["cues"][0]["threshold_value"] == wanted


def test_figures_of_speech_and_gaps_are_written_out() -> None:
    shown = proposed(draft("r1", SAID, DRUM), SAID.text)
    assert shown["metaphors"] == [
        {
            "expression": "like a drum",
            "kind": "simile",
            "source": "drum",
            "target": "loaf",
            "evidence": [0],
            "by": "machine",
        }
    ]
    assert list(shown["gaps"][0]) == ["id", "slot", "reason", "question", "answered_by", "rank", "said"]


def test_evidence_is_verified_against_the_text() -> None:
    shown = proposed(draft("r1", SAID, HOLLOW), SAID.text)["evidence"][0]
    assert shown["verified"] is True
    assert shown["outdated"] is False
    assert SAID.text[shown["start_char"] : shown["end_char"]] == shown["quote"] == HOLLOW
    assert list(shown)[-3:] == ["verified", "suspect", "outdated"]


@pytest.mark.parametrize(
    ("change", "verified"),
    [
        ({}, True),
        ({"quote": HOLLOW.upper()}, False),  # every letter counts
        ({"start_char": 0}, False),
        ({"start_char": -5}, False),  # no counting from the end
        ({"transcript_sha256": "0" * 64}, False),  # a revision that nobody kept
        ({"quote": "", "end_char": 0, "start_char": 0}, False),  # nothing proves nothing
    ],
)
def test_only_what_stands_there_is_verified(change: dict[str, object], verified: bool) -> None:
    content = draft("r1", SAID, HOLLOW).content
    evidence = replace(content.evidence[0], **change)  # type: ignore[arg-type]
    found = marks(replace(content, evidence=(evidence,)), {SAID.sha256: SAID.text}, {"r1": SAID.sha256})
    assert found[0].verified is verified


def test_evidence_is_outdated_when_a_newer_revision_reads_differently() -> None:
    content = draft("r1", SAID, HOLLOW, DONE).content
    newer = transcript(SAID.text.partition("\n")[2].replace("hollow", "dull"))
    texts = {SAID.sha256: SAID.text, newer.sha256: newer.text}
    found = marks(content, texts, {"r1": newer.sha256})
    assert [(mark.verified, mark.outdated) for mark in found] == [(True, True), (True, False)]


def test_the_same_passage_always_becomes_the_same_card() -> None:
    first = draft("r1", SAID, HOLLOW)
    other_words = replace(first, content=replace(first.content, title="Another"), rank=0.1)
    assert draft_id(first) == draft_id(other_words)
    assert draft_id(first) != draft_id(draft("r2", SAID, HOLLOW))
    assert draft_id(first) != draft_id(draft("r1", SAID, DONE))


def test_what_surrounds_a_card_is_written_out() -> None:
    noon = datetime(2031, 1, 31, 12, tzinfo=UTC)
    stamps = (ModelStamp("pipeline", "tacit", "1.2"), ModelStamp("embed", "minilm", "2", "ab"))
    view = CardView(
        id="c1",
        revision=3,
        state=CardState.APPROVED,
        content=CardContent(CardKind.WARNING, "Hot", models=stamps),
        marks=(),
        rank=0.5,
        first=True,
        experts=(CardExpert("e1", "Ada", "supports"),),
        verified_at=noon,
        links=(Link("c2", "related", 0.8, "machine"),),
        verdicts=(Verdict(CardState.REJECTED, 2, "human:u1", noon, "unclear", "say when", VerdictKind.REJECT),),
    )
    shown = document(view)
    assert shown["experts"] == [{"id": "e1", "name": "Ada", "stance": "supports"}]
    assert shown["links"] == [{"to": "c2", "kind": "related", "score": 0.8, "by": "machine"}]
    assert shown["verified_at"] == "2031-01-31T12:00:00.000000Z"
    assert shown["provenance"] == {
        "pipeline": "tacit 1.2",
        "models": [{"stage": "embed", "name": "minilm", "version": "2", "sha256": "ab"}],
    }
    assert shown["review"]["reasons"] == ["unclear"]
    assert shown["review"]["verdicts"][0]["at"] == "2031-01-31T12:00:00.000000Z"


def test_an_etag_changes_with_anything_that_is_shown_and_with_every_version() -> None:
    content = draft("r1", SAID, HOLLOW).content
    view = CardView("c1", 1, CardState.DRAFT, content, (Mark(True, False),), 0.5, True, version=7)
    others = [
        replace(view, version=8),
        replace(view, owner="Ann"),
        replace(view, marks=(Mark(True, True),)),
        replace(view, content=replace(content, title="Other")),
    ]
    assert len({etag(view), *map(etag, others)}) == 5
    assert etag(view) == etag(replace(view))
    assert version_seen(etag(view)) == 7
    assert version_seen('"7-short"') is None


def test_a_search_looks_into_title_lines_and_figures_of_speech() -> None:
    words = words_of(draft("r1", SAID, HOLLOW, DONE, DRUM).content)
    for piece in ("i knock on", "the crumb has set", "like a drum"):
        assert piece in words


def test_the_text_that_proves_a_draft_is_named_by_its_hash() -> None:
    assert SAID.sha256 == hashlib.sha256(SAID.text.encode()).hexdigest()
