"""Sound on its way with a real engine: what people are told meanwhile, how soon it stops, and how it is heard anew."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from factories import recorded
from sounds import wav_bytes, write
from workbench import MANAGER, Bench

from models import library, stages
from models.cards import etag
from models.db import Database
from models.proposing import propose
from models.store import next_attempt, set_state
from models.tables import Card, Proposal, Recording, RecordingState, TranscriptPart, TranscriptRevision
from models.transcripts import add_transcript, latest_transcript
from models.values import MACHINE, SAMPLE_RATE, Transcript, Work
from pipeline import audio
from pipeline.jobs import Desk, Job, RerunStage, begin_anew
from pipeline.pace import of_sound
from pipeline.remote import Worker
from pipeline.settings import Settings
from pipeline.workflow import UNDER_WAY

HEARD_S = 170.0  # of the baker's interview: two groups of windows
LONG_S = 1500.0  # planning it takes several seconds


@pytest.fixture(scope="module")
def weights(samples_dir: Path) -> Path:
    return samples_dir / "weights" / "demo-en.pt"


@pytest.fixture(scope="module")
def sound(samples_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    samples = audio.decode(samples_dir / "baker.m4a", 0.0, HEARD_S)
    return write(tmp_path_factory.mktemp("sound") / "baker.wav", samples)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def bench(directory: Path, weights: Path) -> Iterator[Bench]:
    """An engine that has just been started, on what the ones before have kept."""
    bench = Bench(directory, whisper_model=str(weights))
    bench.engine.start()
    yield bench
    bench.close()


@pytest.fixture(scope="module")
def recording_id(directory: Path, weights: Path, sound: Path) -> str:
    """A recording that nobody has worked on."""
    bench = Bench(directory, whisper_model=str(weights))
    found = bench.hand_in(bench.sound(sound))
    bench.close()
    return found


def watch(bench: Bench, recording_id: str) -> list[tuple[float, Recording]]:
    """Everything that is told until it is ready, with the moments."""
    told: list[tuple[float, Recording]] = []
    while not told or told[-1][1].state in (RecordingState.QUEUED, RecordingState.WORKING):
        row = bench.row(recording_id)
        if not told or (row.fraction, row.stage, row.state) != tuple(
            getattr(told[-1][1], name) for name in ("fraction", "stage", "state")
        ):
            told.append((time.monotonic(), row))
        time.sleep(0.02)
    return told


def stop(bench: Bench, recording_id: str) -> float:
    """Cancel the work: the seconds until nobody was at it any more."""
    child = bench.engine._worker.pid
    assert child is not None
    job = Job(recording_id, bench.row(recording_id).attempt)
    begin = time.monotonic()
    with bench.database.writing() as session:
        set_state(session, recording_id, RecordingState.CANCELLED)
    bench.engine.cancel(recording_id)
    while bench.engine._queue.state(job) in UNDER_WAY:
        assert time.monotonic() - begin < 30
        time.sleep(0.01)
    seconds = time.monotonic() - begin
    before = busy_ticks(child)
    time.sleep(0.5)
    assert busy_ticks(child) in (None, before)  # gone; or, between two parts, there was nothing to kill
    return seconds


def busy_ticks(pid: int) -> int | None:
    """What a process has used of the processors; None where it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return None
    return int(fields[11]) + int(fields[12])


def words(bench: Bench, recording_id: str) -> Transcript:
    with bench.database.reading() as session:
        found = latest_transcript(session, recording_id)
    assert found is not None
    return found


def shown(bench: Bench, recording_id: str) -> dict[str, str]:
    with bench.database.reading() as session:
        rows = [session.get_one(Card, card_id) for card_id in bench.cards(recording_id)]
        return {row.id: etag(library.view(session, MANAGER, row)) for row in rows}


