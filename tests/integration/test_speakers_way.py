"""Who speaks, on the durable way: found out behind the listening, kept, and never in the way of the words."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sounds import write
from workbench import MANAGER, Bench

from models.consent import withdraw
from models.tables import Recording, RecordingState, SpeakerTrack
from models.transcripts import latest_transcript, load_speakers
from models.values import SpeakerRole, Transcript
from pipeline import audio
from pipeline.dialogue import ASKS, GUESSED
from pipeline.jobs import RerunStage, begin_anew
from pipeline.speakers import TWO

LENGTH_S = 24.0  # the interviewer's two sentences, and the baker's first answer


@pytest.fixture(scope="module")
def talk(samples_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    sound = audio.decode(samples_dir / "baker.m4a", 0.0, LENGTH_S)
    return write(tmp_path_factory.mktemp("talk") / "talk.flac", sound)


@pytest.fixture
def started(samples_dir: Path, tmp_path: Path) -> Iterator[Callable[[str], Bench]]:
    """An engine that hears with the demo's weights, and tells voices apart with the model of that name."""
    open_ones = list[Bench]()

    def start(model: str) -> Bench:
        weights = samples_dir / "weights" / "demo-en.pt"
        bench = Bench(tmp_path / "data", whisper_model=str(weights), diarization_model=model)
        open_ones.append(bench)
        bench.engine.start()
        return bench

    yield start
    for bench in open_ones:
        bench.close()


def transcript_of(bench: Bench, recording_id: str) -> Transcript:
    with bench.database.reading() as session:
        found = latest_transcript(session, recording_id)
    assert found is not None
    return found


def test_voices_are_told_apart_behind_the_listening(started: Callable[[str], Bench], talk: Path) -> None:
    bench = started("resemblyzer")
    both, alone = bench.hand_in(bench.sound(talk)), bench.hand_in(replace(bench.sound(talk), speakers=1))
    row = bench.done(both)
    assert row.state is RecordingState.READY, row.problem
    names = [stage for stage, _, _ in bench.stages(row.id)]
    assert names.index("transcribe") < names.index("diarize") < names.index("assemble")
    found = transcript_of(bench, row.id)
    roles = {turn.speaker: turn.role for turn in found.turns}
    assert roles == {"Speaker 1": SpeakerRole.INTERVIEWER, "Speaker 2": SpeakerRole.EXPERT}
    asked = [found.text[turn.start_char : turn.end_char] for turn in found.turns if turn.speaker == "Speaker 1"]
    assert asked[1].endswith("?")
    assert TWO in row.warnings
    assert {stamp.stage for stamp in found.models} == {"transcribe", "diarize"}
    text = found.text
    with bench.database.writing() as session:
        recording = session.get_one(Recording, row.id)
        recording.speakers = 1
        bench.engine.enqueue(session, row.id, begin_anew(session, recording, RerunStage.DIARIZE))
    row = bench.done(row.id)
    assert row.state is RecordingState.READY, row.problem
    again = transcript_of(bench, row.id)
    assert again.text.split() == text.split()
    assert {turn.speaker for turn in again.turns} == {"Speaker 1"}
    assert TWO not in row.warnings
    assert ("transcribe", row.attempt) not in {(stage, attempt) for stage, _, attempt in bench.stages(row.id)}
    with bench.database.writing() as session:
        assert load_speakers(session, row.id) is not None
        withdraw(session, session.get_one(Recording, row.id), by=MANAGER)
    assert bench.count(SpeakerTrack, row.id) == 0
    row = bench.done(alone)
    assert {turn.speaker for turn in transcript_of(bench, row.id).turns} == {"Speaker 1"}
    assert not {TWO, GUESSED} & set(row.warnings)


def test_a_failing_diarization_leaves_the_transcript_whole(
    started: Callable[[str], Bench], talk: Path, tmp_path: Path
) -> None:
    bench = started(str(tmp_path / "no-pipeline-here"))
    row = bench.done(bench.hand_in(replace(bench.sound(talk), speakers=2)))
    assert row.state is RecordingState.READY, row.problem
    found = transcript_of(bench, row.id)
    assert len(found.words) > 20
    assert ASKS in {turn.speaker for turn in found.turns}
    assert GUESSED in row.warnings
    assert any("could not be told apart" in warning and "pyannote" in warning for warning in row.warnings)
