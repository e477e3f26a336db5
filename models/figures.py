"""Figures of speech across cards: who else likens something to the same thing, and which ones people kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from models import library
from models.access import Caller
from models.cards import CardView
from models.documents import from_document
from models.library import CardFilter
from models.masking import BLOT
from models.paging import MOST
from models.tables import Card, CardRevision, CardState, LineVerdict, VerdictKind
from models.values import MACHINE, CardContent, JudgedFigure, Metaphor

MOST_USES = 10  # of one figure
ENDINGS = (("ies", "y"), ("ss", "ss"), ("s", ""))  # of several things, and of one


@dataclass(frozen=True, slots=True)
class Use:
    """Another card whose expert takes a figure from the same world, as the caller sees it."""

    card: CardView
    metaphor: Metaphor


def also_used(session: Session, caller: Caller, card: CardView) -> list[tuple[Metaphor, list[Use]]]:
    """The card's figures that other experts use too, with where; of each the ten best.

    Only cards that the caller may see count, and of those only words that nothing hides.
    """
    shared = []
    for metaphor in card.content.metaphors:
        uses = list(_uses(session, caller, card, world(metaphor.source)))[:MOST_USES]
        if uses:
            shared.append((metaphor, uses))
    return shared


def world(source: str | None) -> str | None:
    """What two sources of the same world share: the last noun of “an old garden hose”, a whole “driving in fog”.

    None where there is no source, or where words of it are hidden.
    """
    words: list[str] = re.findall(r"[^\W_]+", (source or "").casefold())
    if not words or BLOT in (source or ""):
        return None
    if words[0].endswith("ing") and len(words) > 1:
        return " ".join(words)
    head = words[words.index("of") - 1] if "of" in words[1:] else words[-1]
    old, new = next((pair for pair in ENDINGS if head.endswith(pair[0]) and len(head) > 3), ("", ""))
    return head.removesuffix(old) + new


def _uses(session: Session, caller: Caller, card: CardView, wanted: str | None) -> Iterator[Use]:
    if wanted is None:
        return
    experts = {expert.id for expert in card.experts}
    searched = wanted if wanted[-1:] != "y" else wanted[:-1]  # "ferry" and "ferries" both hold "ferr"
    for other in library.list_cards(session, caller, CardFilter(q=searched), limit=MOST).items:
        if other.id == card.id or other.state in (CardState.REJECTED, CardState.RETIRED):
            continue
        if {expert.id for expert in other.experts} <= experts:
            continue
        yield from (Use(other, one) for one in other.content.metaphors if world(one.source) == wanted)


def judged(session: Session) -> list[JudgedFigure]:
    """What people made of the machine's figures, each once.

    Kept: on an approved card, or where a verdict accepts or rewords it. Not kept: where a verdict or an edit takes it
    away. What was said of it by a verdict counts most.
    """
    found: dict[tuple[str, str], JudgedFigure] = {}
    cards = session.scalars(select(Card).options(selectinload(Card.revisions)).order_by(Card.id))
    for card in cards.yield_per(100):
        for one in _judged(card):
            found[one.quote, one.expression] = one
    for one in _accepted(session):
        found[one.quote, one.expression] = one
    return list(found.values())


def _accepted(session: Session) -> Iterator[JudgedFigure]:
    """Those that verdicts keep; what a verdict rejects is gone from the card, and known by that."""
    keeping = (VerdictKind.ACCEPT, VerdictKind.EDIT)
    asked = select(LineVerdict).where(LineVerdict.slot == "metaphors", LineVerdict.verdict.in_(keeping))
    for verdict in session.scalars(asked.order_by(LineVerdict.at, LineVerdict.id)):
        row = session.get_one(CardRevision, (verdict.card_id, verdict.revision))
        content = from_document(CardContent, row.content)
        said = [one.expression for one in content.metaphors[verdict.number : verdict.number + 1]]
        yield from _figures(content, set(said), kept=True)


def _judged(card: Card) -> Iterator[JudgedFigure]:
    """Those of one card; what was approved last speaks last."""
    contents = {each.number: from_document(CardContent, each.content) for each in card.revisions}
    for row in card.revisions[1:]:
        before, after = contents.get(row.number - 1), contents[row.number]
        if before is not None and row.by != MACHINE:
            left = {metaphor.expression for metaphor in after.metaphors}
            yield from _figures(before, {one.expression for one in before.metaphors} - left, kept=False)
    if card.served_revision in contents:
        served = contents[card.served_revision]
        yield from _figures(served, {one.expression for one in served.metaphors}, kept=True)


def _figures(content: CardContent, expressions: set[str], *, kept: bool) -> Iterator[JudgedFigure]:
    quotes = {evidence.index: evidence.quote for evidence in content.evidence}
    for one in content.metaphors:
        if one.by == MACHINE and one.expression in expressions and one.evidence:
            yield JudgedFigure(quotes.get(one.evidence[0], ""), one.expression, kept)
