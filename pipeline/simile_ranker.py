"""Which likenesses are figures of speech: a logistic regression on rules' score, form, and meaning of the vehicle.

The shipped weights (`resources/similes/ranker.npz`) come from made-up sentences alone; `tacit train similes` makes
others from these and from people's verdicts, which are then preferred.
"""

import hashlib
import io
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from models.errors import MissingModel
from models.values import Finding, ModelStamp
from pipeline.protocols import Embedder
from pipeline.text import RESOURCES

SHIPPED = RESOURCES / "similes" / "ranker.npz"
STAGE = "similes"
RULES_ALONE = 2.0  # that much less than the rules' score is as good as a score of the ranker
REMEDY = (
    "Make it again with “tacit train similes”, or remove the file: then the one before it, or the shipped one, is used."
)
_KEPT = re.compile(r"similes-(?P<number>\d{1,6})-(?P<sha256>[0-9a-f]{12})\.npz")

Array: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ranker:
    """Weights of a logistic regression; what it knows of an embedding holds for that embedding only."""

    embedding: str  # SHA-256 of the weights of the model whose vectors it was trained on
    vehicle: Array  # (d,)
    rules: float
    forms: tuple[str, ...]  # names of the rules, in the order of `form`; any other weighs nothing
    form: Array  # (forms,)
    bias: float
    stamp: ModelStamp

    @classmethod
    def load(cls, path: Path, stamp_name: str, version: str) -> "Ranker":
        """The ranker in that file. Raises MissingModel when it is not there or cannot be read."""
        try:
            data = path.read_bytes()
            with np.load(io.BytesIO(data), allow_pickle=False) as kept:
                return cls(
                    embedding=str(kept["embedding"]),
                    vehicle=kept["vehicle"].astype(np.float64),
                    rules=float(kept["rules"]),
                    forms=tuple(str(form) for form in kept["forms"]),
                    form=kept["form"].astype(np.float64),
                    bias=float(kept["bias"]),
                    stamp=ModelStamp(STAGE, stamp_name, version, hashlib.sha256(data).hexdigest()),
                )
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise MissingModel(f"The ranker of similes {path} cannot be read: {error}", remedy=REMEDY) from error

    def scores(self, likenesses: Sequence[Finding], embedder: Embedder) -> list[float]:
        """The log odds that each is a figure of speech, in order, by the rules' score that each brings.

        With another embedding than it was trained on, the rules alone speak, on the same scale as near as can be.
        """
        if not self.fits(embedder.stamp):
            return [one.score - RULES_ALONE for one in likenesses]
        vectors = embedder.embed([vehicle_phrase(one) for one in likenesses]).astype(np.float64)
        rules = np.array([one.score for one in likenesses], np.float64)
        odds = vectors @ self.vehicle + one_of(self.forms, likenesses) @ self.form + self.rules * rules + self.bias
        return [round(float(one), 4) for one in odds]

    def fits(self, embedding: ModelStamp) -> bool:
        """Whether it was trained on the vectors of that model."""
        return embedding.sha256 == self.embedding


def one_of(forms: Sequence[str], likenesses: Sequence[Finding]) -> Array:
    """(n, forms): 1 where a likeness has that form."""
    return np.array([[float(one.rule == form) for form in forms] for one in likenesses]).reshape(-1, len(forms))


def vehicle_phrase(likeness: Finding) -> str:
    """What the target is likened to, from its first word to the end: "garden hose with a foot on it"."""
    start = likeness.source.start_char - likeness.start_char if likeness.source else 0
    return likeness.text[start:]


@cache
def shipped_ranker() -> Ranker:
    """The ranker in the package, loaded once."""
    return Ranker.load(SHIPPED, "shipped", "1")


def ranker_of(folder: Path) -> Ranker:
    """The newest ranker that was trained for this installation, else the shipped one.

    Raises MissingModel where a file is not what its name says.
    """
    kept = _kept(folder)
    if not kept:
        return shipped_ranker()
    number, path = kept[-1]
    ranker = Ranker.load(path, "trained here", str(number))
    if not path.stem.endswith((ranker.stamp.sha256 or "")[:12]):
        raise MissingModel(f"{path} was changed: its SHA-256 is {ranker.stamp.sha256}.", remedy=REMEDY)
    return ranker


def keep(ranker: Ranker, folder: Path) -> Path:
    """Write it as the newest one of an installation, all or nothing; its name has its number and its checksum."""
    folder.mkdir(parents=True, exist_ok=True)
    data = packed(ranker)
    number = max((number for number, _ in _kept(folder)), default=0) + 1
    path = folder / f"similes-{number}-{hashlib.sha256(data).hexdigest()[:12]}.npz"
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(data)
    os.replace(unfinished, path)
    return path


def packed(ranker: Ranker) -> bytes:
    """The file's bytes: the same weights give the same."""
    file = io.BytesIO()
    np.savez(
        file,
        embedding=np.array(ranker.embedding),
        vehicle=ranker.vehicle.astype(np.float32),
        rules=np.float32(ranker.rules),
        forms=np.array(ranker.forms),
        form=ranker.form.astype(np.float32),
        bias=np.float32(ranker.bias),
    )
    return file.getvalue()


def _kept(folder: Path) -> list[tuple[int, Path]]:
    """The rankers in the folder with their numbers, the oldest first."""
    if not folder.is_dir():
        return []
    found = [(match, path) for path in folder.iterdir() if (match := _KEPT.fullmatch(path.name))]
    return sorted((int(match["number"]), path) for match, path in found)
