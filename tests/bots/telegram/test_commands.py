"""What Telegram shows before anybody writes: set once, whatever goes wrong on the way."""

import asyncio

import pytest
from telegram import Bot

from bots.telegram.commands import DESCRIPTION, SHORT_DESCRIPTION, Introduction
from core.commands import listed
from tests.fakes.clock import FakeClock
from tests.fakes.telegram import Fault, TelegramServer
from tests.fakes.telegram.faults import Limited, Step


def shown(telegram: TelegramServer, scope: str) -> list[tuple[str, str]]:
    """The commands of a kind of chat."""
    found = telegram.profile.commands.get((scope, ""), [])
    return [(each["command"], each["description"]) for each in found]


def wanted(*, group: bool) -> list[tuple[str, str]]:
    return [(each.name, each.about["en"]) for each in listed(group=group)]


async def test_the_commands_are_shown_in_private_chats_and_in_groups(
    bot: Bot, clock: FakeClock, telegram: TelegramServer
) -> None:
    await Introduction(bot, clock).run()
    assert shown(telegram, "all_private_chats") == wanted(group=False)
    assert shown(telegram, "all_group_chats") == wanted(group=True)
    assert telegram.profile.texts["description", ""] == DESCRIPTION
    assert telegram.profile.texts["short_description", ""] == SHORT_DESCRIPTION


async def test_what_is_shown_already_is_not_set_again(
    bot: Bot, clock: FakeClock, telegram: TelegramServer
) -> None:
    await Introduction(bot, clock).run()
    await Introduction(bot, clock).run()
    assert len(telegram.calls("setMyCommands")) == 2
    assert len(telegram.calls("setMyDescription")) == 1
    telegram.profile.commands["all_group_chats", ""].pop()
    await Introduction(bot, clock).run()
    assert len(telegram.calls("setMyCommands")) == 3
    assert shown(telegram, "all_group_chats") == wanted(group=True)


@pytest.mark.parametrize(
    "fault",
    [Fault.SERVER_ERROR, Fault.RESET_AFTER, Fault.UNAUTHORIZED, Fault.GARBAGE, Limited(after=7)],
)
async def test_it_is_tried_until_it_is_done(
    bot: Bot, clock: FakeClock, telegram: TelegramServer, fault: Step
) -> None:
    telegram.script("setMyCommands", fault, times=3)
    trying = asyncio.create_task(Introduction(bot, clock).run())
    async with asyncio.timeout(60):
        while not trying.done():
            clock.advance(seconds=1)
            await asyncio.sleep(0.002)
    assert shown(telegram, "all_private_chats") == wanted(group=False)
    assert shown(telegram, "all_group_chats") == wanted(group=True)


async def test_it_can_be_stopped_while_it_waits(
    bot: Bot, clock: FakeClock, telegram: TelegramServer
) -> None:
    telegram.faults.always("*", Fault.UNAUTHORIZED)
    introduction = Introduction(bot, clock)
    trying = asyncio.create_task(introduction.run())
    async with asyncio.timeout(60):
        while not clock.sleepers:
            await asyncio.sleep(0.002)
        introduction.stop()
        await trying
    assert not shown(telegram, "all_private_chats")
