"""What verdicts add to S, in simulated organizations: their statements lie around the kinds that the head knows."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from simulated import CUE, REASON, interview

from pipeline.correction import MOST, Correction, Judged, learn, ordered
from pipeline.gain import LEAST_GROUPS, Figures
from pipeline.score import score, signals

Reviewer = Callable[[int, bool], float]  # kind, with a condition or not → chance that it is kept


def organization(seed: int, reviewer: Reviewer, count: int = 12) -> list[Judged]:
    """Recordings of which everything was judged by reviewers of one mind."""
    drawn = np.random.default_rng(seed)
    found = []
    for number in range(count):
        one = interview(drawn)
        chance = np.array([reviewer(*each) for each in zip(one.kinds, one.conditions, strict=True)])
        kept = drawn.random(len(chance)) < chance
        seen = signals(one.statements, one.findings, one.vectors)
        found.append(Judged(f"recording-{number}", seen, tuple(map(bool, kept))))
    return found


def likes_reasons(kind: int, condition: bool) -> float:
    return 0.85 if kind == REASON else 0.3


def likes_conditions(kind: int, condition: bool) -> float:
    return 0.8 if condition else 0.3


def likes_what_s_likes(kind: int, condition: bool) -> float:
    return 0.1 if kind < 0 else 0.7


def does_not_care(kind: int, condition: bool) -> float:
    return 0.5


def share(judged: list[Judged], correction: Correction | None) -> float:
    """Pairs within a recording that are ordered rightly."""
    right, pairs = 0.0, 0.0
    for one in judged:
        scores = one.signals.scores + (correction.of(one.signals) if correction else 0.0)
        found, count = ordered(scores, np.array(one.kept), np.zeros(len(one.kept), np.int64))
        right, pairs = right + found.sum(), pairs + count.sum()
    return right / pairs


@pytest.mark.parametrize("reviewer", [likes_reasons, likes_conditions])
def test_what_people_prefer_is_learnt_and_holds_in_interviews_not_seen(reviewer):
    correction, figures = learn(organization(1, reviewer))
    unseen = organization(2, reviewer, count=10)
    assert share(unseen, correction) > share(unseen, None) + 0.05
    assert figures.is_better
    assert figures.learnt - figures.plain == pytest.approx(share(unseen, correction) - share(unseen, None), abs=0.1)


@pytest.mark.parametrize("seed", range(5))
def test_verdicts_by_chance_are_not_taken_for_a_preference(seed):
    assert not learn(organization(seed, does_not_care))[1].is_better


def test_people_who_agree_with_s_leave_it_about_as_it_is():
    judged = organization(4, likes_what_s_likes)
    correction, _ = learn(judged)
    unseen = organization(5, likes_what_s_likes, count=10)
    assert share(unseen, correction) > share(unseen, None) - 0.01


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    return organization(1, likes_reasons)


@pytest.fixture(scope="module")
def correction(judged: list[Judged]) -> Correction:
    return learn(judged)[0]


def test_a_correction_is_bounded(judged, correction):
    wild = replace(correction, weights=tuple(100 * each for each in correction.weights))
    assert np.abs(wild.of(judged[0].signals)).max() == MOST


def test_the_same_verdicts_give_the_same_correction(judged, correction):
    assert learn(judged)[0] == correction


def test_what_was_learnt_with_other_signals_says_nothing(judged, correction):
    seen = judged[0].signals
    assert np.any(correction.of(seen))
    assert not np.any(replace(correction, names=("another", *correction.names[1:])).of(seen))
    assert not np.any(replace(correction, direction=correction.direction[:-1]).of(seen))


def test_scores_and_reasons_follow_the_correction(correction):
    one = interview(np.random.default_rng(9))
    plain = score(one.statements, one.findings, one.vectors)
    told = score(one.statements, one.findings, one.vectors, correction=correction)
    lifted = np.array([new.score - old.score for new, old in zip(told, plain, strict=True)])
    assert lifted[one.kinds == REASON].mean() > lifted[one.kinds == CUE].mean() + 0.3
    reasons = [set(new.reasons) - set(old.reasons) for new, old in zip(told, plain, strict=True)]
    keep, reject = {"like what people here keep"}, {"like what people here reject"}
    assert reasons == [keep if by >= 0.5 else reject if by <= -0.5 else set() for by in lifted]


def test_a_gain_counts_only_beyond_chance_and_over_enough_recordings():
    same = np.full(LEAST_GROUPS, 50.0)
    pairs = np.full(LEAST_GROUPS, 100.0)
    steady = Figures.of(same, same + 10, pairs, examples=9, strength=1.0)
    assert (steady.plain, steady.learnt, steady.error, steady.pairs, steady.is_better) == (0.5, 0.6, 0.0, 500, True)
    assert not Figures.of(same[1:], same[1:] + 10, pairs[1:], examples=9, strength=1.0).is_better  # too few
    shaky = np.array([40.0, -20.0, 0.0, 45.0, -15.0])  # the same gain, of two recordings alone
    assert not Figures.of(same, same + shaky, pairs, examples=9, strength=1.0).is_better
    assert not Figures.of(same, same + 0.3, pairs, examples=9, strength=1.0).is_better  # sure, and not worth it


def test_recordings_of_one_mind_hold_no_pair():
    nothing = np.zeros(3)
    assert Figures.of(nothing, nothing, nothing, examples=5, strength=1.0).groups == 0
