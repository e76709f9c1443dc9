"""An empty database of each kind, for a benchmark."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.postgres import PostgresServer

DATABASES = ("sqlite", "postgresql")


@asynccontextmanager
async def database(kind: str) -> AsyncIterator[str]:
    """The URL of an empty database that keeps its promises when it is killed."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/pixie.db"
        return
    server = PostgresServer(durable=True)
    server.start()
    try:
        yield await server.create("crash")
    finally:
        server.stop()
