"""The recordings: upload, progress, consent, words."""

import json
from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request
from fastapi.responses import Response

from api import jobs, showing
from api.auth import check_csrf
from api.deps import ReadDep, ServicesDep, WriteDep, managing
from api.multipart import Form
from api.pages.page import PageCaller, Posted, back_to, new_router, render
from api.pages.recording import REFRESH_S, recording_page
from api.uploads import HandedIn, names_in, take, taking, wrong_count
from models import store
from models.access import Agreement, Scope
from models.errors import FieldError, Invalid
from pipeline.jobs import RerunStage

router = new_router()


@router.get("/recordings")
def show_recordings(request: Request, caller: PageCaller, session: ReadDep, cursor: str | None = None) -> Response:
    """The recordings with their progress, newest first."""
    page = store.list_recordings(session, caller, cursor=cursor, limit=25)
    counts = store.counts(session, [row.id for row in page.items])
    shown = [showing.recording_of(row, counts[row.id], by_manager=caller.role.can_manage) for row in page.items]
    return render(
        request,
        "recordings.html",
        recordings=shown,
        more=f"/recordings?{urlencode({'cursor': page.next})}" if page.next else None,
        scopes=showing.scopes_of(None),
        can_manage=caller.role.can_manage,
        refresh_s=REFRESH_S if any(row.busy for row in shown) else None,
    )


async def page_upload(request: Request, caller: PageCaller) -> AsyncIterator[HandedIn]:
    """The upload of a page's form: with the session's token, and a tick for every scope of the consent."""
    managing(caller)

    def prepare(form: Form) -> None:
        check_csrf(caller, form.text("csrf"))
        scopes = form.texts("scope")
        names = [name for text in form.texts("experts") for name in names_in(text)]
        form.fields.append(("consent", json.dumps([{"expert": name, "scopes": scopes} for name in names])))

    async with taking(request, ("csrf", "scope"), prepare) as came:
        yield came


@router.post("/recordings")
def upload_recording(
    caller: PageCaller,
    services: ServicesDep,
    came: Annotated[HandedIn, Depends(page_upload, scope="function")],
    session: WriteDep,
) -> Response:
    """Hand in an interview, as over REST."""
    row, new = take(session, came, services, by=caller)
    notice = (
        "It waits for its turn." if new else "These very bytes were here already: this is the first recording of them."
    )
    return back_to(f"/recordings/{row.id}", notice)


@router.get("/recordings/{recording_id}")
def show_recording(request: Request, recording_id: str, caller: PageCaller, session: ReadDep) -> Response:
    """One recording: how far it is, its consent, its words."""
    return recording_page(request, session, caller, recording_id)


@router.post("/recordings/{recording_id}/cancel")
def cancel_recording(
    request: Request, recording_id: str, caller: PageCaller, form: Posted, session: WriteDep, services: ServicesDep
) -> Response:
    managing(caller)
    jobs.cancel(request, session, caller, recording_id, services)
    return back_to(f"/recordings/{recording_id}", "Cancelled. What was finished is kept.")


@router.post("/recordings/{recording_id}/retry")
def retry_recording(
    recording_id: str, caller: PageCaller, form: Posted, session: WriteDep, services: ServicesDep
) -> Response:
    managing(caller)
    jobs.retry(session, caller, recording_id, services)
    return back_to(f"/recordings/{recording_id}", "It waits for its turn.")


@router.post("/recordings/{recording_id}/rerun")
def rerun_recording(
    recording_id: str, caller: PageCaller, form: Posted, session: WriteDep, services: ServicesDep
) -> Response:
    managing(caller)
    try:
        stage = RerunStage(str(form.get("from", "")))
    except ValueError as error:
        raise Invalid("Nothing can be done anew from there.", errors=[FieldError("/from", "is no stage")]) from error
    typed = str(form.get("speakers") or "")
    if wrong := wrong_count(typed):
        raise Invalid(f"The number of speakers {wrong.detail}.", errors=[wrong])
    jobs.rerun(session, caller, recording_id, services, stage, speakers=int(typed) if typed else None)
    return back_to(f"/recordings/{recording_id}", "It waits for its turn. Cards stay; what would change is proposed.")


@router.post("/recordings/{recording_id}/consent")
def record_consent(recording_id: str, caller: PageCaller, form: Posted, session: WriteDep) -> Response:
    """Every expert's scopes, as they are ticked."""
    managing(caller)
    row = store.get_recording(session, caller, recording_id)
    said = [
        Agreement(each.expert_id, tuple(Scope(str(value)) for value in form.getlist(each.expert_id)), each.until)
        for each in row.consents
    ]
    jobs.agree(session, caller, recording_id, said)
    notice = "The consent is recorded; what may not be shared any more is retired."
    return back_to(f"/recordings/{recording_id}", notice)


@router.post("/recordings/{recording_id}/withdraw")
def withdraw_recording(
    request: Request, recording_id: str, caller: PageCaller, form: Posted, session: WriteDep, services: ServicesDep
) -> Response:
    """Everything of the recording goes, once somebody has ticked that it shall."""
    managing(caller)
    if form.get("sure") != "yes":
        raise Invalid("Withdrawing cannot be undone.", remedy="Tick the box beside the button, if you are sure.")
    done = jobs.withdraw(request, session, caller, recording_id, services)
    return back_to(f"/recordings/{recording_id}", f"Withdrawn. {len(done.retired)} cards were retired.")
