"""The life of a card: which moves there are, what an approval needs, what a change leaves behind."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from factories import (
    ADMIN,
    DONE,
    HOLLOW,
    MANAGER,
    PALE,
    READER,
    TOLD,
    carded,
    expert_caller,
    recorded,
    transcript,
)
from sqlalchemy import event
from sqlalchemy.orm import Session

from models import edits, library, review, store, transcripts
from models.access import ALL_SCOPES, Scope
from models.cards import document, etag
from models.contents import content_of
from models.corrections import Correction, Extent
from models.db import Database
from models.errors import Forbidden, Gone, Invalid, NotAllowed, NotFound, NotReady, Stale
from models.library import CardFilter
from models.tables import Card, CardState, RecordingState, RejectionReason, now
from models.values import MACHINE, CardKind

DRAFT, IN_REVIEW, APPROVED, REJECTED, RETIRED = CardState


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


@pytest.fixture
def card(session: Session) -> Card:
    return carded(session, recorded(session), HOLLOW, DONE)


def move(session: Session, card: Card, *path: CardState) -> Card:
    for to in path:
        review.move(session, card, to, by=MANAGER, seen=None)
    return card


def edit(session: Session, card: Card, **changes: Any) -> Card:
    review.edit(session, card, changes, by=MANAGER, seen=None)
    return card


def seen_by_reader(session: Session, card: Card) -> dict[str, Any]:
    return document(library.view(session, READER, card))


# Moves

WAYS = {  # the way to bring a draft into each state
    DRAFT: (),
    IN_REVIEW: (IN_REVIEW,),
    APPROVED: (APPROVED,),
    REJECTED: (REJECTED,),
    RETIRED: (APPROVED, RETIRED),
}
CONTRACT = {
    DRAFT: {IN_REVIEW, APPROVED, REJECTED},
    IN_REVIEW: {DRAFT, APPROVED, REJECTED},
    APPROVED: {RETIRED},
    REJECTED: {DRAFT},
    RETIRED: set(),
}


@pytest.mark.parametrize("start", CardState)
@pytest.mark.parametrize("to", CardState)
def test_the_moves_are_those_of_the_contract(session: Session, card: Card, start: CardState, to: CardState) -> None:
    move(session, card, *WAYS[start])
    if to in CONTRACT[start]:
        event = review.move(session, card, to, by=MANAGER, seen=card.version)
        assert (card.state, event.before, event.after) == (to, start.value, to.value)
        assert (event.by, event.revision) == (MANAGER.signature, 1)
        return
    before = card.version
    with pytest.raises(NotAllowed) as caught:
        review.move(session, card, to, by=MANAGER, seen=card.version)
    assert all(state.value in caught.value.detail for state in CONTRACT[start])
    assert (card.state, card.version) == (start, before)


def test_every_move_is_written_down(session: Session, card: Card) -> None:
    move(session, card, IN_REVIEW, REJECTED, DRAFT, APPROVED)
    steps = [(event.type, event.before, event.after) for event in library.history(card)]
    assert steps == [
        ("drafted", None, "draft"),
        ("moved", "draft", "in_review"),
        ("moved", "in_review", "rejected"),
        ("moved", "rejected", "draft"),
        ("moved", "draft", "approved"),
    ]


def test_a_move_names_the_version_that_was_seen(session: Session, card: Card) -> None:
    seen = card.version
    move(session, card, IN_REVIEW)
    with pytest.raises(Stale, match=f"you saw version {seen}"):
        review.move(session, card, APPROVED, by=MANAGER, seen=seen)
    with pytest.raises(Stale):
        review.edit(session, card, {"title": "X"}, by=MANAGER, seen=seen)
    assert card.state == IN_REVIEW


@pytest.mark.parametrize(
    ("given", "kept"),
    [(None, "other"), ("duplicate", "duplicate"), (RejectionReason.UNCLEAR, "unclear")],
)
def test_a_rejection_has_a_reason(session: Session, card: Card, given: str | None, kept: str) -> None:
    event = review.move(session, card, REJECTED, by=MANAGER, seen=None, reason=given, note="says who?")
    assert (event.reason, event.note) == (kept, "says who?")
    assert document(library.view(session, MANAGER, card))["review"]["reasons"] == [kept]


def test_a_reason_that_is_none_of_ours_is_invalid(session: Session, card: Card) -> None:
    with pytest.raises(Invalid) as caught:
        review.move(session, card, REJECTED, by=MANAGER, seen=None, reason="bored")
    assert caught.value.errors[0].pointer == "/reason"


def test_only_who_sees_the_draft_may_change_it(session: Session, card: Card) -> None:
    heard = store.get_recording(session, ADMIN, card.sources[0].recording_id).consents[0].expert_id
    stranger = expert_caller("somebody else")
    for caller in (READER, stranger):
        with pytest.raises((Forbidden, NotFound)):
            review.move(session, card, APPROVED, by=caller, seen=None)
        with pytest.raises((Forbidden, NotFound)):
            review.edit(session, card, {"title": "Mine"}, by=caller, seen=None)
    review.move(session, card, APPROVED, by=expert_caller(heard), seen=None)
    with pytest.raises(Forbidden):  # served to them, not theirs
        review.move(session, card, RETIRED, by=stranger, seen=None)
    assert card.state == APPROVED


# Approval


def test_an_approved_card_is_served(session: Session, card: Card) -> None:
    with pytest.raises(NotFound):
        library.find_card(session, READER, card.id)
    move(session, card, APPROVED)
    assert library.find_card(session, READER, card.id) is card
    shown = seen_by_reader(session, card)
    assert (shown["state"], shown["served_revision"]) == ("approved", 1)
    assert shown["verified_at"] is not None


def lacking(session: Session, card: Card) -> str:
    version = card.version
    with pytest.raises(NotReady) as caught:
        review.move(session, card, APPROVED, by=MANAGER, seen=None)
    assert (card.served_revision, card.version) == (None, version)
    return caught.value.detail


def test_an_approval_wants_evidence_that_stands_in_the_transcript(session: Session, card: Card) -> None:
    row = card.revisions[0]
    row.content = {**row.content, "evidence": [{**each, "start_char": 0} for each in row.content["evidence"]]}
    session.flush()
    assert "evidence is verified" in lacking(session, card)


def doubted(session: Session, *quotes: str) -> Card:
    """A card with a line of each quote; the recogniser was not sure of the first one."""
    card = carded(session, recorded(session, said=transcript(suspect=quotes[0])), *quotes)
    row = card.revisions[0]
    evidence = [{**each, "suspect": each["index"] == 0} for each in row.content["evidence"]]
    row.content = {**row.content, "evidence": evidence}
    session.flush()
    return card


def test_an_approval_wants_evidence_that_somebody_trusts(session: Session) -> None:
    assert "not suspect" in lacking(session, doubted(session, HOLLOW))


def test_an_approval_wants_every_line_to_rest_on_words_that_somebody_trusts(session: Session) -> None:
    card = doubted(session, HOLLOW, DONE)
    told = lacking(session, card)
    assert "not suspect" not in told  # the other line would do
    assert f"listen to “{HOLLOW}”" in told
    assert DONE not in told


def test_who_has_listened_may_approve(session: Session) -> None:
    card = doubted(session, HOLLOW, DONE)
    [source] = card.sources
    store.set_state(session, source.recording_id, RecordingState.READY)
    start = transcript().text.index(HOLLOW)

    def listen(end: int) -> None:
        heard = Correction(listened=(Extent(start_char=start, end_char=end),))
        edits.correct(session, source.recording_id, heard, by=MANAGER, seen=None)

    listen(start + len(HOLLOW) // 2)
    assert "listen to" in lacking(session, card)
    listen(start + len(HOLLOW))
    assert [each["suspect"] for each in document(library.view(session, MANAGER, card))["evidence"]] == [False, False]
    assert move(session, card, APPROVED).state == APPROVED


def test_an_approval_wants_a_line_that_rests_on_evidence(session: Session, card: Card) -> None:
    edit(session, card, cues=None, judgment=[{"text": "I just know."}])
    assert "no slot has a line" in lacking(session, card)


@pytest.mark.parametrize(
    ("scopes", "said"),
    [
        (None, "does not agree to share_feed"),  # nobody asked
        ((Scope.MINE, Scope.QUOTE, Scope.PLAY_AUDIO), "does not agree to share_feed"),
    ],
)
def test_an_approval_wants_the_experts_consent(session: Session, scopes: tuple[Scope, ...], said: str) -> None:
    card = carded(session, recorded(session, scopes=scopes))
    assert f"Ada Quill {said}" in lacking(session, card)


def test_an_expired_consent_is_none(session: Session) -> None:
    recording = recorded(session)
    card = carded(session, recording)
    recording.consents[0].until = now() - timedelta(seconds=1)
    assert "quote and share_feed" in lacking(session, card)


def test_an_approval_says_everything_that_is_missing(session: Session) -> None:
    card = carded(session, recorded(session, scopes=None))
    edit(session, card, cues=[{"text": "own words"}])
    detail = lacking(session, card)
    assert "no slot" in detail
    assert "share_feed" in detail


# Edits


def test_an_edit_is_a_new_revision_and_the_old_one_stays(session: Session, card: Card) -> None:
    row = review.edit(session, card, {"title": "The hollow sound"}, by=MANAGER, seen=card.version)
    assert (row.number, row.title, row.by) == (2, "The hollow sound", MANAGER.signature)
    assert [each.title for each in library.revisions(session, MANAGER, card)] == [HOLLOW[:-1], "The hollow sound"]
    assert content_of(session, card, 1).title_by == MACHINE
    assert content_of(session, card).title_by == MANAGER.signature
    assert library.history(card)[-1].type == "edited"


def test_an_edit_that_changes_nothing_makes_nothing(session: Session, card: Card) -> None:
    before = (card.revision, card.version, len(card.events))
    review.edit(session, card, {"title": card.revisions[0].title}, by=MANAGER, seen=None)
    assert (card.revision, card.version, len(card.events)) == before


@pytest.mark.parametrize(
    ("start", "after"), [(DRAFT, DRAFT), (IN_REVIEW, IN_REVIEW), (APPROVED, DRAFT), (REJECTED, DRAFT)]
)
def test_where_an_edit_leaves_the_card(session: Session, card: Card, start: CardState, after: CardState) -> None:
    move(session, card, *WAYS[start])
    edit(session, card, title="X")
    assert card.state == after


def test_a_retired_card_cannot_be_edited(session: Session, card: Card) -> None:
    move(session, card, APPROVED, RETIRED)
    with pytest.raises(NotAllowed):
        edit(session, card, title="X")


def test_readers_keep_what_was_approved_until_the_new_one_is(session: Session, card: Card) -> None:
    move(session, card, APPROVED)
    before = seen_by_reader(session, card)
    edit(session, card, title="The hollow sound")
    assert seen_by_reader(session, card) == before
    move(session, card, IN_REVIEW, REJECTED)
    assert seen_by_reader(session, card) == before
    assert library.list_cards(session, READER).items[0].revision == 1
    move(session, card, DRAFT, APPROVED)
    after = seen_by_reader(session, card)
    assert (after["title"], after["revision"]) == ("The hollow sound", 2)


def test_what_does_not_fit_changes_nothing(session: Session, card: Card) -> None:
    with pytest.raises(Invalid) as caught:
        edit(session, card, title="X", judgment=[{"text": "y", "evidence": [9]}], concepts=["nothing"])
    assert [error.pointer for error in caught.value.errors] == ["/concepts/0", "/judgment/0/evidence"]
    assert (card.revision, card.state) == (1, DRAFT)


def test_who_looks_after_a_card_is_no_new_revision(session: Session, card: Card) -> None:
    move(session, card, APPROVED)
    version = card.version
    edit(session, card, owner="Ann", due_at="2031-01-31T12:00:00Z")
    assert (card.revision, card.state, card.version) == (1, APPROVED, version + 1)
    assert seen_by_reader(session, card)["due_at"] == "2031-01-31T12:00:00.000000Z"
    edit(session, card, owner=None)
    assert (card.owner, card.revision) == (None, 1)


def test_an_edit_that_drops_evidence_rests_on_less(session: Session) -> None:
    bread, flour = recorded(session, expert="Ada"), recorded(session, expert="Bo")
    card = of_two(session, bread.id, flour.id)
    assert [source.recording_id for source in card.sources] == sorted([bread.id, flour.id])
    edit(session, card, evidence=[{"index": 0}], judgment=[{"text": "Listen.", "evidence": [0]}])
    assert [source.recording_id for source in card.sources] == [bread.id]


def test_what_a_served_revision_rests_on_counts_until_the_next_one_is_served(session: Session) -> None:
    bread, flour = recorded(session, expert="Ada"), recorded(session, expert="Bo")
    card = move(session, of_two(session, bread.id, flour.id), APPROVED)
    edit(session, card, evidence=[{"index": 0}], judgment=[{"text": "Listen.", "evidence": [0]}])
    assert len(card.sources) == 2
    move(session, card, APPROVED)
    assert [source.recording_id for source in card.sources] == [bread.id]


# Cards written by people


def of_two(session: Session, first: str, second: str) -> Card:
    """A card with HOLLOW of the first recording and PALE of the second."""
    text = transcript().text
    spans = [(recording, text.index(quote), len(quote)) for recording, quote in ((first, HOLLOW), (second, PALE))]
    evidence = [{"recording_id": r, "start_char": start, "end_char": start + length} for r, start, length in spans]
    lines = [{"text": "Listen.", "evidence": [0]}, {"text": "Look.", "evidence": [1]}]
    written = {"title": "Done or not", "kind": "judgment", "judgment": lines, "evidence": evidence}
    return review.write(session, written, by=MANAGER)


def test_a_person_may_write_a_card_on_evidence(session: Session) -> None:
    bread, flour = recorded(session, expert="Ada"), recorded(session, expert="Bo")
    card = of_two(session, bread.id, flour.id)
    shown = document(library.view(session, MANAGER, card))
    assert [each["quote"] for each in shown["evidence"]] == [HOLLOW, PALE]
    assert all(each["verified"] for each in shown["evidence"])
    assert shown["evidence"][0]["speaker"] == "Ada"
    assert shown["evidence"][0]["start_s"] < shown["evidence"][0]["end_s"] < shown["evidence"][1]["start_s"]
    assert {line["by"] for line in shown["judgment"]} == {shown["title_by"]} == {MANAGER.signature}
    assert [expert["name"] for expert in shown["experts"]] == ["Ada", "Bo"]
    assert shown["provenance"] == {"pipeline": None, "models": []}
    move(session, card, APPROVED)


def test_a_persons_own_word_is_a_draft_that_cannot_be_approved(session: Session) -> None:
    card = review.write(session, {"title": "Steam", "warnings": [{"text": "Mind the steam."}]}, by=MANAGER)
    assert (card.state, content_of(session, card).kind) == (DRAFT, CardKind.JUDGMENT)
    assert "no slot has a line" in lacking(session, card)


def test_experts_see_what_they_wrote(session: Session) -> None:
    ada = expert_caller(store.add_expert(session, "Ada").id)
    card = review.write(session, {"title": "Steam"}, by=ada)
    assert library.sees_newest(session, ada, card)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"recording_id": "nowhere"}, "/evidence/0/recording_id"),
        ({"end_char": 10**6}, "/evidence/0"),
        ({"start_char": 5, "end_char": 5}, "/evidence/0"),
        ({"transcript_sha256": "0" * 64}, "/evidence/0"),
    ],
)
def test_evidence_that_is_not_there_is_named(session: Session, change: dict[str, Any], pointer: str) -> None:
    evidence = {"recording_id": recorded(session).id, "start_char": 0, "end_char": 5, **change}
    with pytest.raises(Invalid) as caught:
        review.write(session, {"title": "T", "evidence": [evidence]}, by=MANAGER)
    assert [error.pointer for error in caught.value.errors] == [pointer]


def test_a_reader_writes_no_cards(session: Session) -> None:
    with pytest.raises(Forbidden):
        review.write(session, {"title": "Steam"}, by=READER)


# Who sees what


def test_a_retired_card_is_gone_for_readers_and_seen_by_managers(session: Session, card: Card) -> None:
    move(session, card, APPROVED)
    review.move(session, card, RETIRED, by=MANAGER, seen=None, reason="outdated")
    with pytest.raises(Gone, match="outdated"):
        library.find_card(session, READER, card.id)
    assert library.view(session, MANAGER, card).state == RETIRED


def test_readers_learn_nothing_of_the_review(session: Session, card: Card) -> None:
    review.move(session, card, REJECTED, by=MANAGER, seen=None, reason="wrong", note="Ada is mistaken")
    move(session, card, DRAFT, APPROVED)
    assert "mistaken" not in str(seen_by_reader(session, card))
    assert [verdict["to"] for verdict in seen_by_reader(session, card)["review"]["verdicts"]] == ["approved"]
    with pytest.raises(NotFound):
        library.revision_view(session, READER, card, 2)


def test_collections_bound_what_is_seen(session: Session) -> None:
    card = move(session, carded(session, recorded(session, collection="Bakery")), APPROVED)
    inside = replace(READER, collections=[card.collection_id or ""])
    outside = replace(MANAGER, collections=["elsewhere"])
    assert [view.id for view in library.list_cards(session, inside).items] == [card.id]
    assert library.list_cards(session, outside).items == ()
    with pytest.raises(NotFound):
        library.find_card(session, outside, card.id)


def test_a_list_mixes_own_drafts_and_what_is_served(session: Session) -> None:
    own, other = recorded(session, expert="Ada"), recorded(session, expert="Bo")
    ada = expert_caller(own.consents[0].expert_id)
    mine = edit(session, move(session, carded(session, own), APPROVED), title="Newer")
    theirs = edit(session, move(session, carded(session, other), APPROVED), title="Newer")
    carded(session, other, DONE)
    found = {view.id: (view.revision, view.state) for view in library.list_cards(session, ada).items}
    assert found == {mine.id: (2, DRAFT), theirs.id: (1, APPROVED)}
    approved = library.list_cards(session, ada, CardFilter(state=APPROVED)).items
    assert [view.id for view in approved] == [theirs.id]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (CardFilter(), 2),
        (CardFilter(state=DRAFT), 1),
        (CardFilter(state=REJECTED), 0),
        (CardFilter(kind=CardKind.CUE), 2),
        (CardFilter(kind=CardKind.WARNING), 0),
        (CardFilter(concept="loaf"), 2),
        (CardFilter(concept="crumb"), 0),
        (CardFilter(expert="nobody"), 0),
        (CardFilter(recording="nowhere"), 0),
        (CardFilter(collection="elsewhere"), 0),
        (CardFilter(owner="Ann"), 1),
        (CardFilter(due_before=now()), 1),
        (CardFilter(first=False), 1),
        (CardFilter(q="HOLLOW knock"), 1),  # every word, in any order and case
        (CardFilter(q="hollow pale"), 0),
        (CardFilter(q="%"), 0),
        (CardFilter(q="x" * 100_000), 0),
        (CardFilter(state=DRAFT, owner="Ann"), 0),
    ],
)
def test_cards_are_filtered(session: Session, wanted: CardFilter, found: int) -> None:
    recording = recorded(session)
    card = move(session, carded(session, recording, HOLLOW), APPROVED)
    edit(session, card, owner="Ann", due_at="2020-01-31T12:00:00Z")
    carded(session, recording, PALE, first=False)
    assert len(library.list_cards(session, MANAGER, wanted).items) == found


def test_cards_are_found_by_recording_expert_and_collection(session: Session) -> None:
    recording = recorded(session, expert="Ada", collection="Bakery")
    card = carded(session, recording)
    carded(session, recorded(session, expert="Bo"))
    for wanted in (
        CardFilter(recording=recording.id),
        CardFilter(expert=recording.consents[0].expert_id),
        CardFilter(collection=recording.collection_id),
    ):
        assert [view.id for view in library.list_cards(session, MANAGER, wanted).items] == [card.id]


def test_a_readers_search_looks_into_what_is_served(session: Session, card: Card) -> None:
    move(session, card, APPROVED)
    edit(session, card, title="Zwieback")
    assert library.list_cards(session, READER, CardFilter(q="zwieback")).items == ()
    assert len(library.list_cards(session, MANAGER, CardFilter(q="zwieback")).items) == 1


@pytest.mark.parametrize("sort", ["rank", "created_at", "updated_at", "title"])
def test_pages_of_cards_hold_each_card_once(session: Session, sort: str) -> None:
    recording = recorded(session)
    ranks = {HOLLOW: 0.5, DONE: 0.5, PALE: 0.7}
    made = [carded(session, recording, quote, rank=rank) for quote, rank in ranks.items()]
    cursor, found = None, []
    while True:
        page = library.list_cards(session, MANAGER, sort=sort, cursor=cursor, limit=1)
        found += [view.id for view in page.items]
        if (cursor := page.next) is None:
            break
    assert sorted(found) == sorted(card.id for card in made)
    expected = {"rank": made[2].id, "created_at": made[2].id, "updated_at": made[2].id, "title": made[0].id}
    assert found[0] == expected[sort]


def test_an_unknown_sort_and_a_cursor_of_another_are_invalid(session: Session) -> None:
    recording = recorded(session)
    carded(session, recording, HOLLOW)
    carded(session, recording, DONE)
    cursor = library.list_cards(session, MANAGER, limit=1).next
    for asked in ({"sort": "colour"}, {"sort": "title", "cursor": cursor}, {"limit": 0}):
        with pytest.raises(Invalid):
            library.list_cards(session, MANAGER, **asked)  # type: ignore[arg-type]


def test_the_next_card_is_the_best_of_those_offered_first(session: Session) -> None:
    recording = recorded(session)
    good = carded(session, recording, HOLLOW, rank=0.8)
    better = carded(session, recording, DONE, rank=0.9)
    later = carded(session, recording, PALE, rank=1.0, first=False)
    order = []
    for left in (3, 2, 1):
        found = library.next_card(session, MANAGER)
        assert found.left == left
        assert found.card is not None
        order.append(found.card.id)
        card = session.get_one(Card, found.card.id)
        after = library.next_card(session, MANAGER, after=card.id).card
        assert (after is not None and after.id == card.id) is (left == 1)
        move(session, card, REJECTED)
    assert order == [better.id, good.id, later.id]
    assert library.next_card(session, MANAGER) == library.Next(None, 0)


def test_readers_have_nothing_to_review_and_experts_their_own(session: Session) -> None:
    recording = recorded(session, expert="Ada")
    carded(session, recording)
    ada = expert_caller(recording.consents[0].expert_id)
    assert library.next_card(session, READER).left == 0
    assert library.next_card(session, expert_caller("Bo")).left == 0
    assert library.next_card(session, ada).left == 1


# Evidence and versions


def test_a_newer_transcript_shows_on_the_card_and_in_its_etag(session: Session, card: Card) -> None:
    before = library.view(session, MANAGER, card)
    newer = transcript(TOLD.replace("hollow", "dull"))
    transcripts.add_transcript(session, card.sources[0].recording_id, newer, "human:u1")
    session.refresh(card)
    after = library.view(session, MANAGER, card)
    assert [(mark.verified, mark.outdated) for mark in after.marks] == [(True, True), (True, False)]
    assert etag(before) != etag(after)


def test_an_older_revision_can_be_looked_at(session: Session, card: Card) -> None:
    move(session, card, REJECTED)
    edit(session, card, title="Newer")
    old = library.revision_view(session, MANAGER, card, 1)
    assert (old.content.title, old.state) == (HOLLOW[:-1], REJECTED)
    with pytest.raises(NotFound):
        library.revision_view(session, MANAGER, card, 3)


def test_an_overdue_card_is_told_of_once(session: Session, card: Card) -> None:
    move(session, card, APPROVED)
    edit(session, card, due_at="2020-01-31T12:00:00Z")
    assert not seen_by_reader(session, card)["due"]
    assert review.tell_due(session) == [card]
    assert review.tell_due(session) == []
    assert seen_by_reader(session, card)["due"]
    edit(session, card, due_at="2999-01-31T12:00:00Z")
    assert not seen_by_reader(session, card)["due"]


def test_a_list_of_cards_costs_the_same_few_queries_whatever_its_length(database: Database) -> None:
    asked: list[str] = []
    with database.writing() as session:
        for _ in range(6):
            carded(session, recorded(session, scopes=ALL_SCOPES))
    event.listen(database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    lengths = []
    for limit in (1, 6):
        asked.clear()
        with database.reading() as session:
            assert len(library.list_cards(session, MANAGER, limit=limit).items) == limit
        lengths.append(len(asked))
    assert lengths[0] == lengths[1] <= 14
