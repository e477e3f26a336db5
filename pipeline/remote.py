"""The server's handle on a child process: started when there is work, killed when somebody stops it, and replaced."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from typing import IO, Any, TypeAlias, cast

from models.documents import to_json
from models.errors import Broken, Cancelled
from models.values import Seconds
from pipeline.child import NO_LIMITS, Limits
from pipeline.protocols import Progress, silent
from pipeline.settings import Settings
from pipeline.wire import unpack_error

PYTHON = (sys.executable, "-X", "utf8", "-P", "-m")
PATIENT = {"OMP_WAIT_POLICY": "passive"}  # threads that wait for each other leave the cores to others meanwhile
LOOK_S = 0.4  # how often a waiting call looks whether it was cancelled

Message: TypeAlias = Mapping[str, Any]
Asked: TypeAlias = Callable[[], bool]
Told: TypeAlias = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a child works."""

    module: str
    silence_s: Seconds  # without a word for so long, a call hangs
    silences: Mapping[str, Seconds] = field(default_factory=dict)  # of calls that tell their progress more often
    limits: Limits = NO_LIMITS
    tries: int = 2  # how often a call is made that the child dies of, or falls silent over
    calls: int | None = None  # after so many a fresh child follows


HEAVY = Terms(
    module="pipeline.worker",
    silence_s=1800.0,  # more than the slowest model takes for one window
    silences={"plan": 300.0},  # a word every 30 s of sound: longer only where a decoder hangs
)


class Halted(BaseException):
    """The server is going down. No Exception: nobody may take it for the work's own failure and write that down."""


def untold() -> None:
    """Of a call whose turn nobody waits for."""


def never() -> bool:
    """Of a call that nobody can cancel."""
    return False


class Worker:
    """One child process, one call at a time; further calls wait for their turn.

    `settings` are those of the tools that it works with; None for a child that needs none.
    """

    def __init__(self, settings: Settings | None, terms: Terms = HEAVY) -> None:
        self._settings = settings
        self._terms = terms
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
        """The JSON document that the child's module answers; `begun` is called when its turn has come.

        Raises what the call raised there; Cancelled within a second of `cancelled()` becoming true; Broken where the
        child came to an end, or fell silent, as often over this call as its terms allow; Halted after `close`.
        """
        with self._my_turn(cancelled):
            begun()
            for _ in range(1, self._terms.tries):
                with suppress(Broken):
                    return self._ask(name, arguments, progress, cancelled)
            return self._ask(name, arguments, progress, cancelled)

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

    def _ask(self, name: str, arguments: Message, progress: Progress, cancelled: Asked) -> Any:
        self._look(cancelled)
        child, silence_s = self._fresh(), self._terms.silences.get(name, self._terms.silence_s)
        try:
            child.say({"call": name, "args": arguments})
            message = child.hear(silence_s, lambda: self._look(cancelled))
            while "progress" in message:
                progress(message["progress"])
                message = child.hear(silence_s, lambda: self._look(cancelled))
        except BaseException:
            self._drop()  # it may still be at work on what nobody wants any more
            self._look(never)  # whoever closes kills the child
            raise
        if "error" in message:
            raise unpack_error(message["error"])
        return message["result"]

    def _fresh(self) -> "_Child":
        """The child, or a new one where it died meanwhile or has done its part."""
        child = self._child
        if child and (not child.is_alive or child.calls == self._terms.calls):
            self._drop()
        child = self._child = self._child or _Child(self._settings, self._terms)
        child.calls += 1
        return child

    def _drop(self) -> None:
        child, self._child = self._child, None
        if child:
            child.kill()


class _Child:
    """A running process."""

    def __init__(self, settings: Settings | None, terms: Terms) -> None:
        self.calls = 0
        self._process = subprocess.Popen(
            (*PYTHON, terms.module),
            env={**PATIENT, **os.environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._input = cast(IO[str], self._process.stdin)
        self._output = cast(IO[str], self._process.stdout)
        self._messages: SimpleQueue[Message | None] = SimpleQueue()  # None: it has said its last word
        self._listener = Thread(target=self._listen, name="worker-messages", daemon=True)
        self._listener.start()
        known = settings.model_dump(mode="json") if settings else {}
        self.say({"settings": known, "limits": asdict(terms.limits)})

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

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
                raise Broken(_ended(self._process.wait()))
            return message
        raise Broken(f"the process that works on it said nothing for {silence_s:.0f} seconds")

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


def _ended(status: int) -> str:
    if status == -signal.SIGXCPU:
        return "it takes more computing time than it may"
    return f"the process that works on it ended with status {status} in the middle"
