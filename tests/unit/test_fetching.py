"""Weights come over HTTP: whole, or not at all."""

import hashlib
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from models.errors import Busy, MissingModel
from pipeline.fetching import alone, fetch

CONTENT = bytes(range(256)) * 20_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Shelf(BaseHTTPRequestHandler):
    """Serves CONTENT: /whole without ranges, /ranges with them, /broken breaks off in the middle."""

    def do_GET(self) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        start = int(asked[1]) if asked and self.path == "/ranges" else 0
        if self.path == "/missing":
            self.send_error(404)
            return
        if start >= len(CONTENT):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(CONTENT) - start))
        self.end_headers()
        self.wfile.write(CONTENT[start : 2_000_000 if self.path == "/broken" else None])

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def shelf() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shelf)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_file_comes_whole_and_tells_how_far_it_is(shelf: str, tmp_path: Path) -> None:
    told: list[float] = []

    fetch(f"{shelf}/whole", tmp_path / "weights" / "a.pt", SHA256, progress=told.append)

    assert (tmp_path / "weights" / "a.pt").read_bytes() == CONTENT
    assert [path.name for path in (tmp_path / "weights").iterdir()] == ["a.pt"]
    assert told == sorted(told)
    assert told[-1] == 1


def test_other_content_is_thrown_away(shelf: str, tmp_path: Path) -> None:
    with pytest.raises(MissingModel, match="expected SHA-256 0000"):
        fetch(f"{shelf}/whole", tmp_path / "a.pt", "0" * 64)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", ["/ranges", "/whole"])
def test_a_broken_download_is_gone_on_with(path: str, shelf: str, tmp_path: Path) -> None:
    with pytest.raises(MissingModel, match="ended after 2000000 of 5120000 bytes"):
        fetch(f"{shelf}/broken", tmp_path / "a.pt", SHA256)
    assert not (tmp_path / "a.pt").exists()
    assert (tmp_path / "a.pt.part").stat().st_size == 2_000_000
    told: list[float] = []

    fetch(f"{shelf}{path}", tmp_path / "a.pt", SHA256, progress=told.append)

    assert (tmp_path / "a.pt").read_bytes() == CONTENT
    assert (told[0] > 0.4) == (path == "/ranges")


def test_what_came_whole_before_a_crash_is_not_fetched_again(shelf: str, tmp_path: Path) -> None:
    (tmp_path / "a.pt.part").write_bytes(CONTENT)

    fetch(f"{shelf}/ranges", tmp_path / "a.pt", SHA256)

    assert (tmp_path / "a.pt").read_bytes() == CONTENT


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/a.pt",  # nobody listens
        "SHELF/missing",
        "nonsense",
    ],
)
def test_what_does_not_come_is_told(url: str, shelf: str, tmp_path: Path) -> None:
    with pytest.raises(MissingModel, match="could not be fetched") as caught:
        fetch(url.replace("SHELF", shelf), tmp_path / "a.pt", SHA256)

    assert "internet" in caught.value.remedy
    assert not (tmp_path / "a.pt").exists()


def test_two_do_not_write_into_the_same_file(shelf: str, tmp_path: Path) -> None:
    with alone(tmp_path / "a.pt.part"), pytest.raises(Busy):
        fetch(f"{shelf}/whole", tmp_path / "a.pt", SHA256)
