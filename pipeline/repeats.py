"""Repeats: lines of a card that only say again what stands inside another line."""

from collections.abc import Iterable, Mapping, Sequence

from models.values import Line


def without_repeats(slots: Mapping[str, Sequence[Line]]) -> dict[str, list[Line]]:
    """The lines by slot, without a situation that another line of the card has for its condition."""
    others = (line for slot, lines in slots.items() if slot != "situation" for line in lines)
    marked = frozenset(_conditions(others))
    kept = {slot: list(lines) for slot, lines in slots.items()}
    kept["situation"] = [line for line in slots.get("situation", ()) if line.text.casefold() not in marked]
    return kept


def _conditions(lines: Iterable[Line]) -> Iterable[str]:
    for line in lines:
        yield from (line.text[one.start : one.end].casefold() for one in line.parts if one.role == "condition")
