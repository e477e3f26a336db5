"""Figures of speech across cards: who else uses a picture, and what people made of the machine's."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from rest_house import House

from api.cli import main
from api.schemas import SharedFigureOut
from models import figures
from models.access import Role
from models.figures import world
from models.values import JudgedFigure, RedactionState

BELL = "when it rings like a small bell it is dry"
DULL = "If it sounds dull, wait until the morning"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("bear", "Bears"),
        ("garden hose", "hose"),  # the last noun
        ("house of cards", "houses of glass"),  # what it is, not what it is of
        ("berry", "berries"),
        ("glass", "Glass"),
        ("driving in fog", "Driving in fog"),
    ],
)
def test_pictures_of_one_world_are_known(one: str, other: str) -> None:
    assert world(one) == world(other) is not None


@pytest.mark.parametrize(
    ("one", "other"), [("driving in fog", "walking in fog"), ("bear", "beard"), ("horse", "house")]
)
def test_pictures_of_two_worlds_are_kept_apart(one: str, other: str) -> None:
    assert world(one) != world(other)


@pytest.mark.parametrize("source", [None, "", "…", "█████’s bell"])
def test_a_picture_without_words_belongs_to_no_world(source: str | None) -> None:
    assert world(source) is None


def two_experts(house: House) -> tuple[str, str]:
    """A card of Mara's and one of Ivo's, who use the same picture."""
    mara = house.cards(house.recording(), BELL, DULL)[0]
    ivo = house.cards(house.recording(sound=False, experts="Ivo"), BELL, timed=False)[0]
    return mara, ivo


def test_a_card_says_who_else_uses_its_picture(house: House) -> None:
    mara, ivo = two_experts(house)
    client = house.client(Role.MANAGER)
    before = client.get(f"cards/{mara}").headers["etag"]
    (shared,) = client.get(f"cards/{mara}/metaphors").json()["items"]
    SharedFigureOut.model_validate(shared)
    assert (shared["source"], shared["expression"]) == ("bell", "rings like a small bell")
    (use,) = shared["also"]  # not the other card of Mara's own
    assert (use["card"], [each["name"] for each in use["experts"]]) == (ivo, ["Ivo"])
    assert client.get(f"cards/{mara}").headers["etag"] == before


def test_who_may_not_see_the_other_card_does_not_hear_of_it(house: House) -> None:
    mara, ivo = two_experts(house)
    assert house.client(Role.EXPERT, expert="Mara").get(f"cards/{mara}/metaphors").json()["items"] == []
    reader = house.client(Role.READER)
    assert reader.get(f"cards/{mara}/metaphors").status_code == 404
    manager = house.client(Role.MANAGER)
    for card in (mara, ivo):
        assert reader.get(f"cards/{mara}/metaphors").json().get("items", []) == []
        assert manager.post(f"cards/{card}/transitions", json={"to": "approved"}).status_code == 200
    (shared,) = reader.get(f"cards/{mara}/metaphors").json()["items"]
    assert [use["card"] for use in shared["also"]] == [ivo]


def test_a_picture_with_hidden_words_is_not_compared(house: House) -> None:
    from test_hidden_words import decide

    mara, _ = two_experts(house)
    client = house.client(Role.MANAGER)
    recording = client.get(f"cards/{mara}").json()["evidence"][0]["recording_id"]
    decide(house, recording, RedactionState.ACCEPTED, words="bell")
    assert client.get(f"cards/{mara}/metaphors").json()["items"] == []


def test_the_page_names_who_else_uses_the_picture(house: House) -> None:
    from test_pages import browser

    mara, ivo = two_experts(house)
    page = browser(house).get(f"/cards/{mara}").text
    assert "also used by Ivo" in page
    assert f'href="/cards/{ivo}"' in page


def test_a_picture_on_an_approved_card_counts_for_it(house: House) -> None:
    card = house.card()
    client = house.client(Role.MANAGER)
    assert judged(house) == []  # nobody has looked yet
    client.post(f"cards/{card}/transitions", json={"to": "approved"})
    assert judged(house) == [JudgedFigure(BELL, "rings like a small bell", True)]


def test_a_verdict_on_a_picture_counts(house: House) -> None:
    card = house.card()
    client = house.client(Role.MANAGER)
    kept = {"slot": "metaphors", "line": 0, "verdict": "accept"}
    answer = client.post(f"cards/{card}/verdicts", json=kept)
    assert answer.status_code == 200, answer.text
    assert judged(house) == [JudgedFigure(BELL, "rings like a small bell", True)]
    seen = client.get(f"cards/{card}").headers["etag"]
    answer = client.post(f"cards/{card}/verdicts", json=kept | {"verdict": "reject"}, headers={"If-Match": seen})
    assert answer.status_code == 200, answer.text
    assert judged(house) == [JudgedFigure(BELL, "rings like a small bell", False)]


def judged(house: House) -> list[JudgedFigure]:
    with house.database.reading() as session:
        return figures.judged(session)


def test_a_picture_that_was_taken_from_a_draft_counts_against_it(house: House) -> None:
    card = house.card()
    client = house.client(Role.MANAGER)
    headers = {"If-Match": client.get(f"cards/{card}").headers["etag"], "Content-Type": "application/merge-patch+json"}
    assert client.patch(f"cards/{card}", json={"metaphors": []}, headers=headers).status_code == 200
    assert judged(house) == [JudgedFigure(BELL, "rings like a small bell", False)]


def test_training_by_command_is_used_from_then_on(tmp_path: Path) -> None:
    labels = tmp_path / "labels.tsv"
    pictures = [
        f"figurative\ta\tThe {a} sleeps like a [bear]."
        for a in "dough oven pump saw loom kiln rail hull bow sail".split()
    ]
    things = [
        f"literal\ta\tIt is like a {a} server." for a in "web file mail name print chat game proxy log test".split()
    ]
    labels.write_text("\n".join(["label\ttrade\tsentence", *pictures, *things]) + "\n", encoding="utf-8")
    data = ["--data-dir", str(tmp_path / "var")]
    ran = CliRunner().invoke(main, [*data, "train", "similes", "--labels", str(labels)])
    assert ran.exit_code == 0, ran.output
    assert "| all sentences | 20 | 10 |" in ran.output
    assert "trained here 1" in CliRunner().invoke(main, [*data, "doctor"]).output
    out = tmp_path / "ranker.npz"
    ran = CliRunner().invoke(
        main, [*data, "train", "similes", "--labels", str(labels), "--labels-only", "--out", str(out)]
    )
    assert (ran.exit_code, out.stat().st_size > 1000) == (0, True)
