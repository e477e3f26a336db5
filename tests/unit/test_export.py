"""Approved cards become notes that people and Obsidian read."""

from pathlib import Path
from typing import Any

import pytest

from models.values import Concept
from pipeline import export


def card(**changes: Any) -> dict[str, Any]:
    empty = {slot: [] for slot in ("situation", "cues", "rationale", "exceptions", "novice_errors", "warnings")}
    return {
        "id": "c1",
        "revision": 2,
        "kind": "judgment",
        "title": "Stop when the dough pulls back",
        **empty,
        "action": [{"text": "I stop folding.", "evidence": [0]}],
        "judgment": [{"text": "It has had enough.", "evidence": [1]}],
        "metaphors": [],
        "gaps": [{"question": "What did you feel?"}],
        "concepts": ["dough"],
        "evidence": [
            {"index": 0, "recording_id": "r1", "start_s": 61.9},
            {"index": 1, "recording_id": "r1", "start_s": None},
        ],
        "experts": [
            {"id": "e1", "name": "Jo", "stance": "supports"},
            {"id": "e2", "name": "Bo", "stance": "contradicts"},
        ],
        "links": [],
        "created_at": "2026-01-02T03:04:05Z",
        "updated_at": "2026-01-03T03:04:05Z",
        **changes,
    }


def notes(*cards: dict[str, Any]) -> dict[str, str]:
    concepts = {"dough": Concept("dough", "dough", ("the doughs",))}
    made = export.markdown(cards, concepts=concepts, recordings={"r1": 'How "Jo" bakes'})
    return {note.path: note.text for note in made}


def test_a_note_says_what_the_card_says_and_where_it_was_said() -> None:
    text = notes(card())["cards/Stop when the dough pulls back.md"]

    assert 'title: "Stop when the dough pulls back"' in text
    assert 'summary: "It has had enough."' in text
    assert r'sources: ["How \"Jo\" bakes"]' in text
    assert 'experts: ["Jo"]\ndissent: ["Bo"]' in text
    assert 'tags: ["judgment", "dough"]' in text
    assert 'aliases: ["the doughs"]' in text
    assert '- I stop folding. ^[How "Jo" bakes, 00:01:01]' in text
    assert '- It has had enough. ^[How "Jo" bakes]\n' in text
    assert "- [[dough]]" in text
    assert "- What did you feel?" in text


def test_concepts_and_linked_cards_are_found_by_wikilinks() -> None:
    second = card(id="c2", title="Wait", links=[{"to": "c1"}, {"to": "not approved"}], concepts=[])
    made = notes(card(), second)

    assert "- [[Stop when the dough pulls back]]" in made["cards/Wait.md"]
    assert "not approved" not in made["cards/Wait.md"]
    assert "- [[Stop when the dough pulls back]]" in made["concepts/dough.md"]
    assert "[[Wait]]" not in made["concepts/dough.md"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Plain words", "Plain words"),
        ("../../etc/passwd", "etc passwd"),  # no way out of the folder
        ("a/b: c?", "a b c"),  # what Windows refuses
        ("...", "card"),  # nothing is left
        ("x" * 300, "x" * 90),
    ],
)
def test_a_file_name_is_safe_everywhere(title: str, name: str) -> None:
    assert export.file_name(title, set()) == name


def test_two_cards_of_one_title_have_two_files() -> None:
    taken: set[str] = set()
    assert [export.file_name(title, taken) for title in ("Wait", "wait", "Wait")] == ["Wait", "wait 2", "Wait 3"]


def test_writing_makes_the_folders(tmp_path: Path) -> None:
    count = export.write([export.Note("cards/a.md", "ä"), export.Note("b.md", "b")], tmp_path / "vault")
    assert count == 2
    assert (tmp_path / "vault" / "cards" / "a.md").read_text(encoding="utf-8") == "ä"


def test_no_cards_give_no_notes() -> None:
    assert notes() == {}
