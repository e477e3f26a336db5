"""The feed: every approval, update and retirement in order, for tools that keep up with it."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from api.deps import CallerDep, PageDep, ReadDep, listed
from api.rules import RuledRoute
from api.schemas import FeedOut
from models import cards, feed

router = APIRouter(route_class=RuledRoute, tags=["feed"])


@router.get("/feed", responses={200: {"model": FeedOut}, 304: {"description": "Nothing new behind that cursor"}})
def read_feed(
    request: Request,
    caller: CallerDep,
    session: ReadDep,
    asked: PageDep,
    collection: Annotated[str | None, Query(max_length=100, description="Only cards of this collection.")] = None,
) -> JSONResponse:
    """What happened after `cursor`, oldest first. Ask again with `next`, which is never null.

    An item carries the card as it is served now; a card retired since stands there as its tombstone.
    """
    if collection is not None:
        mine = caller.collections is None or collection in caller.collections
        caller = replace(caller, collections=(collection,) if mine else ())
    page = feed.page(session, caller, asked.cursor, asked.limit)
    return listed(request, [item(each) for each in page.items], page.next)


def item(line: feed.Item) -> dict[str, Any]:
    """One line: with the card, or with its tombstone."""
    what = {"seq": line.seq, "type": line.type.value, "at": cards.rfc3339(line.at)}
    if line.card is None:
        return {**what, "tombstone": {"id": line.card_id, "reason": line.reason}}
    return {**what, "card": cards.document(line.card)}
