"""What others say about a card, and the map: for everybody as much as they may see."""

import re
from typing import Any

import numpy as np
import pytest
from factories import recorded
from rest_house import House, drafted, two_turns

from api.schemas import MapOut, VoicesOut
from models import drafts, store
from models.access import Role
from models.cards import draft_id
from models.drafts import Gathered, NewLink
from models.tables import Card, CardState, ClusterRow
from models.values import Said

RINGS, DULL = "when it rings like a small bell it is dry", "If it sounds dull, wait until the morning"


def gathered(house: House, kind: str, why: str = "", *, expert: str = "Ole") -> tuple[str, str]:
    """Ids of an older card of Mara's and of a newer one of somebody else's that is linked to it."""
    with house.database.writing() as session:
        told = [
            recorded(session, expert=name, sha256=name.ljust(64, "0"), said=two_turns()).id for name in ("Mara", expert)
        ]
    older = add(house, told[0], RINGS)
    newer = draft_id(drafted(told[1], two_turns(), RINGS))
    link = NewLink(newer, older, kind, 0.9, why, 0, 0)
    group = Gathered({newer: "g1"}, {"g1": "rings like a small bell"}, (link,), {"g1": ["bell", "rings"]})
    add(house, told[1], RINGS, gathered=group)
    return older, newer


def add(house: House, recording: str, *quotes: str, gathered: Gathered = drafts.NOTHING_GATHERED) -> str:
    made = [drafted(recording, two_turns(), quote) for quote in quotes]
    said = [Said((quote,), np.eye(1, 8, dtype=np.float32)) for quote in quotes]
    vectors = np.eye(len(made), 8, dtype=np.float32)
    with house.database.writing() as session:
        return drafts.add_drafts(session, recording, made, vectors=vectors, said=said, gathered=gathered)[0].id


def approve(house: House, card: str) -> None:
    manager = house.client(Role.MANAGER)
    answer = manager.post(f"cards/{card}/transitions", json={"to": "approved"})
    assert answer.status_code == 200, answer.text


def voices(house: House, card: str, role: Role = Role.MANAGER, **bound: Any) -> Any:
    answer = house.client(role, **bound).get(f"cards/{card}/voices")
    assert answer.status_code == 200, answer.text
    VoicesOut.model_validate(answer.json())
    return answer.json()


@pytest.mark.parametrize(
    ("kind", "why", "seen_from_newer", "seen_from_older"),
    [
        ("same_as", "", "same_as", "same_as"),
        ("refines", "reason", "refines", "refined_by"),
        # the older one says more: kept as the same, with what is more
        ("same_as", "number", "refined_by", "refines"),
        ("contradicts", "negation", "contradicts", "contradicts"),
        ("related", "", "related", "related"),
    ],
)
def test_both_cards_tell_of_the_other_and_the_older_one_is_unchanged(
    house: House, kind: str, why: str, seen_from_newer: str, seen_from_older: str
) -> None:
    older, newer = gathered(house, kind, why)
    for card, seen in ((newer, seen_from_newer), (older, seen_from_older)):
        (item,) = voices(house, card)["items"]
        assert (item["kind"], item["statement"], item["other_statement"]) == (seen, RINGS, RINGS)
        assert [one["name"] for one in item["experts"]] == ["Mara" if card == newer else "Ole"]
        found = house.client(Role.MANAGER).get(f"cards/{card}").json()
        assert [(one["name"], one["stance"]) for one in found["experts"]] == [
            ("Ole" if card == newer else "Mara", "supports")  # what a machine noticed is not what the card rests on
        ]


def test_who_agrees_and_who_does_not_is_counted(house: House) -> None:
    older, newer = gathered(house, "same_as")
    assert voices(house, older)["same"] == {"experts": 2, "recordings": 2}
    assert voices(house, older)["otherwise"] == {"experts": 0, "recordings": 0}
    manager = house.client(Role.MANAGER)
    manager.post(f"cards/{newer}/transitions", json={"to": "rejected", "reason": "wrong"})
    assert voices(house, older) == {
        "same": {"experts": 1, "recordings": 1},
        "otherwise": {"experts": 0, "recordings": 0},
        "items": [],  # nobody stands by it any more
    }


