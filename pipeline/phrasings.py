"""What a card could be called: stretches of its sentences that make sense alone.

Whole clauses, orders without their "you want to", and phrases; words may be left out, none is put in. None loses an
argument, a negation or the condition that it depends on, as far as there is room.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from spacy.tokens import Doc, Span, Token

from pipeline.clauses import CONDITIONS, POLITE, Clause, clauses, trimmed, words
from pipeline.text import lexicon
from pipeline.wording import ADVERBS, LOOKS_PAST, STATES, unhedged

SHORTEST, LONGEST = 3, 12  # words
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
UNWANTED = re.compile(r"(?:want|have) to ", re.I)  # behind "don't": "don't want to press" is "don't press"
NOT = frozenset(["not", "n't", "n’t"])
LASTING = frozenset(["always", "never", "only"])  # adverbs that an order keeps
MISHAPS = lexicon(  # nobody does them on purpose: "lose the steam" would be no order
    "lose miss ruin damage fail fall suffer struggle waste risk forget hurt kill overdo burn break regret die drown "
    "notice realize discover expect run sound appear tend suspect assume doubt fear suggest recommend prefer enjoy "
    "hate call complain admit depend consider wish belong own"
)
NO_ORDERS = (STATES - {"find"}) | MISHAPS
MINE = lexicon("i me my mine myself we us our ours ourselves")
INSIDE = re.compile(r"\.\.|;|…|--|—| [-–] |\?|[(\[\]{}<>]|█")  # where a speaker broke off, or somebody wrote
ARGUMENTS = frozenset(["dobj", "ccomp", "xcomp", "attr", "acomp", "oprd", "pobj", "pcomp", "prt", "dative", "agent"])
ADJUNCTS = frozenset(["advcl", "npadvmod", "cc", "punct", "parataxis"])
SUBJECTS = frozenset(["nsubj", "nsubjpass", "csubj", "expl"])
PLACING = lexicon("put set place lay stick keep pour hang move bring take add turn leave hold")  # they want a place
LEADING_VERBS = lexicon("go come try")  # "go and look"
LINKING_VERBS = lexicon("feel seem look sound be become taste smell")
LINKING = lexicon("of for in with on between from to against under")
ASKING = frozenset(["WDT", "WP", "WRB", "WP$"])
DANGLING = frozenset(["DET", "SCONJ", "CCONJ", "AUX"])
WANTING = lexicon("to of that very your my as than its their our his her a an the or and")
NO_FIRST_WORD = lexicon(
    "which because until although though whereas otherwise except unless than as to be that's or that"
)
BARE = frozenset(["DET", "INTJ", "PUNCT", "CCONJ", "SCONJ", "ADP", "ADV"])  # no phrase begins with them
NO_PHRASE = lexicon(  # heads and openings that name nothing by themselves
    "own other others same certain many several few lot lots couple kind kinds sort sorts type types front back top "
    "end number amount piece bit part parts point way ways sense rest side hand place feel half first least whole"
)


class Form(StrEnum):
    """How a possible title is built."""

    CLAUSE = "clause"  # "the seal breaks in the cold"
    ORDER = "order"  # "press the lid down", without who does it
    PHRASE = "phrase"  # "smell of burnt sugar in the pan", or a condition alone: it says nothing of what it names


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence as it is shown. What `goes_wrong` in it must not be made an order."""

    doc: Doc
    is_main: bool = True  # it fills one of the card's main slots
    goes_wrong: bool = False


@dataclass(frozen=True, slots=True)
class Phrasing:
    """Words of one sentence, in its order, that may be a title."""

    tokens: tuple[Token, ...]
    form: Form
    limited: bool = False  # it stands with the condition that it depends on
    unlimited: bool = False  # such a condition was left out for want of room
    cut: bool = False  # something said in addition was left out behind it

    @property
    def text(self) -> str:
        """Its words with a capital and without a mark at its end."""
        said = "".join(token.text_with_ws for token in self.tokens).strip(" ,;:.!?…—–-")
        return said[:1].upper() + said[1:]

    @property
    def words(self) -> list[Token]:
        return [token for token in self.tokens if not (token.is_punct or token.is_space)]


def phrasings(said: Said, *, least: int = SHORTEST) -> Iterator[Phrasing]:
    """All that may be a title in one sentence, none of a question; phrases have at least so many words."""
    doc = said.doc
    if doc.text.rstrip().endswith("?"):
        return
    found = clauses(doc)
    for first in range(len(found)):
        for last in range(first, min(first + 3, len(found))):
            yield from _of_clauses(said, found, first, last)
    yield from filter(_makes_sense, _conditions(doc, found))
    yield from filter(_makes_sense, _phrases(doc, least))


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
            if _makes_sense(found_one):
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
        return not _tells_which(token)
    if token.dep_ == "npadvmod" and any(child.pos_ == "NUM" for child in token.children):
        return False  # "wait five minutes"
    return token.dep_ in ADJUNCTS or (token.dep_ == "conj" and "VERB" in {token.pos_, token.head.pos_})


def _tells_which(clause: Token) -> bool:
    """Whether a relative clause belongs to the name of the thing: "the one that leaks", but not "an idea, which …"."""
    thing = clause.head
    if thing.pos_ not in {"NOUN", "PROPN"} or clause.left_edge.i == 0:
        return True
    new = any(child.dep_ == "det" and child.lower_ in {"a", "an"} for child in thing.children)
    return not new and clause.doc[clause.left_edge.i - 1].text != ","


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


