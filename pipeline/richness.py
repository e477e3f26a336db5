"""Whether an interview holds know-how at all: an absolute measure, where the scores of statements compare within it."""

from collections.abc import Sequence

import numpy as np

from models.values import Statement, Vectors
from pipeline.head import Head, shipped_head
from pipeline.text import words

SHORTEST = 4  # words of a statement that counts
LEAST = 10  # statements from which anything can be said
LITTLE = 0.5  # share below which most of what is said is nearer to mere talk
WARNING = (
    "Little know-how was found here: {share:.0%} of {count} statements are nearer to know-how than to mere talk, and "
    "most cards will need work. An interview along the probes gives more: see the interview guide."
)


def richness(statements: Sequence[Statement], vectors: Vectors, *, head: Head | None = None) -> float | None:
    """The share of statements nearer to a kind of know-how than to every kind of mere talk; None where few count.

    `vectors` has a unit vector for each of them, (n, d).
    """
    rows = _counted(statements)
    if len(rows) < LEAST:
        return None
    margins = (head or shipped_head()).margins(vectors[rows].astype(np.float64)).max(axis=1)
    return float((margins > 0).mean())


def warnings(statements: Sequence[Statement], vectors: Vectors) -> tuple[str, ...]:
    """A sentence for the manager where little was found; else nothing."""
    share = richness(statements, vectors)
    if share is None or share >= LITTLE:
        return ()
    return (WARNING.format(share=share, count=len(_counted(statements))),)


def _counted(statements: Sequence[Statement]) -> list[int]:
    return [row for row, statement in enumerate(statements) if words(statement.text) >= SHORTEST]
