"""Concepts: to read as SKOS, to name, to relate, to merge."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session

from api import documents, skos
from api.deps import CallerDep, ManagerDep, PageDep, ReadDep, ServicesDep, WriteDep, listed, sliced
from api.rules import RuledRoute, check_match, etag_of
from api.schemas import ConceptEventOut, ConceptOut, ConceptsIn, PageOut, problems
from models import labelling, scheme
from models.access import Caller
from models.labelling import ConceptChange
from models.scheme import ConceptFilter
from models.tables import ConceptRow

router = APIRouter(route_class=RuledRoute, tags=["concepts"])

Text = Annotated[str | None, Query(max_length=200)]


@router.get("/concepts", responses={200: {"model": PageOut[ConceptOut]}})
def list_concepts(
    request: Request,
    caller: CallerDep,
    session: ReadDep,
    asked: PageDep,
    q: Annotated[str, Query(max_length=500, description="Words that stand in its labels.")] = "",
    collection: Text = None,
    hidden: Annotated[bool, Query(description="For managers: those that people say are none.")] = False,
    sort: Annotated[str, Query(description="One of: label, weight.")] = "label",
) -> JSONResponse:
    """The things that experts talk about; a reader sees those of approved cards."""
    wanted = ConceptFilter(q, collection, hidden)
    page = scheme.list_concepts(session, caller, wanted, sort=sort, cursor=asked.cursor, limit=asked.limit)
    return listed(request, [documents.concept(view) for view in page.items], page.next)


@router.get("/concepts.jsonld", responses={200: {"content": {skos.JSON_LD: {}}}}, response_class=Response)
def get_scheme(caller: CallerDep, session: ReadDep, services: ServicesDep) -> Response:
    """Every concept that the caller may see, as a SKOS concept scheme in JSON-LD."""
    concepts = scheme.every_concept(session, caller)
    base = f"{services.settings.address}/api/v1/concepts"
    return JSONResponse(skos.scheme_of(concepts, base), media_type=skos.JSON_LD)


@router.get("/concepts/{concept_id}", responses={200: {"model": ConceptOut}, 301: {}, **problems(404)})
def get_concept(request: Request, concept_id: str, caller: CallerDep, session: ReadDep) -> Response:
    """The concept, with the cards about it that the caller may see; what was merged leads to its heir."""
    row = scheme.find_concept(session, caller, concept_id)
    if row.id != concept_id:
        at = request.scope["path"].removesuffix(concept_id)
        return Response(status_code=301, headers={"Location": f"{at}{row.id}"})
    return shown(session, caller, row)


@router.patch("/concepts/{concept_id}", responses={200: {"model": ConceptOut}, **problems(404, 409, 412, 428)})
def edit_concept(
    request: Request,
    concept_id: str,
    caller: ManagerDep,
    session: WriteDep,
    body: Annotated[ConceptChange, Body(media_type="application/merge-patch+json")],
) -> JSONResponse:
    """What people say stays, whatever is mined later (RFC 7396)."""
    row = matching(request, session, caller, concept_id)
    labelling.relabel(session, row, body.model_dump(mode="json", exclude_unset=True), by=caller)
    return shown(session, caller, row)


@router.post("/concepts/{concept_id}/merge", responses={200: {"model": ConceptOut}, **problems(404, 412, 428)})
def merge_concepts(
    request: Request, concept_id: str, caller: ManagerDep, session: WriteDep, body: ConceptsIn
) -> JSONResponse:
    """Other concepts are this one from now on; their ids lead to it."""
    row = matching(request, session, caller, concept_id)
    labelling.merge(session, row, body.concepts, by=caller)
    return shown(session, caller, row)


@router.post("/concepts/{concept_id}/split", responses={200: {"model": ConceptOut}, **problems(404, 412, 428)})
def split_concept(
    request: Request, concept_id: str, caller: ManagerDep, session: WriteDep, body: ConceptsIn
) -> JSONResponse:
    """Concepts that were merged into this one stand for themselves again."""
    row = matching(request, session, caller, concept_id)
    labelling.split(session, row, body.concepts, by=caller)
    return shown(session, caller, row)


@router.get("/concepts/{concept_id}/history", responses={200: {"model": PageOut[ConceptEventOut]}, **problems(404)})
def list_history(
    request: Request, concept_id: str, caller: ManagerDep, session: ReadDep, asked: PageDep
) -> JSONResponse:
    """Who changed it and how, oldest first."""
    row = scheme.find_concept(session, caller, concept_id)
    mask = scheme.mask(session, row)
    events = [documents.concept_event(event, mask) for event in scheme.history(session, row)]
    return sliced(request, events, asked, order="concept history")


def shown(session: Session, caller: Caller, row: ConceptRow) -> JSONResponse:
    """The concept, with the ETag of what this caller sees of it."""
    document = whole(session, caller, row)
    response = JSONResponse(document)
    response.headers["ETag"] = etag_of(bytes(response.body))
    return response


def whole(session: Session, caller: Caller, row: ConceptRow) -> dict[str, Any]:
    """The concept's document with its cards."""
    view = scheme.view(session, caller, row)
    return documents.concept(view) | {
        "cards": [documents.named_card(one) for one in scheme.cards(session, caller, row)]
    }


def matching(request: Request, session: Session, caller: Caller, concept_id: str) -> ConceptRow:
    """The concept in the version that If-Match names. Raises NotFound, Unconditional, Stale."""
    row = scheme.find_concept(session, caller, concept_id)
    check_match(request, shown(session, caller, row).headers["ETag"])
    return row
