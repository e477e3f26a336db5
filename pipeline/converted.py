"""Converted models on disk: made once of openai-whisper's weights, whole or not there at all."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.errors import MissingModel
from pipeline import conversion
from pipeline.whisper_models import BROKEN, Weights, first_line, sha256_of, unusable

MODEL = "model.bin"
NEEDED = ("config.json", MODEL, "tokenizer.json")  # by faster-whisper; another vocabulary may lie beside
MANIFEST = "tacit.json"  # the SHA-256 of every file
_WORKPLACE = ".converting"
_LOCK = ".converting.lock"


def directory_of(root: Path, sha256: str) -> Path:
    """Where the converted form of the weights with this SHA-256 lies, once it is made."""
    return root / f"ctranslate2-{conversion.VERSION}-{sha256}"


def is_model(path: Path) -> bool:
    """Whether a CTranslate2 model lies there."""
    return (path / MODEL).is_file()


def problem_of(directory: Path) -> str | None:
    """What is wrong with a CTranslate2 model; None for nothing. Reads all of one that tacit has made."""
    absent = [name for name in NEEDED if not (directory / name).is_file()]
    if absent:
        return f"{', '.join(absent)} missing"
    if not (directory / MANIFEST).is_file():
        return None
    wanted: dict[str, str] = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
    spoilt = [name for name, sha256 in wanted.items() if not _holds(directory / name, sha256)]
    return f"{', '.join(spoilt)} changed" if spoilt else None


def made(root: Path, weights: Weights) -> Path:
    """The converted form of the weights, in `root`; converted now where it is not there yet.

    A second process that wants the same waits for the first. What a killed one left behind is thrown away. Raises
    MissingModel where the weights are no Whisper model, or `root` takes no files.
    """
    target = directory_of(root, weights.sha256)
    try:
        root.mkdir(parents=True, exist_ok=True)
        with _alone(root):
            if not target.is_dir():
                _convert(weights, root / _WORKPLACE).rename(target)
    except OSError as problem:
        raise MissingModel(
            f"{weights.path} could not be converted for faster-whisper: {first_line(problem)}",
            remedy=f"{root} must take files, with some more room than {weights.path.name} needs. "
            "Or set TACIT_SPEECH_ENGINE=openai-whisper.",
        ) from problem
    return target


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    with (root / _LOCK).open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _convert(weights: Weights, workplace: Path) -> Path:
    """The workplace, with a model in it that a crash of the machine cannot take any more."""
    shutil.rmtree(workplace, ignore_errors=True)
    workplace.mkdir()
    try:
        conversion.convert(weights.path, workplace, heads=weights.named.heads if weights.named else None)
    except BROKEN as problem:
        shutil.rmtree(workplace, ignore_errors=True)
        if isinstance(problem, OSError):
            raise
        raise unusable(weights.path, problem) from problem
    files = {path.name: sha256_of(path) for path in sorted(workplace.iterdir())}
    (workplace / MANIFEST).write_text(json.dumps(files, indent=1), encoding="utf-8")
    for path in workplace.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    return workplace


def _holds(path: Path, sha256: str) -> bool:
    return path.is_file() and sha256_of(path) == sha256
