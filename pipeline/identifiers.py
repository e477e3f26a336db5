"""Numbers and addresses that lead to a person: mail, phone, web, bank, card, insurance, date of birth.

The written ones are found by the pattern recognizers of Presidio and by phonenumbers (without any language model, and
without the network); what is spelled out in speech (“jo at example dot org”, “oh two oh seven …”) is ours.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import phonenumbers
from tldextract import TLDExtract

KINDS = {
    "EMAIL_ADDRESS": "email",
    "URL": "url",
    "IBAN_CODE": "iban",
    "CREDIT_CARD": "credit_card",
    "US_SSN": "national_id",
    "UK_NHS": "national_id",
    "UK_NINO": "national_id",
    "IP_ADDRESS": "ip_address",
}
ADDRESSES = frozenset({"EMAIL_ADDRESS", "URL", "IP_ADDRESS"})
LEAST = 0.4  # of Presidio's own scores; what has less needs a word beside it that says what it is
LONGEST_ADDRESS = 500  # characters
NEAR = 60  # characters before a number in which such a word counts
REGIONS = ("GB", "US", "DE", "FR", "NL", "ES", "IT", "AU", "IN", "CH", "AT", "IE")  # of numbers without a country's own
SHORTEST_PHONE = 7  # digits

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
_UNIT = "(?:one|two|three|four|five|six|seven|eight|nine)"
_ORDINAL = (
    r"(?:\d{1,2}(?:st|nd|rd|th)?|"
    r"(?:twenty[ -]|thirty[ -])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|"
    r"tenth|eleventh|twelfth|(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth)"
)
_YEAR = rf"(?:[12]\d{{3}}|['’]?\d{{2}}|(?:nineteen|twenty|two thousand)(?: and)?[ -][a-z]+(?:[ -]{_UNIT})?)"
_DATE = (
    r"(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}-\d{2}|"
    rf"(?:the )?{_ORDINAL}(?: of)? {_MONTH}\b(?:,? {_YEAR})?|{_MONTH} (?:the )?{_ORDINAL}(?:,? {_YEAR})?)"
)
BORN = re.compile(rf"\b(?:born|birth|birthday|birthdate|dob)\b[^.!?\n]{{0,30}}?\b({_DATE})(?!\w)", re.I)

DOTTED = re.compile(r"(?<!\S)(?=\S*?(?:\w[.@]\w|\w:[:/\w]))\S++")  # what could be an address
_LABEL = r"(?!dot\b)[\w-]{1,60}"
MAIL_SAID = re.compile(rf"(?:\bat|@) ?({_LABEL}(?:(?: dot | dash | hyphen |\.){_LABEL}){{1,6}})\b", re.I)
JOINING = frozenset("dot underscore dash hyphen plus".split())  # words for what stands inside of the name before the @
MAIL_WORD = re.compile(r"\b(?:e-?mails?|mails?|address|write|reach|send|contact)\b", re.I)
WEB_SAID = re.compile(
    rf"\b((?:www dot )?{_LABEL}(?: dot {_LABEL}){{0,3}} dot (?:com|org|net|edu|gov|info|io|co dot uk|de|eu))\b", re.I
)
WEB_ENDS = frozenset("com org net edu gov info io uk de eu".split())  # other ends are file names more often

_DIGIT = r"(?:zero|oh|nought|one|two|three|four|five|six|seven|eight|nine|\d)"
_DIGITS = rf"(?:(?:double|triple) )?{_DIGIT}"
DIGITS_SAID = re.compile(rf"\b(?:plus )?{_DIGITS}(?:[ ,-]+{_DIGITS}){{4,20}}\b", re.I)
NUMBER = re.compile(r"(?<![\w.])[+(]?\d[\d\s()./-]{5,24}\d(?![\w])")
LOCAL = re.compile(r"\d{3}[ -.]\d{4}")  # as neighbours say it
PHONE_WORD = re.compile(
    r"\b(?:phone|telephone|number|mobile|cell|call|called|ring|dial|fax|extension|reach|text|whatsapp|line)\b", re.I
)
NUMBERED = re.compile(
    r"\b(?:social security|ssn|national insurance|nhs|passport|driving licen[cs]e|driver['’]?s licen[cs]e|badge|"
    r"employee|personnel|staff|patient|customer|account|membership|policy|insurance|tax|identity|id)"
    r"(?: (?:card|number|no\.?|id))*(?: (?:is|was|of|says))?[ :#]{1,3}"
    r"((?=[\w-]*\d)(?:[A-Z]{0,3}[\d-]{4,}[A-Z\d]*|[A-Z\d]{6,}))\b",
    re.I,
)
ID_WORD = re.compile(r"\b(?:social security|ssn|national insurance|nhs|identity|passport|insurance)\b", re.I)
VALUES = {name: digit for digit, name in enumerate("zero one two three four five six seven eight nine".split())}
VALUES |= {"oh": 0, "nought": 0} | {str(digit): digit for digit in range(10)}


@dataclass(frozen=True, slots=True)
class Identifier:
    """Characters of the text, of one of `models.redaction.KINDS`, and how surely."""

    start: int
    end: int
    kind: str
    score: float


class IdentifierFinder:
    """Finds them in any language; words that stand for digits and dots only in English."""

    @cached_property
    def _domains(self) -> Any:
        """The top-level domains that came with tldextract: nothing is ever fetched."""
        return TLDExtract(suffix_list_urls=(), cache_dir=None)

    @cached_property
    def _recognizers(self) -> Sequence[Any]:
        """Presidio's, those of mail and web with our list of domains: their own one would be fetched."""
        from presidio_analyzer import predefined_recognizers as presidio  # noqa: PLC0415 (brings torch along)

        domains = self._domains

        class Mail(presidio.EmailRecognizer):
            def validate_result(self, pattern_text: str) -> bool:
                return bool(domains(pattern_text).fqdn)

        class Web(presidio.UrlRecognizer):
            def validate_result(self, pattern_text: str) -> bool:
                return bool(domains(pattern_text).fqdn) and _is_address(pattern_text)

        others = ("IbanRecognizer", "CreditCardRecognizer", "UsSsnRecognizer", "NhsRecognizer", "UkNinoRecognizer")
        return [Mail(), Web(), *(getattr(presidio, name)() for name in others), presidio.IpRecognizer()]

    def find(self, text: str) -> list[Identifier]:
        """All of them in order; where two overlap, the surer and then the longer one."""
        found = [*self._written(text), *_phones(text), *self._said(text), *_born(text), *_numbered(text)]
        return best(found)

    def _written(self, text: str) -> Iterator[Identifier]:
        """What Presidio finds; only words with a point, colon or @ inside are looked at for addresses."""
        words = [word for word in DOTTED.finditer(text) if len(word[0]) <= LONGEST_ADDRESS]
        for recognizer in self._recognizers:
            entity = recognizer.supported_entities[0]
            pieces = [(word.start(), word[0]) for word in words] if entity in ADDRESSES else [(0, text)]
            for at, piece in pieces:
                for one in recognizer.analyze(piece, [entity]):
                    start, end = at + one.start, at + one.end
                    named = KINDS[entity] == "national_id" and ID_WORD.search(text[max(0, start - NEAR) : start])
                    if one.score >= LEAST or named:
                        yield Identifier(start, end, KINDS[entity], min(1.0, one.score + 0.3))

    def _said(self, text: str) -> Iterator[Identifier]:
        """Addresses as they are spoken; “we met at example.org” only where mail is spoken of."""
        for found in MAIL_SAID.finditer(text):
            start = _address_start(text, found.start())
            spelled = " dot " in found[1].lower() or MAIL_WORD.search(text[max(0, start - NEAR) : start])
            if start < found.start() and spelled and self._is_domain(found[1]):
                yield Identifier(start, found.end(), "email", 1.0)
        for found in WEB_SAID.finditer(text):
            yield Identifier(found.start(1), found.end(1), "url", 0.6)

    def _is_domain(self, said: str) -> bool:
        written = re.sub(r" (?:dash|hyphen) ", "-", re.sub(r" dot ", ".", said, flags=re.I), flags=re.I)
        return bool(self._domains(written).fqdn)


