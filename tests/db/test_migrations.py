"""A database comes to this code's schema whole or not at all, whoever else is at it."""

import asyncio
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine

from core.errors import ConfigError
from db import migrate
from db.store import open_store
from db.tables import metadata
from tests import given
from tests.fakes.clock import FakeClock
from tests.postgres import PostgresServer

OPEN = """
import asyncio, sys
from db.store import open_store
from tests.fakes.clock import FakeClock

async def main():
    store = await open_store(sys.argv[1], FakeClock())
    await store.close()

print("ready", flush=True)
sys.stdin.readline()
asyncio.run(main())
"""

KILLED = f"""
import os, signal
from alembic import op

revision = "9999"
down_revision = "{migrate.head()}"

def upgrade():
    op.execute("CREATE TABLE half (a INTEGER)")
    op.execute("INSERT INTO half VALUES (1)")
    op.execute("DROP TABLE vectors_gone")
    os.kill(os.getpid(), signal.SIGKILL)
"""


_PART_ENDS = re.compile(r"\n|,(?![^(]*\))")
"""A comma within parentheses does not part."""


def sqlite_schema(path: Path) -> dict[str, list[str]]:
    """What was created, each as its parts; where the lines end and the constraints' order do not
    matter."""
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master").fetchall()
    connection.close()
    return {
        name: sorted(part.strip() for part in _PART_ENDS.split(sql or "") if part.strip())
        for name, sql in rows
    }


async def test_sqlite_migrated_is_what_the_tables_say(
    tmp_path: Path, sqlite_template: Path
) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path}/tables.db")
    metadata.create_all(engine)
    engine.dispose()
    migrated = sqlite_schema(sqlite_template)
    said = sqlite_schema(tmp_path / "tables.db")
    del migrated["alembic_version"]
    migrated.pop("sqlite_autoindex_alembic_version_1", None)
    assert migrated == said


async def test_postgresql_migrated_is_what_the_tables_say(postgres_server: PostgresServer) -> None:
    url = await postgres_server.create("said")
    engine = create_async_engine(url.replace("postgresql:", "postgresql+asyncpg:"))
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
        await connection.execute(
            sa.text(
                "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
                "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
            )
        )
    await engine.dispose()

    def schema(database: str) -> list[str]:
        # pg_dump guards its output with a random word.
        lines = postgres_server.dump_schema(database).splitlines()
        return [line for line in lines if not line.startswith("\\")]

    assert schema("pixie") == schema("said")


