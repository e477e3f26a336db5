"""All tracks and channels of a sound file on one time line, and what is heard when they sound together."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import chain, zip_longest
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from models.values import SAMPLE_RATE, Channels, Samples, Seconds
from pipeline.sound import Source, opened, placed, sought

Hops: TypeAlias = npt.NDArray[np.float32]  # (hops, channels, HOP)
Shares: TypeAlias = npt.NDArray[np.float32]  # (hops, channels)
Products: TypeAlias = npt.NDArray[np.float32]  # (hops, channels, channels)

MOST_TRACKS = 8  # heard of one file
HOP_S: Seconds = 0.1  # in which channels are compared
HOP = round(HOP_S * SAMPLE_RATE)
STEP = SAMPLE_RATE  # samples that are worked on at once, whole hops

_SILENT = 1e-3  # of the loudest channel's energy: a channel below that says nothing meanwhile
_OPPOSED = -0.8  # correlation with the loudest channel below which a channel is the same sound turned over
_FADE = HOP // 10  # samples over which a channel comes in or goes out


@contextmanager
def opened_tracks(path: Path) -> Iterator[list[Source]]:
    """Every track of a file, each opened for itself: how they lie in the file does not matter then.

    At most MOST_TRACKS of them. Raises Unsupported or Unreadable where the file holds no sound to be read.
    """
    with ExitStack() as open_files:
        first = open_files.enter_context(opened(path))
        others = range(1, min(first.tracks, MOST_TRACKS))
        yield [first, *(open_files.enter_context(opened(path, track)) for track in others)]


def from_start(sources: Sequence[Source]) -> Iterator[Channels]:
    """All channels of all tracks, (channels, STEP) at a time from time zero, the last of them shorter."""
    return _together([_steps(placed(source, after_seek=False), 0, source.width) for source in sources])


def mono(sources: Sequence[Source]) -> Iterator[Samples]:
    """What is heard of all tracks, STEP samples at a time from time zero, the last of them fewer."""
    return _heard([placed(source, after_seek=False) for source in sources], sources, 0)


def mono_from(sources: Sequence[Source], begin: int) -> Iterator[Samples] | None:
    """The same from position `begin` on, a multiple of HOP, by seeking; None where seeking does not lead there."""
    before = begin / SAMPLE_RATE - 1.0  # decoders need some sound before that to be right in it
    if not all(sought(source, max(0.0, before)) for source in sources):
        return None
    found = [placed(source, after_seek=True) for source in sources]
    firsts = [next(pieces, None) for pieces in found]
    if all(first is None or first[0] > begin for first in firsts):
        return None
    whole = [pieces if first is None else chain([first], pieces) for first, pieces in zip(firsts, found, strict=True)]
    return _heard(whole, sources, begin)


def _heard(found: Sequence[Iterable[tuple[int, Channels]]], sources: Sequence[Source], begin: int) -> Iterator[Samples]:
    each = [_mixed(_steps(pieces, begin, source.width)) for pieces, source in zip(found, sources, strict=True)]
    return each[0] if len(each) == 1 else _mixed(_together([(one[None] for one in track) for track in each]))


def _steps(pieces: Iterable[tuple[int, Channels]], begin: int, width: int) -> Iterator[Channels]:
    """A track cut at every STEP samples from position `begin` on; silence where it begins later."""
    held, count, due = list[Channels](), 0, begin
    for at, samples in pieces:
        lead = at - due
        while lead > 0:
            silence = np.zeros((width, min(lead, STEP - count)), np.float32)
            held.append(silence)
            count, lead = count + silence.shape[1], lead - silence.shape[1]
            if count == STEP:
                yield np.concatenate(held, axis=1)
                held, count = [], 0
        new = samples[:, max(0, due - at) :]
        if not new.shape[1]:
            continue
        due = at + samples.shape[1]
        held.append(new)
        count += new.shape[1]
        if count >= STEP:
            joined = np.concatenate(held, axis=1)
            whole = count - count % STEP
            yield from (joined[:, start : start + STEP] for start in range(0, whole, STEP))
            held, count = [joined[:, whole:]], count - whole
    if count:
        yield np.concatenate(held, axis=1)


def _together(tracks: Sequence[Iterator[Channels]]) -> Iterator[Channels]:
    """The channels of all tracks below each other; silence in what has ended already."""
    widths = list[int]()
    for steps in zip_longest(*tracks):
        widths = widths or [1 if step is None else len(step) for step in steps]
        size = max(step.shape[1] for step in steps if step is not None)
        yield np.concatenate(
            [
                np.zeros((width, size), np.float32)
                if step is None
                else np.pad(step, ((0, 0), (0, size - step.shape[1])))
                for width, step in zip(widths, steps, strict=True)
            ]
        )


def _mixed(steps: Iterable[Channels]) -> Iterator[Samples]:
    """The mean of the channels that sound at the time, those that are turned over turned back.

    So a channel that nobody speaks into makes nobody quieter, and a channel with the other one's opposite does not
    extinguish it.
    """
    last = None
    for channels in steps:
        if len(channels) == 1:
            yield channels[0]
            continue
        hops = _hops(channels)
        shares = _shares(hops)
        before = np.concatenate([shares[:1] if last is None else last, shares[:-1]])
        last = shares[-1:]
        rise = np.minimum(np.arange(HOP, dtype=np.float32) / _FADE, 1)
        gains = before[:, :, None] + (shares - before)[:, :, None] * rise
        yield (hops * gains).sum(axis=1, dtype=np.float32).reshape(-1)[: channels.shape[1]]


def _hops(channels: Channels) -> Hops:
    """The last hop is filled up with silence."""
    filled = np.pad(channels, ((0, 0), (0, -channels.shape[1] % HOP)))
    return filled.reshape(len(channels), -1, HOP).transpose(1, 0, 2)


def products(channels: Channels) -> Products:
    """The sum of the product of each two channels in every HOP samples."""
    hops = _hops(channels)
    return hops @ hops.transpose(0, 2, 1)


def _shares(hops: Hops) -> Shares:
    """With which share, and which sign, a channel is heard."""
    energy = np.einsum("hcn,hcn->hc", hops, hops)
    loudest = energy.argmax(axis=1)
    reference = np.take_along_axis(hops, loudest[:, None, None], axis=1)
    most = energy.max(axis=1, keepdims=True)
    product = (hops * reference).sum(axis=2)
    opposed = product < _OPPOSED * np.sqrt(energy * most)
    sounding = energy >= _SILENT * most
    signed: Shares = np.where(opposed, -1, 1) * sounding / sounding.sum(axis=1, keepdims=True, dtype=np.float32)
    return signed
