"""What other cards mean for a card: more evidence, or a contradiction to look at. Proposed, and decided by people."""

from collections.abc import Collection as AnyOf
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from models.contents import content_of
from models.drafts import NewLink
from models.offers import put
from models.rewording import joined
from models.tables import LIVELY, Card, CardRevision, Proposal, ProposalKind, ProposalState, Recording

KINDS = {  # of a link → what it proposes
    "same_as": ProposalKind.EVIDENCE,
    "refines": ProposalKind.EVIDENCE,
    "contradicts": ProposalKind.CONTRADICTS,
}


def propose_links(session: Session, links: Sequence[NewLink]) -> list[Proposal]:
    """What cards that another interview brought would do to those that they are linked to; the new proposals.

    A card that says the same goes to one card, where it would be evidence: to an approved one first, then to the
    nearest. One that may say otherwise is set beside each. Where a card went on in another one, that one is meant.
    """
    found = []
    for link in _worth_proposing(session, links):
        card, other = session.get_one(Card, link.to_id), session.get_one(Card, link.card_id)
        if new := propose_other(session, card, other, KINDS[link.kind]):
            found.append(new)
    return found


def propose_answers(session: Session, recording: Recording, cards: Sequence[Card]) -> list[Proposal]:
    """What the recording's cards would add to the card whose question it answers, if it does; the new proposals."""
    if recording.answers_gap is None:
        return []
    gaps = func.json_each(CardRevision.content, "$.gaps").table_valued("value")
    asking = select(Card).join(
        CardRevision, and_(CardRevision.card_id == Card.id, CardRevision.number == Card.revision)
    )
    asked = asking.join(gaps, func.json_extract(gaps.c.value, "$.id") == recording.answers_gap)
    card = session.scalars(asked.where(Card.state.in_(LIVELY)).order_by(Card.id)).first()
    others = [one for one in cards if card is not None and one.id != card.id and one.state in LIVELY]
    offered = [propose_other(session, card, other, ProposalKind.EVIDENCE) for other in others if card is not None]
    return [new for new in offered if new is not None]


def _worth_proposing(session: Session, links: Sequence[NewLink]) -> list[NewLink]:
    """The links that lead to cards in use, each to the heir, and of those that say the same the best one a card."""
    telling = [link for link in links if link.kind in KINDS]
    cards = {link.to_id: _heir(session, link.to_id) for link in telling}
    living = [
        replace(link, to_id=cards[link.to_id].id)
        for link in telling
        if cards[link.to_id].state in LIVELY and cards[link.to_id].id != link.card_id
    ]
    served = {card.id for card in cards.values() if card.served_revision is not None}
    living.sort(key=lambda link: (link.card_id, KINDS[link.kind], link.to_id not in served, -link.score, link.to_id))
    one_each = {(one.card_id, _place(one)): one for one in reversed(living)}
    return list(reversed(one_each.values()))


def _place(link: NewLink) -> str:
    """Evidence has one place to go to; what contradicts has as many as it contradicts."""
    return link.to_id if KINDS[link.kind] == ProposalKind.CONTRADICTS else ""


def _heir(session: Session, card_id: str) -> Card:
    """The card, or the one in which it goes on."""
    card = session.get_one(Card, card_id)
    seen = {card.id}
    while card.superseded_by is not None and card.superseded_by not in seen:
        card = session.get_one(Card, card.superseded_by)
        seen.add(card.id)
    return card


def turn_round(session: Session, card: Card) -> None:
    """Now that the card is approved, offer it the evidence that it was to be for cards that are not."""
    asked = select(Proposal).where(Proposal.other_id == card.id, Proposal.kind == ProposalKind.EVIDENCE)
    for proposal in session.scalars(asked.where(Proposal.state == ProposalState.OPEN)).all():
        other = session.get_one(Card, proposal.card_id)
        if other.served_revision is None:
            session.delete(proposal)
            session.flush()
            propose_other(session, card, other, ProposalKind.EVIDENCE)


def propose_other(session: Session, card: Card, other: Card, kind: ProposalKind) -> Proposal | None:
    """A proposal of what the other card means for this one: more evidence, or a contradiction to look at."""
    content = content_of(session, card)
    said = content_of(session, other, other.served_revision)  # of an approved card, what was approved
    recording_id = next((one.recording_id for one in said.evidence), None)
    if recording_id is None:
        return None
    would = joined(content, said) if kind == ProposalKind.EVIDENCE else content
    recording = session.get_one(Recording, recording_id)
    again = recording_id in {source.recording_id for source in card.sources}
    why = _said_by(recording, kind, again=again, asked={gap.id for gap in content.gaps})
    return put(session, card, kind, recording_id, content, would, why, other)


def _said_by(recording: Recording, kind: ProposalKind, *, again: bool, asked: AnyOf[str]) -> str:
    """Who says so, and where; `again`: in the interview that the card rests on. `asked` are the card's gaps."""
    names = [consent.expert.name for consent in recording.consents]
    who = " and ".join(names) or "Somebody"
    if kind == ProposalKind.EVIDENCE and recording.answers_gap in asked:
        return f"{who} answer{'' if len(names) > 1 else 's'} a question of this card in “{recording.title}”."
    if kind == ProposalKind.EVIDENCE:
        same = f"{'say' if len(names) > 1 else 'says'} about the same{' once more' if again else ''}"
        return f"{who} {same} in “{recording.title}”."
    return f"{who} may say otherwise {'elsewhere ' if again else ''}in “{recording.title}”: check these two."
