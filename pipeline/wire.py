"""Values on the line between the server and its worker: one JSON document each way."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from models import errors
from models.documents import from_document, to_document
from models.errors import TacitError
from models.values import (
    Concept,
    Draft,
    Finding,
    Mined,
    ModelStamp,
    PlannedWindow,
    Said,
    Seconds,
    Statement,
    Transcript,
    Vectors,
)
from pipeline.rewriting import Wording
from pipeline.surroundings import Homes, Link, Placed, Surroundings

RETRY = "Start it again with retry; if it fails again, the server's log says where."


@dataclass(frozen=True, slots=True)
class Gathered:
    """Where new passages belong, and what they have to do with others."""

    homes: dict[str, str]  # passage id → cluster id; also of kept passages that stood alone
    labels: dict[str, str]  # cluster id → label, of the new clusters
    tags: dict[str, tuple[str, ...]]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """What is to be heard of a sound file: groups of windows."""

    duration_s: Seconds
    groups: tuple[tuple[PlannedWindow, ...], ...]
    warnings: tuple[str, ...] = ()


def pack_vectors(vectors: Vectors) -> dict[str, Any]:
    """Rows of float32 as base64, with their shape."""
    rows = np.ascontiguousarray(vectors, np.float32)
    return {"shape": list(rows.shape), "float32": base64.b64encode(rows.tobytes()).decode("ascii")}


def unpack_vectors(document: Mapping[str, Any]) -> Vectors:
    """What `pack_vectors` wrote."""
    return np.frombuffer(base64.b64decode(document["float32"]), np.float32).reshape(document["shape"])


def pack_mined(mined: Mined) -> dict[str, Any]:
    """Everything noticed in a transcript, with its vectors."""
    return {
        "transcript": to_document(mined.transcript),
        "statements": [to_document(statement) for statement in mined.statements],
        "findings": [to_document(finding) for finding in mined.findings],
        "concepts": [to_document(concept) for concept in mined.concepts],
        "models": [to_document(stamp) for stamp in mined.models],
        "warnings": list(mined.warnings),
        "vectors": pack_vectors(mined.vectors),
    }


def unpack_mined(document: Mapping[str, Any]) -> Mined:
    """What `pack_mined` wrote."""
    return Mined(
        transcript=from_document(Transcript, document["transcript"]),
        statements=tuple(from_document(list[Statement], document["statements"])),
        findings=tuple(from_document(list[Finding], document["findings"])),
        concepts=tuple(from_document(list[Concept], document["concepts"])),
        models=tuple(from_document(list[ModelStamp], document["models"])),
        warnings=tuple(document["warnings"]),
        vectors=unpack_vectors(document["vectors"]),
    )


def pack_drafts(drafts: Sequence[Draft]) -> list[Any]:
    """The drafts in order."""
    return [to_document(draft) for draft in drafts]


def unpack_drafts(documents: Sequence[Any]) -> list[Draft]:
    """What `pack_drafts` wrote."""
    return from_document(list[Draft], list(documents))


def pack_wordings(wordings: Sequence[Wording | None]) -> list[Any]:
    """The wordings in order."""
    return [None if one is None else to_document(one) for one in wordings]


def unpack_wordings(documents: Sequence[Any]) -> list[Wording | None]:
    """What `pack_wordings` wrote."""
    return [None if one is None else from_document(Wording, one) for one in documents]


def pack_placed(passages: Placed) -> dict[str, Any]:
    """Passages, where they lie, and their statements."""
    return {
        "ids": list(passages.ids),
        "texts": list(passages.texts),
        "clusters": list(passages.clusters),
        "vectors": pack_vectors(passages.vectors),
        "said": [{"texts": list(one.texts), "vectors": pack_vectors(one.vectors)} for one in passages.said],
    }


def unpack_placed(document: Mapping[str, Any]) -> Placed:
    """What `pack_placed` wrote."""
    return Placed(
        ids=tuple(document["ids"]),
        texts=tuple(document["texts"]),
        clusters=tuple(document["clusters"]),
        vectors=unpack_vectors(document["vectors"]),
        said=tuple(Said(tuple(one["texts"]), unpack_vectors(one["vectors"])) for one in document["said"]),
    )


def pack_surroundings(kept: Surroundings) -> dict[str, Any]:
    """What is kept near new passages."""
    homes = {"names": list(kept.homes.names), "middles": pack_vectors(kept.homes.middles)}
    return {"homes": homes, "near": pack_placed(kept.near)}


def unpack_surroundings(document: Mapping[str, Any]) -> Surroundings:
    """What `pack_surroundings` wrote."""
    homes = document["homes"]
    return Surroundings(Homes(tuple(homes["names"]), unpack_vectors(homes["middles"])), unpack_placed(document["near"]))


def pack_error(error: Exception) -> dict[str, str]:
    """An exception by the name of its class, with what it says. What is no TacitError is told by its type, too."""
    if isinstance(error, TacitError):
        return {"class": type(error).__name__, "detail": error.detail, "remedy": error.remedy}
    if isinstance(error, OSError):
        return {"class": OSError.__name__, "detail": str(error), "remedy": RETRY}
    return {"class": TacitError.__name__, "detail": f"{type(error).__name__}: {error}", "remedy": RETRY}


def unpack_error(document: Mapping[str, str]) -> Exception:
    """The exception that `pack_error` wrote: one of models.errors, or an OSError, which may pass by itself."""
    if document["class"] == OSError.__name__:
        return OSError(document["detail"])
    kind = getattr(errors, document["class"], TacitError)
    error: TacitError = kind(document["detail"], remedy=document["remedy"])
    return error
