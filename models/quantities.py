"""Thresholds in the expert's words: a number with its unit, and what it is compared with."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_ONES = "one two three four five six seven eight nine"
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_UNITS = (
    # share, heat, pressure, current, speed
    r"percent|per cent|%|degrees?(?: (?:celsius|centigrade|fahrenheit))?|°\s?[CF]?|celsius|fahrenheit|"
    r"bars?|psi|pascals?|volts?|amps?|watts?|ohms?|hertz|rpm|"
    # length
    r"(?:milli|centi|kilo)?met(?:er|re)s?|mm|cm|km|inch(?:es)?|f(?:oo|ee)t|yards?|miles?|"
    r"fingers?|fingertips?|knuckles?|thumbs?|hands?|arm'?s lengths?|steps?|"
    # weight and volume
    r"grams?|kilo(?:gram)?s?|kg|pounds?|ounces?|tons?|lit(?:er|re)s?|millilit(?:er|re)s?|ml|cc'?s?|gallons?|pints?|cups?|"
    r"teaspoons?|tablespoons?|spoons?|spoonfuls?|drops?|pinch(?:es)?|"
    # time
    r"(?:milli)?seconds?|minutes?|hours?|days?|weeks?|months?|"
    # counting
    r"times|turns?|strokes?|coats?|layers?|rounds?|gauge"
)
_SHAPE = r"wide|deep|thick|long|high|tall|apart|off|per \w+|an? (?:minute|hour|day|week|month)|in diameter"
_DIGITS = f"zero {_ONES}"
_SPOKEN_POINT = rf"(?:{'|'.join([*_DIGITS.split(), *_TEENS.split()])}) point (?:{'|'.join(_DIGITS.split())})"
_NUMBER_WORD = "|".join(
    [
        _SPOKEN_POINT,
        rf"(?:{'|'.join(_TENS.split())})(?:[- ](?:{'|'.join(_ONES.split())}))?",
        "|".join(f"{_TEENS} {_ONES}".split()),
        r"(?:an?|one) (?:hundred|thousand|dozen|half|third|quarter)|half an?|half|hundreds?|a couple(?: of)?|a few",
    ]
)
_NUMBER = (
    rf"(?:[-−]?\d+(?:[.,]\d+)*(?:/\d+)?|"
    rf"\b(?:{_NUMBER_WORD})(?: (?:hundred|thousand|million))?\b(?! of (?:us|them|you|my|the)\b))"
    r"(?:(?: and)? a (?:half|quarter)\b)?"
)
_RANGE = rf"{_NUMBER}(?:\s?(?:to|or|and|-|–|by)\s?{_NUMBER})?"
_STRICT = (
    r"at least|at most|no (?:more|less|fewer|later|earlier) than|not (?:more|less|over|above|below) than|"
    r"(?:more|less|fewer|greater|higher|lower|bigger|smaller|larger|longer|shorter|thicker|thinner|hotter|colder) than|"
    r"over|under|above|below|beyond|up to|down to|between|a (?:maximum|minimum) of|exceeds?"
)
_LOOSE = r"at|about|around|roughly|approximately|maybe|almost|nearly|exactly|within|after|for|every|until|to|by"
_BEHIND = r"(?:,?\s(?:or (?:more|less|longer|higher|lower)|at (?:least|most))\b)?"
_AROUND = rf"(?:(?:{_STRICT}|{_LOOSE}|just|right|the|another|like|a good)\s+)*"
_UNIT = (
    r"(?:(?<=\d)\s?|[\s-])(?:more |full |good |square |cubic |quarter |half )?"
    rf"(?:{_UNITS})(?![\w%])(?:\s(?:{_SHAPE})\b)?{_BEHIND}"
)

MEASURE = re.compile(rf"(?:\b|(?<!\w)(?=[-−]\d)){_AROUND}(?<![\w.,:/])(?:{_RANGE}|an?){_UNIT}", re.I)
LIMIT = re.compile(
    rf"\b(?:{_STRICT})\s+(?:about |around |roughly )?(?:{_RANGE})(?![\w°%]|[.,:]\d)(?:\s(?:{_SHAPE})\b)?", re.I
)
PROPORTION = re.compile(rf"(?<![\w.,])(?:{_NUMBER})\s(?:out of|in every)\s(?:{_NUMBER})\b", re.I)


class Comparator(StrEnum):
    """How a threshold's number is meant."""

    AT = "at"  # "at 78 degrees", "ten minutes"
    ABOUT = "about"  # "around ten minutes"
    ABOVE = "above"  # "more than two bar"
    BELOW = "below"  # "under sixty degrees"
    AT_LEAST = "at_least"  # "ten minutes or more"
    AT_MOST = "at_most"  # "up to 5 mm", "within an hour"
    BETWEEN = "between"  # "two to three percent"
    EVERY = "every"  # "every two thousand hours"


