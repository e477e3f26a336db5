"""A transcript in the forms that other programs read: WebVTT, SRT, text, Whisper's JSON.

What these give can be read again by `pipeline.imports`, with the same speakers and the same words.
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import inf
from typing import Any

from models.errors import NotFound
from models.values import Seconds, Transcript, Turn, Word
from pipeline.formats.overlaps import MARK
from pipeline.formats.utterances import NAMELESS

LONGEST_S: Seconds = 12.0  # of one cue
LONGEST_CHARS = 240
CHARS_A_SECOND = 15  # of speech, where nobody knows how long it took

_LABEL_CHARS = 47  # as many as the reader takes for a name
_NO_LABEL = re.compile(r"[:*\[\]{}<>?!;\"“”\s]+")
_LIKE_A_NAME = re.compile(r"[^\s:/][^:/]{0,41}:")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class Cue:
    """A piece of one turn, about as long as can be read at once."""

    turn: Turn
    start_char: int
    end_char: int
    start_s: Seconds | None
    end_s: Seconds | None
    words: tuple[Word, ...]


def to_vtt(transcript: Transcript) -> str:
    """WebVTT with a voice tag a cue. Raises NotFound where the transcript has no times."""
    blocks = ["WEBVTT" if transcript.language == "en" else f"WEBVTT\nLanguage: {transcript.language}"]
    for cue, start_s, end_s in _timed(transcript):
        name = html.escape(cue.turn.speaker, quote=False).replace("--", "-&#45;")  # “-->” would be a line of times
        text = html.escape(marked(transcript, cue.start_char, cue.end_char), quote=False)
        blocks.append(f"{_clock(start_s, '.')} --> {_clock(end_s, '.')}\n<v {name}>{text}</v>")
    return "\n\n".join(blocks) + "\n"


def to_srt(transcript: Transcript) -> str:
    """SubRip with “Name: ” before every cue. Raises NotFound where the transcript has no times."""
    blocks = [
        f"{number}\n{_clock(start_s, ',')} --> {_clock(end_s, ',')}\n"
        f"{label(cue.turn.speaker)}: {marked(transcript, cue.start_char, cue.end_char)}"
        for number, (cue, start_s, end_s) in enumerate(_timed(transcript), 1)
    ]
    return "\n\n".join(blocks) + "\n"


def to_txt(transcript: Transcript) -> str:
    """A paragraph a turn: “Name: text”."""
    turns = (
        f"{label(turn.speaker)}: {marked(transcript, turn.start_char, turn.end_char)}" for turn in transcript.turns
    )
    return "\n\n".join(turns) + "\n"


def marked(transcript: Transcript, start_char: int, end_char: int) -> str:
    """The characters between the two, with //marks// around words over which somebody else speaks.

    Words that begin like a name before a colon would be taken for somebody who falls in: so the speaker is named there.
    """
    text, at, pieces = transcript.text, start_char, list[str]()
    speaker = transcript.turn_at(start_char).speaker
    for overlap, run in groupby(transcript.words_in(start_char, end_char), key=lambda word: word.overlap):
        words = list(run)
        if overlap:
            first, last = max(start_char, words[0].start_char), min(end_char, words[-1].end_char)
            name = f"{speaker}: " if _LIKE_A_NAME.match(text, first, last) else ""
            if not name or label(speaker) == speaker:
                pieces += [text[at:first], MARK, name, text[first:last], MARK]
                at = last
    return "".join([*pieces, text[at:end_char]])


def label(speaker: str) -> str:
    """The name as it may stand before a colon: without what would not be taken for a name there."""
    plain = " ".join(_NO_LABEL.sub(" ", speaker).split())[:_LABEL_CHARS].strip()
    return plain if plain[:1].isalpha() else f"{NAMELESS} {plain}".strip()


def to_whisper_json(transcript: Transcript) -> dict[str, Any]:
    """Whisper's own JSON, with speakers as WhisperX writes them; `start` and `end` are null where nobody knows them.

    Of a segment, `suspect` is the first reason to doubt one of its words; a word over which somebody else speaks says
    `overlap`. `duration` is where the last word ends.
    """
    segments = [_segment(number, cue, transcript.text) for number, cue in enumerate(_pieces(transcript))]
    ends = [segment["end"] for segment in segments if segment["end"] is not None]
    return {
        "text": transcript.text,
        "language": transcript.language,
        "duration": max(ends, default=None),
        "segments": segments,
        "warnings": list(transcript.warnings),
    }


def _segment(number: int, piece: Cue, text: str) -> dict[str, Any]:
    return {
        "id": number,
        "start": piece.start_s,
        "end": piece.end_s,
        "text": text[piece.start_char : piece.end_char],
        "speaker": piece.turn.speaker,
        "suspect": next((word.suspect for word in piece.words if word.suspect), None),
        "words": [
            {
                "word": text[word.start_char : word.end_char],
                "start": word.start_s,
                "end": word.end_s,
                "probability": word.confidence,
                **({"overlap": True} if word.overlap else {}),
                "speaker": piece.turn.speaker,
            }
            for word in piece.words
        ],
    }


def _timed(transcript: Transcript) -> Iterator[tuple[Cue, Seconds, Seconds]]:
    """The pieces with where they begin and end; one that does not know it stands between its neighbours.

    Raises NotFound where none knows it.
    """
    pieces = list(_pieces(transcript))
    if all(piece.start_s is None for piece in pieces):
        raise NotFound(
            "This transcript has no times, so there are no captions of it.",
            remedy="Ask for it as text or JSON, or upload the recording or a transcript with times.",
        )
    reached = 0.0
    for piece, next_s in zip(pieces, _following(pieces), strict=True):
        start_s = min(reached, next_s) if piece.start_s is None else piece.start_s
        spoken_s = (piece.end_char - piece.start_char) / CHARS_A_SECOND
        end_s = max(start_s, min(start_s + spoken_s, next_s)) if piece.end_s is None else piece.end_s
        yield piece, start_s, end_s
        reached = max(reached, end_s)


def _following(pieces: Sequence[Cue]) -> list[Seconds]:
    """For every piece the second at which the next one begins that knows it, infinity after the last."""
    following: list[Seconds] = []
    next_s = inf
    for piece in reversed(pieces):
        following.append(next_s)
        next_s = next_s if piece.start_s is None else piece.start_s
    return following[::-1]


def _pieces(transcript: Transcript) -> Iterator[Cue]:
    """Every turn in pieces that end with a sentence if one ends in time, and at a word otherwise."""
    for turn in transcript.turns:
        words = transcript.words_in(turn.start_char, turn.end_char)
        groups = list(_groups(words, transcript.text)) or [()]
        for number, group in enumerate(groups):
            first = turn.start_char if number == 0 else group[0].start_char
            last = turn.end_char if number == len(groups) - 1 else groups[number + 1][0].start_char
            last = first + len(transcript.text[first:last].rstrip())
            yield Cue(turn, first, last, *_times(group, turn, alone=len(groups) == 1), group)


def _groups(words: Sequence[Word], text: str) -> Iterator[tuple[Word, ...]]:
    group: list[Word] = []
    for word in words:
        if group and _is_full([*group[:1], word]):
            at = _last_end(group, text)
            yield tuple(group[:at])
            group = group[at:]
        group.append(word)
    if group:
        yield tuple(group)


def _is_full(ends: Sequence[Word]) -> bool:
    """Whether first and last word are too far apart for one cue."""
    first, last = ends[0], ends[-1]
    if last.end_char - first.start_char > LONGEST_CHARS:
        return True
    return first.start_s is not None and last.end_s is not None and last.end_s - first.start_s > LONGEST_S


def _last_end(group: Sequence[Word], text: str) -> int:
    """How many words of the group are whole sentences; all of them where none ends."""
    ends = (
        n
        for n in range(len(group), 0, -1)
        if _SENTENCE_END.search(text[group[n - 1].start_char : group[n - 1].end_char])
    )
    return next(ends, len(group))


def _times(group: Sequence[Word], turn: Turn, *, alone: bool) -> tuple[Seconds | None, Seconds | None]:
    """Where the group begins and ends; the turn's own times where it is the whole turn and its words have none."""
    starts = [word.start_s for word in group if word.start_s is not None]
    ends = [word.end_s for word in group if word.end_s is not None]
    if starts and ends:
        return min(starts), max(ends)
    return (turn.start_s, turn.end_s) if alone else (None, None)


def _clock(seconds: Seconds, mark: str) -> str:
    """hh:mm:ss.mmm with that decimal mark."""
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{mark}{thousandths:03}"
