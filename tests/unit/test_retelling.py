import pytest

from models.values import Statement
from pipeline.retelling import hangs, taken_back


def statements(*said, answers=None):
    answers = answers or [0] * len(said)
    told = zip(said, answers, strict=True)
    return [Statement(index, 0, answer, index, index + 1, text, None) for index, (text, answer) in enumerate(told)]


@pytest.mark.parametrize(
    ("said", "chosen", "wanted"),
    [
        # what was named and then refused
        (["You bend the rod.", "You push it in.", "So rather than doing that, you file the slot."], [0, 1, 2], {0, 1}),
        (["You bend the rod.", "Instead of that, file the slot."], [0, 1], {0}),
        # only what is chosen counts, and the refusal must be among it
        (["You bend the rod.", "You push it in.", "Rather than that, file the slot."], [1, 2], {1}),
        (["You bend the rod.", "Rather than that, file the slot."], [0], set()),
        # a thing is refused, or a way to do it, but nothing that was said before
        (["You bend the rod.", "Rather than a file, you take a saw."], [0, 1], set()),
        (["You bend the rod.", "You file the slot."], [0, 1], set()),
    ],
)
def test_what_is_refused_later_is_known(said, chosen, wanted):
    assert taken_back(statements(*said), chosen) == wanted


@pytest.mark.parametrize(
    ("said", "hanging"),
    [
        # the condition stands before, in the same sentence
        (["If the rod only touches the slot,", "but then the seal will tear."], True),
        (["If the rod only touches the slot,", "that is no harm,", "but then the seal will tear."], True),
        # the order of things, a condition of another sentence, none at all
        (["You file the slot,", "then you press the rod in."], False),
        (["If the rod touches the slot, wait.", "Then you press the rod in."], False),
        (["If the rod only touches the slot,", "the seal will tear."], False),
        (["Then you press the rod in."], False),
    ],
)
def test_what_follows_from_a_condition_in_another_statement_is_known(said, hanging):
    assert hangs(statements(*said), len(said) - 1) is hanging


def test_a_condition_of_another_answer_is_none_of_its():
    told = statements("If the rod only touches the slot,", "then the seal will tear.", answers=[0, 1])
    assert not hangs(told, 1)
