"""Thresholds in the expert's words: a number with its unit, and what it is compared with."""

import re
from collections.abc import Iterator

_ONES = "one two three four five six seven eight nine"
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_UNITS = (
    # share, heat, pressure, current, speed
    r"percent|per cent|%|degrees?|°\s?[CF]?|celsius|fahrenheit|bars?|psi|pascals?|volts?|amps?|watts?|ohms?|hertz|rpm|"
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
_NUMBER_WORD = "|".join(
    [
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
_AROUND = rf"(?:(?:{_STRICT}|{_LOOSE}|just|right|the|another|like|a good)\s+)*"
_UNIT = (
    r"(?:(?<=\d)\s?|[\s-])(?:more |full |good |square |cubic |quarter |half )?"
    rf"(?:{_UNITS})(?![\w%])(?:\s(?:{_SHAPE})\b)?"
)

MEASURE = re.compile(rf"\b{_AROUND}(?<![\w.,:/])(?:{_RANGE}|an?){_UNIT}", re.I)
LIMIT = re.compile(
    rf"\b(?:{_STRICT})\s+(?:about |around |roughly )?(?:{_RANGE})(?![\w°%]|[.,:]\d)(?:\s(?:{_SHAPE})\b)?", re.I
)
PROPORTION = re.compile(rf"(?<![\w.,])(?:{_NUMBER})\s(?:out of|in every)\s(?:{_NUMBER})\b", re.I)
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
    taken = 0
    found = sorted(
        (match.start(), -match.end()) for pattern in (MEASURE, LIMIT, PROPORTION) for match in pattern.finditer(text)
    )
    for start, end in ((start, -end) for start, end in found):
        said = text[start:end]
        if start >= taken and not NO_AMOUNT.search(said):
            taken = end
            yield start, end
