"""What to ask next time: the gaps of all cards."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse

from api import documents
from api.deps import CallerDep, PageDep, ReadDep, listed
from api.rules import RuledRoute
from api.schemas import CardGapOut, PageOut
from models import gaps
from models.gaps import GapFilter

router = APIRouter(route_class=RuledRoute, tags=["gaps"])

Id = Annotated[str | None, Query(max_length=100)]


def gap_filter(
    recording: Id = None,
    expert: Id = None,
    card: Id = None,
    collection: Id = None,
    answered: Annotated[bool | None, Query(description="Those that were answered, or only the open ones.")] = None,
) -> GapFilter:
    """Which gaps of the list are wanted."""
    return GapFilter(recording, expert, card, collection, answered)


@router.get("/gaps", responses={200: {"model": PageOut[CardGapOut]}})
def list_gaps(
    request: Request,
    caller: CallerDep,
    session: ReadDep,
    asked: PageDep,
    wanted: Annotated[GapFilter, Depends(gap_filter)],
) -> JSONResponse:
    """What to ask next time, the best question first; of the cards that the caller may see."""
    page = gaps.list_gaps(session, caller, wanted, cursor=asked.cursor, limit=asked.limit)
    return listed(request, [documents.card_gap(found) for found in page.items], page.next)
