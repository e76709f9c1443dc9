"""Long polling: nothing stops it for good, and nothing is confirmed that is not committed."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import pytest
from telegram import Bot

from bots.telegram.front import Front
from bots.telegram.poller import LEASE, RENEW_EVERY, Poller
from core import serial
from core.errors import StorageDown
from core.intake import Intake, only
from core.ports import Store, Work
from core.values import IncomingMessage
from tests import given
from tests.bots.telegram.conftest import listening, soon
from tests.fakes.clock import FakeClock
from tests.fakes.telegram import Fault, Limited, Person, TelegramServer
from tests.fakes.telegram.faults import Step

R = TypeVar("R")


class Failing:
    """A store that is away while `down`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.down = False
        self.refused = 0

    async def run(self, unit: Callable[[Work], R]) -> R:
        if self.down:
            self.refused += 1
            raise StorageDown("away")
        return await self._store.run(unit)

    async def read(self, unit: Callable[[Work], R]) -> R:
        if self.down:
            self.refused += 1
            raise StorageDown("away")
        return await self._store.read(unit)

    async def close(self) -> None: ...


async def passing(clock: FakeClock, until: Callable[[], object], within: float = 60.0) -> None:
    """Let time pass until something is so."""
    async with asyncio.timeout(within):
        while not until():
            clock.advance(seconds=0.5)
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (Fault.UNAUTHORIZED, "PIXIE_TELEGRAM_TOKEN"),
        (Fault.NOT_FOUND, "PIXIE_TELEGRAM_TOKEN"),
        (Fault.CONFLICT, "PIXIE_TELEGRAM_TOKEN"),
        (Fault.BAD_GATEWAY, "cannot be reached"),
        (Fault.RESET_BEFORE, "cannot be reached"),
        (Fault.RESET_AFTER, "cannot be reached"),
        (Fault.GARBAGE, "cannot be reached"),
        (Limited(7), "asks to wait"),
    ],
)
async def test_no_refusal_stops_it_for_good_and_each_is_said_once(
    step: Step,
    said: str,
    bot: Bot,
    sqlite_store: Store,
    clock: FakeClock,
    alice: Person,
    telegram: TelegramServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING, "bots")
    telegram.script("getUpdates", step, times=4)
    async with listening("polling", bot, sqlite_store, clock, telegram=telegram) as ear:
        alice.says("still there?")
        heard = asyncio.ensure_future(ear.until(1))
        await passing(clock, heard.done)
        assert await heard == ["still there?"]
        assert await ear.way.works()
        await soon(lambda: not telegram.updates.live())
    records = [each.getMessage() for each in caplog.records if each.name.startswith("bots")]
    assert len(records) == 2
    assert said in records[0]
    assert records[1] == "Telegram answers."
    assert telegram.token not in caplog.text


async def test_the_bot_is_met_before_anything_else_however_long_that_takes(
    bot: Bot, sqlite_store: Store, clock: FakeClock, alice: Person, telegram: TelegramServer
) -> None:
    telegram.script("getMe", Fault.UNAUTHORIZED, Fault.SERVER_ERROR, Fault.RESET_BEFORE)
    alice.says("hello")
    async with listening("polling", bot, sqlite_store, clock, telegram=telegram) as ear:
        heard = asyncio.ensure_future(ear.until(1))
        await passing(clock, heard.done)
        assert await heard == ["hello"]


async def test_while_the_database_is_away_nothing_is_confirmed(
    bot: Bot, store: Store, clock: FakeClock, alice: Person, telegram: TelegramServer
) -> None:
    failing = Failing(store)
    async with listening("polling", bot, failing, clock, telegram=telegram) as ear:
        await soon(lambda: telegram.updates.polled)
        failing.down = True
        for number in range(5):
            alice.says(f"m{number}")
        await passing(clock, lambda: failing.refused >= 3)
        assert len(telegram.updates.live()) == 5
        failing.down = False
        ear.store = store
        heard = asyncio.ensure_future(ear.until(5))
        await passing(clock, heard.done)
        assert await heard == [f"m{number}" for number in range(5)]
        await passing(clock, lambda: not telegram.updates.live())


