"""Where words of one text stand in another text of the same talk. Pure: no database.

The words of both are aligned: runs at both ends that are alike first, then what stands once in each (as patience diff
does), then what is left between, piece by piece. Memory grows with the words; so does the time, as long as the texts
have something in common every few hundred words.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TypeAlias

from models.patience import Pair, landmarks
from models.values import Seconds, Transcript

RUN = 3  # words in a row that anchor two texts, where they stand once in each
LARGEST_GAP = 250_000  # pairs of words: an unlike stretch larger than that is not searched word by word

Range: TypeAlias = tuple[int, int]  # half-open

_WORD = re.compile(r"\w+(?:['’-]\w+)*")


class Trace:
    """Two revisions of one transcript, laid side by side."""

    def __init__(self, old: Transcript, new: Transcript) -> None:
        self._same = old.text == new.text
        self._old = _Words(old)
        self._new = _Words(new)
        if not self._same:
            self._starts, self._ends = _bounds(self._old, self._new)

    def span(self, start_char: int, end_char: int) -> Range | None:
        """Where the new text has the place of the old one's characters; None where no word of it is left.

        It begins and ends with words, and with the marks around them that the old span had. The words there may be
        quite different: what lies between two places that are alike is taken for the same place, shared out by the
        seconds of the words where both texts have them, else evenly.
        """
        if self._same:
            return (start_char, end_char) if start_char < end_char else None
        first, end = self._old.within(start_char, end_char)
        if first >= end:
            return None
        begin, stop = self._starts[first], self._ends[end - 1]
        if begin >= stop:
            return None
        before = self._old.text[start_char : self._old.spans[first][0]]
        behind = self._old.text[self._old.spans[end - 1][1] : end_char]
        return self._new.with_marks(begin, stop, before, behind)


class _Words:
    """The words of a transcript: where they stand, how they are compared, and when they are said."""

    def __init__(self, transcript: Transcript) -> None:
        self.text = transcript.text
        self.spans = [match.span() for match in _WORD.finditer(transcript.text)]
        self.keys = [transcript.text[start:end].casefold() for start, end in self.spans]
        self._starts = [start for start, _ in self.spans]
        self._ends = [end for _, end in self.spans]
        self._timed = transcript.words

    def within(self, start_char: int, end_char: int) -> Range:
        """Numbers of the words that lie at least partly inside."""
        return bisect_right(self._ends, start_char), bisect_left(self._starts, end_char)

    def with_marks(self, first: int, end: int, before: str, behind: str) -> Range:
        """Characters of the words [first, end), with the marks around them where these are marks of the old text."""
        start, stop = self.spans[first][0], self.spans[end - 1][1]
        while before.strip() and start and self.text[start - 1] in before.strip():
            start -= 1
        while behind.strip() and stop < len(self.text) and _is_mark(self.text[stop]):
            stop += 1
        return start, stop

    def middles(self, first: int, end: int) -> list[Seconds] | None:
        """When the words [first, end) are said; None where that is not known of each."""
        found = []
        for start, stop in self.spans[first:end]:
            number = bisect_right(self._timed, start, key=lambda word: word.end_char)
            word = self._timed[number] if number < len(self._timed) else None
            if word is None or word.start_char >= stop or word.start_s is None or word.end_s is None:
                return None
            found.append((word.start_s + word.end_s) / 2)
        return found


def _is_mark(letter: str) -> bool:
    return not letter.isspace() and not letter.isalnum()


def _bounds(old: _Words, new: _Words) -> tuple[list[int], list[int]]:
    """Of every old word: where its place begins and ends among the new words."""
    starts, ends = [0] * len(old.keys), [0] * len(old.keys)
    last_old = last_new = -1
    for at_old, at_new in (*alike(old.keys, new.keys), (len(old.keys), len(new.keys))):
        gap = (last_old + 1, at_old), (last_new + 1, at_new)
        for number, edges in enumerate(_shared_out(old, new, *gap), last_old + 1):
            starts[number], ends[number] = edges
        if at_old < len(old.keys):
            starts[at_old], ends[at_old] = at_new, at_new + 1
        last_old, last_new = at_old, at_new
    return starts, ends


def _shared_out(old: _Words, new: _Words, gap: Range, room: Range) -> Iterator[Range]:
    """Places in `room` for the old words of a gap in which nothing is alike, in order."""
    count, places = gap[1] - gap[0], room[1] - room[0]
    if not count:
        return iter(())
    said, heard = (old.middles(*gap), new.middles(*room)) if places else (None, None)
    if said and heard:
        edges = [room[0] + bisect_left(heard, (one + two) / 2) for one, two in pairwise(said)]
    else:
        edges = [room[0] + round(step * places / count) for step in range(1, count)]
    return pairwise([room[0], *edges, room[1]])


def alike(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """Words that stand in both, in order of both."""
    shorter = min(len(old), len(new))
    head = next((number for number in range(shorter) if old[number] != new[number]), shorter)
    left = shorter - head
    tail = next((number for number in range(left) if old[-1 - number] != new[-1 - number]), left)
    found = [(number, number) for number in range(head)]
    at = (head, head)
    end = (len(old) - tail, len(new) - tail)
    for anchor in (*landmarks(old, new, at, end, run=RUN), end):
        found += _between(old, new, at, anchor)
        at = anchor
    return found + [(end[0] + number, end[1] + number) for number in range(tail)]


def _between(old: Sequence[str], new: Sequence[str], begin: Pair, end: Pair) -> list[Pair]:
    """Words that stand in both stretches, in order of both."""
    here, there = old[begin[0] : end[0]], new[begin[1] : end[1]]
    if len(here) * len(there) > LARGEST_GAP:
        return []
    blocks = SequenceMatcher(None, here, there, autojunk=False).get_matching_blocks()
    return [(begin[0] + block.a + step, begin[1] + block.b + step) for block in blocks for step in range(block.size)]
