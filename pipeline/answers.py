"""Whisper's answer to a window, whichever engine gave it: whether it is sure, how far it goes, and its segments."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from models.values import Seconds
from pipeline.protocols import HeardWord, Segment
from pipeline.timestamps import Cut, Piece, goes_on

FRAME_RATE = 100  # of a spectrogram, a second
_REPEATED, _UNLIKELY = 2.4, -1.0  # Whisper's own limits, beyond which it tries again


class Answer(Protocol):
    """What Whisper says of an answer of its own."""

    @property
    def avg_logprob(self) -> float: ...

    @property
    def compression_ratio(self) -> float: ...

    @property
    def no_speech_prob(self) -> float: ...


def is_sure(answer: Answer) -> bool:
    """Whether Whisper's own rule does not doubt it."""
    return bool(answer.compression_ratio <= _REPEATED and answer.avg_logprob >= _UNLIKELY)


def rank(answer: Answer) -> tuple[bool, float]:
    """The greater, the better, among answers that are not sure."""
    return answer.compression_ratio <= _REPEATED, answer.avg_logprob


def unplaced(pieces: Sequence[Piece], seek: int) -> list[dict[str, Any]]:
    """The pieces of an answer in Whisper's own form, to which the engines add the words.

    Times count from the start of the window, of which the answer's sound begins at frame `seek`.
    """
    start_s = seek / FRAME_RATE
    return [
        {
            "seek": seek,
            "start": start_s + piece.start_s,
            "end": start_s + piece.end_s,
            "tokens": list(piece.tokens),
        }
        for piece in pieces
    ]


def segment(placed: Mapping[str, Any], text: str, answer: Answer) -> Segment:
    """A piece in Whisper's own form, with its words, as everybody else reads it."""
    words = (
        HeardWord(word["word"], float(word["start"]), float(word["end"]), float(word["probability"]))
        for word in placed["words"]
    )
    return Segment(
        start_s=float(placed["start"]),
        end_s=float(placed["end"]),
        text=text,
        words=tuple(words),
        avg_logprob=float(answer.avg_logprob),
        compression_ratio=float(answer.compression_ratio),
        no_speech_prob=float(answer.no_speech_prob),
    )


def frames_heard(
    found: Cut,
    placed: Sequence[Mapping[str, Any]],
    answer: Answer,
    *,
    seek: int,
    frames: int,
    breaks_off: bool,
    answers: int,
) -> int:
    """How many of the `frames` behind `seek` need not be heard again; all of them where there is no going on.

    `breaks_off`: Whisper could have said more. `answers` were given to the window, with this one.
    """
    until_s: Seconds = found.until_s
    lasting_s = frames / FRAME_RATE
    if breaks_off and not found.is_open and placed and until_s >= lasting_s:
        until_s = placed[-1]["end"] - seek / FRAME_RATE
    more = goes_on(until_s, lasting_s, is_open=found.is_open, is_sure=is_sure(answer), answers=answers)
    return round(until_s * FRAME_RATE) if more else frames
