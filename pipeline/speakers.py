"""Words get their speakers: by the voice that sounds while they are said, and not in the middle of a sentence.

Borders between voices are right to a quarter of a second, words to a tenth: so a change of speakers is moved to the end
of a sentence or to a pause that lies close by, and nobody says one word in another's sentence.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from models.errors import TacitError
from models.values import ModelStamp, Seconds, Voice

NEAR_S: Seconds = 0.7  # so far a change moves to the end of a sentence, or to a pause
PAUSE_S: Seconds = 0.3
ISLAND_S: Seconds = 0.4  # who says less than this inside another's sentence has not said it
OVERLAPPED = 0.5  # share of a word during which somebody else speaks, from which on it is marked

TWO = (
    "Two speakers were assumed, because nobody said how many there are. Where that is wrong, correct the speakers in "
    "the transcript, or tell them apart again and say how many people speak."
)


@dataclass(frozen=True, slots=True)
class Speakers:
    """Who is heard when in a recording. No voices: nobody could tell."""

    voices: tuple[Voice, ...] = ()  # in order of time
    models: tuple[ModelStamp, ...] = ()
    warnings: tuple[str, ...] = ()


UNTOLD = Speakers()


def untold(error: Exception) -> Speakers:
    """What is known of the speakers where telling them apart has failed."""
    detail = f"{error}".rstrip(".")
    remedy = f" {error.remedy}" if isinstance(error, TacitError) else ""
    return Speakers(warnings=(f"The speakers could not be told apart by their voices: {detail}.{remedy}",))


@dataclass(frozen=True, slots=True)
class Spoken:
    """When a word is said, and whether a sentence ends with it."""

    start_s: Seconds
    end_s: Seconds
    ends: bool


@dataclass(frozen=True, slots=True)
class Said:
    """Who says a word, and whether somebody else speaks meanwhile."""

    speaker: str
    overlap: bool


def in_order(voices: Iterable[Voice]) -> list[Voice]:
    """The voices in order of time, their speakers named “Speaker 1”, “Speaker 2”, … in order of their first ones."""
    found = sorted(voices, key=lambda voice: (voice.start_s, voice.end_s, voice.speaker))
    names = {name: f"Speaker {number}" for number, name in enumerate(dict.fromkeys(one.speaker for one in found), 1)}
    return [Voice(names[voice.speaker], voice.start_s, voice.end_s) for voice in found]


def said_by(words: Sequence[Spoken], voices: Sequence[Voice]) -> list[Said]:
    """The speaker of every word, named “Speaker 1”, “Speaker 2”, … in order of their first words.

    `words` are in order of time, and so are `voices`, of which there is at least one; a word without a voice is said by
    the nearest one.
    """
    sounding = list(_sounding(words, voices))
    raw = [max(heard, key=lambda one: one[1])[0] for heard in sounding]
    smooth = _without_islands(words, _moved(words, _without_islands(words, raw)))
    names = {name: f"Speaker {number}" for number, name in enumerate(dict.fromkeys(smooth), 1)}
    return [
        Said(names[speaker], _is_overlapped(word, speaker, heard))
        for word, speaker, heard in zip(words, smooth, sounding, strict=True)
    ]


def _sounding(words: Sequence[Spoken], voices: Sequence[Voice]) -> Iterator[list[tuple[str, Seconds]]]:
    """For every word (speaker, seconds inside of it) of the voices in it, or of the nearest one: minus how far."""
    starts = np.array([voice.start_s for voice in voices])
    ends = np.array([voice.end_s for voice in voices])
    for word in words:
        shared = np.minimum(ends, word.end_s) - np.maximum(starts, word.start_s)
        places = np.flatnonzero(shared > 0).tolist() or [int(shared.argmax())]
        yield [(voices[place].speaker, float(shared[place])) for place in places]


def _is_overlapped(word: Spoken, speaker: str, heard: Sequence[tuple[str, Seconds]]) -> bool:
    own = sum(seconds for name, seconds in heard if name == speaker and seconds > 0)
    others = sum(seconds for name, seconds in heard if name != speaker and seconds > 0)
    lasting = max(word.end_s - word.start_s, 0.02)
    return own + others > lasting + 0.02 and others >= OVERLAPPED * lasting


def _without_islands(words: Sequence[Spoken], speakers: Sequence[str]) -> list[str]:
    """What one says for a moment, or as one word, in the middle of another's sentence is the other's."""
    found = list(speakers)
    runs = [list(run) for _, run in groupby(range(len(words)), key=lambda place: speakers[place])]
    for before, run, after in zip(runs, runs[1:], runs[2:], strict=False):
        first, last = run[0], run[-1]
        around = found[before[-1]]
        short = len(run) == 1 or words[last].end_s - words[first].start_s < ISLAND_S
        inside = not words[first - 1].ends and not words[last].ends and not _pauses(words, first)
        if short and inside and around == speakers[after[0]]:
            found[first : last + 1] = [around] * len(run)
    return found


def _moved(words: Sequence[Spoken], speakers: Sequence[str]) -> list[str]:
    """The speakers with every change moved to the nearest end of a sentence or pause, where one is near."""
    found = list(speakers)
    for place in range(1, len(words)):
        if speakers[place] != speakers[place - 1]:
            best = min(_places(words, speakers, place), key=lambda one: abs(one - place), default=place)
            if best < place:
                found[best:place] = [speakers[place]] * (place - best)
            else:
                found[place:best] = [speakers[place - 1]] * (best - place)
    return found


def _places(words: Sequence[Spoken], speakers: Sequence[str], place: int) -> Iterator[int]:
    """The words near `place` before which a change is likely, as far as nobody else begins to speak."""
    for step in (-1, 1):
        at = place
        while 0 < at < len(words) and abs(words[at].start_s - words[place].start_s) <= NEAR_S:
            if words[at - 1].ends or _pauses(words, at):
                yield at
                break
            if speakers[at if step > 0 else at - 1] != speakers[place if step > 0 else place - 1]:
                break
            at += step


def _pauses(words: Sequence[Spoken], place: int) -> bool:
    """Whether there is a pause before the word."""
    return words[place].start_s - words[place - 1].end_s >= PAUSE_S
