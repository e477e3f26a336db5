"""The server is killed in every stage, and nothing is lost, done twice or left running."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select
from workbench import DONE, INTERVIEW, MANAGER, Bench

from models import review
from models.proposing import propose
from models.tables import Card, Proposal, Recording, RecordingState, StageRun, TranscriptRevision
from models.transcripts import add_transcript, latest_transcript
from models.values import MACHINE, SAMPLE_RATE
from pipeline import audio
from pipeline.jobs import RerunStage, begin_anew
from pipeline.pace import OF_SOUND, OF_TEXT
from pipeline.workflow import Queue

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

SENTENCES = 6
SILENCE_S = 2.5
LONG = 180.0  # seconds that one life of the server may take until it reaches the next stage


def spoken(samples_dir: Path, path: Path) -> Path:
    """A few sentences of the baker's interview with silence between them: two parts to hear, and quick to hear."""
    told = json.loads((samples_dir / "baker.reference.json").read_text(encoding="utf-8"))["segments"][:SENTENCES]
    silence = np.zeros(int(SILENCE_S * SAMPLE_RATE), np.float32)
    sounds = [audio.decode(samples_dir / "baker.m4a", segment["start"], segment["end"]) for segment in told]
    samples = np.concatenate([part for sound in sounds for part in (sound, silence)])
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


