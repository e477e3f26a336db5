"""The map of cards."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.deps import CallerDep, ReadDep
from api.mapping import CardMap, card_map
from api.rules import RuledRoute
from api.schemas import MapOut

router = APIRouter(route_class=RuledRoute, tags=["cards"])


@router.get("/map", responses={200: {"model": MapOut}})
def get_map(caller: CallerDep, session: ReadDep) -> JSONResponse:
    """The cards that the caller may see, by what they speak about: near means alike. At most 5,000, the best ones."""
    return JSONResponse(document(card_map(session, caller)))


def document(found: CardMap) -> dict[str, Any]:
    """The map's JSON."""
    cards = [*(one for group in found.groups for one in group.cards), *found.alone]
    return {
        "cards": [
            {
                "id": one.pin.id,
                "title": one.pin.title,
                "state": one.pin.state.value,
                "group": one.pin.group,
                "x": one.x,
                "y": one.y,
            }
            for one in cards
        ],
        "groups": [
            {
                "id": group.id,
                "label": group.name.label,
                "tags": list(group.name.tags),
                "cards": len(group.cards),
                "x": group.x,
                "y": group.y,
            }
            for group in found.groups
        ],
    }
