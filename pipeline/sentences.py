"""Sentences: whether a stretch of what somebody said can be read by itself, and what is wrong where it cannot.

Speech breaks off, runs on, quotes and points back. A line that does is no help on a card, however much is in it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from spacy.tokens import Doc, Span, Token

from pipeline.chatter import ASKS_INSIDE, chatter
from pipeline.clauses import CONCESSIONS, CONDITIONS, REASONS, Clause
from pipeline.text import lexicon
from pipeline.wording import BROKEN_OFF, LOOKS_PAST

SUBORDINATE = CONDITIONS | REASONS | CONCESSIONS
SUBJECTS = frozenset(["nsubj", "nsubjpass", "expl", "csubj", "csubjpass"])
FINITE = frozenset(["VBZ", "VBP", "VBD", "MD"])
VERBS = frozenset(["VERB", "AUX"])
ARGUMENTS = frozenset(["nsubj", "nsubjpass", "dobj", "pobj", "dative", "poss"])
POINTING = lexicon("this that these those")
REFERRING = lexicon("it they he she him her them its their his")
INVERTED = lexicon("do does did is are was were can could will would should have has am isn't aren't don't doesn't")
ASKED_WHO = lexicon("i you we they he she it the a an this that there people anybody anyone your")
RELATIVE = lexicon("which who whose whom where whereas whether than")
WHAT_IS = re.compile(r"(?:all|what)\s.+?\b(?:is|are|['’]s|was)\b", re.I | re.S)  # "what we do is …" is a sentence
CIRCUMSTANCES = lexicon("as while since before after until although though like than")
JOINING = frozenset(["and", "but", "so", "then", "or"])
NEVER_LAST = lexicon(
    "a an the of to with for from in at by and or but nor if when because that which who whose where while than as is "
    "are was were be been am 's 're 'm my your our their his its i we they he she very really so more such like into "
    "onto"
)
DASHES = frozenset(["-", "–", "—"])
MAY_BE_LAST = lexicon("in as so more to is are")  # "the state it is in", "as you want to", "what it is"
SHORT = 4  # tokens of a condition that needs no verb: "if possible,"
OPENS_QUOTE = re.compile(r"‘(?!em\b|til\b|cause\b|n\b|\d)", re.I)
ENDS_QUOTE = re.compile(r"’(?!\w)")
LETTER = re.compile(r"[b-hj-z]", re.I)  # a word of one letter was never finished


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What is looked at: `main` are the tokens outside subordinate clauses, `behind` where one of these has ended."""

    span: Span
    main: tuple[Token, ...]
    behind: frozenset[int]
    found: tuple[Clause, ...]

    @property
    def text(self) -> str:
        return str(self.span.text)

    @property
    def said(self) -> list[Token]:
        """The words of the main clauses, of all clauses where there is no main one."""
        return [token for token in (self.main or self.span) if not (token.is_punct or token.is_space)]


def flaw(doc: Doc, start: int, end: int, found: Sequence[Clause]) -> str | None:
    """Why tokens [start, end) cannot stand by themselves; None where they can. `found` are the clauses inside.

    An empty stretch is broken off.
    """
    if start >= end:
        return "broken off"
    behind = frozenset(after.start for before, after in pairwise(found) if before.opener in SUBORDINATE)
    stretch = _Stretch(doc[start:end], tuple(main_tokens(doc, found)), behind, tuple(found))
    return chatter(stretch.text) or next((name for name, holds in FLAWS if holds(stretch)), None)


def main_tokens(doc: Doc, found: Sequence[Clause]) -> list[Token]:
    """The tokens outside the subordinate clauses."""
    return [token for one in found if one.opener not in SUBORDINATE for token in doc[one.start : one.end]]


def points_back(doc: Doc, start: int, end: int) -> bool:
    """Whether an "it" or "they" comes before any name of a thing: "it goes in", "you lift it", but not "it is important
    to", nor "when the dough is cold, it …"."""
    for token in doc[start:end]:
        if token.pos_ in {"NOUN", "PROPN"} and token.dep_ not in {"npadvmod", "compound"}:
            return False
        if token.lower_ in REFERRING and token.dep_ in ARGUMENTS:
            return not is_empty(token)
        if token.dep_ in SUBJECTS and _is_pointing(token):
            return True
    return False


