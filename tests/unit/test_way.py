"""When the way of a recording does a stage again, and what it costs the server to know."""

import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from models.correcting import corrected
from models.corrections import Correction
from models.values import SpeakerRole, Transcript, Turn, Word
from pipeline.turns import with_roles
from pipeline.way import says_the_same

SAID = Transcript(
    "When is it over?\nAs soon as the crust sings.",
    (Turn("Ivo", SpeakerRole.OTHER, 0, 16), Turn("Ada", SpeakerRole.OTHER, 17, 44)),
    (Word(28, 31, 1.0, 1.4, 0.4, "a loop"),),
)

CORRECTED: list[tuple[dict[str, Any], bool]] = [
    ({"listened": [{"start_char": 28, "end_char": 31}]}, True),  # the same words, only surer
    ({"words": [{"start_char": 38, "end_char": 43, "text": "rings"}]}, False),  # other words
    ({"speakers": {"Ada": {"name": "Jo"}}}, False),  # another name
    ({"speakers": {"Ivo": {"role": "expert"}}}, False),  # another role
    ({"speakers": {"Ada": {"role": "expert"}}}, True),  # the role that was guessed
]


@pytest.mark.parametrize(("members", "same"), CORRECTED)
def test_what_was_mined_is_mined_again_when_words_speakers_or_roles_change(members: dict[str, Any], same: bool) -> None:
    mined = with_roles(SAID)
    assert says_the_same(mined, corrected(SAID, Correction.model_validate(members), by="human:1")) is same


def test_a_role_that_was_taken_back_is_a_change_too() -> None:
    mined = with_roles(replace(SAID, turns=tuple(replace(turn, role=SpeakerRole.INTERVIEWER) for turn in SAID.turns)))
    assert not says_the_same(mined, SAID)


def test_the_server_loads_no_language_pipeline() -> None:
    loaded = "import sys, pipeline.workflow, api.app; print({*sys.modules} & {'spacy', 'torch'})"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
