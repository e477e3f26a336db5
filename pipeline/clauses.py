"""Clauses of a parsed sentence: where each begins, what opens it, and what that makes of it."""

import re
from dataclasses import dataclass
from itertools import pairwise

from spacy.tokens import Doc, Token

from models.values import Part
from pipeline.text import lexicon

CONDITIONS = frozenset(["if", "when", "whenever", "once", "unless", "even if"])
REASONS = frozenset(["because", "so that", "in order to"])
EXCEPTIONS = frozenset(["unless", "even if", "except"])
CONCESSIONS = frozenset(["although", "though", "otherwise", "whereas"])
ATTACHED = frozenset(["until", "which"])  # they go on with the clause before

SUBORDINATORS = {
    "if": "if",
    "when": "when",
    "whenever": "whenever",
    "because": "because",
    "cause": "because",
    "'cause": "because",
    "unless": "unless",
    "until": "until",
    "once": "once",
    "although": "although",
    "though": "though",
    "whereas": "whereas",
    "except": "except",
}
PHRASES = (
    (("as", "soon", "as"), "once"),
    (("as", "long", "as"), "if"),
    (("in", "order", "to"), "in order to"),
    (("in", "case"), "if"),
    (("so", "that"), "so that"),
)
NOT_BEFORE = {"because": {"of"}, "once": {"a", "an", "per", "every", "more", "again"}}  # "once a week"
FOCUS = frozenset(["even", "especially", "only", "except", "just", "particularly"])
ASKED = lexicon(  # "see if it moves" is a question, not a condition
    "see know ask wonder tell check say sure decide determine care of about be remember question matter learn"
)
COORDINATORS = frozenset(["and", "but", "so", "or", "then"])
LINKS = frozenset(["then", "so", "now", "also", "that"])
BREAKS = frozenset([",", ";", "...", "…", "--", "—", "–", "-", ":"])
VERBS = frozenset(["VERB", "AUX"])
SUBJECTS = frozenset(["nsubj", "nsubjpass", "expl"])
BEFORE_HEAD = lexicon("DET ADJ NOUN PROPN PRON ADV NUM INTJ PART CCONJ")
WHO_FOLLOWS = lexicon("it you i we they he she")
AHEAD = 6  # tokens in which a subject and its verb must come
REACH = 12  # tokens in which a subordinate clause must have its verb
POLITE = re.compile(
    r"if (?:you will|you like|i (?:remember|recall|may\b|(?:could|can) (?:say|ask|add|put it|call|just))|possible|"
    r"i'm not mistaken|that makes sense|"
    r"you (?:think|look) (?:about|at)|you want(?!\s+to\b)|anything|so\b|not\b|you know\b)|when (?:i|we) (?:say|talk)",
    re.I,
)
VAGUE_SUBJECT = re.compile(
    r"(?:(?:even|only|especially|just|particularly) )?"
    r"(?:if|when|whenever|once|because|unless|as soon as|so that|in order to)\s+"
    r"(?:it|that|this|they|them|these|those|he|she|there|that's|it's|they're)\b",
    re.I,
)
LEADS = tuple(
    tuple(one.split())
    for one in (
        "yeah|yes|no|well|okay|ok|right|oh|like|i mean|you know|for example|for instance|on the other hand|"
        "in other words|"
        "in fact|additionally|furthermore|moreover|however|also|again|luckily|honestly|anyway|first of all|of course"
    ).split("|")
)
TAILS = ((",", "for", "example"), (",", "for", "instance"), (",", "first", "of", "all"), ("or", "whatever"))
# looked at for every token, so by the word that they begin or end with
PHRASES_FROM = {first: tuple(one for one in PHRASES if one[0][0] == first) for first in {one[0][0] for one in PHRASES}}
LEADS_FROM = {first: tuple(one for one in LEADS if one[0] == first) for first in {one[0] for one in LEADS}}
TAILS_TO = {last: tuple(one for one in TAILS if one[-1] == last) for last in {one[-1] for one in TAILS}}
PART_WORDS = range(3, 26)


