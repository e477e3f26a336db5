"""Whether a card still stands for what it says, so that it may be evidence for another one, or contradict it."""

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from models.tables import LIVELY, Card, CardEvent, CardState, Proposal, RejectionReason


def stands() -> ColumnElement[bool]:
    """Whether the card that occasioned a proposal does, if one did; what a person took for a double said the same."""
    other = aliased(Card)
    doubled = select(CardEvent.card_id).where(CardEvent.reason == RejectionReason.DUPLICATE)
    in_use = or_(other.state.in_(LIVELY), and_(other.state == CardState.REJECTED, other.id.in_(doubled)))
    return or_(Proposal.other_id.is_(None), Proposal.other_id.in_(select(other.id).where(in_use)))
