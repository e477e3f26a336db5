"""What a card would say if its evidence read differently, or a later run had drafted it."""

from dataclasses import replace

import pytest

from models.rewording import Change, differences, edited, edits, joined, recited, redrafted, texts
from models.values import (
    CardContent,
    CardKind,
    Evidence,
    Gap,
    GapReason,
    Line,
    Metaphor,
    Part,
)

SAID = "Then it is done, um, because the cram has set."
PERSON = "human:7"


@pytest.mark.parametrize(
    ("text", "old", "new", "after"),
    [
        # the word stands in the line: it follows
        ("because the cram has set", SAID, SAID.replace("cram", "crumb"), "because the crumb has set"),
        # it does not: the line stays
        ("Then it is done", SAID, SAID.replace("cram", "crumb"), "Then it is done"),
        # the line leaves a filler out, and still does
        ("it is done because the cram", SAID, SAID.replace("um, ", ""), "it is done because the cram"),
        # a word came in where the line leaves a filler out
        ("it is done because", "it is done, um, because", "it is done, um, only because", "it is done only because"),
        # a word came in at the line's edge: the line does without
        ("it is done", "it is done because", "it is done only because", "it is done"),
        # a word went
        ("it is really done", "it is really done", "it is done", "it is done"),
        # the last word went
        ("it is done now", "it is done now", "it is done", "it is done"),
        # one word became two
        ("press thumb in", "press thumb in", "press the thumbnail in", "press the thumbnail in"),
        # the line's large first letter stays
        ("Cram has set", "the cram has set", "the crumb has set", "Crumb has set"),
        # a name got its large letter
        ("ask jo first", "ask jo first", "ask Jo first", "ask Jo first"),
        # of two that are alike the right one changes
        ("the cram and the cram", "the cram and the cram", "the cram and the crumb", "the cram and the crumb"),
        # only marks differ: the line keeps its own
        ("it is done because", "it is done because", "It is done. Because", "It is done Because"),
        # nothing is left
        ("um", "um it is", "it is", ""),
    ],
)  # fmt: skip
def test_a_text_follows_the_words_that_it_was_made_of(text: str, old: str, new: str, after: str) -> None:
    assert edited(text, edits(text, old, new)) == after


def evidence(index: int, quote: str, start: int = 0, sha256: str = "a", suspect: bool = False) -> Evidence:
    return Evidence(index, "r", sha256, start, start + len(quote), quote, suspect=suspect)


def card(kind: CardKind = CardKind.CUE, **said: object) -> CardContent:
    known: dict[str, object] = {
        "title": "When the cram has set",
        "title_choices": ("The cram", "A loaf"),
        "cues": (Line("it is done because the cram has set", (0,), parts=(Part("reason", 11, 35),), threshold="cram"),),
        "judgment": (Line("it sounds hollow", (1,)),),
        "metaphors": (Metaphor("like cram", "simile", "cram", "loaf", (0,)),),
        "gaps": (Gap("g", "cues", GapReason.HARD_TO_SAY, "What does “the cram has set” look like?"),),
        "evidence": (evidence(0, SAID), evidence(1, "it sounds hollow", 80)),
    }
    return CardContent(kind, **(known | said))  # type: ignore[arg-type]


NOW = {0: evidence(0, SAID.replace("cram", "crumb"), 3, "b")}


def test_everything_that_the_machine_made_of_the_words_follows_them() -> None:
    new = recited(card(), NOW, ())
    cue = new.cues[0]
    assert cue.text == "it is done because the crumb has set"
    assert [cue.text[part.start : part.end] for part in cue.parts] == ["because the crumb has set"]
    assert cue.threshold == "crumb"
    assert (cue.by, cue.evidence) == ("machine", (0,))
    assert new.title == "When the crumb has set"
    assert new.title_choices == ("The crumb", "A loaf")
    assert new.gaps[0].question == "What does “the crumb has set” look like?"
    assert new.evidence == (NOW[0], card().evidence[1])
    assert new.judgment == card().judgment


def test_what_a_person_wrote_stays() -> None:
    line = Line("the cram is set, I say", (0,), PERSON)
    figure = Metaphor("as cram", "simile", "cram", "loaf", (0,), PERSON)
    old = card(title="The cram, mine", title_by=PERSON, cues=(line,), metaphors=(figure,))
    new = recited(old, NOW, ())
    assert (new.title, new.cues, new.metaphors) == (old.title, old.cues, old.metaphors)
    assert new.evidence[0] == NOW[0]


def test_without_its_evidence_a_line_of_the_machine_goes_and_a_persons_stays() -> None:
    old = card(judgment=(Line("it sounds hollow", (1,)), Line("hollow, as a drum", (1,), PERSON)))
    new = recited(old, {}, {1})
    assert new.judgment == (Line("hollow, as a drum", (), PERSON),)
    assert new.evidence == old.evidence[:1]


