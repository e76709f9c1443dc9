"""The store on SQLite: one writer thread that shares commits, and readers beside it."""

import asyncio
import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

import sqlalchemy as sa

from core.errors import ConfigError, StorageDown, StorageError, StorageFull
from core.ports import Clock, Unit
from db.migrate import is_current, migrate
from db.work import DatabaseWork

R = TypeVar("R")

_MOST_TOGETHER = 32
"""Units that share a commit at most: what waits longest waits for these."""
_BUSY_SECONDS = 30
"""How long to wait for another process that writes, such as a restore."""


@dataclass(slots=True, eq=False)
class _Job:
    unit: Unit[Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


class SqliteStore:
    """See `core.ports.Store`. Made by `open_sqlite`."""

    def __init__(
        self, writing: sa.Engine, reading: sa.Engine, clock: Clock, *, readers: int
    ) -> None:
        self._clock = clock
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._writing = writing
        self._reading = reading
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix="sqlite-reader")
        self._writer = threading.Thread(target=self._write, name="sqlite-writer", daemon=True)
        self._closed = False
        self._writer.start()

    async def run(self, unit: Unit[R]) -> R:
        if self._closed:
            raise StorageDown("the store is closed")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()
        self._jobs.put(_Job(unit, loop, future))
        return await future

    async def read(self, unit: Unit[R]) -> R:
        if self._closed:
            raise StorageDown("the store is closed")
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, unit)

    async def close(self) -> None:
        """Finish what was asked for, then close the file."""
        if self._closed:
            return
        self._closed = True
        self._jobs.put(None)
        await asyncio.to_thread(self._writer.join)
        await asyncio.to_thread(self._readers.shutdown)
        self._reading.dispose()
        self._writing.dispose()

    def _read(self, unit: Unit[R]) -> R:
        try:
            with self._reading.connect() as connection, connection.begin():
                return unit(DatabaseWork(connection, self._clock.now()))
        except sa.exc.DBAPIError as error:
            raise _storage_error(error) from error

    def _write(self) -> None:
        with self._writing.connect() as connection:
            going = True
            while going:
                jobs, going = self._next_jobs()
                if len(jobs) == 1 or not self._together(connection, jobs):
                    for job in jobs:
                        self._alone(connection, job)
                _deliver(jobs)

    def _next_jobs(self) -> tuple[list[_Job], bool]:
        """Wait for a job, and take those with it that wait by then; False: it was the last."""
        jobs: list[_Job] = []
        job = self._jobs.get()
        while job is not None:
            if not job.future.cancelled():
                jobs.append(job)
            if len(jobs) >= _MOST_TOGETHER:
                return jobs, True
            try:
                job = self._jobs.get_nowait()
            except Empty:
                return jobs, True
        return jobs, False

    def _alone(self, connection: sa.Connection, job: _Job) -> None:
        job.result, job.error = None, None
        try:
            with connection.begin():
                job.result = job.unit(DatabaseWork(connection, self._clock.now()))
        except sa.exc.DBAPIError as error:
            job.error = _storage_error(error)
        except BaseException as error:
            job.error = error

    def _together(self, connection: sa.Connection, jobs: list[_Job]) -> bool:
        """Run all in one transaction, each undone alone when it fails.

        False when nothing of it is stored: then each is to have a transaction of its own.
        """
        try:
            with connection.begin():
                for job in jobs:
                    self._within(connection, job)
        except Exception:
            return False
        return True

    def _within(self, connection: sa.Connection, job: _Job) -> None:
        # The driver's own: SQLAlchemy would spend more on each than SQLite does.
        execute = _driver(connection).execute
        execute("SAVEPOINT unit")
        try:
            job.result = job.unit(DatabaseWork(connection, self._clock.now()))
        except BaseException as error:
            # Raises when SQLite has rolled everything back, as it does when the disk is full.
            execute("ROLLBACK TO unit")
            job.error = _storage_error(error) if isinstance(error, sa.exc.DBAPIError) else error
        execute("RELEASE unit")


