"""Proposals as people meet them: read, accepted, rejected."""

from collections.abc import Collection as AnyOf
from dataclasses import replace

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from models import library, review
from models.access import Caller
from models.cards import CardView, marks
from models.contents import content_of
from models.documents import from_document
from models.errors import Conflict, Gone, NotFound, Stale
from models.hiding import cited_in, mask_of_recordings
from models.masking import Mask, masked
from models.offers import is_offered, is_proposed
from models.tables import (
    LIVELY,
    Card,
    CardRevision,
    CardState,
    Proposal,
    ProposalKind,
    ProposalState,
    RejectionReason,
    now,
)
from models.transcripts import newest_shas, texts_of
from models.values import CardContent


def proposals_of(session: Session, caller: Caller, card: Card, *, state: ProposalState | None = None) -> list[Proposal]:
    """The card's proposals, oldest first. On a card that is out of use none is open.

    What another card occasioned is shown to who may see that one.
    """
    wanted = [Proposal.card_id == card.id, _is_shown(caller)]
    if state is not None:
        wanted.append(Proposal.state == state)
    if card.state not in LIVELY:
        wanted.append(Proposal.state != ProposalState.OPEN)
    return list(session.scalars(select(Proposal).where(*wanted).order_by(Proposal.created_at, Proposal.id)))


def proposed_among(session: Session, caller: Caller, card_ids: AnyOf[str]) -> set[str]:
    """Those of the cards that wait with an open proposal."""
    return set(session.scalars(select(Card.id).where(Card.id.in_(card_ids), is_proposed(library.known(caller)))))


def _is_shown(caller: Caller) -> ColumnElement[bool]:
    """Whether the caller sees the proposal: open ones as long as the other card stands for what it says."""
    seen = library.known(caller)
    decided = and_(Proposal.state != ProposalState.OPEN, Proposal.other_id.in_(seen))
    return or_(is_offered(seen), decided)


def other_of(session: Session, caller: Caller, proposal: Proposal) -> CardView | None:
    """The card that occasioned the proposal, as the caller sees it; None where it was no other card."""
    if proposal.other_id is None:
        return None
    try:
        return library.view(session, caller, session.get_one(Card, proposal.other_id))
    except (NotFound, Gone):
        return None


def content_as_proposed(proposal: Proposal) -> CardContent:
    """What the card would say."""
    return from_document(CardContent, proposal.content)


def mask(session: Session, proposal: Proposal) -> Mask:
    """What hides words in the proposal, on the card before it and after it."""
    base = content_of(session, session.get_one(Card, proposal.card_id), proposal.base_revision)
    then = content_as_proposed(proposal)
    cited = cited_in(base) | cited_in(then) | {proposal.recording_id}  # that “why” may name
    return mask_of_recordings(session, cited)


def preview(session: Session, view: CardView, proposal: Proposal) -> CardView:
    """The card as it would be after the proposal, which is not there yet."""
    content = content_as_proposed(proposal)
    newest = newest_shas(session, {one.recording_id for one in content.evidence})
    texts = texts_of(session, {one.transcript_sha256 for one in content.evidence} | set(newest.values()))
    state = CardState.IN_REVIEW if view.state == CardState.IN_REVIEW else CardState.DRAFT
    return replace(
        view,
        content=masked(content, mask(session, proposal)),
        revision=proposal.base_revision + 1,
        state=state,
        marks=marks(content, texts, newest),
    )


def accept(session: Session, card: Card, proposal_id: str, *, by: Caller, seen: int | None) -> CardRevision:
    """The revision that says what was proposed; readers are served it once it is approved.

    Where another card was evidence, it goes on in this one: it is set aside as a double unless it is approved itself.
    A contradiction is written down, and the words stay. Raises NotFound, Conflict where somebody has decided already,
    and what `review.revise` raises: Stale for a card that changed since.
    """
    proposal = _undecided(session, by, card, proposal_id)
    if proposal.base_revision != card.revision:
        raise Stale(
            f"it was made for revision {proposal.base_revision} of the card, which is at {card.revision} by now",
            remedy="Read the card's proposals again.",
        )
    _decide(proposal, ProposalState.ACCEPTED, by)  # before the others are made anew
    other = session.get_one(Card, proposal.other_id) if proposal.other_id else None
    if other is not None and proposal.kind == ProposalKind.CONTRADICTS:
        return review.contradicted(session, card, other, by=by, seen=seen)
    revision = review.revise(session, card, content_as_proposed(proposal), by=by, seen=seen)
    if other is not None:
        _go_on(session, other, card, by)
    return revision


def _go_on(session: Session, other: Card, card: Card, by: Caller) -> None:
    """The other card said the same, and what it says stands on this one now."""
    review.relate(session, card, other, "same_as", by=by)
    if other.served_revision is None:
        other.superseded_by = card.id
        if other.state != CardState.REJECTED:
            review.move(session, other, CardState.REJECTED, by=by, seen=None, reason=RejectionReason.DUPLICATE)


def reject(session: Session, card: Card, proposal_id: str, *, by: Caller) -> Proposal:
    """Keep the card as it is; the same is not proposed again. Raises NotFound, Conflict, Forbidden.

    What a machine took for the same, or for a contradiction, is no more than related from then on.
    """
    review.check_change(session, card, by)
    proposal = _undecided(session, by, card, proposal_id)
    _decide(proposal, ProposalState.REJECTED, by)
    if proposal.other_id is not None:
        review.relate(session, card, session.get_one(Card, proposal.other_id), "related", by=by)
    session.flush()
    return proposal


def _undecided(session: Session, by: Caller, card: Card, proposal_id: str) -> Proposal:
    found = select(Proposal).where(Proposal.id == proposal_id, Proposal.card_id == card.id, _is_shown(by))
    proposal = session.scalar(found)
    if proposal is None:
        raise NotFound(
            f"there is no proposal {proposal_id[:80]!r} for this card",
            remedy="A newer one may have taken its place: read the card's proposals again.",
        )
    if proposal.state != ProposalState.OPEN or card.state not in LIVELY:
        state = proposal.state if proposal.state != ProposalState.OPEN else f"for a card that is {card.state}"
        raise Conflict(f"the proposal is {state}", remedy="Read the card's proposals again.")
    return proposal


def _decide(proposal: Proposal, state: ProposalState, by: Caller) -> None:
    proposal.state, proposal.by, proposal.at = state, by.signature, now()
