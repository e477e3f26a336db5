"""Statements that mislead when they are read alone, because what they depend on stands in a statement beside them.

A speaker names a practice and refuses it a few sentences later, or says in one breath when something holds and in the
next one what holds. Both can be heard in what the next statement opens with.
"""

import re
from collections.abc import Sequence

from models.values import Statement

REFUSES = re.compile(
    r"(?:(?:and|but|so|now|well),? )*(?:rather than|instead of) (?:doing )?(?:that|this|it)\b(?! (?:way|one|\w+ly))",
    re.I,
)
FOLLOWS = re.compile(r"(?:(?:and|but|so),? )?then\b", re.I)
CONDITION = re.compile(r"\b(?:if|when|once|unless|as soon as)\b", re.I)
ENDED = re.compile(r"[.!?…][\"'”’)\]]*\s*$")


def taken_back(statements: Sequence[Statement], numbers: Sequence[int]) -> frozenset[int]:
    """Those of a passage's statements before its last "rather than doing that, …", which are what "that" was.

    `numbers` are the passage's, in the order of the text; none where nothing is refused.
    """
    last = max((number for number in numbers if REFUSES.match(statements[number].text)), default=None)
    return frozenset(number for number in numbers if last is not None and number < last)


def hangs(statements: Sequence[Statement], number: int) -> bool:
    """Whether it says what follows ("then the seal breaks") from a condition earlier in the same sentence."""
    if not FOLLOWS.match(statements[number].text):
        return False
    for one in reversed(statements[:number]):
        if one.answer != statements[number].answer or ENDED.search(one.text):
            return False
        if CONDITION.search(one.text):
            return True
    return False
