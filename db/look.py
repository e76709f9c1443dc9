"""Looking at a database without changing anything in it."""

import asyncio
import sqlite3
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from db.migrate import head, version_of
from db.store import parse


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """A database as it was found."""

    kind: str
    """Such as "SQLite 3.40.1"."""
    where: str
    """The file, or host, port and name. Never a password."""
    exists: bool
    """False for a file that the first start makes."""
    version: str | None = None
    """Of the schema; None without Pixie's tables."""
    newest: str
    """The version that this code wants."""
    ahead: timedelta = timedelta()
    """How far a server's clock is ahead of this machine's."""


async def look(url: str) -> Look:
    """Raises `ConfigError`, as `db.store.open_store` does, when the database cannot be used."""
    parsed = parse(url)
    if parsed.get_backend_name() == "sqlite":
        return await asyncio.to_thread(_sqlite, Path(parsed.database or ""))
    return await _postgres(parsed)


def _sqlite(path: Path) -> Look:
    from db.sqlite import config_error

    kind = f"SQLite {sqlite3.sqlite_version}"
    if not path.exists():
        return Look(kind=kind, where=str(path), exists=False, newest=head())
    # Without a log beside it nobody writes, and reading as if from a CD leaves no files behind.
    log = path.with_name(f"{path.name}-wal")
    uri = f"{path.resolve().as_uri()}?{'mode=ro' if log.exists() else 'immutable=1'}"
    engine = sa.create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(uri, uri=True, timeout=5),
        poolclass=sa.NullPool,
    )
    try:
        with engine.connect() as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
            if found != "ok":
                damage = sqlite3.DatabaseError(found)
                damage.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
                raise sa.exc.DatabaseError(None, None, damage)
            version = version_of(connection)
    except sa.exc.DBAPIError as error:
        raise config_error(path, error) from error
    finally:
        engine.dispose()
    return Look(kind=kind, where=str(path), exists=True, version=version, newest=head())


async def _postgres(url: sa.URL) -> Look:
    from db.postgres import make_engine, reaching

    engine = make_engine(url, 1)
    found: list[Look] = []

    async def ask() -> None:
        async with engine.connect() as connection:
            kind = (await connection.exec_driver_sql("SHOW server_version")).scalar_one()
            before = time.time()
            theirs = (await connection.exec_driver_sql("SELECT clock_timestamp()")).scalar_one()
            ours = datetime.fromtimestamp((before + time.time()) / 2, UTC)
            found.append(
                Look(
                    kind=f"PostgreSQL {kind}",
                    where=f"{url.host or 'localhost'}:{url.port or 5432}/{url.database or ''}",
                    exists=True,
                    version=await connection.run_sync(version_of),
                    newest=head(),
                    ahead=theirs - ours,
                )
            )

    try:
        await reaching(url, ask)
    finally:
        await engine.dispose()
    return found[0]
