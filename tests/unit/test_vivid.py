import pytest

from models.values import Statement
from pipeline.vivid import find


def noticed(*sentences, language):
    statements, start = [], 0
    for index, text in enumerate(sentences):
        statements.append(Statement(index, 0, 0, start, start + len(text), text, None))
        start += len(text) + 1
    return find(statements, [language(text) for text in sentences])


@pytest.mark.parametrize(
    ("sentence", "source", "target"),
    [
        # what bodies do, said of what has none
        ("The budget bleeds every month.", "bleeds", "The budget"),
        ("The old rules strangle our project.", "strangle", "The old rules"),
        # what is done with things, done to what is none
        ("They watered the contract down.", "watered", "the contract"),
        ("You have to prune the schedule early.", "prune", "the schedule"),
        # an abstract noun by its ending
        ("The new legislation choked our work.", "choked", "The new legislation"),
        # said of what can be touched
        ("The valve leaks every month.", None, None),
        ("You have to prune the roses early.", None, None),
        # worn out
        ("The company grew and the price fell.", None, None),
        # nobody does it to anything
        ("The bleeding stops in a minute.", None, None),
    ],
)
def test_a_physical_verb_of_an_abstract_thing_is_vivid(sentence, source, target, language):
    found = noticed(sentence, language=language)
    if source is None:
        assert found == []
    else:
        (one,) = found
        assert (one.source.text, one.target.text) == (source, target)
        assert sentence[one.start_char : one.end_char] == one.text


def test_a_verb_of_the_trade_is_not_vivid(language):
    trade = ["The pipe leaks.", "The valve leaks in winter.", "The data leaks out."]
    assert noticed(*trade, language=language) == []
    assert [one.statement for one in noticed(*trade[1:], language=language)] == [1]


def test_nothing_said_gives_nothing():
    assert find([], []) == []
