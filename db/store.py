"""Opening the store that a URL names."""

from pathlib import Path

import sqlalchemy as sa

from core.errors import ConfigError
from core.ports import Clock, Store
from db.postgres import open_postgres
from db.sqlite import open_sqlite

_SHAPES = "sqlite:///path/to/file or postgresql://user:password@host:5432/name"


async def open_store(url: str, clock: Clock, *, pool: int = 10) -> Store:
    """The store at `sqlite:///path` or `postgresql://user:password@host/name`, ready for use.

    The database is brought to this code's schema first. `pool` is how many connections a process
    may have on PostgreSQL. Raises `ConfigError` that names the setting and the mend.
    """
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise ConfigError("PIXIE_DATABASE_URL", f"It must look like {_SHAPES}.") from error
    match parsed.get_backend_name():
        case "sqlite" if parsed.database:
            return await open_sqlite(Path(parsed.database), clock)
        case "postgresql" | "postgres":
            return await open_postgres(parsed, clock, pool=pool)
        case _:
            raise ConfigError("PIXIE_DATABASE_URL", f"It must look like {_SHAPES}.")
