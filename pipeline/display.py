"""The display rule: what a reader need not read is left out of a sentence, nothing is ever put in.

Fillers, repeats, restarts, lead-ins and tags go; every character that stays knows where it came from.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from pipeline.text import lexicon

TOKEN = re.compile(r"[^\W_]+(?:['’&.-][^\W_]+)*|\.\.\.+|…|--+|—|\S")
NOISE = re.compile(r"inaudible|overtalk|laugh|crosstalk|pause|unintelligible|applause|music|\d:\d\d", re.I)
BRACKETED = re.compile(r"\\?[(\[][^()\[\]]*[)\]]")

FILLERS = lexicon("um uh umm uhm uhh er erm ah hmm hm mm mhm")
PAUSES = frozenset([",", ".", "...", "…", "--", "—", "–", "-", ";", ":", "?", "!"])
OFFS = frozenset(["...", "…", "--", "—"])  # where a speaker breaks off
BETWEEN = OFFS | {",", "-", "–"}  # marks between what is said and the same again
STOPS = frozenset([".", "?", "!"])
CLAUSE_STARTS = lexicon("i you we they it he she there but so because which and if when that's it's or let's then")
BEFORE_YOU_KNOW = lexicon("do did if that let as when would then unless until before so how what")
AFTER_YOU_KNOW = lexicon("i we you they it the a there if when this and but it's that's we're you're i'm")
AFTER_I_MEAN = lexicon("i we you they it the there if it's that's this")
BEFORE_KIND_OF = lexicon(
    "a an the some what this that any one another same which different every each these those certain new particular "
    "right other no my your of all our only"
)
SAID_TWICE = lexicon(  # repeated on purpose, or rightly
    "very really so much no many long far again more that had way bye blah one two three four five six seven eight "
    "nine zero never"
)
PRONOUNS = lexicon("i you we they it he she there that this what")
FUNCTION_WORDS = PRONOUNS | lexicon(
    "the a an to in is are was were had have has did do does if when of for with my your our gonna would will can "
    "could should don't didn't it's that's i'm we're you're they're i've we've be been"
)
RESTARTED = lexicon("i you we they it he she there that the a this to in is are if when what of for with my your our")
LINKING = lexicon("to in of for with")
JOINING = lexicon("and but so or then")
BEFORE_CLAUSE = PAUSES | JOINING
PHRASES_FROM = lexicon("you i kind sort like")  # the first words of the phrases that may go
SUBORDINATING = lexicon("because that if when")
NEVER_LAST = lexicon(  # no clause ends with them, so what ends with them was broken off
    "the a an to in of for with my your our gonna it's that's i'm we're you're they're i've we've and if when because "
    "there's let's he's she's"
)

LEAD_IN = re.compile(
    r"\W*(?:(?:and|so|well|okay|ok|oh|yeah|yes|yep|yup|no|right|sure|exactly|now|alright|all right|i mean|"
    r"you know|like|anyways?|again|basically|obviously|of course|i guess|i see|absolutely|definitely|perfect|great|"
    r"correct|true)"
    r"\b(?:\s*[,.;:!]+|\s*(?:\.\.\.+|…))"
    r"|(?:and|so|well|okay|ok|oh|yeah|yes|yep|now|alright|all right|i mean|anyways?|basically|obviously)\b(?=\s+\w)"
    r"(?!\s+(?:far|much|many|on|forth|called|long|as)\b|(?<=so)\s+that\b(?!['’]s|\s+(?:is|was|means)\b))"
    r"|like(?=\s+(?:i|you|we|they|he|she|it|there|if|when|maybe|then|so|let['’]s|it['’]s|that['’]s)\b))\s*",
    re.I,
)
WHAT_I_DO_IS = re.compile(
    r"\W*what (?:i|we|you) (?:(?:usually|typically|always|generally|normally|try to|like to|would|will|then) )*"
    r"do(?: is|['’]s),?\s+(?!that\b)",
    re.I,
)
TAG = re.compile(
    r"(?:,\s*(?:you know|i mean|right|okay|ok|yeah|i guess|"
    r"and (?:stuff|things|everything|all that)(?: like th(?:at|is))?|"
    r"or (?:something|anything|whatever|stuff)(?: like th(?:at|is))?|and so on(?: and so forth)?|or so on|"
    r"if that makes sense|in a way)){1,4}\s*(?P<mark>[,.?!…]*)\s*$",
    re.I,
)
LEAST = 8  # characters that a lead-in or tag must leave
ROUNDS = 4  # what one round leaves out can lay bare the next


@dataclass(frozen=True, slots=True)
class Shown:
    """A text as a reader sees it. `kept[i]` is the place in the source of its character i."""

    text: str
    kept: tuple[int, ...]

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Where the shown characters [start, end) lie in the source, first to last. Nothing shown: (0, 0)."""
        return (self.kept[start], self.kept[end - 1] + 1) if start < end else (0, 0)


