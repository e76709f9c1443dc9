"""10,000 reminders that come due within one minute: how late they are, and how long the event
loop stands still. The last line is JSON.

    python -m bench.reminders              both databases
    python -m bench.reminders sqlite

REMINDERS and SECONDS are read from the environment. The messenger takes 20 ms a message, which is
what a platform takes; 64 may be under way at once.
"""

import asyncio
import gc
import json
import os
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from bench.databases import DATABASES, database
from core.people import Person
from core.ports import Store, Work
from core.rows import Reminder
from core.values import Address, Identity, OwnerId, Reply
from db.store import open_store
from scheduler.delivery import DeliveryWorker
from scheduler.due import DueReminders
from scheduler.ticker import TICK, Tick, Ticker

REMINDERS = int(os.environ.get("REMINDERS", "10000"))
SECONDS = float(os.environ.get("SECONDS", "60"))
PEOPLE = 1000
SEND = 0.02


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Platform:
    """Notes when each reminder arrives."""

    platform = "bench"
    can_find = False
    can_edit = False
    draft_pause = 0.0
    overall = timedelta(0)

    def __init__(self) -> None:
        self.arrived: dict[str, float] = {}
        self.copies = 0

    def apart(self, address: Address) -> timedelta:
        return timedelta(0)

    def parts(self, reply: Reply) -> Sequence[Reply]:
        return (reply,)

    async def send(self, address: Address, reply: Reply, key: str) -> str:
        await asyncio.sleep(SEND)
        self.copies += 1
        self.arrived.setdefault(reply.text.removeprefix("⏰ "), time.time())
        return f"m{self.copies}"

    async def edit(self, address: Address, message_id: str, reply: Reply) -> None: ...

    async def typing(self, address: Address) -> None: ...

    async def draft(self, address: Address, text: str, ref: str | None) -> str | None:
        return None

    async def find(self, address: Address, key: str) -> str | None:
        return None


async def plan(store: Store) -> dict[str, float]:
    """Everybody gets ten; returns when each is due, in Unix seconds."""

    def people(work: Work) -> list[Person]:
        return [
            work.people.add(
                Person(
                    id=OwnerId(""),
                    quiet_from=None,
                    quiet_until=None,
                    preferred=Address(platform="bench", workspace="", chat=f"p{n}"),
                    created_at=work.now,
                ),
                Identity(platform="bench", workspace="", user=f"p{n}"),
            )
            for n in range(PEOPLE)
        ]

    owners = await store.run(people)
    due: dict[str, float] = {}
    rows: list[tuple[OwnerId, Reminder]] = []
    start = time.time() + REMINDERS / 400 + 5
    for n in range(REMINDERS):
        due[f"r{n}"] = start + SECONDS * n / REMINDERS
        at = datetime.fromtimestamp(due[f"r{n}"], UTC)
        local = at.replace(tzinfo=None)
        row = Reminder(text=f"r{n}", at_local=local, zone="UTC", next_local=local, next_at=at)
        rows.append((owners[n % PEOPLE].id, row))
    for first in range(0, REMINDERS, 200):
        await store.run(
            lambda work, some=rows[first : first + 200]: [  # type: ignore[misc]
                work.reminders.add(owner, row) for owner, row in some
            ]
        )
    if time.time() > start:
        raise RuntimeError("this machine is too slow to plan them in time")
    return due


async def stalls(found: list[float]) -> None:
    """How much later than asked a sleeper wakes, in seconds."""
    while True:
        before = time.perf_counter()
        await asyncio.sleep(0.005)
        found.append(time.perf_counter() - before - 0.005)


async def measure(kind: str) -> dict[str, float]:
    async with database(kind) as url:
        store = await open_store(url, RealClock())
        platform = Platform()
        due_at = await plan(store)
        delivery = DeliveryWorker(store, RealClock(), {"bench": platform}, slots=64)
        due = DueReminders(store, RealClock(), queued=delivery.wake)
        ticker = Ticker([Tick(name="due", every=TICK, wake=due.wake)])
        parts = (delivery, due, ticker)
        running = [asyncio.ensure_future(part.run()) for part in parts]
        await asyncio.sleep(max(min(due_at.values()) - time.time() - 0.5, 0))
        # What the benchmark keeps for itself is not for Pixie's garbage collector to walk through.
        gc.collect()
        gc.freeze()
        stalled: list[float] = []
        watching = asyncio.create_task(stalls(stalled))
        cpu = time.process_time()
        patience = time.time() + 5 * SECONDS + 60
        while len(platform.arrived) < REMINDERS and time.time() < patience:
            await asyncio.sleep(0.2)
        cpu = time.process_time() - cpu
        watching.cancel()
        for part in parts:
            part.stop()
        await asyncio.gather(*running)
        await store.close()
    late = sorted(at - due_at[text] for text, at in platform.arrived.items())
    times = sorted(platform.arrived.values())
    return {
        "lost": REMINDERS - len(late),
        "repeated": platform.copies - len(late),
        "late_p50": round(late[len(late) // 2], 3),
        "late_p95": round(late[int(len(late) * 0.95)], 3),
        "late_max": round(late[-1], 3),
        "stall_p99_ms": round(sorted(stalled)[int(len(stalled) * 0.99)] * 1000, 1),
        "stall_max_ms": round(max(stalled) * 1000, 1),
        "longest_gap": round(max(b - a for a, b in pairwise(times)), 3),
        "cpu_ms_each": round(cpu * 1000 / REMINDERS, 2),
    }


def main() -> None:
    results = {kind: asyncio.run(measure(kind)) for kind in sys.argv[1:] or DATABASES}
    for kind, result in results.items():
        print(kind, result)
    print(json.dumps(results))


if __name__ == "__main__":
    main()
