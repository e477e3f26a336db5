"""Who spoke in each window, when people speak on for a while."""

import numpy as np
import pytest

from pipeline.turn_taking import explained

BETWEEN = np.array([9.0, 9.0])


def places(*runs: tuple[float, int], seed: int = 0) -> np.ndarray:
    """Windows around a speaker's place, run after run."""
    chance = np.random.default_rng(seed)
    return np.concatenate([chance.normal(size=(count, 2)) + np.array([place, 0.0]) for place, count in runs])


def changes(count: int, change: float = 0.05) -> np.ndarray:
    return np.full(count, change)


def test_runs_of_two_voices_are_found_from_a_poor_beginning() -> None:
    heard = places((-3.0, 30), (3.0, 20), (-3.0, 25))
    begun = (heard[:, 0] > 2.5).astype(np.int64)  # a third of the second voice is given to the first one
    found = explained(heard, BETWEEN, [begun], changes(75), dependence=1.0)
    assert (found == np.repeat([0, 1, 0], [30, 20, 25])).mean() > 0.96


def test_one_odd_window_does_not_make_a_turn() -> None:
    heard = places((-3.0, 20), (3.0, 20))
    heard[10] = [0.4, 0.0]  # a little nearer to the other one
    begun = np.repeat([0, 1], 20)
    assert explained(heard, BETWEEN, [begun], changes(40, 0.01), dependence=1.0)[10] == 0


def test_the_beginning_that_explains_more_wins() -> None:
    heard = places((-3.0, 30), (3.0, 30))
    by_chance = np.arange(60) % 2
    right = np.repeat([0, 1], 30)
    found = explained(heard, BETWEEN, [by_chance, right], changes(60), dependence=0.3)
    assert found.tolist() == explained(heard, BETWEEN, [right], changes(60), dependence=0.3).tolist()
    assert found.tolist() == right.tolist()


@pytest.mark.parametrize("speakers", [2, 3, 5])
def test_no_more_speakers_are_found_than_a_beginning_has(speakers: int) -> None:
    heard = places(*((10.0 * number, 20) for number in range(speakers)))
    begun = np.repeat(np.arange(speakers), 20)
    found = explained(heard, BETWEEN * 9, [begun], changes(len(heard)), dependence=0.5)
    assert found.tolist() == begun.tolist()
