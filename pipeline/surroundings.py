"""Passages in the embedding's space, and what is kept near new ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from models.values import Mined, Passage, Said, Vectors

JOIN = 0.50  # mean cosine with a cluster's members from which a passage belongs to it
MOST_RELATED = 5  # kept passages of its cluster that a new one is compared with
NEAR = 0.30  # cosine below which two passages have nothing to do with one another
MOST_NEAR = 15  # kept passages that a new one is compared with, and as many that stand alone: what smoothing looks at


@dataclass(frozen=True, slots=True)
class Placed:
    """Passages in the embedding's space; the fields run parallel, ids are unique."""

    ids: tuple[str, ...]
    texts: tuple[str, ...]
    clusters: tuple[str | None, ...]  # id of the cluster that each belongs to
    vectors: Vectors = field(repr=False)
    said: tuple[Said, ...] = field(default=(), repr=False)  # empty: the statements of none are known

    def rows(self, wanted: Sequence[int]) -> "Placed":
        return Placed(
            tuple(self.ids[row] for row in wanted),
            tuple(self.texts[row] for row in wanted),
            tuple(self.clusters[row] for row in wanted),
            self.vectors[list(wanted)],
            tuple(self.said[row] for row in wanted) if self.said else (),
        )

    def alone(self) -> "Placed":
        """Those that belong to no cluster."""
        return self.rows([row for row, cluster in enumerate(self.clusters) if cluster is None])

    def and_with(self, others: "Placed") -> "Placed":
        """Both, these first."""
        vectors = np.concatenate([part.vectors for part in (self, others) if part.ids] or [self.vectors])
        clusters = (*self.clusters, *others.clusters)
        said = tuple(each for part in (self, others) for each in part.said or (Said(),) * len(part.ids))
        return Placed((*self.ids, *others.ids), (*self.texts, *others.texts), clusters, vectors, said)


@dataclass(frozen=True, slots=True)
class Homes:
    """Clusters; a middle is the mean of the members' vectors, so its product with a vector is their mean cosine."""

    names: tuple[str, ...]
    middles: Vectors = field(repr=False)  # (clusters, d), not of unit length

    @classmethod
    def of(cls, clusters: Sequence[str | None], vectors: Vectors) -> "Homes":
        """The clusters of passages, by name; clusters and vectors run parallel."""
        names = sorted({cluster for cluster in clusters if cluster is not None})
        number = {name: row for row, name in enumerate(names)}
        rows = np.array([row for row, cluster in enumerate(clusters) if cluster is not None], np.int64)
        codes = np.array([number[cluster] for cluster in clusters if cluster is not None], np.int64)
        order = np.argsort(codes, kind="stable")
        starts = np.searchsorted(codes[order], np.arange(len(names)))
        if not names:
            return cls((), vectors[:0])
        sums = np.add.reduceat(vectors[rows[order]], starts, axis=0)
        return cls(tuple(names), (sums / np.bincount(codes)[:, None]).astype(vectors.dtype))

    def best(self, vectors: Vectors) -> list[str | None]:
        """For each vector the cluster with the highest mean cosine, if that is at least .50."""
        if not self.names or not len(vectors):
            return [None] * len(vectors)
        cosines = vectors @ self.middles.T
        nearest = cosines.argmax(axis=1)
        far = cosines[np.arange(len(nearest)), nearest] < JOIN
        return [None if far[row] else self.names[home] for row, home in enumerate(nearest)]

    def only(self, names: Iterable[str | None]) -> "Homes":
        wanted = set(names)
        rows = [row for row, name in enumerate(self.names) if name in wanted]
        return Homes(tuple(self.names[row] for row in rows), self.middles[rows])


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is kept near new passages."""

    homes: Homes  # that some of them belong to
    near: Placed  # passages to be compared with, or to be gathered with where they stand alone


@dataclass(frozen=True, slots=True)
class Link:
    """What a new passage has to do with an older one, or with another new one."""

    from_id: str
    to_id: str
    kind: str  # same_as, refines, contradicts, related
    score: float  # cosine of what was compared, rounded to six digits
    why: str = ""  # see stance.Stance; of same_as: what the older one says more
    statement: int | None = None  # number of the statement that was compared; None: the passages as they are
    to_statement: int | None = None


def said_in(mined: Mined, passage: Passage) -> Said:
    """The statements of a passage, with the vectors that they have already."""
    texts = tuple(mined.statements[number].text for number in passage.statements)
    return Said(texts, mined.vectors[list(passage.statements)])


def surroundings(new: Placed, kept: Placed) -> Surroundings:
    """What of all that is kept has to do with the new passages."""
    homes, rows = around(new.vectors, kept.clusters, kept.vectors)
    return Surroundings(homes, kept.rows(rows))


def around(new: Vectors, clusters: Sequence[str | None], vectors: Vectors) -> tuple[Homes, list[int]]:
    """The clusters that new passages belong to, and the rows of the kept ones near them, in order.

    Those are for each new passage the nearest fifteen, the nearest five of its cluster, and where it has none the
    nearest fifteen that stand alone: so many, however much is kept. Cost: a product of (new, d) and (kept, d).
    """
    every = Homes.of(clusters, vectors)
    best = every.best(new)
    if not len(new) or not len(vectors):
        return every.only(best), []
    names = np.array([cluster or "" for cluster in clusters])
    loose = np.flatnonzero(names == "")
    wanted: set[int] = set()
    for cosines, home in zip(new @ vectors.T, best, strict=True):
        wanted.update(nearest(cosines, np.arange(len(cosines)), MOST_NEAR, least=NEAR))
        if home is None:
            wanted.update(nearest(cosines, loose, MOST_NEAR, least=NEAR))
        else:
            wanted.update(nearest(cosines, np.flatnonzero(names == home), MOST_RELATED, least=-1.0))
    return every.only(best), sorted(wanted)


def nearest(cosines: npt.NDArray[np.float32], rows: npt.NDArray[np.int64], most: int, *, least: float) -> list[int]:
    """The rows with the highest cosines, the earlier one where two are alike."""
    order = np.argsort(-cosines[rows], kind="stable")[:most]
    return [int(row) for row in rows[order] if cosines[row] >= least]
