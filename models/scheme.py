"""The concepts as one caller sees them: SKOS, with hidden words, consent and collections kept.

A label is shown where it is said in a recording that the caller may hear of, and where nothing hides it there.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection as AnyOf
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, String, func, or_, select, true, union
from sqlalchemy.orm import Session

from models.access import Caller, Scope
from models.cards import CardView
from models.errors import FieldError, Invalid, NotFound
from models.hiding import hidden_by_recording, mask_of_recordings
from models.library import CardFilter, list_cards, seen
from models.masking import Mask
from models.paging import LIMIT, Page, SortKey, page
from models.store import agreed, own_recordings, within
from models.tables import CardSource, ConceptEvent, ConceptMention, ConceptRow, Recording
from models.thesaurus import edits_of, family, mentions, said_in
from models.transcripts import texts_of
from models.values import MACHINE, Concept

SORTS = {
    "label": (SortKey(func.lower(ConceptRow.pref_label, type_=String())), SortKey(ConceptRow.id)),
    "weight": (SortKey(ConceptRow.weight, descending=True), SortKey(ConceptRow.id)),
}
MOST_WORDS = 20  # of a search
UNSEEN = "There is no such concept that you may see."  # its id may hold hidden words
LISTED, GLANCED = 40, 3  # recordings that are looked at for a concept in a list, for one beside another
MOST_CARDS = 50  # of a concept, shown beside it
ID_LETTERS = 16  # of a definition's id


@dataclass(frozen=True, slots=True)
class Definition:
    """What somebody says that a concept is: an expert's own words with their place, or a person's without."""

    id: str
    text: str
    by: str
    recording_id: str | None = None
    transcript_sha256: str | None = None
    start_char: int | None = None
    end_char: int | None = None


@dataclass(frozen=True, slots=True)
class ConceptView:
    """A concept as one caller sees it; the ids of others are of those that the caller sees."""

    id: str
    pref_label: str
    alt_labels: tuple[str, ...]
    broader: tuple[str, ...]
    narrower: tuple[str, ...]
    related: tuple[str, ...]
    definitions: tuple[Definition, ...]
    card_count: int  # of those that name it and that the caller may see
    merged: tuple[str, ...]  # ids of what is this concept by now
    hidden: bool
    by: str  # who named it
    weight: float
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ConceptFilter:
    """Which concepts; None and "" mean any."""

    q: str = ""  # words that all stand in one of the labels
    collection: str | None = None
    hidden: bool = False  # those that people say are none


EVERY_CONCEPT = ConceptFilter()


# Rows


def _named(caller: Caller, collection: str | None) -> Select[str] | None:
    """Ids of the concepts that cards or recordings name which the caller may see; None: all there are.

    Who may not review sees concepts of approved cards only.
    """
    if caller.role.can_manage and caller.collections is None and collection is None:
        return None
    cards = seen(caller).subquery()
    entry = func.json_each(cards.c.content, "$.concepts").table_valued("value")
    on_cards = select(entry.c.value).select_from(cards).join(entry, true())
    said = select(ConceptMention.concept_id).join(Recording).where(within(caller, Recording.collection_id))
    if collection is not None:
        on_cards = on_cards.where(cards.c.collection_id == collection)
        said = said.where(Recording.collection_id == collection)
    if not caller.role.can_review:
        return on_cards
    if not caller.role.can_manage:
        said = said.where(Recording.id.in_(own_recordings(caller)))
    both = union(on_cards, said).subquery()
    return select(both.c[0])


def _visible(caller: Caller, *, collection: str | None = None) -> Select[ConceptRow]:
    query = select(ConceptRow).where(ConceptRow.heir_id.is_(None))
    named = _named(caller, collection)
    if named is not None:
        heads = select(ConceptRow.heir_id).where(ConceptRow.heir_id.is_not(None), ConceptRow.id.in_(named))
        query = query.where(or_(ConceptRow.id.in_(named), ConceptRow.id.in_(heads)))
    return query if caller.role.can_manage else query.where(~ConceptRow.hidden)


def find_concept(session: Session, caller: Caller, concept_id: str) -> ConceptRow:
    """The row of a concept, or of the heir of one that was merged. Raises NotFound where the caller may not see it."""
    heir = session.scalar(select(ConceptRow.heir_id).where(ConceptRow.id == concept_id))
    row = session.scalar(_visible(caller).where(ConceptRow.id == (heir or concept_id)))
    if row is None or not views(session, caller, [row]):
        raise NotFound(UNSEEN)
    return row


def view(session: Session, caller: Caller, row: ConceptRow) -> ConceptView:
    """The concept as the caller sees it. Raises NotFound."""
    session.flush()
    found = views(session, caller, [row])
    if not found:
        raise NotFound(UNSEEN)
    return found[0]


def list_concepts(
    session: Session,
    caller: Caller,
    wanted: ConceptFilter = EVERY_CONCEPT,
    *,
    sort: str = "label",
    cursor: str | None = None,
    limit: int = LIMIT,
) -> Page[ConceptView]:
    """The concepts that the caller may see, by label or by weight (what is talked about most comes first).

    A page may hold fewer than `limit`, where words are hidden. Raises Invalid for another sort or a foreign cursor.
    """
    if sort not in SORTS:
        detail = f"wants one of {', '.join(SORTS)}"
        raise Invalid(f"sort is {sort[:80]!r}; it {detail}", errors=[FieldError("?sort", detail)])
    query = _visible(caller, collection=wanted.collection).where(ConceptRow.hidden == wanted.hidden)
    words = list(dict.fromkeys(wanted.q.casefold().split()))[:MOST_WORDS]
    query = query.where(*(func.instr(ConceptRow.words, word) > 0 for word in words))
    found = page(session, query, SORTS[sort], order=f"concepts by {sort}", cursor=cursor, limit=limit)
    shown = views(session, caller, [row[0] for row in found.items], most=None if words else LISTED)
    return Page(tuple(one for one in shown if _answers(one, words)), found.next)


def every_concept(session: Session, caller: Caller) -> list[ConceptView]:
    """All concepts that the caller may see and people have not hidden, by label."""
    rows = session.scalars(_visible(caller).where(~ConceptRow.hidden).order_by(func.lower(ConceptRow.pref_label)))
    return views(session, caller, rows.all())


def some(session: Session, caller: Caller, ids: Sequence[str]) -> list[ConceptView]:
    """Those of these concepts that the caller may see, by label."""
    rows = session.scalars(_visible(caller).where(ConceptRow.id.in_(ids)))
    return sorted(views(session, caller, rows.all()), key=lambda one: (one.pref_label.casefold(), one.id))


def id_of(session: Session, caller: Caller, name: str) -> str | None:
    """The id of the concept that the caller knows by that name or id; None where there is none."""
    key = name.casefold()
    named = or_(ConceptRow.id == name, func.instr(ConceptRow.words, key) > 0)
    rows = session.scalars(_visible(caller).where(named, ~ConceptRow.hidden).order_by(ConceptRow.id))
    shown = views(session, caller, rows.all())
    ranked = [
        [one.id for one in shown if one.pref_label.casefold() == key],
        [one.id for one in shown if key in (label.casefold() for label in one.alt_labels)],
        [one.id for one in shown if one.id == name],
    ]
    return next((each for found in ranked for each in found), None)


def _answers(one: ConceptView, words: Sequence[str]) -> bool:
    """Whether what is shown has the words: a label that stays hidden finds nothing."""
    labels = "\n".join([one.pref_label, *one.alt_labels]).casefold()
    return all(word in labels for word in words)


def history(session: Session, row: ConceptRow) -> list[ConceptEvent]:
    """Who did what to it, and to what was merged into it, oldest first."""
    members = family(session, [row.id])[row.id]
    query = select(ConceptEvent).where(ConceptEvent.concept_id.in_(members)).order_by(ConceptEvent.id)
    return list(session.scalars(query))


def mask(session: Session, row: ConceptRow) -> Mask:
    """What hides words in what people did to it: those of every recording that speaks of it."""
    spoken = mentions(session, [row.id]).get(row.id, [])
    return mask_of_recordings(session, {one.recording_id for one in spoken})


def cards(session: Session, caller: Caller, row: ConceptRow) -> list[CardView]:
    """The cards about it that the caller may see, the best first; at most 50."""
    return list(list_cards(session, caller, CardFilter(concept=row.id), limit=MOST_CARDS).items)


# What is shown of a row


@dataclass(frozen=True, slots=True)
class _Said:
    """What one recording says of a concept, as far as the caller may hear of it."""

    concept: Concept
    recording_id: str
    transcript_sha256: str


def views(
    session: Session, caller: Caller, rows: Sequence[ConceptRow], *, most: int | None = None
) -> list[ConceptView]:
    """The concepts in order, without those of which every label is hidden from the caller.

    `most`: how many recordings are looked at for each, the first ones; None: all.
    """
    if not rows:
        return []
    near = _Neighbours(session, caller, rows)
    sight = _Sight(session, caller, rows, most=most)
    around = _Sight(session, caller, list(near.rows.values()), most=GLANCED)
    seen = {row.id for row in rows if sight.label(row)} | {each for each, row in near.rows.items() if around.label(row)}
    return [sight.view(row, near, seen) for row in rows if sight.label(row) is not None]


class _Neighbours:
    """The concepts above, below and beside some, that the caller may see."""

    def __init__(self, session: Session, caller: Caller, rows: Sequence[ConceptRow]) -> None:
        self._above = {row[0]: row[1] for row in session.execute(select(ConceptRow.id, ConceptRow.broader))}
        self._below: defaultdict[str, list[str]] = defaultdict(list)
        for each, broader in sorted(self._above.items()):
            for one in broader:
                self._below[one].append(each)
        self._beside = _beside(session, rows)
        wanted = {other for row in rows for other in self._all(row)} - {row.id for row in rows}
        query = _visible(caller).where(ConceptRow.id.in_(wanted), ~ConceptRow.hidden)
        self.rows = {row.id: row for row in session.scalars(query)}

    def _all(self, row: ConceptRow) -> Iterator[str]:
        yield from row.broader
        yield from self._below[row.id]
        yield from self._beside[row.id]

    def broader(self, row: ConceptRow) -> list[str]:
        return list(row.broader)

    def narrower(self, row: ConceptRow) -> list[str]:
        return self._below[row.id]

    def related(self, row: ConceptRow) -> list[str]:
        """Those beside it: not itself, and none above or below, however far (SKOS S27)."""
        above = self._upwards(row.id)
        return [one for one in self._beside[row.id] if one not in above and row.id not in self._upwards(one)]

    def _upwards(self, start: str) -> set[str]:
        found: set[str] = set()
        waiting = [start]
        while waiting:
            at = waiting.pop()
            if at not in found:
                found.add(at)
                waiting += self._above.get(at, ())
        return found


def _beside(session: Session, rows: Sequence[ConceptRow]) -> dict[str, list[str]]:
    """Concept id → the related ones: as either of the two says, and as people said over that."""
    ids = [row.id for row in rows]
    entry = func.json_each(ConceptRow.related).table_valued("value")
    back = select(entry.c.value, ConceptRow.id).select_from(ConceptRow).join(entry, true())
    said: defaultdict[str, list[str]] = defaultdict(list)
    for one, other in session.execute(back.where(entry.c.value.in_(ids)).order_by(ConceptRow.id)):
        said[one].append(other)
    found = {}
    for row in rows:
        edits = edits_of(row)
        both = dict.fromkeys([*edits.related, *row.related, *said[row.id]])
        found[row.id] = [one for one in both if one not in edits.not_related and one != row.id]
    return found


class _Sight:
    """What the caller may read of some concepts."""

    def __init__(self, session: Session, caller: Caller, rows: Sequence[ConceptRow], *, most: int | None) -> None:
        self._families = family(session, [row.id for row in rows])
        heads = {member: head for head, members in self._families.items() for member in members}
        self._cards = _cards_naming(session, caller, heads)
        self._said = _said_to(session, caller, [row.id for row in rows], most=most)
        sources = {source for cards in self._cards.values() for card in cards.values() for source in card}
        sources |= {one.recording_id for said in self._said.values() for one in said}
        self._masks = {each: Mask(hidden) for each, hidden in hidden_by_recording(session, sources).items()}
        shas = {one.transcript_sha256 for said in self._said.values() for one in said if one.concept.definitions}
        self._texts = texts_of(session, shas)
        self._labels = {row.id: self._label(row) for row in rows}

    def label(self, row: ConceptRow) -> str | None:
        """What it is called; None where all that is hidden."""
        return self._labels[row.id]

    def view(self, row: ConceptRow, near: _Neighbours, seen: AnyOf[str]) -> ConceptView:
        """The concept, with those of its neighbours that are seen."""

        label = self._labels[row.id] or ""
        edits = edits_of(row)
        return ConceptView(
            id=row.id,
            pref_label=label,
            alt_labels=tuple(sorted(self._others(row, label), key=str.casefold)),
            broader=tuple(sorted(one for one in near.broader(row) if one in seen)),
            narrower=tuple(sorted(one for one in near.narrower(row) if one in seen)),
            related=tuple(sorted(one for one in near.related(row) if one in seen)),
            definitions=tuple(self._definitions(row)),
            card_count=len(self._cards[row.id]),
            merged=tuple(sorted(set(self._families[row.id]) - {row.id})),
            hidden=row.hidden,
            by="human" if edits.pref_label else MACHINE,
            weight=row.weight,
            created_at=row.created_at,
        )

    def _label(self, row: ConceptRow) -> str | None:
        """The preferred one where it may be read; else what is said first, of what the caller may hear of."""
        if not self._readable(row, row.id):
            return None
        said = self._said[row.id]
        allowed = {label.casefold() for one in said for label in self._names(one)}
        if edits_of(row).pref_label or row.pref_label.casefold() in allowed:
            return row.pref_label if self._readable(row, row.pref_label) else None
        first = next((label for one in said for label in self._names(one)), None)
        if first is None and self._cards[row.id]:
            first = row.id.replace("-", " ")  # as the card's own id of it has it
        return first if first is None or self._readable(row, first) else None

    def _names(self, one: _Said) -> Iterator[str]:
        mask = self._masks.get(one.recording_id)
        labels = (one.concept.pref_label, *one.concept.alt_labels)
        yield from (label for label in labels if mask is None or not mask.names(label))

    def _readable(self, row: ConceptRow, text: str) -> bool:
        """Whether any recording, or any card with all its recordings, lets the text be read."""
        groups = [{one.recording_id} for one in self._said[row.id]] + list(self._cards[row.id].values())
        if not groups:
            return True
        return any(not any(each in self._masks and self._masks[each].names(text) for each in group) for group in groups)

    def _others(self, row: ConceptRow, label: str) -> Iterator[str]:
        """Its other names, each once whatever the case, and never the preferred one (SKOS S13)."""
        edits = edits_of(row)
        taken = {label.casefold(), *(one.casefold() for one in edits.not_labels)}
        said = [name for one in self._said[row.id] for name in self._names(one)]
        for name in [*(one for one in edits.labels if self._readable(row, one)), *said]:
            if name.casefold() not in taken:
                taken.add(name.casefold())
                yield name

    def _definitions(self, row: ConceptRow) -> Iterator[Definition]:
        """A person's, then the experts' own words where they stand as they did; hidden words are blotted out."""
        edits = edits_of(row)
        if edits.definition is not None:
            text = edits.definition
            for mask in self._masks.values():
                text = mask(text)
            yield Definition(definition_id(row.id, "", 0), text, "human")
        for one in self._said[row.id]:
            text, masks = self._texts.get(one.transcript_sha256, ""), self._masks.get(one.recording_id)
            for span in one.concept.definitions:
                found = Definition(
                    id=definition_id(one.recording_id, one.transcript_sha256, span.start_char),
                    text=masks(span.text) if masks else span.text,
                    by=MACHINE,
                    recording_id=one.recording_id,
                    transcript_sha256=one.transcript_sha256,
                    start_char=span.start_char,
                    end_char=span.end_char,
                )
                if text[span.start_char : span.end_char] == span.text and found.id not in edits.not_definitions:
                    yield found


def definition_id(where: str, sha256: str, start_char: int) -> str:
    """The id of what is said there."""
    return hashlib.sha256(f"{where}/{sha256}/{start_char}".encode()).hexdigest()[:ID_LETTERS]


def _cards_naming(session: Session, caller: Caller, heads: Mapping[str, str]) -> dict[str, dict[str, set[str]]]:
    """Concept id → the cards that name it or one of its family, of those that the caller may see → their recordings."""
    cards = seen(caller).subquery()
    entry = func.json_each(cards.c.content, "$.concepts").table_valued("value")
    named = select(entry.c.value, cards.c.id).select_from(cards).join(entry, true())
    pairs = session.execute(named.where(entry.c.value.in_(list(heads)))).all()
    sources: defaultdict[str, set[str]] = defaultdict(set)
    query = select(CardSource.card_id, CardSource.recording_id)
    for card_id, recording_id in session.execute(query.where(CardSource.card_id.in_({pair[1] for pair in pairs}))):
        sources[card_id].add(recording_id)
    found: defaultdict[str, dict[str, set[str]]] = defaultdict(dict)
    for concept_id, card_id in pairs:
        found[heads[concept_id]][card_id] = sources[card_id]
    return found


def _said_to(session: Session, caller: Caller, ids: AnyOf[str], *, most: int | None) -> dict[str, list[_Said]]:
    """Concept id → what recordings say of it, of those of which the caller may hear."""
    spoken = mentions(session, ids, most=most)
    recordings = {mention.recording_id for found in spoken.values() for mention in found}
    query = select(Recording).where(Recording.id.in_(recordings), within(caller, Recording.collection_id))
    own = set(session.scalars(own_recordings(caller))) if caller.expert_id else set()
    heard = {row.id for row in session.scalars(query) if _may_hear(caller, row, own)}
    found: defaultdict[str, list[_Said]] = defaultdict(list)
    for concept_id, said in spoken.items():
        found[concept_id] += [
            _Said(said_in(one), one.recording_id, one.transcript_sha256) for one in said if one.recording_id in heard
        ]
    return found


def _may_hear(caller: Caller, recording: Recording, own: AnyOf[str]) -> bool:
    """Whether its words may be quoted to the caller: inside, to who manages or is heard; else only what is shared."""
    if not (agreed(recording, Scope.MINE) and agreed(recording, Scope.QUOTE)):
        return False
    inside = caller.role.can_manage or (caller.role.can_review and recording.id in own)
    return inside or agreed(recording, Scope.SHARE_FEED)
