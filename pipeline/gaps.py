"""Gaps: places where the expert knows more than was said, each with a question for the next interview.

The signals are in the words of one statement and what is said next to it in the same answer. The questions are those of
the Critical Decision Method (Klein, Calderwood & MacGregor 1989) and of Applied Cognitive Task Analysis (Militello &
Hutton 1998), with the expert's own phrase in them. What a draft lacks (an empty slot) shows only when it is drafted.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from models.values import Finding, FindingType, GapReason, Statement
from pipeline.text import quote

NEAR = 1  # statements before and after, of the same answer, in which a threshold or a cue fills the gap
AHEAD = 2  # statements after an announcement in which what was announced may come
DENIED = re.compile(r"(?:\bnot|n't|\bnever|\bno|\bwithout)(?: \w+){0,2} ?$", re.I)

FEEL = re.compile(
    r"\b(?:(?:you|i|we) just (?:know|feel|sense)(?: it)?(?= when| that it| if|[.,!;]|$)|"
    r"(?:you|i|we) just (?:know|feel|sense|see) it(?! \w+ well)|i (?:know|feel) it (?:in|when)|"
    r"you(?:'ll| will) know (?:it )?when you (?:see|feel|hear) it|"
    r"(?:hard|difficult|tough|tricky|impossible) to (?:explain|describe|articulate|verbali[sz]e)(?! to\b)|"
    r"(?:hard|difficult|tough|tricky|impossible) to put (?:it |that )?in(?:to)? words|"
    r"(?:can't|cannot|couldn't|could not) (?:really )?(?:explain|describe|put (?:it|that) in(?:to)? words)|"
    r"(?:can't|cannot|couldn't|could not) (?:really )?tell you (?:exactly |really )?(?:how|why|what it is)|"
    r"(?:don't|do not) know how i (?:know|do|see)|trust your (?:gut|eyes?|hands?|nose|ears?|feeling)|"
    r"(?:my |your |a |the )gut(?: feeling| feel| instinct| tells \w+| says)?|gut (?:feeling|feel|instinct)|"
    r"(?:a|the|that|your) feel(?:ing)? for (?:it|that|how|when|the)|(?:my|your|by|from|it's|it is|just) intuition|"
    r"intuitively|instinctively|by instinct|sixth sense|"
    r"(?:it |that |something )?(?:just )?(?:feels|looks|sounds|smells) (?:off|wrong|not right)"
    r"(?=[.,;!]|$| and| then| when))",
    re.I,
)
SKILL = re.compile(
    r"\b(?:(?:it |that |this )?(?:just |only |really )*comes? with (?:experience|practice|practise|time|the years)|"
    r"(?:can't|cannot|don't) (?:really )?(?:learn|teach|get) (?:that|it|this) (?:from|in|out of) (?:a |any |the )?"
    r"(?:books?|school|classroom|manual|course)|second nature|without even thinking|(?:a|the) knack|"
    r"(?:it's|it is|that's|that is) (?:just |really |all )?(?:experience|a matter of experience|a judge?ment call)"
    r"(?=[.,;!]|$)|"
    r"(?:you|i) (?:develop|get|gain) an? (?:eye|ear|nose|feel|feeling|sense) for)",
    re.I,
)
ANNOUNCED = re.compile(
    r"\b(?:it|that|this) (?:all |really |just |always |kind of )?depends(?=[.,;!…]|$)|"
    r"\bthere(?:'s| is| are) (?:always |some |a few |of course |also |certain |many )*exceptions?\b|"
    r"\bthere are (?:always |some |a few |certain )*(?:cases|times|situations) (?:where|when) "
    r"(?:it's|it is|that's) (?:not|different)|"
    r"\b(?:not always|not in every case)(?=[.,;!…]|$)|"
    r"\bthere(?:'s| is) a (?:little |small |certain )?(?:trick|knack|secret)(?: to (?:it|that|this))?(?=[.,;!…]|$)",
    re.I,
)
DEGREE = (
    r"(?:hot|cold|warm|wet|dry|hard|soft|long|short|fast|slow|slowly|quickly|deep|shallow|thick|thin|tight|"
    r"tightly|loose|high|low|far|close|early|late|heavy|steep|dark|bright|loud|stiff|sticky|rough|strong|weak|"
    r"full|wide|narrow)"
)
NO_THRESHOLD = re.compile(
    rf"\b(?:(?:way |much |a bit |a little |not |far )?too {DEGREE}(?! to\b| of\b| for me| level)|"
    rf"{DEGREE} enough(?! to\b| of\b| that\b))\b",
    re.I,
)
THEN = re.compile(r"\b(?:was|were|been|had)(?: \w+){0,2} ?$", re.I)  # how it was once
POINTING = re.compile(
    r"\b(?:(?:do|hold|turn|go|put|push|pull|press|move|bend|lay|set|take|grab|lift|fold|cut|tilt|twist|place|"
    r"swing) "
    r"(?:it |them |that |this |your \w+ |the \w+ )?(?:just |exactly |right |kind of )?"
    r"(?:like (?:this|so)|(?:over |right |down |up )here)|"
    r"(?:hold|turn|push|pull|bend|lay|lift|fold|tilt|twist|swing|rotate) (?:it |them |the \w+ )?this way|"
    r"(?<!for )(?:about |maybe |only |just )?(?<!for )this (?:much|far|deep|wide|thick|long|high|big)(?! of a|"
    r" as| that))"
    r"(?=[.,;!…]|$| and| then| so| until)",
    re.I,
)
POLICY = re.compile(
    r"\bthe (?:rule|policy|standard procedure|official procedure|protocol|guideline) (?:is|says|states|tells)\b|"
    r"\b(?:you|we)(?:'re| are) (?:supposed|required) to\b|"
    r"\b(?:according to|as per) the (?:manual|protocol|guidelines?|rules?|policy|procedure|book|checklist|"
    r"regulations?)\b|"
    r"\b(?:by the book|on paper|officially)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class _Signal:
    """Words that show a gap, and what to ask then; `{}` takes the expert's phrase."""

    reason: GapReason
    rule: str
    words: re.Pattern[str]
    question: str


