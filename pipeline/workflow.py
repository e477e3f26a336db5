"""The way of a recording, durable: who queues, who executes, and what is done again after a crash.

Only this module knows the engine (DBOS). Its rows hold ids and small numbers; what the stages make is kept in our own
tables, so that a stage which is there is not done again, whichever attempt asks for it.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Event, Lock, Thread
from typing import TypeVar, cast

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer, StepOptions
from dbos import error as dbos_error
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from models.blobs import Blobs
from models.db import Database, open_dbos_engine
from models.errors import Busy, Cancelled, TacitError
from pipeline.jobs import Desk, Job, is_stopped
from pipeline.learning import Learner
from pipeline.lock import DirectoryLock
from pipeline.pace import models_of
from pipeline.remote import Halted, Worker
from pipeline.settings import Settings
from pipeline.way import SOUND, TEXT, Way
from pipeline.wire import RETRY

T = TypeVar("T")

LOG = logging.getLogger(__name__)

APPLICATION = "tacit"
VERSION = "1"  # of the order of the steps; the default, a hash of the code, strands pending work at every change
EXECUTOR = "embedded"
QUEUE = "pipeline"
PROCESS = "process"
POLL_S = 0.25
CONCURRENT = 8  # recordings under way at once: a short one does not wait for a long one; the worker serves all
RECOVERIES = 50  # how often one attempt may be taken up again after the server died; then it has failed
SWEEP_S = 15.0
LEARN_S = 60.0  # how often it is asked whether there is something to learn

GRACE_S = 5  # for the transactions under way when the server goes down
UNDER_WAY = ("ENQUEUED", "DELAYED", "PENDING")

ONE_A_PROCESS = Lock()  # DBOS is

TRANSIENT = (OperationalError, OSError)  # may pass by itself: a locked database, a full disk
RETRIES: StepOptions = {
    "retries_allowed": True,
    "max_attempts": 5,
    "interval_seconds": 1.0,
    "backoff_rate": 2.0,
    "should_retry": lambda error: isinstance(error, TRANSIENT),
}


def workflow_id(job: Job) -> str:
    return f"{job.recording_id}-{job.attempt}"


def job_of(workflow: str) -> Job:
    """The job of a `workflow_id`."""
    recording_id, _, attempt = workflow.rpartition("-")
    return Job(recording_id, int(attempt))


def given_up(state: str) -> TacitError:
    """Why a recording waits for nothing: the engine's own word for what became of its job."""
    return TacitError(
        f"the work ended without a result ({state.lower().replace('_', ' ')})",
        remedy=RETRY,
    )


class Queue:
    """Puts recordings in line. Whoever executes takes them from there: this process, or another one beside it."""

    def __init__(self, database: Database) -> None:
        DBOS.migrate(database.url)
        self._database = database
        self.engine = open_dbos_engine(database.url)
        self._client = DBOSClient(
            system_database_engine=self.engine,
            application_name=APPLICATION,
            serializer=DBOSPortableJSONSerializer(),
            retry_connection_errors=False,
        )

    def enqueue(self, session: Session, recording_id: str, attempt: int) -> None:
        """Put the recording's job into the session's transaction: both are kept, or neither."""
        self._client.enqueue_in_transaction(
            session,
            {
                "workflow_name": PROCESS,
                "queue_name": QUEUE,
                "workflow_id": workflow_id(Job(recording_id, attempt)),
                "app_version": VERSION,
            },
            recording_id,
            attempt,
        )

    def cancel(self, recording_id: str) -> None:
        """Take the jobs of a stopped recording out of the line. Call it outside of any transaction.

        Work under way stops by itself, within two seconds, once the recording's row says so.
        """
        waiting = self._client.list_workflows(
            workflow_id_prefix=f"{recording_id}-", status="ENQUEUED", load_input=False, load_output=False
        )
        with self._database.reading() as session:
            stopped = [one.workflow_id for one in waiting if is_stopped(session, job_of(one.workflow_id))]
        self._client.cancel_workflows(stopped)

    def state(self, job: Job) -> str | None:
        """What became of a job, in the engine's words; None where there is none."""
        found = self._client.list_workflows(workflow_ids=[workflow_id(job)], load_input=False, load_output=False)
        return str(found[0].status) if found else None

    def close(self) -> None:
        """Let go of the database."""
        self._client.destroy()
        self.engine.dispose()


class Stopped(Exception):
    """Nothing more is to be done for this job; the recording's row says why."""