def _is_pointing(token: Token) -> bool:
    """Whether it is a "this" or "that" which stands alone: not "those of us", "that which", "the lid that moves"."""
    described = any(child.dep_ in {"prep", "relcl", "acl"} for child in token.children)
    relates = token.tag_ != "DT" and token.i > 0 and not token.nbor(-1).is_punct
    return token.lower_ in POINTING and not relates and not described


def is_empty(pronoun: Token) -> bool:
    """Whether "it" stands for nothing, as in "it is important to", "it takes an hour"."""
    if pronoun.dep_ == "expl":
        return True
    return (
        pronoun.lower_ == "it"
        and any(
            child.dep_ in {"ccomp", "xcomp", "csubj", "advcl"} and child.i > pronoun.head.i
            for child in pronoun.head.children
        )
        and pronoun.head.lemma_ in {"be", "take", "help", "depend", "matter"}
    )


def is_story(doc: Doc) -> bool:
    """Whether the main clause tells of the past."""
    return any(root.dep_ == "ROOT" and root.lower_ not in LOOKS_PAST and is_past(root) for root in doc)


def is_past(verb: Token) -> bool:
    """Whether the verb tells of the past, by its own form or by its auxiliary's."""
    return verb.tag_ == "VBD" or any(
        child.dep_ in {"aux", "auxpass"} and child.tag_ == "VBD" and child.lower_ not in {"would", "could", "should"}
        for child in verb.children
    )


def is_fragment(doc: Doc) -> bool:
    """Whether the sentence breaks off or has no verb."""
    return bool(BROKEN_OFF.search(doc.text)) or not any(token.pos_ in VERBS and token.tag_ != "VBG" for token in doc)


# ---- flaws


def _breaks_off(stretch: _Stretch) -> bool:
    span = stretch.span
    said = [token for token in span if not (token.is_punct or token.is_space)]
    if not said or BROKEN_OFF.search(span.text) or re.search(r"\.\.+|…|--", span.text):
        return True
    if any(one.text in DASHES and one.i > span.start and _breaks_at(span, one) for one in span):
        return True
    if _stops_before_its_verb(stretch):
        return True
    last = said[-1]
    if LETTER.fullmatch(last.text) and last.pos_ != "PROPN":
        return True
    if last.lower_ in NEVER_LAST and last.lower_ not in MAY_BE_LAST:
        return not (last.dep_ == "prt" or last.tag_ == "RP" or _stranded(last))
    return False


def _stops_before_its_verb(stretch: _Stretch) -> bool:
    """ "…, but really, especially for the thin ones": behind "but" there is no verb yet, and the sentence goes on."""
    span = stretch.span
    but = next((token.i for token in reversed(span) if token.lower_ == "but" and token.i > span.start), None)
    behind = next((token for token in span.doc[span.end :] if not token.is_punct), None)
    if but is None or behind is None or behind.pos_ in {"CCONJ", "SCONJ"} or behind.lower_ in JOINING:
        return False
    return not any(token.pos_ in VERBS for token in span.doc[but : span.end])


def _breaks_at(span: Span, dash: Token) -> bool:
    """Whether what stood before a dash was given up: it ends in the middle, or has no verb where the rest has one."""
    if dash.nbor(-1).lower_ in NEVER_LAST:
        return True
    verbs = [token.i for token in span if _has_subject(token, span)]
    return bool(verbs) and verbs[0] > dash.i and dash.i - span.start > 2 and not _opens_with_a_link(span)


def _opens_with_a_link(span: Span) -> bool:
    """ "For example - when …", "if it moves - …"."""
    return span[0].pos_ in {"ADP", "SCONJ", "ADV"} or span[0].tag_ in {"VB", "WRB"}


def _stranded(last: Token) -> bool:
    """Whether a preposition ends a clause rightly: "the thing you look at"."""
    return last.pos_ == "ADP" and any(
        one.dep_ in {"relcl", "acl", "xcomp", "ccomp", "pcomp", "ROOT"} and one.pos_ == "VERB" for one in last.ancestors
    )


