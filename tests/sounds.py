"""Sounds made for tests: noise that can be told apart everywhere, in every container that PyAV writes."""

import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.stream import Disposition

from models.values import SAMPLE_RATE, Channels, Samples

CODECS = {  # of every container: codec and sample rate
    ".wav": ("pcm_s16le", 44_100),
    ".mp3": ("libmp3lame", 44_100),
    ".flac": ("flac", 44_100),
    ".ogg": ("libopus", 48_000),
    ".m4a": ("aac", 44_100),
    ".mov": ("alac", 44_100),
    ".mkv": ("aac", 48_000),
    ".webm": ("libopus", 48_000),
    ".aiff": ("pcm_s16be", 44_100),
    ".amr": ("libopencore_amrnb", 8_000),
    ".aac": ("aac", 44_100),
    ".ts": ("aac", 48_000),
}
MUXERS = {".m4a": "ipod", ".mkv": "matroska", ".aac": "adts", ".ts": "mpegts"}


def noise(seconds: float, seed: int = 0) -> Samples:
    """Noise whose loudness changes every 100 ms, so that a piece of it fits in one place only."""
    chance = np.random.default_rng(seed)
    count = round(seconds * SAMPLE_RATE)
    smooth = np.convolve(chance.normal(size=count), np.hanning(9) / 4.5, "same")
    loudness = np.repeat(chance.uniform(0.05, 0.5, size=count // 1600 + 1), 1600)[:count]
    return np.clip(smooth * loudness * 0.4, -1, 1).astype(np.float32)


def hum(seconds: float, hertz: float = 50.0, level: float = 0.1) -> Samples:
    times = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (level * sum(np.sin(2 * np.pi * hertz * n * times) / n for n in (1, 2, 3))).astype(np.float32)


def white(seconds: float, level: float = 0.1) -> Samples:
    return (level * np.random.default_rng(1).normal(size=round(seconds * SAMPLE_RATE))).astype(np.float32)


def pink(seconds: float) -> Samples:
    """Noise that is the same in every octave, as rain or a fan."""
    count = round(seconds * SAMPLE_RATE)
    spectrum = np.fft.rfft(np.random.default_rng(2).normal(size=count))
    return _loud(np.fft.irfft(spectrum / np.sqrt(np.maximum(np.fft.rfftfreq(count, 1 / SAMPLE_RATE), 20)), count))


def chords(seconds: float) -> Samples:
    """A chord of three struck strings every two seconds."""
    notes = ((220, 277, 330), (196, 247, 294), (174, 220, 262), (165, 208, 247))
    return _played(seconds, 2.0, [[(tone, 0.0) for tone in chord] for chord in notes])


def melody(seconds: float) -> Samples:
    """Single notes, bowed with vibrato."""
    chance = np.random.default_rng(3)
    return _played(seconds, 0.4, [[(chance.choice([262, 294, 330, 349, 392, 440, 494]), 0.3)] for _ in range(64)])


def beat(seconds: float) -> Samples:
    """Chords over a drum and a snare, four strokes a second."""
    times = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    since = times % 0.25
    drum = np.sin(2 * np.pi * 60 * since) * np.exp(-20 * since) * (times % 0.5 < 0.25)
    snare = white(seconds, 0.5) * np.exp(-30 * since) * (times % 0.5 >= 0.25)
    return _loud(drum + snare + chords(seconds))


def _played(seconds: float, each_s: float, notes: Sequence[Sequence[tuple[float, float]]]) -> Samples:
    """The notes in turn, again and again: each is some (hertz, vibrato), six partials of them."""
    times = np.arange(round(each_s * SAMPLE_RATE)) / SAMPLE_RATE
    fading = np.minimum(1, 20 * times) * np.exp(-times)
    sounds = [
        fading
        * sum(
            np.sin(2 * np.pi * hertz * partial * times + vibrato * np.sin(2 * np.pi * 5 * times)) / partial**1.5
            for hertz, vibrato in note
            for partial in range(1, 7)
        )
        for note in notes
    ]
    return _loud(np.resize(np.concatenate(sounds), round(seconds * SAMPLE_RATE)))


def _loud(signal: npt.NDArray[np.float64]) -> Samples:
    return (signal / np.abs(signal).max() / 2).astype(np.float32)


def write(
    path: Path,
    samples: Samples,
    *,
    layout: str = "mono",
    codec: str | None = None,
    rate: int | None = None,
    muxer: str | None = None,
    picture: str | None = None,
    options: dict[str, str] | None = None,
) -> Path:
    """The samples as a file of the kind that the path's ending names, or with another codec, rate or muxer in it.

    `picture` “cover” puts a still in it, “film” moving pictures; `options` are the muxer's.
    """
    usual_codec, usual_rate = CODECS[path.suffix]
    with av.open(path, "w", format=muxer or MUXERS.get(path.suffix), options=options or {}) as container:
        if picture:
            pictures = container.add_stream("mjpeg" if picture == "cover" else "mpeg4", rate=5)
            pictures.width = pictures.height = 16
            if picture == "cover":
                pictures.pix_fmt, pictures.disposition = "yuvj420p", Disposition.attached_pic
        stream = container.add_stream(codec or usual_codec, rate=rate or usual_rate, layout=layout)
        if picture:
            shown = 1 if picture == "cover" else round(5 * len(samples) / SAMPLE_RATE)
            for number in range(shown):
                still = av.VideoFrame.from_ndarray(np.full((16, 16, 3), 90, np.uint8), format="rgb24")
                still.pts = number
                container.mux(pictures.encode(still))
            container.mux(pictures.encode(None))
        resampler = av.AudioResampler(stream.format, layout, stream.rate, frame_size=stream.frame_size or 1024)
        frame = av.AudioFrame.from_ndarray(
            np.round(samples * 32767).astype(np.int16)[None], format="s16", layout="mono"
        )
        frame.sample_rate, frame.time_base, frame.pts = SAMPLE_RATE, Fraction(1, SAMPLE_RATE), 0
        for piece in (*resampler.resample(frame), *resampler.resample(None), None):
            container.mux(stream.encode(piece))
    return path


def write_tracks(path: Path, *tracks: Channels) -> Path:
    """Several tracks, (channels, n) each, in one file that keeps every sample but for rounding."""
    with av.open(path, "w", format="matroska") as container:
        streams = [
            container.add_stream("pcm_s16le", rate=SAMPLE_RATE, layout="mono" if len(track) == 1 else "stereo")
            for track in tracks
        ]
        for start in range(0, max(track.shape[1] for track in tracks), SAMPLE_RATE):
            for stream, track in zip(streams, tracks, strict=True):
                piece = (track[:, start : start + SAMPLE_RATE].T * 32767).round().astype(np.int16).reshape(1, -1)
                if piece.size:
                    frame = av.AudioFrame.from_ndarray(piece, format="s16", layout=stream.layout)
                    frame.sample_rate, frame.time_base, frame.pts = SAMPLE_RATE, Fraction(1, SAMPLE_RATE), start
                    container.mux(stream.encode(frame))
    return path


def wav_bytes(data: bytes, *, rate: int = SAMPLE_RATE, channels: int = 1, bits: int = 16, coding: int = 1) -> bytes:
    """A WAV file of exactly these header fields, sensible or not."""
    form = struct.pack("<HHIIHH", coding, channels, rate, rate * channels * bits // 8, channels * bits // 8, bits)
    return (
        b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " + struct.pack("<I", len(form)) + form
        + b"data" + struct.pack("<I", len(data)) + data
    )  # fmt: skip
