"""`tacit demo`: five interviews through the whole way with real parts, and a link that opens the drafts."""

import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from sqlalchemy import func, select

from models.db import Database
from models.tables import Base

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]


@contextmanager
def demo(data_dir: Path) -> Iterator[list[str]]:
    """What a demo printed up to its link; it serves meanwhile, and is ended as Ctrl-C does it."""
    command = [sys.executable, "-m", "api.cli", "--data-dir", str(data_dir), "demo", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        printed = []
        for line in process.stdout:
            printed.append(line.rstrip())
            if "/sign-in/" in line:
                break
        try:
            yield printed
        finally:
            process.send_signal(signal.SIGINT)
            rest = process.stdout.read()
    assert rest == "", "the link is the last line"
    assert process.returncode == 0


def opened(link: str) -> tuple[str, str]:
    """Address and text of the page that a browser sees behind the link."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    with browser.open(link) as answer:
        return answer.url, answer.read().decode()


def contents(data_dir: Path) -> dict[str, int]:
    """How many rows every table has, but for sessions and links."""
    database = Database(f"sqlite:///{data_dir / 'tacit.db'}")
    with database.reading() as session:
        tables = [table for table in Base.metadata.sorted_tables if table.name != "tokens"]
        counts = {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}
    database.engine.dispose()
    return counts


def test_the_demo_shows_drafts_and_a_second_one_does_nothing_twice(tmp_path: Path) -> None:
    with demo(tmp_path / "data") as printed:
        assert re.match(r"5 interviews, \d+ drafts", printed[0])
        assert sum("ready" in line for line in printed) == 5
        address, page = opened(printed[-1])
        assert address.endswith("/queue")
        assert page.count('<li>\n    <a href="/cards/') >= 5
    first = contents(tmp_path / "data")
    assert first["cards"] >= 20
    assert first["card_links"] >= 1, "two people on the same craft are brought together"

    began = time.monotonic()
    with demo(tmp_path / "data") as printed:
        assert time.monotonic() - began < 60
        assert opened(printed[-1])[0].endswith("/queue")
    assert contents(tmp_path / "data") == first
