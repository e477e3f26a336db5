"""The child process that does the heavy work, and the server's handle on it."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.documents import from_document, to_document
from models.errors import Broken, Cancelled, MissingModel, Unreadable
from models.values import Clip, SpeakerRole, Transcript
from pipeline.remote import HEAVY, Halted, Worker
from pipeline.settings import Settings
from pipeline.wire import pack_vectors, unpack_mined, unpack_vectors

INTERVIEW = """Interviewer: How do you know that the glaze is ready to dip?
Potter: I stir it and lift the stick. If it runs off in one thread, it is too thin.
Potter: It should coat the stick like cold cream.
"""


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    worker = Worker(Settings(data_dir=tmp_path_factory.mktemp("data"), threads=1))
    yield worker
    worker.close()


@pytest.fixture
def interview(tmp_path: Path) -> Path:
    path = tmp_path / "interview.txt"
    path.write_text(INTERVIEW, encoding="utf-8")
    return path


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """A file that nobody finishes reading: a pipe without a writer."""
    path = tmp_path / "pipe.txt"
    os.mkfifo(path)
    return path


def reading(path: Path) -> dict[str, str]:
    return {"path": str(path), "name": "interview.txt"}


def soon(true: Callable[[], bool], within_s: float = 10.0) -> bool:
    deadline = time.monotonic() + within_s
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return true()


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_one_child_answers_call_after_call(worker: Worker, interview: Path) -> None:
    first = from_document(Transcript, worker.call("read", reading(interview)))
    pid = worker.pid
    again = from_document(Transcript, worker.call("read", reading(interview)))
    assert first == again
    assert first.turns[0].role is SpeakerRole.INTERVIEWER
    assert worker.pid == pid is not None


def test_mining_comes_back_as_it_was_made(worker: Worker, interview: Path) -> None:
    transcript = worker.call("read", reading(interview))
    mined = unpack_mined(worker.call("mine", {"transcript": transcript}))
    assert all(
        statement.text == mined.transcript.text[statement.start_char : statement.end_char]
        for statement in mined.statements
    )
    assert len(mined.statements) == 3
    assert mined.findings


def test_a_language_without_pipeline_is_not_mined(worker: Worker) -> None:
    german = Transcript("Man hört es am Klang.", (), language="de")
    assert worker.call("mine", {"transcript": to_document(german)}) is None


def test_errors_come_back_with_their_class_and_remedy(worker: Worker, tmp_path: Path) -> None:
    empty = tmp_path / "empty.vtt"
    empty.write_bytes(b"WEBVTT\n")
    with pytest.raises(Unreadable) as caught:
        worker.call("read", {"path": str(empty), "name": "empty.vtt"})
    assert caught.value.detail
    assert caught.value.remedy


def test_a_file_that_is_gone_is_an_os_error(worker: Worker, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        worker.call("read", reading(tmp_path / "nowhere.txt"))


def test_missing_weights_name_a_remedy(worker: Worker, samples_dir: Path) -> None:
    windows = [to_document(Clip(0.0, 5.0))]
    sound = str(samples_dir / "baker.m4a")
    with pytest.raises(MissingModel) as caught:
        worker.call("listen", {"path": sound, "windows": windows, "language": "en", "vocabulary": None})
    assert "small" in caught.value.detail
    assert caught.value.remedy


def test_cancelling_kills_the_child_within_a_second_and_the_next_call_gets_a_new_one(
    worker: Worker, interview: Path, endless: Path
) -> None:
    worker.call("read", reading(interview))
    before = worker.pid
    cancelled_at: list[float] = []

    def cancelled() -> bool:
        cancelled_at.append(time.monotonic())
        return len(cancelled_at) > 2

    with pytest.raises(Cancelled):
        worker.call("read", reading(endless), cancelled=cancelled)
    assert time.monotonic() - cancelled_at[2] < 1.0
    assert not is_running(before or 0)
    worker.call("read", reading(interview))
    assert worker.pid != before


def test_a_child_that_dies_once_is_replaced_and_asked_again(worker: Worker, interview: Path, endless: Path) -> None:
    worker.call("read", reading(interview))
    first = worker.pid or 0

    def kill_and_serve() -> None:
        time.sleep(0.5)
        os.kill(first, signal.SIGKILL)
        soon(lambda: not is_running(first))
        endless.write_text(INTERVIEW, encoding="utf-8")  # opens once the second child reads

    helper = threading.Thread(target=kill_and_serve)
    helper.start()
    transcript = from_document(Transcript, worker.call("read", reading(endless)))
    helper.join()
    assert len(transcript.turns) >= 2
    assert worker.pid != first


def test_a_child_that_falls_silent_twice_is_a_broken_file(tmp_path: Path, endless: Path) -> None:
    worker = Worker(Settings(data_dir=tmp_path), replace(HEAVY, silence_s=1.0))
    try:
        with pytest.raises(Broken, match="nothing for 1 seconds"):
            worker.call("read", reading(endless))
        assert worker.pid is None
    finally:
        worker.close()


def test_a_plan_must_tell_its_progress_sooner_than_other_work(tmp_path: Path, endless: Path) -> None:
    assert HEAVY.silences["plan"] < HEAVY.silence_s
    worker = Worker(Settings(data_dir=tmp_path), replace(HEAVY, silences={"plan": 1.0}, tries=1))
    try:
        with pytest.raises(Broken, match="nothing for 1 seconds"):
            worker.call("plan", {"path": str(endless)})
    finally:
        worker.close()


def test_a_closed_worker_halts_the_call_under_way(tmp_path: Path, endless: Path) -> None:
    worker = Worker(Settings(data_dir=tmp_path))
    threading.Timer(0.5, worker.close).start()
    with pytest.raises(Halted):
        worker.call("read", reading(endless))


def test_the_child_ends_when_its_parent_is_killed(tmp_path: Path, endless: Path) -> None:
    code = (
        "import sys, threading, time\n"
        "from pathlib import Path\n"
        "from pipeline.remote import Worker\n"
        "from pipeline.settings import Settings\n"
        "worker = Worker(Settings(data_dir=Path(sys.argv[1])))\n"
        "call = lambda: worker.call('read', {'path': sys.argv[2], 'name': 'interview.txt'})\n"
        "threading.Thread(target=call, daemon=True).start()\n"
        "while worker.pid is None: time.sleep(.01)\n"
        "print(worker.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path), str(endless)], stdout=subprocess.PIPE, text=True
    )
    with parent:
        child = int((parent.stdout or sys.stdin).readline())
        assert is_running(child)
        parent.kill()
    assert soon(lambda: not is_running(child), within_s=20.0)


def test_vectors_survive_the_line() -> None:
    vectors = np.random.default_rng(1).normal(size=(3, 384)).astype(np.float32)
    assert np.array_equal(unpack_vectors(pack_vectors(vectors)), vectors)
    assert unpack_vectors(pack_vectors(np.zeros((0, 384), np.float32))).shape == (0, 384)
