"""Sixty seconds in which nobody speaks give nothing that a card could rest on."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from sounds import beat, chords, hum, melody, pink, white, write

from models.values import SAMPLE_RATE, Clip, Samples
from pipeline import steps
from pipeline.doubt import Doubts
from pipeline.openai_whisper import OpenaiWhisper
from pipeline.settings import Settings
from pipeline.tools import Tools, build_tools
from pipeline.transcribe import Transcriber, Window

LASTING_S = 60.0
SOUNDS = {
    "silence": np.zeros(round(LASTING_S * SAMPLE_RATE), np.float32),
    "white noise": white(LASTING_S),
    "faint noise": white(LASTING_S, 0.001),
    "pink noise": pink(LASTING_S),
    "hum": hum(LASTING_S),
    "chords": chords(LASTING_S),
    "melody": melody(LASTING_S),
    "beat": beat(LASTING_S),
}


@pytest.fixture(scope="module")
def tools(samples_dir: Path) -> Tools:
    return build_tools(Settings(whisper_model=str(samples_dir / "weights" / "demo-en.pt"), threads=1))


@pytest.mark.parametrize("name", SOUNDS)
def test_no_word_of_it_could_be_evidence(name: str, tools: Tools, tmp_path: Path) -> None:
    heard = steps.transcript_of(write(tmp_path / "sound.wav", SOUNDS[name]), tools, language="en")

    assert [word for word in heard.words if word.suspect is None] == []


class Credulous:
    """A Cutter that takes the first seconds of everything for speech, as a detector does that errs."""

    ALARM_S = 2.0

    def speech(self, samples: Samples) -> list[Clip]:
        return [Clip(0.0, self.ALARM_S)]

    def speech_in(self, blocks: Iterable[Samples]) -> list[Clip]:
        return self.speech(np.concatenate(list(blocks)))


@pytest.mark.parametrize("name", SOUNDS)
def test_what_is_heard_behind_a_false_alarm_is_marked(name: str, tools: Tools) -> None:
    recogniser = tools.recogniser
    assert isinstance(recogniser, OpenaiWhisper)
    window = Window(0.0, SOUNDS[name][: 28 * SAMPLE_RATE])

    [heard] = Transcriber(recogniser, Credulous(), Doubts()).transcribe([window], language="en", vocabulary=None)

    behind = [word for word in heard.words if (word.start_s or 0.0) >= Credulous.ALARM_S]
    assert [word for word in behind if word.suspect is None] == []
