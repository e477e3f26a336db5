"""How well statements and cards agree with what people marked in an interview.

Everything is counted in the units that the people worked with (lines, sentences); a unit is *taken* when at least
half of its words lie in a quote.
"""

import html
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
import numpy.typing as npt

from pipeline.text import WORD

SAME = str.maketrans(
    {
        **dict.fromkeys("‘’‛′", "'"),
        **dict.fromkeys("“”„″", '"'),
        **dict.fromkeys("‐‑‒–—―", "-"),
        **dict.fromkeys("\u00ad\u200b\ufeff", ""),
        "…": "...",
    }
)
BLOCK = 1024  # items compared with all others at once
TOP = 0.1  # share of the units that P@10 % looks at


@dataclass(frozen=True, slots=True)
class Quote:
    """Words said to stand in an interview; `start_char` is where, in the text of who cites them."""

    text: str
    start_char: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """A quote with the score by which it is ranked."""

    quote: Quote
    score: float


@dataclass(frozen=True)
class Marked:
    """An interview in which people marked units as worth keeping, and sorted them into groups."""

    id: str
    set_name: str
    text: str
    units: tuple[range, ...]  # numbers of their words
    gold: tuple[bool, ...]  # whether a unit is worth keeping
    groups: Mapping[str, tuple[frozenset[int], ...]]  # level → numbers of the units of each group
    coverage_level: str
    grouping_levels: tuple[str, ...]
    _words: "_Words" = field(repr=False)

    @property
    def total_words(self) -> int:
        return len(self._words.starts)

    def find(self, quote: Quote) -> range | None:
        """Numbers of the quote's words at the place nearest to its `start_char`; None if it stands nowhere."""
        return self._words.find(quote)

    def taken(self, said: Iterable[int]) -> set[int]:
        """Numbers of the units of which at least half of the words are given."""
        given = bytearray(self.total_words)
        for number in said:
            given[number] = 1
        return {n for n, unit in enumerate(self.units) if 2 * sum(given[unit.start : unit.stop]) >= len(unit)}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as it is given: characters [start, end) of the interview."""

    id: str
    start: int
    end: int
    gold: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Units that belong together."""

    level: str
    units: tuple[str, ...]  # Unit.id


def marked(
    id: str,
    set_name: str,
    text: str,
    units: Sequence[Unit],
    groups: Sequence[Group],
    *,
    coverage_level: str,
    grouping_levels: Sequence[str],
) -> Marked:
    """The interview, ready to be measured against. Units without words, and groups without units, do not count."""
    said = _Words.of(text)
    kept = [(unit, said.inside(unit.start, unit.end)) for unit in units]
    kept = [(unit, numbers) for unit, numbers in kept if len(numbers)]
    number = {unit.id: place for place, (unit, _) in enumerate(kept)}
    members: dict[str, list[frozenset[int]]] = defaultdict(list)
    for group in groups:
        if found := frozenset(number[one] for one in group.units if one in number):
            members[group.level].append(found)
    return Marked(
        id=id,
        set_name=set_name,
        text=text,
        units=tuple(numbers for _, numbers in kept),
        gold=tuple(unit.gold for unit, _ in kept),
        groups={level: tuple(found) for level, found in members.items()},
        coverage_level=coverage_level,
        grouping_levels=tuple(grouping_levels),
        _words=said,
    )


def ranking(interview: Marked, statements: Sequence[Ranked]) -> dict[str, float]:
    """`ap` average precision, `p_at_10` precision among the first tenth of the units, `base` the share of gold.

    Statements of equal score are one tie, and so is at last whatever was not ranked.
    """
    ties = list(_ties(interview, statements))
    positives = sum(interview.gold)
    cut = max(1, round(TOP * len(interview.units)))
    ap = at_cut = 0.0
    hits_so_far = count = 0
    for hits, items in ties:
        at_cut += hits / items * max(0, min(items, cut - count))
        hits_so_far, count = hits_so_far + hits, count + items
        ap += hits / positives * hits_so_far / count if positives else 0.0
    return {"ap": ap, "p_at_10": at_cut / cut, "base": positives / max(1, len(interview.units))}


