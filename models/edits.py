"""Corrections as they are kept: each makes a transcript revision, and is made again on what a machine hears later."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.access import Caller
from models.anchors import Edit, anchored
from models.correcting import corrected
from models.corrections import Correction
from models.documents import from_document, to_document
from models.errors import Conflict, Forbidden, NotFound, Stale
from models.proposing import propose
from models.redaction import Decision, decided, reversed_words
from models.replaying import replayed
from models.store import present
from models.tables import IN_WORK, TranscriptEdit, TranscriptRevision
from models.transcripts import add_transcript, latest_revision
from models.values import MACHINE, Transcript


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """A transcript revision without its words."""

    number: int
    sha256: str
    by: str
    at: datetime
    restores: int | None  # the revision that somebody went back to


def correct(
    session: Session, recording_id: str, correction: Correction, *, by: Caller, seen: int | None
) -> TranscriptRevision:
    """The newest revision after the correction, whose characters are counted in revision `seen` (None: the newest).

    A correction that changes nothing makes no revision; what it changes on cards is proposed. Raises NotFound, Gone,
    Conflict as `newest` does; Stale where a newer revision is there than was seen; Invalid naming each part that does
    not fit; Forbidden for who may not show again what was hidden.
    """
    before = newest(session, by, recording_id, seen=seen)
    transcript = _decided(from_document(Transcript, before.document), correction, by)
    words = correction.model_copy(update={"redactions": ()})
    if words == Correction():
        return add_transcript(session, recording_id, transcript, by.signature)
    after = corrected(transcript, words, by=by.signature)
    return _kept(session, before, after, anchored(transcript, words), by.signature)


def _decided(transcript: Transcript, correction: Correction, by: Caller) -> Transcript:
    """The transcript with what the correction says of redactions. Raises Forbidden for who may not show words."""
    said = [Decision(each.start_char, each.end_char, each.state, each.kind) for each in correction.redactions]
    after = decided(transcript, said, by.signature)
    if not by.role.can_manage and reversed_words(transcript, after):
        raise Forbidden("Only a manager shows words again that were hidden.")
    return after


def restore(
    session: Session, recording_id: str, number: int, *, by: Caller, seen: int | None = None
) -> TranscriptRevision:
    """The newest revision, which says what revision `number` said: corrections made since are not made again.

    What was decided to be hidden is no correction, and is not undone by the way. Raises as `correct` does.
    """
    before = newest(session, by, recording_id, seen=seen)
    older = from_document(Transcript, revision(session, recording_id, number).document)
    return _kept(session, before, replace(older, redactions=()), Edit(restores=number), by.signature)


def newest(session: Session, caller: Caller, recording_id: str, *, seen: int | None = None) -> TranscriptRevision:
    """The revision to correct. Raises NotFound where there is none that the caller may see, Gone for a withdrawn
    recording, Conflict while a machine works on it, Stale where it is another one than was seen.
    """
    recording = present(session, caller, recording_id)
    found = latest_revision(session, recording_id)
    if recording.state in IN_WORK:
        raise Conflict(
            f"This recording is {recording.state}: its words may still change.",
            remedy="Wait until it is ready, or cancel the work on it; then correct it.",
        )
    if found is None:
        raise NotFound("This recording has no transcript to correct.", remedy="Retry the recording first.")
    if seen is not None and seen != found.number:
        raise Stale(
            f"The transcript is at revision {found.number} by now; revision {seen} was corrected.",
            remedy="Read the newest revision, and correct that.",
        )
    return found


def revision(session: Session, recording_id: str, number: int) -> TranscriptRevision:
    """One revision. Raises NotFound."""
    query = select(TranscriptRevision).where(TranscriptRevision.recording_id == recording_id)
    found = session.scalar(query.where(TranscriptRevision.number == number))
    if found is None:
        raise NotFound(f"This recording has no transcript revision {number}.")
    return found


def revisions(session: Session, recording_id: str) -> list[RevisionLine]:
    """What there is, oldest first."""
    made = TranscriptRevision
    query = (
        select(made.number, made.sha256, made.by, made.created_at)
        .where(made.recording_id == recording_id)
        .order_by(made.number)
    )
    back = {row.revision: from_document(Edit, row.document).restores for row in _rows(session, recording_id)}
    return [RevisionLine(*row, restores=back.get(row[0])) for row in session.execute(query)]


def add_heard(session: Session, recording_id: str, transcript: Transcript) -> Transcript:
    """Keep what a machine wrote as a new revision, with the corrections that people made of earlier ones.

    What it changes on cards is proposed. Gives what was kept. Raises NotFound, Gone.
    """
    again = replayed(transcript, standing(_rows(session, recording_id)))
    add_transcript(session, recording_id, again, MACHINE)
    propose(session, recording_id)
    return again


def standing(rows: Iterable[TranscriptEdit]) -> list[tuple[Edit, str]]:
    """The corrections in force, with who made each: what was gone back behind is not."""
    now: list[tuple[Edit, str]] = []
    at: dict[int, list[tuple[Edit, str]]] = {0: []}
    for row in rows:
        edit = from_document(Edit, row.document)
        now = [*now, (edit, row.by)] if edit.restores is None else at[max(n for n in at if n <= edit.restores)]
        at[row.revision] = now
    return now


def _rows(session: Session, recording_id: str) -> list[TranscriptEdit]:
    query = select(TranscriptEdit).where(TranscriptEdit.recording_id == recording_id)
    return list(session.scalars(query.order_by(TranscriptEdit.number)))


def _kept(session: Session, before: TranscriptRevision, after: Transcript, edit: Edit, by: str) -> TranscriptRevision:
    recording_id = before.recording_id
    made = add_transcript(session, recording_id, after, by)
    if made.number != before.number:
        last = select(func.max(TranscriptEdit.number)).where(TranscriptEdit.recording_id == recording_id)
        number = (session.scalar(last) or 0) + 1
        document = to_document(edit)
        session.add(
            TranscriptEdit(recording_id=recording_id, number=number, revision=made.number, document=document, by=by)
        )
        propose(session, recording_id)
    return made
