import numpy as np
import pytest

from pipeline.complete import LONGEST
from pipeline.phrasings import Said
from pipeline.text import words
from pipeline.titles import (
    POOL,
    WEIGHTS,
    Candidate,
    Features,
    candidates,
    distinct,
    fallback,
    placed,
    scored,
    spoken_words,
    weighed,
)

SAID = [
    "You want to press the lid down before the kettle boils.",
    "When the surface of the milk moves, you take the pan off the stove.",
    "And I think the smell of burnt sugar in the pan means that it is too late.",
    "We don't have to worry about the seal.",
    "You put the bowl on the...",
    "Why would you do that with a cold spoon?",
]


@pytest.fixture(scope="module")
def pool(language):
    return candidates([Said(language(said)) for said in SAID], spoken_words(SAID))


@pytest.fixture(scope="module")
def texts(language):
    def texts_of(*said, goes_wrong=False):
        told = [Said(language(one), goes_wrong=goes_wrong) for one in said]
        return {one.text for one in candidates(told, spoken_words(said))}

    return texts_of


def test_titles_are_the_cards_own_words_with_a_capital_and_no_stop(pool):
    assert pool
    for one in pool:
        assert one.text[0].isupper()
        assert one.text[-1].isalnum()
        assert words(one.text) <= LONGEST
        assert any(one.text[1:] in said for said in SAID)


def test_only_the_best_few_are_kept_best_first(pool):
    merits = [weighed(one.features, WEIGHTS) for one in pool]
    assert len(pool) <= POOL
    assert merits == sorted(merits, reverse=True)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        # an order without "you want to"
        ("You want to press the lid down.", "Press the lid down"),
        # a whole clause, without what leads to it
        ("And I think the old seal will break in the cold.", "The old seal will break in the cold"),
        ("Furthermore, the old seal will break in the cold.", "The old seal will break in the cold"),
        ("Most of the time, the old seal will break in the cold.", "The old seal will break in the cold"),
        # a condition with its main clause, and with the order that follows from it
        ("If the milk moves, take the pan off.", "If the milk moves, take the pan off"),
        (
            "If the milk goes brown at once, I lift the pan and wait five minutes.",
            "If the milk goes brown at once, lift the pan",
        ),
        # who acts is left out each time it is said
        ("I pull a small thread and I hold it against the lamp.", "Pull a small thread and hold it against the lamp"),
        # "never" and "don't" stay
        ("You never lift the lid in the first hour.", "Never lift the lid in the first hour"),
        ("You don't want to lift the lid in the first hour.", "Don't lift the lid in the first hour"),
        # what is said in addition is left out for want of room
        (
            "You press the lid down on the pot, one side, then the other, and then you wait.",
            "Press the lid down on the pot",
        ),
    ],
)
def test_clauses_and_orders_may_be_titles(said, wanted, texts):
    assert wanted in texts(said)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        # a noun phrase with what belongs to it
        ("That is the smell of burnt sugar in the pan.", "Smell of burnt sugar in the pan"),
        # a condition alone
        ("When the froth falls and there is oil on it.", "When the froth falls and there is oil on it"),
        # a pair of words
        ("Yes, the wooden spoon.", "Wooden spoon"),
    ],
)
def test_phrases_are_taken_where_nothing_says_more(said, wanted, texts):
    assert wanted in texts(said)
    assert wanted not in texts(said, "You hold the wooden spoon upright.")


