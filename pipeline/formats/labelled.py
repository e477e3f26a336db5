"""Plain text and Markdown: turns with the speaker's name before them, or without any names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from models.values import Seconds, Transcript
from pipeline.formats.labels import Head, accepted, head_of
from pipeline.formats.overlaps import parted
from pipeline.formats.utterances import ASKED, NAMELESS, Utterance, assemble, timed, with_ends

_BLANKS = re.compile(r"\n{3,}")
_NO_SPEECH = re.compile(r"\s*(?:#{1,6}\s.*|[-*_=~#]{3,}|```.*|<!--.*-->)\s*$")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!<>~|-])")
_ASKS = re.compile(
    r"(?:interviewers?|moderators?|facilitators?|researchers?|hosts?|q|questions?|questioners?)\W*\d*", re.I
)
_PROMPT = re.compile(r"\s*(?:Q\s?)?(\d{1,3})(?:\.[a-z0-9]{1,2})?[.):]?\s+\S")
_SENTENCE_ENDS = tuple(".!?…:\"'”’)]")
_CLOCK_SHARE = 0.3  # of the lines, to believe that times without brackets are not part of the talk
_PROMPTS = 3  # numbered lines, to believe that they are read from a list of questions
HALF_NAMED = "Only the interviewer is named in this text: what stands between counts as one other speaker's."
PREAMBLE = "What stands before the first speaker's name is kept, as nobody's words."


@dataclass(frozen=True, slots=True)
class _Row:
    """A line that is read: a label, a time or both at its beginning, taken off; blank where nothing is said."""

    text: str
    name: str | None = None
    start_s: Seconds | None = None
    border: bool = False  # nothing before it is continued here: a heading


def read_labelled(text: str, name: str, *, source: str = "labelled-text") -> Transcript:
    """The transcript in a text. Raises Unreadable where it holds no words."""
    if name.lower().endswith((".md", ".markdown")):
        text = _ESCAPED.sub(r"\1", text)
    lines = _BLANKS.sub("\n\n", text).split("\n")
    heads = [head_of(line) for line in lines]
    names = accepted(lines, heads)
    rows = list(_rows(lines, heads, names))
    warnings: list[str] = []
    if not names:
        utterances = list(_unnamed(rows))
    elif all(_ASKS.fullmatch(label) for label in names):
        utterances = list(_half_named(rows, by_line=20 * text.strip().count("\n\n") < len(rows)))
        if any(one.speaker == NAMELESS for one in utterances):
            warnings.append(HALF_NAMED)
    else:
        utterances = list(_named(rows))
        if utterances and utterances[0].speaker is None:
            warnings.append(PREAMBLE)
    return assemble(list(parted(with_ends(utterances))), name, source=source, warnings=warnings)


def _rows(lines: Sequence[str], heads: Sequence[Head | None], names: frozenset[str]) -> Iterator[_Row]:
    clocks = sum(head is not None and head.name is None for head in heads)
    believed = clocks >= _CLOCK_SHARE * sum(bool(line.strip()) for line in lines)
    for line, head in zip(lines, heads, strict=True):
        if _NO_SPEECH.match(line):
            yield _Row("", border=True)
        elif head is not None and head.name in names:
            yield _Row(head.text, head.name, head.start_s)
        elif head is not None and head.name is None and (head.bracketed or believed):
            yield _Row(head.text, None, head.start_s)
        else:
            yield _Row(*_behind_time(line, believed))


def _behind_time(line: str, believed: bool) -> tuple[str, None, Seconds | None]:
    """A line that is not labelled, although a colon stands in it: its time is still taken off."""
    match = re.match(r"\s*([\[(])?(\d{1,3}(?::\d{2}){1,2})[\])]?\s+(.*)", line, re.S)
    if match is None or not (match[1] or believed):
        return line, None, None
    head = head_of(f"[{match[2]}] -")
    return match[3], None, head.start_s if head else None


def _named(rows: Sequence[_Row]) -> Iterator[Utterance]:
    """Every label begins a turn, which goes on until the next one."""
    speaker: str | None = None
    for start_s, fresh, name, parts in _blocks(rows):
        speaker = name if name is not None else speaker
        yield timed(speaker, " ".join(parts), start_s, None, continues=not fresh)


def _blocks(rows: Sequence[_Row]) -> Iterator[tuple[Seconds | None, bool, str | None, list[str]]]:
    """Runs of rows between labels, times and headings: (second, begins a turn, label, texts)."""
    start_s: Seconds | None = None
    fresh, name, parts = True, None, list[str]()
    for row in rows:
        if row.name is not None or row.start_s is not None or row.border:
            if parts or name is not None:
                yield start_s, fresh, name, parts
            start_s, fresh, name, parts = row.start_s, row.name is not None or row.border, row.name, []
        if row.text.strip():
            parts.append(row.text)
    if parts or name is not None:
        yield start_s, fresh, name, parts


def _half_named(rows: Sequence[_Row], *, by_line: bool) -> Iterator[Utterance]:
    """A label holds for its paragraph (or line, in a text without blank lines); the rest is one other speaker's."""
    prompts = _has_prompts(rows)
    label: str | None = None
    fresh = True
    for row in rows:
        if row.name is not None:
            label, fresh = row.name, True
        elif by_line or not row.text.strip() or row.border:
            fresh = fresh or label is not None
            label = None
        if not row.text.strip():
            continue
        prompt = label is None and prompts and _PROMPT.match(row.text) is not None
        speaker = ASKED if prompt else label or NAMELESS
        yield timed(speaker, row.text, row.start_s, None, continues=not fresh)
        fresh = False


def _unnamed(rows: Sequence[_Row]) -> Iterator[Utterance]:
    """One speaker's paragraphs, and the numbered lines between them as questions."""
    prompts = _has_prompts(rows)
    in_paragraphs = all(row.start_s is None for row in rows)  # else it is captions, cut anywhere
    fresh, ended = True, True
    for row in rows:
        if not row.text.strip():
            fresh = fresh or row.border or ended
            continue
        speaker = None if not prompts else ASKED if _PROMPT.match(row.text) else NAMELESS
        yield timed(speaker, row.text, row.start_s, None, continues=not fresh)
        fresh, ended = False, in_paragraphs and row.text.rstrip().endswith(_SENTENCE_ENDS)


def _has_prompts(rows: Sequence[_Row]) -> bool:
    """Whether there are numbered lines whose numbers mostly rise."""
    numbers = [int(match[1]) for row in rows if (match := _PROMPT.match(row.text)) is not None]
    rising = sum(after in (before, before + 1) for before, after in pairwise(numbers))
    return len(numbers) >= _PROMPTS and 2 * rising >= len(numbers) - 1
