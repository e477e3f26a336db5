"""Cards and the feed over HTTP: who sees what, what changes, what is refused."""

import io
import threading
import wave
from typing import Any

import pytest
from fastapi.testclient import TestClient
from rest_house import TOLD, House
from test_rest_rules import refused

from api.schemas import CardOut
from models import cards, library
from models.access import Role
from models.tables import Card

BELL = "when it rings like a small bell it is dry"
DULL = "If it sounds dull, wait until the morning"


def approve(client: TestClient, card: str) -> Any:
    answer = client.post(f"cards/{card}/transitions", json={"to": "approved"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_draft_is_for_reviewers_alone(house: House) -> None:
    card = house.card()
    assert house.client(Role.MANAGER).get(f"cards/{card}").json()["state"] == "draft"
    assert house.client(Role.EXPERT, expert="Mara").get(f"cards/{card}").status_code == 200
    for client in (house.client(Role.READER), house.client(Role.EXPERT, expert="Ivo")):
        refused(client.get(f"cards/{card}"), 404)
        assert client.get("cards").json()["items"] == []
    refused(house.client(Role.MANAGER).get("cards/nothing"), 404)


def test_a_card_looks_as_it_is_described(house: House) -> None:
    card = house.client(Role.MANAGER).get(f"cards/{house.card()}").json()
    CardOut.model_validate(card)
    assert set(CardOut.model_fields) == set(card)
    assert card["evidence"][0]["quote"] == BELL
    assert card["evidence"][0]["verified"] is True
    assert card["judgment"][0] == {"text": BELL, "evidence": [0], "by": "machine", "parts": []}


def test_lists_give_whole_cards_filtered_and_sorted(house: House) -> None:
    recording = house.recording()
    bell, dull = house.cards(recording, BELL, DULL)
    client = house.client(Role.MANAGER)
    expert = client.get("experts").json()["items"][0]["id"]

    def ids(query: str) -> list[str]:
        return [each["id"] for each in client.get(f"cards?{query}").json()["items"]]

    assert client.get("cards").json()["items"][0] == client.get(f"cards/{bell}").json()
    assert ids("sort=rank") == [bell, dull]
    assert ids("sort=title") == [dull, bell]
    assert ids(f"recording={recording}&expert={expert}&kind=cue&state=draft") == [bell, dull]
    assert ids("q=MORNING") == [dull]
    assert ids("q=nothing") == []
    assert ids("kind=warning") == []
    assert ids("state=approved") == []
    assert ids("owner=me") == []
    assert ids("due_before=2031-01-01T00:00:00Z") == []
    assert ids("first=true") == [bell, dull]
    assert ids("concept=none") == []
    assert ids("collection=none") == []


def test_the_next_card_is_the_best_one(house: House) -> None:
    bell, dull = house.cards(house.recording(), BELL, DULL)
    client = house.client(Role.EXPERT, expert="Mara")
    assert (client.get("cards/next").json()["card"]["id"], client.get("cards/next").json()["left"]) == (bell, 2)
    assert client.get("cards/next").json()["why"] == ["15 s"]
    approve(client, bell)
    assert client.get("cards/next").json()["card"]["id"] == dull
    approve(client, dull)
    assert client.get("cards/next").json() == {"card": None, "left": 0, "why": []}
    refused(house.client(Role.READER).get("cards/next"), 403)


def test_an_approved_card_reaches_readers_and_the_feed(house: House) -> None:
    card = house.card()
    reader = house.client(Role.READER)
    assert reader.get("feed").json()["items"] == []
    approved = approve(house.client(Role.MANAGER), card)
    assert (approved["state"], approved["served_revision"]) == ("approved", 1)
    [item] = reader.get("feed").json()["items"]
    assert (item["type"], item["card"]["id"]) == ("card.approved", card)
    assert item["card"] == reader.get(f"cards/{card}").json()
    assert [each["id"] for each in reader.get("cards").json()["items"]] == [card]


def test_an_edit_of_an_approved_card_waits_for_its_approval(house: House) -> None:
    card = house.card()
    client, reader = house.client(Role.MANAGER), house.client(Role.READER)
    approve(client, card)
    served = reader.get(f"cards/{card}")
    etag = client.get(f"cards/{card}").headers["etag"]
    patch = {"title": "Ring of the dry pot"}
    edited = client.patch(f"cards/{card}", json=patch, headers={"If-Match": etag})
    assert edited.status_code == 200, edited.text
    assert (edited.json()["title"], edited.json()["revision"], edited.json()["state"]) == (
        "Ring of the dry pot",
        2,
        "draft",
    )
    assert edited.headers["etag"] not in (etag, served.headers["etag"])
    assert reader.get(f"cards/{card}").json()["title"] == served.json()["title"]
    approve(client, card)
    assert reader.get(f"cards/{card}").json()["title"] == "Ring of the dry pot"
    assert [item["type"] for item in reader.get("feed").json()["items"]] == ["card.approved", "card.updated"]
    listed = client.get(f"cards/{card}/revisions").json()["items"]
    assert [each["number"] for each in listed] == [1, 2]
    assert client.get(f"cards/{card}/revisions/1").json()["title"] == served.json()["title"]
    assert [each["number"] for each in reader.get(f"cards/{card}/revisions").json()["items"]] == [2]
    refused(reader.get(f"cards/{card}/revisions/1"), 404)
    for odd in ("9", "0", "-1", "one", "99999999999999999999"):
        refused(client.get(f"cards/{card}/revisions/{odd}"), 404)


def test_a_change_must_name_the_version_it_saw(house: House) -> None:
    card = house.card()
    client = house.client(Role.MANAGER)
    etag = client.get(f"cards/{card}").headers["etag"]
    patch = {"title": "Other"}
    missing = client.patch(f"cards/{card}", json=patch)
    refused(missing, 428)
    assert missing.headers["etag"] == etag
    for wrong in ('"0n0"', f"W/{etag}", "nonsense", ""):
        stale = client.patch(f"cards/{card}", json=patch, headers={"If-Match": wrong})
        refused(stale, 412)
        assert stale.headers["etag"] == etag
    merge = {"If-Match": f'"other", {etag}', "Content-Type": "application/merge-patch+json"}
    edited = client.patch(f"cards/{card}", content=b'{"title": "Other"}', headers=merge)
    assert edited.status_code == 200
    stale = client.patch(f"cards/{card}", json=patch, headers={"If-Match": etag})
    refused(stale, 412)
    assert stale.headers["etag"] == edited.headers["etag"] == client.get(f"cards/{card}").headers["etag"]
    assert client.patch(f"cards/{card}", json={"title": "Third"}, headers={"If-Match": "*"}).status_code == 200


def test_a_move_may_name_the_version_it_saw(house: House) -> None:
    card = house.card()
    client = house.client(Role.MANAGER)
    etag = client.get(f"cards/{card}").headers["etag"]
    move = {"to": "in_review"}
    refused(client.post(f"cards/{card}/transitions", json=move, headers={"If-Match": '"0n0"'}), 412)
    refused(client.post(f"cards/{card}/transitions", json=move | {"revision": 7}), 409)
    moved = client.post(f"cards/{card}/transitions", json=move | {"revision": 1}, headers={"If-Match": etag})
    assert (moved.status_code, moved.json()["state"]) == (200, "in_review")
    refused(client.post(f"cards/{card}/transitions", json={"to": "approved"}, headers={"If-Match": etag}), 412)


MOVES = [
    # states on the way, moves that are refused there
    ([], ["retired", "draft"]),
    (["in_review"], ["retired", "in_review"]),
    (["approved"], ["draft", "in_review", "rejected", "approved"]),
    (["rejected"], ["approved", "in_review", "retired", "rejected"]),
    (["approved", "retired"], ["draft", "in_review", "approved", "rejected", "retired"]),
]


@pytest.mark.parametrize(("way", "refusals"), MOVES)
def test_a_move_that_is_not_allowed_names_those_that_are(house: House, way: list[str], refusals: list[str]) -> None:
    card = house.card()
    client = house.client(Role.MANAGER)
    for state in way:
        assert client.post(f"cards/{card}/transitions", json={"to": state}).json()["state"] == state
    for state in refusals:
        problem = refused(client.post(f"cards/{card}/transitions", json={"to": state}), 409)
        assert state in problem["detail"]
        assert way[-1:] == ["retired"] or any(each in problem["remedy"] for each in ("draft", "approved", "retired"))
    assert client.get(f"cards/{card}").json()["state"] == (way or ["draft"])[-1]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/to"),
        ({"to": "lost"}, "/to"),
        ({"to": "rejected", "reason": "ugly"}, "/reason"),
        ({"to": "rejected", "note": "x" * 6000}, "/note"),
        ({"to": "rejected", "by": "me"}, "/by"),
        ({"to": "approved", "revision": 0}, "/revision"),
        ({"to": "approved", "revision": 2**70}, "/revision"),
        ({"to": ["approved"]}, "/to"),
    ],
)
def test_a_move_that_does_not_fit_names_its_field(house: House, body: dict[str, Any], pointer: str) -> None:
    card = house.card()
    client = house.client(Role.MANAGER)
    problem = refused(client.post(f"cards/{card}/transitions", json=body), 422)
    assert pointer in [error["pointer"] for error in problem["errors"]]
    assert client.get(f"cards/{card}").json()["state"] == "draft"


