"""What a person may change on a card, and who is said to have written what."""

from dataclasses import replace
from typing import Any

import pytest
from factories import DONE, DRUM, HOLLOW, PALE, draft, transcript

from models.editing import CardChange, NewCard, changed, parsed
from models.errors import Invalid
from models.values import CardContent, CardKind, Gap, GapReason, Line, Part

CARD = draft("r1", transcript(), HOLLOW, DONE, DRUM).content
ME = "human:u1"


def after(document: dict[str, Any], card: CardContent = CARD) -> CardContent:
    return changed(card, parsed(CardChange, document), by=ME, concepts=["crust"])


def pointers(document: Any, card: CardContent = CARD) -> list[str]:
    with pytest.raises(Invalid) as caught:
        after(document, card)
    return [error.pointer for error in caught.value.errors]


def line(text: str, *evidence: int, **more: Any) -> dict[str, Any]:
    return {"text": text, "evidence": list(evidence), **more}


def test_an_empty_patch_changes_nothing() -> None:
    assert after({}) == CARD


def test_members_that_are_not_sent_stay() -> None:
    assert replace(after({"kind": "warning"}), kind=CARD.kind) == CARD


def test_a_changed_line_is_signed_and_its_neighbours_are_not() -> None:
    lines = after({"judgment": [line(DONE, 1), line("It is done.", 2)]}).judgment
    assert [(each.text, each.by) for each in lines] == [(DONE, "machine"), ("It is done.", ME)]


def test_a_line_that_only_moved_keeps_its_writer() -> None:
    lines = after({"judgment": [line(DRUM, 2), line(DONE, 1)]}).judgment
    assert [each.by for each in lines] == ["machine", "machine"]


def test_a_line_with_other_evidence_is_changed() -> None:
    assert after({"judgment": [line(DONE, 0)]}).judgment[0].by == ME


def test_a_person_may_add_a_word_of_their_own() -> None:
    assert after({"warnings": [line("Mind the steam.")]}).warnings == (Line("Mind the steam.", (), ME),)


def test_echoing_who_wrote_the_line_before_is_no_claim() -> None:
    assert after({"judgment": [line("Done.", 1, by="machine")]}).judgment[0].by == ME


def test_null_empties_a_slot() -> None:
    assert after({"judgment": None}).judgment == ()


def test_another_title_is_signed() -> None:
    assert (after({"title": " The hollow sound "}).title, after({"title": "X"}).title_by) == ("The hollow sound", ME)
    assert after({"title": CARD.title}).title_by == "machine"


@pytest.mark.parametrize(
    ("title", "left"),
    [
        # a title that was offered changes places with the one before
        ("When a loaf is done", ("How it sounds", "Knock first")),
        # one of a person's own leaves the offer as it is
        ("The hollow sound", ("When a loaf is done", "Knock first")),
        # the same title again changes nothing
        ("How it sounds", ("When a loaf is done", "Knock first")),
    ],
)
def test_titles_that_were_not_taken_stay_on_offer(title: str, left: tuple[str, ...]) -> None:
    card = replace(CARD, title="How it sounds", title_choices=("When a loaf is done", "Knock first"))
    assert (after({"title": title}, card).title, after({"title": title}, card).title_choices) == (title, left)


def test_a_cue_keeps_its_sense_when_it_is_sent() -> None:
    cue = after({"cues": [line("It sounds hollow.", 0, modality="heard", threshold=None)]}).cues[0]
    assert (cue.modality, cue.threshold, cue.by) == ("heard", None, ME)


def test_marks_of_a_text_that_was_replaced_go() -> None:
    marked = replace(CARD, judgment=(Line(DONE, (1,), parts=(Part("reason", 22, 46),)),))
    parts = [{"role": "reason", "start": 22, "end": 46}]
    assert after({"judgment": [line("Done.", 1, parts=parts)]}, marked).judgment[0].parts == ()
    assert after({"judgment": [line(DONE, 1, parts=parts)]}, marked) == marked


def test_evidence_that_is_taken_away_is_counted_anew() -> None:
    card = after({"evidence": [{"index": 0}, {"index": 2}], "judgment": [line(DRUM, 2)]})
    assert [(each.index, each.quote) for each in card.evidence] == [(0, HOLLOW), (1, DRUM)]
    assert card.judgment == (Line(DRUM, (1,)),)
    assert card.metaphors[0].evidence == (1,)


