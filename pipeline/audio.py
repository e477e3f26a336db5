"""Sound out of a file: what it is, whether it can be heard, and its samples in bounded memory.

A file is opened by the one demuxer that its own bytes name, through a Python file that cannot lead elsewhere. Time
zero is where the file begins to play; where no sound belongs to a time, there is silence.
"""

import io
import wave
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, groupby, islice
from math import inf
from pathlib import Path
from typing import BinaryIO

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet

from models.errors import TooLarge, Unreadable, Unsupported
from models.values import SAMPLE_RATE, Samples, Seconds
from pipeline.media import HEAD_BYTES, Kind, kind_of, misnamed, tag_bytes, what_else
from pipeline.media import sniff as sniff

_OPTIONS = {"protocol_whitelist": "none"}  # whatever a container asks for, nothing but its own bytes is opened
_ESTIMATED = frozenset({"aac", "amr", "mpegts", "mpeg"})  # files that do not say how long they are
_SEEKING = frozenset({"wav", "w64", "aiff", "au", "caf", "flac", "mov", "matroska", "ogg", "mp3"})  # to the sample
_BYTES_A_SECOND = (200.0, 10_000_000.0)  # a file that claims less or more has a wrong duration
_PREROLL_S = 1.0  # decoders need some sound before the asked span to be right in it
_JUMP_S = 0.05  # timestamps jitter; a step beyond this is a hole (or an overlap)
_MAX_ERRORS = 1000  # broken packets in a row before a file counts as over
_FIRST_PACKETS = 5000  # in which something must decode, about 100 s
_SHORTEST_S = 0.05
_SHORT_S = 0.5  # a file may fall short of its own duration by this much without having broken off
_FAILURES = (av.FFmpegError, ValueError)  # PyAV tells what it cannot do in either way


@dataclass(frozen=True, slots=True)
class Media:
    """What a sound file says about itself, checked as far as that is quick."""

    duration_s: Seconds  # of what can be heard
    media_type: str
    codec: str
    channels: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Source:
    """An open sound file."""

    kind: Kind
    container: InputContainer
    stream: AudioStream
    file_bytes: int
    promised_bytes: int  # by the file's own header; more than it has where it broke off
    tells_length: bool  # where not, FFmpeg only estimates it
    tick_s: Seconds  # of the stream's timestamps
    origin_s: Seconds  # timestamp at which the file begins to play

    def time_of(self, pts: int | None) -> Seconds | None:
        """Seconds from the start of the recording."""
        return None if pts is None else pts * self.tick_s - self.origin_s


def probe(path: Path) -> Media:
    """What is in a sound file. Raises Unsupported where it is none, Unreadable where nothing of it decodes.

    Quick for long files too: it decodes the first sound, and reads on only where the file does not say, or says
    wrongly, how long it is.
    """
    with _opened(path) as source:
        codec = _first_sound(source)
        promised = _promised_s(source)
        duration = promised if promised and _reaches(source, promised) else _counted_s(path)
        if duration < _SHORTEST_S:
            raise Unreadable(f"The file holds {duration:.2f} seconds of sound: that is too short to hear a word.")
        kind = _refined(source)
        short = promised is not None and duration < promised - _SHORT_S
        return Media(
            duration_s=duration,
            media_type=kind,
            codec=codec,
            channels=source.stream.codec_context.channels,
            warnings=(broken_off(duration, promised or duration),) if short else (),
        )


def check(path: Path, name: str, *, max_duration_s: Seconds) -> Media:
    """What `probe` gives, for a file that somebody wants to hand in under this name.

    Raises Unsupported for anything that is not sound or not what its name says, Unreadable for sound that cannot be
    heard, TooLarge for more than `max_duration_s`.
    """
    with path.open("rb") as file:
        kind = _kind(_head(file))
    if misnamed(name, kind):
        raise Unsupported(
            f"“{name}” holds {kind.label} sound ({kind.media_type}): its content is not what its name says.",
            remedy=f"If it is the right file, rename it to end in “{kind.extensions[0]}” and upload it again.",
        )
    media = probe(path)
    if media.duration_s > max_duration_s:
        raise TooLarge(
            f"The recording is {media.duration_s:.0f} seconds long, and at most {max_duration_s:.0f} are taken.",
            remedy="Cut it into parts, or ask the person who runs tacit to raise max_duration_s (tacit settings).",
        )
    return media


