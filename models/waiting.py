"""Where waiting cards stand in the queue: kept with the card, and reckoned anew only where something has changed.

Nothing of this is on the card's document: its ETag tells of what it says, not of its place.
"""

from collections.abc import Collection as AnyOf
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from models import worth
from models.contents import content_of
from models.minings import unpack
from models.tables import (
    LIVELY,
    WAITING,
    Card,
    CardEvent,
    CardLink,
    CardSource,
    CardState,
    Consent,
    PassageRow,
    Recording,
    RejectionReason,
)
from models.values import LINE_SLOTS, CardContent, GapReason, Stance, Vectors

AT_ONCE = 1000  # cards that one question names
SAME, OTHERWISE = "same_as", "contradicts"  # kinds of links


@dataclass(frozen=True, slots=True)
class _Places:
    """Passages of one model's space and the cards that they stand for; all run parallel."""

    cards: tuple[str, ...]
    vectors: Vectors


def arrived(session: Session, cards: Sequence[Card], *, drafts: int) -> None:
    """Give new drafts, of the `drafts` of their interview, their place; those that say the same find theirs anew."""
    _compare(session, cards)
    for card in cards:
        card.rank = worth.rank(card.rank, card.nearest, drafts=drafts)
    weigh(session, {card.id for card in cards})


def stepped(session: Session, card: Card, before: CardState | None) -> None:
    """Act on a step of a card's life: `before` is the state that it was in."""
    touched = [card]
    if card.state not in WAITING:
        touched += _waiting(session, Card.twin_id == card.id)
    if card.served_revision is None:
        orphans = _waiting(session, Card.nearest_id == card.id)
        _compare(session, orphans)
        touched += orphans
    if card.state in WAITING and before not in WAITING:
        _compare(session, [card])
    elif card.state == CardState.APPROVED != before:
        _draw_near(session, card)
    weigh(session, {one.id for one in touched})


def compare_all(session: Session) -> None:
    """Compare every waiting card anew, once the passages lie in another space."""
    cards = _waiting(session)
    for start in range(0, len(cards), AT_ONCE):
        some = cards[start : start + AT_ONCE]
        _compare(session, some)
        weigh(session, {card.id for card in some})


def _waiting(session: Session, *wanted: ColumnElement[bool]) -> list[Card]:
    query = select(Card).where(Card.state.in_(WAITING), *wanted)
    return list(session.scalars(query.order_by(Card.id)))


# Novelty


def _compare(session: Session, cards: Sequence[Card]) -> None:
    """Find for each card the nearest passage that is approved, if one lies so near that the card is less new by it."""
    served = _served(session) if cards else {}
    besides = _contradicted(session, [card.id for card in cards])
    by_id = {card.id: card for card in cards}
    for card in cards:
        card.nearest, card.nearest_id = 0.0, None
    for model, mine in _places(session, PassageRow.card_id.in_(by_id)).items():
        if model not in served:
            continue
        owners = np.array(served[model].cards)
        for card_id, vector in zip(mine.cards, mine.vectors, strict=True):
            others = ~np.isin(owners, [card_id, *besides.get(card_id, ())])
            cosines = np.where(others, served[model].vectors @ vector, -1.0)
            best = int(cosines.argmax())
            if cosines[best] > worth.FAR:
                _note_nearest(by_id[card_id], str(owners[best]), float(cosines[best]))
    session.flush()


def _draw_near(session: Session, card: Card) -> None:
    """The card is approved: what waits may be less new by it. One product of vectors, however much is kept."""
    served = _served(session, card.id)
    besides = {card.id, *_contradicted(session, [card.id]).get(card.id, ())}
    rows = session.execute(select(Card.id, Card.nearest).where(Card.state.in_(WAITING)))
    known = {row[0]: row[1] for row in rows}
    in_line = PassageRow.card_id.in_(select(Card.id).where(Card.state.in_(WAITING)))
    for model, mine in _places(session, in_line).items():
        if model not in served:
            continue
        nearest = (mine.vectors @ served[model].vectors.T).max(axis=1)
        for card_id, cosine in zip(mine.cards, nearest.tolist(), strict=True):
            if card_id not in besides and cosine > max(known[card_id], worth.FAR):
                closer = session.get_one(Card, card_id)
                before = worth.left_by(closer.nearest)
                _note_nearest(closer, card.id, cosine)
                closer.worth = round(closer.worth * worth.left_by(closer.nearest) / before, 6)
    session.flush()