def test_a_rejection_is_kept_with_its_reason(house: House) -> None:
    card = house.card()
    client = house.client(Role.MANAGER)
    body = {"to": "rejected", "reason": "duplicate", "note": "We have it."}
    assert client.post(f"cards/{card}/transitions", json=body).json()["review"]["reasons"] == ["duplicate"]
    history = client.get(f"cards/{card}/history").json()["items"]
    assert [each["type"] for each in history] == ["drafted", "moved"]
    assert (history[1]["before"], history[1]["after"], history[1]["reason"], history[1]["note"]) == (
        "draft",
        "rejected",
        "duplicate",
        "We have it.",
    )
    first = client.get(f"cards/{card}/history?limit=1").json()
    second = client.get(f"cards/{card}/history?limit=1&cursor={first['next']}").json()
    assert first["items"] + second["items"] == history
    assert second["next"] is None
    refused(house.client(Role.READER).get(f"cards/{card}/history"), 403)


def test_without_consent_nothing_is_approved(house: House) -> None:
    card = house.card(consent=None)
    client = house.client(Role.MANAGER)
    problem = refused(client.post(f"cards/{card}/transitions", json={"to": "approved"}), 422)
    assert "share_feed" in problem["detail"]
    recording = client.get(f"cards/{card}").json()["evidence"][0]["recording_id"]
    client.put(f"recordings/{recording}/consent", json="all")
    approve(client, card)


