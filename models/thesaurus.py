"""The concepts of a house: what recordings say of them, kept so that adding one never redoes the others.

What a row shows is what machines found, with what people said over it (`Edits`); ids never change. A merged concept
keeps its row, its mentions and its id, and points to its heir.
"""

from collections import defaultdict
from collections.abc import Collection as AnyOf
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, func, select, true
from sqlalchemy.orm import Session, aliased

from models.documents import from_document, to_document
from models.tables import CardRevision, ConceptEvent, ConceptMention, ConceptRow, Mining, Recording, TranscriptRevision
from models.values import Concept


@dataclass(frozen=True, slots=True)
class Edits:
    """What people said about a concept; it stands over whatever machines find, before or later."""

    pref_label: str | None = None
    labels: tuple[str, ...] = ()  # other names that they added
    not_labels: tuple[str, ...] = ()  # and took away, casefolded
    broader: tuple[str, ...] = ()
    not_broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    not_related: tuple[str, ...] = ()
    definition: str | None = None
    not_definitions: tuple[str, ...] = ()  # scheme.Definition.id


NO_EDITS = Edits()


@dataclass(frozen=True, slots=True)
class Likeness:
    """What comparing new concepts with known ones by their meaning gave."""

    model: str = ""  # the mark of the model that placed the labels
    vectors: Mapping[str, bytes] = field(default_factory=dict)  # id → the packed vector of the label
    heirs: Mapping[str, str] = field(default_factory=dict)  # id → id of the concept that means the same


NO_LIKENESS = Likeness()


@dataclass(frozen=True, slots=True)
class Known:
    """Concepts and the vectors of their labels; the three run parallel."""

    ids: tuple[str, ...]
    labels: tuple[str, ...]
    vectors: tuple[bytes, ...]


def edits_of(row: ConceptRow) -> Edits:
    return from_document(Edits, row.edits) if row.edits else NO_EDITS


def without(edits: Edits) -> dict[str, object]:
    """The edits as they are kept."""
    return {} if edits == NO_EDITS else to_document(edits)


# What recordings say


def keep(
    session: Session, recording: Recording, concepts: Sequence[Concept], *, likeness: Likeness = NO_LIKENESS
) -> None:
    """Keep what the recording says of concepts, in place of what it said before.

    Only concepts that it speaks of, now or before, are touched. An heir counts for a concept that nobody spoke of yet.
    """
    transcript_sha256 = _mined_sha(session, recording)
    before = {
        mention.concept_id: mention
        for mention in session.scalars(select(ConceptMention).where(ConceptMention.recording_id == recording.id))
    }
    rows = _rows(session, [concept.id for concept in concepts])
    for concept in concepts:
        if concept.id not in rows:
            rows[concept.id] = _new(concept, likeness)
    session.add_all(rows.values())
    session.flush()
    spoken = select(ConceptMention.concept_id).where(ConceptMention.concept_id.in_(list(rows))).distinct()
    known, touched, grown = set(session.scalars(spoken)), list[str](), list[Concept]()
    for concept in concepts:
        document = to_document(concept)
        mention = before.pop(concept.id, None)
        if mention is None and concept.id in known:
            grown.append(concept)
        elif mention is None or (mention.document, mention.transcript_sha256) != (document, transcript_sha256):
            touched.append(concept.id)
        mention = mention or ConceptMention(concept_id=concept.id, recording_id=recording.id)
        mention.document, mention.transcript_sha256 = document, transcript_sha256
        session.add(mention)
    lost = list(before)
    for mention in before.values():
        session.delete(mention)
    session.flush()
    settle(session, [*touched, *lost])
    _grow(session, grown)
    forget_orphans(session, lost)


def _mined_sha(session: Session, recording: Recording) -> str:
    """Of the transcript in which the concepts were found."""
    mining = session.get(Mining, recording.id)
    if mining is not None:
        return mining.transcript_sha256
    newest = select(TranscriptRevision.sha256).where(TranscriptRevision.recording_id == recording.id)
    return session.scalar(newest.order_by(TranscriptRevision.number.desc()).limit(1)) or ""


def _new(concept: Concept, likeness: Likeness) -> ConceptRow:
    vector, heir = likeness.vectors.get(concept.id), likeness.heirs.get(concept.id)
    model = likeness.model if vector else None
    return ConceptRow(id=concept.id, pref_label=concept.pref_label, vector=vector, model=model, heir_id=heir, edits={})


