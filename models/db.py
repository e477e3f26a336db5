"""The database file: its engines, its transactions, and its schema's history."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from models.errors import Unavailable

MIGRATIONS = Path(__file__).with_name("migrations")
BUSY_MS = 30_000


def _on_connect(engine: Engine, isolation_level: str | None) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        connection.isolation_level = isolation_level
        connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA secure_delete=ON")  # what consent took back does not stay in free pages


def open_engine(url: str) -> Engine:
    """Our engine on a SQLite file: every transaction takes the write lock at once, unless it is `readonly`.

    pysqlite's own transactions lose updates here: they begin only at the first write, after what was read is stale.
    With the execution option `readonly`, a transaction sees one snapshot, waits for nobody, and cannot write.
    """
    engine = create_engine(url, pool_size=10, max_overflow=30)
    _on_connect(engine, None)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        readonly = bool(connection.get_execution_options().get("readonly"))
        connection.exec_driver_sql(f"PRAGMA query_only={int(readonly)}")
        connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")

    return engine


def open_dbos_engine(url: str) -> Engine:
    """The durable engine's own engine on the same file: it wants pysqlite's IMMEDIATE transactions and refuses ours."""
    engine = create_engine(url, pool_size=10, max_overflow=30)
    _on_connect(engine, "IMMEDIATE")
    return engine


class Database:
    """Transactions on one migrated database."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = open_engine(url)
        self._readonly = self.engine.execution_options(readonly=True)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction that may write: committed at the end, rolled back by any error. Writers queue."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One snapshot to read from; it waits for no writer."""
        with Session(self._readonly, expire_on_commit=False) as session:
            yield session

    def checkpoint(self) -> None:
        """Empty the write-ahead log into the file, where deleted rows are overwritten: call it after an erasure.

        A reader that is at work keeps its part of the log; a later call empties that too.
        """
        with self.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def is_current(self) -> bool:
        """Whether the database has this code's schema. Raises SQLAlchemyError where it cannot be reached."""
        with self._readonly.connect() as connection:
            return _is_current(connection)


def migrations() -> Config:
    """Alembic's configuration: our migrations, wherever the package is installed."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(url: str) -> None:
    """Bring the database to this code's schema; a missing file is made.

    Several processes may call this at once: the first migrates, the others wait. Raises Unavailable where the file
    cannot be opened, is no database, or was written by a newer tacit.
    """
    engine = open_engine(url)
    try:
        with engine.execution_options(readonly=True).connect() as looking:
            if _is_current(looking):
                return
        with engine.begin() as connection:
            if not _is_current(connection):
                config = migrations()
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
    except DatabaseError as error:
        raise Unavailable(
            f"the database at {engine.url.database} cannot be used: {error.orig}",
            remedy="Check that its directory exists, can be written to and has room, and that the file is tacit's.",
        ) from error
    finally:
        engine.dispose()


def _is_current(connection: Connection) -> bool:
    """Whether nothing is to be done. Raises Unavailable when the database is newer than the code."""
    scripts = ScriptDirectory.from_config(migrations())
    found = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in scripts.walk_revisions()}
    if found is not None and found not in known:
        raise Unavailable(
            f"the database stands at schema {found}, and this tacit knows schemas up to {scripts.get_current_head()}",
            remedy="Run the newer tacit that wrote it, or restore a backup made with this one.",
        )
    return found == scripts.get_current_head()
