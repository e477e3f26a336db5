"""What a card could be called: stretches of its sentences that make sense alone.

Whole clauses, orders without their "you want to", and phrases; words may be left out, none is put in. None loses an
argument, a negation or the condition that it depends on, as far as there is room.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Span, Token

from pipeline.clauses import CONDITIONS, POLITE, Clause, clauses, trimmed, words
from pipeline.complete import LONGEST, SHORTEST, Form, Phrasing, makes_sense, tells_which
from pipeline.text import lexicon
from pipeline.wording import ADVERBS, LOOKS_PAST, STATES, unhedged

LONGEST_PHRASE = 8
PAIR = 2  # words of a phrase that is taken only where nothing else is
LEAD = 4  # tokens that may lead to the matter before a comma

LIMITS = CONDITIONS | {"until", "except"}  # without them, what they limit says too much
NO_START = frozenset(
    ["until", "which", "so that", "in order to", "otherwise", "because", "although", "though", "whereas", "except"]
)
LEADS = re.compile(
    r"(?:furthermore|moreover|likewise|instead|certainly|sure|honestly|personally|luckily|fortunately|unfortunately|"
    r"hopefully|importantly|oftentimes|sometimes|many times|most of the time|at the same time|on the other hand|"
    r"in other words|more generally|these days|nowadays|that said|at that point|since then|after that|before that|"
    r"in the end|as a result|indeed|however|still|anyways?|the (?:other |first |main )?thing is|the point is|"
    r"what happens is|it turns out|in that case|there|like)(?:,| that\b)\s*|since then\s+",
    re.I,
)
LEADING = frozenset(["ADV", "INTJ", "CCONJ", "PUNCT"])
ORDERED = re.compile(
    rf"(?:you|we|i|one)(?:['’]ll| will|['’]re| are|['’]d| would)? {ADVERBS}"
    r"(?:(?:going to|gonna|want to|wanna|need to|have to|should|must|got to|gotta|try to|like to|prefer to) )*"
    rf"{ADVERBS}",
    re.I,
)
FORBIDDEN = re.compile(r"you (?=(?:do not|don['’]t) )", re.I)
FREE = re.compile(r"never (?:have|need) to ", re.I)  # "you never have to check it" forbids nothing
UNWANTED = re.compile(r"want to ", re.I)  # behind "don't": "don't want to press" is "don't press"
NOT = frozenset(["not", "n't", "n’t"])
LASTING = frozenset(["always", "never", "only"])  # adverbs that an order keeps
MISHAPS = lexicon(  # nobody does them on purpose: "lose the steam" would be no order
    "lose miss ruin damage fail fall suffer struggle waste risk forget hurt kill overdo burn break regret die drown "
    "notice realize discover expect sound appear tend suspect assume doubt fear suggest recommend prefer enjoy "
    "hate call complain admit depend consider wish belong own"
)
NO_ORDERS = (STATES - {"find"}) | MISHAPS
MINE = lexicon("i me my mine myself we us our ours ourselves")
ADJUNCTS = frozenset(["advcl", "npadvmod", "cc", "punct", "parataxis"])
PLACING = lexicon("put set place lay stick keep pour hang move bring take add turn leave hold")  # they want a place
LINKING = lexicon("of for in with on between from to against under")
BARE = frozenset(["DET", "INTJ", "PUNCT", "CCONJ", "SCONJ", "ADP", "ADV"])  # no phrase begins with them
NO_PHRASE = lexicon(  # heads and openings that name nothing by themselves
    "own other others same certain many several few lot lots couple kind kinds sort sorts type types front back top "
    "end number amount piece bit part parts point way ways sense rest side hand place feel half first least whole"
)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence as it is shown. What `goes_wrong` in it must not be made an order."""

    doc: Doc
    is_main: bool = True  # it fills one of the card's main slots
    goes_wrong: bool = False


def phrasings(said: Said, *, least: int = SHORTEST) -> Iterator[Phrasing]:
    """All that may be a title in one sentence, none of a question; phrases have at least so many words."""
    doc = said.doc
    if doc.text.rstrip().endswith("?"):
        return
    found = clauses(doc)
    for first in range(len(found)):
        for last in range(first, min(first + 3, len(found))):
            yield from _of_clauses(said, found, first, last)
    yield from filter(makes_sense, _conditions(doc, found))
    yield from filter(makes_sense, _phrases(doc, least))