def forget(session: Session, recording_id: str) -> None:
    """Let go of what a withdrawn recording said; concepts that nobody else speaks of, and no card names, go."""
    gone = ConceptMention.recording_id == recording_id
    ids = list(session.scalars(select(ConceptMention.concept_id).where(gone)))
    session.execute(delete(ConceptMention).where(gone))
    session.expire_all()
    settle(session, ids)
    forget_orphans(session, ids)


def forget_orphans(session: Session, ids: Sequence[str]) -> None:
    """Those of the concepts go that no card and no recording names, and that are nobody's heir."""
    on_cards = func.json_each(CardRevision.content, "$.concepts").table_valued("value")
    named = select(on_cards.c.value).select_from(CardRevision).join(on_cards, true())
    mentioned = select(ConceptMention.concept_id)
    inherited = select(ConceptRow.heir_id).where(ConceptRow.heir_id.is_not(None))
    orphans = [
        row.id
        for row in session.scalars(
            select(ConceptRow).where(
                ConceptRow.id.in_(ids),
                *(ConceptRow.id.not_in(each) for each in (named, mentioned, inherited)),
            )
        )
    ]
    if not orphans:
        return
    session.execute(delete(ConceptEvent).where(ConceptEvent.concept_id.in_(orphans)))
    session.execute(delete(ConceptRow).where(ConceptRow.id.in_(orphans)))
    session.expire_all()
    settle(session, naming(session, orphans))


def naming(session: Session, ids: AnyOf[str]) -> list[str]:
    """Ids of the concepts that have one of these among the broader or related ones."""
    found: list[str] = []
    for column in (ConceptRow.broader, ConceptRow.related):
        entry = func.json_each(column).table_valued("value")
        found += session.scalars(
            select(ConceptRow.id).select_from(ConceptRow).join(entry, true()).where(entry.c.value.in_(ids))
        )
    return list(dict.fromkeys(found))


def known(session: Session, *, collection_id: str | None, model: str) -> Known:
    """The concepts that recordings of the collection speak of and whose labels that model placed, by id.

    Concepts are compared inside of a collection only: who may see the one need not see the other.
    """
    spoken = select(ConceptMention.concept_id).join(Recording).where(Recording.collection_id == collection_id)
    query = select(ConceptRow.id, ConceptRow.pref_label, ConceptRow.vector).where(
        ConceptRow.id.in_(spoken), ConceptRow.model == model, ConceptRow.heir_id.is_(None)
    )
    rows = session.execute(query.order_by(ConceptRow.id)).all()
    return Known(tuple(row[0] for row in rows), tuple(row[1] for row in rows), tuple(row[2] or b"" for row in rows))


def unknown(session: Session, ids: Sequence[str]) -> list[str]:
    """Those of the ids that no concept has, in order."""
    there = set(session.scalars(select(ConceptRow.id).where(ConceptRow.id.in_(ids))))
    return [each for each in ids if each not in there]


# Families


def resolved(session: Session, ids: Iterable[str]) -> dict[str, str | None]:
    """Each of the ids → the concept that it stands for: itself, its heir; None where people say that it is none.

    An id that no concept has stands for itself.
    """
    wanted, heir = set(ids), aliased(ConceptRow)
    query = select(ConceptRow.id, ConceptRow.heir_id, func.coalesce(heir.hidden, ConceptRow.hidden))
    rows = session.execute(query.outerjoin(heir, heir.id == ConceptRow.heir_id).where(ConceptRow.id.in_(wanted)))
    there = {row[0]: None if row[2] else row[1] or row[0] for row in rows}
    return {each: there.get(each, each) for each in wanted}


def family(session: Session, ids: AnyOf[str]) -> dict[str, list[str]]:
    """Each concept's id → its own id and those of the concepts that were merged into it."""
    found: dict[str, list[str]] = {each: [each] for each in ids}
    for row in session.scalars(select(ConceptRow).where(ConceptRow.heir_id.in_(ids)).order_by(ConceptRow.id)):
        found[row.heir_id or row.id].append(row.id)
    return found


