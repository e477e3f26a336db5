"""What people say of single lines: over HTTP, on the page, and what becomes of it later."""

from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from rest_house import House, drafted, two_turns
from sqlalchemy import func, select
from test_pages import browser, hidden, post
from test_rest_rules import refused

from api.schemas import CardOut
from models import drafts
from models.access import Role
from models.tables import LineVerdict

BELL = "when it rings like a small bell it is dry"
DULL = "If it sounds dull, wait until the morning"


def two_lines(house: House) -> str:
    """A card with two lines in its judgment, each on a quote of its own."""
    recording = house.recording()
    made = drafted(recording, two_turns(), BELL, DULL)
    with house.database.writing() as session:
        return drafts.add_drafts(session, recording, [made], vectors=np.eye(1, 8, dtype=np.float32))[0].id


def judge(client: TestClient, card: str, *, etag: str | None = "now", **said: Any) -> Any:
    """What comes of a verdict; `etag` "now": the one that the card has."""
    headers = {"If-Match": client.get(f"cards/{card}").headers["etag"] if etag == "now" else etag} if etag else {}
    return client.post(f"cards/{card}/verdicts", json=said, headers=headers)


def lines(card: Any) -> list[str]:
    return [line["text"] for line in card["judgment"]]


def test_to_accept_a_line_changes_nothing_but_is_told(house: House) -> None:
    client, card = house.client(Role.MANAGER), two_lines(house)
    before = client.get(f"cards/{card}")
    answer = judge(client, card, etag=None, verdict="accept", slot="judgment", line=1)
    assert answer.status_code == 200, answer.text
    after = answer.json()
    CardOut.model_validate(after)
    [verdict] = after["review"]["verdicts"]
    assert (verdict["verdict"], verdict["slot"], verdict["line"], verdict["to"]) == ("accept", "judgment", DULL, None)
    assert (verdict["revision"], verdict["reason"]) == (1, None)
    assert verdict["by"].startswith("human:")
    assert {**after, "review": None} == {**before.json(), "review": None}
    assert answer.headers["etag"] != before.headers["etag"]


def test_a_rejected_line_leaves_the_card_in_a_new_revision(house: House) -> None:
    client, card = house.client(Role.MANAGER), two_lines(house)
    after = judge(client, card, verdict="reject", slot="judgment", line=0, reason="not_knowledge", note="small talk")
    assert (lines(after.json()), after.json()["revision"], after.json()["state"]) == ([DULL], 2, "draft")
    assert after.json()["review"]["reasons"] == ["not_knowledge"]
    assert after.json()["review"]["verdicts"][0]["line"] == BELL
    [event] = [each for each in client.get(f"cards/{card}/history").json()["items"] if each["type"] == "line_rejected"]
    assert (event["reason"], event["note"], event["revision"]) == ("not_knowledge", "small talk", 2)
    assert [each["number"] for each in client.get(f"cards/{card}/revisions").json()["items"]] == [1, 2]


def test_readers_keep_what_is_approved_when_a_line_is_rejected(house: House) -> None:
    client, reader, card = house.client(Role.MANAGER), house.client(Role.READER), two_lines(house)
    client.post(f"cards/{card}/transitions", json={"to": "approved"})
    served = reader.get(f"cards/{card}").json()
    judge(client, card, verdict="reject", slot="judgment", line=0)
    assert client.get(f"cards/{card}").json()["state"] == "draft"
    assert reader.get(f"cards/{card}").json() == served
    assert [each["verdict"] for each in served["review"]["verdicts"]] == ["accept"]


def test_other_words_are_the_persons_and_keep_the_evidence(house: House) -> None:
    client, card = house.client(Role.MANAGER), two_lines(house)
    after = judge(client, card, verdict="edit", slot="judgment", line=1, text="A dull sound: wait.").json()
    line = after["judgment"][1]
    assert (line["text"], line["evidence"], line["by"][:6]) == ("A dull sound: wait.", [1], "human:")
    assert [each["line"] for each in after["review"]["verdicts"]] == [DULL]
    assert after["judgment"][0]["by"] == "machine"


def test_a_verdict_on_a_slot_is_one_on_each_of_its_lines(house: House) -> None:
    client, card = house.client(Role.MANAGER), two_lines(house)
    accepted = judge(client, card, verdict="accept", slot="judgment").json()
    assert [each["line"] for each in accepted["review"]["verdicts"]] == [BELL, DULL]
    rejected = judge(client, card, verdict="reject", slot="judgment").json()
    assert lines(rejected) == []
    assert [each["verdict"] for each in rejected["review"]["verdicts"]] == ["reject", "reject"]


