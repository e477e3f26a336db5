"""Evidence that a person picks from a transcript."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from models.access import Caller
from models.editing import NewEvidence
from models.errors import FieldError, Invalid, NotFound
from models.store import get_recording
from models.transcripts import latest_transcript, transcript_by_sha
from models.values import Evidence, Transcript


def cite(
    session: Session, wanted: Sequence[NewEvidence], *, by: Caller
) -> tuple[tuple[Evidence, ...], set[str | None]]:
    """The evidence that a person names, and the collections of its recordings.

    Raises Invalid, naming each that is not there for the caller.
    """
    found: list[Evidence] = []
    errors: list[FieldError] = []
    collections: set[str | None] = set()
    for index, sent in enumerate(wanted):
        place = f"/evidence/{index}"
        try:
            recording = get_recording(session, by, sent.recording_id)
        except NotFound as error:
            errors.append(FieldError(f"{place}/recording_id", error.detail))
            continue
        transcript = _transcript(session, sent)
        if transcript is None or not sent.start_char < sent.end_char <= len(transcript.text):
            errors.append(FieldError(place, "does not lie within a transcript of that recording"))
            continue
        collections.add(recording.collection_id)
        found.append(cited(index, recording.id, transcript, sent.start_char, sent.end_char))
    if errors:
        raise Invalid("; ".join(error.detail for error in errors), errors=errors)
    return tuple(found), collections


def _transcript(session: Session, sent: NewEvidence) -> Transcript | None:
    if sent.transcript_sha256 is None:
        return latest_transcript(session, sent.recording_id)
    return transcript_by_sha(session, sent.recording_id, sent.transcript_sha256)


def cited(index: int, recording_id: str, transcript: Transcript, start_char: int, end_char: int) -> Evidence:
    """Characters of a transcript as evidence: verbatim, with the seconds and the doubts of their words."""
    words = transcript.words_in(start_char, end_char)
    sure = [word.confidence for word in words if word.confidence is not None]
    return Evidence(
        index=index,
        recording_id=recording_id,
        transcript_sha256=transcript.sha256,
        start_char=start_char,
        end_char=end_char,
        quote=transcript.text[start_char:end_char],
        start_s=words[0].start_s if words else None,
        end_s=words[-1].end_s if words else None,
        speaker=transcript.turn_at(start_char).speaker if transcript.turns else None,
        confidence=sum(sure) / len(sure) if sure else None,
        suspect=any(word.suspect for word in words),
    )
