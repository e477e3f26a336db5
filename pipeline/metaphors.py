"""Similes and analogies: what an expert likens the work to.

A wide miner finds whatever may be one (`likenesses`), a ranker puts it in order (`simile_ranker`), and a limit is kept:
about five in 10,000 words, none where none is good enough. "Like" is a figure of speech in one of its twenty-five
sentences only.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from spacy.tokens import Doc

from models.values import Finding, FindingType, Statement
from pipeline.likenesses import ABSTRACT_ENDS, LOOSE, TRIGGER, Likeness, likenesses
from pipeline.protocols import Embedder
from pipeline.simile_ranker import Ranker
from pipeline.text import RESOURCES, quote_tokens, words

GOOD = 0.25  # of the ranker's log odds: from there on a likeness is shown
USUAL_RATE = 10.0  # likenesses in 10,000 words of calm talk
RESTLESS_FROM = 2_000  # words below which a rate says nothing
WORDS_EACH = 2_000  # words of talk for each likeness that may be shown
NOVEL, WORN, EVERYDAY, ABSTRACT = 0.5, -1.0, 1.0, -1.0
WORN_FROM = 3  # statements that use the vehicle's word, from which it belongs to the trade itself
LIKENESSES = (FindingType.SIMILE, FindingType.ANALOGY)


def find(statements: Sequence[Statement], docs: Sequence[Doc]) -> list[Finding]:
    """Whatever may be a simile or an analogy, in order of its characters; `score` is that of the rules.

    `docs` are the statements' parses, in the same order. Most of it is none: `best` chooses.
    """
    mined = [
        (statement, doc, likeness)
        for statement, doc in zip(statements, docs, strict=True)
        if TRIGGER.search(statement.text)
        for likeness in likenesses(doc)
    ]
    usage = _usage(docs, {word for _, _, likeness in mined for word in likeness.words})
    found = [_finding(statement, doc, likeness, _score(likeness, usage)) for statement, doc, likeness in mined]
    return sorted(found, key=lambda one: (one.start_char, one.end_char))


def best(
    findings: Sequence[Finding], statements: Sequence[Statement], ranker: Ranker, embedder: Embedder
) -> list[Finding]:
    """The findings without those likenesses that are not good enough; `score` is the ranker's: log odds.

    At most one likeness for each 2,000 words is left, and one in a short talk.
    """
    places = [place for place, one in enumerate(findings) if one.type in LIKENESSES]
    said = sum(words(statement.text) for statement in statements)
    least = GOOD + _restlessness(len(places), said)
    scores = ranker.scores([findings[place] for place in places], embedder)
    good = sorted((-score, place) for place, score in zip(places, scores, strict=True) if score >= least)
    room = max(1, math.ceil(said / WORDS_EACH))
    shown = {place: -score for score, place in good[:room]}
    return [
        replace(one, score=shown[place]) if place in shown else one
        for place, one in enumerate(findings)
        if one.type not in LIKENESSES or place in shown
    ]


def _restlessness(likenesses: int, said: int) -> float:
    """By how much the odds are worse where somebody says "like" all the time: pictures are as rare there as elsewhere.

    Nothing in short talk, or up to ten likenesses in 10,000 words.
    """
    rate = likenesses / max(said, RESTLESS_FROM) * 10_000
    return math.log(max(1.0, rate / USUAL_RATE))


@cache
def _everyday() -> frozenset[str]:
    """Things of everyday life that experts liken their work to."""
    lines = (RESOURCES / "everyday.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _usage(docs: Sequence[Doc], asked: set[str]) -> Counter[str]:
    """In how many statements each of these words is used."""
    if not asked:
        return Counter()
    used = [frozenset(doc.to_array("LEMMA").tolist()) for doc in docs]
    strings = docs[0].vocab.strings
    named = {lemma: word for lemma in set[int]().union(*used) if (word := strings[lemma].lower()) in asked}
    return Counter(word for lemmas in used for word in {named[lemma] for lemma in lemmas & named.keys()})


def _score(likeness: Likeness, usage: Counter[str]) -> float:
    used = min((usage[word] for word in likeness.words), default=1)
    score = likeness.base + (NOVEL if used <= 1 else WORN if used >= WORN_FROM else 0.0)
    if any(word in _everyday() for word in likeness.words):
        return score + (0.0 if likeness.rule in LOOSE else EVERYDAY)
    return score + (ABSTRACT if ABSTRACT_ENDS.search(likeness.words[-1]) else 0.0)


def _finding(statement: Statement, doc: Doc, likeness: Likeness, score: float) -> Finding:
    span = quote_tokens(statement, doc, likeness.first, likeness.last)
    source, target = (
        None if part is None else quote_tokens(statement, doc, *part) for part in (likeness.source, likeness.target)
    )
    return Finding(
        likeness.type,
        statement.index,
        span.start_char,
        span.end_char,
        span.text,
        likeness.rule,
        score=score,
        source=source,
        target=target,
    )
