"""Weights from elsewhere: a file comes whole, by its SHA-256, or not at all. A broken download is gone on with."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException, HTTPResponse
from io import BufferedRandom
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from models.errors import Busy, MissingModel
from pipeline.protocols import Progress, silent

_BLOCK = 1 << 20
_TIMEOUT_S = 60.0  # without a byte
_BEYOND = 416  # the HTTP status of a range that begins behind the end: all of it has come
_PARTIAL = 206


def fetch(url: str, target: Path, sha256: str, *, progress: Progress = silent) -> None:
    """Bring what lies at `url` to `target`, which is there afterwards, whole, or not at all.

    A download that broke off is gone on with where the server can do that, and begun again where it cannot. Raises
    MissingModel where nothing comes, Busy where another process fetches the same file.
    """
    part = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with alone(part) as file:
            _receive(url, file, progress)
            found = _sha256(file)
            if found == sha256:
                part.replace(target)
            else:
                part.unlink()
    except (OSError, HTTPException, ValueError) as problem:
        raise MissingModel(
            f"{url} could not be fetched: {problem}",
            remedy=f"Look whether this machine reaches the internet, and whether {target.parent} takes files; then "
            "try again: it goes on where it broke off.",
        ) from problem
    if found != sha256:
        raise MissingModel(
            f"What came from {url} is not what it should be: expected SHA-256 {sha256}, got {found}.",
            remedy="Try again. If it stays, something on the way changes the file: fetch it on another machine.",
        )


@contextmanager
def alone(part: Path) -> Iterator[BufferedRandom]:
    with part.open("a+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            raise Busy(f"another process fetches {part.stem} now", remedy="Wait until it is done.") from problem
        yield file


def _receive(url: str, file: BufferedRandom, progress: Progress) -> None:
    """Append what is missing to the file; where the server sends all of it, begin again."""
    there = file.seek(0, os.SEEK_END)
    request = Request(url, headers={"Range": f"bytes={there}-"} if there else {})
    try:
        answer: HTTPResponse = urlopen(request, timeout=_TIMEOUT_S)
    except HTTPError as problem:
        with problem:
            if problem.code == _BEYOND:
                return
            raise OSError(f"the server answered {problem.code} {problem.reason}") from problem
    with answer:
        if answer.status != _PARTIAL:
            there = 0
            file.truncate(0)
        length = int(answer.headers.get("Content-Length") or 0)
        received = 0
        while block := answer.read(_BLOCK):
            file.write(block)
            received += len(block)
            if length:
                progress((there + received) / (there + length))
        if received < length:
            raise OSError(f"the connection ended after {received} of {length} bytes")
    file.flush()
    os.fsync(file.fileno())


def _sha256(file: BufferedRandom) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()
