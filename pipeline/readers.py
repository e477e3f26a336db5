"""The server's way into files that people hand in: a few child processes, started when there is something to read."""

import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Any

from models.documents import from_document, to_document
from models.errors import Broken, Unavailable, Unreadable
from models.values import Clip, Seconds
from pipeline.audio import Media
from pipeline.child import Limits
from pipeline.remote import Halted, Terms, Worker

READING = Terms(
    module="pipeline.reader",
    silence_s=300.0,  # the machine may be busy
    limits=Limits(memory_bytes=2 * 2**30, cpu_s=120.0),  # the largest transcript that is taken wants a quarter of it
    tries=1,  # what broke it once breaks it again
    calls=200,  # decoders leak
)
MOST = 4  # files that are read at once; further ones wait
KEPT = 2  # children that stay for the next file


class Readers:
    """Reads files in child processes, none of which can take the server along. For any number of threads."""

    def __init__(self, *, terms: Terms = READING, most: int = MOST) -> None:
        self._terms = terms
        self._places = BoundedSemaphore(most)
        self._lock = Lock()
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._closed = False

    def check(self, path: Path, name: str, *, max_duration_s: Seconds) -> Media:
        """What `audio.check` gives or raises; Unreadable also where it breaks down, or takes too long."""
        return from_document(Media, self._call("check", path=str(path), name=name, max_duration_s=max_duration_s))

    def clip(self, path: Path, start_s: Seconds, end_s: Seconds, *, beeps: Sequence[Clip] = ()) -> bytes:
        """What `audio.clip` gives or raises, and Unreadable as with `check`."""
        sent = [to_document(beep) for beep in beeps]
        return base64.b64decode(self._call("clip", path=str(path), start_s=start_s, end_s=end_s, beeps=sent))

    def warnings(self, path: Path, name: str) -> tuple[str, ...]:
        """What the reader of a transcript warns of. Raises what `imports.read_transcript` does, and as `check`."""
        return tuple(self._call("warnings", path=str(path), name=name))

    @property
    def pids(self) -> list[int]:
        """Of the children that are there."""
        with self._lock:
            return [worker.pid for worker in (*self._idle, *self._busy) if worker.pid]

    def close(self) -> None:
        """End all children; calls under way and to come raise Unavailable."""
        with self._lock:
            self._closed = True
            workers, self._idle = [*self._idle, *self._busy], []
        for worker in workers:
            worker.close()

    def _call(self, call: str, **arguments: Any) -> Any:
        with self._worker() as worker:
            try:
                return worker.call(call, arguments)
            except Broken as problem:
                raise Unreadable(f"The file could not be read: {problem.detail}.") from problem
            except Halted as problem:
                raise Unavailable("The server is going down.", remedy="Try again in a minute.") from problem

    @contextmanager
    def _worker(self) -> Iterator[Worker]:
        with self._places:
            with self._lock:
                worker = self._idle.pop() if self._idle else Worker(None, self._terms)
                self._busy.add(worker)
                if self._closed:
                    worker.close()
            try:
                yield worker
            finally:
                with self._lock:
                    self._busy.remove(worker)
                    stays = not self._closed and len(self._idle) < KEPT
                    if stays:
                        self._idle.append(worker)
                if not stays:
                    worker.close()
