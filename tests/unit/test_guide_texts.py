"""Guides for interviews: what stands in them, and how they read as Markdown."""

from dataclasses import replace

from models.values import GapReason
from pipeline.guides import (
    LAST_SWEEP,
    NOTHING_HEARD,
    NOTHING_OPEN,
    THIS_TASK,
    FollowUp,
    ProbeState,
    Source,
    ToAsk,
    follow_up_markdown,
    interview_guide,
    interview_markdown,
    why,
)
from pipeline.probes import PROBES

SOURCE = Source("r1", "Reading the dough", 65.0, "Tomas", "You just feel it.")
ASK = ToAsk("g1", "You said “You just feel it”. What told you?", "Known without words.", 0.9, "c1", "Dough", SOURCE)
CUES = ProbeState(
    "cues", "Cues", "Critical Decision Method", "What did you see?", SOURCE, "What did your hand tell you?"
)
GOALS = ProbeState("goals", "Goals", "Critical Decision Method", "What did you want?", None)
GUIDE = FollowUp("e1", "Tomas", ("Reading the dough",), (ASK,), (), (CUES, GOALS))


def test_a_first_interview_takes_an_hour_and_asks_every_probe_once():
    guide = interview_guide("reading the dough")
    questions = [question for section in guide.sections for question in section.questions]
    assert guide.minutes == 60
    assert [questions.count(probe.question) for probe in PROBES] == [1] * len(PROBES)
    assert sum("reading the dough" in question for question in questions) >= 3
    assert set(LAST_SWEEP) <= {probe.id for probe in PROBES}


def test_a_first_interview_begins_with_consent_and_ends_with_the_next_one():
    headings = [section.heading for section in interview_guide("x").sections]
    assert headings[:2] == ["Before you meet", "What to say about consent"]
    assert sum("sweep" in heading for heading in headings) == 4
    assert interview_guide("x").sections[-2].heading == "The end"


def test_a_task_that_nobody_named_is_this_task():
    assert interview_guide(" \n ").task == THIS_TASK
    assert interview_guide("setting\n a  valve").task == "setting a valve"


def test_markdown_of_a_first_interview_has_boxes_to_tick():
    text = interview_markdown(interview_guide("the *left* [valve](x) <b>"))
    assert text.startswith("# Interview guide: the \\*left\\* \\[valve\\](x) \\<b\\>\n\nAbout 60 minutes.\n")
    assert text.count("\n- [ ] ") == sum(len(section.questions) for section in interview_guide("x").sections)
    assert "## The task in a few steps (10 min)" in text


def test_markdown_of_the_next_interview_says_what_why_and_where():
    text = follow_up_markdown(GUIDE)
    assert "1. **You said “You just feel it”. What told you?**" in text
    assert "   > You just feel it. (Reading the dough, 00:01:05, Tomas)" in text
    assert "- [ ] What did you want? *(Goals)*" in text
    assert "* **Cues**: “What did your hand tell you?” → “You just feel it.”" in text
    assert "If time is left" not in text


def test_words_of_people_are_no_markdown():
    said = replace(SOURCE, quote="# one\n> *two* [three](javascript:x)", recording="`code`")
    text = follow_up_markdown(replace(GUIDE, expert="A_B", first=(replace(ASK, source=said),)))
    assert "# What to ask A\\_B next time" in text
    assert "   > # one \\> \\*two\\* \\[three\\](javascript:x) (\\`code\\`, 00:01:05, Tomas)" in text


def test_empty_guides_say_what_to_do():
    assert NOTHING_HEARD in follow_up_markdown(FollowUp("e1", "Tomas", (), (), (), ()))
    assert NOTHING_OPEN in follow_up_markdown(replace(GUIDE, first=()))


def test_every_reason_is_explained():
    assert len({why(reason, "cues") for reason in GapReason}) == len(GapReason)
    assert why(GapReason.EMPTY_SLOT, "rationale") != why(GapReason.EMPTY_SLOT, "cues") != ""
