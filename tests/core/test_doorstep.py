"""Strangers are answered beside the outbox, politely and not too many of them."""

import asyncio

import pytest

from core.access import PRIVATE
from core.doorstep import MOST_AT_ONCE, MOST_TOLD, TOLD_WITHIN, Doorstep
from core.errors import Unreachable
from core.ports import Store
from tests import given
from tests.core.test_access import message
from tests.fakes.clock import FakeClock
from tests.fakes.messenger import MemoryMessenger


@pytest.fixture
def voice() -> MemoryMessenger:
    return MemoryMessenger("telegram")


@pytest.fixture
def doorstep(sqlite_store: Store, clock: FakeClock, voice: MemoryMessenger) -> Doorstep:
    return Doorstep(sqlite_store, clock, {"telegram": voice})


async def test_a_stranger_is_told_where_they_wrote(
    doorstep: Doorstep, voice: MemoryMessenger
) -> None:
    said = message("1", "hello")
    await doorstep.turn_away(said)
    await doorstep.turn_away(said)
    assert [(sent.address, sent.reply.text) for sent in voice.sent] == [(said.address, PRIVATE)]


async def test_whom_nothing_reaches_is_told_no_more_today(
    doorstep: Doorstep, voice: MemoryMessenger
) -> None:
    voice.errors = [Unreachable("blocked")]
    await doorstep.turn_away(message("1", "hello"))
    await doorstep.turn_away(message("2", "hello"))
    assert voice.sent == []


async def test_a_flood_of_strangers_is_told_little_by_little(
    doorstep: Doorstep, voice: MemoryMessenger, sqlite_store: Store, clock: FakeClock
) -> None:
    for user in range(MOST_TOLD + 5):
        await doorstep.turn_away(message(str(user), "hello", str(user)))
    assert len(voice.sent) == MOST_TOLD
    assert len(await given.stored(sqlite_store, "strangers")) == MOST_TOLD
    clock.advance(TOLD_WITHIN)
    await doorstep.turn_away(message("x", "hello", str(MOST_TOLD + 1)))
    assert len(voice.sent) == MOST_TOLD + 1


async def test_one_who_floods_makes_one_write(
    doorstep: Doorstep, voice: MemoryMessenger, sqlite_store: Store
) -> None:
    await asyncio.gather(*(doorstep.turn_away(message(str(at), "hello")) for at in range(200)))
    for at in range(50):
        await doorstep.turn_away(message(str(at), "hello"))
    assert len(voice.sent) == 1
    (row,) = await given.stored(sqlite_store, "strangers")
    assert row["count"] <= MOST_AT_ONCE


async def test_a_platform_without_a_voice_is_left_alone(doorstep: Doorstep) -> None:
    await doorstep.turn_away(message("1", "hello", platform="slack"))
