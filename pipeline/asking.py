"""What to ask next time: gaps that were found, and slots that stand empty beside a full one.

The questions are the probes of the Critical Decision Method and of Applied Cognitive Task Analysis, put in the
expert's own words.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence

from models.values import Finding, Gap, GapReason, Line
from pipeline.text import WORD

MOST_EMPTY = 2  # questions about empty slots, a card
LONGEST_PHRASE = 14  # words of the expert that a question repeats
SLOT_OF = {
    GapReason.HARD_TO_SAY: "cues",
    GapReason.EMPTY_SLOT: "cues",
    GapReason.ANNOUNCED: "exceptions",
    GapReason.NO_THRESHOLD: "cues",
    GapReason.POINTING: "action",
    GapReason.POLICY_VOICE: "situation",
}
CONSEQUENCE = re.compile(
    r"\b(?:because|otherwise|or else|cause|causes|lead|leads|so that|you['’]ll|will|going to|gonna|damag\w+|injur\w+|"
    r"ruin\w*|break\w*|crack\w*|burn\w*|kill\w*|tear\w*|lose|risk|then)\b",
    re.I,
)
ELSE = re.compile(r"\b(?:otherwise|if not|unless|or else|else|even if|instead|whether)\b", re.I)


def found_gaps(findings: Sequence[Finding], *, sha256: str) -> tuple[Gap, ...]:
    """The gaps among these findings, in their order; each has the same id whenever it is found in this transcript."""
    return tuple(
        Gap(
            id=_id(sha256, finding.start_char, finding.end_char, finding.reason),
            slot=SLOT_OF[finding.reason],
            reason=finding.reason,
            question=finding.question,
        )
        for finding in findings
        if finding.reason is not None and finding.question
    )


def empty_slots(
    lines: Mapping[str, Sequence[Line]], places: Mapping[Line, tuple[int, int]], *, sha256: str
) -> tuple[Gap, ...]:
    """At most MOST_EMPTY questions about what these lines leave out.

    `lines` are a card's by slot, `places` says where each stands in the transcript.
    """
    asked = [
        Gap(_id(sha256, *places[line], f"{GapReason.EMPTY_SLOT}/{slot}"), slot, GapReason.EMPTY_SLOT, question)
        for line, slot, question in _missing(lines)
    ]
    return tuple(asked[:MOST_EMPTY])


def _missing(lines: Mapping[str, Sequence[Line]]) -> Iterator[tuple[Line, str, str]]:
    """(line, the empty slot, the question), at most one of each sort, the most telling first."""
    for line in lines["warnings"]:
        if not lines["rationale"] and not line.parts and not CONSEQUENCE.search(line.text):
            yield line, "rationale", f"You said “{_phrase(line.text)}”. What happens if somebody does it all the same?"
            break
    if lines["action"] and not lines["cues"] and not lines["situation"]:
        line = lines["action"][0]
        yield (
            line,
            "cues",
            f"You said “{_phrase(line.text)}”. What do you see, hear or feel that tells you it is time for that?",
        )
    if lines["situation"] and not lines["exceptions"] and not any(ELSE.search(other.text) for other in _all(lines)):
        line = lines["situation"][0]
        yield line, "exceptions", f"You said “{_phrase(line.text)}”. And when it is not so, what do you do then?"


def _all(lines: Mapping[str, Sequence[Line]]) -> Iterator[Line]:
    for slot in lines.values():
        yield from slot


def _phrase(text: str) -> str:
    """The text, cut behind LONGEST_PHRASE words."""
    said = list(WORD.finditer(text))
    return text if len(said) <= LONGEST_PHRASE else f"{text[: said[LONGEST_PHRASE - 1].end()]} …"


def _id(sha256: str, start_char: int, end_char: int, reason: str) -> str:
    return hashlib.sha256(f"{sha256}/{start_char}-{end_char}/{reason}".encode()).hexdigest()[:32]
