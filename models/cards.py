"""A card as a document: the only place that builds the JSON that callers get."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.tables import CardState
from models.values import CardContent, Draft


@dataclass(frozen=True, slots=True)
class Mark:
    """What comparing one piece of evidence with the stored transcripts gave."""

    verified: bool  # the quote stands there, letter for letter
    outdated: bool  # a newer revision of the transcript reads differently


@dataclass(frozen=True, slots=True)
class CardExpert:
    id: str
    name: str
    stance: str


@dataclass(frozen=True, slots=True)
class Link:
    to: str
    kind: str
    score: float
    by: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person decided about the card."""

    to: CardState
    revision: int
    by: str
    at: datetime
    reason: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class CardView:
    """One revision of a card and its surroundings, as one caller sees them."""

    id: str
    revision: int
    state: CardState
    content: CardContent
    marks: tuple[Mark, ...]  # parallel to content.evidence
    rank: float
    first: bool
    version: int = 1
    served_revision: int | None = None
    collection_id: str | None = None
    experts: tuple[CardExpert, ...] = ()
    owner: str | None = None
    verified_at: datetime | None = None
    due_at: datetime | None = None
    superseded_by: str | None = None
    links: tuple[Link, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    created_at: datetime | None = None
    updated_at: datetime | None = None


def document(view: CardView) -> dict[str, Any]:
    """The card's JSON."""
    raise NotImplementedError


def proposed(draft: Draft, text: str) -> dict[str, Any]:
    """The JSON of a draft that nobody stored; `text` is the transcript that it rests on."""
    raise NotImplementedError


def draft_id(draft: Draft) -> str:
    """The id of the card and the passage that a draft becomes: the same whenever it is drafted again."""
    raise NotImplementedError


def marks(content: CardContent, texts: Mapping[str, str], newest: Mapping[str, str]) -> tuple[Mark, ...]:
    """How the evidence compares; `texts`: SHA-256 → text, `newest`: recording id → SHA-256 of its newest revision."""
    raise NotImplementedError


def etag(view: CardView) -> str:
    """The strong ETag of what the caller sees, with its quotation marks."""
    raise NotImplementedError


def version_seen(etag: str) -> int | None:
    """`Card.version` of an ETag of ours; None for any other text."""
    raise NotImplementedError