def test_without_verified_evidence_nothing_is_approved(house: House) -> None:
    client = house.client(Role.MANAGER)
    written = client.post("cards", json={"title": "Own words", "judgment": [{"text": "It is dry."}]})
    assert written.status_code == 201, written.text
    problem = refused(client.post(f"cards/{written.json()['id']}/transitions", json={"to": "approved"}), 422)
    assert "evidence" in problem["detail"]


def test_a_person_may_write_a_card(house: House) -> None:
    client = house.client(Role.EXPERT, expert="Mara")
    recording = house.recording()
    evidence = [{"recording_id": recording, "start_char": 40, "end_char": 60}]
    body = {"title": "Ring", "kind": "cue", "cues": [{"text": "a clear ring", "modality": "heard", "evidence": [0]}]}
    answer = client.post("cards", json=body | {"evidence": evidence})
    assert answer.status_code == 201, answer.text
    card = answer.json()
    assert answer.headers["location"].endswith(f"/cards/{card['id']}")
    assert card["cues"][0]["by"].startswith("human:")
    assert card["evidence"][0]["verified"] is True
    assert client.get(f"cards/{card['id']}").json() == card
    for wrong in (
        {},
        {"title": ""},
        body | {"colour": 1},
        body | {"evidence": [{"recording_id": "x", "start_char": 0, "end_char": 1}]},
    ):
        refused(client.post("cards", json=wrong), 422)
    refused(house.client(Role.READER).post("cards", json=body), 403)


