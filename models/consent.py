"""What experts agree to, and what follows at once when they take it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import feed
from models.access import UNSAID_SCOPES, Agreement, Caller, Scope
from models.contents import content_of, rest_on, write_down
from models.documents import from_document
from models.erasing import erase, forget_proposals
from models.hiding import citing, mask_of_recording
from models.masking import sealed
from models.review import retire, touch
from models.store import agreed, consent_rows, living
from models.striking import emptied, resting, struck
from models.tables import (
    Card,
    CardEvent,
    CardState,
    Consent,
    FeedType,
    Recording,
    RecordingState,
    now,
)
from models.values import MACHINE, CardContent, Stance

REASON = "consent"  # on tombstones and events


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Ids of the cards that a narrower consent touched, in order."""

    retired: tuple[str, ...] = ()
    struck: tuple[str, ...] = ()  # lost what rested on the recording, and go on without


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What a withdrawal did, and the blobs that nothing names any more: delete them after the commit."""

    blobs: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    struck: tuple[str, ...] = ()


def put_consent(session: Session, recording: Recording, agreements: Sequence[Agreement], *, by: Caller) -> Narrowed:
    """What the experts agree to from now on, in place of what was said before; narrowing it acts at once.

    Who is named for the first time becomes an expert of the recording. Who is not named any more is as if nothing had
    been said, but agrees to no more than before. Raises Invalid for an unknown expert, one named twice, or a time
    without its zone; Gone for a withdrawn recording.
    """
    living(session, recording.id)
    before = {consent.expert_id: consent for consent in recording.consents}
    experts = list(dict.fromkeys([*before, *(agreement.expert_id for agreement in agreements)]))
    rows = consent_rows(session, experts, agreements, by=by)
    named = {agreement.expert_id for agreement in agreements}
    for row in rows:
        if row.expert_id not in named:
            _say_no_more(row, before[row.expert_id])
    recording.consents.clear()
    session.flush()
    recording.consents.extend(rows)
    session.flush()
    return narrow(session, recording, by=by.signature)


def _say_no_more(row: Consent, before: Consent) -> None:
    row.scopes = [scope.value for scope in UNSAID_SCOPES if scope.value in before.scopes]
    row.until = before.until


def narrow(session: Session, recording: Recording, *, by: str) -> Narrowed:
    """Let cards say and readers see no more than the recording's experts agree to now."""
    if not agreed(recording, Scope.QUOTE):
        forget_proposals(session, recording.id)
        return _take_back(session, citing(session, recording.id), recording.id, by=by, empty=True)
    if not agreed(recording, Scope.SHARE_FEED):
        served = [card for card in citing(session, recording.id) if card.served_revision is not None]
        return _take_back(session, served, recording.id, by=by, empty=False)
    return Narrowed()


def expire(session: Session, *, at: datetime | None = None) -> Narrowed:
    """Act on every consent whose `until` has passed; to be called now and then."""
    over = select(Consent.recording_id).where(Consent.until <= (at or now()))
    living_ones = select(Recording).where(Recording.id.in_(over), Recording.state != RecordingState.WITHDRAWN)
    done = [narrow(session, recording, by=MACHINE) for recording in session.scalars(living_ones).all()]
    retired = tuple(card for each in done for card in each.retired)
    return Narrowed(retired, tuple(card for each in done for card in each.struck))


def withdraw(session: Session, recording: Recording, *, by: Caller) -> Withdrawal:
    """Take everything back: words and sound go, cards that rest on this recording alone are retired and emptied.

    In other cards its evidence is struck, in every revision. Withdrawing twice does nothing more.
    """
    if recording.state == RecordingState.WITHDRAWN:
        return Withdrawal()
    touched = _take_back(session, citing(session, recording.id), recording.id, by=by.signature, empty=True)
    for consent in recording.consents:
        consent.scopes, consent.until = [], None
        consent.recorded_by, consent.recorded_at = by.id, now()
    blobs = erase(session, recording)
    return Withdrawal(blobs, touched.retired, touched.struck)


def _take_back(session: Session, cards: Sequence[Card], recording_id: str, *, by: str, empty: bool) -> Narrowed:
    """Retire the cards that rest on the recording alone, and strike it from the others.

    `empty`: the retired ones lose their words too.
    """
    retired: list[str] = []
    kept: list[str] = []
    for card in cards:
        resting_now = content_of(session, card, card.served_revision)
        left = struck(resting_now, recording_id)
        alone = left != resting_now and not resting(left)
        if card.state == CardState.RETIRED or alone:
            if retire(session, card, by=by, reason=REASON):
                retired.append(card.id)
            if empty:
                _strike(session, card, recording_id, empty=True)
        elif _strike(session, card, recording_id, empty=False):
            _tell_struck(session, card, by=by)
            kept.append(card.id)
        elif _dissents(session, card, recording_id, forget=empty):
            _tell_struck(session, card, by=by, type="dissent_struck")
    return Narrowed(tuple(retired), tuple(kept))


def _strike(session: Session, card: Card, recording_id: str, *, empty: bool) -> bool:
    """Take the recording out of every revision; `empty` leaves nothing in those that rested on it alone."""
    changed = False
    mask = mask_of_recording(session.get_one(Recording, recording_id))
    for revision in card.revisions:
        content = from_document(CardContent, revision.content)
        left = struck(content, recording_id)
        if left != content:
            write_down(session, revision, emptied(content) if empty and not resting(left) else sealed(left, mask))
            changed = True
    session.flush()
    return changed


def _dissents(session: Session, card: Card, recording_id: str, *, forget: bool) -> bool:
    """Whether the recording's experts say otherwise than the card; `forget`: that they do is not kept any more."""
    found = [one for one in card.sources if (one.recording_id, one.stance) == (recording_id, Stance.CONTRADICTS)]
    for source in found if forget else ():
        card.sources.remove(source)
        session.delete(source)
    return bool(found)


def _tell_struck(session: Session, card: Card, *, by: str, type: str = "evidence_struck") -> None:
    state = card.state.value
    event = CardEvent(type=type, before=state, after=state, revision=card.revision, by=by, reason=REASON)
    card.events.append(event)
    touch(card)
    rest_on(session, card)
    if card.served_revision is not None:
        feed.publish(session, card, FeedType.UPDATED)
