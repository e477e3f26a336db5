"""Cards to read: which revision a caller sees, lists of them, and the next one to review."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, false, func, not_, or_, select, true
from sqlalchemy.orm import Session

from models.access import Caller
from models.cards import CardView
from models.errors import FieldError, Gone, Invalid, NotFound
from models.hiding import mask_of_recordings, recordings_hiding
from models.masking import Mask
from models.offers import is_proposed
from models.paging import LIMIT, Page, SortKey, page
from models.store import own_recordings, within
from models.tables import (
    WAITING,
    Card,
    CardEvent,
    CardRevision,
    CardSource,
    CardState,
    Consent,
    FeedItem,
    FeedType,
    Proposal,
    ProposalState,
    now,
)
from models.thesaurus import family
from models.values import CardKind, Stance
from models.views import Shown, build, surroundings

QUEUE = (
    SortKey(Card.first, descending=True),
    SortKey(case((Card.twin_id.is_(None), 0), else_=1)),
    SortKey(Card.worth, descending=True),
    SortKey(Card.id),
)
SORTS = {
    "queue": QUEUE,
    "rank": (SortKey(Card.rank, descending=True), SortKey(Card.id)),
    "created_at": (SortKey(Card.created_at, descending=True), SortKey(Card.id)),
    "updated_at": (SortKey(Card.updated_at, descending=True), SortKey(Card.id)),
    "title": (SortKey(CardRevision.title), SortKey(Card.id)),
}
MOST_WORDS = 50  # of a search; more narrow nothing down


@dataclass(frozen=True, slots=True)
class CardFilter:
    """Which cards; None and "" mean any."""

    state: CardState | None = None
    kind: CardKind | None = None
    concept: str | None = None
    expert: str | None = None
    recording: str | None = None
    collection: str | None = None
    owner: str | None = None
    due_before: datetime | None = None
    first: bool | None = None
    proposed: bool | None = None  # somebody has to decide on an open proposal
    q: str = ""  # words that all stand in the title or the lines


@dataclass(frozen=True, slots=True)
class Next:
    """The draft most worth the caller's next minute, and how many wait, this one included."""

    card: CardView | None
    left: int


EVERY_CARD = CardFilter()


def newest_is_seen(caller: Caller) -> ColumnElement[bool]:
    """Whether the caller sees (and may change) a card's newest revision: managers all, experts those of their own."""
    if caller.role.can_manage or not caller.role.can_review:
        return true() if caller.role.can_manage else false()
    rests_on_own = select(CardSource.card_id).where(
        CardSource.recording_id.in_(own_recordings(caller)), CardSource.stance == Stance.SUPPORTS
    )
    written = select(CardEvent.card_id).where(CardEvent.type == "written", CardEvent.by == caller.signature)
    return or_(Card.id.in_(rests_on_own), Card.id.in_(written))


def visible(caller: Caller) -> Select[Card, CardRevision, bool]:
    """The cards that the caller may see, the revision they see, and whether they see no more than what is served."""
    newest = newest_is_seen(caller)
    number = case((newest, Card.revision), else_=Card.served_revision)
    query = select(Card, CardRevision, not_(newest).label("served")).select_from(Card)
    joined = query.join(CardRevision, and_(CardRevision.card_id == Card.id, CardRevision.number == number))
    return joined.where(within(caller, Card.collection_id)).options(*surroundings())


def seen(caller: Caller) -> Select[str, str | None, dict[str, Any]]:
    """Id, collection and content of every card that the caller may see, in the revision that they see; not masked."""
    return visible(caller).with_only_columns(Card.id, Card.collection_id, CardRevision.content)


def _shown(row: Row[*tuple[Any, ...]]) -> Shown:
    return Shown(row[0], row[1], row[2])


def find_card(session: Session, caller: Caller, card_id: str) -> Card:
    """The card's row. Raises NotFound where the caller may not see it; Gone where it was served once."""
    return _find(session, caller, card_id).card


def _find(session: Session, caller: Caller, card_id: str) -> Shown:
    row = session.execute(visible(caller).where(Card.id == card_id)).one_or_none()
    if row is not None:
        return _shown(row)
    told = select(FeedItem.reason).join(Card).where(FeedItem.card_id == card_id, FeedItem.type == FeedType.RETIRED)
    tombstone = session.execute(told.where(within(caller, Card.collection_id))).first()
    if tombstone is not None:
        raise Gone(f"card {card_id} was retired ({tombstone[0] or 'no reason given'})")
    raise NotFound(f"there is no card {card_id[:80]!r} that you may see")


def sees_newest(session: Session, caller: Caller, card: Card) -> bool:
    """Whether the caller sees (and may change) the newest revision, not only the one that is served."""
    return not _find(session, caller, card.id).served


def view(session: Session, caller: Caller, card: Card) -> CardView:
    """The card as the caller sees it: the newest revision, or the served one. Raises NotFound, Gone."""
    session.flush()
    return build(session, [_find(session, caller, card.id)])[0]


def revision_view(session: Session, caller: Caller, card: Card, number: int) -> CardView:
    """The card with what revision `number` says. Raises NotFound, also for others than the caller may see."""
    found = _find(session, caller, card.id)
    revision = session.get(CardRevision, (card.id, number))
    if revision is None or (found.served and number != found.revision.number):
        raise NotFound(f"there is no revision {number} of card {card.id} that you may see")
    return build(session, [Shown(card, revision, found.served)])[0]