class _Token(NamedTuple):  # quicker made than a dataclass, and there is one for every word
    start: int
    end: int
    low: str


_Rule = Callable[[list[_Token]], set[int]]  # numbers of the tokens to leave out


def show(text: str) -> Shown:
    """The text without what nobody misses. White space of any kind becomes one blank; all else is kept as it is.

    Showing what is shown changes nothing more, but for rare leftovers. Time grows with the length. An empty text, or
    one of fillers alone, shows as empty.
    """
    shown = Shown(text, tuple(range(len(text))))
    for _ in range(ROUNDS):
        shorter = _once(shown.text)
        shown, before = Shown(shorter.text, tuple(shown.kept[place] for place in shorter.kept)), shown
        if shown.text == before.text:
            break
    return shown


def _once(text: str) -> Shown:
    tokens = _tokens(text)
    for rule in RULES:
        gone = rule(tokens)
        tokens = [token for number, token in enumerate(tokens) if number not in gone]
    return _without_tag(_without_lead_ins(_rendered(text, tokens)))


def _tokens(text: str) -> list[_Token]:
    heard = BRACKETED.sub(lambda noted: " " * len(noted[0]) if NOISE.search(noted[0]) else noted[0], text)
    return [_Token(match.start(), match.end(), _plain(match[0])) for match in TOKEN.finditer(heard)]


def _plain(word: str) -> str:
    low = word.lower().replace("’", "'")
    return low[:3] if low.startswith("...") else low[:2] if low.startswith("--") else low


# ---- rules


def _low(tokens: list[_Token], number: int) -> str:
    """The word there; "." before the first and after the last."""
    return tokens[number].low if 0 <= number < len(tokens) else "."


def _with_commas(tokens: list[_Token], start: int, end: int, *, both: bool) -> set[int]:
    """The tokens [start, end) and the commas that stood there for their sake."""
    gone = set(range(start, end))
    before, after = _low(tokens, start - 1), _low(tokens, end)
    if after in {",", "...", "…"} and end < len(tokens) and before in PAUSES:
        gone.add(end)
        if both and before == "," and _low(tokens, end + 1) not in CLAUSE_STARTS:
            gone.add(start - 1)
    elif both and after == "," and end < len(tokens):
        gone.add(end)
    elif both and before == "," and _low(tokens, start - 2) in FUNCTION_WORDS - PRONOUNS:
        gone.add(start - 1)  # "the, uh needle"
    return gone


def _fillers(tokens: list[_Token]) -> set[int]:
    gone: set[int] = set()
    for number, token in enumerate(tokens):
        if token.low in FILLERS:
            gone |= _with_commas(tokens, number, number + 1, both=True)
    return gone


