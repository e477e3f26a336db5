"""What Whisper wrote, cut at the times that it wrote between the words.

An answer of Whisper's is made of text tokens and of time tokens, which count .02 s from the start of the sound. Two
times side by side end one piece and begin the next; a last time that stands alone says that nothing follows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from models.values import Seconds

TICK_S = 0.02  # of a time token

# Whisper hears the crumb that is left of a window as if it were everything. So it stops before the silence at a
# window's end, and does not go on for so short a rest.
TAIL_S = 0.1
_CRUMB_S = 0.6
_SILENT_REST_S = 2.0  # a window ends where somebody speaks: a longer rest is not silent, even if Whisper says so
LEAST_S = 0.5  # that an answer must reach, or there is no going on behind it
_MOST_ANSWERS = 5  # to one window: who has not said it by then is lost in it


@dataclass(frozen=True, slots=True)
class Piece:
    """Tokens between two times; seconds from the start of the sound."""

    start_s: Seconds
    end_s: Seconds
    tokens: tuple[int, ...]  # text and times


@dataclass(frozen=True, slots=True)
class Cut:
    """The pieces of one answer, and how far it reaches."""

    pieces: tuple[Piece, ...]  # in order of time; empty where Whisper wrote nothing
    until_s: Seconds  # the end of what was understood
    is_open: bool  # whether Whisper wants to go on from there; otherwise it has said that nothing follows


def cut(tokens: Sequence[int], first_time: int, lasting_s: Seconds, *, least_s: Seconds) -> Cut:
    """The pieces of an answer to `lasting_s` seconds of sound; `first_time` is the token of second 0.

    An unfinished piece at the end is left out: it is to be heard again from its start. Where that lies within the first
    `least_s` seconds, all of the answer is one piece instead, for going on from there would lead nowhere; and so it is
    where no time ends it.
    """

    def second(token: int) -> Seconds:
        return min(max(token - first_time, 0) * TICK_S, lasting_s)

    is_time = [token >= first_time for token in tokens]
    if all(is_time):
        return Cut((), lasting_s, is_open=False)
    ends = [number for number, both in enumerate(pairwise(is_time), 1) if both == (True, True)]
    closed = is_time[-2:] == [False, True]
    if closed or (ends and second(tokens[ends[-1] - 1]) >= least_s):
        spans = [tokens[start:end] for start, end in pairwise([0, *ends, *([len(tokens)] if closed else [])])]
        with_text = [span for span in spans if min(span) < first_time]
        pieces = tuple(Piece(second(span[0]), second(span[-1]), tuple(span)) for span in with_text)
        return Cut(pieces, second(spans[-1][-1]), is_open=not closed)
    return Cut((Piece(second(tokens[0]), lasting_s, tuple(tokens)),), lasting_s, is_open=False)


def goes_on(until_s: Seconds, lasting_s: Seconds, *, is_open: bool, is_sure: bool, answers: int) -> bool:
    """Whether the rest of a window is to be heard: `answers` were given to it, the last one of which reaches so far.

    Where it is not sure of its words, the time at which it says that nothing follows means nothing either.
    """
    silent_s = _CRUMB_S if is_open else _SILENT_REST_S
    worth_it = (is_open or is_sure) and answers < _MOST_ANSWERS
    return worth_it and until_s >= LEAST_S and lasting_s - until_s >= silent_s
