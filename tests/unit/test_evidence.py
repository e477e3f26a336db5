import pytest

from pipeline.evidence import telling


@pytest.mark.parametrize(
    "asked",
    [
        "How do you know that the loaf is done?",  # names a thing
        "And what goes wrong?",  # names what it is about
        "What’s in the bowl?",
    ],
)
def test_a_question_that_says_what_it_is_about_is_shown(asked):
    assert telling(asked) == asked


@pytest.mark.parametrize(
    "asked", ["Okay. And why is that?", "What do you mean?", "And then what happened?", "Who’s this?", "", None]
)
def test_a_question_that_says_nothing_is_not(asked):
    assert telling(asked) is None
