"""Bringing a database to the schema of this code: all of it in one transaction, or nothing.

Alembic is imported when there is something to do, which it seldom is.
"""

from functools import cache
from pathlib import Path

import sqlalchemy as sa

from core.errors import ConfigError

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x70697869
"""Names the lock that migrating processes take on PostgreSQL: "pixi" in ASCII."""
_VERSION = sa.table("alembic_version", sa.column("version_num"))


@cache
def head() -> str:
    """The newest version of the schema: each is a file whose name begins with its number."""
    return max(path.stem.partition("_")[0] for path in (_FOLDER / "versions").glob("[0-9]*.py"))


def is_current(connection: sa.Connection) -> bool:
    """Whether nothing is to be done."""
    return version_of(connection) == head()


def migrate(connection: sa.Connection, setting: str) -> None:
    """Upgrade within the connection's transaction, which the caller commits.

    On SQLite that transaction must have begun IMMEDIATE, which is the lock; on PostgreSQL a lock
    that lasts as long as the transaction is taken here. `setting` names where the database was
    configured. Raises `ConfigError` when the database is newer than the code, or not Pixie's.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    version = version_of(connection)
    scripts = ScriptDirectory(str(_FOLDER))
    known = {script.revision for script in scripts.walk_revisions()}
    if version is not None and version not in known:
        raise ConfigError(
            setting,
            f"The database is newer than this Pixie (its schema is {version}): "
            "update Pixie, or restore a backup made before the database was upgraded.",
        )
    if version is None and sa.inspect(connection).has_table("people"):
        raise ConfigError(
            setting, "The database belongs to another program: give Pixie one of its own."
        )
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def version_of(connection: sa.Connection) -> str | None:
    """The database's version; None for one without Pixie's tables."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(sa.select(_VERSION.c.version_num)).scalar()
    return version
