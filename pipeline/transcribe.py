"""Listening: sound to words. What nobody said is not written, what is doubtful is marked, and nothing else is lost.

A recording is planned first (`plan`: where somebody speaks, in windows that Whisper can hear at once), then the windows
are heard, a group at a time (`Transcriber`), then they become one transcript (`join`).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.spans import united
from models.values import SAMPLE_RATE, Clip, ModelStamp, PlannedWindow, Samples, Seconds, Transcript
from pipeline import audio, dialogue, whisper_models
from pipeline.dialogue import SPEAKER, Heard, written
from pipeline.doubt import TOO_FAST, Doubts, also, with_loops
from pipeline.protocols import Cutter, HeardWord, Progress, Recognised, Recogniser, Segment, silent
from pipeline.speakers import UNTOLD, Speakers
from pipeline.speech import Levels, levels, windows

GROUP_WINDOWS = 5  # heard in one durable step: what a crash costs
GROUP_S = 120.0
REPEATS = 4  # of a phrase in a row: a loop

_SHORT_S = 0.5  # a file may fall short of its own duration by this much

NOBODY = "Nobody could be heard speaking in this recording, so there is no text. Listen to it: is the voice very faint?"
"""The warning of a plan without speech."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Where somebody speaks, and what to hear in which step."""

    duration_s: Seconds  # of what could be decoded
    speech: tuple[Clip, ...]
    groups: tuple[tuple[PlannedWindow, ...], ...]  # in order of time; none where nobody speaks
    warnings: tuple[str, ...] = ()


def plan(path: Path, cutter: Cutter, *, progress: Progress = silent) -> Plan:
    """Where somebody speaks in a sound file. Reads it once, in memory that hardly grows with it.

    Raises Unsupported or Unreadable where the file cannot be opened; where nobody speaks, a warning says so.
    """
    media = audio.probe(path)
    meter = _Meter(progress, media.duration_s)
    found = cutter.speech_in(meter.passing(path))
    heard_s = meter.samples / SAMPLE_RATE
    speech = tuple(Clip(clip.start_s, min(clip.end_s, heard_s)) for clip in found if clip.start_s < heard_s)
    cut = windows(speech, Levels(np.concatenate([*meter.levels, np.zeros(0, np.float32)])))
    warnings = list(media.warnings)
    if heard_s < media.duration_s - _SHORT_S:
        warnings.append(audio.broken_off(heard_s, media.duration_s))
    warnings += audio.sentences(meter.holes)
    if not speech:
        warnings.append(NOBODY)
    return Plan(heard_s, speech, tuple(_grouped(with_speech(window, speech) for window in cut)), tuple(warnings))


class _Meter:
    """Looks at the blocks of a file on their way to the cutter."""

    def __init__(self, progress: Progress, duration_s: Seconds) -> None:
        self.samples = 0
        self.levels: list[Samples] = []
        self.holes: list[audio.Hole] = []
        self._progress = progress
        self._duration_s = duration_s

    def passing(self, path: Path) -> Iterator[Samples]:
        for start_s, block in audio.blocks(path, holes=self.holes):
            yield block
            self.samples += len(block)
            self.levels.append(levels(block))
            self._progress(min(1.0, (start_s + len(block) / SAMPLE_RATE) / self._duration_s))


def with_speech(window: Clip, speech: Sequence[Clip]) -> PlannedWindow:
    """The window, and where in it somebody speaks; `speech` is that of the whole recording, in order of time."""
    first = bisect_right(speech, window.start_s, key=lambda clip: clip.end_s)
    last = bisect_left(speech, window.end_s, key=lambda clip: clip.start_s)
    inside = (Clip(max(window.start_s, one.start_s), min(window.end_s, one.end_s)) for one in speech[first:last])
    return PlannedWindow(window.start_s, window.end_s, tuple(inside))


def speech_of(windows: Sequence[PlannedWindow]) -> list[Clip]:
    """Where somebody speaks in the whole recording, as the plan found it; none where the windows do not tell it.

    What was cut in the middle of speech is one clip again.
    """
    if not all(window.speech for window in windows):
        return []
    told = ((clip.start_s, clip.end_s) for window in windows for clip in window.speech)
    return [Clip(start_s, end_s) for start_s, end_s in united(told)]


