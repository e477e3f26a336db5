"""What a POST with an Idempotency-Key was answered: the same request again gets the same answer, and does nothing."""

import hashlib
from datetime import timedelta

from fastapi import Request, Response
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.auth import caller_of
from api.errors import API_PREFIX
from models.errors import FieldError, Invalid
from models.tables import Answer, now

HEADER = "Idempotency-Key"
KEPT = timedelta(hours=24)
LONGEST = 255  # characters of a key
REPEATED_HEADERS = ("content-type", "location", "etag", "link")


class Answered(Exception):
    """This request was answered before."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def sha256(*parts: str | bytes) -> str:
    """Of all parts, each with its length, so that no two lists of parts look alike."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()


def name_of(request: Request) -> str | None:
    """Under which name the answer to this request is kept: caller, method, path and the caller's key, hashed."""
    key, caller = request.headers.get(HEADER), caller_of(request)
    if key is None or caller is None or request.method != "POST" or not request.scope["path"].startswith(API_PREFIX):
        return None
    if not 1 <= len(key) <= LONGEST:
        wrong = f"has 1 to {LONGEST} characters, got {len(key)}"
        raise Invalid(f"{HEADER} {wrong}.", errors=[FieldError(HEADER, wrong)])
    return sha256(caller.id, request.method, request.scope["path"], request.scope["query_string"], key)


def repeat(session: Session, request: Request) -> None:
    """Raises Answered where this request was answered before, Invalid where its key came with another body.

    `request.state.fingerprint` is the SHA-256 of what the request says. The session holds the writer's lock, so a
    twin that came at the same moment has either answered or waits behind this one.
    """
    name = name_of(request)
    kept = session.get(Answer, name) if name else None
    if kept is None or now() - kept.created_at > KEPT:
        return
    if kept.request_sha256 != request.state.fingerprint:
        raise Invalid(
            f"This {HEADER} came before with another request.",
            remedy="Use a new key for a new request.",
            errors=[FieldError(HEADER, "came before with another request")],
        )
    response = Response(kept.body, status_code=kept.status, headers=kept.headers)
    response.headers["Idempotency-Replayed"] = "true"
    raise Answered(response)


def remember(request: Request, response: Response) -> None:
    """Keep the answer in the request's own transaction; whatever is older than a day goes."""
    name = name_of(request)
    session: Session | None = getattr(request.state, "session", None)
    if name is None or session is None:
        return
    session.execute(delete(Answer).where((Answer.created_at < now() - KEPT) | (Answer.key == name)))
    headers = {key: response.headers[key] for key in REPEATED_HEADERS if key in response.headers}
    session.add(
        Answer(
            key=name,
            request_sha256=request.state.fingerprint,
            status=response.status_code,
            headers=headers,
            body=bytes(response.body),
        )
    )
    session.flush()


def forget(session: Session, recording_id: str) -> None:
    """Drop the answers that name a recording: after a withdrawal nobody gets its words from here."""
    for answer in session.scalars(select(Answer)):
        if recording_id.encode() in answer.body:
            session.delete(answer)
