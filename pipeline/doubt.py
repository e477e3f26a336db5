"""Doubt: why nobody should trust words before listening to them. What is doubtful is marked, and nothing is deleted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

import numpy as np
import numpy.typing as npt

from models.values import MACHINE, Clip, Transcript, Word
from pipeline.protocols import HeardWord, Segment
from pipeline.settings import Settings

NOBODY = "hardly anybody speaks here"
UNCERTAIN = "the words are uncertain"
REPEATS = "the text repeats itself"
UNLIKELY = "the text is unlikely"
UNHEARD = "the recogniser itself heard nobody speak"
TOO_FAST = "nobody speaks so fast"

_PILE = 4  # words that stand on one spot: Whisper had text left when the sound was over
_PILE_RATE = 2.0  # times the fastest speech
_LONGEST_LOOP = 30  # words of a phrase that is looked for again


@dataclass(frozen=True, slots=True)
class Doubts:
    """Limits beyond which words are marked suspect: they stay, and are no evidence until somebody has listened."""

    word_probability: float = 0.6  # mean of a segment, below
    speech_overlap: float = 0.3  # share of the segment inside speech, below
    compression: float = 2.4  # above
    logprob: float = -1.0  # below
    no_speech: float = 0.6  # above, where the log probability is below half its limit too
    words_a_second: float = 8.0  # above

    @classmethod
    def of(cls, settings: Settings) -> "Doubts":
        return cls(
            settings.suspect_word_probability,
            settings.suspect_speech_overlap,
            settings.suspect_compression,
            settings.suspect_logprob,
            settings.suspect_no_speech,
            settings.suspect_words_a_second,
        )

    def about(self, segment: Segment, speech: Sequence[Clip]) -> str | None:
        """Why nobody should trust a segment before listening; None for no reason. Both count from the same start."""
        said = [word.probability for word in segment.words if word.probability is not None]
        lasting_s = segment.end_s - segment.start_s
        words = len(segment.text.split())
        reasons = {
            NOBODY: _overlap(Clip(segment.start_s, segment.end_s), speech) < self.speech_overlap,
            UNCERTAIN: bool(said) and fmean(said) < self.word_probability,
            REPEATS: segment.compression_ratio > self.compression,
            UNLIKELY: segment.avg_logprob < self.logprob,
            UNHEARD: segment.no_speech_prob > self.no_speech and segment.avg_logprob < self.logprob / 2,
            TOO_FAST: words >= _PILE and words > self.words_a_second * lasting_s,
        }
        return "; ".join(reason for reason, holds in reasons.items() if holds) or None

    def piled(self, words: Sequence[HeardWord]) -> list[bool]:
        """Of each word, whether it stands with others on one spot, too fast for anybody to say them."""
        shortest_s = _PILE / (_PILE_RATE * self.words_a_second)
        found = [False] * len(words)
        for first in range(len(words) - _PILE + 1):
            if words[first + _PILE - 1].end_s - words[first].start_s < shortest_s:
                found[first : first + _PILE] = [True] * _PILE
        return found


def also(reason: str | None, other: str | None) -> str | None:
    """Both reasons, each of them once."""
    if reason is None or other is None:
        return reason or other
    return reason if other in reason else f"{reason}; {other}"


def with_loops(transcript: Transcript, *, repeats: int) -> Transcript:
    """The transcript with the words of every loop marked, across segments and windows.

    A loop is a phrase that is said `repeats` times without anything between, and at least twice as many words. What a
    person has written is not doubted. Marking twice gives the same.
    """
    spelled = [_spelled(transcript.text[word.start_char : word.end_char]) for word in transcript.words]
    looped = repeated(spelled, repeats=repeats)
    return replace(transcript, words=tuple(map(_marked, transcript.words, looped)))


def repeated(words: Sequence[str], *, repeats: int) -> list[bool]:
    """Of each word, whether it belongs to a loop."""
    numbers: dict[str, int] = {}
    spoken = np.array([numbers.setdefault(word, len(numbers)) for word in words], np.int64)
    found = np.zeros(len(words), np.bool_)
    for size in range(1, min(_LONGEST_LOOP, len(words) // 2) + 1):
        for start, end in _runs(spoken[size:] == spoken[:-size]):
            times = (end - start) // size + 1
            if times >= repeats and times * size >= 2 * repeats:
                found[start : end + size] = True
    return found.tolist()


def _runs(same: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Half-open runs of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], same.astype(np.int8), [0]])))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _marked(word: Word, is_looped: bool) -> Word:
    return replace(word, suspect=also(word.suspect, REPEATS)) if is_looped and word.by == MACHINE else word


def _spelled(word: str) -> str:
    return "".join(char for char in word.casefold() if char.isalnum()) or word


def _overlap(clip: Clip, speech: Sequence[Clip]) -> float:
    inside = sum(max(0.0, min(clip.end_s, one.end_s) - max(clip.start_s, one.start_s)) for one in speech)
    return inside / max(clip.end_s - clip.start_s, 0.02)
