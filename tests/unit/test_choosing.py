"""What choices among titles say of their order, in simulated organizations."""

from dataclasses import astuple, replace

import numpy as np
import pytest

from pipeline.choosing import NAMES, Offer, TitleOrder, learn
from pipeline.merits import WEIGHTS, Features, weighed


def offers(seed: int, likes: Features | None, count: int = 120) -> list[Offer]:
    """Three titles a card; people take the one that the weights put first, more or less, or any of them."""
    drawn = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        titles = tuple(Features(*drawn.uniform(0, 1, len(NAMES))) for _ in range(3))
        liked = np.array([weighed(one, likes) if likes else 0.0 for one in titles])
        made.append(Offer(titles, int((liked + drawn.gumbel(size=3) / 3).argmax())))
    return made


def foreseen(made: list[Offer], weights: Features) -> float:
    """Pairs of the title taken and another one of which the first has the higher score."""
    won = [
        weighed(one.titles[one.chosen], weights) > weighed(other, weights)
        for one in made
        for place, other in enumerate(one.titles)
        if place != one.chosen
    ]
    return sum(won) / len(won)


def test_another_taste_is_learnt_and_holds_on_cards_not_seen():
    taste = replace(WEIGHTS, order=-2.0, phrase=2.0)  # names of things rather than orders
    order, figures = learn(offers(1, taste))
    unseen = offers(2, taste)
    assert foreseen(unseen, order.weights) > foreseen(unseen, WEIGHTS) + 0.05
    assert figures.is_better
    assert order.weights.order < WEIGHTS.order
    assert order.weights.phrase > WEIGHTS.phrase


@pytest.mark.parametrize("seed", range(4))
def test_choices_by_chance_are_not_taken_for_a_taste(seed):
    assert not learn(offers(seed, None))[1].is_better


def test_who_chooses_as_it_was_offered_changes_little():
    order, figures = learn(offers(3, WEIGHTS))
    assert not figures.is_better
    assert np.abs(np.array(astuple(order.weights)) - astuple(WEIGHTS)).max() < 0.6


def test_the_same_choices_give_the_same_weights_and_stamp():
    made = offers(1, WEIGHTS, count=20)
    assert learn(made) == learn(made)
    assert learn(made)[0].stamp == learn(made)[0].stamp
    assert replace(TitleOrder(WEIGHTS), version=2).stamp.version == "2"