async def test_a_webhook_that_was_left_behind_is_taken_away_without_losing_anything(
    bot: Bot, sqlite_store: Store, clock: FakeClock, alice: Person, telegram: TelegramServer
) -> None:
    await bot.set_webhook("http://127.0.0.1:9/nobody")
    alice.says("before")
    async with listening("polling", bot, sqlite_store, clock, telegram=telegram) as ear:
        assert await ear.until(1) == ["before"]
        # Somebody else sets one while it polls.
        await soon(lambda: telegram.updates.polled)
        await bot.set_webhook("http://127.0.0.1:9/nobody")
        alice.says("after")
        heard = asyncio.ensure_future(ear.until(2))
        await passing(clock, heard.done)
        assert await heard == ["before", "after"]


async def test_of_two_replicas_one_asks_and_the_other_follows_it(
    bot: Bot, store: Store, clock: FakeClock, alice: Person, telegram: TelegramServer
) -> None:
    async with listening("polling", bot, store, clock, telegram=telegram) as second:
        await soon(lambda: telegram.updates.polled)
        async with listening("polling", bot, store, clock, telegram=telegram) as first:
            alice.says("one")
            await first.until(1)
            for _ in range(10):
                clock.advance(seconds=RENEW_EVERY)
                await asyncio.sleep(0.02)
            assert await first.way.works()
        second.way.stop()
        await soon(lambda: not telegram.updates.polled)
    async with listening("polling", bot, store, clock, telegram=telegram) as third:
        # The lease was given back: nobody has to wait for its end.
        alice.says("two")
        assert await third.until(2) == ["one", "two"]
    assert not [reason for _, reason in telegram.refused if "terminated by other" in reason]


async def test_who_was_killed_is_followed_when_its_lease_ends(
    bot: Bot, store: Store, clock: FakeClock, alice: Person, telegram: TelegramServer
) -> None:
    name = f"telegram:{bot.token.partition(':')[0]}"
    assert await store.run(lambda work: work.leases.take(name, "dead", LEASE))
    async with listening("polling", bot, store, clock, telegram=telegram) as ear:
        alice.says("anybody?")
        await asyncio.sleep(0.1)
        assert not telegram.updates.polled
        heard = asyncio.ensure_future(ear.until(1))
        began = clock.now()
        await passing(clock, heard.done)
        assert await heard == ["anybody?"]
        assert clock.now() - began <= LEASE + timedelta(seconds=2 * RENEW_EVERY)


async def test_who_dies_between_asking_and_keeping_loses_nothing(
    bot: Bot, store: Store, clock: FakeClock, alice: Person, telegram: TelegramServer
) -> None:
    class Dying(Failing):
        """Is asked to keep what people say, and never does."""

        async def run(self, unit: Callable[[Work], R]) -> R:
            if telegram.calls("getUpdates"):
                self.refused += 1
                await asyncio.Event().wait()
            return await super().run(unit)

    dying = Dying(store)
    alice.says("one")
    alice.says("two")
    intake = Intake(dying, admit=only("telegram"), wake=lambda: None)
    front = Front(bot, dying, intake, clock, turn_away=nobody)
    life = asyncio.create_task(Poller(bot, front, dying, clock, holder="same", poll=1).run())
    await soon(lambda: dying.refused)
    life.cancel()
    await asyncio.gather(life, return_exceptions=True)
    assert len(telegram.updates.live()) == 2

    intake = Intake(store, admit=only("telegram"), wake=lambda: None)
    front = Front(bot, store, intake, clock, turn_away=nobody)
    poller = Poller(bot, front, store, clock, holder="same", poll=1)
    life = asyncio.create_task(poller.run())
    await soon(lambda: not telegram.updates.live())
    poller.stop()
    await life
    rows = await given.stored(store, "inbox")
    rows.sort(key=lambda row: int(row["id"]))
    texts = [serial.load(IncomingMessage, row["message"]).text for row in rows]
    assert texts == ["one", "two"]


async def nobody(message: IncomingMessage) -> None:
    raise AssertionError("nobody is turned away")