def bare(chunk: Span) -> Span:
    """The noun phrase without "yes, the" before it."""
    doc, start = chunk.doc, chunk.start
    while start < chunk.end and (doc[start].pos_ in BARE or doc[start].tag_ in {"PRP$", "WDT"}):
        start += 1
    return doc[start : chunk.end]


def names(span: Span) -> bool:
    """Whether a bare noun phrase names something by itself: "end" does not."""
    return len(span) > 0 and span[0].lower_ not in NO_PHRASE and span.root.lower_ not in NO_PHRASE


# ---- clauses and orders


def _of_clauses(said: Said, found: Sequence[Clause], first: int, last: int) -> Iterator[Phrasing]:
    """The clauses first to last as they stand, and as an order; the longest part of each that makes sense."""
    doc, run = said.doc, found[first : last + 1]
    start, end = trimmed(doc, run[0].start, run[-1].end)
    start = _at_the_matter(doc, start, end)
    if _opens_badly(run) or POLITE.match(doc[start:end].text) or start >= end:
        return
    limits = [one for one in found if one.opener in LIMITS and not POLITE.match(doc[one.start : one.end].text)]
    outside = [one for one in (*found[:first], *found[last + 1 : last + 2]) if one in limits]
    whole = max((len(words(doc, min(one.start, start), max(one.end, end))) for one in outside), default=0)
    dropped = None if said.goes_wrong else _not_needed(doc, run, start, end)
    for form, without in ((Form.CLAUSE, frozenset[int]()), (Form.ORDER, dropped)):
        if without is None or (outside and whole - len(without) <= LONGEST):
            continue
        for tokens in _fitting(doc, start, end, without):
            if not any(_is_said(token) for token in tokens if not any(_within(token, one) for one in limits)):
                continue
            lost = [one for one in limits if one in run and not _holds(tokens, one)]
            found_one = Phrasing(
                tokens,
                form,
                limited=any(one in run for one in limits) and not lost,
                unlimited=bool(outside or lost),
                cut=tokens[-1].i < end - 1,
            )
            if makes_sense(found_one):
                yield found_one
                break


def _holds(tokens: Sequence[Token], clause: Clause) -> bool:
    """Whether the words reach into that clause as far as its verb or a word behind it."""
    return any(clause.start + 1 < token.i < clause.end for token in tokens)


def _within(token: Token, clause: Clause) -> bool:
    return clause.start <= token.i < clause.end


def _is_said(token: Token) -> bool:
    """Whether it is a verb that says something of somebody, or asks for it."""
    return token.pos_ in {"VERB", "AUX"} and token.tag_ not in {"VBG", "VBN"}


def _opens_badly(run: Sequence[Clause]) -> bool:
    """Whether the clauses begin in the middle of a thought, or are nothing but a condition."""
    return run[0].opener in NO_START or all(one.opener in CONDITIONS for one in run)


def _at_the_matter(doc: Doc, start: int, end: int) -> int:
    """Where it comes to the matter: behind "furthermore, I think"."""
    while start < end:
        text = doc[start:end].text
        rest = unhedged(text)
        rest = LEADS.sub("", rest, count=1) if LEADS.match(rest) else rest
        at = doc[start].idx + len(text) - len(rest)
        behind = next((token.i for token in doc[start:end] if token.idx >= at), end)
        behind = _behind_lead(doc, behind, end)
        if behind == start:
            return start
        start = behind
    return start


def _behind_lead(doc: Doc, start: int, end: int) -> int:
    """Behind the first comma, where nothing but adverbs stands before it."""
    for number in range(start, min(start + LEAD, end)):
        if doc[number].text == "," and number > start:
            return number + 1
        if doc[number].pos_ not in LEADING:
            return start
    return start


def _not_needed(doc: Doc, run: Sequence[Clause], start: int, end: int) -> frozenset[int] | None:
    """Tokens that an order leaves out: who should do it, and "want to"; None where no order can be made."""
    out: set[int] = set()
    who = ""
    for clause in run:
        if clause.opener in LIMITS or clause.opener in NO_START:
            continue
        at = _at_the_matter(doc, *trimmed(doc, max(clause.start, start), min(clause.end, end)))
        if at >= min(clause.end, end):
            continue
        subject = doc[at].lower_
        dropped = _who_should(doc, at, min(clause.end, end))
        if dropped is None and (not who or subject == who):
            return None  # "press it and I wait"
        who = who or subject
        out |= dropped or set()
    left = {token.lower_ for token in doc[start:end] if token.i not in out}
    return None if not who or (who in MINE and left & MINE) else frozenset(out)


