"""Brings new passages together with those that are kept; what belongs somewhere never moves.

However much is kept, new passages are compared with little of it: their `surroundings`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from spacy.tokens import Doc

from models.values import Cluster, Said
from pipeline.claims import Claim, claim
from pipeline.protocols import Clusterer
from pipeline.stance import ALIKE, CONTRADICTS, REFINES, SAME, SAME_AS, Stance, stance
from pipeline.surroundings import MOST_NEAR, MOST_RELATED, NEAR, Homes, Link, Placed, Surroundings, nearest

FOUND = 0.45  # mean cosine with the other founders of a cluster, to be one of them
RELATED = "related"


@dataclass(frozen=True, slots=True)
class Gathering:
    """What new passages change."""

    assignments: Mapping[str, str]  # passage → its cluster: new passages, and kept ones that stood alone until now
    clusters: tuple[Cluster, ...]  # the new ones, with all their members

    def settled(self, passages: Placed) -> Placed:
        """The passages where they belong by now."""
        homes = zip(passages.ids, passages.clusters, strict=True)
        return replace(passages, clusters=tuple(self.assignments.get(one, home) for one, home in homes))


Parse = Callable[[Sequence[str]], Iterable[Doc]]


def gather(new: Placed, kept: Surroundings, clusterer: Clusterer) -> Gathering:
    """Where the new passages belong, whatever `new.clusters` says; those that stand alone are not assigned.

    A passage joins the cluster with whose members it has the highest mean cosine, if that is at least .50. The others
    are clustered together with the kept ones near them that stand alone, and founders of a cluster must have a mean
    cosine of .45 with the other founders: among few passages, clustering also brings strangers together. Of what comes
    out, the clusters that hold a new passage count; what is left over may join one of these. The order of the passages
    changes nothing.
    """
    joined = _at_home(new, kept.homes)
    rest = replace(new, clusters=(None,) * len(new.ids))
    rest = rest.rows([row for row, one in enumerate(new.ids) if one not in joined])
    pool = rest.and_with(kept.near.alone()) if rest.ids else rest
    founded, _ = clusterer.cluster(pool.ids, pool.texts, pool.vectors, cohesion=FOUND, holding=rest.ids)
    home = {member: cluster.id for cluster in founded for member in cluster.members}
    late = _at_home(
        replace(rest, clusters=tuple(map(home.get, rest.ids))).alone(),
        Homes.of(tuple(map(home.get, pool.ids)), pool.vectors),
    )
    grown = tuple(replace(one, members=tuple(sorted((*one.members, *_who(late, one.id))))) for one in founded)
    return Gathering({**joined, **home, **late}, grown)


def links(new: Placed, kept: Placed, parse: Parse) -> list[Link]:
    """From new passages to kept ones near them and to one another, in order of the new ones and then the nearest first.

    What two statements say of one another decides (`stance`); of several pairs what is graver, then nearer. Passages
    as a whole are the same from cosine .75 on, unless their statements say otherwise. Nothing of that, but in one
    cluster: related, the nearest five kept ones of a passage.
    """
    every = new.and_with(kept)
    order = sorted(range(len(new.ids)), key=lambda row: new.ids[row])
    older = np.arange(len(new.ids), len(every.ids))
    pairs: list[tuple[int, int]] = []
    for place, row in enumerate(order):
        cosines = every.vectors @ new.vectors[row]
        for others in (older, np.array(order[:place], np.int64)):
            pairs += [(row, other) for other in nearest(cosines, others, MOST_NEAR, least=NEAR)]
    told = _told(every, pairs, parse)
    found = []
    for row in range(len(new.ids)):
        mine = told.get(row, [])
        mine = [*mine, *_related(row, new, kept, {link.to_id for link in mine})]
        found += sorted(mine, key=lambda link: (-link.score, link.to_id))
    return found


def _related(row: int, new: Placed, kept: Placed, besides: set[str]) -> list[Link]:
    """To the nearest of the kept ones in the same cluster that nothing else was said of."""
    cluster = new.clusters[row]
    if cluster is None or not kept.ids:
        return []
    cosines = kept.vectors @ new.vectors[row]
    order = np.lexsort((kept.ids, -cosines)).tolist()
    others = [one for one in order if kept.clusters[one] == cluster and kept.ids[one] not in besides]
    return [Link(new.ids[row], kept.ids[one], RELATED, _rounded(cosines[one])) for one in others[:MOST_RELATED]]


@dataclass(frozen=True, slots=True)
class _Near:
    """Two statements that are near enough to be compared, by their numbers in their passages."""

    cosine: float
    here: int
    there: int


def _told(passages: Placed, pairs: Sequence[tuple[int, int]], parse: Parse) -> dict[int, list[Link]]:
    """For the first of each two passages what it says of the second, where anything can be told."""
    near = {pair: _near_statements(*(passages.said[row] for row in pair)) for pair in pairs}
    texts = (
        passages.said[row].texts[number]
        for (one, other), found in near.items()
        for each in found
        for row, number in ((one, each.here), (other, each.there))
    )
    wanted = list(dict.fromkeys(texts))
    claims = dict(zip(wanted, map(claim, parse(wanted)), strict=True))
    links: dict[int, list[Link]] = {}
    for (one, other), found in near.items():
        said, there = passages.said[one].texts, passages.said[other].texts
        stances = [(each, _stance(claims[said[each.here]], claims[there[each.there]], each.cosine)) for each in found]
        cosine = float(passages.vectors[one] @ passages.vectors[other])
        link = _link(passages.ids[one], passages.ids[other], stances, cosine)
        links.setdefault(one, []).extend([link] if link else [])
    return links


def _near_statements(one: Said, other: Said) -> list[_Near]:
    if not one.texts or not other.texts:
        return []
    cosines = one.vectors @ other.vectors.T
    return [_Near(float(cosines[here, there]), here, there) for here, there in np.argwhere(cosines >= ALIKE).tolist()]


def _stance(new: Claim, old: Claim, cosine: float) -> Stance | None:
    """What the new one says of the old one; where the old one says more, the same, and what is more."""
    said = stance(new, old, cosine)
    if said is None or said.kind == SAME_AS:
        back = stance(old, new, cosine)
        if back is not None and back.kind == REFINES:  # kept with the newer card, so that no old one changes
            return Stance(SAME_AS, back.why)
    return said


def _link(here: str, there: str, stances: Sequence[tuple[_Near, Stance | None]], cosine: float) -> Link | None:
    """What two passages have to do with one another, by what their statements say, else by their own cosine."""
    for kind in (CONTRADICTS, REFINES, SAME_AS):
        told = [(near, said) for near, said in stances if said and said.kind == kind]
        if told:
            best, said = max(told, key=lambda each: (each[0].cosine, -each[0].here, -each[0].there))
            return Link(here, there, kind, _rounded(best.cosine), said.why, best.here, best.there)
    denied = any(near.cosine >= SAME for near, _ in stances)
    return Link(here, there, SAME_AS, _rounded(cosine)) if cosine >= SAME and not denied else None


def _rounded(cosine: float) -> float:
    return round(float(cosine), 6)


def _at_home(passages: Placed, homes: Homes) -> dict[str, str]:
    """The cluster of each passage that comes near enough to one."""
    best = zip(passages.ids, homes.best(passages.vectors), strict=True)
    return {one: home for one, home in best if home is not None}


def _who(assignments: Mapping[str, str], cluster: str) -> list[str]:
    return [one for one, to in assignments.items() if to == cluster]