@dataclass(frozen=True, slots=True)
class Clause:
    """Tokens [start, end) of a doc. `opener` is "main", "but", "so" or the word that makes it subordinate."""

    start: int
    end: int
    opener: str


def clauses(doc: Doc) -> list[Clause]:
    """The clauses of a sentence in order, together all of its tokens; none of an empty doc."""
    if not len(doc):
        return []
    found = {0: "main"}
    for token in doc:
        start, opener = _opened(token)
        if opener is not None:
            found[start] = opener
        elif _goes_on(token, max(found), found[max(found)]):
            found[token.left_edge.i] = "main"
    for start, following in pairwise([*sorted(found), len(doc)]):
        if found[start] in CONDITIONS and start < AHEAD:
            found |= dict.fromkeys(_behind_condition(doc, start, following), "main")
    return _joined(doc, [Clause(a, b, found[a]) for a, b in pairwise([*sorted(found), len(doc)])])


def parts(doc: Doc, found: list[Clause]) -> tuple[Part, ...]:
    """The conditions and reasons of a sentence, in characters of the doc's text; polite phrases are none."""
    marked = []
    for clause in found:
        role = "condition" if clause.opener in CONDITIONS else "reason" if clause.opener in REASONS else None
        start, end = trimmed(doc, clause.start, clause.end)
        if role and end - start in PART_WORDS and not POLITE.match(doc[start:end].text):
            marked.append(Part(role, doc[start].idx, doc[end - 1].idx + len(doc[end - 1])))
    return tuple(marked)


