"""Handing in an interview: sound, a transcript, or both."""

import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import PurePath
from typing import Annotated

import anyio.from_thread
import anyio.to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from api import answers, documents
from api.consents import EVERYTHING, Said, agreements, resolve_expert
from api.deps import ManagerDep, Services, ServicesDep, WriteDep, services_of
from api.errors import from_validation
from api.intake import Upload, check, discard
from api.multipart import Form, boundary_of, fill
from api.rules import RuledRoute
from api.schemas import ConsentIn, RecordingOut, problems
from models import store
from models.access import Caller
from models.errors import Conflict, FieldError, Invalid
from models.store import NewRecording
from models.tables import Recording
from models.values import MOST_SPEAKERS

router = APIRouter(route_class=RuledRoute, tags=["recordings"])

TEXTS = ("title", "experts", "collection", "language", "vocabulary", "speakers", "consent")
LANGUAGE = re.compile(r"auto|[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
LONGEST_TITLE = 300
MOST_EXPERTS = 50
CONSENTS = TypeAdapter(list[ConsentIn])
FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "Sound, video or a transcript."},
                        "transcript": {
                            "type": "string",
                            "format": "binary",
                            "description": "The transcript of the sound, where somebody has one already.",
                        },
                        "title": {"type": "string", "example": "Ada Quill on sourdough"},
                        "experts": {
                            "type": "array",
                            "items": {"type": "string"},
                            "description": "Names or ids; one field each, or separated by commas.",
                            "example": ["Ada Quill"],
                        },
                        "collection": {"type": "string", "description": "A collection's id or name."},
                        "language": {"type": "string", "description": "As in BCP 47, or “auto”.", "example": "en"},
                        "vocabulary": {"type": "string", "description": "Words that a listener might not know."},
                        "speakers": {
                            "type": "integer",
                            "minimum": 1,
                            "maximum": MOST_SPEAKERS,
                            "description": "How many people are heard; without it, two are assumed.",
                        },
                        "consent": {
                            "type": "string",
                            "description": "“all”, or JSON as [{expert, scopes, until}].",
                            "example": "all",
                        },
                    },
                },
            }
        },
    }
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The text fields of the form, each fit by itself."""

    title: str | None
    experts: tuple[str, ...]  # names or ids, each once
    collection: str | None
    language: str | None
    vocabulary: str | None
    speakers: int | None
    consent: Said | None
    answers_gap: str | None = None  # id of the gap to which it is the answer


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A form whose files are stored and can be used."""

    wanted: Wanted
    upload: Upload


async def handed_in(request: Request, caller: ManagerDep) -> AsyncIterator[HandedIn]:
    """The upload of a request to the API."""
    async with taking(request) as came:
        yield came


def as_it_is(form: Form) -> None:
    """Of a form that needs no more than its own checks."""


@asynccontextmanager
async def taking(
    request: Request, also: tuple[str, ...] = (), prepare: Callable[[Form], None] = as_it_is
) -> AsyncIterator[HandedIn]:
    """Read the form into the blob store and check it; at the end whatever no recording names is gone again.

    `also` are text fields beside those of the API; `prepare` sees the whole form before it is checked.
    """
    services, form = services_of(request), Form()
    boundary, stream = boundary_of(request.headers.get("content-type", "")), request.stream()

    def read() -> None:
        most = {"file": services.settings.max_upload_bytes, "transcript": services.settings.max_transcript_bytes}
        fill(form, chunks(stream), boundary=boundary, blobs=services.blobs, limits=most, names=(*TEXTS, *also))
        prepare(form)

    try:
        async with reading(services, form, read) as came:
            request.state.fingerprint = fingerprint(came)
            yield came
    finally:
        await stream.aclose()


@asynccontextmanager
async def reading(services: Services, form: Form, read: Callable[[], None]) -> AsyncIterator[HandedIn]:
    """What the form holds once it is read, checked; at the end whatever no recording names is gone again."""

    def received() -> HandedIn:
        read()
        return checked(form, services)

    try:
        yield await anyio.to_thread.run_sync(received, limiter=services.uploads)
    finally:
        shas = [received.blob.sha256 for _, received in form.files]
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(discard, services.database, services.blobs, shas)


def checked(form: Form, services: Services) -> HandedIn:
    """What the form says, its texts checked first, since they are quick. Raises what the checks raise."""
    file, wanted = form.file("file"), read_texts(form)
    if file is None:
        raise Invalid("The form holds no “file”.", errors=[FieldError("/file", "is wanted and did not come")])
    upload = check(
        file,
        form.file("transcript"),
        blobs=services.blobs,
        settings=services.settings,
        readers=services.readers,
    )
    return HandedIn(wanted, upload)


def chunks(stream: AsyncGenerator[bytes, None]) -> Iterator[bytes]:
    """The body as it comes, for a thread that may wait for it."""

    async def following() -> bytes:
        return await anext(stream, b"")

    while chunk := anyio.from_thread.run(following):
        yield chunk


def fingerprint(came: HandedIn) -> str:
    """Of what the form says, whatever boundary it was sent with."""
    upload = came.upload
    beside = upload.transcript.blob.sha256 if upload.transcript else ""
    return answers.sha256(upload.file.blob.sha256, upload.file.name, beside, repr(came.wanted))


