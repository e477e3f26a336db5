"""Uploaded files, each kept under the SHA-256 of its bytes."""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from models.errors import NotFound, TooLarge

_NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes that are kept: their name and their number."""

    sha256: str
    size: int


class Blobs:
    """A directory of blobs: ROOT/ab/cdef…. No name that a person chose ever becomes a path."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, chunks: Iterable[bytes], limit: int) -> Blob:
        """Keep the bytes and say their name; the same bytes are kept once.

        They are on the disk when this returns. Raises TooLarge beyond `limit` bytes; whatever is raised here or by
        `chunks` leaves nothing behind.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self.root, prefix="incoming-", delete=False) as file:
            arriving = Path(file.name)
            try:
                blob = _copy(chunks, file, limit)
                self._place(arriving, blob.sha256)
            finally:
                arriving.unlink(missing_ok=True)
        return blob

    def path(self, sha256: str) -> Path:
        """Where the blob's bytes lie. Raises NotFound for a name that is not 64 lower-case hexadecimal digits."""
        if not _NAME.fullmatch(sha256):
            raise NotFound(f"{sha256[:80]!r} is not the SHA-256 of a file")
        return self.root / sha256[:2] / sha256[2:]

    def exists(self, sha256: str) -> bool:
        return self.path(sha256).is_file()

    def delete(self, sha256: str) -> None:
        """Forget the bytes; nothing happens where they are gone already."""
        self.path(sha256).unlink(missing_ok=True)

    def _place(self, arriving: Path, sha256: str) -> None:
        final = self.path(sha256)
        final.parent.mkdir(exist_ok=True)
        os.replace(arriving, final)
        directory = os.open(final.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def _copy(chunks: Iterable[bytes], file: IO[bytes], limit: int) -> Blob:
    digest = hashlib.sha256()
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise TooLarge(f"the file has more than {limit} bytes")
        digest.update(chunk)
        file.write(chunk)
    file.flush()
    os.fsync(file.fileno())
    return Blob(digest.hexdigest(), size)
