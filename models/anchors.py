"""People's corrections, kept so that they are found again in another transcript of the same recording. Pure.

Where both know times, a correction is sought at its seconds; else by the words that it was made on and those around.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import groupby

from models.correcting import grown
from models.corrections import Correction, Extent, Rewording, turn_number
from models.tokens import Token, tokens_of
from models.values import Seconds, SpeakerRole, Transcript, Voice

NEAR_S = 0.3  # how far another engine may put the same word
CONTEXT = 4  # words kept before and behind
MOST_EDGES = 8  # words that are tried as the first or the last one
ALIKE = 0.5  # share of the words, above which two runs say the same
SURE = 3  # words around that have to be the same where the words themselves are not


@dataclass(frozen=True, slots=True)
class Anchor:
    """Words that somebody changed, as they stood, and where."""

    said: tuple[str, ...]
    before: tuple[str, ...]  # at most CONTEXT
    after: tuple[str, ...]
    place: float  # share of the text that stands before, 0..1
    start_s: Seconds | None
    end_s: Seconds | None


@dataclass(frozen=True, slots=True)
class Renamed:
    """What a speaker was called, and the name and the role that somebody gave."""

    label: str
    name: str | None
    role: SpeakerRole | None


@dataclass(frozen=True, slots=True)
class Given:
    """Words that were given to a speaker."""

    anchor: Anchor
    speaker: str


@dataclass(frozen=True, slots=True)
class Reworded:
    """What words are to read; empty: nobody said them."""

    anchor: Anchor
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """One correction, wherever its words stand. `restores`: the revision that was gone back to instead."""

    speakers: tuple[Renamed, ...] = ()
    voices: tuple[Voice, ...] = ()  # who spoke when before, where the correction names speakers
    turns: tuple[Given, ...] = ()
    words: tuple[Reworded, ...] = ()
    listened: tuple[Anchor, ...] = ()
    restores: int | None = None


def anchored(transcript: Transcript, correction: Correction) -> Edit:
    """The correction of this transcript, fit to be made again on another one."""
    names = correction.speakers or correction.turns
    return Edit(
        speakers=tuple(Renamed(label, change.name, change.role) for label, change in correction.speakers.items()),
        voices=tuple(voices_of(transcript)) if names else (),
        turns=tuple(Given(_anchor(transcript, part)[0], part.speaker) for part in correction.turns),
        words=tuple(_reworded(transcript, part) for part in correction.words),
        listened=tuple(_anchor(transcript, part)[0] for part in correction.listened),
    )


def voices_of(transcript: Transcript) -> Iterator[Voice]:
    """Who speaks when, as far as the turns know times."""
    timed = [turn for turn in transcript.turns if turn.start_s is not None and turn.end_s is not None]
    for speaker, run in groupby(timed, key=lambda turn: turn.speaker):
        turns = list(run)
        yield Voice(speaker, turns[0].start_s or 0.0, max(turn.end_s or 0.0 for turn in turns))


def _reworded(transcript: Transcript, part: Rewording) -> Reworded:
    anchor, touched = _anchor(transcript, part)
    return Reworded(anchor, " ".join(grown(touched[0], touched[-1], part).split()))


def _anchor(transcript: Transcript, part: Extent) -> tuple[Anchor, list[Token]]:
    number = turn_number(transcript, part.start_char)
    around = transcript.turns[max(0, number - 1) : number + 2]
    tokens = [token for turn in around for token in tokens_of(transcript, turn)]
    places = [place for place, token in enumerate(tokens) if part.touches(token.start_char, token.end_char)]
    first, last = places[0], places[-1]
    texts = tuple(token.text for token in tokens)
    touched = tokens[first : last + 1]
    starts = [token.word.start_s for token in touched if token.word and token.word.start_s is not None]
    ends = [token.word.end_s for token in touched if token.word and token.word.end_s is not None]
    anchor = Anchor(
        said=texts[first : last + 1],
        before=texts[max(0, first - CONTEXT) : first],
        after=texts[last + 1 : last + 1 + CONTEXT],
        place=round(part.start_char / len(transcript.text), 4),
        start_s=min(starts, default=None),
        end_s=max(ends, default=None),
    )
    return anchor, touched


Run = tuple[int, int]  # tokens from, to


def plain(text: str) -> str:
    """The letters of a word, whatever their size and what stands around them."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def alike(these: Sequence[str], those: Sequence[str]) -> bool:
    """Whether two runs of plain words say about the same."""
    return SequenceMatcher(None, these, those, autojunk=False).ratio() >= ALIKE


