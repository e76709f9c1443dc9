"""When old rows go."""

import asyncio
from datetime import timedelta

from core.ports import Store, Work
from scheduler.housekeeping import BATCH, KEPT, Housekeeping
from tests import given
from tests.fakes.clock import FakeClock


async def fill(store: Store, count: int) -> None:
    """Deliveries that have left."""
    ann = await given.person(store)

    def unit(work: Work) -> None:
        for number in range(count):
            work.outbox.add(given.delivery(ann.id, f"d{number}", chat=f"c{number}"))
        for claim in work.outbox.claim(count, given.LEASE):
            work.outbox.settle(claim, f"m{claim.id}")

    await store.run(unit)


async def left(store: Store, number: int) -> None:
    """Wait until so many are left."""
    async with asyncio.timeout(60):
        while len(await given.stored(store, "outbox")) != number:
            await asyncio.sleep(0.001)


async def test_all_that_is_old_goes_at_the_start_and_then_every_hour(
    sqlite_store: Store, clock: FakeClock
) -> None:
    await fill(sqlite_store, BATCH * 2 + 3)
    loop = Housekeeping(sqlite_store, clock)
    clock.advance(KEPT)
    running = asyncio.create_task(loop.run())
    while not clock.sleepers:
        await asyncio.sleep(0.001)
    assert len(await given.stored(sqlite_store, "outbox")) == BATCH * 2 + 3
    clock.advance(timedelta(minutes=59))
    for _ in range(50):
        await asyncio.sleep(0)
    assert clock.sleepers == 1
    assert len(await given.stored(sqlite_store, "outbox")) == BATCH * 2 + 3
    clock.advance(timedelta(minutes=1))
    await left(sqlite_store, 0)
    loop.stop()
    await running


async def test_a_restart_finds_what_is_old(sqlite_store: Store, clock: FakeClock) -> None:
    await fill(sqlite_store, 3)
    clock.advance(KEPT + timedelta(seconds=1))
    loop = Housekeeping(sqlite_store, clock)
    running = asyncio.create_task(loop.run())
    await left(sqlite_store, 0)
    loop.stop()
    await running
