"""Transcripts: immutable revisions, and the parts that Whisper has heard so far."""

from collections.abc import Collection as AnyOf
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, bindparam, delete, func, select, true, update
from sqlalchemy.orm import Session

from models.documents import from_document, to_document
from models.errors import NotFound
from models.hiding import hidden_now, settle
from models.redaction import carried
from models.store import living, touch_cards
from models.tables import Card, CardRevision, SpeakerTrack, TranscriptPart, TranscriptRevision
from models.values import Evidence, PlannedWindow, Transcript


@dataclass(frozen=True, slots=True)
class PlannedPart:
    """One group of windows: the unit of listening."""

    number: int
    windows: tuple[PlannedWindow, ...]
    vocabulary: str | None = None  # what the engine is told beforehand


def plan_parts(
    session: Session, recording_id: str, groups: Sequence[Sequence[PlannedWindow]], *, vocabulary: str | None = None
) -> list[PlannedPart]:
    """Write down what is to be heard; a plan that is there already stays, with its vocabulary and what was heard.

    Raises NotFound, Gone.
    """
    living(session, recording_id)
    planned = planned_parts(session, recording_id)
    if planned:
        return planned
    for number, windows in enumerate(groups):
        clips = [to_document(window) for window in windows]
        session.add(TranscriptPart(recording_id=recording_id, number=number, windows=clips, vocabulary=vocabulary))
    session.flush()
    return planned_parts(session, recording_id)


def planned_parts(session: Session, recording_id: str) -> list[PlannedPart]:
    """The whole plan in order; empty where there is none."""
    return [_planned(row) for row in session.execute(_parts(recording_id))]


def pending_parts(session: Session, recording_id: str) -> list[PlannedPart]:
    """The parts that nobody has heard, in order."""
    unheard = _parts(recording_id).where(TranscriptPart.document.is_(None))
    return [_planned(row) for row in session.execute(unheard)]


def _parts(recording_id: str) -> Select[int, list[Any], str | None]:
    columns = (TranscriptPart.number, TranscriptPart.windows, TranscriptPart.vocabulary)
    return select(*columns).where(TranscriptPart.recording_id == recording_id).order_by(TranscriptPart.number)


def _planned(row: Row[int, list[Any], str | None]) -> PlannedPart:
    number, windows, vocabulary = row
    return PlannedPart(number, tuple(from_document(PlannedWindow, window) for window in windows), vocabulary)


def forget_vocabulary(session: Session, recording_id: str) -> None:
    """Let go of what the engine was told: everything is heard."""
    session.execute(update(TranscriptPart).where(TranscriptPart.recording_id == recording_id).values(vocabulary=None))


def save_part(session: Session, recording_id: str, number: int, heard: Transcript) -> None:
    """Keep what was heard in one part; the first to say so wins. Raises NotFound for a part not planned, Gone."""
    living(session, recording_id)
    part = session.get(TranscriptPart, (recording_id, number))
    if part is None:
        raise NotFound(f"part {number} of recording {recording_id} was not planned")
    if part.document is None:
        part.document = to_document(heard)


def heard_parts(session: Session, recording_id: str) -> list[Transcript]:
    """What was heard so far, in order of the parts."""
    query = select(TranscriptPart.document).where(TranscriptPart.recording_id == recording_id)
    heard = session.scalars(query.where(TranscriptPart.document.is_not(None)).order_by(TranscriptPart.number))
    return [from_document(Transcript, document) for document in heard]


def language_heard(session: Session, recording_id: str) -> str | None:
    """The language of the first part in which words were heard; None before there is one."""
    document = TranscriptPart.document
    told = select(document["language"].as_string()).where(TranscriptPart.recording_id == recording_id)
    return session.scalar(told.where(document["text"].as_string() != "").order_by(TranscriptPart.number).limit(1))


def save_speakers(session: Session, recording_id: str, document: dict[str, Any]) -> None:
    """Keep who is heard when (as the pipeline writes it), in place of what was known. Raises NotFound, Gone."""
    living(session, recording_id)
    session.merge(SpeakerTrack(recording_id=recording_id, document=document))


def load_speakers(session: Session, recording_id: str) -> dict[str, Any] | None:
    """What `save_speakers` kept; None where nobody has listened for that."""
    track = session.get(SpeakerTrack, recording_id)
    return None if track is None else track.document


def add_transcript(session: Session, recording_id: str, transcript: Transcript, by: str) -> TranscriptRevision:
    """A new revision; none is made where the newest says exactly the same (that one is given).

    What was found and decided of redactions in the newest goes on in the new one, which may decide otherwise.

    `by` is MACHINE, or a caller's signature. Raises NotFound, Gone.
    """
    recording = living(session, recording_id)
    newest = latest_revision(session, recording_id)
    if newest is not None:
        transcript = carried(from_document(Transcript, newest.document), transcript)
    document = to_document(transcript)
    if newest is not None and newest.document == document:
        return newest
    revision = TranscriptRevision(
        recording_id=recording_id,
        number=1 if newest is None else newest.number + 1,
        sha256=transcript.sha256,
        document=document,
        by=by,
    )
    session.add(revision)
    session.flush()
    settle(session, recording, transcript)
    if newest is not None:
        touch_cards(session, _reading_differently(recording_id, newest.document["text"], transcript.text))
    return revision