SIGNALS = (
    _Signal(
        GapReason.HARD_TO_SAY,
        "a feeling",
        FEEL,
        "You said “{}”. Think of the last time: what did you see, hear or feel that told you?",
    ),
    _Signal(
        GapReason.HARD_TO_SAY,
        "a skill",
        SKILL,
        "You said “{}”. What do you notice there today that a beginner would miss?",
    ),
    _Signal(
        GapReason.ANNOUNCED,
        "announced and not given",
        ANNOUNCED,
        "You said “{}”. Tell me about a time when you did it differently: what was it that made you?",
    ),
    _Signal(
        GapReason.NO_THRESHOLD,
        "a degree without a measure",
        NO_THRESHOLD,
        "You said “{}”. How can you tell: is there a number, or what do you see, hear or feel?",
    ),
    _Signal(
        GapReason.POINTING,
        "shown, not said",
        POINTING,
        "You said “{}” and showed it. How would you say it to somebody who cannot see your hands?",
    ),
    _Signal(
        GapReason.POLICY_VOICE,
        "a rule without a case",
        POLICY,
        "You said “{}”. Tell me about the last time: what did you really do, and what made that case different?",
    ),
)
FILLS = {
    GapReason.NO_THRESHOLD: (FindingType.THRESHOLD, FindingType.CUE),
    GapReason.ANNOUNCED: (FindingType.CONDITION, FindingType.EXCEPTION),
}


