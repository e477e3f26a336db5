"""A track of an open sound file, and its samples put on the file's time line.

A file is opened by the one demuxer that its own bytes name, through a Python file that cannot lead elsewhere. Time
zero is where the file begins to play; where no sound belongs to a time, there is silence.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, groupby
from math import inf
from pathlib import Path
from typing import BinaryIO

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet

from models.errors import Unreadable, Unsupported
from models.values import SAMPLE_RATE, Channels, Seconds
from pipeline.damage import JUMP_S, Trouble
from pipeline.media import HEAD_BYTES, Kind, kind_of, tag_bytes, what_else

_OPTIONS = {"protocol_whitelist": "none"}  # whatever a container asks for, nothing but its own bytes is opened
_ESTIMATED = frozenset({"aac", "amr", "mpegts", "mpeg"})  # files that do not say how long they are
_GAPLESS = frozenset({"wav", "w64", "aiff", "au", "caf", "flac", "ogg", "mp3", "aac", "amr"})  # unless damaged
_UNSTAMPED = frozenset({"mp3", "aac", "amr"})  # FFmpeg counts their frames
_LONGEST_GAP_S = 600.0  # in a file that does not say how long it is; timestamps of some begin anew after a day
_MAX_ERRORS = 1000  # broken packets in a row before a file counts as over
_FAILURES = (av.FFmpegError, ValueError)  # PyAV tells what it cannot do in either way


@dataclass(frozen=True, slots=True)
class Source:
    """An open sound file, at one of its tracks."""

    kind: Kind
    container: InputContainer
    stream: AudioStream
    track: int
    width: int  # channels of the track, as it says at its beginning
    tracks: int  # of the file that can be decoded
    file_bytes: int
    promised_bytes: int  # by the file's own header; more than it has where it broke off
    tells_length: bool  # where not, FFmpeg only estimates it
    tick_s: Seconds  # of the stream's timestamps
    origin_s: Seconds  # timestamp at which the file begins to play
    trouble: Trouble  # met so far

    def time_of(self, pts: int | None) -> Seconds | None:
        """Seconds from the start of the recording."""
        return None if pts is None else pts * self.tick_s - self.origin_s


def head_of(file: BinaryIO) -> bytes:
    """The first bytes of an open file, with those behind a tag; the file is left at its start."""
    head = file.read(HEAD_BYTES)
    tag = tag_bytes(head)
    if tag:  # may hold a large picture
        file.seek(tag)
        head = head[:tag].ljust(tag, b"\0") + file.read(HEAD_BYTES)
    file.seek(0)
    return head


def known_kind(head: bytes) -> Kind:
    """The kind of file that begins so. Raises Unreadable for an empty one, Unsupported for what holds no sound."""
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
def opened(path: Path, track: int = 0) -> Iterator[Source]:
    """The file at its start, closed afterwards. Raises Unsupported or Unreadable where it holds no sound to be read.

    `track` counts those that can be decoded; the last of them where there are fewer.
    """
    with path.open("rb") as file:
        head = head_of(file)
        kind = known_kind(head)
        try:
            container = av.open(file, "r", format=kind.demuxer, options=_OPTIONS, metadata_errors="ignore")
        except _FAILURES as problem:
            raise Unreadable(f"The {kind.label} file cannot be read: it is damaged, or broke off early.") from problem
        with container:
            yield _source(kind, container, head, track)


def _source(kind: Kind, container: InputContainer, head: bytes, track: int) -> Source:
    streams = [stream for stream in container.streams.audio if stream.codec_context is not None]
    if not streams and container.streams.audio:
        raise Unreadable(f"The {kind.label} file holds sound in a coding that is not known here.")
    if not streams:
        raise Unreadable(f"The {kind.label} file holds no sound.", remedy="Upload a recording with a sound track.")
    begin, stream = container.start_time, streams[min(track, len(streams) - 1)]
    return Source(
        kind=kind,
        container=container,
        stream=stream,
        track=track,
        width=max(1, stream.codec_context.channels),
        tracks=len(streams),
        file_bytes=container.size,
        promised_bytes=_promised_bytes(head),
        tells_length=_tells_length(kind, head),
        tick_s=float(stream.time_base or 1 / (stream.codec_context.sample_rate or SAMPLE_RATE)),
        origin_s=0.0 if begin is None else begin / av.time_base,
        trouble=Trouble(without_gaps=kind.demuxer in _GAPLESS),
    )


def promised_s(source: Source) -> Seconds | None:
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
    return max(seconds, min(seconds * source.promised_bytes / source.file_bytes, _at_bit_rate_s(source)))


def _at_bit_rate_s(source: Source) -> Seconds:
    """How long the promised bytes last; endless where that is not told. Some WAV files count their samples, too."""
    bit_rate = source.stream.codec_context.bit_rate or 0
    return source.promised_bytes * 8 / bit_rate if source.kind.demuxer == "wav" and bit_rate > 0 else inf


def sought(source: Source, time_s: Seconds) -> bool:
    """Go to the last place before the time from which decoding can start; False where the file cannot."""
    offset = round((time_s + source.origin_s) / source.tick_s)
    try:
        source.container.seek(offset, stream=source.stream)
    except _FAILURES:
        return False
    return True


def packets(source: Source) -> "Iterator[Packet[AudioStream]]":
    """What the file holds of the sound, past whatever is broken in it; the last one is empty."""
    packets, errors = source.container.demux(source.stream), 0
    while errors < _MAX_ERRORS:
        try:
            packet = next(packets, None)
        except IndexError:  # of a track that the file did not speak of at its beginning: PyAV does not know it
            packets, source.trouble.gave_up = source.container.demux(source.stream), True
            continue
        except _FAILURES:
            packets, errors = source.container.demux(source.stream), errors + 1
            source.trouble.failed = source.trouble.gave_up = True
            continue
        if packet is None:
            return
        if packet.size:
            errors, source.trouble.gave_up = 0, False
        yield packet


def frames_of(source: Source, packet: "Packet[AudioStream]") -> list[AudioFrame]:
    """What the packet holds; nothing where it is broken."""
    try:
        return [frame for frame in packet.decode() if frame.samples and frame.sample_rate]
    except _FAILURES:
        source.trouble.lost((packet.duration or 0) * source.tick_s)
        return []


def end_of(source: Source, packet: "Packet[AudioStream]") -> Seconds:
    """Where its sound ends, 0 where it does not say when it begins."""
    begin = source.time_of(packet.pts)
    return 0.0 if begin is None else begin + (packet.duration or 0) * source.tick_s


@dataclass(frozen=True, slots=True)
class _Timed:
    """A frame and its place. Frames of one run follow each other without a hole and have the same form."""

    run: int
    start_s: Seconds
    frame: AudioFrame


def _timed(source: Source) -> Iterator[_Timed]:
    """Every frame with its time, in order: where the one before it ends, unless its timestamp says otherwise."""
    clock = _Clock(source)
    run, due, form = 0, 0.0, ("", "", 0)
    for frame in (frame for packet in packets(source) for frame in frames_of(source, packet)):
        new_form = (frame.format.name, frame.layout.name, frame.sample_rate)
        if not run:
            source.trouble.begun()  # a cut may leave a first frame that wants the one before it
            time = clock.first(source.time_of(frame.pts))
        else:
            clock.counts_frames |= new_form != form and source.trouble.without_gaps
            time = clock.time_of(source.time_of(frame.pts), due)
            source.trouble.met(due, time)
        if new_form != form or abs(time - due) > JUMP_S:
            run, due, form = run + 1, time, new_form
        yield _Timed(run, due, frame)
        due += frame.samples / frame.sample_rate
    source.trouble.ended(due)


class _Clock:
    """What time a timestamp means.

    One that goes back by more than a second, beyond the file's end, or far ahead in a file that tells no end, belongs
    to another clock: sound goes on. In files without real timestamps, and behind a change of the sample rate in those
    that count samples, sound always goes on, but for what was lost.
    """

    def __init__(self, source: Source) -> None:
        self._trouble = source.trouble
        self._promised = promised_s(source)
        self.behind_s = 0.0  # of the timestamps
        self.counts_frames = source.kind.demuxer in _UNSTAMPED

    def first(self, stamped: Seconds | None) -> Seconds:
        """When that begins which comes first; a little before time zero where an encoder put silence in front."""
        if stamped is not None and not -1 <= stamped <= self._latest(0.0):
            self.behind_s = stamped
        return 0.0 if stamped is None else stamped - self.behind_s

    def _latest(self, due: Seconds) -> Seconds:
        return due + _LONGEST_GAP_S if self._promised is None else self._promised + 1

    def time_of(self, stamped: Seconds | None, due: Seconds) -> Seconds:
        """When that begins which has this timestamp; `due` is where the one before it ends."""
        if stamped is None:
            return due
        time = stamped - self.behind_s
        latest = self._latest(due)
        goes_on = self.counts_frames and not self._trouble.failed
        backwards = time < due and (self._trouble.without_gaps or time < due - 1)
        if goes_on or backwards or time > max(latest, due + JUMP_S):
            self.behind_s, time = stamped - due, due
        return time


def measured(source: Source) -> "Iterator[tuple[Packet[AudioStream], Seconds]]":
    """Every packet that is not empty, and where its sound ends, as far as that is known without decoding."""
    clock, end = _Clock(source), 0.0
    for number, packet in enumerate(packets(source)):
        if not packet.size:
            continue
        stamped = source.time_of(packet.pts)
        begin = clock.time_of(stamped, end) if number else clock.first(stamped)
        end = max(end, begin + (packet.duration or 0) * source.tick_s)
        yield packet, end


def placed(source: Source, *, after_seek: bool) -> Iterator[tuple[int, Channels]]:
    """(position, samples) at 16 kHz, in order, without hole or overlap: from position 0, or where seeking has led.

    Samples are (`source.width`, n): finite, -1..1.
    """
    at = None if after_seek else 0
    for _, run in groupby(_timed(source), key=lambda timed: timed.run):
        first = next(run)
        place = round(first.start_s * SAMPLE_RATE)
        at = place if at is None else at
        while at < place:
            silence = np.zeros((source.width, min(place - at, 30 * SAMPLE_RATE)), np.float32)
            yield at, silence
            at += silence.shape[1]
        for samples in _resampled(chain([first], run), source.width):
            new = samples[:, max(0, at - place) :]
            place += samples.shape[1]
            if new.shape[1]:
                yield at, new
                at = place


def _resampled(run: Iterable[_Timed], width: int) -> Iterator[Channels]:
    """One run's frames as samples; where they have not `width` channels, the mean of theirs in every one."""
    resampler = av.AudioResampler(format="flt", rate=SAMPLE_RATE)  # packed: PyAV 18 crashes on more than 8 planes
    for frame in chain((timed.frame for timed in run), [None]):
        try:
            made = resampler.resample(frame)
        except _FAILURES:
            continue
        for piece in made:
            if piece is not None and piece.samples:
                channels = piece.to_ndarray().reshape(piece.samples, piece.layout.nb_channels).T
                if len(channels) != width:
                    channels = np.repeat(channels.mean(axis=0, keepdims=True, dtype=np.float32), width, axis=0)
                yield np.clip(np.nan_to_num(channels), -1, 1)