def _who_should(doc: Doc, start: int, end: int) -> set[int] | None:
    """The tokens from a subject to what it should do; None where that is nothing to be done."""
    text = doc[start:end].text
    forbidden = FORBIDDEN.match(text)
    match = forbidden or ORDERED.match(text)
    behind = doc[start].idx + match.end() if match else None
    at = next((token.i for token in doc[start:end] if token.idx == behind), None)
    if at is None or FREE.search(text[: doc[at].idx - doc[start].idx]):
        return None
    dropped = {number for number in range(start, at) if doc[number].lower_ not in LASTING}
    if forbidden:
        refused = next((token.i + 1 for token in doc[at:end] if token.lower_ in NOT), end)
        at = refused + 2 if UNWANTED.match(doc[refused:end].text) else refused
        dropped |= set(range(refused, at))
    elif any(child.dep_ == "neg" and child.lower_ not in LASTING for child in doc[at].children):
        return None
    return dropped if at < end and _is_doing(doc[at], by_me=doc[start].lower_ in MINE) else None


def _is_doing(verb: Token, *, by_me: bool) -> bool:
    """Whether it is done on purpose, and not once: "I put it there" may tell of the past."""
    unclear = verb.lower_ in LOOKS_PAST
    now = (verb.tag_ in {"VB", "VBP"} or unclear) and not (by_me and unclear)
    return verb.pos_ == "VERB" and now and verb.lemma_ not in NO_ORDERS


def _fitting(doc: Doc, start: int, end: int, without: frozenset[int]) -> Iterator[tuple[Token, ...]]:
    """The tokens that stay, and the same without what is said in addition at their end, until they are few enough."""
    while True:
        tokens = tuple(token for token in doc[start:end] if token.i not in without)
        size = len([token for token in tokens if not (token.is_punct or token.is_space)])
        tail = _list_at_the_end(doc, start, end)
        if tokens and size <= LONGEST:
            yield tokens
        additions = (token for token in doc[start:end] if start < token.left_edge.i and _is_addition(token))
        shorter = [token.left_edge.i for token in additions if token.right_edge.i >= end - 1]
        shorter += [tail] if tail is not None else []
        if not shorter:
            return
        start, end = trimmed(doc, start, max(shorter))
        if end <= start:
            return


def _list_at_the_end(doc: Doc, start: int, end: int) -> int | None:
    """The last comma, if there is no verb behind it: "turn it, one side" may go on."""
    comma = next((token.i for token in reversed(doc[start:end]) if token.text == ","), None)
    if comma is None or any(token.pos_ in {"VERB", "AUX"} for token in doc[comma:end]):
        return None
    return comma


def _is_addition(token: Token) -> bool:
    if token.dep_ == "prep":
        complete = any(one.dep_ in {"dobj", "attr"} and one.i < token.i for one in token.head.children)
        return complete and token.lower_ != "of" and token.head.lemma_ not in PLACING
    if token.dep_ == "relcl":
        return not tells_which(token)
    if token.dep_ == "npadvmod" and any(child.pos_ == "NUM" for child in token.children):
        return False  # "wait five minutes"
    return token.dep_ in ADJUNCTS or (token.dep_ == "conj" and "VERB" in {token.pos_, token.head.pos_})


# ---- phrases


def _conditions(doc: Doc, found: Sequence[Clause]) -> Iterator[Phrasing]:
    """Conditions by themselves: "when the top falls and there is water on it"."""
    for clause in found:
        start, end = trimmed(doc, clause.start, clause.end)
        if clause.opener in CONDITIONS and not POLITE.match(doc[start:end].text) and len(words(doc, start, end)) > PAIR:
            yield Phrasing(tuple(doc[start:end]), Form.PHRASE)


def _phrases(doc: Doc, least: int) -> Iterator[Phrasing]:
    """Noun phrases of at least so many words, with what is linked to them: "the smell of burnt sugar in the pan"."""
    chunks = [chunk for chunk in doc.noun_chunks if chunk.root.pos_ in {"NOUN", "PROPN"}]
    for chunk in chunks:
        start, end = bare(chunk).start, chunk.end
        while end < len(doc) and doc[end].lower_ in LINKING and doc[end].head.i >= start:
            after = next((other for other in chunks if end < other.start <= end + 1), None)
            if after is None or after.end - start > LONGEST_PHRASE:
                break
            end = after.end
        if names(bare(chunk)) and least <= end - start <= LONGEST_PHRASE:
            yield Phrasing(tuple(doc[start:end]), Form.PHRASE)
