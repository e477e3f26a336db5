"""Similes and analogies: what an expert likens the work to.

A wide miner by words and the parse, rules that score each likeness, and a limit: about five in 10,000 words, none
where none is good enough. "Like" is a figure of speech in one of its twenty-five sentences only.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Doc, Token

from models.values import Finding, FindingType, Statement
from pipeline.text import RESOURCES, lexicon, quote_tokens, words

GOOD = 2.5  # score from which a likeness is shown
WORDS_EACH = 2_000  # words of talk for each likeness that may be shown
NOVEL, WORN, EVERYDAY, ABSTRACT = 0.5, -1.0, 1.0, -1.0
WORN_FROM = 3  # statements that use the vehicle's word, from which it belongs to the trade itself
LONGEST_ACTION = 7  # tokens of a vehicle that is an action: "pushing butter through a keyhole"
LONGEST_SUBJECT = 7  # tokens before the likeness within which its subject stands

VAGUE = lexicon(
    "lot bit thing stuff couple few kind sort type way month week day year hour minute second time number amount "
    "bunch part case example idea plan problem question reason place level point percent certain specific good "
    "bad big small little different new hundred thousand million dozen half third one two three four five six ten "
    "other same whole something anything everything nothing deal issue fact thought summary mix range series set "
    "group version step process"
)
EMPTY_ACTIONS = lexicon(
    "saying trying having doing making getting talking thinking comparing asking using working looking"
)
ABSTRACT_ENDS = re.compile(r"(?:tion|sion|ity|ment|ness|ance|ence|ism|ship|ology|ware|base|set)$")
ARTICLES = frozenset({"a", "an"})
DETERMINERS = frozenset({"a", "an", "the", "some", "those", "these", "two", "your", "my", "our", "any"})
PEOPLE = frozenset({"i", "we", "you", "they", "he", "she", "people", "who", "everybody", "somebody"})
BE = frozenset({"is", "'s", "’s", "are", "'re", "was", "were", "be", "been", "being"})
SOFTENERS = frozenset(
    {"a", "bit", "little", "kind", "sort", "of", "almost", "just", "much", "more", "really", "very", "exactly"}
)
FILLED = lexicon(  # verbs after which "like" fills a pause: "we have like a meeting"
    "have get need use do make build want take find give create write put buy see know say call add include start try "
    "go come let happen there require require spend pay"
)
SENSING = frozenset({"look", "sound", "feel", "smell", "taste", "seem"})
COMPARING = re.compile(
    r"\b(?:think(?:ing)? (?:of|about) (?P<a>(?:(?!in (?:the )?terms)[\w' ]){2,30}?) (?:as|like)|"
    r"(?:picture|see|treat|regard|handle|imagine) "
    r"(?P<b>it|them|this|that|(?:the|your|my|an?|every) [\w ]{2,25}?) (?:as|like)|"
    r"(?:compare|liken) (?P<c>it|them|this|that|(?:the|your|my) [\w ]{2,25}?) (?:to|with)|"
    r"(?:comparable to|the (?:best )?(?:analogy|metaphor|comparison)(?: i (?:use|have|like))? (?:is|would be)))"
    r" (?=(?:an?|the|your|my|some|two|\w+ing)\b)",
    re.I,
)
SAME_WAY = re.compile(
    r"\b(?:in )?(?:exactly |just |much )?the same way (?:as |that |like )?(?=(?:you|we|people|an?|i)\b)", re.I
)
LIKE_WHEN = re.compile(
    r"\b(?:'s|’s|is|was|feels|it'?s (?:a bit|kind of|almost)) (?:a bit |kind of |almost |just )?like (?=when )", re.I
)
AS_IF = re.compile(r"\bas (?:if|though)\b", re.I)
ALMOST = re.compile(r"\b(?:is|'s|’s|are|was|'re) (?:kind of|sort of|almost|a bit of|basically) (?=an? )", re.I)
AS_AS = re.compile(r"\bas (?P<how>[a-z]+) as (?=an? |the )", re.I)
NO_LIKENESS = lexicon(
    "well soon long much many far good little often early late possible fast big small large high low old"
)


@dataclass(frozen=True, slots=True)
class _Likeness:
    """One candidate: tokens of a doc, and how strongly its form speaks for a figure."""

    type: FindingType
    rule: str
    base: float
    first: int
    last: int
    source: tuple[int, int] | None
    target: tuple[int, int] | None
    words: tuple[str, ...]  # what the vehicle names, its head last


def find(statements: Sequence[Statement], docs: Sequence[Doc]) -> list[Finding]:
    """The best similes and analogies, in order of their characters; `source` and `target` as far as they are found.

    `docs` are the statements' parses, in the same order. At most one for each 2,000 words, and one in a short talk.
    """
    usage = Counter(lemma for doc in docs for lemma in {token.lemma_.lower() for token in doc})
    found = [
        _finding(statement, doc, likeness, _score(likeness, usage))
        for statement, doc in zip(statements, docs, strict=True)
        for likeness in _likenesses(doc)
    ]
    best = sorted((one for one in found if one.score >= GOOD), key=lambda one: (-one.score, one.start_char))
    shown = best[: max(1, math.ceil(sum(words(statement.text) for statement in statements) / WORDS_EACH))]
    return sorted(shown, key=lambda one: (one.start_char, one.end_char))


@cache
def _everyday() -> frozenset[str]:
    """Things of everyday life that experts liken their work to."""
    lines = (RESOURCES / "everyday.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _score(likeness: _Likeness, usage: Counter[str]) -> float:
    used = min((usage[word] for word in likeness.words), default=1)
    score = likeness.base + (NOVEL if used <= 1 else WORN if used >= WORN_FROM else 0.0)
    if any(word in _everyday() for word in likeness.words):
        return score + EVERYDAY
    return score + (ABSTRACT if ABSTRACT_ENDS.search(likeness.words[-1]) else 0.0)


def _finding(statement: Statement, doc: Doc, likeness: _Likeness, score: float) -> Finding:
    span = quote_tokens(statement, doc, likeness.first, likeness.last)
    source, target = (
        None if part is None else quote_tokens(statement, doc, *part) for part in (likeness.source, likeness.target)
    )
    return Finding(
        likeness.type,
        statement.index,
        span.start_char,
        span.end_char,
        span.text,
        likeness.rule,
        score=score,
        source=source,
        target=target,
    )


# ---- the miner


def _likenesses(doc: Doc) -> Iterator[_Likeness]:
    """The likenesses of a statement, one for each stretch of words: of two that overlap, the stronger."""
    kept: list[_Likeness] = []
    every = [*_compared(doc), *_as_if(doc), *_as_as(doc), *_like(doc), *_almost(doc)]
    for one in sorted(every, key=lambda one: (-one.base, one.first)):
        if all(one.last < other.first or one.first > other.last for other in kept):
            kept.append(one)
    yield from kept


def _compared(doc: Doc) -> Iterator[_Likeness]:
    """ "think of it as a savings account", "the same way you would hold an egg", "it's like when you …"."""
    for match in COMPARING.finditer(doc.text):
        first, after = _at(doc, match.start()), _at(doc, match.end())
        said_of = next((name for name in "abc" if match[name]), None)
        target = (_at(doc, match.start(said_of)), _at(doc, match.end(said_of) - 1)) if said_of else None
        if vehicle := _vehicle(doc, after):
            yield _Likeness(
                FindingType.ANALOGY, "likened by name", 2.5, first, vehicle[1], vehicle, target, _words(doc, vehicle)
            )
    for pattern, rule, base in ((SAME_WAY, "the same way", 1.5), (LIKE_WHEN, "like when", 1.75)):
        for match in pattern.finditer(doc.text):
            first, after = _at(doc, match.start()), _at(doc, match.end())
            action = _action(doc, after)
            if action is not None:
                subject = _subject_before(doc, first)
                begin = subject[0] if subject else first
                thing = _thing_in(doc, *action)
                yield _Likeness(
                    FindingType.ANALOGY, rule, base, begin, action[1], thing, subject, _words(doc, thing or action)
                )


def _as_if(doc: Doc) -> Iterator[_Likeness]:
    """ "you move as if you were carrying a full bowl"."""
    for match in AS_IF.finditer(doc.text):
        at = _at(doc, match.start())
        action = _action(doc, at + 2)
        governor = _verb_before(doc, at)
        if action is None or governor is None:
            continue
        literal = governor.lemma_ in {"look", "seem", "sound", "appear"}
        unreal = any(token.lower_ in {"were", "was", "had", "wanted"} for token in doc[at : action[1] + 1])
        target = _target(governor, at)
        begin = target[0] if target and target[0] < at else governor.i
        thing = _thing_in(doc, *action)
        base = (1.0 if literal else 1.75) + (0.5 if unreal else 0.0)
        yield _Likeness(
            FindingType.SIMILE, "as if", base, begin, action[1], thing, target, _words(doc, thing or action)
        )


def _as_as(doc: Doc) -> Iterator[_Likeness]:
    """ "as stiff as a board"."""
    for match in AS_AS.finditer(doc.text):
        at = _at(doc, match.start())
        vehicle = _vehicle(doc, _at(doc, match.end()))
        if vehicle is None or match["how"].lower() in NO_LIKENESS:
            continue
        target = _subject_before(doc, at)
        begin = target[0] if target else at
        yield _Likeness(FindingType.SIMILE, "as … as", 2.0, begin, vehicle[1], vehicle, target, _words(doc, vehicle))


def _almost(doc: Doc) -> Iterator[_Likeness]:
    """ "it's almost a conversation", "it's kind of a funnel"."""
    for match in ALMOST.finditer(doc.text):
        at = _at(doc, match.start())
        vehicle = _vehicle(doc, _at(doc, match.end()))
        target = _subject_before(doc, at)
        if vehicle is None or target is None or doc[target[1]].lower_ in PEOPLE:
            continue
        yield _Likeness(
            FindingType.ANALOGY, "almost a", 1.0, target[0], vehicle[1], vehicle, target, _words(doc, vehicle)
        )


def _like(doc: Doc) -> Iterator[_Likeness]:
    """ "it sleeps like a bear", "it's like driving in fog", "you hold the knife like a pencil"."""
    for like in doc:
        if like.lower_ != "like" or like.i == 0 or like.i + 1 >= len(doc):
            continue
        vehicle, base = _vehicle(doc, like.i + 1), _governed(like)
        if vehicle is None or base is None:
            continue
        governor = _verb_before(doc, like.i)
        target = None if governor is None else _target(governor, like.i)
        if doc[vehicle[0]].tag_ == "VBG" and not _may_be_an_action(doc, target):
            continue
        begin = target[0] if target and target[0] < like.i else (governor or like).i
        if governor is not None and begin > governor.i:
            subject = _subject_before(doc, governor.i)
            begin = subject[0] if subject else governor.i
        plain = doc[like.i + 1].lower_ in ARTICLES or doc[like.i + 1].tag_ == "VBG"
        base += 0.0 if plain else -0.5
        yield _Likeness(FindingType.SIMILE, "like", base, begin, vehicle[1], vehicle, target, _words(doc, vehicle))


def _may_be_an_action(doc: Doc, target: tuple[int, int] | None) -> bool:
    """Whether "is like driving" can be said of it; of a person it is a pause: "she is like driving home"."""
    if target is None:
        return False
    said_of = doc[target[1]]
    return said_of.lower_ in {"it", "that", "this", "which"} or said_of.lower_.endswith("ing")


def _governed(like: Token) -> float | None:
    """How strongly the words before "like" speak for a likeness; None where it fills, exemplifies or is liked."""
    at = like.i - 1
    while at > 0 and like.doc[at].lower_ in SOFTENERS:
        at -= 1
    before = like.doc[at]
    subject = _subject_before(like.doc, at)
    who = like.doc[subject[1]].lower_ if subject else ""
    if before.is_punct or before.lower_ in PEOPLE or like.nbor().is_punct or who == "there":
        return None
    if before.lower_ in BE:
        return 2.0 if who not in PEOPLE else 1.0  # "I was like a …" mostly quotes
    if before.lemma_ in SENSING:
        return 1.25
    if before.pos_ in {"VERB", "AUX"} or (before.dep_ == "ROOT" and subject is not None):
        return None if before.lemma_ in FILLED or before.pos_ == "AUX" else 2.0
    if before.lower_ in {"it", "them", "out", "up", "down", "together", "back"}:
        governor = _verb_before(like.doc, at)
        return None if governor is None or governor.lemma_ in FILLED else 2.0
    definite = any(child.lower_ in {"the", "your", "my", "this", "that"} for child in before.children)
    if before.dep_ == "dobj" and definite and before.head.lemma_ not in FILLED:
        return 1.75
    return None


# ---- its parts


def _vehicle(doc: Doc, at: int) -> tuple[int, int] | None:
    """Tokens of the head of the phrase that begins there: a noun with its compounds, or an action; None if vague."""
    first = at
    while first < len(doc) and doc[first].lower_ in SOFTENERS - ARTICLES:
        first += 1
    if first < len(doc) and doc[first].tag_ == "VBG" and len(doc) > first + 1:
        if doc[first].lower_ in EMPTY_ACTIONS or not doc[first + 1].is_alpha:
            return None
        return first, min(_run_of_action(doc, first), first + LONGEST_ACTION - 1)
    start = first + (first < len(doc) and doc[first].lower_ in DETERMINERS)
    if start == first:
        return None
    while start < len(doc) and (doc[start].pos_ in {"ADJ", "ADV", "NUM"} or doc[start].tag_ in {"VBN", "HYPH"}):
        start += 1
    end = start
    while end < len(doc) and doc[end].pos_ in {"NOUN", "PROPN"}:
        end += 1
    if end == start or end - at > LONGEST_ACTION:
        return None
    head = doc[end - 1]
    if not all(token.is_alpha or token.lower_ == "-" for token in doc[start:end]):
        return None
    vague = VAGUE & {token.lemma_.lower() for token in doc[first:end]} - ARTICLES
    return None if vague or head.like_num or head.pos_ == "PROPN" else (start, end - 1)


def _action(doc: Doc, at: int) -> tuple[int, int] | None:
    """Tokens of the clause that begins there, up to a mark or another clause."""
    if at >= len(doc):
        return None
    last = _run_of_action(doc, at)
    return (at, last) if last - at >= 2 else None


def _run_of_action(doc: Doc, at: int) -> int:
    last = at
    for token in doc[at : at + 2 * LONGEST_ACTION]:
        if token.is_punct or token.is_space or token.lower_ in {"and", "but", "because", "so", "then", "if"}:
            break
        last = token.i
    return last


def _thing_in(doc: Doc, first: int, last: int) -> tuple[int, int] | None:
    """The last thing that is named there: what the likeness is about."""
    things = [token.i for token in doc[first : last + 1] if token.pos_ == "NOUN" and token.lemma_.lower() not in VAGUE]
    everyday = [at for at in things if doc[at].lemma_.lower() in _everyday()]
    chosen = next(iter(everyday or things[-1:]), None)
    return None if chosen is None else (chosen, chosen)


def _verb_before(doc: Doc, at: int) -> Token | None:
    for token in reversed(doc[max(0, at - LONGEST_SUBJECT) : at]):
        if token.pos_ in {"VERB", "AUX"}:
            return token
        if token.text in {".", ",", ";", ":", "—", "–"}:
            return None
    return None


def _subject_before(doc: Doc, at: int) -> tuple[int, int] | None:
    """Tokens of the nearest subject before that token, in the same stretch between marks."""
    for token in reversed(doc[max(0, at - LONGEST_SUBJECT) : at]):
        if token.text in {".", ",", ";", ":", "—", "–"}:
            return None
        if token.dep_ in {"nsubj", "nsubjpass", "expl", "csubj"}:
            return token.left_edge.i, token.i
    return None


def _target(verb: Token, before: int) -> tuple[int, int] | None:
    """What the likeness is said of: the verb's object, else its subject."""
    thing = next((child for child in verb.children if child.dep_ == "dobj" and verb.i < child.i < before), None)
    if thing is not None:
        return thing.left_edge.i, thing.i
    return _subject_before(verb.doc, verb.i)


def _words(doc: Doc, span: tuple[int, int]) -> tuple[str, ...]:
    """What is named there: nouns by their lemma, actions in "-ing" as they are; the last word if there is neither."""
    named = [
        token.lower_ if token.tag_ == "VBG" else token.lemma_.lower()
        for token in doc[span[0] : span[1] + 1]
        if token.tag_ == "VBG" or token.pos_ == "NOUN"
    ]
    return tuple(named) or (doc[span[1]].lemma_.lower(),)


def _at(doc: Doc, char: int) -> int:
    """Number of the token that holds the character, or the next one."""
    return next((token.i for token in doc if token.idx + len(token) > char), len(doc) - 1)
