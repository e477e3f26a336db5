"""The phrases around a likeness: what is named after "like", and what stands before it that this is said of."""

from collections.abc import Iterator

from spacy.tokens import Doc, Token

from pipeline.text import lexicon

Tokens = tuple[int, int]  # first and last, both inside

LONGEST = 7  # tokens of a vehicle, and of what stands between a likeness and its subject

VAGUE = lexicon(
    "lot bit thing stuff couple few kind sort type way month week day year hour minute second time number amount "
    "bunch part case example idea plan problem question reason place level point percent hundred thousand million "
    "dozen half one two three four five six ten something anything everything nothing deal issue fact thought summary "
    "mix range series set group version step process guy someone somebody person people everyone everybody nobody"
)
EMPTY_ACTIONS = lexicon("saying trying having making getting thinking comparing asking using being")
ARTICLES = frozenset({"a", "an"})
DETERMINERS = frozenset({"a", "an", "the", "some", "those", "these", "two", "your", "my", "our", "any", "somebody's"})
SOFTENERS = frozenset(
    {"a", "bit", "little", "kind", "sort", "of", "almost", "just", "much", "more", "really", "very", "exactly", "kinda"}
)
BORDERS = frozenset({".", ",", ";", ":", "—", "–", "?", "!", "…"})
JOINTS = frozenset({"and", "but", "because", "so", "then", "if", "or", "where", "which"})
NOMINAL = frozenset({"DET", "ADJ", "NOUN", "PROPN", "PRON", "NUM"})
SUBJECTS = frozenset({"nsubj", "nsubjpass", "expl", "csubj"})


def vehicle(doc: Doc, at: int) -> Tokens | None:
    """The head of the phrase that begins there: a noun with its compounds, or an action; None if it is vague."""
    first = at
    while first < len(doc) and doc[first].lower_ in SOFTENERS - ARTICLES:
        first += 1
    if first >= len(doc):
        return None
    return _action_named(doc, first) if doc[first].tag_ == "VBG" else _thing_named(doc, at, first)


def scene(doc: Doc, at: int) -> Tokens | None:
    """Tokens of the clause that begins there, up to a mark or another clause; None for fewer than three."""
    if at >= len(doc):
        return None
    last = _end_of_clause(doc, at)
    return (at, last) if last - at >= 2 else None


def thing_in(doc: Doc, tokens: Tokens) -> Tokens | None:
    """The last thing that is named there, with its compounds: "garden hose", "bowl of soup"."""
    things = [
        token.i
        for token in doc[tokens[0] : tokens[1] + 1]
        if token.pos_ == "NOUN" and token.lemma_.lower() not in VAGUE
    ]
    if not things:
        return None
    first = things[-1]
    while (before := next((at for at in (first - 1, first - 2) if at in things), None)) is not None:
        if before == first - 2 and doc[first - 1].lower_ != "of":
            break
        first = before
    return first, things[-1]


def verb_before(doc: Doc, at: int) -> Token | None:
    """The nearest verb before that token, in the same stretch between marks."""
    return next((token for token in _back_from(doc, at) if token.pos_ in {"VERB", "AUX"}), None)


def subject_before(doc: Doc, at: int) -> Tokens | None:
    """The nearest subject before that token, in the same stretch between marks."""
    found = next((token for token in _back_from(doc, at) if token.dep_ in SUBJECTS), None)
    if found is None:
        return _opening(doc, at)
    first = found.left_edge.i
    return first - _opens_with_action(doc, first - 1), found.i


def said_of(verb: Token, before: int) -> Tokens | None:
    """What a likeness behind that verb is said of: the verb's object, else its subject."""
    thing = next((child for child in verb.children if child.dep_ == "dobj" and verb.i < child.i < before), None)
    if thing is not None:
        return thing.left_edge.i, thing.i
    return subject_before(verb.doc, verb.i)


def named(doc: Doc, tokens: Tokens) -> tuple[str, ...]:
    """What is named there: nouns by their lemma, actions in "-ing" as they are; the last word if there is neither."""
    found = [
        token.lower_ if token.tag_ == "VBG" else token.lemma_.lower()
        for token in doc[tokens[0] : tokens[1] + 1]
        if token.tag_ == "VBG" or token.pos_ == "NOUN"
    ]
    return tuple(found) or (doc[tokens[1]].lemma_.lower(),)