def test_the_same_person_has_one_verdict_on_a_line_and_others_have_their_own(house: House) -> None:
    client, other, card = house.client(Role.MANAGER), house.client(Role.EXPERT, expert="Mara"), two_lines(house)
    for _ in range(2):
        judge(client, card, verdict="accept", slot="judgment", line=0)
    judge(other, card, verdict="accept", slot="judgment", line=0)
    said = judge(client, card, verdict="reject", slot="judgment", line=0, reason="wrong").json()["review"]["verdicts"]
    assert [each["verdict"] for each in said] == ["accept", "reject"]
    assert len({each["by"] for each in said}) == 2


def test_a_verdict_said_again_changes_nothing(house: House) -> None:
    client, card = house.client(Role.MANAGER), two_lines(house)
    first = judge(client, card, verdict="accept", slot="judgment", line=0)
    again = judge(client, card, verdict="accept", slot="judgment", line=0)
    assert (again.json(), again.headers["etag"]) == (first.json(), first.headers["etag"])


def test_an_opinion_taken_back_puts_the_line_where_it_was(house: House) -> None:
    client, card = house.client(Role.MANAGER), two_lines(house)
    before = client.get(f"cards/{card}").json()["judgment"]
    [verdict] = judge(client, card, verdict="reject", slot="judgment", line=0).json()["review"]["verdicts"]
    where = f"cards/{card}/verdicts/{verdict['id']}"
    refused(client.delete(where), 428)
    refused(client.delete(where, headers={"If-Match": '"1-' + "0" * 32 + '"'}), 412)
    after = client.delete(where, headers={"If-Match": client.get(f"cards/{card}").headers["etag"]})
    assert after.json()["judgment"] == before
    assert (after.json()["review"]["verdicts"], after.json()["revision"]) == ([], 3)
    refused(client.delete(where), 404)


def test_an_accepted_line_taken_back_wants_no_version(house: House) -> None:
    client, card = house.client(Role.MANAGER), two_lines(house)
    [verdict] = judge(client, card, verdict="accept", slot="judgment", line=0).json()["review"]["verdicts"]
    assert client.delete(f"cards/{card}/verdicts/{verdict['id']}").json()["revision"] == 1


def test_only_a_manager_takes_back_what_another_said(house: House) -> None:
    manager, expert, card = house.client(Role.MANAGER), house.client(Role.EXPERT, expert="Mara"), two_lines(house)
    [first] = judge(manager, card, verdict="accept", slot="judgment", line=0).json()["review"]["verdicts"]
    refused(expert.delete(f"cards/{card}/verdicts/{first['id']}"), 403)
    second = judge(expert, card, verdict="accept", slot="judgment", line=1).json()["review"]["verdicts"][-1]
    assert manager.delete(f"cards/{card}/verdicts/{second['id']}").status_code == 200


def test_what_changes_a_card_must_name_the_version_it_saw(house: House) -> None:
    client, card = house.client(Role.MANAGER), two_lines(house)
    seen = client.get(f"cards/{card}").headers["etag"]
    reject = {"verdict": "reject", "slot": "judgment", "line": 0}
    refused(judge(client, card, etag=None, **reject), 428)
    assert judge(client, card, etag=seen, **reject).status_code == 200
    refused(judge(client, card, etag=seen, **reject), 412)  # else a second click would take off the next line
    assert lines(client.get(f"cards/{card}").json()) == [DULL]


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"verdict": "accept", "slot": "taste"}, "/slot"),  # no such slot
        ({"verdict": "accept", "slot": "cues"}, "/line"),  # an empty one
        ({"verdict": "accept", "slot": "judgment", "line": 2}, "/line"),  # behind the last line
        ({"verdict": "accept", "slot": "judgment", "line": -1}, "/line"),
        ({"verdict": "edit", "slot": "judgment", "line": 0}, "/text"),  # an edit without words
        ({"verdict": "edit", "slot": "judgment", "line": 0, "text": " "}, "/text"),
        ({"verdict": "edit", "slot": "judgment", "text": "All of them."}, "/line"),  # of every line at once
        ({"verdict": "edit", "slot": "metaphors", "line": 0, "text": "A bell."}, "/slot"),
        ({"verdict": "reject", "slot": "judgment", "line": 0, "text": "Words."}, "/text"),
        ({"verdict": "accept", "slot": "judgment", "line": 0, "reason": "wrong"}, "/reason"),
        ({"verdict": "reject", "slot": "judgment", "line": 0, "reason": "boring"}, "/reason"),
        ({"verdict": "perhaps", "slot": "judgment", "line": 0}, "/verdict"),
    ],
)
def test_a_verdict_that_does_not_fit_is_refused_and_nothing_kept(house: House, said: Any, pointer: str) -> None:
    client, card = house.client(Role.MANAGER), two_lines(house)
    before = client.get(f"cards/{card}")
    answer = judge(client, card, **said)
    refused(answer, 422)
    assert pointer in [each["pointer"] for each in answer.json()["errors"]]
    assert client.get(f"cards/{card}").headers["etag"] == before.headers["etag"]


