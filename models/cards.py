"""A card as a document: the only place that builds the JSON that callers get."""

import hashlib
import re
import uuid
from collections.abc import Collection as AnyOf
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from typing import Any

from models.documents import to_document, to_json
from models.quantities import amount
from models.tables import CardState, VerdictKind
from models.values import LINE_SLOTS, CardContent, Draft, Evidence, Gap, Line, ModelStamp

PIPELINE = "pipeline"  # the stage under which our own version stands among the models

SAID = (
    *("recording_id", "transcript_sha256", "start_char", "end_char", "quote"),
    *("start_s", "end_s", "speaker", "question"),
)  # what is told of the statement that a gap asks about

_ETAG = re.compile(r'"([0-9]{1,9})-[0-9a-f]{32}"')
_CARDS = uuid.UUID("6f0f3f0e-51c5-4b53-9a0e-6f6d1c6a7c11")


@dataclass(frozen=True, slots=True)
class Mark:
    """What comparing one piece of evidence with the stored transcripts gave."""

    verified: bool  # the quote stands there, letter for letter
    outdated: bool  # a newer revision of the transcript reads differently
    listened: bool = False  # its words were doubtful once, and somebody has listened to all of them since


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
    """What a person decided about the card, or about one line of it."""

    to: CardState | None  # of the card
    revision: int
    by: str
    at: datetime
    reason: str | None
    note: str | None
    verdict: VerdictKind
    id: str | None = None  # of what was said of a line
    slot: str | None = None
    line: str | None = None  # its words; None where they are gone


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
    why_late: str | None = None  # why the draft was not offered earlier; None where nothing spoke against it
    version: int = 1
    served_revision: int | None = None
    collection_id: str | None = None
    experts: tuple[CardExpert, ...] = ()
    owner: str | None = None
    verified_at: datetime | None = None
    due_at: datetime | None = None
    due: bool = False  # that time is over, and the feed told so
    superseded_by: str | None = None
    links: tuple[Link, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    created_at: datetime | None = None
    updated_at: datetime | None = None


def document(view: CardView) -> dict[str, Any]:
    """The card's JSON, in the order of the contract."""
    content = view.content
    return {
        "id": view.id,
        "revision": view.revision,
        "served_revision": view.served_revision,
        "state": view.state.value,
        "kind": content.kind.value,
        "title": content.title,
        "title_by": content.title_by,
        "title_choices": list(content.title_choices),
        "rank": view.rank,
        "first": view.first,
        "why_late": view.why_late,
        **{slot: [_line(line, slot) for line in content.lines(slot)] for slot in LINE_SLOTS},
        "metaphors": [to_document(metaphor) for metaphor in content.metaphors],
        "concepts": list(content.concepts),
        "gaps": [gap_document(gap) for gap in content.gaps],
        "evidence": [_evidence(one, mark) for one, mark in zip(content.evidence, view.marks, strict=True)],
        **_surroundings(view),
    }


def gap_document(gap: Gap) -> dict[str, Any]:
    """A gap, with the statement that it asks about and where that stands."""
    written: dict[str, Any] = to_document(gap)
    said = written.pop("said")
    return {**written, "said": said and {name: said[name] for name in SAID}}


def _surroundings(view: CardView) -> dict[str, Any]:
    """What is said about the card, not on it."""
    return {
        "experts": [to_document(expert) for expert in view.experts],
        "collection": view.collection_id,
        "owner": view.owner,
        "verified_at": rfc3339(view.verified_at),
        "due_at": rfc3339(view.due_at),
        "due": view.due,
        "superseded_by": view.superseded_by,
        "links": [to_document(link) for link in view.links],
        "provenance": _provenance(view.content.models),
        "review": {
            "verdicts": [_verdict(verdict) for verdict in view.verdicts],
            "reasons": [verdict.reason for verdict in view.verdicts if verdict.reason],
        },
        "created_at": rfc3339(view.created_at),
        "updated_at": rfc3339(view.updated_at),
    }


def rfc3339(time: datetime | None) -> str | None:
    """A UTC time as 2026-01-31T12:00:00.000000Z."""
    return None if time is None else time.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _line(line: Line, slot: str) -> dict[str, Any]:
    """A line; only a cue has a sense and a threshold."""
    cue = _sensed(line) if slot == "cues" else {}
    parts = [to_document(part) for part in line.parts]
    return {"text": line.text, **cue, "evidence": list(line.evidence), "by": line.by, "parts": parts}


def _sensed(line: Line) -> dict[str, Any]:
    """The sense of a cue, its threshold in the expert's words, and what number these words say."""
    said = amount(line.threshold) if line.threshold else None
    return {
        "modality": line.modality and line.modality.value,
        "threshold": line.threshold,
        "threshold_value": said and to_document(said),
    }


def _evidence(evidence: Evidence, mark: Mark) -> dict[str, Any]:
    written: dict[str, Any] = to_document(evidence)
    suspect = written.pop("suspect") and not mark.listened
    return {**written, "verified": mark.verified, "suspect": suspect, "outdated": mark.outdated}


def _provenance(models: Sequence[ModelStamp]) -> dict[str, Any]:
    """Who made it: nothing but a person, where there are no stamps."""
    ours = [f"{stamp.name} {stamp.version}" for stamp in models if stamp.stage == PIPELINE]
    return {
        "pipeline": ours[-1] if ours else None,
        "models": [to_document(stamp) for stamp in models if stamp.stage != PIPELINE],
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {**to_document(verdict), "at": rfc3339(verdict.at)}


def proposed(draft: Draft, text: str) -> dict[str, Any]:
    """The JSON of a draft that nobody stored; `text` is the transcript that it rests on."""
    content = stamped(draft.content)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    newest = {evidence.recording_id: sha256 for evidence in content.evidence}
    return document(
        CardView(
            id=draft_id(draft),
            revision=1,
            state=CardState.DRAFT,
            content=content,
            marks=marks(content, {sha256: text}, newest),
            rank=draft.rank,
            first=draft.first,
            why_late=told_late(draft.why_late),
        )
    )


def told_late(reasons: Sequence[str]) -> str | None:
    """The reasons for which a draft is offered late, as one note; None where there are none."""
    return "; ".join(reasons) or None


def stamped(content: CardContent) -> CardContent:
    """The content with this tacit's version among its models."""
    if any(stamp.stage == PIPELINE for stamp in content.models):
        return content
    return replace(content, models=(ModelStamp(PIPELINE, "tacit", _own_version()), *content.models))


def words_of(content: CardContent) -> str:
    """What a search looks into: title, lines and figures of speech, casefolded, one below the other."""
    lines = [line.text for slot in LINE_SLOTS for line in content.lines(slot)]
    return "\n".join([content.title, *lines, *(metaphor.expression for metaphor in content.metaphors)]).casefold()


@cache
def _own_version() -> str:
    return version("tacit")


def draft_id(draft: Draft) -> str:
    """The id of the card and the passage that a draft becomes: the same whenever it is drafted again."""
    first = draft.content.evidence[0]
    passage = draft.passage
    name = f"{first.recording_id}/{first.transcript_sha256}/{passage.start_char}-{passage.end_char}"
    return uuid.uuid5(_CARDS, name).hex


def marks(
    content: CardContent,
    texts: Mapping[str, str],
    newest: Mapping[str, str],
    listened: AnyOf[Evidence] = frozenset(),
) -> tuple[Mark, ...]:
    """How the evidence compares; `texts`: SHA-256 → text, `newest`: recording id → SHA-256 of its newest revision.

    `listened` holds the doubtful evidence to which somebody has listened since.
    """
    return tuple(
        replace(_mark(evidence, texts, newest.get(evidence.recording_id, "")), listened=evidence in listened)
        for evidence in content.evidence
    )


def _mark(evidence: Evidence, texts: Mapping[str, str], newest: str) -> Mark:
    text = texts.get(evidence.transcript_sha256, "")
    said = text[evidence.start_char : evidence.end_char] if 0 <= evidence.start_char < evidence.end_char else ""
    reads_so_still = newest == evidence.transcript_sha256 or evidence.quote in texts.get(newest, "")
    return Mark(verified=said == evidence.quote != "", outdated=not reads_so_still)


def etag(view: CardView) -> str:
    """The strong ETag of what the caller sees, with its quotation marks: of the version and every letter shown."""
    seen = to_json(document(view))
    return f'"{view.version}-{hashlib.sha256(seen.encode()).hexdigest()[:32]}"'


def version_seen(etag: str) -> int | None:
    """`Card.version` of an ETag of ours; None for any other text."""
    found = _ETAG.fullmatch(etag.strip())
    return None if found is None else int(found[1])