def read_texts(form: Form) -> Wanted:
    """The text fields. Raises Invalid naming each one that does not fit."""
    errors: list[FieldError] = []
    title, language, vocabulary = form.text("title"), form.text("language"), form.text("vocabulary")
    if title and len(title) > LONGEST_TITLE:
        errors.append(FieldError("/title", f"has {len(title)} characters, and at most {LONGEST_TITLE} are wanted"))
    if language and not LANGUAGE.fullmatch(language):
        errors.append(FieldError("/language", f"wants “auto” or a code such as “en”, got {language[:40]!a}"))
    speakers = form.text("speakers")
    if wrong := wrong_count(speakers):
        errors.append(wrong)
    experts = tuple(dict.fromkeys(name for text in form.texts("experts") for name in names_in(text)))
    if len(experts) > MOST_EXPERTS:
        errors.append(FieldError("/experts", f"names {len(experts)} people, and at most {MOST_EXPERTS} are wanted"))
    if errors:
        raise Invalid("; ".join(f"{each.pointer[1:]} {each.detail}" for each in errors) + ".", errors=errors)
    return Wanted(
        title,
        experts,
        form.text("collection"),
        language,
        vocabulary,
        int(speakers) if speakers else None,
        said(form.text("consent")),
    )


def wrong_count(speakers: str | None) -> FieldError | None:
    """What is wrong with a number of speakers as somebody typed it; None: nothing, or none was given."""
    if not speakers or speakers in map(str, range(1, MOST_SPEAKERS + 1)):
        return None
    return FieldError("/speakers", f"wants a number from 1 to {MOST_SPEAKERS}, got {speakers[:40]!a}")


def names_in(text: str) -> list[str]:
    """The names in one field, separated by commas."""
    return [name for part in text.split(",") if (name := " ".join(part.split()))]


def said(text: str | None) -> Said | None:
    """What the form says about consent: “all”, or a JSON list. Raises Invalid for anything else."""
    if text is None or text == EVERYTHING:
        return EVERYTHING if text else None
    try:
        return CONSENTS.validate_json(text)
    except ValidationError as error:
        found = [{**each, "loc": ("body", "consent", *each["loc"])} for each in error.errors()]
        raise from_validation(found) from error


@router.post(
    "/recordings",
    status_code=202,
    openapi_extra=FORM,
    responses={
        202: {"model": RecordingOut, "description": "Kept; its job waits. Location says where it is."},
        200: {"model": RecordingOut, "description": "The same bytes came before: the first one."},
        **problems(409),
    },
)
def upload_recording(
    request: Request,
    caller: ManagerDep,
    services: ServicesDep,
    came: Annotated[HandedIn, Depends(handed_in, scope="function")],
    session: WriteDep,
) -> JSONResponse:
    """Hand in an interview. It is checked before anything is kept; the row and its job are written together."""
    row, new = take(session, came, services, by=caller)
    headers = {"Location": f"{request.scope['path']}/{row.id}"}
    return JSONResponse(documents.recording(session, row), 202 if new else 200, headers)


def take(session: Session, came: HandedIn, services: Services, *, by: Caller) -> tuple[Recording, bool]:
    """The recording of an upload, and whether it is new: the same bytes again are the first one."""
    upload = came.upload
    beside = upload.transcript.blob.sha256 if upload.sound and upload.transcript else None
    known = store.same_upload(session, by, upload.file.blob.sha256, transcript_sha256=beside)
    return (known, False) if known else (keep(session, came, services, by=by), True)


def keep(session: Session, came: HandedIn, services: Services, *, by: Caller) -> Recording:
    """The recording's row and its job. Raises Conflict where the same file was being withdrawn at this moment."""
    for received in filter(None, (came.upload.sound, came.upload.transcript)):
        if not services.blobs.exists(received.blob.sha256):
            raise Conflict("The same file was being deleted at this moment.", remedy="Send it again.")
    row = store.add_recording(session, described(session, came, by=by), by=by)
    if services.engine:
        services.engine.enqueue(session, row.id, row.attempt)
    return row


def described(session: Session, came: HandedIn, *, by: Caller) -> NewRecording:
    """What is known of the upload. Experts that nobody knew yet are added; a collection must be there."""
    wanted, upload = came.wanted, came.upload
    experts = tuple(dict.fromkeys(resolve_expert(session, name).id for name in wanted.experts))
    warnings = upload.warnings
    if wanted.consent and not experts:
        warnings += ("Consent was given, but no expert is named: name the experts with PUT …/consent.",)
    return NewRecording(
        title=wanted.title or PurePath(upload.file.name).stem or "Untitled",
        sha256=upload.file.blob.sha256,
        file_name=upload.file.name,
        media_sha256=upload.sound.blob.sha256 if upload.sound else None,
        media_type=upload.media_type,
        transcript_sha256=upload.transcript.blob.sha256 if upload.transcript else None,
        transcript_name=upload.transcript.name if upload.transcript else None,
        collection_id=find_collection(session, by, wanted.collection),
        language=wanted.language,
        vocabulary=wanted.vocabulary,
        speakers=wanted.speakers,
        answers_gap=wanted.answers_gap,
        duration_s=upload.duration_s,
        warnings=warnings,
        experts=experts,
        agreements=agreements(session, wanted.consent, experts),
    )


def find_collection(session: Session, caller: Caller, name: str | None) -> str | None:
    """The id of the collection with that id or name; the name itself where the caller has none such.

    Who is limited to one collection need not name it.
    """
    if name is None:
        mine = list(caller.collections or ())
        return mine[0] if len(mine) == 1 else None
    page = store.list_collections(session, caller, limit=200)
    return next((row.id for row in page.items if name in (row.id, row.name)), name)
