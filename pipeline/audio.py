"""Sound out of a file: what it is, whether it can be heard, and its samples in bounded memory.

What a file holds is told by its bytes alone; its name is only compared with them.
"""

import io
import wave
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from av.stream import Disposition

from models.errors import TooLarge, Unreadable, Unsupported
from models.values import SAMPLE_RATE, Channels, Clip, Samples, Seconds
from pipeline.beep import beeped
from pipeline.carriers import carriers
from pipeline.damage import Hole as Hole
from pipeline.damage import sentences as sentences
from pipeline.endings import breaks_off
from pipeline.media import misnamed
from pipeline.media import sniff as sniff
from pipeline.sound import Source, end_of, frames_of, head_of, known_kind, measured, opened, packets, promised_s, sought
from pipeline.tracks import HOP, from_start, mono, mono_from, opened_tracks, products

_SEEKING = frozenset({"wav", "w64", "aiff", "au", "caf", "flac", "mov", "matroska", "ogg", "mp3"})  # to the sample
_BYTES_A_SECOND = (200.0, 10_000_000.0)  # a file that claims less or more has a wrong duration
_MEASURED = frozenset({"ogg", "mov", "caf"})  # FFmpeg may have looked at the end for the length they tell
_SHORT_SEEK = 2 * SAMPLE_RATE  # before that it is quicker to begin at the start
_NEAR_END_S = 1.0
_FIRST_PACKETS = 5000  # in which something must decode, about 100 s
_SHORTEST_S = 0.05
MOST_ROWS = 8  # channels that are kept apart
_SHORT_S = 0.5  # a file may fall short of its own duration by this much without having broken off


@dataclass(frozen=True, slots=True)
class Media:
    """What a sound file says about itself, checked as far as that is quick."""

    duration_s: Seconds  # of what can be heard
    media_type: str
    codec: str
    channels: int
    warnings: tuple[str, ...] = ()


def probe(path: Path) -> Media:
    """What is in a sound file. Raises Unsupported where it is none, Unreadable where nothing of it decodes.

    Quick for long files too: it decodes the first sound, and reads on only where the file does not say, or says
    wrongly, how long it is.
    """
    with opened_tracks(path) as sources:
        heard = [(source, codec) for source in sources if (codec := _first_sound(source))]
        label, total = sources[0].kind.label, len(sources[0].container.streams.audio)
        if not heard:
            raise Unreadable(
                f"The {label} file looks like sound, but nothing in it can be heard: it is empty or damaged."
            )
        found = [_extent(source, path) for source, _ in heard]
        media_type = _refined(sources[0])
    longest = max(found, key=lambda extent: extent.end_s)
    if longest.end_s < _SHORTEST_S:
        raise Unreadable(f"The file holds {longest.end_s:.2f} seconds of sound: that is too short to hear a word.")
    warnings = list(longest.warnings)
    if len(heard) < total:
        warnings.append(f"Only {len(heard)} of the {total} sound tracks in the file can be heard.")
    return Media(
        duration_s=longest.end_s,
        media_type=media_type,
        codec=heard[0][1],
        channels=sum(source.width for source, _ in heard),
        warnings=tuple(warnings),
    )


def check(path: Path, name: str, *, max_duration_s: Seconds) -> Media:
    """What `probe` gives, for a file that somebody wants to hand in under this name.

    Raises Unsupported for anything that is not sound or not what its name says, Unreadable for sound that cannot be
    heard, TooLarge for more than `max_duration_s`.
    """
    with path.open("rb") as file:
        kind = known_kind(head_of(file))
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


def blocks(
    path: Path, seconds: Seconds = 30.0, *, holes: list[Hole] | None = None
) -> Iterator[tuple[Seconds, Samples]]:
    """The whole file in order as (start, samples), each block `seconds` long but the last; none for a file of nothing.

    What is heard is the mean of all channels and tracks that sound at the time. Holds about one block in memory. What
    cannot be decoded is silent where the file tells its length, and left out where it does not; behind the last block
    `holes` has it all (`sentences` tells of them). Raises Unsupported or Unreadable where the file cannot be opened.
    """
    with opened_tracks(path) as sources:
        for start, block in _blocks((step[None] for step in mono(sources)), seconds):
            yield start, block[0]
        if holes is not None:
            holes.extend(hole for source in sources for hole in source.trouble.holes)


def channels(path: Path, seconds: Seconds = 30.0) -> Iterator[tuple[Seconds, Channels]]:
    """The same with every channel for itself, as (start, (rows, samples)), all on one time line.

    Rows are the channels of the first track, then those of the second, and so on; at most MOST_ROWS of them, as many
    in every block. A track that begins late or ends early is silent there. Holds about one block of them in memory.
    """
    with opened_tracks(path) as sources:
        yield from _blocks((step[:MOST_ROWS] for step in from_start(sources)), seconds)


def separate_voices(path: Path) -> tuple[int, ...]:
    """The rows of `channels` that carry one person's microphone each, in order; none where no two do.

    One lapel microphone a channel, or a meeting with one track a participant, gives two or more rows: there, who is
    loudest speaks. A single channel, one voice in all channels, and ordinary stereo, in which everybody is heard on
    both sides, give none. Rows that hold nothing, the same as another one, or the mix of the others are left out.
    Decodes the whole file once, in memory that hardly grows with it.
    """
    compared = [products(block) for _, block in channels(path)]
    return carriers(np.concatenate(compared)) if compared else ()


