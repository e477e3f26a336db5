"""Corrected words and later runs touch the cards that rest on them, as proposals, and no others."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from factories import ADMIN, DONE, DRUM, HOLLOW, MANAGER, PALE, READER, TOLD, carded, draft, recorded, transcript
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import drafts, library, proposals, review
from models.access import ALL_SCOPES, Agreement, Scope
from models.cards import etag
from models.consent import put_consent, withdraw
from models.contents import content_of
from models.db import Database
from models.errors import Conflict, Forbidden, NotAllowed, NotFound, Stale
from models.identity import homes
from models.proposing import propose, propose_drafts
from models.tables import Card, CardState, Proposal, ProposalKind, ProposalState, Recording
from models.transcripts import add_transcript, latest_transcript
from models.values import MACHINE, Line, SpeakerRole, Transcript

WRONG = TOLD.replace("crumb", "cram")
CRAM = DONE.replace("crumb", "cram")


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


def heard(session: Session, recording: Recording, said: Transcript) -> list[Proposal]:
    """A new revision of the recording's transcript, and what comes of it."""
    add_transcript(session, recording.id, said, MACHINE)
    return propose(session, recording.id)


def shown(session: Session, card: Card) -> str:
    return etag(library.view(session, MANAGER, card))


def waiting(session: Session, card: Card) -> list[Proposal]:
    return proposals.proposals_of(session, MANAGER, card, state=ProposalState.OPEN)


def approve(session: Session, card: Card) -> Card:
    review.move(session, card, CardState.APPROVED, by=ADMIN, seen=None)
    return card


def test_a_corrected_word_is_proposed_for_the_card_that_rests_on_it_and_no_other(session: Session) -> None:
    recording = recorded(session, said=transcript(WRONG))
    wrong, right = carded(session, recording, CRAM), carded(session, recording, HOLLOW)
    other = carded(session, recorded(session, sha256="b" * 64), DONE)
    before = [shown(session, card) for card in (right, other)]

    (made,) = heard(session, recording, transcript(TOLD))

    assert (made.card_id, made.kind, made.base_revision) == (wrong.id, ProposalKind.WORDING, 1)
    assert made.why == "The transcript reads differently now: “cram” reads “crumb”."
    new = proposals.content_as_proposed(made)
    assert [line.text for line in new.cues] == [DONE]
    assert new.cues[0].by == MACHINE
    newest = transcript(TOLD)
    assert [new.evidence[0].quote, new.evidence[0].transcript_sha256] == [DONE, newest.sha256]
    assert newest.text[new.evidence[0].start_char : new.evidence[0].end_char] == DONE
    assert [shown(session, card) for card in (right, other)] == before
    assert (wrong.revision, wrong.state) == (1, CardState.DRAFT)


def test_the_same_revision_again_proposes_nothing_again(session: Session) -> None:
    recording = recorded(session, said=transcript(WRONG))
    carded(session, recording, CRAM)
    (made,) = heard(session, recording, transcript(TOLD))
    assert propose(session, recording.id) == []
    assert session.scalars(select(Proposal.id)).all() == [made.id]


def test_a_newer_correction_takes_the_place_of_an_older_one(session: Session) -> None:
    recording = recorded(session, said=transcript(WRONG))
    card = carded(session, recording, CRAM)
    (first,) = heard(session, recording, transcript(TOLD.replace("crumb", "crump")))
    old_id = first.id
    (second,) = heard(session, recording, transcript(TOLD))
    assert waiting(session, card) == [second]
    with pytest.raises(NotFound, match="no proposal"):
        proposals.accept(session, card, old_id, by=MANAGER, seen=None)


def test_a_correction_taken_back_takes_the_proposal_along(session: Session) -> None:
    recording = recorded(session, said=transcript(WRONG))
    card = carded(session, recording, CRAM)
    heard(session, recording, transcript(TOLD))
    assert heard(session, recording, transcript(WRONG)) == []
    assert waiting(session, card) == []


