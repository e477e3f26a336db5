"""What the words of a statement tell about know-how: conditions, exceptions, reasons, cues, warnings, thresholds.

Rules on words and on the parse; the words decide where both speak, because speech is parsed badly. Each find is the
clause or the phrase itself, so that it can be shown as the reason for a draft.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from spacy.strings import get_string_id
from spacy.tokens import Doc, Token

from models.quantities import quantities
from models.values import Finding, FindingType, Statement
from pipeline.dangers import NOVICE_ERROR, OF_DANGER, OF_LEARNERS, WARNING
from pipeline.senses import sensed
from pipeline.text import quote, quote_tokens

ROOT = get_string_id("ROOT")
SHORTEST_CLAUSE = 3  # tokens
LONGEST_CLAUSE = 30

CONDITION = re.compile(
    r"\b(?:(?:only |especially |particularly )?(?:if|when|whenever|once)|as (?:long|soon) as|in case(?! of)|"
    r"provided(?: that)?|assuming|until)\b(?!\?)",
    re.I,
)
DEPENDING = re.compile(r"\bdepend(?:s|ing)(?: a lot| very much| really)? (?:on|upon)\b|\bin case of\b", re.I)
INDIRECT = re.compile(  # what stands before an "if" or "when" that asks or points instead
    r"\b(?:see|know|knows|knew|ask|asks|asked|asking|wonder|wondering|tell|check|checking|say|sure|decide|determine|"
    r"care|find out|figure out|remember|understand|question|about|of|as|what|that's|that is|"
    r"times?|day|moment|years?)$",
    re.I,
)
POLITE = re.compile(
    r"^(?:if|when) (?:you will|you like|you wish|i (?:may|recall|remember|am not mistaken|had to|think about it|say)|"
    r"i'm not|that makes sense|you know what i mean|you think about it|you ask me|you look at it|necessary|"
    r"possible|anything|"
    r"(?:not|so|any)\b|it comes to|you (?:want|would|could|don't mind)\b)",
    re.I,
)
MEANT = re.compile(r"^if you want (?:to|the|a|it|your)\b", re.I)  # "if you want to go faster" is a condition after all
EXCEPTION = re.compile(
    r"\b(?:unless|except(?:ion)?(?: is| are)?(?: for| when| if| that)?|even (?:if|when)|"
    r"the only (?:time|case|exception|place|one)\b|apart from|aside from|"
    r"not (?:always|necessarily|every|in every|in all)\b|"
    r"(?:does|do)(?:n't| not) (?:apply|hold|work|count) (?:to|for|with|when|if|in)|"
    r"(?:it's|it is) (?:completely |totally |a bit |very |quite )?different\b(?! than| from| about)|"
    r"there are (?:cases|times|situations|days|exceptions)|the other way a?round|the (?:exact )?opposite)",
    re.I,
)
REASON = re.compile(
    r"\b(?:because|'cause|so that(?!'s| is| was)|"
    r"that's (?:the reason )?why|that is why|which is why|in order to|otherwise|or else|"
    r"due to|the (?:main |whole |other |big |only )?reasons? (?:is|was|why|that|for|we|i|you|being)|"
    r"the (?:whole )?(?:point|idea|purpose|advantage|benefit) (?:is|of|behind)|"
    r"(?<!want )(?<!need )(?<!have )(?<!try )(?<!going )(?<!got )to (?:avoid|prevent|keep (?:it|them|the)|"
    r"make sure|ensure|allow|protect))\b|"
    r"\bso (?:it|they|you|the \w+)(?: really| just)? (?:doesn't|don't|won't|can|can't|cannot|(?:does|do|will) not)\b",
    re.I,
)
NO_REASON = re.compile(r"^(?:because (?:i (?:said|think|don't know|was|had|am)|of (?:that|this)\W*$|why))", re.I)
IMPERATIVE = re.compile(r"\W*(?:(?:and|but|so|then|please|just|to)\s+)?(?:do not|don't|never)\b", re.I)
OTHERS = re.compile(r"\b(?:they|he|she|it|i|we|people|somebody|everybody|who|which|that)\b", re.I)  # do not do it
ASKS = re.compile(
    r"^\W*(?:(?:so|and|but|well|okay|or)\W+)*(?:what|how|why|who|where|which|when|do|does|did|is|are|can|could)\b", re.I
)
SAME_AS_PRESENT = frozenset({"put", "cut", "set", "hit", "let", "read", "shut", "spread"})
OTHER_CLAUSE = frozenset({"then", "but", "so", "because", "unless", "otherwise", "which", "although", "whereas"})
OPENS_PHRASE = frozenset({"depends", "depend", "depending", "due", "except", "apart", "aside", "in"})
JOINING = frozenset({"and", "or", "nor"})
SUBJECTS = frozenset({"nsubj", "nsubjpass", "expl"})
EDGES = frozenset(",;:.!?…—–-")

Spans = Iterator[tuple[int, int, str]]  # start and end in the statement, and the rule
_Rule = Callable[[Doc, str], Spans]  # of a parse and its text


def find(statements: Sequence[Statement], docs: Sequence[Doc]) -> list[Finding]:
    """Conditions, exceptions, reasons, cues, warnings, novice errors and thresholds, in order of their characters.

    `docs` are the statements' parses, in the same order. One stretch of words can be several finds. Questions and, for
    all but conditions and reasons, what is told of the past are passed over.
    """
    found = [one for statement, doc in zip(statements, docs, strict=True) for one in _in_statement(statement, doc)]
    return sorted(found, key=lambda one: (one.start_char, one.end_char, one.type))


def _in_statement(statement: Statement, doc: Doc) -> Iterator[Finding]:
    if statement.text.endswith("?") and ASKS.match(statement.text):
        return
    text = doc.text  # made anew whenever it is asked for
    past = _is_past(doc)
    for type_, rule in TOLD_ANYWHEN if past else TOLD_ANYWHEN + TOLD_OF_NOW:
        for start, end, name in _apart(rule(doc, text)):
            span = quote(statement, start, end)
            yield Finding(type_, statement.index, span.start_char, span.end_char, span.text, name)
    for cue in () if past else sensed(doc):
        span = quote_tokens(statement, doc, cue.first, cue.last)
        yield Finding(
            FindingType.CUE,
            statement.index,
            span.start_char,
            span.end_char,
            span.text,
            cue.rule,
            modality=cue.modality,
        )


def _apart(spans: Iterable[tuple[int, int, str]]) -> Spans:
    """The spans in order, without those that begin inside the one before."""
    taken = 0
    for start, end, rule in sorted(spans, key=lambda one: (one[0], -one[1])):
        if start >= taken:
            taken = end
            yield start, end, rule


# ---- the kinds


def _conditions(doc: Doc, text: str) -> Spans:
    for match in CONDITION.finditer(text):
        said = text[match.start() :]
        if INDIRECT.search(text[: match.start()].rstrip()) or (POLITE.match(said) and not MEANT.match(said)):
            continue
        token = _token_at(doc, match.end() - 1)
        word = match[0].lower()
        if token is None or not (_subject_right_after(token) if word in {"until", "once"} else _subject_follows(token)):
            continue
        span = _clause(doc, match.start())
        if span and not (word in {"when", "once", "until"} and _tells_of_the_past(doc, *span)):
            yield *span, f"{word} + clause"
    for match in DEPENDING.finditer(text):
        if span := _clause(doc, match.start()):
            yield *span, "depending on"


def _exceptions(doc: Doc, text: str) -> Spans:
    for match in EXCEPTION.finditer(text):
        if match[0].lower().startswith(("not", "the opposite", "the exact", "the other way", "it's", "it is", "that")):
            span = _clause_around(doc, match.start())
        else:
            span = _clause(doc, match.start())
        if span:
            yield *span, match[0].lower()


def _reasons(doc: Doc, text: str) -> Spans:
    for match in REASON.finditer(text):
        if NO_REASON.match(text[match.start() :]):
            continue
        if span := _clause(doc, match.start()):
            yield *span, match[0].lower()


def _warnings(doc: Doc, text: str) -> Spans:
    low = text.lower()
    if not any(word in low for word in OF_DANGER):
        return
    for match in WARNING.finditer(text):
        start = match.start() + len(match[0]) - len(match[0].lstrip(",;. "))
        span = _clause_around(doc, start)
        if span and not (IMPERATIVE.match(match[0]) and OTHERS.search(text[span[0] : start])):
            yield *span, "a prohibition or a danger"


def _novice_errors(doc: Doc, text: str) -> Spans:
    low = text.lower()
    if not any(word in low for word in OF_LEARNERS):
        return
    for match in NOVICE_ERROR.finditer(text):
        if match[0].lower().startswith(("if", "when")):  # what they do comes after the condition
            first = _token_at(doc, match.start())
            span = None if first is None else _span(doc, first.i, len(doc))
        else:
            span = _clause_around(doc, match.start())
        if span:
            yield *span, "what beginners do"


def _thresholds(_: Doc, text: str) -> Spans:
    return ((start, end, "number and unit") for start, end in quantities(text))


TOLD_ANYWHEN: tuple[tuple[FindingType, _Rule], ...] = (
    (FindingType.CONDITION, _conditions),
    (FindingType.RATIONALE, _reasons),
)
TOLD_OF_NOW: tuple[tuple[FindingType, _Rule], ...] = (
    (FindingType.EXCEPTION, _exceptions),
    (FindingType.NOVICE_ERROR, _novice_errors),
    (FindingType.WARNING, _warnings),
    (FindingType.THRESHOLD, _thresholds),
)


# ---- clauses


def _clause(doc: Doc, start: int) -> tuple[int, int] | None:
    """The clause that begins at that character; None where it is too short, or endless."""
    first = _token_at(doc, start)
    return None if first is None else _span(doc, first.i, _clause_end(doc, first.i))


def _clause_around(doc: Doc, char: int) -> tuple[int, int] | None:
    """The clause that holds that character."""
    inside = _token_at(doc, char)
    if inside is None:
        return None
    first = inside.i
    while first > 0 and not _begins(doc[first]):
        first -= 1
    return _span(doc, first, _clause_end(doc, first, at_least=inside.i))


def _begins(token: Token) -> bool:
    before = token.nbor(-1)
    if before.text[-1:] in EDGES and before.is_punct:
        return not (token.lower_ in JOINING and not _subject_soon(token))
    return token.lower_ in OTHER_CLAUSE - {"which"} and _subject_soon(token)


def _clause_end(doc: Doc, first: int, *, at_least: int = -1) -> int:
    """Number of the token before which the clause ends that begins at `first`."""
    verb_seen = doc[first].lower_ in OPENS_PHRASE
    for token in doc[first + 1 :]:
        if token.i > at_least and (verb_seen or _somebody_next(token, first)) and _ends_before(token):
            return token.i
        verb_seen = verb_seen or token.pos_ in {"VERB", "AUX"}
        if token.text in {";", ":", "—", "–", "...", "…", ".", "!", "?"} and token.i > at_least:
            return token.i
    return len(doc)


def _somebody_next(token: Token, first: int) -> bool:
    """Whether "…, you" follows: taggers miss the verb in "if the rope hums, you ease it"."""
    return token.text == "," and token.i - first > 2 and token.i + 1 < len(token.doc) and token.nbor().tag_ == "PRP"


def _ends_before(token: Token) -> bool:
    """Whether another clause begins at the token, after one that has its verb."""
    before = token.nbor(-1)
    if token.text == ",":
        after = token.nbor() if token.i + 1 < len(token.doc) else None
        return after is None or after.lower_ not in JOINING or _subject_soon(after)
    if token.lower_ in OTHER_CLAUSE | {"if", "when"}:
        sure = token.lower_ in {"then", "because", "unless", "otherwise"}
        return before.lemma_ != "be" and (sure or _subject_soon(token))
    if token.dep_ in SUBJECTS and token.tag_ == "PRP" and token.head.dep_ != "relcl":
        return before.tag_ in {"VBN", "RB", "RBR"} or before.pos_ in {"NOUN", "ADJ", "NUM"}
    return False


def _subject_soon(token: Token) -> bool:
    """Whether a subject stands in the next few words."""
    return any(one.dep_ in SUBJECTS or one.tag_ == "EX" for one in token.doc[token.i + 1 : token.i + 5])


def _subject_right_after(token: Token) -> bool:
    """Whether the very next thing is a subject: "until it stops", but not "until noon before we start"."""
    ahead = token.doc[token.i + 1 : token.i + 4]
    subject = next((one.i for one in ahead if one.dep_ in SUBJECTS or one.tag_ == "PRP"), None)
    return subject is not None and not any(one.pos_ in {"ADP", "SCONJ"} for one in token.doc[token.i + 1 : subject])


def _subject_follows(token: Token) -> bool:
    """Whether the words after a conjunction are a clause: a subject and a verb, as in "once you see it"."""
    ahead = token.doc[token.i + 1 : token.i + 9]
    return any(one.pos_ in {"VERB", "AUX"} for one in ahead) and any(
        one.dep_ in SUBJECTS or one.tag_ in {"PRP", "EX", "NN", "NNS", "NNP", "DT", "VBG", "WP"} for one in ahead[:4]
    )


def _span(doc: Doc, first: int, end: int) -> tuple[int, int] | None:
    """Characters of tokens [first, end) without marks and joining words at their ends."""
    while end > first and (
        doc[end - 1].is_punct or doc[end - 1].is_space or doc[end - 1].lower_ in JOINING | {"so", "but"}
    ):
        end -= 1
    while first < end and (
        doc[first].is_punct or doc[first].is_space or doc[first].lower_ in JOINING | {"so", "but", "then"}
    ):
        if (
            doc[first].lower_ == "so"
            and first + 1 < end
            and doc[first + 1].lower_ in {"that", "it", "they", "you", "the"}
        ):
            break
        first += 1
    said = [token for token in doc[first:end] if not token.is_punct and token.pos_ != "INTJ"]
    if not SHORTEST_CLAUSE <= len(said) <= LONGEST_CLAUSE:
        return None
    return doc[first].idx, doc[end - 1].idx + len(doc[end - 1])


def _token_at(doc: Doc, char: int) -> Token | None:
    """The token that holds the character."""
    return next((token for token in doc if token.idx <= char < token.idx + len(token)), None)


# ---- time


def _is_past(doc: Doc) -> bool:
    """Whether the statement tells what happened once."""
    places = np.flatnonzero(doc.to_array(["DEP"]) == ROOT)
    roots = [root for root in (doc[int(place)] for place in places) if root.pos_ in {"VERB", "AUX"}]
    return bool(roots) and all(_in_the_past(root) for root in roots)


def _in_the_past(verb: Token) -> bool:
    if verb.tag_ == "VBD":
        return verb.lower_ not in SAME_AS_PRESENT
    helpers = [child for child in verb.children if child.dep_ in {"aux", "auxpass"}]
    return any(child.tag_ == "VBD" and child.lower_ in {"was", "were", "had", "did"} for child in helpers)


def _tells_of_the_past(doc: Doc, start: int, end: int) -> bool:
    return any(token.tag_ == "VBD" and token.lower_ not in SAME_AS_PRESENT for token in doc if start <= token.idx < end)
