"""Workspaces that have installed Pixie, and those who are on their way to it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from core.installations import Installation
from core.ports import Store, Work
from scheduler.housekeeping import Housekeeping
from tests import given
from tests.fakes.clock import MONDAY, FakeClock

MINUTE = timedelta(minutes=1)
ACME = Installation(
    platform="slack",
    workspace="T1",
    name="Acme ☀",
    app="A1",
    bot_user="U0",
    token="sealed",
    scopes=("chat:write", "commands"),
    installed_by="U1",
    by_admin=True,
    at=MONDAY,
)


async def put(store: Store, *installations: Installation) -> None:
    def unit(work: Work) -> None:
        for each in installations:
            work.installations.put(each)

    await store.run(unit)


async def get(store: Store, workspace: str = "T1", platform: str = "slack") -> Installation | None:
    return await store.read(lambda work: work.installations.get(platform, workspace))


async def test_it_is_stored_and_found(store: Store) -> None:
    other = replace(ACME, workspace="T2", scopes=(), by_admin=False)
    await put(store, other, ACME)
    assert await get(store) == ACME
    assert await get(store, "T2") == other
    assert await get(store, "t1") is None
    assert await get(store, platform="discord") is None
    assert await store.read(lambda work: work.installations.all()) == [ACME, other]


async def test_a_new_one_takes_the_place_of_an_old_one(store: Store) -> None:
    again = replace(ACME, name="Acme & Sons", token="newer", at=MONDAY + MINUTE)
    await put(store, ACME, again)
    assert await get(store) == again


async def test_taken_out_its_token_is_erased_and_it_can_come_back(store: Store) -> None:
    await put(store, ACME)
    out = MONDAY + MINUTE

    async def remove() -> bool:
        return await store.run(lambda work: work.installations.remove("slack", "T1", out))

    assert await remove()
    assert not await remove()
    gone = replace(ACME, token="", revoked_at=out)
    assert await get(store) == gone
    assert not gone.live
    assert await store.read(lambda work: work.installations.all()) == []
    again = replace(ACME, at=out + MINUTE)
    await put(store, again)
    # What was told late of the earlier one does not touch this one.
    assert not await remove()
    assert await get(store) == again


async def test_a_token_is_sealed_again_unless_it_changed(store: Store) -> None:
    await put(store, ACME)
    assert await store.run(lambda work: work.installations.reseal(ACME, "newer"))
    assert not await store.run(lambda work: work.installations.reseal(ACME, "newest"))
    assert await get(store) == replace(ACME, token="newer")


# --- installing ---


async def come_back(store: Store, state: str = "hash", platform: str = "slack") -> bool:
    ends_at = MONDAY + 10 * MINUTE
    return await store.run(lambda work: work.installations.come_back(platform, state, ends_at))


async def test_one_comes_back_once(store: Store) -> None:
    assert await come_back(store)
    assert await come_back(store, "other")
    assert not await come_back(store)


async def test_of_many_who_come_back_with_it_one_may(store: Store) -> None:
    assert sum(await asyncio.gather(*(come_back(store) for _ in range(10)))) == 1


async def test_a_state_that_is_over_is_forgotten(store: Store, clock: FakeClock) -> None:
    await come_back(store)
    clock.advance(days=31)
    await Housekeeping(store, clock).turn()
    assert await given.stored(store, "installing") == []
