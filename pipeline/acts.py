"""Acts: whether a main clause tells somebody to do something, or that something is done."""

from collections.abc import Iterable, Sequence

from spacy.tokens import Token

from pipeline.text import lexicon
from pipeline.wording import STATES

NO_ACTS = lexicon(  # verbs whose passive tells a state, or what somebody thinks
    "call know use do base bear say make involve go allow hold design write build concern interest suppose name mean "
    "see finish lose break damage wear burn ruin spoil kill crack block reduce increase improve surprise confuse "
    "please shock worry excite force require need expect consider"
)
SKIPPED = lexicon("then now and so also first just again next usually always basically but or please instead simply")
MAY_COME_BETWEEN = lexicon("'ll ’ll will 're ’re are going gonna to would 'd ’d can")
WHO_ACTS = frozenset(["you", "we", "i"])
CLAUSE_VERBS = frozenset(["ROOT", "conj", "ccomp", "parataxis", "dep", "advcl"])
SEES_TO = lexicon("make check ensure decide show watch")  # "you make sure that …" is an act
STATE_ADVERBS = frozenset(["already", "again", "still"])
FINITE = frozenset(["VBZ", "VBP", "VBD", "MD"])


def act(main: Sequence[Token]) -> str | None:
    """How the tokens of a main clause tell of an act: "an instruction", "what one does", "what is done"; or None."""
    for start in _beginnings(main):
        if start == 0 and _orders(main[_skipped(main)], main[0].i):
            return "an instruction"
        at = start + _skipped(main[start:])
        if main[at].lower_ in WHO_ACTS and _acts(main[at + 1 :]):
            return "what one does"
    subject = next((number for number, token in enumerate(main) if token.dep_ == "nsubj"), len(main))
    somebody = any(
        token.lower_ in WHO_ACTS and token.head.dep_ in CLAUSE_VERBS for token in main[subject : subject + 1]
    )
    if somebody and _acts(main[subject + 1 :]):
        return "what one does"  # "in the summer I skip the second rest"
    first = next((token for token in main if token.dep_ in {"nsubj", "nsubjpass", "expl"}), None)
    return "what is done" if first is not None and _is_done(first) else None


def _beginnings(main: Sequence[Token]) -> list[int]:
    """Where the sentence may come to its verb: at its beginning, and behind a comma ("To avoid burns, you wear …")."""
    starts = [0, *(number for number, token in enumerate(main[:-1], 1) if token.text == ",")]
    return [start for start in starts if _skipped(main[start:]) < len(main) - start]


def _skipped(main: Sequence[Token]) -> int:
    """How many words there are before the matter begins."""
    return next(
        (place for place, token in enumerate(main) if not (token.is_punct or token.lower_ in SKIPPED)), len(main)
    )


def _orders(verb: Token, first: int) -> bool:
    """Whether it is an order; what stands before the main clause, at `first`, is taken for its subject wrongly."""
    has_subject = any(child.dep_ in {"nsubj", "expl"} and child.i >= first for child in verb.children)
    stands = verb.dep_ in {"ROOT", "conj", "ccomp", "parataxis", "dep", "advcl"}
    orders = STATES - {"look", "get", "find", "remember", "feel"}
    return verb.tag_ in {"VB", "VBP"} and stands and not has_subject and verb.lemma_ not in orders


def _acts(after: Iterable[Token]) -> bool:
    """Whether a verb of doing follows the subject, not negated."""
    for token in after:
        if token.pos_ == "ADV" or token.lower_ in MAY_COME_BETWEEN:
            if token.dep_ == "neg":
                return False
            continue
        does = token.tag_ in {"VB", "VBP"} and token.pos_ == "VERB" and token.lemma_ not in STATES
        return does and not _reports(token)
    return False


def _reports(verb: Token) -> bool:
    """Whether it tells what somebody says or thinks: "you say the pump is old", "I suspect that …"."""
    told = (child for child in verb.children if child.dep_ == "ccomp" and child.i > verb.i)
    return verb.lemma_ not in SEES_TO and any(
        one.tag_ in FINITE or any(aux.dep_ in {"aux", "auxpass"} and aux.tag_ in FINITE for aux in one.children)
        for one in told
    )


def _is_done(token: Token) -> bool:
    """Whether it is the subject of a present passive: "the valve is closed before the start"."""
    verb = token.head
    if token.dep_ != "nsubjpass" or verb.tag_ != "VBN" or verb.dep_ not in {"ROOT", "conj"} or verb.lemma_ in NO_ACTS:
        return False
    if not any(child.i > verb.i and child.dep_ in {"prep", "advmod", "advcl"} for child in verb.children):
        return False  # "the bridge is closed" tells a state
    now = any(
        child.dep_ == "auxpass" and child.lower_ in {"is", "are", "'s", "’s", "'re", "be"} for child in verb.children
    )
    return now and not any(child.dep_ == "neg" or child.lower_ in STATE_ADVERBS for child in verb.children)