def test_a_line_of_which_no_word_is_left_goes() -> None:
    old = card(cues=(Line("um", (0,)),))
    assert recited(old, {0: evidence(0, SAID.replace(" um,", ""))}, ()).cues == ()


DRAFTED = card(
    title="When it has set",
    cues=(Line("it is done because the cram has set", (0,)), Line("it sounds hollow", (1,))),
    judgment=(),
)


def test_of_a_card_that_nobody_touched_all_is_drafted_anew() -> None:
    assert redrafted(card(), DRAFTED, card()) == DRAFTED


def test_answered_gaps_stay_answered() -> None:
    answered = card(gaps=(replace(card().gaps[0], answered_by="r2"),))
    assert redrafted(answered, DRAFTED, card()).gaps[0].answered_by == "r2"


def test_what_a_person_wrote_or_took_out_outlives_a_later_draft() -> None:
    mine = Line("done when set", (0,), PERSON)
    current = card(title="Mine", title_by=PERSON, kind=CardKind.JUDGMENT, cues=(mine,), judgment=())
    drafted = replace(DRAFTED, judgment=(Line("it sounds hollow", (1,)),))
    new = redrafted(current, drafted, card())
    assert (new.title, new.title_by, new.kind) == ("Mine", PERSON, CardKind.JUDGMENT)
    assert texts(new)["cues"] == (
        "done when set",
        "it sounds hollow",
    )  # the machine's other line rests on those words
    assert new.judgment == ()  # taken out before
    assert [new.evidence[index].quote for index in new.cues[0].evidence] == [SAID]
    assert [one.index for one in new.evidence] == list(range(len(new.evidence)))


def test_differences_are_told_line_by_line() -> None:
    assert differences(card(), recited(card(), NOW, ())) == [
        Change("title", "When the cram has set", "When the crumb has set"),
        Change("cues", "it is done because the cram has set", "it is done because the crumb has set"),
        Change("metaphors", "like cram", "like crumb"),
        Change("evidence", SAID, NOW[0].quote),
    ]
    assert differences(card(), card()) == []
    assert differences(card(judgment=()), card())[0] == Change("judgment", None, "it sounds hollow")


def other(**said: object) -> CardContent:
    """What somebody else says of the same thing."""
    known: dict[str, object] = {
        "title": "A dull loaf",
        "cues": (Line("It sounds hollow", (0,)),),
        "judgment": (Line("It sounds hollow", (0,)), Line("a dull one stays in", (1,))),
        "metaphors": (Metaphor("LIKE CRAM", "simile", None, None, (0,)), Metaphor("as a bell", "simile", "", "", (2,))),
        "evidence": tuple(
            replace(evidence(index, f"other words {index}"), recording_id="theirs", start_char=index * 20)
            for index in range(4)
        ),
    }
    return CardContent(CardKind.CUE, **(known | said))  # type: ignore[arg-type]


def test_what_somebody_else_says_is_added_on_its_own_evidence() -> None:
    both = joined(card(), other())
    assert [(line.text, line.evidence) for line in both.cues] == [
        ("it is done because the cram has set", (0,)),
        ("It sounds hollow", (2,)),
    ]
    assert [(line.text, line.evidence) for line in both.judgment] == [
        ("it sounds hollow", (1, 2)),  # the same letters: once, on the evidence of both
        ("a dull one stays in", (3,)),
    ]
    assert [(one.expression, one.evidence) for one in both.metaphors] == [("like cram", (0,)), ("as a bell", (4,))]
    assert [one.index for one in both.evidence] == [0, 1, 2, 3, 4]
    assert [one.quote for one in both.evidence[2:]] == ["other words 0", "other words 1", "other words 2"]
    assert (both.title, both.kind) == (card().title, card().kind)


def test_a_card_without_lines_adds_what_was_said() -> None:
    both = joined(card(), other(cues=(), judgment=(), metaphors=()))
    assert texts(both) == texts(card())
    assert len(both.evidence) == 2 + 4


def test_what_both_cards_cite_is_cited_once() -> None:
    assert joined(card(), card()) == card()


@pytest.mark.parametrize(
    ("gap", "answer"),
    [
        # an empty slot that is filled now is answered
        (Gap("g", "action", GapReason.EMPTY_SLOT, "?"), "theirs"),
        # one that is still empty is not
        (Gap("g", "warnings", GapReason.EMPTY_SLOT, "?"), None),
        # what is hard to say is so still, whatever others say
        (Gap("g", "action", GapReason.HARD_TO_SAY, "?"), None),
        # an answer that was given stays
        (Gap("g", "action", GapReason.EMPTY_SLOT, "?", "before"), "before"),
    ],
)
def test_a_question_about_a_slot_that_others_fill_is_answered_by_them(gap: Gap, answer: str | None) -> None:
    both = joined(card(gaps=(gap,)), other(action=(Line("I wait", (0,)),)))
    assert both.gaps[0].answered_by == answer
