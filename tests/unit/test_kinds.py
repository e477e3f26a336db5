import pytest

from models.values import CardContent, CardKind, Line, Part
from pipeline.kinds import kind_of, only_judges


@pytest.mark.parametrize(
    ("lines", "figures", "wanted"),
    [
        ({"warnings": 1, "action": 1}, 0, CardKind.WARNING),
        ({"novice_errors": 2, "cues": 1}, 0, CardKind.WARNING),
        # one mistake beside what is done is no warning
        ({"novice_errors": 1, "action": 2}, 0, CardKind.PROCEDURE),
        ({"exceptions": 1, "action": 1}, 0, CardKind.EXCEPTION),
        # nor does one exception make a procedure one
        ({"exceptions": 1, "action": 3}, 0, CardKind.PROCEDURE),
        ({"judgment": 2}, 1, CardKind.ANALOGY),
        ({"action": 1}, 1, CardKind.PROCEDURE),
        ({"cues": 1, "action": 1}, 0, CardKind.CUE),
        ({"situation": 1, "action": 1}, 0, CardKind.CONDITION),
        ({"situation": 1, "judgment": 1}, 0, CardKind.CONDITION),
        ({"action": 1}, 0, CardKind.PROCEDURE),
        ({"judgment": 1, "rationale": 1}, 0, CardKind.JUDGMENT),
        ({}, 0, CardKind.JUDGMENT),
    ],
)
def test_the_kind_is_what_prevails_among_the_lines(lines, figures, wanted):
    assert kind_of(lines, figures=figures) is wanted


@pytest.mark.parametrize(
    ("slots", "wanted"),
    [
        ({"judgment": (Line("The kiln is old", (0,)),)}, True),
        # a condition inside, another slot beside it, no line at all
        ({"judgment": (Line("If it hums, it is old", (0,), parts=(Part("condition", 0, 10),)),)}, False),
        ({"judgment": (Line("The kiln is old", (0,)),), "cues": (Line("It hums", (0,)),)}, False),
        ({}, False),
    ],
)
def test_a_card_of_nothing_but_verdicts_is_known(slots, wanted):
    assert only_judges(CardContent(CardKind.JUDGMENT, "The kiln", **slots)) is wanted
