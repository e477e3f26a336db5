"""Transactions on one SQLite file: nothing is lost, readers wait for nobody, and readers cannot write."""

import multiprocessing
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from models.db import Database, open_dbos_engine
from models.tables import Collection

WRITERS, TIMES = 4, 50


def count_up(url: str, times: int) -> None:
    """Read a number, add one, write it back."""
    database = Database(url)
    for _ in range(times):
        with database.writing() as session:
            seen = session.scalar(text("SELECT value FROM counter")) or 0
            session.execute(text("UPDATE counter SET value = :value"), {"value": seen + 1})
    database.engine.dispose()


def start_counting(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("CREATE TABLE counter (value INTEGER)"))
        session.execute(text("INSERT INTO counter VALUES (0)"))


def counted(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(text("SELECT value FROM counter")) or 0


def test_processes_that_read_and_write_at_once_lose_nothing(database: Database) -> None:
    start_counting(database)
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=count_up, args=(database.url, TIMES)) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    assert counted(database) == WRITERS * TIMES


def test_threads_that_read_and_write_at_once_lose_nothing(database: Database) -> None:
    start_counting(database)
    threads = [threading.Thread(target=count_up, args=(database.url, TIMES)) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert counted(database) == WRITERS * TIMES


def write_and_fail(database: Database) -> None:
    with database.writing() as session:
        session.add(Collection(id="c1", name="Bakery"))
        session.flush()
        raise ZeroDivisionError


def test_an_error_leaves_nothing_written(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        write_and_fail(database)
    with database.reading() as session:
        assert session.get(Collection, "c1") is None


def test_a_reader_sees_one_snapshot_while_somebody_writes(database: Database) -> None:
    with database.reading() as reader:
        assert reader.get(Collection, "c1") is None
        with database.writing() as writer:
            writer.add(Collection(id="c1", name="Bakery"))
        assert reader.get(Collection, "c1") is None
    with database.reading() as reader:
        assert reader.get(Collection, "c1") is not None


def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    with database.writing() as writer:
        writer.add(Collection(id="c1", name="Bakery"))
        writer.flush()
        with database.reading() as reader:
            assert reader.get(Collection, "c1") is None


def test_a_reader_cannot_write(database: Database) -> None:
    with database.reading() as session:
        session.add(Collection(name="Bakery"))
        with pytest.raises(OperationalError, match="readonly"):
            session.flush()
    with database.writing() as session:  # on the same connection
        session.add(Collection(name="Bakery"))


def test_references_are_checked(database: Database) -> None:
    with pytest.raises(IntegrityError), database.writing() as session:
        session.execute(text("INSERT INTO card_sources VALUES ('none', 'none', 'supports')"))


def test_both_engines_keep_a_write_ahead_log_and_wait_for_each_other(database: Database) -> None:
    engine = open_dbos_engine(database.url)
    for each in (engine, database.engine):
        with each.connect() as connection:
            settings = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
            }
        assert settings == {"journal_mode": "wal", "synchronous": 1, "busy_timeout": 30_000, "foreign_keys": 1}
    engine.dispose()


def test_rows_can_be_read_after_their_transaction(database: Database) -> None:
    with database.writing() as session:
        row = Collection(name="Bakery")
        session.add(row)
    assert row.name == "Bakery"


def test_deleted_words_leave_the_file(database: Database, tmp_path: Path) -> None:
    secret = "the-secret-of-the-crust"
    with database.writing() as session:
        session.add(Collection(id="c1", name=secret))
    with database.writing() as session:
        session.delete(session.get_one(Collection, "c1"))
    assert any(secret.encode() in path.read_bytes() for path in tmp_path.glob("tacit.db*"))
    database.checkpoint()
    assert not any(secret.encode() in path.read_bytes() for path in tmp_path.glob("tacit.db*"))
