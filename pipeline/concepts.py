"""Concepts: the things that experts talk about, and the names that they mention.

Noun chunks without fillers are ranked over one interview by how often they are said, inside longer ones and on their
own account (the C-value of Frantzi, Ananiadou & Mima 2000), and by their length. Phrases with the same lemmas are one
concept; concepts that are talked about together more often than chance has it are related.
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from spacy.strings import get_string_id
from spacy.tokens import Doc, Token

from models.values import Concept, Finding, FindingType, Span, Statement, Transcript
from pipeline import definitions
from pipeline.text import lexicon, quote_tokens, words

LONGEST = 5  # words of a concept
LEAST = 1.1  # value of a concept that is kept: said twice, or once in two words
LEAST_KEPT = 10  # of the best that are kept however low
WORDS_EACH = 150  # words of talk for each concept that is kept
MOST_KEPT = 120
WINDOW = 5  # statements of one answer that count as talked about together
TOGETHER = 3  # windows that related concepts share at least
SURE = 15.13  # G² of related concepts: by chance one pair in 10,000 comes to that
MOST_RELATED = 8
PROPN = get_string_id("PROPN")
CONTENT = frozenset({"NOUN", "PROPN", "ADJ", "NUM"})
VAGUE = lexicon(
    "etc cetera oftentimes respect top bottom account degree degrees get-go go sake regard contrary "
    "thing something anything everything nothing stuff lot bit kind sort type way case part point time times day "
    "week month year hour minute second moment while people person guy guys folk everybody somebody one ones "
    "other others example question answer problem issue reason idea fact sense place side end start beginning "
    "rest amount number couple bunch step level area matter deal word term yeah okay right thanks thank course "
    "instance ton tons percent half today tomorrow yesterday morning evening night everyone someone anyone nobody "
    "life world man woman stage situation difference set group range list line piece kinds sorts types ways "
    "things cases parts points laugh laughs laughter applause"
)
EMPTY_WORDS = lexicon(
    "other same different certain many much few several more most less own new good bad big small little great "
    "nice real whole main first last next second third right wrong sure able such like important only very actual "
    "various particular specific possible entire extra single total overall usual general basic simple final best "
    "better worst worse older huge long short high low easy hard okay kind sort um uh er mm hmm yeah"
)
GENERAL = lexicon(  # they may be what the talk is about, but seldom say what is special in it
    "ability access action activity advantage agreement analysis application approach area aspect attempt attention "
    "author background basis behavior benefit book business capability cause challenge chance change choice class "
    "client code company component concept concern condition consideration content context conversation copy core "
    "cost country customer data date decision definition department description design detail development direction "
    "discussion document effect effort element environment episode error event exception experience expert "
    "explanation factor family feature feedback feeling field figure file form format friend function future game "
    "goal head help history home impact implication improvement individual industry information input installation "
    "interest interview item job knowledge language law length library limit link list location market meeting "
    "member message method methodology mind mistake mode model money name need note object observation office "
    "operation opinion opportunity option order organization output owner page paper past patient pattern "
    "performance period permission perspective phase phone picture plan podcast position practice preparation "
    "principle procedure process product production professor program project provider purpose quality rate reader "
    "reality relation relationship report request requirement research resource response responsibility result risk "
    "role room rule sample schedule school science section sector sentence series service session setting share "
    "show sign site size skill software solution source space spot staff standard state statement status story "
    "strategy structure student style subject success support system talk target task team technique technology "
    "test text theme theory thought title tool topic trend trip unit update usage use user value variable variety "
    "version video view website work worker"
)
ASIDE = 0.4  # what a general word by itself is worth beside another one
NOT_A_WORD = re.compile(r"[^\w'’./+#-]|_")


@dataclass(frozen=True, slots=True)
class _Mention:
    """A noun phrase where it stands: tokens first to last of a statement's doc."""

    statement: int  # its place in the sequence
    first: int
    last: int
    lemmas: tuple[str, ...]
    text: str


