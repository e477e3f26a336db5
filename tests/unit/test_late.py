import pytest

from models.values import Statement
from pipeline.late import ADVERT, NO_GROUND, NO_LINE, NO_TITLE, Told, adverts, why_late


def statements(*said):
    return [Statement(index, 0, 0, index, index + 1, text, None) for index, text in enumerate(said)]


@pytest.fixture(scope="module")
def reasons(language):
    def reasons_of(*said, points=False, sells=False, has_lines=True, has_title=True, only_judges=False):
        told = [Told(one, language(one.text), points=points, sells=sells) for one in statements(*said)]
        return why_late(told, has_lines=has_lines, has_title=has_title, only_judges=only_judges)

    return reasons_of


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (["The crew went to the old mill.", "We painted the whole gate."], "it tells mostly what happened once"),
        (["The seal on the", "Press the lid down."], "much of it breaks off"),
        (["We are planning to add a second kiln.", "Next year we open a shop."], "it tells news or plans"),
        (["And then the lid flew off [laughter].", "I'm joking."], "it is told as a joke"),
        (
            ["I'm a potter from the coast.", "My father taught me the wheel.", "I love this shop."],
            "it tells about the speaker more than about the work",
        ),
    ],
)
def test_what_speaks_against_a_passage_is_said_in_words(said, reason, reasons):
    assert reason in reasons(*said)


@pytest.mark.parametrize(
    "said",
    [
        # a rule, though in the first person
        ["I always put a hand on the frame before I blame the motor."],
        # what is about to be done is no plan
        ["Now we are going to press the lid down.", "You're going to hear a click."],
        # half of it is told as a story
        ["The lid blew off once.", "Press the lid down before the kettle boils."],
        # one's own tool is no life
        ["If I can see my fingers through the clay, it is ready."],
    ],
)
def test_know_how_is_not_late(said, reasons):
    assert reasons(*said) == ()


def test_what_other_stages_saw_counts_too(reasons):
    assert reasons("Hold the lid like this.", points=True) == ("it points at what only the listener saw",)
    assert reasons("Try the new kiln today.", sells=True, has_lines=False, has_title=False) == (
        ADVERT,
        NO_LINE,
        NO_TITLE,
    )
    assert reasons("The kiln is the best of them all.", only_judges=True) == (NO_GROUND,)


def test_an_advertisement_reaches_over_what_stands_between_its_marks():
    plain = ["The glaze must dry."] * 20
    said = [*plain, "Check them out.", "It fires in an hour.", "Go to kilnworks.com today.", *plain]
    assert adverts(statements(*said)) == frozenset(range(17, 26))


def test_an_advertisement_that_is_opened_goes_on_for_a_while():
    said = ["This talk is brought to you by Kilnworks.", *["It fires in an hour."] * 30]
    assert adverts(statements(*said)) == frozenset(range(12))


def test_sponsors_and_addresses_that_are_spoken_of_sell_nothing():
    assert adverts(statements("We pay it with sponsor money.", "The page is kilnworks.dev.")) == frozenset()
    assert adverts(statements("You find the crew on the sign up sheet.", "Then you call them.")) == frozenset()
