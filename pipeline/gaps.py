"""Gaps: places where the expert knows more than was said, each with a question for the next interview.

The signals (`pipeline.signals`) are in the words of one statement and in what is said next to it in the same answer.
The question has the expert's own phrase in it. What a draft lacks beside its lines shows only when it is drafted.
"""

import re
from collections import defaultdict
from collections.abc import Collection as AnyOf
from collections.abc import Iterator, Mapping, Sequence

from spacy.strings import get_string_id
from spacy.tokens import Doc

from models.values import Finding, FindingType, GapReason, Statement
from pipeline.display import show
from pipeline.signals import SIGNALS, Signal
from pipeline.text import WORD, quote, words

VBD = get_string_id("VBD")
NEAR = 1  # statements before and after, of the same answer, in which a threshold or a cue fills the gap
AHEAD = 2  # statements after an announcement in which what was announced may come
SHORTEST_MEASURE = 6  # words of a statement in which a degree means something
LONGEST_PHRASE = 16  # words of the expert that a question repeats
BEFORE, BEHIND = 5, 8  # words around the signal that are repeated of a longer clause
DENIED = re.compile(r"(?:\bnot|n't|\bnever|\bno|\bwithout)(?: \w+){0,3} ?$", re.I)
THEN = re.compile(r"\b(?:was|were|been|had|wasn't|weren't)(?: \w+){0,2} ?$", re.I)  # how it was once
TO_YOU = re.compile(r"\b(?:you(?:r|'\w+)?|one)\b", re.I)
CLAUSE_EDGE = re.compile(
    r"(?<!\bum)(?<!\buh)(?<!\ber),(?! ?(?:um|uh|er)\b)|[;:.!?…—–]|\s-+\s|\b(?:but|because|so that|although|whereas)\b",
    re.I,
)
OPENING = re.compile(r"^(?:(?:and|but|so|or|then|well|yeah|because|like|also|now|okay|um|uh)\b[,\s]*)+", re.I)
GIVEN = re.compile(r"\s*(?:[:—–]|-+\s)\s*\w|\s*,\s*(?:like|such as|for example|for instance|say|namely)\b", re.I)
FILLS = {
    GapReason.NO_THRESHOLD: (FindingType.THRESHOLD, FindingType.CUE),
    GapReason.ANNOUNCED: (FindingType.CONDITION, FindingType.EXCEPTION),
    GapReason.EMPTY_SLOT: (FindingType.RATIONALE, FindingType.CUE),
}
PRESENT = frozenset({GapReason.ANNOUNCED, GapReason.NO_THRESHOLD, GapReason.POLICY_VOICE})
SAME_AS_PRESENT = frozenset({"put", "cut", "set", "hit", "let", "shut", "spread", "read"})
CONCERNING = frozenset({FindingType.CONDITION, FindingType.WARNING, FindingType.NOVICE_ERROR})


def find(statements: Sequence[Statement], docs: Sequence[Doc], findings: Sequence[Finding]) -> list[Finding]:
    """The gaps in order of their characters, each with its reason and its question; one of a kind in a statement.

    `docs` are the statements' parses, in the same order; `findings` are those of the cues, which can fill a gap. The
    same phrase is asked about once in an answer.
    """
    seen_in: defaultdict[int, list[Finding]] = defaultdict(list)
    for one in findings:
        seen_in[one.statement].append(one)
    cases = {statement.answer for statement, doc in zip(statements, docs, strict=True) if _remembers(doc)}
    found: list[Finding] = []
    asked: set[tuple[int, str]] = set()
    for place, (statement, doc) in enumerate(zip(statements, docs, strict=True)):
        for gap in _in_statement(statement, doc):
            if _filled(gap, place, statements, doc, seen_in, cases) or (statement.answer, gap.text.lower()) in asked:
                continue
            asked.add((statement.answer, gap.text.lower()))
            found.append(gap)
    return sorted(found, key=lambda one: (one.start_char, one.end_char))


def _in_statement(statement: Statement, doc: Doc) -> Iterator[Finding]:
    """Every signal of the statement, at most one of a reason."""
    if statement.text.endswith("?"):
        return
    text = statement.text.replace("’", "'")
    lowered = text.lower()
    reasons: set[GapReason] = set()
    for signal in SIGNALS:
        if signal.reason in reasons or not any(map(lowered.__contains__, signal.hints)):  # most need no search
            continue
        match = signal.words.search(text)
        if match is None or _is_given(signal, text, match) or _is_past(signal, doc) or _is_a_noun(signal, doc, match):
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
            question=signal.question.format(_phrase(statement.text, match.start(), match.end())),
            reason=signal.reason,
        )


def _is_given(signal: Signal, text: str, match: re.Match[str]) -> bool:
    """Whether the statement says the contrary ("it is not hard to explain"), or itself what seemed to be missing."""
    before = text[: match.start()]
    if signal.unless and signal.unless.search(text):
        return True
    if signal.reason is GapReason.NO_THRESHOLD:
        if words(text) < SHORTEST_MEASURE:
            return True
        return bool(THEN.search(before)) or (match[0].lower().endswith("enough") and bool(DENIED.search(before)))
    if signal.reason in (GapReason.ANNOUNCED, GapReason.POINTING):
        return bool(GIVEN.match(text, match.end()))
    return signal.reason is GapReason.HARD_TO_SAY and bool(DENIED.search(before))


