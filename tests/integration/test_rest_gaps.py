"""Follow-up questions over HTTP: who sees which, in what order, and how they are answered."""

from dataclasses import replace
from typing import Any

import numpy as np
from rest_house import House, drafted, tone, two_turns
from test_rest_rules import refused

from api.schemas import CardGapOut
from models import drafts, store
from models.access import Role
from models.tables import Recording, RecordingState
from models.values import Draft, Gap, GapReason
from pipeline.imports import read_transcript

BELL = "when it rings like a small bell it is dry"
DULL = "If it sounds dull, wait until the morning"


def asking(draft: Draft, *gaps: tuple[str, float]) -> Draft:
    """The draft with gaps of these ids and ranks, about its first quote."""
    said = draft.content.evidence[0]
    asked = tuple(
        Gap(name, "cues", GapReason.HARD_TO_SAY, f"What of {name}?", rank=rank, said=said) for name, rank in gaps
    )
    return replace(draft, content=replace(draft.content, gaps=asked))


def with_gaps(house: House, recording_id: str) -> list[str]:
    """Ids of two cards, with three gaps and one."""
    said = two_turns()
    bell, dull = drafted(recording_id, said, BELL), drafted(recording_id, said, DULL, rank=0.5)
    made = [asking(bell, ("low", 0.2), ("best", 0.9), ("middle", 0.5)), asking(dull, ("second", 0.8))]
    with house.database.writing() as session:
        rows = drafts.add_drafts(session, recording_id, made, vectors=np.eye(2, 8, dtype=np.float32))
        return [row.id for row in rows]


def ids(answer: Any) -> list[str]:
    return [item["id"] for item in answer.json()["items"]]


def test_gaps_come_best_first_whole_and_page_by_page(house: House) -> None:
    bell, _ = with_gaps(house, house.recording())
    client = house.client(Role.MANAGER)
    assert ids(client.get("gaps")) == ["best", "second", "middle", "low"]
    gap = client.get("gaps").json()["items"][0]
    CardGapOut.model_validate(gap)
    assert set(gap) == set(CardGapOut.model_fields)
    assert gap["card"] == {"id": bell, "title": "When when says dry", "state": "draft"}
    assert (gap["said"]["quote"], gap["said"]["start_s"]) == (BELL, 0.6)
    assert [expert["name"] for expert in gap["experts"]] == ["Mara"]
    first = client.get("gaps?limit=3")
    assert ids(first) == ["best", "second", "middle"]
    assert ids(client.get(f"gaps?limit=3&cursor={first.json()['next']}")) == ["low"]
    refused(client.get("gaps?cursor=nonsense"), 422)
    refused(client.get("gaps?state=draft"), 422)


def test_gaps_are_filtered(house: House) -> None:
    recording = house.recording()
    bell, dull = with_gaps(house, recording)
    client = house.client(Role.MANAGER)
    mara = client.get("experts").json()["items"][0]["id"]
    assert ids(client.get(f"gaps?card={dull}")) == ["second"]
    assert len(ids(client.get(f"gaps?recording={recording}&expert={mara}&answered=false"))) == 4
    for nothing in ("card=other", "recording=other", "expert=other", "collection=other", "answered=true"):
        assert ids(client.get(f"gaps?{nothing}")) == []
    client.post(f"cards/{bell}/transitions", json={"to": "rejected", "reason": "not_knowledge"})
    assert ids(client.get("gaps")) == ["second"]  # nobody asks more about what was rejected


def test_who_may_not_see_a_card_sees_none_of_its_gaps(house: House) -> None:
    bell, _ = with_gaps(house, house.recording())
    reader = house.client(Role.READER)
    assert ids(house.client(Role.EXPERT, expert="Mara").get("gaps")) == ["best", "second", "middle", "low"]
    assert ids(house.client(Role.EXPERT, expert="Ivo").get("gaps")) == []
    assert ids(house.client(Role.MANAGER, collections=["elsewhere"]).get("gaps")) == []
    assert ids(reader.get("gaps")) == []
    house.client(Role.MANAGER).post(f"cards/{bell}/transitions", json={"to": "approved"})
    assert ids(reader.get("gaps")) == ["best", "middle", "low"]


def test_without_the_consent_to_quote_nothing_is_asked(house: House) -> None:
    recording = house.recording()
    with_gaps(house, recording)
    client = house.client(Role.MANAGER)
    agreed = [{"expert": "Mara", "scopes": ["mine"]}]
    assert client.put(f"recordings/{recording}/consent", json=agreed).status_code == 200
    assert ids(client.get("gaps")) == []


