"""CPU-ms of a message's whole way: intake, lane, engine, built-in understanding, outbox, delivery.

`python -m bench.message [--messages 2000] [--people 50]` prints it as a ratio to a bare FastAPI
handler that validates a JSON body, measured in the same run over loopback HTTP, on SQLite and on
PostgreSQL. CPU is that of this process with all its threads; the database server's is its own.
"""

import argparse
import asyncio
import http.client
import json
import multiprocessing
import socket
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import psutil

from adapters.terminal import PLATFORM
from core.values import Address, Identity, IncomingMessage, Reply
from db.store import open_store
from main import SystemClock, build
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.memory import FakeMemory
from tests.postgres import PostgresServer

SENTENCES = (
    "remind me to call mom tomorrow at 2",
    "add a task: review the draft by Friday, high priority",
    "lunch with Sam next Tuesday 12-1:30",
    "what's on tomorrow?",
    "remember that the spare key is with Ana",
    "buy milk",
)


class Nowhere:
    """A messenger that takes everything at once."""

    platform = PLATFORM
    can_find = False
    can_edit = False
    draft_pause = 0.0
    overall = timedelta(0)

    def __init__(self) -> None:
        self.sent = 0

    def apart(self, address: Address) -> timedelta:
        return timedelta(0)

    def parts(self, reply: Reply) -> Sequence[Reply]:
        return (reply,)

    async def send(self, address: Address, reply: Reply, key: str) -> str:
        self.sent += 1
        return str(self.sent)

    async def edit(self, address: Address, message_id: str, reply: Reply) -> None: ...

    async def typing(self, address: Address) -> None: ...

    async def draft(self, address: Address, text: str, ref: str | None) -> str | None:
        return None

    async def find(self, address: Address, key: str) -> str | None:
        return None


def serve_bare(port: int) -> None:
    """The baseline: FastAPI, one route, a validated body, a JSON answer."""
    import uvicorn
    from fastapi import FastAPI
    from pydantic import BaseModel

    class Body(BaseModel):
        user: str
        text: str

    app = FastAPI()

    @app.post("/echo")
    async def echo(body: Body) -> dict[str, str]:
        return {"text": body.text}

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)


def bare(requests: int) -> float:
    """CPU-ms per request of the baseline."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = multiprocessing.get_context("spawn").Process(target=serve_bare, args=(port,))
    server.start()
    try:
        connection = _connected(port)
        body = json.dumps({"user": "u1", "text": SENTENCES[0]})
        for _ in range(200):
            _post(connection, body)
        process = psutil.Process(server.pid)
        before = process.cpu_times()
        for _ in range(requests):
            _post(connection, body)
        after = process.cpu_times()
    finally:
        server.terminate()
        server.join()
    spent = after.user + after.system - before.user - before.system
    return spent / requests * 1000


def _connected(port: int) -> http.client.HTTPConnection:
    for _ in range(200):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        try:
            connection.connect()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return connection
    raise SystemExit("the baseline did not start")


def _post(connection: http.client.HTTPConnection, body: str) -> None:
    connection.request("POST", "/echo", body, {"Content-Type": "application/json"})
    connection.getresponse().read()


async def pixie(url: str, messages: int, people: int) -> dict[str, float]:
    """CPU-ms and messages a second through the whole of Pixie."""
    clock = SystemClock()
    store = await open_store(url, clock)
    nowhere = Nowhere()
    whole = build(store, clock, {PLATFORM: nowhere}, FakeMemory(), FakeEmbedder(ready=False))
    running = asyncio.ensure_future(whole.run())
    gate = asyncio.Semaphore(people)

    async def one(number: int) -> None:
        user = f"u{number % people}"
        async with gate:
            await whole.intake.accept(
                IncomingMessage(
                    id=f"m{number}",
                    sender=Identity(platform=PLATFORM, workspace="", user=user),
                    address=Address(platform=PLATFORM, workspace="", chat=user),
                    text=SENTENCES[number % len(SENTENCES)],
                    at=datetime.now(UTC),
                    zone="Europe/Lisbon",
                )
            )

    async def batch(start: int, size: int) -> None:
        await asyncio.gather(*(one(number) for number in range(start, start + size)))
        while nowhere.sent < start + size:
            await asyncio.sleep(0.01)

    await batch(0, people * 2)
    cpu, wall = time.process_time(), time.perf_counter()
    await batch(people * 2, messages)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    whole.stop()
    await running
    await store.close()
    return {"cpu_ms": cpu / messages * 1000, "per_s": messages / wall}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--messages", type=int, default=2000)
    options.add_argument("--people", type=int, default=50)
    chosen = options.parse_args()
    baseline = bare(2000)
    print(f"bare FastAPI handler   {baseline:6.2f} CPU-ms")
    with tempfile.TemporaryDirectory() as folder:
        sqlite = asyncio.run(pixie(f"sqlite:///{folder}/pixie.db", chosen.messages, chosen.people))
    server = PostgresServer()
    server.start()
    try:
        url = asyncio.run(server.create("bench_message"))
        postgres = asyncio.run(pixie(url, chosen.messages, chosen.people))
    finally:
        server.stop()
    figures: dict[str, float] = {"bare_cpu_ms": round(baseline, 3)}
    for name, found in (("sqlite", sqlite), ("postgresql", postgres)):
        ratio = found["cpu_ms"] / baseline
        print(
            f"message on {name:11} {found['cpu_ms']:6.2f} CPU-ms   {ratio:5.1f} times the bare "
            f"handler   {found['per_s']:.0f} messages/s"
        )
        figures |= {
            f"{name}_cpu_ms": round(found["cpu_ms"], 3),
            f"{name}_ratio": round(ratio, 2),
            f"{name}_per_s": round(found["per_s"], 1),
        }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
