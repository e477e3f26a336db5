"""Passages: the statements worth a card, gathered as they stand together in an answer."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby, pairwise

import numpy as np

from models.values import Passage, Statement, Vectors
from pipeline.text import words

BETWEEN = 2  # sentences left out between two of one passage, at most
LEAST_WORDS = 100  # that a short interview may spend in any case
SHORTEST = 4  # words of a statement worth choosing
LONG = 400  # words above which a passage is split, where it changes its subject most
WANTED_SHARE = 0.1
SHORTEST_PART = 2  # statements on either side of a split


def choose(
    statements: Sequence[Statement],
    vectors: Vectors | None = None,
    *,
    total_words: int,
    share: float,
    wanted: Collection[int] = (),
) -> list[Passage]:
    """The passages of one interview in the order of its text; none where there is no statement.

    The best statements by score are chosen until `share` of the interview's `total_words` is spent (in a short
    interview LEAST_WORDS, and always the best one). The chosen ones of one answer make a passage, cut where more than
    two sentences that might have been chosen lie between. With `vectors`, a row for each statement, long passages are
    split. The statements with the numbers `wanted` come before all others, while a tenth of the words lasts that may
    be spent.
    """
    budget = max(share * total_words, LEAST_WORDS)
    first = _best([one for one in statements if one.index in wanted], WANTED_SHARE * budget)
    taken = {one.index for one in first}
    rest = _best([one for one in statements if one.index not in taken], budget - sum(words(one.text) for one in first))
    chosen = sorted([*first, *rest], key=lambda one: one.index)
    return [
        _passage(part)
        for group in _together(chosen, statements)
        for part in (_split(group, vectors) if vectors is not None else [group])
    ]


def _best(statements: Sequence[Statement], budget: float) -> list[Statement]:
    """The best ones that fit, in the order of the text."""
    taken: list[Statement] = []
    spent = 0
    for statement in sorted(statements, key=lambda one: (-one.score, one.index)):
        count = words(statement.text)
        if not _may_be_chosen(statement):
            continue
        if taken and spent + count > budget:
            break
        taken.append(statement)
        spent += count
    return sorted(taken, key=lambda one: one.index)


def _may_be_chosen(statement: Statement) -> bool:
    return words(statement.text) >= SHORTEST and not statement.text.endswith("?")


def _together(chosen: Sequence[Statement], statements: Sequence[Statement]) -> Iterator[list[Statement]]:
    """Those of one answer; "yes", "right?" and the parts of one sentence between them lead to nothing else."""
    apart = [one.index for one in statements if _may_be_chosen(one) and not one.text.endswith(",")]
    for _, group in groupby(chosen, key=lambda one: one.answer):
        answer = list(group)
        cuts = [
            place
            for place, (a, b) in enumerate(pairwise(answer), 1)
            if bisect_left(apart, b.index) - bisect_right(apart, a.index) > BETWEEN
        ]
        for start, end in pairwise([0, *cuts, len(answer)]):
            yield answer[start:end]


def _split(group: list[Statement], vectors: Vectors) -> Iterator[list[Statement]]:
    """Parts of at most LONG words where that can be had, cut where two neighbours differ most."""
    places = range(SHORTEST_PART, len(group) - SHORTEST_PART + 1)
    if sum(words(one.text) for one in group) <= LONG or not places:
        yield group
        return
    likeness = [float(vectors[group[place - 1].index] @ vectors[group[place].index]) for place in places]
    cut = places[int(np.argmin(likeness))]
    yield from _split(group[:cut], vectors)
    yield from _split(group[cut:], vectors)


def _passage(group: Sequence[Statement]) -> Passage:
    return Passage(
        statements=tuple(one.index for one in group),
        start_char=group[0].start_char,
        end_char=group[-1].end_char,
        text=" ".join(one.text for one in group),
    )
