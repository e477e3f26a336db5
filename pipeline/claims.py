"""What a sentence claims, in pieces that can be compared: what it speaks of, whether it denies it, under which
condition, and how much of what.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from pipeline.clauses import CONDITIONS, REASONS, clauses
from pipeline.intervals import Interval, intervals_in
from pipeline.text import lexicon

CONTENT = frozenset(["NOUN", "PROPN", "VERB", "ADJ", "ADV"])
EMPTY = lexicon(  # words that say little about what a sentence speaks of
    "be have do get go will would can could shall should may might must need want like try let make thing something "
    "anything everything someone somebody people person one way bit kind sort always just really very then also "
    "already only too quite so still even now here there again well much own such other another certain sure actually "
    "basically usually normally generally say tell think mean guess know remember find see look as when where how why "
    "what who which that this these those time while moment together please simply each any some ever"
)
WEAK = lexicon(  # compared, since they may turn a sentence around, but they do not say what it speaks of
    "up down in out on off above below over under beneath inside with without much many more most less few little "
    "first last right left all every good well bad long"
)
TIMES = frozenset(["before", "after"])  # they open a clause or a phrase that says when
EXCEPTIONS = frozenset(["unless", "except"])
NEGATORS = frozenset(["not", "n't", "n’t", "never", "no", "nobody", "nothing", "none", "neither", "nor"])
DENYING = frozenset(["avoid", "forbid", "refrain"])  # verbs that deny what follows
NO_DENIAL = re.compile(  # a "no" or "not" that denies nothing
    r"\bno (?:matter|longer|doubt|problem|wonder|idea)\b|"
    r"\bnot (?:only|just|always|necessarily|every|all|sure|yet|quite|so much|that much)\b|"
    r"^(?:no|nope)[,.;]|\bwhy not\b|\bif not\b|\bor not\b|\bwhether or not\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence in pieces; content words are lemmas in order."""

    words: tuple[str, ...]  # of everything but reasons
    things: frozenset[str]  # those of the words that are nouns or adjectives
    when: frozenset[str]  # those that stand behind "before" or "after"
    denied: bool  # its main clause
    denied_verbs: frozenset[str]
    denied_condition: bool
    openers: frozenset[str]  # what its subordinate clauses are: condition, time, reason, exception
    intervals: tuple[Interval, ...]
    is_told: bool  # it says what once happened, or asks: no rule


def claim(doc: Doc) -> Claim:
    """What the sentence claims."""
    zones = _zones(doc)
    intervals, counted = intervals_in(doc)
    content = [token for token in doc if zones[token.i] != "reason" and token.i not in counted and _is_content(token)]
    harmless = {token.i for found in NO_DENIAL.finditer(doc.text) for token in _inside(doc, *found.span())}
    denials = [token for token in doc if _denies(token) and token.i not in harmless and zones[token.i] != "reason"]
    main = [token for token in denials if zones[token.i] in ("main", "exception")]
    return Claim(
        words=tuple(dict.fromkeys(_key(token) for token in content)),
        things=frozenset(_key(token) for token in content if token.pos_ in ("NOUN", "PROPN", "ADJ")),
        when=frozenset(_key(token) for token in content if zones[token.i] == "time") - TIMES,
        denied=len(main) % 2 == 1,
        denied_verbs=frozenset(
            _key(token.head) for token in main if token.head.pos_ == "VERB" and _is_content(token.head)
        ),
        denied_condition=(len(denials) - len(main)) % 2 == 1,
        openers=frozenset(zones) - {"main"},
        intervals=tuple(intervals),
        is_told=_is_told(doc, zones),
    )


def _zones(doc: Doc) -> list[str]:
    """For every token the sort of clause that it stands in: main, condition, time, reason, exception."""
    zones = ["main"] * len(doc)
    for clause in clauses(doc):
        opener = clause.opener
        zone = "exception" if opener in EXCEPTIONS else "condition" if opener in CONDITIONS else "main"
        zone = "reason" if opener in REASONS or opener == "otherwise" else zone
        zones[clause.start : clause.end] = [zone] * (clause.end - clause.start)
    for token in doc:
        if token.lower_ in EXCEPTIONS or doc[token.i : token.i + 2].text.lower() in ("apart from", "aside from"):
            zones[token.i :] = ["exception"] * (len(doc) - token.i)
        elif token.lower_ in TIMES and zones[token.i] == "main":
            _spread(doc, zones, token.i, "time")
        elif token.i and zones[token.i] == "main" and _gives_reason(token):
            _spread(doc, zones, token.i, "reason")
    return zones


def _spread(doc: Doc, zones: list[str], start: int, zone: str) -> None:
    """Let the zone reach from the token to the next comma, or to where another zone begins."""
    for token in doc[start:]:
        if token.i > start and (token.text == "," or zones[token.i] != "main"):
            return
        zones[token.i] = zone


def _gives_reason(token: Token) -> bool:
    """Whether a reason begins here that `clauses` does not tell: "since …", "so that …", "…, or it bursts"."""
    doc, low = token.doc, token.lower_
    if low == "or":
        return doc[token.i - 1].text == ","
    if low == "so":
        return doc[token.i + 1 : token.i + 2].text.lower() == "that"
    return low == "since" and any(one.dep_ in ("nsubj", "nsubjpass") for one in doc[token.i + 1 : token.i + 5])


def _is_content(token: Token) -> bool:
    if token.is_punct or token.is_space or token.lower_ in NEGATORS or token.lemma_.lower() in DENYING:
        return False
    if token.lower_ in WEAK or token.lower_ in TIMES:
        return True
    return token.pos_ in CONTENT and not token.like_num and _key(token) not in EMPTY and len(token) > 1


def _key(token: Token) -> str:
    return token.lemma_.lower() or token.lower_


def _denies(token: Token) -> bool:
    return token.lower_ in NEGATORS or token.dep_ == "neg" or token.lemma_.lower() in DENYING


def _inside(doc: Doc, start: int, end: int) -> Iterator[Token]:
    return (token for token in doc if start <= token.idx < end)


def _is_told(doc: Doc, zones: Sequence[str]) -> bool:
    """Whether the main clause asks, or tells what happened: its first finite verb stands in the past."""
    finite = [token for token in doc if zones[token.i] == "main" and token.tag_ in ("VBD", "VBP", "VBZ", "VB", "MD")]
    return doc.text.rstrip().endswith("?") or any(token.tag_ == "VBD" for token in finite[:1])