def test_only_who_may_review_a_card_judges_its_lines(house: House) -> None:
    card = two_lines(house)
    accept = {"verdict": "accept", "slot": "judgment", "line": 0}
    refused(house.client(Role.READER).post(f"cards/{card}/verdicts", json=accept), 403)
    refused(house.client(Role.EXPERT, expert="Ivo").post(f"cards/{card}/verdicts", json=accept), 404)
    manager = house.client(Role.MANAGER)
    manager.post(f"cards/{card}/transitions", json={"to": "approved"})
    manager.post(f"cards/{card}/transitions", json={"to": "retired"})
    refused(manager.post(f"cards/{card}/verdicts", json=accept), 409)


def test_a_figure_of_speech_is_judged_like_a_line(house: House) -> None:
    client, card = house.client(Role.MANAGER), two_lines(house)
    after = judge(client, card, verdict="reject", slot="metaphors", line=0, reason="not_knowledge").json()
    assert (after["metaphors"], after["review"]["verdicts"][0]["line"]) == ([], "rings like a small bell")


def test_a_verdict_on_withdrawn_words_keeps_none_of_them(house: House) -> None:
    client, card = house.client(Role.MANAGER), two_lines(house)
    recording = client.get(f"cards/{card}").json()["evidence"][0]["recording_id"]
    judge(client, card, verdict="reject", slot="judgment", line=0)
    assert client.delete(f"recordings/{recording}").status_code == 200
    with house.database.reading() as session:
        kept = session.scalars(select(LineVerdict)).one()
        assert "bell" not in str([getattr(kept, each.name) for each in LineVerdict.__table__.columns])
    assert client.get(f"cards/{card}").json()["review"]["verdicts"][0]["line"] is None


def test_a_line_is_judged_and_put_back_on_the_page_without_a_script(house: House) -> None:
    card = two_lines(house)
    client = browser(house)
    where = f"/cards/{card}/verdicts"
    page = client.get(f"/cards/{card}").text
    fields = {"slot": "judgment", "line": 1, "seen": hidden(page, "seen")}
    page = post(client, where, page, verdict="accept", reason="wrong", **fields).text
    assert "You said that this is right" in page
    page = post(
        client, where, page, verdict="reject", reason="unclear", slot="judgment", line=0, seen=hidden(page, "seen")
    ).text
    assert "Taken off this card" in page
    assert f"<del>{BELL}</del>" in page
    api = house.client(Role.MANAGER)
    rejected = api.get(f"cards/{card}").json()["review"]["verdicts"][-1]
    assert rejected["reason"] == "unclear"
    page = post(client, f"{where}/{rejected['id']}/take-back", page, seen=hidden(page, "seen")).text
    assert "Taken off this card" not in page
    assert lines(api.get(f"cards/{card}").json()) == [BELL, DULL]


@pytest.mark.parametrize(
    "fields",
    [
        {"slot": "judgment", "line": "0", "verdict": "maybe"},
        {"slot": "judgment", "line": "first", "verdict": "accept"},
        {"slot": "judgment", "line": "0", "verdict": "reject", "reason": "boring"},
        {"slot": "nothing", "line": "0", "verdict": "accept"},
    ],
)
def test_a_form_that_nobody_made_is_refused(house: House, fields: dict[str, str]) -> None:
    card = two_lines(house)
    client = browser(house)
    page = client.get(f"/cards/{card}").text
    answer = post(client, f"/cards/{card}/verdicts", page, seen=hidden(page, "seen"), **fields)
    assert answer.status_code == 422
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(LineVerdict)) == 0
