"""The first conversation on Telegram, and the menu of settings that stays one message."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest

from adapters.places import OfflinePlaces
from adapters.telegram.bot import open_bot
from adapters.telegram.messenger import TelegramMessenger
from bots.telegram.front import Front
from core.intake import only
from core.people import Person as Owner
from core.ports import Store, Work
from core.rows import ReminderStatus
from core.values import Address, Identity, IncomingMessage
from db.store import open_store
from main import build
from tests.bots.telegram.conftest import bot_settings, running
from tests.crash.life import FastClock
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.memory import FakeMemory
from tests.fakes.telegram import Message, Person, TelegramServer
from tests.fakes.telegram.chats import Chat

PLACES = OfflinePlaces()
LATER = 20.0
"""Seconds until what should happen has happened, on a busy machine."""


@dataclass
class Talk:
    """Pixie on a loopback Telegram."""

    telegram: TelegramServer
    store: Store
    clock: FastClock

    async def sees(self, chat: Chat, words: str) -> Message:
        """The message of Pixie's that shows these words now, new or changed."""

        def found() -> Message | None:
            return next((each for each in chat.from_bot[::-1] if words in each.text), None)

        try:
            await self.telegram.until(found, LATER)
        except TimeoutError:
            raise AssertionError(f"not {words!r} in {chat.messages}") from None
        async with asyncio.timeout(LATER):
            # Nobody taps sooner than it is known that the message arrived.
            while await self.store.read(lambda work: work.outbox.live()):
                await asyncio.sleep(0.01)
        message = found()
        assert message is not None
        return message

    async def owner(self, number: int) -> Owner:
        def unit(work: Work) -> Owner | None:
            identity = Identity(platform="telegram", workspace="", user=str(number))
            return work.people.by_identity(identity)

        owner = await self.store.read(unit)
        assert owner is not None
        return owner


@pytest.fixture
async def talk(how: str, store_url: str) -> AsyncIterator[Talk]:
    clock = FastClock(time.time())
    store = await open_store(store_url, clock)

    async def moved(old: Address, new: Address) -> None:
        await store.run(lambda work: work.addresses.move(old, new))

    async def nobody(message: IncomingMessage) -> None:
        raise AssertionError("everybody is admitted")

    async with (
        TelegramServer(now=lambda: clock.now().timestamp()) as telegram,
        AsyncExitStack() as stack,
    ):
        bot = await stack.enter_async_context(open_bot(bot_settings(telegram)))
        voice = TelegramMessenger(bot, clock, migrated=moved)
        stack.push_async_callback(voice.close)
        pixie = build(
            store,
            clock,
            {voice.platform: voice},
            FakeMemory(),
            FakeEmbedder(),
            admit=only("telegram"),
            places=PLACES,
        )
        front = Front(bot, store, pixie.intake, clock, turn_away=nobody)
        moving = asyncio.create_task(pixie.run())
        async with running(how, bot, front, store, clock):
            yield Talk(telegram, store, clock)
        pixie.stop()
        await moving
    await store.close()


async def test_from_start_to_the_first_reminder(talk: Talk) -> None:
    ana: Person = talk.telegram.person("Ana Silva")
    began = talk.clock.now()
    ana.starts()
    where = await talk.sees(ana.chat, "Type your city")
    assert where.text.startswith("Hello Ana! I'm Pixie")
    ana.says("são paulo")
    when = await talk.sees(ana.chat, "summary of your day")
    assert "America/Sao_Paulo" in when.text
    ana.taps(when, "7:30")
    ready = await talk.sees(ana.chat, "Tap an example")
    ana.taps(ready, "Remind me in 1 minute to stretch")
    await talk.sees(ana.chat, "stretch")
    owner = await talk.owner(ana.id)
    assert (owner.zone, owner.zone_known, owner.welcomed) == ("America/Sao_Paulo", True, True)
    assert str(owner.summary_at) == "07:30:00"
    active = frozenset({ReminderStatus.ACTIVE, ReminderStatus.FIRED})
    (reminder,) = await talk.store.read(lambda work: work.reminders.find(owner.id, statuses=active))
    assert (reminder.created_at - began).total_seconds() < 120
    ana.starts()
    await talk.sees(ana.chat, "Hello Ana! Tell me")


async def test_the_menu_of_settings_stays_one_message(talk: Talk) -> None:
    ana = talk.telegram.person("Ana")
    ana.says("/settings")
    menu = await talk.sees(ana.chat, "Tap what to change")
    ana.taps(menu, "Quiet hours")
    assert (await talk.sees(ana.chat, "keep quiet?")).id == menu.id
    ana.taps(menu, "Never")
    assert (await talk.sees(ana.chat, "Quiet hours: off.")).id == menu.id
    ana.taps(menu, "‹ Settings")
    assert (await talk.sees(ana.chat, "quiet hours: off")).id == menu.id
    ana.taps(menu, "Event reminders")
    assert (await talk.sees(ana.chat, "shall I remind you?")).id == menu.id
    ana.says("20 minutes")
    typed = await talk.sees(ana.chat, "I remind you 20 minutes before")
    assert typed.id > menu.id
    assert len(ana.chat.from_bot) == 2


async def test_what_is_typed_as_an_answer_to_the_menu_is_a_message_of_its_own(talk: Talk) -> None:
    ana = talk.telegram.person("Ana")
    ana.says("/settings")
    menu = await talk.sees(ana.chat, "Tap what to change")
    ana.says("/settings summary 9:00", reply_to=menu)
    assert (await talk.sees(ana.chat, "daily at 09:00.")).id > menu.id


async def test_a_group_tells_its_own_zone(talk: Talk) -> None:
    ana = talk.telegram.person("Ana")
    group = talk.telegram.group("Band", ana)
    ana.says(f"/start@{talk.telegram.world.bot['username']}", group)
    asked = await talk.sees(group, "this group's reminders")
    ana.taps(asked, next(label for row in asked.buttons for label in row if "Tokyo" in label))
    await talk.sees(group, "This group's zone is Asia/Tokyo")
    owner = await talk.owner(group.id)
    assert (owner.zone, owner.welcomed) == ("Asia/Tokyo", True)
    await talk.sees(group, "Tap an example")
