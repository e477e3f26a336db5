"""Why a waiting card stands where it stands in the queue, in the words of a reviewer."""

from collections.abc import Collection as AnyOf
from collections.abc import Mapping, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import worth
from models.access import Caller
from models.cards import CardView
from models.library import known
from models.tables import WAITING, Card, CardEvent, CardLink, CardRevision, CardState
from models.values import Seconds
from models.waiting import SAME, compared

ONE_MORE = ("", "", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def reasons(session: Session, caller: Caller, views: Sequence[CardView]) -> dict[str, tuple[str, ...]]:
    """Card id → why it is worth the next minute, or why it is not; of those that wait for a verdict."""
    ids = [view.id for view in views]
    cards = session.scalars(select(Card).where(Card.id.in_(ids), Card.state.in_(WAITING))).all()
    twins = _twins(session, cards)
    named = {card.nearest_id for card in cards} | {card.twin_id for card in cards} | {t.id for t in twins.values()}
    titles = _titles(session, caller, {each for each in named if each})
    new = compared(session, [card.id for card in cards if card.nearest_id is None])
    return {card.id: tuple(_because(session, card, twins.get(card.id), titles, new)) for card in cards}


def _because(
    session: Session, card: Card, decided: Card | None, titles: Mapping[str, str], new: AnyOf[str]
) -> list[str]:
    """`decided` says the same, and people have judged it; `new` are ids of cards that lie far from what is approved."""
    found = []
    if card.twin_id is not None:
        found.append(f"says the same as {titles.get(card.twin_id, 'another draft')}, which comes first")
    elif decided is not None:
        found.append(f"says the same as {titles.get(decided.id, 'another card')}, which {_fate(session, decided)}")
    elif card.nearest_id is not None and card.nearest >= worth.SAME:
        found.append(f"much like {titles.get(card.nearest_id, 'another card')}, which is approved")
    elif card.id in new:
        found.append("new against what is approved")
    if card.voices > 1:
        count = ONE_MORE[card.voices] if card.voices < len(ONE_MORE) else str(card.voices)
        found.append(f"{count} experts say it")
    if card.closes:
        found.append("answers a question that another card leaves open")
    return [*found, spoken(card.reading_s)] if card.reading_s else found


def spoken(seconds: Seconds) -> str:
    """How long it takes, in words."""
    return f"{round(seconds / 60)} min" if seconds >= 90 else f"{5 * max(1, round(seconds / 5))} s"


def _fate(session: Session, card: Card) -> str:
    """What became of a card that is decided."""
    if card.served_revision is not None:
        return "is approved"
    moved = select(CardEvent.reason).where(CardEvent.card_id == card.id, CardEvent.type == "moved")
    reason = session.scalar(moved.order_by(CardEvent.id.desc()).limit(1))
    return f"was {card.state.value}" + (f" ({reason.replace('_', ' ')})" if reason else "")


def _twins(session: Session, cards: Sequence[Card]) -> dict[str, Card]:
    """Card id → a card that says the same and is decided: an approved one first."""
    ids = {card.id for card in cards}
    touching = or_(CardLink.card_id.in_(ids), CardLink.to_id.in_(ids))
    links = session.scalars(select(CardLink).where(CardLink.kind == SAME, touching))
    pairs = [pair for link in links for pair in ((link.card_id, link.to_id), (link.to_id, link.card_id))]
    others = {other for one, other in pairs if one in ids}
    decided = (CardState.APPROVED, CardState.REJECTED, CardState.RETIRED)
    done = session.scalars(select(Card).where(Card.id.in_(others), Card.state.in_(decided)))
    rows = {card.id: card for card in done}
    found: dict[str, Card] = {}
    for one, other in sorted(pairs, key=lambda pair: (pair[1] in rows and rows[pair[1]].served_revision is None, pair)):
        if one in ids and other in rows:
            found.setdefault(one, rows[other])
    return found


def _titles(session: Session, caller: Caller, card_ids: set[str]) -> dict[str, str]:
    """Card id → its title in quotation marks, of those that the caller may know of; as it may be read."""
    number = Card.served_revision.is_not(None) & (CardRevision.number == Card.served_revision)
    newest = Card.served_revision.is_(None) & (CardRevision.number == Card.revision)
    query = select(Card.id, CardRevision.title).join(CardRevision, CardRevision.card_id == Card.id)
    wanted = query.where(or_(number, newest), Card.id.in_(card_ids), Card.id.in_(known(caller)))
    return {row[0]: f"“{row[1]}”" for row in session.execute(wanted)}