def _address_start(text: str, at: int) -> int:
    """Where the name begins that is spoken before the “at”: a word, words joined by “dot”, letters one by one."""
    words = list(re.finditer(r"[\w-]+", text[max(0, at - 150) : at]))
    first = len(words) - 1
    while first > 0 and (
        words[first].group().lower() in JOINING
        or words[first - 1].group().lower() in JOINING
        or (len(words[first].group()) == 1 and len(words[first - 1].group()) == 1)
    ):
        first -= 1
    return max(0, at - 150) + words[first].start() if words else at


def _is_address(text: str) -> bool:
    """Whether it is a web address and no file name, and no two sentences without a blank between them."""
    if re.match(r"(?:https?:|www\.)", text, re.I) or "/" in text:
        return True
    return text == text.lower() and text.rpartition(".")[2] in WEB_ENDS


def _phones(text: str) -> Iterator[Identifier]:
    """Numbers that are valid in some country, and whatever a word beside it calls a number."""
    for run in NUMBER.finditer(text):
        if sum(letter.isdigit() for letter in run[0]) >= SHORTEST_PHONE:
            named = bool(PHONE_WORD.search(text[max(0, run.start() - NEAR) : run.start()]))
            yield from _dialled(run, named)
    for said in DIGITS_SAID.finditer(text):
        values = _values(said[0])
        if len(values) >= SHORTEST_PHONE and not _is_counting(values):
            yield Identifier(said.start(), said.end(), "phone", 0.6)


