"""Rows become CardViews: a page of cards at a time, each transcript read once."""

from collections.abc import Collection as AnyOf
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from models.access import Scope
from models.answering import answers, with_answers
from models.cards import CardExpert, CardView, Link, Verdict, marks
from models.documents import from_document
from models.hiding import card_mask, cited_in, hidden_by_recording
from models.judging import Judged, judged_lines, text_of
from models.masking import Mask, masked
from models.store import agreed
from models.tables import (
    Card,
    CardEvent,
    CardRevision,
    CardSource,
    CardState,
    Consent,
    LineVerdict,
    Recording,
    VerdictKind,
)
from models.thesaurus import resolved
from models.transcripts import listened_to, newest_shas, texts_of
from models.values import CardContent, Stance

JUDGED = (CardState.APPROVED, CardState.REJECTED, CardState.RETIRED)


@dataclass(frozen=True, slots=True)
class Shown:
    """A card and the revision to show; `served`: to somebody who sees only what was approved."""

    card: Card
    revision: CardRevision
    served: bool


def surroundings() -> tuple[ORMOption, ...]:
    """What a query for cards loads beside them, so that `build` asks for nothing one by one."""
    recordings = selectinload(Card.sources).joinedload(CardSource.recording)
    experts = recordings.selectinload(Recording.consents).joinedload(Consent.expert)
    return experts, selectinload(Card.events), selectinload(Card.links), selectinload(Card.verdicts)


def build(session: Session, shown: Sequence[Shown]) -> list[CardView]:
    """The views, in order."""
    stored = [from_document(CardContent, one.revision.content) for one in shown]
    given = answers(session, {gap.id for content in stored for gap in content.gaps})
    contents = [with_answers(content, given) for content in stored]
    evidence = [each for content in contents for each in content.evidence]
    newest = newest_shas(session, {each.recording_id for each in evidence})
    texts = texts_of(session, {each.transcript_sha256 for each in evidence} | set(newest.values()))
    listened = listened_to(session, evidence)
    targets = {link.to_id for one in shown if one.served for link in one.card.links}
    served = set(session.scalars(select(Card.id).where(Card.id.in_(targets), Card.served_revision.is_not(None))))
    masks = _masks(session, shown, contents)
    judged = judged_lines(session, [row for one in shown if not one.served for row in one.card.verdicts])
    named = resolved(session, {concept for content in contents for concept in content.concepts})
    return [
        CardView(
            id=one.card.id,
            revision=one.revision.number,
            state=state_of(one.card, one.revision.number),
            content=masked(_named_now(content, named), mask),
            marks=marks(content, texts, newest, listened),  # of the words that were said, not of those shown
            rank=one.card.rank,
            first=one.card.first,
            why_late=None if one.served else _why_late(one.card),
            version=one.card.version,
            served_revision=one.card.served_revision,
            collection_id=one.card.collection_id,
            experts=_experts(one, mask),
            owner=one.card.owner and mask(one.card.owner),
            verified_at=one.card.verified_at,
            due_at=one.card.due_at,
            due=_due(one.card),
            superseded_by=one.card.superseded_by,
            links=_links(one.card, served if one.served else None),
            verdicts=_verdicts(one, judged, mask),
            created_at=one.card.created_at,
            updated_at=one.card.verified_at if one.served else one.card.updated_at,
        )
        for one, content, mask in zip(shown, contents, masks, strict=True)
    ]


def _named_now(content: CardContent, named: Mapping[str, str | None]) -> CardContent:
    """The content with the concepts that its own were merged into, and without those that are none."""
    heirs = (named[concept] for concept in content.concepts)
    return replace(content, concepts=tuple(dict.fromkeys(heir for heir in heirs if heir)))


def _masks(session: Session, shown: Sequence[Shown], contents: Sequence[CardContent]) -> list[Mask]:
    """What hides words on each card: those of every recording that it cites or rests on."""
    rested = [
        cited_in(content) | {source.recording_id for source in one.card.sources}
        for one, content in zip(shown, contents, strict=True)
    ]
    hidden = hidden_by_recording(session, {each for recordings in rested for each in recordings})
    return [card_mask(content, hidden, recordings) for content, recordings in zip(contents, rested, strict=True)]


def state_of(card: Card, number: int) -> CardState:
    """Where a revision stands: the newest as the card does; an older one as it was left."""
    if number == card.revision:
        return card.state
    if number == card.served_revision:
        return CardState.APPROVED
    return next((CardState(event.after) for event in reversed(card.events) if event.revision == number), card.state)


def _why_late(card: Card) -> str | None:
    """What was noted when the machine drafted it."""
    return next((event.note for event in card.events if event.type == "drafted"), None)


def _due(card: Card) -> bool:
    """Whether the card's time is over, and the feed told so."""
    return card.due_at is not None and any(e.type == "due" and e.at >= card.due_at for e in card.events)


def _experts(one: Shown, mask: Mask) -> tuple[CardExpert, ...]:
    """The experts of the recordings that the card rests on or that say otherwise, each once.

    Who does both is shown as saying otherwise; who did not agree to be shared, to nobody who reads what is served.
    """
    found: dict[str, CardExpert] = {}
    for source in sorted(one.card.sources, key=lambda source: source.stance, reverse=True):
        if source.stance == Stance.CONTRADICTS and one.served and not agreed(source.recording, Scope.SHARE_FEED):
            continue
        for consent in source.recording.consents:
            found[consent.expert_id] = CardExpert(consent.expert_id, mask(consent.expert.name), source.stance)
    return tuple(sorted(found.values(), key=lambda expert: (expert.name, expert.id)))


def _links(card: Card, known: AnyOf[str] | None) -> tuple[Link, ...]:
    """The card's links; those to `known` cards only, where somebody may not know of all."""
    return tuple(
        Link(link.to_id, link.kind, link.score, link.by) for link in card.links if known is None or link.to_id in known
    )


def _verdicts(one: Shown, judged: Mapping[str, tuple[CardContent, Judged]], mask: Mask) -> tuple[Verdict, ...]:
    """What people decided, oldest first; outside the review nobody reads more than that the served one was approved."""
    found = [_verdict(event, mask) for event in one.card.events if event.type == "moved" and event.after in JUDGED]
    if one.served:
        approved = [each for each in found if each.to == CardState.APPROVED and each.revision == one.revision.number]
        return tuple(replace(each, reason=None, note=None) for each in approved)
    lines = [_line_verdict(row, judged, mask) for row in one.card.verdicts]
    return tuple(sorted([*found, *lines], key=lambda verdict: verdict.at))


def _verdict(event: CardEvent, mask: Mask) -> Verdict:
    to, note = CardState(event.after), event.note and mask(event.note)
    kind = VerdictKind.ACCEPT if to == CardState.APPROVED else VerdictKind.REJECT
    return Verdict(to, event.revision, event.by, event.at, event.reason, note, kind)


def _line_verdict(row: LineVerdict, judged: Mapping[str, tuple[CardContent, Judged]], mask: Mask) -> Verdict:
    line = mask(text_of(judged[row.id][1])) if row.id in judged else None
    note = row.note and mask(row.note)
    return Verdict(None, row.revision, row.by, row.at, row.reason, note, row.verdict, row.id, row.slot, line)
