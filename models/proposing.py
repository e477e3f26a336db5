"""What corrected words, later runs and other interviews would change on cards.

It is written down for people, and never applied by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.cards import draft_id, stamped
from models.citing import cited
from models.contents import content_of
from models.documents import from_document
from models.echoes import propose_other
from models.identity import homes
from models.offers import drop, opened, put, said
from models.retracing import Tracer
from models.rewording import edits, recited, redrafted, texts
from models.tables import LIVELY, Card, CardSource, Proposal, ProposalKind, ProposalState
from models.transcripts import latest_transcript
from models.values import CardContent, Draft, Evidence, SpeakerRole

ALIKE = 0.4  # of the letters: less than that, and other words are in that place
MOST_NAMED = 3  # changes that a reason names

LISTENED = "Somebody has listened: words that were in doubt are not any more."
REDRAFTED = "Looking at the interview again, the machine would draft this card differently."
INTERVIEWER = "Words that it rests on are the interviewer's, as the transcript says now."
GONE = "Words that it rests on are not in the transcript any more."
NOTHING_LEFT = " Nothing else carries the card: reject or retire it, rather than accept this."


@dataclass(frozen=True, slots=True)
class Reading:
    """A card's evidence, compared with the newest revisions of its transcripts."""

    now: Mapping[int, Evidence]  # by its index: what can be cited there today
    changed: frozenset[int]  # of these, what reads differently
    lost: frozenset[int]  # what nobody says there any more
    asked: frozenset[int]  # what the interviewer says there now


def propose(session: Session, recording_id: str) -> list[Proposal]:
    """Compare the cards that rest on a recording with the newest revision of its transcript; the new proposals.

    To be called after every new revision. A card whose evidence reads as it did is not touched at all; a proposal
    that the new revision makes pointless goes.
    """
    reader = _Reader(session)
    resting = select(CardSource.card_id).where(CardSource.recording_id == recording_id)
    cards = session.scalars(select(Card).where(Card.id.in_(resting), Card.state.in_(LIVELY)).order_by(Card.id))
    return [new for card in cards.all() if (new := _propose_words(session, card, recording_id, reader))]


def propose_drafts(session: Session, recording_id: str, drafts: Sequence[Draft]) -> list[Proposal]:
    """Compare cards with what a later run has drafted in their place; the new proposals.

    Nothing is proposed where title and lines would stay, or the machine drafted the same before.
    """
    reader = _Reader(session)
    found = []
    drafted = {draft_id(draft): stamped(draft.content) for draft in drafts}
    for name, card_id in homes(session, recording_id, drafts).items():
        card = session.get_one(Card, card_id)
        if card.state in LIVELY and (new := _propose_draft(session, card, recording_id, drafted[name], reader)):
            found.append(new)
    return found


def refresh(session: Session, card: Card) -> None:
    """Make the card's open proposals anew, for the revision that it has now; and those that it is the occasion of."""
    reader = _Reader(session)
    for proposal in opened(session, card):
        if proposal.base_revision == card.revision:
            continue
        if proposal.other_id is not None:
            propose_other(session, card, session.get_one(Card, proposal.other_id), proposal.kind)
        elif proposal.kind == ProposalKind.CONTENT:
            drafted = from_document(CardContent, proposal.content)
            _propose_draft(session, card, proposal.recording_id, drafted, reader)
        else:
            _propose_words(session, card, proposal.recording_id, reader)
    occasioned = select(Proposal).where(Proposal.other_id == card.id, Proposal.state == ProposalState.OPEN)
    for proposal in session.scalars(occasioned).all():
        propose_other(session, session.get_one(Card, proposal.card_id), card, proposal.kind)


