"""A data directory goes into one file and comes back whole."""

import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from models import accounts
from models.access import Role
from models.backup import back_up, restore
from models.blobs import Blobs
from models.db import Database, upgrade
from models.errors import Conflict, Unreadable


def filled(data_dir: Path) -> str:
    """A data directory with a user and a blob; gives the blob's hash."""
    data_dir.mkdir()
    url = f"sqlite:///{data_dir / 'tacit.db'}"
    upgrade(url)
    database = Database(url)
    with database.writing() as session:
        accounts.add_user(session, "Ann", Role.MANAGER, password="correct horse battery")
    database.engine.dispose()
    return Blobs(data_dir / "blobs").write([b"some sound"], 1000).sha256


def test_what_was_backed_up_comes_back(tmp_path: Path) -> None:
    sha256 = filled(tmp_path / "old")
    back_up(tmp_path / "old", tmp_path / "backup.tar")

    assert restore(tmp_path / "backup.tar", tmp_path / "new") == 1

    assert Blobs(tmp_path / "new" / "blobs").path(sha256).read_bytes() == b"some sound"
    database = Database(f"sqlite:///{tmp_path / 'new' / 'tacit.db'}")
    with database.reading() as session:
        assert [user.name for user in accounts.list_users(session)] == ["Ann"]
    database.engine.dispose()
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["blobs", "tacit.db"]


def test_a_directory_in_use_is_not_overwritten(tmp_path: Path) -> None:
    filled(tmp_path / "old")
    back_up(tmp_path / "old", tmp_path / "backup.tar")
    with pytest.raises(Conflict, match="already holds a database"):
        restore(tmp_path / "backup.tar", tmp_path / "old")


def damaged_blob(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"some sound", b"some noise"))


def foreign_member(path: Path) -> None:
    with tarfile.open(path, "a") as tar:
        member = tarfile.TarInfo("../../outside")
        member.size = 1
        tar.addfile(member, BytesIO(b"x"))


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:3000])


def no_tar(path: Path) -> None:
    path.write_bytes(b"this is no backup")


@pytest.mark.parametrize("harm", [damaged_blob, foreign_member, cut_off, no_tar])
def test_a_bad_backup_is_refused_and_leaves_nothing(tmp_path: Path, harm) -> None:  # type: ignore[no-untyped-def]
    filled(tmp_path / "old")
    back_up(tmp_path / "old", tmp_path / "backup.tar")
    harm(tmp_path / "backup.tar")

    with pytest.raises(Unreadable):
        restore(tmp_path / "backup.tar", tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []
