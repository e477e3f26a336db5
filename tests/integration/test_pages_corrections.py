"""The transcript's editor as a browser without JavaScript meets it."""

import html
import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from rest_house import House
from test_pages import browser, hidden, post
from test_rest_corrections import heard, where

from models import store
from models.access import Role
from models.db import Database
from models.tables import RecordingState

SAID = (
    ("Speaker 1", "How do you know that it is dry?"),
    ("Speaker 2", "I tap the bot. It wrings like a small bell. And when is that?"),
    ("Speaker 1", "It depends."),
)


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    return House.build(database, tmp_path / "data")


@pytest.fixture
def recording(house: House) -> str:
    """Revision 2 is what a machine heard, all of it in doubt."""
    found = house.recording()
    heard(house, found, *SAID)
    return found


def lines(house: House, recording: str) -> list[tuple[str, str]]:
    turns = house.client(Role.MANAGER).get(where(recording)).json()["turns"]
    return [(turn["speaker"], turn["text"]) for turn in turns]


def turn_page(client: TestClient, recording: str, number: int) -> str:
    """The page to which a turn's link leads."""
    page = client.get(f"/recordings/{recording}").text
    link = re.search(rf'href="(/recordings/{recording}/turns/{number}\?seen=\d+)"', page)
    assert link is not None
    return client.get(link[1]).text


def typed(page: str) -> str:
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.S)
    assert found is not None
    return html.unescape(found[1])


def save(client: TestClient, recording: str, number: int, page: str, **fields: Any) -> Any:
    fields = {"text": typed(page), "seen": hidden(page, "seen"), **fields}
    return post(client, f"/recordings/{recording}/turns/{number}", page, **fields)


def test_a_turn_is_typed_anew_and_only_the_changed_words_change(house: House, recording: str) -> None:
    client = browser(house)
    page = turn_page(client, recording, 1)
    assert typed(page) == SAID[1][1]
    answer = save(client, recording, 1, page, text="I tap the pot.\r\nIt rings like a small bell. And when is that?")

    assert "Saved." in answer.text
    assert answer.history[0].headers["location"].endswith("#turn-1")
    assert lines(house, recording)[1] == ("Speaker 2", "I tap the pot. It rings like a small bell. And when is that?")
    words = house.client(Role.MANAGER).get(where(recording)).json()["words"]
    assert [word["text"] for word in words if "corrected" in word["marks"]] == ["pot.", "rings"]
    assert "a person&#39;s own words" in answer.text


def test_saving_an_untouched_turn_makes_no_revision(house: House, recording: str) -> None:
    client = browser(house)
    answer = save(client, recording, 1, turn_page(client, recording, 1))
    assert "Nothing was changed." in answer.text
    assert house.client(Role.MANAGER).get(where(recording)).json()["revision"] == 2


def test_an_emptied_turn_goes(house: House, recording: str) -> None:
    client = browser(house)
    save(client, recording, 2, turn_page(client, recording, 2), text=" ")
    assert lines(house, recording) == list(SAID[:2])


def test_a_turn_is_split_where_another_speaker_begins(house: House, recording: str) -> None:
    client = browser(house)
    page = turn_page(client, recording, 1)
    since = re.search(r'<option value="(\d+)">“And when is that\?”', page)
    assert since is not None
    save(client, recording, 1, page, speaker="0", since=since[1])
    assert lines(house, recording)[1:] == [
        ("Speaker 2", "I tap the bot. It wrings like a small bell."),
        ("Speaker 1", "And when is that? It depends."),
    ]


def test_a_whole_turn_is_given_to_somebody_new(house: House, recording: str) -> None:
    client = browser(house)
    save(client, recording, 2, turn_page(client, recording, 2), other="  Ann  ")
    assert lines(house, recording)[2] == ("Ann", "It depends.")


