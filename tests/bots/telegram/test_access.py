"""From the first start to the second person: who comes in on Telegram, and who does not."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import pytest

from adapters.telegram.bot import open_bot
from adapters.telegram.messenger import TelegramMessenger
from bots.telegram.front import Front
from core.access import NOT_VALID, PRIVATE, PRIVATE_GROUP
from core.doorstep import Doorstep
from core.ports import Messenger, Store
from core.values import Address
from db.store import open_store
from main import build, show_owner_link
from tests import given
from tests.bots.telegram.conftest import bot_settings, running
from tests.crash.life import FastClock
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.memory import FakeMemory
from tests.fakes.telegram import Message, Person, TelegramServer

LATER = 20.0
"""Seconds until what should happen has happened, on a busy machine."""
LINK = re.compile(r"https://t\.me/(?P<bot>\w+)\?start=(?P<code>\w{16})\b")


@dataclass
class Whole:
    """All of Pixie as `main.py run` builds it, and what the operator was shown."""

    telegram: TelegramServer
    store: Store
    shown: list[str] = field(default_factory=list)

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(LATER):
            while not condition():
                await asyncio.sleep(0.02)

    async def hears(self, person: Person, words: str, after: Message | None = None) -> Message:
        """Pixie's newest message to this person with these words, after that one."""

        def found() -> list[Message]:
            said = [each for each in person.chat.from_bot if words in each.text]
            return [each for each in said if after is None or each.id > after.id]

        try:
            await self.until(found)
        except TimeoutError:
            raise AssertionError(f"not {words!r} in {person.chat.messages}") from None
        return found()[-1]

    async def quiet(self) -> None:
        """All that was said is taken in and answered."""
        await self.until(lambda: not self.telegram.updates.live())
        async with asyncio.timeout(LATER):
            while await self.store.read(lambda work: work.inbox.waiting() + work.outbox.live()):
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.2)


@asynccontextmanager
async def pixie(
    how: str, store: Store, clock: FastClock, telegram: TelegramServer, shown: list[str]
) -> AsyncIterator[None]:
    """One process of hers, until the end."""

    async def moved(old: Address, new: Address) -> None:
        await store.run(lambda work: work.addresses.move(old, new))

    async with AsyncExitStack() as stack:
        bot = await stack.enter_async_context(open_bot(bot_settings(telegram)))
        voice = TelegramMessenger(bot, clock, migrated=moved)
        stack.push_async_callback(voice.close)
        messengers: dict[str, Messenger] = {voice.platform: voice}
        whole = build(
            store, clock, messengers, FakeMemory(), FakeEmbedder(), invite_url=bot.invite_url
        )
        doorstep = Doorstep(store, clock, messengers)
        front = Front(
            bot,
            store,
            whole.intake,
            clock,
            turn_away=doorstep.turn_away,
            met=partial(show_owner_link, store, bot, shown.append),
        )
        moving = asyncio.create_task(whole.run())
        async with running(how, bot, front, store, clock):
            yield
        whole.stop()
        await moving


@pytest.fixture
async def whole(how: str, store_url: str) -> AsyncIterator[Whole]:
    clock = FastClock(time.time())
    store = await open_store(store_url, clock)
    async with TelegramServer(now=lambda: clock.now().timestamp()) as telegram:
        found = Whole(telegram, store)
        async with pixie(how, store, clock, telegram, found.shown):
            await telegram.until(lambda: "message_reaction" in telegram.updates.allowed)
            yield found
    await store.close()


def code_in(text: str) -> str:
    match = LINK.search(text)
    assert match is not None, text
    return match["code"]


async def owner(whole: Whole) -> Person:
    """Who opened the link that was shown at the first start."""
    await whole.until(lambda: whole.shown)
    alice = whole.telegram.person("Alice Doe")
    alice.starts(code_in(whole.shown[0]))
    await whole.hears(alice, "")
    return alice


