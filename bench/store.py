"""What the store costs: units and claims a second, and the CPU of a message's six statements.

    python -m bench.store              both databases
    python -m bench.store sqlite

CPU is that of this process with all its threads, beside a bare FastAPI handler's in the same run;
the database server's is its own. Both databases are durable: every commit is synced. The last
line is JSON.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from bench.databases import DATABASES, database
from bench.message import bare
from core.deliveries import Delivery, DeliveryKind
from core.people import Person
from core.ports import Store, Work
from core.rows import Task
from core.values import (
    Address,
    AssistantTurn,
    Identity,
    IncomingMessage,
    OwnerId,
    Reply,
    ToolTurn,
)
from db.store import open_store

PEOPLE = 50
UNITS = 2000
LEASE = timedelta(minutes=5)


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def measure(kind: str) -> dict[str, float]:
    """The figures of one database."""
    async with database(kind) as url:
        store = await open_store(url, RealClock())
        owners = [await store.run(lambda work, at=at: person(work, at)) for at in range(PEOPLE)]
        for at, owner in enumerate(owners):
            await store.run(lambda work, at=at, owner=owner: receive(work, owner, -1 - at))

        async def answers(number: int) -> None:
            await store.run(lambda work: answer(work, owners[number % PEOPLE], number))

        async def adds(number: int) -> None:
            await store.run(
                lambda work: work.tasks.add(owners[number % PEOPLE], Task(title="call mom"))
            )

        async def receives(number: int) -> None:
            await store.run(lambda work: receive(work, owners[number % PEOPLE], number))

        await spread(answers, -200, 1)
        one_by_one = await spread(answers, UNITS, 1)
        together = await spread(answers, UNITS, PEOPLE, start=UNITS)
        added = await spread(adds, UNITS, PEOPLE)
        received = await spread(receives, UNITS, PEOPLE)
        lanes, deliveries = await claims(store)
        await store.close()
    return {
        "message_cpu_ms": one_by_one[0],
        "message_ms": 1000 / one_by_one[1],
        "message_shared_cpu_ms": together[0],
        "messages_per_s": together[1],
        "task_cpu_ms": added[0],
        "tasks_per_s": added[1],
        "received_per_s": received[1],
        "lanes_per_s": lanes,
        "deliveries_per_s": deliveries,
    }


def person(work: Work, at: int) -> OwnerId:
    identity = Identity(platform="bench", workspace="", user=str(at))
    return work.people.add(Person(id=OwnerId(""), created_at=work.now), identity).id


def receive(work: Work, owner: OwnerId, number: int) -> None:
    work.inbox.put(
        owner,
        IncomingMessage(
            id=str(number),
            sender=Identity(platform="bench", workspace="", user=owner),
            address=Address(platform="bench", workspace="", chat=owner),
            text="remind me to call mom tomorrow at 2",
            at=work.now,
        ),
    )


def answer(work: Work, owner: OwnerId, number: int) -> None:
    """Six statements: whose it is, two turns, the reply behind its destination's others, and
    what one would look up: the last cards."""
    assert work.people.get(owner) is not None
    work.turns.append(owner, number, AssistantTurn(text="Done."))
    work.turns.append(owner, number, ToolTurn(call_id="1", name="add_task", result="#1 call mom"))
    work.outbox.add(
        Delivery(
            key=f"reply:{number}",
            owner=owner,
            address=Address(platform="bench", workspace="", chat=owner),
            reply=Reply(text="Done."),
            kind=DeliveryKind.REPLY,
            due_at=work.now,
        )
    )
    work.outbox.last_shown(owner)


async def spread(
    act: Callable[[int], Awaitable[None]], count: int, at_once: int, *, start: int = 0
) -> tuple[float, float]:
    """CPU-ms of one, and how many a second with so many at once."""
    numbers = iter(range(start, start + count) if count > 0 else range(count, 0))

    async def some() -> None:
        for number in numbers:
            await act(number)

    cpu, wall = time.process_time(), time.perf_counter()
    await asyncio.gather(*(some() for _ in range(at_once)))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return cpu / abs(count) * 1000, abs(count) / wall


async def claims(store: Store) -> tuple[float, float]:
    """Lanes claimed, worked off and given back, and deliveries claimed and settled, a second."""
    began, lanes = time.perf_counter(), 0

    def lane(work: Work) -> int:
        claims = work.inbox.claim(LEASE, 1)
        if not claims:
            return 0
        [claim] = claims
        answered = 0
        while row := work.inbox.next(claim):
            work.inbox.done(claim, row.id)
            answered += 1
        work.inbox.release(claim)
        return answered

    while answered := await store.run(lane):
        lanes += answered
    lanes_per_s = lanes / (time.perf_counter() - began)

    began, sent = time.perf_counter(), 0
    while claimed := await store.run(lambda work: work.outbox.claim(PEOPLE, LEASE)):
        await asyncio.gather(
            *(store.run(lambda work, one=one: work.outbox.settle(one, "1")) for one in claimed)
        )
        sent += len(claimed)
    return lanes_per_s, sent / (time.perf_counter() - began)


def main() -> None:
    handler = bare(2000)
    print(f"bare FastAPI handler: {handler:.2f} CPU-ms")
    figures: dict[str, object] = {"bare_cpu_ms": round(handler, 3)}
    for kind in sys.argv[1:] or DATABASES:
        found = asyncio.run(measure(kind))
        # What a handler would cost that runs such a unit.
        found["message_ratio"] = (handler + found["message_shared_cpu_ms"]) / handler
        found["message_alone_ratio"] = (handler + found["message_cpu_ms"]) / handler
        for name, value in found.items():
            print(f"{kind:11} {name:22} {value:10.2f}")
        figures[kind] = {name: round(value, 3) for name, value in found.items()}
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