def _note_nearest(card: Card, served_id: str, cosine: float) -> None:
    card.nearest, card.nearest_id = round(cosine, 6), served_id


def compared(session: Session, card_ids: AnyOf[str]) -> set[str]:
    """Those of the cards that something approved lies beside, near or far: with which they were compared."""
    served = select(Card.id).where(Card.served_revision.is_not(None)).correlate(None)
    spaces = select(PassageRow.model).where(PassageRow.card_id.in_(served), PassageRow.model != "")
    mine = select(PassageRow.card_id).where(PassageRow.card_id.in_(card_ids), PassageRow.model.in_(spaces))
    return set(session.scalars(mine))


def _places(session: Session, wanted: ColumnElement[bool]) -> dict[str, _Places]:
    """Model → the wanted passages that it placed; without those of which nobody knows the model."""
    query = select(PassageRow.model, PassageRow.card_id, PassageRow.vector).order_by(PassageRow.id)
    return _by_model(session.execute(query.where(wanted, PassageRow.model != "")))


def _served(session: Session, card_id: str | None = None) -> dict[str, _Places]:
    """Model → the passages that stand on cards that are served, also those that a person found to say the same.

    With `card_id` those of one card.
    """
    owner = func.coalesce(Card.superseded_by, Card.id)
    served = select(Card.id).where(Card.served_revision.is_not(None)).correlate(None)
    wanted = owner.in_(served) if card_id is None else owner == card_id
    query = select(PassageRow.model, owner, PassageRow.vector).join(Card, Card.id == PassageRow.card_id)
    return _by_model(session.execute(query.where(wanted).order_by(PassageRow.id)))


def _by_model(rows: Iterable[Sequence[object]]) -> dict[str, _Places]:
    found: dict[str, list[tuple[str, bytes]]] = {}
    for model, card_id, packed in rows:
        found.setdefault(str(model), []).append((str(card_id), packed))  # type: ignore[arg-type]
    return {
        model: _Places(tuple(each[0] for each in many), unpack(b"".join(each[1] for each in many), len(many)))
        for model, many in found.items()
    }


def _contradicted(session: Session, card_ids: Sequence[str]) -> dict[str, set[str]]:
    """Card id → the cards that it may contradict: what they say is no old news."""
    found: dict[str, set[str]] = {}
    for link in _links(session, card_ids, OTHERWISE):
        found.setdefault(link.card_id, set()).add(link.to_id)
        found.setdefault(link.to_id, set()).add(link.card_id)
    return found


def _links(session: Session, card_ids: AnyOf[str], *kinds: str) -> Sequence[CardLink]:
    touching = or_(CardLink.card_id.in_(card_ids), CardLink.to_id.in_(card_ids))
    query = select(CardLink).where(touching, CardLink.kind.in_(kinds) if kinds else CardLink.kind != OTHERWISE)
    return session.scalars(query.order_by(CardLink.card_id, CardLink.to_id)).all()


# Worth


def weigh(session: Session, card_ids: AnyOf[str]) -> None:
    """Reckon anew what the waiting cards among these are worth, and of what says the same, which stands behind which.

    Those that say the same are looked at together, so that none stands behind itself.
    """
    links = _all_linked(session, card_ids)
    ids = {*card_ids, *(link.card_id for link in links), *(link.to_id for link in links)}
    cards = {card.id: card for card in session.scalars(select(Card).where(Card.id.in_(ids)))}
    waiting = [card for card in cards.values() if card.state in WAITING]
    near = _links(session, [card.id for card in waiting])
    others = {link.card_id for link in near} | {link.to_id for link in near}
    experts = _experts(session, {*ids, *others} - _refuted(session, others))
    contents = {each: content_of(session, card) for each, card in _living(session, others | set(cards)).items()}
    heard = _heard(session, {one.recording_id for card in waiting for one in contents[card.id].evidence})
    for card in waiting:
        linked = {
            link.to_id if link.card_id == card.id else link.card_id: link.kind for link in near if _has(link, card)
        }
        same = [other for other, kind in linked.items() if kind == SAME]
        card.voices = max(1, len(set().union(*(experts.get(each, set()) for each in (card.id, *same)))))
        content = contents[card.id]
        card.closes = sum(_fills(content, contents[other]) for other in linked if other in contents)
        card.closes += sum(source.recording.answers_gap is not None for source in card.sources)
        card.reading_s = round(worth.reading_s(content, heard), 3)
        _reckon(card, worth.lines_of(content))
    _stand(waiting, links)
    session.flush()


