"""What downstream tools may read: approvals, updates and retirements, in order."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Caller
from models.cards import CardView
from models.library import served_views
from models.paging import LIMIT, check_limit, decode, encode
from models.store import within
from models.tables import Card, FeedItem, FeedType

_ORDER = "feed"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the feed: with the card as it is served now, or None where its tombstone stands."""

    seq: int
    type: FeedType  # what happened then
    at: datetime
    card_id: str
    card: CardView | None
    reason: str | None  # of the tombstone: why the card was retired


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Some lines; `next` is never None: ask again with it."""

    items: tuple[Item, ...]
    next: str


def page(session: Session, caller: Caller, cursor: str | None = None, limit: int = LIMIT) -> FeedPage:
    """The lines after `cursor`, oldest first, within the caller's collections.

    A card that is not served any more stands in all its lines as a tombstone. Raises Invalid for a foreign cursor or
    a limit outside of 1 … 200.
    """
    check_limit(limit)
    after: int = 0 if cursor is None else decode(_ORDER, cursor, [int])[0]
    lines = select(FeedItem).join(Card).where(FeedItem.seq > after, within(caller, Card.collection_id))
    found = session.scalars(lines.order_by(FeedItem.seq).limit(limit)).all()
    ids = sorted({line.card_id for line in found})
    served = served_views(session, ids)
    reasons = _tombstones(session, ids)
    items = tuple(
        Item(
            seq=line.seq,
            type=line.type,
            at=line.at,
            card_id=line.card_id,
            card=served.get(line.card_id),
            reason=None if line.card_id in served else reasons.get(line.card_id),
        )
        for line in found
    )
    return FeedPage(items, encode(_ORDER, [items[-1].seq if items else after]))


def _tombstones(session: Session, card_ids: list[str]) -> dict[str, str | None]:
    """Card id → why it was retired."""
    retirements = select(FeedItem).where(FeedItem.card_id.in_(card_ids), FeedItem.type == FeedType.RETIRED)
    return {line.card_id: line.reason for line in session.scalars(retirements.order_by(FeedItem.seq))}


def publish(session: Session, card: Card, type: FeedType, reason: str | None = None) -> None:
    """Add a line about the card; `reason` goes with a retirement."""
    session.add(FeedItem(type=type, card_id=card.id, reason=reason))
    session.flush()
