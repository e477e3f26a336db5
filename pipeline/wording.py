"""Which words of spoken English carry meaning, and which only lead to it."""

import re
from collections.abc import Iterable

from spacy.tokens import Token

from pipeline.text import lexicon

HEDGE = re.compile(
    r"(?:(?:i|we) (?:think|guess|believe|mean|feel like|would say|['’]d say|suppose)(?: that)?|then|now|and|so|also|"
    r"but|or|first(?: of all)?|again|basically|obviously|probably|maybe|usually|normally|typically|generally|always|"
    r"ideally|in general|for me|of course|(?:at|in) th(?:is|at) (?:point|case)|for (?:example|instance))\b[\s,]*",
    re.I,
)
ADVERBS = (
    r"(?:(?:just|then|also|always|usually|basically|really|probably|first|now|typically|generally|never|actually|"
    r"definitely|normally|simply|often|sometimes|obviously|only|still|certainly|strongly)\s+)*"
)
BROKEN_OFF = re.compile(
    r"(?:\.\.+|…|--|—|-|\b(?:the|a|an|of|to|in|that|and|or|with|for|is|are|some|from|my|your|very|because|if))\W*$",
    re.I,
)
VAGUE = lexicon(
    "thing stuff lot bit kind sort way guy people time one case part point something anything everything nothing "
    "someone somebody anybody everybody person place example fact course question"
)
STATES = lexicon(  # verbs that tell of no doing
    "be have know think see hear mean guess believe want need like love feel seem hope remember understand say tell "
    "talk mention suppose wonder wish agree imagine look get find realize notice learn become happen end"
)
LOOKS_PAST = frozenset(["put", "cut", "set", "hit", "let", "read", "shut", "spread"])  # often tagged as past
CONTENT = frozenset(["NOUN", "PROPN", "VERB", "ADJ", "NUM", "ADV"])


def unhedged(text: str) -> str:
    """The text from where it comes to the matter: without "I think", "and then", "usually"."""
    at = 0
    while match := HEDGE.match(text, at):
        at = match.end()
    return text[at:]


def content_words(tokens: Iterable[Token]) -> int:
    """How many of the words carry meaning."""
    return sum(token.pos_ in CONTENT and not token.is_stop and token.lemma_.lower() not in VAGUE for token in tokens)