class _Reader:
    """Reads evidence again, each recording's newest revision once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tracers: dict[str, Tracer | None] = {}

    def read(self, content: CardContent) -> Reading:
        now: dict[int, Evidence] = {}
        changed, lost, asked = set(), set(), set()
        for one in content.evidence:
            tracer = self._tracer(one.recording_id)
            if tracer is None:
                continue
            span = tracer.span(one)
            again = cited(one.index, one.recording_id, tracer.to, *span) if span else None
            if span is None or again is None or not _alike(one.quote, again.quote):
                lost.add(one.index)
            elif _is_asked(tracer, one, span[0]):
                asked.add(one.index)
            else:
                now[one.index] = replace(again, question=one.question)
                if again.quote != one.quote or (one.suspect and not again.suspect):
                    changed.add(one.index)
        return Reading(now, frozenset(changed), frozenset(lost), frozenset(asked))

    def _tracer(self, recording_id: str) -> Tracer | None:
        if recording_id not in self._tracers:
            newest = latest_transcript(self._session, recording_id)
            self._tracers[recording_id] = Tracer(self._session, recording_id, newest) if newest else None
        return self._tracers[recording_id]


def _alike(old: str, new: str) -> bool:
    matcher = SequenceMatcher(None, old.casefold(), new.casefold(), autojunk=False)
    return old == new or matcher.ratio() >= ALIKE


def _is_asked(tracer: Tracer, evidence: Evidence, start_char: int) -> bool:
    """Whether the interviewer says it now, who did not when it was cited."""
    if not tracer.to.turns or tracer.to.turn_at(start_char).role != SpeakerRole.INTERVIEWER:
        return False
    before = tracer.cited(evidence)
    was = before.turn_at(evidence.start_char).role if before and before.turns else None
    return was != SpeakerRole.INTERVIEWER


def _propose_words(session: Session, card: Card, recording_id: str, reader: _Reader) -> Proposal | None:
    """A proposal of what the card would say in the words of today."""
    content = content_of(session, card)
    reading = reader.read(content)
    gone = reading.lost | reading.asked
    new = recited(content, {index: reading.now[index] for index in reading.changed}, gone)
    kind, other = ProposalKind.WORDING, ProposalKind.UNSUPPORTED
    if gone:
        kind, other = other, kind
    drop(session, card, other)
    why = _lost_because(reading, new) if gone else _changed_because(content, reading)
    return put(session, card, kind, recording_id, content, new, why)


def _changed_because(content: CardContent, reading: Reading) -> str:
    """Which words read differently, the first of them."""
    found: dict[str, None] = {}
    for one in content.evidence:
        if one.index in reading.changed:
            new = reading.now[one.index].quote
            for edit in edits(one.quote, one.quote, new):
                found[f"“{one.quote[edit.start : edit.end].strip()}” reads “{edit.text.strip()}”"] = None
    if not found:
        differ = any(
            reading.now[one.index].quote != one.quote for one in content.evidence if one.index in reading.changed
        )
        return "The transcript was corrected: marks and spaces differ." if differ else LISTENED
    named = ", ".join(list(found)[:MOST_NAMED])
    return f"The transcript reads differently now: {named}{' and more' if len(found) > MOST_NAMED else ''}."


def _lost_because(reading: Reading, left: CardContent) -> str:
    why = INTERVIEWER if reading.asked else GONE
    return why if any(texts(left).values()) or left.metaphors else why + NOTHING_LEFT


def _propose_draft(
    session: Session, card: Card, recording_id: str, drafted: CardContent, reader: _Reader
) -> Proposal | None:
    """A proposal of what the card would say if it were drafted now."""
    content = content_of(session, card)
    today, first = (_today(each, reader) for each in (content, content_of(session, card, 1)))
    again = _today(drafted, reader)
    new = redrafted(today, again, first)
    same = (said(new) == said(today), said(again) == said(first))
    return put(session, card, ProposalKind.CONTENT, recording_id, content, content if any(same) else new, REDRAFTED)


def _today(content: CardContent, reader: _Reader) -> CardContent:
    """The content in the words of today."""
    reading = reader.read(content)
    return recited(content, reading.now, reading.lost | reading.asked)
