"""Whether the times of a given transcript are those of its sound: how far they reach, and by how much they are off.

The pauses in the captions and in the speech that is heard are laid over each other at every tenth of a second within
some minutes. Where one place fits far better than all others, the captions belong there. On our samples the right place
correlates with .45 to .72, every other one with .19 at most, and another interview’s captions with .10 at most.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import ceil

import numpy as np
import numpy.typing as npt

from models.values import Clip, Seconds, Transcript

STEP_S = 0.1
FARTHEST_S: Seconds = 300.0  # by which captions may be off
SMALLEST_S: Seconds = 0.7  # that is worth a word
_LIKE = 0.3  # correlation at the best place
_BETTER = 0.15  # than where the captions are
_AHEAD = 0.15  # of every other place
_NEAR_S = 5.0  # places around the best one, which are nearly as good
_AROUND_S = 8.0  # on either side: what is slower than this is talk, and no pause
_LATE_S, _LATE_SHARE = 10.0, 0.05  # beyond the end of the sound


def too_late(transcript: Transcript, duration_s: Seconds) -> str | None:
    """A warning where the transcript goes on for long after the sound has ended."""
    last_s = max((turn.end_s or turn.start_s or 0.0 for turn in transcript.turns), default=0.0)
    if last_s <= duration_s + max(_LATE_S, _LATE_SHARE * duration_s):
        return None
    return (
        f"The transcript goes on until {last_s:.0f} s, the sound ends at {duration_s:.0f} s: do they belong together?"
    )


def offset_of(transcript: Transcript, speech: Sequence[Clip]) -> Seconds | None:
    """By how much the captions are late (or early, below zero); None where they are not, or nobody can tell."""
    said = [
        (word.start_s, word.end_s) for word in transcript.words if word.start_s is not None and word.end_s is not None
    ]
    if not said or not speech:
        return None
    end_s = max(speech[-1].end_s, max(end for _, end in said)) + FARTHEST_S
    heard = _mask(((clip.start_s, clip.end_s) for clip in speech), end_s)
    written = _mask(((start, end) for start, end in said), end_s)
    if not heard.std() or not written.std():
        return None
    reach = round(FARTHEST_S / STEP_S)
    likeness = _likeness(written, heard, reach)
    best = int(np.argmax(likeness))
    others = np.concatenate(
        [likeness[: max(0, best - round(_NEAR_S / STEP_S))], likeness[best + round(_NEAR_S / STEP_S) :]]
    )
    lag_s = (best - reach) * STEP_S
    clear = (
        likeness[best] >= max(_LIKE, likeness[reach] + _BETTER) and likeness[best] >= others.max(initial=-1) + _AHEAD
    )
    return round(lag_s, 1) if clear and abs(lag_s) >= SMALLEST_S else None


def _mask(stretches: Iterable[tuple[Seconds, Seconds]], end_s: Seconds) -> npt.NDArray[np.float32]:
    """1 in every tenth of a second in which somebody speaks."""
    mask = np.zeros(ceil(end_s / STEP_S) + 1, np.float32)
    for start_s, stop_s in stretches:
        mask[round(start_s / STEP_S) : max(round(start_s / STEP_S) + 1, round(stop_s / STEP_S))] = 1
    return mask


def _likeness(written: npt.NDArray[np.float32], heard: npt.NDArray[np.float32], reach: int) -> npt.NDArray[np.float64]:
    """Correlation of the two, where `written` is taken to be late by -reach … reach steps."""
    size = 1 << (len(written) + reach).bit_length()
    edges = [mask - _average(mask) for mask in (written, heard)]
    spectra = [np.fft.rfft(edge, size) for edge in edges]
    crossed = np.fft.irfft(spectra[0] * np.conj(spectra[1]), size)
    around = np.concatenate([crossed[-reach:], crossed[: reach + 1]])
    return np.asarray(around / (np.linalg.norm(edges[0]) * np.linalg.norm(edges[1])), np.float64)


def _average(mask: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """How much is said around every place: what is left without it are the pauses, which tell places apart."""
    width = round(_AROUND_S / STEP_S)
    sums = np.cumsum(np.pad(mask.astype(np.float64), width))
    return (sums[2 * width :] - sums[: -2 * width]) / (2 * width)


def moved(transcript: Transcript, late_s: Seconds) -> Transcript:
    """The transcript with every time so much earlier, none before the start, and a warning that says so."""

    def earlier(seconds: Seconds | None) -> Seconds | None:
        return None if seconds is None else round(max(0.0, seconds - late_s), 3)

    words = tuple(replace(word, start_s=earlier(word.start_s), end_s=earlier(word.end_s)) for word in transcript.words)
    turns = tuple(replace(turn, start_s=earlier(turn.start_s), end_s=earlier(turn.end_s)) for turn in transcript.turns)
    way = "after" if late_s > 0 else "before"
    told = f"The transcript’s times lay {abs(late_s):.1f} s {way} the speech in the sound, and were moved to fit it."
    return replace(transcript, words=words, turns=turns, warnings=(*transcript.warnings, told))
