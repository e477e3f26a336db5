"""Put the application together: the one place that knows every door."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

import anyio
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from starlette.middleware import Middleware

from api import (
    answers,
    cards,
    concepts,
    corrections,
    errors,
    experts,
    feed,
    gaps,
    guides,
    health,
    listening,
    maps,
    recordings,
    uploads,
)
from api.auth import COOKIE, Authenticated
from api.deps import Engine, Services
from api.errors import PROBLEM
from api.limits import JSON_LIMIT, BodyLimit, Observed, Rates
from api.minding import mind_now_and_then
from api.pages import page, site
from api.rules import RuledRoute
from api.schemas import ProblemOut
from models.blobs import Blobs
from models.db import Database
from pipeline.readers import Readers
from pipeline.settings import Settings

BASE = "/api/v1"
UPLOADED_TO = re.compile(rf"(?:{BASE})?/recordings|{BASE}/gaps/[^/]+/answers")
ROUTERS = (
    uploads.router,
    recordings.router,
    listening.router,
    corrections.router,
    experts.router,
    cards.router,
    gaps.router,
    guides.router,
    concepts.router,
    maps.router,
    feed.router,
)


def create_app(
    settings: Settings, database: Database, blobs: Blobs, readers: Readers, engine: Engine | None
) -> FastAPI:
    """The application. It starts and stops the engine with itself; without one, jobs wait.

    The readers are closed by whoever opened them, once no request is under way.
    """
    services = Services(settings, database, blobs, readers, engine)
    app = FastAPI(
        title="tacit",
        version=version("tacit"),
        openapi_url=None,  # served below, where it needs a caller like everything else
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=working(services),
        middleware=[
            Middleware(Observed),
            Middleware(Authenticated, database=database, rates=Rates(settings.requests_per_minute)),
            Middleware(BodyLimit, limit_of=limits(settings)),
        ],
    )
    app.state.services = services
    errors.install(app, page.problem_page)
    site.install(app)
    app.add_exception_handler(answers.Answered, again)
    for router in (*ROUTERS, health.router, described(app)):
        app.include_router(router, prefix=BASE)
    app.include_router(health.router, include_in_schema=False)
    return app


def working(services: Services) -> Callable[[FastAPI], Any]:
    """While the application runs, so does the engine, and time is minded."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if services.engine:
            await run_in_threadpool(services.engine.start)
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(mind_now_and_then, services.database)
                yield
                tasks.cancel_scope.cancel()
        finally:
            if services.engine:
                await run_in_threadpool(services.engine.stop)

    return lifespan


def limits(settings: Settings) -> Callable[[str], int]:
    """How many bytes a request to a path may bring."""
    form = settings.max_upload_bytes + settings.max_transcript_bytes + JSON_LIMIT
    return lambda path: form if UPLOADED_TO.fullmatch(path) else JSON_LIMIT


def again(request: Request, error: Exception) -> Response:
    """The answer that the same request was given before."""
    if not isinstance(error, answers.Answered):
        raise error
    return error.response


def described(app: FastAPI) -> APIRouter:
    """The route that describes all routes."""
    router = APIRouter(route_class=RuledRoute)

    @router.get("/openapi.json", include_in_schema=False)
    def openapi() -> JSONResponse:
        app.openapi_schema = app.openapi_schema or schema(app)
        return JSONResponse(app.openapi_schema)

    return router


def schema(app: FastAPI) -> dict[str, Any]:
    """OpenAPI of every route, with the problem that any of them may answer and the two ways to say who asks."""
    found = get_openapi(title=app.title, version=app.version, routes=app.routes)
    parts = found.setdefault("components", {})
    problem = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    parts.setdefault("schemas", {}).update(problem.pop("$defs", {}) | {"ProblemOut": problem})
    for unused in ("HTTPValidationError", "ValidationError"):
        parts["schemas"].pop(unused, None)
    parts["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
    }
    found["security"] = [{"key": []}, {"session": []}]
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            if path.endswith(("/healthz", "/readyz")):
                operation["security"] = []
            declare_problems(operation, method)
    return found


def declare_problems(operation: dict[str, Any], method: str) -> None:
    """Put the problems that every route may answer beside those that this one declares."""
    usual = {"401": "Nobody known", "403": "Not allowed", "422": "A value does not fit", "429": "Too many requests"}
    if method in ("post", "put", "patch"):
        usual |= {"400": "Not understood", "413": "Too large", "415": "Another content type"}
    responses = operation["responses"]
    for status, description in usual.items():
        responses.setdefault(status, {"description": description})
    for status, response in responses.items():
        if status.startswith(("4", "5")):
            response["content"] = {PROBLEM: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}}
