"""What other interviews mean for a card: more evidence, or a contradiction; proposed, and decided by people."""

import threading
from collections.abc import Iterator

import pytest
from factories import ADMIN, DONE, HOLLOW, MANAGER, PALE, READER, carded, expert_caller, recorded, transcript
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import feed, library, proposals, review
from models.access import ALL_SCOPES, UNSAID_SCOPES, Agreement, Scope
from models.cards import etag
from models.consent import put_consent, withdraw
from models.contents import content_of
from models.db import Database
from models.drafts import NewLink
from models.echoes import propose_answers, propose_links
from models.errors import Conflict, NotFound, TacitError
from models.tables import Card, CardLink, CardRevision, CardState, Proposal, ProposalKind, ProposalState, Recording
from models.values import GapReason, Stance

TAP = "I tap on it below, and a dull sound means ten minutes more."


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


def bo(session: Session, **fields: object) -> Recording:
    """Another interview, of another expert."""
    known = {"title": "Bo on bread", "sha256": "b" * 64, "expert": "Bo", "said": transcript(f"{TAP} {PALE}")}
    return recorded(session, **(known | fields))  # type: ignore[arg-type]


def linked(session: Session, card: Card, to: Card, kind: str = "same_as", score: float = 0.8) -> list[Proposal]:
    """What gathering does with a link."""
    card.links.append(CardLink(to_id=to.id, kind=kind, score=score, by="machine"))
    session.flush()
    return propose_links(session, [NewLink(card.id, to.id, kind, score)])


def approve(session: Session, card: Card) -> Card:
    review.move(session, card, CardState.APPROVED, by=ADMIN, seen=None)
    return card


def waiting(session: Session, card: Card) -> list[Proposal]:
    return proposals.proposals_of(session, MANAGER, card, state=ProposalState.OPEN)


def stances(session: Session, card: Card, caller: object = MANAGER) -> dict[str, str]:
    view = library.view(session, caller, card)  # type: ignore[arg-type]
    return {expert.name: expert.stance for expert in view.experts}


# More evidence


def test_an_approved_card_that_somebody_else_confirms_rests_on_both_once_accepted(session: Session) -> None:
    card = approve(session, carded(session, recorded(session), HOLLOW))
    before = etag(library.view(session, MANAGER, card))
    other = carded(session, bo(session), TAP, PALE)
    (made,) = linked(session, other, card)
    assert (made.kind, made.card_id, made.other_id) == (ProposalKind.EVIDENCE, card.id, other.id)
    assert made.why == "Bo says about the same in “Bo on bread”."
    assert etag(library.view(session, MANAGER, card)) == before

    proposals.accept(session, card, made.id, by=MANAGER, seen=card.version)

    content = content_of(session, card)
    assert [line.text for line in content.cues] == [HOLLOW, TAP]
    assert [line.text for line in content.judgment] == [PALE]
    assert content.title == HOLLOW.rstrip(".")
    view = library.view(session, MANAGER, card)
    assert all(mark.verified for mark in view.marks)
    assert stances(session, card) == {"Ada Quill": "supports", "Bo": "supports"}
    assert [line.text for line in library.view(session, READER, card).content.cues] == [HOLLOW]
    assert (other.state, other.superseded_by) == (CardState.REJECTED, card.id)
    assert other.events[-1].reason == "duplicate"
    approve(session, card)
    assert stances(session, card, READER) == {"Ada Quill": "supports", "Bo": "supports"}


def test_a_card_that_is_approved_itself_stays_so_when_it_becomes_evidence(session: Session) -> None:
    card = approve(session, carded(session, recorded(session), HOLLOW))
    other = approve(session, carded(session, bo(session), TAP))
    (made,) = linked(session, other, card)
    proposals.accept(session, card, made.id, by=MANAGER, seen=None)
    assert (other.state, other.superseded_by) == (CardState.APPROVED, None)
    assert [(link.kind, link.by) for link in other.links] == [("same_as", MANAGER.signature)]


def test_evidence_goes_to_one_card_an_approved_one_first(session: Session) -> None:
    recording = recorded(session)
    near, approved = carded(session, recording, HOLLOW), approve(session, carded(session, recording, DONE))
    other = carded(session, bo(session), TAP)
    third = carded(session, recorded(session, sha256="c" * 64, expert="Cy"), PALE)
    links = [
        NewLink(other.id, near.id, "same_as", 0.9),
        NewLink(other.id, approved.id, "same_as", 0.8),
        NewLink(third.id, near.id, "related", 0.6),  # to the same card, and proposes nothing
        NewLink(third.id, approved.id, "refines", 0.7),
    ]
    made = propose_links(session, links)
    assert {(each.card_id, each.other_id) for each in made} == {(approved.id, other.id), (approved.id, third.id)}