BAD_PATCHES: list[Any] = [
    {"title": ""},
    {"title": 7},
    {"title": None},
    {"title": "x" * 301},
    {"kind": "song"},
    {"colour": "red"},
    {"state": "approved"},
    {"judgment": "text"},
    {"judgment": [{"text": ""}]},
    {"judgment": [{"text": "a", "evidence": [9]}]},
    {"judgment": [{"text": "a", "evidence": [-1]}]},
    {"judgment": [{"text": "a", "evidence": [2**60]}]},
    {"judgment": [{"text": "a", "by": "human:somebody"}]},
    {"judgment": [{"text": "a", "parts": [{"role": "condition", "start": 0, "end": 9}]}]},
    {"cues": [{"text": "a", "modality": "guessed"}]},
    {"concepts": ["unknown"]},
    {"due_at": "soon"},
    {"due_at": "2031-01-01T00:00:00"},
    {"due_at": "0001-01-01T00:00:00+14:00"},
    {"due_at": "9999-12-31T23:59:59-14:00"},
    {"due_at": 1e30},
    {"owner": ""},
    [],
    "title",
    None,
]


@pytest.mark.parametrize("patch", BAD_PATCHES, ids=str)
def test_a_patch_that_does_not_fit_changes_nothing(house: House, patch: Any) -> None:
    card = house.card()
    client = house.client(Role.MANAGER)
    before = client.get(f"cards/{card}")
    refused(client.patch(f"cards/{card}", json=patch, headers={"If-Match": before.headers["etag"]}), 422)
    after = client.get(f"cards/{card}")
    assert (after.json(), after.headers["etag"]) == (before.json(), before.headers["etag"])


def test_who_sees_only_what_is_served_changes_nothing(house: House) -> None:
    card = house.card()
    approve(house.client(Role.MANAGER), card)
    for client in (house.client(Role.READER), house.client(Role.EXPERT, expert="Ivo")):
        etag = client.get(f"cards/{card}").headers["etag"]
        refused(client.patch(f"cards/{card}", json={"title": "Mine"}, headers={"If-Match": etag}), 403)
        refused(client.post(f"cards/{card}/transitions", json={"to": "retired"}), 403)
        refused(client.get(f"cards/{card}/history"), 403)


def test_evidence_can_be_heard(house: House) -> None:
    card = house.card()
    client = house.client(Role.MANAGER)

    def seconds(query: str) -> float:
        answer = client.get(f"cards/{card}/evidence/0/clip{query}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/wav")
        with wave.open(io.BytesIO(answer.content)) as sound:
            return sound.getnframes() / sound.getframerate()

    assert seconds("?pad_s=0") == pytest.approx(0.8, abs=0.01)
    assert seconds("?pad_s=0.2") == pytest.approx(1.2, abs=0.01)
    assert seconds("?pad_s=5") == pytest.approx(2.0, abs=0.05)  # no further than the sound goes
    assert seconds("") > 0.8
    for odd in ("-1", "6", "nan", "inf", "1e400", "x"):
        refused(client.get(f"cards/{card}/evidence/0/clip?pad_s={odd}"), 422)
    for odd in ("1", "-1", "x", "99999999999999999999"):
        refused(client.get(f"cards/{card}/evidence/{odd}/clip"), 404)


def test_without_seconds_or_sound_there_is_no_clip(house: House) -> None:
    client = house.client(Role.MANAGER)
    [card] = house.cards(house.recording(sound=False), BELL, timed=False)
    refused(client.get(f"cards/{card}/evidence/0/clip"), 404)


