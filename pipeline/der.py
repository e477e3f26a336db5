"""How far a diarization is from the truth: the diarization error rate as NIST's md-eval defines it.

Of the time that people speak (each of those who speak at once counts), the share that is missed, is heard where nobody
speaks, or is given to the wrong person; those of one diarization are mapped to those of the other so that most fits.
NIST, “The 2009 (RT-09) Rich Transcription Meeting Recognition Evaluation Plan”, section 6.1.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from models.values import Clip, Seconds, Voice


@dataclass(frozen=True, slots=True)
class Errors:
    """Seconds of speech, and of what is wrong with it. Those of several recordings may be added."""

    spoken_s: Seconds = 0.0
    missed_s: Seconds = 0.0
    false_s: Seconds = 0.0  # heard where nobody speaks, or fewer do
    confused_s: Seconds = 0.0  # given to the wrong person

    @property
    def rate(self) -> float:
        """The diarization error rate; 0 where nobody speaks and nobody is heard."""
        wrong_s = self.missed_s + self.false_s + self.confused_s
        return wrong_s / self.spoken_s if self.spoken_s else float(wrong_s > 0)

    def __add__(self, other: "Errors") -> "Errors":
        return Errors(
            self.spoken_s + other.spoken_s,
            self.missed_s + other.missed_s,
            self.false_s + other.false_s,
            self.confused_s + other.confused_s,
        )


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch in which the same people speak and are heard."""

    seconds: Seconds
    truly: frozenset[str]
    found: frozenset[str]
    scored: bool


def errors(truth: Sequence[Voice], found: Sequence[Voice], *, within: Clip, collar_s: Seconds = 0.0) -> Errors:
    """The errors of `found` inside of `within`; overlapping speech is scored.

    Up to `collar_s` before and after every border of `truth` nothing is scored (it counts for the mapping).
    """
    pieces = list(_pieces(truth, found, within, collar_s))
    same = _mapping(pieces)
    total = Errors()
    for piece in pieces:
        if piece.scored:
            right = sum((one, other) in same for one in piece.truly for other in piece.found)
            spoken, heard = len(piece.truly), len(piece.found)
            total += Errors(
                piece.seconds * spoken,
                piece.seconds * max(0, spoken - heard),
                piece.seconds * max(0, heard - spoken),
                piece.seconds * (min(spoken, heard) - right),
            )
    return total


def _pieces(truth: Sequence[Voice], found: Sequence[Voice], within: Clip, collar_s: Seconds) -> Iterator[_Piece]:
    borders = {time for voice in truth for time in (voice.start_s, voice.end_s)}
    times = {time for voice in found for time in (voice.start_s, voice.end_s)} | borders
    times |= {border + side for border in borders for side in (-collar_s, collar_s)} | {within.start_s, within.end_s}
    for start_s, end_s in pairwise(sorted(time for time in times if within.start_s <= time <= within.end_s)):
        middle_s = (start_s + end_s) / 2
        yield _Piece(
            end_s - start_s,
            _speaking(truth, middle_s),
            _speaking(found, middle_s),
            scored=all(abs(border - middle_s) >= collar_s for border in borders),
        )


def _speaking(voices: Sequence[Voice], time_s: Seconds) -> frozenset[str]:
    return frozenset(voice.speaker for voice in voices if voice.start_s <= time_s < voice.end_s)


def _mapping(pieces: Sequence[_Piece]) -> set[tuple[str, str]]:
    """Who is whom: each at most once, so that the time which they share is greatest."""
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415

    truly = sorted({name for piece in pieces for name in piece.truly})
    found = sorted({name for piece in pieces for name in piece.found})
    shared = np.zeros((len(truly), len(found)))
    for piece in pieces:
        for one in piece.truly:
            for other in piece.found:
                shared[truly.index(one), found.index(other)] += piece.seconds
    rows, columns = linear_sum_assignment(shared, maximize=True)
    return {(truly[row], found[column]) for row, column in zip(rows, columns, strict=True)}
