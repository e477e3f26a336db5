"""What every request passes first: an id and a log line, safe headers, a bounded body, a bounded rate."""

import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import API_PREFIX, Problem
from models.errors import TooLarge, TooMany

log = logging.getLogger("tacit.access")

REQUEST_ID = re.compile(r"[\w.:/+=-]{1,128}", re.ASCII)
JSON_LIMIT = 2**20  # bytes of a body that holds no file
SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'",
}
API_HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}


class Observed:
    """Gives every request an id (the caller's own, where it is a decent one), a log line and safe headers.

    HEAD is answered as GET without its body; `scope["state"]["head"]` tells a route that would read a large file.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope).get("x-request-id", "")
        request_id = asked if REQUEST_ID.fullmatch(asked) else uuid4().hex
        head = scope["method"] == "HEAD"
        scope["state"] = dict(scope.get("state", {}), request_id=request_id, head=head)
        inner = dict(scope, method="GET" if head else scope["method"])
        begun, status = time.perf_counter(), 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._mark(message, scope["path"], request_id)
            elif head:
                message = {**message, "body": b""}
            await send(message)

        try:
            await self.app(inner, receive, sending)
        finally:
            took = (time.perf_counter() - begun) * 1000
            log.info("%s %s %d %.1f ms %s", scope["method"], ascii(scope["path"])[1:-1], status, took, request_id)

    @staticmethod
    def _mark(message: Message, path: str, request_id: str) -> None:
        headers = MutableHeaders(scope=message)
        headers["X-Request-ID"] = request_id
        for name, value in (SAFE_HEADERS | (API_HEADERS if path.startswith(API_PREFIX) else {})).items():
            headers.setdefault(name, value)


class BodyLimit:
    """Counts the bytes of a body as they come; `limit_of` names the limit of a path."""

    def __init__(self, app: ASGIApp, limit_of: Callable[[str], int]) -> None:
        self.app = app
        self.limit_of = limit_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit, came = self.limit_of(scope["path"]), 0
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced[:20]) > limit:
            await Problem(too_large(limit))(scope, receive, send)
            return

        async def counting() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > limit:
                raise too_large(limit)
            return message

        await self.app(scope, counting, send)


def too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body of this request may have {limit:,} bytes; more came.")


@dataclass(slots=True)
class Bucket:
    """What one caller may still ask, and when that was last counted."""

    left: float
    at: float


class Rates:
    """So many requests a minute for each caller, with as many at once; the clock gives seconds."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self.clock = clock
        self.buckets: dict[str, Bucket] = {}

    def take(self, caller: str) -> None:
        """Count one request. Raises TooMany with the seconds to wait."""
        at = self.clock()
        self._forget(at)
        bucket = self.buckets.setdefault(caller, Bucket(self.per_minute, at))
        bucket.left = min(self.per_minute, bucket.left + (at - bucket.at) * self.per_minute / 60)
        bucket.at = at
        if bucket.left < 1:
            wait = ceil((1 - bucket.left) * 60 / self.per_minute)
            detail = f"{self.per_minute} requests a minute are allowed here; the next one in {wait} s."
            raise TooMany(detail, headers={"Retry-After": str(wait)})
        bucket.left -= 1

    def _forget(self, at: float) -> None:
        """Drop those who were silent for a minute: they have their full share again anyway."""
        if len(self.buckets) > 1000:
            self.buckets = {name: bucket for name, bucket in self.buckets.items() if at - bucket.at < 60}
