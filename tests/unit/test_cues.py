import pytest

from models.values import FindingType, Modality, Statement
from pipeline.cues import find

CONDITION, EXCEPTION, RATIONALE = FindingType.CONDITION, FindingType.EXCEPTION, FindingType.RATIONALE
CUE, WARNING, NOVICE_ERROR, THRESHOLD = (
    FindingType.CUE,
    FindingType.WARNING,
    FindingType.NOVICE_ERROR,
    FindingType.THRESHOLD,
)
SEEN, HEARD, FELT, SMELT = Modality.SEEN, Modality.HEARD, Modality.FELT, Modality.SMELT


def noticed(text, language, start=0):
    statement = Statement(0, 0, 0, start, start + len(text), text, None)
    return find([statement], [language(text)])


def texts(text, type_, language):
    return [one.text for one in noticed(text, language) if one.type is type_]


@pytest.mark.parametrize(
    ("said", "type_", "wanted"),
    [
        # ---- conditions: the clause
        ("If the rope hums, you ease the winch.", CONDITION, ["If the rope hums"]),
        # without a comma, as recognisers write it
        ("when the kiln is cold you light it from the side", CONDITION, ["when the kiln is cold"]),
        # two of them
        ("If it's larch you wait, if it's spruce you go on.", CONDITION, ["If it's larch", "if it's spruce"]),
        # in the middle
        ("You go on until the resin sets.", CONDITION, ["until the resin sets"]),
        ("How deep you dig depends on the soil.", CONDITION, ["depends on the soil"]),
        ("As soon as the glue strings, you press.", CONDITION, ["As soon as the glue strings"]),
        # both halves of one condition
        ("When the foam falls and the rim dries, you stir.", CONDITION, ["When the foam falls and the rim dries"]),
        # politeness
        ("If you will, it is a craft.", CONDITION, []),
        ("If I remember right it is on the left.", CONDITION, []),
        # an indirect question
        ("You check if the seal is in place.", CONDITION, []),
        ("I don't know when the truck comes.", CONDITION, []),
        # a story
        ("When I was a boy, we had no crane.", CONDITION, []),
        # a likeness
        ("You hold it as if it were an egg.", CONDITION, []),
        # an adverb
        ("You stir it once a day.", CONDITION, []),
        # ---- exceptions
        ("You never cut it wet, unless it is willow.", EXCEPTION, ["unless it is willow"]),
        ("All of them soak overnight, except the red ones.", EXCEPTION, ["except the red ones"]),
        ("That's not always true.", EXCEPTION, ["That's not always true"]),
        ("That rule doesn't apply to old walls.", EXCEPTION, ["doesn't apply to old walls"]),
        # a concession is none
        ("You oil it weekly, although it is new.", EXCEPTION, []),
        # ---- reasons
        ("You score it first because the steam has to get out.", RATIONALE, ["because the steam has to get out"]),
        ("That's why I keep two of them.", RATIONALE, ["That's why I keep two of them"]),
        ("You tilt it so that the water runs off.", RATIONALE, ["so that the water runs off"]),
        ("You wet the edge to avoid cracks.", RATIONALE, ["to avoid cracks"]),
        ("You tap it, otherwise the air stays in.", RATIONALE, ["otherwise the air stays in"]),
        # a reason for talking
        ("Because I said so.", RATIONALE, []),
        # what has to be avoided is no purpose
        ("You want to avoid that corner.", RATIONALE, []),
        # ---- warnings
        ("Never open the lower valve first.", WARNING, ["Never open the lower valve first"]),
        ("You can stretch it, but don't twist it.", WARNING, ["don't twist it"]),
        ("You should never leave the pot alone.", WARNING, ["You should never leave the pot alone"]),
        ("The big danger is a hidden nail.", WARNING, ["The big danger is a hidden nail"]),
        ("Be careful with the left clamp.", WARNING, ["Be careful with the left clamp"]),
        ("It can tear the whole seam.", WARNING, ["It can tear the whole seam"]),
        # a purpose is no warning
        ("You wet the edge to avoid cracks.", WARNING, []),
        # "can't" and "we don't" forbid nothing
        ("You can't see the joint from here.", WARNING, []),
        ("We don't heat this hall.", WARNING, []),
        # nor does what others do not do
        ("They come in late and don't sweep the floor.", WARNING, []),
        ("You don't have to sand it.", WARNING, []),
        ("Don't worry about the colour.", WARNING, []),
        ("I never said that.", WARNING, []),
        # a story
        ("We never opened the lower valve.", WARNING, []),
        # ---- novice errors
        ("Beginners always pull too early.", NOVICE_ERROR, ["Beginners always pull too early"]),
        ("The classic mistake is to salt it first.", NOVICE_ERROR, ["The classic mistake is to salt it first"]),
        ("Most people forget the second coat, so it peels.", NOVICE_ERROR, ["Most people forget the second coat"]),
        ("When somebody is new, they grip it hard.", NOVICE_ERROR, ["When somebody is new, they grip it hard"]),
        ("Most people buy it ready made.", NOVICE_ERROR, []),
        ("Everybody forgot the key that day.", NOVICE_ERROR, []),
        # ---- thresholds
        ("You take it off at 78 degrees.", THRESHOLD, ["at 78 degrees"]),
        # a story tells how it was
        ("It was about two hours from home.", THRESHOLD, []),
        # ---- questions are not noticed
        ("Do you stop if it smokes?", CONDITION, []),
        # but what only ends like one is
        ("You stop if it smokes, right?", CONDITION, ["if it smokes"]),
    ],
)
def test_know_how_is_noticed_in_the_words(said, type_, wanted, language):
    assert texts(said, type_, language) == wanted


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        # somebody perceives a thing
        ("You feel a slight give at the end.", [("feel a slight give at the end", FELT)]),
        ("You can hear a low hum before it fails.", [("hear a low hum", HEARD)]),
        # a thing seems something
        ("The crust sounds hollow.", [("The crust sounds hollow", HEARD)]),
        ("It smells a bit like burnt hair.", [("It smells a bit like burnt hair", SMELT)]),
        ("The paste should feel smooth.", [("The paste should feel smooth", FELT)]),
        # a thing turns into something
        ("The varnish goes dull.", [("The varnish goes dull", SEEN)]),
        ("The joint is sticky.", [("The joint is sticky", FELT)]),
        # a sensation has a name
        ("There is a smell of hot oil.", [("a smell of hot oil", SMELT)]),
        ("The pitch drops.", [("The pitch drops", HEARD)]),
        # an instrument tells
        ("The needle drops to two bar.", [("The needle drops to two bar", Modality.MEASURED)]),
        # somebody is on the lookout
        ("I listen for the click.", [("listen for the click", HEARD)]),
        # a sign, by whatever sense
        ("You can tell by the rim.", [("tell by the rim", None)]),
        # two in one statement
        ("The foam gets pale and the pitch drops.", [("The foam gets pale", SEEN), ("the pitch drops", HEARD)]),
        # data are looked up, not perceived
        ("You see the data in the table.", []),
        ("I see your point.", []),
        ("I feel like we should go.", []),
        ("That sounds good.", []),
        ("It looks like we are late.", []),
        ("It is hard to say.", []),
        # not perceived
        ("You don't feel any resistance.", []),
        # a story
        ("We saw a crack in the beam.", []),
    ],
)
def test_cues_are_noticed_with_their_sense(said, wanted, language):
    assert [(one.text, one.modality) for one in noticed(said, language) if one.type is CUE] == wanted


def test_finds_are_verbatim_in_order_and_name_their_rule(language):
    said = "If the oil smokes you never add water, because it can blow up, and beginners forget that at 200 degrees."
    found = noticed(said, language, start=1000)
    assert {CONDITION, WARNING, RATIONALE, NOVICE_ERROR, THRESHOLD} <= {one.type for one in found}
    assert [one.start_char for one in found] == sorted(one.start_char for one in found)
    for one in found:
        assert said[one.start_char - 1000 : one.end_char - 1000] == one.text == one.text.strip()
        assert one.rule
        assert one.statement == 0


def test_nothing_said_gives_nothing(language):
    assert find([], []) == []
    assert noticed("Hm.", language) == []
