import pytest

from models.values import Modality, Statement
from pipeline import cues
from pipeline.slots import Noticed, lines

NOVICES = "What mistakes do beginners make there?"


@pytest.fixture
def read(language):
    def lines_of(said, question=None):
        doc = language(said)
        statement = Statement(0, 0, 0, 0, len(said), said, question)
        noticed = [
            Noticed(one.type, one.start_char, one.end_char, one.modality) for one in cues.find([statement], [doc])
        ]
        return lines(doc, noticed, question=question)

    return lines_of


@pytest.mark.parametrize(
    ("said", "slot"),
    [
        # the order: what beginners do, what to avoid, what is perceived
        ("Beginners often forget to dry the blade.", "novice_errors"),
        ("Never open the valve before the pump stops.", "warnings"),
        ("You have to be careful with the seal.", "warnings"),
        ("You never cut the loaf before it is cold.", "warnings"),
        ("You hear a dull sound in the loaf.", "cues"),
        ("The crust feels soft at 90 degrees.", "cues"),
        # what to do: with a modal, recommended, as an order, as a habit, behind a purpose, in the passive
        ("You want to press the lid down.", "action"),
        ("I would recommend a wooden spoon for the glaze.", "action"),
        ("Then turn the screw to the left.", "action"),
        ("First you put the flour in the bowl.", "action"),
        ("All you do is lift the lid slowly.", "action"),
        ("You can pull the wire out from behind.", "action"),
        ("To avoid burns, you wear the thick gloves.", "action"),
        ("The valve is closed before the start.", "action"),
        # behind a phrase, and behind a condition that the parser takes for its subject
        ("In the summer I skip the second rest.", "action"),
        ("If one foot tickles more than the others, tighten it first.", "action"),
        # judgment: an evaluation, or what follows from a condition
        ("It is important to let the dough rest.", "judgment"),
        ("If the dough tears, the gluten is weak.", "judgment"),
        ("If the ears are pale, the oven was too hot.", "judgment"),  # what was, told by what is
        ("Too much salt makes the dough tight.", "judgment"),
        # learners in the present do wrong
        ("New people tighten the gland until it stops.", "novice_errors"),
        # nothing but a condition, or a reason
        ("When the kettle is cold.", "situation"),
    ],
)
def test_the_first_rule_that_fits_chooses_the_slot(said, slot, read):
    first = read(said)[0]
    assert (first.slot, said[first.start : first.end]) == (slot, said.removeprefix("Then ").rstrip("."))


@pytest.mark.parametrize(
    "said",
    [
        "We closed the valve and the pump stopped.",  # the past
        "I remember a baker with two ovens.",
        "What would you do with a wet blade?",  # a question
        "You take it and then you go to the...",  # broken off
        "We don't have to worry about the seal.",  # no prohibition
        "He can't open the valve without a key.",
        "See the data in the second table.",  # no cue
        "You also don't know the reason for the noise.",  # a state
        "Thanks for having me on the show.",
        "Do that.",  # says nothing
        "The oven was opened at noon.",  # the past in the passive
        "The bridge is closed again.",  # a state
        "The program would search all files.",  # what could be
        "You say the pump is old.",  # what somebody says
        "The sheet says that you should weigh the salt.",
        "I'm usually more careful than the others.",  # about oneself
        "Once the oven was broken.",  # a story, no condition
        "So that the steam can leave the bowl.",  # a purpose of nothing
        "You don't notice the noise in the cellar.",  # no prohibition
        "I suspect that the valve is stuck.",
        "I'd like to have a bigger oven.",  # a wish
        "It gets harder to tell the loaves apart.",  # no cue
        "",
    ],
)
def test_what_is_no_know_how_gives_no_line(said, read):
    assert read(said) == []


@pytest.mark.parametrize(
    ("said", "question", "slot"),
    [
        ("The crust cracks with a small noise.", "How can you tell that it is done?", "cues"),
        ("Rye bread waits for a day.", "Is there an exception?", "exceptions"),
    ],
)
def test_what_fits_no_slot_belongs_where_the_question_wanted_it(said, question, slot, read):
    assert read(said) == []
    assert [line.slot for line in read(said, question)] == [slot]


def test_what_only_closes_the_talk_gives_no_line(read):
    assert read("Come back tomorrow and bring your hands.", "That was wonderful. Thank you very much.") == []


def test_a_line_says_that_its_subject_was_named_before(read):
    assert [line.points_back for line in read("If it tears, you give it two minutes.")] == [True]
    assert [line.points_back for line in read("If the dough tears, you give it two minutes.")][:1] == [False]


def test_talk_without_marks_gives_short_lines_only(read):
    said = "you press the lid down on the bowl and turn the ring"
    assert read(said)
    assert read(said + " until the lid is tight") == []


def test_a_warning_inside_a_condition_warns_of_nothing(read):
    assert [line.slot for line in read("If you don't use it, you can leave it closed.")] == ["action"]
    assert [line.slot for line in read("You don't have to store the loaf if you don't want.")] == ["judgment"]


def test_a_line_marks_its_condition_and_its_reason(read):
    said = "When the lid rattles, you open the valve, because the steam burns the seal."
    line = read(said)[0]
    text = said[line.start : line.end]
    marked = [(part.role, text[part.start : part.end]) for part in line.parts]
    assert marked == [("condition", "When the lid rattles"), ("reason", "because the steam burns the seal")]


def test_what_a_line_rests_on_stands_in_its_own_slot_too(read):
    said = "Leave the loaf in the oven unless the crust is black."
    found = [(line.slot, said[line.start : line.end]) for line in read(said)]
    assert found == [("action", said[:-1]), ("exceptions", "unless the crust is black")]


def test_a_condition_that_only_points_has_no_line_of_its_own(read):
    assert [line.slot for line in read("If it happens, you close the valve.")] == ["action"]


def test_a_cue_says_by_which_sense_and_how_much(read):
    (cue,) = [line for line in read("The crust feels soft at 90 degrees.") if line.slot == "cues"]
    assert (cue.modality, cue.threshold) == (Modality.FELT, "at 90 degrees")


def test_a_long_sentence_gives_a_line_for_each_main_clause(read):
    said = (
        "And then you set the oven to 220 degrees, and when the crust turns brown you take the loaf out and put it "
        "on the rack, but you never cut it before it is cold."
    )
    found = [(line.slot, said[line.start : line.end]) for line in read(said)]
    assert ("situation", "when the crust turns brown") in found
    assert ("warnings", "you never cut it before it is cold") in found


def test_a_line_never_has_more_than_45_words(read):
    endless = "You put " + "the old flour and " * 20 + "the salt in the bowl."
    assert read(endless) == []


def test_the_answer_to_what_beginners_do_wrong_is_taken_for_that(read):
    said = "They mix up the two valves."
    assert read(said) == []
    assert [line.slot for line in read(said, NOVICES)] == ["novice_errors"]
    assert read("Thanks for having me on the show.", NOVICES) == []
    assert [line.slot for line in read("You want to press the lid down.", NOVICES)] == ["action"]
    assert [line.slot for line in read("They turn the screw to the left.", NOVICES)] == ["novice_errors"]
