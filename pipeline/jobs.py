"""One attempt at a recording: its transactions, its questions to the worker, and what people are told meanwhile.

Nothing is written for a job that somebody cancelled, whose consent was taken back, or that another attempt followed:
every transaction begins by making sure that the recording is still the job's.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from models.db import Database
from models.errors import Cancelled, Conflict, TacitError
from models.stages import begin_stage, done_in, finish_stage, is_done, measured, supersede
from models.store import begin_again, set_progress, set_state
from models.tables import IN_WORK, Recording, RecordingState
from models.transcripts import drop_parts, latest_revision
from models.values import Seconds, Work
from pipeline.pace import FIRST_GUESS, OF_BOTH, OF_SOUND, OF_TEXT, Length, Pace, in_turns
from pipeline.protocols import Progress
from pipeline.remote import Worker

TELL_S = 1.0  # progress is written down at most so often
ALMOST = 0.99  # of the way, before it is at its end


class RerunStage(StrEnum):
    """From which stage on the work on a recording can be done anew."""

    TRANSCRIBE = "transcribe"  # hear the sound again, with the model chosen now
    DIARIZE = "diarize"  # tell again who speaks, in the words as they were heard
    MINE = "mine"  # look again for know-how in the words as they stand


@dataclass(frozen=True, slots=True)
class Job:
    """One attempt at a recording."""

    recording_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a stage, by its number and its share of the stage's work."""

    number: int = 0
    done: float = 0.0  # the share of all parts before it
    share: float = 1.0


WHOLE = Part()
NO_MODELS: Mapping[str, str] = MappingProxyType({})


class Clock:
    """Counts the seconds in which the worker is at something."""

    def __init__(self) -> None:
        self._counted = 0.0
        self._since: float | None = None

    def start(self) -> None:
        self._since = time.monotonic()

    def stop(self) -> None:
        self._counted, self._since = self.seconds, None

    @property
    def seconds(self) -> Seconds:
        """So far."""
        return self._counted + (0.0 if self._since is None else time.monotonic() - self._since)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one stage, or of a part of it."""

    id: int
    job: Job
    stage: str
    part: Part
    way: tuple[str, ...]
    length: Length  # of the whole recording
    earlier: Work  # that this attempt has done in other parts of the stage
    clock: Clock = field(default_factory=Clock)

    def seen(self, fraction: float) -> Work:
        """What this attempt has done of the stage, once that share of the part is done."""
        units = self.length.units(self.stage) * self.part.share * fraction
        return Work(self.earlier.units + units, self.earlier.seconds + self.clock.seconds)


def is_stopped(session: Session, job: Job) -> bool:
    """Whether the recording is not the job's any more. Once that is so, it stays so."""
    query = select(Recording.attempt, Recording.state).where(Recording.id == job.recording_id)
    row = session.execute(query).one_or_none()
    return row is None or row[0] != job.attempt or row[1] not in IN_WORK


def way_of(recording: Recording) -> tuple[str, ...]:
    """The stages that the work on a recording goes through, or went through before a part was done anew."""
    return OF_TEXT if recording.transcript_sha256 else OF_SOUND


def is_fresh(session: Session, recording: Recording, stage: str) -> bool:
    """Whether what the stage has kept is still good: it was not to be done anew, or it was since."""
    if recording.rerun_from is None or stage not in anew(recording):
        return True
    return is_done(session, recording.id, stage)


def anew(recording: Recording) -> tuple[str, ...]:
    """The stages that the newest re-run does; all, where there was none."""
    way = way_of(recording)
    first = "plan" if recording.rerun_from == RerunStage.TRANSCRIBE else recording.rerun_from
    return way if first is None else way[way.index(first) :]


def begin_anew(session: Session, recording: Recording, stage: RerunStage) -> int:
    """Queue the recording to be done anew from a stage on: the number of the new attempt.

    Raises Gone, and Conflict where there is nothing to begin with.
    """
    if stage != RerunStage.MINE and recording.transcript_sha256:
        raise Conflict(
            "the words of this recording were handed in, and not heard",
            remedy="Upload its sound alone, or correct the transcript.",
        )
    if stage == RerunStage.TRANSCRIBE:
        drop_parts(session, recording.id)
    elif latest_revision(session, recording.id) is None:
        raise Conflict("this recording has no transcript yet", remedy="Retry it, or have it heard again.")
    attempt = begin_again(session, recording.id, stage)
    supersede(session, recording.id, anew(recording))
    return attempt