def list_cards(
    session: Session,
    caller: Caller,
    wanted: CardFilter = EVERY_CARD,
    *,
    sort: str = "rank",
    cursor: str | None = None,
    limit: int = LIMIT,
) -> Page[CardView]:
    """The cards that the caller may see, each as they see it.

    Sorted by rank (best first), queue (as `next_card` offers them), created_at or updated_at (newest first) or title.
    Raises Invalid for another sort, a cursor of another list, or a limit outside of 1 … 200.
    """
    if sort not in SORTS:
        detail = f"wants one of {', '.join(SORTS)}"
        raise Invalid(f"sort is {sort[:80]!r}; it {detail}", errors=[FieldError("?sort", detail)])
    query = visible(caller).where(*_conditions(session, caller, wanted))
    found = page(session, query, SORTS[sort], order=f"cards by {sort}", cursor=cursor, limit=limit)
    return Page(tuple(build(session, [_shown(row) for row in found.items])), found.next)


def known(caller: Caller) -> Select[str]:
    """Ids of the cards that the caller may see, whichever revision."""
    seen = or_(newest_is_seen(caller), Card.served_revision.is_not(None))
    return select(Card.id).where(within(caller, Card.collection_id), seen).correlate(None)


def _conditions(session: Session, caller: Caller, wanted: CardFilter) -> list[ColumnElement[bool]]:
    """What the filter asks of the card and of the revision that is seen."""
    newest = newest_is_seen(caller)
    content = CardRevision.content
    of_expert = select(CardSource.card_id).join(Consent, Consent.recording_id == CardSource.recording_id)
    of_recording = select(CardSource.card_id).where(
        CardSource.recording_id == wanted.recording, CardSource.stance == Stance.SUPPORTS
    )
    occasioned = select(Proposal.card_id).where(  # on cards of other interviews, perhaps
        Proposal.recording_id == wanted.recording, Proposal.state == ProposalState.OPEN
    )
    concepts = func.json_each(content, "$.concepts").table_valued("value")
    members = family(session, [wanted.concept])[wanted.concept] if wanted.concept is not None else []
    asked = {
        "state": case((newest, Card.state), else_=CardState.APPROVED.value) == wanted.state,
        "kind": content["kind"].as_string() == wanted.kind,
        "concept": exists(select(concepts.c.value).where(concepts.c.value.in_(members))),
        "expert": Card.id.in_(of_expert.where(Consent.expert_id == wanted.expert)),
        "recording": or_(Card.id.in_(of_recording), Card.id.in_(occasioned) if wanted.proposed else false()),
        "collection": Card.collection_id == wanted.collection,
        "owner": Card.owner == wanted.owner,
        "due_before": Card.due_at < (wanted.due_before or now()),
        "first": Card.first == wanted.first,
        "proposed": and_(newest, is_proposed(known(caller))) == wanted.proposed,
    }
    words = list(dict.fromkeys(wanted.q.casefold().split()))[:MOST_WORDS]
    contained = [func.instr(CardRevision.words, word) > 0 for word in words]
    unknown = [_rests_on_none(session, name) for name in (wanted.concept, wanted.owner) if name is not None]
    return contained + unknown + [each for name, each in asked.items() if getattr(wanted, name) is not None]


def _rests_on_none(session: Session, name: str) -> ColumnElement[bool]:
    """Whether a card rests on no recording of which this name is hidden: nobody finds the others by it."""
    hiding = recordings_hiding(session, name)
    return Card.id.not_in(select(CardSource.card_id).where(CardSource.recording_id.in_(hiding)))


def next_card(session: Session, caller: Caller, *, after: str | None = None) -> Next:
    """Of the drafts and the cards in review: those offered at once, then what is worth most a minute.

    What says the same as a better one that waits too comes behind the others.

    `after` names the card that the caller has just dealt with: it is offered only when it is the last.
    """
    waiting = visible(caller).where(newest_is_seen(caller), Card.state.in_(WAITING))
    order = [key.column.desc() if key.descending else key.column.asc() for key in QUEUE]
    row = session.execute(waiting.order_by(Card.id == (after or ""), *order).limit(1)).first()
    if row is None:
        return Next(None, 0)
    left = session.scalar(select(func.count()).select_from(waiting.with_only_columns(Card.id).subquery())) or 0
    return Next(build(session, [_shown(row)])[0], left)


def revisions(session: Session, caller: Caller, card: Card) -> Sequence[CardRevision]:
    """What the card said, oldest first: all of it, or for who sees only what is served, that one."""
    found = _find(session, caller, card.id)
    return [found.revision] if found.served else found.card.revisions


def mask(session: Session, card: Card) -> Mask:
    """What hides words in what people noted about the card."""
    return mask_of_recordings(session, {source.recording_id for source in card.sources})


def history(card: Card) -> Sequence[CardEvent]:
    """Who did what, when, why; oldest first."""
    return card.events


def served_views(session: Session, card_ids: Sequence[str]) -> dict[str, CardView]:
    """Card id → the card as it is served now, of those that are served."""
    revision = and_(CardRevision.card_id == Card.id, CardRevision.number == Card.served_revision)
    query = select(Card, CardRevision).join(CardRevision, revision).where(Card.id.in_(card_ids))
    rows = session.execute(query.options(*surroundings()))
    views = build(session, [Shown(card, revision, True) for card, revision in rows])
    return {view.id: view for view in views}
