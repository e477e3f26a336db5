"""How long each stage took, how fast it went, and the proof that nothing was done twice."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models.errors import NotFound
from models.store import living
from models.tables import StageRun, now
from models.values import Seconds, Work

MOST_RUNS = 2000  # that are looked through for what was measured: some hundred recordings


def begin_stage(session: Session, recording_id: str, stage: str, *, number: int = 0) -> int:
    """Write down that a stage begins (or one of its parts): the run's id. Raises NotFound, Gone."""
    recording = living(session, recording_id)
    run = StageRun(recording_id=recording.id, stage=stage, number=number, attempt=recording.attempt)
    session.add(run)
    session.flush()
    return run.id


def finish_stage(session: Session, run_id: int, work: Work, *, model: str = "", at: datetime | None = None) -> Seconds:
    """Write down that the run is done (was done `at`), once, and what work it was: how long it took.

    `work.seconds` are without waiting for other recordings. Raises NotFound.
    """
    run = session.get(StageRun, run_id)
    if run is None:
        raise NotFound(f"there is no run {run_id} of a stage")
    if run.seconds is None:
        run.seconds = ((at or now()) - run.started_at).total_seconds()
        run.units, run.busy_s, run.model = work.units, work.seconds, model
    return run.seconds


def is_done(session: Session, recording_id: str, stage: str, *, attempt: int | None = None) -> bool:
    """Whether the stage was finished, in that attempt or in any; not where it is to be done anew."""
    finished = select(StageRun.id).where(
        StageRun.recording_id == recording_id, StageRun.stage == stage, StageRun.seconds.is_not(None)
    )
    return session.scalar(finished.where(StageRun.attempt == attempt if attempt else StageRun.attempt > 0)) is not None


def done_in(session: Session, recording_id: str, stage: str, attempt: int) -> Work:
    """What the attempt has done of a stage so far, in finished parts."""
    sums = select(func.sum(StageRun.units), func.sum(StageRun.busy_s))
    units, seconds = session.execute(
        sums.where(StageRun.recording_id == recording_id, StageRun.stage == stage, StageRun.attempt == attempt)
    ).one()
    return Work(units or 0.0, seconds or 0.0)


def supersede(session: Session, recording_id: str, stages: Sequence[str]) -> None:
    """Let the stages count as not done."""
    runs = (StageRun.recording_id == recording_id, StageRun.stage.in_(stages))
    session.execute(update(StageRun).where(*runs).values(attempt=0))


def measured(session: Session) -> list[tuple[str, str, Work]]:
    """Stage, model and work of the last finished runs, oldest first."""
    newest = select(StageRun).where(StageRun.units > 0, StageRun.seconds.is_not(None))
    rows = session.scalars(newest.order_by(StageRun.id.desc()).limit(MOST_RUNS)).all()
    return [(run.stage, run.model or "", Work(run.units or 0.0, run.busy_s or 0.0)) for run in reversed(rows)]


def timings(session: Session, recording_ids: Sequence[str]) -> dict[str, dict[str, Seconds]]:
    """Recording id → stage → seconds of its finished runs, in order of their beginning."""
    query = (
        select(StageRun.recording_id, StageRun.stage, func.sum(StageRun.seconds))
        .where(StageRun.recording_id.in_(recording_ids), StageRun.seconds.is_not(None), StageRun.attempt > 0)
        .group_by(StageRun.recording_id, StageRun.stage)
        .order_by(func.min(StageRun.id))
    )
    found: dict[str, dict[str, Seconds]] = {each: {} for each in recording_ids}
    for recording_id, stage, seconds in session.execute(query):
        found[recording_id][stage] = seconds or 0.0
    return found
