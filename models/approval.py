"""What a card needs before a person may approve it."""

from collections.abc import Collection as AnyOf

from sqlalchemy.orm import Session

from models.access import APPROVAL_SCOPES
from models.cards import marks
from models.contents import content_of
from models.hiding import mask_of_recording
from models.striking import resting
from models.tables import Card, Recording, RecordingState, now
from models.transcripts import listened_to, texts_of
from models.values import CardContent, Evidence


def missing(session: Session, card: Card) -> list[str]:
    """What the newest revision lacks to be approved, in plain sentences; empty when it is ready."""
    content = content_of(session, card)
    lacking = [] if content.title.strip() else ["it has no title"]
    doubtful = _doubtful(session, content)
    if not _has_proof(session, content, doubtful):
        lacking.append("no slot has a line whose evidence is verified and not suspect")
    lacking += [_unheard(evidence) for evidence in doubtful]
    recordings = dict.fromkeys(evidence.recording_id for evidence in content.evidence)
    return lacking + [each for recording in recordings for each in _consent_missing(session, recording)]


def _doubtful(session: Session, content: CardContent) -> list[Evidence]:
    """What lines rest on although the recogniser was not sure of it, and nobody has listened since."""
    listened = listened_to(session, content.evidence)
    rested = {index for line in resting(content) for index in line.evidence}
    return [one for one in content.evidence if one.suspect and one.index in rested and one not in listened]


def _unheard(evidence: Evidence) -> str:
    start = evidence.quote[:60] + ("…" if len(evidence.quote) > 60 else "")
    return f"a line rests on doubtful words: listen to “{start}” in the transcript, and say there that they are right"


def _has_proof(session: Session, content: CardContent, doubtful: AnyOf[Evidence]) -> bool:
    texts = texts_of(session, {evidence.transcript_sha256 for evidence in content.evidence})
    found = zip(content.evidence, marks(content, texts, {}), strict=True)
    good = {evidence.index for evidence, mark in found if mark.verified and evidence not in doubtful}
    return any(good.issuperset(line.evidence) for line in resting(content))


def _consent_missing(session: Session, recording_id: str) -> list[str]:
    recording = session.get(Recording, recording_id)
    if recording is None or recording.state == RecordingState.WITHDRAWN:
        return [f"the recording {recording_id} that it rests on is gone"]
    title = mask_of_recording(recording)(recording.title)
    if not recording.consents:
        return [f"no expert of the recording “{title}” is named, so nobody agreed to anything"]
    lacking = []
    for consent in recording.consents:
        expired = consent.until is not None and consent.until <= now()
        scopes = [scope.value for scope in APPROVAL_SCOPES if expired or scope.value not in consent.scopes]
        if scopes:
            lacking.append(f"{consent.expert.name} does not agree to {' and '.join(scopes)} in “{title}”")
    return lacking
