"""What every child process of the server has in common: how it is spoken to, and what it may use.

JSON lines. The first line in is {"settings": …, "limits": …}; then {"call": name, "args": {…}}, one after the other.
Out come any number of {"progress": 0.3}, then {"result": …} or {"error": {…}}. It ends when its standard input closes,
whatever it is doing: nobody is left to hear the answer.
"""

import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, TextIO, TypeAlias, TypeVar

from models.documents import to_json
from models.errors import TacitError, TooLarge
from models.values import Seconds
from pipeline.protocols import Progress
from pipeline.wire import pack_error

T = TypeVar("T")

Arguments: TypeAlias = Mapping[str, Any]
Call: TypeAlias = Callable[[Arguments, T, Progress], Any]
Calls: TypeAlias = Mapping[str, Call[T]]
Say: TypeAlias = Callable[[Mapping[str, Any]], None]

ORPHANED = 3  # exit status after standard input closed
SACRIFICE = "500"  # when memory runs out, the kernel is to take this process and not the server


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use; None: as much as there is. The kernel sees to it."""

    memory_bytes: int | None = None  # of address space
    cpu_s: Seconds | None = None  # in one call; beyond it the process is killed by SIGXCPU

    def set(self) -> None:
        """Those that hold for the whole life of the process."""
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core would hold what people said
        if self.memory_bytes is not None:
            with suppress(ValueError, OSError):  # not every system has it
                resource.setrlimit(resource.RLIMIT_AS, (self.memory_bytes, resource.RLIM_INFINITY))

    def renew(self) -> None:
        """Those of one call that begins now."""
        if self.cpu_s is not None:
            used = resource.getrusage(resource.RUSAGE_SELF)
            until = ceil(used.ru_utime + used.ru_stime + self.cpu_s)
            resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))


NO_LIMITS = Limits()


def calls(*known: Call[T]) -> Calls[T]:
    """The calls by their names."""
    return {call.__name__: call for call in known}


def serve(known: Calls[T], prepare: Callable[[Mapping[str, Any]], T], *, niceness: int) -> None:
    """Answer calls until standard input closes; what `prepare` makes of the settings is handed to every one."""
    pipe = private_stdout()
    step_aside(niceness)
    lines = requests()
    first = json.loads(lines.get())
    prepared, limits = prepare(first["settings"]), Limits(**first["limits"])
    limits.set()

    def say(message: Mapping[str, Any]) -> None:
        pipe.write(to_json(message) + "\n")
        pipe.flush()

    while True:
        request = json.loads(lines.get())
        limits.renew()
        answer(request, known, prepared, say)


def answer(request: Mapping[str, Any], known: Calls[T], prepared: T, say: Say) -> None:
    """Do what one line asks for, and say what came of it. A mistake of ours is told like any other error."""
    try:
        call = known[request["call"]]
        say({"result": call(request["args"], prepared, lambda fraction: say({"progress": fraction}))})
    except MemoryError:
        say({"error": pack_error(TooLarge("Reading this file takes more memory than it may."))})
    except Exception as error:  # noqa: BLE001 (the server tells people what went wrong; this process goes on)
        if not isinstance(error, TacitError):  # those say what is wrong, and what helps
            traceback.print_exc()
        say({"error": pack_error(error)})


def private_stdout() -> TextIO:
    """The pipe to the server. What anybody else prints goes to standard error from now on."""
    pipe = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdout = sys.stderr
    return pipe


def requests() -> SimpleQueue[str]:
    """The lines of standard input, as they come. The process ends when it closes."""
    lines: SimpleQueue[str] = SimpleQueue()

    def forward() -> None:
        for line in sys.stdin:
            lines.put(line)
        os._exit(ORPHANED)

    Thread(target=forward, name="requests", daemon=True).start()
    return lines


def step_aside(niceness: int) -> None:
    """Let the server go first, and leave Ctrl-C to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(niceness)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(SACRIFICE)
