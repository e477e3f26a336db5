"""What was noticed in a transcript, kept between two stages and for the pages."""

from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy.orm import Session

from models.documents import from_document, to_document
from models.errors import Conflict
from models.store import living
from models.tables import Mining
from models.transcripts import transcript_by_sha
from models.values import Concept, Finding, Mined, ModelStamp, Statement, Turn, Vectors


@dataclass(frozen=True, slots=True)
class Noticed:
    """A Mined without the transcript's text and the vectors, which are kept elsewhere."""

    turns: tuple[Turn, ...]  # with the roles as they were guessed
    statements: tuple[Statement, ...]
    findings: tuple[Finding, ...]
    concepts: tuple[Concept, ...]
    models: tuple[ModelStamp, ...]
    warnings: tuple[str, ...]


def save_mining(session: Session, recording_id: str, mined: Mined) -> None:
    """Keep it, in place of an earlier one.

    Raises NotFound, Gone; Conflict where the recording has no transcript revision with that text.
    """
    living(session, recording_id)
    sha256 = mined.transcript.sha256
    if transcript_by_sha(session, recording_id, sha256) is None:
        raise Conflict(f"recording {recording_id} has no transcript {sha256[:12]}", remedy="Keep the transcript first.")
    noticed = Noticed(
        mined.transcript.turns, mined.statements, mined.findings, mined.concepts, mined.models, mined.warnings
    )
    mining = session.get(Mining, recording_id) or Mining(recording_id=recording_id)
    mining.transcript_sha256 = sha256
    mining.document = to_document(noticed)
    mining.vectors = pack(mined.vectors) if mined.vectors.size else None
    session.add(mining)


def load_mining(session: Session, recording_id: str) -> Mined | None:
    """What `save_mining` kept; None where nothing was mined yet."""
    mining = session.get(Mining, recording_id)
    if mining is None:
        return None
    transcript = transcript_by_sha(session, recording_id, mining.transcript_sha256)
    if transcript is None:
        return None
    noticed = from_document(Noticed, mining.document)
    return Mined(
        transcript=replace(transcript, turns=noticed.turns),
        statements=noticed.statements,
        findings=noticed.findings,
        concepts=noticed.concepts,
        vectors=unpack(mining.vectors, len(noticed.statements)),
        models=noticed.models,
        warnings=noticed.warnings,
    )


def pack(vectors: Vectors) -> bytes:
    """The numbers as little-endian float32, row after row."""
    return vectors.astype("<f4").tobytes()


def unpack(packed: bytes | None, rows: int) -> Vectors:
    """What `pack` packed, (rows, d); (0, 0) for nothing."""
    if not packed or not rows:
        return np.zeros((0, 0), np.float32)
    return np.frombuffer(packed, "<f4").reshape(rows, -1).astype(np.float32)
