"""The child processes that look into what people hand in, and the server's handle on them."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sounds import noise, write

from models.errors import TooLarge, Unavailable, Unreadable, Unsupported
from pipeline import audio
from pipeline.child import Limits
from pipeline.readers import KEPT, READING, Readers

HOUR_S = 3600.0
TEXT = "Ivo: How do you know that the glaze is dry?\n\nMara: I tap the pot, and it rings like a small bell.\n"


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    with closing(Readers()) as readers:
        yield readers


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("sound") / "talk.flac", noise(3.0))


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """A file that nobody finishes reading: a pipe without a writer."""
    path = tmp_path / "pipe.txt"
    os.mkfifo(path)
    return path


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty minutes of sound in a file without an index: whoever wants its end has to decode all of it."""
    path = write(tmp_path_factory.mktemp("long") / "talk.aac", noise(6.0))
    path.write_bytes(path.read_bytes() * 400)
    return path


def state_of(pid: int) -> str | None:
    """R, S, Z …; None for a process that is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return None


def test_a_child_answers_what_the_functions_would(readers: Readers, talk: Path, tmp_path: Path) -> None:
    text = tmp_path / "talk.txt"
    text.write_text(TEXT, encoding="utf-8")

    assert readers.check(talk, "talk.flac", max_duration_s=HOUR_S) == audio.probe(talk)
    assert readers.clip(talk, 0.5, 1.5) == audio.clip(talk, 0.5, 1.5)
    assert readers.warnings(text, "talk.txt") == ()


def test_its_errors_keep_their_class_and_remedy(readers: Readers, talk: Path) -> None:
    with pytest.raises(Unsupported, match="not what its name says") as refused:
        readers.check(talk, "talk.mp3", max_duration_s=HOUR_S)
    with pytest.raises(TooLarge, match="3 seconds long, and at most 1"):
        readers.check(talk, "talk.flac", max_duration_s=1.0)
    with pytest.raises(Unreadable, match="no sound between"):
        readers.clip(talk, 100.0, 101.0)

    assert ".flac" in refused.value.remedy


def test_one_child_reads_file_after_file(talk: Path) -> None:
    with closing(Readers()) as readers:
        readers.clip(talk, 0.0, 1.0)
        pids = readers.pids
        readers.clip(talk, 1.0, 2.0)

        assert readers.pids == pids
        assert len(pids) == 1


def test_several_files_are_read_at_once_but_no_more_than_allowed(talk: Path) -> None:
    with closing(Readers(most=3)) as readers, ThreadPoolExecutor(9) as threads:
        clips = list(threads.map(lambda start_s: readers.clip(talk, start_s / 5, start_s / 5 + 1), range(9)))

        assert clips == [audio.clip(talk, start_s / 5, start_s / 5 + 1) for start_s in range(9)]
        assert 1 <= len(readers.pids) <= KEPT


def test_a_child_that_died_is_replaced(talk: Path) -> None:
    with closing(Readers()) as readers:
        readers.clip(talk, 0.0, 1.0)
        (first,) = readers.pids
        os.kill(first, signal.SIGKILL)
        while state_of(first) != "Z" or len(list(Path(f"/proc/{first}/task").iterdir())) > 1:
            time.sleep(0.01)

        assert readers.clip(talk, 0.0, 1.0)
        assert readers.pids != [first]
        assert state_of(first) is None


def test_a_child_gives_way_to_a_fresh_one_after_its_calls(talk: Path) -> None:
    with closing(Readers(terms=replace(READING, calls=2))) as readers:
        pids = []
        for _ in range(3):
            readers.clip(talk, 0.0, 1.0)
            pids += readers.pids

        assert pids[0] == pids[1] != pids[2]
        assert state_of(pids[0]) is None


def test_a_file_that_breaks_its_reader_is_unreadable_and_the_next_one_is_read(endless: Path, talk: Path) -> None:
    def kill() -> None:
        while not readers.pids:
            time.sleep(0.01)
        os.kill(readers.pids[0], signal.SIGSEGV)

    with closing(Readers()) as readers:
        threading.Thread(target=kill).start()
        with pytest.raises(Unreadable, match="status -11"):
            readers.warnings(endless, "pipe.txt")
        assert readers.clip(talk, 0.0, 1.0)


def test_a_file_that_nobody_finishes_is_unreadable_within_the_limit(endless: Path) -> None:
    with closing(Readers(terms=replace(READING, silence_s=0.5))) as readers:
        began = time.monotonic()
        with pytest.raises(Unreadable, match="said nothing"):
            readers.warnings(endless, "pipe.txt")
        assert time.monotonic() - began < 5
        assert readers.pids == []


def test_a_file_that_takes_too_much_computing_is_unreadable(long: Path) -> None:
    with closing(Readers(terms=replace(READING, limits=Limits(cpu_s=1.0)))) as readers:
        with pytest.raises(Unreadable, match="computing time"):
            readers.clip(long, 2300.0, 2301.0)
        assert readers.pids == []


def test_computing_time_is_counted_for_every_call_anew(long: Path) -> None:
    used = 0.0
    with closing(Readers(terms=replace(READING, limits=Limits(cpu_s=2.0)))) as readers:
        while used < 3.1:
            readers.clip(long, 100.0, 101.0)
            (pid,) = readers.pids
            stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            used = (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


def test_what_fills_the_memory_is_too_large(long: Path, talk: Path) -> None:
    with closing(Readers(terms=replace(READING, limits=Limits(memory_bytes=400 * 2**20)))) as readers:
        with pytest.raises(TooLarge, match="memory"):
            readers.clip(long, 0.0, 2400.0)
        assert readers.clip(talk, 0.0, 1.0)


def test_closing_ends_the_call_under_way_and_leaves_no_process(endless: Path, talk: Path) -> None:
    readers = Readers()
    readers.clip(talk, 0.0, 1.0)
    pids = readers.pids
    threading.Timer(0.5, readers.close).start()

    with pytest.raises(Unavailable, match="going down"):
        readers.warnings(endless, "pipe.txt")
    with pytest.raises(Unavailable):
        readers.clip(talk, 0.0, 1.0)

    assert [state_of(pid) for pid in pids] == [None]
