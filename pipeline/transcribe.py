"""Listening: sound to words. What nobody said is not written, what is doubtful is marked, and nothing else is lost.

A recording is planned first (`plan`: where somebody speaks, in windows that Whisper can hear at once), then each window
is heard (`WhisperTranscriber`), then the windows become one transcript (`join`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from models.values import (
    SAMPLE_RATE,
    Clip,
    ModelStamp,
    Samples,
    Seconds,
    Transcript,
)
from pipeline import audio, whisper_models
from pipeline.dialogue import SPEAKER, Heard, written
from pipeline.dialogue import join as join
from pipeline.protocols import Cutter, Progress, silent
from pipeline.settings import Settings
from pipeline.speech import Levels, SileroCutter, levels, windows
from pipeline.whisper_models import weights as weights

GROUP_WINDOWS = 5  # heard in one durable step: what a crash costs
GROUP_S = 120.0

_SHORT_S = 0.5  # a file may fall short of its own duration by this much

NOBODY = "Nobody could be heard speaking in this recording, so there is no text. Listen to it: is the voice very faint?"
"""The warning of a plan without speech."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Where somebody speaks, and what to hear in which step."""

    duration_s: Seconds  # of what could be decoded
    speech: tuple[Clip, ...]
    groups: tuple[tuple[Clip, ...], ...]  # windows in order of time; none where nobody speaks
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
    if not speech:
        warnings.append(NOBODY)
    return Plan(heard_s, speech, tuple(_grouped(cut)), tuple(warnings))


class _Meter:
    """Looks at the blocks of a file on their way to the cutter."""

    def __init__(self, progress: Progress, duration_s: Seconds) -> None:
        self.samples = 0
        self.levels: list[Samples] = []
        self._progress = progress
        self._duration_s = duration_s

    def passing(self, path: Path) -> Iterator[Samples]:
        for start_s, block in audio.blocks(path):
            yield block
            self.samples += len(block)
            self.levels.append(levels(block))
            self._progress(min(1.0, (start_s + len(block) / SAMPLE_RATE) / self._duration_s))


def _grouped(cut: Sequence[Clip]) -> Iterator[tuple[Clip, ...]]:
    group: list[Clip] = []
    for window in cut:
        lasting = sum(clip.end_s - clip.start_s for clip in group) + window.end_s - window.start_s
        if group and (len(group) == GROUP_WINDOWS or lasting > GROUP_S):
            yield tuple(group)
            group = []
        group.append(window)
    if group:
        yield tuple(group)


@dataclass(frozen=True, slots=True)
class Doubts:
    """Limits beyond which a segment is marked suspect: it stays, and is no evidence until somebody has listened."""

    word_probability: float = 0.6  # mean, below
    speech_overlap: float = 0.3  # share of the segment inside speech, below
    compression: float = 2.4  # above
    logprob: float = -1.0  # below

    @classmethod
    def of(cls, settings: Settings) -> "Doubts":
        return cls(
            settings.suspect_word_probability,
            settings.suspect_speech_overlap,
            settings.suspect_compression,
            settings.suspect_logprob,
        )

    def about(self, segment: Mapping[str, Any], speech: Sequence[Clip]) -> str | None:
        """Why nobody should trust a segment of Whisper's before listening; None for no reason."""
        said = [float(word["probability"]) for word in segment["words"]]
        reasons = []
        if _overlap(Clip(segment["start"], segment["end"]), speech) < self.speech_overlap:
            reasons.append("hardly anybody speaks here")
        if said and sum(said) / len(said) < self.word_probability:
            reasons.append("the words are uncertain")
        if segment["compression_ratio"] > self.compression:
            reasons.append("the text repeats itself")
        if segment["avg_logprob"] < self.logprob:
            reasons.append("the text is unlikely")
        return "; ".join(reasons) or None


def _overlap(clip: Clip, speech: Sequence[Clip]) -> float:
    inside = sum(max(0.0, min(clip.end_s, one.end_s) - max(clip.start_s, one.start_s)) for one in speech)
    return inside / max(clip.end_s - clip.start_s, 0.02)


class WhisperTranscriber:
    """Hears with openai-whisper. The same sound gives the same words."""

    def __init__(self, model: Any, stamp: ModelStamp, cutter: Cutter, *, doubts: Doubts = Doubts()) -> None:
        self._model = model
        self._stamp = stamp
        self._cutter = cutter
        self._doubts = doubts

    @property
    def stamp(self) -> ModelStamp:
        return self._stamp

    def transcribe(
        self, samples: Samples, *, offset_s: Seconds, language: str | None, vocabulary: str | None
    ) -> Transcript:
        """What is said in one window; times count from the start of the recording, where the window begins `offset_s`.

        No words where nobody speaks. One turn: who speaks is not told. `language` None: the model guesses; Invalid
        where it knows no such language. `vocabulary` is text with names and terms as they are spelled.
        """
        spoken = whisper_models.language_code(language)
        speech = self._cutter.speech(samples)
        if not speech:
            return written([], language=spoken or "en", models=(self._stamp,))
        said = whisper_models.hear(self._model, samples, spoken, vocabulary)
        limits = Clip(offset_s, offset_s + len(samples) / SAMPLE_RATE)
        heard = [
            Heard.clipped(word, offset_s, limits, self._doubts.about(segment, speech))
            for segment in said["segments"]
            if any(char.isalnum() for char in segment["text"])
            for word in _words_of(segment)
        ]
        return written([(SPEAKER, heard)] if heard else [], language=said["language"], models=(self._stamp,))


def load_whisper(settings: Settings) -> WhisperTranscriber:
    """The transcriber that the settings choose. Raises MissingModel where its weights are not on this machine."""
    loaded = whisper_models.load(settings)
    stamp = ModelStamp("transcribe", loaded.name, loaded.version, loaded.sha256)
    cutter = SileroCutter(threshold=settings.vad_threshold)
    return WhisperTranscriber(loaded.model, stamp, cutter, doubts=Doubts.of(settings))


def _words_of(segment: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """A segment's words; where Whisper could not place them, all of it as one."""
    words: Sequence[Mapping[str, Any]] = segment["words"]
    return words or [{"word": f" {segment['text'].strip()}", "start": segment["start"], "end": segment["end"]}]
