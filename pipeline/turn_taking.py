"""A hidden Markov model of turn taking: who spoke in each window, when people speak on for a while.

Every speaker has a place that is not known, and windows scatter around it by 1; places scatter by `between`. After VBx
(Landini et al. 2022), equations 15 to 25, with several beginnings computed side by side.
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.float64]
Numbers: TypeAlias = npt.NDArray[np.int64]

CERTAINTY = 0.9  # how far a beginning is believed
ROUNDS = 12


def explained(places: Array, between: Array, begun: Sequence[Numbers], changes: Array, *, dependence: float) -> Numbers:
    """The most likely speaker of every window, from the best of several beginnings; the earlier one where two tie.

    `places` is (n, d), `between` (d,), each of `begun` (n,) numbers from 0. `changes` is the probability that a window
    is not of the speaker of the one before it. `dependence` says what part of a window is news, 0..1.
    """
    speakers = 1 + max(int(numbers.max()) for numbers in begun)
    shares = np.stack([_believed(numbers, speakers) for numbers in begun])
    for _ in range(ROUNDS):
        fits, price = _fits(places, between, shares, dependence)
        shares, likely = _smoothed(fits, changes)
    best = int(np.argmax(np.round(likely - price, 6)))
    return _path(fits[best], changes)


def _believed(numbers: Numbers, speakers: int) -> Array:
    return np.eye(speakers)[numbers] * CERTAINTY + (1 - CERTAINTY) / speakers


def _fits(places: Array, between: Array, shares: Array, dependence: float) -> tuple[Array, Array]:
    """(beginnings, n, speakers) log likelihoods, and what the places of the speakers cost (beginnings,)."""
    scaled = places * np.sqrt(between)
    sizes = 1 + dependence * shares.sum(axis=1)[..., None] * between
    means = dependence * np.einsum("bns,nd->bsd", shares, scaled) / sizes
    offsets = np.einsum("bsd,d->bs", 1 / sizes + means**2, between) / 2
    fits = dependence * (np.einsum("nd,bsd->bns", scaled, means) - offsets[:, None, :])
    price = np.sum(np.log(sizes) + 1 / sizes + means**2 - 1, axis=(1, 2)) / 2
    return fits, price


def _smoothed(fits: Array, changes: Array) -> tuple[Array, Array]:
    """The probability of every speaker in every window, and the log likelihood of it all: forwards and backwards."""
    highest = fits.max(axis=2, keepdims=True)
    likelihoods = np.exp(fits - highest).transpose(1, 0, 2)  # (n, beginnings, speakers)
    count, _, speakers = likelihoods.shape
    stays = 1 - changes
    moves = changes / max(1, speakers - 1)
    forward, scales = np.empty_like(likelihoods), np.empty((count, len(fits), 1))
    now = np.full(likelihoods.shape[1:], 1 / speakers)
    for n in range(count):
        now = (now * (stays[n] - moves[n]) + moves[n] if n else now) * likelihoods[n]
        scales[n] = now.sum(axis=1, keepdims=True)
        now = forward[n] = now / scales[n]
    backward = np.ones_like(likelihoods)
    for n in range(count - 1, 0, -1):
        after = backward[n] * likelihoods[n] / scales[n]
        backward[n - 1] = after * (stays[n] - moves[n]) + moves[n] * after.sum(axis=1, keepdims=True)
    shares = forward * backward
    shares /= shares.sum(axis=2, keepdims=True)
    return shares.transpose(1, 0, 2), np.log(scales).sum(axis=(0, 2)) + highest.sum(axis=(1, 2))


def _path(fits: Array, changes: Array) -> Numbers:
    """The most likely run of speakers (Viterbi)."""
    count, speakers = fits.shape
    came = np.zeros((count, speakers), np.int64)
    now = fits[0]
    with np.errstate(divide="ignore"):  # where nobody may stay, or move
        stays, moves = np.log(1 - changes), np.log(changes / max(1, speakers - 1))
    for n in range(1, count):
        best = int(now.argmax())
        moved = now[best] + moves[n]
        stayed = now + stays[n]
        came[n] = np.where(stayed >= moved, np.arange(speakers), best)
        now = np.maximum(stayed, moved) + fits[n]
    path = np.zeros(count, np.int64)
    path[-1] = now.argmax()
    for n in range(count - 1, 0, -1):
        path[n - 1] = came[n, path[n]]
    return path