def _is_a_noun(signal: Signal, doc: Doc, match: re.Match[str]) -> bool:
    """Whether what looks like a movement of the hands is a thing, as in "some place like that"."""
    if signal.reason is not GapReason.POINTING:
        return False
    first = next((token for token in doc if token.idx == match.start()), None)
    return first is not None and first.pos_ in {"NOUN", "PROPN"}


def _is_past(signal: Signal, doc: Doc) -> bool:
    """Whether it tells how it was once, where only what holds today is worth a question."""
    return signal.reason in PRESENT and any(
        token.dep_ == "ROOT"
        and (
            token.tag_ == "VBD" or any(child.tag_ == "VBD" and child.dep_.startswith("aux") for child in token.children)
        )
        and token.lower_ not in SAME_AS_PRESENT
        for token in doc
    )


def _was_once(doc: Doc, first: int, start: int) -> bool:
    """Whether the clause from `first` on tells, before character `start`, how it was once."""
    before = (token for token in doc if first <= token.idx < start)
    return any(token.tag_ == "VBD" and token.lower_ not in SAME_AS_PRESENT for token in before)


# ---- the phrase that the question repeats


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    """Characters of the clause around [start, end), without the words that only join it."""
    borders = [0, *(edge.end() for edge in CLAUSE_EDGE.finditer(text) if edge.end() <= start)]
    clause = text[borders[-1] :]
    opening = OPENING.match(clause.lstrip())
    first = borders[-1] + len(clause) - len(clause.lstrip()) + (opening.end() if opening else 0)
    edge = CLAUSE_EDGE.search(text, end)
    return min(first, start), edge.start() if edge else len(text)


def _phrase(text: str, start: int, end: int) -> str:
    """The clause around characters [start, end), as it is shown; of a long one the words around them."""
    first, last = _clause(text, start, end)
    if words(text[first:last]) <= LONGEST_PHRASE:
        return _shown(text[first:last])
    cut_first = min([*(word.start() for word in WORD.finditer(text, first, start)), start][-BEFORE - 1 :])
    cut_last = max([end, *[word.end() for word in WORD.finditer(text, end, last)][:BEHIND]])
    dots = ("… " if cut_first > first else "", " …" if cut_last < len(text[:last].rstrip()) else "")
    return f"{dots[0]}{_shown(text[cut_first:cut_last])}{dots[1]}"


def _shown(text: str) -> str:
    """The words without fillers and restarts; as they are where nothing else is left."""
    return " ".join((show(text).text.strip(" ,;:") or text).split())


# ---- what fills a gap


def _filled(
    gap: Finding,
    place: int,
    statements: Sequence[Statement],
    doc: Doc,
    seen_in: Mapping[int, Sequence[Finding]],
    cases: AnyOf[int],
) -> bool:
    """Whether the expert says nearby what seemed to be missing."""
    statement = statements[place]
    if gap.reason is GapReason.POLICY_VOICE:
        return statement.answer in cases
    if gap.reason is GapReason.NO_THRESHOLD:
        first, last = place - NEAR, place + NEAR
        if not _concerns_the_work(statement, doc, seen_in.get(statement.index, ()), gap):
            return True
    elif gap.reason is GapReason.ANNOUNCED:
        first, last = place, place + AHEAD
    elif gap.reason is GapReason.EMPTY_SLOT:
        first, last = place - NEAR, place + AHEAD
    else:
        return False
    if gap.reason is GapReason.NO_THRESHOLD and _told_when(gap, seen_in.get(statement.index, ())):
        return True
    around = [one for one in statements[max(0, first) : last + 1] if one.answer == statement.answer]
    return any(
        find.type in FILLS[gap.reason] and not (find.start_char < gap.end_char and gap.start_char < find.end_char)
        for one in around
        for find in seen_in.get(one.index, ())
    )


def _told_when(gap: Finding, noticed: Sequence[Finding]) -> bool:
    """Whether a condition before it says when that is so: "if nothing comes back, you are too late"."""
    return any(one.type is FindingType.CONDITION and one.end_char <= gap.start_char for one in noticed)


def _concerns_the_work(statement: Statement, doc: Doc, noticed: Sequence[Finding], gap: Finding) -> bool:
    """Whether "too hot" is said of the work: to somebody, or in a condition, a warning or a beginner's error."""
    start, end = gap.start_char - statement.start_char, gap.end_char - statement.start_char
    first, last = _clause(statement.text, start, end)
    if _was_once(doc, first, start):
        return False
    if any(
        one.type in CONCERNING and one.start_char < gap.end_char and gap.start_char < one.end_char for one in noticed
    ):
        return True
    opening = next((token for token in doc if token.idx >= first and not token.is_punct), None)
    told = bool(TO_YOU.search(statement.text[first:last])) or (opening is not None and opening.tag_ == "VB")
    return told or (opening is not None and opening.idx == start and bool(TO_YOU.search(statement.text)))


def _remembers(doc: Doc) -> bool:
    """Whether the expert tells what happened: "I opened it", "we had a leak"."""
    told = (doc[place] for place, tag in enumerate(doc.to_array("TAG").tolist()) if tag == VBD)
    return any(
        any(child.dep_ == "nsubj" and child.lower_ in {"i", "we"} for child in token.children)
        and token.lemma_ not in {"think", "say", "mean", "guess"}
        for token in told
    )