def test_what_said_the_same_is_meant_where_it_goes_on(session: Session) -> None:
    card = approve(session, carded(session, recorded(session), HOLLOW))
    double = carded(session, bo(session), TAP)
    (made,) = linked(session, double, card)
    proposals.accept(session, card, made.id, by=MANAGER, seen=None)
    third = carded(session, bo(session, sha256="c" * 64, expert="Cy", title="Cy too"), TAP)
    (again,) = linked(session, third, double)
    assert again.card_id == card.id


def test_evidence_turns_to_the_card_that_is_approved(session: Session) -> None:
    card = carded(session, recorded(session), HOLLOW)
    other = carded(session, bo(session), TAP)
    linked(session, other, card)
    approve(session, other)
    assert waiting(session, card) == []
    (made,) = waiting(session, other)
    assert (made.kind, made.other_id) == (ProposalKind.EVIDENCE, card.id)
    assert "Ada Quill says" in made.why


@pytest.mark.parametrize("decide", [proposals.reject, proposals.accept])
def test_what_was_decided_of_two_cards_is_not_proposed_again(session: Session, decide: object) -> None:
    card = approve(session, carded(session, recorded(session), HOLLOW))
    other = carded(session, bo(session), TAP)
    (made,) = linked(session, other, card)
    if decide is proposals.reject:
        proposals.reject(session, card, made.id, by=MANAGER)
        assert [(link.kind, link.by) for link in other.links] == [("related", MANAGER.signature)]
    else:
        proposals.accept(session, card, made.id, by=MANAGER, seen=None)
        review.edit(session, card, {"judgment": []}, by=ADMIN, seen=None)
    assert propose_links(session, [NewLink(other.id, card.id, "same_as", 0.8)]) == []
    assert waiting(session, card) == []


def test_what_a_person_wrote_stays_when_evidence_is_added(session: Session) -> None:
    card = carded(session, recorded(session), HOLLOW)
    cue = {"text": "hollow, I say", "evidence": [0]}
    review.edit(session, card, {"cues": [cue], "title": "Mine"}, by=ADMIN, seen=None)
    approve(session, card)
    (made,) = linked(session, carded(session, bo(session), TAP), card)
    new = proposals.content_as_proposed(made)
    assert (new.title, new.title_by) == ("Mine", ADMIN.signature)
    assert [(line.text, line.by) for line in new.cues] == [("hollow, I say", ADMIN.signature), (TAP, "machine")]


def test_an_edit_of_either_card_makes_the_proposal_anew(session: Session) -> None:
    card = approve(session, carded(session, recorded(session), HOLLOW))
    other = carded(session, bo(session), TAP)
    linked(session, other, card)
    review.edit(session, card, {"title": "Mine"}, by=ADMIN, seen=None)
    (made,) = waiting(session, card)
    assert (made.base_revision, proposals.content_as_proposed(made).title) == (2, "Mine")
    review.edit(session, other, {"cues": [{"text": "a dull sound", "evidence": [0]}]}, by=ADMIN, seen=None)
    (made,) = waiting(session, card)
    assert [line.text for line in proposals.content_as_proposed(made).cues] == [HOLLOW, "a dull sound"]


@pytest.mark.parametrize(
    ("reason", "left"),
    [
        ("wrong", 0),  # what is wrong is no evidence
        ("duplicate", 1),  # a person saw that it says the same
    ],
)
def test_a_rejected_card_is_evidence_only_as_a_double(session: Session, reason: str, left: int) -> None:
    card = approve(session, carded(session, recorded(session), HOLLOW))
    other = carded(session, bo(session), TAP)
    (made,) = linked(session, other, card)
    review.move(session, other, CardState.REJECTED, by=ADMIN, seen=None, reason=reason)
    assert len(waiting(session, card)) == left
    assert len(library.list_cards(session, MANAGER, library.CardFilter(proposed=True)).items) == left
    if not left:
        with pytest.raises(NotFound):
            proposals.accept(session, card, made.id, by=MANAGER, seen=None)


def test_a_question_about_an_empty_slot_is_answered_and_open_again_after_a_withdrawal(session: Session) -> None:
    card = carded(session, recorded(session), HOLLOW)
    revision = session.get_one(CardRevision, (card.id, 1))
    gap = {"id": "g", "slot": "judgment", "reason": GapReason.EMPTY_SLOT, "question": "And then?", "answered_by": None}
    revision.content = {**revision.content, "gaps": [gap]}
    approve(session, card)
    recording = bo(session)
    (made,) = linked(session, carded(session, recording, TAP, PALE), card)
    proposals.accept(session, card, made.id, by=MANAGER, seen=None)
    assert content_of(session, card).gaps[0].answered_by == recording.id
    withdraw(session, recording, by=MANAGER)
    left = content_of(session, card)
    assert left.gaps[0].answered_by is None
    assert [line.text for line in left.cues] == [HOLLOW]
    assert session.scalar(select(func.count()).select_from(Proposal)) == 0