def _ties(interview: Marked, statements: Sequence[Ranked]) -> Iterator[tuple[int, int]]:
    """(gold units, all units and lost quotes) of each tie, best first."""
    owner = {word: number for number, unit in enumerate(interview.units) for word in unit}
    left = [(len(unit) + 1) // 2 for unit in interview.units]  # words still wanted until a unit is taken
    seen: set[int] = set()
    ordered = sorted(statements, key=lambda one: -one.score)
    for _, tie in groupby(ordered, key=lambda one: one.score):
        hits = items = 0
        for ranked in tie:
            found = interview.find(ranked.quote)
            items += found is None
            for word in found or ():
                if word in seen:
                    continue
                seen.add(word)
                unit = owner.get(word)
                if unit is None:
                    continue
                left[unit] -= 1
                if left[unit] == 0:
                    items, hits = items + 1, hits + interview.gold[unit]
        if items:
            yield hits, items
    rest = [interview.gold[number] for number, wanted in enumerate(left) if wanted > 0]
    if rest:
        yield sum(rest), len(rest)


def citing(interview: Marked, cards: Sequence[Sequence[Quote]], *, budget: float) -> dict[str, float]:
    """What the cards' quotes hold of what was marked; cards come best first.

    `precision`, `recall`, `f1` of the units, `near` the precision where a gold neighbour will do; `coverage` the share
    of the groups touched, and `f1_budget`, while quotes may cite `budget` of the words (one that does not fit is
    skipped); `bcubed_LEVEL` how well cards and groups agree; `cited` the share of words; `grounded` that of quotes
    that stand in the interview.
    """
    found = [[interview.find(quote) for quote in card] for card in cards]
    per_card = [{word for place in card if place for word in place} for card in found]
    everything = set().union(*per_card)
    quotes = sum(len(card) for card in found)
    lost = sum(place is None for card in found for place in card)
    taken = interview.taken(everything)
    within = interview.taken(_within(found, int(budget * interview.total_words)))
    wanted = interview.groups.get(interview.coverage_level, ())
    members = [interview.taken(card) for card in per_card]
    return {
        **_agreement(interview, taken, lost),
        "near": _ratio(sum(_is_near(interview, unit) for unit in taken), len(taken) + lost),
        "cited": len(everything) / max(1, interview.total_words),
        "coverage": _ratio(sum(bool(group & within) for group in wanted), len(wanted)),
        "f1_budget": _agreement(interview, within, 0)["f1"],
        "grounded": 1 - lost / quotes if quotes else 1.0,
        "cards": float(len(cards)),
        **{f"bcubed_{level}": bcubed(members, interview.groups.get(level, ())) for level in interview.grouping_levels},
    }


def _within(found: Iterable[Iterable[range | None]], allowed: int) -> set[int]:
    """Words cited until the budget is spent."""
    within: set[int] = set()
    for card in found:
        for place in card:
            if place is not None and len(within.union(place)) <= allowed:
                within.update(place)
    return within


def _is_near(interview: Marked, unit: int) -> bool:
    return any(interview.gold[max(0, unit - 1) : unit + 2])


def _agreement(interview: Marked, taken: set[int], wrong: int) -> dict[str, float]:
    hits = sum(interview.gold[unit] for unit in taken)
    precision, recall = _ratio(hits, len(taken) + wrong), _ratio(hits, sum(interview.gold))
    return {"precision": precision, "recall": recall, "f1": _f(precision, recall)}


def bcubed(clusters: Sequence[Iterable[int]], classes: Sequence[Iterable[int]]) -> float:
    """Extended BCubed F (Amigó et al. 2009) over the items that are in a cluster and in a class; 0 for none."""
    shared = sorted({item for group in clusters for item in group} & {item for group in classes for item in group})
    if not shared:
        return 0.0
    found, wanted = _memberships(clusters, shared), _memberships(classes, shared)
    precision = recall = 0.0
    for start in range(0, len(shared), BLOCK):
        rows = slice(start, start + BLOCK)
        both, same = found[rows] @ found.T, wanted[rows] @ wanted.T
        precision += _mean_share(both, same)
        recall += _mean_share(same, both)
    return _f(precision / len(shared), recall / len(shared))


def _memberships(groups: Sequence[Iterable[int]], items: Sequence[int]) -> npt.NDArray[np.float32]:
    """(items, groups): 1 where the item is in the group."""
    rows = {item: row for row, item in enumerate(items)}
    found = np.zeros((len(items), len(groups)), np.float32)
    for number, members in enumerate(groups):
        found[[rows[member] for member in members if member in rows], number] = 1
    return found


def _mean_share(together: npt.NDArray[np.float32], wanted: npt.NDArray[np.float32]) -> float:
    """Sum over the rows of the mean share of what is together that should be."""
    shares = np.minimum(together, wanted) / np.maximum(together, 1)
    return float((shares.sum(axis=1) / np.maximum((together > 0).sum(axis=1), 1)).sum())


def adjusted_rand(one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> float:
    """Adjusted Rand index (Hubert & Arabie 1985) of two groupings of the same items: 1 the same, 0 chance."""
    together = _pairs(np.unique(np.stack([one, other]), axis=1, return_counts=True)[1])
    first, second = (_pairs(np.unique(each, return_counts=True)[1]) for each in (one, other))
    every = _pairs(np.array([len(one)]))
    expected = first * second / every if every else 0.0
    most = (first + second) / 2
    return 1.0 if most == expected else (together - expected) / (most - expected)


def _pairs(counts: npt.NDArray[np.int64]) -> float:
    return float((counts * (counts - 1) / 2).sum())


def _f(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


# ---- alignment


@dataclass(frozen=True, slots=True)
class _Words:
    """A text that says which of its words a quote holds."""

    text: str
    plain: str  # with one sort of quotation marks, dashes and blanks
    where: tuple[int, ...]  # places of its characters in the text
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> "_Words":
        spans = [match.span() for match in WORD.finditer(text)]
        starts, ends = tuple(start for start, _ in spans), tuple(end for _, end in spans)
        return cls(text, *_plain(text), starts, ends)

    def inside(self, start: int, end: int) -> range:
        """Numbers of the words that lie wholly inside text[start:end]."""
        return range(bisect_left(self.starts, start), bisect_left(self.ends, end + 1))

    def find(self, quote: Quote) -> range | None:
        said = quote.text.strip()
        if not WORD.search(said):
            return None
        at = _nearest(self.text, said, lambda place: place, quote.start_char)
        if at is not None:
            return self.inside(at, at + len(said))
        said = _plain(html.unescape(said))[0].strip()
        at = _nearest(self.plain, said, self.where.__getitem__, quote.start_char)
        return None if at is None else self.inside(self.where[at], self.where[at + len(said) - 1] + 1)


def _nearest(text: str, said: str, place: Callable[[int], int], hint: int) -> int | None:
    """Where the words stand in the text, nearest to the hint; None if nowhere."""
    best: int | None = None
    at = text.find(said)
    while at >= 0:
        if best is None or abs(place(at) - hint) < abs(place(best) - hint):
            best = at
        at = text.find(said, at + 1)
    return best


def _plain(text: str) -> tuple[str, tuple[int, ...]]:
    shown: list[str] = []
    where: list[int] = []
    for place, char in enumerate(text):
        new = " " if char.isspace() else char.translate(SAME)
        if new != " " or (shown and shown[-1] != " "):
            shown.extend(new)
            where.extend([place] * len(new))
    return "".join(shown), tuple(where)