@dataclass(frozen=True, slots=True)
class Amount:
    """A threshold as a program reads it. `number_to` is the upper end of a range; `unit` is in the singular."""

    comparator: Comparator
    number: float
    number_to: float | None = None
    unit: str | None = None


_COMPARED = (  # the first that stands among the words before the number, or behind the unit
    (
        r"\bat least\b|\bno (?:less|fewer|earlier) than\b|\bnot (?:less|below) than\b|minimum|"
        r"\bor (?:more|longer|higher)\b",
        "at_least",
    ),
    (
        r"\bat most\b|\bno (?:more|later) than\b|\bnot (?:more|over|above) than\b|maximum|"
        r"\b(?:up to|down to|within|until)\b|\bor (?:less|lower)\b",
        "at_most",
    ),
    (r"\b(?:more|greater|higher|bigger|larger|longer|thicker|hotter) than\b|\b(?:over|above|beyond)\b|exceed", "above"),
    (r"\b(?:less|fewer|lower|smaller|shorter|thinner|colder) than\b|\b(?:under|below)\b", "below"),
    (r"\bevery\b", "every"),
    (r"\b(?:about|around|roughly|approximately|maybe|almost|nearly|like)\b", "about"),
)
_READ = re.compile(
    rf"^(?P<before>{_AROUND})(?P<number>{_NUMBER}|an?)"
    rf"(?:\s?(?P<join>to|or|and|-|–|out of|in every)\s?(?P<to>{_NUMBER}))?"
    rf"[\s-]*(?:(?:more|full|good) )?"
    rf"(?P<unit>(?:(?:square|cubic|quarter|half) )?(?:{_UNITS})(?![\w%])(?:\s(?:{_SHAPE})\b)?)?"
    rf"(?P<behind>.*)$",
    re.I,
)
CARDINALS = {
    **{word: float(value) for value, word in enumerate(f"{_DIGITS} {_TEENS}".split())},
    **{word: 10.0 * value for value, word in enumerate(_TENS.split(), 2)},
}
_WORTH = {
    **CARDINALS,
    "half": 0.5,
    "quarter": 0.25,
    "third": 1 / 3,
    "couple": 2.0,
}
_TIMES = {"dozen": 12.0, "hundred": 100.0, "thousand": 1_000.0, "million": 1_000_000.0}
_PARTS = frozenset({"half", "third", "quarter"})
_SAME_UNIT = {"%": "percent", "per cent": "percent"}
_ONE_OF_THEM = {"feet": "foot", "inche": "inch", "pinche": "pinch"}
_PLURAL = re.compile(r"(?<!celsiu)(?<=[a-z])'?s\b")