def blocks(path: Path, seconds: Seconds = 30.0) -> Iterator[tuple[Seconds, Samples]]:
    """The whole file in order as (start, samples), each block `seconds` long but the last; none for a file of nothing.

    Holds about one block in memory. What cannot be decoded is silent where the file tells its length, and left out
    where it does not. Raises Unsupported or Unreadable where the file cannot be opened.
    """
    size = round(seconds * SAMPLE_RATE)
    start, held, count = 0, list[Samples](), 0
    with _opened(path) as source:
        for _, piece in _placed(source, after_seek=False):
            held.append(piece)
            count += len(piece)
            while count >= size:
                joined = np.concatenate(held)
                yield start / SAMPLE_RATE, joined[:size]
                held, count, start = [joined[size:]], count - size, start + size
    if count:
        yield start / SAMPLE_RATE, np.concatenate(held)


def decode(path: Path, start_s: Seconds, end_s: Seconds) -> Samples:
    """The samples of [start_s, end_s), fewer where the file ends before, none where it ends before the start.

    Memory grows with the span only. Raises Unsupported or Unreadable where the file cannot be opened.
    """
    start, end = round(max(0.0, start_s) * SAMPLE_RATE), round(end_s * SAMPLE_RATE)
    if end <= start:
        return np.zeros(0, np.float32)
    with _opened(path) as source:
        if source.kind.demuxer in _SEEKING and start_s > 2 * _PREROLL_S and _sought(source, start_s - _PREROLL_S):
            found = _span(source, start, end, after_seek=True)
            if found is not None:
                return found
    with _opened(path) as source:
        found = _span(source, start, end, after_seek=False)
    return np.zeros(0, np.float32) if found is None else found


def clip(path: Path, start_s: Seconds, end_s: Seconds) -> bytes:
    """A span as a WAV file of its own, mono, 16 bit, 16 kHz. Raises Unreadable where the span holds no sound."""
    samples = decode(path, start_s, end_s)
    if not len(samples):
        raise Unreadable(f"There is no sound between second {start_s:.1f} and second {end_s:.1f}.")
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(np.round(samples * 32767).astype("<i2").tobytes())
    return written.getvalue()


def broken_off(heard_s: Seconds, promised_s: Seconds) -> str:
    """The warning for a file that ends before its own header says."""
    return (
        f"From second {heard_s:.1f} on nothing was heard, although the file says that it is {promised_s:.1f} seconds "
        "long: it is damaged, or breaks off there."
    )


def _head(file: BinaryIO) -> bytes:
    """The first bytes of an open file, with those behind a tag; the file is left at its start."""
    head = file.read(HEAD_BYTES)
    tag = tag_bytes(head)
    if tag:  # may hold a large picture
        file.seek(tag)
        head = head[:tag].ljust(tag, b"\0") + file.read(HEAD_BYTES)
    file.seek(0)
    return head


def _kind(head: bytes) -> Kind:
    kind = kind_of(head)
    if not head:
        raise Unreadable("The file is empty: expected sound, got 0 bytes.")
    if kind is None:
        found = what_else(head) or "of a kind that holds no sound"
        raise Unsupported(f"The file is {found}: expected a sound or video file.")
    return kind


def _promised_bytes(head: bytes) -> int:
    """How long a RIFF file (WAV, AVI) says it is, 0 for all others and where a recorder left it open."""
    size = int.from_bytes(head[4:8], "little")
    return size + 8 if head[:4] == b"RIFF" and size < 0xFFFF_FF00 else 0