def find(statements: Sequence[Statement], docs: Sequence[Doc], findings: Sequence[Finding]) -> list[Finding]:
    """The gaps in order of their characters, each with its reason and its question; one of a kind in a statement.

    `docs` are the statements' parses, in the same order; `findings` are those of the cues, which can fill a gap. The
    same phrase is asked about once in an answer.
    """
    seen_in = _types_by_statement(findings)
    cases = {statement.answer for statement, doc in zip(statements, docs, strict=True) if _remembers(doc)}
    found: list[Finding] = []
    asked: set[tuple[int, str]] = set()
    for place, statement in enumerate(statements):
        for gap in _in_statement(statement):
            if _filled(gap, place, statements, seen_in, cases) or (statement.answer, gap.text.lower()) in asked:
                continue
            asked.add((statement.answer, gap.text.lower()))
            found.append(gap)
    return sorted(found, key=lambda one: (one.start_char, one.end_char))


def _in_statement(statement: Statement) -> Iterator[Finding]:
    """Every signal of the statement, at most one of a reason."""
    if statement.text.endswith("?"):
        return
    reasons: set[GapReason] = set()
    for signal in SIGNALS:
        match = signal.words.search(statement.text)
        if match is None or signal.reason in reasons or _is_denied(statement.text, match, signal.reason):
            continue
        reasons.add(signal.reason)
        span = quote(statement, match.start(), match.end())
        yield Finding(
            FindingType.GAP,
            statement.index,
            span.start_char,
            span.end_char,
            span.text,
            signal.rule,
            question=signal.question.format(" ".join(span.text.split())),
            reason=signal.reason,
        )


def _is_denied(text: str, match: re.Match[str], reason: GapReason) -> bool:
    """Whether it says the contrary, as in "it is not hard to explain", or how it was once."""
    before = text[: match.start()]
    if reason is GapReason.NO_THRESHOLD:
        return bool(THEN.search(before)) or (match[0].lower().endswith("enough") and bool(DENIED.search(before)))
    return reason is GapReason.HARD_TO_SAY and bool(DENIED.search(before))


def _filled(
    gap: Finding,
    place: int,
    statements: Sequence[Statement],
    seen_in: defaultdict[int, set[FindingType]],
    cases: set[int],
) -> bool:
    """Whether the expert says nearby what seemed to be missing."""
    answer = statements[place].answer
    if gap.reason is GapReason.POLICY_VOICE:
        return answer in cases
    if gap.reason is GapReason.NO_THRESHOLD:
        first, last = place - NEAR, place + NEAR
        if not _concerns_the_work(statements[place], seen_in):
            return True
    elif gap.reason is GapReason.ANNOUNCED:
        first, last = place, place + AHEAD
    else:
        return False
    around = [one for one in statements[max(0, first) : last + 1] if one.answer == answer]
    fills = FILLS[gap.reason]
    return any(type_ in seen_in[one.index] for one in around for type_ in fills if not _is_itself(one, gap, type_))


def _is_itself(statement: Statement, gap: Finding, type_: FindingType) -> bool:
    """An announcement is itself noticed as an exception, which gives nothing."""
    return statement.index == gap.statement and type_ is FindingType.EXCEPTION


def _concerns_the_work(statement: Statement, seen_in: defaultdict[int, set[FindingType]]) -> bool:
    """Whether "too hot" is said of the work: to somebody, or as a condition, a warning or a beginner's error."""
    told = {FindingType.CONDITION, FindingType.WARNING, FindingType.NOVICE_ERROR}
    return bool(told & seen_in[statement.index]) or bool(re.search(r"\byou(?:r|'\w+)?\b", statement.text, re.I))


def _types_by_statement(findings: Sequence[Finding]) -> defaultdict[int, set[FindingType]]:
    types: defaultdict[int, set[FindingType]] = defaultdict(set)
    for one in findings:
        types[one.statement].add(one.type)
    return types


def _remembers(doc: Doc) -> bool:
    """Whether the expert tells what happened: "I opened it", "we had a leak"."""
    return any(
        token.tag_ == "VBD"
        and any(child.dep_ == "nsubj" and child.lower_ in {"i", "we"} for child in token.children)
        and token.lemma_ not in {"think", "say", "mean", "guess"}
        for token in doc
    )
