"""Workspaces that have installed Pixie, and those who are on their way to it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from core.installations import Installation
from core.people import Person
from core.ports import Store, Work
from core.values import Identity, OwnerId
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


async def begin(store: Store, state: str = "hash", minutes: float = 10) -> None:
    ends_at = MONDAY + minutes * MINUTE
    await store.run(lambda work: work.installations.begin("slack", state, ends_at))


async def finish(store: Store, state: str = "hash", platform: str = "slack") -> bool:
    return await store.run(lambda work: work.installations.finish(platform, state))


async def test_one_comes_back_once(store: Store, clock: FakeClock) -> None:
    await begin(store)
    assert not await finish(store, platform="discord")
    assert not await finish(store, "other")
    clock.advance(minutes=9)
    assert await finish(store)
    assert not await finish(store)


async def test_of_many_who_come_back_with_it_one_may(store: Store) -> None:
    await begin(store)
    assert sum(await asyncio.gather(*(finish(store) for _ in range(10)))) == 1


async def test_one_comes_back_in_time(store: Store, clock: FakeClock) -> None:
    await begin(store)
    await begin(store, "later", 11)
    assert await store.read(lambda work: work.installations.begun()) == 2
    clock.advance(minutes=10)
    assert await store.read(lambda work: work.installations.begun()) == 1
    assert not await finish(store)
    clock.advance(days=31)
    await Housekeeping(store, clock).turn()
    assert await given.stored(store, "installing") == []


# --- a workspace's people ---


async def test_a_workspace_has_its_people_and_groups(store: Store) -> None:
    def add(work: Work, workspace: str, user: str, platform: str = "slack") -> OwnerId:
        fresh = Person(id=OwnerId(""), name=user, created_at=work.now)
        who = Identity(platform=platform, workspace=workspace, user=user)
        return work.people.add(fresh, who).id

    def unit(work: Work) -> list[OwnerId]:
        add(work, "T2", "U9")
        add(work, "T1", "U9", "discord")
        return sorted(add(work, "T1", f"U{number}") for number in range(5))

    ids = await store.run(unit)

    async def within(after: str, limit: int = 2) -> list[OwnerId]:
        found = await store.read(lambda work: work.people.within("slack", "T1", after, limit))
        return [each.id for each in found]

    assert await within("") == ids[:2]
    assert await within(ids[1]) == ids[2:4]
    assert await within(ids[3]) == ids[4:]
    assert await within(ids[4]) == []
    assert await within("", 10) == ids
