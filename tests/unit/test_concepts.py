import numpy as np
import pytest

from models.values import FindingType, Statement
from pipeline.concepts import find, likelihood_ratio
from pipeline.namesakes import heirs


def noticed(*sentences, language):
    statements, start = [], 0
    for index, text in enumerate(sentences):
        statements.append(Statement(index, 0, 0, start, start + len(text), text, None))
        start += len(text) + 1
    return find(statements, [language(text) for text in sentences])


def mentioned(sentence, language):
    return [one.text for one in noticed(sentence, language=language)[0] if one.type is FindingType.CONCEPT]


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        # determiners and adjectives that say nothing are left out
        ("You open the other relief valve.", ["relief valve"]),
        # a possessive, a number
        ("Your left hand turns two screws.", ["left hand", "screws"]),
        # fillers inside the phrase
        ("You want a, uh, thin slurry in there.", ["thin slurry"]),
        ("You want a kind of a slurry in there.", ["slurry"]),
        # pronouns and pointing words are none
        ("It does that to us.", []),
        # words that stand for any thing are none
        ("The thing is a kind of problem.", []),
        # a hyphen belongs to the word
        ("You set the self-locking nut.", ["self-locking nut"]),
        ("", []),
    ],
)
def test_concepts_are_noun_phrases_without_fillers(sentence, wanted, language):
    assert mentioned(sentence, language) == wanted


def test_forms_of_a_phrase_are_one_concept(language):
    found, concepts = noticed(
        "You open the relief valve.", "All relief valves leak.", "The Relief valve is red.", language=language
    )
    (valve,) = [one for one in concepts if one.id == "relief-valve"]
    assert valve.pref_label.lower() == "relief valve"
    assert "relief valves" in valve.alt_labels
    assert [one.text for one in found if one.statement == 1 and one.type is FindingType.CONCEPT] == ["relief valves"]


def test_the_label_is_what_was_said_where_nobody_said_the_basic_form(language):
    _, concepts = noticed("The bearings hum.", "You grease the bearings.", language=language)
    (bearings,) = [one for one in concepts if one.id == "bearing"]
    assert bearings.pref_label == "bearings"


def test_the_head_noun_is_broader_when_it_is_a_concept_itself(language):
    _, concepts = noticed(
        "You open the relief valve.",
        "The relief valve sticks.",
        "The valve is new.",
        "A valve needs oil.",
        language=language,
    )
    by_id = {one.id: one for one in concepts}
    assert by_id["relief-valve"].broader == ("valve",)
    assert by_id["valve"].broader == ()


def test_what_is_said_often_comes_first(language):
    often = ["The kiln cools down.", "You close the kiln.", "You look into the kiln.", "The kiln ticks."]
    _, concepts = noticed(*often, "A sparrow sat outside.", language=language)
    assert concepts[0].id == "kiln"


def test_a_part_that_stands_in_longer_phrases_only_counts_less(language):
    _, concepts = noticed(
        "The drill press is old.", "You oil the drill press.", "A drill press hums.", language=language
    )
    assert concepts[0].id == "drill-press"
    assert "press" not in [one.id for one in concepts]


def test_names_are_runs_of_proper_nouns(language):
    found, _ = noticed("I asked Maria Lindqvist about it, and Jonas too.", language=language)
    assert [one.text for one in found if one.type is FindingType.NAME] == ["Maria Lindqvist", "Jonas"]


def test_a_long_talk_keeps_a_bounded_number(language):
    nouns = ["kiln", "bench", "lathe", "anvil", "forge", "ladle", "chisel", "mallet", "vise", "file", "rasp", "clamp"]
    rare = [f"The {one} {other} is old." for one in nouns for other in nouns if one != other]
    _, concepts = noticed(*rare, language=language)
    assert 1 <= len(concepts) <= 10


