"""The connection to the database: transactions in order, off the event loop. Knows SQL's transactions and no table.

On SQLite one thread writes. Whatever waits when it turns to its queue shares one commit, because there the disk's sync is what
costs; each write still stands alone behind a savepoint, so that one that raises undoes itself and nothing else. A write is
answered only after the commit. A few threads read beside it: the write-ahead log lets them.
On PostgreSQL every call is a transaction of its own on a pooled connection.
"""

from __future__ import annotations

import asyncio
import os
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import SQLAlchemyError

from rapporteur.domain.errors import RapporteurError
from rapporteur.storage import migrating

T = TypeVar("T")

READERS = 4
_GROUP = 128
"""Most writes that share one commit: an upper bound on how long the first of them waits."""
_LOG_PATIENCE_S = 5.0
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    # FULL syncs the log at every commit: what was acknowledged survives a power cut.
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=10000",
    # What is deleted is overwritten, not only unlinked: the file is no place to look for it.
    "PRAGMA secure_delete=ON",
)


class Database:
    """`url` names an SQLite file (`sqlite:///PATH`), which is made, or a PostgreSQL database. `start` comes before any use."""

    def __init__(self, url: str, *, migrations: Path = migrating.MIGRATIONS) -> None:
        self._migrations = migrations
        self._url = make_url(url)
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="database-read")
        if self.is_sqlite:
            self._path: Path | None = Path(self._url.database or "")
            _private_file(self._path)
            self._engine = _sqlite(self._url, "BEGIN")
            self._writer: _Writer | None = _Writer(_sqlite(self._url, "BEGIN IMMEDIATE"))
        else:
            self._path = None
            self._engine = create_engine(_with_driver(self._url), pool_size=READERS, pool_pre_ping=True)
            self._writer = None

    async def start(self) -> None:
        """Make sure that the tables are this program's: SQLite is migrated, PostgreSQL must have been."""
        if self.is_sqlite:
            await asyncio.to_thread(self.migrate)
        elif await asyncio.to_thread(self.pending_migrations):
            raise RapporteurError("The database's tables are older than this program: run `rapporteur migrate` first.")

    def migrate(self) -> Path | None:
        """Bring the tables to this program's revision; answer where the copy of the SQLite file was put, if one was made."""
        return migrating.migrate(self._engine, self._path, self._migrations)

    def pending_migrations(self) -> bool:
        return migrating.behind(self._engine, self._migrations)

    async def read(self, fn: Callable[[Connection], T]) -> T:
        """Run `fn` in a transaction that sees one state of the database."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._transaction, fn)

    async def write(self, fn: Callable[[Connection], T]) -> T:
        """Run `fn` in a transaction; returns its result once that is committed and synced, or raises with nothing done."""
        if self._writer is None:
            return await asyncio.get_running_loop().run_in_executor(self._readers, self._transaction, fn)
        return await self._writer.submit(fn)

    def _transaction(self, fn: Callable[[Connection], T]) -> T:
        with self._engine.begin() as connection:
            return fn(connection)

    async def scrub(self) -> None:
        """Carry the write-ahead log over and empty it: pages from before a deletion may stand in it.

        Waits shortly for readers; what they hold back is carried over by a later call. PostgreSQL has its own vacuum.
        """
        if self._path is not None:
            await asyncio.to_thread(_empty_log, self._path)

    async def close(self) -> None:
        """Finish what is queued, then close every connection. May be called twice."""
        if self._writer is not None:
            await asyncio.to_thread(self._writer.close)
        await asyncio.to_thread(self._readers.shutdown)
        self._engine.dispose()


@dataclass(slots=True)
class _Write:
    fn: Callable[[Connection], Any]
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None

    def settle(self) -> None:
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class _Writer:
    """One thread, one connection, one queue."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue: queue.SimpleQueue[_Write | None] = queue.SimpleQueue()
        self._closed = False
        self._thread: threading.Thread | None = None

    def submit(self, fn: Callable[[Connection], Any]) -> asyncio.Future[Any]:
        if self._closed:
            raise RapporteurError("The database is closed.")
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="database-write", daemon=True)
            self._thread.start()
        write = _Write(fn, asyncio.get_running_loop().create_future())
        self._queue.put(write)
        return write.future

    def close(self) -> None:
        self._closed = True
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
        self._engine.dispose()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            group, last = [first], False
            while len(group) < _GROUP and not self._queue.empty():
                following = self._queue.get()
                if following is None:
                    last = True
                    break
                group.append(following)
            self._commit(group)
            if last:
                return

    def _commit(self, group: list[_Write]) -> None:
        try:
            with self._engine.begin() as connection:
                for write in group:
                    _apart(connection, write)
        except SQLAlchemyError as error:
            for write in group:
                write.error = write.error or error
        for write in group:
            loop = write.future.get_loop()
            if not loop.is_closed():
                loop.call_soon_threadsafe(write.settle)


def _apart(connection: Connection, write: _Write) -> None:
    """Run one write of a group so that its failure is its own."""
    if write.future.cancelled():
        return
    try:
        with connection.begin_nested():
            write.result = write.fn(connection)
    except Exception as error:  # noqa: BLE001 — the root of a caller's transaction: whatever it raised is raised there
        write.error = error


def _sqlite(url: URL, begin: str) -> Engine:
    engine = create_engine(url, connect_args={"check_same_thread": False}, pool_size=READERS, max_overflow=0)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # The driver's own transaction keeping begins late and knows no savepoints: it is switched off, we say BEGIN.
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _empty_log(path: Path) -> None:
    with closing(sqlite3.connect(path, timeout=_LOG_PATIENCE_S)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _with_driver(url: URL) -> URL:
    return url if "+" in url.drivername else url.set(drivername="postgresql+psycopg")


def _private_file(path: Path) -> None:
    """The file holds recordings' names and sealed secrets: nobody else's to read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
