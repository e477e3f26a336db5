"""Files are kept under the hash of their bytes, or not at all."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.blobs import Blobs
from models.errors import NotFound, TooLarge

BYTES = b"a loaf is done when it sounds hollow"
NAME = hashlib.sha256(BYTES).hexdigest()


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


def files(blobs: Blobs) -> list[Path]:
    return [path for path in blobs.root.rglob("*") if path.is_file()]


def test_bytes_come_back_under_their_hash(blobs: Blobs) -> None:
    blob = blobs.write([BYTES[:7], b"", BYTES[7:]], limit=len(BYTES))
    assert (blob.sha256, blob.size) == (NAME, len(BYTES))
    assert blobs.path(NAME).read_bytes() == BYTES
    assert blobs.path(NAME) == blobs.root / NAME[:2] / NAME[2:]


def test_the_same_bytes_are_kept_once(blobs: Blobs) -> None:
    assert blobs.write([BYTES], 1000) == blobs.write([BYTES], 1000)
    assert files(blobs) == [blobs.path(NAME)]


def test_too_many_bytes_leave_nothing_behind(blobs: Blobs) -> None:
    with pytest.raises(TooLarge, match="more than 35 bytes"):
        blobs.write([BYTES], limit=len(BYTES) - 1)
    assert files(blobs) == []


def test_an_upload_that_breaks_off_leaves_nothing_behind(blobs: Blobs) -> None:
    def broken() -> Iterator[bytes]:
        yield BYTES
        raise ConnectionError

    with pytest.raises(ConnectionError):
        blobs.write(broken(), limit=1000)
    assert files(blobs) == []


def test_a_deleted_blob_is_gone_and_may_be_deleted_again(blobs: Blobs) -> None:
    blobs.write([BYTES], 1000)
    assert blobs.exists(NAME)
    blobs.delete(NAME)
    blobs.delete(NAME)
    assert not blobs.exists(NAME)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "../../etc/passwd",
        NAME.upper(),  # one name for one file
        NAME[:-1],
        NAME + "0",
        NAME + "\n",
        "/" + NAME[1:],
    ],
)
def test_only_hashes_are_names(blobs: Blobs, name: str) -> None:
    for ask in (blobs.path, blobs.exists, blobs.delete):
        with pytest.raises(NotFound):
            ask(name)
