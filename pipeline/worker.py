"""The child process that does the heavy work: `python -m pipeline.worker`.

JSON lines. The first line in is {"settings": …}; then {"call": name, "args": {…}}, one after the other. Out come any
number of {"progress": 0.3}, then {"result": …} or {"error": {…}}. It ends when its standard input closes, whatever it
is doing: nobody is left to hear the answer. Models are loaded once, at the first call that needs them.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, TextIO, TypeAlias

from models.documents import from_document, to_document, to_json
from models.errors import TacitError
from models.values import Clip, Transcript
from pipeline import steps, transcribe, turns
from pipeline.protocols import Progress
from pipeline.settings import Settings
from pipeline.tools import Tools, build_tools
from pipeline.wire import (
    Gathered,
    Planned,
    pack_drafts,
    pack_error,
    pack_mined,
    pack_vectors,
    unpack_drafts,
    unpack_mined,
    unpack_placed,
)

Arguments: TypeAlias = Mapping[str, Any]
Call: TypeAlias = Callable[[Arguments, Tools, Progress], Any]

ORPHANED = 3  # exit status after standard input closed
NICENESS = 5  # pages are served first
SACRIFICE = "500"  # when memory runs out, the kernel is to take this process and not the server


def read(arguments: Arguments, tools: Tools, progress: Progress) -> Any:
    transcript = steps.read(Path(arguments["path"]).read_bytes(), arguments["name"])
    return to_document(turns.with_roles(transcript))


def plan(arguments: Arguments, tools: Tools, progress: Progress) -> Any:
    planned = steps.plan(Path(arguments["path"]), tools, progress)
    return to_document(Planned(planned.duration_s, planned.groups, planned.warnings))


def listen(arguments: Arguments, tools: Tools, progress: Progress) -> Any:
    heard = steps.listen(
        Path(arguments["path"]),
        from_document(list[Clip], arguments["windows"]),
        tools,
        language=arguments["language"],
        vocabulary=arguments["vocabulary"],
        progress=progress,
    )
    return to_document(heard)


def join(arguments: Arguments, tools: Tools, progress: Progress) -> Any:
    parts = from_document(list[Transcript], arguments["parts"])
    return to_document(turns.with_roles(transcribe.join(parts)))


def mine(arguments: Arguments, tools: Tools, progress: Progress) -> Any:
    transcript = from_document(Transcript, arguments["transcript"])
    return pack_mined(steps.mine(transcript, tools)) if steps.is_mined(transcript) else None


def place(arguments: Arguments, tools: Tools, progress: Progress) -> Any:
    return pack_mined(steps.place(unpack_mined(arguments["mined"]), tools))


def drafts(arguments: Arguments, tools: Tools, progress: Progress) -> Any:
    mined = unpack_mined(arguments["mined"])
    return pack_drafts(steps.drafts(mined, tools, recording_id=arguments["recording_id"], talk_s=arguments["talk_s"]))


def passage_vectors(arguments: Arguments, tools: Tools, progress: Progress) -> Any:
    return pack_vectors(steps.passage_vectors(unpack_drafts(arguments["drafts"]), tools))


def gather(arguments: Arguments, tools: Tools, progress: Progress) -> Any:
    found, links = steps.gather(unpack_placed(arguments["new"]), unpack_placed(arguments["kept"]), tools)
    labels = {cluster.id: cluster.label for cluster in found.clusters}
    return to_document(Gathered(dict(found.assignments), labels, tuple(links)))


KNOWN = (read, plan, listen, join, mine, place, drafts, passage_vectors, gather)
CALLS: Mapping[str, Call] = {call.__name__: call for call in KNOWN}


def answer(request: Mapping[str, Any], tools: Tools, say: Callable[[Mapping[str, Any]], None]) -> None:
    """Do what one line asks for, and say what came of it. A mistake of ours is told like any other error."""
    try:
        say({"result": CALLS[request["call"]](request["args"], tools, lambda fraction: say({"progress": fraction}))})
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


def step_aside() -> None:
    """Let the server go first, and leave Ctrl-C to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICENESS)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(SACRIFICE)


def main() -> None:
    """Answer calls until standard input closes."""
    pipe = private_stdout()
    step_aside()
    lines = requests()
    tools = build_tools(Settings(**json.loads(lines.get())["settings"]))

    def say(message: Mapping[str, Any]) -> None:
        pipe.write(to_json(message) + "\n")
        pipe.flush()

    while True:
        answer(json.loads(lines.get()), tools, say)


if __name__ == "__main__":
    main()
