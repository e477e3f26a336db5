"""Logistic regression beside a fixed offset: what the offset says already is not learnt again."""

import numpy as np
import numpy.typing as npt

from pipeline.head import Array

STEPS = 50
CLOSE = 1e-6  # of the largest step, in logits
FLOOR = 1e-9


def fitted(rows: Array, right: npt.NDArray[np.bool_], offset: Array, penalties: Array) -> Array:
    """The weights (d,) that make `offset + rows @ weights` tell right from wrong, each held near 0 by its penalty.

    `rows` is (n, d). A penalty of 0 holds nothing: give one column of ones for an intercept. Newton's method with
    halved steps; the loss is convex, so the same rows give the same weights.
    """
    weights = np.zeros(rows.shape[1])
    loss = _loss(rows, right, offset, penalties, weights)
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-(offset + rows @ weights)))
        slope = rows.T @ (chance - right) + penalties * weights
        bend = (rows * (chance * (1 - chance))[:, None]).T @ rows + np.diag(penalties + FLOOR)
        step = np.linalg.solve(bend, slope)
        while (further := _loss(rows, right, offset, penalties, weights - step)) > loss and np.abs(step).max() > CLOSE:
            step = step / 2
        if further > loss:
            break
        weights, loss = weights - step, further
        if np.abs(step).max() <= CLOSE:
            break
    return weights


def _loss(rows: Array, right: npt.NDArray[np.bool_], offset: Array, penalties: Array, weights: Array) -> float:
    logits = offset + rows @ weights
    wrong = np.where(right, -logits, logits)
    return float(np.logaddexp(0, wrong).sum() + (penalties * weights**2).sum() / 2)
