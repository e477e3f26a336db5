"""The shipped sample interviews."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import pipeline
from models.errors import Unavailable

MANIFEST = "samples.toml"


@dataclass(frozen=True, slots=True)
class Sample:
    """One interview of the demo."""

    title: str
    file: Path
    transcript: Path | None
    experts: tuple[str, ...]
    language: str


def samples_dir() -> Path:
    """Where the samples lie: in the installed package, or in the checkout. Raises Unavailable without either."""
    package = Path(pipeline.__file__).parent
    for folder in (package / "resources" / "samples", package.parent / "data" / "samples"):
        if (folder / MANIFEST).exists():
            return folder
    raise Unavailable(
        "the sample interviews are not installed", remedy="Install tacit's wheel, or run it from a checkout."
    )


def read_samples(folder: Path) -> list[Sample]:
    """The samples that the manifest names, in its order."""
    manifest = tomllib.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return [
        Sample(
            title=each["title"],
            file=folder / each["file"],
            transcript=folder / each["transcript"] if "transcript" in each else None,
            experts=tuple(each["experts"]),
            language=each.get("language", "en"),
        )
        for each in manifest["samples"]
    ]
