import pytest

from models.values import SpeakerRole, Statement, Transcript, Turn, Word
from pipeline import concepts, definitions


def read(*sentences, language, turns=None, suspect=()):
    """Statements of one answer, their parses, and the transcript that they stand in."""
    text = " ".join(sentences)
    statements, words, at = [], [], 0
    for index, sentence in enumerate(sentences):
        start = text.index(sentence, at)
        at = start + len(sentence)
        turn = turns[index] if turns else 0
        statements.append(Statement(index, turn, 0, start, at, sentence, None))
        words.append(Word(start, at, suspect="loop" if index in suspect else None))
    turn = Turn("Ada", SpeakerRole.EXPERT, 0, len(text))
    return statements, [language(one) for one in sentences], Transcript(text, (turn,), tuple(words))


def defined(*sentences, language, **context):
    statements, docs, transcript = read(*sentences, language=language, **context)
    found = list(definitions.find(statements, docs, transcript))
    for one in found:
        assert transcript.text[one.span.start_char : one.span.end_char] == one.span.text  # verbatim
    return [(docs[one.statement][one.first : one.last + 1].text, one.span.text) for one in found]


VEIL = "That thin skin on the dough is what we call the veil."
SLACK = "By slack I mean the play between the two gears."
USUALLY = "That's what we usually call a poolish."
POOLISH = "You mix flour and water the evening before."


@pytest.mark.parametrize(
    ("sentences", "wanted"),
    [
        # the statement says by itself what it is
        ([VEIL], [("veil", VEIL)]),
        # it only points at what was said before
        ([POOLISH, "We call that a poolish."], [("poolish", f"{POOLISH} We call that a poolish.")]),
        ([POOLISH, USUALLY], [("poolish", f"{POOLISH} {USUALLY}")]),
        # several words, a hyphen
        (
            ["The little spring on the side is what I call the pop-off valve."],
            [("pop-off valve", "The little spring on the side is what I call the pop-off valve.")],
        ),
        # what somebody means
        ([SLACK], [("slack", SLACK)]),
        (
            ["When I say oven spring, I mean the rise in the first ten minutes."],
            [("oven spring", "When I say oven spring, I mean the rise in the first ten minutes.")],
        ),
        # nothing is called anything: somebody is rung up, a function is run, a day ends
        (["When the pressure falls we call the plant manager at once."], []),
        (["If the check fails, I call exit and look at the log."], []),
        ([POOLISH, "Then we call it a day."], []),
        # no noun behind it
        ([POOLISH, "We call that good."], []),
        # a question asks
        (["Is that thin skin on the dough what you call the veil?"], []),
        # nothing before it, to which it could point
        (["That's what we call the veil."], []),
        ([], []),
    ],
)  # fmt: skip
def test_definitions_are_experts_own_words(sentences, wanted, language):
    assert defined(*sentences, language=language) == wanted


def test_words_of_another_turn_define_nothing(language):
    assert defined(POOLISH, "We call that a poolish.", language=language, turns=[0, 2]) == []


def test_doubtful_words_define_nothing(language):
    assert defined(POOLISH, "We call that a poolish.", language=language, suspect=[0]) == []


def test_what_is_defined_is_a_concept_however_seldom_it_is_said(language):
    things = "oven loaf scale bench peel crumb crust timer basket knife board towel".split()
    often = [f"The {thing} is ready." for thing in things for _ in range(3)]
    statements, docs, transcript = read(*often, POOLISH, "We call that a poolish.", language=language)
    _, found = concepts.find(statements, docs)
    assert "poolish" not in [one.id for one in found]
    made = {one.id: one for one in concepts.defined(found, statements, docs, transcript)}
    (span,) = made["poolish"].definitions
    assert span.text == f"{POOLISH} We call that a poolish."
    assert made["oven"].definitions == ()
