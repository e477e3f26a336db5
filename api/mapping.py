"""The map of cards, for REST and for the page."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from models.access import Caller
from models.drafts import corpus
from models.places import GroupName, Pin, group_names, pins
from pipeline.layout import layout


@dataclass(frozen=True, slots=True)
class Placed:
    """A card and its place."""

    pin: Pin
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Group:
    """Cards on the map that speak about the same; its place is their middle."""

    id: str
    name: GroupName
    cards: tuple[Placed, ...]  # best first
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class CardMap:
    """What stands on the map; the largest group first, then the cards that belong to none."""

    groups: tuple[Group, ...]
    alone: tuple[Placed, ...]


def card_map(session: Session, caller: Caller) -> CardMap:
    """The map of the cards that the caller may see. All that is kept says where they lie, so everybody sees one map."""
    kept = corpus(session)
    places = layout(kept.clusters, kept.vectors).round(4)
    row = {one: number for number, one in enumerate(kept.ids)}
    shown = pins(session, caller)
    found = [Placed(pin, *map(float, places[row[pin.id]])) for pin in shown if pin.id in row]
    groups = []
    for group, name in group_names(session, shown).items():
        cards = tuple(one for one in found if one.pin.group == group)
        x, y = np.mean([(one.x, one.y) for one in cards], axis=0).round(4)
        groups.append(Group(group, name, cards, float(x), float(y)))
    groups.sort(key=lambda group: (-len(group.cards), group.id))
    return CardMap(tuple(groups), tuple(one for one in found if one.pin.group is None))