def test_a_gap_is_answered_once_the_drafts_of_its_answer_are_there(house: House) -> None:
    bell, _ = with_gaps(house, house.recording())
    client = house.client(Role.MANAGER)
    answer = house.recording(title="About the bell", sound=False)
    with house.database.writing() as session:
        row = session.get_one(Recording, answer)
        row.answers_gap, row.state = "best", RecordingState.WORKING
    assert "best" in ids(client.get("gaps?answered=false"))
    with house.database.writing() as session:
        store.set_state(session, answer, RecordingState.READY)
    assert ids(client.get("gaps?answered=false")) == ["second", "middle", "low"]
    assert client.get("gaps?answered=true").json()["items"][0]["answered_by"] == answer
    shown = {gap["id"]: gap["answered_by"] for gap in client.get(f"cards/{bell}").json()["gaps"]}
    assert shown == {"low": None, "best": answer, "middle": None}
    client.delete(f"recordings/{answer}")
    assert "best" in ids(client.get("gaps?answered=false"))


SPOKEN = "It sounds like a wet cardboard box, and the edge of the pot stays dark."


def test_a_typed_answer_is_a_recording_with_the_question_in_it(house: House) -> None:
    with_gaps(house, house.recording())
    client = house.client(Role.MANAGER)
    answer = client.post("gaps/best/answers", json={"text": f" {SPOKEN}\nExpert: And no more. "})
    assert answer.status_code == 202, answer.text
    row = client.get(f"recordings/{answer.json()['id']}").json()
    assert answer.headers["location"] == f"/api/v1/recordings/{row['id']}"
    assert (row["answers_gap"], row["title"]) == ("best", "Answer to: What of best?")
    assert [expert["name"] for expert in row["experts"]] == ["Mara"]
    assert house.jobs.queued[-1][0] == row["id"]
    with house.database.reading() as session:
        blob = session.get_one(Recording, row["id"]).transcript_sha256 or ""
    read = read_transcript(house.blobs.path(blob).read_bytes(), "answer.txt")
    assert [(turn.speaker, read.text[turn.start_char : turn.end_char]) for turn in read.turns] == [
        ("Interviewer", "What of best?"),
        ("Expert", f"{SPOKEN} Expert: And no more."),
    ]


def test_a_spoken_answer_is_heard_as_one_speaker(house: House) -> None:
    with_gaps(house, house.recording())
    client = house.client(Role.MANAGER)
    files = {"file": ("answer.wav", tone(1.0))}
    answer = client.post("gaps/best/answers", files=files, data={"title": "By the kiln", "experts": "Ivo"})
    assert answer.status_code == 202, answer.text
    row = answer.json()
    assert (row["speakers"], row["title"], row["experts"][0]["name"]) == (1, "By the kiln", "Ivo")
    again = client.post("gaps/best/answers", files=files)
    assert (again.status_code, again.json()["id"]) == (200, row["id"])
    refused(client.post("gaps/second/answers", files=files), 409)


def test_an_expert_answers_for_themselves(house: House) -> None:
    with_gaps(house, house.recording())
    mara = house.client(Role.EXPERT, expert="Mara")
    answer = mara.post("gaps/best/answers", data={"text": SPOKEN, "experts": "Ivo"}, files={})
    refused(answer, 415)  # a form that is no multipart form
    answer = mara.post("gaps/best/answers", files={"text": (None, SPOKEN), "experts": (None, "Ivo")})
    assert answer.status_code == 202, answer.text
    assert [expert["name"] for expert in answer.json()["experts"]] == ["Mara"]
    refused(house.client(Role.EXPERT).post("gaps/best/answers", json={"text": SPOKEN}), 404)
    refused(house.client(Role.EXPERT, expert="Ivo").post("gaps/best/answers", json={"text": SPOKEN}), 404)
    refused(house.client(Role.READER).post("gaps/best/answers", json={"text": SPOKEN}), 403)


def test_what_is_no_answer_is_refused_and_nothing_is_kept(house: House) -> None:
    with_gaps(house, house.recording())
    client = house.client(Role.MANAGER)
    before = house.contents()
    both = {"text": (None, SPOKEN), "file": ("answer.wav", tone(1.0))}
    for sent in (
        {"json": {"text": "  "}},
        {"json": {}},
        {"json": {"text": SPOKEN, "colour": "red"}},
        {"files": {"title": (None, "Nothing")}},
        {"files": both},
    ):
        refused(client.post("gaps/best/answers", **sent), 422)
    refused(client.post("gaps/best/answers", content=b"{", headers={"content-type": "application/json"}), 400)
    refused(client.post("gaps/best/answers", content=b"x", headers={"content-type": "text/plain"}), 415)
    refused(client.post("gaps/nothing/answers", json={"text": SPOKEN}), 404)
    assert house.contents() == before


def test_the_same_request_answers_once(house: House) -> None:
    with_gaps(house, house.recording())
    client = house.client(Role.MANAGER)
    key = {"Idempotency-Key": "once"}
    first = client.post("gaps/best/answers", json={"text": SPOKEN}, headers=key)
    again = client.post("gaps/best/answers", json={"text": SPOKEN}, headers=key)
    assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])
    assert again.headers["idempotency-replayed"] == "true"
