"""The people whose know-how is recorded, and the areas of the organization."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from api import documents
from api.deps import CallerDep, ManagerDep, PageDep, ReadDep, WriteDep, listed
from api.rules import RuledRoute
from api.schemas import CollectionIn, CollectionOut, ExpertIn, ExpertOut, PageOut, problems
from models import store

router = APIRouter(route_class=RuledRoute, tags=["experts and collections"])


@router.get("/experts", responses={200: {"model": PageOut[ExpertOut]}})
def list_experts(request: Request, caller: CallerDep, session: ReadDep, asked: PageDep) -> JSONResponse:
    """The experts by name; who does not manage sees only themselves."""
    page = store.list_experts(session, caller, cursor=asked.cursor, limit=asked.limit)
    return listed(request, [documents.expert(row) for row in page.items], page.next)


@router.post("/experts", status_code=201, responses={201: {"model": ExpertOut}})
def add_expert(request: Request, caller: ManagerDep, session: WriteDep, body: ExpertIn) -> JSONResponse:
    """A new expert; two may bear the same name."""
    row = store.add_expert(session, body.name)
    return created(request, documents.expert(row))


@router.get("/experts/{expert_id}", responses={200: {"model": ExpertOut}, **problems(404)})
def get_expert(expert_id: str, caller: CallerDep, session: ReadDep) -> JSONResponse:
    return JSONResponse(documents.expert(store.get_expert(session, caller, expert_id)))


@router.patch("/experts/{expert_id}", responses={200: {"model": ExpertOut}, **problems(404)})
def rename_expert(expert_id: str, caller: ManagerDep, session: WriteDep, body: ExpertIn) -> JSONResponse:
    """Another name for the same person."""
    return JSONResponse(documents.expert(store.rename_expert(session, caller, expert_id, body.name)))


@router.get("/collections", responses={200: {"model": PageOut[CollectionOut]}})
def list_collections(request: Request, caller: CallerDep, session: ReadDep, asked: PageDep) -> JSONResponse:
    """The collections that the caller may use, by name."""
    page = store.list_collections(session, caller, cursor=asked.cursor, limit=asked.limit)
    return listed(request, [documents.collection(row) for row in page.items], page.next)


@router.post("/collections", status_code=201, responses={201: {"model": CollectionOut}, **problems(409)})
def add_collection(request: Request, caller: ManagerDep, session: WriteDep, body: CollectionIn) -> JSONResponse:
    row = store.add_collection(session, body.name)
    return created(request, documents.collection(row))


@router.get("/collections/{collection_id}", responses={200: {"model": CollectionOut}, **problems(404)})
def get_collection(collection_id: str, caller: CallerDep, session: ReadDep) -> JSONResponse:
    return JSONResponse(documents.collection(store.get_collection(session, caller, collection_id)))


def created(request: Request, document: dict[str, Any]) -> JSONResponse:
    """201, and where the new thing is."""
    return JSONResponse(document, 201, {"Location": f"{request.scope['path']}/{document['id']}"})