def test_a_recording_cancelled_while_it_is_heard_stops_within_two_seconds_and_goes_on_where_it_was(
    bench: Bench, recording_id: str
) -> None:
    bench.wait(recording_id, lambda row: ("transcribe", 0, 1) in bench.stages(recording_id))
    assert bench.row(recording_id).stage == "transcribe"  # the next part
    assert stop(bench, recording_id) <= 2.0
    row = bench.row(recording_id)
    assert row.state is RecordingState.CANCELLED
    with bench.database.writing() as session:
        bench.engine.enqueue(session, recording_id, next_attempt(session, recording_id))

    told = watch(bench, recording_id)

    assert told[-1][1].state is RecordingState.READY
    fractions = [row.fraction, *(each.fraction for _, each in told)]
    assert fractions == sorted(fractions)
    assert [each.state for _, each in told if each.fraction == 1.0] == [RecordingState.READY]
    heard = [number for stage, number, _ in bench.stages(recording_id) if stage == "transcribe"]
    assert heard == list(range(bench.count(TranscriptPart, recording_id)))  # each part once
    assert len(heard) > 1


def test_heard_again_it_leaves_its_cards_and_tells_the_time_left_from_the_start(
    bench: Bench, recording_id: str
) -> None:
    heard, cards = words(bench, recording_id), shown(bench, recording_id)
    assert cards
    with bench.database.writing() as session:  # as if another model had misheard a word
        card = session.get_one(Card, min(cards))
        quote = card.revisions[0].content["evidence"][0]["quote"]
        word = max(quote.split(), key=len).strip(".,")
        text = heard.text.replace(quote, quote.replace(word, "X" * len(word)))
        add_transcript(session, recording_id, replace(heard, text=text), MACHINE)
        assert {each.card_id for each in propose(session, recording_id)} == {card.id}
        attempt = begin_anew(session, session.get_one(Recording, recording_id), RerunStage.TRANSCRIBE)
        bench.engine.enqueue(session, recording_id, attempt)

    told = watch(bench, recording_id)

    done, last = told[-1]
    assert last.state is RecordingState.READY
    assert words(bench, recording_id) == heard
    assert bench.count(TranscriptRevision, recording_id) == 3
    after = shown(bench, recording_id)
    assert after.keys() == cards.keys()
    assert {one for one in cards if after[one] != cards[one]} <= {card.id}
    assert bench.count(Proposal, recording_id) == 0  # it reads again what the card says

    under_way = [(at, row) for at, row in told if row.state is RecordingState.WORKING and row.stage]
    assert all(row.eta_s is not None for _, row in under_way)  # another process has measured it
    at, row = next((at, row) for at, row in under_way if row.fraction >= 1 / 3)
    assert row.eta_s is not None
    assert (done - at) / 4 <= row.eta_s <= (done - at) * 4  # whoever shares this machine is not foreseen


def test_a_long_recording_cancelled_while_it_is_planned_stops_within_two_seconds(bench: Bench, tmp_path: Path) -> None:
    hush = np.random.default_rng(1).normal(scale=30, size=10 * SAMPLE_RATE).astype("<i2").tobytes()
    long = tmp_path / "long.wav"
    long.write_bytes(wav_bytes(hush * int(LONG_S / 10)))
    recording_id = bench.hand_in(bench.sound(long))
    bench.wait(recording_id, lambda row: row.stage == "plan" and row.fraction > 0)
    assert stop(bench, recording_id) <= 2.0
    assert bench.row(recording_id).state is RecordingState.CANCELLED
    assert bench.count(TranscriptPart, recording_id) == 0


@pytest.mark.parametrize(("model", "known"), [("small", True), ("medium", False)])
def test_the_time_left_is_told_of_what_the_same_model_needed(database: Database, model: str, known: bool) -> None:
    with database.writing() as session:
        run = stages.begin_stage(session, recorded(session).id, "transcribe")
        stages.finish_stage(session, run, Work(7200.0, 3600.0), model="small")
    worker = Worker(Settings())
    desk = Desk(database, worker, {"transcribe": model})
    with database.writing() as session:
        recording = recorded(session, sha256="b" * 64)
        desk.begin(session, recording, "transcribe", of_sound(600.0))
        assert recording.eta_s == (pytest.approx(300.0, rel=0.1) if known else None)
        beside = recorded(session, sha256="c" * 64)
        desk.begin(session, beside, "transcribe", of_sound(600.0))
        assert beside.eta_s == (pytest.approx(600.0, rel=0.1) if known else None)  # turn by turn
    worker.close()
