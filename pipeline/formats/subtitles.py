"""WebVTT, SubRip (SRT) and SubViewer (SBV) files, as their standards have them and as meeting software writes them.

Who speaks stands in voice tags (`<v Name>`, Teams) or before a colon (Zoom), or nowhere. Rolling captions show each
line twice, and are read once. WebVTT: https://www.w3.org/TR/webvtt1/
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from models.errors import Unreadable
from models.values import Seconds, Transcript
from pipeline.formats.labels import accepted, head_of
from pipeline.formats.overlaps import parted
from pipeline.formats.utterances import Anchor, Utterance, are_in_order, assemble, squeeze, time_at

_STAMP = r"(?:(-?\d{1,6}):)?(-?\d{1,6}):(-?\d{1,2})(?:[.,](-?\d{1,9}))?"
_TIMING = re.compile(rf"\s*{_STAMP}\s*-->\s*{_STAMP}(?:\s.*)?$")
_TAG = re.compile(
    rf"<(?P<close>/?)(?P<tag>v|c|i|b|u|ruby|rt|lang|font)\b(?P<rest>[^<>]*)>|<{_STAMP}>|\{{\\[^{{}}]*\}}", re.I
)
_VOICE = re.compile(r"(?:\.[^\s.]*)*\s+(.*)")
_LETTER = re.compile(r"[^\W\d_]")
_ASIDE = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_LANGUAGE = re.compile(r"(?:NOTE\s+)?language\s*:\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\s*$", re.I | re.M)
_TOLD = 3  # cues that a warning names
_IDENTIFIER = re.compile(r"\d+|\S*[0-9a-f]{8}-[0-9a-f]{4}-\S*")
_SBV = re.compile(r"^[ \t]*(\d{1,3}:\d\d:[^\s,]{1,12}),(\d{1,3}:\d\d:[^\s,]{1,12})[ \t]*$", re.M)
_CHANGE = re.compile(r"\s*(?:>>|&gt;&gt;)[>\s]*")  # before the words of another speaker, whoever that is
_ROLLING_PAIRS = 4  # cues that show a line again before we believe that the captions roll


@dataclass(slots=True)
class _Cue:
    """One cue while it is read."""

    start_s: Seconds
    end_s: Seconds
    lines: list[str] = field(default_factory=list)  # without those that are blank


@dataclass(slots=True)
class _Reading:
    """The state between two lines of a file."""

    cues: list[_Cue] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)  # lines of a block that has shown no times yet
    open: bool = False  # a cue takes the next lines
    aside: bool = False  # a comment, a style or the header takes them
    stray: int = 0  # lines that belong to no cue
    negative: bool = False
    backwards: list[Unreadable] = field(default_factory=list)  # what is wrong with cues that end before they start


def read_vtt(text: str, name: str) -> Transcript:
    """The transcript in a WebVTT file. Raises Unreadable naming the line that does not fit."""
    lines = text.split("\n")
    if not re.match(r"WEBVTT(?:\s|$)", lines[0]):
        raise Unreadable(
            f"“{name}” is not WebVTT: its first line is not WEBVTT.",
            remedy="Export the captions as WebVTT again, or give the file the ending of what it is (.srt, .txt).",
        )
    spoken = _LANGUAGE.search(text[:2000])
    reading = _read(lines[1:], name, first=2, has_asides=True)
    return _transcript(reading, name, source="webvtt", language=spoken.group(1) if spoken else "en")


def read_srt(text: str, name: str) -> Transcript:
    """The transcript in a SubRip file. Raises Unreadable naming the line that does not fit."""
    return _transcript(_read(text.split("\n"), name, first=1, has_asides=False), name, source="srt", language="en")


def read_sbv(text: str, name: str) -> Transcript:
    """The transcript in a SubViewer file, as YouTube gives it. Raises Unreadable naming the line that does not fit."""
    lines = _SBV.sub(r"\1 --> \2", text).replace("[br]", "\n").split("\n")
    return _transcript(_read(lines, name, first=1, has_asides=False), name, source="sbv", language="en")


def has_timing(text: str) -> bool:
    """Whether a line among the first ones gives the times of a cue."""
    return any(_TIMING.match(line) for line in text[:4000].split("\n")[:40])


def times_of(line: str) -> tuple[Seconds, Seconds] | None:
    """The times of a cue, if the line gives them and they do not run backwards."""
    timing = _TIMING.match(line)
    edges = (_seconds(timing.groups()[:4]), _seconds(timing.groups()[4:])) if timing else (None, None)
    if edges[0] is None or edges[1] is None or edges[1] < edges[0]:
        return None
    return max(0.0, edges[0]), max(0.0, edges[1])


def is_sbv(text: str) -> bool:
    """Whether the text begins with the times of a cue as SubViewer writes them."""
    return _SBV.match(text[:4000].lstrip()) is not None


# ---- lines → cues


def _read(lines: Sequence[str], name: str, *, first: int, has_asides: bool) -> _Reading:
    reading = _Reading(aside=has_asides)
    header = has_asides
    for number, line in enumerate(lines, first):
        if not line.strip():
            _close(reading)
            header = False
        elif "-->" in line and (header or not reading.aside) and _takes_times(reading, line, number, name):
            header = False
        elif reading.aside:
            continue
        elif reading.open:
            reading.cues[-1].lines.append(line)
        elif has_asides and not reading.pending and _ASIDE.match(line):
            reading.aside = True
        else:
            reading.pending.append(line)
    _close(reading)
    if not reading.cues:
        raise Unreadable(f"“{name}” has no cues: no line of the form “00:00:01.000 --> 00:00:04.000” is in it.")
    if 2 * len(reading.backwards) >= len(reading.cues):
        raise reading.backwards[0]
    return reading


def _close(reading: _Reading) -> None:
    """A blank line: what was pending belongs to no cue, and is kept with the one before."""
    if reading.cues:
        stray = [line for line in reading.pending if not _IDENTIFIER.fullmatch(line.strip())]
        reading.stray += len(stray) if reading.cues[-1].lines else 0
        reading.cues[-1].lines += stray
    reading.pending, reading.open, reading.aside = [], False, False


def _takes_times(reading: _Reading, line: str, number: int, name: str) -> bool:
    """Whether the line begins a cue, which is then open; an arrow in the middle of a cue's text does not."""
    timing = _TIMING.match(line)
    if timing is None:
        if reading.open and (reading.cues[-1].lines or _LETTER.search(line.partition("-->")[0])):
            return False
        raise Unreadable(f"“{name}”, line {number}: “{line.strip()[:60]}” is not a pair of times.", remedy=_TIMES)
    fields = timing.groups()
    start_s, end_s = _seconds(fields[:4]), _seconds(fields[4:])
    if start_s is None or end_s is None:
        raise Unreadable(f"“{name}”, line {number}: “{line.strip()[:60]}” has seconds above 59.", remedy=_TIMES)
    if end_s < start_s:
        told = f"“{name}”, line {number}: the cue ends ({end_s} s) before it starts ({start_s} s)."
        reading.backwards.append(Unreadable(told, remedy=_TIMES))
        end_s = start_s
    if reading.open and reading.cues[-1].lines and reading.cues[-1].lines[-1].strip().isdigit():
        reading.cues[-1].lines.pop()  # the number of this cue, where no blank line stands before it
    reading.negative = reading.negative or start_s < 0
    reading.cues.append(_Cue(max(0.0, start_s), max(0.0, end_s)))
    reading.pending, reading.open, reading.aside = [], True, False
    return True