def mentions(session: Session, ids: AnyOf[str], *, most: int | None = None) -> dict[str, list[ConceptMention]]:
    """Each concept's id → what recordings say of it and of its family, the oldest first; `most` of each member's."""
    heads = {member: head for head, members in family(session, ids).items() for member in members}
    query = select(ConceptMention).where(ConceptMention.concept_id.in_(list(heads)))
    if most is not None:
        place = func.row_number().over(partition_by=ConceptMention.concept_id, order_by=ConceptMention.id)
        placed = select(ConceptMention.id, place.label("place")).where(ConceptMention.concept_id.in_(list(heads)))
        early = placed.subquery()
        query = query.where(ConceptMention.id.in_(select(early.c.id).where(early.c.place <= most)))
    found: dict[str, list[ConceptMention]] = defaultdict(list)
    for mention in session.scalars(query.order_by(ConceptMention.id)):
        found[heads[mention.concept_id]].append(mention)
    return found


def said_in(mention: ConceptMention) -> Concept:
    return from_document(Concept, mention.document)


# What rows show


def settle(session: Session, ids: Iterable[str]) -> None:
    """Let the rows of these concepts, or of their heirs, show what is kept of them."""
    rows = _rows(session, set(ids))
    heads = _rows(session, {row.heir_id or row.id for row in rows.values()})
    spoken = {head: [said_in(one) for one in found] for head, found in mentions(session, set(heads)).items()}
    named = {other for said in spoken.values() for one in said for other in (*one.broader, *one.related)}
    named |= {other for row in heads.values() for other in edits_of(row).broader}
    there = _heads_of(session, named)
    for head, row in sorted(heads.items()):
        _settle(session, row, spoken.get(head, []), there)
    session.flush()


def _grow(session: Session, said: Sequence[Concept]) -> None:
    """Let the rows show one recording more, without a look at what all the others say: as `settle` would."""
    rows = _rows(session, [one.id for one in said])
    heads = _rows(session, {row.heir_id or row.id for row in rows.values()})
    there = _heads_of(session, {other for one in said for other in (*one.broader, *one.related)})
    for one in said:
        row = heads[rows[one.id].heir_id or one.id]
        edits = edits_of(row)
        labels = (label.casefold() for label in (one.pref_label, *one.alt_labels))
        row.words = "\n".join(dict.fromkeys([*row.words.split("\n"), *labels]))
        row.weight = round(row.weight + one.weight, 6)
        for other in _found(one.broader, there):
            new = other not in row.broader and other not in edits.not_broader
            if new and not leads_to(session, other, row.id):
                row.broader = [*row.broader, other]
        sideways = [other for other in _found(one.related, there) if other != row.id]
        row.related = list(dict.fromkeys([*row.related, *sideways]))
    session.flush()


def _heads_of(session: Session, ids: AnyOf[str]) -> dict[str, str]:
    """Each of the ids that a concept has → that concept's or its heir's."""
    query = select(ConceptRow.id, ConceptRow.heir_id).where(ConceptRow.id.in_(ids))
    return {row[0]: row[1] or row[0] for row in session.execute(query)}


def _settle(session: Session, row: ConceptRow, said: Sequence[Concept], there: Mapping[str, str]) -> None:
    edits = edits_of(row)
    if edits.pref_label or said:
        row.pref_label = edits.pref_label or said[0].pref_label
    labels = [row.pref_label, *edits.labels]
    labels += [label for concept in said for label in (concept.pref_label, *concept.alt_labels)]
    row.words = "\n".join(dict.fromkeys(label.casefold() for label in labels))
    row.weight = round(sum(concept.weight for concept in said), 6)
    upwards = [*edits.broader, *(each for one in said for each in one.broader)]
    wanted = [each for each in _found(upwards, there) if each not in edits.not_broader]
    row.broader = [each for each in wanted if not leads_to(session, each, row.id)]
    sideways = [each for one in said for each in one.related]
    row.related = [each for each in _found(sideways, there) if each != row.id]


def _found(ids: Iterable[str], there: Mapping[str, str]) -> list[str]:
    return list(dict.fromkeys(there[each] for each in ids if each in there))


def leads_to(session: Session, id: str, wanted: str) -> bool:
    """Whether one concept is the other, or has it among the broader ones, however far up."""
    seen: set[str] = set()
    waiting = [id]
    while waiting:
        at = waiting.pop()
        if at == wanted:
            return True
        if at not in seen:
            seen.add(at)
            row = session.get(ConceptRow, at)
            waiting += row.broader if row else []
    return False


def _rows(session: Session, ids: AnyOf[str]) -> dict[str, ConceptRow]:
    return {row.id: row for row in session.scalars(select(ConceptRow).where(ConceptRow.id.in_(ids)))}
