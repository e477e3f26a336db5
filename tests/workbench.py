"""A data directory with an engine, and what a test does with them."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from models.access import Caller, Role
from models.blobs import Blobs
from models.db import Database, upgrade
from models.store import NewRecording, add_recording
from models.tables import CardSource, Recording, RecordingState, StageRun
from models.transcripts import add_transcript
from models.values import MACHINE
from pipeline import imports, turns, worker
from pipeline.jobs import Job
from pipeline.protocols import silent
from pipeline.remote import Worker
from pipeline.settings import Settings
from pipeline.tools import Tools
from pipeline.way import Way
from pipeline.workflow import Engine, Queue

MANAGER = Caller("m", "manager", Role.ADMIN)
DONE = (RecordingState.READY, RecordingState.FAILED, RecordingState.CANCELLED, RecordingState.WITHDRAWN)

INTERVIEW = """Interviewer: How do you decide that a hive is about to swarm?
Keeper: You can hear it before you see it. The hum gets deeper, like a lorry that idles two streets away.
Keeper: If the bees hang below the entrance in the evening although it is cool, I open the hive the next morning.
Keeper: I look for queen cells at the edge of the comb, because those in the middle only replace an old queen.
Interviewer: And what do beginners get wrong?
Keeper: Beginners cut out every cell they find, and then the colony stands there without a queen.
Keeper: Never cut the last cell unless you have seen eggs. Without eggs you just know that she is gone.
Interviewer: Is there a time when you leave them alone?
Keeper: When the lime trees flower I do nothing, except in a thunderstorm, since they are too busy to leave.
"""


class Bench:
    """A started engine, and what a test does with it."""

    def __init__(self, directory: Path, **chosen: Any) -> None:
        self.settings = Settings(data_dir=directory, threads=1, **chosen)
        directory.mkdir(parents=True, exist_ok=True)
        upgrade(self.settings.database_url)
        self.database = Database(self.settings.database_url)
        self.blobs = Blobs(self.settings.blob_dir)
        self.engine = Engine(self.settings, self.database)

    def upload(self, text: str | bytes, name: str = "interview.txt", **known: Any) -> NewRecording:
        blob = self.blobs.write([text.encode() if isinstance(text, str) else text], 10**8)
        given = {"transcript_sha256": blob.sha256, "transcript_name": name} | known
        return NewRecording(title="t", sha256=blob.sha256, file_name=name, **given)

    def sound(self, path: Path) -> NewRecording:
        """A sound file that nobody has written down."""
        new = self.upload(path.read_bytes(), path.name, transcript_sha256=None, transcript_name=None)
        return replace(new, media_sha256=new.sha256, media_type="audio/mp4", duration_s=60.0)

    def hand_in(self, new: NewRecording, engine: Engine | Queue | None = None) -> str:
        with self.database.writing() as session:
            recording = add_recording(session, new, by=MANAGER)
            (engine or self.engine).enqueue(session, recording.id, recording.attempt)
            return recording.id

    def row(self, recording_id: str) -> Recording:
        with self.database.reading() as session:
            return session.get_one(Recording, recording_id)

    def wait(self, recording_id: str, until: Callable[[Recording], bool], within_s: float = 240.0) -> Recording:
        deadline = time.monotonic() + within_s
        while not until(row := self.row(recording_id)):
            assert time.monotonic() < deadline, f"{row.state} in stage {row.stage}: {row.problem}"
            time.sleep(0.05)
        return row

    def done(self, recording_id: str) -> Recording:
        return self.wait(recording_id, lambda row: row.state in DONE)

    def count(self, kind: Any, recording_id: str) -> int:
        with self.database.reading() as session:
            return session.scalar(select(func.count()).where(kind.recording_id == recording_id)) or 0

    def stages(self, recording_id: str) -> list[tuple[str, int, int]]:
        with self.database.reading() as session:
            query = select(StageRun).where(StageRun.recording_id == recording_id, StageRun.seconds.is_not(None))
            return [(run.stage, run.number, run.attempt) for run in session.scalars(query.order_by(StageRun.id))]

    def cards(self, recording_id: str) -> list[str]:
        with self.database.reading() as session:
            query = select(CardSource.card_id).where(CardSource.recording_id == recording_id)
            return sorted(session.scalars(query))

    def close(self) -> None:
        self.engine.stop()
        self.database.engine.dispose()


class Here(Worker):
    """Answers in this process, with models that are loaded already."""

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools.settings)
        self._tools = tools

    def call(self, name: str, arguments: Mapping[str, Any], **told: Any) -> Any:
        return worker.CALLS[name](dict(arguments), self._tools, silent)


def mined(database: Database, way: Way, text: str, sha256: str) -> Job:
    """A recording that was worked at until its drafts are to be made."""
    with database.writing() as session:
        new = NewRecording(title=sha256, sha256=sha256, file_name="a.txt", transcript_sha256=sha256)
        recording_id = add_recording(session, new, by=MANAGER).id
        said = turns.with_roles(imports.read_transcript(text.encode(), "a.txt"))
        add_transcript(session, recording_id, said, MACHINE)
    job = Job(recording_id, 1)
    way.begin(job)
    way.mine(job)
    way.place(job)
    return job
