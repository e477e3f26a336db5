"""Transcripts corrected by people, and the revisions that came of it."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Request
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session

from api import answers, documents, examples
from api.deps import PageDep, ReadDep, ReviewerDep, WriteDep, sliced
from api.rules import RuledRoute, check_match, etag_of
from api.schemas import PageOut, TranscriptOut, TranscriptRevisionOut, problems
from models import edits, store
from models.access import Caller
from models.corrections import Correction
from models.tables import TranscriptRevision
from models.transcripts import read_now

router = APIRouter(route_class=RuledRoute, tags=["recordings"])

Number = Annotated[int, Path(ge=1, le=10**6)]


@router.patch(
    "/recordings/{recording_id}/transcript",
    responses={200: {"model": TranscriptOut}, **problems(404, 409, 410, 412, 428)},
)
def correct_transcript(
    request: Request,
    recording_id: str,
    caller: ReviewerDep,
    session: WriteDep,
    body: Annotated[Correction, Body(examples=[examples.CORRECTION])],
) -> JSONResponse:
    """Names, roles and words as people know them, and what is to be hidden: one change, one new revision; times stay.

    Characters are counted in the text of the revision that `If-Match` names. What people corrected is made again on
    whatever a machine hears later.
    """
    newest = edits.newest(session, caller, recording_id)
    check_match(request, etag_of(bytes(shown(session, caller, newest).body)))
    made = edits.correct(session, recording_id, body, by=caller, seen=newest.number)
    if body.redactions:
        answers.forget(session, recording_id)  # what is hidden now may stand in what was answered
    return shown(session, caller, made)


@router.get(
    "/recordings/{recording_id}/transcript/revisions",
    responses={200: {"model": PageOut[TranscriptRevisionOut]}, **problems(404, 410)},
)
def list_revisions(
    request: Request, recording_id: str, caller: ReviewerDep, session: ReadDep, asked: PageDep
) -> JSONResponse:
    """Who wrote what, oldest first."""
    recording = store.present(session, caller, recording_id)
    lines = [documents.transcript_revision(line) for line in edits.revisions(session, recording.id)]
    return sliced(request, lines, asked, order="transcript-revisions")


@router.get(
    "/recordings/{recording_id}/transcript/revisions/{number}",
    responses={200: {"model": TranscriptOut}, **problems(404, 410)},
)
def get_revision(recording_id: str, number: Number, caller: ReviewerDep, session: ReadDep) -> JSONResponse:
    """What that revision says."""
    recording = store.present(session, caller, recording_id)
    return shown(session, caller, edits.revision(session, recording.id, number))


@router.post(
    "/recordings/{recording_id}/transcript/revisions/{number}/restore",
    responses={200: {"model": TranscriptOut}, **problems(404, 409, 410, 412)},
)
def restore_revision(
    request: Request, recording_id: str, number: Number, caller: ReviewerDep, session: WriteDep
) -> JSONResponse:
    """Go back: a new revision says what that one said, and what was corrected since is not made again."""
    newest = edits.newest(session, caller, recording_id)
    check_match(request, etag_of(bytes(shown(session, caller, newest).body)), wanted=False)
    return shown(session, caller, edits.restore(session, recording_id, number, by=caller, seen=newest.number))


def shown(session: Session, caller: Caller, row: TranscriptRevision) -> JSONResponse:
    """The revision, with the ETag that GET gives the newest one."""
    response = JSONResponse(documents.transcript(row, read_now(session, row), may_reverse=caller.role.can_manage))
    response.headers["ETag"] = etag_of(bytes(response.body))
    return response
