"""What downstream tools may read: approvals, updates and retirements, in order."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.access import Caller
from models.cards import CardView
from models.paging import LIMIT
from models.tables import Card, FeedType


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the feed: with the card as it is served now, or None where its tombstone stands."""

    seq: int
    type: FeedType
    at: datetime
    card_id: str
    card: CardView | None
    reason: str | None  # of the tombstone


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Some lines; `next` is never None: ask again with it."""

    items: tuple[Item, ...]
    next: str


def page(session: Session, caller: Caller, cursor: str | None = None, limit: int = LIMIT) -> FeedPage:
    """The lines after `cursor`, oldest first, within the caller's collections. Raises Invalid for a foreign cursor."""
    raise NotImplementedError


def publish(session: Session, card: Card, type: FeedType, reason: str | None = None) -> None:
    """Add a line about the card."""
    raise NotImplementedError
