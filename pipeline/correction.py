"""What an organization's verdicts add to S: a small linear correction, held near S by a penalty.

Whether a statement is kept is taken for a logistic function of S, whose slope is fitted first and then stands, and of
a weighted sum of what S is made of, what the rules saw, and a low-dimensional projection of the embedding. How hard
the weights are held is chosen by cross-validation over recordings; how good the outcome is, by another one around it.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from models.documents import to_document, to_json
from models.values import ModelStamp
from pipeline.gain import Figures
from pipeline.head import Array
from pipeline.logistic import fitted

STRENGTHS = (300.0, 100.0, 30.0, 10.0, 3.0)  # of the penalty; of equally good ones the first
DIRECTIONS = 16  # of the embedding
FOLDS, INNER_FOLDS = 5, 3  # recordings held out: to judge, and to choose the strength
LEAST_SLOPE = 0.25  # of S, in logits: S counts even where the verdicts on its best statements do not follow it
MOST = 2.0  # that is added to S or taken from it: about one standard deviation of S
SPREAD = 1e-6

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of statements; all run parallel."""

    names: tuple[str, ...]  # of the columns of `values`
    values: Array  # (n, len(names))
    vectors: Array  # (n, d), rows of unit length
    scores: Array  # (n,): S

    def column(self, name: str) -> Array:
        """(n,): one of the named values."""
        return np.asarray(self.values[:, self.names.index(name)])

    def rows(self, numbers: Sequence[int]) -> "Signals":
        """Those of some of the statements."""
        chosen = list(numbers)
        return Signals(self.names, self.values[chosen], self.vectors[chosen], self.scores[chosen])


@dataclass(frozen=True, slots=True)
class Judged:
    """Statements of one recording on which people decided."""

    recording: str
    signals: Signals
    kept: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """What is added to S."""

    names: tuple[str, ...]  # of Signals
    weights: tuple[float, ...]
    direction: tuple[float, ...]  # in the space of the embedding
    shift: float
    version: int = 0  # 0: not kept yet

    @property
    def stamp(self) -> ModelStamp:
        """Which version corrects scores."""
        named = to_json(to_document(self))
        return ModelStamp("score", "verdicts", str(self.version), hashlib.sha256(named.encode()).hexdigest())

    def of(self, signals: Signals) -> Array:
        """(n,): in units of S, never more than MOST. Zeros where the statements are seen with other eyes.

        Another version of tacit, or another embedding, has other signals: what was learnt with the old ones says
        nothing of them.
        """
        if signals.names != self.names or signals.vectors.shape[1] != len(self.direction):
            return np.zeros(len(signals.scores))
        raw = signals.values @ np.array(self.weights) + signals.vectors @ np.array(self.direction) + self.shift
        return np.asarray(np.clip(raw, -MOST, MOST))


@dataclass(frozen=True, slots=True)
class _Table:
    """All judged statements below each other."""

    rows: Array  # (n, p): standardised
    scores: Array
    kept: Flags
    group: npt.NDArray[np.int64]  # number of the recording

    def only(self, chosen: Flags) -> "_Table":
        return _Table(self.rows[chosen], self.scores[chosen], self.kept[chosen], self.group[chosen])


@dataclass(frozen=True, slots=True)
class _Axes:
    """How signals become the rows that weights are fitted to."""

    centre: Array
    directions: Array  # (d, DIRECTIONS)
    middle: Array
    spread: Array

    def rows(self, signals: Signals) -> Array:
        return np.asarray((self._raw(signals) - self.middle) / self.spread)

    def _raw(self, signals: Signals) -> Array:
        return np.hstack([signals.values, (signals.vectors - self.centre) @ self.directions])


def learn(judged: Sequence[Judged]) -> tuple[Correction, Figures]:
    """The correction that these verdicts ask for, and how it does on recordings that it has not seen.

    Wants at least two recordings, and statements that were kept and that were not. The axes of the projection are
    taken from all the statements, whose vectors know of no verdict. The same verdicts give the same correction.
    """
    with threadpool_limits(1):  # sums come out differently when they are split among threads
        return _learn(judged)


def _learn(judged: Sequence[Judged]) -> tuple[Correction, Figures]:
    signals = joined([one.signals for one in judged])
    axes = _axes(signals)
    table = _Table(
        axes.rows(signals),
        signals.scores,
        np.array([kept for one in judged for kept in one.kept], np.bool_),
        np.repeat(np.arange(len(judged)), [len(one.kept) for one in judged]),
    )
    strength = _best_strength(table)
    figures = _figures(table, strength)
    return _correction(signals, axes, _weights(table, strength, _slope(table))), figures