# ---- what makes sense


def _makes_sense(one: Phrasing) -> bool:
    said = one.words
    text = one.text
    if not said or len(said) < min(SHORTEST, len(one.tokens)) or len(said) > LONGEST:
        return False
    if INSIDE.search(text) or text.count('"') % 2 or text.count("“") != text.count("”"):
        return False
    if said[0].lower_ in NO_FIRST_WORD or said[-1].pos_ in DANGLING or said[-1].lower_ in WANTING:
        return False
    if _ends_badly(said) or (one.form is not Form.PHRASE and (_is_subordinate(one) or not _is_told(one))):
        return False
    return not _breaks_off(one) and not any(_lacks(token, one) for token in one.tokens)


def _ends_badly(said: Sequence[Token]) -> bool:
    """Whether another word must follow: "understand what device", "the fork and 15", "by first"."""
    last, before = said[-1], said[-2] if len(said) > 1 else said[-1]
    if (
        last.pos_ == "INTJ"
        or (before.pos_ == "CCONJ" and last.pos_ != "VERB")
        or before.tag_ in {"WDT", "WP$"}
        or last.tag_ in ASKING
    ):
        return True
    alone = last.i > 0 and last.doc[last.i - 1].text == ","
    if alone and last.pos_ in {"ADP", "ADV"}:
        return True
    asks = any(token.tag_ in ASKING or token.lower_ == "that" for token in said[:-1])
    return (before.pos_ == "ADP" and last.pos_ == "ADV") or (last.dep_ == "prep" and not asks)


def _is_told(one: Phrasing) -> bool:
    """Whether its uppermost word is a verb: "anyone who reports a leak" says nothing."""
    tops = [token for token in one.tokens if token.head not in one.tokens or token.head == token]
    asking = {child.head for child in one.tokens if child.dep_ in SUBJECTS and child.tag_ in ASKING}
    return any(token.pos_ in {"VERB", "AUX"} and token not in asking for token in tops)


def _is_subordinate(one: Phrasing) -> bool:
    """Whether all of it hangs on a word like "while", "after" or "what" at its beginning."""
    first = one.words[0]
    if first.lower_ in {"how", "what", "why", "where", "who", "whatever"}:
        return True
    if first.pos_ != "SCONJ" and first.dep_ != "mark" and first.tag_ not in ASKING:
        return False
    tops = [token for token in one.tokens if token.head not in one.tokens or token.head == token]
    return any(first in top.subtree for top in tops if top.pos_ in {"VERB", "AUX"} and top.dep_ != "ROOT")


def _breaks_off(one: Phrasing) -> bool:
    """Whether it ends within a list: behind its last comma there is no verb, and the sentence goes on with another."""
    last = one.tokens[-1]
    following = last.doc[last.i + 1].text if last.i + 1 < len(last.doc) else "."
    commas = [place for place, token in enumerate(one.tokens) if token.text == ","]
    if not commas or following not in {",", "and", "or", "then"}:
        return False
    return not any(token.pos_ in {"VERB", "AUX"} for token in one.tokens[commas[-1] :])


def _lacks(token: Token, one: Phrasing) -> bool:
    """Whether an argument of the word, its negation or the rest of its list stands outside."""
    outside = [child for child in token.children if child not in one.tokens and not _may_be_left_out(child, one)]
    return any(_is_needed(child, token, one) for child in outside)


def _may_be_left_out(child: Token, one: Phrasing) -> bool:
    """Who should do it, of an order; and another name of what is named: "turn it by hand, half a turn"."""
    if one.form is Form.ORDER and child.i < one.tokens[-1].i and child.dep_ in SUBJECTS | {"aux", "neg"}:
        return True
    named = any(other.dep_ == child.dep_ and other in one.tokens for other in child.head.children)
    return named and "," in {child.left_edge.text, child.doc[max(0, child.left_edge.i - 1)].text}


def _is_needed(child: Token, token: Token, one: Phrasing) -> bool:
    last = one.tokens[-1].i
    if child.dep_ in ARGUMENTS and child.i > token.i:
        return True
    if child.dep_ == "neg" or (child.dep_ == "prep" and child.lower_ == "of"):
        return True
    if token.lemma_ in LINKING_VERBS and child.i > token.i and child.left_edge.lower_ in {"like", "as"}:
        return True
    if child.dep_ == "relcl" and child.left_edge.i == last + 1:
        return _tells_which(child)
    if child.dep_ in SUBJECTS and child.i < token.i and one.form is not Form.PHRASE and token.dep_ != "xcomp":
        return True
    return child.dep_ == "conj" and child.i > last and _shares(token, child)


def _shares(token: Token, conjunct: Token) -> bool:
    """Whether what follows belongs to the same argument: "on the list and on the issues"."""
    if token.pos_ not in {"VERB", "AUX"}:
        return conjunct.pos_ not in {"VERB", "AUX"}
    if token.lemma_ in LEADING_VERBS:
        return True
    own = any(child.dep_ in SUBJECTS for child in conjunct.children)
    return token.dep_ in {"xcomp", "pcomp", "acl"} and not own
