"""Titles: the words of a card that say best what it is about.

Whole clauses, instructions without their "you want to", and noun phrases compete; none may lose an argument.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log1p

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc, Span, Token

from models.values import Vectors
from pipeline.clauses import CONDITIONS, POLITE, Clause, clauses, trimmed, words
from pipeline.head import shipped_head
from pipeline.text import WORD, lexicon
from pipeline.wording import ADVERBS, LOOKS_PAST, STATES, VAGUE, unhedged

SHORTEST, LONGEST = 3, 12  # words
LONGEST_PHRASE = 8
PAIR = 2  # words of a phrase that is taken only where nothing else is
POOL = 6  # candidates of a passage that are looked at closely
CHOICES = 3  # the title and two others
ALIKE = 0.6  # share of common words from which two titles say the same
NO_TITLE_START = frozenset(
    ["until", "which", "so that", "in order to", "otherwise", "because", "although", "though", "whereas", "except"]
)
STRIPPED = re.compile(
    rf"(?:you|we|i|one|they)(?:['’]ll| will|['’]re| are|['’]d| would)? {ADVERBS}"
    r"(?:(?:going to|gonna|want to|need to|have to|should|must|got to|gotta|try to|like to|prefer to|tend to|can) )*"
    rf"{ADVERBS}",
    re.I,
)
WEAK_START = re.compile(
    r"(?:can|could|may|might|will|would|alright|don['’]t have|do (?:this|that|it)|get it|have it|think|"
    r"thinking|let['’]s|either|preferably|like|want|be|being|is|are|see|make it|try it|sometimes|especially|maybe|"
    r"how should|say|just)\b",
    re.I,
)
BAD_START = re.compile(
    r"(?:and|or|but|so|because|which|that|it|this|they|them|these|those|he|she|there|here|either|i|my|we|our|you|what|if|when)\b"
    r"(?!['’]?s? (?:you|the|a) )",
    re.I,
)
POINTING = re.compile(r"\b(?:it|that|this|they|them|there|here|those|these|he|she|one|its)\b", re.I)
FIRST_PERSON = re.compile(r"(?:i|we)\b", re.I)
LOOSE = re.compile(r"\b(?:like|whatever|something|somebody|blah|stuff|things?)\b", re.I)
DANGLING = frozenset(["DET", "SCONJ", "CCONJ", "AUX"])
WANTING = lexicon("to of that very your my as than")
NO_START = frozenset(["DET", "INTJ", "PUNCT", "CCONJ", "SCONJ", "ADP", "ADV"])
NO_FIRST_WORD = lexicon("which because until although though whereas otherwise except unless than as to be that's")
INSIDE = re.compile(r"\.\.|…|--|—| [-–] |\?|\(")  # where a speaker broke off
ARGUMENTS = frozenset(["dobj", "ccomp", "xcomp", "attr", "acomp", "oprd", "pobj", "pcomp", "prt", "dative", "agent"])
ADJUNCTS = frozenset(["advcl", "npadvmod", "cc", "punct", "parataxis"])
PLACING = lexicon("put set place lay stick keep pour hang move bring take add turn")  # they want a place
LINKING = lexicon("of for in with on between from to against under")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible title, and what its words alone say for it."""

    text: str
    merit: float


def candidates(docs: Sequence[Doc], spoken: Mapping[str, int]) -> list[Candidate]:
    """The POOL best possible titles of a passage by their words, best first; none where nothing fits.

    `docs` are parses of its shown sentences, `spoken` says how often each word occurs in the interview.
    """
    told = [doc for doc in docs if not doc.text.rstrip().endswith("?")]
    spans = [span for doc in told for span in (*_clauses(doc), *_phrases(doc, SHORTEST))]
    found = _found(spans, spoken) or _found([span for doc in told for span in _phrases(doc, PAIR)], spoken)
    ranked = sorted(found.items(), key=lambda one: (-one[1], one[0]))
    return [Candidate(text, merit) for text, merit in ranked[:POOL]]


def _found(spans: Iterable[Span], spoken: Mapping[str, int]) -> dict[str, float]:
    """The titles that these spans make, with their merit."""
    found: dict[str, float] = {}
    for span in spans:
        text = _as_title(span)
        if text and len(WORD.findall(text)) <= LONGEST and len(WORD.findall(text)) >= min(SHORTEST, len(span)):
            found.setdefault(text, _merit(span, text, spoken))
    return found