def test_speakers_are_named_and_given_roles(house: House, recording: str) -> None:
    client = browser(house)
    page = client.get(f"/recordings/{recording}").text
    fields = {"seen": hidden(page, "seen"), "name.0": "Ivo", "role.0": "interviewer"}
    post(client, f"/recordings/{recording}/speakers", page, **fields, **{"name.1": "Mara", "role.1": "other"})
    turns = house.client(Role.MANAGER).get(where(recording)).json()["turns"]
    assert [(turn["speaker"], turn["role"]) for turn in turns] == [
        ("Ivo", "interviewer"),
        ("Mara", "other"),
        ("Ivo", "interviewer"),
    ]


def test_two_speakers_are_swapped_by_one_click_and_back_by_another(house: House, recording: str) -> None:
    client = browser(house)
    page = client.get(f"/recordings/{recording}").text
    post(client, f"/recordings/{recording}/speakers", page, seen=hidden(page, "seen"), swap="yes")
    assert [speaker for speaker, _ in lines(house, recording)] == ["Speaker 2", "Speaker 1", "Speaker 2"]
    page = client.get(f"/recordings/{recording}").text
    assert "Undo the last correction" in page
    post(client, f"/recordings/{recording}/restore", page, seen="3", number="2")
    assert lines(house, recording) == list(SAID)


def test_three_speakers_cannot_be_swapped(house: House, recording: str) -> None:
    client = browser(house)
    save(client, recording, 2, turn_page(client, recording, 2), other="Ann")
    page = client.get(f"/recordings/{recording}").text
    assert "Swap the two speakers" not in page
    answer = post(client, f"/recordings/{recording}/speakers", page, seen=hidden(page, "seen"), swap="yes")
    assert answer.status_code == 422


def test_who_has_listened_says_so_and_the_doubt_is_gone(house: House, recording: str) -> None:
    client = browser(house)
    page = client.get(f"/recordings/{recording}").text
    assert "doubtful: a loop" in page
    [extent] = re.findall(r'name="turn" value="turn-2"><input type="hidden" name="listened" value="([\d-]+)"', page)
    post(client, f"/recordings/{recording}/listened", page, seen="2", turn="turn-2", listened=extent)
    words = house.client(Role.MANAGER).get(where(recording)).json()["words"]
    assert [word["marks"] for word in words[-2:]] == [["corrected"], ["corrected"]]
    assert "suspect" in words[0]["marks"]
    one = turn_page(client, recording, 1)
    [extent] = re.findall(r'type="checkbox" name="listened" value="([\d-]+)"', one)
    save(client, recording, 1, one, text=SAID[1][1].replace("bot", "pot"), listened=extent)
    words = house.client(Role.MANAGER).get(where(recording)).json()["words"]
    assert {word["suspect"] for word in words[8:]} == {None}


def test_what_was_typed_while_somebody_else_saved_is_kept(house: House, recording: str) -> None:
    client, other = browser(house), browser(house, Role.EXPERT, expert="Mara")
    mine, theirs = turn_page(client, recording, 1), turn_page(other, recording, 1)
    longer = turn_page(other, recording, 0)
    save(other, recording, 0, longer, text="", listened=[])  # the turn has another number from now on
    assert lines(house, recording) == list(SAID[1:])

    answer = save(client, recording, 1, mine, text="I tap the pot, twice.")
    assert answer.status_code == 412
    assert "What you typed is still here" in answer.text
    assert typed(answer.text) == "I tap the pot, twice."
    assert "As it stands now: Speaker 2" in answer.text
    again = post(
        client, f"/recordings/{recording}/turns/0", answer.text, text="I tap the pot.", seen=hidden(answer.text, "seen")
    )
    assert again.status_code == 200
    assert lines(house, recording)[0] == ("Speaker 2", "I tap the pot.")
    assert save(other, recording, 1, theirs).status_code == 412


