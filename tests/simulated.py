"""Made-up interviews whose statements lie around the kinds of know-how that the head knows: vectors without a model."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from models.values import Finding, FindingType, Statement, Vectors
from pipeline.correction import Correction
from pipeline.head import shipped_head
from pipeline.score import signals

SAID = "You wait until the crust gives way a little under your thumb."
KINDS = shipped_head().kinds
STEP, CUE, WARNING, REASON, PROBLEM = (
    KINDS.index(kind) for kind in ("step", "perceptual_cue", "warning", "rationale", "problem")
)


@dataclass(frozen=True)
class Interview:
    statements: list[Statement]
    findings: list[Finding]
    vectors: Vectors
    kinds: Any  # (n,): number of the kind; -1 for mere talk

    @property
    def conditions(self) -> Any:
        found = {one.statement for one in self.findings}
        return np.array([one.index in found for one in self.statements])


def interview(drawn: np.random.Generator, length: int = 30) -> Interview:
    """Statements near five kinds of know-how or, a fifth of them, of talk; three in ten have a condition."""
    head = shipped_head()
    kinds = drawn.choice([STEP, CUE, WARNING, REASON, PROBLEM], length)
    talk = drawn.random(length) < 0.2
    middle = np.where(talk[:, None], head.talk[drawn.integers(0, len(head.talk), length)], head.prototypes[kinds])
    vectors = middle + drawn.normal(scale=0.04, size=middle.shape)
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    places = range(0, length * 100, 100)
    said = [Statement(row, 0, row // 5, at, at + len(SAID), SAID, None) for row, at in enumerate(places)]
    given = np.flatnonzero(drawn.random(length) < 0.3).tolist()
    found = [Finding(FindingType.CONDITION, row, row * 100, row * 100 + 8, "You wait", "made up") for row in given]
    return Interview(said, found, vectors, np.where(talk, -1, kinds))


def favour(shift: float) -> Correction:
    """A correction that adds the same to every score."""
    one = interview(np.random.default_rng(0), length=1)
    seen = signals(one.statements, one.findings, one.vectors)
    return Correction(seen.names, (0.0,) * len(seen.names), (0.0,) * seen.vectors.shape[1], shift)
