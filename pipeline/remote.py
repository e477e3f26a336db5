"""The server's handle on its worker: started when there is work, killed when somebody stops it, and replaced."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from typing import IO, Any, TypeAlias, cast

from models.documents import to_json
from models.errors import Broken, Cancelled
from models.values import Seconds
from pipeline.protocols import Progress, silent
from pipeline.settings import Settings
from pipeline.wire import unpack_error

COMMAND = (sys.executable, "-X", "utf8", "-P", "-m", "pipeline.worker")
LOOK_S = 0.4  # how often a waiting call looks whether it was cancelled
SILENCE_S = 1800.0  # without a word for so long, a call hangs: more than the slowest model takes for one window

Message: TypeAlias = Mapping[str, Any]
Asked: TypeAlias = Callable[[], bool]
Told: TypeAlias = Callable[[], None]


class Halted(BaseException):
    """The server is going down. No Exception: nobody may take it for the work's own failure and write that down."""


def untold() -> None:
    """Of a call whose turn nobody waits for."""


def never() -> bool:
    """Of a call that nobody can cancel."""
    return False


class Worker:
    """One child process, one call at a time; further calls wait for their turn."""

    def __init__(self, settings: Settings, *, silence_s: Seconds = SILENCE_S) -> None:
        self._settings = settings
        self._silence_s = silence_s
        self._turn = Lock()
        self._halted = Event()
        self._child: _Child | None = None

    @property
    def pid(self) -> int | None:
        """Of the child process; None while there is none."""
        child = self._child
        return child.pid if child else None

    def call(
        self,
        name: str,
        arguments: Message,
        *,
        begun: Told = untold,
        progress: Progress = silent,
        cancelled: Asked = never,
    ) -> Any:
        """The JSON document that `pipeline.worker` answers; `begun` is called when its turn has come.

        Raises what the call raised there; Cancelled within a second of `cancelled()` becoming true; Broken where the
        child came to an end, or fell silent, twice over this call; Halted after `close`.
        """
        request = {"call": name, "args": arguments}
        with self._my_turn(cancelled):
            begun()
            try:
                return self._ask(request, progress, cancelled)
            except Broken:
                return self._ask(request, progress, cancelled)

    def close(self) -> None:
        """End the child; calls under way and to come raise Halted."""
        self._halted.set()
        self._drop()

    @contextmanager
    def _my_turn(self, cancelled: Asked) -> Iterator[None]:
        while not self._turn.acquire(timeout=LOOK_S):
            self._look(cancelled)
        try:
            yield
        finally:
            self._turn.release()

    def _look(self, cancelled: Asked) -> None:
        if self._halted.is_set():
            raise Halted
        if cancelled():
            raise Cancelled

    def _ask(self, request: Message, progress: Progress, cancelled: Asked) -> Any:
        self._look(cancelled)
        child = self._child = self._child or _Child(self._settings)
        try:
            child.say(request)
            message = child.hear(self._silence_s, lambda: self._look(cancelled))
            while "progress" in message:
                progress(message["progress"])
                message = child.hear(self._silence_s, lambda: self._look(cancelled))
        except BaseException:
            self._drop()  # it may still be at work on what nobody wants any more
            raise
        if "error" in message:
            raise unpack_error(message["error"])
        return message["result"]

    def _drop(self) -> None:
        child, self._child = self._child, None
        if child:
            child.kill()


class _Child:
    """A running `pipeline.worker`."""

    def __init__(self, settings: Settings) -> None:
        self._process = subprocess.Popen(
            COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self._input = cast(IO[str], self._process.stdin)
        self._output = cast(IO[str], self._process.stdout)
        self._messages: SimpleQueue[Message | None] = SimpleQueue()  # None: it has said its last word
        self._listener = Thread(target=self._listen, name="worker-messages", daemon=True)
        self._listener.start()
        self.say({"settings": settings.model_dump(mode="json")})

    @property
    def pid(self) -> int:
        return self._process.pid

    def say(self, message: Message) -> None:
        """One line to the child. That it is gone already is found out by `hear`."""
        with suppress(BrokenPipeError):
            self._input.write(to_json(message) + "\n")
            self._input.flush()

    def hear(self, silence_s: Seconds, look: Callable[[], None]) -> Message:
        """Its next message; `look` is called while waiting, and may raise. Raises Broken where none comes."""
        deadline = time.monotonic() + silence_s
        while time.monotonic() < deadline:
            look()
            try:
                message = self._messages.get(timeout=LOOK_S)
            except Empty:
                continue
            if message is None:
                raise Broken(f"the worker process ended with status {self._process.wait()} in the middle of its work")
            return message
        raise Broken(f"the worker process said nothing for {silence_s:.0f} seconds")

    def kill(self) -> None:
        """End it at once, and wait until it is gone."""
        self._process.kill()
        self._process.wait()
        self._listener.join()
        self._output.close()
        with suppress(BrokenPipeError):
            self._input.close()

    def _listen(self) -> None:
        for line in self._output:
            if line.endswith("\n"):  # else it died in the middle of a word
                self._messages.put(json.loads(line))
        self._messages.put(None)
