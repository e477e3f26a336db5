import pytest

from models.values import Line, Part
from pipeline.repeats import without_repeats

WHEN = "When the lid rattles"
DONE = f"{WHEN}, you open the valve"


def line(text: str, *, role: str | None = None, end: int = len(WHEN)) -> Line:
    return Line(text, (0,), parts=(Part(role, 0, end),) if role else ())


@pytest.mark.parametrize(
    ("situation", "action", "left"),
    [
        # it stands inside a line of the same card, marked as its condition
        ([line(WHEN)], [line(DONE, role="condition")], []),
        ([line(WHEN.lower())], [line(DONE, role="condition")], []),
        # another condition, and one that no line has, stay
        ([line(WHEN), line("If the pot is empty")], [line(DONE, role="condition")], ["If the pot is empty"]),
        ([line(WHEN)], [line("You open the valve")], [WHEN]),
        # a reason says something else
        ([line(WHEN)], [line(DONE, role="reason")], [WHEN]),
        # what holds more than the condition is no repetition
        ([line(DONE, role="condition")], [line(DONE, role="condition")], [DONE]),
        ([], [], []),
    ],
)
def test_a_situation_that_a_line_has_for_its_condition_is_said_once(situation, action, left):
    told = without_repeats({"situation": situation, "action": action})
    assert [one.text for one in told["situation"]] == left
    assert told["action"] == action
