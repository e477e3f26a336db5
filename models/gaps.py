"""What to ask next time: the gaps of all cards that a caller may see, the best questions first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Float, Select, String, func, not_, or_, select, true
from sqlalchemy.orm import Session

from models.access import Caller
from models.answering import is_answered
from models.cards import CardView
from models.errors import NotFound
from models.library import newest_is_seen, visible
from models.paging import LIMIT, Page, SortKey, page
from models.tables import Card, CardRevision, CardSource, CardState, Consent
from models.values import Gap
from models.views import Shown, build

SETTLED = (CardState.REJECTED, CardState.RETIRED)  # nobody needs to know more about it


@dataclass(frozen=True, slots=True)
class GapFilter:
    """Which gaps; None means any."""

    recording: str | None = None
    expert: str | None = None
    card: str | None = None
    collection: str | None = None
    answered: bool | None = None


@dataclass(frozen=True, slots=True)
class CardGap:
    """A gap and the card that it stands on, both as the caller sees them."""

    gap: Gap
    card: CardView


EVERY_GAP = GapFilter()
_each = func.json_each(CardRevision.content, "$.gaps").table_valued("value")
_gap_id: ColumnElement[str] = func.json_extract(_each.c.value, "$.id", type_=String())
_rank: ColumnElement[float] = func.coalesce(func.json_extract(_each.c.value, "$.rank", type_=Float()), 0.0)
_said_in: ColumnElement[str] = func.json_extract(_each.c.value, "$.said.recording_id", type_=String())
_named: ColumnElement[str] = func.json_extract(_each.c.value, "$.answered_by", type_=String())


def list_gaps(
    session: Session,
    caller: Caller,
    wanted: GapFilter = EVERY_GAP,
    *,
    cursor: str | None = None,
    limit: int = LIMIT,
) -> Page[CardGap]:
    """The gaps of the cards that the caller may see, the best question first; none of rejected and retired cards.

    Raises Invalid for a cursor of another list, or a limit outside of 1 … 200.
    """
    query = _gaps(caller).where(*_conditions(wanted))
    keys = (SortKey(_rank, descending=True), SortKey(_gap_id), SortKey(Card.id))
    found = page(session, query, keys, order="gaps", cursor=cursor, limit=limit)
    return Page(tuple(_shown(session, found.items)), found.next)


def find_gap(session: Session, caller: Caller, gap_id: str) -> CardGap:
    """One gap. Raises NotFound where it stands on no card that the caller may see."""
    rows = session.execute(_gaps(caller).where(_gap_id == gap_id).order_by(Card.id).limit(1)).all()
    if not rows:
        raise NotFound(f"there is no gap {gap_id[:80]!r} that you may see")
    return _shown(session, rows)[0]


def _gaps(caller: Caller) -> Select[*tuple[Any, ...]]:
    """(card, revision, whether only what is served is seen, the gap's id), a row for each gap."""
    open_card = or_(not_(newest_is_seen(caller)), Card.state.not_in(SETTLED))
    return visible(caller).join(_each, true()).where(open_card).add_columns(_gap_id.label("gap_id"))


def _conditions(wanted: GapFilter) -> list[ColumnElement[bool]]:
    """What the filter asks; gaps of older versions do not say their recording, and count to all of their card's."""
    of_recording = select(CardSource.card_id).where(CardSource.recording_id == wanted.recording)
    heard = select(Consent.recording_id).where(Consent.expert_id == wanted.expert)
    of_expert = select(CardSource.card_id).where(CardSource.recording_id.in_(heard))
    answered = or_(_named.is_not(None), is_answered(_gap_id))
    asked: dict[str, list[ColumnElement[bool]]] = {
        "recording": [Card.id.in_(of_recording), or_(_said_in.is_(None), _said_in == wanted.recording)],
        "expert": [Card.id.in_(of_expert), or_(_said_in.is_(None), _said_in.in_(heard))],
        "card": [Card.id == wanted.card],
        "collection": [Card.collection_id == wanted.collection],
        "answered": [answered if wanted.answered else not_(answered)],
    }
    return [each for name, all_ in asked.items() if getattr(wanted, name) is not None for each in all_]


def _shown(session: Session, rows: Sequence[Any]) -> list[CardGap]:
    cards = {row[0].id: Shown(row[0], row[1], row[2]) for row in rows}
    views = {view.id: view for view in build(session, list(cards.values()))}
    found = []
    for row in rows:
        view = views[row[0].id]
        found += [CardGap(gap, view) for gap in view.content.gaps if gap.id == row[3]]
    return found
