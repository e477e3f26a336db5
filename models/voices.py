"""Who else speaks about what a card says: the same, more, or otherwise. Told beside the card, both ways of a link."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import library
from models.access import Caller, Scope
from models.cards import CardExpert, CardView
from models.errors import Gone, NotFound
from models.hiding import mask_of_recordings
from models.store import agreed
from models.tables import LIVELY, Card, CardLink, PassageRow, Recording
from models.values import Stance

SAME, REFINES, REFINED, CONTRADICTS, RELATED = "same_as", "refines", "refined_by", "contradicts", "related"
AGREEING = (SAME, REFINES, REFINED)
MOST_VOICES = 20


@dataclass(frozen=True, slots=True)
class Voice:
    """Another card, and what it has to do with this one."""

    card: CardView
    kind: str  # same_as, refines (this one says more), refined_by (that one does), contradicts, related
    why: str  # by what it was seen: condition, exception, reason, number, negation, opposite; "" for nothing of these
    score: float
    here: str | None  # the statements that were compared; None where the caller may not read them
    there: str | None
    recordings: frozenset[str]  # that the other card rests on


@dataclass(frozen=True, slots=True)
class Heard:
    """How many people said so, in how many recordings."""

    experts: int
    recordings: int


@dataclass(frozen=True, slots=True)
class _Own:
    """Who supports or contradicts the card already, by what people accepted, and where."""

    experts: Sequence[CardExpert]
    recordings: set[str]


@dataclass(frozen=True, slots=True)
class Voices:
    """What others say: first what contradicts, then what agrees, then what is related; each nearest first."""

    voices: tuple[Voice, ...]
    same: Heard  # with the card's own
    otherwise: Heard


def voices(session: Session, caller: Caller, view: CardView) -> Voices:
    """What the caller may know of what others say about the same thing; at most twenty other cards.

    Cards that people rejected or retired have no voice.
    """
    card = session.get_one(Card, view.id)
    touching = select(CardLink).where(or_(CardLink.card_id == card.id, CardLink.to_id == card.id))
    order = (CardLink.score.desc(), CardLink.card_id, CardLink.to_id)
    found: list[Voice] = []
    for link in session.scalars(touching.order_by(*order)):
        if (voice := _voice(session, caller, card, link)) is not None:
            found.append(voice)
        if len(found) == MOST_VOICES:
            break
    by_stance = {
        stance: _Own(
            [expert for expert in view.experts if expert.stance == stance],
            {source.recording_id for source in card.sources if source.stance == stance},
        )
        for stance in Stance
    }
    agreeing = [voice for voice in found if voice.kind in AGREEING]
    against = [voice for voice in found if voice.kind == CONTRADICTS]
    rest = [voice for voice in found if voice.kind == RELATED]
    return Voices(
        (*against, *agreeing, *rest),
        _heard(agreeing, by_stance[Stance.SUPPORTS]),
        _heard(against, by_stance[Stance.CONTRADICTS]),
    )


def _voice(session: Session, caller: Caller, card: Card, link: CardLink) -> Voice | None:
    newer = link.card_id == card.id
    try:
        other = library.find_card(session, caller, link.to_id if newer else link.card_id)
    except (NotFound, Gone):
        return None
    if other.state not in LIVELY:
        return None
    here, there = (link.statement, link.to_statement) if newer else (link.to_statement, link.statement)
    kind = REFINED if link.kind == REFINES and not newer else link.kind
    if link.kind == SAME and link.why:  # the older one says more
        kind = REFINED if newer else REFINES
    return Voice(
        card=library.view(session, caller, other),
        kind=kind,
        why=link.why,
        score=link.score,
        here=_statement(session, caller, card, here),
        there=_statement(session, caller, other, there),
        recordings=frozenset(source.recording_id for source in other.sources),
    )


def _statement(session: Session, caller: Caller, card: Card, number: int | None) -> str | None:
    """What was said there, for who may read the whole card, and while its experts agree to be quoted."""
    passage = session.get(PassageRow, card.id)
    if number is None or passage is None or not library.sees_newest(session, caller, card):
        return None
    said = passage.statements or []
    if number >= len(said) or not agreed(session.get_one(Recording, passage.recording_id), Scope.QUOTE):
        return None
    mask = mask_of_recordings(session, {passage.recording_id, *(source.recording_id for source in card.sources)})
    return mask(str(said[number]))


def _heard(voices: Sequence[Voice], own: _Own) -> Heard:
    people = {expert.id for expert in own.experts}
    people |= {expert.id for voice in voices for expert in voice.card.experts if expert.stance == Stance.SUPPORTS}
    return Heard(len(people), len(own.recordings.union(*(voice.recordings for voice in voices))))
