"""What every test may ask for: a clock that stands, and a store on each database."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from core.ports import Store
from db.store import open_store
from tests.fakes.clock import FakeClock
from tests.postgres import PostgresServer

_DATABASE = "pixie"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack is waited for as long as a busy machine takes."""
    for name in ("members.ME", "members.NAMES", "members.HOME", "front.FACTS", "front.LINK"):
        monkeypatch.setattr(f"bots.slack.{name}_WITHIN", 60.0)


@pytest.fixture
def no_certificates(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """For what talks to the loopback alone: each client would take 30 ms to read them."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path_factory.getbasetemp()))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A server whose database `pixie` has the schema."""
    server = PostgresServer()
    server.start()
    try:
        asyncio.run(_make_schema(server))
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file that has the schema."""
    path = tmp_path_factory.mktemp("template") / "pixie.db"
    asyncio.run(_open_and_close(f"sqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "pixie.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
async def postgres_url(postgres_server: PostgresServer) -> str:
    return await postgres_server.empty(_DATABASE)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """A fresh database of each kind; more than one store may open it."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture
async def store(store_url: str, clock: FakeClock) -> AsyncIterator[Store]:
    """A fresh store, once on SQLite and once on PostgreSQL."""
    opened = await open_store(store_url, clock)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_store(sqlite_url: str, clock: FakeClock) -> AsyncIterator[Store]:
    """A fresh store on SQLite alone, for what does not depend on the database."""
    opened = await open_store(sqlite_url, clock)
    yield opened
    await opened.close()


async def _make_schema(server: PostgresServer) -> None:
    await _open_and_close(await server.create(_DATABASE))


async def _open_and_close(url: str) -> None:
    store = await open_store(url, FakeClock())
    await store.close()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A test that was skipped has not shown anything: the run fails."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if skipped:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        for report in skipped:
            reporter.write_line(f"SKIPPED, which counts as a failure: {report.nodeid}", red=True)
