"""What may have to be hidden in a transcript: names of persons, and what else leads to one. Proposed, never decided."""

import re
from collections.abc import Iterable, Iterator, Sequence

from spacy.language import Language

from models.masking import tokens
from models.redaction import widened
from models.values import Redaction, RedactionState, Transcript
from pipeline import persons
from pipeline.identifiers import Identifier, IdentifierFinder, best

PERSON = "person"
NAMED = 1.0  # a name that is known
ROLES = re.compile(
    r"(?:speaker|interviewer|interviewee|expert|participant|respondent|moderator|host|guest|unknown|person|voice|"
    r"male|female|man|woman|researcher|facilitator|operator|customer|agent|narrator)\b",
    re.I,
)


def find(
    transcript: Transcript, identifiers: IdentifierFinder, language: Language | None, *, known: Sequence[str] = ()
) -> list[Redaction]:
    """Proposals in order of their characters, widened to whole words; nothing overlaps.

    `known` are the names of people who are heard; those of the speakers are known anyhow. Without a `language` no
    other names are found, only numbers and addresses.
    """
    text = transcript.text
    found = identifiers.find(text)
    found += [Identifier(start, end, PERSON, NAMED) for start, end in _known(text, [*known, *_speakers(transcript)])]
    if language is not None:
        found += [Identifier(name.start, name.end, PERSON, name.score) for name in persons.find(text, language)]
    words = tokens(text)
    wide = [(one, widened(text, words, one.start, one.end)) for one in best(_reaching(text, found))]
    return [Redaction(*span, one.kind, RedactionState.PROPOSED) for one, span in wide if span is not None]


def _reaching(text: str, found: Iterable[Identifier]) -> list[Identifier]:
    """The finds; of persons that overlap, or stand side by side, one that reaches over both: “Anna” and “Berg”."""
    people = sorted((one for one in found if one.kind == PERSON), key=lambda one: (one.start, -one.end))
    joined: list[Identifier] = []
    for one in people:
        if joined and not text[joined[-1].end : one.start].strip(" "):
            last = joined.pop()
            one = Identifier(last.start, max(last.end, one.end), PERSON, max(last.score, one.score))
        joined.append(one)
    return [*(one for one in found if one.kind != PERSON), *joined]


def _speakers(transcript: Transcript) -> list[str]:
    """The speakers' names, where they are names."""
    return [name for name in dict.fromkeys(turn.speaker for turn in transcript.turns) if not ROLES.match(name)]


def _known(text: str, names: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where people are called by their whole name, or by a part of it that is written with a capital.

    At the beginning of a sentence a part does not count that is an ordinary word elsewhere (“Will”).
    """
    for part in dict.fromkeys(part for name in names for part in persons.parts(name)):
        word = part.lower()
        ordinary = word in persons.COMMON or re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None
        for found in re.finditer(rf"(?<!\w){re.escape(part)}(?!\w)", text):
            if not (ordinary and _begins(text, found.start())):
                yield found.span()


def _begins(text: str, at: int) -> bool:
    before = text[max(0, at - 10) : at].rstrip(" \"'“‘")
    return not before or before[-1] in ".!?…\n:"