def test_an_approved_card_is_served_as_it_is_until_somebody_accepts_and_approves(session: Session) -> None:
    recording = recorded(session, said=transcript(WRONG))
    card = approve(session, carded(session, recording, CRAM))
    (made,) = heard(session, recording, transcript(TOLD))

    def served() -> tuple[str, bool]:
        view = library.view(session, READER, card)
        return view.content.cues[0].text, view.marks[0].verified

    assert served() == (CRAM, True)
    revision = proposals.accept(session, card, made.id, by=MANAGER, seen=card.version)
    assert (card.state, card.revision, revision.by) == (CardState.DRAFT, 2, MANAGER.signature)
    assert (made.state, made.by) == (ProposalState.ACCEPTED, MANAGER.signature)
    assert [(event.type, event.by, event.revision) for event in card.events[-1:]] == [("revised", MANAGER.signature, 2)]
    assert served() == (CRAM, True)
    assert library.view(session, MANAGER, card).marks[0].verified
    approve(session, card)
    assert served() == (DONE, True)
    with pytest.raises(Conflict, match="accepted"):
        proposals.accept(session, card, made.id, by=MANAGER, seen=None)


def test_what_was_rejected_is_kept_as_it_was_and_not_proposed_again(session: Session) -> None:
    recording = recorded(session, said=transcript(WRONG))
    card = carded(session, recording, CRAM)
    before = shown(session, card)
    (made,) = heard(session, recording, transcript(TOLD))
    touched = shown(session, card)  # its quote reads differently now
    proposals.reject(session, card, made.id, by=MANAGER)
    assert shown(session, card) == touched != before
    assert (made.state, made.by) == (ProposalState.REJECTED, MANAGER.signature)
    assert propose(session, recording.id) == []
    moved = transcript(TOLD.replace("Then", "Well. Then"))  # the same words, elsewhere
    assert heard(session, recording, moved) == []
    (other,) = heard(session, recording, transcript(TOLD.replace("crumb", "crust")))
    assert waiting(session, card) == [other]


def test_a_line_that_a_person_wrote_stays_and_its_evidence_is_cited_anew(session: Session) -> None:
    recording = recorded(session, said=transcript(WRONG))
    card = carded(session, recording, CRAM)
    cue = {"text": "the cram has set, I say", "evidence": [0]}
    review.edit(session, card, {"cues": [cue], "title": "My cram"}, by=ADMIN, seen=None)
    (made,) = heard(session, recording, transcript(TOLD))
    new = proposals.content_as_proposed(made)
    assert new.cues == (Line("the cram has set, I say", (0,), ADMIN.signature),)
    assert (new.title, new.title_by) == ("My cram", ADMIN.signature)
    assert new.evidence[0].quote == DONE


def test_a_card_that_was_edited_meanwhile_gets_its_proposal_anew(session: Session) -> None:
    recording = recorded(session, said=transcript(WRONG))
    card = carded(session, recording, CRAM, HOLLOW)
    (old,) = heard(session, recording, transcript(TOLD))
    old_id = old.id
    review.edit(session, card, {"title": "Mine"}, by=ADMIN, seen=None)
    (new,) = waiting(session, card)
    assert (new.base_revision, new.id != old_id) == (2, True)
    proposals.accept(session, card, new.id, by=MANAGER, seen=None)
    content = content_of(session, card)
    assert (content.title, content.cues[0].text) == ("Mine", DONE)


def test_who_saw_an_older_version_accepts_nothing(session: Session) -> None:
    recording = recorded(session, said=transcript(WRONG))
    card = carded(session, recording, CRAM)
    (made,) = heard(session, recording, transcript(TOLD))
    seen = card.version
    review.move(session, card, CardState.IN_REVIEW, by=ADMIN, seen=None)
    with pytest.raises(Stale):
        proposals.accept(session, card, made.id, by=MANAGER, seen=seen)


def test_only_who_may_edit_the_card_decides(session: Session) -> None:
    recording = recorded(session, said=transcript(WRONG))
    card = approve(session, carded(session, recording, CRAM))
    (made,) = heard(session, recording, transcript(TOLD))
    for decide in (lambda: proposals.accept(session, card, made.id, by=READER, seen=None),
                   lambda: proposals.reject(session, card, made.id, by=READER)):  # fmt: skip
        with pytest.raises(Forbidden):
            decide()


@pytest.mark.parametrize("to", [CardState.REJECTED, CardState.RETIRED])
def test_a_card_that_is_out_of_use_is_not_proposed_for(session: Session, to: CardState) -> None:
    recording = recorded(session, said=transcript(WRONG))
    card = carded(session, recording, CRAM)
    if to == CardState.RETIRED:
        approve(session, card)
    (made,) = heard(session, recording, transcript(TOLD))
    review.move(session, card, to, by=ADMIN, seen=None)
    assert waiting(session, card) == []
    with pytest.raises((Conflict, NotAllowed)):
        proposals.accept(session, card, made.id, by=MANAGER, seen=None)
    assert heard(session, recording, transcript(TOLD.replace("crumb", "crust"))) == []


