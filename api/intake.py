"""What is handed in: told apart, checked before anything is kept of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from models.blobs import Blob, Blobs
from models.db import Database
from models.errors import Invalid, TooLarge, Unreadable
from models.tables import Recording, RecordingState
from models.values import Seconds
from pipeline import imports, media
from pipeline.readers import Readers
from pipeline.settings import Settings


@dataclass(frozen=True, slots=True)
class Received:
    """One file as it came; `name` is the caller's, to be shown and never used as a path."""

    name: str
    blob: Blob


@dataclass(frozen=True, slots=True)
class Upload:
    """A sound file, a transcript, or a sound file with its transcript; each of them can be used."""

    file: Received
    sound: Received | None
    transcript: Received | None
    media_type: str | None = None
    duration_s: Seconds | None = None
    warnings: tuple[str, ...] = ()


def check(file: Received, transcript: Received | None, *, blobs: Blobs, settings: Settings, readers: Readers) -> Upload:
    """What came, told apart by its content. Reads sound only as far as that is quick.

    Raises Unreadable, Unsupported or TooLarge where something could not be used later, Invalid for two transcripts.
    """
    if file.blob.size == 0:
        raise Unreadable(f"“{file.name}” is empty: it has no bytes.")
    head = read_head(blobs, file.blob)
    if media.sniff(head) is None and imports.looks_like_transcript(file.name, head):
        if transcript is not None:
            raise Invalid("“file” is a transcript already, and so is “transcript”.", remedy="Send one of them alone.")
        return Upload(file, None, file, warnings=check_transcript(file, blobs, settings, readers))
    found = readers.check(blobs.path(file.blob.sha256), file.name, max_duration_s=settings.max_duration_s)
    warnings = found.warnings
    if transcript is not None:
        warnings += check_transcript(transcript, blobs, settings, readers)
    return Upload(file, file, transcript, found.media_type, found.duration_s, warnings)


def check_transcript(file: Received, blobs: Blobs, settings: Settings, readers: Readers) -> tuple[str, ...]:
    """What the transcript's reader warns of. Raises what `read_transcript` raises, and TooLarge."""
    if file.blob.size > settings.max_transcript_bytes:
        raise TooLarge(
            f"“{file.name}” has {file.blob.size:,} bytes; a transcript may have {settings.max_transcript_bytes:,}."
        )
    return readers.warnings(blobs.path(file.blob.sha256), file.name)


def read_head(blobs: Blobs, blob: Blob) -> bytes:
    with blobs.path(blob.sha256).open("rb") as stored:
        return stored.read(media.HEAD_BYTES)


def discard(database: Database, blobs: Blobs, shas: Iterable[str]) -> None:
    """Delete those blobs that no recording names (any more).

    Inside of a writing transaction, so that nobody can begin to name one meanwhile: who is about to looks there
    whether it still exists.
    """
    wanted = sorted(set(shas))
    if not wanted:
        return
    with database.writing() as session:
        for sha256 in wanted:
            named = (Recording.media_sha256 == sha256) | (Recording.transcript_sha256 == sha256)
            living = Recording.state != RecordingState.WITHDRAWN
            if session.scalar(select(Recording.id).where(named, living).limit(1)) is None:
                blobs.delete(sha256)