def _blocks(steps: Iterable[Channels], seconds: Seconds) -> Iterator[tuple[Seconds, Channels]]:
    size = round(seconds * SAMPLE_RATE)
    start, held, count = 0, list[Channels](), 0
    for step in steps:
        held.append(step)
        count += step.shape[1]
        while count >= size:
            joined = np.concatenate(held, axis=1)
            yield start / SAMPLE_RATE, joined[:, :size]
            held, count, start = [joined[:, size:]], count - size, start + size
    if count:
        yield start / SAMPLE_RATE, np.concatenate(held, axis=1)


def decode(path: Path, start_s: Seconds, end_s: Seconds) -> Samples:
    """The samples of [start_s, end_s), fewer where the file ends before, none where it ends before the start.

    Memory grows with the span only. Raises Unsupported or Unreadable where the file cannot be opened.
    """
    start, end = round(max(0.0, start_s) * SAMPLE_RATE), round(end_s * SAMPLE_RATE)
    if end <= start:
        return np.zeros(0, np.float32)
    begin = max(0, start // HOP - 1) * HOP  # what is heard in a hop also depends on the one before
    if begin > _SHORT_SEEK:
        with opened_tracks(path) as sources:
            if sources[0].kind.demuxer in _SEEKING:
                heard = mono_from(sources, begin)
                found = None if heard is None else _span(heard, start - begin, end - begin)
                if found is not None:
                    return found
    with opened_tracks(path) as sources:
        found = _span(mono(sources), start, end)
    return np.zeros(0, np.float32) if found is None else found


def clip(path: Path, start_s: Seconds, end_s: Seconds, *, beeps: Sequence[Clip] = ()) -> bytes:
    """A span as a WAV file of its own, mono, 16 bit, 16 kHz, with a tone under every beep.

    Raises Unreadable where the span holds no sound.
    """
    samples = beeped(decode(path, start_s, end_s), max(0.0, start_s), beeps)
    if not len(samples):
        raise Unreadable(f"There is no sound between second {start_s:.1f} and second {end_s:.1f}.")
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(np.round(samples * 32767).astype("<i2").tobytes())
    return written.getvalue()


def broken_off(heard_s: Seconds, said_s: Seconds) -> str:
    """The warning for a file that ends before its own header says."""
    return (
        f"From second {heard_s:.1f} on nothing was heard, although the file says that it is {said_s:.1f} seconds "
        "long: it is damaged, or breaks off there."
    )


def cut_off(heard_s: Seconds) -> str:
    """The warning for a file that does not end as files of its kind do."""
    return f"The file breaks off at second {heard_s:.1f}: what came after that is not in it."


def _first_sound(source: Source) -> str | None:
    """The name of the codec, once something has been decoded; None where nothing can be."""
    for number, packet in enumerate(packets(source)):
        if any(frame.samples for frame in frames_of(source, packet)):
            return source.stream.codec_context.name
        if number > _FIRST_PACKETS:
            break
    return None


@dataclass(frozen=True, slots=True)
class _Extent:
    """How long a track is, and whether it was meant to be longer."""

    end_s: Seconds
    warnings: tuple[str, ...] = ()


def _extent(source: Source, path: Path) -> _Extent:
    """How long a track is. The source is somewhere else afterwards."""
    promised = promised_s(source)
    reached = promised is not None and _reaches(source, promised)
    end_s, last = (promised or 0.0, b"") if reached else _counted(path, source.track)
    if promised is not None and end_s < promised - _SHORT_S:
        return _Extent(end_s, (broken_off(end_s, promised),))
    if reached and source.kind.demuxer not in _MEASURED:
        return _Extent(end_s)
    with path.open("rb") as file:
        cut = breaks_off(file, source.kind, last)
    return _Extent(end_s, (cut_off(end_s),) if cut else ())


def _reaches(source: Source, promised: Seconds) -> bool:
    """Whether there is sound shortly before the promised end. The source is somewhere else afterwards."""
    low, high = _BYTES_A_SECOND
    near_end = promised - _NEAR_END_S
    if source.kind.demuxer == "mp3" or not low <= source.file_bytes / promised <= high or near_end <= 0:
        return False
    if not sought(source, near_end):
        return False
    return any(end_of(source, packet) >= promised - _SHORT_S for packet in islice(packets(source), _FIRST_PACKETS))


def _counted(path: Path, track: int) -> tuple[Seconds, bytes]:
    """Where the last sound of a track ends, and its last frame: reads all of it, and decodes nothing."""
    with opened(path, track) as source:
        found = deque(measured(source), maxlen=1)
        return (found[0][1], bytes(found[0][0])) if found else (0.0, b"")


def _refined(source: Source) -> str:
    """The media type, with “audio” for a film without pictures; a cover is none."""
    family, _, rest = source.kind.media_type.partition("/")
    films = [film for film in source.container.streams.video if not film.disposition & Disposition.attached_pic]
    if family == "video" and rest in ("mp4", "webm", "3gpp", "x-matroska") and not films:
        return f"audio/{rest}"
    return source.kind.media_type


def _span(heard: Iterator[Samples], start: int, end: int) -> Samples | None:
    """Samples [start, end) of what is heard; None where it ends before."""
    at, found = 0, list[Samples]()
    for samples in heard:
        part = samples[max(0, start - at) : end - at]
        if len(part):
            found.append(part)
        at += len(samples)
        if at >= end:
            break
    return np.concatenate(found) if found else None
