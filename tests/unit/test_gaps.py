import re
from collections import Counter
from pathlib import Path

import pytest

from models.values import FindingType, GapReason, Statement
from pipeline import cues
from pipeline.gaps import find
from pipeline.signals import SIGNALS

HARD, ANNOUNCED, NO_THRESHOLD = GapReason.HARD_TO_SAY, GapReason.ANNOUNCED, GapReason.NO_THRESHOLD
OURS = Path(__file__).parents[1] / "data" / "gaps.tsv"
POINTING, POLICY = GapReason.POINTING, GapReason.POLICY_VOICE


def noticed(*said, language):
    """Gaps of sentences, each a text of answer 0 or a pair of answer and text."""
    statements, start = [], 0
    for index, one in enumerate(said):
        answer, text = one if isinstance(one, tuple) else (0, one)
        statements.append(Statement(index, 0, answer, start, start + len(text), text, None))
        start += len(text) + 1
    docs = [language(statement.text) for statement in statements]
    return find(statements, docs, cues.find(statements, docs))


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        # ---- what cannot be said
        ("You just know when it is done.", [(HARD, "You just know")]),
        ("It's hard to explain, really.", [(HARD, "hard to explain")]),
        ("I couldn't tell you how I see that.", [(HARD, "couldn't tell you how")]),
        ("After a while you have a feel for it.", [(HARD, "you have a feel for")]),
        ("I go by my gut feeling there.", [(HARD, "my gut feeling")]),
        ("That comes with experience.", [(HARD, "That comes with experience")]),
        ("You can't learn that from a book.", [(HARD, "can't learn that from a book")]),
        ("And suddenly it sounds off.", [(HARD, "it sounds off")]),
        # the contrary
        ("It's not hard to explain.", []),
        # knowing facts
        ("You just know the customers by name.", []),
        ("I just know it really well.", []),
        # hard for others to understand
        ("That is hard to explain to a customer.", []),
        # a question of the expert's own
        ("Is it hard to explain?", []),
        # ---- announced
        ("It depends.", [(ANNOUNCED, "It depends")]),
        ("Of course there are exceptions.", [(ANNOUNCED, "there are exceptions")]),
        ("There's a trick to it.", [(ANNOUNCED, "There's a trick to it")]),
        # announced and given
        ("It depends on the wood.", []),
        # ---- a degree without a measure
        ("If you go too deep, the wood splits.", [(NO_THRESHOLD, "too deep")]),
        ("You let it cook long enough.", [(NO_THRESHOLD, "long enough")]),
        # with a measure
        ("If you go too deep, more than two millimeters, it splits.", []),
        # not of the work
        ("The days are too short.", []),
        # how it was once
        ("The day you came it was too hot.", []),
        # a purpose says how much
        ("You heat it long enough to melt the wax.", []),
        # ---- shown, not said
        ("You hold it like this.", [(POINTING, "hold it like this")]),
        ("And you leave about this much.", [(POINTING, "about this much")]),
        ("You put your thumb right here.", [(POINTING, "put your thumb right here")]),
        # said of something else
        ("We sell things like this.", []),
        ("I have done it for this long.", []),
        # ---- the rule, and no case
        ("The rule is two coats.", [(POLICY, "The rule is")]),
        ("You're supposed to call the office first.", [(POLICY, "You're supposed to")]),
        # ---- nothing
        ("You take the lid off.", []),
        ("", []),
    ],
)
def test_gaps_are_noticed_with_their_reason(said, wanted, language):
    assert [(one.reason, one.text) for one in noticed(said, language=language)] == wanted


def test_the_question_has_the_experts_own_words_in_it(language):
    for said in ("You just know when.", "It depends.", "If you go too deep, it splits.", "Hold it like this."):
        (gap,) = noticed(said, language=language)
        assert gap.text in re.search("“([^”]+)”", gap.question)[1]
        assert gap.question.endswith("?")
        assert gap.type is FindingType.GAP
        assert gap.rule


@pytest.mark.parametrize(
    "after",
    ["If it is oak, you go slower.", "You go slower, unless it is oak."],
)
def test_what_is_announced_may_come_in_the_next_sentences(after, language):
    assert noticed("It depends.", after, language=language) == []
    assert noticed("It depends.", (1, after), language=language) != []  # the next answer is too late


def test_a_measure_next_to_it_fills_a_degree(language):
    assert noticed("If you go too deep, it splits.", "I stay above two millimeters.", language=language) == []
    far = ["You turn it over.", "You wipe it."]
    assert noticed("If you go too deep, it splits.", *far, "I stay above two millimeters.", language=language) != []


def test_a_remembered_case_fills_a_rule(language):
    assert noticed("The rule is two coats.", "Last week I used three coats.", language=language) == []


def test_the_same_words_are_asked_about_once_in_an_answer(language):
    assert len(noticed("It depends.", "As I said, it depends.", language=language)) == 1
    assert len(noticed("It depends.", (1, "It depends."), language=language)) == 2


def test_several_gaps_of_a_statement_come_in_order_and_verbatim(language):
    said = "Well, you hold it like this, and then you just know."
    found = noticed("You wait.", said, language=language)
    assert [one.reason for one in found] == [POINTING, HARD]
    text = "You wait.\n" + said
    assert [text[one.start_char : one.end_char] for one in found] == [one.text for one in found]


def test_nothing_said_has_no_gaps():
    assert find([], [], []) == []


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        # the clause, without what joins it to another
        ("And so, you just know it, and I stop.", "you just know it"),
        # without fillers
        ("If you, um, go too deep, it splits.", "If you go too deep"),
        # of a long clause what stands around the signal
        (
            "You have to keep the long blade of that old saw in the wet oak long enough with both of your hands on it "
            "and your feet apart",
            "… saw in the wet oak long enough with both of your hands on it and …",
        ),
    ],
)
def test_the_question_repeats_the_clause_as_it_is_read(said, wanted, language):
    (gap,) = noticed(said, language=language)
    assert f"“{wanted}”" in gap.question


def test_our_sentences(language):
    """What is found in our own answers: of those written to measure with, and of those the rules were made on."""
    counts = {"tune": Counter(), "held": Counter()}
    for line in OURS.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        part, reason, answer = line.split("\t")
        wanted = {reason} - {"-"}
        found = {str(one.reason) for one in noticed(*answer.split(" | "), language=language)}
        counts[part] += Counter(right=len(wanted & found), missed=len(wanted - found), false=len(found - wanted))
    for part, least_precision, least_recall in (("tune", 0.95, 0.95), ("held", 0.95, 0.9)):
        of = counts[part]
        assert of["right"] / (of["right"] + of["false"]) >= least_precision, part
        assert of["right"] / (of["right"] + of["missed"]) >= least_recall, part
    assert sum(map(Counter.total, counts.values())) >= 150


def test_every_word_that_shows_a_gap_has_a_hint_in_it():
    """Sentences without a hint are not searched, so a new way to say it wants one."""
    said = [line.split("\t")[2] for line in OURS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    found = [(one, match[0]) for one in SIGNALS for text in said for match in one.words.finditer(text)]
    assert len({one.rule for one, _ in found}) > len(SIGNALS) / 2
    assert [(one.rule, words) for one, words in found if not any(hint in words.lower() for hint in one.hints)] == []
