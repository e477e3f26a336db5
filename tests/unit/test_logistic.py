import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from pipeline.logistic import fitted

DRAWN = np.random.default_rng(3)
ROWS = DRAWN.normal(size=(400, 3))
RIGHT = DRAWN.random(400) < 1 / (1 + np.exp(-(ROWS @ [1.0, -2.0, 0.0] + 0.5)))


def with_intercept(rows):
    return np.hstack([rows, np.ones((len(rows), 1))])


def test_it_finds_what_a_kept_library_finds():
    found = fitted(with_intercept(ROWS), RIGHT, np.zeros(400), np.array([2.0, 2.0, 2.0, 0.0]))
    theirs = LogisticRegression(C=0.5, tol=1e-8).fit(ROWS, RIGHT)
    assert found == pytest.approx([*theirs.coef_[0], theirs.intercept_[0]], abs=1e-4)


def test_what_the_offset_says_is_not_learnt_again():
    told = ROWS @ [1.0, -2.0, 0.0] + 0.5
    found = fitted(with_intercept(ROWS), RIGHT, told, np.full(4, 1.0))
    assert np.abs(found).max() < 0.35


def test_a_strong_penalty_learns_nothing():
    assert np.abs(fitted(ROWS, RIGHT, np.zeros(400), np.full(3, 1e9))).max() < 1e-5


def test_answers_that_a_line_parts_have_finite_weights():
    rows = np.array([[-1.0], [1.0]])
    found = fitted(rows, np.array([False, True]), np.zeros(2), np.array([0.01]))
    assert np.isfinite(found).all()
    assert found[0] > 1
