"""The map of cards as a picture, with everything in words below it."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response

from api.deps import ReadDep
from api.mapping import CardMap, Group, card_map
from api.pages.page import PageCaller, new_router, render

router = new_router()

WIDTH, HEIGHT, MARGIN = 1000, 640, 60  # of the picture
SMALLEST_SPAN = 0.1  # so that few cards close together are not blown up
LINE = 24  # height of a label
LETTER = 8.5  # its width, for a letter
MOST_LABELS = 14
LONGEST_LABEL = 42


@dataclass(frozen=True, slots=True)
class Dot:
    id: str
    title: str
    state: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Label:
    text: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A group in words."""

    label: str
    tags: str
    cards: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """From places to the picture; one scale for both directions, so that near stays near."""

    left: float
    top: float
    factor: float

    @classmethod
    def of(cls, places: Sequence[tuple[float, float]]) -> "Scale":
        (left, right), (bottom, top) = ((min(side), max(side)) for side in zip(*places, strict=True))
        spans = (max(right - left, SMALLEST_SPAN), max(top - bottom, SMALLEST_SPAN))
        factor = min((WIDTH - 2 * MARGIN) / spans[0], (HEIGHT - 2 * MARGIN) / spans[1])
        across, down = WIDTH / factor, HEIGHT / factor
        return cls((left + right - across) / 2, (bottom + top + down) / 2, factor)

    def point(self, x: float, y: float) -> tuple[int, int]:
        return round((x - self.left) * self.factor), round((self.top - y) * self.factor)


@router.get("/map")
def show_map(request: Request, caller: PageCaller, session: ReadDep) -> Response:
    """The cards that somebody may see, as dots that lead to them; near means alike."""
    found = card_map(session, caller)
    cards = [*(one for group in found.groups for one in group.cards), *found.alone]
    scale = Scale.of([(one.x, one.y) for one in cards]) if cards else None
    lists = listed(found, scale) if scale else []
    return render(
        request,
        "map.html",
        width=WIDTH,
        height=HEIGHT,
        lists=lists,
        dots=[dot for group in lists for dot in group.cards],
        labels=labels(found.groups, scale) if scale else [],
    )


def listed(found: CardMap, scale: Scale) -> list[Listed]:
    """Every group with its cards, and at last the cards that belong to none."""
    named = [(group.name.label, ", ".join(group.name.tags), group.cards) for group in found.groups]
    rest = [("On their own", "", found.alone)] if found.alone else []
    return [
        Listed(
            label,
            tags,
            tuple(Dot(one.pin.id, one.pin.title, one.pin.state.value, *scale.point(one.x, one.y)) for one in cards),
        )
        for label, tags, cards in (*named, *rest)
    ]


def labels(groups: Sequence[Group], scale: Scale) -> list[Label]:
    """The names of the largest groups, as many as find room; the list below has them all."""
    found: list[Label] = []
    for group in groups[:MOST_LABELS]:
        text = group.name.label
        text = text if len(text) <= LONGEST_LABEL else f"{text[:LONGEST_LABEL].rpartition(' ')[0]} …"
        half = round(len(text) * LETTER / 2)
        x, y = scale.point(group.x, group.y)
        label = Label(text, min(max(x, half), WIDTH - half), max(y - LINE // 2, LINE))
        if not any(overlap(label, other) for other in found):
            found.append(label)
    return found


def overlap(one: Label, other: Label) -> bool:
    apart = (len(one.text) + len(other.text)) * LETTER / 2
    return abs(one.y - other.y) < LINE and abs(one.x - other.x) < apart