def test_finds_are_verbatim_in_order_and_ids_are_unique(language):
    talk = ["The relief valve sticks.", "Ask Maria Lindqvist about the kiln.", "The kiln and the valve are old."]
    found, concepts = noticed(*talk, language=language)
    text = "\n".join(talk)
    assert [one.start_char for one in found] == sorted(one.start_char for one in found)
    for one in found:
        assert text[one.start_char : one.end_char] == one.text
    assert len({one.id for one in concepts}) == len(concepts)
    assert noticed(*talk, language=language) == (found, concepts)


def test_nothing_said_gives_nothing():
    assert find([], []) == ([], [])


def test_what_is_talked_about_together_is_related(language):
    together = ["You press the pedal.", "You hold the clutch."]
    apart = [f"The {thing} was there." for thing in ("gauge", "ladder", "bucket", "hose", "lamp")]
    talk = [sentence for _ in range(6) for sentence in (*together, *apart[:3], *apart)]
    _, found = noticed(*talk, language=language)
    related = {one.id: one.related for one in found}
    assert "clutch" in related["pedal"]
    assert "pedal" in related["clutch"]
    assert related["lamp"] == () or "pedal" not in related["lamp"]


def test_a_phrase_and_its_head_are_broader_and_narrower_but_not_related(language):
    talk = [*["The relief valve opens.", "We shut the valve."] * 6, *["We wait for the crew."] * 30]
    _, found = noticed(*talk, language=language)
    by_id = {one.id: one for one in found}
    assert by_id["relief-valve"].broader == ("valve",)
    assert "valve" not in by_id["relief-valve"].related


@pytest.mark.parametrize(
    ("counted", "least", "most"),
    [
        ((5, 5, 5, 100), 39.0, 40.0),  # always together: 2 · (5 ln 20 + 95 ln(100/95))
        ((1, 10, 10, 100), 0.0, 0.0),  # as often as chance has it
        ((0, 10, 10, 100), 0.0, 0.0),  # less often
        ((3, 3, 3, 3), 0.0, 0.0),  # everywhere: nothing follows
    ],
)
def test_the_likelihood_ratio_tells_meeting_from_chance(counted, least, most):
    assert least <= likelihood_ratio(*counted) <= most


def test_signs_in_a_name_make_another_concept(language):
    _, found = noticed(*["We write C++ code and C code."] * 3, language=language)
    ids = [one.id for one in found]
    assert len(ids) == len(set(ids))
    assert not any(one.id == "c" and one.pref_label == "C++" for one in found)


def unit(*numbers):
    vector = np.array(numbers, np.float32)
    return vector / np.linalg.norm(vector)


@pytest.mark.parametrize(
    ("label", "vector", "heir"),
    [
        # the same letters, parted otherwise
        ("set-up", unit(0, 0, 1), "setup"),
        # another word for the same thing
        ("physician", unit(1, 0.1, 0), "doctor"),
        # not near enough
        ("nurse", unit(1, 0.6, 0), None),
        # near, but a word is the same: narrower, or its neighbour
        ("family doctor", unit(1, 0.1, 0), None),
        ("right hand", unit(0, 1, 0.05), None),
    ],
)
def test_one_thing_under_two_names_is_one_concept(label, vector, heir):
    known = [("doctor", "doctor"), ("setup", "setup"), ("left-hand", "left hand")]
    vectors = np.stack([unit(1, 0, 0), unit(0, 0.1, 1), unit(0, 1, 0)])
    found = heirs([("new", label)], vector[None, :], known, vectors)
    assert found == ({} if heir is None else {"new": heir})


def test_new_names_of_one_thing_go_to_the_first_of_them():
    vectors = np.stack([unit(1, 0), unit(1, 0.1)])
    assert heirs([("car", "car"), ("automobile", "automobile")], vectors, [], vectors[:0]) == {"automobile": "car"}
    assert heirs([], vectors[:0], [], vectors[:0]) == {}


def test_a_general_word_by_itself_is_ranked_down_and_stays(language):
    _, found = noticed(*["The process needs a burner."] * 4, *["The gasket needs a process."] * 4, language=language)
    ids = [one.id for one in found]
    assert set(ids) == {"burner", "gasket", "process"}
    assert ids[-1] == "process"  # though it is said twice as often
