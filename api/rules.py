"""The rules that every route of the API keeps, before and after its own function runs."""

import hashlib
import math
from collections.abc import Callable, Coroutine, Iterator
from email.message import Message
from typing import Any

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.dependencies.models import Dependant
from fastapi.responses import StreamingResponse
from fastapi.routing import APIRoute

from api import answers
from models.errors import BadRequest, FieldError, Invalid, NotFound, Stale, Unconditional, Unsupported

MAX_DEPTH = 40
MAX_INTEGER = 2**53  # what every JSON reader keeps exact


class RuledRoute(APIRoute):
    """Refuses unknown query parameters and odd JSON, tags and compares what GET gives, remembers what POST answered."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        known = frozenset(query_names(self.dependant))
        wants_json = self.body_field is not None

        async def ruled(request: Request) -> Response:
            check_path(request)
            check_query(request, known)
            if wants_json:
                await check_json(request)
            response = await handle(request)
            if request.method == "POST":
                await run_in_threadpool(answers.remember, request, response)
            return tagged(request, response) if request.method == "GET" else response

        return ruled


def query_names(dependant: Dependant) -> Iterator[str]:
    """Every query parameter that a route or one of its dependencies declares."""
    yield from (field.alias for field in dependant.query_params)
    for each in dependant.dependencies:
        yield from query_names(each)


def check_path(request: Request) -> None:
    """Raises NotFound for a path with characters that no id has."""
    if "\0" in request.scope["path"]:
        raise NotFound("Nothing is at a path with a NUL character in it.")


def check_query(request: Request, known: frozenset[str]) -> None:
    """Raises Invalid for a parameter that the route does not have, comes twice, or holds a NUL character."""
    names = [name for name, _ in request.query_params.multi_items()]
    errors = [
        FieldError(f"?{name}", "is no parameter of this route") for name in dict.fromkeys(names) if name not in known
    ]
    errors += [FieldError(f"?{name}", "came more than once") for name in known if names.count(name) > 1]
    errors += [
        FieldError(f"?{name}", "holds a NUL character")
        for name, value in request.query_params.multi_items()
        if "\0" in value
    ]
    if errors:
        wanted = ", ".join(sorted(known)) or "none"
        named = "; ".join(f"{each.pointer} {each.detail}" for each in errors[:3])
        raise Invalid(f"{named}. Parameters of this route: {wanted}.", errors=errors)


async def check_json(request: Request) -> None:
    """Read the body as JSON that every reader understands alike; what FastAPI then reads is this same document.

    Raises Unsupported for another content type, BadRequest for what is no JSON, Invalid for values outside of it.
    """
    if not await request.body():
        return
    check_content_type(request)
    try:
        document = await request.json()
    except RecursionError as error:
        raise BadRequest(f"The body nests deeper than {MAX_DEPTH} levels.") from error
    except ValueError as error:  # no JSON, no UTF-8, a number of thousands of digits
        raise BadRequest(f"The body is not JSON: {str(error)[:120]}.", remedy="Send JSON in UTF-8.") from error
    check_values(document)


def check_content_type(request: Request) -> None:
    message = Message()
    message["content-type"] = came = request.headers.get("content-type", "")
    kind = message.get_content_type() if came else ""
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise Unsupported(
            f"This route reads application/json; {came[:80] or 'no content type'} came.",
            remedy="Send “Content-Type: application/json” and a body in it.",
        )
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Unsupported("This route reads no compressed bodies.", remedy="Send the body as it is.")


def check_values(document: Any) -> None:
    """Walk a document without recursion. Raises for what a database or another JSON reader would stumble over."""
    waiting: list[tuple[str, int, Any]] = [("", 1, document)]
    while waiting:
        pointer, depth, value = waiting.pop()
        if depth > MAX_DEPTH:
            raise BadRequest(f"The body nests deeper than {MAX_DEPTH} levels.")
        if wrong := oddity(value):
            raise Invalid(f"{pointer or 'The body'} {wrong}.", errors=[FieldError(pointer, wrong)])
        if isinstance(value, dict):
            for key in value:
                if wrong := oddity(key):
                    raise Invalid(f"A name in {pointer or 'the body'} {wrong}.", errors=[FieldError(pointer, wrong)])
            waiting += [(f"{pointer}/{escape(key)}", depth + 1, each) for key, each in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{pointer}/{index}", depth + 1, each) for index, each in enumerate(value)]


def oddity(value: Any) -> str | None:
    """What is wrong with one string or number; None: nothing."""
    if isinstance(value, str):
        if "\0" in value:
            return "holds a NUL character"
        if any("\ud800" <= letter <= "\udfff" for letter in value):
            return "holds half of a surrogate pair, which is no character"
    if isinstance(value, float) and not math.isfinite(value):
        return "is a number outside of JSON"
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        return "is a whole number beyond 2^53"
    return None


def escape(key: str) -> str:
    """A member's name inside a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def etag_of(body: bytes) -> str:
    """A strong validator: the same for the same revision, version and view of a role, since it is made of all of it."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def tagged(request: Request, response: Response) -> Response:
    """The response with its ETag, or 304 where the caller has that one already."""
    if response.status_code != 200 or isinstance(response, StreamingResponse):
        return response
    etag = response.headers.setdefault("ETag", etag_of(bytes(response.body)))
    if not none_match(request, etag):
        return response
    return Response(status_code=304, headers={"ETag": etag})


def none_match(request: Request, etag: str) -> bool:
    """Whether If-None-Match says that the caller has this one (weak comparison, as RFC 9110 wants it there)."""
    asked = request.headers.get("if-none-match")
    if asked is None:
        return False
    return asked.strip() == "*" or etag in {each.strip().removeprefix("W/") for each in asked.split(",")}


def check_match(request: Request, etag: str, *, wanted: bool = True) -> None:
    """Raises Unconditional without If-Match (where it is wanted), Stale with the current ETag where another came."""
    asked = request.headers.get("if-match")
    if asked is None:
        if wanted:
            raise Unconditional("This change needs If-Match; none came.", headers={"ETag": etag})
        return
    if asked.strip() != "*" and etag not in {each.strip() for each in asked.split(",")}:
        raise Stale("If-Match names another version than the current one.", headers={"ETag": etag})