class Ground:
    """A transcript in which anchors are sought."""

    def __init__(self, transcript: Transcript) -> None:
        found = [
            (number, token) for number, turn in enumerate(transcript.turns) for token in tokens_of(transcript, turn)
        ]
        self.tokens = [token for _, token in found]
        self.turns = [number for number, _ in found]
        self.plain = [plain(token.text) for token in self.tokens]
        self._timed = sorted(
            ((token.word.start_s + token.word.end_s) / 2, place)
            for place, token in enumerate(self.tokens)
            if token.word and token.word.start_s is not None and token.word.end_s is not None
        )

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for place, word in enumerate(self.plain):
            places.setdefault(word, []).append(place)
        return places

    def find(self, anchor: Anchor, text: str) -> Run | None:
        """The tokens, inside of one turn, that are what the anchor held, or read `text` already; None: not there."""
        said, new = [plain(word) for word in anchor.said], [plain(word) for word in text.split()]
        if self._knows_times(anchor):
            return self._best(anchor, said, new, list(self._runs_near(anchor)))
        return self._by_words(anchor, said, new)

    def inside(self, anchor: Anchor) -> list[Run]:
        """All that is said in the anchor's seconds, a run for every turn; empty where nothing is."""
        if not self._knows_times(anchor):
            said = [plain(word) for word in anchor.said]
            run = self._by_words(anchor, said, said)
            return [run] if run else []
        strictly = self._near(anchor, 0.0)
        return list(self.by_turn(strictly or self._near(anchor, NEAR_S)))

    def same(self, anchor: Anchor) -> list[Run]:
        """The anchor's own words, as far as they stand there."""
        said = [plain(word) for word in anchor.said]
        if not self._knows_times(anchor):
            run = self._by_words(anchor, said, said)
            return [run] if run and self.plain[run[0] : run[1]] == said else []
        near = self._near(anchor, NEAR_S)
        there = [self.plain[place] for place in near]
        blocks = SequenceMatcher(None, said, there, autojunk=False).get_matching_blocks()
        return list(self.by_turn(near[at] for block in blocks for at in range(block.b, block.b + block.size)))

    def by_turn(self, places: Iterable[int]) -> Iterator[Run]:
        """The places in runs, each without a gap and inside of one turn."""
        for _, group in groupby(enumerate(places), key=lambda each: (each[1] - each[0], self.turns[each[1]])):
            run = [place for _, place in group]
            yield run[0], run[-1] + 1

    # By time

    def _knows_times(self, anchor: Anchor) -> bool:
        return bool(self._timed) and anchor.start_s is not None and anchor.end_s is not None

    def _near(self, anchor: Anchor, room_s: Seconds) -> list[int]:
        start_s, end_s = anchor.start_s or 0.0, anchor.end_s or 0.0
        first = bisect_left(self._timed, start_s - room_s, key=lambda each: each[0])
        last = bisect_right(self._timed, end_s + room_s, key=lambda each: each[0])
        return sorted(place for _, place in self._timed[first:last])

    def _runs_near(self, anchor: Anchor) -> Iterator[Run]:
        near = self._near(anchor, NEAR_S)
        core = self._near(anchor, 0.0) or near
        yield from self.by_turn(core)
        if not near:
            return
        firsts = near[: max(1, near.index(core[0]) + MOST_EDGES // 2)][-MOST_EDGES:]
        lasts = near[max(0, near.index(core[-1]) - MOST_EDGES // 2) :][:MOST_EDGES]
        for first in firsts:
            for last in lasts:
                moved_s = (
                    abs(self._start(first) - (anchor.start_s or 0.0)),
                    abs(self._end(last) - (anchor.end_s or 0.0)),
                )
                if first <= last and self.turns[first] == self.turns[last] and max(moved_s) <= 2 * NEAR_S:
                    yield first, last + 1

    def _best(self, anchor: Anchor, said: list[str], new: list[str], runs: Sequence[Run]) -> Run | None:
        """The run that fits best: by its words, by those around, by its time."""
        ends = {plain(word) for word in (*anchor.before[-1:], *anchor.after[:1])}

        def fits(run: Run) -> bool:
            words = self.plain[run[0] : run[1]]
            overlaps = self._start(run[0]) < (anchor.end_s or 0.0) and (anchor.start_s or 0.0) < self._end(run[1] - 1)
            return words in (said, new) or (overlaps and not set(words) <= ends)

        def worth(run: Run) -> tuple[int, float]:
            moved_s = abs(self._start(run[0]) - (anchor.start_s or 0.0)) + abs(
                self._end(run[1] - 1) - (anchor.end_s or 0.0)
            )
            known = 2 * (self.plain[run[0] : run[1]] in (said, new))
            return known + sum(self._context(anchor, run, most=1)), -moved_s

        return max(filter(fits, runs), key=worth, default=None)

    def _start(self, place: int) -> Seconds:
        word = self.tokens[place].word
        return (word and word.start_s) or 0.0

    def _end(self, place: int) -> Seconds:
        word = self.tokens[place].word
        return (word and word.end_s) or 0.0

    # By words

    def _context(self, anchor: Anchor, run: Run, *, most: int = CONTEXT) -> tuple[int, int]:
        """How many words right before and right behind the run are the anchor's."""
        before = zip(
            reversed(anchor.before[-most:]), reversed(self.plain[max(0, run[0] - most) : run[0]]), strict=False
        )
        after = zip(anchor.after[:most], self.plain[run[1] : run[1] + most], strict=False)
        return _agreeing(before), _agreeing(after)

    def _by_words(self, anchor: Anchor, said: list[str], new: list[str]) -> Run | None:
        exact = [*self._runs_of(said), *self._runs_of(new)]
        framed = list(self._framed(anchor, len(said)))
        found = [run for run in exact if len(exact) == 1 or any(self._context(anchor, run))]
        found += [run for run in framed if sum(self._context(anchor, run)) >= SURE]

        def worth(run: Run) -> tuple[int, float]:
            known = 2 * (self.plain[run[0] : run[1]] in (said, new))
            return known + sum(self._context(anchor, run)), -abs(run[0] / len(self.tokens) - anchor.place)

        return max(found, key=worth, default=None)

    def _runs_of(self, words: list[str]) -> Iterator[Run]:
        for first in self._places.get(words[0], []) if words else []:
            run = first, first + len(words)
            if self.plain[first : run[1]] == words and self.turns[first] == self.turns[run[1] - 1]:
                yield run

    def _framed(self, anchor: Anchor, length: int) -> Iterator[Run]:
        """Runs of about that length between the words that stood before and behind."""
        if not anchor.before or not anchor.after:
            return
        behind = plain(anchor.after[0])
        for place in self._places.get(plain(anchor.before[-1]), []):
            first = place + 1
            for end in range(first + 1, min(len(self.tokens), first + length + 2)):
                if self.plain[end] == behind and self.turns[first] == self.turns[end - 1]:
                    yield first, end


def _agreeing(pairs: Iterable[tuple[str, str]]) -> int:
    agreeing = 0
    for kept, there in pairs:
        if plain(kept) != there:
            break
        agreeing += 1
    return agreeing
