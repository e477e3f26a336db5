"""Recordings: how far each one is, what its experts agreed to, its sound and its words."""

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request
from fastapi.responses import JSONResponse

from api import documents, jobs
from api.consents import Said, agreements
from api.deps import ManagerDep, PageDep, ReadDep, ReviewerDep, ServicesDep, WriteDep, listed
from api.rules import RuledRoute
from api.schemas import PageOut, RecordingOut, RerunIn, WithdrawalOut, problems
from models import store
from models.tables import RecordingState, now

router = APIRouter(route_class=RuledRoute, tags=["recordings"])


@router.get("/recordings", responses={200: {"model": PageOut[RecordingOut]}})
def list_recordings(
    request: Request,
    caller: ReviewerDep,
    session: ReadDep,
    asked: PageDep,
    state: RecordingState | None = None,
    expert: Annotated[str | None, Query(max_length=100, description="An expert's id.")] = None,
    collection: Annotated[str | None, Query(max_length=100, description="A collection's id.")] = None,
) -> JSONResponse:
    """The recordings that the caller may see, newest first; an expert sees the own ones."""
    page = store.list_recordings(
        session, caller, state=state, expert=expert, collection=collection, cursor=asked.cursor, limit=asked.limit
    )
    return listed(request, documents.recordings(session, page.items), page.next)


@router.get("/recordings/{recording_id}", responses={200: {"model": RecordingOut}, **problems(404)})
def get_recording(recording_id: str, caller: ReviewerDep, session: ReadDep) -> JSONResponse:
    """How far it is, and what was found."""
    return JSONResponse(documents.recording(session, store.get_recording(session, caller, recording_id)))


@router.post(
    "/recordings/{recording_id}/cancel",
    status_code=202,
    responses={202: {"model": RecordingOut}, **problems(404, 409, 410)},
)
def cancel(
    request: Request, recording_id: str, caller: ManagerDep, services: ServicesDep, session: WriteDep
) -> JSONResponse:
    """Stop the work on it within about two seconds; what was finished is kept."""
    row = jobs.cancel(request, session, caller, recording_id, services)
    return JSONResponse(documents.recording(session, row), 202)


@router.post(
    "/recordings/{recording_id}/retry",
    status_code=202,
    responses={202: {"model": RecordingOut}, **problems(404, 409, 410)},
)
def retry(recording_id: str, caller: ManagerDep, services: ServicesDep, session: WriteDep) -> JSONResponse:
    """Queue it again; what was finished is not done again."""
    row = jobs.retry(session, caller, recording_id, services)
    return JSONResponse(documents.recording(session, row), 202)


@router.post(
    "/recordings/{recording_id}/rerun",
    status_code=202,
    responses={202: {"model": RecordingOut}, **problems(404, 409, 410)},
)
def rerun(
    recording_id: str, caller: ManagerDep, services: ServicesDep, session: WriteDep, body: RerunIn
) -> JSONResponse:
    """Queue it to be done anew from a stage on. Cards stay as they are; what would change on them is proposed."""
    row = jobs.rerun(session, caller, recording_id, services, body.from_, speakers=body.speakers)
    return JSONResponse(documents.recording(session, row), 202)


@router.put("/recordings/{recording_id}/consent", responses={200: {"model": RecordingOut}, **problems(404, 410)})
def put_consent(
    recording_id: str, caller: ManagerDep, session: WriteDep, body: Annotated[Said, Body()]
) -> JSONResponse:
    """What its experts agree to from now on, in place of what was said before; narrowing it acts at once."""
    experts = [each.expert_id for each in store.get_recording(session, caller, recording_id).consents]
    row = jobs.agree(session, caller, recording_id, agreements(session, body, experts))
    return JSONResponse(documents.recording(session, row))


@router.delete("/recordings/{recording_id}", responses={200: {"model": WithdrawalOut}, **problems(404)})
def withdraw(
    request: Request, recording_id: str, caller: ManagerDep, services: ServicesDep, session: WriteDep
) -> JSONResponse:
    """Take it back: sound and words are deleted, cards that rest on it alone are retired. Nothing brings it back."""
    done = jobs.withdraw(request, session, caller, recording_id, services)
    row = store.get_recording(session, caller, recording_id)
    session.expire(row)
    return JSONResponse(
        {
            "recording": documents.recording(session, row),
            "retired": list(done.retired),
            "struck": list(done.struck),
            "remains": f"Backups made before {now():%Y-%m-%d %H:%M} UTC still hold its sound and words: delete them, "
            "or withdraw it again after restoring one. Tools that read the feed were told, and may hold copies.",
        }
    )
