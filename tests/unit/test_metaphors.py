import pytest

from models.values import FindingType, Statement
from pipeline.metaphors import best, find
from pipeline.simile_ranker import shipped_ranker

# (sentence, source, target) of a figure; None as source: no figure. Sentences are made up.
SENTENCES = [
    # ---- likened to a thing
    ("The dough sleeps like a bear.", "bear", "The dough"),
    ("It's like a garden hose with a foot on it.", "garden hose", "It"),
    ("The valve works like a funnel.", "funnel", "The valve"),
    ("This code is like an old house.", "house", "This code"),
    ("You hold the chisel like a pencil.", "pencil", "the chisel"),
    ("You treat the old press like a horse.", "horse", "the old press"),
    ("The resin moves like a snail in the cold.", "snail", "The resin"),
    ("A good team is like a pack of wolves.", "pack of wolves", "A good team"),
    ("The cable stretches like a rubber band.", "rubber band", "The cable"),
    ("The whole plant is like a clock.", "clock", "The whole plant"),
    # ---- likened to an action
    ("It's like driving in fog.", "driving in fog", "It"),
    ("Negotiating is like dancing with a stranger.", "dancing with a stranger", "Negotiating"),
    # ---- as … as
    ("The wire gets as stiff as a board.", "board", "The wire"),
    ("Her hand is as steady as a rock.", "rock", "Her hand"),
    # ---- as if
    ("You walk as if you were carrying a sleeping child.", "child", "You"),
    ("He handles the glass as though it were a baby.", "baby", "the glass"),
    # ---- by name
    ("Think of it as a savings account.", "savings account", "it"),
    ("Think of the filter as a sponge.", "sponge", "the filter"),
    ("I always compare it to a marriage.", "marriage", "it"),
    ("I see the schedule as a puzzle.", "puzzle", "the schedule"),
    # ---- almost
    ("It's almost a dance.", "dance", "It"),
    ("The manifold is kind of a heart.", "heart", "The manifold"),
    # ---- a whole scene
    ("You grip it the same way you would hold an egg.", "egg", "You"),
    ("It's like when you stand on a ladder.", "ladder", "It"),
    # ---- "like" that is liked
    ("I like a firm dough.", None, None),
    ("We would like a second opinion.", None, None),
    ("They really like a clean floor.", None, None),
    # ---- "like" that fills a pause
    ("We have like a meeting on Mondays.", None, None),
    ("It takes like a week.", None, None),
    ("And I was like, a bit nervous.", None, None),
    ("There was like a fence around it.", None, None),
    ("You need, like, a horse.", None, None),
    # ---- "like" that gives an example
    ("You add things like a spoon of salt.", None, None),
    ("Tools like a hammer go on the wall.", None, None),
    ("You buy dry goods like flour and rice.", None, None),
    # ---- "like" that points or compares what is the same
    ("You do it like this.", None, None),
    ("It looks like we are late.", None, None),
    ("It sounds like a good idea.", None, None),
    ("Like I said, you wait.", None, None),
    ("It feels like a lot.", None, None),
    # ---- "as" without a figure
    ("You come as soon as the bell rings.", None, None),
    ("It is as far as the river.", None, None),
    ("It looks as if the seal is gone.", None, None),
    ("He works as a driver.", None, None),
    # ---- the same way, indeed
    ("You do the other side the same way.", None, None),
    # ---- "imagine" pictures what is so
    ("Imagine a kitchen with two ovens.", None, None),
    # ---- a vehicle that says nothing
    ("It's kind of a problem.", None, None),
    ("It's like a certain type of thing.", None, None),
    # ---- abstract
    ("It's kind of a combination.", None, None),
]


@pytest.fixture
def noticed(language, embedder):
    """What is shown of these sentences, as one interview."""

    def shown(*sentences):
        statements = said(*sentences)
        found = find(statements, [language(text) for text in sentences])
        return best(found, statements, shipped_ranker(), embedder)

    return shown


def said(*sentences):
    statements, start = [], 0
    for index, text in enumerate(sentences):
        statements.append(Statement(index, 0, 0, start, start + len(text), text, None))
        start += len(text) + 1
    return statements


@pytest.mark.parametrize(("sentence", "source", "target"), SENTENCES)
def test_figures_are_told_from_other_likenesses(sentence, source, target, noticed):
    found = noticed(sentence)
    if source is None:
        assert found == []
    else:
        (one,) = found
        assert one.source is not None
        assert one.source.text == source
        assert (one.target.text if one.target else None) == target


@pytest.mark.parametrize(
    ("sentence", "type_", "expression"),
    [
        ("In winter the dough sleeps like a bear, really.", FindingType.SIMILE, "the dough sleeps like a bear"),
        ("So think of it as a savings account, okay.", FindingType.ANALOGY, "think of it as a savings account"),
        ("You hold the chisel like a pencil.", FindingType.SIMILE, "You hold the chisel like a pencil"),
    ],
)
def test_the_expression_is_quoted_with_what_it_is_said_of(sentence, type_, expression, noticed):
    (one,) = noticed(sentence)
    assert (one.type, one.text) == (type_, expression)
    for span in (one, one.source, one.target):
        assert sentence[span.start_char : span.end_char] == span.text


def test_a_word_of_the_trade_is_no_figure(noticed):
    trade = ["You wind the clock.", "The clock is late.", "A clock has two hands."]
    assert noticed("It's like a clock.", *trade) == []
    assert noticed("It's like a clock.") != []


def test_only_the_best_are_shown(noticed):
    few = ["This code is like an old house.", "The dough sleeps like a bear."]
    (one,) = noticed(*few)
    assert one.source.text == "bear"  # the stronger one, not the first
    much = ["You wait until the glue has dried on both of the halves."] * 400
    assert len(noticed(*few, *much)) == 2


def test_finds_count_in_the_transcript_and_keep_its_order(noticed):
    talk = ["You wait.", "Think of it as a sponge.", *["And then you go on with the other half of it."] * 400]
    found = noticed(*talk, "The valve works like a funnel.")
    assert [one.statement for one in found] == [1, 402]
    assert (
        "\n".join([*talk, "The valve works like a funnel."])[found[1].start_char : found[1].end_char] == found[1].text
    )


def test_nothing_said_gives_nothing():
    assert find([], []) == []
