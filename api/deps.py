"""What a route may ask for: the caller, a session, the services, a page of a list."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Protocol
from urllib.parse import quote, urlencode

from anyio import CapacityLimiter
from fastapi import Depends, Query, Request
from fastapi.concurrency import contextmanager_in_threadpool, run_in_threadpool
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session

from api import answers
from api.auth import caller_of, not_signed_in
from api.limits import Rates
from api.looks import Looks
from models.access import Caller, Role
from models.blobs import Blobs
from models.db import Database
from models.errors import Forbidden
from models.paging import decode, encode
from pipeline.readers import Readers
from pipeline.settings import Settings

SIGN_INS_A_MINUTE = 10


class Engine(Protocol):
    """Does the work of a recording, durably."""

    def enqueue(self, session: Session, recording_id: str, attempt: int) -> None:
        """Put the recording's job into the session's transaction: both are kept, or neither."""
        ...

    def cancel(self, recording_id: str) -> None:
        """Stop the recording's job soon. Called outside of any transaction."""
        ...

    def start(self) -> None:
        """Called once, before the first request is answered."""
        ...

    def stop(self) -> None:
        """Called once, after the last request."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """What the application was put together from. Without an engine, jobs wait."""

    settings: Settings
    database: Database
    blobs: Blobs
    readers: Readers
    engine: Engine | None
    writers: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(1))
    uploads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(8))
    looks: Looks = field(default_factory=Looks)
    sign_ins: Rates = field(default_factory=lambda: Rates(SIGN_INS_A_MINUTE))  # by name: passwords cannot be tried out


def services_of(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


def known_caller(request: Request) -> Caller:
    """Who asks. Raises NotSignedIn where nobody knows."""
    caller = caller_of(request)
    if caller is None:
        raise not_signed_in(tried=False)
    return caller


def require(allows: Callable[[Role], bool], wanted: str) -> Callable[[Caller], Caller]:
    """A dependency that gives the caller, or raises Forbidden naming who may."""

    def allowed(caller: Annotated[Caller, Depends(known_caller)]) -> Caller:
        if not allows(caller.role):
            raise Forbidden(f"This wants the role {wanted} or a higher one; yours is {caller.role}.")
        return caller

    return allowed


async def write_session(request: Request) -> AsyncIterator[Session]:
    """One request, one transaction: committed before the answer goes out, rolled back on any error.

    Writers of this process queue up here, without a thread each, rather than at the database's lock. What a request
    must do once its change is safe stands in `request.state.later`.
    """
    services = services_of(request)
    if answers.name_of(request) and not hasattr(request.state, "fingerprint"):
        request.state.fingerprint = answers.sha256(await request.body())
    request.state.later = []
    async with services.writers, contextmanager_in_threadpool(services.database.writing()) as session:
        request.state.session = session
        await run_in_threadpool(answers.repeat, session, request)
        yield session
    for act in request.state.later:
        await run_in_threadpool(act)


def read_session(request: Request) -> Iterator[Session]:
    with services_of(request).database.reading() as session:
        yield session


def after_commit(request: Request, act: Callable[[], object]) -> None:
    """Have this done when the request's transaction is committed; not at all if it is rolled back."""
    request.state.later.append(act)


managing = require(lambda role: role.can_manage, Role.MANAGER)

CallerDep = Annotated[Caller, Depends(known_caller)]
ReviewerDep = Annotated[Caller, Depends(require(lambda role: role.can_review, Role.EXPERT))]
ManagerDep = Annotated[Caller, Depends(managing)]
ServicesDep = Annotated[Services, Depends(services_of)]
WriteDep = Annotated[Session, Depends(write_session, scope="function")]
ReadDep = Annotated[Session, Depends(read_session, scope="function")]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of a list is wanted."""

    limit: int
    cursor: str | None


def asked_page(
    limit: Annotated[int, Query(ge=1, le=200, description="How many at most.")] = 50,
    cursor: Annotated[str | None, Query(max_length=500, description="“next” of the page before.")] = None,
) -> Asked:
    return Asked(limit, cursor)


PageDep = Annotated[Asked, Depends(asked_page)]


def listed(request: Request, items: Sequence[Any], next_cursor: str | None) -> JSONResponse:
    """A page of a list, with the way to the next one in a Link header too."""
    response = JSONResponse({"items": list(items), "next": next_cursor})
    if next_cursor is not None:
        query = [pair for pair in request.query_params.multi_items() if pair[0] != "cursor"]
        target = f"{quote(request.scope['path'])}?{urlencode([*query, ('cursor', next_cursor)])}"
        response.headers["Link"] = f'<{target}>; rel="next"'
    return response


def sliced(request: Request, items: Sequence[Any], asked: Asked, *, order: str) -> JSONResponse:
    """A page of a list that only grows at its end; `order` is its name."""
    begin = int(decode(order, asked.cursor, [int])[0]) if asked.cursor else 0
    end = begin + asked.limit
    more = encode(order, [end]) if begin >= 0 and end < len(items) else None
    return listed(request, items[max(0, begin) : end], more)
