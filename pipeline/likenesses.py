"""The wide miner of likenesses: every phrase that may be a simile or an analogy, with the form it has.

It is made for recall: most of what it finds is no figure of speech. `metaphors` puts it in order.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from models.values import FindingType
from pipeline.text import lexicon
from pipeline.vehicles import (
    ARTICLES,
    SOFTENERS,
    Tokens,
    named,
    said_of,
    scene,
    subject_before,
    thing_in,
    token_at,
    vehicle,
    verb_before,
)

TRIGGER = re.compile(  # without one of these a statement holds no likeness
    r"\b(?:like|akin|resembl|remind|compar|analog|metaphor|similar to|equivalent|as (?:if|though)\b|as \w+ as\b|"
    r"the (?:same )?way\b|(?:act|serv|function|operat)\w* as\b|think\w* (?:of|about)\b|"
    r"(?:picture|see|treat|regard|handle|imagine|view|approach)\b|(?:kind|sort|bit|more) of an?\b|"
    r"(?:almost|basically|essentially|practically|literally|your|our) (?:an?|the)\b)",
    re.I,
)
ABSTRACT_ENDS = re.compile(r"(?:tion|sion|ity|ment|ness|ance|ence|ism|ship|ology|ware|base|set)$")
PEOPLE = frozenset({"i", "we", "you", "they", "he", "she", "people", "who", "everybody", "somebody"})
BE = frozenset({"is", "'s", "’s", "are", "'re", "’re", "was", "were", "be", "been", "being"})
FILLED = lexicon(  # verbs after which "like" mostly fills a pause: "we have like a meeting"
    "have get need use do make build want take find give create write put buy see know say call add include start try "
    "go come let happen there require spend pay hear remember wear bring eat lose buy plant draw hire read cook teach "
    "keep collect sell drink catch"
)
FILLING = lexicon("of with for to from at about into between as would could should might")  # "a couple of like, cats"
NOT = frozenset({"n't", "n’t", "not", "never"})
ANY = frozenset({"something", "anything", "thing", "stuff", "somebody", "someone", "anybody", "anyone"})
LOOSE = frozenset({"like, filled", "like, after a pause", "like: somebody is", "like: a thing"})  # pauses, mostly
LIKE_DOING = frozenset({"like: is", "like: seems"})  # after others "like walking" is what is done, or an example
SENSING = frozenset({"look", "sound", "feel", "smell", "taste", "seem"})
LIKE = re.compile(r"\blike\b", re.I)
COMPARING = re.compile(
    r"\b(?:think(?:ing)? (?:of|about) (?P<a>(?:(?!in (?:the )?terms)[\w' ]){2,30}?) (?:as|like)|"
    r"(?:picture|see|treat|regard|handle|imagine|view|approach) "
    r"(?P<b>it|them|this|that|(?:the|your|my|an?|every) [\w ]{2,25}?) (?:as|like)|"
    r"(?:compare|liken) (?P<c>[\w' ]{2,30}?) (?:to|with)|"
    r"(?:comparable to|the (?:best )?(?:analogy|metaphor|comparison)(?: i (?:use|have|like))? (?:is|would be)))"
    r" (?=[a-z])",
    re.I,
)
SAME_WAY = re.compile(
    r"\b(?:in )?(?:exactly |just |much )?the same way (?:as |that |like )?(?=(?:you|we|people|an?|i)\b)", re.I
)
THE_WAY = re.compile(
    r"\b(?:the way (?=(?:you|we|one|people|somebody|an?)\b)|just (?:as|like) (?=you(?:'d| would) ))", re.I
)
LIKE_WHEN = re.compile(
    r"\b(?:'s|’s|is|was|feels|it'?s (?:a bit|kind of|almost)) (?:a bit |kind of |almost |just )?like (?=when )", re.I
)
LIKE_YOU = re.compile(
    r"(?:'s|’s|\bis|\bwas|\bfeels|\balmost|\bfelt) (?:a bit |kind of |sort of |almost |just )*like "
    r"(?=(?:you|somebody|someone)\b)",
    re.I,
)
ACTING = re.compile(r"\b(?:acts?|acting|serv(?:es?|ing)|functions?|operates?) as (?=an? |the |your )", re.I)
AS_IF = re.compile(r"\bas (?:if|though)\b", re.I)
ALMOST = re.compile(
    r"(?:\bis|'s|’s|\bare|\bwas|'re|’re|\bbecomes?|\bbecame) "
    r"(?:kind of|sort of|almost|a bit of|more of|basically|essentially|practically|literally|your|our) (?=an? |the )",
    re.I,
)
RESEMBLING = re.compile(
    r"\b(?:akin to|reminds? (?:me|you|one) of|resembl(?:es?|ed|ing)|(?:not un|very )?similar to|"
    r"the equivalent of|equivalent to|analogous to) "
    r"(?=(?:an?|the|your|my|some|\w+ing)\b)",
    re.I,
)
AS_AS = re.compile(r"\bas (?P<how>[a-z]+) as (?=[a-z])", re.I)
NO_LIKENESS = lexicon(
    "well soon long much many far good little often early late possible fast big small large high low old"
)


@dataclass(frozen=True, slots=True)
class Likeness:
    """One candidate: tokens of a doc, and how strongly its form speaks for a figure."""

    type: FindingType
    rule: str
    base: float
    first: int
    last: int
    source: Tokens | None
    target: Tokens | None
    words: tuple[str, ...]  # what the vehicle names, its head last


def likenesses(doc: Doc) -> list[Likeness]:
    """The likenesses of a statement, one for each stretch of words: of two that overlap, the stronger."""
    kept: list[Likeness] = []
    text = doc.text
    every = [likeness for form in FORMS for likeness in form(doc, text)]
    for one in sorted(every, key=lambda one: (-one.base, one.first)):
        if all(one.last < other.first or one.first > other.last for other in kept):
            kept.append(one)
    return kept


def _compared(doc: Doc, text: str) -> Iterator[Likeness]:
    """ "think of it as a savings account", "I compare it to a marriage"."""
    for match in COMPARING.finditer(text):
        first, after = token_at(doc, match.start()), token_at(doc, match.end())
        group = next((name for name in "abc" if match[name]), None)
        target = (token_at(doc, match.start(group)), token_at(doc, match.end(group) - 1)) if group else None
        if found := vehicle(doc, after):
            yield _over(doc, FindingType.ANALOGY, "likened by name", 2.5, first, found, target)


def _scenes(doc: Doc, text: str) -> Iterator[Likeness]:
    """ "the same way you would hold an egg", "it's like when you …", "it's like you are herding cats"."""
    for pattern, rule, base in (
        (SAME_WAY, "the same way", 1.5),
        (THE_WAY, "the way", 1.25),
        (LIKE_WHEN, "like when", 1.75),
        (LIKE_YOU, "like you", 0.5),
    ):
        for match in pattern.finditer(text):
            first, after = token_at(doc, match.start()), token_at(doc, match.end())
            if found := scene(doc, after):
                yield _scene(doc, FindingType.ANALOGY, rule, base, first, found, subject_before(doc, first + 1))


def _as_if(doc: Doc, text: str) -> Iterator[Likeness]:
    """ "you move as if you were carrying a full bowl"."""
    for match in AS_IF.finditer(text):
        at = token_at(doc, match.start())
        found, governor = scene(doc, at + 2), verb_before(doc, at)
        if found is None or governor is None:
            continue
        literal = governor.lemma_ in {"look", "seem", "sound", "appear"}
        unreal = any(token.lower_ in {"were", "was", "had", "wanted"} for token in doc[at : found[1] + 1])
        if literal and not unreal:
            continue
        rule, base = ("seems as if", 1.25) if literal else ("as if", 2.25 if unreal else 1.75)
        yield _scene(doc, FindingType.SIMILE, rule, base, governor.i, found, said_of(governor, at))


def _as_as(doc: Doc, text: str) -> Iterator[Likeness]:
    """ "as stiff as a board"."""
    for match in AS_AS.finditer(text):
        at, after = token_at(doc, match.start()), token_at(doc, match.end())
        found = vehicle(doc, after)
        if found is None or match["how"].lower() in NO_LIKENESS or doc[at + 1].pos_ == "PROPN":
            continue
        plain = doc[after].lower_ in ARTICLES
        yield _over(doc, FindingType.SIMILE, "as … as", 2.0 if plain else 1.5, at, found, subject_before(doc, at))


def _almost(doc: Doc, text: str) -> Iterator[Likeness]:
    """ "it's almost a conversation", "it's kind of a funnel"."""
    for match in ALMOST.finditer(text):
        at = token_at(doc, match.start())
        found, target = vehicle(doc, token_at(doc, match.end())), subject_before(doc, at)
        if found is None or target is None or doc[target[1]].lower_ in PEOPLE:
            continue
        yield _over(doc, FindingType.ANALOGY, "almost a", 1.0, at, found, target)


def _resembling(doc: Doc, text: str) -> Iterator[Likeness]:
    """ "it's akin to a heartbeat", "it reminds me of a beehive", "it acts as a cushion"."""
    for pattern, rule, base in ((RESEMBLING, "resembling", 1.0), (ACTING, "acts as", 0.75)):
        for match in pattern.finditer(text):
            at = token_at(doc, match.start())
            if found := vehicle(doc, token_at(doc, match.end())):
                yield _over(doc, FindingType.ANALOGY, rule, base, at, found, subject_before(doc, at))


def _like(doc: Doc, text: str) -> Iterator[Likeness]:
    """ "it sleeps like a bear", "it's like driving in fog", "you hold the knife like a pencil"."""
    for like in doc[1:-1] if LIKE.search(text) else ():
        if like.lower_ != "like":
            continue
        found, governed = vehicle(doc, like.i + 1), _governed(like)
        if found is None or governed is None:
            continue
        rule, base = governed
        governor = verb_before(doc, like.i)
        target = subject_before(doc, like.i) if governor is None else said_of(governor, like.i)
        is_action = doc[found[0]].tag_ == "VBG"
        if is_action and (rule not in LIKE_DOING or not _may_be_an_action(doc, target)):
            continue
        base -= 0.75 if target is None and rule == "like: does" else 0.0  # "setting up like three tents"
        plain = is_action or doc[like.i + 1].lower_ in ARTICLES
        base -= 0.0 if plain else 1.0 if doc[found[1]].pos_ == "PROPN" else 0.5
        begin = (governor or like).i
        if governor is not None and target is not None and target[0] > begin and (who := subject_before(doc, begin)):
            begin = who[0]
        yield _over(doc, FindingType.SIMILE, rule, base, begin, found, target)


FORMS = (_compared, _as_if, _as_as, _like, _scenes, _almost, _resembling)


def _may_be_an_action(doc: Doc, target: Tokens | None) -> bool:
    """Whether "is like driving" can be said of it; of a person it is a pause: "she is like driving home"."""
    return target is None or doc[target[1]].lower_ not in PEOPLE


def _governed(like: Token) -> tuple[str, float] | None:
    """The form, and how strongly it speaks for a likeness; None where "like" is the verb, or shows what is there."""
    doc, at = like.doc, like.i - 1
    while at > 0 and doc[at].lower_ in SOFTENERS:
        at -= 1
    before = doc[at]
    subject = subject_before(doc, at)
    who = doc[subject[1]].lower_ if subject else _somebody_before(doc, at)
    if before.lower_ in PEOPLE and _is_object(before):
        return "like: does it", 1.75
    if like.nbor().is_punct or before.lower_ in PEOPLE or who == "there" or before.lower_ in FILLING:
        return None
    if before.lower_ in NOT or (who in PEOPLE and before.pos_ == "ADV" and doc[at - 1].lower_ == who):
        return None  # "I really like a", "they don't like the"
    if before.is_punct:
        return "like, after a pause", 0.5
    if before.lower_ in BE:
        return ("like: is", 2.0) if who not in PEOPLE else ("like: somebody is", 1.0)  # "I was like a …" mostly quotes
    if before.lemma_ in SENSING:
        return "like: seems", 1.25
    if before.pos_ in {"VERB", "AUX"} or (before.dep_ == "ROOT" and subject is not None):
        return ("like, filled", 0.25) if before.lemma_ in FILLED or before.pos_ == "AUX" else ("like: does", 2.0)
    governor = verb_before(doc, at)
    filled = governor is None or governor.lemma_ in FILLED
    if before.lower_ in {"it", "them", "out", "up", "down", "together", "back", "around", "off", "over"}:
        return ("like, filled", 0.25) if filled else ("like: does", 2.0)
    if before.dep_ == "dobj" and any(c.lower_ in {"the", "your", "my", "this", "that", "its"} for c in before.children):
        return ("like, filled", 0.25) if before.head.lemma_ in FILLED else ("like: does it", 1.75)
    if before.pos_ in {"ADJ", "ADV"}:
        return "like: so", 1.0
    several = before.tag_ == "NNS" and (at == 0 or doc[at - 1].pos_ != "NOUN")  # "The arc spits" reads as a plural too
    is_example = several or before.lower_ in ANY  # "tools like a hammer", "something like a club"
    return None if is_example else ("like: a thing", 0.5)


def _somebody_before(doc: Doc, at: int) -> str:
    """Who is named right before a pause or two: "I, uh, was like …"; empty for nobody."""
    back = at - 1
    while back >= 0 and (doc[back].is_punct or doc[back].pos_ == "INTJ"):
        back -= 1
    return doc[back].lower_ if 0 <= back < at - 1 and doc[back].lower_ in PEOPLE else ""


def _is_object(person: Token) -> bool:
    """Whether somebody has something done to them there: "it pushes you like a crowd"."""
    verb = verb_before(person.doc, person.i)
    return verb is not None and verb.i == person.i - 1 and verb.pos_ == "VERB" and verb.lemma_ not in FILLED


def _over(
    doc: Doc, type_: FindingType, rule: str, base: float, begin: int, found: Tokens, target: Tokens | None
) -> Likeness:
    """A likeness to one thing: from what it is said of to what it is likened to."""
    first = min(begin, target[0]) if target else begin
    return Likeness(type_, rule, base, first, found[1], found, target, named(doc, found))


def _scene(
    doc: Doc, type_: FindingType, rule: str, base: float, begin: int, found: Tokens, target: Tokens | None
) -> Likeness:
    """A likeness to what happens: its source is the thing that it is about, where one is named."""
    thing = thing_in(doc, found)
    first = min(begin, target[0]) if target else begin
    return Likeness(type_, rule, base, first, found[1], thing, target, named(doc, thing or found))