def test_nobody_hears_of_cards_that_they_may_not_see(house: House) -> None:
    older, newer = gathered(house, "contradicts", "number")
    assert voices(house, newer, Role.EXPERT, expert="Ole")["items"] == []
    approve(house, newer)
    assert voices(house, newer, Role.READER)["items"] == []
    approve(house, older)
    (item,) = voices(house, newer, Role.READER)["items"]
    assert (item["card"], item["statement"], item["other_statement"]) == (older, None, None)


def test_what_was_said_is_told_only_while_its_experts_agree(house: House) -> None:
    older, newer = gathered(house, "contradicts", "number")
    manager = house.client(Role.MANAGER)
    recording = manager.get(f"cards/{older}").json()["evidence"][0]["recording_id"]
    manager.delete(f"recordings/{recording}")
    assert voices(house, newer)["items"] == []


def test_a_contradiction_is_shown_to_be_checked(house: House) -> None:
    from test_pages import browser

    older, newer = gathered(house, "contradicts", "number")
    page = browser(house).get(f"/cards/{older}").text
    assert "Check these two: another number" in page
    assert "1 expert in 1 recording says otherwise" in page
    assert page.count(f"<blockquote>{RINGS}</blockquote>") >= 2
    assert f'href="/cards/{newer}"' in page


# ---- the map


def test_the_map_shows_what_one_may_see(house: House) -> None:
    older, newer = gathered(house, "same_as")
    found = house.client(Role.MANAGER).get("map")
    MapOut.model_validate(found.json())
    assert {card["id"] for card in found.json()["cards"]} == {older, newer}
    (group,) = found.json()["groups"]
    assert (group["label"], group["tags"], group["cards"]) == ("rings like a small bell", ["bell", "rings"], 1)
    again = house.client(Role.MANAGER).get("map", headers={"If-None-Match": found.headers["ETag"]})
    assert again.status_code == 304
    assert house.client(Role.READER).get("map").json() == {"cards": [], "groups": []}
    approve(house, newer)
    (card,) = house.client(Role.READER).get("map").json()["cards"]
    same = next(one for one in house.client(Role.MANAGER).get("map").json()["cards"] if one["id"] == newer)
    assert card == same
    assert card["state"] == "approved"


def test_a_group_is_called_by_words_that_one_may_read(house: House) -> None:
    _, newer = gathered(house, "same_as")
    approve(house, newer)
    (group,) = house.client(Role.READER).get("map").json()["groups"]
    title = house.client(Role.READER).get(f"cards/{newer}").json()["title"]
    assert (group["label"], group["tags"]) == (title, [])


def test_what_people_refused_is_not_on_the_map(house: House) -> None:
    older, newer = gathered(house, "same_as")
    house.client(Role.MANAGER).post(f"cards/{newer}/transitions", json={"to": "rejected", "reason": "wrong"})
    assert [card["id"] for card in house.client(Role.MANAGER).get("map").json()["cards"]] == [older]


def test_the_map_is_a_picture_with_a_list_below_it(house: House) -> None:
    from test_pages import browser

    client = browser(house)
    assert "Nothing is on the map yet" in client.get("/map").text
    older, newer = gathered(house, "same_as")
    page = client.get("/map").text
    assert page.count("<circle") == 2
    for card in (older, newer):
        assert page.count(f'href="/cards/{card}"') == 2  # a dot and a line of the list
    assert re.search(r"<text [^>]*>rings like a small bell</text>", page)
    assert "bell, rings" in page
    assert "On their own" in page


def test_a_withdrawn_recording_takes_its_tags_along(house: House) -> None:
    older, newer = gathered(house, "same_as")
    with house.database.writing() as session:
        from models.tables import PassageRow

        session.get_one(PassageRow, older).cluster_id = "g1"
        session.get_one(PassageRow, older).text = "A small bell."
        recording = session.get_one(Card, newer).sources[0].recording_id
    house.client(Role.MANAGER).delete(f"recordings/{recording}")
    with house.database.reading() as session:
        row = session.get_one(ClusterRow, "g1")
        assert (row.label, row.tags) == ("A small bell.", ["bell"])
        assert session.get_one(Card, newer).state is CardState.RETIRED
        assert store.living(session, session.get_one(Card, older).sources[0].recording_id)
