"""The life of a card: the only place where its state changes. Every step leaves an event."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import echoes, editing, feed, proposing, waiting
from models.access import Caller
from models.approval import missing
from models.citing import cite
from models.contents import content_of, rest_on, revision_of
from models.errors import FieldError, Forbidden, Invalid, NotAllowed, NotReady, Stale
from models.hiding import cited_in, mask_of_content, mask_of_recordings
from models.library import sees_newest
from models.masking import masked, restored, sealed
from models.store import check_collection
from models.tables import (
    Card,
    CardEvent,
    CardLink,
    CardRevision,
    CardSource,
    CardState,
    ConceptRow,
    FeedType,
    RejectionReason,
    now,
)
from models.values import MACHINE, CardContent, CardKind, Stance

MOVES: Mapping[CardState, tuple[CardState, ...]] = {
    CardState.DRAFT: (CardState.IN_REVIEW, CardState.APPROVED, CardState.REJECTED),
    CardState.IN_REVIEW: (CardState.DRAFT, CardState.APPROVED, CardState.REJECTED),
    CardState.APPROVED: (CardState.RETIRED,),
    CardState.REJECTED: (CardState.DRAFT,),
    CardState.RETIRED: (),
}
Change: TypeAlias = Callable[[CardContent], CardContent]

REASONED = (CardState.REJECTED, CardState.RETIRED)


def move(
    session: Session,
    card: Card,
    to: CardState,
    *,
    by: Caller,
    seen: int | None,
    reason: str | None = None,
    note: str | None = None,
) -> CardEvent:
    """Take one of MOVES. `seen` is the `Card.version` that the caller looked at; None: whatever it is now.

    `reason` is a RejectionReason, of a rejection or retirement (“other” where none is given). Raises Stale, NotAllowed
    naming the moves there are, NotReady naming what an approval lacks, Forbidden for who may not change this card,
    Invalid for another reason.
    """
    check_change(session, card, by, seen)
    why = _reason(to, reason)
    allowed = MOVES[card.state]
    if to not in allowed:
        raise NotAllowed(_no_move(card.state, to), remedy=_instead(allowed))
    if to == CardState.APPROVED:
        return _approve(session, card, by=by.signature, reason=why, note=note)
    if to == CardState.RETIRED:
        return _retire(session, card, by=by.signature, reason=why, note=note)
    return _step(session, card, to, by=by.signature, reason=why, note=note)


def _no_move(state: CardState, to: CardState) -> str:
    allowed = ", ".join(MOVES[state]) or "nothing any more"
    return f"a card that is {state} does not become {to}; it can become: {allowed}"


def _instead(allowed: tuple[CardState, ...]) -> str:
    return f"Move it to one of: {', '.join(allowed)}." if allowed else "A retired card stays retired; write a new one."


def check_change(session: Session, card: Card, by: Caller, seen: int | None = None) -> None:
    """Raises Forbidden for who may not change the card, Stale for who looked at another version."""
    if not by.role.can_review or not sees_newest(session, by, card):
        raise Forbidden("only managers, and the experts heard in it, may change this card")
    if seen is not None and seen != card.version:
        raise Stale(f"the card is at version {card.version}, and you saw version {seen}")


def _reason(to: CardState, reason: str | None) -> str | None:
    if reason is None:
        return RejectionReason.OTHER if to in REASONED else None
    if reason not in list(RejectionReason):
        detail = f"wants one of {', '.join(RejectionReason)}"
        raise Invalid(f"the reason is {reason[:80]!r}; it {detail}", errors=[FieldError("/reason", detail)])
    return RejectionReason(reason)


def _step(
    session: Session,
    card: Card,
    to: CardState,
    *,
    by: str,
    reason: str | None = None,
    note: str | None = None,
    type: str = "moved",
) -> CardEvent:
    """Change the state and write it down."""
    event = CardEvent(
        type=type, before=card.state.value, after=to.value, revision=card.revision, by=by, reason=reason, note=note
    )
    card.events.append(event)
    card.state = to
    touch(card)
    session.flush()
    waiting.stepped(session, card, CardState(event.before) if event.before else None)
    return event


def touch(card: Card) -> None:
    """Count a change."""
    card.version += 1
    card.updated_at = now()


def _approve(session: Session, card: Card, *, by: str, reason: str | None, note: str | None) -> CardEvent:
    lacking = missing(session, card)
    if lacking:
        raise NotReady("this card cannot be approved yet: " + "; ".join(lacking))
    told = FeedType.APPROVED if card.served_revision is None else FeedType.UPDATED
    card.served_revision = card.revision
    card.verified_at = now()
    event = _step(session, card, CardState.APPROVED, by=by, reason=reason, note=note)
    rest_on(session, card)
    echoes.turn_round(session, card)
    feed.publish(session, card, told)
    return event


def retire(session: Session, card: Card, *, by: str, reason: str) -> CardEvent | None:
    """Retire the card whatever its state, for a withdrawal, deletion or merge; None where it was retired before."""
    if card.state == CardState.RETIRED:
        return None
    return _retire(session, card, by=by, reason=reason, note=None)


def _retire(session: Session, card: Card, *, by: str, reason: str | None, note: str | None) -> CardEvent:
    """Take it from who is served it; a card that nobody was served leaves no tombstone."""
    was_served = card.served_revision is not None
    card.served_revision = None
    event = _step(session, card, CardState.RETIRED, by=by, reason=reason, note=note)
    if was_served:
        feed.publish(session, card, FeedType.RETIRED, reason)
    return event


# Words


def edit(session: Session, card: Card, changes: Mapping[str, Any], *, by: Caller, seen: int | None) -> CardRevision:
    """Apply a JSON merge patch (RFC 7396) of `models.editing.CardChange`'s members: the newest revision after it.

    A card in review stays there, any other becomes a draft; what was approved before is served until the new revision
    is. A patch of nothing but owner and due_at makes no revision. Raises Stale, NotAllowed for a retired card, Invalid
    naming each member that does not fit, Forbidden.
    """
    check_change(session, card, by, seen)
    if card.state == CardState.RETIRED:
        raise NotAllowed("a retired card cannot be edited", remedy=_instead(()))
    change = editing.parsed(editing.CardChange, changes)
    before = content_of(session, card)
    known = known_concepts(session, change.concepts or ())
    after = beneath(session, before, lambda shown: editing.changed(shown, change, by=by.signature, concepts=known))
    cared = _care(card, change)
    if after != before:
        _add_revision(session, card, after, by=by.signature, type="edited")
    elif cared:
        _step(session, card, card.state, by=by.signature, type="edited")
    if cared and card.served_revision is not None:
        feed.publish(session, card, FeedType.UPDATED)
    return session.get_one(CardRevision, (card.id, card.revision))


def beneath(session: Session, before: CardContent, change: Change) -> CardContent:
    """What a change of what is shown makes of what is kept: nobody edits away what was hidden from them."""
    mask = mask_of_content(session, before)
    after = restored(change(masked(before, mask)), before, mask)
    return sealed(after, mask_of_recordings(session, cited_in(before) - cited_in(after)))


def amend(
    session: Session,
    card: Card,
    content: CardContent,
    *,
    by: Caller,
    type: str,
    reason: str | None = None,
    note: str | None = None,
) -> None:
    """A new revision that says this, if the card says anything else; with the rest as `edit` does.

    For who has made sure that the caller may change the card.
    """
    if content != content_of(session, card):
        _add_revision(session, card, content, by=by.signature, type=type, reason=reason, note=note)


def revise(session: Session, card: Card, content: CardContent, *, by: Caller, seen: int | None) -> CardRevision:
    """Let the card say what was proposed: a new revision, with the rest as `edit` does.

    Raises Stale, NotAllowed for a retired card, Forbidden.
    """
    check_change(session, card, by, seen)
    if card.state == CardState.RETIRED:
        raise NotAllowed("a retired card cannot be changed", remedy=_instead(()))
    _add_revision(session, card, content, by=by.signature, type="revised")
    return session.get_one(CardRevision, (card.id, card.revision))


def contradicted(session: Session, card: Card, other: Card, *, by: Caller, seen: int | None) -> CardRevision:
    """Write down that another card says otherwise: as a link between them, and as what its experts say of this one.

    The words stay as they are, and what is served stays served. Raises Stale, NotAllowed for a retired card, Forbidden.
    """
    check_change(session, card, by, seen)
    if card.state == CardState.RETIRED:
        raise NotAllowed("a retired card cannot be changed", remedy=_instead(()))
    relate(session, card, other, "contradicts", by=by)
    known = {source.recording_id for source in card.sources}
    for recording_id in sorted({source.recording_id for source in other.sources} - known):
        card.sources.append(CardSource(recording_id=recording_id, stance=Stance.CONTRADICTS))
    _step(session, card, card.state, by=by.signature, type="contradicted")
    if card.served_revision is not None:
        feed.publish(session, card, FeedType.UPDATED)
    return session.get_one(CardRevision, (card.id, card.revision))


def relate(session: Session, card: Card, other: Card, kind: str, *, by: Caller) -> None:
    """What a person found two cards to have to do with each other, in place of what the machine took it for."""
    link = session.get(CardLink, (other.id, card.id)) or session.get(CardLink, (card.id, other.id))
    if link is None:
        link = CardLink(card_id=other.id, to_id=card.id, score=1.0)
        other.links.append(link)
    link.kind, link.by = kind, by.signature
    linked = session.get_one(Card, link.card_id)
    touch(linked)
    if linked.served_revision is not None:
        feed.publish(session, linked, FeedType.UPDATED)
    session.flush()


def _add_revision(
    session: Session,
    card: Card,
    content: CardContent,
    *,
    by: str,
    type: str,
    reason: str | None = None,
    note: str | None = None,
) -> None:
    card.revision += 1
    card.revisions.append(revision_of(session, content, card.revision, by=by))
    to = CardState.IN_REVIEW if card.state == CardState.IN_REVIEW else CardState.DRAFT
    _step(session, card, to, by=by, type=type, reason=reason, note=note)
    rest_on(session, card)
    proposing.refresh(session, card)


def known_concepts(session: Session, ids: Sequence[str]) -> list[str]:
    """Those of the ids that name a concept."""
    return list(session.scalars(select(ConceptRow.id).where(ConceptRow.id.in_(ids))))


def _care(card: Card, change: editing.CardChange) -> bool:
    """Set who looks after the card and until when; whether that changed anything."""
    before = (card.owner, card.due_at)
    if "owner" in change.model_fields_set:
        card.owner = change.owner
    if "due_at" in change.model_fields_set:
        card.due_at = change.due_at
    return (card.owner, card.due_at) != before


def write(session: Session, document: Mapping[str, Any], *, by: Caller) -> Card:
    """A draft of `models.editing.NewCard`'s members, signed by the caller. Raises Invalid, Forbidden.

    It belongs to the collection that is named, else to the one that all its recordings belong to.
    """
    if not by.role.can_review:
        raise Forbidden("only managers and experts may write cards")
    new = editing.parsed(editing.NewCard, document)
    evidence, collections = cite(session, new.evidence, by=by)
    blank = CardContent(CardKind.JUDGMENT, title="", evidence=evidence)
    known = known_concepts(session, new.concepts or ())
    content = editing.changed(blank, new.without_evidence(), by=by.signature, concepts=known)
    collection_id = new.collection or (collections.pop() if len(collections) == 1 else None)
    check_collection(session, collection_id, by)
    card = Card(
        rank=1.0,
        collection_id=collection_id,
        owner=new.owner,
        due_at=new.due_at,
        revisions=[revision_of(session, content, 1, by=by.signature)],
        events=[CardEvent(type="written", after=CardState.DRAFT.value, revision=1, by=by.signature)],
    )
    session.add(card)
    session.flush()
    rest_on(session, card)
    waiting.weigh(session, {card.id})
    return card


def tell_due(session: Session, *, at: datetime | None = None) -> list[Card]:
    """Tell in the feed, once each, of the served cards whose time is over; to be called now and then."""
    moment = at or now()
    overdue = select(Card).where(Card.served_revision.is_not(None), Card.due_at <= moment)
    told = select(CardEvent.id).where(
        CardEvent.card_id == Card.id, CardEvent.type == "due", CardEvent.at >= Card.due_at
    )
    cards = list(session.scalars(overdue.where(~told.exists()).order_by(Card.due_at, Card.id)))
    for card in cards:
        _step(session, card, card.state, by=MACHINE, type="due")
        feed.publish(session, card, FeedType.UPDATED)
    return cards
