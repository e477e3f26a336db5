"""A tone in place of words that are hidden. Pure: samples in, samples out."""

from collections.abc import Sequence

import numpy as np

from models.values import SAMPLE_RATE, Clip, Samples, Seconds

TONE_HZ = 1000.0
LOUDNESS = 0.1  # of full scale: heard, and startles nobody
FADE_S: Seconds = 0.01  # at both ends, inside of the beep


def beeped(samples: Samples, start_s: Seconds, beeps: Sequence[Clip]) -> Samples:
    """The samples, which begin at `start_s` of the recording, with a tone and nothing else under every beep.

    As long as before, and untouched outside of the beeps. One that lies outside of the samples changes nothing.
    """
    covered = samples.copy()
    for beep in beeps:
        first = max(0, round((beep.start_s - start_s) * SAMPLE_RATE))
        last = min(len(samples), round((beep.end_s - start_s) * SAMPLE_RATE))
        if first < last:
            covered[first:last] = _tone(last - first)
    return covered


def _tone(count: int) -> Samples:
    """A faded tone of so many samples."""
    places = np.arange(count)
    edge = np.minimum(places, places[::-1]) / (FADE_S * SAMPLE_RATE)
    tone = LOUDNESS * np.sin(2 * np.pi * TONE_HZ * places / SAMPLE_RATE) * np.minimum(1.0, edge)
    return tone.astype(np.float32)
