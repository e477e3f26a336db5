"""What the transcript's forms stand for where the page hides words from who fills them in."""

from dataclasses import replace
from typing import Any

import pytest

from api import editor
from models.values import SpeakerRole, Transcript, Turn

SAID = Transcript(
    "Ask Jones. Then bake.\nWhy?\nBecause.",
    (
        Turn("Jones", SpeakerRole.OTHER, 0, 21),
        Turn("Smith", SpeakerRole.OTHER, 22, 26),
        Turn("Jones", SpeakerRole.OTHER, 27, 35),
    ),
)
SHOWN = replace(
    SAID, text=SAID.text.replace("Jones", "▒▒▒▒▒"), turns=tuple(replace(turn, speaker="▒▒▒▒▒") for turn in SAID.turns)
)


def test_hidden_names_are_not_shown_and_told_apart_all_the_same() -> None:
    assert [each.label for each in editor.speakers_of(SAID, shown=SHOWN)] == ["▒▒▒▒▒", "▒▒▒▒▒"]


NAMED: list[tuple[dict[str, str], dict[str, Any]]] = [
    ({"name.0": "▒▒▒▒▒", "name.1": "▒▒▒▒▒"}, {}),  # as shown: nothing was changed
    ({"name.0": "▒▒▒▒▒", "role.0": "expert"}, {"Jones": {"role": "expert"}}),
    ({"name.1": " Ann  Lee "}, {"Smith": {"name": "Ann Lee"}}),
    ({"name.1": ""}, {}),
]


@pytest.mark.parametrize(("form", "changes"), NAMED)
def test_only_names_and_roles_that_differ_from_what_was_shown_are_changes(
    form: dict[str, str], changes: dict[str, Any]
) -> None:
    correction = editor.speakers_correction(SAID, form, shown=SHOWN)
    assert {label: each.model_dump(exclude_none=True) for label, each in correction.speakers.items()} == changes


def test_a_turn_is_given_to_a_speaker_whose_name_is_hidden() -> None:
    form = {"text": "Ask ▒▒▒▒▒. Then bake.", "speaker": "1", "since": "11"}
    correction = editor.turn_correction(SAID, 0, form, [], shown=SHOWN)
    assert correction.words == ()
    assert [(each.start_char, each.end_char, each.speaker) for each in correction.turns] == [(11, 21, "Smith")]


SAME = [
    ("Why?\nBecause.", 2, 1),  # the same words elsewhere
    ("Ask her.\nWhy not?\nBecause.", 1, 1),  # other words: the same place
    ("Why?", 2, 0),  # fewer turns than before
]


@pytest.mark.parametrize(("text", "number", "place"), SAME)
def test_a_turn_is_found_again_in_a_newer_revision(text: str, number: int, place: int) -> None:
    turns, at = list[Turn](), 0
    for line in text.split("\n"):
        turns.append(Turn("A", SpeakerRole.OTHER, at, at + len(line)))
        at += len(line) + 1
    assert editor.same_turn(SAID, number, Transcript(text, tuple(turns))) == place
