"""Antecedents: where on its card the "it" of a statement may have been named, in the question or just before."""

import re

from spacy.language import Language

from models.values import Mined, Statement
from pipeline.display import show
from pipeline.evidence import telling
from pipeline.pointing import pointing, things
from pipeline.slots import LEARNERS
from pipeline.text import words

CONTEXT_WORDS = range(4, 41)  # of a statement that tells what a pronoun stands for
TOPIC = 6  # statements of an answer in which "it" is the one thing that the question named

PERSONS = re.compile(LEARNERS, re.I)


def was_asked_about(mined: Mined, statement: Statement) -> bool:
    """Whether a telling question was asked just before it, or before the statement before it."""
    return _begins(mined, statement, within=1) and telling(statement.question) is not None


def is_topic(mined: Mined, nlp: Language, statement: Statement) -> bool:
    """Whether the question that its card shows names a single thing, and was asked not long before.

    Of two things nobody knows which is meant, and beginners are no "it".
    """
    question = telling(statement.question)
    if question is None or PERSONS.search(question) or not _begins(mined, statement, within=TOPIC):
        return False
    return things(nlp(question)) == 1


def namer(mined: Mined, nlp: Language, statement: Statement) -> Statement | None:
    """The statement before it, if a card may cite that, and it names a thing and does not point further back."""
    before = mined.statements[statement.index - 1] if statement.index else None
    if before is None or not may_lead(before, statement):
        return None
    doc = nlp(show(before.text).text)
    return before if things(doc) and not pointing(list(doc)) else None


def may_lead(before: Statement, statement: Statement) -> bool:
    """Whether the statement before can be cited for what a pronoun stands for."""
    near = before.answer == statement.answer and words(before.text) in CONTEXT_WORDS
    return near and not before.text.endswith("?")


def _begins(mined: Mined, statement: Statement, *, within: int) -> bool:
    """Whether at most so many statements of its answer stand before it."""
    first = statement.index - within - 1
    return first < 0 or mined.statements[first].answer != statement.answer
