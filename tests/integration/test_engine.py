"""Who executes the jobs of a data directory: started, stopped, and beside each other."""

import os
import time
from pathlib import Path

import pytest
from workbench import INTERVIEW, MANAGER, Bench

from models.errors import Busy
from models.store import add_recording, set_state
from models.tables import RecordingState
from pipeline.workflow import Engine, Queue


def test_a_recording_whose_job_was_never_queued_is_found_at_the_start(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with bench.database.writing() as session:
        orphan = add_recording(session, bench.upload("WEBVTT\n\n", "empty.vtt"), by=MANAGER).id
    bench.engine.start()
    try:
        assert bench.done(orphan).state is RecordingState.FAILED  # its job ran: the file cannot be read
    finally:
        bench.close()


def test_what_was_queued_beside_another_process_is_executed_by_whoever_starts(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    queue = Queue(bench.database)
    recording_id = bench.hand_in(bench.upload("WEBVTT\n\n", "empty.vtt"), queue)
    dropped = bench.hand_in(bench.upload("WEBVTT\n", "dropped.vtt"), queue)
    with bench.database.writing() as session:
        set_state(session, dropped, RecordingState.CANCELLED)
    queue.cancel(dropped)
    queue.close()
    bench.engine.start()
    try:
        assert bench.done(recording_id).state is RecordingState.FAILED
        assert bench.row(dropped).state is RecordingState.CANCELLED
        with pytest.raises(Busy):
            Engine(bench.settings, bench.database).start()
    finally:
        bench.close()


def test_an_engine_that_stops_in_the_middle_goes_on_at_the_next_start(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    new = bench.upload(INTERVIEW)
    path = bench.blobs.path(new.sha256)
    path.unlink()
    os.mkfifo(path)
    bench.engine.start()
    recording_id = bench.hand_in(new)
    bench.wait(recording_id, lambda row: row.stage == "import")
    began = time.monotonic()
    bench.engine.stop()
    assert time.monotonic() - began < 8.0
    assert bench.row(recording_id).state is RecordingState.WORKING

    path.unlink()
    path.write_text(INTERVIEW, encoding="utf-8")
    bench.engine = Engine(bench.settings, bench.database)
    bench.engine.start()
    try:
        assert bench.done(recording_id).state is RecordingState.READY
        assert len(bench.stages(recording_id)) == len(set(bench.stages(recording_id))) == 6
    finally:
        bench.close()
