"""Evidence: the statements that a card rests on, verbatim, with their place in the sound."""

from collections.abc import Sequence
from statistics import fmean

from models.values import Evidence, Statement, Transcript
from pipeline.text import WORD, lexicon

TELL_NOTHING = lexicon(
    "a about again all also am an and any anything are as at be because been but by can could did do does done "
    "else even ever for from get go going got had happen happened happens has have he her here him his how i "
    "if in into is it its just kind know like little look lot make maybe me mean more much my no not now of "
    "off okay on one or other our out particular please really right said say see she should so some something "
    "sort tell than thank thanks that the their them then there these they thing things think this those to "
    "too up us very want was way we well were what when where which who why will with would yeah yes you your"
)


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
        question=telling(statement.question),
        confidence=round(fmean(sure), 6) if sure else None,
        suspect=any(word.suspect for word in spoken),
        reasons=statement.reasons,
    )


def telling(question: str | None) -> str | None:
    """The question where a reader learns something from it: "And what happens then?" asks, and tells nothing."""
    said = {word.partition("'")[0] for word in WORD.findall((question or "").lower().replace("’", "'"))}
    return question if said - TELL_NOTHING else None
