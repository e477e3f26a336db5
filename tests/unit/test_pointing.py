import pytest

from pipeline.pointing import LITTLE, opens_on_a_pronoun, pointing, things


@pytest.mark.parametrize(
    ("said", "how_much"),
    [
        # what is meant is not said at all
        ("Press it with two fingers", 1.0),
        ("It goes under the lid", 1.0),
        ("Turn the key and press this", 0.0),
        # named before, inside the same words
        ("Press the dough until it springs back", 0.0),
        ("If the lid is hot, close it", 0.0),
        ("Put the lid on the pot and leave it", 0.0),
        ("When the seals are old, change them", 0.0),
        # not by what comes behind, by several for one, or by what the same verb has
        ("If it goes black, open the valve", 1.0),
        ("The rods are long and it breaks", 1.0),
        ("The key is long and they break", 1.0),
        ("At the other end I hear it crack", 1.0),
        ("The key turns it", 1.0),
        # not by an hour, or by a thing that could be any
        ("Wait an hour and turn it", 1.0),
        # with a name beside it, or a place, less is open
        ("Cut that line with the knife", LITTLE),
        ("Hold the pan there", LITTLE),
        ("Weigh the salt again", LITTLE),
        ("Weigh the salt and weigh it again", 0.0),
        # stands for nothing, or points to nothing
        ("It is important to rest the dough", 0.0),
        ("There is a second bubble", 0.0),
        ("Leave the loaf that sticks", 0.0),
        ("Never start the one that leaks", 0.0),
        ("One foot moves more than the others", 0.0),
        ("", 0.0),
    ],
)
def test_words_point_by_what_they_leave_unnamed(said, how_much, language):
    assert pointing(language(said)) == pytest.approx(how_much)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("How do you know that the loaf is done?", 1),
        ("How do you tell the old seal from the new ring?", 2),
        ("What do you do the next day?", 0),  # a time is no thing
        ("What kind of thing is that?", 0),  # could be any
        ("", 0),
    ],
)
def test_things_are_what_an_it_could_stand_for(said, number, language):
    assert things(language(said)) == number


@pytest.mark.parametrize(
    ("said", "opens"),
    [
        ("It goes in", True),
        ("It is important to lift the loaf", False),  # stands for nothing
        ("The peel goes in", False),
        ("", False),
    ],
)
def test_an_opening_pronoun_stands_for_something_said_before(said, opens, language):
    assert opens_on_a_pronoun(language(said)) is opens
