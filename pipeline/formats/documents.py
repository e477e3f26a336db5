"""JSON, and JSON line by line: which program wrote it, told by its shape."""

import json
from typing import Any

from models.errors import Unreadable
from models.values import Transcript
from pipeline.formats.fields import Record, record, records
from pipeline.formats.kaldi import is_kaldi, read_kaldi
from pipeline.formats.labelled import read_labelled
from pipeline.formats.revisions import is_revision, read_revision
from pipeline.formats.services import SERVICES
from pipeline.formats.whisper import LISTS, WANTED, read_whisper

_TEXT_BESIDE = ("highlights", "tags", "codes")  # marks of people who work with interviews, as Taguette exports them


def read_json(text: str, name: str) -> Transcript:
    """The transcript in JSON, whoever wrote it. Raises Unreadable naming what does not fit."""
    document = _parsed(text, name)
    about = record(document)
    if is_revision(about):
        return read_revision(about, name)
    service = next((service for service in SERVICES if service.fits(about)), None)
    if service is not None:
        return service.read(about, name)
    if is_kaldi(document) and not _has_segments(about):
        return read_kaldi(document, name)
    if isinstance(about.get("text"), str) and any(key in about for key in _TEXT_BESIDE):
        return read_labelled(about["text"], name)
    return read_whisper(document, name)


def _has_segments(document: Record) -> bool:
    """Whether there is a list of pieces of talk, each with its text."""
    found = next((document[key] for key in LISTS if key in document), None)
    return any(isinstance(one.get("text"), str) for one in records(found)[:50])


def _parsed(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise Unreadable(f"“{name}” is JSON nested too deeply; {WANTED}.") from error
    except ValueError as error:
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) > 1 and lines[0].lstrip()[:1] == "{" and lines[0].rstrip()[-1:] == "}":
            return _by_line(lines, name)
        raise Unreadable(f"“{name}” is not JSON ({error}); {WANTED}.") from error


def _by_line(lines: list[str], name: str) -> list[Record]:
    """JSON with an object a line. Raises Unreadable naming the line that is none, and for several whole transcripts."""
    found = list[Record]()
    for number, line in enumerate(lines, 1):
        try:
            one = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise Unreadable(f"“{name}”, line {number} is not JSON ({error}); {WANTED}.") from error
        if not isinstance(one, dict):
            raise Unreadable(f"“{name}”, line {number} is no object; {WANTED}, or one of its segments a line.")
        found.append(one)
    if sum(isinstance(one.get("segments"), list) for one in found) > 1:
        raise Unreadable(
            f"“{name}” holds {len(found)} transcripts, one a line.", remedy="Split it: one interview a file."
        )
    return found
