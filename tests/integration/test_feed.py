"""The feed: every approval, update and retirement, in order, once; and nothing that was taken back."""

import multiprocessing
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from factories import DONE, HOLLOW, MANAGER, PALE, READER, carded, recorded
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import feed, review
from models.access import Caller
from models.db import Database
from models.errors import Invalid, NotAllowed
from models.tables import Card, CardState, FeedItem, FeedType

CARDS = 12


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


def move(session: Session, card: Card, to: CardState, reason: str | None = None) -> None:
    review.move(session, card, to, by=MANAGER, seen=None, reason=reason)


def approved(session: Session, *quotes: str, collection: str | None = None) -> Card:
    card = carded(session, recorded(session, collection=collection), *quotes)
    move(session, card, CardState.APPROVED)
    return card


def types(session: Session, caller: Caller = READER) -> list[str]:
    return [item.type.value for item in feed.page(session, caller).items]


def test_a_card_is_approved_updated_and_retired_in_order(session: Session) -> None:
    card = approved(session)
    review.edit(session, card, {"title": "Newer"}, by=MANAGER, seen=None)
    assert types(session) == ["card.approved"]  # a draft is nobody's business
    move(session, card, CardState.APPROVED)
    move(session, card, CardState.RETIRED, "outdated")
    assert types(session) == ["card.approved", "card.updated", "card.retired"]
    assert [item.seq for item in feed.page(session, READER).items] == [1, 2, 3]


def test_an_item_carries_the_card_as_it_is_served_now(session: Session) -> None:
    card = approved(session)
    review.edit(session, card, {"title": "Newer"}, by=MANAGER, seen=None)
    (item,) = feed.page(session, MANAGER).items
    assert item.card is not None
    assert (item.card.revision, item.card.content.title) == (1, HOLLOW[:-1])
    move(session, card, CardState.APPROVED)
    assert [item.card and item.card.revision for item in feed.page(session, READER).items] == [2, 2]


def test_a_retired_card_stands_everywhere_as_its_tombstone(session: Session) -> None:
    card = approved(session)
    move(session, card, CardState.RETIRED, "outdated")
    assert [(item.card, item.card_id, item.reason) for item in feed.page(session, READER).items] == [
        (None, card.id, "outdated")
    ] * 2


def test_drafts_and_their_rejections_are_never_told(session: Session) -> None:
    move(session, carded(session, recorded(session)), CardState.REJECTED)
    assert types(session) == []


def test_rejecting_a_draft_on_top_tells_nothing(session: Session) -> None:
    card = approved(session)
    review.edit(session, card, {"title": "Newer"}, by=MANAGER, seen=None)
    move(session, card, CardState.REJECTED)
    assert types(session) == ["card.approved"]


def test_another_owner_and_another_date_are_updates(session: Session) -> None:
    card = approved(session)
    review.edit(session, card, {"owner": "Ann"}, by=MANAGER, seen=None)
    review.edit(session, card, {"owner": "Ann", "due_at": "2020-01-31T12:00:00Z"}, by=MANAGER, seen=None)
    review.tell_due(session)
    assert types(session) == ["card.approved", "card.updated", "card.updated", "card.updated"]


def test_the_feed_goes_on_where_it_stopped(session: Session) -> None:
    start = feed.page(session, READER)
    assert start.items == ()
    first, second = approved(session), approved(session, DONE)
    page = feed.page(session, READER, start.next, limit=1)
    assert [item.card_id for item in page.items] == [first.id]
    page = feed.page(session, READER, page.next, limit=1)
    assert [item.card_id for item in page.items] == [second.id]
    end = feed.page(session, READER, page.next)
    assert (end.items, end.next) == ((), page.next)
    third = approved(session, PALE)
    assert [item.card_id for item in feed.page(session, READER, end.next).items] == [third.id]


@pytest.mark.parametrize("cursor", ["", "0", "x", "WyJjYXJkcyIsMV0"])
def test_a_foreign_cursor_is_invalid(session: Session, cursor: str) -> None:
    with pytest.raises(Invalid):
        feed.page(session, READER, cursor)


def test_the_feed_stays_within_the_callers_collections(session: Session) -> None:
    bread = approved(session, collection="Bakery")
    approved(session, DONE, collection="Mill")
    approved(session, PALE)
    limited = replace(READER, collections=[bread.collection_id or ""])
    assert [item.card_id for item in feed.page(session, limited).items] == [bread.id]


def test_a_rolled_back_approval_leaves_no_gap(database: Database) -> None:
    with database.writing() as session:
        approved(session)
    with pytest.raises(NotAllowed), database.writing() as session:
        move_twice(session)
    with database.writing() as session:
        approved(session, PALE)
    with database.reading() as session:
        assert list(session.scalars(select(FeedItem.seq).order_by(FeedItem.seq))) == [1, 2]


def move_twice(session: Session) -> None:
    card = approved(session, DONE)
    move(session, card, CardState.APPROVED)


def approve_all(url: str, ids: list[str]) -> None:
    """Approve every card that nobody has approved yet, each in its own transaction."""
    database = Database(url)
    for card_id in ids:
        with database.writing() as session:
            card = session.get_one(Card, card_id)
            if card.state == CardState.DRAFT:
                move(session, card, CardState.APPROVED)
    database.engine.dispose()


def read_to_the_end(database: Database, done: threading.Event, found: list[feed.Item]) -> None:
    """Follow the feed while others write, until nothing more comes after they are done."""
    cursor: str | None = None
    while True:
        finished = done.is_set()
        with database.reading() as session:
            page = feed.page(session, READER, cursor, limit=2)
        found += page.items
        cursor = page.next
        if finished and not page.items:
            return


def test_no_gaps_and_no_repeats_whatever_is_approved_in_parallel(database: Database) -> None:
    with database.writing() as session:
        ids = [carded(session, recorded(session)).id for _ in range(CARDS)]
    found: list[feed.Item] = []
    done = threading.Event()
    reader = threading.Thread(target=read_to_the_end, args=(database, done, found))
    reader.start()
    context = multiprocessing.get_context("spawn")
    orders = (ids, ids[::-1])
    writers = [context.Process(target=approve_all, args=(database.url, order)) for order in orders]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    done.set()
    reader.join(60)
    assert [writer.exitcode for writer in writers] == [0] * len(orders)
    assert [item.seq for item in found] == list(range(1, CARDS + 1))
    assert sorted(item.card_id for item in found) == sorted(ids)
    assert {item.type for item in found} == {FeedType.APPROVED}