def _is_unbalanced(stretch: _Stretch) -> bool:
    return lacks_a_mark(stretch.text)


def lacks_a_mark(text: str) -> bool:
    """Whether a quotation mark or a bracket stands without its other half."""
    return (
        text.count('"') % 2 == 1
        or text.count("“") != text.count("”")
        or len(OPENS_QUOTE.findall(text)) > len(ENDS_QUOTE.findall(text))
        or any(text.count(a) != text.count(b) for a, b in ("()", "[]"))
    )


def _asks(stretch: _Stretch) -> bool:
    """A question, or what goes on from a noun before: "where people become …"."""
    said = stretch.said
    if not said:
        return False
    first = said[0]
    inverted = first.lower_ in INVERTED and len(said) > 1 and said[1].lower_ in ASKED_WHO
    if inverted or ASKS_INSIDE.search(stretch.text):
        return True
    if first.i != stretch.span.start:
        return False
    if first.lower_ in RELATIVE or (first.lower_ == "that" and first.dep_ == "mark"):
        return True
    return first.lower_ in {"what", "why", "how"} and not WHAT_IS.match(stretch.text)


def _runs_on(stretch: _Stretch) -> bool:
    """The parser sees a new sentence begin, and no mark or conjunction stands before it."""
    for token in stretch.span[1:]:
        before = token.nbor(-1)
        joined = before.is_punct or before.lower_ in JOINING or token.lower_ in JOINING | {"because", "if", "when"}
        if token.is_sent_start and not joined and token.i not in stretch.behind:
            return True
    return False


def _lacks_a_clause(stretch: _Stretch) -> bool:
    """No main clause that is whole: with a finite verb and its subject, or an order."""
    if not any(not (token.is_punct or token.is_space) for token in stretch.main):
        return False  # nothing but a condition or a reason: that is for the slots to judge
    orders = _is_order(stretch.said) and stretch.span[0].lower_ != "because"  # "because you take the lid, put it …"
    if orders or any(_has_subject(token, stretch.span) for token in stretch.main):
        return False
    return not any(_is_verb_after_all(token) for token in stretch.main)


def _is_verb_after_all(token: Token) -> bool:
    """ "the steam escapes", "a good loaf sings": taggers take the verb for the plural of a compound."""
    return token.tag_ == "NNS" and token.i > 0 and token.nbor(-1).tag_ in {"NN", "NNP", "JJ"}


def _is_order(said: Sequence[Token]) -> bool:
    """Whether it begins with a verb that nobody is the subject of: "turn the screw", "never open it"."""
    for place, token in enumerate(said):
        if token.tag_ in {"VB", "VBP"} and token.pos_ in VERBS:
            return not any(one.dep_ in SUBJECTS for one in token.doc[: said[0].i] if not _in_condition(one))
        if token.pos_ in {"ADV", "PART", "INTJ", "CCONJ", "SCONJ"} or token.lower_ in {"do", "n't", "n’t", "please"}:
            continue
        return _order_behind_comma(said, place)
    return False


def _in_condition(subject: Token) -> bool:
    """Whether it is the subject of a subordinate clause: "if it moves, hold it"."""
    return any(child.dep_ == "mark" or child.tag_ == "WRB" for child in subject.head.children)


def _order_behind_comma(said: Sequence[Token], place: int) -> bool:
    """ "For the glaze, take a wooden spoon": an order behind a phrase."""
    return any(
        token.tag_ == "VB"
        and token.dep_ == "ROOT"
        and token.i
        and token.nbor(-1).is_punct
        and _subject_of(token) is None
        for token in said[place:]
    )


