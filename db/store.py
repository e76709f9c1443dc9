"""Opening the store that a URL names."""

from pathlib import Path

import sqlalchemy as sa

from core.errors import ConfigError
from core.ports import Clock, Store

_SHAPES = "sqlite:///path/to/file or postgresql://user:password@host:5432/name"


async def open_store(url: str, clock: Clock, *, pool: int = 10) -> Store:
    """The store at `sqlite:///path` or `postgresql://user:password@host/name`, ready for use.

    The database is brought to this code's schema first. `pool` is how many connections a process
    may have on PostgreSQL. Raises `ConfigError` that names the setting and the mend.
    """
    parsed = parse(url)
    if parsed.get_backend_name() == "sqlite":
        from db.sqlite import open_sqlite

        return await open_sqlite(Path(parsed.database or ""), clock)
    # Its dialect takes a tenth of a second to import.
    from db.postgres import open_postgres

    return await open_postgres(parsed, clock, pool=pool)


def parse(url: str) -> sa.URL:
    """The parts of a URL that `open_store` takes. Raises `ConfigError` for any other."""
    try:
        parsed = sa.make_url(url)
        kind = parsed.get_backend_name()
    except (sa.exc.ArgumentError, ValueError) as error:
        raise ConfigError("PIXIE_DATABASE_URL", f"It must look like {_SHAPES}.") from error
    if kind not in ("sqlite", "postgresql", "postgres") or (
        kind == "sqlite" and not parsed.database
    ):
        raise ConfigError("PIXIE_DATABASE_URL", f"It must look like {_SHAPES}.")
    return parsed
