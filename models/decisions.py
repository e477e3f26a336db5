"""What people's verdicts say of the statements behind lines: kept, or not worth a card.

A verdict on a line weighs more than one on the whole card, and one that was taken back nothing. What is private, a
duplicate or out of date may be know-how all the same: such rejections say nothing here.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.contents import content_of
from models.judging import Place, place_of
from models.tables import (
    Card,
    CardEvent,
    CardRevision,
    CardState,
    LineVerdict,
    RejectionReason,
    VerdictKind,
)
from models.values import LINE_SLOTS, MACHINE, CardContent

SAY_NOTHING = frozenset([RejectionReason.PRIVATE, RejectionReason.DUPLICATE, RejectionReason.OUTDATED])
JUDGED = (CardState.APPROVED, CardState.REJECTED, CardState.RETIRED)

Spot: TypeAlias = tuple[str, str, int, int]  # recording, SHA-256 of the transcript, characters from and to


@dataclass(frozen=True, slots=True)
class Decision:
    """What people made of the words in one place."""

    recording_id: str
    transcript_sha256: str
    start_char: int
    end_char: int
    kept: bool


@dataclass(frozen=True, slots=True)
class Decisions:
    """All that can be learnt from; `count`: verdicts of people behind it, each on a line or on a card."""

    places: tuple[Decision, ...]  # in order of recording and place
    count: int


@dataclass(slots=True)
class _Poll:
    """What each person says of each place."""

    votes: defaultdict[Spot, dict[str, bool]] = field(default_factory=lambda: defaultdict(dict))
    count: int = 0

    def add(self, by: str, places: list[Place], kept: bool) -> None:
        self.count += 1
        for place in places:
            self.votes[tuple(place.values())][by] = kept


def verdict_count(session: Session) -> int:
    """How many verdicts there are, whatever they say: cheap to ask, to see whether there are new ones."""
    lines = session.scalar(select(func.count()).select_from(LineVerdict)) or 0
    moves = select(func.count()).select_from(CardEvent)
    return lines + (session.scalar(moves.where(CardEvent.type == "moved", CardEvent.after.in_(JUDGED))) or 0)


def decisions(session: Session) -> Decisions:
    """What people's verdicts say. A place on which they are of two minds is left out."""
    poll = _Poll()
    for by, places, kept in _on_cards(session):
        poll.add(by, places, kept)
    for row in session.scalars(select(LineVerdict).order_by(LineVerdict.at, LineVerdict.id)):
        if row.slot in LINE_SLOTS and _says_something(row.reason, kept=row.verdict != VerdictKind.REJECT):
            poll.add(row.by, row.places, row.verdict != VerdictKind.REJECT)
    found = []
    for spot, votes in sorted(poll.votes.items()):
        for_it = sum(votes.values())
        if 2 * for_it != len(votes):
            found.append(Decision(*spot, kept=2 * for_it > len(votes)))
    return Decisions(tuple(found), poll.count)


@dataclass(frozen=True, slots=True)
class Choice:
    """The titles that were offered for a card, in numbers, and which of them people took."""

    merits: tuple[dict[str, float], ...]
    chosen: int


def choice_count(session: Session) -> int:
    """How often people may have chosen: approvals and edits. Cheap to ask, to see whether there are new ones."""
    approved = (CardEvent.type == "moved") & (CardEvent.after == CardState.APPROVED)
    counted = select(func.count()).select_from(CardEvent).where(approved | (CardEvent.type == "edited"))
    return session.scalar(counted) or 0


def title_choices(session: Session) -> list[Choice]:
    """Which offered title stands on each card that somebody approved, or that somebody gave another of them.

    A title in a person's own words chooses none. A card of which nobody said anything chooses none either.
    """
    touched = select(CardRevision.card_id).where(CardRevision.by.startswith("human:"))
    wanted = Card.served_revision.is_not(None) | Card.id.in_(touched)
    found = (_choice(session, card) for card in session.scalars(select(Card).where(wanted).order_by(Card.id)))
    return [one for one in found if one is not None]


def _choice(session: Session, card: Card) -> Choice | None:
    content = content_of(session, card)
    if content.title_by == MACHINE and card.served_revision is None:
        return None
    for number in range(card.revision, 0, -1):
        drafted = content_of(session, card, number)
        offered = (drafted.title, *drafted.title_choices)
        if session.get_one(CardRevision, (card.id, number)).by == MACHINE:
            if content.title not in offered or not len(offered) == len(drafted.title_merits) > 1:
                return None
            return Choice(drafted.title_merits, offered.index(content.title))
    return None


def _says_something(reason: str | None, *, kept: bool) -> bool:
    return kept or (reason in list(RejectionReason) and reason not in SAY_NOTHING)


def _on_cards(session: Session) -> Iterator[tuple[str, list[Place], bool]]:
    """Who judged a card last how, with the places behind the lines of the revision that they saw."""
    judged = select(CardEvent.card_id).where(CardEvent.type == "moved", CardEvent.after.in_(JUDGED))
    for card in session.scalars(select(Card).where(Card.id.in_(judged)).order_by(Card.id)):
        last: dict[str, CardEvent] = {}
        for event in card.events:
            if event.type == "moved" and event.after in JUDGED:
                last[event.by] = event
            elif event.before == CardState.REJECTED:
                last = {by: one for by, one in last.items() if one.after != CardState.REJECTED}
        for by, event in last.items():
            kept = event.after == CardState.APPROVED
            if _says_something(event.reason, kept=kept):
                yield by, _places(content_of(session, card, event.revision)), kept


def _places(content: CardContent) -> list[Place]:
    """Of all that the lines rest on."""
    used = {index for slot in LINE_SLOTS for line in content.lines(slot) for index in line.evidence}
    return [place_of(one) for one in content.evidence if one.index in used]