_TIMES = "Write the times as 00:00:01.000 --> 00:00:04.000, the end not before the start, or export the captions again."


def _seconds(fields: Sequence[str | None]) -> Seconds | None:
    """Hours, minutes, seconds and fraction as seconds; None where they are no time.

    Some versions of Teams write 0:0:9.20 for nine seconds and twenty milliseconds.
    """
    hours, minutes, seconds, fraction = (part or "0" for part in fields)
    if abs(int(seconds)) > 59 or (fields[0] and abs(int(minutes)) > 59):
        return None
    unpadded = len((fields[0] or "00").lstrip("-")) == 1
    thousandths = float(int(fraction)) if unpadded else float(f"0.{fraction.lstrip('-')}") * 1000
    return round(int(hours) * 3600 + int(minutes) * 60 + int(seconds) + thousandths / 1000, 3)


# ---- cues → utterances


def _transcript(reading: _Reading, name: str, *, source: str, language: str) -> Transcript:
    cues = reading.cues
    if not are_in_order([cue.start_s for cue in cues]):
        cues = sorted(cues, key=lambda cue: cue.start_s)
    _unroll(cues)
    voiced = any("<v" in line for cue in cues for line in cue.lines)
    lines = [] if voiced else [line for cue in cues for line in (*cue.lines, "")]  # a turn may begin with any cue
    lines = [_CHANGE.sub("", line, count=1) if line.lstrip()[:1] in (">", "&") else line for line in lines]
    names = accepted(lines, [head_of(line) for line in lines])
    utterances: list[Utterance] = []
    speaker: str | None = None
    for cue in cues:
        found = list(_utterances(cue, None if voiced else speaker, names))
        speaker = found[-1].speaker if found else speaker
        utterances += found
    warnings = []
    if reading.stray:
        warnings.append(f"{reading.stray} lines stand outside any cue; they were kept with the cue before them.")
    if reading.negative:
        warnings.append("Some cues begin before the recording; they count as beginning with it.")
    warnings += [f"{told.detail} It counts as ending where it starts." for told in reading.backwards[:_TOLD]]
    return assemble(list(parted(utterances)), name, source=source, language=language, warnings=warnings)