async def test_from_the_first_start_to_the_second_person(whole: Whole) -> None:
    await whole.until(lambda: whole.shown)
    (shown,) = whole.shown
    link = LINK.search(shown)
    assert link is not None
    assert link["bot"] == whole.telegram.world.bot["username"]

    # A stranger is told once, and leaves nothing.
    eve = whole.telegram.person("Eve")
    eve.says("let me in")
    await whole.hears(eve, PRIVATE)
    eve.says("please!")
    eve.starts()
    await whole.quiet()
    assert eve.chat.texts.count(PRIVATE) == 1
    assert len(eve.chat.from_bot) == 1
    assert await given.stored(whole.store, "people") == []

    # The operator opens the link, and then it is dead.
    alice = whole.telegram.person("Alice Doe")
    alice.starts(link["code"])
    welcome = await whole.hears(alice, "")
    assert PRIVATE not in welcome.text
    eve.starts(link["code"])
    await whole.hears(eve, NOT_VALID)
    alice.says("add a task: buy milk")
    last = await whole.hears(alice, "buy milk", welcome)

    # She invites Bob, whose link works once.
    alice.says("invite Bob")
    invitation = await whole.hears(alice, "Invitation for Bob", last)
    code = code_in(invitation.text)
    bob = whole.telegram.person("Bob")
    bob.starts(code)
    greeting = await whole.hears(bob, "")
    assert NOT_VALID not in greeting.text
    mallory = whole.telegram.person("Mallory")
    mallory.starts(code)
    await whole.hears(mallory, NOT_VALID)

    # Bob has lists of his own, and may not invite.
    bob.says("/tasks")
    lists = await whole.hears(bob, "", greeting)
    assert "buy milk" not in lists.text
    bob.says("/invite Carol")
    await whole.hears(bob, "Only whoever runs me", lists)

    # What Alice was shown is not kept, and the used one is not open.
    await whole.quiet()
    for table in ("turns", "outbox", "invites", "inbox"):
        assert code not in repr(await given.stored(whole.store, table)), table
    alice.says("who did I invite?")
    await whole.hears(alice, "There is no open invitation", invitation)
    assert {row["role"] for row in await given.stored(whole.store, "people")} == {"owner", "member"}


async def test_an_invitation_is_taken_back_by_its_button(whole: Whole) -> None:
    alice = await owner(whole)
    alice.says("/invite")
    invitation = await whole.hears(alice, "Invitation; it works once")
    alice.taps(invitation, "Take back")
    await whole.hears(alice, "taken back", invitation)
    bob = whole.telegram.person("Bob")
    bob.starts(code_in(invitation.text))
    await whole.hears(bob, NOT_VALID)


async def test_two_who_open_one_link_at_once(whole: Whole) -> None:
    alice = await owner(whole)
    alice.says("/invite")
    code = code_in((await whole.hears(alice, "Invitation")).text)
    both = [whole.telegram.person("Bob"), whole.telegram.person("Carol")]
    for each in both:
        each.starts(code)
    await whole.until(lambda: all(each.chat.from_bot for each in both))
    await whole.quiet()
    refused = [each for each in both if each.chat.texts.count(NOT_VALID)]
    assert len(refused) == 1
    assert len(await given.stored(whole.store, "people")) == 2


async def test_a_group_is_let_in_by_someone_known(whole: Whole) -> None:
    alice = await owner(whole)
    eve = whole.telegram.person("Eve")
    group = whole.telegram.group("Flat", alice, eve)
    eve.says("/tasks", group)
    await whole.until(lambda: PRIVATE_GROUP in group.texts)
    alice.says("/task buy soap", group)
    await whole.until(lambda: any("buy soap" in each.text for each in group.from_bot))
    before = len(group.from_bot)
    eve.says("/tasks", group)
    await whole.until(lambda: len(group.from_bot) > before)
    assert "buy soap" in group.from_bot[-1].text
    # A secret is not made where all can read it.
    alice.says("/invite Bob", group)
    await whole.until(lambda: any("private chat" in each.text for each in group.from_bot))
    assert not [text for text in group.texts if LINK.search(text)]
    eve.says("hello")
    await whole.hears(eve, PRIVATE)


async def test_several_processes_show_links_that_all_work_until_one_did(
    how: str, whole: Whole
) -> None:
    """The later start takes nothing back that an operator may have before their eyes."""
    clock = FastClock(time.time())
    others: list[str] = []
    if how == "polling":
        async with pixie(how, whole.store, clock, whole.telegram, others):
            await whole.until(lambda: others)
    else:
        async with open_bot(bot_settings(whole.telegram)) as bot:
            await bot.get_me()
            await show_owner_link(whole.store, bot, others.append)
    await whole.until(lambda: whole.shown)
    first, second = code_in(whole.shown[0]), code_in(others[0])
    assert first != second
    alice, eve = whole.telegram.person("Alice"), whole.telegram.person("Eve")
    alice.starts(first)
    assert NOT_VALID not in (await whole.hears(alice, "")).text
    eve.starts(second)
    await whole.hears(eve, NOT_VALID)
    async with open_bot(bot_settings(whole.telegram)) as bot:
        await bot.get_me()
        await show_owner_link(whole.store, bot, others.append)
    assert len(others) == 1
