"""Which probes an interview covers: asked and answered, or told unasked, with what shows it."""

import pytest

from models.values import Finding, FindingType, Statement
from pipeline.coverage import ANSWERED, SIGNS, covered
from pipeline.probes import AUDIT, BY_ID, DECISION, PROBES

LONG = "Well, there was a lot of mud on the road that morning, and the lorry stood there."


def said(*answers):
    """Statements: a text, or a pair of the question and its answer."""
    made, at = [], 0
    for number, one in enumerate(answers):
        question, text = one if isinstance(one, tuple) else (None, one)
        made.append(Statement(number, 0, number, at, at + len(text), text, question))
        at += len(text) + 1
    return made


def ids(statements, findings=()):
    return [one.probe for one in covered(statements, findings)]


@pytest.mark.parametrize(
    ("question", "probe"),
    [
        ("What did you hear before you stopped?", "cues"),
        ("How could you tell that it was loose?", "cues"),
        ("Where did you learn that?", "knowledge"),
        ("Did that remind you of an earlier flood?", "analogues"),
        ("What was your goal at that point?", "goals"),
        ("What else could you have done?", "options"),
        ("Why did you take the small boat?", "basis"),
        ("What training does somebody need for this?", "experience"),
        ("What would have helped you there?", "aiding"),
        ("How much time did you have?", "time"),
        ("What did you make of the silence?", "assessment"),
        ("What would have happened if the wind had turned?", "hypotheticals"),
        ("What would a beginner have done?", "errors"),
        ("What does the manual say about it?", "standard"),
        ("What happens next in such a case?", "past_future"),
        ("What is most important in the whole of it?", "big_picture"),
        ("What do others overlook?", "noticing"),
        ("Is there a trick to that?", "job_smarts"),
        ("Did you have to improvise?", "improvising"),
        ("Was there a day when you were wrong?", "self_monitoring"),
        ("Did anything feel odd about it?", "anomalies"),
        ("Do you trust the gauge?", "equipment"),
    ],
)
def test_what_was_asked_and_answered_is_covered(question, probe):
    (found,) = [one for one in covered(said((question, LONG)), []) if one.probe == probe]
    assert found.asked
    assert found.statement.question == question


@pytest.mark.parametrize(
    ("told", "probe"),
    [
        ("I could hear that the belt was slipping.", "cues"),
        ("I learned that from the old ferryman.", "knowledge"),
        ("It reminded me of the winter before.", "analogues"),
        ("My only goal was to get the children out.", "goals"),
        ("I could have gone around by the mill.", "options"),
        ("I took the small boat, because the big one sits deep.", "basis"),
        ("It took me three years to get that right.", "experience"),
        ("A second lamp would have helped me there.", "aiding"),
        ("There was no time to call anybody.", "time"),
        ("I figured that the pump had lost its water.", "assessment"),
        ("If the wind had turned, we would have lost the barn.", "hypotheticals"),
        ("The classic mistake is to pull at both ends.", "errors"),
        ("The manual says nothing about wet ground.", "standard"),
        ("By the time you see the smoke, the belt is gone.", "past_future"),
        ("What really matters is the angle of the first cut.", "big_picture"),
        ("Most people overlook the little crack below.", "noticing"),
        ("A shortcut is to warm the key in your hand.", "job_smarts"),
        ("So we improvised a splint from a broom.", "improvising"),
        ("I was completely wrong about the left wheel.", "self_monitoring"),
        ("Something was odd about the way it stood.", "anomalies"),
        ("I never trust the gauge on the old boiler.", "equipment"),
        # nothing of it
        ("We went there by train and had lunch.", None),
        # too short to tell anything
        ("We improvised.", None),
        # a question of the expert's own
        ("Would a second lamp have helped me there, or would have helped you?", None),
    ],
)
def test_what_the_expert_tells_unasked_is_covered(told, probe):
    found = covered(said(told), [])
    assert [one.probe for one in found] == ([] if probe is None else [probe])
    assert not any(one.asked for one in found)


def test_a_question_that_nobody_answers_covers_nothing():
    assert ids(said(("What did you hear?", "Nothing."))) == []
    assert len(LONG.split()) > ANSWERED


def test_a_finding_covers_a_probe_too():
    statements = said("They pour in all of the water at once.")
    found = Finding(FindingType.NOVICE_ERROR, 0, 0, 4, "They", "what beginners do")
    assert ids(statements, [found]) == ["errors"]


def test_an_answered_question_goes_before_a_statement_and_the_best_statement_before_the_others():
    asked = said("I could hear that the belt was slipping.", ("What did you hear?", LONG))
    assert [(one.asked, one.statement.index) for one in covered(asked, [])] == [(True, 1)]
    low, high = said("I could hear that the belt was slipping.", "I saw that the lamp was out by then.")
    best = [low, Statement(1, 0, 1, high.start_char, high.end_char, high.text, None, score=2.0)]
    assert covered(best, [])[0].statement.index == 1


def test_nothing_said_covers_nothing():
    assert covered([], []) == []


def test_every_probe_has_its_question_and_its_signs():
    assert set(SIGNS) == set(BY_ID) == {probe.id for probe in PROBES}
    assert {probe.method for probe in PROBES} == {DECISION, AUDIT}
    assert all("?" in probe.question for probe in PROBES)
