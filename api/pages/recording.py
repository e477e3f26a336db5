"""One recording's page: how far it is, its consent, its words and what may be done about them."""

from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from api import documents, editor, jobs, showing
from api.pages.page import render
from models import edits, lookups, stages, store
from models.access import Caller
from models.documents import from_document
from models.errors import TacitError
from models.redaction import masked, open_proposals
from models.tables import IN_WORK, Recording, RecordingState
from models.transcripts import latest_revision
from models.values import Transcript

REFRESH_S = 3


def recording_page(
    request: Request,
    session: Session,
    caller: Caller,
    recording_id: str,
    *,
    problem: TacitError | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    """The page; with what could not be saved of the form of its speakers, and why. Raises NotFound."""
    row = store.get_recording(session, caller, recording_id)
    counts = store.counts(session, [row.id])[row.id]
    shown = showing.recording_of(row, counts, by_manager=caller.role.can_manage)
    revision = latest_revision(session, row.id)
    transcript = from_document(Transcript, revision.document) if revision else None
    withdrawn = row.state == RecordingState.WITHDRAWN
    took = stages.timings(session, [row.id])[row.id]
    lines = edits.revisions(session, row.id)
    return render(
        request,
        "recording.html",
        status=problem.status if problem else 200,
        recording=shown,
        withdrawn=withdrawn,
        can_manage=caller.role.can_manage,
        actions=actions_of(row, has_words=transcript is not None),
        stages=[{"name": name, "seconds": f"{seconds:.1f}"} for name, seconds in took.items()],
        steps=documents.stages_of(row, took),
        people=[
            {"id": each.expert_id, "name": each.expert.name, "scopes": showing.scopes_of(each)} for each in row.consents
        ],
        next_time=[{"id": each.expert_id, "name": each.expert.name} for each in row.consents],
        consent_open=any(each.recorded_at is None for each in row.consents),
        turns=editor.turns_of(masked(transcript)) if transcript else [],
        to_hide=open_proposals(transcript) if transcript else 0,
        can_correct=transcript is not None and not shown.busy,
        seen=revision.number if revision else None,
        speakers=editor.speakers_of(transcript, typed, shown=masked(transcript)) if transcript else [],
        not_saved=problem,
        history=editor.history_of(lines, lookups.signers(session, {line.by for line in lines})),
        undo=editor.undone(lines),
        transcript_url=f"/api/v1/recordings/{row.id}/transcript",
        no_transcript="The words were deleted when the consent was taken back." if withdrawn else "There is none yet.",
        refresh_s=REFRESH_S if shown.busy else None,
        live=True,
    )


def actions_of(row: Recording, *, has_words: bool) -> list[dict[str, str]]:
    """The buttons for its work."""
    if row.state in IN_WORK:
        return [{"name": "cancel", "text": "Cancel"}]
    found = []
    if row.state in jobs.STOPPED:
        found.append({"name": "retry", "text": "Try again"})
    if row.media_sha256 and not row.transcript_sha256 and has_words:
        found.append({"name": "rerun", "text": "Hear it again with the model chosen now", "stage": "transcribe"})
        apart = {"name": "rerun", "text": "Tell the speakers apart again", "stage": "diarize"}
        found.append({**apart, "speakers": str(row.speakers or "")})
    if has_words:
        found.append({"name": "rerun", "text": "Look again for know-how", "stage": "mine"})
    return found
