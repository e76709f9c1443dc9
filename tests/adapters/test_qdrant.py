"""What Qdrant's two homes do when things go wrong."""

import asyncio
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from qdrant_client import AsyncQdrantClient

from adapters.qdrant import EmbeddedQdrant, QdrantServer, QdrantSettings, open_memory
from core.errors import ConfigError, Refused, Unavailable
from core.ports import Entry, Memory
from core.values import OwnerId

ANA = OwnerId(str(uuid.UUID(int=1)))
MODEL = "small@1234/fp32"
ROOT = Path(__file__).parents[2]


def entry(*vector: float) -> Entry:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    return Entry(document=str(uuid.uuid4()), vector=list(vector), kind="note", at=at)


async def test_a_second_process_is_told_what_to_do(tmp_path: Path) -> None:
    memory = await open_memory(QdrantSettings(), tmp_path)
    await memory.remember(ANA, MODEL, [entry(1, 0)])
    second = (
        "import asyncio, pathlib\n"
        "from adapters.qdrant import *\n"
        f"asyncio.run(open_memory(QdrantSettings(), pathlib.Path({str(tmp_path)!r})))"
    )
    ran = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", second],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "core.errors.ConfigError: PIXIE_QDRANT_URL: another Pixie uses" in ran.stderr
    with pytest.raises(ConfigError, match="Stop it first"):
        await EmbeddedQdrant(tmp_path).open()
    await memory.close()
    reopened = EmbeddedQdrant(tmp_path)
    assert await reopened.status() == ("ready", f"embedded in {tmp_path}")
    assert len(await reopened.recall(ANA, MODEL, [1.0, 0.0])) == 1
    await reopened.close()


async def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    writer = (
        "import asyncio, os, pathlib, signal\n"
        "from tests.adapters.test_qdrant import *\n"
        "async def main():\n"
        f"    memory = EmbeddedQdrant(pathlib.Path({str(tmp_path)!r}))\n"
        "    await memory.remember(ANA, MODEL, [entry(1, i) for i in range(40)])\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(main())"
    )
    await asyncio.to_thread(subprocess.run, [sys.executable, "-c", writer], cwd=ROOT, check=False)
    memory = EmbeddedQdrant(tmp_path)
    assert len(await memory.recall(ANA, MODEL, [1.0, 0.0])) == 40
    await memory.close()


async def test_owners_are_uuids_and_never_paths(tmp_path: Path) -> None:
    memory = EmbeddedQdrant(tmp_path / "index")
    with pytest.raises(ValueError, match="UUID"):
        await memory.drop(OwnerId("../../etc"))
    await memory.close()


@pytest.mark.parametrize("damaged", ["meta.json", "storage.sqlite"])
async def test_a_damaged_folder_is_named_and_dropping_mends_it(
    tmp_path: Path, damaged: str
) -> None:
    memory = EmbeddedQdrant(tmp_path)
    await memory.remember(ANA, MODEL, [entry(1, 0)])
    await memory.close()
    for file in (tmp_path / ANA).rglob(damaged):
        file.write_bytes(b"nonsense" * 500)
    memory = EmbeddedQdrant(tmp_path)
    with pytest.raises(Unavailable, match="reindex"):
        await memory.recall(ANA, MODEL, [1.0, 0.0])
    await memory.drop(ANA)
    await memory.remember(ANA, MODEL, [entry(1, 0)])
    assert len(await memory.recall(ANA, MODEL, [1.0, 0.0])) == 1
    await memory.close()


async def test_concurrent_use_loses_nothing(tmp_path: Path) -> None:
    memory = EmbeddedQdrant(tmp_path)
    await asyncio.gather(*(memory.remember(ANA, MODEL, [entry(1, i)]) for i in range(60)))
    assert len(await memory.recall(ANA, MODEL, [1.0, 0.0])) == 60
    await memory.close()


async def test_the_servers_collection_has_an_alias_and_others_are_left_alone() -> None:
    client = AsyncQdrantClient(":memory:")
    memory = QdrantServer(client)
    from qdrant_client import models

    theirs = models.VectorParams(size=2, distance=models.Distance.DOT)
    await client.create_collection("theirs", vectors_config=theirs)
    point = models.PointStruct(id=1, vector=[1.0, 0.0], payload={"owner": ANA})
    await client.upsert("theirs", [point])
    await memory.remember(ANA, MODEL, [entry(1, 0)])
    await memory.drop(ANA)
    aliases = (await client.get_aliases()).aliases
    assert [(one.alias_name, one.collection_name) for one in aliases] == [
        ("pixie-small-1234-fp32", "pixie-small-1234-fp32.v1")
    ]
    assert (await client.count("theirs")).count == 1
    again = QdrantServer(client)
    assert await again.recall(ANA, MODEL, [1.0, 0.0]) == []
    await again.remember(ANA, MODEL, [entry(1, 0)])
    assert len(await again.recall(ANA, MODEL, [1.0, 0.0])) == 1
    await memory.close()


@asynccontextmanager
async def answering(status: str, headers: str = "") -> AsyncIterator[str]:
    """A web server on loopback that gives every request the same answer."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = '{"status": {"error": "scripted"}}'
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}Connection: close"
        writer.write(f"{head}\r\n\r\n{body}".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


CALLS: list[Callable[[Memory], Awaitable[object]]] = [
    lambda memory: memory.remember(ANA, MODEL, [entry(1, 0)]),
    lambda memory: memory.recall(ANA, MODEL, [1.0, 0.0]),
    lambda memory: memory.forget(ANA, [str(uuid.uuid4())]),
    lambda memory: memory.drop(ANA),
]


@pytest.mark.parametrize(
    ("status", "headers", "error"),
    [
        ("401 Unauthorized", "", Refused),
        ("400 Bad Request", "", Refused),
        ("429 Too Many Requests", "Retry-After: 7\r\n", Unavailable),
        ("503 Service Unavailable", "", Unavailable),
    ],
)
async def test_a_servers_refusals_are_ours(
    tmp_path: Path, status: str, headers: str, error: type[Exception]
) -> None:
    async with answering(status, headers) as url:
        memory = await open_memory(
            QdrantSettings(qdrant_url=url, qdrant_api_key=SecretStr("s3cret")), tmp_path
        )
        for call in CALLS:
            with pytest.raises(error) as raised:
                await call(memory)
            assert "s3cret" not in str(raised.value)
            if headers:
                assert isinstance(raised.value, Unavailable)
                assert raised.value.retry_after == timedelta(seconds=7)
        assert isinstance(memory, QdrantServer)
        assert (await memory.status())[0] == "broken"
        await memory.close()


async def test_a_server_that_is_away_is_unavailable(tmp_path: Path) -> None:
    memory = await open_memory(QdrantSettings(qdrant_url="http://127.0.0.1:1"), tmp_path)
    with pytest.raises(Unavailable, match="PIXIE_QDRANT_URL"):
        await memory.recall(ANA, MODEL, [1.0, 0.0])
    await memory.close()


@pytest.mark.parametrize("url", ["localhost:6333", "", "http://", "ftp://x"])
async def test_a_url_that_is_none_is_a_config_error(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError, match="http"):
        await open_memory(QdrantSettings(qdrant_url=url), tmp_path)
