"""Whether words of a sentence make sense without the rest of it: nothing that they need stands outside."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from spacy.tokens import Token

from pipeline.sentences import lacks_a_mark
from pipeline.text import lexicon

SHORTEST, LONGEST = 3, 12  # words

INSIDE = re.compile(r"\.\.|;|…|--|—| [-–] |\?|[(\[\]{}<>]|█")  # where a speaker broke off, or somebody wrote
ARGUMENTS = frozenset(["dobj", "ccomp", "xcomp", "attr", "acomp", "oprd", "pobj", "pcomp", "prt", "dative", "agent"])
SUBJECTS = frozenset(["nsubj", "nsubjpass", "csubj", "expl"])
LEADING_VERBS = lexicon("go come try")  # "go and look"
LINKING_VERBS = lexicon("feel seem look sound be become taste smell")
ASKING = frozenset(["WDT", "WP", "WRB", "WP$"])
DANGLING = frozenset(["DET", "SCONJ", "CCONJ", "AUX"])
WANTING = lexicon("to of that very your my as than its their our his her a an the or and")
FOCUSING = lexicon("immediately right just only even shortly soon straight exactly especially particularly")
NO_FIRST_WORD = lexicon(
    "which because until although though whereas otherwise except unless than as to be that's or that"
)


class Form(StrEnum):
    """How a possible title is built."""

    CLAUSE = "clause"  # "the seal breaks in the cold"
    ORDER = "order"  # "press the lid down", without who does it
    PHRASE = "phrase"  # "smell of burnt sugar in the pan", or a condition alone: it says nothing of what it names


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


def makes_sense(one: Phrasing) -> bool:
    """Whether it can be read without its sentence."""
    said = one.words
    text = one.text
    if not said or len(said) < min(SHORTEST, len(one.tokens)) or len(said) > LONGEST:
        return False
    if INSIDE.search(text) or lacks_a_mark(text):
        return False
    if said[0].lower_ in NO_FIRST_WORD or said[-1].pos_ in DANGLING or said[-1].lower_ in WANTING:
        return False
    if _ends_badly(said) or (one.form is not Form.PHRASE and (_is_subordinate(one) or not _is_told(one))):
        return False
    if _halves(one) or _leaves_unplaced(one):
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
    if last.lower_ in FOCUSING and _goes_on(last):
        return True
    alone = last.i > 0 and last.doc[last.i - 1].text == ","
    if alone and last.pos_ in {"ADP", "ADV"}:
        return True
    asks = any(token.tag_ in ASKING or token.lower_ == "that" for token in said[:-1])
    return (before.pos_ == "ADP" and last.pos_ == "ADV") or (last.dep_ == "prep" and not asks)


def _goes_on(last: Token) -> bool:
    """Whether more is said behind it without a mark: "immediately after you close it"."""
    return last.i + 1 < len(last.doc) and not last.nbor().is_punct


def _halves(one: Phrasing) -> bool:
    """Whether it has half of a word or of a choice: "seal it" of "re-seal it", "either the lid" without its "or"."""
    first, last, said = one.words[0], one.words[-1], {token.lower_ for token in one.words}
    doc = first.doc
    joined = doc[: first.i].text_with_ws.endswith("-") or doc[last.i : last.i + 2].text_with_ws.rstrip() == f"{last}-"
    return joined or ("either" in said and "or" not in said)


def _leaves_unplaced(one: Phrasing) -> bool:
    """Whether something is put, and nobody says where: "put a soft hose"."""
    placed = {"prep", "prt", "advmod", "npadvmod", "advcl", "xcomp", "ccomp", "dative"}
    return any(
        token.lemma_ == "put"
        and token.pos_ == "VERB"
        and any(child.dep_ == "dobj" and child.i > token.i for child in token.children)
        and not any(child.i > token.i and child.dep_ in placed and child.lower_ != "like" for child in _near(token))
        for token in one.tokens
    )


def _near(verb: Token) -> list[Token]:
    """What hangs on a verb or on its object."""
    return [one for child in verb.children for one in (child, *(child.children if child.dep_ == "dobj" else ()))]


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
        return tells_which(child)
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


def tells_which(clause: Token) -> bool:
    """Whether a relative clause belongs to the name of the thing: "the one that leaks", but not "an idea, which …"."""
    thing = clause.head
    if thing.pos_ not in {"NOUN", "PROPN"} or clause.left_edge.i == 0:
        return True
    new = any(child.dep_ == "det" and child.lower_ in {"a", "an"} for child in thing.children)
    return not new and clause.doc[clause.left_edge.i - 1].text != ","