def groups(doc: Doc, found: list[Clause], *, longest: int) -> list[tuple[int, int]]:
    """The sentence cut at the borders of main clauses, as token spans; one span if it has no more words than `longest`.

    A subordinate clause stays with its main clause, and nobody is cut off behind a condition.
    """
    if len(words(doc, 0, len(doc))) <= longest:
        return [(0, len(doc))] if len(doc) else []
    cut: list[tuple[int, int]] = []
    last = ""
    for clause in found:
        size = cut[-1][1] - cut[-1][0] if cut else 0
        new = clause.opener in {"main", "but", "so"} and not (last in CONDITIONS and size < longest)
        new = new and (clause.opener == "but" or doc[clause.start - 1].text in BREAKS or size > longest * 2 // 3)
        if cut and (not new or min(size, clause.end - clause.start) < 5):
            cut[-1] = (cut[-1][0], clause.end)
        else:
            cut.append((clause.start, clause.end))
        last = clause.opener
    return cut


def words(doc: Doc, start: int, end: int) -> list[Token]:
    """The tokens that are no punctuation."""
    return [token for token in doc[start:end] if not (token.is_punct or token.is_space)]


def trimmed(doc: Doc, start: int, end: int) -> tuple[int, int]:
    """The span without linking words and marks before it, and without marks and dangling conjunctions behind."""
    while start < end and (lead := _leading(doc, start)) and doc[start : start + 2].text.lower() != "so that":
        start += lead
    while end > start and (tail := _trailing(doc, start, end)):
        end -= tail
    return start, end


def _trailing(doc: Doc, start: int, end: int) -> int:
    """How many tokens before `end` only dangle: a mark, "and", ", for example"."""
    last = doc[end - 1]
    if _closing(last) or last.lower_ in {"and", "or", "but", "so", "then"}:
        return 1
    known = TAILS_TO.get(last.lower_, ())
    tails = (len(one) for one in known if tuple(token.lower_ for token in doc[max(start, end - len(one)) : end]) == one)
    return next(tails, 0)


def _leading(doc: Doc, start: int) -> int:
    """How many tokens there only lead to what follows: a mark, "and", "yeah", "for example,"."""
    low = doc[start].lower_
    if doc[start].is_punct or low in {"and", "or", "but", "so", "then", "now"}:
        return 1
    known = LEADS_FROM.get(low, ())
    length = next((len(one) for one in known if tuple(t.lower_ for t in doc[start : start + len(one)]) == one), 0)
    return length if length and doc[start + length : start + length + 1].text in BREAKS else 0


def _closing(token: Token) -> bool:
    return (token.is_punct or token.is_space) and token.text not in {'"', "”", ")", "%", "]"}


# ---- borders


def _opened(token: Token) -> tuple[int, str | None]:
    """Where the clause that this token opens begins, and its opener; None where it opens none."""
    doc, number, low = token.doc, token.i, token.lower_
    for phrase, opener in PHRASES_FROM.get(low, ()):
        if tuple(one.lower_ for one in doc[number : number + len(phrase)]) == phrase:
            return number, opener if phrase != ("in", "case") or _has_finite(doc, number) else None
    if low in SUBORDINATORS:
        return _subordinate(token)
    if low == "otherwise" and _has_finite(doc, number):
        return number, "otherwise" if not number or doc[number - 1].lower_ not in {"because", "or"} else None
    if low == "which" and number and doc[number - 1].text in BREAKS:
        return number, "which"
    if low in COORDINATORS and number:
        return number, ("but" if low == "but" else "so" if low == "so" else "main") if _coordinates(token) else None
    if token.text in BREAKS and number + 1 < len(doc):
        return number + 1, "main" if _juxtaposes(token) else None
    return number, None


def _subordinate(token: Token) -> tuple[int, str | None]:
    doc, number, low = token.doc, token.i, token.lower_
    before = doc[number - 1] if number else None
    unmistakable = low in {"because", "unless"}  # whatever the parser makes of their verb
    if not (unmistakable or _has_finite(doc, number)) or (low == "cause" and token.pos_ in {"VERB", "NOUN"}):
        return number, None
    if before is not None and before.lower_ == "as":
        return number, None
    if number + 1 < len(doc) and doc[number + 1].lower_ in NOT_BEFORE.get(low, ()):
        return number, None
    if low in {"if", "when"} and before is not None and (before.lemma_ in ASKED or before.lower_ in ASKED):
        return number, None
    if before is not None and before.lower_ in FOCUS:
        return number - 1, "even if" if before.lower_ == "even" and low in {"if", "though"} else SUBORDINATORS[low]
    return number, SUBORDINATORS[low]


def _has_finite(doc: Doc, number: int) -> bool:
    """Whether a finite verb follows closely."""
    return any(_is_finite(one) for one in doc[number + 1 : number + REACH])


def _coordinates(token: Token) -> bool:
    """Whether a clause with a subject of its own, or an order, follows this conjunction."""
    doc, after = token.doc, token.i + 1
    if after < len(doc) and doc[after].lower_ in LINKS:
        after += 1
    if doc[after : after + 2].text.lower() == "of course":
        after += 2
    orders = after < len(doc) and doc[after].tag_ == "VB" and doc[after].dep_ in {"conj", "ROOT"}
    return _subject_follows(doc, after) or (orders and doc[token.i - 1].text in {",", "...", "…"})


def _juxtaposes(token: Token) -> bool:
    """Whether a clause with a subject of its own, or an order, follows this mark without a conjunction."""
    doc, after = token.doc, token.i + 1
    if (
        doc[after].lower_ in COORDINATORS - {"then"}
        or doc[after].lower_ in SUBORDINATORS
        or doc[after].lower_ == "which"
    ):
        return False
    if doc[after].lower_ in {"then", "now"}:
        after += 1
    if _subject_follows(doc, after):
        return True
    orders = {"conj", "ROOT", "ccomp", "parataxis", "dep"}
    return after < len(doc) and doc[after].tag_ == "VB" and doc[after].dep_ in orders


def _subject_follows(doc: Doc, number: int) -> bool:
    """Whether a subject and then its finite verb stand there."""
    for token in doc[number : number + AHEAD]:
        if token.is_punct:
            return False
        if token.dep_ in SUBJECTS and all(one.pos_ in BEFORE_HEAD for one in doc[number : token.i]):
            return any(one.pos_ in VERBS and one.tag_ != "VBG" for one in doc[token.i + 1 : token.i + AHEAD])
    return False


def _goes_on(token: Token, opened: int, opener: str) -> bool:
    """Whether the main clause begins at this subject, without a comma: "when it turns brown you take it out"."""
    if opener not in CONDITIONS or token.dep_ not in SUBJECTS or token.tag_ != "PRP" or token.i <= opened + 2:
        return False
    told = any(_is_finite(one) for one in token.doc[opened : token.i])
    return told and token.head.dep_ == "ROOT" and token.head.i > token.i


def _behind_condition(doc: Doc, start: int, following: int) -> list[int]:
    """Where the main clause must begin though the parser saw none: behind a comma between two verbs, or behind the
    first comma of a sentence that is all condition. The condition begins at `start`, the next clause at `following`."""
    verbs = [token.i for token in doc[start:following] if _is_finite(token) or token.dep_ == "ROOT"]
    commas = [token.i for token in doc[start:following] if token.text == "," and verbs and token.i > verbs[0]]
    if following == len(doc) and start == 0:
        behind = [comma + 1 for comma in commas if len(words(doc, comma, len(doc))) > 1][:1]
        return behind or _second_subject(doc, start)
    return [comma + 1 for comma in commas if any(verb > comma + 1 for verb in verbs)][:1]


def _second_subject(doc: Doc, start: int) -> list[int]:
    """Where "it" or "you" has a verb of its own behind a condition with one: "when it is ready it tells you"."""
    for token in doc[start + 3 :]:
        own = token.dep_ in SUBJECTS and token.head.i > token.i and _is_finite(token.head)
        if own and token.lower_ in WHO_FOLLOWS and token.nbor(-1).pos_ not in VERBS | {"SCONJ", "CCONJ", "ADP", "PRON"}:
            told = any(_is_finite(one) for one in doc[start : token.i])
            plain = token.head.dep_ not in {"relcl", "acl"} or token.nbor(-1).pos_ in {"ADJ", "ADV"}
            if told and plain:
                return [token.i]
    return []


def _is_finite(token: Token) -> bool:
    return token.pos_ in VERBS and token.tag_ not in {"VBG", "VBN"}


def _joined(doc: Doc, found: list[Clause]) -> list[Clause]:
    """What is no clause of its own goes with the one before: without a verb, or a second condition ("if … and …")."""
    kept: list[Clause] = []
    for clause in found:
        if kept and (_is_part(doc, kept[-1], clause) or clause.opener in ATTACHED):
            kept[-1] = Clause(kept[-1].start, clause.end, kept[-1].opener)
        else:
            kept.append(clause)
    return kept


def _is_part(doc: Doc, before: Clause, clause: Clause) -> bool:
    if len(words(doc, clause.start, clause.end)) < 2:
        return True
    if clause.opener in CONDITIONS | REASONS:
        return False
    if not _has_verb(doc, clause) and not (before.opener in CONDITIONS and before.start < AHEAD):
        return True
    if clause.opener != "main":
        return False
    if before.opener == "main":
        return not _has_verb(doc, before)
    goes_on = doc[clause.start].lower_ in {"and", "or"} and doc[clause.start - 1].text != ","
    then = "then" in {token.lower_ for token in doc[clause.start : clause.start + 2]}
    return before.opener in CONDITIONS | REASONS and goes_on and not then


def _has_verb(doc: Doc, clause: Clause) -> bool:
    return any(token.pos_ in VERBS for token in doc[clause.start : clause.end])
