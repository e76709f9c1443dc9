"""What only SQLite does: one file, one writer, shared commits, and disks that fill up."""

import asyncio
import contextlib
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.errors import ConfigError, StorageDown, StorageError, StorageFull, UserError
from core.ports import Store, Work
from core.rows import Note
from core.values import OwnerId
from db import sqlite
from db.store import open_store
from tests import given
from tests.fakes.clock import FakeClock


@pytest.fixture
def connections() -> Iterator[list[sqlite3.Connection]]:
    """Every connection that is opened meanwhile."""
    opened: list[sqlite3.Connection] = []

    def connected(connection: sqlite3.Connection, _record: object) -> None:
        opened.append(connection)

    sa.event.listen(sa.Engine, "connect", connected)
    yield opened
    sa.event.remove(sa.Engine, "connect", connected)


async def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/pixie.db"
    script = """
import asyncio, sys
from core.rows import Note
from db.store import open_store
from tests import given
from tests.fakes.clock import FakeClock

async def main():
    store = await open_store(sys.argv[1], FakeClock())
    ann = await given.person(store)
    print(ann.id, flush=True)

    async def write():
        while True:
            note = await store.run(lambda work: work.notes.add(ann.id, Note(text="x")))
            print(note.number, flush=True)

    await asyncio.gather(*(write() for _ in range(8)))

asyncio.run(main())
"""
    root = Path(__file__).parents[2]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", script, url),
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    owner = OwnerId((await process.stdout.readline()).decode().strip())
    told = {int(await process.stdout.readline()) for _ in range(200)}
    process.kill()
    rest, _ = await process.communicate()
    told |= {int(line) for line in rest.splitlines(keepends=True) if line.endswith(b"\n")}
    store = await open_store(url, FakeClock())
    notes = await store.read(lambda work: work.notes.all(owner, limit=100_000))
    assert told <= {note.number for note in notes}
    await store.close()


async def test_every_connection_is_durable_and_checks_references(
    connections: list[sqlite3.Connection], sqlite_url: str
) -> None:
    store = await open_store(sqlite_url, FakeClock())
    await store.read(lambda work: work.now)
    pragmas = [
        [connection.execute(f"PRAGMA {name}").fetchone()[0] for connection in connections]
        for name in ("journal_mode", "synchronous", "foreign_keys")
    ]
    assert pragmas == [["wal", "wal"], [2, 2], [1, 1]]
    await store.close()


async def test_units_that_wait_share_a_commit(sqlite_store: Store) -> None:
    ann = await given.person(sqlite_store)
    commits = 0

    def committed(_connection: sa.Connection) -> None:
        nonlocal commits
        commits += 1

    def unit(work: Work, at: int) -> None:
        work.notes.add(ann.id, Note(text=str(at)))
        if at % 10 == 0:
            raise UserError("no")

    sa.event.listen(sa.Engine, "commit", committed)
    try:
        results = await asyncio.gather(
            *(sqlite_store.run(lambda work, at=at: unit(work, at)) for at in range(300)),
            return_exceptions=True,
        )
    finally:
        sa.event.remove(sa.Engine, "commit", committed)
    assert commits <= 15
    assert sum(isinstance(result, UserError) for result in results) == 30
    assert len(await sqlite_store.read(lambda work: work.notes.all(ann.id))) == 270


