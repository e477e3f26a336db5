"""Evidence: the statements that a card rests on, verbatim, with their place in the sound."""

from collections.abc import Sequence
from statistics import fmean

from models.values import Evidence, Statement, Transcript


def evidence(transcript: Transcript, statements: Sequence[Statement], *, recording_id: str) -> tuple[Evidence, ...]:
    """A piece of evidence for each statement, in the order of the text; they do not overlap."""
    sha256 = transcript.sha256
    ordered = sorted(statements, key=lambda one: one.start_char)
    return tuple(_cited(transcript, one, number, recording_id, sha256) for number, one in enumerate(ordered))


def _cited(transcript: Transcript, statement: Statement, number: int, recording_id: str, sha256: str) -> Evidence:
    spoken = transcript.words_in(statement.start_char, statement.end_char)
    starts = [word.start_s for word in spoken if word.start_s is not None]
    ends = [word.end_s for word in spoken if word.end_s is not None]
    sure = [word.confidence for word in spoken if word.confidence is not None]
    return Evidence(
        index=number,
        recording_id=recording_id,
        transcript_sha256=sha256,
        start_char=statement.start_char,
        end_char=statement.end_char,
        quote=transcript.text[statement.start_char : statement.end_char],
        start_s=min(starts, default=None),
        end_s=max(ends, default=None),
        speaker=transcript.turn_at(statement.start_char).speaker,
        question=statement.question,
        confidence=round(fmean(sure), 6) if sure else None,
        suspect=any(word.suspect for word in spoken),
        reasons=statement.reasons,
    )
