"""Makes every sample interview: sound by espeak-ng, and transcripts whose times are those of the synthesis.

What is said stands in scripts/*.txt. Needs what make_baker.py needs.

    python data/samples/make.py [FOLDER]
"""

import json
import re
import sys
import wave
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import make_baker
import numpy as np
from make_baker import RATE, Signal, Speaker, Spoken, Voice, segment

SCRIPTS = Path(__file__).parent / "scripts"
SEED = 7  # of the pauses
BEFORE_A_TURN_S = (0.6, 1.1)
BEFORE_A_SENTENCE_S = (0.25, 0.5)
SOUND_RATE = 16_000
BIT_RATE = 24_000

INTERVIEWER = Voice("Interviewer", "en-us+f3", 170, 52)
TOMAS = Voice("Tomas", "en-gb-x-rp+m3", 160, 38)
RUTH = Voice("Ruth", "en-gb-x-rp+f4", 165, 48)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence in its place in the recording."""

    voice: Voice
    text: str
    start_s: float
    spoken: Spoken

    @property
    def end_s(self) -> float:
        return self.start_s + self.spoken.lasting_s


@dataclass(frozen=True, slots=True)
class Sample:
    """An interview with two voices, and the files that it becomes."""

    name: str
    expert: Voice
    sound: str  # ending
    transcript: str  # ending


SAMPLES = (
    Sample("second-baker", TOMAS, ".mp3", ".vtt"),
    Sample("pump-mechanic", RUTH, ".m4a", ".json"),
    Sample("second-baker-follow-up", TOMAS, ".wav", ".srt"),
)
WRITTEN = ("pump-mechanic-2",)  # a transcript without sound, as it stands in scripts/


def turns(script: str) -> Iterator[tuple[str, list[str]]]:
    """Who speaks, and the sentences."""
    for line in script.strip().splitlines():
        name, _, text = line.partition(": ")
        yield name, re.split(r"(?<=[.!?])\s+", text)


def speak(speaker: Speaker, sample: Sample) -> tuple[Signal, list[Said]]:
    """The whole sound at RATE, and every sentence with its place."""
    voices = {voice.speaker: voice for voice in (INTERVIEWER, sample.expert)}
    chance, signals, said, length = np.random.default_rng(SEED), [], [], 0
    for name, sentences in turns((SCRIPTS / f"{sample.name}.txt").read_text(encoding="utf-8")):
        for number, text in enumerate(sentences):
            pause = chance.uniform(*(BEFORE_A_SENTENCE_S if number else BEFORE_A_TURN_S))
            silence = np.zeros(round(pause * RATE), np.int16)
            spoken = speaker.say(text, voices[name])
            said.append(Said(voices[name], text, (length + len(silence)) / RATE, spoken))
            signals += [silence, spoken.signal]
            length += len(silence) + len(spoken.signal)
    return np.concatenate([*signals, np.zeros(RATE // 2, np.int16)]), said


def as_vtt(said: Sequence[Said]) -> str:
    cues = (f"{clock(one.start_s)} --> {clock(one.end_s)}\n<v {one.voice.speaker}>{one.text}</v>\n" for one in said)
    return "\n".join(["WEBVTT\n", *cues])


def as_srt(said: Sequence[Said]) -> str:
    return "\n".join(
        f"{number}\n{clock(one.start_s)} --> {clock(one.end_s)}\n".replace(".", ",")
        + f"{one.voice.speaker}: {one.text}\n"
        for number, one in enumerate(said, 1)
    )


def as_json(said: Sequence[Said]) -> str:
    """As Whisper writes it, with the speaker beside each segment."""
    segments = [segment(number, one.voice, one.text, one.spoken, one.start_s) for number, one in enumerate(said)]
    text = " ".join(one.text for one in said)
    return json.dumps({"text": text, "language": "en", "segments": segments}, indent=1) + "\n"


FORMATS: dict[str, Callable[[Sequence[Said]], str]] = {".vtt": as_vtt, ".srt": as_srt, ".json": as_json}


def clock(seconds: float) -> str:
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{thousandths:03}"


def write_sound(signal: Signal, path: Path) -> None:
    """Mono: MP3, AAC in MP4, or 16-bit WAV, as the ending says."""
    frame = av.AudioFrame.from_ndarray(signal[None], format="s16", layout="mono")
    frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), 0
    if path.suffix == ".wav":
        return write_wav(frame, path)
    with av.open(path, "w", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream({".mp3": "libmp3lame", ".m4a": "aac"}[path.suffix], SOUND_RATE, layout="mono")
        stream.bit_rate = BIT_RATE
        stream.codec_context.flags |= av.codec.context.Flags.bitexact
        stream.open()
        resampler = av.AudioResampler(stream.format, "mono", SOUND_RATE, frame_size=stream.frame_size)
        for piece in (*resampler.resample(frame), *resampler.resample(None), None):
            container.mux(stream.encode(piece))
    return None


def write_wav(frame: av.AudioFrame, path: Path) -> None:
    resampler = av.AudioResampler("s16", "mono", SOUND_RATE)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SOUND_RATE)
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            file.writeframes(piece.to_ndarray().tobytes())


def main(folder: Path) -> None:
    make_baker.main(folder)
    speaker = Speaker()
    for sample in SAMPLES:
        signal, said = speak(speaker, sample)
        write_sound(signal, folder / (sample.name + sample.sound))
        (folder / (sample.name + sample.transcript)).write_text(FORMATS[sample.transcript](said), encoding="utf-8")
    for name in WRITTEN:
        (folder / f"{name}.txt").write_bytes((SCRIPTS / f"{name}.txt").read_bytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
