"""Drafts become cards: once, whatever runs twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.tables import Card
from models.values import Concept, Draft, Vectors


@dataclass(frozen=True, slots=True)
class Placed:
    """Passages in the embedding's space; all four run parallel, in order of id."""

    ids: tuple[str, ...]
    texts: tuple[str, ...]
    clusters: tuple[str | None, ...]  # id of the cluster
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class NewLink:
    """What a new card has to do with an older one."""

    card_id: str
    to_id: str
    kind: str  # same_as, refines, contradicts, related
    score: float


@dataclass(frozen=True, slots=True)
class Gathered:
    """What gathering says about new passages: nothing, to begin with."""

    clusters: Mapping[str, str]  # passage id → cluster id
    labels: Mapping[str, str]  # cluster id → label, of the new clusters at least
    links: tuple[NewLink, ...] = ()


NOTHING_GATHERED = Gathered({}, {})


def placed(session: Session, *, besides: str | None = None) -> Placed:
    """Every passage that is kept, but for those of the recording `besides`."""
    raise NotImplementedError


def add_drafts(
    session: Session,
    recording_id: str,
    drafts: Sequence[Draft],
    *,
    vectors: Vectors,
    concepts: Sequence[Concept] = (),
    gathered: Gathered = NOTHING_GATHERED,
) -> list[Card]:
    """Cards of the drafts, in order; row i of `vectors` is of drafts[i]'s passage.

    A draft's card has the id `models.cards.draft_id(draft)`, and so has its passage. What exists already is left as
    it is. No cards where an expert does not agree to be mined and quoted. Raises NotFound, Gone.
    """
    raise NotImplementedError