def run(script: str, url: str, folder: Path) -> subprocess.Popen[bytes]:
    """A process that opens the database with the code in `folder`, once told to."""
    return subprocess.Popen(
        [sys.executable, "-c", script, url],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.fixture
async def empty_url(
    request: pytest.FixtureRequest, tmp_path: Path, postgres_server: PostgresServer
) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/new/pixie.db"
    return await postgres_server.create(f"empty_{os.getpid()}_{id(request)}")


on_both = pytest.mark.parametrize("empty_url", ["sqlite", "postgresql"], indirect=True)


@on_both
async def test_several_processes_may_migrate_at_once(empty_url: str) -> None:
    root = Path(__file__).parents[2]
    processes = [run(OPEN, empty_url, root) for _ in range(3)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(b"go\n")
        process.stdin.flush()
    for process in processes:
        _, errors = await asyncio.to_thread(process.communicate)
        assert process.returncode == 0, errors.decode()
    store = await open_store(empty_url, FakeClock())
    assert await given.person(store)
    await store.close()


@on_both
async def test_a_migration_that_is_killed_half_way_leaves_nothing(
    empty_url: str, tmp_path: Path
) -> None:
    """The next version of the code dies in its migration; this one still finds its database."""
    store = await open_store(empty_url, FakeClock())
    ann = await given.person(store)
    await store.close()
    newer = tmp_path / "newer"
    root = Path(__file__).parents[2]
    for room in ("core", "db"):
        shutil.copytree(root / room, newer / room)
    (newer / "tests" / "fakes").mkdir(parents=True)
    shutil.copy(root / "tests" / "fakes" / "clock.py", newer / "tests" / "fakes")
    (newer / "db" / "migrations" / "versions" / "9999_dies.py").write_text(KILLED)
    process = run(OPEN, empty_url, newer)
    _, errors = await asyncio.to_thread(process.communicate, b"go\n")
    assert process.returncode == -signal.SIGKILL, errors.decode()

    store = await open_store(empty_url, FakeClock())
    assert await store.read(lambda work: work.people.get(ann.id)) == ann
    assert await store.read(lambda work: work.documents.gone(10)) == []
    await store.close()
    if empty_url.startswith("sqlite"):
        assert "half" not in sqlite_schema(Path(empty_url.removeprefix("sqlite:///")))
    else:
        connection = await asyncpg.connect(empty_url)
        assert await connection.fetchval("SELECT to_regclass('half')") is None
        await connection.close()


async def _execute(url: str, *statements: str) -> None:
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        path.parent.mkdir(exist_ok=True)
        connection = sqlite3.connect(path)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()
    else:
        server = await asyncpg.connect(url)
        for statement in statements:
            await server.execute(statement)
        await server.close()


def setting(url: str) -> str:
    return "PIXIE_DATA" if url.startswith("sqlite") else "PIXIE_DATABASE_URL"


async def test_a_database_from_the_future_is_left_alone(store_url: str) -> None:
    await _execute(store_url, "UPDATE alembic_version SET version_num = '2099'")
    try:
        with pytest.raises(ConfigError, match="newer than this Pixie") as caught:
            await open_store(store_url, FakeClock())
        assert caught.value.setting == setting(store_url)
    finally:
        head = migrate.head()
        await _execute(store_url, f"UPDATE alembic_version SET version_num = '{head}'")


def test_the_newest_version_is_told_by_the_files_names() -> None:
    assert migrate.head() == ScriptDirectory("db/migrations").get_current_head()


def test_what_calls_cost_before_counts_against_budgets(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path}/old.db")
    config = Config()
    config.set_main_option("script_location", "db/migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        for cost in ("12", "NULL"):
            connection.exec_driver_sql(
                "INSERT INTO usage (owner, at, vendor, model, tier, purpose, input_tokens,"
                " cached_tokens, output_tokens, cost, milliseconds, outcome)"
                f" VALUES ('ann', '2026-11-23', '', '', '', '', 0, 0, 0, {cost}, 0, 'ok')"
            )
        command.upgrade(config, "0003")
        counted = connection.exec_driver_sql("SELECT counted FROM usage ORDER BY id").scalars()
        assert counted.all() == [12, 0]
    engine.dispose()


def test_who_is_known_already_is_written_to_where_they_wrote_from(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path}/old.db")
    config = Config()
    config.set_main_option("script_location", "db/migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0008")
        connection.exec_driver_sql(
            "INSERT INTO people (id, kind, name, zone, zone_known, language, clock_24h, habits,"
            " summary_when_empty, preferred, paused, created_at, version)"
            " VALUES ('ann', 'person', '', 'UTC', 0, '', 1, '{}', 1, 'here', 0, '2026-11-23', 1)"
        )
        connection.exec_driver_sql(
            "INSERT INTO identities VALUES ('terminal', '', 'local', 'ann', '2026-11-23')"
        )
        command.upgrade(config, "0009")
        found = connection.exec_driver_sql("SELECT address, home FROM identities").all()
        assert found == [("here", None)]
    engine.dispose()


@on_both
async def test_another_program_s_database_is_left_alone(empty_url: str) -> None:
    await _execute(empty_url, "CREATE TABLE people (name TEXT)")
    with pytest.raises(ConfigError, match="belongs to another program") as caught:
        await open_store(empty_url, FakeClock())
    assert caught.value.setting == setting(empty_url)
