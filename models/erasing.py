"""What goes for good when a recording is withdrawn."""

from collections.abc import Iterable

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import Session

from models import thesaurus
from models.hiding import mask_of_recording
from models.tables import (
    Answer,
    ClusterRow,
    Mining,
    PassageRow,
    Proposal,
    Recording,
    RecordingState,
    SpeakerTrack,
    TranscriptEdit,
    TranscriptPart,
    TranscriptRevision,
)

LONGEST_LABEL = 80  # characters of a passage that label a cluster


def erase(session: Session, recording: Recording) -> tuple[str, ...]:
    """Erase a recording's words and let go of its sound: the blobs that no other recording names.

    The row stays, with its title and experts, to say what happened. The cards must have been struck before.
    """
    said = list(session.scalars(select(PassageRow.text).where(PassageRow.recording_id == recording.id)))
    for table in (TranscriptPart, SpeakerTrack, TranscriptRevision, TranscriptEdit, Mining, PassageRow):
        session.execute(delete(table).where(table.recording_id == recording.id))
    forget_proposals(session, recording.id)
    _untell(session)
    session.execute(delete(Answer).where(func.instr(Answer.body, recording.id.encode()) > 0))
    _forget_clusters(session, said)
    thesaurus.forget(session, recording.id)
    blobs = _let_go(session, recording)
    session.flush()
    session.expire(recording, ["transcripts"])
    return blobs


def forget_proposals(session: Session, recording_id: str) -> None:
    """Those go, decided or not, that the recording occasioned or that hold words of it."""
    evidence = func.json_each(Proposal.content, "$.evidence").table_valued("value")
    cites = func.json_extract(evidence.c.value, "$.recording_id") == recording_id
    holding = select(Proposal.id).select_from(Proposal).join(evidence, cites)
    gaps = func.json_each(Proposal.content, "$.gaps").table_valued("value")
    asks = func.json_extract(gaps.c.value, "$.said.recording_id") == recording_id
    asking = select(Proposal.id).select_from(Proposal).join(gaps, asks)
    words = Proposal.id.in_(holding) | Proposal.id.in_(asking)
    session.execute(delete(Proposal).where((Proposal.recording_id == recording_id) | words))


def _untell(session: Session) -> None:
    """What an engine is told before it hears another recording may hold words of this one: only its own remain."""
    own = select(Recording.vocabulary).where(Recording.id == TranscriptPart.recording_id).scalar_subquery()
    session.execute(update(TranscriptPart).where(TranscriptPart.vocabulary.is_not(None)).values(vocabulary=own))


def _let_go(session: Session, recording: Recording) -> tuple[str, ...]:
    held = {recording.media_sha256, recording.transcript_sha256, recording.sha256} - {None}
    recording.state = RecordingState.WITHDRAWN
    mask = mask_of_recording(recording)  # the hidden words go, and what named them stays masked
    recording.title, recording.file_name = mask(recording.title), mask(recording.file_name)
    recording.transcript_name = recording.transcript_name and mask(recording.transcript_name)
    recording.hidden = []
    recording.media_sha256 = recording.transcript_sha256 = recording.vocabulary = None
    recording.stage = recording.eta_s = recording.problem = None
    recording.warnings = []
    session.flush()
    columns = (Recording.media_sha256, Recording.transcript_sha256, Recording.sha256)
    alive = Recording.state != RecordingState.WITHDRAWN
    used = {sha for column in columns for sha in session.scalars(select(column).where(column.in_(held), alive))}
    return tuple(sorted(sha for sha in held if sha and sha not in used))


def _forget_clusters(session: Session, said: list[str]) -> None:
    """Clusters that lost all their passages go; a label taken from a lost passage is taken from another, and tags that
    nobody else says go."""
    empty = ~exists().where(PassageRow.cluster_id == ClusterRow.id)
    session.execute(delete(ClusterRow).where(empty))
    for cluster in session.scalars(select(ClusterRow)):
        if any(cluster.label.casefold() in text.casefold() for text in said):
            left = select(PassageRow.text).where(PassageRow.cluster_id == cluster.id).order_by(PassageRow.id)
            cluster.label = _shortened(session.scalars(left).first() or "")
        if any(_says(said, tag) for tag in cluster.tags):
            remaining = list(session.scalars(select(PassageRow.text).where(PassageRow.cluster_id == cluster.id)))
            cluster.tags = [tag for tag in cluster.tags if _says(remaining, tag)]


def _says(texts: Iterable[str], word: str) -> bool:
    return any(word in text.casefold() for text in texts)


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_LABEL:
        return text
    return text[:LONGEST_LABEL].rpartition(" ")[0] + " …"
