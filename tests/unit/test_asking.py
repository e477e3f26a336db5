"""Questions about a card: what its lines leave out, the best first, and few."""

import numpy as np
import pytest

from models.values import LINE_SLOTS, Finding, FindingType, GapReason, Line, Mined, SpeakerRole, Statement, Transcript
from models.values import Turn as SpokenTurn
from pipeline.asking import MOST, worth_asking

CUES, RATIONALE, EXCEPTIONS = "cues", "rationale", "exceptions"


def asked(*lines, found=(), standing=None):
    """The gaps of a card with these (slot, text) lines, each of a statement of its own."""
    said, placed, slots, at = [], {}, {slot: [] for slot in LINE_SLOTS}, 0
    for number, (slot, text) in enumerate(lines):
        said.append(Statement(number, 0, 0, at, at + len(text), text, None))
        line = Line(text, (number,))
        placed[line] = (at, at + len(text))
        slots[slot].append(line)
        at += len(text) + 1
    text = "\n".join(text for _, text in lines)
    heard = Transcript(text, (SpokenTurn("Ben", SpeakerRole.EXPERT, 0, len(text)),))
    mined = Mined(heard, tuple(said), (), (), np.zeros((0, 0), np.float32))
    return worth_asking(found, slots, placed, mined=mined, standing=standing or [1.0] * len(said), recording_id="r1")


def noticed(statement, text, *, reason=GapReason.HARD_TO_SAY, start=0):
    return Finding(FindingType.GAP, statement, start, start + 4, text, "a rule", question=f"{text}?", reason=reason)


@pytest.mark.parametrize(
    ("lines", "slot"),
    [
        # a warning without what happens
        ([("warnings", "Never open the lid.")], RATIONALE),
        ([("warnings", "You should never pull the hose.")], RATIONALE),
        # told, or no warning after all
        ([("warnings", "Never open the lid, otherwise the steam escapes.")], None),
        ([("warnings", "Never open the lid."), ("rationale", "The steam escapes.")], None),
        ([("warnings", "Don't worry about the lid.")], None),
        # an action without its sign
        ([("action", "You turn the loaf.")], CUES),
        ([("action", "Turn the loaf.")], CUES),
        ([("action", "Then I stir the glue.")], CUES),
        # told when, no act of the work, or too long to be repeated
        ([("action", "You turn the loaf once it slides.")], None),
        ([("action", "You turn the loaf."), ("cues", "It slides.")], None),
        ([("action", "I would like to take a break.")], None),
        # done at once, or nothing that hands do
        ([("action", "Then I take the big knife.")], None),
        ([("action", "Lay the board flat.")], None),
        ([("action", "You should learn to love the board.")], None),
        ([("action", "I use it in many ways.")], None),
        ([("action", "Turn " + "and turn " * 20 + "it.")], None),
        # what beginners do, and nothing about what is right
        ([("novice_errors", "Beginners pull too early.")], CUES),
        ([("novice_errors", "Beginners pull too early."), ("action", "You wait.")], None),
        # a condition without its else
        ([("situation", "If the crust is pale, you wait.")], EXCEPTIONS),
        ([("situation", "If the crust is pale, you wait."), ("exceptions", "Rye is pale anyway.")], None),
        ([("situation", "If the crust is pale, you wait, otherwise you take it out.")], None),
        # nothing is done about it
        ([("situation", "If the crust is pale, it is a pity.")], None),
        # somebody's wish, or what never was
        ([("situation", "If you want a dark crust, you wait.")], None),
        ([("situation", "If the oven was larger, you wait.")], None),
        ([("judgment", "The bread is good.")], None),
        ([], None),
    ],
)
def test_what_the_lines_leave_out(lines, slot):
    assert [gap.slot for gap in asked(*lines)] == ([] if slot is None else [slot])


def test_a_question_knows_what_it_asks_about():
    (gap,) = asked(("judgment", "It is done."), ("warnings", "Never open the lid."))
    assert gap.question.startswith("You said “Never open the lid”. ")
    assert (gap.said.quote, gap.said.recording_id, gap.said.speaker) == ("Never open the lid.", "r1", "Ben")
    assert (gap.said.start_char, gap.said.end_char) == (12, 31)
    assert gap.id == asked(("judgment", "It is done."), ("warnings", "Never open the lid."))[0].id


def test_the_best_questions_come_first_and_they_are_few():
    lines = [("judgment", f"It is number {number}.") for number in range(5)]
    places = [sum(len(text) + 1 for _, text in lines[:number]) for number in range(5)]
    found = [noticed(number, f"n{number}", start=places[number]) for number in range(5)]
    gaps = asked(*lines, found=found, standing=[0.2, 1.0, 0.6, 0.8, 0.4])
    assert [gap.question for gap in gaps] == ["n1?", "n3?", "n2?"]
    assert len(gaps) == MOST


def test_what_cannot_be_said_goes_before_a_policy():
    found = [noticed(0, "policy", reason=GapReason.POLICY_VOICE), noticed(0, "feeling")]
    assert [gap.question for gap in asked(("judgment", "It is done."), found=found)] == ["feeling?", "policy?"]


def test_the_same_gap_is_asked_about_once():
    assert len(asked(("judgment", "It is done."), found=[noticed(0, "feeling"), noticed(0, "feeling")])) == 1