def spoken_words(texts: Iterable[str]) -> Counter[str]:
    """How often each word of three letters or more is said."""
    return Counter(word.lower() for text in texts for word in WORD.findall(text) if len(word) > 2)


def scored(pool: Sequence[Candidate], vectors: Vectors, passage: Vectors) -> list[tuple[str, float]]:
    """The candidates with their scores, best first.

    `vectors` has a row for each of them, `passage` is the one vector (d,) of their passage.
    """
    if not pool:
        return []
    near = vectors @ passage / (np.linalg.norm(passage) + 1e-9)
    totals = 2 * _margins(vectors) + 1.5 * near + np.array([one.merit for one in pool])
    named = [(one.text, round(float(total), 6)) for one, total in zip(pool, totals, strict=True)]
    return sorted(named, key=lambda one: (-one[1], one[0]))


def distinct(ranked: Sequence[tuple[str, float]]) -> list[str]:
    """The best title and up to two others that say something else."""
    kept: list[str] = []
    for text, _ in ranked:
        if len(kept) < CHOICES and all(_overlap(text, other) < ALIKE for other in kept):
            kept.append(text)
    return kept


def fallback(docs: Sequence[Doc]) -> str:
    """A title where no candidate is: the longest thing named, else the first words."""
    named = [_bare(span) for doc in docs for span in doc.noun_chunks if span.root.pos_ in {"NOUN", "PROPN"}]
    text = max((_as_title(span) for span in named if 0 < len(span) <= LONGEST), key=len, default="")
    if not text:
        said = [word for doc in docs for word in doc.text.split()]
        text = " ".join(said[:LONGEST]).strip(" ,;:.!?…-")
        text = f"{text} …" if len(said) > LONGEST else text
    return (text[:1].upper() + text[1:]) or "Untitled"


# ---- candidates


def _clauses(doc: Doc) -> Iterator[Span]:
    """Clauses, up to three of them in a row, and what is left of them without "you want to"."""
    found = clauses(doc)
    for first in range(len(found)):
        for last in range(first, min(first + 3, len(found))):
            span = _clause(doc, found[first : last + 1])
            if span is not None:
                yield span
                yield from _instruction(span)


def _clause(doc: Doc, run: Sequence[Clause]) -> Span | None:
    if run[0].opener in NO_TITLE_START or (len(run) == 1 and run[0].opener in CONDITIONS):
        return None
    if run[-1].opener in CONDITIONS and run[0].opener in CONDITIONS:
        return None
    start, end = trimmed(doc, run[0].start, run[-1].end)
    text = doc[start:end].text
    if POLITE.match(text) or not any(token.pos_ in {"VERB", "AUX"} for token in doc[start:end]):
        return None
    at = doc[start].idx + len(text) - len(unhedged(text))
    while start < end and doc[start].idx < at:
        start += 1
    span = _shortened(doc[start:end]) if start < end else None
    only_condition = span is not None and run[0].opener in CONDITIONS and span.end <= run[0].end
    return None if only_condition else span


def _shortened(span: Span) -> Span | None:
    """The span without what is said in addition at its end, if it is too long for a title."""
    doc, start, end = span.doc, span.start, span.end
    while end > start and len(words(doc, start, end)) > LONGEST:
        additions = [
            token.left_edge.i
            for token in doc[start:end]
            if start < token.left_edge.i and token.right_edge.i >= end - 1 and _is_addition(token)
        ]
        if not additions:
            return None
        end = max(additions)
        start, end = trimmed(doc, start, end)
    return doc[start:end] if end > start else None


def _is_addition(token: Token) -> bool:
    if token.dep_ == "prep":
        complete = any(one.dep_ in {"dobj", "attr"} and one.i < token.i for one in token.head.children)
        return complete and token.lower_ != "of" and token.head.lemma_ not in PLACING
    return token.dep_ in ADJUNCTS or (token.dep_ == "conj" and token.pos_ == "VERB")