def joined(parts: Sequence[Signals]) -> Signals:
    """The statements of several interviews, one below the other."""
    return Signals(
        parts[0].names,
        np.vstack([one.values for one in parts]),
        np.vstack([one.vectors for one in parts]),
        np.concatenate([one.scores for one in parts]),
    )


def ordered(scores: Array, kept: Flags, group: npt.NDArray[np.int64]) -> tuple[Array, Array]:
    """For each group the pairs of a kept and another statement that the scores order rightly, and how many there are.

    A tie is half a pair.
    """
    right, all_ = [], []
    for number in np.unique(group):
        here = group == number
        good, bad = scores[here & kept], scores[here & ~kept]
        above = good[:, None] - bad[None, :]
        right.append(float((above > 0).sum() + (above == 0).sum() / 2))
        all_.append(float(above.size))
    return np.array(right), np.array(all_)


def _axes(signals: Signals) -> _Axes:
    """The main directions of the vectors, and the spread of everything; the first direction sets that of all."""
    centre = signals.vectors.mean(axis=0)
    moved = signals.vectors - centre
    directions = np.linalg.eigh(moved.T @ moved)[1][:, ::-1][:, :DIRECTIONS]
    raw = np.hstack([signals.values, moved @ directions])
    spread = raw.std(axis=0)
    count = signals.values.shape[1]
    spread[count:] = spread[count]
    return _Axes(centre, directions, raw.mean(axis=0), np.where(spread < SPREAD, 1.0, spread))


def _slope(table: _Table) -> float:
    """How steeply the chance to be kept rises with S alone."""
    rows = np.column_stack([table.scores, np.ones(len(table.scores))])
    return max(LEAST_SLOPE, float(fitted(rows, table.kept, np.zeros(len(rows)), np.zeros(2))[0]))


def _weights(table: _Table, strength: float, slope: float) -> Array:
    """The weights of the rows, in units of S."""
    rows = np.column_stack([table.rows, np.ones(len(table.scores))])
    penalties = np.append(np.full(table.rows.shape[1], strength), 0.0)
    return fitted(rows, table.kept, slope * table.scores, penalties)[:-1] / slope


def _corrected(table: _Table, weights: Array) -> Array:
    """S with the correction, as `Correction.of` gives it."""
    return np.asarray(table.scores + np.clip(table.rows @ weights, -MOST, MOST))


def _correction(signals: Signals, axes: _Axes, weights: Array) -> Correction:
    """The same weights for the signals as they are."""
    each = weights / axes.spread
    count = signals.values.shape[1]
    direction = axes.directions @ each[count:]
    shift = -float(axes.middle @ each) - float(axes.centre @ direction)
    return Correction(signals.names, tuple(map(float, each[:count])), tuple(map(float, direction)), shift)


def _folds(table: _Table, count: int) -> Iterator[tuple[_Table, _Table]]:
    """Recordings to learn from and recordings to look at, until each was looked at."""
    groups = np.unique(table.group)
    for fold in range(min(count, len(groups))):
        held = np.isin(table.group, groups[fold::count])
        if table.kept[~held].any() and not table.kept[~held].all():
            yield table.only(~held), table.only(held)


def _best_strength(table: _Table) -> float:
    """The strength with which most pairs of held-out recordings are ordered rightly."""
    won = dict.fromkeys(STRENGTHS, 0.0)
    for seen, held in _folds(table, INNER_FOLDS):
        slope = _slope(seen)
        for strength in won:
            scores = _corrected(held, _weights(seen, strength, slope))
            won[strength] += ordered(scores, held.kept, held.group)[0].sum()
    return max(won, key=lambda strength: won[strength])


def _figures(table: _Table, strength: float) -> Figures:
    """What S and corrected S order rightly in recordings from which neither weights nor strength were learnt."""
    plain, corrected, pairs = [], [], []
    for seen, held in _folds(table, FOLDS):
        scores = _corrected(held, _weights(seen, _best_strength(seen), _slope(seen)))
        found, count = ordered(scores, held.kept, held.group)
        corrected.append(found)
        plain.append(ordered(held.scores, held.kept, held.group)[0])
        pairs.append(count)
    nothing = np.zeros(0)
    return Figures.of(
        np.concatenate([nothing, *plain]),
        np.concatenate([nothing, *corrected]),
        np.concatenate([nothing, *pairs]),
        examples=len(table.scores),
        strength=strength,
    )