class Desk:
    """Where jobs are worked at."""

    def __init__(self, database: Database, worker: Worker, models: Mapping[str, str] = NO_MODELS) -> None:
        """`models` names the model that does a stage; what was measured with another one tells nothing of its speed."""
        self._database = database
        self._worker = worker
        self._models = models
        self._pace = Pace()
        self._left: dict[Job, Seconds | None] = {}  # work that is left on what is under way
        with database.reading() as session:
            for stage, model, work in measured(session):
                if stage in FIRST_GUESS and model == self._model(stage):
                    self._pace.learn(stage, work)

    @contextmanager
    def owned(self, job: Job) -> Iterator[tuple[Session, Recording]]:
        """A transaction on a recording that is still the job's. Raises Cancelled where it is not."""
        with self._database.writing() as session:
            recording = session.get(Recording, job.recording_id)
            if recording is None or recording.attempt != job.attempt or recording.state not in IN_WORK:
                self.leave(job)
                raise Cancelled
            yield session, recording

    def is_stopped(self, job: Job) -> bool:
        """As the function, in a transaction of its own."""
        with self._database.reading() as session:
            return is_stopped(session, job)

    def unfinished(self) -> list[Job]:
        """The jobs that recordings wait for."""
        query = select(Recording.id, Recording.attempt).where(Recording.state.in_(IN_WORK))
        with self._database.reading() as session:
            return [Job(*row) for row in session.execute(query)]

    def fail(self, job: Job, error: TacitError) -> None:
        """Say on the recording what went wrong; nothing where it is not the job's any more."""
        with suppress(Cancelled), self.owned(job) as (session, recording):
            set_state(session, recording.id, RecordingState.FAILED, problem=error.problem())
        self.leave(job)

    def leave(self, job: Job) -> None:
        """Nobody has to wait for this one any more."""
        self._left.pop(job, None)

    def begin(self, session: Session, recording: Recording, stage: str, length: Length, part: Part = WHOLE) -> Run:
        """Write down that a stage begins, or a part of it."""
        run = Run(
            id=begin_stage(session, recording.id, stage, number=part.number),
            job=Job(recording.id, recording.attempt),
            stage=stage,
            part=part,
            way=anew(recording) if stage in anew(recording) else OF_BOTH,
            length=length,
            earlier=done_in(session, recording.id, stage, recording.attempt),
        )
        self._show(session, recording, run, 0.0)
        return run

    def finish(self, session: Session, run: Run, *, at: datetime | None = None) -> None:
        """Write down that it is (or was, `at`) done, in the transaction that keeps what came of it."""
        work = Work(run.length.units(run.stage) * run.part.share, run.clock.seconds)
        finish_stage(session, run.id, work, model=self._model(run.stage), at=at)
        self._pace.learn(run.stage, work)

    def ask(self, run: Run, call: str, arguments: dict[str, Any]) -> Any:
        """What the worker answers. Raises Cancelled about a second after the recording ceased to be the job's."""
        try:
            return self._worker.call(
                call,
                arguments,
                begun=run.clock.start,
                progress=self._told(run),
                cancelled=lambda: self.is_stopped(run.job),
            )
        finally:
            run.clock.stop()

    def _model(self, stage: str) -> str:
        return self._models.get(stage, "")

    def _told(self, run: Run) -> Progress:
        last = time.monotonic()

        def told(fraction: float) -> None:
            nonlocal last
            if time.monotonic() - last >= TELL_S:
                with (
                    suppress(OperationalError),
                    self.owned(run.job) as (session, recording),
                ):  # tells, and decides nothing
                    self._show(session, recording, run, fraction)
                last = time.monotonic()

        return told

    def _show(self, session: Session, recording: Recording, run: Run, fraction: float) -> None:
        """What was promised is not taken back, and the last step is taken by what says that the recording is ready."""
        done = run.part.done + run.part.share * fraction
        outlook = self._pace.outlook(run.way, run.stage, done, run.length, seen=run.seen(fraction))
        self._left[run.job] = outlook.left_s
        others = [left for job, left in self._left.copy().items() if job != run.job]
        eta_s = None if outlook.left_s is None else in_turns(outlook.left_s, others)
        further = max(recording.fraction, min(ALMOST, outlook.fraction))
        set_progress(session, recording.id, run.stage, further, eta_s=eta_s)