async def test_a_full_disk_is_said_and_nothing_is_lost(
    connections: list[sqlite3.Connection], sqlite_url: str
) -> None:
    store = await open_store(sqlite_url, FakeClock())
    ann = await given.person(store)
    writer, _reader = connections
    [[pages]] = writer.execute("PRAGMA page_count").fetchall()
    writer.execute(f"PRAGMA max_page_count = {pages + 60}")

    kept = [await store.run(lambda work: work.notes.add(ann.id, Note(text="small")))]
    with pytest.raises(StorageFull, match="There is no room left on the disk"):
        await store.run(lambda work: work.notes.add(ann.id, Note(text="x" * 1_000_000)))
    # One that does not fit does not take with it those that share its commit.
    texts = ["small"] * 5 + ["x" * 1_000_000] + ["small"] * 5
    results = await asyncio.gather(
        *(
            store.run(lambda work, text=text: work.notes.add(ann.id, Note(text=text)))
            for text in texts
        ),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [Note] * 5 + [StorageFull] + [Note] * 5
    kept += [result for result in results if isinstance(result, Note)]
    with contextlib.suppress(StorageFull):
        while len(kept) < 1000:
            kept.append(await store.run(lambda work: work.notes.add(ann.id, Note(text="y" * 1000))))
    assert len(kept) < 1000
    stored = await store.read(lambda work: work.notes.all(ann.id))
    assert {note.id for note in stored} == {note.id for note in kept}

    writer.execute("PRAGMA max_page_count = 1000000")
    await store.run(lambda work: work.notes.add(ann.id, Note(text="x" * 1_000_000)))
    await store.close()
    connection = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


async def test_a_file_that_is_no_database_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "pixie.db"
    path.write_bytes(b"My diary, page one. " * 1000)
    with pytest.raises(ConfigError, match="restore a backup") as caught:
        await open_store(f"sqlite:///{path}", FakeClock())
    assert caught.value.setting == "PIXIE_DATA"
    assert str(path) in caught.value.mend
    assert path.read_bytes() == b"My diary, page one. " * 1000
    assert [each.name for each in tmp_path.iterdir()] == ["pixie.db"]


async def test_a_damaged_database_is_not_touched(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    damaged = bytearray(path.read_bytes())
    damaged[100:4000] = b"\xff" * 3900
    path.write_bytes(damaged)
    with pytest.raises(ConfigError, match="damaged"):
        await open_store(sqlite_url, FakeClock())
    assert path.read_bytes() == damaged


async def test_damage_found_later_is_an_error_of_the_storage(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    store = await open_store(sqlite_url, FakeClock())
    ann = await given.person(store)
    for _ in range(20):
        await store.run(lambda work: work.notes.add(ann.id, Note(text="x" * 20_000)))
    await store.close()
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 3 :] = b"\xff" * (len(damaged) - len(damaged) // 3)
    path.write_bytes(damaged)
    store = await open_store(sqlite_url, FakeClock())
    with pytest.raises(StorageError, match="malformed"):
        await store.read(lambda work: work.notes.all(ann.id))
    with pytest.raises(StorageError, match="malformed"):
        await store.run(lambda work: work.notes.all(ann.id))
    await store.close()


@pytest.mark.parametrize("where", ["file/pixie.db", "file/deeper/pixie.db", "folder"])
async def test_a_place_where_no_file_can_be_is_named(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(ConfigError) as caught:
        await open_store(f"sqlite:///{tmp_path / where}", FakeClock())
    assert caught.value.setting == "PIXIE_DATA"
    assert str(tmp_path) in caught.value.mend


@contextlib.contextmanager
def _nobody() -> Iterator[None]:
    """Root may write anywhere: be somebody else for a while."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


async def test_a_folder_that_cannot_be_written_is_named(sqlite_template: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pixie.db").write_bytes(sqlite_template.read_bytes())
        (folder / "pixie.db").chmod(0o444)
        folder.chmod(0o555)
        with _nobody():
            for path in (folder / "pixie.db", folder / "new.db", folder / "deeper" / "new.db"):
                with pytest.raises(ConfigError) as caught:
                    await open_store(f"sqlite:///{path}", FakeClock())
                assert caught.value.setting == "PIXIE_DATA"
                assert name in caught.value.mend
        folder.chmod(0o755)


async def test_another_program_that_writes_is_waited_for_and_then_named(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_BUSY_SECONDS", 0.05)
    store = await open_store(sqlite_url, FakeClock())
    ann = await given.person(store)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageDown, match="locked"):
        await store.run(lambda work: work.notes.add(ann.id, Note(text="x")))
    assert await store.read(lambda work: work.people.get(ann.id)) == ann
    other.execute("ROLLBACK")
    other.close()
    assert await store.run(lambda work: work.notes.add(ann.id, Note(text="x")))
    await store.close()


async def test_a_new_database_that_another_program_holds_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_BUSY_SECONDS", 0.05)
    other = sqlite3.connect(tmp_path / "pixie.db", isolation_level=None)
    other.execute("PRAGMA journal_mode = WAL")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(ConfigError, match="Another program holds") as caught:
        await open_store(f"sqlite:///{tmp_path}/pixie.db", FakeClock())
    assert caught.value.setting == "PIXIE_DATA"
    other.close()


async def test_several_may_open_a_new_database_at_once(tmp_path: Path) -> None:
    """SQLite itself does not wait there: without care, one in ten of these found it locked."""

    def open_together(path: Path) -> None:
        engines = [sqlite._engine(path, begin="BEGIN", pool_size=1) for _ in range(4)]
        with ThreadPoolExecutor(4) as pool:
            for connection in pool.map(lambda engine: engine.connect(), engines):
                connection.close()
        for engine in engines:
            engine.dispose()

    for at in range(60):
        await asyncio.to_thread(open_together, tmp_path / f"{at}.db")


async def test_a_store_of_an_ended_loop_still_closes(sqlite_url: str) -> None:
    """Units whose loop has gone have nobody to tell, and stop nobody."""

    async def begin() -> Store:
        store = await open_store(sqlite_url, FakeClock())
        asked = [
            asyncio.create_task(store.run(lambda work, at=at: given.add_person(work, str(at))))
            for at in range(50)
        ]
        await asyncio.sleep(0)
        assert asked
        return store

    store = await asyncio.to_thread(asyncio.run, begin())
    assert await given.person(store)
    await store.close()


@pytest.mark.parametrize(
    "url", ["", "x", "sqlite://", "sqlite:///", "mysql://host/db", "postgres", "://", "sqlite:\x00"]
)
async def test_a_url_that_names_no_database_is_explained(url: str) -> None:
    with pytest.raises(ConfigError, match="must look like") as caught:
        await open_store(url, FakeClock())
    assert caught.value.setting == "PIXIE_DATABASE_URL"