def _grouped(cut: Iterable[PlannedWindow]) -> Iterator[tuple[PlannedWindow, ...]]:
    group: list[PlannedWindow] = []
    for window in cut:
        lasting = sum(clip.end_s - clip.start_s for clip in group) + window.end_s - window.start_s
        if group and (len(group) == GROUP_WINDOWS or lasting > GROUP_S):
            yield tuple(group)
            group = []
        group.append(window)
    if group:
        yield tuple(group)


@dataclass(frozen=True, slots=True)
class Window:
    """The sound of a stretch of a recording that is heard at once."""

    start_s: Seconds  # in the recording
    samples: Samples
    speech: tuple[Clip, ...] = ()  # where in it somebody speaks, from its start; none: the transcriber finds out

    @property
    def limits(self) -> Clip:
        return Clip(self.start_s, self.start_s + len(self.samples) / SAMPLE_RATE)


def sound_of(path: Path, window: PlannedWindow) -> Window:
    """What is to be heard of a sound file. Raises Unsupported or Unreadable where it cannot be opened."""
    speech = (Clip(one.start_s - window.start_s, one.end_s - window.start_s) for one in window.speech)
    return Window(window.start_s, audio.decode(path, window.start_s, window.end_s), tuple(speech))


class Transcriber:
    """Hears with any speech engine, and doubts what it says. The same sound gives the same words."""

    def __init__(self, recogniser: Recogniser, cutter: Cutter, doubts: Doubts) -> None:
        self._recogniser = recogniser
        self._cutter = cutter
        self._doubts = doubts

    @property
    def stamp(self) -> ModelStamp:
        return self._recogniser.stamp

    def transcribe(
        self,
        windows: Sequence[Window],
        *,
        language: str | None,
        vocabulary: str | None,
        progress: Progress = silent,
    ) -> list[Transcript]:
        """What is said in each window, in order; times count from the start of the recording.

        No words where nobody speaks. One turn a window: who speaks is not told. `language` None: the engine guesses one
        for all the windows; Invalid where it knows no such language. `vocabulary` is text with names and terms as they
        are spelled.
        """
        spoken = whisper_models.language_code(language)
        speech = [window.speech or self._cutter.speech(window.samples) for window in windows]
        with_speech = [number for number, clips in enumerate(speech) if clips]
        answers = self._recogniser.hear(
            [windows[number].samples for number in with_speech],
            language=spoken,
            vocabulary=vocabulary,
            progress=progress,
        )
        told = next((answer.language for answer in answers), spoken or "en")
        nothing = Recognised(told, ())
        heard = dict(zip(with_speech, answers, strict=True))
        return [
            self._written(window, heard.get(number, nothing), speech[number]) for number, window in enumerate(windows)
        ]

    def _written(self, window: Window, heard: Recognised, speech: Sequence[Clip]) -> Transcript:
        said = [
            word
            for segment in heard.segments
            if any(char.isalnum() for char in segment.text)
            for word in self._doubted(window, segment, speech)
        ]
        return written([(SPEAKER, said)] if said else [], language=heard.language, models=(self.stamp,))

    def _doubted(self, window: Window, segment: Segment, speech: Sequence[Clip]) -> Iterator[Heard]:
        words = _words_of(segment)
        doubt = self._doubts.about(segment, speech)
        for word, piled in zip(words, self._doubts.piled(words), strict=True):
            yield Heard.clipped(word, window.start_s, window.limits, also(doubt, TOO_FAST if piled else None))


def join(parts: Sequence[Transcript], speakers: Speakers = UNTOLD, *, repeats: int = REPEATS) -> Transcript:
    """One transcript of parts that follow each other, with every loop in it marked; of none, an empty one.

    Joining in steps gives the same. What is said `repeats` times in a row is a loop.
    """
    return with_loops(dialogue.join(parts, speakers), repeats=repeats)


def _words_of(segment: Segment) -> Sequence[HeardWord]:
    """A segment's words; where the engine could not place them, all of it as one."""
    whole = HeardWord(f" {segment.text.strip()}", segment.start_s, segment.end_s, None)
    return segment.words or [whole]
