"""Definitions in experts' own words: "that's what we call the veil", "we call that a pop-off", "by slack I mean …".

What is cited is verbatim: the statement, with the one before it where the words only point at what was said there.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from spacy.tokens import Doc

from models.values import Span, Statement, Transcript
from pipeline.text import lexicon, words

MOST_WORDS = 60  # of a definition
LEAST_WORDS = 6
LEAST_BEFORE = 2  # words of its own that a statement has before "we call", to say what the thing is by itself

_ADVERBS = r"(?:\s+(?:all|just|always|usually|often|typically|sometimes|generally|would|kind\s+of|like\s+to))*"
_CALL = r"(?:call(?:ed)?|refer(?:red)?\s+to\s+as)\s+"
_POINTING = r"(?:it|that|this|those|these|them)\b\s*"
_CALLING = re.compile(
    rf"\b(?:what\s+(?:we|I|people|you){_ADVERBS}\s+{_CALL}|(?:we|I){_ADVERBS}\s+{_CALL}{_POINTING})"
    r"(?:(?:like|um|uh|a|an|the|our|your|as),?\s+)*[\"“‘']?",
    re.IGNORECASE,
)
_MEANING = re.compile(
    r"\b(?:by|when\s+(?:I|we)(?:\s+(?:say|talk\s+about))?)\s+(?:(?:a|an|the),?\s+)?[\"“‘']?(?P<term>\w[^,.;:\"”]{1,50}?)"
    r"[\"”’']?,?\s+(?:what\s+)?(?:I|we)(?:\s+(?:just|really|basically))?\s+mean\b",
    re.IGNORECASE,
)
_EMPTY = lexicon(
    "it that this those these them they there here so and but well then now yeah yes no okay right is are was were be "
    "'s ’s just kind of sort like um uh you know i mean we what which or also again really actually basically a the"
)
_TERM_WORDS = frozenset({"NOUN", "PROPN", "ADJ", "NUM", "VERB"})
_IDIOMS = lexicon("day quits shots names bluff")  # "we call it a day"
LONGEST = 5  # words of what is defined


@dataclass(frozen=True, slots=True)
class Defined:
    """What is defined: tokens first to last of a statement's parse; and where."""

    statement: int  # its place in the sequence
    first: int
    last: int
    span: Span


def find(statements: Sequence[Statement], docs: Sequence[Doc], transcript: Transcript) -> Iterator[Defined]:
    """Every definition, in order; none that rests on words that nobody should trust before listening."""
    before: list[Statement | None] = [None, *statements]
    for place, (statement, doc) in enumerate(zip(statements, docs, strict=True)):
        if "?" in statement.text:
            continue
        for first, last, alone in _terms(doc):
            start = statement if alone else _before(before[place], statement)
            if start is None:
                continue
            text = transcript.text[start.start_char : statement.end_char]
            trusted = not any(word.suspect for word in transcript.words_in(start.start_char, statement.end_char))
            if trusted and LEAST_WORDS <= words(text) <= MOST_WORDS:
                yield Defined(place, first, last, Span(start.start_char, statement.end_char, text))


def _before(previous: Statement | None, statement: Statement) -> Statement | None:
    """What the words point at: the statement before, in the same turn and answer."""
    same = previous is not None and (previous.turn, previous.answer) == (statement.turn, statement.answer)
    return previous if same else None


def _terms(doc: Doc) -> Iterator[tuple[int, int, bool]]:
    """First and last token of each thing that is defined, and whether the statement says by itself what it is."""
    for found in _CALLING.finditer(doc.text):
        run = _run(doc, found.end(), len(doc.text))
        if run is not None:
            said = [word for word in re.findall(r"[\w'’]+", doc.text[: found.start()].lower()) if word not in _EMPTY]
            yield *run, len(said) >= LEAST_BEFORE
    for found in _MEANING.finditer(doc.text):
        run = _run(doc, found.start("term"), found.end("term"))
        if run is not None and run[1] + 1 < len(doc):
            yield *run, True


def _run(doc: Doc, start: int, end: int) -> tuple[int, int] | None:
    """The words of a noun phrase that begins right there: first and last token."""
    inside = [token for token in doc if token.idx >= start and token.idx + len(token) <= end]
    taken: list[int] = []
    for token in inside:
        behind = taken and doc[taken[-1]].lower_ == "-"
        joins = (taken and token.lower_ == "-" and not token.whitespace_) or behind
        if not joins and (token.pos_ not in _TERM_WORDS or (token.pos_ == "VERB" and token.tag_ not in {"VBG", "VBN"})):
            break
        taken.append(token.i)
    while taken and doc[taken[-1]].pos_ not in {"NOUN", "PROPN"}:
        taken.pop()
    real = [number for number in taken if doc[number].lower_ != "-"]
    broken = any(later - earlier > 1 for earlier, later in pairwise(taken))
    if broken or not real or len(real) > LONGEST or doc[real[-1]].lower_ in _IDIOMS:
        return None
    return taken[0], taken[-1]
