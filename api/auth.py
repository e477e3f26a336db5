"""Who is asking: a key in the Authorization header, or the session that a browser carries in a cookie."""

from secrets import compare_digest

from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import API_PREFIX, Problem
from api.limits import Rates
from models import accounts
from models.access import Caller
from models.db import Database
from models.errors import Forbidden, NotSignedIn, TacitError

COOKIE = "tacit_session"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
OPEN_PATHS = ("/api/v1/healthz", "/api/v1/readyz")


class Authenticated:
    """Puts the caller (None: nobody known) into `scope["state"]["caller"]`; lets only known ones through to the API."""

    def __init__(self, app: ASGIApp, database: Database, rates: Rates) -> None:
        self.app = app
        self.database = database
        self.rates = rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            try:
                await self._admit(scope)
            except TacitError as error:
                await Problem(error)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    async def _admit(self, scope: Scope) -> None:
        headers, state = Headers(scope=scope), scope.setdefault("state", {})
        state["caller"] = caller = await run_in_threadpool(self._find, headers)
        if not scope["path"].startswith(API_PREFIX) or scope["path"] in OPEN_PATHS:
            return
        self.rates.take(caller.id if caller else "unknown at " + (scope.get("client") or ("?",))[0])
        if caller is None:
            raise not_signed_in("authorization" in headers)
        if scope["method"] not in SAFE_METHODS:
            check_csrf(caller, headers.get("x-csrf-token"))

    def _find(self, headers: Headers) -> Caller | None:
        secret, token = bearer(headers), cookie_parser(headers.get("cookie", "")).get(COOKIE)
        if "authorization" not in headers and not token:
            return None
        with self.database.reading() as session:
            if "authorization" in headers:
                return accounts.caller_of_key(session, secret) if secret else None
            return accounts.caller_of_session(session, token) if token else None


def bearer(headers: Headers) -> str | None:
    """The key that a request carries; None where it carries none."""
    scheme, _, secret = headers.get("authorization", "").partition(" ")
    return secret.strip() or None if scheme.lower() == "bearer" else None


def not_signed_in(tried: bool) -> NotSignedIn:
    detail = "That key is unknown, revoked or mistyped." if tried else "This request says nothing of who is asking."
    challenge = 'Bearer realm="tacit"' + (', error="invalid_token"' if tried else "")
    return NotSignedIn(detail, headers={"WWW-Authenticate": challenge})


def check_csrf(caller: Caller, sent: str | None) -> None:
    """Raises Forbidden where a browser's session changes something without the token that its pages carry."""
    if caller.csrf is None or (sent and compare_digest(sent.encode(), caller.csrf.encode())):
        return
    raise Forbidden(
        "A change from a browser's session needs the session's CSRF token; "
        + ("another one came." if sent else "none came."),
        remedy="Send it as X-CSRF-Token (or the form's field), or reload the page.",
    )


def caller_of(request: Request) -> Caller | None:
    """Who asks, as the middleware found out."""
    caller: Caller | None = getattr(request.state, "caller", None)
    return caller


def remember(response: Response, token: str, *, secure: bool, max_age_s: int) -> None:
    """Open the browser's session."""
    response.set_cookie(COOKIE, token, max_age=max_age_s, path="/", secure=secure, httponly=True, samesite="lax")


def forget(response: Response, *, secure: bool) -> None:
    """Close it."""
    response.delete_cookie(COOKIE, path="/", secure=secure, httponly=True, samesite="lax")