def test_a_withdrawal_takes_open_proposals_of_either_interview_along(session: Session) -> None:
    first, second = recorded(session), bo(session)
    card, other = carded(session, first, HOLLOW, DONE), carded(session, second, TAP)
    linked(session, other, card)
    linked(session, carded(session, second, PALE), card, "contradicts")
    assert len(waiting(session, card)) == 2
    withdraw(session, second, by=MANAGER)
    assert session.scalar(select(func.count()).select_from(Proposal)) == 0


def test_only_who_may_see_the_other_card_is_shown_what_it_says(session: Session) -> None:
    first = recorded(session)
    card = approve(session, carded(session, first, HOLLOW))
    other = carded(session, bo(session), TAP)
    (made,) = linked(session, other, card)
    ada = expert_caller(first.consents[0].expert_id)
    assert proposals.proposals_of(session, ada, card) == []
    assert library.list_cards(session, ada, library.CardFilter(proposed=True)).items == ()
    with pytest.raises(NotFound):
        proposals.accept(session, card, made.id, by=ada, seen=None)
    approve(session, other)
    assert proposals.proposals_of(session, ada, card) == [made]


def test_of_two_who_accept_at_once_one_does(database: Database) -> None:
    with database.writing() as session:
        card = approve(session, carded(session, recorded(session), HOLLOW))
        (made,) = linked(session, carded(session, bo(session), TAP), card)
        card_id, proposal_id, seen = card.id, made.id, card.version
    outcomes: list[str] = []
    both = threading.Barrier(2)

    def accept() -> None:
        both.wait()
        try:
            with database.writing() as session:
                card = session.get_one(Card, card_id)
                proposals.accept(session, card, proposal_id, by=MANAGER, seen=seen)
        except TacitError as error:
            outcomes.append(type(error).__name__)
        else:
            outcomes.append("accepted")

    threads = [threading.Thread(target=accept) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["Conflict", "accepted"]
    with database.reading() as session:
        card = session.get_one(Card, card_id)
        assert (card.revision, len(card.revisions)) == (2, 2)
        assert [line.text for line in content_of(session, card).cues] == [HOLLOW, TAP]


def test_an_acceptance_that_breaks_off_leaves_everything_as_it_was(database: Database) -> None:
    with database.writing() as session:
        card = approve(session, carded(session, recorded(session), HOLLOW))
        other = carded(session, bo(session), TAP)
        (made,) = linked(session, other, card)
        ids = card.id, other.id, made.id

    def break_off() -> None:
        with database.writing() as session:
            proposals.accept(session, session.get_one(Card, ids[0]), ids[2], by=MANAGER, seen=None)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    with database.reading() as session:
        states = [session.get_one(Card, each).state for each in ids[:2]]
        assert states == [CardState.APPROVED, CardState.DRAFT]
        assert session.get_one(Proposal, ids[2]).state == ProposalState.OPEN


def test_the_answer_to_a_question_is_offered_to_the_card_that_asked(session: Session) -> None:
    asking = approve(session, carded(session, recorded(session), HOLLOW))
    approve(session, carded(session, recorded(session, sha256="c" * 64, expert="Cy"), DONE))
    revision = session.get_one(CardRevision, (asking.id, 1))
    revision.content = {**revision.content, "gaps": [{**revision.content["gaps"][0], "id": "asked"}]}
    answer = bo(session)
    answer.answers_gap = "asked"
    other = carded(session, answer, TAP)
    (made,) = propose_answers(session, answer, [other])
    assert (made.kind, made.card_id, made.other_id) == (ProposalKind.EVIDENCE, asking.id, other.id)
    assert made.why == "Bo answers a question of this card in “Bo on bread”."
    proposals.reject(session, asking, made.id, by=MANAGER)
    assert propose_answers(session, answer, [other]) == []


def test_who_answers_no_question_answers_nobody(session: Session) -> None:
    approve(session, carded(session, recorded(session), HOLLOW))
    answer = bo(session)
    assert propose_answers(session, answer, [carded(session, answer, TAP)]) == []


# Contradictions


def test_a_contradiction_that_a_person_confirms_is_a_link_and_a_stance_and_no_word_changes(session: Session) -> None:
    card = approve(session, carded(session, recorded(session), HOLLOW))
    other = carded(session, bo(session), TAP)
    (made,) = linked(session, other, card, "contradicts")
    assert made.kind == ProposalKind.CONTRADICTS
    assert made.why == "Bo may say otherwise in “Bo on bread”: check these two."
    told = len(feed.page(session, READER).items)
    proposals.accept(session, card, made.id, by=MANAGER, seen=card.version)
    assert (card.state, card.revision, card.served_revision) == (CardState.APPROVED, 1, 1)
    assert stances(session, card) == {"Ada Quill": "supports", "Bo": "contradicts"}
    assert stances(session, card, READER) == {"Ada Quill": "supports", "Bo": "contradicts"}
    assert [(link.to_id, link.kind, link.by) for link in other.links] == [
        (card.id, "contradicts", MANAGER.signature),
    ]
    assert other.state == CardState.DRAFT
    assert card.events[-1].type == "contradicted"
    assert len(feed.page(session, READER).items) == told + 1
    review.edit(session, card, {"title": "Mine"}, by=ADMIN, seen=None)
    assert stances(session, card)["Bo"] == Stance.CONTRADICTS
    with pytest.raises(Conflict):
        proposals.accept(session, card, made.id, by=MANAGER, seen=None)


def test_a_contradiction_that_is_none_leaves_the_card_and_is_not_proposed_again(session: Session) -> None:
    card = approve(session, carded(session, recorded(session), HOLLOW))
    other = carded(session, bo(session), TAP)
    (made,) = linked(session, other, card, "contradicts")
    before = etag(library.view(session, MANAGER, card))
    proposals.reject(session, card, made.id, by=MANAGER)
    assert etag(library.view(session, MANAGER, card)) == before
    assert [(link.kind, link.by) for link in other.links] == [("related", MANAGER.signature)]
    assert propose_links(session, [NewLink(other.id, card.id, "contradicts", 0.8)]) == []


def test_who_says_otherwise_is_named_to_readers_only_with_consent_to_share(session: Session) -> None:
    card = approve(session, carded(session, recorded(session), HOLLOW))
    other = carded(session, bo(session, scopes=UNSAID_SCOPES), TAP)
    (made,) = linked(session, other, card, "contradicts")
    proposals.accept(session, card, made.id, by=MANAGER, seen=None)
    assert stances(session, card) == {"Ada Quill": "supports", "Bo": "contradicts"}
    assert stances(session, card, READER) == {"Ada Quill": "supports"}


def test_who_said_otherwise_does_not_see_or_change_the_draft_of_another(session: Session) -> None:
    second = bo(session)
    card = carded(session, recorded(session), HOLLOW)
    (made,) = linked(session, carded(session, second, TAP), card, "contradicts")
    proposals.accept(session, card, made.id, by=MANAGER, seen=None)
    with pytest.raises(NotFound):
        library.find_card(session, expert_caller(second.consents[0].expert_id), card.id)


@pytest.mark.parametrize("withdrawn", [True, False])
def test_who_takes_the_consent_back_says_nothing_otherwise_any_more(session: Session, withdrawn: bool) -> None:
    second = bo(session)
    card = approve(session, carded(session, recorded(session), HOLLOW))
    (made,) = linked(session, carded(session, second, TAP), card, "contradicts")
    proposals.accept(session, card, made.id, by=MANAGER, seen=None)
    if withdrawn:
        withdraw(session, second, by=MANAGER)
    else:
        put_consent(session, second, [Agreement(second.consents[0].expert_id, (Scope.MINE,))], by=MANAGER)
    assert stances(session, card) == {"Ada Quill": "supports"}
    assert card.state == CardState.APPROVED
    assert card.events[-1].type == "dissent_struck"
    assert [line.text for line in library.view(session, READER, card).content.cues] == [HOLLOW]


def test_the_words_of_both_interviews_are_hidden_in_a_proposal(session: Session) -> None:
    first = recorded(session, scopes=ALL_SCOPES)
    card = approve(session, carded(session, first, HOLLOW))
    second = bo(session)
    (made,) = linked(session, carded(session, second, TAP), card)
    second.hidden = [
        {"text": "dull", "transcript_sha256": "x", "start_char": 0, "end_char": 4, "exact": False},
        {"text": "Bo", "transcript_sha256": "x", "start_char": 0, "end_char": 2, "exact": False},
    ]
    session.flush()
    view = library.view(session, MANAGER, card)
    would = proposals.preview(session, view, made).content
    assert [line.text for line in would.cues] == [HOLLOW, TAP.replace("dull", "████")]
    assert proposals.mask(session, made)(made.why) == "██ says about the same in “██ on bread”."
    other = proposals.other_of(session, MANAGER, made)
    assert other is not None
    assert "dull" not in other.content.title
