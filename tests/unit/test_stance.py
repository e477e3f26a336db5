"""What one statement says of another: same, refines, contradicts, or nothing that a machine should tell."""

import csv
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from models.values import Vectors
from pipeline.claims import claim
from pipeline.embed import SentenceEmbedder
from pipeline.intervals import Interval, intervals_in
from pipeline.stance import Stance, opposites, stance

FILE = Path(__file__).parents[1] / "data" / "pairs.tsv"
PAIRS = list(csv.DictReader(FILE.read_text(encoding="utf-8").splitlines(), delimiter="\t"))
KINDS = ("same", "refines", "contradicts")


@pytest.fixture(scope="module")
def told(language: Any, embedder: SentenceEmbedder) -> list[tuple[Mapping[str, str], Stance | None]]:
    """Every pair with what is said of it."""
    vectors: list[Vectors] = [embedder.embed([pair[side] for pair in PAIRS]) for side in ("one", "other")]
    claims = [map(claim, language.pipe([pair[side] for pair in PAIRS])) for side in ("one", "other")]
    cosines = (vectors[0] * vectors[1]).sum(axis=1)
    return [
        (pair, stance(*both, float(cosine)))
        for pair, cosine, both in zip(PAIRS, cosines, zip(*claims, strict=True), strict=True)
    ]


def test_there_are_pairs_enough_of_every_kind() -> None:
    counted = Counter((pair["part"], pair["kind"]) for pair in PAIRS)
    assert len(PAIRS) >= 120
    assert min(counted[part, kind] for part in ("seen", "held") for kind in (*KINDS, "related")) >= 12


@pytest.mark.parametrize(
    ("part", "kind", "precision", "recall"),
    [
        # the rules were made with these in view
        ("seen", "same", 0.9, 0.9),
        ("seen", "refines", 0.95, 0.85),
        ("seen", "contradicts", 0.95, 0.9),
        # and never changed for these
        ("held", "same", 0.85, 0.85),
        ("held", "refines", 0.95, 0.85),
        ("held", "contradicts", 0.95, 0.9),
    ],
)
def test_what_is_told_is_right_and_most_is_told(
    told: list[tuple[Mapping[str, str], Stance | None]], part: str, kind: str, precision: float, recall: float
) -> None:
    here = [
        (pair["kind"], found.kind.removesuffix("_as") if found else "related")
        for pair, found in told
        if pair["part"] == part
    ]
    right = here.count((kind, kind))
    assert right / sum(found == kind for _, found in here) >= precision
    assert right / sum(wanted == kind for wanted, _ in here) >= recall


def test_it_says_by_what_it_was_seen(told: list[tuple[Mapping[str, str], Stance | None]]) -> None:
    seen = [
        (pair["why"], found.why) for pair, found in told if found and found.kind.removesuffix("_as") == pair["kind"]
    ]
    assert {wanted for wanted, _ in seen} == {
        *("", "condition", "exception", "reason", "number", "negation", "opposite"),
    }
    assert all(wanted == found for wanted, found in seen)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # other words for the other thing, and two things turned around at once
        ("Always salt the dough with your hand.", "Never weigh the flour on a scale."),
        ("Open the damper when the fire is hot.", "Close the damper when the fire is cold."),
        # a question claims nothing, nor does what once happened
        ("Do you open the damper when the fire smokes?", "Never open the damper when the fire smokes."),
        ("I did not open the damper when the fire smoked.", "Open the damper when the fire smokes."),
        # a story refines no rule
        ("The old pump was from the army, since it was green.", "The pump was from the army."),
        # on one subject, and no more
        (
            "Later on other people had small ovens with a stone floor that ran on gas.",
            "At that time there were a small number of bakeries with an oven of that sort around here.",
        ),
        # too short to say anything
        ("No, never.", "Yes, always."),
    ],
)
def test_nothing_is_told_of_these(language: Any, one: str, other: str) -> None:
    assert stance(claim(language(one)), claim(language(other)), 0.84) is None


def test_a_no_that_answers_denies_nothing_of_what_follows(language: Any) -> None:
    answer = claim(language("No, you open the damper when the fire smokes."))
    assert stance(answer, claim(language("Open the damper when the fire smokes.")), 0.9) == Stance("same_as", "")


def test_far_statements_are_never_compared(language: Any) -> None:
    same = claim(language("Never open the damper when the fire smokes."))
    assert stance(same, same, 0.9) == Stance("same_as", "")
    assert stance(same, same, 0.5) is None


@pytest.mark.parametrize(
    ("said", "amounts"),
    [
        ("Wait for half an hour.", [Interval("second", 1800, 1800)]),
        ("Thirty minutes are enough.", [Interval("second", 1800, 1800)]),
        ("It takes two to three weeks.", [Interval("second", 2 * 604800, 3 * 604800)]),
        ("Give it at least twenty-five kilos.", [Interval("gram", 25000, float("inf"))]),
        ("Keep it below 2.5 bar.", [Interval("bar", float("-inf"), 2.5)]),
        ("About ten degrees.", [Interval("degree", 8, 12)]),
        ("Tighten it to 80 newton metres.", [Interval("metre", 80, 80)]),
        ("Five hundred litres a day.", [Interval("litre", 500, 500)]),
        # a year is no amount, nor is the one of many
        ("It was built in 1998.", []),
        ("Heat it from one side.", []),
    ],
)
def test_amounts_are_read_in_one_unit(language: Any, said: str, amounts: list[Interval]) -> None:
    assert [pytest.approx((one.low, one.high)) for one in intervals_in(language(said))[0]] == [
        (one.low, one.high) for one in amounts
    ]
    assert [one.unit for one in intervals_in(language(said))[0]] == [one.unit for one in amounts]


@pytest.mark.parametrize(
    ("one", "other", "conflict"),
    [
        (Interval("second", 60, 60), Interval("second", 120, 120), True),
        (Interval("second", 60, 180), Interval("second", 120, 120), False),
        (Interval("second", 60, 60), Interval("gram", 120, 120), False),
        # a limit holds what lies beyond it; two limits are the same or not
        (Interval("gram", 15, float("inf")), Interval("gram", 20, 20), False),
        (Interval("gram", 15, float("inf")), Interval("gram", 20, float("inf")), True),
        (Interval("gram", 15, float("inf")), Interval("gram", 15, float("inf")), False),
    ],
)
def test_amounts_conflict_where_both_cannot_hold(one: Interval, other: Interval, conflict: bool) -> None:
    assert one.conflicts(other) is conflict
    assert other.conflicts(one) is conflict


def test_opposites_go_both_ways_and_nothing_is_its_own() -> None:
    assert all(word in opposites()[other] for word, others in opposites().items() for other in others)
    assert not [word for word, others in opposites().items() if word in others]
