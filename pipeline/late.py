"""Why a draft is offered late: what makes a passage less likely to be worth an expert's minute. Nothing is dropped.

Each reason is a few words that a reviewer can read. Half of what such rules put last was useful when it was read, so
they decide nothing but the order.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from spacy.tokens import Doc, Token

from models.values import Statement
from pipeline.sentences import is_fragment, is_story
from pipeline.wording import LOOKS_PAST, STATES

NO_LINE = "no line could be made of it"
NO_TITLE = "nothing in it makes a clear title"
ADVERT = "it reads like an advertisement"
NO_GROUND = "it only judges, without a condition or a reason"
MOST, MANY = 0.6, 0.5  # shares of a passage
FRAGMENTS = 0.34

SELLS = re.compile(
    r"\bbrought to you by\b|\b(?:is|been) sponsored by\b|\bfree trial\b|\bpromo code\b|\bcoupon\b|\bsign up\b|"
    r"\bsubscribe\b|"
    r"\b(?:check (?:it|them|us) out|be sure to check out)\b|\bhead over\b|\bspecial offer\b|\bthis portion of\b|"
    r"\b(?:visit|go to) \w+(?:\.| dot )(?:com|io|dev|fm)\b",
    re.I,
)
MAY_SELL = re.compile(
    r"\bsponsor|\bdot com\b|\w\.(?:com|io|dev|fm)\b|\bnewsletter\b|\bpatreon\b|\b(?:this|today['’]s) episode\b", re.I
)
OPENS = re.compile(r"\bbrought to you by\b|\b(?:is|been) sponsored by\b", re.I)
PLANS = re.compile(
    r"\b(?:upcoming|road ?map|hopefully|coming soon|stay tuned|some day|release candidate)\b|"
    r"\bnext (?:week|month|year|quarter|release|version)\b|\blater this (?:week|month|year)\b|"
    r"\bin (?:the next|two|three|a few|a couple of) (?:few )?(?:days|weeks|months|years)\b|"
    r"\b(?:we|i)(?:['’]re|['’]m| are| am)? (?:still |currently |also )?"
    r"(?:plan(?:ning)? (?:to|on)|hop(?:e|ing) to|working on|looking forward|about to (?:release|launch|ship))\b|"
    r"\b(?:we|i)(?:['’]ve| have)? just (?:released|launched|shipped|merged|announced)\b|"
    r"\b(?:going to|gonna|will|['’]ll) (?:announce|release|launch|publish|ship|merge)\b",
    re.I,
)
JOKES = re.compile(r"[\[(](?:\w+ )?laugh\w*[\])]|\b(?:just kidding|i['’]m (?:just )?(?:joking|kidding)|no pun)\b", re.I)
LIFE = re.compile(
    r"\b(?:grew up|was born|graduated|my (?:wife|husband|kids?|family|parents|father|mother|dad|mom|brother|sister|"
    r"career|degree|phd|studies|boss|book|blog|podcast))\b|"
    r"\bi (?:was|am|['’]ve been|have been|worked|joined|started|moved|studied|retired)\b|\bi['’]m (?:an?|the) \w+",
    re.I,
)
AROUND = 3  # statements on either side of what sells, that belong to it
STRETCH = 12  # statements between two that sell, that sell too; and behind the one that opens an advertisement


@dataclass(frozen=True, slots=True)
class Told:
    """A chosen statement: how it was said, and how it is shown."""

    statement: Statement
    doc: Doc
    points: bool  # to something that only the listener saw
    sells: bool


SHARES: tuple[tuple[str, float, Callable[[Told], bool]], ...] = (
    ("it tells mostly what happened once", MOST, lambda one: is_story(one.doc)),
    ("much of it breaks off", FRAGMENTS, lambda one: is_fragment(one.doc)),
    (ADVERT, MANY, lambda one: one.sells),
    ("it tells news or plans", MANY, lambda one: bool(PLANS.search(one.doc.text))),
    ("it points at what only the listener saw", MANY, lambda one: one.points),
    ("it is told as a joke", MANY, lambda one: bool(JOKES.search(one.statement.text))),
    ("it tells about the speaker more than about the work", MOST, lambda one: _is_about_me(one.doc)),
)


def why_late(told: Sequence[Told], *, has_lines: bool, has_title: bool, only_judges: bool) -> tuple[str, ...]:
    """The reasons, none where nothing speaks against the passage. The flags say what its card holds."""
    found = [reason for reason, share, holds in SHARES if _share(told, holds) >= share]
    found += [NO_GROUND] if only_judges else []
    found += [] if has_lines else [NO_LINE]
    found += [] if has_title else [NO_TITLE]
    return tuple(found)


def adverts(statements: Sequence[Statement]) -> frozenset[int]:
    """Numbers of the statements of an advertisement: behind one that opens it, and around two that sell something."""
    sure = {one.index for one in statements if SELLS.search(one.text)}
    marks = sorted(sure | {one.index for one in statements if MAY_SELL.search(one.text)})
    found = set[int]()
    for one in statements:
        if OPENS.search(one.text):
            found.update(range(one.index, one.index + STRETCH))
    for before, after in pairwise(marks):
        if after - before <= STRETCH and sure.intersection({before, after}):
            found.update(range(before - AROUND, after + AROUND + 1))
    return frozenset(found.intersection(range(len(statements))))


def _share(told: Sequence[Told], holds: Callable[[Told], bool]) -> float:
    return sum(holds(one) for one in told) / max(1, len(told))


def _is_about_me(doc: Doc) -> bool:
    """Whether the speaker's life is told of, or what the speaker feels and thinks."""
    if LIFE.search(doc.text):
        return True
    roots = (token for token in doc if token.dep_ == "ROOT" and token.lower_ not in LOOKS_PAST)
    return any(root.lemma_ in STATES and _is_mine(root.children) for root in roots)


def _is_mine(children: Iterable[Token]) -> bool:
    return any(child.lower_ == "i" and child.dep_ == "nsubj" for child in children)
