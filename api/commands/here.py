"""What every command knows: the settings, and the doors to what is kept."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from api.showing import remaining
from models.access import Caller, Role
from models.blobs import Blobs
from models.db import Database, upgrade
from models.documents import to_json
from models.values import Seconds
from pipeline.settings import Settings

OPERATOR = Caller(id="command-line", name="command line", role=Role.ADMIN)
READER = replace(OPERATOR, role=Role.READER)  # for what leaves the house


@dataclass
class Here:
    """One run of `tacit`."""

    settings: Settings
    debug: bool = False

    @cached_property
    def database(self) -> Database:
        """The migrated database; a fresh data directory is made."""
        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        upgrade(self.settings.database_url)
        return Database(self.settings.database_url)

    @cached_property
    def blobs(self) -> Blobs:
        return Blobs(self.settings.blob_dir)


pass_here = click.make_pass_decorator(Here)


def say(text: str) -> None:
    """A line for a person, beside what a program may read from stdout."""
    click.echo(text, err=True)


def put(document: Any) -> None:
    """One JSON object on one line of stdout."""
    click.echo(to_json(document))


class Told(Protocol):
    """Is told the finished share of some work, 0..1; what is being done, and the seconds left, where that is known."""

    def __call__(self, fraction: float, what: str = "", left_s: Seconds | None = None) -> None: ...


@contextmanager
def progress(what: str) -> Iterator[Told]:
    """A progress bar on a terminal's stderr; silence when piped.

    Where nobody says how long it will take, the bar says it from the share that is done.
    """
    console = Console(stderr=True)
    if not sys.stderr.isatty():
        yield lambda fraction, what="", left_s=None: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[left]}"),
    )
    begun = time.monotonic()
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=1.0, left="")

        def told(fraction: float, what: str = "", left_s: Seconds | None = None) -> None:
            if left_s is None and 0 < fraction < 1:
                left_s = (time.monotonic() - begun) * (1 - fraction) / fraction
            left = "" if left_s is None else remaining(left_s)
            bar.update(task, completed=fraction, left=left, description=what or None)

        yield told
