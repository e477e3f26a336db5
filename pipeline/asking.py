"""What to ask next time: gaps that were found, and slots that stand empty beside a full one, the best questions first.

The questions are the probes of the Critical Decision Method and of Applied Cognitive Task Analysis, put in the
expert's own words.
"""

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from models.values import Finding, Gap, GapReason, Line, Mined, Statement
from pipeline.evidence import evidence
from pipeline.text import WORD

MOST = 3  # questions a card
MOST_EMPTY = 2  # of them about empty slots
LONGEST_PHRASE = 16  # words of the expert that a question repeats
STANDING_WEIGHT = 0.4  # of the rank that the statement's own score decides
SLOT_OF = {
    GapReason.HARD_TO_SAY: "cues",
    GapReason.ANNOUNCED: "exceptions",
    GapReason.NO_THRESHOLD: "cues",
    GapReason.POINTING: "action",
    GapReason.POLICY_VOICE: "situation",
}
WORTH = {  # how often a question of that sort was worth asking when they were read (docs/quality/gaps.md)
    GapReason.HARD_TO_SAY: 0.9,
    GapReason.ANNOUNCED: 0.8,
    GapReason.NO_THRESHOLD: 0.8,
    GapReason.POINTING: 0.8,
    GapReason.POLICY_VOICE: 0.7,
}
WORTH_EMPTY = {"rationale": 0.8, "cues": 0.7, "exceptions": 0.6}  # by the slot that is empty
CONSEQUENCE = re.compile(
    r"\b(?:because|otherwise|or else|cause|causes|lead|leads|so that|you['’]ll|will|going to|gonna|damag\w+|injur\w+|"
    r"ruin\w*|break\w*|crack\w*|burn\w*|kill\w*|tear\w*|lose|risk|then)\b",
    re.I,
)
ELSE = re.compile(r"\b(?:otherwise|if not|unless|or else|else|even if|instead|whether)\b", re.I)


@dataclass(frozen=True, slots=True)
class _Empty:
    """A slot that stands empty beside a line."""

    line: Line
    slot: str
    question: str


def worth_asking(
    found: Sequence[Finding],
    lines: Mapping[str, Sequence[Line]],
    places: Mapping[Line, tuple[int, int]],
    *,
    mined: Mined,
    standing: Sequence[float],
    recording_id: str,
) -> tuple[Gap, ...]:
    """The MOST questions about a card that are most worth asking, best first.

    `found` are the gaps noticed there, `lines` the card's lines by slot, of which `places` says where each stands in
    the transcript. `standing` has for every statement the share of the interview's statements that score no higher. A
    gap has the same id whenever it is found at these characters of this text.
    """
    sha256 = mined.transcript.sha256

    def gap(start: int, end: int, reason: GapReason, slot: str, question: str, worth: float, sort: str) -> Gap:
        statement = _statement_at(mined.statements, start)
        rank = worth * (1 - STANDING_WEIGHT + STANDING_WEIGHT * standing[statement.index])
        (said,) = evidence(mined.transcript, [statement], recording_id=recording_id)
        return Gap(_id(sha256, start, end, sort), slot, reason, question, rank=round(rank, 6), said=said)

    noticed = [
        gap(one.start_char, one.end_char, one.reason, SLOT_OF[one.reason], one.question, WORTH[one.reason], one.reason)
        for one in found
        if one.reason is not None and one.question
    ]
    empty = [
        gap(*places[one.line], EMPTY, one.slot, one.question, WORTH_EMPTY[one.slot], f"{EMPTY}/{one.slot}")
        for one in list(_missing(lines))[:MOST_EMPTY]
    ]
    each = {one.id: one for one in (*noticed, *empty)}
    return tuple(sorted(each.values(), key=lambda one: (-one.rank, one.id))[:MOST])


EMPTY = GapReason.EMPTY_SLOT


def _missing(lines: Mapping[str, Sequence[Line]]) -> Iterator[_Empty]:
    """What these lines leave out, at most one of each sort, the most telling first."""
    for line in lines["warnings"]:
        if not lines["rationale"] and not line.parts and not CONSEQUENCE.search(line.text):
            said = f"You said “{_phrase(line.text)}”."
            yield _Empty(line, "rationale", f"{said} What happens if somebody does it all the same?")
            break
    if lines["action"] and not lines["cues"] and not lines["situation"]:
        said = f"You said “{_phrase(lines['action'][0].text)}”."
        told = "What do you see, hear or feel that tells you it is time for that?"
        yield _Empty(lines["action"][0], "cues", f"{said} {told}")
    if lines["situation"] and not lines["exceptions"] and not any(ELSE.search(other.text) for other in _all(lines)):
        said = f"You said “{_phrase(lines['situation'][0].text)}”."
        yield _Empty(lines["situation"][0], "exceptions", f"{said} And when it is not so, what do you do then?")


def _all(lines: Mapping[str, Sequence[Line]]) -> Iterator[Line]:
    for slot in lines.values():
        yield from slot


def _statement_at(statements: Sequence[Statement], char: int) -> Statement:
    """The statement that holds the character."""
    return statements[bisect_right(statements, char, key=lambda one: one.start_char) - 1]


def _phrase(text: str) -> str:
    """The text, cut behind LONGEST_PHRASE words."""
    said = list(WORD.finditer(text))
    return text if len(said) <= LONGEST_PHRASE else f"{text[: said[LONGEST_PHRASE - 1].end()]} …"


def _id(sha256: str, start_char: int, end_char: int, sort: str) -> str:
    return hashlib.sha256(f"{sha256}/{start_char}-{end_char}/{sort}".encode()).hexdigest()[:32]