class Process:
    """The stages of a job as durable steps, in their order."""

    def __init__(self, way: Way, desk: Desk, ending: Event) -> None:
        self._way = way
        self._desk = desk
        self._ending = ending

    def run(self, recording_id: str, attempt: int) -> None:
        """Take the recording as far as it goes; called again after a crash, go on behind the last finished step."""
        job = Job(recording_id, attempt)
        try:
            self._stages(job)
        except Stopped:
            return
        except Exception as error:
            LOG.exception("recording %s, attempt %s", recording_id, attempt)
            cause = error.errors[-1] if isinstance(error, dbos_error.DBOSMaxStepRetriesExceeded) else error
            told = TacitError(f"{type(cause).__name__}: {cause}", remedy=RETRY)
            self._step(job, "fail", lambda _: self._desk.fail(job, told))

    def _stages(self, job: Job) -> None:
        way = self._way
        source = self._step(job, "begin", way.begin)
        if source == SOUND or (source == TEXT and self._step(job, "import", way.read)):
            for number in range(self._step(job, "plan", way.plan)):
                self._step(job, f"transcribe-{number}", partial(way.listen, number=number))
            self._step(job, "assemble", way.assemble)
        self._step(job, "redact", way.redact)
        if self._step(job, "mine", way.mine):
            self._step(job, "embed", way.place)
            self._step(job, "draft", way.draft)
        self._step(job, "finish", way.finish)

    def _step(self, job: Job, name: str, stage: Callable[[Job], T]) -> T:
        """What the stage gives, or gave when it was done before. Raises Stopped where there is nothing more to do."""

        def attempted() -> dict[str, T | bool]:
            if self._ending.is_set():
                raise Halted
            try:
                return {"result": stage(job)}
            except Cancelled:
                return {"stopped": True}
            except TacitError as error:
                self._desk.fail(job, error)
                return {"stopped": True}

        options: StepOptions = {**RETRIES, "name": name}
        outcome = DBOS.run_step(options, attempted)
        if "stopped" in outcome:
            raise Stopped
        return cast(T, outcome["result"])


class Engine:
    """Executes the jobs of a data directory: one engine a directory, and one started engine a process."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._queue = Queue(database)
        self._lock = DirectoryLock(settings.data_dir)
        self._ending = Event()
        self._worker = Worker(settings)
        self._desk = Desk(database, self._worker, models_of(settings))
        self._way = Way(self._desk, Blobs(settings.blob_dir), settings)
        self._started = False
        self._sweeper = Thread(target=self._sweep_now_and_then, name="sweeper", daemon=True)
        self._learner = Learner(database) if settings.learn_from_verdicts else None
        self._learning = Thread(target=self._learn_now_and_then, name="learner", daemon=True)

    def enqueue(self, session: Session, recording_id: str, attempt: int) -> None:
        """Put the recording's job into the session's transaction: both are kept, or neither."""
        self._queue.enqueue(session, recording_id, attempt)

    def cancel(self, recording_id: str) -> None:
        """As `Queue.cancel`."""
        self._queue.cancel(recording_id)

    def start(self) -> None:
        """Begin to execute, what a dead process left behind first. Raises Busy where another process executes."""
        if not ONE_A_PROCESS.acquire(blocking=False):
            raise Busy("another engine runs in this process")
        try:
            self._lock.acquire()
        except Busy:
            ONE_A_PROCESS.release()
            raise
        self._started = True
        try:
            self._launch()
        except BaseException:
            self.stop()
            raise
        self._sweeper.start()
        self._learning.start()

    def stop(self) -> None:
        """Stop executing, within a few seconds; the next start goes on behind the last finished step. Final."""
        self._ending.set()
        self._worker.close()
        if self._started:
            self._started = False
            DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=GRACE_S)
            self._lock.release()
            ONE_A_PROCESS.release()
        self._queue.close()

    def _launch(self) -> None:
        DBOS(
            config={
                "name": APPLICATION,
                "system_database_engine": self._queue.engine,
                "executor_id": EXECUTOR,
                "application_version": VERSION,
                "serializer": DBOSPortableJSONSerializer(),
                "log_level": "WARNING",
                "notification_listener_polling_interval_sec": 1.0,
            }
        )
        process = Process(self._way, self._desk, self._ending)

        @DBOS.workflow(name=PROCESS, max_recovery_attempts=RECOVERIES)
        def run(recording_id: str, attempt: int) -> None:
            process.run(recording_id, attempt)

        DBOS.listen_queues([QUEUE])
        DBOS.launch()
        DBOS.register_queue(
            QUEUE, worker_concurrency=CONCURRENT, polling_interval_sec=POLL_S, on_conflict="always_update"
        )

    def _sweep_now_and_then(self) -> None:
        while not self._ending.is_set():
            try:
                self._sweep()
            except OperationalError:
                LOG.warning("the jobs could not be looked through", exc_info=True)
            self._ending.wait(SWEEP_S)

    def _learn_now_and_then(self) -> None:
        """In a thread of its own: no recording waits for it. What a crash cuts off is due again at the next look."""
        while self._learner is not None and not self._ending.wait(LEARN_S):
            try:
                self._learner.look()
            except Exception:  # the drafts go on without it, and the log says why
                LOG.warning("nothing was learnt from the verdicts", exc_info=True)

    def _sweep(self) -> None:
        """No recording waits for a job that is not there, or that the engine has given up."""
        for job in self._desk.unfinished():
            state = self._queue.state(job)
            if state is None:
                with suppress(Cancelled), self._desk.owned(job) as (session, _):
                    self.enqueue(session, job.recording_id, job.attempt)
            elif state not in UNDER_WAY:
                self._desk.fail(job, given_up(state))