def test_a_gap_may_be_reworded_answered_or_dropped() -> None:
    two = replace(CARD, gaps=(*CARD.gaps, Gap("gap-2", "cues", GapReason.POINTING, "Like what?")))
    card = after({"gaps": [{"id": "gap-2", "question": "Which colour?", "answered_by": "r9"}]}, two)
    assert card.gaps == (Gap("gap-2", "cues", GapReason.POINTING, "Which colour?", "r9"),)


def test_concepts_that_exist_may_be_named() -> None:
    assert after({"concepts": ["crust", "loaf", "crust"]}).concepts == ("crust", "loaf")


@pytest.mark.parametrize(
    ("document", "wrong"),
    [
        ({"state": "approved"}, ["/state"]),  # a move, not an edit
        ({"a/b~c": 1}, ["/a~1b~0c"]),
        ({"title": None}, ["/title"]),
        ({"title": "  "}, ["/title"]),
        ({"title": 7}, ["/title"]),
        ({"title": "x" * 301}, ["/title"]),
        ({"kind": "wisdom"}, ["/kind"]),
        ({"cues": "hollow"}, ["/cues"]),
        ({"cues": [{"evidence": [0]}]}, ["/cues/0/text"]),
        ({"cues": [line(" ")]}, ["/cues/0/text"]),
        ({"cues": [line("x", modality="guessed")]}, ["/cues/0/modality"]),
        ({"judgment": [line("x", modality="heard")]}, ["/judgment/0/modality"]),  # only cues have one
        ({"judgment": [line("x", 3)]}, ["/judgment/0/evidence"]),
        ({"judgment": [line("x", -1)]}, ["/judgment/0/evidence/0"]),
        ({"judgment": [{"text": "x", "evidence": ["0"]}]}, ["/judgment/0/evidence/0"]),
        ({"judgment": [{"text": "x", "evidence": [True]}]}, ["/judgment/0/evidence/0"]),
        ({"warnings": [line("Hot!", by="machine")]}, ["/warnings/0/by"]),  # forged
        ({"warnings": [line("Hot!", by="human:u2")]}, ["/warnings/0/by"]),
        ({"judgment": [line("x", parts=[{"role": "reason", "start": 0, "end": 2}])]}, ["/judgment/0/parts"]),
        ({"judgment": [line("x", parts=[{"role": "reason", "start": 1, "end": 1}])]}, ["/judgment/0/parts"]),
        ({"metaphors": [{"expression": "x", "kind": "parable"}]}, ["/metaphors/0/kind"]),
        ({"metaphors": [{"expression": "x", "kind": "simile", "evidence": [9]}]}, ["/metaphors/0/evidence"]),
        ({"concepts": ["dough"]}, ["/concepts/0"]),
        ({"gaps": [{"id": "gap-9", "question": "?"}]}, ["/gaps/0/id"]),
        ({"gaps": [{"id": "gap-1", "slot": "cues"}]}, ["/gaps/0"]),
        ({"evidence": [{"index": 7}]}, ["/evidence", "/cues/0/evidence", "/judgment/0/evidence"]),
        ({"evidence": []}, ["/cues/0/evidence", "/judgment/0/evidence", "/judgment/1/evidence"]),  # lines rest on it
        ({"due_at": "2031-01-31T12:00:00"}, ["/due_at"]),  # no zone
        ({"owner": ""}, ["/owner"]),
    ],
)
def test_what_does_not_fit_is_named(document: dict[str, Any], wrong: list[str]) -> None:
    found = pointers(document)
    assert found[: len(wrong)] == wrong


@pytest.mark.parametrize("document", [None, 7, "x", [], [{"title": "x"}]])
def test_a_patch_that_is_no_object_is_invalid(document: Any) -> None:
    with pytest.raises(Invalid):
        parsed(CardChange, document)


def test_a_new_card_needs_a_title() -> None:
    with pytest.raises(Invalid) as caught:
        parsed(NewCard, {"kind": "warning"})
    assert [error.pointer for error in caught.value.errors] == ["/title"]


def test_a_line_may_rest_on_any_evidence_of_the_card() -> None:
    card = draft("r1", transcript(), HOLLOW, PALE).content
    assert after({"exceptions": [line(PALE, 1, 0, 1)]}, card).exceptions[0].evidence == (1, 0)
    assert card.kind == CardKind.CUE
