import pytest

from pipeline.clauses import clauses
from pipeline.sentences import flaw, is_fragment, is_story, points_back


@pytest.mark.parametrize(
    "said",
    [
        "The valve is closed before the start",
        "Turn the screw to the left",  # an order
        "For the glaze, take a wooden spoon",  # an order behind a phrase
        "If the dough tears, let it rest",
        "What we do is soak it overnight",
        "It is important to let the dough rest",
        "Beginners often forget to dry the blade",  # tagged as if it were an infinitive
        "A good loaf sings when it leaves the oven",  # tagged as if it were a plural
        "That bowl is the one you look at",  # a preposition rightly last
        "Those of us with cold hands wait longer",
        "Look at the lid (the small one)",
        "The books call it ‘the wet seal’, and it isn’t the bakers’ word",
        "You leave ‘em in the oven",
        "So do the others, and you wait with them",
    ],
)
def test_a_whole_sentence_has_no_flaw(said, language):
    doc = language(said)
    assert flaw(doc, 0, len(doc), clauses(doc)) is None


@pytest.mark.parametrize(
    ("said", "why"),
    [
        # broken off: behind a word that needs another, by a letter, by dots and dashes
        ("You take the lid and put it on the", "broken off"),
        ("You plug it into the blue socket, O", "broken off"),
        ("You take the lid -- the bowl is hot", "broken off"),
        ("The place where - when it hisses, you wait", "broken off"),
        ("This old style of baking — you take the dough", "broken off"),
        # a mark without its other half
        ('He calls it "the sponge and folds it', "marks without their other half"),
        ("You lift] the lid slowly", "marks without their other half"),
        ("You wet the ‘old seal of the pump twice", "marks without their other half"),
        # what somebody said
        ('They say, "Oh, you close the valve."', "somebody's words"),
        ("You're like hey that is easy", "somebody's words"),
        # begun twice
        ("If you're kneading, if you're folding the dough, wait", "begins twice"),
        ("The loaf that's it's only warm", "begins twice"),
        # talk about the talk, and for sale
        ("I think what I might do is talk about the oven", "talk about the talk"),
        ("That's a good question about the oven", "talk about the talk"),
        ("You've already talked about the oven that smokes", "talk about the talk"),
        ("As I said, the oven is hot", "talk about the talk"),
        ("Check out our new baking course", "an advertisement"),
        ("Find the recipe at bakery dot com", "an advertisement"),
        # a question, also one that speech without marks runs into, and what belonged to a noun
        ("Do you open the valve first", "a question, or a part of a sentence"),
        ("The oven is hot do you open it", "a question, or a part of a sentence"),
        ("What makes a dough heavy in winter", "a question, or a part of a sentence"),
        ("Which sticks to the bowl all day", "a question, or a part of a sentence"),
        ("Whether you can do that is open", "a question, or a part of a sentence"),
        # no main clause
        ("As you pay more attention to the oven", "no whole clause"),
        ("The ongoing burden of the oven", "no whole clause"),
        ("Not as happy when the oven is cold", "no whole clause"),
        ("Because you take the lid, put it on the bowl", "no whole clause"),
        # a verb without anybody, a reason without a verb, a condition of nothing
        ("Doesn't mean that you close the valve", "a clause without its verb"),
        ("It is a problem, because the frustration at these people", "a clause without its verb"),
        ("You wait for the dough, and if you are new to the oven", "a condition of nothing"),
        # what is thought does not come
        ("I imagine that if a baker could use the machine", "what is thought is missing"),
        # it points, and names nothing
        ("That's a mistake", "only points"),
        ("This means a wet loaf", "only points"),
        ("You do that with both hands", "only points"),
        # what the display rule could not leave out
        ("The dough is you know a bit wet", "fillers that could not be left out"),
        ("", "broken off"),
    ],
)
def test_what_cannot_be_read_by_itself_says_why(said, why, language):
    doc = language(said)
    assert flaw(doc, 0, len(doc), clauses(doc)) == why


@pytest.mark.parametrize(
    ("said", "behind", "why"),
    [
        ("The glue is never wet enough, but really, especially for thin boards,", "it only has to shine", "broken off"),
        # whole: the sentence goes on with another clause, or ends here
        ("The glue is wet, but not too wet,", "and you wait for the shine", None),
        ("The glue is wet, but not too wet", "", None),
    ],
)
def test_a_sentence_that_is_cut_before_its_verb_breaks_off(said, behind, why, language):
    doc, end = language(f"{said} {behind}".strip()), len(language(said.rstrip(",")))
    assert flaw(doc, 0, end, [one for one in clauses(doc) if one.end <= end + 1]) == why


@pytest.mark.parametrize(
    ("said", "back"),
    [
        ("It goes into the oven", True),
        ("They pull too early", True),
        ("It is important to let the dough rest", False),  # stands for nothing
        ("When the dough is cold, it tears", False),  # named before
        ("You listen when they are on the rack", True),
        ("The dough rests", False),
        ("Turn it over", True),
        ("Turn the loaf over before it sticks", False),
    ],
)
def test_a_subject_that_was_named_before_points_back(said, back, language):
    doc = language(said)
    assert points_back(doc, 0, len(doc)) is back


@pytest.mark.parametrize(
    ("said", "story", "fragment"),
    [
        ("We opened the oven.", True, False),
        ("You open the oven.", False, False),
        ("You put it in the oven.", False, False),  # "put" looks like the past
        ("The oven was opened.", True, False),
        ("The smell of bread.", False, True),
        ("You open it and then the", False, True),
    ],
)
def test_stories_and_fragments_are_told_apart(said, story, fragment, language):
    doc = language(said)
    assert (is_story(doc), is_fragment(doc)) == (story, fragment)
