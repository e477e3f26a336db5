"""Brings new passages together with those that are kept; what belongs somewhere never moves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from models.values import Cluster, Vectors
from pipeline.protocols import Clusterer

JOIN = 0.50  # mean cosine with a cluster's members from which a passage belongs to it
FOUND = 0.45  # mean cosine with the other founders of a cluster, to be one of them
SAME = 0.75  # cosine from which a machine says that two passages say the same
MOST_RELATED = 5  # links of that kind from one passage


@dataclass(frozen=True, slots=True)
class Placed:
    """Passages in the embedding's space; the fields run parallel, ids are unique."""

    ids: tuple[str, ...]
    texts: tuple[str, ...]
    clusters: tuple[str | None, ...]  # id of the cluster that each belongs to
    vectors: Vectors = field(repr=False)

    def rows(self, wanted: Sequence[int]) -> "Placed":
        return Placed(
            tuple(self.ids[row] for row in wanted),
            tuple(self.texts[row] for row in wanted),
            tuple(self.clusters[row] for row in wanted),
            self.vectors[list(wanted)],
        )

    def alone(self) -> "Placed":
        """Those that belong to no cluster."""
        return self.rows([row for row, cluster in enumerate(self.clusters) if cluster is None])

    def members(self) -> dict[str, Vectors]:
        """The vectors of every cluster's members."""
        found = sorted({cluster for cluster in self.clusters if cluster is not None})
        return {one: self.vectors[[cluster == one for cluster in self.clusters]] for one in found}


@dataclass(frozen=True, slots=True)
class Gathering:
    """What new passages change."""

    assignments: Mapping[str, str]  # passage → its cluster: new passages, and kept ones that stood alone until now
    clusters: tuple[Cluster, ...]  # the new ones, with all their members


@dataclass(frozen=True, slots=True)
class Link:
    """What a new passage has to do with a kept one."""

    from_id: str
    to_id: str
    kind: str  # same_as, related
    score: float  # cosine, rounded to six digits


def gather(new: Placed, kept: Placed, clusterer: Clusterer) -> Gathering:
    """Where the new passages belong, whatever `new.clusters` says; those that stand alone are not assigned.

    A passage joins the cluster with whose members it has the highest mean cosine, if that is at least .50. The others
    are clustered together with the kept ones that stand alone, and founders of a cluster must have a mean cosine of
    .45 with the other founders: among few passages, clustering also brings strangers together. Of what comes out, the
    clusters that hold a new passage count; what is left over may join one of these. The order of the passages changes
    nothing.
    """
    joined = _join(new, kept.members())
    rest = new.rows([row for row, one in enumerate(new.ids) if one not in joined])
    pool = _together(rest, kept.alone())
    clusters, _ = clusterer.cluster(pool.ids, pool.texts, pool.vectors, cohesion=FOUND)
    founded = [cluster for cluster in clusters if not set(cluster.members).isdisjoint(rest.ids)]
    home = {member: cluster.id for cluster in founded for member in cluster.members}
    late = _join(
        replace(rest, clusters=tuple(map(home.get, rest.ids))).alone(),
        replace(pool, clusters=tuple(map(home.get, pool.ids))).members(),
    )
    grown = tuple(replace(one, members=tuple(sorted((*one.members, *_who(late, one.id))))) for one in founded)
    return Gathering({**joined, **home, **late}, grown)


def links(new: Placed, kept: Placed) -> list[Link]:
    """From new passages to kept ones of other recordings, in order of the new ones and then the nearest first.

    Cosine .75 or more: the same. Less, but in one cluster: related, the nearest five of a passage.
    """
    if not new.ids or not kept.ids:
        return []
    found = []
    for row, cosines in enumerate(new.vectors @ kept.vectors.T):
        nearest = np.lexsort((kept.ids, -cosines)).tolist()
        same = [other for other in nearest if cosines[other] >= SAME]
        cluster = new.clusters[row]
        together = [] if cluster is None else [other for other in nearest if kept.clusters[other] == cluster]
        related = [other for other in together if cosines[other] < SAME][:MOST_RELATED]
        for kind, others in (("same_as", same), ("related", related)):
            found += [Link(new.ids[row], kept.ids[other], kind, round(float(cosines[other]), 6)) for other in others]
    return found


def _join(passages: Placed, homes: Mapping[str, Vectors]) -> dict[str, str]:
    """The cluster with the highest mean cosine of each passage that comes near enough to one."""
    if not passages.ids or not homes:
        return {}
    names = list(homes)
    middles = np.stack([homes[name].mean(axis=0) for name in names])  # not of unit length: the mean of the cosines
    cosines = passages.vectors @ middles.T
    best = cosines.argmax(axis=1)
    near = cosines[np.arange(len(best)), best] >= JOIN
    return {one: names[best[row]] for row, one in enumerate(passages.ids) if near[row]}


def _who(assignments: Mapping[str, str], cluster: str) -> list[str]:
    return [one for one, to in assignments.items() if to == cluster]


def _together(some: Placed, others: Placed) -> Placed:
    """Both in one, none of them in a cluster."""
    ids = (*some.ids, *others.ids)
    vectors = np.concatenate([part.vectors for part in (some, others) if part.ids] or [some.vectors])
    return Placed(ids, (*some.texts, *others.texts), (None,) * len(ids), vectors)
