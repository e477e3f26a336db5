"""One process at a time does the work of a data directory."""

import subprocess
import sys
from pathlib import Path

import pytest

from models.errors import Busy
from pipeline.lock import DirectoryLock

HOLD = (
    "import sys, time; from pathlib import Path; from pipeline.lock import DirectoryLock;"
    "DirectoryLock(Path(sys.argv[1])).acquire(); print('held', flush=True); time.sleep(60)"
)


def test_a_second_holder_is_told_at_once_and_what_helps(tmp_path: Path) -> None:
    first, second = DirectoryLock(tmp_path), DirectoryLock(tmp_path)
    first.acquire()
    with pytest.raises(Busy) as caught:
        second.acquire()
    assert str(tmp_path) in caught.value.detail
    assert "--data-dir" in caught.value.remedy
    first.release()
    second.acquire()
    second.release()


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    lock = DirectoryLock(tmp_path)
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Busy):
            lock.acquire()
        holder.kill()
    lock.acquire()
    lock.release()


def test_releasing_what_is_not_held_does_nothing(tmp_path: Path) -> None:
    DirectoryLock(tmp_path).release()