def _phrases(tokens: list[_Token]) -> set[int]:
    """ "you know" and "I mean" at a border, "kind of" that hedges, "like" between pauses."""
    gone: set[int] = set()
    for number in range(len(tokens)):
        if tokens[number].low not in PHRASES_FROM:
            continue
        before, after = _low(tokens, number - 1), _low(tokens, number + 2)
        pair = (tokens[number].low, _low(tokens, number + 1))
        if pair == ("you", "know") and _you_know(before, after, opens=number == 0):
            gone |= _with_commas(tokens, number, number + 2, both=True)
        elif pair == ("i", "mean") and before in PAUSES and after in PAUSES | AFTER_I_MEAN:
            gone |= _with_commas(tokens, number, number + 2, both=False)
        elif pair[0] in {"kind", "sort"} and pair[1] == "of":
            if before not in BEFORE_KIND_OF and after not in PAUSES:
                gone |= _with_commas(tokens, number, number + 2, both=False)
        elif pair == ("like", ",") and before in PAUSES and number + 2 < len(tokens):
            gone |= _with_commas(tokens, number, number + 1, both=True)
    return gone


def _you_know(before: str, after: str, *, opens: bool) -> bool:
    """Whether "you know" between these words tells nothing: "you know the needle is in" tells something."""
    if after in PAUSES:
        return before not in BEFORE_YOU_KNOW
    return before in PAUSES and after in AFTER_YOU_KNOW and not (opens and after in {"the", "a", "it", "that"})


def _repeats(length: int, tokens: list[_Token]) -> set[int]:
    """The first of two equal runs of so many words, and what parts them.

    Over a comma the first must have been broken off, not be the end of a clause: "if you can, you can wait".
    """
    gone: set[int] = set()
    low = [token.low for token in tokens]
    for start in range(len(tokens) - length):
        again = start + length
        if low[start] in PAUSES or low[again - 1] in PAUSES:  # or endless commas were counted from each of them
            continue
        while again < len(low) and low[again] in BETWEEN:
            again += 1
        run = low[start : start + length]
        if run != low[again : again + length] or PAUSES.intersection(run) or _meant(run):
            continue
        parted = "," in low[start + length : again]
        if not (parted and _says_something(tokens, start, again, length)):
            gone |= set(range(start, again))
    return gone


def _says_something(tokens: list[_Token], start: int, again: int, length: int) -> bool:
    """Whether so many words before a comma are no false start of the same words behind it."""
    if _low(tokens, start + length - 1) in NEVER_LAST:
        return False
    listed = length == 1 and tokens[start].low not in FUNCTION_WORDS and _low(tokens, again + 1) in PAUSES
    return listed or not _opens_clause(tokens, start)  # "slap, slap, slap."


def _opens_clause(tokens: list[_Token], start: int) -> bool:
    """Whether a main clause may begin at that token."""
    return _low(tokens, start - 1) in BEFORE_CLAUSE


def _meant(run: list[str]) -> bool:
    """Whether one says such a thing twice on purpose: "very very", "5 5", "blah blah"."""
    return (run[0] in SAID_TWICE and len(set(run)) == 1) or not run[0][0].isalpha()


def _restarts(tokens: list[_Token]) -> set[int]:
    """What was broken off and taken up again: "where you're going to put… where you're going to insert"."""
    gone: set[int] = set()
    for number, token in enumerate(tokens):
        if token.low not in OFFS:
            continue
        first = number
        while first > 0 and number - first < 9 and tokens[first - 1].low not in STOPS:
            first -= 1
        start = _taken_up(tokens, first, number)
        if start is not None:
            gone |= set(range(start, number + 1))
    return gone


def _taken_up(tokens: list[_Token], first: int, mark: int) -> int | None:
    """Where, from `first` on, the words begin that come again after the mark; the longest run, then the latest."""
    for length in (4, 3, 2, 1):
        again = [token.low for token in tokens[mark + 1 : mark + 1 + length]]
        if len(again) < length or PAUSES.intersection(again):
            continue
        for start in range(mark - length, first - 1, -1):
            if [token.low for token in tokens[start : start + length]] != again:
                continue
            near = mark - start <= 3 and tokens[mark].low in {"...", "…"} and again[0] not in {"and", "of"}
            if length > 1 or near:
                return start
    return None


