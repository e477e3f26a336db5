"""tacit weights, as a manager calls it; a mirror on this machine stands for the internet."""

import json
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from pipeline import converted, whisper_models
from pipeline.settings import Settings


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Address and directory of a mirror that holds nothing yet."""
    directory = tmp_path / "mirror"
    directory.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(directory)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", directory
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def demo(samples_dir: Path) -> Path:
    return samples_dir / "weights" / "demo-en.pt"


def weights(tmp_path: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["--data-dir", str(tmp_path / "data"), "weights", *map(str, arguments)])


def test_the_list_names_every_model_once_and_says_which_are_here(tmp_path: Path, demo: Path) -> None:
    root = tmp_path / "data" / "weights"
    root.mkdir(parents=True)
    shutil.copy(demo, root / "tiny.pt")
    (root / "base.pt.part").touch()
    small = whisper_models.named_weights("small")
    assert small
    converted.directory_of(root, small.sha256).mkdir()

    listed = json.loads(weights(tmp_path, "list", "--json").stdout)["weights"]
    here = {row["name"]: row["here"] for row in listed}

    assert len({row["file"] for row in listed}) == len(listed) >= 12
    assert [here[name] for name in ("tiny", "base", "small", "large-v3-turbo")] == ["spoilt", "partly", "converted", ""]
    assert all(row["megabytes"] > 70 for row in listed)
    assert "large-v3-turbo" in weights(tmp_path, "list").stdout


def test_what_a_mirror_holds_under_a_false_name_is_refused(
    tmp_path: Path, demo: Path, mirror: tuple[str, Path]
) -> None:
    address, directory = mirror
    shutil.copy(demo, directory / "tiny.pt")

    result = weights(tmp_path, "fetch", "tiny", "--from", address, "--to", tmp_path / "usb")

    assert result.exit_code == 1
    assert "expected SHA-256 65147644a518d12f" in result.stderr
    assert list((tmp_path / "usb").iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["fetch", "gigantic"], "large-v3-turbo"),  # the remedy names what there is
        (["fetch", "tiny", "--from", "ftp://somewhere"], "no address on the web"),
        (["fetch", "tiny", "--from", "http://127.0.0.1:9/"], "could not be fetched"),  # nobody listens
        (["check"], "There are no speech models"),
    ],
)
def test_what_cannot_be_done_is_told_with_a_remedy(arguments: list[str], complaint: str, tmp_path: Path) -> None:
    result = weights(tmp_path, *arguments)

    assert result.exit_code == 1
    assert complaint in result.stderr


def test_carried_files_are_checked(tmp_path: Path, demo: Path) -> None:
    usb = tmp_path / "usb"
    usb.mkdir()
    shutil.copy(demo, usb / "our-own.pt")
    good = weights(tmp_path, "check", usb)
    shutil.copy(demo, usb / "small.pt")
    (usb / "torn.pt").write_bytes(demo.read_bytes()[:100_000])
    (usb / "read-me.txt").touch()

    result = weights(tmp_path, "check", usb, "--json")

    assert good.exit_code == 0
    assert "million parameters" in good.stdout
    assert result.exit_code == 1
    found = {Path(check["what"]).name: check for check in json.loads(result.stdout)["checks"]}
    assert {name: check["well"] for name, check in found.items()} == {
        "our-own.pt": True,
        "small.pt": False,
        "torn.pt": False,
    }
    assert "tacit weights fetch small" in found["small.pt"]["remedy"]


def test_a_converted_model_that_changed_is_told(tmp_path: Path, demo: Path) -> None:
    settings = Settings(whisper_model=str(demo), data_dir=tmp_path / "data")
    directory = converted.made(settings.whisper_dir, whisper_models.weights(settings))
    assert "for faster-whisper" in weights(tmp_path, "check").stdout
    with (directory / "vocabulary.json").open("a") as file:
        file.write(" ")

    result = weights(tmp_path, "check", directory)

    assert result.exit_code == 1
    assert "vocabulary.json changed" in result.stdout