def _tells_length(kind: Kind, head: bytes) -> bool:
    if kind.demuxer == "mp3":
        first_frame = head[tag_bytes(head) :][:2000]
        return any(mark in first_frame for mark in (b"Xing", b"Info", b"VBRI"))
    return kind.demuxer not in _ESTIMATED


@contextmanager
def _opened(path: Path) -> Iterator[_Source]:
    with path.open("rb") as file:
        head = _head(file)
        kind = _kind(head)
        try:
            container = av.open(file, "r", format=kind.demuxer, options=_OPTIONS, metadata_errors="ignore")
        except _FAILURES as problem:
            raise Unreadable(f"The {kind.label} file cannot be read: it is damaged, or broke off early.") from problem
        with container:
            yield _source(kind, container, head)


def _source(kind: Kind, container: InputContainer, head: bytes) -> _Source:
    streams = [stream for stream in container.streams.audio if stream.codec_context is not None]
    if not streams and container.streams.audio:
        raise Unreadable(f"The {kind.label} file holds sound in a coding that is not known here.")
    if not streams:
        raise Unreadable(f"The {kind.label} file holds no sound.", remedy="Upload a recording with a sound track.")
    begin = container.start_time
    return _Source(
        kind=kind,
        container=container,
        stream=streams[0],
        file_bytes=container.size,
        promised_bytes=_promised_bytes(head),
        tells_length=_tells_length(kind, head),
        tick_s=float(streams[0].time_base or 1 / streams[0].codec_context.sample_rate),
        origin_s=0.0 if begin is None else begin / av.time_base,
    )


def _first_sound(source: _Source) -> str:
    """The name of the codec, once something has been decoded."""
    for number, packet in enumerate(_packets(source)):
        if any(frame.samples for frame in _frames_of(packet)):
            return source.stream.codec_context.name
        if number > _FIRST_PACKETS:
            break
    raise Unreadable(
        f"The {source.kind.label} file looks like sound, but nothing in it can be heard: it is empty or damaged."
    )


def _promised_s(source: _Source) -> Seconds | None:
    """How long the sound is by what the file says, None where it does not say."""
    whole = source.stream.duration
    if not source.tells_length:
        return None
    if whole is not None and whole > 0:
        seconds = whole * source.tick_s
    elif source.container.duration is not None and source.container.duration > 0:
        seconds = source.container.duration / av.time_base
    else:
        return None
    return seconds * max(1.0, source.promised_bytes / source.file_bytes)


def _reaches(source: _Source, promised: Seconds) -> bool:
    """Whether there is sound shortly before the promised end. The source is somewhere else afterwards."""
    low, high = _BYTES_A_SECOND
    near_end = promised - _PREROLL_S
    if source.kind.demuxer == "mp3" or not low <= source.file_bytes / promised <= high or near_end <= 0:
        return False
    if not _sought(source, near_end):
        return False
    return any(_end_of(source, packet) >= promised - _SHORT_S for packet in islice(_packets(source), _FIRST_PACKETS))


def _counted_s(path: Path) -> Seconds:
    """Where the last sound of the file ends: reads all of it, and decodes nothing."""
    with _opened(path) as source:
        return max((_end_of(source, packet) for packet in _packets(source)), default=0.0)


def _end_of(source: _Source, packet: "Packet[AudioStream]") -> Seconds:
    begin = source.time_of(packet.pts)
    return 0.0 if begin is None else begin + (packet.duration or 0) * source.tick_s


def _refined(source: _Source) -> str:
    """The media type, with “audio” for a film without pictures."""
    family, _, rest = source.kind.media_type.partition("/")
    if family == "video" and rest in ("mp4", "webm", "3gpp", "x-matroska") and not source.container.streams.video:
        return f"audio/{rest}"
    return source.kind.media_type


