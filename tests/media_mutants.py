"""Files that are nearly recordings, and a running server that is asked to take them.

A number is enough to make the same file again.
"""

import http.client
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from sounds import CODECS, noise, wav_bytes, write, write_tracks

SEED_S = 2.5
HEAD = 600  # bytes in which most headers lie
EXTREMES = (
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\x80\0\0\0",
    b"\0\0\0\0",
    b"\0\0\0\1",
    b"\xff\xff\xff\xff\xff\xff\xff\xff",
)
ODD: dict[str, tuple[str, dict[str, Any]]] = {  # besides the usual ones: what makes other parts of FFmpeg work
    "film.mkv": (".mkv", {"picture": "film"}),
    "film.mp4": (".m4a", {"picture": "film", "muxer": "mp4"}),
    "cover.mp4": (".m4a", {"picture": "cover", "muxer": "mp4"}),
    "fragments.m4a": (".m4a", {"options": {"movflags": "frag_keyframe+empty_moov", "frag_duration": "500000"}}),
    "live.webm": (".webm", {"options": {"live": "1"}}),
    "stereo.flac": (".flac", {"layout": "stereo"}),
    "flac.ogg": (".ogg", {"codec": "flac"}),
    "adpcm.wav": (".wav", {"codec": "adpcm_ima_wav"}),
    "surround.wav": (".wav", {"layout": "5.1"}),
    "call.3gp": (".m4a", {"muxer": "3gp", "codec": "libopencore_amrnb", "rate": 8000}),
    "film.ac3.mkv": (".mkv", {"codec": "ac3"}),
}


@dataclass(frozen=True, slots=True)
class File:
    """A file to be handed in."""

    name: str
    data: bytes


def seeds(folder: Path) -> list[File]:
    """Whole recordings of every kind."""
    sound = noise(SEED_S, seed=9)
    paths = [write(folder / f"talk{ending}", sound) for ending in CODECS]
    for name, (ending, how) in ODD.items():
        paths.append(write(folder / f"odd{ending}", sound, **how).rename(folder / name))
    paths.append(write_tracks(folder / "tracks.mkv", np.stack([sound, -sound]), sound[None]))
    made = [File(path.name, path.read_bytes()) for path in paths]
    return [*made, File("many.wav", wav_bytes(bytes(24 * 2 * 4000), channels=24))]


def _flip(data: bytearray, chance: np.random.Generator, other: bytes) -> None:
    for at in chance.integers(len(data), size=2 ** int(chance.integers(9))):
        data[at] ^= 1 << int(chance.integers(8))


def _truncate(data: bytearray, chance: np.random.Generator, other: bytes) -> None:
    del data[int(chance.integers(1, len(data))) :]