def find(statements: Sequence[Statement], docs: Sequence[Doc]) -> tuple[list[Finding], list[Concept]]:
    """Where concepts and names are mentioned, in order of their characters, and the concepts, the most used first.

    `docs` are the statements' parses, in the same order. A concept's id is made of its lemmas alone, so it is the same
    in every interview. At most one concept for each 150 words, 120 in all.
    """
    mentions = [one for place, doc in enumerate(docs) for one in _mentions(place, doc)]
    values = worth(Counter(mention.lemmas for mention in mentions))
    limit = min(MOST_KEPT, max(LEAST_KEPT, sum(words(statement.text) for statement in statements) // WORDS_EACH))
    best = sorted(values, key=lambda lemmas: (-values[lemmas], lemmas))
    kept = [lemmas for number, lemmas in enumerate(best[:limit]) if values[lemmas] >= LEAST or number < LEAST_KEPT]
    scale = max((values[lemmas] for lemmas in kept), default=1.0)
    known = set(kept)
    told = [mention for mention in mentions if mention.lemmas in known]
    found = [
        _finding(statements[mention.statement], docs[mention.statement], mention, values[mention.lemmas] / scale)
        for mention in told
    ]
    found += [one for statement, doc in zip(statements, docs, strict=True) for one in _names(statement, doc)]
    made = _concepts(kept, mentions, values)
    named = _related(statements, told)
    made = [replace(one, related=tuple(named.get(one.id, ()))) for one in made]
    return sorted(found, key=lambda one: (one.start_char, one.end_char, one.type)), made


def defined(
    concepts: Sequence[Concept], statements: Sequence[Statement], docs: Sequence[Doc], transcript: Transcript
) -> list[Concept]:
    """The concepts with the experts' own definitions; what is defined is a concept, however seldom it is said."""
    found: defaultdict[tuple[str, ...], list[Span]] = defaultdict(list)
    texts: dict[tuple[str, ...], str] = {}
    for one in definitions.find(statements, docs, transcript):
        doc = docs[one.statement]
        tokens = [token for token in doc[one.first : one.last + 1] if not token.is_punct]
        lemmas = tuple(_lemma(token) for token in tokens)
        if _means_something(tokens[-1], lemmas):
            found[lemmas].append(one.span)
            texts.setdefault(lemmas, doc[one.first : one.last + 1].text)
    spans = {_slug(lemmas): tuple(dict.fromkeys(said)) for lemmas, said in found.items()}
    known = {one.id: replace(one, definitions=spans.get(one.id, ())) for one in concepts}
    for lemmas in found:
        name = _slug(lemmas)
        if name not in known:
            known[name] = Concept(name, texts[lemmas], definitions=spans[name], weight=1.0)
    return list(known.values())


def ranked(doc: Doc) -> list[str]:
    """The phrases of a text as they are first said, the best first: what `find` ranks, without its limits."""
    mentions = list(_mentions(0, doc))
    values = worth(Counter(mention.lemmas for mention in mentions))
    first = {mention.lemmas: mention for mention in reversed(mentions)}
    return [first[lemmas].text for lemmas in sorted(values, key=lambda one: (-values[one], first[one].first))]


def _finding(statement: Statement, doc: Doc, mention: _Mention, score: float) -> Finding:
    span = quote_tokens(statement, doc, mention.first, mention.last)
    return Finding(
        FindingType.CONCEPT,
        statement.index,
        span.start_char,
        span.end_char,
        span.text,
        "noun phrase, C-value",
        score=round(score, 4),
    )


# ---- mentions


def _mentions(place: int, doc: Doc) -> Iterator[_Mention]:
    """The cleaned noun chunks of one statement."""
    for chunk in doc.noun_chunks:
        for first, last in _cores(doc, chunk.start, chunk.end):
            lemmas = tuple(_lemma(token) for token in doc[first : last + 1] if not token.is_punct)
            if len(lemmas) <= LONGEST and _means_something(doc[last], lemmas):
                yield _Mention(place, first, last, lemmas, doc[first : last + 1].text)


def _cores(doc: Doc, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Runs of content words inside a chunk, parted by fillers and marks, that end in a noun: first and last token."""
    first: int | None = None
    for at in range(start, end + 1):
        inside = at < end and _is_content(doc[at], within=first is not None)
        if inside and first is None:
            first = at
        elif not inside and first is not None:
            last = at - 1
            while last >= first and doc[last].pos_ not in {"NOUN", "PROPN"}:
                last -= 1
            while first < last and (doc[first].lower_ in EMPTY_WORDS or doc[first].pos_ == "NUM"):
                first += 1
            if last >= first:
                yield first, last
            first = None


def _is_content(token: Token, *, within: bool) -> bool:
    """Whether the token can be part of a concept; a hyphen can, between two words."""
    if token.lower_ == "-" and within and token.i + 1 < len(token.doc):
        return not token.whitespace_ and not token.nbor(-1).whitespace_
    if token.tag_ == "UH" or token.is_punct or NOT_A_WORD.search(token.text) or token.pos_ not in CONTENT | {"VERB"}:
        return False
    return token.pos_ != "VERB" or (token.tag_ in {"VBG", "VBN"} and token.dep_ in {"amod", "compound"})


def _lemma(token: Token) -> str:
    return token.lower_ if token.pos_ in {"PROPN", "VERB"} else token.lemma_.lower()


def _means_something(head: Token, lemmas: tuple[str, ...]) -> bool:
    head_lemma = lemmas[-1]
    if head_lemma in VAGUE or head.lower_ in VAGUE or head_lemma in EMPTY_WORDS or len(head_lemma) < 2:
        return False
    return any(character.isalpha() for character in head_lemma)


def _names(statement: Statement, doc: Doc) -> Iterator[Finding]:
    """Runs of proper nouns of more than one letter."""
    proper = (doc.to_array("POS") == PROPN).tolist()
    at = proper.index(True) if True in proper else len(doc)
    while at < len(doc):
        last = at
        while last < len(doc) and proper[last] and doc[last].text[:1].isupper():
            last += 1
        if sum(character.isalnum() for character in doc[at:last].text) > 1:
            span = quote_tokens(statement, doc, at, last - 1)
            yield Finding(
                FindingType.NAME, statement.index, span.start_char, span.end_char, span.text, "run of proper nouns"
            )
        at = max(last, at + 1)


# ---- ranking


def worth(counts: Mapping[tuple[str, ...], int]) -> dict[tuple[str, ...], float]:
    """Of every phrase: the mean of how often it occurs in all and on its own account, times the root of its length.

    All occurrences inside longer phrases count; on its own account, the mean of those longer ones is taken off, as the
    C-value does, so that a phrase that only stands inside another comes to nothing. The mean is the geometric one. A
    general word is worth less: it is ranked down, and stays.
    """
    total: Counter[tuple[str, ...]] = Counter(counts)
    longer: defaultdict[tuple[str, ...], set[tuple[str, ...]]] = defaultdict(set)
    for phrase, count in counts.items():
        for size in range(1, len(phrase)):
            for start in range(len(phrase) - size + 1):
                part = phrase[start : start + size]
                if part in counts:
                    longer[part].add(phrase)
                    total[part] += count
    own = {phrase: total[phrase] - _mean([total[one] for one in longer[phrase]]) for phrase in counts}
    said = {phrase: math.sqrt(max(0.0, own[phrase]) * total[phrase] * math.sqrt(len(phrase))) for phrase in counts}
    return {phrase: value * (ASIDE if set(phrase) <= GENERAL else 1.0) for phrase, value in said.items()}


def _mean(values: Sequence[int]) -> float:
    return sum(values) / len(values) if values else 0.0


# ---- concepts


def _concepts(
    kept: Sequence[tuple[str, ...]], mentions: Sequence[_Mention], values: Mapping[tuple[str, ...], float]
) -> list[Concept]:
    """Concepts of the kept phrases; those that make the same id are one."""
    surfaces: defaultdict[str, Counter[str]] = defaultdict(Counter)
    phrases = {_slug(lemmas): lemmas for lemmas in reversed(kept)}
    for mention in mentions:
        surfaces[_slug(mention.lemmas)][" ".join(mention.text.split())] += 1
    made = []
    for name in dict.fromkeys(_slug(lemmas) for lemmas in kept):
        folded = _folded(surfaces[name])
        label = _label(" ".join(phrases[name]), folded)
        others = tuple(sorted(text for text in folded if text != label))
        weight = round(values[phrases[name]], 4)
        made.append(Concept(name, label, others, _broader(phrases[name], phrases), weight=weight))
    return made


def _slug(lemmas: Sequence[str]) -> str:
    """An id of the phrase; “C++” and “C#” are not “C”."""
    lemmas = [lemma.replace("+", "plus").replace("#", "sharp") for lemma in lemmas]
    plain = unicodedata.normalize("NFKD", " ".join(lemmas)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "-".join(f"{ord(one):x}" for one in "".join(lemmas))


def _folded(surfaces: Counter[str]) -> Counter[str]:
    """Surface forms that differ in capitals only counted as one: the most frequent of them."""
    by_lower: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text, count in surfaces.items():
        by_lower[text.lower()][text] += count
    return Counter({min(group, key=lambda text: (-group[text], text)): group.total() for group in by_lower.values()})


def _label(lemma: str, folded: Counter[str]) -> str:
    """The basic form where somebody said it, written as it is there; else what was said most often."""
    basic = next((text for text in folded if text.lower() == lemma), None)
    return basic or min(folded, key=lambda text: (-folded[text], text))


def _broader(lemmas: tuple[str, ...], kept: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The concept that the longest end of the phrase names, as "relief valve" is a "valve"."""
    ends = (_slug(lemmas[start:]) for start in range(1, len(lemmas)))
    return tuple(end for end in ends if end in kept)[:1]


# ---- what is talked about together


def _related(statements: Sequence[Statement], mentions: Sequence[_Mention]) -> dict[str, list[str]]:
    """Concept id → the concepts that stand in the same windows more often than chance has it, the surest first.

    The test is Dunning's likelihood ratio (1993), over windows of a few statements of one answer. One phrase that
    holds the other is broader or narrower, not related.
    """
    window_of = _windows(statements)
    windows: defaultdict[tuple[str, ...], set[int]] = defaultdict(set)
    for mention in mentions:
        windows[mention.lemmas].add(window_of[mention.statement])
    inside: defaultdict[int, list[tuple[str, ...]]] = defaultdict(list)
    for lemmas in sorted(windows):
        for window in windows[lemmas]:
            inside[window].append(lemmas)
    shared = Counter(pair for found in inside.values() for pair in combinations(found, 2))
    total = len(set(window_of))
    near: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)
    for (one, other), both in shared.items():
        if both < TOGETHER or set(one) <= set(other) or set(other) <= set(one) or _slug(one) == _slug(other):
            continue
        sure = likelihood_ratio(both, len(windows[one]), len(windows[other]), total)
        if sure >= SURE:
            near[_slug(one)].append((-sure, _slug(other)))
            near[_slug(other)].append((-sure, _slug(one)))
    return {name: [other for _, other in sorted(found)[:MOST_RELATED]] for name, found in near.items()}


def _windows(statements: Sequence[Statement]) -> list[int]:
    """The number of each statement's window."""
    found: list[int] = []
    for place, statement in enumerate(statements):
        if not place:
            begun = 0
        elif statement.answer != statements[place - 1].answer or place - begun == WINDOW:
            begun = place
        found.append(begun)
    return found


def likelihood_ratio(both: int, one: int, other: int, total: int) -> float:
    """G² of two things that occur in `one` and `other` of `total` places, and in `both` together.

    0 where they meet no more often than chance has it.
    """
    if both * total <= one * other:
        return 0.0
    seen = ((both, one - both), (other - both, total - one - other + both))
    rows, columns = [sum(row) for row in seen], [sum(column) for column in zip(*seen, strict=True)]
    terms = (
        count * math.log(count * total / (rows[i] * columns[j]))
        for i, row in enumerate(seen)
        for j, count in enumerate(row)
        if count
    )
    return 2 * sum(terms)


# ---- one thing under two names