def _sought(source: _Source, time_s: Seconds) -> bool:
    """Go to the last place before the time from which decoding can start; False where the file cannot."""
    offset = round((time_s + source.origin_s) / source.tick_s)
    try:
        source.container.seek(offset, stream=source.stream)
    except _FAILURES:
        return False
    return True


def _packets(source: _Source) -> "Iterator[Packet[AudioStream]]":
    """What the file holds of the sound, past whatever is broken in it; the last one is empty."""
    packets, errors = source.container.demux(source.stream), 0
    while errors < _MAX_ERRORS:
        try:
            packet = next(packets, None)
        except _FAILURES:
            packets, errors = source.container.demux(source.stream), errors + 1
            continue
        if packet is None:
            return
        errors = 0
        yield packet


def _frames_of(packet: "Packet[AudioStream]") -> list[AudioFrame]:
    """What the packet holds; nothing where it is broken."""
    try:
        return [frame for frame in packet.decode() if frame.samples and frame.sample_rate]
    except _FAILURES:
        return []


@dataclass(frozen=True, slots=True)
class _Timed:
    """A frame and its place. Frames of one run follow each other without a hole and have the same form."""

    run: int
    start_s: Seconds
    frame: AudioFrame


def _timed(source: _Source) -> Iterator[_Timed]:
    """Every frame with its time: its timestamp's, or where the one before it ends.

    A timestamp that goes back by more than a second or beyond the file's end belongs to another clock: sound goes on.
    """
    promised = _promised_s(source)
    latest = inf if promised is None else promised + 1
    run, due, clock, form = 0, 0.0, 0.0, ("", "", 0)
    for frame in chain.from_iterable(map(_frames_of, _packets(source))):
        stamped = source.time_of(frame.pts)
        new_form = (frame.format.name, frame.layout.name, frame.sample_rate)
        first = not form[0]
        time = due if stamped is None else stamped - clock
        if not first and not (due - 1 <= time <= max(latest, due + _JUMP_S)):
            clock, time = clock + time - due, due
        if first or new_form != form or abs(time - due) > _JUMP_S:
            run, due, form = run + 1, time, new_form
        yield _Timed(run, due, frame)
        due += frame.samples / frame.sample_rate


def _placed(source: _Source, *, after_seek: bool) -> Iterator[tuple[int, Samples]]:
    """(position, samples) in order, without hole or overlap: from position 0, or from where seeking has led."""
    at = None if after_seek else 0
    for _, run in groupby(_timed(source), key=lambda timed: timed.run):
        first = next(run)
        place = round(first.start_s * SAMPLE_RATE)
        at = place if at is None else at
        while at < place:
            silence = np.zeros(min(place - at, 30 * SAMPLE_RATE), np.float32)
            yield at, silence
            at += len(silence)
        for samples in _resampled(chain([first], run)):
            new = samples[max(0, at - place) :]
            place += len(samples)
            if len(new):
                yield at, new
                at = place


def _resampled(run: Iterable[_Timed]) -> Iterator[Samples]:
    """One run's frames as mono samples: the mean of the channels, finite, -1..1."""
    resampler = av.AudioResampler(format="flt", rate=SAMPLE_RATE)  # packed: PyAV 18 crashes on more than 8 planes
    for frame in chain((timed.frame for timed in run), [None]):
        try:
            made = resampler.resample(frame)
        except _FAILURES:
            continue
        for piece in made:
            if piece is not None and piece.samples:
                channels = piece.to_ndarray().reshape(piece.samples, piece.layout.nb_channels)
                mono = channels.mean(axis=1, dtype=np.float32)
                yield np.clip(np.nan_to_num(mono), -1, 1)


def _span(source: _Source, start: int, end: int, *, after_seek: bool) -> Samples | None:
    """Samples [start, end); None where there are none, or where seeking has led too far."""
    found = list[Samples]()
    for at, samples in _placed(source, after_seek=after_seek):
        if at >= end or (not found and at > start):
            break
        part = samples[max(0, start - at) : end - at]
        if len(part):
            found.append(part)
    return np.concatenate(found) if found else None
