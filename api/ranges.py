"""A stored file, or the part of it that was asked for (RFC 9110, section 14)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from api.rules import none_match
from models.errors import RangeNotSatisfiable

CHUNK = 2**18  # bytes
ONE_RANGE = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Range:
    """Bytes [start, end) of a file."""

    start: int
    end: int


def send(request: Request, path: Path, *, media_type: str, etag: str) -> Response:
    """The file: whole (200), in part (206), or only a word that the caller has it (304).

    Raises RangeNotSatisfiable for a range that begins behind its end.
    """
    if none_match(request, etag):
        return Response(status_code=304, headers={"ETag": etag})
    size = path.stat().st_size
    wanted = asked_range(request, size, etag)
    part = wanted or Range(0, size)
    headers = {"ETag": etag, "Accept-Ranges": "bytes", "Content-Length": str(part.end - part.start)}
    if wanted:
        headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{size}"
    content = iter(()) if getattr(request.state, "head", False) else read(path, part)
    return StreamingResponse(content, 206 if wanted else 200, headers, media_type)


def asked_range(request: Request, size: int, etag: str) -> Range | None:
    """The one range that was asked for; None for none, for several, and where If-Range knows another version."""
    asked, condition = request.headers.get("range"), request.headers.get("if-range")
    if asked is None or (condition is not None and condition.strip() != etag):
        return None
    if "," in asked or not asked.strip().startswith("bytes"):
        return None  # RFC 9110 lets a server answer these with the whole
    found = ONE_RANGE.fullmatch(asked.strip())
    first, last = found.groups() if found else ("", "")
    if not first and not last:
        raise out_of_range(asked, size)
    start = int(first) if first else max(0, size - int(last))
    end = min(size, int(last) + 1) if first and last else size
    if start >= size or (last and first and int(last) < start) or (not first and int(last) == 0):
        raise out_of_range(asked, size)
    return Range(start, end)


def out_of_range(asked: str, size: int) -> RangeNotSatisfiable:
    return RangeNotSatisfiable(
        f"The file has {size} bytes; {asked[:60]!a} is no range of it.",
        headers={"Content-Range": f"bytes */{size}"},
    )


def read(path: Path, part: Range) -> Iterator[bytes]:
    """The bytes, in chunks."""
    with path.open("rb") as file:
        file.seek(part.start)
        left = part.end - part.start
        while left and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
