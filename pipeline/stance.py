"""What one statement says of another: the same, the same and more, or otherwise.

Rules on what both claim, on top of their cosine; each wants much before it speaks, since a wrong "contradicts" costs
two people's time. Whatever they leave open is None. Nobody is told who is right.
"""

from dataclasses import dataclass
from functools import cache

from pipeline.claims import TIMES, WEAK, Claim
from pipeline.text import RESOURCES

OPPOSITES = RESOURCES / "opposites.txt"
SAME = 0.75  # cosine from which two statements say the same
CLOSE = 0.85  # cosine from which another verb in a sentence says nothing else
ALIKE = 0.55  # cosine from which they may be about the same thing
FEWEST_SHARED = 2  # content words
FEWEST_WORDS = 3  # of content in each of two that say the same: "exactly" says nothing
SHORTEST_STEM = 4
HALF = 0.5
KIN = 2  # letters by which words of one stem may differ at their end
MORE = ("condition", "exception", "reason")  # what a statement can say more than another

SAME_AS, REFINES, CONTRADICTS = "same_as", "refines", "contradicts"


@dataclass(frozen=True, slots=True)
class Stance:
    """What the first of two statements says of the second, and by what that was seen."""

    kind: str  # same_as, refines, contradicts
    why: str  # of contradicts: negation, number, opposite; of refines: condition, exception, reason, number


@dataclass(frozen=True, slots=True)
class _Compared:
    """Two claims side by side."""

    shared: frozenset[str]
    left: tuple[frozenset[str], frozenset[str]]  # what only the one says, without opposites
    flips: tuple[str, ...]  # by what the one turns the other around


def stance(one: Claim, other: Claim, cosine: float) -> Stance | None:
    """What `one` says of `other`; None where that is nothing, or nothing that could be told."""
    if cosine < ALIKE:
        return None
    found = _compared(one, other)
    if found.flips:
        return Stance(CONTRADICTS, found.flips[0]) if _contradicts(one, other, found) else None
    more = _more(one, other)
    if more and not _more(other, one) and _says_no_less(found) and not (one.is_told or other.is_told):
        return Stance(REFINES, more)
    return Stance(SAME_AS, "") if _says_the_same(one, other, found, cosine) else None


def _compared(one: Claim, other: Claim) -> _Compared:
    mine, theirs = frozenset(one.words), frozenset(other.words)
    left, right = set(mine - theirs), set(theirs - mine)
    flips = []
    for word in sorted(left):
        against = sorted(opposites().get(word, frozenset()) & right)
        if against:
            left.discard(word)
            right.discard(against[0])
            if word not in TIMES or one.when & other.when:  # "A before B" is "B after A"
                flips.append("opposite")
    for word in sorted(left):
        kin = next((each for each in sorted(right) if _is_kin(word, each)), None)
        if kin is not None:
            left.discard(word)
            right.discard(kin)
            mine, theirs = mine | {kin}, theirs | {kin}
    flips += ["negation"] * ((one.denied != other.denied) + (one.denied_condition != other.denied_condition))
    flips += ["number"] * _other_number(one, other)
    return _Compared((mine & theirs) - WEAK, (frozenset(left - WEAK), frozenset(right - WEAK)), tuple(flips))


def _is_kin(one: str, other: str) -> bool:
    """Whether two words begin alike, which helps where a lemma is wrong: "growls" and "growl"."""
    longest = max(len(one), len(other))
    stem = max(SHORTEST_STEM, longest - KIN)
    return min(len(one), len(other)) >= stem and one[:stem] == other[:stem]


def _other_number(one: Claim, other: Claim) -> bool:
    """Whether both tell how much of one unit, each once, and not the same."""
    for amount in one.intervals:
        mine = [each for each in one.intervals if each.unit == amount.unit]
        theirs = [each for each in other.intervals if each.unit == amount.unit]
        if len(mine) == len(theirs) == 1 and mine[0].conflicts(theirs[0]):
            return True
    return False


def _contradicts(one: Claim, other: Claim, found: _Compared) -> bool:
    """Whether the one turns the other around in one point; both must speak of one thing, under one condition."""
    if len(found.flips) != 1 or one.is_told or other.is_told or len(found.shared) < FEWEST_SHARED:
        return False
    if {"condition", "time"} & (one.openers ^ other.openers):
        return False
    if found.flips == ("negation",) and not (one.denied_verbs | other.denied_verbs) <= found.shared:
        return False
    left, right = found.left
    return not (left and right) and len(left | right) <= len(found.shared) / 2


def _more(one: Claim, other: Claim) -> str:
    """What the one says that the other does not: a condition, an exception, a reason, a number; "" for nothing."""
    said = [role for role in MORE if role in one.openers - other.openers]
    units = {amount.unit for amount in one.intervals} - {amount.unit for amount in other.intervals}
    return (said + ["number"] * bool(units) + [""])[0]


def _says_no_less(found: _Compared) -> bool:
    """Whether the first claim holds all of the second."""
    return len(found.shared) >= FEWEST_SHARED and not found.left[1]


def _says_the_same(one: Claim, other: Claim, found: _Compared, cosine: float) -> bool:
    """Whether both say one thing: near, and where not very near, with half of the shorter one's words in common.

    Long sentences on one subject are near each other, whatever they say about it.
    """
    shortest = min(len(one.words), len(other.words))
    if cosine < SAME or shortest < FEWEST_WORDS or not found.shared:
        return False
    common = len(found.shared) / (len(found.shared) + min(map(len, found.left)))
    return (cosine >= CLOSE or common >= HALF) and not _is_swapped(one, other, found, cosine)


def _is_swapped(one: Claim, other: Claim, found: _Compared, cosine: float) -> bool:
    """Whether the two are the same words but for one thing in the place of another: "rye" and "wheat"."""
    left, right = found.left
    if not (left and right) or len(found.shared) < max(len(left), len(right)):
        return False
    return cosine < CLOSE or bool(left & one.things and right & other.things)


@cache
def opposites() -> dict[str, frozenset[str]]:
    """Word → its opposites."""
    found: dict[str, set[str]] = {}
    for line in OPPOSITES.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        left, right = (side.split() for side in line.split("|"))
        for word, against in ((left, right), (right, left)):
            for each in word:
                found.setdefault(each, set()).update(against)
    return {word: frozenset(against) for word, against in found.items()}
