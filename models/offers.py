"""Proposals as rows: at most one open one a card and kind (and other card), and what people decided stays decided."""

from collections.abc import Callable

from sqlalchemy import ColumnElement, Select, and_, delete, or_, select
from sqlalchemy.orm import Session

from models.documents import from_document, to_document
from models.rewording import essence, texts
from models.standing import stands
from models.tables import LIVELY, Card, Proposal, ProposalKind, ProposalState
from models.values import CardContent


def is_proposed(seen: Select[str]) -> ColumnElement[bool]:
    """Whether a card waits with an open proposal; `seen`: ids of the cards that the caller may know of."""
    waiting = select(Proposal.card_id).where(Proposal.state == ProposalState.OPEN, is_offered(seen))
    return Card.id.in_(waiting) & Card.state.in_(LIVELY)


def is_offered(seen: Select[str]) -> ColumnElement[bool]:
    """Whether a proposal can be put to who knows of the cards `seen`."""
    return and_(stands(), or_(Proposal.other_id.is_(None), Proposal.other_id.in_(seen)))


def put(
    session: Session,
    card: Card,
    kind: ProposalKind,
    recording_id: str,
    old: CardContent,
    new: CardContent,
    why: str,
    other: Card | None = None,
) -> Proposal | None:
    """Let this be the card's open proposal of the kind; none where nothing would change or people have decided.

    What stands there already, for the same revision, stays. With `other` there is one for each such card.
    """
    other_id = other.id if other else None
    waiting = next((one for one in opened(session, card) if (one.kind, one.other_id) == (kind, other_id)), None)
    changes = essence(new) != essence(old) or kind == ProposalKind.CONTRADICTS
    wanted = changes and not _is_decided(session, card, kind, new, other_id)
    same_base = waiting is not None and waiting.base_revision == card.revision
    if wanted and waiting and same_base and essence(from_document(CardContent, waiting.content)) == essence(new):
        return None
    drop(session, card, kind, other_id)
    if not wanted:
        return None
    proposal = Proposal(
        card_id=card.id,
        recording_id=recording_id,
        other_id=other_id,
        kind=kind,
        base_revision=card.revision,
        content=to_document(new),
        why=why,
    )
    session.add(proposal)
    session.flush()
    return proposal


def said(content: CardContent) -> tuple[object, ...]:
    """What two drafts have in common that read the same."""
    return content.title, texts(content)


def _is_decided(session: Session, card: Card, kind: ProposalKind, new: CardContent, other_id: str | None) -> bool:
    """Whether a person has rejected the same; of a draft or another card, also whether one has accepted it before."""
    decided = select(Proposal.content).where(
        Proposal.card_id == card.id, Proposal.kind == kind, Proposal.state != ProposalState.OPEN
    )
    if other_id is not None:
        return session.scalar(decided.where(Proposal.other_id == other_id).limit(1)) is not None
    if kind != ProposalKind.CONTENT:
        decided = decided.where(Proposal.state == ProposalState.REJECTED)
    same: Callable[[CardContent], object] = said if kind == ProposalKind.CONTENT else essence
    return any(same(from_document(CardContent, content)) == same(new) for content in session.scalars(decided))


def opened(session: Session, card: Card) -> list[Proposal]:
    """The card's open proposals, oldest first."""
    query = select(Proposal).where(Proposal.card_id == card.id, Proposal.state == ProposalState.OPEN)
    return list(session.scalars(query.order_by(Proposal.created_at, Proposal.id)))


def drop(session: Session, card: Card, kind: ProposalKind, other_id: str | None = None) -> None:
    """The open proposal of that kind goes."""
    by = Proposal.other_id.is_(None) if other_id is None else Proposal.other_id == other_id
    same = (Proposal.card_id == card.id, Proposal.kind == kind, Proposal.state == ProposalState.OPEN)
    session.execute(delete(Proposal).where(*same, by))