def _corrections(tokens: list[_Token]) -> set[int]:
    """Function words said before a comma and again behind it: "it's, it was"; never a content word: "not the crust"."""
    gone: set[int] = set()
    for number, token in enumerate(tokens):
        if token.low != "," or number + 1 == len(tokens):
            continue
        first = number
        while first > 0 and number - first < 3 and tokens[first - 1].low not in PAUSES:
            first -= 1
        for start in range(first, number):
            left = [one.low for one in tokens[start:number]]
            lone = len(left) == 1 and left[0] in PRONOUNS and _low(tokens, start - 1) in SUBORDINATING
            broken_off = left[-1] in NEVER_LAST or lone or _opens_clause(tokens, start)
            if broken_off and _abandoned(left, tokens[number + 1].low):
                gone |= set(range(start, number + 1))
                break
    return gone


def _abandoned(left: list[str], after: str) -> bool:
    """Whether these words before a comma were given up for those that begin with `after`."""
    stem = after.partition("'")[0]
    if left[0].partition("'")[0] != stem or stem not in RESTARTED or not FUNCTION_WORDS.issuperset(left):
        return False
    whole = left[0] in LINKING and left[-1] in PRONOUNS  # "for you, for me"
    return not whole and not (len(left) == 3 and left[0] in {"that", "this", "it", "there", "you", "what"})


def _stray_marks(tokens: list[_Token]) -> set[int]:
    """Marks that lost their words: at the beginning, and commas beside another mark."""
    gone: set[int] = set()
    opening = True
    for number, token in enumerate(tokens):
        opening = opening and token.low in PAUSES
        beside = token.low == "," and (
            _low(tokens, number + 1) in {",", ".", ";", "?", "!"} or _low(tokens, number - 1) in {"…", "..."}
        )
        if opening or (beside and number + 1 < len(tokens)):
            gone.add(number)
    return gone


RULES: tuple[_Rule, ...] = (
    _fillers,
    _phrases,
    *(partial(_repeats, length) for length in (6, 5, 4, 3, 2, 1)),
    _restarts,
    _corrections,
    _stray_marks,
)


# ---- characters


def _rendered(text: str, tokens: list[_Token]) -> Shown:
    """The tokens' characters, with one blank wherever white space stood between two of them."""
    shown: list[str] = []
    kept: list[int] = []
    for number, token in enumerate(tokens):
        blank = _blank(text, tokens[number - 1], token) if number else None
        if blank is not None:
            shown.append(" ")
            kept.append(blank)
        shown.append(text[token.start : token.end])
        kept.extend(range(token.start, token.end))
    return Shown("".join(shown), tuple(kept))


def _blank(text: str, before: _Token, after: _Token) -> int | None:
    """Where the blank between two tokens stands in the source; a mark follows its word without one."""
    if before.end == after.start or after.low in {",", ".", ";", "?", "!"}:
        return None
    return next((place for place in range(before.end, after.start) if text[place].isspace()), None)


def _lead_ins(text: str) -> Iterator[int]:
    """Where the text begins without one lead-in, without two, and so on."""
    at = 0
    while match := LEAD_IN.match(text, at):
        at = match.end()
        yield at
    if match := WHAT_I_DO_IS.match(text, at):
        yield match.end()


def _without_lead_ins(shown: Shown) -> Shown:
    least = len(shown.text) - LEAST
    at = max((place for place in _lead_ins(shown.text) if place <= least), default=0)
    return Shown(shown.text[at:], shown.kept[at:])


def _without_tag(shown: Shown) -> Shown:
    """Without ", right?" and the like; a full stop stays, a question mark goes with its tag."""
    match = TAG.search(shown.text)
    if match is None or match.start() < LEAST:
        return shown
    mark = match.start("mark")
    stop = mark + 1 if match["mark"][:1] == "." else mark
    return Shown(
        shown.text[: match.start()] + shown.text[mark:stop], shown.kept[: match.start()] + shown.kept[mark:stop]
    )
