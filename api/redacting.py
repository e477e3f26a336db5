"""What people decide about words of a recording that may have to be hidden."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from api import answers
from models import store
from models.access import Caller
from models.documents import from_document
from models.errors import Forbidden, Gone, Invalid, NotFound, Stale
from models.redaction import Decision, decided, everywhere, reversed_words
from models.tables import RecordingState, TranscriptRevision
from models.transcripts import add_transcript, latest_revision
from models.values import RedactionState, Transcript


def decide(
    session: Session, caller: Caller, recording_id: str, decisions: Sequence[Decision], *, seen: str | None = None
) -> TranscriptRevision:
    """The revision after these decisions on the newest one; `seen` is the SHA-256 of the text that was looked at.

    Hidden is hidden from everybody, at once; only a manager shows words again. Raises NotFound, Gone; Stale where the
    text is another one by now, Invalid naming each decision that does not fit, Forbidden for who may not show words.
    """
    newest, transcript = read(session, caller, recording_id)
    if seen is not None and seen != newest.sha256:
        raise Stale("The transcript was changed meanwhile.", remedy="Reload the page and decide again.")
    after = decided(transcript, decisions, caller.signature)
    if not caller.role.can_manage and reversed_words(transcript, after):
        raise Forbidden("Only a manager shows words again that were hidden.")
    revision = add_transcript(session, recording_id, after, caller.signature)
    answers.forget(session, recording_id)
    return revision


def hide_everywhere(session: Session, caller: Caller, recording_id: str, words: str, kind: str | None) -> int:
    """Hide these words wherever they stand in the recording's transcript: in how many places that is.

    Raises Invalid where they stand nowhere; otherwise as `decide`.
    """
    _, transcript = read(session, caller, recording_id)
    places = everywhere(transcript, words)
    if not places:
        raise Invalid(
            f"“{words[:80]}” does not stand in the transcript.",
            remedy="Copy the words as they stand there, whole words.",
        )
    decide(session, caller, recording_id, [Decision(*place, RedactionState.ACCEPTED, kind) for place in places])
    return len(places)


def read(session: Session, caller: Caller, recording_id: str) -> tuple[TranscriptRevision, Transcript]:
    """The newest revision of a recording that the caller may see. Raises NotFound, Gone."""
    row = store.get_recording(session, caller, recording_id)
    if row.state == RecordingState.WITHDRAWN:
        raise Gone("This recording was withdrawn: its sound and words are gone.")
    newest = latest_revision(session, row.id)
    if newest is None:
        raise NotFound("This recording has no transcript yet.", remedy="Wait until it is ready.")
    return newest, from_document(Transcript, newest.document)