def _dialled(run: re.Match[str], named: bool) -> Iterator[Identifier]:
    if named and (run[0][0] in "+(0" or LOCAL.fullmatch(run[0])):
        yield Identifier(run.start(), run.end(), "phone", 0.5)
    for region in REGIONS if "+" not in run[0] else (None,):
        for one in phonenumbers.PhoneNumberMatcher(run[0], region, leniency=phonenumbers.Leniency.VALID):
            grouped = re.search(r"\d[\s()./-]+\d", one.raw_string) is not None
            if named or "+" in one.raw_string or (grouped and (one.raw_string[0] in "0(" or region == "US")):
                score = 0.7 if named else 0.5
                yield Identifier(run.start() + one.start, run.start() + one.end, "phone", score)


def _values(said: str) -> list[int]:
    values: list[int] = []
    times = 1
    for word in re.findall(r"[a-z]+|\d", said.lower()):
        if word in ("double", "triple"):
            times = 2 if word == "double" else 3
        elif word in VALUES:
            values += [VALUES[word]] * times
            times = 1
    return values


def _is_counting(values: Sequence[int]) -> bool:
    """Whether somebody counts: each number one more, or one less, than the one before, or always the same."""
    steps = {two - one for one, two in pairwise(values)}
    return steps in ({1}, {-1}, {0})


def _born(text: str) -> Iterator[Identifier]:
    for found in BORN.finditer(text):
        yield Identifier(found.start(1), found.end(1), "date_of_birth", 0.8)


def _numbered(text: str) -> Iterator[Identifier]:
    for found in NUMBERED.finditer(text):
        yield Identifier(found.start(1), found.end(1), "national_id", 0.6)


def best(found: Sequence[Identifier]) -> list[Identifier]:
    """In order, without those that overlap a surer (then longer, then earlier) one."""
    kept: list[Identifier] = []
    for one in sorted(found, key=lambda each: (-each.score, each.start - each.end, each.start, each.kind)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda each: each.start)
