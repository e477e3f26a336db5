"""An installation to ask over HTTP: real application, real database, real files; keys of every role."""

import atexit
import io
import wave
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from api.app import create_app
from models import accounts, drafts, store, transcripts
from models.access import Caller, Role
from models.blobs import Blobs
from models.db import Database
from models.proposing import propose
from models.tables import Base, Card, RecordingState
from models.values import (
    MACHINE,
    CardContent,
    CardKind,
    Draft,
    Evidence,
    Line,
    Metaphor,
    Passage,
    SpeakerRole,
    Transcript,
    Turn,
)
from pipeline.readers import Readers
from pipeline.settings import Settings

API = "/api/v1"
READERS = Readers()  # of all installations: a process for each of them would take longer than most tests
atexit.register(READERS.close)
ASKED = "How do you know that the glaze is dry?"
TOLD = (
    "I tap the pot, and when it rings like a small bell it is dry. "
    "If it sounds dull, wait until the morning, because damp glaze crawls in the fire."
)
VTT = f"""WEBVTT

00:00:00.000 --> 00:00:03.000
<v Ivo>{ASKED}

00:00:03.500 --> 00:00:12.000
<v Mara>{TOLD}
"""


def tone(seconds: float = 2.0, rate: int = 16_000) -> bytes:
    """A WAV file with a quiet hum in it."""
    samples = 0.2 * np.sin(2 * np.pi * 220 * np.arange(int(seconds * rate)) / rate)
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return written.getvalue()


def two_turns(timed: bool = True) -> Transcript:
    """One question and its answer."""
    text = f"{ASKED}\n{TOLD}"
    times = ((0.0, 0.5), (0.5, 2.0)) if timed else ((None, None), (None, None))
    return Transcript(
        text=text,
        turns=(
            Turn("Ivo", SpeakerRole.INTERVIEWER, 0, len(ASKED), *times[0]),
            Turn("Mara", SpeakerRole.EXPERT, len(ASKED) + 1, len(text), *times[1]),
        ),
    )


def drafted(recording_id: str, transcript: Transcript, *quotes: str, timed: bool = True, rank: float = 0.9) -> Draft:
    """A draft whose judgment rests on the quotes, which stand in the transcript."""
    starts = [transcript.text.index(quote) for quote in quotes]
    evidence = tuple(
        Evidence(
            index=index,
            recording_id=recording_id,
            transcript_sha256=transcript.sha256,
            start_char=start,
            end_char=start + len(quote),
            quote=quote,
            start_s=0.6 if timed else None,
            end_s=1.4 if timed else None,
            speaker="Mara",
            question=ASKED,
            reasons=("near to “perceptual cue”", f"cue: “{quote}”"),
        )
        for index, (start, quote) in enumerate(zip(starts, quotes, strict=True))
    )
    content = CardContent(
        kind=CardKind.CUE,
        title=f"When {quotes[0].split()[0].lower()} says dry",
        title_choices=("A dry pot rings",),
        judgment=tuple(Line(quote, (index,)) for index, quote in enumerate(quotes)),
        metaphors=(Metaphor("rings like a small bell", "simile", "bell", "pot", (0,)),),
        evidence=evidence,
    )
    end = starts[-1] + len(quotes[-1])
    return Draft(content, Passage((0,), starts[0], end, " ".join(quotes)), rank, True)


@dataclass
class Jobs:
    """Writes down what it is asked to do, as an engine would before it does it."""

    queued: list[tuple[str, int]] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    running: bool = False

    def enqueue(self, session: Any, recording_id: str, attempt: int) -> None:
        self.queued.append((recording_id, attempt))

    def cancel(self, recording_id: str) -> None:
        self.cancelled.append(recording_id)

    def start(self) -> None:
        self.running = True

    def stop(self) -> None:
        self.running = False


@dataclass
class House:
    """One installation."""

    settings: Settings
    database: Database
    blobs: Blobs
    app: FastAPI
    jobs: Jobs

    @classmethod
    def build(cls, database: Database, root: Path, **choices: Any) -> "House":
        settings = Settings(data_dir=root, **choices)
        blobs, jobs = Blobs(settings.blob_dir), Jobs()
        return cls(settings, database, blobs, create_app(settings, database, blobs, READERS, jobs), jobs)

    def key(self, role: Role, *, expert: str | None = None, collections: Sequence[str] | None = None) -> str:
        """The secret of a new key; `expert` is a name."""
        with self.database.writing() as session:
            stands_for = store.find_or_add_expert(session, expert).id if expert else None
            return accounts.create_key(session, role.value, role, expert_id=stands_for, collections=collections)[1]

    def caller(self, role: Role) -> Caller:
        """Somebody of that role, as the store knows them."""
        return Caller("caller", "Caller", role)

    def client(self, role: Role | None = None, **bound: Any) -> TestClient:
        """A client with a key of that role; without one where it is None."""
        headers = {"Authorization": f"Bearer {self.key(role, **bound)}"} if role else {}
        return TestClient(self.app, base_url=f"http://testserver{API}/", headers=headers, follow_redirects=False)

    def recording(self, *, consent: str | None = "all", sound: bool = True, **fields: Any) -> str:
        """The id of a ready recording of Mara with its transcript, handed in over HTTP."""
        content = ("talk.wav", tone()) if sound else ("talk.vtt", VTT.encode())
        form = {"experts": "Mara", "title": "Glazing"} | ({"consent": consent} if consent else {}) | fields
        answer = self.client(Role.MANAGER).post("recordings", files={"file": content}, data=form)
        assert answer.status_code in (200, 202), answer.text
        recording_id: str = answer.json()["id"]
        with self.database.writing() as session:
            transcripts.add_transcript(session, recording_id, two_turns(timed=sound), MACHINE)
            store.set_state(session, recording_id, RecordingState.READY)
        return recording_id

    def cards(self, recording_id: str, *quotes: str, timed: bool = True, why_late: tuple[str, ...] = ()) -> list[str]:
        """Ids of drafts, one a quote, best first."""
        made = [
            replace(
                drafted(recording_id, two_turns(timed), quote, timed=timed, rank=0.9 - place / 10), why_late=why_late
            )
            for place, quote in enumerate(quotes)
        ]
        with self.database.writing() as session:
            rows: list[Card] = drafts.add_drafts(
                session, recording_id, made, vectors=np.eye(len(made), 8, dtype=np.float32)
            )
            return [row.id for row in rows]

    def card(self, **fields: Any) -> str:
        """The id of a draft that is ready to be approved."""
        return self.cards(self.recording(**fields), "when it rings like a small bell it is dry")[0]

    def correct(self, recording_id: str, told: str) -> None:
        """Let somebody correct what Mara said in a recording with sound."""
        said = two_turns()
        text = f"{ASKED}\n{told}"
        turns = (said.turns[0], replace(said.turns[1], end_char=len(text)))
        with self.database.writing() as session:
            transcripts.add_transcript(session, recording_id, replace(said, text=text, turns=turns), "human:1")
            propose(session, recording_id)

    def contents(self) -> dict[str, Any]:
        """What is kept: rows of every table, and files."""
        files = sorted(path.name for path in self.settings.blob_dir.rglob("*") if path.is_file())
        with self.database.reading() as session:
            rows = {
                table.name: session.scalar(select(func.count()).select_from(table))
                for table in Base.metadata.sorted_tables
            }
        return {"files": files, **rows}
