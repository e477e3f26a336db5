"""Follow-up questions over HTTP: who sees which, in what order, and how they are answered."""

from dataclasses import replace
from typing import Any

import numpy as np
from rest_house import House, drafted, two_turns
from test_rest_rules import refused

from api.schemas import CardGapOut
from models import drafts, store
from models.access import Role
from models.tables import Recording, RecordingState
from models.values import Draft, Gap, GapReason

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