def test_a_reader_hears_only_voices_that_agreed(house: House) -> None:
    recording = house.recording()
    [card] = house.cards(recording, BELL)
    manager, reader = house.client(Role.MANAGER), house.client(Role.READER)
    approve(manager, card)
    assert reader.get(f"cards/{card}/evidence/0/clip").status_code == 200
    said = [{"expert": "Mara", "scopes": ["mine", "quote", "share_feed"]}]
    assert manager.put(f"recordings/{recording}/consent", json=said).status_code == 200
    refused(reader.get(f"cards/{card}/evidence/0/clip"), 403)
    assert manager.get(f"cards/{card}/evidence/0/clip").status_code == 200


def test_a_retired_card_stands_in_the_feed_as_its_tombstone(house: House) -> None:
    card = house.card()
    client, reader = house.client(Role.MANAGER), house.client(Role.READER)
    approve(client, card)
    cursor = reader.get("feed").json()["next"]
    assert reader.get(f"feed?cursor={cursor}").json() == {"items": [], "next": cursor}
    client.post(f"cards/{card}/transitions", json={"to": "retired", "reason": "outdated"})
    [item] = reader.get(f"feed?cursor={cursor}").json()["items"]
    assert (item["type"], item["tombstone"]) == ("card.retired", {"id": card, "reason": "outdated"})
    replayed = reader.get("feed").json()["items"]
    assert all("card" not in each for each in replayed)  # nothing brings it back
    assert [each["seq"] for each in replayed] == sorted(each["seq"] for each in replayed)
    refused(reader.get(f"cards/{card}"), 410)


def test_the_feed_is_told_by_its_etag(house: House) -> None:
    card = house.card()
    reader = house.client(Role.READER)
    before = reader.get("feed")
    assert reader.get("feed", headers={"If-None-Match": before.headers["etag"]}).status_code == 304
    approve(house.client(Role.MANAGER), card)
    after = reader.get("feed", headers={"If-None-Match": before.headers["etag"]})
    assert (after.status_code, len(after.json()["items"])) == (200, 1)
    assert 'rel="next"' in after.headers["link"]


def test_the_feed_keeps_to_a_collection(house: House) -> None:
    admin = house.client(Role.ADMIN)
    here, there = (admin.post("collections", json={"name": name}).json()["id"] for name in ("Here", "There"))
    card = house.card(collection=here)
    approve(admin, card)
    reader = house.client(Role.READER)
    assert len(reader.get(f"feed?collection={here}").json()["items"]) == 1
    assert reader.get(f"feed?collection={there}").json()["items"] == []
    bound = house.client(Role.READER, collections=[there])
    assert bound.get("feed").json()["items"] == []
    assert bound.get(f"feed?collection={here}").json()["items"] == []
    assert bound.get("cards").json()["items"] == []
    refused(bound.get(f"cards/{card}"), 404)


def test_of_twins_that_come_at_once_one_is_done(house: House) -> None:
    """Twelve times the same request with the same key, and twelve approvals of the same card without one."""
    card = house.card()
    answers: list[Any] = []
    with TestClient(house.app, base_url="http://testserver/api/v1/") as client:
        client.headers["Authorization"] = f"Bearer {house.key(Role.MANAGER)}"
        assert house.jobs.running

        def ask(number: int) -> None:
            headers = {"Idempotency-Key": "twin"} if number % 2 else {}
            path, body = (
                ("experts", {"name": "Twin"}) if number % 2 else (f"cards/{card}/transitions", {"to": "approved"})
            )
            answers.append((number % 2, client.post(path, json=body, headers=headers)))

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(24)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        added = [answer for kind, answer in answers if kind]
        moved = sorted(answer.status_code for kind, answer in answers if not kind)
        assert {answer.status_code for answer in added} == {201}
        assert len({answer.content for answer in added}) == 1
        assert moved == [200] + [409] * 11
        names = [each["name"] for each in client.get("experts").json()["items"]]
        assert names.count("Twin") == 1
        assert len(client.get("feed").json()["items"]) == 1
    assert not house.jobs.running


def test_etags_are_those_of_the_store(house: House) -> None:
    card = house.card()
    with house.database.reading() as session:
        row = session.get_one(Card, card)
        caller = house.caller(Role.MANAGER)
        wanted = cards.etag(library.view(session, caller, row))
    assert house.client(Role.MANAGER).get(f"cards/{card}").headers["etag"] == wanted


