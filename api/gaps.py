"""What to ask next time: the gaps of all cards, and their answers."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from sqlalchemy.orm import Session

from api import documents, uploads
from api.deps import CallerDep, PageDep, ReadDep, ReviewerDep, Services, ServicesDep, WriteDep, listed, services_of
from api.errors import from_validation
from api.intake import Received
from api.multipart import Form
from api.rules import RuledRoute, check_json
from api.schemas import AnswerIn, CardGapOut, PageOut, RecordingOut, problems
from api.uploads import HandedIn, Wanted
from models import gaps
from models.access import Caller
from models.errors import Conflict, FieldError, Forbidden, Invalid
from models.gaps import CardGap, GapFilter
from models.tables import Recording

router = APIRouter(route_class=RuledRoute, tags=["gaps"])

LONGEST_TITLE = 120
ASKED_BY, TOLD_BY = "Interviewer", "Expert"  # speakers of an answer that was typed
FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": AnswerIn.model_json_schema()},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "text": {"type": "string", "description": "The answer, typed; or:"},
                        "file": {"type": "string", "format": "binary", "description": "The answer, spoken."},
                        "experts": {"type": "string", "description": "Who answers; default: the card's experts."},
                        "title": {"type": "string"},
                        "language": {"type": "string", "example": "en"},
                        "speakers": {"type": "integer", "description": "How many people are heard; default: one."},
                        "consent": {"type": "string", "description": "As for a recording.", "example": "all"},
                    },
                }
            },
        },
    }
}

Id = Annotated[str | None, Query(max_length=100)]


def gap_filter(
    recording: Id = None,
    expert: Id = None,
    card: Id = None,
    collection: Id = None,
    answered: Annotated[bool | None, Query(description="Those that were answered, or only the open ones.")] = None,
) -> GapFilter:
    """Which gaps of the list are wanted."""
    return GapFilter(recording, expert, card, collection, answered)


@router.get("/gaps", responses={200: {"model": PageOut[CardGapOut]}})
def list_gaps(
    request: Request,
    caller: CallerDep,
    session: ReadDep,
    asked: PageDep,
    wanted: Annotated[GapFilter, Depends(gap_filter)],
) -> JSONResponse:
    """What to ask next time, the best question first; of the cards that the caller may see."""
    page = gaps.list_gaps(session, caller, wanted, cursor=asked.cursor, limit=asked.limit)
    return listed(request, [documents.card_gap(found) for found in page.items], page.next)


async def answer_given(request: Request, gap_id: str, caller: ReviewerDep) -> AsyncIterator[HandedIn]:
    """The answer of a request, as JSON or as a form, addressed to its gap."""
    services = services_of(request)
    asked = await run_in_threadpool(gap_for, services, caller, gap_id)
    if request.headers.get("content-type", "").startswith("application/json"):
        text, form = await typed(request), Form()
        came = uploads.reading(services, form, lambda: write_down(form, asked, text, services))
    else:
        came = uploads.taking(request, ("text",), lambda form: write_down(form, asked, form.text("text"), services))
    async with came as answer:
        yield replace(answer, wanted=addressed(answer, asked, caller))


def gap_for(services: Services, caller: Caller, gap_id: str) -> CardGap:
    """Raises NotFound, before anything is read of the answer."""
    with services.database.reading() as session:
        return gaps.find_gap(session, caller, gap_id)


async def typed(request: Request) -> str:
    """The text of a JSON body. Raises BadRequest, Unsupported, Invalid."""
    await check_json(request)
    try:
        return AnswerIn.model_validate_json(await request.body() or b"{}").text
    except ValidationError as error:
        raise from_validation([{**each, "loc": ("body", *each["loc"])} for each in error.errors()]) from error


def write_down(form: Form, asked: CardGap, text: str | None, services: Services) -> None:
    """Put a typed answer into the form as the transcript of a short interview: the question, and what was typed."""
    if text and form.file("file"):
        raise Invalid("An answer is “text” or “file”, not both.", errors=[FieldError("/text", "came beside a file")])
    if not text and not form.file("file"):
        raise Invalid("An answer is “text” or a “file” of sound.", errors=[FieldError("/text", "is wanted")])
    if text:
        question, answer = (" ".join(each.split()) for each in (asked.gap.question, text))
        said = f"{ASKED_BY}: {question}\n{TOLD_BY}: {answer}\n".encode()
        blob = services.blobs.write(iter([said]), services.settings.max_transcript_bytes)
        form.files.append(("file", Received("answer.txt", blob)))


def addressed(answer: HandedIn, asked: CardGap, caller: Caller) -> Wanted:
    """What is wanted of the answer: that of its form, and else what the gap says.

    An expert answers as that expert. Raises Forbidden where the caller stands for none.
    """
    wanted = answer.wanted
    if not caller.role.can_manage and caller.expert_id is None:
        raise Forbidden("An answer is an expert's, and you stand for none.")
    experts = wanted.experts or tuple(expert.id for expert in asked.card.experts)
    alone = 1 if answer.upload.sound else None
    return replace(
        wanted,
        title=wanted.title or f"Answer to: {asked.gap.question}"[:LONGEST_TITLE],
        experts=experts if caller.role.can_manage else (caller.expert_id or "",),
        collection=asked.card.collection_id,
        speakers=wanted.speakers or alone,
        answers_gap=asked.gap.id,
    )


@router.post(
    "/gaps/{gap_id}/answers",
    status_code=202,
    openapi_extra=FORM,
    responses={
        202: {"model": RecordingOut, "description": "Kept as a recording; its job waits. Location says where it is."},
        200: {"model": RecordingOut, "description": "The same answer came before: the first one."},
        **problems(404, 409),
    },
)
def answer_gap(
    gap_id: str,
    caller: ReviewerDep,
    services: ServicesDep,
    came: Annotated[HandedIn, Depends(answer_given, scope="function")],
    session: WriteDep,
) -> JSONResponse:
    """Answer a follow-up question, in writing or spoken. Once the answer's drafts are there, the gap names it."""
    row, new = kept(session, came, services, caller)
    headers = {"Location": f"/api/v1/recordings/{row.id}"}
    return JSONResponse(documents.recording(session, row), 202 if new else 200, headers)


def kept(session: Session, came: HandedIn, services: Services, caller: Caller) -> tuple[Recording, bool]:
    """The answer's recording, and whether it is new. Raises Conflict where the same bytes answer another gap."""
    row, new = uploads.take(session, came, services, by=caller)
    if row.answers_gap not in (None, came.wanted.answers_gap):
        raise Conflict("These very bytes answer another question already.", remedy="Record or type another answer.")
    row.answers_gap = came.wanted.answers_gap
    return row, new
