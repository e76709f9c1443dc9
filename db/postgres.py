"""The store on PostgreSQL: a unit is one hop to a pooled connection."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from random import random
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from core.errors import ConfigError, StorageDown, StorageError, StorageFull
from core.ports import Clock, Unit
from db.migrate import is_current, migrate
from db.work import DatabaseWork

R = TypeVar("R")

_SETTING = "PIXIE_DATABASE_URL"
_TRIES = 6
_APART = 0.05
"""Seconds at most before a unit that met another is run again."""
_MEASURE_EVERY = 300.0
"""Seconds between two looks at the database's clock."""

_SERIALIZATION, _DEADLOCK, _UNIQUE = "40001", "40P01", "23505"
# A unique violation is a race too: two replicas met the same person at once.
_AGAIN = {_SERIALIZATION, _DEADLOCK, _UNIQUE}
_FULL = {"53100", "53400"}
_DOWN = {"53300", "57P01", "57P02", "57P03"}


class PostgresStore:
    """See `core.ports.Store`. Made by `open_postgres`."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._reading = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self._clock = clock
        self._offset = timedelta()
        self._measured = -_MEASURE_EVERY
        self._closed = False
        self._again = asyncio.Lock()

    async def run(self, unit: Unit[R]) -> R:
        return await self._unit(self._engine, unit)

    async def read(self, unit: Unit[R]) -> R:
        return await self._unit(self._reading, unit)

    async def close(self) -> None:
        self._closed = True
        await self._engine.dispose()

    async def _unit(self, engine: AsyncEngine, unit: Unit[R]) -> R:
        if self._closed:
            raise StorageDown("the store is closed")
        committing = False

        def whole(connection: sa.Connection) -> R:
            nonlocal committing
            committing = False
            with connection.begin() as transaction:
                result = unit(DatabaseWork(connection, self._now()))
                committing = True
                transaction.commit()
            return result

        again: AbstractAsyncContextManager[Any] = nullcontext()
        for left in reversed(range(_TRIES)):
            try:
                async with again, engine.connect() as connection:
                    if time.monotonic() - self._measured >= _MEASURE_EVERY:
                        await self._measure(connection)
                    return await connection.run_sync(whole)
            except sa.exc.DBAPIError as error:
                lost = error.connection_invalidated and not committing
                if not left or not (lost or _again(error)):
                    raise _storage_error(error) from error
                # Those that met run one by one here, and out of step with other processes.
                again = self._again
                await asyncio.sleep(random() * _APART)  # noqa: S311
            except (OSError, sa.exc.TimeoutError) as error:
                raise StorageDown(f"the database cannot be reached: {error}") from error
        raise AssertionError("the last try returns or raises")

    def _now(self) -> datetime:
        return self._clock.now() + self._offset

    async def _measure(self, connection: AsyncConnection) -> None:
        """Learn how far the database's clock is from this machine's.

        Claims compare times that several replicas wrote: the database's clock is the common one.
        """
        self._measured = time.monotonic()
        best = timedelta.max
        for _ in range(3):
            before = time.time()
            theirs: datetime = (await connection.execute(_CLOCK)).scalar_one()
            after = time.time()
            doubt = timedelta(seconds=(after - before) / 2)
            offset = theirs - datetime.fromtimestamp(before, UTC) - doubt
            if doubt < best:
                best = doubt
                # Less than the way there and back cannot be told from none.
                self._offset = offset if abs(offset) > doubt else timedelta()
        await connection.rollback()


_CLOCK = sa.select(sa.func.clock_timestamp())


async def open_postgres(url: sa.URL, clock: Clock, *, pool: int) -> PostgresStore:
    """Connect, and bring the database to this code's schema.

    Raises `ConfigError` naming PIXIE_DATABASE_URL.
    """
    engine = make_engine(url, pool)
    try:
        await reaching(url, lambda: _prepare(engine))
    except BaseException:
        await engine.dispose()
        raise
    return PostgresStore(engine, clock)


async def _prepare(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        current = await connection.run_sync(is_current)
    if not current:
        async with engine.begin() as connection:
            await connection.run_sync(migrate, _SETTING)


async def reaching(url: sa.URL, connect: Callable[[], Awaitable[None]]) -> None:
    """Connect, or raise `ConfigError` that says how to mend what keeps us from it."""
    where = f"{url.host or 'localhost'}:{url.port or 5432}"
    try:
        await connect()
    except sa.exc.DBAPIError as error:
        match _state(error):
            case "28P01" | "28000":
                mend = f"The database at {where} refuses the user or the password: correct them."
            case "3D000":
                mend = f"There is no database {url.database} at {where}: create it, or correct it."
            case "42501":
                mend = f"The user may not use the database {url.database} at {where}: grant it."
            case _ if isinstance(_storage_error(error), StorageError):
                mend = f"The database at {where} is not ready ({_state(error)}): try again soon."
            case _:
                raise
        raise ConfigError(_SETTING, mend) from error
    except (OSError, sa.exc.TimeoutError) as error:
        mend = f"No database answers at {where} ({type(error).__name__}): start it, or correct it."
        raise ConfigError(_SETTING, mend) from error


def make_engine(url: sa.URL, pool: int) -> AsyncEngine:
    """Connections as Pixie uses them, made when they are needed."""
    query = dict(url.query)
    # libpq's name for what asyncpg calls ssl.
    sslmode = query.pop("sslmode", None)
    if sslmode is not None:
        query["ssl"] = sslmode
    return create_async_engine(
        url.set(drivername="postgresql+asyncpg", query=query),
        pool_size=pool,
        max_overflow=0,
        # What the order of locks is built on, whatever the server's default is.
        isolation_level="READ COMMITTED",
        pool_timeout=30,
        query_cache_size=1000,
        # An error is logged, and what people wrote is not to be in it.
        hide_parameters=True,
        connect_args={
            "timeout": 10,
            "command_timeout": 60,
            "prepared_statement_cache_size": 500,
            "server_settings": {
                "application_name": "pixie",
                "timezone": "UTC",
                # Compiling costs more than any of our statements.
                "jit": "off",
            },
        },
    )


def _state(error: sa.exc.DBAPIError) -> str:
    """The SQLSTATE; see postgresql.org/docs/current/errcodes-appendix.html."""
    return str(getattr(error.orig, "sqlstate", None) or "")


def _again(error: sa.exc.DBAPIError) -> bool:
    """The unit met another, or a statement was prepared before the schema changed."""
    return _state(error) in _AGAIN or isinstance(error, sa.exc.NotSupportedError)


def _storage_error(error: sa.exc.DBAPIError) -> Exception:
    """What failed, where it is the storage; everything else stays as it is."""
    state = _state(error)
    reason = type(error.orig).__name__
    if state in _FULL:
        return StorageFull("There is no room left on the database's disk: free some")
    if error.connection_invalidated or state in _DOWN or state.startswith("08"):
        return StorageDown(f"the database cannot be reached: {reason}")
    if state.startswith(("58", "XX")):
        return StorageError(reason)
    return error
