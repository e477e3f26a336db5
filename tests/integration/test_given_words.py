"""Sound that comes with its transcript: the words stay as they were given, their times come from the sound."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from sounds import write
from workbench import Bench

from models.tables import Recording, RecordingState
from models.transcripts import latest_transcript
from models.values import Transcript
from pipeline import audio

HEARD_S = 40.0  # of the baker's interview


@dataclass(frozen=True)
class Spoken:
    """The beginning of the baker's interview, and what is said in it."""

    sound: Path
    sentences: list[dict[str, Any]]

    @property
    def words(self) -> list[tuple[str, float]]:
        return [(word["word"].strip(), word["start"]) for one in self.sentences for word in one["words"]]


@pytest.fixture(scope="module")
def spoken(samples_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Spoken:
    path = tmp_path_factory.mktemp("sound") / "baker.wav"
    write(path, audio.decode(samples_dir / "baker.m4a", 0.0, HEARD_S))
    reference = json.loads((samples_dir / "baker.reference.json").read_text())
    return Spoken(path, [one for one in reference["segments"] if one["end"] < HEARD_S])


@pytest.fixture(scope="module")
def bench(samples_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    weights = str(samples_dir / "weights" / "demo-en.pt")
    bench = Bench(tmp_path_factory.mktemp("data"), whisper_model=weights)
    bench.engine.start()
    yield bench
    bench.close()


def worked_on(bench: Bench, spoken: Spoken, text: str, name: str) -> tuple[Recording, Transcript]:
    written = bench.upload(text, name)
    both = replace(bench.sound(spoken.sound), transcript_sha256=written.sha256, transcript_name=name)
    row = bench.done(bench.hand_in(both))
    assert row.state is RecordingState.READY, row.problem
    with bench.database.reading() as session:
        transcript = latest_transcript(session, row.id)
    assert transcript is not None
    return row, transcript


def errors(transcript: Transcript, spoken: Spoken) -> list[float]:
    """How far each word lies from where it is spoken; all words are there, and most of them have times."""
    found = [(transcript.text[word.start_char : word.end_char], word.start_s) for word in transcript.words]
    assert [word for word, _ in found] == [word for word, _ in spoken.words]
    far = [abs(at_s - true_s) for (_, at_s), (_, true_s) in zip(found, spoken.words, strict=True) if at_s is not None]
    assert len(far) >= 0.9 * len(found)
    return far


def test_a_text_without_times_is_laid_over_what_is_heard(bench: Bench, spoken: Spoken) -> None:
    lines = [f"{'Cora' if '?' in one['text'] else 'Ada'}: {one['text']}" for one in spoken.sentences]
    row, transcript = worked_on(bench, spoken, "\n\n".join(lines), "baker.txt")
    assert [stage for stage, _, _ in bench.stages(row.id)][:4] == ["import", "plan", "transcribe", "assemble"]
    assert {turn.speaker for turn in transcript.turns} == {"Ada", "Cora"}
    assert transcript.source == "labelled-text"
    assert median(errors(transcript, spoken)) <= 0.3


def test_words_beside_sound_that_cannot_be_heard_stay_as_they_are(bench: Bench, spoken: Spoken, tmp_path: Path) -> None:
    broken = replace(spoken, sound=tmp_path / "broken.wav")
    broken.sound.write_bytes(b"RIFF" + bytes(400))
    row, transcript = worked_on(bench, broken, "start|end|text\n0|4|Cherry red.\n", "baker.csv")
    assert transcript.words[0].start_s == 0.0
    assert any("Nobody could look" in warning for warning in row.warnings)
    row, transcript = worked_on(bench, broken, "Ada: Cherry red.\n", "baker.txt")
    assert transcript.words == ()
    assert any("could not be sought in the sound" in warning for warning in row.warnings)


def test_captions_that_are_off_are_moved_and_nothing_is_listened_to(bench: Bench, spoken: Spoken) -> None:
    cues = [f"{one['start'] + 7:.3f}|{one['end'] + 7:.3f}|{one['text']}" for one in spoken.sentences]
    table = "\n".join(["start|end|text", *cues])
    row, transcript = worked_on(bench, spoken, table, "baker.csv")
    assert [stage for stage, _, _ in bench.stages(row.id)][:4] == ["import", "plan", "redact", "mine"]
    assert any("were moved to fit it" in warning for warning in row.warnings)
    assert median(errors(transcript, spoken)) <= 0.5
