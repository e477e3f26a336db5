"""Who speaks, as written at the beginning of a line: “Anna:”, “**Anna:**”, “[00:12] ANNA:”, “Anna (00:12):”.

Prose has colons too. A label is believed for what it is (“Interviewer”), or for looking like a name where a turn can
begin, in a text that has many such lines: few where names are bold, more where they come back, most where they do not.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from models.values import Seconds
from pipeline.formats.utterances import squeeze

_TIME = r"\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
_HEAD = re.compile(
    rf"""\s*(?P<bold>\*\*)?
    (?:[\[(](?P<inside>{_TIME})[\])]\s*|(?P<before>{_TIME})\s*(?:[-–—]\s*|\s))?
    (?P<bold_name>\*\*)?
    (?P<name>[^\W\d_][^:\n*\[\]{{}}<>?!;"“”]{{0,47}}?)(?<!\s)(?:\*\*)?\s{{0,3}}
    (?:[\[(](?P<after>{_TIME})[\])]\s?)?(?:\*\*)?
    (?:(?<!\d):|:(?!\d))(?!//)(?:\*\*)?(?P<text>.*)""",
    re.X | re.S,
)
_ALONE = re.compile(
    rf"\s*(?P<name>[^\W\d_][^:\n*\[\]{{}}<>?!;\"“”]{{0,47}}?)(?<!\s)\s{{1,20}}[\[(]?(?P<after>{_TIME})[\])]?\s*$"
)
_BEHIND = re.compile(rf"\s*[\[(](?P<time>{_TIME})[\])](?:\s+|$)")
_CLOCK = re.compile(
    rf"\s*(?:\*\*)?(?:[\[(](?P<inside>{_TIME})[\])]|(?P<before>{_TIME}))(?:\*\*)?(?:\s+[-–—])?(?:\s+|$)(?P<text>.*)",
    re.S,
)

_WHOLE_CLOCK = re.compile(rf"\s*[\[(]?{_TIME}[\])]?\s*")
_ROLE = re.compile(
    r"(?:interviewers?|interviewees?|moderators?|facilitators?)(?:[ _-]?[\dA-Z]{1,3})?(?:\s[\d ]{1,3})?|"
    r"(?:speaker|participant|respondent|informant|expert|guest|host|student|user|voice)[ _-]?\d{1,3}",
    re.I,
)
_QUESTION_OR_ANSWER = frozenset({"q", "a", "question", "answer", "q.", "a."})
_PARTICLES = frozenset("de del della der den di da dos du van von la le bin al el y e und and & of the zu ter".split())
_HEADINGS = frozenset(
    """abstract agenda also and answer appendix attention audio author branch but caution chapter conclusion contact
    copyright date definition description duration email example examples exercise exhibit fact figure file
    finally first five format four goal heading hint however id idea important inc interview introduction item
    keywords language last length lesson let level link list location meaning method mode music no note notes
    now number object objective ok okay one option or part participants people place plus point problem project
    published purpose question questions quote reason recorded recording reference references remember result
    results rule second section sentence session so solution source speakers start step steps subject subtitle
    such summary table tags task tasks that then there therefore thing things third this three thus time tip
    title today topic topics transcribed transcript transcription two type unit update url version video warning
    week what where which who why words yes""".split()
)
_REACH = 160  # characters within which a label ends
_ENDS = tuple(".?!…:;”\"’')]—–-*")
_SHARE_OF_BOLD = 0.05  # of the lines where a turn can begin, to believe names in bold
_SHARE_OF_NAMES = 0.15  # the same, to believe names that come back or have a time
_SHARE_OF_STRANGERS = 0.5  # the same, to believe names that stand there once


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a line: whose words follow (None: nobody's name stands there), and from which second on."""

    name: str | None
    text: str  # what follows on the line
    start_s: Seconds | None = None
    bold: bool = False
    bracketed: bool = False  # the time stands in brackets


def head_of(line: str) -> Head | None:
    """What the line begins with, if that can be a label or a time."""
    if ":" not in line[:_REACH]:
        return None
    match = _HEAD.match(line) or _ALONE.match(line)
    if match is not None:
        found = match.groupdict()
        text = found.get("text") or ""
        behind = _BEHIND.match(text)
        time = found.get("inside") or found.get("before") or found.get("after") or (behind["time"] if behind else None)
        bold = bool(found.get("bold") or found.get("bold_name"))
        return Head(squeeze(found["name"]), text[behind.end() :] if behind else text, seconds_of(time), bold)
    match = _CLOCK.match(line)
    if match is not None:
        time = match["inside"] or match["before"]
        return Head(None, match["text"], seconds_of(time), bracketed=match["inside"] is not None)
    return None


def accepted(lines: Sequence[str], heads: Sequence[Head | None]) -> frozenset[str]:
    """The names that are labels among the heads of these lines; none where the text has no labels."""
    starts = list(_starts(lines, heads))
    counts = Counter(head.name for head in starts if head is not None and head.name is not None)
    names = {name for name in counts if _is_name(name)}
    found = {name for name in counts if _is_sure(name, counts)}

    def share(chosen: set[str]) -> float:
        return sum(counts[name] for name in chosen) / max(1, len(starts))

    bold = found | {head.name for head in starts if head is not None and head.bold and head.name in names}
    found = bold if share(bold) >= _SHARE_OF_BOLD else found
    timed = {head.name for head in starts if head is not None and head.start_s is not None and head.name in names}
    back = {name for name in counts if counts[name] > (1 if name in names else 2 if _is_small(name) else len(starts))}
    again = found | timed | back
    found = again if share(again) >= _SHARE_OF_NAMES else found
    if sum(counts.values()) == len(starts) and all(counts[name] > 1 for name in counts if name not in names):
        return frozenset(counts)  # every paragraph has one, and those that are no names come back
    return frozenset(found | names if share(found | names) >= _SHARE_OF_STRANGERS else found)


def _starts(lines: Sequence[str], heads: Sequence[Head | None]) -> Iterator[Head | None]:
    """The heads of lines where a turn can begin: the first, after a blank one, after a sentence, with a sure label."""
    before = ""
    for line, head in zip(lines, heads, strict=True):
        said = line.strip()
        if said and (not before or before.endswith(_ENDS) or _is_bare(head)):
            yield head
        before = said


def _is_bare(head: Head | None) -> bool:
    """Whether a label is one whatever stands on the line before: a role, or what nobody writes in a sentence."""
    if head is None or head.name is None:
        return False
    return head.bold or head.start_s is not None or head.text[:1] in ("\t", "") or bool(_ROLE.fullmatch(head.name))


def _is_sure(name: str, counts: Mapping[str, int]) -> bool:
    """Whether it can be nothing but a label: a role, or questions with answers."""
    if name.lower() in _QUESTION_OR_ANSWER:
        return sum(counts[one] for one in counts if one.lower() in _QUESTION_OR_ANSWER) > 1
    return bool(_ROLE.fullmatch(name))


def _is_small(name: str) -> bool:
    """Whether it is a single word in small letters, as some people write names."""
    return name.islower() and name.isalpha() and not _is_heading(name)


def _is_name(name: str) -> bool:
    """Whether it is written like a person's name: a few words, none of them small."""
    words = re.split(r"[\s,]+", re.sub(r"[()]", " ", name).strip())
    if not 0 < len(words) <= 6 or _is_heading(words[0]):
        return False
    return all(not word[:1].islower() or word in _PARTICLES for word in words)


def _is_heading(word: str) -> bool:
    return word.lower().rstrip(".") in _HEADINGS


def is_clock(text: str) -> bool:
    """Whether the text is a time and nothing else: “0:12”, “[00:00:12.5]”."""
    return _WHOLE_CLOCK.fullmatch(text) is not None


def clock(text: str) -> str:
    """The time in a text that is one, without brackets."""
    return text.strip("[]() ")


def seconds_of(text: str | None) -> Seconds | None:
    """The seconds of “mm:ss” or “hh:mm:ss”, with or without a fraction."""
    if text is None:
        return None
    seconds = 0.0
    for part in text.replace(",", ".").split(":"):
        seconds = seconds * 60 + float(part)
    return round(seconds, 3)
