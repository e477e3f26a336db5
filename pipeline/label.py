"""Names a cluster by a clause that somebody said, and tags it with words."""

import re
from collections import Counter
from collections.abc import Sequence
from math import log

import numpy as np
from spacy.lang.en.stop_words import STOP_WORDS

from models.values import Vectors
from pipeline.protocols import Embedder
from pipeline.text import WORD

LOOKED_AT = 5  # members nearest to the middle; the others' clauses would cost time and seldom win
CONTRAST = 0.5  # how much of what all passages share is taken off
FREE_WORDS = 10  # a clause may have so many words at no cost,
PER_WORD = 0.01  # and pays this much cosine for each further one
FEWEST_WORDS = 3
MOST_TAGS = 5

SENTENCE = re.compile(r"[^.!?;:\n…]*[^\W_][^.!?;:\n…]*[!?]?")
PART = re.compile(r"[^,—–]*[^\W_][^,—–]*")
OPENING = re.compile(
    r"(?:(?:and|but|or|so|then|because|well|yeah|yes|no|um|uh|i mean|you know|now)\b[\s,]*)+", re.IGNORECASE
)


class ClauseNamer:
    """Takes the clause nearest to what sets the cluster apart: its middle minus half of everything's."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def label(self, texts: Sequence[str], vectors: Vectors, everything: Vectors) -> str:
        """Verbatim words of one of the texts; the first text where none has a clause of three words.

        `texts` and `vectors` run parallel, at least one; `everything` is the mean vector (d,) of all passages.
        """
        middle = vectors.mean(axis=0)
        central: list[int] = np.argsort(-(vectors @ middle), kind="stable")[:LOOKED_AT].tolist()
        candidates = list(dict.fromkeys(clause for row in central for clause in clauses(texts[row])))
        if not candidates:
            return texts[central[0]].strip()
        apart = middle - CONTRAST * everything
        apart = apart / (np.linalg.norm(apart) or 1.0)
        excess = np.array([max(0, len(clause.split()) - FREE_WORDS) for clause in candidates])
        return candidates[int((self._embedder.embed(candidates) @ apart - PER_WORD * excess).argmax())]

    def tags(self, groups: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
        """For the texts of each cluster its words of the highest c-TF-IDF (Grootendorst 2022), at most five.

        That is how often the cluster says a word, times log(1 + words a cluster / how often all say it).
        """
        counted = [Counter(word for text in texts for word in _words(text)) for texts in groups]
        everywhere = sum(counted, Counter[str]())
        mean = sum(everywhere.values()) / max(1, len(groups))
        found = []
        for counts in counted:
            scores = {word: count * log(1 + mean / everywhere[word]) for word, count in counts.items()}
            found.append(tuple(sorted(scores, key=lambda word: (-scores[word], word))[:MOST_TAGS]))
        return found


def _words(text: str) -> list[str]:
    """The words of a text in small letters, without those that everybody says."""
    return [word for word in map(str.casefold, WORD.findall(text)) if len(word) > 2 and word not in STOP_WORDS]


def clauses(text: str) -> list[str]:
    """Sentences of the text, and their parts between commas and dashes, of three words or more; each verbatim.

    What only opens a clause (“and”, “well, you know”) is left off.
    """
    found = []
    for sentence in SENTENCE.findall(text):
        for piece in (sentence, *PART.findall(sentence)):
            clause = _without_opening(piece)
            if len(clause.split()) >= FEWEST_WORDS:
                found.append(clause)
    return list(dict.fromkeys(found))


def _without_opening(piece: str) -> str:
    piece = piece.strip(" \t\"“”'‘’()-,—–")
    return piece[opening.end() :] if (opening := OPENING.match(piece)) else piece
