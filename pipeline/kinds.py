"""What sort of know-how a card holds: what prevails among its lines."""

from collections.abc import Callable, Mapping

from models.values import LINE_SLOTS, CardContent, CardKind


def kind_of(lines: Mapping[str, int], *, figures: int) -> CardKind:
    """The kind of a card with so many lines by slot and so many figures of speech; a judgment where nothing prevails.

    What is rarer comes first where it is at least as much: dangers, exceptions, cues, and only then what is done.
    """
    action, judgment = lines.get("action", 0), lines.get("judgment", 0)
    dangers = lines.get("warnings", 0) + lines.get("novice_errors", 0)
    exceptions, cues = lines.get("exceptions", 0), lines.get("cues", 0)
    rules: tuple[tuple[Callable[[], bool], CardKind], ...] = (
        (lambda: dangers > 0 and dangers >= action, CardKind.WARNING),
        (lambda: exceptions > 0 and exceptions >= max(action, cues), CardKind.EXCEPTION),
        (lambda: figures > 0 and not action, CardKind.ANALOGY),
        (lambda: cues > 0 and cues >= action, CardKind.CUE),
        (lambda: action > 1, CardKind.PROCEDURE),
        (lambda: lines.get("situation", 0) > 0 and action + judgment > 0, CardKind.CONDITION),
        (lambda: action > 0, CardKind.PROCEDURE),
    )
    return next((kind for holds, kind in rules if holds()), CardKind.JUDGMENT)


def only_judges(content: CardContent) -> bool:
    """Whether all a card's lines are judgments, without a condition or a reason in any; not so where it has none."""
    told = [(slot, line) for slot in LINE_SLOTS for line in content.lines(slot)]
    return bool(told) and all(slot == "judgment" and not line.parts for slot, line in told)
