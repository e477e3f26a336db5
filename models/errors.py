"""Our exceptions: the class docstring is the title, `status` the HTTP status, `remedy` what the caller can do.

* TacitError 500
  - BadRequest 400                what came cannot be understood
    - Unreadable 422              a file whose content cannot be used
    - Invalid 422                 a field, parameter or value that does not fit
  - NotSignedIn 401
  - Forbidden 403
  - NotFound 404
  - WrongMethod 405
  - Conflict 409
    - NotAllowed 409              this card cannot make that move now
  - Gone 410
  - Stale 412                     the thing changed since the caller looked
  - TooLarge 413
  - Unsupported 415               a kind of file that we do not read
  - RangeNotSatisfiable 416
  - NotReady 422                  this card cannot be approved yet
  - Unconditional 428             an If-Match header is wanted
  - TooMany 429
  - Unavailable 503               a part is missing on this machine
    - MissingModel 503
    - Unanswered 503            the language model that was asked gives no usable answer
  - Busy 503                      another process holds the data directory
  - Cancelled 409                 somebody stopped this work
  - Broken 500                    the process that worked on a file broke down over it
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field of a request that does not fit; `pointer` is a JSON pointer, or "?name" for a query parameter."""

    pointer: str
    detail: str


class TacitError(Exception):
    """Something went wrong inside tacit."""

    status = 500
    remedy = "Try again; if it stays, tell the person who runs tacit, with the request's X-Request-ID."

    def __init__(
        self,
        detail: str | None = None,
        *,
        remedy: str | None = None,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.remedy = remedy or type(self).remedy
        self.errors = tuple(errors)
        self.headers = dict(headers or {})

    @property
    def title(self) -> str:
        return (type(self).__doc__ or "").strip().partition("\n")[0]

    @property
    def detail(self) -> str:
        return str(self)

    @property
    def type(self) -> str:
        """A name to switch on: “urn:problem-type:tacit:not-found” of NotFound."""
        name = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in type(self).__name__)
        return f"urn:problem-type:tacit:{name.lstrip('-')}"

    def problem(self) -> dict[str, Any]:
        """The members of RFC 9457 but for the fields, and the remedy."""
        return {
            "type": self.type,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "remedy": self.remedy,
        }


class BadRequest(TacitError):
    """The request cannot be understood."""

    status = 400
    remedy = "Compare the request with /api/v1/openapi.json."


class Unreadable(BadRequest):
    """The content of the file cannot be used."""

    status = 422
    remedy = "Upload the original recording, or a transcript as WebVTT, SRT, Whisper JSON or text with “Name:” turns."


class Invalid(BadRequest):
    """A value does not fit."""

    status = 422
    remedy = "Correct the fields named in “errors” and send the request again."


class NotSignedIn(TacitError):
    """Nobody knows who is asking."""

    status = 401
    remedy = "Send “Authorization: Bearer KEY” (tacit key create), or sign in at /sign-in."


class Forbidden(TacitError):
    """This caller may not do that."""

    status = 403
    remedy = "Ask somebody with the right role, or for a key with it."


class NotFound(TacitError):
    """There is no such thing."""

    status = 404
    remedy = "Check the id; a list gives the ids that you may see."


class WrongMethod(TacitError):
    """That cannot be done there."""

    status = 405
    remedy = "Use one of the methods that the Allow header names."


class Conflict(TacitError):
    """That does not go together with what is there."""

    status = 409
    remedy = "Read the current state, then decide again."


class NotAllowed(Conflict):
    """This card cannot make that move now."""


class Gone(TacitError):
    """It was there and was withdrawn."""

    status = 410
    remedy = "Nothing brings it back; take it out of what you hold."


class Stale(TacitError):
    """It changed since you looked."""

    status = 412
    remedy = "Read it again and send its current ETag as If-Match."


class TooLarge(TacitError):
    """That is more than this installation takes."""

    status = 413
    remedy = "Send less, or ask the person who runs tacit to raise the limit (tacit settings)."


class Unsupported(BadRequest):
    """tacit does not read this kind of file."""

    status = 415
    remedy = (
        "Upload sound or video that holds the recording itself, or a transcript as WebVTT, SRT, Whisper JSON or text."
    )


class RangeNotSatisfiable(BadRequest):
    """The range lies outside the content."""

    status = 416
    remedy = "Ask for a range within the length given in Content-Range."


class NotReady(TacitError):
    """This card cannot be approved yet."""

    status = 422
    remedy = "Supply what “detail” names, then approve again."


class Unconditional(TacitError):
    """A change must say which version it saw."""

    status = 428
    remedy = "Read the resource and send its ETag as If-Match."


class TooMany(TacitError):
    """Too many requests."""

    status = 429
    remedy = "Wait as long as Retry-After says."


class Unavailable(TacitError):
    """A part is missing on this machine."""

    status = 503
    remedy = "Run “tacit doctor” to see what is missing."


class MissingModel(Unavailable):
    """A model that this work needs is not on this machine."""


class Unanswered(Unavailable):
    """The language model gives no usable answer."""

    remedy = "Look at the endpoint that rewording_url names; without it, cards keep the expert's own words."


class Busy(TacitError):
    """Another process holds the data directory."""

    status = 503
    remedy = "Stop the other “tacit serve”, or name another directory with --data-dir."


class Cancelled(TacitError):
    """This work was stopped by somebody."""

    status = 409
    remedy = "Start it again with retry."


class Broken(TacitError):
    """The work on this file broke down."""

    remedy = "Convert the file to another format and upload it again; a smaller Whisper model needs less memory."