def _unroll(cues: Sequence[_Cue]) -> None:
    """Take out the lines that a cue shows again, where the captions roll."""
    shown = [[squeeze(_TAG.sub("", line)) for line in cue.lines] for cue in cues]
    shown = [[line for line in lines if line] for lines in shown]
    again = [_overlap(before, after) for before, after in pairwise(shown)]
    moving = [count for count, pair in zip(again, pairwise(shown), strict=True) if count < max(map(len, pair))]
    if not _rolls(cues, moving):
        return
    for cue, lines, repeated in zip(cues[1:], shown[1:], again, strict=True):
        kept = [line for line in cue.lines if squeeze(_TAG.sub("", line))]
        cue.lines = kept[repeated:] if len(kept) == len(lines) else kept


def _rolls(cues: Sequence[_Cue], again: Sequence[int]) -> bool:
    """Whether lines are shown again by design; `again` has no cues that are as a whole like the one before."""
    repeating = sum(count > 0 for count in again)
    stamped = any(re.search(r"<\d+:\d", line) for cue in cues for line in cue.lines)
    return repeating > 0 and (stamped or (repeating >= _ROLLING_PAIRS and 2 * repeating >= len(again)))


def _overlap(before: Sequence[str], after: Sequence[str]) -> int:
    """How many lines at the end of `before` stand again at the beginning of `after`."""
    most = min(len(before), len(after), 4)
    return next((n for n in range(most, 0, -1) if before[-n:] == after[:n]), 0)


def _utterances(cue: _Cue, speaker: str | None, names: frozenset[str]) -> Iterator[Utterance]:
    """What is said in one cue: an utterance a voice. `names` are the labels that stand before a colon."""
    runs = [_Run(speaker)]
    for line in cue.lines:
        change = _CHANGE.match(line) if line.lstrip()[:1] in (">", "&") else None
        if change is not None:
            runs.append(_Run(None, fresh=True))
            line = line[change.end() :]
        head = head_of(line) if names else None
        if head is not None and head.name in names:
            runs.append(_Run(head.name))
            line = head.text
        runs[-1].add(" ")
        at = 0
        for tag in _TAG.finditer(line):
            runs[-1].add(line[at : tag.start()])
            at = tag.end()
            if (tag["tag"] or "").lower() == "v":
                runs.append(_Run(None if tag["close"] else _voice(tag["rest"])))
            elif tag[4] is not None or tag[5] is not None:
                runs[-1].stamp(_seconds(tag.groups()[-4:]))
        runs[-1].add(line[at:])
    yield from _placed([run for run in runs if run.length], cue)


def _voice(annotation: str) -> str | None:
    match = _VOICE.match(html.unescape(annotation))
    return squeeze(match.group(1)) or None if match else None


class _Run:
    """The words of one voice in one cue, growing; squeezed as they come."""

    def __init__(self, speaker: str | None, *, fresh: bool = False) -> None:
        self.speaker = speaker
        self.fresh = fresh
        self.length = 0
        self.stamps: list[Anchor] = []
        self._parts: list[str] = []
        self._gap = False

    def add(self, piece: str) -> None:
        plain = squeeze(html.unescape(piece))
        self._gap = self._gap or piece[:1].isspace()
        if plain:
            self._parts.append(" " + plain if self._gap and self._parts else plain)
            self.length += len(self._parts[-1])
            self._gap = piece[-1:].isspace()

    def stamp(self, at_s: Seconds | None) -> None:
        if at_s is not None and (not self.stamps or self.stamps[-1][0] < self.length):
            self.stamps.append((self.length, at_s))

    @property
    def text(self) -> str:
        return "".join(self._parts)


def _placed(runs: Sequence[_Run], cue: _Cue) -> Iterator[Utterance]:
    """The runs with their share of the cue's time, by characters."""
    whole = max(1, sum(run.length for run in runs))
    edges: tuple[Anchor, Anchor] = ((0, cue.start_s), (whole, cue.end_s))
    at = 0
    for run in runs:
        start_s, end_s = time_at(edges, at), time_at(edges, at + run.length)
        anchors: list[Anchor] = [(0, start_s)]
        for char, at_s in run.stamps:
            if 0 < char < run.length and anchors[-1][1] <= at_s <= end_s:
                anchors.append((char, at_s))
        anchors.append((run.length, end_s))
        yield Utterance(run.speaker, run.text, start_s, end_s, tuple(anchors), continues=not run.fresh)
        at += run.length
