"""Whether a file ends where a file of its kind ends, for files that do not say how long they are.

A recorder that loses power, or an upload that stops, leaves a file that plays well and just stops in the middle.
"""

import os
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from pipeline.media import Kind, frame_bytes

_OGG_TAIL = 65_307 + 27  # the longest page, so that its beginning is in sight
_OGG_LAST = 0x04  # flag of a stream's last page
_MOST_PARTS = 3_000_000  # of a file that are looked at; one with more counts as whole
_SEGMENT = 0x18538067
_CLUSTER = 0x1F43B675


def breaks_off(file: BinaryIO, kind: Kind, last_frame: bytes) -> bool:
    """Whether the last part of an open file is missing, or there is no mark of its end although its kind has one.

    `last_frame` is the last thing in it that was to be decoded, with its header. False where nobody can tell.
    """
    size = os.fstat(file.fileno()).st_size
    if kind.demuxer == "ogg":
        return not _ends_ogg(file, size)
    if kind.demuxer == "mpegts":
        return size % 188 > 0 and size % 192 > 0
    if kind.demuxer == "mov":
        return _ends_beyond(_boxes(file, size), size)
    if kind.demuxer == "caf":
        return _ends_beyond(_chunks(file, size), size)
    if kind.demuxer == "matroska":
        return _ends_beyond(_elements(file, size), size)
    return frame_bytes(kind, last_frame) > len(last_frame) > 0


def _ends_ogg(file: BinaryIO, size: int) -> bool:
    file.seek(max(0, size - _OGG_TAIL))
    tail = file.read(_OGG_TAIL)
    start = tail.rfind(b"OggS")
    page = tail[start:]
    if start < 0 or len(page) < 27:
        return False
    table = page[27 : 27 + page[26]]
    return bool(page[5] & _OGG_LAST) and len(page) >= 27 + page[26] + sum(table)


def _ends_beyond(ends: Iterator[int], size: int) -> bool:
    """Whether a part of the file ends beyond it."""
    return any(end > size for end in islice(ends, _MOST_PARTS))


def _boxes(file: BinaryIO, size: int) -> Iterator[int]:
    """Where each box of an MP4 file ends (ISO 14496-12)."""
    at = 0
    while at < size:
        file.seek(at)
        head = file.read(16)
        length = int.from_bytes(head[:4], "big")
        if length == 0:  # up to the end of the file
            return
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        if length < 8:
            return
        at += length
        yield at


def _chunks(file: BinaryIO, size: int) -> Iterator[int]:
    """Where each chunk of a Core Audio file ends; the last one may not say."""
    at = 8
    while at < size:
        file.seek(at + 4)
        length = int.from_bytes(file.read(8), "big", signed=True)
        if length < 0:
            return
        at += 12 + length
        yield at


def _elements(file: BinaryIO, size: int) -> Iterator[int]:
    """Where each element of a Matroska file ends, down to the blocks where a recorder did not know (RFC 8794, 9559)."""
    at = 0
    while at < size:
        file.seek(at)
        head = file.read(12).ljust(12, b"\xff")  # a head that is cut off reaches beyond the end
        name, used = _number(head, keep_marker=True)
        length, more = _number(head[used:], keep_marker=False)
        if not used or not more:
            return
        at += used + more
        unknown = length == (1 << 7 * more) - 1
        if unknown and name not in (_SEGMENT, _CLUSTER):
            yield at
            return
        if not unknown:
            yield at + length
        if name != _SEGMENT and not unknown:
            at += length


def _number(data: bytes, *, keep_marker: bool) -> tuple[int, int]:
    """An EBML number of variable length, and of how many bytes it is; 0 bytes where it is none."""
    length = 9 - data[0].bit_length() if data and data[0] else 0
    if not length or len(data) < length:
        return 0, 0
    value = int.from_bytes(data[:length], "big")
    return (value if keep_marker else value & ~(1 << 7 * length)), length
