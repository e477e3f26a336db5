"""A data directory as one file, and back."""

import hashlib
import re
import sqlite3
import tarfile
import tempfile
from pathlib import Path

from models.errors import Conflict, Unreadable

DATABASE = "tacit.db"
_BLOB = re.compile(r"blobs/[0-9a-f]{2}/[0-9a-f]{62}")
_BLOCK = 1 << 20


def back_up(data_dir: Path, target: Path) -> int:
    """Write the database as it is now and every blob into a tar file; gives its bytes. A server may run meanwhile.

    The file appears under its name only when it is complete. Blobs come after the database, so that each blob that
    the copied database names is in the file (but for what was withdrawn in between).
    """
    unfinished = target.with_name(target.name + ".unfinished")
    with tempfile.TemporaryDirectory(prefix="tacit-backup-", dir=data_dir) as folder:
        copy = Path(folder) / DATABASE
        source, sink = sqlite3.connect(data_dir / DATABASE), sqlite3.connect(copy)
        try:
            source.backup(sink)
        finally:
            source.close()
            sink.close()
        with tarfile.open(unfinished, "w") as tar:
            tar.add(copy, DATABASE)
            for blob in sorted((data_dir / "blobs").glob("??/*")):
                name = f"blobs/{blob.parent.name}/{blob.name}"
                if _BLOB.fullmatch(name):
                    tar.add(blob, name)
    unfinished.replace(target)
    return target.stat().st_size


def restore(source: Path, data_dir: Path) -> int:
    """Unpack a backup into a data directory without a database; gives the number of blobs.

    Raises Conflict where a database is there already, Unreadable where the file is no backup of ours or is damaged;
    then nothing is left behind.
    """
    if (data_dir / DATABASE).exists():
        raise Conflict(
            f"{data_dir} already holds a database",
            remedy="Restore into an empty directory: tacit --data-dir NEW db restore FILE.",
        )
    data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tacit-restore-", dir=data_dir) as folder:
        unpacked = Path(folder)
        count = _unpack(source, unpacked)
        _check_database(unpacked / DATABASE, source)
        for blob in unpacked.glob("blobs/??/*"):
            place = data_dir / blob.relative_to(unpacked)
            place.parent.mkdir(parents=True, exist_ok=True)
            blob.replace(place)
        (unpacked / DATABASE).replace(data_dir / DATABASE)
    return count


def _unpack(source: Path, folder: Path) -> int:
    """Our own members only, each blob checked against its name."""
    count = 0
    try:
        with tarfile.open(source, "r:") as tar:
            for member in tar:
                if not member.isfile() or not (member.name == DATABASE or _BLOB.fullmatch(member.name)):
                    raise Unreadable(f"{source} holds {member.name!r}, which no backup of tacit does")
                digest = _copy(tar, member, folder / member.name)
                if member.name != DATABASE:
                    count += 1
                    if digest != member.name.removeprefix("blobs/").replace("/", ""):
                        raise Unreadable(f"{member.name} in {source} is damaged")
    except (tarfile.TarError, OSError) as error:
        raise Unreadable(
            f"{source} cannot be read as a backup: {error}", remedy="Name a file of “tacit db backup”."
        ) from error
    return count


def _copy(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    content = tar.extractfile(member)
    with target.open("wb") as file:
        while content and (block := content.read(_BLOCK)):
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


def _check_database(path: Path, source: Path) -> None:
    if not path.exists():
        raise Unreadable(f"{source} holds no database", remedy="Name a file of “tacit db backup”.")
    connection = sqlite3.connect(path)
    try:
        (state,) = connection.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.DatabaseError as error:
        state = str(error)
    finally:
        connection.close()
    if state != "ok":
        raise Unreadable(f"the database in {source} is damaged: {state}", remedy="Restore an older backup.")