@contextmanager
def server(directory: Path, weights: Path) -> Iterator[subprocess.Popen[str]]:
    """`tacit serve` on a free port, killed without warning at the end."""
    command = [sys.executable, "-m", "api.cli", "--data-dir", str(directory), "serve", "--port", "0"]
    environment = {**os.environ, "TACIT_WHISPER_MODEL": str(weights), "TACIT_THREADS": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert "http://" in process.stdout.readline()
            yield process
        finally:
            process.send_signal(signal.SIGKILL)


def children(parent: int) -> list[int]:
    """Processes that the parent has started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            rest = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(rest[1]) == parent and rest[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def is_gone(pid: int, within_s: float = 15.0) -> bool:
    deadline = time.monotonic() + within_s
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    return not Path(f"/proc/{pid}").exists()


def stages(bench: Bench) -> dict[str, str | None]:
    """Recording id → the stage it is in; without those that are done."""
    with bench.database.reading() as session:
        query = select(Recording.id, Recording.stage).where(Recording.state.not_in(DONE))
        return {row[0]: row[1] for row in session.execute(query)}


def outcome(bench: Bench, recording_id: str) -> tuple[object, ...]:
    """All that must not depend on how often the server was killed."""
    with bench.database.reading() as session:
        row = session.get_one(Recording, recording_id)
        transcript = latest_transcript(session, recording_id)
        cards = [session.get_one(Card, card_id) for card_id in bench.cards(recording_id)]
        said = [(card.id, card.rank, card.first, [revision.content for revision in card.revisions]) for card in cards]
        return row.state, row.warnings, row.duration_s, transcript, said


def run_undisturbed(bench: Bench, weights: Path, ids: list[str]) -> None:
    with server(bench.settings.data_dir, weights):
        for recording_id in ids:
            assert bench.done(recording_id).state is RecordingState.READY


def kill_in_each_stage(bench: Bench, weights: Path, *, spared: frozenset[str] = frozenset()) -> set[str]:
    """Kill the server whenever a recording enters a stage in which it was not killed yet, until all are done.

    It survives the stages that are `spared`.
    """
    killed: set[str] = set(spared)
    while stages(bench):
        with server(bench.settings.data_dir, weights) as process:
            deadline = time.monotonic() + LONG
            while (found := stages(bench)) and not set(found.values()) - killed - {None}:
                assert time.monotonic() < deadline, f"stuck in {found} after {killed}"
                time.sleep(0.005)
            workers = children(process.pid)
            process.send_signal(signal.SIGKILL)
            killed |= {stage for stage in found.values() if stage}
        assert all(is_gone(worker) for worker in workers), "a worker outlived its server"
    return killed


def test_a_server_killed_in_every_stage_loses_nothing_and_does_nothing_twice(tmp_path: Path, samples_dir: Path) -> None:
    weights = samples_dir / "weights" / "demo-en.pt"
    first = Bench(tmp_path / "calm")
    queue = Queue(first.database)
    text = first.hand_in(first.upload(INTERVIEW), queue)
    sound = first.hand_in(first.sound(spoken(samples_dir, tmp_path / "spoken.wav")), queue)
    queue.close()
    first.close()  # SQLite must not be open in a process that copies its files
    shutil.copytree(tmp_path / "calm", tmp_path / "wild")
    calm, wild = Bench(tmp_path / "calm"), Bench(tmp_path / "wild")

    run_undisturbed(calm, weights, [text, sound])
    killed = kill_in_each_stage(wild, weights)

    assert killed >= {*OF_SOUND, *OF_TEXT} - {"gather"}  # that one is over in milliseconds
    for recording_id in (text, sound):
        assert outcome(wild, recording_id) == outcome(calm, recording_id)
        finished = wild.stages(recording_id)
        assert len(finished) == len(set(finished)), "a finished stage was done again"
        assert sorted(finished) == sorted(calm.stages(recording_id))
    with wild.database.reading() as session:
        begun = session.scalars(select(StageRun.id)).all()
    assert len(begun) > len(wild.stages(text)) + len(wild.stages(sound)), "no stage was interrupted"
    calm.close()
    wild.close()


def proposed(bench: Bench, recording_id: str) -> list[tuple[object, ...]]:
    with bench.database.reading() as session:
        rows = session.scalars(select(Proposal).where(Proposal.recording_id == recording_id).order_by(Proposal.card_id))
        return [(row.card_id, row.kind, row.state, row.why, row.content) for row in rows]


def begin_again(bench: Bench, recording_id: str) -> None:
    """Let a word of the first card have been misheard, and the sound be heard again."""
    queue = Queue(bench.database)
    with bench.database.writing() as session:
        transcript = latest_transcript(session, recording_id)
        assert transcript is not None
        card = session.get_one(Card, bench.cards(recording_id)[0])
        quote = card.revisions[0].content["evidence"][0]["quote"]
        wrong = quote.replace(max(quote.split(), key=len).strip(".,"), "X" * 8)
        review.edit(session, card, {"title": "A person's title"}, by=MANAGER, seen=None)
        add_transcript(session, recording_id, replace(transcript, text=transcript.text.replace(quote, wrong)), MACHINE)
        assert propose(session, recording_id)
        attempt = begin_anew(session, session.get_one(Recording, recording_id), RerunStage.TRANSCRIBE)
        queue.enqueue(session, recording_id, attempt)
    queue.close()


def test_a_server_killed_while_it_hears_something_again_comes_to_the_same(tmp_path: Path, samples_dir: Path) -> None:
    weights = samples_dir / "weights" / "demo-en.pt"
    first = Bench(tmp_path / "calm")
    queue = Queue(first.database)
    sound = first.hand_in(first.sound(spoken(samples_dir, tmp_path / "spoken.wav")), queue)
    queue.close()
    run_undisturbed(first, weights, [sound])
    first.close()
    shutil.copytree(tmp_path / "calm", tmp_path / "wild")
    calm, wild = Bench(tmp_path / "calm"), Bench(tmp_path / "wild")
    for bench in (calm, wild):
        begin_again(bench, sound)

    run_undisturbed(calm, weights, [sound])
    killed = kill_in_each_stage(wild, weights, spared=frozenset({"plan", "mine", "draft", "gather"}))

    assert killed >= {"transcribe", "embed"}
    assert outcome(wild, sound) == outcome(calm, sound)
    assert proposed(wild, sound) == proposed(calm, sound)
    assert wild.count(TranscriptRevision, sound) == calm.count(TranscriptRevision, sound) == 3
    calm.close()
    wild.close()
