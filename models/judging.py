"""Which line of a card a verdict is about: found again by its words and its evidence, of which no copy is kept."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from models.documents import from_document, to_json
from models.tables import CardRevision, LineVerdict
from models.values import LINE_SLOTS, CardContent, Evidence, Line, Metaphor

SLOTS = (*LINE_SLOTS, "metaphors")

Judged: TypeAlias = Line | Metaphor
Place: TypeAlias = dict[str, Any]  # recording_id, transcript_sha256, start_char, end_char


def lines_in(content: CardContent, slot: str) -> tuple[Judged, ...]:
    """The lines of one of SLOTS."""
    return content.metaphors if slot == "metaphors" else content.lines(slot)


def with_lines(content: CardContent, slot: str, lines: Sequence[Judged]) -> CardContent:
    """The content with these lines in one of SLOTS."""
    return replace(content, **{slot: tuple(lines)})  # type: ignore[arg-type]


def text_of(line: Judged) -> str:
    return line.expression if isinstance(line, Metaphor) else line.text


def place_of(evidence: Evidence) -> Place:
    """Where a piece of evidence stands, without its words."""
    return {
        "recording_id": evidence.recording_id,
        "transcript_sha256": evidence.transcript_sha256,
        "start_char": evidence.start_char,
        "end_char": evidence.end_char,
    }


def places_of(content: CardContent, line: Judged) -> list[Place]:
    """Where all that the line rests on stands."""
    return [place_of(one) for one in content.evidence if one.index in line.evidence]


def key_of(content: CardContent, slot: str, line: Judged) -> str:
    """What tells the line from others, in every revision: a hash of its slot, its words and its evidence."""
    named = to_json([slot, text_of(line), places_of(content, line)])
    return hashlib.sha256(named.encode()).hexdigest()


def judged_lines(session: Session, rows: Iterable[LineVerdict]) -> dict[str, tuple[CardContent, Judged]]:
    """Verdict id → the revision's content and the line in it that was judged; without those struck since."""
    rows = list(rows)
    if not rows:
        return {}
    wanted = list({(row.card_id, row.revision): None for row in rows})
    found = select(CardRevision).where(tuple_(CardRevision.card_id, CardRevision.number).in_(wanted))
    contents = {(one.card_id, one.number): from_document(CardContent, one.content) for one in session.scalars(found)}
    judged = {}
    for row in rows:
        content = contents[row.card_id, row.revision]
        lines = (line for line in lines_in(content, row.slot) if key_of(content, row.slot, line) == row.key)
        line = next(lines, None)
        if line is not None:
            judged[row.id] = (content, line)
    return judged
