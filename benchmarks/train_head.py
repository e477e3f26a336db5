"""Make the statement head again: made-up sentences and an embedding model in, head.npz out.

    python benchmarks/train_head.py [--seeds pipeline/resources/seeds.tsv] [--out pipeline/resources/head.npz]

A prototype is the mean vector of one kind's sentences; the step head is a logistic regression that tells steps from
mere talk. Nothing of anybody's interview is in it. Takes about ten seconds. The file has no time stamps, so the same
sentences and the same model give the same head, up to the last bit of half precision.
"""

import argparse
import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from models.values import Vectors
from pipeline.embed import load_embedder
from pipeline.head import HEAD
from pipeline.text import RESOURCES

SEEDS = RESOURCES / "seeds.tsv"
KNOW_HOW, TALK = "know-how", "talk"
STEP_SCALE = 3.0  # stretches the unit vectors, which is the same as a weaker penalty


@dataclass(frozen=True, slots=True)
class Seed:
    """One made-up sentence of a kind of know-how, or of mere talk."""

    side: str
    kind: str
    sentence: str


def read_seeds(path: Path) -> list[Seed]:
    """The sentences of a table with a header line, in its order."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [Seed(*row) for row in list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]]


def prototypes(seeds: list[Seed], vectors: Vectors) -> tuple[list[str], Vectors]:
    """The kinds in order of appearance and the unit mean of each one's vectors, (kinds, d)."""
    kinds = list(dict.fromkeys(seed.kind for seed in seeds))
    of = np.array([kinds.index(seed.kind) for seed in seeds])
    means = np.stack([vectors[of == number].mean(axis=0) for number in range(len(kinds))])
    return kinds, means / (np.linalg.norm(means, axis=1, keepdims=True) + 1e-9)


def train(seeds_path: Path, out: Path) -> None:
    """Write the head that these sentences give."""
    seeds = read_seeds(seeds_path)
    sides = [[seed for seed in seeds if seed.side == side] for side in (KNOW_HOW, TALK)]
    embedder = load_embedder("all-MiniLM-L6-v2", threads=2)
    know, talk = (embedder.embed([seed.sentence for seed in side]) for side in sides)
    (kinds, positive), (others, negative) = prototypes(sides[0], know), prototypes(sides[1], talk)
    step = LogisticRegression(C=1.0, max_iter=500, class_weight="balanced")
    is_step = np.array([seed.kind == "step" for seed in (*sides[0], *sides[1])])
    step.fit(np.vstack([know, talk]) * STEP_SCALE, is_step)
    np.savez(
        out,
        kinds=kinds,
        others=others,
        seeds=hashlib.sha256("\n".join(seed.sentence for seed in seeds).encode()).hexdigest(),
        prototypes=positive.astype(np.float16),
        negatives=negative.astype(np.float16),
        step_coef=(step.coef_[0] * STEP_SCALE).astype(np.float32),
        step_bias=step.intercept_[0],
    )


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=Path, default=SEEDS)
    parser.add_argument("--out", type=Path, default=HEAD)
    given = parser.parse_args()
    train(given.seeds, given.out)


if __name__ == "__main__":
    main()
