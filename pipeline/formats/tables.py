"""Tables with a column of talk: CSV, tab-separated text, and tables of documents that have a header."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from models.errors import Unreadable
from models.values import Seconds, Transcript
from pipeline.formats.fields import seconds, text_of
from pipeline.formats.labelled import read_labelled
from pipeline.formats.labels import clock, is_clock, seconds_of
from pipeline.formats.utterances import Utterance, assemble, timed, with_ends

_DELIMITERS = "\t,;|"
_TALK = frozenset(
    "text content transcript utterance message sentence caption speech dialogue transcription said".split()
)
_WHO = frozenset("speaker speakername speakerlabel speakerid name who participant person author role user".split())
_START = frozenset(
    "start starttime starts begin from time timestamp timespan timecode startseconds starttimes in".split()
)
_END = frozenset("end endtime ends stop to endseconds endtimes out".split())
_WHICH = frozenset(
    "transcriptid interview interviewid recording recordingid file filename conversation conversationid document "
    "documentid session sessionid id".split()
)
_LABELLED_LINES = 2  # in a cell that is a whole interview
_SPLIT = "Split it: one interview a file, each as text with “Name:” before every turn, or as a table of its turns."


@dataclass(frozen=True, slots=True)
class Columns:
    """Where in a row the talk stands, and what else is known of it."""

    talk: int
    who: int | None
    start: int | None
    end: int | None
    which: int | None  # which interview it belongs to


def columns_of(header: Sequence[str]) -> Columns | None:
    """The columns, by their names; None where none of them is the talk, or it stands there alone."""
    names = [re.sub(r"[^a-z]", "", cell.casefold()) for cell in header]

    def place(known: frozenset[str]) -> int | None:
        return next((number for number, name in enumerate(names) if name in known), None)

    talk = place(_TALK)
    found = None if talk is None else Columns(talk, place(_WHO), place(_START), place(_END), place(_WHICH))
    return found if found and (found.who, found.start, found.which) != (None, None, None) else None


def delimiter_of(text: str, *, among: str = _DELIMITERS) -> str | None:
    """What stands between the columns of a table with a header; None where there is no such table."""
    first = text[:2000].lstrip("\n").split("\n", 1)[0]
    headers = ((mark, next(csv.reader([first], delimiter=mark), [])) for mark in among if mark in first)
    return next((mark for mark, header in headers if columns_of(header)), None)


def read_table(text: str, name: str) -> Transcript:
    """The transcript in a table with a header. Raises Unreadable where it has none, or holds several interviews."""
    delimiter = delimiter_of(text)
    if delimiter is None:
        raise Unreadable(
            f"“{name}” has no header that names a column of talk.",
            remedy="Name the columns in the first line, as: speaker,start,end,text.",
        )
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    reader = csv.reader(io.StringIO(text.lstrip("\n")), delimiter=delimiter)
    try:
        header, *rows = [row for row in reader if row]
    except csv.Error as error:
        raise Unreadable(f"“{name}” is no table that can be read: {error}.") from error
    return read_rows(header, rows, name, source="csv")


def read_rows(header: Sequence[str], rows: Sequence[Sequence[str]], name: str, *, source: str) -> Transcript:
    """The transcript in the rows below a header with a column of talk. Raises Unreadable for several interviews."""
    columns = columns_of(header)
    if columns is None:
        raise Unreadable(f"“{name}” has no header that names a column of talk.")
    rows = [row for row in rows if len(row) > columns.talk and row[columns.talk].strip()]
    _refuse_several(rows, columns, name)
    if len(rows) == 1 and columns.who is None and columns.start is None:
        return read_labelled(rows[0][columns.talk], name, source=source)
    return assemble(with_ends(list(_said(rows, columns))), name, source=source)


def _refuse_several(rows: Sequence[Sequence[str]], columns: Columns, name: str) -> None:
    """Raises Unreadable where the rows are interviews, or turns of several interviews."""
    which = {_cell(row, columns.which) for row in rows}
    whole = columns.who is None and sum(_is_interview(row[columns.talk]) for row in rows) > len(rows) / 2
    if len(rows) > 1 and (whole or (columns.who is not None and _is_named(columns) and 1 < len(which) < len(rows))):
        count = len(rows) if whole else len(which)
        raise Unreadable(f"“{name}” holds {count:,} interviews, and a file may hold one.", remedy=_SPLIT)


def _is_named(columns: Columns) -> bool:
    return columns.which is not None


def _is_interview(cell: str) -> bool:
    """Whether there is more than one labelled line in it."""
    return len(re.findall(r"^\s*[^\W\d][^:\n]{0,40}:", cell[:20_000], re.M)) >= _LABELLED_LINES


def _said(rows: Sequence[Sequence[str]], columns: Columns) -> Iterator[Utterance]:
    for row in rows:
        start_s, end_s = (_time(_cell(row, place)) for place in (columns.start, columns.end))
        if start_s is None or (end_s is not None and end_s < start_s):
            end_s = None
        speaker = text_of(_cell(row, columns.who)) or None
        yield replace(timed(speaker, row[columns.talk], start_s, end_s), start_s=start_s)


def _cell(row: Sequence[str], place: int | None) -> str:
    return row[place].strip() if place is not None and place < len(row) else ""


def _time(cell: str) -> Seconds | None:
    return seconds_of(clock(cell)) if is_clock(cell) else seconds(cell.replace(",", ".", 1))
