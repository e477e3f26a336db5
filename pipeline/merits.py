"""A possible title in numbers, and what each of them is worth."""

from dataclasses import dataclass, fields
from operator import attrgetter

import numpy as np


@dataclass(frozen=True, slots=True)
class Features:
    """A possible title in numbers. The first two come from its vector, the others from its words."""

    know_how: float = 0.0  # how much nearer it is to know-how than to mere talk
    near: float = 0.0  # cosine to its passage
    nouns: float = 0.0  # 0..1, that name something
    verbs: float = 0.0  # 0..1, that tell of a doing
    length: float = 0.0  # 0..1, of the words that a title may have
    salience: float = 0.0  # how much its nouns are spoken of in the interview
    main: float = 0.0  # 1: its sentence fills one of the card's main slots
    limited: float = 0.0  # 1: a decision with its condition
    order: float = 0.0  # 1: what to do or never to do
    phrase: float = 0.0  # 1: it says nothing of what it names
    unlimited: float = 0.0  # 1: its condition was left out
    cut: float = 0.0  # 1: something behind it was left out
    nameless: float = 0.0  # 1: it names nothing
    commas: float = 0.0
    pointing: float = 0.0  # pronouns and the like whose thing it does not name
    first_person: float = 0.0  # words like "my"
    past: float = 0.0  # 1: it tells what was
    bad_start: float = 0.0  # 1: with a pronoun or a conjunction
    weak_start: float = 0.0  # 1: with a word that nobody looks for
    loose_end: float = 0.0  # 1: with a preposition or a pronoun
    loose: float = 0.0  # 1: words like "stuff"


WEIGHTS = Features(
    know_how=2.0,
    near=1.5,
    nouns=0.45,
    verbs=0.3,
    length=0.3,
    salience=0.3,
    main=0.4,
    limited=0.35,
    order=0.3,
    phrase=-0.5,
    unlimited=-0.4,
    cut=-0.15,
    nameless=-0.4,
    commas=-0.15,
    pointing=-0.3,
    first_person=-0.12,
    past=-0.3,
    bad_start=-0.3,
    weak_start=-0.35,
    loose_end=-0.3,
    loose=-0.25,
)


_numbers = attrgetter(*(one.name for one in fields(Features)))  # all of them, in order


def weighed(features: Features, weights: Features) -> float:
    """The score: each feature times its weight."""
    return float(np.dot(_numbers(features), _numbers(weights)))
