"""Drafts become cards: once, whatever runs twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import thesaurus, waiting
from models.access import Scope
from models.cards import draft_id, stamped, told_late
from models.contents import revision_of
from models.documents import to_document
from models.errors import Invalid
from models.identity import homes
from models.minings import pack, unpack
from models.store import agreed, living
from models.tables import (
    Card,
    CardEvent,
    CardLink,
    CardSource,
    CardState,
    ClusterRow,
    PassageRow,
    Recording,
)
from models.thesaurus import NO_LIKENESS, Likeness
from models.values import MACHINE, Concept, Draft, Said, Vectors


@dataclass(frozen=True, slots=True)
class Corpus:
    """Where passages lie in the embedding's space; all three run parallel, in order of id."""

    ids: tuple[str, ...]
    clusters: tuple[str | None, ...]  # id of the cluster
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class Placed:
    """Passages in the embedding's space; all five run parallel, in order of id."""

    ids: tuple[str, ...]
    texts: tuple[str, ...]
    clusters: tuple[str | None, ...]  # id of the cluster
    vectors: Vectors
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class NewLink:
    """What a new card has to do with an older one."""

    card_id: str
    to_id: str
    kind: str  # same_as, refines, contradicts, related
    score: float
    why: str = ""
    statement: int | None = None  # number of the statement of the passage that was compared
    to_statement: int | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """What gathering says about new passages: nothing, to begin with."""

    clusters: Mapping[str, str]  # passage id → cluster id
    labels: Mapping[str, str]  # cluster id → label, of the new clusters at least
    links: tuple[NewLink, ...] = ()
    tags: Mapping[str, Sequence[str]] = field(default_factory=dict)  # cluster id → tags


FOUND_LATER = "Found when the interview was looked at again: no card held this passage."
NOTHING_GATHERED = Gathered({}, {})


def corpus(session: Session, *, besides: str | None = None) -> Corpus:
    """Where every passage lies that is kept, but for those of the recording `besides`."""
    query = select(PassageRow.id, PassageRow.cluster_id, PassageRow.vector).order_by(PassageRow.id)
    rows = session.execute(query.where(PassageRow.recording_id != (besides or ""))).all()
    vectors = unpack(b"".join(row[2] for row in rows), len(rows))
    return Corpus(tuple(row[0] for row in rows), tuple(row[1] for row in rows), vectors)


def placed(session: Session, ids: Sequence[str]) -> Placed:
    """The passages of these ids, with their words."""
    rows = session.scalars(select(PassageRow).where(PassageRow.id.in_(ids)).order_by(PassageRow.id)).all()
    return Placed(
        ids=tuple(row.id for row in rows),
        texts=tuple(row.text for row in rows),
        clusters=tuple(row.cluster_id for row in rows),
        vectors=unpack(b"".join(row.vector for row in rows), len(rows)),
        said=tuple(_said(row) for row in rows),
    )


def _said(row: PassageRow) -> Said:
    texts = tuple(row.statements or ()) if row.statement_vectors else ()  # another model's vectors were dropped
    return Said(texts, unpack(row.statement_vectors, len(texts)))


def add_drafts(
    session: Session,
    recording_id: str,
    drafts: Sequence[Draft],
    *,
    vectors: Vectors,
    model: str = "",
    said: Sequence[Said] = (),
    concepts: Sequence[Concept] = (),
    likeness: Likeness = NO_LIKENESS,
    gathered: Gathered = NOTHING_GATHERED,
) -> list[Card]:
    """Cards of the drafts, in order; row i of `vectors` is of drafts[i]'s passage, said[i], if given, its statements.

    `model` is the mark of who placed them.

    A draft's card has the id `models.cards.draft_id(draft)`, and so has its passage. A draft whose evidence lies where
    a card of the recording has its own is that card (`models.identity`), which is left as it is. No cards where an
    expert does not agree to be mined and quoted. Raises NotFound, Gone; Invalid where the vectors are not as many as
    the drafts.
    """
    recording = living(session, recording_id)
    if len(vectors) != len(drafts):
        raise Invalid(f"{len(drafts)} drafts came with {len(vectors)} vectors")
    if not (agreed(recording, Scope.MINE) and agreed(recording, Scope.QUOTE)):
        return []
    known = homes(session, recording_id, drafts)
    before = set(known.values())
    ids = [draft_id(draft) for draft in drafts]
    thesaurus.keep(session, recording, concepts, likeness=likeness)
    _keep_clusters(session, gathered)
    for card_id, draft, vector, told in zip(ids, drafts, vectors, said or [Said()] * len(drafts), strict=True):
        if card_id not in known:
            known[card_id] = card_id
            session.add(_card(session, card_id, draft, recording, reason=FOUND_LATER if before else None))
            session.flush()
            passage = _passage(card_id, draft, recording, vector, told, gathered.clusters.get(card_id))
            passage.model = model
            session.add(passage)
    session.flush()
    _keep_links(session, gathered.links)
    new = [session.get_one(Card, one) for one in dict.fromkeys(ids) if known[one] == one and one not in before]
    waiting.arrived(session, new, drafts=len(drafts))
    return [session.get_one(Card, card_id) for card_id in dict.fromkeys(known[each] for each in ids)]


def _card(session: Session, card_id: str, draft: Draft, recording: Recording, *, reason: str | None) -> Card:
    event = CardEvent(
        type="drafted",
        after=CardState.DRAFT.value,
        revision=1,
        by=MACHINE,
        reason=reason,
        note=told_late(draft.why_late),
    )
    return Card(
        id=card_id,
        collection_id=recording.collection_id,
        rank=draft.rank,
        first=draft.first,
        revisions=[revision_of(session, stamped(draft.content), 1, by=MACHINE)],
        events=[event],
        sources=[CardSource(recording_id=recording.id)],
    )


def _passage(
    card_id: str, draft: Draft, recording: Recording, vector: Vectors, said: Said, cluster_id: str | None
) -> PassageRow:
    return PassageRow(
        id=card_id,
        recording_id=recording.id,
        card_id=card_id,
        cluster_id=cluster_id,
        text=draft.passage.text,
        vector=pack(vector),
        statements=list(said.texts),
        statement_vectors=pack(said.vectors),
    )


def _keep_clusters(session: Session, gathered: Gathered) -> None:
    for cluster_id, label in gathered.labels.items():
        if session.get(ClusterRow, cluster_id) is None:
            session.add(ClusterRow(id=cluster_id, label=label, tags=list(gathered.tags.get(cluster_id, ()))))
    session.flush()


def _keep_links(session: Session, links: Sequence[NewLink]) -> None:
    for link in links:
        if session.get(CardLink, (link.card_id, link.to_id)) is None:
            row = CardLink(**to_document(link), by=MACHINE)
            session.add(row)
    session.flush()
