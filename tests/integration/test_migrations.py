"""The migrations lead to the tables of the code, once, whoever starts them."""

import multiprocessing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from models.db import Database, open_engine, upgrade
from models.errors import Unavailable
from models.migrations.names import include_name
from models.tables import Base


def test_the_migrated_schema_is_that_of_the_tables(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_tables_of_the_durable_engine_are_left_alone(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("CREATE TABLE workflow_status (id TEXT)"))
    with database.engine.connect() as connection:
        seen = MigrationContext.configure(connection, opts={"include_name": include_name})
        assert compare_metadata(seen, Base.metadata) == []
        unfiltered = MigrationContext.configure(connection)
        assert compare_metadata(unfiltered, Base.metadata) != []


def test_an_upgrade_of_a_current_database_changes_nothing_and_waits_for_nobody(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("CREATE TABLE held (id TEXT)"))
        upgrade(database.url)
    assert database.is_current()


def test_processes_that_upgrade_at_once_all_find_it_done(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'tacit.db'}"
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=upgrade, args=(url,)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 3
    database = Database(url)
    assert database.is_current()
    database.engine.dispose()


def test_a_newer_database_is_refused_in_plain_words(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Unavailable, match="schema 9999") as caught:
        upgrade(database.url)
    assert "newer tacit" in caught.value.remedy


def test_a_file_that_is_no_database_is_refused_in_plain_words(tmp_path: Path) -> None:
    path = tmp_path / "tacit.db"
    path.write_bytes(b"a diary, not a database" * 100)
    with pytest.raises(Unavailable, match="not a database"):
        upgrade(f"sqlite:///{path}")


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="nowhere"):
        upgrade(f"sqlite:///{tmp_path / 'nowhere' / 'tacit.db'}")


def test_a_migration_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'tacit.db'}"
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE cards (in_the_way TEXT)")
    with pytest.raises(Unavailable, match="cards already exists"):
        upgrade(url)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT name FROM sqlite_master").scalars().all() == ["cards"]
    engine.dispose()