@pytest.mark.parametrize(
    ("said", "unwanted"),
    [
        # the subject of a negation stays: "worry about the seal" would say the contrary
        ("We don't have to worry about the seal.", "Worry about the seal"),
        ("You never have to check the seal for cracks.", "Never check the seal for cracks"),
        ("You don't have to check the seal for cracks.", "Don't check the seal for cracks"),
        # nobody does it on purpose
        ("You lose the steam through the gap.", "Lose the steam through the gap"),
        # it may have been done once
        ("I put the long rod on the frame.", "Put the long rod on the frame"),
        # what can be done need not be
        ("You can pull the rod from the frame.", "Pull the rod from the frame"),
        # what others do wrong is no order
        ("They pump grease into the frame.", "Pump grease into the frame"),
        # an order to a reader has nothing of the speaker's own
        ("I keep the rod in my little drawer.", "Keep the rod in my little drawer"),
        # no argument, no half of a list, no clause that tells which is lost
        ("You realize that the seal breaks when it is cold.", "You realize that"),
        (
            "You write to the people on the list and in the office about all of the many things that broke there.",
            "Write",
        ),
        (
            "Never start the pump that has been standing dry for more than a week or two in the cold.",
            "Never start the pump",
        ),
        ("I feel like the seal on the frame is about to break in the next days or so, mind you.", "I feel"),
        # half of a word, half of a choice, and what is put nowhere
        ("Take the lid off and then re-seal the frame.", "Seal the frame"),
        (
            "Take it out and get a nice, dry cloth and then re-seal it.",
            "Take it out and get a nice, dry cloth and then re",
        ),
        (
            "You take a rod that either has the notch you want or you can't use it.",
            "Take a rod that either has the notch you want",
        ),
        ("Then you put a soft hose, like a red one, there is a bend.", "Put a soft hose"),
        # it ends with what belongs to the words behind
        (
            "The best time to catch a leak in the frame is immediately after you have closed it in the shop.",
            "The best time to catch a leak in the frame is immediately",
        ),
        # somebody's words that do not end
        ("The books say ‘you must oil it first’.", "The books say ‘you must oil it first"),
        ("The books say ‘well the seal is old.", "The books say ‘well the seal is old"),
        # a condition alone is no title where there is more
        ("If the old milk moves, take it off.", "If the old milk moves"),
        # a decision does not stand without the condition for which there is room
        ("If the milk moves, take the pan off.", "Take the pan off"),
        ("Take the pan off when the milk moves.", "Take the pan off"),
        ("If milk moves, the pan is hot and the lid comes off.", "The lid comes off"),
        # a clause that hangs on a word at its beginning, or that says nothing of what it names
        (
            "While the new pump is filling, and that takes an hour or so on a good day, rest.",
            "While the new pump is filling",
        ),
        (
            "Anyone who reports a leak in the shop, well, that is a different thing.",
            "Anyone who reports a leak in the shop",
        ),
        # neither is a question, or what breaks off
        ("Why would you press the lid?", "Press the lid"),
        ("You put the bowl on the...", "Put the bowl on the"),
        ("The mean score for [service A] was fair.", "Mean score for [service"),
    ],
)
def test_what_would_mislead_is_no_title(said, unwanted, texts):
    assert unwanted not in texts(said)


def test_what_goes_wrong_is_made_no_order(texts):
    assert "Press the lid down" in texts("You press the lid down.")
    assert texts("You press the lid down.", goes_wrong=True) == {"You press the lid down"}


def test_the_nearest_to_the_passage_wins_among_equals():
    pool = [Candidate("Press the lid", Features()), Candidate("Turn the screw", Features())]
    vectors = np.zeros((2, 384), np.float32)
    vectors[0, 0] = vectors[1, 1] = 1
    passage = np.zeros(384, np.float32)
    passage[1] = 1
    head_alone = dict(scored(placed(pool, vectors, np.zeros(384, np.float32))))
    both = dict(scored(placed(pool, vectors, passage)))
    assert both["Turn the screw"] - head_alone["Turn the screw"] == pytest.approx(1.5)
    assert both["Press the lid"] == pytest.approx(head_alone["Press the lid"])
    assert scored(placed([], vectors[:0], passage)) == []


def test_other_weights_give_another_order():
    pool = [Candidate("The lid", Features(phrase=1.0)), Candidate("Press the lid", Features(order=1.0))]
    vectors, passage = np.zeros((2, 384), np.float32), np.zeros(384, np.float32)
    assert [text for text, _ in scored(placed(pool, vectors, passage))] == ["Press the lid", "The lid"]
    learnt = Features(phrase=1.0)
    assert scored(placed(pool, vectors, passage), weights=learnt) == [("The lid", 1.0), ("Press the lid", 0.0)]


@pytest.mark.parametrize(
    ("said", "best"),
    [
        # the thing is named by another title of the same card
        (["Press it with two fingers.", "Press the dough with two fingers."], "Press the dough with two fingers"),
        # named inside the title, the pronoun costs nothing
        (["Press the dough until it springs back.", "You take it off."], "Press the dough until it springs back"),
        # there is no other
        (["Press it with two fingers."], "Press it with two fingers"),
    ],
)
def test_titles_that_name_the_thing_come_before_those_that_point(said, best, language):
    pool = candidates([Said(language(one)) for one in said], spoken_words(said))
    assert pool[0].text == best


@pytest.mark.parametrize(
    ("titles", "wanted"),
    [
        # the next two that say something else
        (["Press the lid down", "Press the lid", "Turn the screw", "Wait a day"], [0, 2, 3]),
        # where there are not so many, those that say at least more
        (["If it cools, press the lid down", "Press the lid down", "Press the lid"], [0, 1]),
        ([], []),
    ],
)
def test_choices_say_something_else_than_the_title(titles, wanted):
    ranked = [(title, -float(place)) for place, title in enumerate(titles)]
    assert distinct(ranked) == [titles[place] for place in wanted]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (["Yes, the wooden spoon."], "Wooden spoon"),
        (["It goes like that."], "It goes like that"),
        ([""], "Untitled"),
    ],
)
def test_there_is_always_a_title(said, wanted, language):
    assert fallback([language(one) for one in said]) == wanted
