"""How much of what a sentence says, so that two sentences can be compared: "half an hour" and "thirty minutes"."""

import re
from dataclasses import dataclass
from math import inf

from spacy.tokens import Doc

from models.quantities import CARDINALS

NUMBERS = {**CARDINALS, "half": 0.5, "twice": 2.0, "dozen": 12.0}
SCALES = {"hundred": 100.0, "thousand": 1000.0, "million": 1e6}
UNITS = {
    **dict.fromkeys(["second", "sec", "s"], ("second", 1.0)),
    **dict.fromkeys(["minute", "min"], ("second", 60.0)),
    **dict.fromkeys(["hour", "h"], ("second", 3600.0)),
    "day": ("second", 86400.0),
    "week": ("second", 7 * 86400.0),
    "month": ("second", 30 * 86400.0),
    "year": ("second", 365 * 86400.0),
    **dict.fromkeys(["millimetre", "millimeter", "mm"], ("metre", 0.001)),
    **dict.fromkeys(["centimetre", "centimeter", "cm"], ("metre", 0.01)),
    **dict.fromkeys(["metre", "meter", "m"], ("metre", 1.0)),
    **dict.fromkeys(["kilometre", "kilometer", "km"], ("metre", 1000.0)),
    **dict.fromkeys(["gram", "g"], ("gram", 1.0)),
    **dict.fromkeys(["kilogram", "kilo", "kg"], ("gram", 1000.0)),
    **dict.fromkeys(["ton", "tonne"], ("gram", 1e6)),
    **dict.fromkeys(["millilitre", "milliliter", "ml", "cc"], ("litre", 0.001)),
    **dict.fromkeys(["litre", "liter", "l"], ("litre", 1.0)),
    **dict.fromkeys(["percent", "%", "per cent"], ("percent", 1.0)),
    **dict.fromkeys(["degree", "°", "celsius"], ("degree", 1.0)),
}
BASES = frozenset(base for base, _ in UNITS.values())
AT_LEAST = re.compile(r"\b(?:at least|more than|over|above|beyond|no less than|from)\s*$", re.I)
AT_MOST = re.compile(r"\b(?:at most|less than|fewer than|under|below|up to|within|no more than|until)\s*$", re.I)
ROUGHLY = re.compile(r"\b(?:about|around|roughly|approximately|almost|nearly|maybe|some)\s*$", re.I)
ROUGH = 0.2  # by how much "about ten" may be off
YEARS = range(1900, 2101)
UNIT_REACH = 3  # tokens behind a number among which its unit stands


@dataclass(frozen=True, slots=True)
class Interval:
    """An amount to be compared: the unit in its base ("minute" counts as seconds), and where it may lie."""

    unit: str
    low: float
    high: float

    def conflicts(self, other: "Interval") -> bool:
        """Whether the two cannot both hold: apart from each other, or two limits at different places."""
        if self.unit != other.unit:
            return False
        if inf in (self.high, -self.low) and inf in (other.high, -other.low):
            return (self.low, self.high) != (other.low, other.high)
        return self.low > other.high or other.low > self.high


def intervals_in(doc: Doc) -> tuple[list[Interval], set[int]]:
    """The amounts in order, and the numbers of the tokens that say them."""
    found: list[Interval] = []
    counted: set[int] = set()
    number = 0
    while number < len(doc):
        value, end = _value(doc, number)
        if value is None:
            number += 1
            continue
        high = value
        if doc[end : end + 1].text.lower() in ("to", "or", "-", "–", "and"):
            second, behind = _value(doc, end + 1)
            if second is not None:
                high, end = max(value, second), behind
        unit, end = _unit(doc, end)
        if unit and (value != 1 or unit[0] in BASES):  # "one side" counts nothing
            found.append(_limited(doc[:number].text_with_ws, value, high, unit))
            counted.update(range(number, end))
        number = max(end, number + 1)
    return found, counted


def _value(doc: Doc, start: int) -> tuple[float | None, int]:
    """The number that begins at a token and where it ends; None where none does."""
    value, end = 0.0, start
    while end < len(doc):
        word = doc[end].lower_
        if word in SCALES and end > start:
            value *= SCALES[word]
        elif word in NUMBERS:
            value += NUMBERS[word]
        elif word == "-" and end > start and doc[end + 1 : end + 2].text.lower() in NUMBERS:
            pass
        elif end == start and re.fullmatch(r"\d+(?:[.,]\d+)?", word):
            value = float(word.replace(",", "."))
        else:
            break
        end += 1
    if end == start or (value in YEARS and doc[start].is_digit):
        return None, start
    return value, end


def _unit(doc: Doc, start: int) -> tuple[tuple[str, float] | None, int]:
    """What is counted, in its base and with its factor, and where the words for it end."""
    for token in doc[start : start + UNIT_REACH]:
        if token.lower_ in ("a", "an", "of", "-") or token.pos_ == "ADJ":
            continue
        known = UNITS.get(token.lemma_.lower()) or UNITS.get(token.lower_) or UNITS.get(token.lower_.removesuffix("s"))
        if known:
            return known, token.i + 1
        if token.pos_ not in ("NOUN", "PROPN"):
            return None, start
        following = doc[token.i + 1 : token.i + 2]
        if len(following) and following[0].pos_ == "NOUN":
            continue  # "newton metres"
        return (token.lemma_.lower(), 1.0), token.i + 1
    return None, start


def _limited(before: str, low: float, high: float, unit: tuple[str, float]) -> Interval:
    """The amount with what the words before it make of it: a limit, or a rough figure."""
    name, factor = unit
    low, high = low * factor, high * factor
    if AT_LEAST.search(before):
        return Interval(name, low, inf)
    if AT_MOST.search(before):
        return Interval(name, -inf, high)
    if ROUGHLY.search(before):
        return Interval(name, low * (1 - ROUGH), high * (1 + ROUGH))
    return Interval(name, low, high)
