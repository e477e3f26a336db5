"""Titles: the words of a card that say best what it is about.

What may be a title says `phrasings`; here it is described in numbers, weighed, and the best three are kept. The weights
were chosen by reading; whoever learns better ones hands them to `scored`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log1p

import numpy as np
from spacy.tokens import Doc, Token

from models.values import Vectors
from pipeline.complete import LONGEST, SHORTEST, Form, Phrasing
from pipeline.head import shipped_head
from pipeline.merits import WEIGHTS, Features, weighed
from pipeline.phrasings import PAIR, Said, bare, names, phrasings
from pipeline.pointing import pointing
from pipeline.text import WORD
from pipeline.wording import LOOKS_PAST, STATES, VAGUE

POOL = 8  # candidates of a passage that are looked at closely
CHOICES = 3  # the title and two others
ALIKE = 0.6  # share of common words from which two titles say the same
DIFFERENT = 3  # words in which two titles of a short card differ at least
MOST_NOUNS, MOST_VERBS = 3, 2

WEAK_START = re.compile(
    r"(?:can|could|may|might|will|would|alright|don['’]t have|do (?:this|that|it)|get it|have it|think|"
    r"thinking|let['’]s|either|preferably|like|want|be|being|is|are|see|make it|try it|sometimes|especially|maybe|"
    r"how should|say|just|same|yes|no|not)\b",
    re.I,
)
BAD_START = re.compile(
    r"(?:and|or|but|so|because|which|that|it|this|they|them|these|those|he|she|there|here|either|i|my|we|our|you|what|"
    r"one|some|sometimes|everybody|everyone|somebody|people)\b(?!['’]?s? (?:you|the|a) )",
    re.I,
)
FIRST_PERSON = re.compile(r"\b(?:i|my|me|we|our|us|i['’]m|i['’]ve|we['’]re)\b", re.I)
LOOSE = re.compile(r"\b(?:like|whatever|something|somebody|blah|stuff|things?|etc|whatnot)\b", re.I)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible title, and what its words alone say for it."""

    text: str
    features: Features


def candidates(said: Sequence[Said], spoken: Mapping[str, int]) -> list[Candidate]:
    """The POOL best possible titles of a passage by their words, best first; none where nothing fits.

    Phrases, and what names nothing, are taken only where there is nothing else. `said` are its shown sentences,
    `spoken` says how often each word occurs in the interview.
    """
    found = _found(said, spoken, least=SHORTEST) or _found(said, spoken, least=PAIR)
    telling = [one for one in found if not one.features.phrase and not one.features.nameless]
    ranked = sorted(telling or found, key=lambda one: (-weighed(one.features, WEIGHTS), one.text))
    return ranked[:POOL]


def _found(said: Sequence[Said], spoken: Mapping[str, int], *, least: int) -> list[Candidate]:
    found: dict[str, Candidate] = {}
    for each in said:
        for one in phrasings(each, least=least):
            features = replace(described(one, spoken), main=float(each.is_main))
            found.setdefault(one.text.casefold(), Candidate(one.text, features))
    return list(found.values())


def spoken_words(texts: Iterable[str]) -> Counter[str]:
    """How often each word of three letters or more is said."""
    return Counter(word.lower() for text in texts for word in WORD.findall(text) if len(word) > 2)


def placed(pool: Sequence[Candidate], vectors: Vectors, passage: Vectors) -> list[Candidate]:
    """The candidates, in order, with what their vectors say of them too.

    `vectors` has a row for each of them, `passage` is the one vector (d,) of their passage.
    """
    near = vectors @ passage / (np.linalg.norm(passage) + 1e-9)
    margins = shipped_head().margins(vectors.astype(np.float64)).max(axis=1)
    rows = zip(pool, margins, near, strict=True)
    return [
        replace(one, features=replace(one.features, know_how=float(margin), near=float(cosine)))
        for one, margin, cosine in rows
    ]


def scored(pool: Sequence[Candidate], *, weights: Features = WEIGHTS) -> list[tuple[str, float]]:
    """The candidates, as they were placed, with their scores; best first."""
    named = [(one.text, round(weighed(one.features, weights), 6)) for one in pool]
    return sorted(named, key=lambda one: (-one[1], one[0]))


def distinct(ranked: Sequence[tuple[str, float]]) -> list[str]:
    """The best title and up to two others that say something else, or at least something more or less."""
    kept: list[str] = []
    for differ in (_says_else, _says_more):
        for text, _ in ranked:
            if len(kept) < CHOICES and all(differ(text, other) for other in kept):
                kept.append(text)
    return kept


def fallback(docs: Sequence[Doc]) -> str:
    """A title where no candidate is: the longest thing named, else the first words."""
    chunks = [bare(span) for doc in docs for span in doc.noun_chunks if span.root.pos_ in {"NOUN", "PROPN"}]
    named = (Phrasing(tuple(span), Form.PHRASE).text for span in chunks if PAIR <= len(span) <= LONGEST and names(span))
    text = max(named, key=len, default="")
    if not text:
        said = [word for doc in docs for word in doc.text.split()]
        text = " ".join(said[:LONGEST]).strip(" ,;:.!?…-")
        text = f"{text} …" if len(said) > LONGEST else text
    return (text[:1].upper() + text[1:]) or "Untitled"


# ---- features


def described(one: Phrasing, spoken: Mapping[str, int]) -> Features:
    """What the words alone say of a possible title; what its vector says is 0."""
    text, last = one.text, one.words[-1]
    nouns = [token for token in one.tokens if token.pos_ in {"NOUN", "PROPN"} and token.lemma_.lower() not in VAGUE]
    verbs = [token for token in one.tokens if token.pos_ == "VERB" and token.lemma_ not in STATES]
    return Features(
        nouns=min(1.0, len(nouns) / MOST_NOUNS),
        verbs=min(1.0, len(verbs) / MOST_VERBS),
        length=len(one.words) / LONGEST,
        salience=_salience(nouns, spoken),
        limited=float(one.limited),
        order=float(one.form is Form.ORDER),
        phrase=float(one.form is Form.PHRASE),
        unlimited=float(one.unlimited),
        cut=float(one.cut),
        nameless=float(not nouns),
        commas=float(text.count(",")),
        pointing=pointing(one.tokens),
        first_person=float(len(FIRST_PERSON.findall(text))),
        past=float(any(token.tag_ == "VBD" and token.lower_ not in LOOKS_PAST for token in one.tokens)),
        bad_start=float(bool(BAD_START.match(text))),
        weak_start=float(bool(WEAK_START.match(text))),
        loose_end=float(last.pos_ in {"ADP", "PART", "PRON"}),
        loose=float(bool(LOOSE.search(text))),
    )


def _salience(nouns: Sequence[Token], spoken: Mapping[str, int]) -> float:
    """How much these things are spoken of, on average; less than never where there is none."""
    return sum(log1p(spoken.get(one.lower_, 0)) for one in nouns) / len(nouns) if nouns else -1.0


# ---- choices


def _says_else(one: str, other: str) -> bool:
    a, b = _words(one), _words(other)
    return len(a & b) / max(1, min(len(a), len(b))) < ALIKE


def _says_more(one: str, other: str) -> bool:
    return len(_words(one) ^ _words(other)) >= DIFFERENT


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in WORD.findall(text))
