"""The life of a card: the only place where its state changes. Every step leaves an event."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from models.access import Caller
from models.tables import Card, CardEvent, CardRevision, CardState

MOVES: Mapping[CardState, tuple[CardState, ...]] = {
    CardState.DRAFT: (CardState.IN_REVIEW, CardState.APPROVED, CardState.REJECTED),
    CardState.IN_REVIEW: (CardState.DRAFT, CardState.APPROVED, CardState.REJECTED),
    CardState.APPROVED: (CardState.RETIRED,),
    CardState.REJECTED: (CardState.DRAFT,),
    CardState.RETIRED: (),
}


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

    `reason` is a RejectionReason, of a rejection or retirement (“other” where none is given). Raises Stale (with the
    current ETag in its headers), NotAllowed naming the moves there are, NotReady naming what an approval lacks,
    Forbidden for who may not review, Invalid for another reason.
    """
    raise NotImplementedError


def missing(session: Session, card: Card) -> list[str]:
    """What the newest revision lacks to be approved, in plain sentences; empty when it is ready."""
    raise NotImplementedError


def edit(session: Session, card: Card, changes: Mapping[str, Any], *, by: Caller, seen: int | None) -> CardRevision:
    """Apply a JSON merge patch (RFC 7396) of `models.editing.CardChange`'s members: the newest revision after it.

    A patch of nothing but owner and due_at makes no revision. Raises Stale, NotAllowed for a retired card, Invalid
    naming each member that does not fit, Forbidden.
    """
    raise NotImplementedError


def write(session: Session, document: Mapping[str, Any], *, by: Caller) -> Card:
    """A draft written by a person: `models.editing.NewCard`'s members. Raises Invalid, Forbidden."""
    raise NotImplementedError


def retire(session: Session, card: Card, *, by: str, reason: str) -> CardEvent | None:
    """Retire the card whatever its state, for a withdrawal, deletion or merge; None where it was retired before."""
    raise NotImplementedError