def asked_instead() -> Transcript:
    """The whole answer as the interviewer's."""
    said = transcript(TOLD)
    return replace(said, turns=tuple(replace(turn, role=SpeakerRole.INTERVIEWER) for turn in said.turns))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (asked_instead(), "interviewer"),
        # the sentence went
        (transcript(TOLD.replace(HOLLOW, "")), "not in the transcript any more"),
        # quite other words were heard in its place
        (transcript(TOLD.replace(HOLLOW, "Eggs, flour, my aunt's cupboard, six weeks.")), "not in the transcript"),
    ],
)  # fmt: skip
def test_a_card_whose_words_are_not_the_experts_any_more_is_proposed_without_them(
    session: Session, said: Transcript, why: str
) -> None:
    recording = recorded(session)
    card = carded(session, recording, HOLLOW, PALE)
    (made,) = heard(session, recording, said)
    assert made.kind == ProposalKind.UNSUPPORTED
    assert why in made.why
    left = proposals.content_as_proposed(made)
    assert HOLLOW not in [line.text for line in (*left.cues, *left.judgment)]
    assert ("Nothing else carries the card" in made.why) == (not left.judgment)
    assert card.revision == 1


def test_words_that_somebody_has_listened_to_are_proposed_without_their_doubt(session: Session) -> None:
    recording = recorded(session, said=transcript(suspect=DONE))
    card = carded(session, recording, DONE)
    content = content_of(session, card)
    card.revisions[0].content["evidence"][0]["suspect"] = True  # the factory's evidence is never in doubt
    card.revisions[0].content = dict(card.revisions[0].content)
    session.flush()
    assert content_of(session, card) != content
    (made,) = heard(session, recording, transcript())
    assert "listened" in made.why
    assert not proposals.content_as_proposed(made).evidence[0].suspect


# Later runs


def redraft(recording: Recording, said: Transcript, *quotes: str) -> drafts.Draft:
    return draft(recording.id, said, *quotes)


def gather(session: Session, recording: Recording, *new: drafts.Draft) -> list[Card]:
    """What a later run does with its drafts."""
    propose_drafts(session, recording.id, new)
    return drafts.add_drafts(session, recording.id, new, vectors=np.full((len(new), 4), 0.5, np.float32))


@pytest.mark.parametrize(
    ("told", "quotes"),
    [
        (TOLD, (CRAM.replace("cram", "crumb"),)),  # a word was corrected
        (f"Well. So. {TOLD}", (DONE,)),  # it moved, and a word was corrected
        (TOLD, (HOLLOW, DONE)),  # the later run takes a longer passage
    ],
)
def test_a_passage_that_was_mined_again_is_the_card_that_it_was(
    session: Session, told: str, quotes: tuple[str, ...]
) -> None:
    recording = recorded(session, said=transcript(WRONG))
    card = carded(session, recording, CRAM)
    said = transcript(told)
    heard(session, recording, said)
    assert gather(session, recording, redraft(recording, said, *quotes)) == [card]
    assert session.scalar(select(func.count()).select_from(Card)) == 1


def test_a_passage_that_no_card_covers_becomes_one(session: Session) -> None:
    recording = recorded(session, said=transcript(WRONG))
    card = carded(session, recording, CRAM)
    heard(session, recording, said := transcript(TOLD))
    made = gather(session, recording, redraft(recording, said, DONE), redraft(recording, said, DRUM))
    assert made[0] == card
    assert made[1] != card
    assert made[1].state == CardState.DRAFT
    assert [event.note for event in made[0].events] == [None]
    assert [event.reason for event in made[1].events] == [drafts.FOUND_LATER]


def test_words_that_another_model_heard_differently_are_known_by_their_seconds(session: Session) -> None:
    recording = recorded(session, said=transcript(WRONG))
    card = carded(session, recording, CRAM)
    said = transcript("Not one of these words was there before, and nobody knows which is which of them.")
    heard(session, recording, said)
    later, sooner = redraft(recording, said, "nobody knows which"), redraft(recording, said, "Not one of these")
    assert list(homes(session, recording.id, [later, sooner]).values()) == [card.id]
    assert homes(session, recording.id, [sooner]) == {}


