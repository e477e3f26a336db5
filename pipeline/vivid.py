"""Single vivid words out of another world: a verb of the physical world, said of something that nobody can touch.

"The budget bleeds", "to water down the contract". Three things must come together: the verb stands in
`resources/similes/physical.txt`, what it is said of is abstract, and the expert does not use it all the time.
That is an absolute limit: most interviews have none. Frequencies and concreteness of words from published lists could
not be had under a licence that lets them be shipped, so both lists are our own.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

from spacy.tokens import Doc, Token

from models.values import Finding, FindingType, Statement
from pipeline.likenesses import ABSTRACT_ENDS
from pipeline.text import RESOURCES, quote_tokens

RULE = "physical verb, abstract thing"
TRADE_FROM = 3  # statements with the word, from which it is one of the trade
ARGUMENTS = frozenset({"nsubj", "nsubjpass", "dobj"})


def find(statements: Sequence[Statement], docs: Sequence[Doc]) -> list[Finding]:
    """The vivid verbs, in order of their characters: `source` is the verb, `target` what it is said of.

    `docs` are the statements' parses, in the same order.
    """
    physical = _listed("verbs")
    usage = Counter(lemma for doc in docs for lemma in {token.lemma_.lower() for token in doc} & physical)
    return [
        _finding(statement, doc, verb, thing)
        for statement, doc in zip(statements, docs, strict=True)
        for verb, thing in _vivid(doc)
        if usage[verb.lemma_.lower()] < TRADE_FROM
    ]


def _vivid(doc: Doc) -> Iterator[tuple[Token, Token]]:
    """Each such verb with the abstract thing that it is said of."""
    for verb in doc:
        if _is_physical(verb):
            thing = next((child for child in verb.children if child.dep_ in ARGUMENTS and _is_abstract(child)), None)
            if thing is not None:
                yield verb, thing


def _is_physical(token: Token) -> bool:
    return token.pos_ == "VERB" and token.lemma_.lower() in _listed("verbs")


def _is_abstract(token: Token) -> bool:
    lemma = token.lemma_.lower()
    return token.pos_ == "NOUN" and (lemma in _listed("things") or bool(len(lemma) > 6 and ABSTRACT_ENDS.search(lemma)))


@cache
def _listed(section: str) -> frozenset[str]:
    """The words below that heading of the list."""
    found: dict[str, set[str]] = {}
    words: set[str] = set()
    for line in (RESOURCES / "similes" / "physical.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            words = found.setdefault(line.strip("[]"), set())
        elif not line.startswith("#"):
            words |= set(line.split())
    return frozenset(found[section])


def _finding(statement: Statement, doc: Doc, verb: Token, thing: Token) -> Finding:
    first, last = min(verb.i, thing.left_edge.i), max(verb.i, thing.i)
    span = quote_tokens(statement, doc, first, last)
    return Finding(
        FindingType.METAPHOR,
        statement.index,
        span.start_char,
        span.end_char,
        span.text,
        RULE,
        source=quote_tokens(statement, doc, verb.i, verb.i),
        target=quote_tokens(statement, doc, thing.left_edge.i, thing.i),
    )
