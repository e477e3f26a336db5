"""A tone in place of hidden words: there, nowhere else, and never a click."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.values import SAMPLE_RATE, Clip, Samples
from pipeline.beep import LOUDNESS, beeped


def noise(seconds: float) -> Samples:
    return np.random.default_rng(7).uniform(-0.5, 0.5, round(seconds * SAMPLE_RATE)).astype(np.float32)


def strength(samples: Samples, hertz: float) -> float:
    places = np.arange(len(samples)) / SAMPLE_RATE
    return float(2 * abs(np.mean(samples * np.exp(-2j * np.pi * hertz * places))))


def test_the_tone_is_all_that_is_left_of_the_words() -> None:
    before = noise(3.0)
    after = beeped(before, 10.0, [Clip(11.0, 12.0)])
    inside = after[SAMPLE_RATE : 2 * SAMPLE_RATE]
    assert strength(inside, 1000) == pytest.approx(LOUDNESS, rel=0.05)
    assert np.abs(np.corrcoef(inside, before[SAMPLE_RATE : 2 * SAMPLE_RATE])[0, 1]) < 0.03
    assert np.array_equal(after[:SAMPLE_RATE], before[:SAMPLE_RATE])
    assert np.array_equal(after[2 * SAMPLE_RATE :], before[2 * SAMPLE_RATE :])


def test_the_tone_fades_in_and_out() -> None:
    after = beeped(np.zeros(SAMPLE_RATE, np.float32), 0.0, [Clip(0.25, 0.75)])
    assert np.abs(np.diff(after)).max() < 2 * np.pi * 1000 / SAMPLE_RATE * LOUDNESS * 1.05


@pytest.mark.parametrize(
    ("beep", "covered"),
    [
        (Clip(0.0, 1.0), (0, 8000)),  # begins before the samples
        (Clip(1.25, 9.0), (12000, 16000)),  # ends behind them
        (Clip(0.0, 9.0), (0, 16000)),  # is longer than they are
        (Clip(0.0, 0.5), (0, 0)),  # lies before them
        (Clip(1.5, 2.0), (16000, 16000)),  # lies behind them
    ],
)
def test_a_beep_that_reaches_beyond_the_samples(beep: Clip, covered: tuple[int, int]) -> None:
    before = np.full(SAMPLE_RATE, 0.9, np.float32)
    after = beeped(before, 0.5, [beep])
    changed = np.flatnonzero(after != before)
    assert (len(changed), changed[:1].tolist(), changed[-1:].tolist()) == (
        covered[1] - covered[0],
        [covered[0]] if covered[1] > covered[0] else [],
        [covered[1] - 1] if covered[1] > covered[0] else [],
    )


@given(st.floats(0, 3), st.floats(0, 3), st.integers(0, 5000))
def test_the_samples_stay_as_many_and_the_given_ones_as_they_are(one: float, other: float, count: int) -> None:
    before = np.full(count, 0.5, np.float32)
    after = beeped(before, 1.0, [Clip(min(one, other), max(one, other))])
    assert after.shape == before.shape
    assert after.dtype == np.float32
    assert np.all(before == 0.5)
