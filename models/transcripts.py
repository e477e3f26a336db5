"""Transcripts: immutable revisions, and the parts that Whisper has heard so far."""

from collections.abc import Collection as AnyOf
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.tables import TranscriptRevision
from models.values import Clip, Transcript


@dataclass(frozen=True, slots=True)
class PlannedPart:
    """One group of windows: the unit of listening."""

    number: int
    windows: tuple[Clip, ...]


def plan_parts(session: Session, recording_id: str, groups: Sequence[Sequence[Clip]]) -> list[PlannedPart]:
    """Write down what is to be heard; a plan that is there already stays, with what was heard. Raises Gone."""
    raise NotImplementedError


def planned_parts(session: Session, recording_id: str) -> list[PlannedPart]:
    """The whole plan in order; empty where there is none."""
    raise NotImplementedError


def pending_parts(session: Session, recording_id: str) -> list[PlannedPart]:
    """The parts that nobody has heard, in order."""
    raise NotImplementedError


def save_part(session: Session, recording_id: str, number: int, heard: Transcript) -> None:
    """Keep what was heard in one part; the first to say so wins. Raises NotFound for a part not planned, Gone."""
    raise NotImplementedError


def heard_parts(session: Session, recording_id: str) -> list[Transcript]:
    """What was heard so far, in order of the parts."""
    raise NotImplementedError


def add_transcript(session: Session, recording_id: str, transcript: Transcript, by: str) -> TranscriptRevision:
    """A new revision; none is made where the newest says exactly the same (that one is given). Raises NotFound, Gone.

    `by` is MACHINE, or a caller's signature.
    """
    raise NotImplementedError


def latest_revision(session: Session, recording_id: str) -> TranscriptRevision | None:
    """The newest revision's row: number, sha256, by, created_at."""
    raise NotImplementedError


def latest_transcript(session: Session, recording_id: str) -> Transcript | None:
    """The newest revision; None where there is none yet, or the consent was taken back."""
    raise NotImplementedError


def transcript_by_sha(session: Session, recording_id: str, sha256: str) -> Transcript | None:
    """The newest revision of the recording with that text."""
    raise NotImplementedError


def texts_of(session: Session, shas: AnyOf[str]) -> Mapping[str, str]:
    """SHA-256 → text, of those that are still kept."""
    raise NotImplementedError