def _driver(connection: sa.Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


async def open_sqlite(path: Path, clock: Clock, *, readers: int = 4) -> SqliteStore:
    """Open or create the database file, at this code's schema.

    Raises `ConfigError` naming PIXIE_DATA. A file that is no database is not touched.
    """
    writing = _engine(path, begin="BEGIN IMMEDIATE", pool_size=1)
    reading = _engine(path, begin="BEGIN", pool_size=readers, query_only=True)
    try:
        await asyncio.to_thread(_prepare, path, writing, reading)
    except BaseException as error:
        reading.dispose()
        writing.dispose()
        if isinstance(error, sa.exc.DBAPIError):
            raise config_error(path, error) from error
        raise
    return SqliteStore(writing, reading, clock, readers=readers)


def _prepare(path: Path, writing: sa.Engine, reading: sa.Engine) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            "PIXIE_DATA", f"The folder {path.parent} cannot be made: {error.strerror}."
        ) from error
    with writing.connect() as writer, reading.connect() as reader:
        if not is_current(reader):
            # Looking has begun a transaction, which would keep the file from being changed.
            reader.rollback()
            with writer.begin():
                migrate(writer, "PIXIE_DATA")


def _engine(path: Path, *, begin: str, pool_size: int, query_only: bool = False) -> sa.Engine:
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)),
        pool_size=pool_size,
        max_overflow=0,
        query_cache_size=1000,
        # An error is logged, and what people wrote is not to be in it.
        hide_parameters=True,
        connect_args={"timeout": _BUSY_SECONDS, "isolation_level": None},
    )

    def connected(connection: sqlite3.Connection, _record: object) -> None:
        _write_ahead(connection)
        # FULL: what a platform was told is safe survives a power cut.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA query_only = {int(query_only)}")

    def begun(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    sa.event.listen(engine, "connect", connected)
    sa.event.listen(engine, "begin", begun)
    return engine


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Turn the file's write-ahead log on.

    SQLite answers "locked" at once, without its time-out, when others open a new file too.
    """
    ends = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > ends:
                raise
            time.sleep(0.01)
        else:
            return


def _deliver(jobs: list[_Job]) -> None:
    for loop in {job.loop for job in jobs}:
        mine = [job for job in jobs if job.loop is loop]
        # A closed loop has nobody left who waits.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_settle, mine)


def _settle(jobs: list[_Job]) -> None:
    for job in jobs:
        if job.future.done():
            continue
        if job.error is None:
            job.future.set_result(job.result)
        else:
            job.future.set_exception(job.error)


def _code(error: sa.exc.DBAPIError) -> int:
    """SQLite's primary result code; see sqlite.org/rescode.html."""
    return int(getattr(error.orig, "sqlite_errorcode", 0)) & 0xFF


_FAILURES: dict[int, Callable[[str], StorageError]] = {
    sqlite3.SQLITE_FULL: lambda _reason: StorageFull(
        "There is no room left on the disk where PIXIE_DATA is: free some"
    ),
    sqlite3.SQLITE_IOERR: StorageError,
    sqlite3.SQLITE_READONLY: StorageError,
    sqlite3.SQLITE_CANTOPEN: StorageDown,
    sqlite3.SQLITE_BUSY: StorageDown,
    sqlite3.SQLITE_CORRUPT: StorageError,
    sqlite3.SQLITE_NOTADB: StorageError,
}


def _storage_error(error: sa.exc.DBAPIError) -> Exception:
    """What failed, where it is the storage; everything else stays as it is."""
    failure = _FAILURES.get(_code(error))
    return error if failure is None else failure(str(error.orig))


def config_error(path: Path, error: sa.exc.DBAPIError) -> Exception:
    """How to mend what keeps us from opening the file."""
    match _code(error):
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            mend = (
                f"The file {path} is damaged or no database. It was left as it is: keep a copy, "
                "then restore a backup in its place, or move it away to begin anew."
            )
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            mend = f"The file {path} cannot be opened for writing: make it and its folder writable."
        case sqlite3.SQLITE_FULL | sqlite3.SQLITE_IOERR:
            mend = f"The disk of {path} is full or failing: free some room. ({error.orig})"
        case sqlite3.SQLITE_BUSY:
            mend = f"Another program holds {path}: stop it."
        case _:
            return error
    return ConfigError("PIXIE_DATA", mend)
