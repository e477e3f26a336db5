"""The order of the queue: what is worth most a minute first, doubles behind their better twin, and why."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from factories import ADMIN, DONE, DRUM, HOLLOW, MANAGER, PALE, draft, expert_caller, recorded
from sqlalchemy.orm import Session

from models import drafts, library, proposals, review
from models.access import Caller
from models.cards import etag
from models.db import Database
from models.drafts import Gathered, NewLink
from models.echoes import propose_links
from models.reasons import reasons
from models.tables import Card, CardRevision, CardState, Recording
from models.transcripts import latest_transcript
from models.values import GapReason, Vectors

MODEL = "a model"


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


def towards(*cosines: float) -> Vectors:
    """Unit vectors with these cosines to the first direction."""
    rows = [[cosine, (1 - cosine * cosine) ** 0.5] for cosine in cosines]
    return np.array(rows, np.float32)


def add(
    session: Session,
    recording: Recording,
    *quotes: str,
    cosine: float = 0.0,
    rank: float = 0.9,
    first: bool = True,
    links: Sequence[tuple[str, str]] = (),
    model: str = MODEL,
) -> Card:
    """A draft whose passage has that cosine to the first direction; `links` are (card id, kind)."""
    said = latest_transcript(session, recording.id)
    assert said is not None
    made = draft(recording.id, said, *quotes, rank=rank, first=first)
    new_id = drafts.draft_id(made)
    gathered = Gathered({}, {}, tuple(NewLink(new_id, to, kind, 0.8) for to, kind in links))
    vectors = towards(cosine)
    return drafts.add_drafts(session, recording.id, [made], vectors=vectors, model=model, gathered=gathered)[0]


def others(session: Session, name: str) -> Recording:
    return recorded(session, expert=name, sha256=name[0].lower() * 64, title=f"{name} on bread")


def in_line(session: Session, caller: Caller = MANAGER) -> list[str]:
    wanted = library.CardFilter(state=CardState.DRAFT)
    listed = [view.id for view in library.list_cards(session, caller, wanted, sort="queue").items]
    offered = library.next_card(session, caller).card
    assert (offered.id if offered else None) == (listed[0] if listed else None)
    return listed


def why(session: Session, card: Card, caller: Caller = MANAGER) -> tuple[str, ...]:
    return reasons(session, caller, [library.view(session, caller, card)])[card.id]


def move(session: Session, card: Card, to: CardState, reason: str | None = None) -> None:
    review.move(session, card, to, by=ADMIN, seen=None, reason=reason)


def test_what_is_read_sooner_comes_first_where_all_else_is_the_same(session: Session) -> None:
    recording = recorded(session)
    long = add(session, recording, PALE)
    short = add(session, recording, HOLLOW)
    assert long.reading_s > short.reading_s
    assert in_line(session) == [short.id, long.id]
    assert why(session, short) == ("15 s",)


def test_those_that_are_offered_first_stay_first(session: Session) -> None:
    recording = recorded(session)
    later = add(session, recording, HOLLOW, first=False)
    now = add(session, recording, DRUM, DONE, PALE, rank=0.2)
    assert later.worth > now.worth
    assert in_line(session) == [now.id, later.id]


def test_an_approval_makes_what_says_about_the_same_less_worth_and_no_etag_moves(session: Session) -> None:
    recording = recorded(session)
    known = add(session, recording, HOLLOW, cosine=1.0)
    near, new = add(session, recording, DONE, cosine=0.9), add(session, recording, PALE, cosine=0.1, rank=0.8)
    assert in_line(session) == [known.id, near.id, new.id]
    before = {card.id: etag(library.view(session, MANAGER, card)) for card in (near, new)}
    move(session, known, CardState.APPROVED)
    assert in_line(session) == [new.id, near.id]
    assert {card.id: etag(library.view(session, MANAGER, card)) for card in (near, new)} == before
    assert why(session, new)[0] == "new against what is approved"
    assert why(session, near)[0] == "much like “I knock on the bottom and it sounds hollow”, which is approved"
    move(session, known, CardState.RETIRED)
    assert in_line(session) == [near.id, new.id]
    assert (near.nearest, near.nearest_id) == (0.0, None)


def test_a_new_draft_is_compared_with_what_is_approved_and_ranks_by_it_across_interviews(session: Session) -> None:
    move(session, add(session, recorded(session), HOLLOW, cosine=1.0), CardState.APPROVED)
    second = others(session, "Bo")
    known, new = add(session, second, DONE, cosine=0.9), add(session, second, PALE, cosine=0.0)
    assert known.nearest == pytest.approx(0.9, abs=1e-5)
    assert known.rank < new.rank == 0.9
    assert in_line(session) == [new.id, known.id]


def test_what_another_model_placed_is_not_compared(session: Session) -> None:
    recording = recorded(session)
    approved = add(session, recording, HOLLOW, cosine=1.0, model="another")
    card = add(session, recording, DONE, cosine=1.0)
    move(session, approved, CardState.APPROVED)
    late = add(session, recording, PALE, cosine=1.0)
    assert (card.nearest_id, late.nearest_id) == (None, None)


def test_a_double_stands_behind_its_better_twin_and_says_how_that_was_decided(session: Session) -> None:
    better = add(session, recorded(session), HOLLOW, cosine=1.0)
    double = add(session, others(session, "Bo"), HOLLOW, cosine=0.9, rank=0.8, links=[(better.id, "same_as")])
    poor = add(session, others(session, "Cy"), DRUM, DONE, PALE, cosine=-0.5, rank=0.1)
    assert double.worth > poor.worth
    assert in_line(session) == [better.id, poor.id, double.id]
    assert why(session, double)[:2] == (
        "says the same as “I knock on the bottom and it sounds hollow”, which comes first",
        "two experts say it",
    )
    assert why(session, better)[0] == "two experts say it"
    move(session, better, CardState.REJECTED, "wrong")
    assert in_line(session) == [double.id, poor.id]
    assert why(session, double)[0].endswith("which was rejected (wrong)")
    assert double.voices == 1
    move(session, better, CardState.DRAFT)
    assert in_line(session) == [better.id, poor.id, double.id]
    move(session, better, CardState.APPROVED)
    assert why(session, double)[0].endswith("which is approved")
    assert double.twin_id is None


def test_of_three_that_say_the_same_none_stands_behind_itself(session: Session) -> None:
    one = add(session, recorded(session), HOLLOW, rank=0.5)
    two = add(session, others(session, "Bo"), HOLLOW, rank=0.9, links=[(one.id, "same_as")])
    three = add(session, others(session, "Cy"), HOLLOW, rank=0.7, links=[(one.id, "same_as"), (two.id, "same_as")])
    assert (two.twin_id, three.twin_id, one.twin_id) == (None, two.id, two.id)
    assert [card.voices for card in (one, two, three)] == [3, 3, 3]
    assert why(session, two)[0] == "three experts say it"
    move(session, two, CardState.REJECTED, "unclear")
    assert (three.twin_id, one.twin_id) == (None, three.id)
    assert [card.voices for card in (one, three)] == [2, 2]


def test_what_may_contradict_an_approved_card_is_news_however_near_it_is(session: Session) -> None:
    approved = add(session, recorded(session), HOLLOW, cosine=1.0)
    move(session, approved, CardState.APPROVED)
    card = add(session, others(session, "Bo"), DONE, cosine=0.95, links=[(approved.id, "contradicts")])
    assert card.nearest_id is None
    move(session, card, CardState.IN_REVIEW)
    review.edit(session, approved, {"title": "Mine"}, by=ADMIN, seen=None)
    move(session, approved, CardState.APPROVED)
    assert card.nearest_id is None


def test_what_fills_a_gap_of_another_card_is_worth_more(session: Session) -> None:
    older = add(session, recorded(session), HOLLOW)
    revision = session.get_one(CardRevision, (older.id, 1))
    gap = {"id": "g", "slot": "judgment", "reason": GapReason.EMPTY_SLOT, "question": "And?", "answered_by": None}
    revision.content = {**revision.content, "gaps": [gap]}
    session.flush()
    plain = add(session, others(session, "Bo"), HOLLOW, DONE)
    filling = add(session, others(session, "Cy"), HOLLOW, DONE, links=[(older.id, "related")])
    assert (plain.closes, filling.closes) == (0, 1)
    assert filling.worth > plain.worth
    assert "answers a question that another card leaves open" in why(session, filling)


def test_a_draft_that_was_asked_for_is_worth_more(session: Session) -> None:
    answer = others(session, "Bo")
    answer.answers_gap = "g"
    asked, plain = add(session, answer, HOLLOW, DONE), add(session, others(session, "Cy"), HOLLOW, DONE)
    assert (asked.closes, plain.closes) == (1, 0)
    assert in_line(session) == [asked.id, plain.id]


def test_evidence_that_was_accepted_counts_as_approved_too(session: Session) -> None:
    card = add(session, recorded(session), HOLLOW, cosine=-1.0)
    move(session, card, CardState.APPROVED)
    double = add(session, others(session, "Bo"), DONE, cosine=1.0, links=[(card.id, "same_as")])
    (made,) = propose_links(session, [NewLink(double.id, card.id, "same_as", 0.8)])
    proposals.accept(session, card, made.id, by=MANAGER, seen=None)
    move(session, card, CardState.APPROVED)
    late = add(session, others(session, "Cy"), PALE, cosine=0.99)
    assert late.nearest_id == card.id
    assert late.nearest > 0.9


def test_an_edit_is_reckoned_with(session: Session) -> None:
    card = add(session, recorded(session), HOLLOW)
    before = card.worth
    review.edit(
        session,
        card,
        {"cues": [{"text": "It sounds hollow, all the way through, from one end to the other.", "evidence": [0]}]},
        by=ADMIN,
        seen=None,
    )
    assert card.worth < before


def test_a_card_that_a_person_wrote_stands_in_line_too(session: Session) -> None:
    recording = recorded(session)
    drafted = add(session, recording, HOLLOW, rank=0.1)
    written = review.write(session, {"title": "When it is done", "judgment": [{"text": "It rings."}]}, by=MANAGER)
    assert in_line(session) == [written.id, drafted.id]


def test_titles_of_cards_that_somebody_may_not_see_are_not_told(session: Session) -> None:
    better = add(session, recorded(session), HOLLOW)
    second = others(session, "Bo")
    double = add(session, second, HOLLOW, rank=0.8, links=[(better.id, "same_as")])
    bo = expert_caller(second.consents[0].expert_id)
    assert why(session, double, bo)[0] == "says the same as another draft, which comes first"
