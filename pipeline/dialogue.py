"""Heard words put together: windows become one transcript, and voices tell its turns apart.

Where nobody could recognise voices, questions do: what is asked is taken for an interviewer's, all else for the
expert's, and a warning says that this was guessed. Questions must not become an expert's statements; that an expert's
own question is lost with them is the lesser evil.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import isfinite
from typing import Self

from models.values import Clip, ModelStamp, Seconds, SpeakerRole, Transcript, Turn, Word
from pipeline.protocols import HeardWord
from pipeline.speakers import UNTOLD, Speakers, Spoken, said_by

SPEAKER = "Speaker 1"  # where nothing tells two people apart
ASKS = "Interviewer (guessed)"
TELLS = "Expert (guessed)"
GUESSED = (
    "Speakers were guessed from questions: what ends in a question mark is taken for the interviewer's. "
    "Where that is wrong, give the transcript along with the sound."
)
PAUSE_S = 1.0  # a longer one begins a new turn

_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’)\]]*$")
_QUESTION_END = re.compile(r"[?？][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class Heard:
    """One word as it was heard."""

    text: str
    spaced: bool  # whether a space stands before it
    start_s: Seconds
    end_s: Seconds
    confidence: float | None
    suspect: str | None
    overlap: bool = False

    @classmethod
    def clipped(cls, word: HeardWord, offset_s: Seconds, limits: Clip, suspect: str | None) -> Self:
        """A word of an engine's, whose times count from `offset_s`, within the limits."""
        start_s = min(max(offset_s + word.start_s, limits.start_s), limits.end_s)
        end_s = min(max(offset_s + word.end_s, start_s), limits.end_s)
        sure = word.probability
        return cls(
            text=word.text.strip(),
            spaced=word.text.startswith(" "),
            start_s=round(start_s, 3),
            end_s=round(end_s, 3),
            confidence=round(min(1.0, max(0.0, sure)), 4) if sure is not None and isfinite(sure) else None,
            suspect=suspect,
        )


Said = tuple[str, Sequence[Heard]]  # a speaker, and the words of one turn


def written(
    said: Iterable[Said], *, language: str, models: tuple[ModelStamp, ...], warnings: tuple[str, ...] = ()
) -> Transcript:
    """The transcript of these turns, in order of time. Times never run backwards in it."""
    text, turns, words = "", list[Turn](), list[Word]()
    latest = 0.0
    for speaker, turn in said:
        text += "\n" if text else ""
        first = len(text)
        for heard in turn:
            text += " " if heard.spaced and len(text) > first else ""
            latest = max(latest, heard.start_s)
            end_s = max(latest, heard.end_s)
            place = (len(text), len(text) + len(heard.text))
            words.append(Word(*place, latest, end_s, heard.confidence, heard.suspect, heard.overlap))
            text += heard.text
        ends = max((word.end_s or 0.0 for word in words[-len(turn) :]), default=0.0)
        turns.append(Turn(speaker, SpeakerRole.OTHER, first, len(text), words[-len(turn)].start_s, ends))
    return Transcript(text, tuple(turns), tuple(words), language, "openai-whisper", models, warnings)


def join(parts: Sequence[Transcript], speakers: Speakers = UNTOLD) -> Transcript:
    """One transcript of parts that follow each other; of none, an empty one. Joining in steps gives the same.

    A new turn begins at a pause of more than a second, and where another voice speaks; where `speakers` has no voices,
    where asking turns into telling. The language is the one of the most text. Confidence, doubts and times stay as
    they are.
    """
    heard = [word for part in parts for word in _heard(part)]
    said = list(_by_voice(heard, speakers) if speakers.voices and heard else _turns(heard))
    guessed = any(speaker == ASKS for speaker, _ in said)
    told = [warning for part in parts for warning in part.warnings if warning != GUESSED]
    stamps = (*(stamp for part in parts for stamp in part.models), *speakers.models)
    return written(
        said,
        language=_main_language(parts),
        models=tuple(dict.fromkeys(stamps)),
        warnings=tuple(dict.fromkeys([*told, *speakers.warnings, *([GUESSED] if guessed else [])])),
    )


def _by_voice(heard: Sequence[Heard], speakers: Speakers) -> Iterator[Said]:
    """The turns of those whose voices are known."""
    times = [Spoken(word.start_s, word.end_s, bool(_SENTENCE_END.search(word.text))) for word in heard]
    turn, speaker = list[Heard](), ""
    for word, said in zip(heard, said_by(times, speakers.voices), strict=True):
        if turn and (said.speaker != speaker or word.start_s - turn[-1].end_s > PAUSE_S):
            yield speaker, turn
            turn = []
        speaker = said.speaker
        turn.append(replace(word, overlap=said.overlap))
    yield speaker, turn


def _main_language(parts: Sequence[Transcript]) -> str:
    sizes: dict[str, int] = {}
    for part in parts:
        sizes[part.language] = sizes.get(part.language, 0) + len(part.text)
    return max(sizes, key=lambda language: sizes[language], default="en")


def _heard(part: Transcript) -> Iterator[Heard]:
    end = -1
    for word in part.words:
        text = part.text[word.start_char : word.end_char]
        spaced = word.start_char != end
        times = (word.start_s or 0.0, word.end_s or 0.0)
        yield Heard(text, spaced, *times, word.confidence, word.suspect, word.overlap)
        end = word.end_char


def _turns(heard: Sequence[Heard]) -> Iterator[Said]:
    sentences = list(_sentences(heard))
    asked = [bool(_QUESTION_END.search(sentence[-1].text)) for sentence in sentences]
    numbers, number = list[int](), 0
    for place, sentence in enumerate(sentences):
        if place and (asked[place] != asked[place - 1] or _gap(sentences[place - 1], sentence) > PAUSE_S):
            number += 1
        numbers.append(number)
    for _, run in groupby(range(len(sentences)), key=lambda place: numbers[place]):
        places = list(run)
        speaker = SPEAKER if not any(asked) else ASKS if asked[places[0]] else TELLS
        yield speaker, [word for place in places for word in sentences[place]]


def _sentences(heard: Sequence[Heard]) -> Iterator[list[Heard]]:
    """Words up to a full stop or a long pause."""
    sentence: list[Heard] = []
    for word in heard:
        if sentence and (_SENTENCE_END.search(sentence[-1].text) or word.start_s - sentence[-1].end_s > PAUSE_S):
            yield sentence
            sentence = []
        sentence.append(word)
    if sentence:
        yield sentence


def _gap(before: Sequence[Heard], after: Sequence[Heard]) -> Seconds:
    return after[0].start_s - before[-1].end_s
