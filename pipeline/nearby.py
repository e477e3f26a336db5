"""Which passage a gap belongs to, and how high it stands among what the expert said."""

from bisect import bisect_right
from collections.abc import Sequence

from models.values import Finding, FindingType, Mined, Passage, Statement

FAR = 5  # statements from a passage to a gap that it still asks about
BESIDE = 2  # statements before and after a gap that tell how much know-how is there


def gaps_by_passage(mined: Mined, passages: Sequence[Passage]) -> list[list[Finding]]:
    """For each passage the gaps inside it, and those nearby in the same answer that no passage holds."""
    asked: list[list[Finding]] = [[] for _ in passages]
    for finding in mined.findings:
        if finding.type is not FindingType.GAP:
            continue
        distances = [(_distance(mined, finding, passage), place) for place, passage in enumerate(passages)]
        near = [one for one in distances if one[0] is not None and one[0] <= FAR]
        if near:
            asked[min(near)[1]].append(finding)
    return asked


def standings(statements: Sequence[Statement]) -> list[float]:
    """For each statement how high the best one stands that is near it in the same answer, 0 to 1."""
    scores = sorted(one.score for one in statements)
    return [
        max(bisect_right(scores, near.score) for near in _around(statements, place)) / len(scores)
        for place in range(len(statements))
    ]


def _around(statements: Sequence[Statement], place: int) -> list[Statement]:
    near = statements[max(0, place - BESIDE) : place + BESIDE + 1]
    return [one for one in near if one.answer == statements[place].answer]


def _distance(mined: Mined, gap: Finding, passage: Passage) -> int | None:
    """How many statements lie between; None in another answer."""
    first, last = passage.statements[0], passage.statements[-1]
    if mined.statements[gap.statement].answer != mined.statements[first].answer:
        return None
    return max(first - gap.statement, gap.statement - last, 0)
