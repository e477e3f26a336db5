"""What people say of single lines of a card: accepted, put into other words, or rejected.

A rejection takes the line off the card, and other words replace it, each in a new revision; to accept one changes
nothing. No words are kept here: what the line said stands in the revision that was judged.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from models import review
from models.access import Caller
from models.contents import content_of
from models.errors import FieldError, Forbidden, Invalid, NotAllowed, NotFound
from models.judging import SLOTS, Judged, judged_lines, key_of, lines_in, place_of, places_of, with_lines
from models.tables import Card, CardState, LineVerdict, RejectionReason, VerdictKind, now
from models.values import CardContent


@dataclass(frozen=True, slots=True)
class Opinion:
    """A verdict on a line of a slot, or on all of its lines."""

    verdict: VerdictKind
    slot: str
    line: int | None = None  # its place in the slot, from 0; None: every line
    text: str | None = None  # the other words, of an edit
    reason: RejectionReason | None = None  # a rejection without one is for “other”
    note: str | None = None


def judge(session: Session, card: Card, opinion: Opinion, *, by: Caller, seen: int | None) -> list[LineVerdict]:
    """Keep what the caller says, in place of what the same person said of the line before; and act on it.

    Raises what `review.check_change` does, NotAllowed for a retired card, Invalid naming what does not fit.
    """
    _check(session, card, by, seen)
    content = content_of(session, card)
    numbers = _numbers(content, opinion)
    rows = [_keep(card, content, opinion, number, by) for number in numbers]
    session.flush()
    if opinion.verdict == VerdictKind.REJECT:
        left = _without(content, opinion.slot, numbers)
        review.amend(session, card, left, by=by, type="line_rejected", reason=rows[0].reason, note=opinion.note)
    elif opinion.text is not None:
        text, number = opinion.text, numbers[0]
        after = review.beneath(session, content, lambda shown: _reworded(shown, opinion.slot, number, text, by))
        review.amend(session, card, after, by=by, type="edited")
    return rows


def take_back(session: Session, card: Card, verdict: LineVerdict, *, by: Caller, seen: int | None) -> None:
    """Forget a verdict. A line that it took off the card is put back where all that it rests on is still cited.

    Other words stay: what they replaced is in the card's revisions. Raises what `judge` does, and Forbidden for
    another person's verdict to who is no manager.
    """
    _check(session, card, by, seen)
    if verdict.by != by.signature and not by.role.can_manage:
        raise Forbidden("only who gave a verdict, and managers, may take it back")
    judged = judged_lines(session, [verdict]).get(verdict.id) if verdict.verdict == VerdictKind.REJECT else None
    slot, number = verdict.slot, verdict.number
    card.verdicts.remove(verdict)
    session.flush()
    if judged is not None:
        content = content_of(session, card)
        line = _moved(judged[1], judged[0], content)
        if line is not None and line not in lines_in(content, slot):
            lines = list(lines_in(content, slot))
            lines.insert(number, line)
            review.amend(session, card, with_lines(content, slot, lines), by=by, type="line_put_back")


def find(session: Session, card: Card, verdict_id: str) -> LineVerdict:
    """The verdict. Raises NotFound."""
    row = session.get(LineVerdict, verdict_id)
    if row is None or row.card_id != card.id:
        raise NotFound(f"there is no verdict {verdict_id[:80]!r} on a line of this card")
    return row


def _check(session: Session, card: Card, by: Caller, seen: int | None) -> None:
    review.check_change(session, card, by, seen)
    if card.state == CardState.RETIRED:
        raise NotAllowed("the lines of a retired card cannot be judged", remedy="Write a new card.")


def _numbers(content: CardContent, opinion: Opinion) -> list[int]:
    """Which lines of the slot are meant. Raises Invalid."""
    is_edit = opinion.verdict == VerdictKind.EDIT
    count = len(lines_in(content, opinion.slot)) if opinion.slot in SLOTS else 0
    rules = (
        (opinion.slot not in SLOTS, "/slot", f"wants one of {', '.join(SLOTS)}"),
        (count <= (opinion.line or 0), "/line", f"names no line of this slot, which has {count}"),
        (is_edit != (opinion.text is not None), "/text", "belongs to an edit, and every edit wants it"),
        (is_edit and opinion.line is None, "/line", "is wanted: an edit is of one line"),
        (is_edit and opinion.slot == "metaphors", "/slot", "has no lines to be put into other words"),
        (opinion.verdict == VerdictKind.ACCEPT and opinion.reason is not None, "/reason", "is for rejections"),
    )
    errors = [FieldError(pointer, detail) for is_broken, pointer, detail in rules if is_broken]
    if errors:
        told = "; ".join(f"{error.pointer} {error.detail}" for error in errors)
        raise Invalid(f"the verdict does not fit: {told}", errors=errors)
    return list(range(count)) if opinion.line is None else [opinion.line]


def _keep(card: Card, content: CardContent, opinion: Opinion, number: int, by: Caller) -> LineVerdict:
    """The row that says so: the person's earlier one on the line, or a new one."""
    line = lines_in(content, opinion.slot)[number]
    key = key_of(content, opinion.slot, line)
    row = next((each for each in card.verdicts if (each.by, each.key) == (by.signature, key)), None)
    if row is None:
        row = LineVerdict(by=by.signature, key=key, slot=opinion.slot, places=places_of(content, line))
        card.verdicts.append(row)
    reason = opinion.reason or (RejectionReason.OTHER if opinion.verdict == VerdictKind.REJECT else None)
    said = (opinion.verdict, reason and str(reason), opinion.note)
    if (row.verdict, row.reason, row.note) != said:
        row.verdict, row.reason, row.note = said
        row.revision, row.number, row.at = card.revision, number, now()
    return row


def _without(content: CardContent, slot: str, numbers: Sequence[int]) -> CardContent:
    return with_lines(content, slot, [line for at, line in enumerate(lines_in(content, slot)) if at not in numbers])


def _reworded(content: CardContent, slot: str, number: int, text: str, by: Caller) -> CardContent:
    lines = list(content.lines(slot))
    if lines[number].text != text:
        lines[number] = replace(lines[number], text=text, parts=(), by=by.signature)
    return with_lines(content, slot, lines)


def _moved(line: Judged, before: CardContent, after: CardContent) -> Judged | None:
    """The line with the evidence as it is numbered by now; None where some of it is gone."""
    now_at = {tuple(place_of(one).values()): one.index for one in after.evidence}
    places = [tuple(place.values()) for place in places_of(before, line)]
    if any(place not in now_at for place in places):
        return None
    return replace(line, evidence=tuple(now_at[place] for place in places))
