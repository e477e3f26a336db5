"""What to ask next time: gaps that were found, and slots that stand empty beside a full one, the best questions first.

The questions are the probes of the Critical Decision Method and of Applied Cognitive Task Analysis, put in the
expert's own words.
"""

import hashlib
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from models.values import Finding, Gap, GapReason, Line, Mined, Statement
from pipeline.evidence import evidence
from pipeline.text import words

MOST = 3  # questions a card
MOST_EMPTY = 1  # of them about slots that stand empty beside a line
BESIDE = GapReason.EMPTY_SLOT
LEAD_IN = 8  # characters of a statement before a line that begins with it: "And then, "
PHRASE_WORDS = range(3, 17)  # of a line that a question repeats whole
STANDING_WEIGHT = 0.4  # of the rank that the statement's own score decides
SLOT_OF = {
    GapReason.HARD_TO_SAY: "cues",
    GapReason.EMPTY_SLOT: "rationale",
    GapReason.ANNOUNCED: "exceptions",
    GapReason.NO_THRESHOLD: "cues",
    GapReason.POINTING: "action",
    GapReason.POLICY_VOICE: "situation",
}
WORTH = {  # about how often such a question was worth asking when they were read (docs/quality/gaps.md)
    GapReason.HARD_TO_SAY: 0.9,
    GapReason.NO_THRESHOLD: 0.8,
    GapReason.ANNOUNCED: 0.7,
    GapReason.POINTING: 0.7,
    GapReason.EMPTY_SLOT: 0.6,
    GapReason.POLICY_VOICE: 0.6,
}
WORTH_BESIDE = {"rationale": 0.6, "cues": 0.5, "exceptions": 0.4}  # by the slot that is empty beside a line