def _instruction(span: Span) -> Iterator[Span]:
    """What to do: the span from its verb on, where the subject before it tells nothing."""
    match = STRIPPED.match(span.text)
    if not match:
        return
    rest = span.doc.char_span(span.start_char + match.end(), span.end_char, alignment_mode="contract")
    if rest is None or not len(rest):
        return
    verb = rest[0]
    negated = any(child.dep_ == "neg" for child in verb.children)
    if (
        verb.pos_ == "VERB"
        and verb.tag_ in {"VB", "VBP"}
        and not negated
        and verb.lemma_ not in STATES - {"get", "find"}
    ):
        yield rest


def _phrases(doc: Doc, least: int) -> Iterator[Span]:
    """Noun phrases of at least so many words, with what is linked to them: "the smell of burnt sugar in the pan"."""
    chunks = [chunk for chunk in doc.noun_chunks if chunk.root.pos_ in {"NOUN", "PROPN"}]
    for chunk in chunks:
        start, end = _bare(chunk).start, chunk.end
        while end < len(doc) and doc[end].lower_ in LINKING and doc[end].head.i >= start:
            after = next((other for other in chunks if end < other.start <= end + 1), None)
            if after is None or after.end - start > LONGEST_PHRASE:
                break
            end = after.end
        if least <= end - start <= LONGEST_PHRASE:
            yield doc[start:end]


def _bare(chunk: Span) -> Span:
    """The noun phrase without "yes, the" before it."""
    doc, start = chunk.doc, chunk.start
    while start < chunk.end and (doc[start].pos_ in NO_START or doc[start].tag_ in {"PRP$", "WDT"}):
        start += 1
    return doc[start : chunk.end]


def _as_title(span: Span) -> str:
    """The span's text with a capital and without a mark at its end; empty where something of it is missing."""
    text = span.text.strip(" ,;:.!?…—–-")
    if (
        not text
        or INSIDE.search(text)
        or _lacks_something(span)
        or text.count('"') % 2
        or text.count("“") != text.count("”")
    ):
        return ""
    return text[0].upper() + text[1:]


def _lacks_something(span: Span) -> bool:
    """Whether an argument of its words stands outside, or its last word wants another."""
    last = words(span.doc, span.start, span.end)[-1:]
    if span[0].lower_ in NO_FIRST_WORD:
        return True
    if not last or last[0].pos_ in DANGLING or last[0].lower_ in WANTING:
        return True
    return any(
        child.i >= span.end and (child.dep_ in ARGUMENTS or (child.dep_ == "prep" and child.lower_ == "of"))
        for token in span
        for child in token.children
    )


# ---- merit


def _merit(span: Span, text: str, spoken: Mapping[str, int]) -> float:
    """What the words alone say for a title; the weights were chosen by reading, not learnt."""
    nouns = [one for one in span if one.pos_ in {"NOUN", "PROPN"} and one.lemma_.lower() not in VAGUE]
    verbs = [one for one in span if one.pos_ == "VERB" and one.lemma_ not in STATES]
    salience = sum(log1p(spoken.get(one.lower_, 0)) for one in nouns) / len(nouns) if nouns else -1.0
    past = any(one.tag_ == "VBD" and one.lower_ not in LOOKS_PAST for one in span)
    last = words(span.doc, span.start, span.end)[-1]
    good = (
        0.15 * min(3, len(nouns)) + 0.15 * min(2, len(verbs)) + 0.3 * len(WORD.findall(text)) / LONGEST + 0.3 * salience
    )
    bad = 0.3 * (text.count(",") + bool(BAD_START.match(text)) + (last.pos_ in {"ADP", "PART", "PRON"}))
    bad += 0.1 * (len(POINTING.findall(text)) + past + bool(FIRST_PERSON.match(text)))
    return good - bad - 0.35 * bool(WEAK_START.match(text)) - 0.25 * bool(LOOSE.search(text))


def _overlap(one: str, other: str) -> float:
    """Share of the shorter title's words that are in the other one too."""
    a, b = (frozenset(word.lower() for word in WORD.findall(text)) for text in (one, other))
    return len(a & b) / max(1, min(len(a), len(b)))


def _margins(vectors: Vectors) -> npt.NDArray[np.float64]:
    """(n,): how much nearer each text is to some kind of know-how than to every kind of mere talk."""
    return np.asarray(shipped_head().margins(vectors.astype(np.float64)).max(axis=1))
