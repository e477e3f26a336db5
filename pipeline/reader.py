"""The child process that looks into what people hand in: `python -m pipeline.reader`, spoken to as in `pipeline.child`.

Whatever parses bytes that nobody has looked at yet is a call here, so that a file which breaks a decoder, fills the
memory or never ends costs one short-lived process, and not the server. It loads no model, and starts in a moment.
"""

import base64
from pathlib import Path
from typing import Any

from models.documents import from_document, to_document
from models.values import Clip
from pipeline import audio, imports
from pipeline.child import Arguments, calls, serve
from pipeline.protocols import Progress

NICENESS = 2  # behind the server, before the heavy work: somebody waits for the answer


def check(arguments: Arguments, nothing: None, progress: Progress) -> Any:
    path, name = Path(arguments["path"]), arguments["name"]
    return to_document(audio.check(path, name, max_duration_s=arguments["max_duration_s"]))


def clip(arguments: Arguments, nothing: None, progress: Progress) -> Any:
    sound = audio.clip(
        Path(arguments["path"]),
        arguments["start_s"],
        arguments["end_s"],
        beeps=from_document(list[Clip], arguments["beeps"]),
    )
    return base64.b64encode(sound).decode("ascii")


def warnings(arguments: Arguments, nothing: None, progress: Progress) -> Any:
    return imports.read_transcript(Path(arguments["path"]).read_bytes(), arguments["name"]).warnings


CALLS = calls(check, clip, warnings)


def main() -> None:
    """Answer calls until standard input closes."""
    serve(CALLS, lambda _: None, niceness=NICENESS)


if __name__ == "__main__":
    main()