def _has_subject(verb: Token, span: Span) -> bool:
    """Whether it is a finite verb with a subject inside the span, not one of a clause inside another."""
    mistaken = verb.pos_ not in VERBS and verb.dep_ == "ROOT" and verb.tag_ in {"NN", "VB"}  # "they rarely break"
    if (verb.pos_ not in VERBS and not mistaken) or verb.dep_ in {"relcl", "acl", "aux", "auxpass"}:
        return False
    marks = (child for child in verb.children if child.dep_ == "mark")
    if verb.dep_ in {"advcl", "ROOT"} and any(one.i > span.start or _is_circumstance(one) for one in marks):
        return False
    helpers = [child for child in verb.children if child.dep_ in {"aux", "auxpass"}]
    finite = verb.tag_ in FINITE or any(one.tag_ in FINITE for one in helpers)
    finite = finite or mistaken or (verb.tag_ == "VB" and not helpers)  # "beginners often forget" is tagged so
    subject = _subject_of(verb)
    return finite and subject is not None and span.start <= subject.i < span.end


def _is_circumstance(mark: Token) -> bool:
    """ "As you go on, …", but not "since then …"."""
    return mark.lower_ in CIRCUMSTANCES and mark.nbor().lower_ != "then"


def _subject_of(verb: Token) -> Token | None:
    """Who or what does it, also where the verb shares the subject of the one that it is joined to."""
    for _ in range(4):
        found = next((child for child in verb.children if child.dep_ in SUBJECTS), None)
        if found is not None or verb.dep_ not in {"conj", "xcomp"}:
            return found
        verb = verb.head
    return None


def _lacks_a_verb(stretch: _Stretch) -> bool:
    """A sentence without its subject ("doesn't mean that …"), or a condition or reason without its verb."""
    for root in stretch.main:
        if root.dep_ == "ROOT" and root.pos_ in VERBS:
            does = root.tag_ in {"VBZ", "VBD"} or any(child.lower_ in {"does", "did", "is"} for child in root.lefts)
            before = any(token.dep_ in SUBJECTS for token in stretch.span.doc[stretch.span.start : root.i])
            if does and not before and _subject_of(root) is None:
                return True
    return any(
        one.opener in CONDITIONS | {"because"} and one.end - one.start > SHORT and not _tells(stretch, one)
        for one in stretch.found
    )


def _tells(stretch: _Stretch, clause: Clause) -> bool:
    """Whether a subordinate clause has a verb."""
    return any(
        token.pos_ in VERBS or _is_verb_after_all(token) for token in stretch.span.doc[clause.start : clause.end]
    )


def _dangles(stretch: _Stretch) -> bool:
    """ "You wait, and if you are new": nothing follows from the last condition."""
    if len(stretch.found) < 2 or stretch.found[-1].opener not in CONDITIONS - {"unless"}:
        return False
    start = stretch.found[-1].start
    return stretch.span.doc[start - 1].lower_ in {"and", "but", "so"}


def _thinks_only(stretch: _Stretch) -> bool:
    """ "I imagine that if they could use it": what is thought never comes."""
    if not stretch.main or not stretch.said:
        return False
    last = stretch.said[-1]
    return last.lower_ in {"that", "is", "like", "where", "how", "to", "the"} and last.i < stretch.span.end - 1


def _points_only(stretch: _Stretch) -> bool:
    """ "That's a mistake", "you do that twice": what it is about was said before."""
    first = next(iter(stretch.said), None)
    if first is None:
        return False
    named = next((token.i for token in stretch.span if token.pos_ in {"NOUN", "PROPN"}), stretch.span.end)
    opens = _is_pointing(first) and first.dep_ in {*ARGUMENTS, "csubj", "ROOT", "dep"} and first.i <= named
    points = (token for token in stretch.span if token.i < named and token.tag_ == "DT" and _is_pointing(token))
    return opens or any(token.dep_ in {"dobj", "pobj"} for token in points)


_Flaw = Callable[[_Stretch], bool]
FLAWS: tuple[tuple[str, _Flaw], ...] = (
    ("broken off", _breaks_off),
    ("marks without their other half", _is_unbalanced),
    ("a question, or a part of a sentence", _asks),
    ("runs on", _runs_on),
    ("no whole clause", _lacks_a_clause),
    ("a clause without its verb", _lacks_a_verb),
    ("a condition of nothing", _dangles),
    ("what is thought is missing", _thinks_only),
    ("only points", _points_only),
)