CONSEQUENCE = re.compile(
    r"\b(?:because|since|as (?:i|you|it|they|that)|or|otherwise|cause|causes|leads?|so (?:that|it|you)|"
    r"you['’]ll|will|"
    r"going to|gonna|damag\w+|injur\w+|ruin\w*|break\w*|crack\w*|burn\w*|kill\w*|tear\w*|lose|risk|then)\b",
    re.I,
)
PROHIBITS = re.compile(
    r"^(?:(?:and|but|so|well|please|then),? )*(?:(?:you|we|one) (?:\w+ )?(?:never|should(?:n['’]t| not)|"
    r"must(?:n['’]t| not)|"
    r"(?:do not|don['’]t) (?:ever )?want to|can(?:['’]t|not) just)|never|don['’]t|do not|avoid|"
    r"be (?:very )?careful|watch out)"
    r"\b(?! (?:know|think|worry|forget|get (?:me|the)|mind|have to|need|care|say|ask|want|understand|see|feel)\b)",
    re.I,
)
SAYS_WHEN = re.compile(
    r"\b(?:if|when|whenever|once|until|till|after|before|while|as soon|as long|every|sometimes|during|unless|"
    r"(?:\d+|a|one|two|three|four|five|six|ten|fifteen|twenty|thirty) (?:seconds?|minutes?|hours?|days?|weeks?))\b",
    re.I,
)
HANDLES = (
    r"(?:put|take|turn|cut|open|close|set|push|pull|press|add|pour|wait|let|hold|lift|lay|mix|stir|heat|cool|"
    r"move|check|"
    r"test|measure|tap|drill|tie|tighten|loosen|clean|wash|wipe|drain|fill|fold|roll|place|remove|insert|lower|"
    r"raise|stop|"
    r"switch|adjust|clamp|plant|sand|grind|weld|shut|ease|skip|leave)"
)
BY_DEGREES = (  # acts that go on until a sign says enough; "lay it flat" is done at once, and no sign belongs to it
    r"(?:wait|let|turn|push|pull|press|add|pour|mix|stir|heat|cool|fold|tighten|loosen|clean|wash|drain|fill|roll|"
    r"lower|raise|stop|switch|adjust|sand|grind|drill|ease|skip)"
)
JOINED = r"^(?:(?:and|so|then|first|next|now|usually|always|just|normally),? )*"
OUGHT = r"(?:have to|need to|want to|should|must|got to)"
ADVERBS = r"(?:(?:just|then|always|usually|also|really|gently|slowly) )*"
ACT = re.compile(  # who does it; a plan, a wish or a habit of mind is no act
    rf"{JOINED}(?:you(?:['’]ll| will)? {ADVERBS}(?:{OUGHT} "
    r"(?!be\b|have|know|think|see|feel|admit|understand|learn|reali[sz]e|recogni[sz]e)\w+|"
    rf"{BY_DEGREES}\b)|(?:i|we) {ADVERBS}{BY_DEGREES}\b)",
    re.I,
)
FOLLOWING_ACT = re.compile(  # what is done in the case that a condition names
    rf"^[^.]{{0,40}}\b(?:you|we|i)(?:['’]ll| will)? {ADVERBS}(?:{OUGHT}\b|{HANDLES}\b|go\b|stay\b)|"
    rf"^\W*(?:then )?{HANDLES}\b",
    re.I,
)
BARE_ACT = re.compile(rf"{JOINED}{BY_DEGREES}\b", re.I)
IF_IT_IS = re.compile(  # a state of the work, not somebody's wish, nor what never was
    r"^(?:(?:and|but|so|only),? )*if (?:it|they|this|that|these|those|the|a|an|one|there|your|my|nothing|something)\b"
    r"(?!['’]s (?:the case|right|true|what|how|why)\b)(?! (?:\w+ )?(?:person|people|company|companies|man|woman|"
    r"guy|human|user)s?\b)"
    r"(?!.*\b(?:was|were|could|would|had|did)\b)",
    re.I,
)
ELSE = re.compile(r"\b(?:otherwise|if not|unless|or else|else|even if|instead|whether|if (?:\w+ ){2,12}if)\b", re.I)


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
    the transcript. `standing` says of every statement how high what is said there stands in the interview, 0 to 1. A
    gap has the same id whenever it is found at these characters of this text.
    """
    sha256 = mined.transcript.sha256
    stands = {replace(line, text=line.text.rstrip(" .,;:!")): place for line, place in places.items()}

    def around(line: Line) -> tuple[str, str]:
        start, end = stands[line]
        statement = _statement_at(mined.statements, start)
        return statement.text[: start - statement.start_char], statement.text[end - statement.start_char :]

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
        gap(*stands[one.line], BESIDE, one.slot, one.question, WORTH_BESIDE[one.slot], f"{BESIDE}/{one.slot}")
        for one in list(_missing(lines, around))[:MOST_EMPTY]
    ]
    each = {one.id: one for one in (*noticed, *empty)}
    return tuple(sorted(each.values(), key=lambda one: (-one.rank, one.id))[:MOST])


def _missing(lines: Mapping[str, Sequence[Line]], around: Callable[[Line], tuple[str, str]]) -> Iterator[_Empty]:
    """What these lines leave out, at most one of each sort, the most telling first.

    `around` gives what the statement of a line says before and behind it.
    """
    if not lines["rationale"]:
        for line in _short(lines["warnings"]):
            if not line.parts and PROHIBITS.match(line.text) and not CONSEQUENCE.search(line.text):
                asks = "What happens if somebody does it all the same, and how do you notice?"
                yield _Empty(line, "rationale", f"You said “{line.text}”. {asks}")
                break
    if not lines["cues"] and not lines["action"]:
        for line in _short(lines["novice_errors"]):
            yield _Empty(line, "cues", f"You said “{line.text}”. What do you look at there that they do not?")
            break
    if not lines["cues"] and not lines["situation"]:
        for line in _short(lines["action"]):
            told = ACT.match(line.text) or (len(around(line)[0]) <= LEAD_IN and BARE_ACT.match(line.text))
            if told and not line.parts and not SAYS_WHEN.search(line.text):
                asks = "What do you see, hear or feel that tells you it is time for that?"
                yield _Empty(line, "cues", f"You said “{line.text}”. {asks}")
                break
    if not lines["exceptions"] and not any(ELSE.search(other.text) for slot in lines.values() for other in slot):
        for line in _short(lines["situation"]):
            if IF_IT_IS.match(line.text) and _tells_what_to_do(line, around(line)[1]):
                asks = "And when it is not so: what do you do then, and how can you tell?"
                yield _Empty(line, "exceptions", f"You said “{line.text}”. {asks}")
                break


def _tells_what_to_do(line: Line, behind: str) -> bool:
    """Whether an act follows the condition, inside of its line or behind it."""
    ends = max((part.end for part in line.parts if part.role == "condition"), default=line.text.find(",") + 1)
    return bool(FOLLOWING_ACT.search(line.text[ends:] if 0 < ends < len(line.text) else behind))


def _short(lines: Sequence[Line]) -> list[Line]:
    """The lines that a question can repeat whole, without the stop at their end."""
    told = [replace(line, text=line.text.rstrip(" .,;:!")) for line in lines]
    return [line for line in told if words(line.text) in PHRASE_WORDS]


def _statement_at(statements: Sequence[Statement], char: int) -> Statement:
    """The statement that holds the character."""
    return statements[bisect_right(statements, char, key=lambda one: one.start_char) - 1]


def _id(sha256: str, start_char: int, end_char: int, sort: str) -> str:
    return hashlib.sha256(f"{sha256}/{start_char}-{end_char}/{sort}".encode()).hexdigest()[:32]
