"""What every reader finds, and how a transcript is made of it."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest
from math import inf
from typing import TypeAlias

from models.errors import TooLarge, Unreadable
from models.values import Seconds, SpeakerRole, Transcript, Turn, Word

Anchor: TypeAlias = tuple[int, Seconds]  # at this character of the utterance the recording is at this second

NAMELESS = "Speaker"  # where the source names nobody
UNKNOWN = "Unknown"  # where it names others
ASKED = "Question"  # where the source names nobody, but numbers its questions
UNNAMED = "Nobody is named in this transcript: all of it counts as one speaker's."

OVERLAP_S: Seconds = 15.0  # by which one who interrupts may begin before the words that stand before

MOST_WORDS = 300_000  # five times what is said in a recording of six hours
SPLIT = "Split it: one interview a file."

_REACH = 400  # characters within which the source's next word must stand in the text
_TOKEN = re.compile(r"\S+")
_LETTER = re.compile(r"[^\W_]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff]")


@dataclass(frozen=True, slots=True)
class Spoken:
    """One word as the source wrote it, with what the source knows of it."""

    text: str
    start_s: Seconds | None = None
    end_s: Seconds | None = None
    confidence: float | None = None
    overlap: bool = False
    suspect: str | None = None


@dataclass(frozen=True, slots=True)
class Utterance:
    """A piece of one speaker's talk: a cue, a segment, a paragraph."""

    speaker: str | None
    text: str  # squeezed
    start_s: Seconds | None = None
    end_s: Seconds | None = None
    anchors: tuple[Anchor, ...] = ()  # in order of characters and of seconds; the words' times lie between them
    spoken: tuple[Spoken, ...] = ()  # the words, where the source has them one by one
    suspect: str | None = None
    overlap: bool = False  # somebody else speaks at the same time
    continues: bool = True  # may be joined to the utterance before it, if that is the same speaker's


def squeeze(text: str) -> str:
    """The text with single spaces for all white space, and without characters that nobody can see."""
    return " ".join(_UNPRINTABLE.sub("", text).split())


def timed(
    speaker: str | None, text: str, start_s: Seconds | None, end_s: Seconds | None, *, continues: bool = True
) -> Utterance:
    """An utterance whose words are spread evenly over its time, where both ends of that are known."""
    squeezed = squeeze(text)
    if start_s is None or end_s is None:
        return Utterance(speaker, squeezed, start_s, continues=continues)
    return Utterance(speaker, squeezed, start_s, end_s, ((0, start_s), (len(squeezed), end_s)), continues=continues)


def time_at(anchors: Sequence[Anchor], char: int) -> Seconds:
    """The second at which the character is reached, on a straight line between the anchors around it."""
    after = bisect_right(anchors, (char, inf))
    if after == 0:
        return anchors[0][1]
    if after == len(anchors):
        return anchors[-1][1]
    (first, start_s), (last, end_s) = anchors[after - 1 : after + 1]
    return round(start_s + (end_s - start_s) * (char - first) / (last - first), 3)


def assemble(
    said: Sequence[Utterance],
    name: str,
    *,
    source: str,
    language: str = "en",
    warnings: Sequence[str] = (),
) -> Transcript:
    """The transcript of these utterances, in their order. Nobody has a role yet.

    Utterances of one speaker that follow each other become one turn; a turn without a letter or digit is left out.
    Raises Unreadable where nothing is left, TooLarge where it is more than anybody says.
    """
    if sum(one.text.count(" ") + 1 for one in said) > MOST_WORDS:
        raise TooLarge(f"“{name}” holds more than {MOST_WORDS:,} words: no interview does.", remedy=SPLIT)
    texts: list[str] = []
    turns: list[Turn] = []
    words: list[Word] = []
    offset = 0
    unnamed = all(one.speaker is None for one in said)
    for group in _grouped(said):
        text = " ".join(one.text for one in group)
        if not _LETTER.search(text):
            continue
        turns.append(_turn(group, NAMELESS if unnamed else UNKNOWN, offset, offset + len(text)))
        at = offset
        for one in group:
            words.extend(_words(one, at))
            at += len(one.text) + 1
        texts.append(text)
        offset += len(text) + 1
    if not turns:
        raise Unreadable(
            f"Nobody speaks in “{name}”: it holds no words besides names and times.",
            remedy="Upload the transcript with the words that were said, or the recording itself.",
        )
    if unnamed:
        warnings = [*warnings, UNNAMED]
    return Transcript("\n".join(texts), tuple(turns), tuple(words), language, source, warnings=tuple(warnings))


