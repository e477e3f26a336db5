"""One process at a time does the work of a data directory."""

import fcntl
import os
from pathlib import Path

from models.errors import Busy

LOCK_FILE = "executor.lock"


class DirectoryLock:
    """Held from `acquire` until `release`, or until the process ends, however it ends."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / LOCK_FILE
        self._file: int | None = None

    def acquire(self) -> None:
        """Take the lock. Raises Busy at once where another process has it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(file)
            raise Busy(f"another process already works on {self.path.parent}") from error
        os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
        self._file = file

    def release(self) -> None:
        """Give it back; nothing happens where it is not held."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
