"""A turn's text in the runs of letters that it is made of. Pure: no database."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from models.values import Seconds, Transcript, Turn, Word

_UNIT = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Token:
    """A run of letters without a blank in it, or one of the words that it is made of."""

    start_char: int  # in the transcript that is corrected; a corrected word has those of what it replaces
    end_char: int
    text: str
    lead: str  # what stands before it in its turn
    word: Word | None  # its times and marks
    speaker: str
    new: bool = False


def tokens_of(transcript: Transcript, turn: Turn) -> list[Token]:
    """A turn's text in runs of letters, in order; each that is a word of the transcript has its times."""
    tokens: list[Token] = []
    at = turn.start_char
    for word in [*transcript.words_in(turn.start_char, turn.end_char), None]:
        start, end = (word.start_char, word.end_char) if word else (turn.end_char, turn.end_char)
        tokens += _runs(transcript.text, at, start, None, turn.speaker)
        tokens += _runs(transcript.text, start, end, word, turn.speaker)
        at = end
    ends = [turn.start_char, *(token.end_char for token in tokens)]
    leads = (transcript.text[end : token.start_char] for end, token in zip(ends, tokens, strict=False))
    return [replace(token, lead=lead) for token, lead in zip(tokens, leads, strict=True)]


def _runs(text: str, start: int, end: int, word: Word | None, speaker: str) -> Iterator[Token]:
    found = [(start + run.start(), start + run.end()) for run in _UNIT.finditer(text[start:end])]
    words = [word] * len(found)
    if word and len(found) > 1:  # a whole sentence that nobody could take apart
        times = shared(word.start_s, word.end_s, [text[first:last] for first, last in found])
        words = [replace(word, start_s=begins, end_s=ends) for begins, ends in times]
    for (first, last), own in zip(found, words, strict=True):
        yield Token(first, last, text[first:last], "", own, speaker)


def shared(
    start_s: Seconds | None, end_s: Seconds | None, texts: Sequence[str]
) -> list[tuple[Seconds | None, Seconds | None]]:
    """A stretch of time in as many parts as there are texts, by their lengths; nobody's where it is not known."""
    if start_s is None or end_s is None or not texts:
        return [(None, None)] * len(texts)
    whole, passed, borders = sum(map(len, texts)) or 1, 0, [start_s]
    for text in texts[:-1]:
        passed += len(text)
        borders.append(min(end_s, max(start_s, round(start_s + (end_s - start_s) * passed / whole, 3))))
    return list(zip(borders, [*borders[1:], end_s], strict=True))