def _grouped(utterances: Iterable[Utterance]) -> Iterator[list[Utterance]]:
    group: list[Utterance] = []
    for one in utterances:
        if not one.text:
            if group and not one.continues:  # a label without words still parts what stands around it
                yield group
                group = []
            continue
        if group and not (one.continues and one.speaker == group[-1].speaker):
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _turn(group: Sequence[Utterance], nameless: str, start_char: int, end_char: int) -> Turn:
    start_s = min((one.start_s for one in group if one.start_s is not None), default=None)
    end_s = max((one.end_s for one in group if one.end_s is not None), default=None)
    return Turn(group[0].speaker or nameless, SpeakerRole.OTHER, start_char, end_char, start_s, end_s)


def _words(one: Utterance, offset: int) -> Iterator[Word]:
    """The utterance's words, if anything is known of them; `offset` is where it begins in the transcript."""
    if one.spoken:
        return _spoken_words(one, offset)
    if one.anchors:
        return _placed_words(one, offset)
    if one.suspect or one.overlap:
        return (
            Word(offset + token.start(), offset + token.end(), None, None, None, one.suspect, one.overlap)
            for token in _TOKEN.finditer(one.text)
        )
    return iter(())


def _spoken_words(one: Utterance, offset: int) -> Iterator[Word]:
    """The source's own words where they stand in the text; one that does not stand there is passed over."""
    at = 0
    for spoken in one.spoken:
        start = one.text.find(spoken.text, at, at + len(spoken.text) + _REACH)
        if not spoken.text or start < 0:
            continue
        at = start + len(spoken.text)
        suspect, overlap = spoken.suspect or one.suspect, spoken.overlap or one.overlap
        times = spoken.start_s, spoken.end_s
        yield Word(offset + start, offset + at, *times, spoken.confidence, suspect, overlap)


def _placed_words(one: Utterance, offset: int) -> Iterator[Word]:
    """Words with the seconds that the anchors around them tell: on straight lines between them."""
    anchors, suspect, overlap = one.anchors, one.suspect, one.overlap
    (first, first_s), (last, last_s) = anchors[:2] if len(anchors) > 1 else anchors * 2
    a_char, number = (last_s - first_s) / max(1, last - first), 2
    for token in _TOKEN.finditer(one.text):
        start, end = token.span()
        if start >= last and number < len(anchors):
            number = bisect_right(anchors, (start, inf), number)
            (first, first_s), (last, last_s) = anchors[number - 1], anchors[min(number, len(anchors) - 1)]
            a_char, number = (last_s - first_s) / max(1, last - first), number + 1
        start_s = round(first_s + a_char * (start - first), 3)
        end_s = round(first_s + a_char * (end - first), 3) if end <= last else time_at(anchors, end)
        yield Word(offset + start, offset + end, start_s, end_s, None, suspect, overlap)


def are_in_order(starts: Sequence[Seconds | None]) -> bool:
    """Whether these seconds follow each other, as far as they are known; a few seconds back is talking over another."""
    known = [start for start in starts if start is not None]
    return all(after > before - OVERLAP_S for before, after in pairwise(known))


def with_ends(utterances: Sequence[Utterance]) -> list[Utterance]:
    """The same where each that knows its start alone ends where the next one starts, if that is known and later.

    What follows without a time of its own, and goes on without a border, shares the time of the one before.
    """
    whole: list[Utterance] = []
    for one in utterances:
        before = whole[-1] if whole else None
        if (
            before
            and before.start_s is not None
            and one.start_s is None
            and one.continues
            and one.speaker == before.speaker
        ):
            whole[-1] = replace(before, text=f"{before.text} {one.text}".strip())
        else:
            whole.append(one)
    followed = zip_longest(whole, whole[1:])
    return [_ended(one, after.start_s if after else None) for one, after in followed]


def _ended(one: Utterance, end_s: Seconds | None) -> Utterance:
    if one.start_s is None or one.end_s is not None or end_s is None or end_s <= one.start_s:
        return one
    return timed(one.speaker, one.text, one.start_s, end_s, continues=one.continues)
