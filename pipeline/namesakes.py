"""Concepts that are one thing under two names."""

import re
from collections.abc import Sequence

import numpy as np

from models.values import Vectors
from pipeline.text import WORD

SAME = 0.9  # cosine of two labels that share no word, from which they name one thing


def heirs(
    new: Sequence[tuple[str, str]],
    new_vectors: Vectors,
    known: Sequence[tuple[str, str]],
    known_vectors: Vectors,
) -> dict[str, str]:
    """New concept's id → the id of a known or an earlier new one that is the same thing; (id, label), vectors alike.

    It is when the letters are the same (“set-up”, “setup”), or the meaning as good as the same and the words quite
    others: a longer phrase is narrower, and “left hand” and “right hand” lie near to one another too.
    """
    labels, vectors = [*known], [*known_vectors]
    found: dict[str, str] = {}
    spelled = {_spelling(label): one for one, label in reversed(known)}
    for (one, label), vector in zip(new, new_vectors, strict=True):
        heir = spelled.get(_spelling(label)) or _alike(label, vector, labels, vectors)
        if heir is not None:
            found[one] = heir
            continue
        spelled[_spelling(label)] = one
        labels.append((one, label))
        vectors.append(vector)
    return found


def _spelling(label: str) -> str:
    return re.sub(r"[\s\-_.’']+", "", label.casefold())


def _alike(label: str, vector: Vectors, labels: Sequence[tuple[str, str]], vectors: Sequence[Vectors]) -> str | None:
    """The concept of nearest meaning, if it is near enough and shares no word."""
    if not vectors:
        return None
    near: Vectors = np.stack(vectors) @ vector
    words_of = set(WORD.findall(label.casefold()))
    for place in map(int, np.argsort(-near, kind="stable")):
        if near[place] < SAME:
            return None
        if not words_of & set(WORD.findall(labels[place][1].casefold())):
            return labels[place][0]
    return None