def _block(data: bytearray, chance: np.random.Generator) -> slice:
    start = int(chance.integers(len(data)))
    return slice(start, start + int(chance.integers(1, max(2, len(data) // 8))))


def _delete(data: bytearray, chance: np.random.Generator, other: bytes) -> None:
    del data[_block(data, chance)]


def _repeat(data: bytearray, chance: np.random.Generator, other: bytes) -> None:
    block = _block(data, chance)
    data[block.start : block.start] = data[block] * int(chance.integers(1, 5))


def _insert(data: bytearray, chance: np.random.Generator, other: bytes) -> None:
    block = _block(data, chance)
    data[block.start : block.start] = chance.bytes(block.stop - block.start)


def _blank(data: bytearray, chance: np.random.Generator, other: bytes) -> None:
    block = _block(data, chance)
    data[block] = bytes([int(chance.choice([0, 255]))]) * len(data[block])


def _head(data: bytearray, chance: np.random.Generator, other: bytes) -> None:
    for at in chance.integers(4, min(len(data), HEAD), size=int(chance.integers(1, 6))):
        data[at] = int(chance.integers(256))


def _extreme(data: bytearray, chance: np.random.Generator, other: bytes) -> None:
    value = EXTREMES[int(chance.integers(len(EXTREMES)))][:: int(chance.choice([1, -1]))]
    within = HEAD if chance.random() < 0.7 else len(data)
    at = int(chance.integers(4, min(len(data), within)))
    data[at : at + len(value)] = value


def _splice(data: bytearray, chance: np.random.Generator, other: bytes) -> None:
    data[int(chance.integers(1, len(data))) :] = other[int(chance.integers(len(other))) :]


MUTATIONS: tuple[Callable[[bytearray, np.random.Generator, bytes], None], ...] = (
    *(_flip, _truncate, _delete, _repeat, _insert, _blank, _head, _extreme, _splice),
)


def mutant(known: Sequence[File], number: int) -> File:
    """One of the files, damaged in one to three ways; always the same for a number."""
    chance = np.random.default_rng([number, 4])
    file, other = known[number % len(known)], known[int(chance.integers(len(known)))]
    data = bytearray(file.data)
    for way in chance.choice(len(MUTATIONS), size=int(chance.integers(1, 4))):
        if len(data) > HEAD // 100:
            MUTATIONS[way](data, chance, other.data)
    return File(f"{number}-{file.name}", bytes(data))


def status_of(pid: int) -> dict[str, str]:
    """What the kernel says of a process; empty where it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return {}
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def children_of(pid: int) -> list[int]:
    """The processes that a process has started, dead ones that nobody has asked after included."""
    numbers = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    return [one for one in numbers if status_of(one).get("PPid") == str(pid)]


@dataclass(slots=True)
class Outcome:
    """What a server made of many files."""

    statuses: Counter[int] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    bad: list[str] = field(default_factory=list)  # any answer that is no success and no refusal
    accepted: list[File] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    zombies: int = 0
    largest_child_mb: float = 0.0
    server_mb: float = 0.0


class Server:
    """`tacit serve` on a free port, in a process of its own, without anybody who works on what it takes."""

    def __init__(self, folder: Path) -> None:
        command = (sys.executable, "-m", "api.cli", "--data-dir", str(folder))
        environment = {**os.environ, "TACIT_REQUESTS_PER_MINUTE": "10000000"}
        made = subprocess.run((*command, "key", "create", "fuzz", "--role", "manager"), capture_output=True, check=True)
        self._headers = {"Authorization": f"Bearer {made.stdout.decode().strip()}"}
        self._process = subprocess.Popen(
            (*command, "serve", "--port", "0", "--no-embedded"), env=environment, stdout=subprocess.PIPE, text=True
        )
        address = self._process.stdout.readline() if self._process.stdout else ""
        self._port = int(address.rpartition(":")[2])

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_up(self) -> bool:
        return self._process.poll() is None

    def upload(self, file: File, *, within_s: float) -> tuple[int, dict[str, Any]]:
        """The status and the document of the answer. Raises OSError where none comes in time."""
        head = f'--fuzz\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n'
        body = head.encode() + file.data + b"\r\n--fuzz--\r\n"
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=within_s)
        try:
            headers = {**self._headers, "Content-Type": "multipart/form-data; boundary=fuzz"}
            connection.request("POST", "/api/v1/recordings", body, headers)
            answer = connection.getresponse()
            return answer.status, json.load(answer)
        finally:
            connection.close()

    def stop(self) -> list[int]:
        """End it as a person would; the children that it leaves running."""
        children = children_of(self.pid)
        self._process.terminate()
        self._process.wait(timeout=60)
        if self._process.stdout:
            self._process.stdout.close()
        deadline = time.monotonic() + 10
        while any(status_of(child) for child in children) and time.monotonic() < deadline:
            time.sleep(0.05)
        return [child for child in children if status_of(child)]


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """A server, and the certainty that it is gone afterwards."""
    server = Server(folder)
    try:
        yield server
    finally:
        if server.is_up:
            server.stop()


def feed(server: Server, files: Iterator[File], *, threads: int, within_s: float) -> Outcome:
    """Hand all of the files in, several at once, and look after the server meanwhile."""
    found = Outcome()

    def hand_in(file: File) -> None:
        began = time.monotonic()
        try:
            status, document = server.upload(file, within_s=within_s)
        except OSError as error:
            found.bad.append(f"{file.name}: {error!r}")
            return
        found.statuses[status] += 1
        found.slowest = max(found.slowest, (time.monotonic() - began, file.name))
        if status in (200, 202):
            found.accepted.append(file)
        elif 400 <= status < 500 and document.get("remedy"):
            found.problems[document["type"].rpartition(":")[2]] += 1
        else:
            found.bad.append(f"{file.name}: {status} {document}")
        look(server, found)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(hand_in, files))
    time.sleep(0.5)  # whoever is being replaced is asked after
    found.zombies = sum(status_of(child).get("State", "").startswith("Z") for child in children_of(server.pid))
    return found


def look(server: Server, found: Outcome) -> None:
    """Note how much memory the server and its children hold at most."""
    for pid in children_of(server.pid):
        found.largest_child_mb = max(found.largest_child_mb, _peak_mb(pid))
    found.server_mb = max(found.server_mb, _peak_mb(server.pid))


def _peak_mb(pid: int) -> float:
    return int(status_of(pid).get("VmHWM", "0 kB").split()[0]) / 1024
