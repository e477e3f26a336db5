"""The parts of patience diff: runs that stand once in each of two texts, and the most of them that are in order.

Source: Bram Cohen's patience diff; the chain is a longest increasing subsequence by patience sorting.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import TypeAlias

Pair: TypeAlias = tuple[int, int]  # a word of the one text and the same word of the other, by their numbers


def landmarks(one: Sequence[str], other: Sequence[str], begin: Pair, end: Pair, *, run: int) -> list[Pair]:
    """Where `run` words in a row begin that stand once in either text between the two places; rising on both sides."""
    here, there = _once(one, begin[0], end[0], run), _once(other, begin[1], end[1], run)
    return _rising([(place, there[words]) for words, place in here.items() if words in there])


def _once(words: Sequence[str], begin: int, end: int, run: int) -> dict[tuple[str, ...], int]:
    """Runs that stand once, by the place of their first word; in order of the text."""
    places: dict[tuple[str, ...], int] = {}
    for place in range(begin, end - run + 1):
        found = tuple(words[place : place + run])
        places[found] = -1 if found in places else place
    return {found: place for found, place in places.items() if place >= 0}


def _rising(pairs: Sequence[Pair]) -> list[Pair]:
    """The longest chain of pairs, whose first places rise, in which the second ones rise, too."""
    tails: list[int] = []  # the smallest last place of a chain of every length, and which pair that is
    chosen: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(tails, place)
        tails[length : length + 1] = [place]
        chosen[length : length + 1] = [number]
        before.append(chosen[length - 1] if length else -1)
    chain = []
    at = chosen[-1] if chosen else -1
    while at >= 0:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]
