import numpy as np
import pytest

from pipeline.text import words
from pipeline.titles import LONGEST, POOL, Candidate, candidates, distinct, fallback, scored, spoken_words

SAID = [
    "You want to press the lid down before the kettle boils.",
    "When the surface of the milk moves, you take the pan off the stove.",
    "And I think the smell of burnt sugar in the pan means that it is too late.",
    "We don't have to worry about the seal.",
    "You put the bowl on the...",
    "Why would you do that with a cold spoon?",
]


@pytest.fixture
def pool(language):
    return candidates([language(said) for said in SAID], spoken_words(SAID))


def texts(language, *said):
    return {one.text for one in candidates([language(one) for one in said], spoken_words(said))}


def test_titles_are_the_cards_own_words_with_a_capital_and_no_stop(pool):
    assert pool
    for one in pool:
        assert one.text[0].isupper()
        assert one.text[-1].isalnum()
        assert words(one.text) <= LONGEST
        assert any(one.text[1:] in said for said in SAID)


def test_only_the_best_few_are_kept_best_first(pool):
    assert len(pool) <= POOL
    assert [one.merit for one in pool] == sorted((one.merit for one in pool), reverse=True)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        # an instruction without "you want to"
        ("You want to press the lid down.", "Press the lid down"),
        # a whole clause, without what leads to it
        ("And I think the seal breaks in the cold.", "The seal breaks in the cold"),
        # a condition with its main clause
        ("If the milk moves, take the pan off.", "If the milk moves, take the pan off"),
        # a noun phrase with what belongs to it
        ("That is the smell of burnt sugar in the pan.", "Smell of burnt sugar in the pan"),
    ],
)
def test_clauses_instructions_and_phrases_may_be_titles(said, wanted, language):
    assert wanted in texts(language, said)


def test_a_pair_of_words_is_taken_only_where_nothing_else_is(language):
    assert texts(language, "Yes, the wooden spoon.") == {"Wooden spoon"}
    assert "Wooden spoon" not in texts(language, "You hold the wooden spoon upright.")


@pytest.mark.parametrize(
    ("said", "unwanted"),
    [
        # the subject of a negation stays: "worry about the seal" would say the contrary
        ("We don't have to worry about the seal.", "Worry about the seal"),
        # no argument is lost
        ("You realize that the seal breaks when it is cold.", "You realize that"),
        # a condition alone is no title
        ("If the old milk moves, take it off.", "If the old milk moves"),
        (
            "If you start the old one, the new one pushes all of the water back into it again.",
            "If you start the old one",
        ),
        # neither is a question, or what breaks off
        ("Why would you press the lid?", "Press the lid"),
        ("You put the bowl on the...", "Put the bowl on the"),
    ],
)
def test_what_would_mislead_is_no_title(said, unwanted, language):
    assert unwanted not in texts(language, said)


def test_the_nearest_to_the_passage_wins_among_equals():
    pool = [Candidate("Press the lid", 1.0), Candidate("Turn the screw", 1.0)]
    vectors = np.zeros((2, 384), np.float32)
    vectors[0, 0] = vectors[1, 1] = 1
    passage = np.zeros(384, np.float32)
    passage[1] = 1
    head_alone = dict(scored(pool, vectors, np.zeros(384, np.float32)))
    both = dict(scored(pool, vectors, passage))
    assert both["Turn the screw"] - head_alone["Turn the screw"] == pytest.approx(1.5)
    assert both["Press the lid"] == pytest.approx(head_alone["Press the lid"])
    assert scored([], vectors[:0], passage) == []


def test_choices_say_something_else_than_the_title():
    ranked = [
        ("Press the lid down", 3.0),
        ("Press the lid", 2.9),
        ("Turn the screw", 2.0),
        ("Wait a day", 1.0),
        ("Go", 0.1),
    ]
    assert distinct(ranked) == ["Press the lid down", "Turn the screw", "Wait a day"]


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