# Proposals


def test_a_proposal_is_read_accepted_and_approved(house: House) -> None:
    recording_id = house.recording()
    card, other = house.cards(recording_id, BELL, "damp glaze crawls in the fire")
    manager = house.client(Role.MANAGER)
    untouched = manager.get(f"cards/{other}").headers["etag"]
    house.correct(recording_id, TOLD.replace("small bell", "little bell"))
    assert manager.get(f"recordings/{recording_id}").json()["counts"]["proposals"] == 1
    assert [each["id"] for each in manager.get("cards?proposed=true").json()["items"]] == [card]
    assert manager.get(f"cards/{other}").headers["etag"] == untouched

    (proposal,) = manager.get(f"cards/{card}/proposals?state=open").json()["items"]
    assert proposal["kind"] == "wording"
    assert proposal["why"] == "The transcript reads differently now: “small” reads “little”."
    assert {"slot": "judgment", "old": BELL, "new": BELL.replace("small", "little")} in proposal["changes"]
    assert proposal["card"]["evidence"][0]["verified"]
    where = f"cards/{card}/proposals/{proposal['id']}"
    assert manager.post(f"{where}/accept").status_code == 428
    assert manager.post(f"{where}/accept", headers={"If-Match": '"1-0"'}).status_code == 412
    etag = manager.get(f"cards/{card}").headers["etag"]
    answer = manager.post(f"{where}/accept", headers={"If-Match": etag})
    assert answer.status_code == 200
    assert answer.json()["judgment"][0]["text"] == BELL.replace("small", "little")
    assert answer.json()["judgment"][0]["by"] == "machine"
    assert answer.headers["etag"] != etag
    again = manager.post(f"{where}/reject")
    assert (again.status_code, again.json()["type"]) == (409, "urn:problem-type:tacit:conflict")
    (done,) = manager.get(f"cards/{card}/proposals").json()["items"]
    assert (done["state"], done["by"]) == ("accepted", manager.get(f"cards/{card}/history").json()["items"][-1]["by"])
    assert manager.get(f"cards/{card}/proposals?state=open").json()["items"] == []


def test_a_rejected_proposal_leaves_the_card(house: House) -> None:
    recording_id = house.recording()
    (card,) = house.cards(recording_id, BELL)
    manager = house.client(Role.MANAGER)
    house.correct(recording_id, TOLD.replace("small bell", "little bell"))
    etag = manager.get(f"cards/{card}").headers["etag"]
    (proposal,) = manager.get(f"cards/{card}/proposals").json()["items"]
    answer = manager.post(f"cards/{card}/proposals/{proposal['id']}/reject")
    assert (answer.status_code, answer.json()["state"]) == (200, "rejected")
    assert manager.get(f"cards/{card}").headers["etag"] == etag
    assert manager.get(f"recordings/{recording_id}").json()["counts"]["proposals"] == 0


def test_proposals_are_for_those_who_review_the_card(house: House) -> None:
    recording_id = house.recording()
    (card,) = house.cards(recording_id, BELL)
    house.correct(recording_id, TOLD.replace("small bell", "little bell"))
    manager = house.client(Role.MANAGER)
    (proposal,) = manager.get(f"cards/{card}/proposals").json()["items"]
    approved = manager.post(f"cards/{card}/transitions", json={"to": "approved"})
    assert approved.status_code == 200
    assert house.client(Role.READER).get(f"cards/{card}/proposals").status_code == 403
    stranger = house.client(Role.EXPERT, expert="Nobody")
    assert stranger.get(f"cards/{card}/proposals").status_code == 403
    refused = stranger.post(f"cards/{card}/proposals/{proposal['id']}/accept", headers={"If-Match": "*"})
    assert refused.status_code == 403
    own = house.client(Role.EXPERT, expert="Mara")
    assert len(own.get(f"cards/{card}/proposals").json()["items"]) == 1
    unknown = own.post(f"cards/{card}/proposals/none/reject")
    assert (unknown.status_code, "read the card's proposals again" in unknown.json()["remedy"]) == (404, True)
