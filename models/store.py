"""Recordings, their experts and collections: who sees them, and how far each one is."""

from collections.abc import Collection as AnyOf
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.access import Agreement, Caller, Scope
from models.paging import LIMIT, Page
from models.tables import Collection, Expert, Recording, RecordingState
from models.values import Seconds


@dataclass(frozen=True, slots=True)
class NewRecording:
    """What is known of an upload that was checked and stored."""

    title: str
    sha256: str  # of what was uploaded as `file`
    file_name: str
    media_sha256: str | None = None  # blob of the sound
    media_type: str | None = None
    transcript_sha256: str | None = None  # blob of a transcript file
    transcript_name: str | None = None
    collection_id: str | None = None
    language: str | None = None
    vocabulary: str | None = None
    duration_s: Seconds | None = None
    warnings: tuple[str, ...] = ()
    experts: tuple[str, ...] = ()  # ids, in the order in which they were named
    agreements: tuple[Agreement, ...] = ()  # what was said about consent; nothing said: UNSAID_SCOPES


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cards rest on a recording."""

    cards: int = 0
    first: int = 0  # offered at once
    approved: int = 0  # served now


# Experts and collections


def find_or_add_expert(session: Session, name: str) -> Expert:
    """The expert of that name; a new one where there is none."""
    raise NotImplementedError


def find_or_add_collection(session: Session, name: str) -> Collection:
    """The collection of that name; a new one where there is none."""
    raise NotImplementedError


def add_expert(session: Session, name: str) -> Expert:
    """A new expert; two may bear the same name."""
    raise NotImplementedError


def add_collection(session: Session, name: str) -> Collection:
    """A new collection. Raises Conflict for a name that is taken."""
    raise NotImplementedError


def get_expert(session: Session, caller: Caller, expert_id: str) -> Expert:
    """One expert. Raises NotFound; an expert sees only themselves, a reader nobody."""
    raise NotImplementedError


def get_collection(session: Session, caller: Caller, collection_id: str) -> Collection:
    """One collection. Raises NotFound where it is not among the caller's."""
    raise NotImplementedError


def list_experts(session: Session, caller: Caller, *, cursor: str | None = None, limit: int = LIMIT) -> Page[Expert]:
    """Experts by name."""
    raise NotImplementedError


def list_collections(
    session: Session, caller: Caller, *, cursor: str | None = None, limit: int = LIMIT
) -> Page[Collection]:
    """The caller's collections by name."""
    raise NotImplementedError


def rename_expert(session: Session, caller: Caller, expert_id: str, name: str) -> Expert:
    """Another name for the same person. Raises NotFound, Invalid."""
    raise NotImplementedError


# Recordings


def add_recording(session: Session, new: NewRecording, *, by: Caller) -> Recording:
    """A recording that waits for its job, with a consent row for every expert.

    Raises Invalid for an expert or collection that is not there, Forbidden for a collection that is not the caller's.
    """
    raise NotImplementedError


def get_recording(session: Session, caller: Caller, recording_id: str) -> Recording:
    """One recording, withdrawn ones too. Raises NotFound where the caller may not see it."""
    raise NotImplementedError


def list_recordings(
    session: Session,
    caller: Caller,
    *,
    state: RecordingState | None = None,
    expert: str | None = None,
    collection: str | None = None,
    cursor: str | None = None,
    limit: int = LIMIT,
) -> Page[Recording]:
    """The recordings that the caller may see, newest first; none for a reader."""
    raise NotImplementedError


def same_upload(
    session: Session, caller: Caller, sha256: str, *, transcript_sha256: str | None = None
) -> Recording | None:
    """The first recording of the same bytes (and transcript file) that the caller may see and that was not withdrawn."""
    raise NotImplementedError


def counts(session: Session, recording_ids: AnyOf[str]) -> dict[str, Counts]:
    """How many cards rest on each of the recordings."""
    raise NotImplementedError


def living(session: Session, recording_id: str) -> Recording:
    """A recording to work on. Raises NotFound; Gone where it was withdrawn, so that running work stops."""
    raise NotImplementedError


def set_state(
    session: Session, recording_id: str, state: RecordingState, *, problem: Mapping[str, Any] | None = None
) -> Recording:
    """Say how far the recording is; `problem` ({"detail", "remedy"}) goes with FAILED, and is cleared by any other.

    Raises NotFound, Gone.
    """
    raise NotImplementedError


def set_progress(
    session: Session, recording_id: str, stage: str, fraction: float, *, eta_s: Seconds | None = None
) -> None:
    """Where the work is; `fraction` is of the whole way, 0..1. Raises NotFound, Gone."""
    raise NotImplementedError


def add_warnings(session: Session, recording_id: str, warnings: Iterable[str]) -> None:
    """Add plain sentences to the recording's warnings, each once. Raises NotFound, Gone."""
    raise NotImplementedError


def set_duration(session: Session, recording_id: str, duration_s: Seconds) -> None:
    """How long the sound is. Raises NotFound, Gone."""
    raise NotImplementedError


def next_attempt(session: Session, recording_id: str) -> int:
    """Queue the recording again: the number of the new attempt. Raises NotFound, Gone."""
    raise NotImplementedError


def agreed(recording: Recording, scope: Scope, *, at: datetime | None = None) -> bool:
    """Whether every expert of the recording agrees to `scope` (now, unless `at` says when).

    With no experts named, nothing was said: UNSAID_SCOPES.
    """
    raise NotImplementedError


# Stages


def begin_stage(session: Session, recording_id: str, stage: str, *, number: int = 0) -> int:
    """Write down that a stage begins (or one of its parts): the run's id. Raises NotFound, Gone."""
    raise NotImplementedError


def finish_stage(session: Session, run_id: int) -> Seconds:
    """Write down that the run is done: how long it took."""
    raise NotImplementedError


def timings(session: Session, recording_ids: Sequence[str]) -> dict[str, dict[str, Seconds]]:
    """Recording id → stage → seconds of all its finished runs, in order of their beginning."""
    raise NotImplementedError