def _reading_differently(recording_id: str, before: str, after: str) -> Select[str]:
    """The cards that show of a quote whether it still stands in the newest revision, where that changes."""
    evidence = func.json_each(CardRevision.content, "$.evidence").table_valued("value")
    quote = func.json_extract(evidence.c.value, "$.quote")
    shown = CardRevision.number.in_((Card.revision, Card.served_revision))
    stood, stands = (func.instr(bindparam(None, text), quote) > 0 for text in (before, after))
    return (
        select(Card.id)
        .join(CardRevision, (CardRevision.card_id == Card.id) & shown)
        .join(evidence, true())
        .where(func.json_extract(evidence.c.value, "$.recording_id") == recording_id, stood != stands)
    )


def drop_parts(session: Session, recording_id: str) -> None:
    """Forget the plan and what was heard of it, so that another can be made."""
    session.execute(delete(TranscriptPart).where(TranscriptPart.recording_id == recording_id))


def latest_revision(session: Session, recording_id: str) -> TranscriptRevision | None:
    """The newest revision's row: number, sha256, by, created_at; None where there is none."""
    return session.scalar(_revisions(recording_id).limit(1))


def latest_transcript(session: Session, recording_id: str) -> Transcript | None:
    """The newest revision; None where there is none yet, or the consent was taken back."""
    revision = latest_revision(session, recording_id)
    return None if revision is None else from_document(Transcript, revision.document)


def read_now(session: Session, revision: TranscriptRevision) -> Transcript:
    """What a revision says; of an older one, what is hidden by now is hidden there too."""
    transcript = from_document(Transcript, revision.document)
    newest = latest_revision(session, revision.recording_id)
    is_newest = newest is not None and newest.number == revision.number
    return transcript if is_newest else hidden_now(revision.recording, transcript)


def transcript_by_sha(session: Session, recording_id: str, sha256: str) -> Transcript | None:
    """The newest revision of the recording with that text; None where there is none."""
    revision = session.scalar(_revisions(recording_id).where(TranscriptRevision.sha256 == sha256).limit(1))
    return None if revision is None else from_document(Transcript, revision.document)


def first_with_sha(session: Session, recording_id: str, sha256: str) -> Transcript | None:
    """The oldest revision of the recording with that text; None where there is none."""
    same = _revisions(recording_id).where(TranscriptRevision.sha256 == sha256)
    revision = session.scalar(same.order_by(None).order_by(TranscriptRevision.number).limit(1))
    return None if revision is None else from_document(Transcript, revision.document)


def listened_to(session: Session, evidence: Iterable[Evidence]) -> frozenset[Evidence]:
    """Of the doubtful evidence, that in which no word is doubtful any more: somebody has listened to them all."""
    doubtful = [one for one in evidence if one.suspect]
    places = {(one.recording_id, one.transcript_sha256) for one in doubtful}
    known = {place: transcript_by_sha(session, *place) for place in places}
    return frozenset(one for one in doubtful if _is_sure(known[one.recording_id, one.transcript_sha256], one))


def _is_sure(transcript: Transcript | None, evidence: Evidence) -> bool:
    if transcript is None:
        return False
    words = transcript.words_in(evidence.start_char, evidence.end_char)
    return bool(words) and not any(word.suspect for word in words)


def _revisions(recording_id: str) -> Select[TranscriptRevision]:
    query = select(TranscriptRevision).where(TranscriptRevision.recording_id == recording_id)
    return query.order_by(TranscriptRevision.number.desc())


def texts_of(session: Session, shas: AnyOf[str]) -> dict[str, str]:
    """SHA-256 → text, of those that are still kept."""
    text = TranscriptRevision.document["text"].as_string()
    one_of_each = select(func.min(TranscriptRevision.id)).group_by(TranscriptRevision.sha256)
    query = select(TranscriptRevision.sha256, text).where(
        TranscriptRevision.sha256.in_(shas), TranscriptRevision.id.in_(one_of_each)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def newest_shas(session: Session, recording_ids: AnyOf[str]) -> dict[str, str]:
    """Recording id → SHA-256 of its newest revision's text, of those that have one."""
    query = select(TranscriptRevision.recording_id, TranscriptRevision.sha256)
    ordered = query.where(TranscriptRevision.recording_id.in_(recording_ids)).order_by(TranscriptRevision.number)
    return {row[0]: row[1] for row in session.execute(ordered)}
