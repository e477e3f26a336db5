"""One way to say no: every error becomes application/problem+json (RFC 9457), or a page where a browser asks."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match

from models.errors import (
    BadRequest,
    Busy,
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    NotSignedIn,
    TacitError,
    TooLarge,
    Unsupported,
    WrongMethod,
)

ErrorPage: TypeAlias = Callable[[Request, TacitError], Response]  # how a browser is told

log = logging.getLogger("tacit.api")

API_PREFIX = "/api/"
PROBLEM = "application/problem+json"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
BY_STATUS: Mapping[int, type[TacitError]] = {
    kind.status: kind
    for kind in (BadRequest, NotSignedIn, Forbidden, NotFound, WrongMethod, TooLarge, Unsupported, Invalid)
}


class Problem(JSONResponse):
    """A TacitError as it goes over the wire."""

    media_type = PROBLEM

    def __init__(self, error: TacitError) -> None:
        super().__init__(describe(error), status_code=error.status, headers=error.headers)

    def render(self, content: Any) -> bytes:
        return json.dumps(content, ensure_ascii=True, allow_nan=False).encode()  # ASCII: what came may be half a letter


def describe(error: TacitError) -> dict[str, Any]:
    """The members of the problem: `type` is a name to switch on, the others are for people."""
    return {**error.problem(), "errors": [{"pointer": each.pointer, "detail": each.detail} for each in error.errors]}


def install(app: FastAPI, page: ErrorPage | None = None) -> None:
    """Render every exception here; `page` renders those that a browser meets outside the API."""

    def answer(request: Request, error: TacitError) -> Response:
        if page and asks_for_page(request):
            return page(request, error)
        return Problem(error)

    def handler(translate: Callable[[Request, Any], TacitError]) -> Callable[[Request, Any], Response]:
        return lambda request, error: answer(request, translate(request, error))

    app.add_exception_handler(TacitError, handler(lambda _, error: error))
    app.add_exception_handler(RequestValidationError, handler(lambda _, error: from_validation(error.errors())))
    app.add_exception_handler(HTTPException, handler(from_http))
    app.add_exception_handler(ClientDisconnect, handler(lambda *_: BadRequest("The request broke off in the middle.")))
    app.add_exception_handler(OperationalError, handler(from_database))
    app.add_exception_handler(Exception, handler(from_surprise))


def asks_for_page(request: Request) -> bool:
    """Whether a browser asks, outside of the API."""
    return not request.scope["path"].startswith(API_PREFIX) and "text/html" in request.headers.get("accept", "")


def from_http(request: Request, error: HTTPException) -> TacitError:
    """What the router and the form parser say."""
    if isinstance(error.__cause__, TacitError):  # raised while the body was read, and wrapped on its way up
        return error.__cause__
    details = {
        404: f"Nothing is at {request.scope['path']}.",
        405: f"{request.method} does not work at {request.scope['path']}.",
    }
    headers = {"Allow": ", ".join(methods_at(request))} if error.status_code == 405 else error.headers
    kind = BY_STATUS.get(error.status_code, BadRequest if error.status_code < 500 else TacitError)
    return kind(details.get(error.status_code, str(error.detail)), headers=headers)


def methods_at(request: Request) -> list[str]:
    """The methods that the request's path knows, of all routes together; the router itself tells of one route only."""
    path = request.scope["path"]
    scopes = {each: {"type": "http", "method": each, "path": path, "root_path": "", "headers": []} for each in METHODS}
    routes = request.app.router.routes
    found = [each for each, scope in scopes.items() if any(route.matches(scope)[0] == Match.FULL for route in routes)]
    return ["GET", "HEAD", *found[1:]] if found[:1] == ["GET"] else found


def from_database(request: Request, error: OperationalError) -> TacitError:
    log.warning("%s %s: %s", request.method, request.scope["path"], error)
    return Busy(
        "The database did not answer in time.",
        remedy="Try again in a few seconds; “tacit doctor” says whether the database can be reached.",
        headers={"Retry-After": "5"},
    )


def from_surprise(request: Request, error: Exception) -> TacitError:
    log.error("%s %s failed", request.method, request.scope["path"], exc_info=error)
    name = getattr(request.state, "request_id", "")
    return TacitError("tacit met something that nobody foresaw; nothing was changed.", headers={"X-Request-ID": name})


def from_validation(found: Sequence[Any]) -> TacitError:
    """What FastAPI found wrong with the fields of a request; a path that cannot be is a path that is not."""
    if any(each["loc"][0] == "path" for each in found):
        return NotFound("Nothing is at that path.")
    errors = [FieldError(pointer(each["loc"]), sentence(each)) for each in found]
    named = "; ".join(f"{each.pointer or 'the body'}: {each.detail}" for each in errors[:3])
    return Invalid(f"{named}.", errors=errors)


def pointer(loc: Sequence[str | int]) -> str:
    """A JSON pointer for a place in the body, "?name" for a query parameter, the name of a header."""
    place, *rest = loc
    if place == "query":
        return "?" + "/".join(str(each) for each in rest)
    if place == "header":
        return "-".join(part.capitalize() for part in str(rest[0]).split("-"))
    return "".join("/" + str(each).replace("~", "~0").replace("/", "~1") for each in rest)


def sentence(found: Mapping[str, Any]) -> str:
    """What was wanted, and what came."""
    wanted = str(found["msg"]).removeprefix("Value error, ")
    if found["type"] == "missing":
        return "is wanted and did not come"
    came = found.get("input")
    return wanted if isinstance(came, dict | list) else f"{wanted}, got {ascii_of(came)}"


def ascii_of(value: object) -> str:
    """At most 60 characters of what came, fit to print."""
    shown = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "…"
