"""What a language model is told of drafts, and what becomes of its answers."""

from dataclasses import replace
from typing import Any

import pytest
from spacy.language import Language

from models.errors import Unanswered
from models.values import (
    CardContent,
    CardKind,
    Draft,
    Evidence,
    Line,
    ModelStamp,
    Passage,
    Redaction,
    RedactionState,
    SpeakerRole,
    Transcript,
    Turn,
)
from pipeline.faithful import reworded
from pipeline.rewriting import Wording, propose

TEXT = "So, um, if the dough pulls back, you, you stop folding it, because otherwise it tears."
TRANSCRIPT = Transcript(TEXT, (Turn("Ada", SpeakerRole.EXPERT, 0, len(TEXT)),))
EVIDENCE = Evidence(0, "r", TRANSCRIPT.sha256, 0, len(TEXT), TEXT)
LINE = Line("So, if the dough pulls back, you, you stop folding it, because otherwise it tears.", (0,))
SMOOTH = "If the dough pulls back, stop folding it, because otherwise it tears."
CONTENT = CardContent(
    CardKind.CONDITION, "You stop folding it", ("Dough pulls back", "It tears"), action=(LINE,), evidence=(EVIDENCE,)
)
DRAFT = Draft(CONTENT, Passage((0,), 0, len(TEXT), TEXT), rank=1.0, first=True)


class Scripted:
    """A language model whose answers stand in a list; None: it gives none."""

    name = "scripted"

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked = list[str]()

    def answer(self, instruction: str, question: str) -> dict[str, Any]:
        self.asked.append(question)
        said: dict[str, Any] | None = self.answers.pop(0)
        if said is None:
            raise Unanswered("it sleeps")
        return said


def test_title_and_lines_are_worded_and_signed_and_the_evidence_stays(language: Language) -> None:
    model = Scripted({"title": "Stop folding if the dough pulls back.", "lines": [f" {SMOOTH}\n"]})
    found = propose([DRAFT], TRANSCRIPT, model)
    (draft,) = reworded([DRAFT], found.wordings, language, name=model.name)
    (line,) = draft.content.action
    assert (line.text, line.by, line.evidence) == (SMOOTH, "llm:scripted", (0,))
    assert [(part.role, SMOOTH[part.start : part.end]) for part in line.parts] == [
        ("condition", "If the dough pulls back"),
        ("reason", "because otherwise it tears"),
    ]
    assert draft.content.title == CONTENT.title  # "if" stands before "stop" in what was said
    assert draft.content.evidence == CONTENT.evidence
    assert draft.content.models == (ModelStamp("reword", "scripted", ""),)
    assert TEXT in model.asked[0]


def test_a_title_that_is_taken_leaves_the_experts_as_the_first_choice(language: Language) -> None:
    (draft,) = reworded([DRAFT], [Wording("If the dough pulls back, stop folding", (None,))], language, name="m")
    assert (draft.content.title, draft.content.title_by) == ("If the dough pulls back, stop folding", "llm:m")
    assert draft.content.title_choices == ("You stop folding it", "Dough pulls back")
    assert draft.content.action == CONTENT.action


ANSWERS = [
    {"title": "Stop", "lines": []},  # other lines than were asked for
    {"title": "Stop"},  # none
    {"lines": "If"},  # no list
]


@pytest.mark.parametrize("said", ANSWERS)
def test_an_answer_of_another_shape_is_none(said: Any) -> None:
    found = propose([DRAFT], TRANSCRIPT, Scripted(said))
    assert found.wordings == (None,)
    assert "1 lines were asked for" in found.warnings[0]


@pytest.mark.parametrize("text", [None, 3, "", "  ", "a\x00b", ["If"]])
def test_what_is_no_text_changes_nothing(text: Any, language: Language) -> None:
    found = propose([DRAFT], TRANSCRIPT, Scripted({"title": text, "lines": [text]}))
    assert reworded([DRAFT], found.wordings, language, name="m") == [DRAFT]


def test_after_two_failures_in_a_row_it_is_left_alone() -> None:
    model = Scripted(None, {"title": None, "lines": [SMOOTH]}, None, None)
    found = propose([DRAFT] * 6, TRANSCRIPT, model)
    assert len(model.asked) == 4
    assert [one is not None for one in found.wordings] == [False, True, False, False, False, False]
    assert "it sleeps" in found.warnings[0]


def test_nothing_is_told_of_words_that_lead_to_a_person() -> None:
    for state, told in ((RedactionState.PROPOSED, 0), (RedactionState.ACCEPTED, 0), (RedactionState.REJECTED, 1)):
        model = Scripted({"title": None, "lines": [SMOOTH]})
        propose([DRAFT], replace(TRANSCRIPT, redactions=(Redaction(8, 11, "person", state),)), model)
        assert len(model.asked) == told, state


def test_only_drafts_that_are_offered_first_are_asked_about_and_none_once_it_is_stopped() -> None:
    model = Scripted({"title": None, "lines": [SMOOTH]})
    propose([replace(DRAFT, first=False), DRAFT], TRANSCRIPT, model)
    assert len(model.asked) == 1
    propose([DRAFT], TRANSCRIPT, model, stopped=lambda: True)
    assert len(model.asked) == 1
