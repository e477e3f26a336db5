"""Who speaks when, where everybody has a microphone: one channel or one track a person.

Each microphone hears the others, too, only fainter. So somebody speaks where their own microphone hears a voice and is
not much fainter than another one. Two may do so at once: this overlap is exact.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

import numpy as np
import numpy.typing as npt

from models.values import SAMPLE_RATE, Channels, Clip, Samples, Seconds, Voice
from pipeline.protocols import Cutter
from pipeline.speakers import in_order
from pipeline.speech import LEVEL_S, levels

FAINTER = 10 ** (-12 / 20)  # than the loudest, by more: that is the other's voice in this microphone
LOUD = 90  # percentile of a microphone's own speech that counts as its loudness: recorders are set differently
SHORTEST_S: Seconds = 0.2
BREATH_S: Seconds = 0.3  # a shorter gap between two stretches of one voice belongs to it


def voices_by_microphone(
    channels: Callable[[], Iterable[Channels]], rows: Sequence[int], cutter: Cutter
) -> list[Voice]:
    """Who is heard when, in order of time; “Speaker 1” is heard first.

    `channels` gives the blocks of the sound anew, as often as it is called: once for each of `rows`, which are the
    microphones. Holds one block, and a few numbers for every second.
    """
    speech, loud = list[list[Clip]](), list[Samples]()
    for row in rows:
        heard = list[Samples]()
        speech.append(cutter.speech_in(_passing(channels(), row, heard)))
        loud.append(np.concatenate([*heard, np.zeros(0, np.float32)]))
    spoken = np.stack([_frames(clips, len(loud[0])) for clips in speech])
    relative = np.stack([_relative(values, frames) for values, frames in zip(loud, spoken, strict=True)])
    own = spoken & (relative >= FAINTER * np.where(spoken, relative, 0).max(axis=0))
    return in_order(
        Voice(str(number), *ends)
        for number, (clips, frames) in enumerate(zip(speech, own, strict=True))
        for ends in _stretches(clips, frames)
    )


def _passing(blocks: Iterable[Channels], row: int, heard: list[Samples]) -> Iterator[Samples]:
    """One row of the blocks; how loud it is gets written down as it passes."""
    step, rest = round(LEVEL_S * SAMPLE_RATE), np.zeros(0, np.float32)
    for block in blocks:
        yield block[row]
        rest = np.concatenate([rest, block[row]])
        whole = len(rest) - len(rest) % step
        heard.append(levels(rest[:whole]))
        rest = rest[whole:]
    heard.append(levels(rest))


def _frames(clips: Sequence[Clip], count: int) -> npt.NDArray[np.bool_]:
    """Which of the pieces of LEVEL_S lie in the clips, at least for the most part."""
    inside = np.zeros(count, np.bool_)
    for clip in clips:
        inside[round(clip.start_s / LEVEL_S) : round(clip.end_s / LEVEL_S)] = True
    return inside


def _relative(values: Samples, spoken: npt.NDArray[np.bool_]) -> Samples:
    """How loud each piece is, beside the loud ones of what this microphone takes for speech."""
    loudness = float(np.percentile(values[spoken], LOUD)) if spoken.any() else 0.0
    found: Samples = values / max(loudness, 1e-6)
    return found


def _stretches(clips: Sequence[Clip], own: npt.NDArray[np.bool_]) -> list[tuple[Seconds, Seconds]]:
    """Where the microphone's own person speaks: runs of its pieces, which end with the clips of speech they lie in."""
    found = list[tuple[Seconds, Seconds]]()
    for clip in clips:
        first, end = round(clip.start_s / LEVEL_S), round(clip.end_s / LEVEL_S)
        for is_own, run in groupby(range(first, min(end, len(own))), key=lambda piece: bool(own[piece])):
            pieces = list(run)
            start_s = max(clip.start_s, pieces[0] * LEVEL_S)
            end_s = clip.end_s if pieces[-1] == end - 1 else (pieces[-1] + 1) * LEVEL_S
            if not is_own:
                continue
            if found and start_s - found[-1][1] <= BREATH_S:
                found[-1] = (found[-1][0], end_s)
            else:
                found.append((start_s, end_s))
    return [(start_s, end_s) for start_s, end_s in found if end_s - start_s >= SHORTEST_S]
