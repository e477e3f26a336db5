"""Fixtures that several parts need: real models, loaded once, and a fresh database."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from rest_house import House

    from models.db import Database
    from pipeline.embed import SentenceEmbedder

ROOT = Path(__file__).parents[1]

settings.register_profile("steady", derandomize=True, deadline=None)  # the same examples for everybody
settings.register_profile("curious", deadline=None)  # others each time: pytest --hypothesis-profile=curious
settings.load_profile("steady")


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


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with every table and nothing in it, to be copied."""
    from models.db import upgrade

    path = tmp_path_factory.mktemp("migrated") / "tacit.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def database(tmp_path: Path, migrated: Path) -> "Iterator[Database]":
    """A fresh SQLite database with every table."""
    from models.db import Database

    database = Database(f"sqlite:///{shutil.copy(migrated, tmp_path / 'tacit.db')}")
    yield database
    database.engine.dispose()


@pytest.fixture
def house(database: "Database", tmp_path: Path) -> "House":
    """An installation with keys, to be asked over HTTP; its jobs are written down and wait."""
    from rest_house import House

    return House.build(database, tmp_path)
