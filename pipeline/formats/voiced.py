"""Words of which each knows who speaks it: speech services give them one by one, and turns are made of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from pipeline.formats.utterances import Spoken, Utterance


@dataclass(frozen=True, slots=True)
class Voiced:
    """One word with its speaker; None where the source names nobody."""

    speaker: str | None
    word: Spoken  # its text is squeezed, and not empty


def spoken_by(words: Iterable[Voiced]) -> Iterator[Utterance]:
    """An utterance for every run of words of one speaker, in their order."""
    for speaker, run in groupby(words, key=lambda voiced: voiced.speaker):
        spoken = tuple(voiced.word for voiced in run)
        starts = [word.start_s for word in spoken if word.start_s is not None]
        ends = [word.end_s for word in spoken if word.end_s is not None]
        text = " ".join(word.text for word in spoken)
        yield Utterance(speaker, text, min(starts, default=None), max(ends, default=None), spoken=spoken)
