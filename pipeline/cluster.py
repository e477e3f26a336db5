"""Gathers passages that speak about the same piece of know-how: pre-treated vectors, then HDBSCAN.

The pre-treatment (centre, smooth with the neighbours, principal components) finds as much as a random projection such
as UMAP and has no randomness: the same set of passages gives the same clusters.
"""

import hashlib
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from models.values import Cluster, Vectors

FEWEST = 10  # below that many passages there is nothing to gather
NEIGHBOURS = 15
ROUNDS = 2  # of smoothing
DIMENSIONS = 20
BLOCK = 1024  # rows compared with all others at once
NOISE = -1

Array = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]


class Namer(Protocol):
    """Finds words for a cluster."""

    def label(self, texts: Sequence[str], vectors: Vectors, everything: Vectors) -> str:
        """A few words of one of the texts; `everything` is the mean of all passages, of which these are some."""
        ...

    def tags(self, groups: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
        """For the texts of each cluster some words that set it apart from the others, the strongest first."""
        ...


class PassageClusterer:
    """A Clusterer (see protocols). Below ten passages there are no clusters."""

    def __init__(self, namer: Namer) -> None:
        self._namer = namer

    def cluster(
        self,
        ids: Sequence[str],
        texts: Sequence[str],
        vectors: Vectors,
        *,
        cohesion: float = -1.0,
        holding: Sequence[str] | None = None,
    ) -> tuple[list[Cluster], list[str]]:
        """Clusters in order of their first member, and the sorted ids of the passages that belong to none.

        The three run parallel; ids are unique, vectors (n, d) of unit length. Members with a mean cosine below
        `cohesion` with the others are left out, and so are clusters with none of `holding`, if given. Time grows as n²:
        1 s at 3,000.
        """
        order = sorted(range(len(ids)), key=lambda i: ids[i])  # what is computed never depends on the order given
        placed = vectors[order]
        numbers = coherent(groups(placed), placed, cohesion)
        mean = placed.mean(axis=0) if len(placed) else placed
        members = [np.flatnonzero(numbers == number) for number in dict.fromkeys(numbers[numbers != NOISE].tolist())]
        if holding is not None:
            wanted = np.isin([ids[one] for one in order], holding)
            members = [rows for rows in members if wanted[rows].any()]
        said = [[texts[order[row]] for row in rows] for rows in members]
        found = []
        for rows, spoken, tags in zip(members, said, self._namer.tags(said), strict=True):
            names = tuple(ids[order[row]] for row in rows)
            found.append(Cluster(cluster_id(names), self._namer.label(spoken, placed[rows], mean), names, tags))
        return found, [ids[order[row]] for row in np.flatnonzero(numbers == NOISE)]


def cluster_id(members: Sequence[str]) -> str:
    """A name made of those who founded the cluster, so it is the same on every machine."""
    return hashlib.sha256("\n".join(sorted(members)).encode()).hexdigest()[:32]


def groups(vectors: Vectors) -> Numbers:
    """The number of every row's cluster, -1 for noise; which rows go together depends on their order only in ties."""
    if len(vectors) < FEWEST:
        return np.full(len(vectors), NOISE, np.int64)
    from hdbscan import HDBSCAN  # noqa: PLC0415

    with threadpool_limits(1):  # sums come out differently when they are split among threads
        model = HDBSCAN(min_cluster_size=smallest_cluster(len(vectors)), min_samples=1, core_dist_n_jobs=1)
        found: Numbers = model.fit_predict(pretreated(vectors))
    return found


def coherent(numbers: Numbers, vectors: Vectors, cohesion: float) -> Numbers:
    """The numbers with -1 where a row's mean cosine with the others of its cluster is too small, worst first."""
    kept = numbers.copy()
    for number in set(numbers.tolist()) - {NOISE}:
        rows = np.flatnonzero(numbers == number)
        while len(rows) > 1:
            members = vectors[rows]
            cosines = (members @ members.sum(axis=0) - 1) / (len(rows) - 1)
            if cosines.min() >= cohesion:
                break
            kept[rows[cosines.argmin()]] = NOISE
            rows = np.delete(rows, cosines.argmin())
        if len(rows) == 1:
            kept[rows] = NOISE
    return kept


def smallest_cluster(passages: int) -> int:
    """How many members a cluster has at least: three, and from 160 passages on a fortieth of them, at most 16."""
    return min(max(3, passages // 40), 16)


def pretreated(vectors: Vectors) -> Array:
    """Centred, smoothed with their neighbours and reduced to at most 20 principal components: (n, ≤ 20)."""
    z = _unit(vectors.astype(np.float64))
    z = _unit(z - z.mean(axis=0))
    for _ in range(ROUNDS):
        z = _unit(z / 2 + _neighbourhood(z) / 2)
    return _principal(z, min(DIMENSIONS, len(z) - 1))


def _unit(z: Array) -> Array:
    length: Array = np.linalg.norm(z, axis=1, keepdims=True)
    return z / np.where(length > 0, length, 1)


def _neighbourhood(z: Array) -> Array:
    """For every row the mean of its nearest others, weighted by the square of their cosine."""
    k = min(NEIGHBOURS, len(z) - 1)
    mean = np.empty_like(z)
    for start in range(0, len(z), BLOCK):
        rows = np.arange(start, min(start + BLOCK, len(z)))
        cosine = z[rows] @ z.T
        cosine[np.arange(len(rows)), rows] = -np.inf
        near = np.argpartition(-cosine, k - 1, axis=1)[:, :k]
        weight = np.clip(np.take_along_axis(cosine, near, axis=1), 0, None) ** 2
        total = weight.sum(axis=1, keepdims=True)
        weight /= np.where(total > 0, total, 1)
        mean[rows] = np.einsum("rk,rkd->rd", weight, z[near])
    return mean


def _principal(z: Array, dimensions: int) -> Array:
    """Projected on the directions of largest spread, each pointing to where its largest coefficient is positive."""
    z = z - z.mean(axis=0)
    _, directions = np.linalg.eigh(z.T @ z)
    directions = directions[:, ::-1][:, :dimensions]
    largest = np.abs(directions).argmax(axis=0)
    signs = np.sign(directions[largest, np.arange(directions.shape[1])])
    projected: Array = z @ (directions * signs)
    return projected
