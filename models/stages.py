"""How long each stage took, and the proof that nothing was done twice."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.errors import NotFound
from models.store import living
from models.tables import StageRun, now
from models.values import Seconds


def begin_stage(session: Session, recording_id: str, stage: str, *, number: int = 0) -> int:
    """Write down that a stage begins (or one of its parts): the run's id. Raises NotFound, Gone."""
    recording = living(session, recording_id)
    run = StageRun(recording_id=recording.id, stage=stage, number=number, attempt=recording.attempt)
    session.add(run)
    session.flush()
    return run.id


def finish_stage(session: Session, run_id: int, *, at: datetime | None = None) -> Seconds:
    """Write down that the run is done (was done `at`), once: how long it took. Raises NotFound."""
    run = session.get(StageRun, run_id)
    if run is None:
        raise NotFound(f"there is no run {run_id} of a stage")
    if run.seconds is None:
        run.seconds = ((at or now()) - run.started_at).total_seconds()
    return run.seconds


def timings(session: Session, recording_ids: Sequence[str]) -> dict[str, dict[str, Seconds]]:
    """Recording id → stage → seconds of all its finished runs, in order of their beginning."""
    query = (
        select(StageRun.recording_id, StageRun.stage, func.sum(StageRun.seconds))
        .where(StageRun.recording_id.in_(recording_ids), StageRun.seconds.is_not(None))
        .group_by(StageRun.recording_id, StageRun.stage)
        .order_by(func.min(StageRun.id))
    )
    found: dict[str, dict[str, Seconds]] = {each: {} for each in recording_ids}
    for recording_id, stage, seconds in session.execute(query):
        found[recording_id][stage] = seconds or 0.0
    return found