def test_a_passage_that_people_rejected_does_not_come_back(session: Session) -> None:
    recording = recorded(session, said=transcript(WRONG))
    card = carded(session, recording, CRAM)
    review.move(session, card, CardState.REJECTED, by=ADMIN, seen=None)
    heard(session, recording, said := transcript(TOLD))
    assert gather(session, recording, redraft(recording, said, DONE)) == [card]
    assert (card.state, card.revision) == (CardState.REJECTED, 1)


def test_what_a_later_run_would_draft_otherwise_is_proposed_once(session: Session) -> None:
    recording = recorded(session)
    card = carded(session, recording, HOLLOW)
    said = transcript()
    later = redraft(recording, said, HOLLOW, DONE)
    before = shown(session, card)
    gather(session, recording, later)
    (made,) = waiting(session, card)
    assert made.kind == ProposalKind.CONTENT
    assert shown(session, card) == before
    gather(session, recording, later)
    assert waiting(session, card) == [made]
    proposals.accept(session, card, made.id, by=MANAGER, seen=None)
    assert [line.text for line in content_of(session, card).judgment] == [DONE]
    review.edit(session, card, {"judgment": []}, by=ADMIN, seen=None)
    gather(session, recording, later)
    assert waiting(session, card) == []  # it was accepted, and then a person took it out


def test_a_later_run_that_drafts_the_same_proposes_nothing_even_for_an_edited_card(session: Session) -> None:
    recording = recorded(session)
    card = carded(session, recording, HOLLOW, DONE)
    review.edit(session, card, {"judgment": [], "title": "Mine"}, by=ADMIN, seen=None)
    gather(session, recording, redraft(recording, transcript(), HOLLOW, DONE))
    assert waiting(session, card) == []


def test_a_later_draft_leaves_a_persons_lines_and_title(session: Session) -> None:
    recording = recorded(session)
    card = carded(session, recording, HOLLOW)
    cue = {"text": "like a drum, to me", "evidence": [0]}
    review.edit(session, card, {"cues": [cue], "title": "Mine"}, by=ADMIN, seen=None)
    gather(session, recording, redraft(recording, transcript(), HOLLOW, DONE))
    (made,) = waiting(session, card)
    new = proposals.content_as_proposed(made)
    assert (new.title, [line.text for line in new.cues]) == ("Mine", ["like a drum, to me"])
    assert [line.text for line in new.judgment] == [DONE]


# Consent


def test_a_withdrawal_takes_proposals_with_its_words_along(session: Session) -> None:
    recording, other = recorded(session, said=transcript(WRONG)), recorded(session, sha256="b" * 64)
    card = carded(session, recording, CRAM)
    kept = carded(session, other, DONE)
    heard(session, recording, transcript(TOLD))
    heard(session, other, transcript(WRONG))
    withdraw(session, recording, by=MANAGER)
    assert [row.card_id for row in session.scalars(select(Proposal))] == [kept.id]
    assert card.state == CardState.RETIRED


def test_who_may_not_be_quoted_any_more_is_not_in_proposals_either(session: Session) -> None:
    recording = recorded(session, said=transcript(WRONG))
    carded(session, recording, CRAM)
    heard(session, recording, transcript(TOLD))
    expert = recording.consents[0].expert_id
    put_consent(session, recording, [Agreement(expert, (Scope.MINE,))], by=MANAGER)
    assert session.scalars(select(Proposal)).all() == []


def test_an_accepted_card_lists_under_its_proposals_and_the_mark_goes(session: Session) -> None:
    recording = recorded(session, said=transcript(WRONG), scopes=ALL_SCOPES)
    card, other = carded(session, recording, CRAM), carded(session, recording, HOLLOW)
    (made,) = heard(session, recording, transcript(TOLD))
    wanted = library.CardFilter(proposed=True)
    assert [view.id for view in library.list_cards(session, MANAGER, wanted).items] == [card.id]
    wanted = library.CardFilter(proposed=False)
    assert [view.id for view in library.list_cards(session, MANAGER, wanted).items] == [other.id]
    proposals.accept(session, card, made.id, by=MANAGER, seen=None)
    assert library.list_cards(session, MANAGER, library.CardFilter(proposed=True)).items == ()
    assert latest_transcript(session, recording.id) is not None