_HINTS = frozenset(  # a threshold has a digit, or one of these words: quick to find
    f"{_DIGITS} {_TEENS} {_TENS} half quarter third hundred hundreds thousand million dozen couple few than over under "
    "above below beyond least most up down within after maximum minimum exceed exceeds between".split()
)
_PATTERNS = (  # each with strings of which one is in all that it finds
    (MEASURE, ()),
    (
        LIMIT,
        (
            "least",
            "most",
            "than",
            "over",
            "under",
            "above",
            "below",
            "beyond",
            "up to",
            "down to",
            "between",
            "imum",
            "exceed",
        ),
    ),
    (PROPORTION, ("out of", "in every")),
)
NO_AMOUNT = re.compile(
    r"^(?:(?:for|after|in|to|by|at|about|within|every|until|the|just|another|like)\s)*"
    r"an?\s(?!half|quarter|third|hundred|thousand|dozen|couple|few|good)"  # "for a minute"
    r"|^one (?:day|time|step|hand|round|layer|turn)$"  # "one day I came in"
    r"|^(?:at least|more than|less than|over|under|above|below|up to|between)\s+one$"
    r"|\b(?:19|20)\d\d$",  # a year
    re.I,
)


def quantities(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the thresholds in a text, in order and without overlap: "about two fingers wide", "over ninety"."""
    low = text.lower()
    if not (any(map(str.isdecimal, text)) or not _HINTS.isdisjoint(low.replace("-", " ").split())):
        return
    taken = 0
    wanted = [pattern for pattern, hints in _PATTERNS if not hints or any(map(low.__contains__, hints))]
    found = sorted((match.start(), -match.end()) for pattern in wanted for match in pattern.finditer(text))
    for start, end in ((start, -end) for start, end in found):
        said = text[start:end]
        if start >= taken and not NO_AMOUNT.search(said):
            taken = end
            yield start, end


def amount(said: str) -> Amount | None:
    """What a threshold's words say, as `quantities` finds them; None where they say no number ("a few minutes")."""
    match = _READ.match(said.strip())
    if match is None:
        return None
    first, last = _number(match["number"]), _number(match["to"] or "")
    if first is None:
        return None
    unit = _unit(match["unit"])
    joined = (match["join"] or "").lower()
    if last is not None and joined in {"out of", "in every"}:
        return Amount(Comparator.AT, first / last, None, "share") if last else None
    if last is not None and joined == "and" and last < first and "between" not in match["before"].lower():
        first, last = first + last, None  # "three hundred and fifty"
    compared = f"{match['before']} … {match['behind']}".lower()
    found = next((Comparator(name) for pattern, name in _COMPARED if re.search(pattern, compared)), Comparator.AT)
    return Amount(found if last is None else Comparator.BETWEEN, first, last, unit)


def _number(said: str) -> float | None:
    """The number that these words or digits say."""
    if re.match(r"[-−]?\d", said):
        return _digits(said)
    whole, _, decimals = said.lower().partition(" point ")
    if decimals:
        return _WORTH[whole] + _WORTH[decimals] / 10
    fraction = re.search(r"(?:and )?a (half|quarter)$", whole)
    rest = whole[: fraction.start()].strip() if fraction else whole
    if fraction and rest:
        more = _number(rest)
        return None if more is None else more + _WORTH[fraction[1]]
    read = [word for word in re.findall(r"[a-z]+", whole) if word not in {"a", "an", "and", "of"}]
    if any(word not in _WORTH and word not in _TIMES for word in read):
        return None  # "a few"
    total = 0.0 if read else 1.0
    for word in read:
        if word in _TIMES:
            total = max(total, 1.0) * _TIMES[word]
        else:
            total = _WORTH[word] if word in _PARTS else total + _WORTH[word]
    return total if whole else None


def _digits(said: str) -> float | None:
    written = re.match(r"([-−]?)([\d.,]*\d)(?:/(\d+))?", said)
    if written is None:
        return None
    sign, digits, below = written.groups()
    plain = re.sub(r",(?=\d{3}\b)", "", digits).replace(",", ".")
    if plain.count(".") > 1 or (below is not None and not int(below)):
        return None
    return (-1 if sign else 1) * float(plain) / (int(below) if below else 1)


def _unit(said: str | None) -> str | None:
    """The unit in small letters and the singular: "degree", "turn", "finger wide"; a degree's letter stays large."""
    if said is None:
        return None
    low = said.lower().strip()
    if low.startswith("°"):
        return "°" + low[1:].strip().upper()
    return " ".join(_ONE_OF_THEM.get(word, word) for word in _PLURAL.sub("", _SAME_UNIT.get(low, low)).split())
