"""What a recording says: its sound, its words, and how far the listening is."""

import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Annotated, Any, Literal, TypeAlias

import anyio
from fastapi import APIRouter, Header, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, StreamingResponse
from sqlalchemy.orm import Session

from api import documents, ranges
from api.deps import ReadDep, ReviewerDep, Services, ServicesDep
from api.rules import RuledRoute, etag_of
from api.schemas import TranscriptOut, problems
from models import redaction, store, transcripts
from models.access import Caller
from models.db import Database
from models.documents import from_document, to_json
from models.errors import Forbidden, NotFound
from models.hiding import mask_of_recording
from models.tables import IN_WORK
from models.values import Transcript
from pipeline import captions, manuscript

router = APIRouter(route_class=RuledRoute, tags=["recordings"])

Form: TypeAlias = Literal["json", "vtt", "srt", "txt", "docx"]

WRITERS: dict[str, Callable[[Transcript], str]] = {
    "vtt": captions.to_vtt,
    "srt": captions.to_srt,
    "txt": captions.to_txt,
}
MEDIA_TYPES = {
    "json": "application/json",
    "vtt": "text/vtt",
    "srt": "application/x-subrip",
    "txt": "text/plain",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
TRANSCRIPT: dict[int | str, dict[str, Any]] = {
    200: {"model": TranscriptOut, "content": {each: {} for each in MEDIA_TYPES.values() if each != "application/json"}},
    **problems(404, 410),
}
LOOK_S = 0.5  # how often progress is looked at
KEEPALIVE_S = 15.0
LONGEST_S = 300.0  # of one stream; a browser comes back by itself


@router.get(
    "/recordings/{recording_id}/audio",
    response_class=Response,
    responses={
        200: {"content": {"audio/*": {}}},
        206: {"description": "The range that was asked for", "content": {"audio/*": {}}},
        **problems(404, 410, 416),
    },
)
def get_audio(
    request: Request, recording_id: str, caller: ReviewerDep, services: ServicesDep, session: ReadDep
) -> Response:
    """The sound as it was uploaded, or the range of it that `Range` names; for managers only where words are hidden."""
    row = store.present(session, caller, recording_id)
    if row.hidden and not caller.role.can_manage:
        raise Forbidden(
            "Words of this recording are hidden, and its whole sound has them.",
            remedy="Listen to the clips of its cards, where a beep covers them; or ask a manager.",
        )
    if row.media_sha256 is None or not services.blobs.exists(row.media_sha256):
        raise NotFound("This recording has no sound: it is a transcript.")
    path, media_type = services.blobs.path(row.media_sha256), row.media_type or "application/octet-stream"
    return ranges.send(request, path, media_type=media_type, etag=f'"{row.media_sha256}"')


@router.get("/recordings/{recording_id}/transcript", responses=TRANSCRIPT)
def get_transcript(request: Request, recording_id: str, caller: ReviewerDep, session: ReadDep) -> Response:
    """What was said: JSON, or what `Accept` prefers among WebVTT, SRT, plain text and a Word document."""
    response = written(session, caller, recording_id, accepted(request.headers.get("accept", "")))
    response.headers["Vary"] = "Authorization, Cookie, Accept"
    return response


@router.get("/recordings/{recording_id}/transcript.{form}", responses=TRANSCRIPT)
def get_transcript_as(recording_id: str, form: Form, caller: ReviewerDep, session: ReadDep) -> Response:
    """What was said, in the form that the path names."""
    return written(session, caller, recording_id, form)


def written(session: Session, caller: Caller, recording_id: str, form: str) -> Response:
    """The newest transcript revision. Raises NotFound where nothing was heard yet."""
    recording = store.present(session, caller, recording_id)
    row = transcripts.latest_revision(session, recording.id)
    if row is None:
        raise NotFound(
            "This recording has no transcript yet.", remedy="Wait until its stage is past “transcribe”, or retry it."
        )
    value = from_document(Transcript, row.document)
    if form == "json":
        return JSONResponse(documents.transcript(row, value, may_reverse=caller.role.can_manage))
    shown = redaction.masked(value)
    if form == "docx":
        title = mask_of_recording(recording)(recording.title)
        document = manuscript.to_docx(shown, title=title, at=row.created_at)
        headers = {"Content-Disposition": 'attachment; filename="transcript.docx"'}
        return Response(document, media_type=MEDIA_TYPES[form], headers=headers)
    return Response(WRITERS[form](shown), media_type=f"{MEDIA_TYPES[form]}; charset=utf-8")


def accepted(header: str) -> str:
    """Which form an Accept header prefers; JSON where it names none of ours."""
    asked: list[tuple[float, int, str]] = []
    for place, each in enumerate(header.split(",")):
        media_type, *parameters = (part.strip().lower() for part in each.split(";"))
        asked.append((-quality(parameters), place, media_type))
    forms = {media_type: form for form, media_type in MEDIA_TYPES.items()} | {"*/*": "json", "text/*": "txt"}
    return next((forms[media_type] for worth, _, media_type in sorted(asked) if worth and media_type in forms), "json")


def quality(parameters: list[str]) -> float:
    """The weight of one media type, 0..1; 1 where none is given."""
    given = next((each.removeprefix("q=") for each in parameters if each.startswith("q=")), "1")
    return min(1.0, float(given)) if given.replace(".", "", 1).isdecimal() and given.isascii() else 0.0


@router.get(
    "/recordings/{recording_id}/events",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"text/event-stream": {}}},
        204: {"description": "The work is over, and the caller has its last event"},
        **problems(404),
    },
)
async def follow(
    request: Request,
    recording_id: str,
    caller: ReviewerDep,
    services: ServicesDep,
    last_event_id: Annotated[str | None, Header()] = None,
) -> Response:
    """Progress as server-sent events, each the recording as GET gives it; ends when the work does.

    An id is the time at which it was told and a mark of what it says. Who comes back with the last one of finished
    work is answered 204: a browser stays away then.
    """
    first = await run_in_threadpool(look, services.database, caller, recording_id)
    if first["state"] not in IN_WORK and mark_of(first) == marked(last_event_id):
        return Response(status_code=204)
    return StreamingResponse(
        progress(services, caller, first, marked(last_event_id)),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


def mark_of(document: dict[str, Any]) -> str:
    """The same for the same document."""
    return etag_of(to_json(document).encode()).strip('"')


def marked(event_id: str | None) -> str | None:
    """The mark in the id of an event."""
    return event_id and event_id.rpartition("-")[2]


async def progress(
    services: Services, caller: Caller, document: dict[str, Any], seen: str | None
) -> AsyncIterator[str]:
    """The events; what has the mark `seen` is not told again."""
    recording_id: str = document["id"]
    yield f"retry: {int(LOOK_S * 2000)}\n\n"
    with services.looks.follow(recording_id):
        silent_s = 0.0
        for _ in range(int(LONGEST_S / LOOK_S)):
            if (mark := mark_of(document)) != seen:
                yield f"id: {time.time_ns() // 1000}-{mark}\nevent: recording\ndata: {to_json(document)}\n\n"
                seen, silent_s = mark, 0.0
            elif silent_s >= KEEPALIVE_S:
                yield ": still here\n\n"
                silent_s = 0.0
            if document["state"] not in IN_WORK:
                return
            await anyio.sleep(LOOK_S)
            silent_s += LOOK_S
            ask = partial(look, services.database, caller, recording_id)
            document = await services.looks.at(recording_id, ask, age_s=LOOK_S)


def look(database: Database, caller: Caller, recording_id: str) -> dict[str, Any]:
    """The recording as it is now. Raises NotFound."""
    with database.reading() as session:
        return documents.recording(session, store.get_recording(session, caller, recording_id))
