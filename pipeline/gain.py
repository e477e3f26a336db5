"""Whether what was learnt orders things better than what was there before, by more than chance."""

from dataclasses import dataclass
from math import sqrt

from pipeline.head import Array

LEAST = 0.005  # share of the pairs: less is not worth another order
SURE = 2.5  # standard errors by which the gain has to be more than chance
LEAST_GROUPS = 5  # recordings, or cards, that hold pairs; of fewer nobody knows how far they differ


@dataclass(frozen=True, slots=True)
class Figures:
    """How many pairs of a better and a worse one are ordered rightly, where nothing was learnt from.

    Shares of the pairs; a pair lies within one recording, or among the titles offered for one card.
    """

    plain: float
    learnt: float
    error: float  # standard error of learnt − plain, over the recordings
    pairs: int
    groups: int  # recordings, or cards, that hold a pair
    examples: int
    strength: float  # of the penalty, as cross-validation has chosen it

    @classmethod
    def of(
        cls,
        plain: Array,
        learnt: Array,
        pairs: Array,
        *,
        examples: int,
        strength: float,
    ) -> "Figures":
        """From the pairs ordered rightly and all pairs, group by group."""
        there = pairs > 0
        plain, learnt, pairs = plain[there], learnt[there], pairs[there]
        total, groups = float(pairs.sum()), len(pairs)
        if not groups:
            return cls(0.0, 0.0, 0.0, 0, 0, examples, strength)
        gain = float((learnt - plain).sum()) / total
        over = learnt - plain - gain * pairs
        error = sqrt(groups / max(1, groups - 1) * float((over**2).sum())) / total
        before, after = float(plain.sum()) / total, float(learnt.sum()) / total
        return cls(round(before, 6), round(after, 6), round(error, 6), int(total), groups, examples, strength)

    @property
    def is_better(self) -> bool:
        """Whether what was learnt orders more pairs rightly, by more than chance would explain."""
        gain = self.learnt - self.plain
        return self.groups >= LEAST_GROUPS and gain >= LEAST and gain > SURE * self.error
