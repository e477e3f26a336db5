"""Cards to read: which revision a caller sees, lists of them, and the next one to review."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.access import Caller
from models.cards import CardView
from models.paging import LIMIT, Page
from models.tables import Card, CardEvent, CardRevision, CardState
from models.values import CardKind

SORTS = ("rank", "created_at", "updated_at", "title")


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
    q: str = ""  # words that stand in the title or a line, in that order


@dataclass(frozen=True, slots=True)
class Next:
    """The draft most worth the caller's next minute, and how many wait, this one included."""

    card: CardView | None
    left: int


def find_card(session: Session, caller: Caller, card_id: str) -> Card:
    """The card's row. Raises NotFound where the caller may not see it; Gone where it was served to them once."""
    raise NotImplementedError


def sees_newest(session: Session, caller: Caller, card: Card) -> bool:
    """Whether the caller sees (and may change) the newest revision, not only the one that is served."""
    raise NotImplementedError


def view(session: Session, caller: Caller, card: Card) -> CardView:
    """The card as the caller sees it: the newest revision, or the served one."""
    raise NotImplementedError


def revision_view(session: Session, caller: Caller, card: Card, number: int) -> CardView:
    """The card with what revision `number` says. Raises NotFound; a caller who sees only what is served, for others."""
    raise NotImplementedError


def list_cards(
    session: Session,
    caller: Caller,
    wanted: CardFilter = CardFilter(),
    *,
    sort: str = "rank",
    cursor: str | None = None,
    limit: int = LIMIT,
) -> Page[CardView]:
    """The cards that the caller may see, each as they see it.

    Sorted by rank (best first), created_at or updated_at (newest first) or title. Raises Invalid for another sort.
    """
    raise NotImplementedError


def next_card(session: Session, caller: Caller) -> Next:
    """Of the drafts and the cards in review: first those offered at once, then by rank."""
    raise NotImplementedError


def revisions(session: Session, caller: Caller, card: Card) -> Sequence[CardRevision]:
    """What the card said, oldest first: all of it, or for who sees only what is served, that one."""
    raise NotImplementedError


def history(session: Session, card: Card) -> Sequence[CardEvent]:
    """Who did what, when, why; oldest first."""
    raise NotImplementedError


def served_views(session: Session, card_ids: Sequence[str]) -> dict[str, CardView]:
    """Card id → the card as it is served now, of those that are served."""
    raise NotImplementedError
