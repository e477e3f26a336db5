import pytest

from pipeline.clauses import clauses, groups, parts

CLAUSES = [
    # a condition before and behind
    ("If the dough tears, let it rest.", [("if", "If the dough tears,"), ("main", "let it rest.")]),
    ("Stop when the crust turns dark.", [("main", "Stop"), ("when", "when the crust turns dark.")]),
    # two conditions joined are one
    ("If it is bent and you rotate, it cuts.", [("if", "If it is bent and you rotate,"), ("main", "it cuts.")]),
    # nor does it need a comma before "it" or "you"
    ("When the dough is ready it tells you.", [("when", "When the dough is ready"), ("main", "it tells you.")]),
    # a reason
    ("You go left because it is easier.", [("main", "You go left"), ("because", "because it is easier.")]),
    (
        "Fold it gently so that the air stays in.",
        [("main", "Fold it gently"), ("so that", "so that the air stays in.")],
    ),
    # an exception, with the word that sharpens it
    ("Leave it in even if it looks done.", [("main", "Leave it in"), ("even if", "even if it looks done.")]),
    # a question inside is no condition
    ("See if it moves.", [("main", "See if it moves.")]),
    ("You know when it is done.", [("main", "You know when it is done.")]),
    # neither is a likeness, nor a number of times
    ("It falls as if it were wet.", [("main", "It falls as if it were wet.")]),
    ("You stir it once a week and it keeps.", [("main", "You stir it once a week"), ("main", "and it keeps.")]),
    # "because of" opens no clause
    ("It fails because of the heat.", [("main", "It fails because of the heat.")]),
    # what goes on stays with its clause
    ("Go on until you feel it, which is rare.", [("main", "Go on until you feel it, which is rare.")]),
    # a condition whose main clause the parser did not see
    (
        "Because if the first tank is full of air, the second one pushes it back, and it knocks.",
        [
            ("because", "Because"),
            ("if", "if the first tank is full of air,"),
            ("main", "the second one pushes it back, and it knocks."),
        ],
    ),
    ("In case the pump stops, close the valve", [("if", "In case the pump stops,"), ("main", "close the valve")]),
]


@pytest.mark.parametrize(("said", "wanted"), CLAUSES)
def test_clauses_begin_where_something_opens_them(said, wanted, language):
    doc = language(said)
    assert [(one.opener, doc[one.start : one.end].text) for one in clauses(doc)] == wanted


def test_clauses_cover_the_sentence_and_none_an_empty_one(language):
    doc = language("If it is hot, wait, and then, because it moves, hold it, but not too long, which is hard.")
    found = clauses(doc)
    assert [found[0].start, *(one.end for one in found)] == [*(one.start for one in found), len(doc)]
    assert clauses(language("")) == []


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("If the dough tears, let it rest.", [("condition", "If the dough tears")]),
        (
            "When it hisses, close it, because the seal is worn.",
            [("condition", "When it hisses"), ("reason", "because the seal is worn")],
        ),
        # a polite phrase is no condition
        ("If you will, this is the lid.", []),
        ("If I can say so, this is the lid.", []),
        # what somebody can do is one
        ("If I can see my hand, it is thin.", [("condition", "If I can see my hand")]),
        ("Close the lid.", []),
    ],
)
def test_conditions_and_reasons_are_marked_inside_a_line(said, wanted, language):
    doc = language(said)
    assert [(part.role, said[part.start : part.end]) for part in parts(doc, clauses(doc))] == wanted


LONG = (
    "You take the bowl and fill it with the warm water from the second kettle on the stove, but you never "
    "let it boil, and when the surface starts to move you put the bowl aside on the cold stone"
)


def test_a_long_sentence_is_cut_between_main_clauses_only(language):
    doc = language(LONG)
    cut = [doc[start:end].text for start, end in groups(doc, clauses(doc), longest=26)]
    assert len(cut) > 1
    assert " ".join(cut) == LONG
    assert any(text.startswith("but you never") for text in cut)
    assert not any(text.endswith("starts to move") for text in cut)


def test_a_short_sentence_is_not_cut(language):
    doc = language("You wait, and then you go.")
    assert groups(doc, clauses(doc), longest=26) == [(0, len(doc))]