def token_at(doc: Doc, char: int) -> int:
    """Number of the token that holds the character, or the next one."""
    return next((token.i for token in doc if token.idx + len(token) > char), len(doc) - 1)


def _action_named(doc: Doc, first: int) -> Tokens | None:
    """ "driving in fog"; of "trying to herd cats" what is tried."""
    if len(doc) > first + 2 and doc[first].lower_ in {"trying", "having"} and doc[first + 1].lower_ == "to":
        return first, min(_end_of_clause(doc, first), first + LONGEST - 1)
    if doc[first].lower_ in EMPTY_ACTIONS:
        return None
    return first, min(_end_of_clause(doc, first), first + LONGEST - 1)


def _thing_named(doc: Doc, at: int, first: int) -> Tokens | None:
    start = first + (doc[first].lower_ in DETERMINERS)
    while start < len(doc) and (doc[start].pos_ in {"ADJ", "ADV", "NUM"} or doc[start].tag_ in {"VBN", "VBG", "HYPH"}):
        start += 1
    end = _end_of_nouns(doc, start)
    if end == start and doc[first].lower_ in ARTICLES:
        start, end = _misread(doc, first + 1, start)
    if end == start or end - at > LONGEST:
        return None
    head = doc[end - 1]
    if head.like_num or not all(token.is_alpha or token.lower_ in {"-", "'s", "’s"} for token in doc[start:end]):
        return None
    if VAGUE & {token.lemma_.lower() for token in doc[start:end]}:
        return None
    return start, _end_of_parts(doc, end) - 1


def _end_of_nouns(doc: Doc, start: int) -> int:
    end = start
    while end < len(doc) and (doc[end].pos_ in {"NOUN", "PROPN"} or _joins(doc, start, end)):
        end += 1
    return end


def _misread(doc: Doc, first: int, at: int) -> Tokens:
    """The noun behind an article that was read as something else, as a half-open range: "like an attic"."""
    if at < len(doc) and doc[at].pos_ in {"VERB", "X", "INTJ"}:
        return at, at + 1
    return (at - 1, at) if at > first else (at, at)


def _end_of_parts(doc: Doc, end: int) -> int:
    """Where the phrase ends with what its thing is of: "house of cards", "skin of an onion"."""
    if end >= len(doc) - 1 or doc[end].lower_ != "of":
        return end
    start = end + 1
    while start < len(doc) - 1 and (doc[start].lower_ in DETERMINERS or doc[start].pos_ == "ADJ"):
        start += 1
    return max(end, last) if (last := _end_of_nouns(doc, start)) > start else end


def _joins(doc: Doc, start: int, at: int) -> bool:
    """Whether that token holds two nouns together: "baby 's skin"."""
    return start < at < len(doc) - 1 and doc[at].tag_ == "POS" and doc[at + 1].pos_ in {"NOUN", "PROPN"}


def _end_of_clause(doc: Doc, at: int) -> int:
    last = at
    for token in doc[at : at + 2 * LONGEST]:
        if token.is_punct or token.is_space or token.lower_ in JOINTS:
            break
        last = token.i
    return last


def _opening(doc: Doc, at: int) -> Tokens | None:
    """What the stretch of words before that token opens with, where the parse shows no subject: "The herd drifts"."""
    start = at
    while start > 0 and at - start < LONGEST and doc[start - 1].text not in BORDERS:
        start -= 1
    while start < at and doc[start].pos_ in {"ADV", "INTJ", "CCONJ", "SCONJ"}:
        start += 1
    end = start
    while end < at and (doc[end].pos_ in NOMINAL or doc[end].tag_ in {"VBN", "HYPH", "POS"}):
        end += 1
    end -= end == at and doc[at].pos_ != "VERB"  # what was read as a noun is the verb
    if end <= start or doc[end - 1].pos_ not in {"NOUN", "PROPN", "PRON"}:
        return None
    return start, end - 1


def _opens_with_action(doc: Doc, at: int) -> bool:
    """Whether the stretch of words opens there with a verb in "-ing": "writing a thesis is …"."""
    return at >= 0 and doc[at].tag_ == "VBG" and (at == 0 or doc[at - 1].text in BORDERS)


def _back_from(doc: Doc, at: int) -> Iterator[Token]:
    """Tokens before that one, the nearest first, as far as a mark."""
    for token in reversed(doc[max(0, at - LONGEST) : at]):
        if token.text in BORDERS:
            return
        yield token
