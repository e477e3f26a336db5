"""The statement head: what know-how and mere talk look like to the sentence embedding.

Prototypes of made-up sentences (`resources/seeds.tsv`); `python benchmarks/train_head.py` makes the file again.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from models.errors import MissingModel
from models.values import ModelStamp
from pipeline.text import RESOURCES

HEAD = RESOURCES / "head.npz"

Array: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Head:
    """Directions in the space of the sentence embedding, (d,) each."""

    kinds: tuple[str, ...]
    prototypes: Array  # (kinds, d): one a kind of know-how
    talk: Array  # (kinds of mere talk, d)
    step: Array  # (d,)
    step_bias: float
    stamp: ModelStamp

    @classmethod
    def load(cls, path: Path = HEAD) -> "Head":
        """The head in that file. Raises MissingModel when it is not there."""
        if not path.is_file():
            raise MissingModel(
                f"The statement head {path} is missing.",
                remedy="Install tacit again, or make the head with: python benchmarks/train_head.py",
            )
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        with np.load(path) as kept:
            return cls(
                kinds=tuple(str(kind) for kind in kept["kinds"]),
                prototypes=kept["prototypes"].astype(np.float64),
                talk=kept["negatives"].astype(np.float64),
                step=kept["step_coef"].astype(np.float64),
                step_bias=float(kept["step_bias"]),
                stamp=ModelStamp("score", "statement head", str(kept["seeds"])[:12], sha256),
            )

    def margins(self, vectors: Array) -> Array:
        """(n, kinds): how much nearer each statement is to a kind of know-how than to the nearest kind of talk."""
        return np.asarray(vectors @ self.prototypes.T - (vectors @ self.talk.T).max(axis=1, keepdims=True))


@cache
def shipped_head() -> Head:
    """The head in the package, loaded once."""
    return Head.load()
