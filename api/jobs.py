"""What people decide about a recording's work: stop it, try it again, take the recording back."""

from collections.abc import Sequence

from fastapi import Request
from sqlalchemy.orm import Session

from api import answers
from api.deps import Services, after_commit
from api.intake import discard
from models import consent, store
from models.access import Agreement, Caller
from models.consent import Withdrawal
from models.errors import Conflict, Gone
from models.tables import IN_WORK, Recording, RecordingState
from pipeline.jobs import RerunStage, begin_anew

STOPPED = (RecordingState.FAILED, RecordingState.CANCELLED)


def cancel(request: Request, session: Session, caller: Caller, recording_id: str, services: Services) -> Recording:
    """Stop the work; what was finished is kept. Raises NotFound, Gone, Conflict where nothing is at work."""
    row = _in_state(session, caller, recording_id, IN_WORK)
    store.set_state(session, row.id, RecordingState.CANCELLED)
    _stop_after_commit(request, services, row.id)
    return row


def retry(session: Session, caller: Caller, recording_id: str, services: Services) -> Recording:
    """Queue it again; what was finished is not done again. Raises NotFound, Gone, Conflict where it did not stop."""
    row = _in_state(session, caller, recording_id, STOPPED)
    attempt = store.next_attempt(session, row.id)
    if services.engine:
        services.engine.enqueue(session, row.id, attempt)
    return row


def rerun(
    session: Session,
    caller: Caller,
    recording_id: str,
    services: Services,
    stage: RerunStage,
    *,
    speakers: int | None = None,
) -> Recording:
    """Queue it to be done anew from a stage on; `speakers`: how many people speak, None: as was said before.

    Raises NotFound, Gone, Conflict where that cannot be done.
    """
    row = _in_state(session, caller, recording_id, (RecordingState.READY, *STOPPED))
    row.speakers = speakers or row.speakers
    attempt = begin_anew(session, row, stage)
    if services.engine:
        services.engine.enqueue(session, row.id, attempt)
    return row


def withdraw(request: Request, session: Session, caller: Caller, recording_id: str, services: Services) -> Withdrawal:
    """Take the recording back: its words now, its sound when that is committed. Raises NotFound."""
    row = store.get_recording(session, caller, recording_id)
    done = consent.withdraw(session, row, by=caller)
    answers.forget(session, row.id)
    _stop_after_commit(request, services, row.id)
    after_commit(request, lambda: discard(services.database, services.blobs, done.blobs))
    after_commit(request, services.database.checkpoint)  # the erased words leave the write-ahead log too
    return done


def agree(session: Session, caller: Caller, recording_id: str, agreements: Sequence[Agreement]) -> Recording:
    """Record what the experts agree to from now on. Raises NotFound, Gone, Invalid as the store does."""
    row = store.get_recording(session, caller, recording_id)
    consent.put_consent(session, row, agreements, by=caller)
    answers.forget(session, row.id)
    session.expire(row)
    return row


def _in_state(session: Session, caller: Caller, recording_id: str, wanted: tuple[RecordingState, ...]) -> Recording:
    row = store.get_recording(session, caller, recording_id)
    if row.state == RecordingState.WITHDRAWN:
        raise Gone("This recording was withdrawn.")
    if row.state not in wanted:
        names = " or ".join(state.value for state in wanted)
        raise Conflict(f"This recording is {row.state}; that works while it is {names}.")
    return row


def _stop_after_commit(request: Request, services: Services, recording_id: str) -> None:
    """Have the running job stopped once everybody can see why."""
    if engine := services.engine:
        after_commit(request, lambda: engine.cancel(recording_id))
