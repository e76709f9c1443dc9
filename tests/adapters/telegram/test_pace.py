"""Deliveries to a Telegram that counts: two processes together stay below its limits."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from adapters.telegram.messenger import PLATFORM
from core.people import Person
from core.ports import Store
from core.values import Address, Identity, OwnerId
from db.store import open_store
from scheduler.delivery import DeliveryWorker
from tests import given
from tests.fakes.clock import FakeClock
from tests.fakes.telegram import Limited, TelegramServer
from tests.telegram_voice import telegram_messenger

STEP = timedelta(milliseconds=10)


async def queue(store: Store, owner: OwnerId, number: int, chat: int) -> None:
    address = Address(platform=PLATFORM, workspace="", chat=str(chat))
    delivery = given.delivery(owner, f"reply:{number}", text=f"{number}")
    made = replace(delivery, address=address)
    assert await store.run(lambda work: work.outbox.add(made))


async def delivered(url: str, clock: FakeClock, server: TelegramServer, chats: list[int]) -> float:
    """Seconds of the clock in which two processes deliver a message to each of these chats."""
    async with AsyncExitStack() as stack:
        stores = [await open_store(url, clock) for _ in range(2)]
        person = Person(id=OwnerId(""), created_at=clock.now())
        identity = Identity(platform=PLATFORM, workspace="", user="1")
        ann = await stores[0].run(lambda work: work.people.add(person, identity))
        for number, chat in enumerate(chats):
            await queue(stores[0], ann.id, number, chat)
        workers = []
        for store in stores:
            stack.push_async_callback(store.close)
            messenger = await stack.enter_async_context(telegram_messenger(server, clock))
            workers.append(DeliveryWorker(store, clock, {PLATFORM: messenger}))
        start = clock.now()
        running = [asyncio.create_task(worker.run()) for worker in workers]
        while await stores[0].read(lambda work: work.outbox.live()):
            await asyncio.sleep(0.005)
            clock.advance(STEP)
        took = clock.now() - start
        for worker in workers:
            worker.stop()
        await asyncio.gather(*running)
    return took.total_seconds()


async def test_thirty_a_second_in_all(store_url: str, clock: FakeClock) -> None:
    async with TelegramServer(now=lambda: clock.now().timestamp()) as server:
        server.paced = True
        chats = [server.person(f"Person {n}").id for n in range(60)]
        took = await delivered(store_url, clock, server, chats)
        assert len(server.calls("sendMessage")) == 60
        assert server.refused == []
        assert 1.9 < took < 6


async def test_twenty_a_minute_in_a_group(sqlite_url: str, clock: FakeClock) -> None:
    async with TelegramServer(now=lambda: clock.now().timestamp()) as server:
        server.paced = True
        alice = server.person("Alice")
        group = server.group("Home", alice)
        await delivered(sqlite_url, clock, server, [group.id] * 4)
        calls = server.calls("sendMessage")
        assert [call.params["text"] for call in calls] == ["0", "1", "2", "3"]
        assert all(b.at - a.at >= 2.9 for a, b in pairwise(calls))
        assert server.refused == []


async def test_what_telegram_asks_to_wait_for_is_waited_for(
    sqlite_url: str, clock: FakeClock
) -> None:
    async with TelegramServer(now=lambda: clock.now().timestamp()) as server:
        alice, bob = server.person("Alice"), server.person("Bob")
        start = clock.now().timestamp()
        server.script("sendMessage", Limited(3))
        await delivered(sqlite_url, clock, server, [alice.id, bob.id])
        other, limited = (call.at - start for call in server.calls("sendMessage"))
        assert other < 1
        assert 3 <= limited < 4.5
