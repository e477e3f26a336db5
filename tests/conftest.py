"""Fixtures that several parts need: real models, loaded once, and a fresh database."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from models.db import Database
    from pipeline.embed import SentenceEmbedder

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def samples_dir() -> Path:
    return ROOT / "data" / "samples"


@pytest.fixture(scope="session")
def language() -> Any:
    """The shipped spaCy pipeline."""
    from pipeline.text import load_language

    return load_language("auto")


@pytest.fixture(scope="session")
def embedder() -> "SentenceEmbedder":
    from pipeline.embed import load_embedder

    return load_embedder("all-MiniLM-L6-v2", threads=2)


@pytest.fixture
def database(tmp_path: Path) -> "Iterator[Database]":
    """A fresh SQLite database with every table."""
    from models.db import Database, upgrade

    url = f"sqlite:///{tmp_path / 'tacit.db'}"
    upgrade(url)
    database = Database(url)
    yield database
    database.engine.dispose()
