"""Pointing: words that stand for something said elsewhere ("it", "that line", "again"), and what may have named it."""

from collections.abc import Sequence

from spacy.tokens import Doc, Token

from pipeline.sentences import ARGUMENTS, SUBJECTS, VERBS, is_empty
from pipeline.text import lexicon
from pipeline.wording import VAGUE

PERSONAL = lexicon("it they them he she him her its their his")
ONE = lexicon("it its he she him her his this that one")  # stand for a single thing
SEVERAL = lexicon("they them their these those")
SHOWING = lexicon("this that these those")
PLACES = lexicon("there here")
OPENING = lexicon("it they them this that these those he she")
TIMES = lexicon("second minute hour day night week month year moment while today yesterday tomorrow")
LITTLE = 0.4  # what a word counts that leaves little open
UNNAMING = frozenset(["npadvmod", "compound"])  # "last week", the "lid" of "the lid screw"
DESCRIBING = frozenset(["prep", "relcl", "acl", "amod"])
MANY = frozenset(["NNS", "NNPS"])


def pointing(tokens: Sequence[Token]) -> float:
    """How much the words stand for what none of the words before them names, by their number: "press it" points, "press
    the dough until it springs back" does not. "That line", "there" and "again" leave less open, and count as LITTLE.
    """
    open_ones = (token for place, token in enumerate(tokens) if _points(token) and not _is_named(token, tokens[:place]))
    return sum(LITTLE if _leaves_little_open(token) else 1.0 for token in open_ones)


def things(doc: Doc) -> int:
    """For how many of its nouns an "it" in the next sentence may stand."""
    return sum(_is_thing(token) for token in doc)


def opens_on_a_pronoun(doc: Doc) -> bool:
    """Whether the first words stand for something said before: "it goes in", but not "it is important to"."""
    token = next((one for one in doc if not one.is_punct), None)
    if token is None or token.lower_ not in OPENING or token.dep_ in {"expl", "det", "mark"}:
        return False
    return not any(child.dep_ in {"ccomp", "xcomp", "csubj"} for child in token.head.children if child.i > token.i)


# ---- what points


def _points(token: Token) -> bool:
    word = token.lower_
    if word in PERSONAL:
        return not is_empty(token)
    if word in SHOWING:
        return token.tag_ in {"DT", "PDT"} and not _is_described(token)
    if word in PLACES:
        return token.dep_ != "expl"
    if word == "one":
        return token.dep_ in ARGUMENTS and not _is_described(token)
    return word == "again" and token.dep_ == "advmod"


def _leaves_little_open(token: Token) -> bool:
    return token.dep_ in {"det", "poss", "advmod"}


def _is_described(token: Token) -> bool:
    """ "Those of us", "one that leaks", "the red one"."""
    return any(child.dep_ in DESCRIBING for child in token.children)


# ---- what names


def _is_named(token: Token, before: Sequence[Token]) -> bool:
    if token.lower_ == "again":
        return any(one.pos_ in VERBS and one != token.head for one in before)
    if token.dep_ == "det":
        return any(one.lemma_ == token.head.lemma_ for one in before)
    return any(_may_stand_for(token, one) for one in before)


def _may_stand_for(pronoun: Token, thing: Token) -> bool:
    """Whether the thing can be meant: not "it" of two things, nor "the key turns it", where one verb has both."""
    unlike = ONE if thing.tag_ in MANY else SEVERAL
    if not _is_thing(thing) or pronoun.lower_ in unlike or _leads(thing):
        return False
    if pronoun.dep_ in {*SUBJECTS, "poss"}:
        return True
    acts = thing.dep_ in SUBJECTS and thing.head == _verb_of(pronoun)
    return not acts and any(token.pos_ in VERBS for token in pronoun.doc[thing.i : pronoun.i])


def _leads(thing: Token) -> bool:
    """Whether it is only where something happens: "at the other end I hear it"."""
    return thing.dep_ == "pobj" and thing.head.pos_ == "ADP" and thing.i < _verb_of(thing).i


def _is_thing(token: Token) -> bool:
    word = token.lemma_.lower()
    return token.pos_ in {"NOUN", "PROPN"} and token.dep_ not in UNNAMING and word not in VAGUE and word not in TIMES


def _verb_of(token: Token) -> Token:
    """The verb that the word belongs to; the uppermost word where there is none."""
    while token.pos_ not in VERBS and token.head != token:
        token = token.head
    return token