def test_names_typed_while_somebody_else_saved_are_kept(house: House, recording: str) -> None:
    client = browser(house)
    page = client.get(f"/recordings/{recording}").text
    save(client, recording, 2, turn_page(client, recording, 2), text="It always depends.")
    fields = {"seen": hidden(page, "seen"), "name.0": "Ivo", "name.1": "Mara <b>"}
    answer = post(client, f"/recordings/{recording}/speakers", page, **fields)
    assert answer.status_code == 412
    assert 'value="Ivo"' in answer.text
    assert 'value="Mara &lt;b&gt;"' in answer.text


ODD: list[tuple[str, dict[str, Any], int]] = [
    ("turns/1", {"seen": "2", "text": "a\x00b"}, 422),
    ("turns/1", {"seen": "2", "text": "x" * 20_001}, 422),
    ("turns/1", {"seen": "2", "text": SAID[1][1], "other": "x" * 201}, 422),
    ("turns/1", {"seen": "2", "text": SAID[1][1], "other": "Ann", "since": "0"}, 422),
    ("turns/1", {"seen": "2", "text": SAID[1][1], "listened": "everything"}, 422),
    ("turns/1", {"seen": "2", "text": SAID[1][1], "speaker": "2"}, 422),
    ("turns/1", {"seen": "2", "text": SAID[1][1], "speaker": "Ann"}, 422),
    ("turns/9", {"seen": "2", "text": "a"}, 404),
    ("turns/1", {"seen": "", "text": "a"}, 400),
    ("turns/1", {"seen": "77", "text": "a"}, 404),
    ("listened", {"seen": "2", "listened": "0-0"}, 422),
    ("listened", {"seen": "1", "listened": "0-3"}, 412),
    ("speakers", {"seen": "2", "role.0": "queen"}, 422),
    ("speakers", {"seen": "2", "name.0": "a\x00b"}, 422),
    ("restore", {"seen": "2", "number": "9"}, 404),
    ("restore", {"seen": "1", "number": "1"}, 412),
    ("restore", {"seen": "2", "number": "first"}, 400),
]


@pytest.mark.parametrize(("path", "fields", "status"), ODD)
def test_odd_forms_are_refused_and_change_nothing(
    house: House, recording: str, path: str, fields: dict[str, Any], status: int
) -> None:
    client = browser(house)
    page = client.get(f"/recordings/{recording}").text
    answer = post(client, f"/recordings/{recording}/{path}", page, **fields)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("text/html")
    assert house.client(Role.MANAGER).get(where(recording)).json()["revision"] == 2


def test_what_may_not_be_corrected_offers_no_correction(house: House, recording: str) -> None:
    client = browser(house)
    page = client.get(f"/recordings/{recording}").text
    with house.database.writing() as session:
        store.set_state(session, recording, RecordingState.WORKING)
    assert "Correct</a>" not in client.get(f"/recordings/{recording}").text
    assert client.get(f"/recordings/{recording}/turns/0").status_code == 409
    assert post(client, f"/recordings/{recording}/turns/0", page, seen="2", text="x").status_code == 409
    stranger = browser(house, Role.EXPERT, expert="Somebody")
    assert stranger.get(f"/recordings/{recording}/turns/0").status_code == 404
    assert client.post(f"/recordings/{recording}/turns/0", data={"seen": "2", "text": "x"}).status_code == 403


def test_the_history_says_who_corrected_and_undo_goes_back_step_by_step(house: House, recording: str) -> None:
    client = browser(house)
    for text in ("It may depend.", "It may well depend."):
        save(client, recording, 2, turn_page(client, recording, 2), text=text)
    for expected in ("It may depend.", "It depends."):
        page = client.get(f"/recordings/{recording}").text
        undo = re.search(r'name="number" value="(\d+)">Undo', page)
        assert undo is not None
        post(client, f"/recordings/{recording}/restore", page, seen=hidden(page, "seen"), number=undo[1])
        assert lines(house, recording)[2] == ("Speaker 1", expected)
    page = client.get(f"/recordings/{recording}").text
    assert "user-manager" in page
    assert "went back to 2" in page
    assert "Undo" not in page  # what a machine wrote is no correction
