"""Proposals as people meet them: read, accepted, rejected."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import review
from models.access import Caller
from models.cards import CardView, marks
from models.contents import content_of
from models.documents import from_document
from models.errors import Conflict, NotFound, Stale
from models.hiding import cited_in, mask_of_recordings
from models.masking import Mask, masked
from models.proposing import LIVELY
from models.tables import Card, CardRevision, CardState, Proposal, ProposalState, now
from models.transcripts import newest_shas, texts_of
from models.values import CardContent


def proposals_of(session: Session, card: Card, *, state: ProposalState | None = None) -> list[Proposal]:
    """The card's proposals, oldest first. On a card that is out of use none is open."""
    wanted = [Proposal.card_id == card.id]
    if state is not None:
        wanted.append(Proposal.state == state)
    if card.state not in LIVELY:
        wanted.append(Proposal.state != ProposalState.OPEN)
    return list(session.scalars(select(Proposal).where(*wanted).order_by(Proposal.created_at, Proposal.id)))


def content_as_proposed(proposal: Proposal) -> CardContent:
    """What the card would say."""
    return from_document(CardContent, proposal.content)


def mask(session: Session, proposal: Proposal) -> Mask:
    """What hides words in the proposal, on the card before it and after it."""
    base = content_of(session, session.get_one(Card, proposal.card_id), proposal.base_revision)
    then = content_as_proposed(proposal)
    cited = cited_in(base) | cited_in(then) | {proposal.recording_id}
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

    Raises NotFound, Conflict where somebody has decided already, and what `review.revise` raises: Stale for a card
    that changed since.
    """
    proposal = _undecided(session, card, proposal_id)
    if proposal.base_revision != card.revision:
        raise Stale(
            f"it was made for revision {proposal.base_revision} of the card, which is at {card.revision} by now",
            remedy="Read the card's proposals again.",
        )
    _decide(proposal, ProposalState.ACCEPTED, by)  # before the others are made anew
    return review.revise(session, card, content_as_proposed(proposal), by=by, seen=seen)


def reject(session: Session, card: Card, proposal_id: str, *, by: Caller) -> Proposal:
    """Keep the card as it is; the same is not proposed again. Raises NotFound, Conflict, Forbidden."""
    review.check_change(session, card, by)
    proposal = _undecided(session, card, proposal_id)
    _decide(proposal, ProposalState.REJECTED, by)
    session.flush()
    return proposal


def _undecided(session: Session, card: Card, proposal_id: str) -> Proposal:
    proposal = session.get(Proposal, proposal_id)
    if proposal is None or proposal.card_id != card.id:
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