def _has(link: CardLink, card: Card) -> bool:
    return card.id in (link.card_id, link.to_id)


def _reckon(card: Card, lines: int) -> None:
    found = worth.worth(
        card.rank, card.nearest, lines=lines, voices=card.voices, closes=card.closes, seconds=card.reading_s
    )
    card.worth = round(found, 6)


def _stand(waiting: Sequence[Card], links: Sequence[CardLink]) -> None:
    """Let each card stand behind the best of those that say the same and are better."""
    place = {card.id: (not card.first, -card.worth, card.id) for card in waiting}
    for card in waiting:
        pairs = [(link.card_id, link.to_id) for link in links if _has(link, card)]
        better = [other for pair in pairs for other in pair if other in place and place[other] < place[card.id]]
        card.twin_id = min(better, key=place.__getitem__, default=None)


def _all_linked(session: Session, card_ids: AnyOf[str]) -> list[CardLink]:
    """The links between waiting cards that say the same, with what says the same as those, and so on."""
    found: dict[tuple[str, str], CardLink] = {}
    reached, fresh = set(card_ids), set(card_ids)
    while fresh:
        links = _links(session, fresh, SAME)
        ends = {link.card_id for link in links} | {link.to_id for link in links}
        open_ = set(session.scalars(select(Card.id).where(Card.id.in_(ends), Card.state.in_(WAITING))))
        found |= {(link.card_id, link.to_id): link for link in links if {link.card_id, link.to_id} <= open_}
        fresh = open_ - reached
        reached |= fresh
    return list(found.values())


def _experts(session: Session, card_ids: AnyOf[str]) -> dict[str, set[str]]:
    """Card id → the experts whose words it rests on."""
    query = select(CardSource.card_id, Consent.expert_id).join(Consent, Consent.recording_id == CardSource.recording_id)
    supports = query.where(CardSource.card_id.in_(card_ids), CardSource.stance == Stance.SUPPORTS)
    found: dict[str, set[str]] = {}
    for card_id, expert_id in session.execute(supports):
        found.setdefault(card_id, set()).add(expert_id)
    return found


def _refuted(session: Session, card_ids: AnyOf[str]) -> set[str]:
    """Those of the cards that a person rejected or retired, for another reason than that something says the same."""
    doubled = select(CardEvent.card_id).where(CardEvent.reason == RejectionReason.DUPLICATE)
    out = Card.state.in_((CardState.REJECTED, CardState.RETIRED))
    return set(session.scalars(select(Card.id).where(Card.id.in_(card_ids), out, Card.id.not_in(doubled))))


def _heard(session: Session, recording_ids: AnyOf[str]) -> set[str]:
    """Those of the recordings that can be played."""
    sound = select(Recording.id).where(Recording.id.in_(recording_ids), Recording.media_sha256.is_not(None))
    return set(session.scalars(sound))


def _living(session: Session, card_ids: AnyOf[str]) -> Mapping[str, Card]:
    query = select(Card).where(Card.id.in_(card_ids), Card.state.in_(LIVELY))
    return {card.id: card for card in session.scalars(query)}


def _fills(content: CardContent, other: CardContent) -> int:
    """How many of the other card's questions about an empty slot have a line here."""
    filled = {slot for slot in LINE_SLOTS if content.lines(slot)}
    asked = [gap for gap in other.gaps if gap.reason == GapReason.EMPTY_SLOT and gap.answered_by is None]
    return sum(gap.slot in filled for gap in asked)
