"""Invitations are used once, and strangers are counted without being known."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from core.invites import CODE as SHAPE
from core.invites import Invite, hashed, new_code, new_id
from core.people import Role
from core.ports import Store, Work
from core.values import Identity, OwnerId
from scheduler.housekeeping import Housekeeping
from tests import given
from tests.fakes.clock import MONDAY, FakeClock

WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)
CODE = "abcdefghijklmnop"


def invitation(code: str = CODE, *, owner: OwnerId | None = None, platform: str = "") -> Invite:
    return Invite(
        id=new_id(),
        role=Role.MEMBER,
        platform=platform,
        owner=owner,
        name="Ana",
        code_hash=hashed(code),
        made_at=MONDAY,
        ends_at=MONDAY + WEEK,
    )


async def add(store: Store, *invites: Invite) -> None:
    def unit(work: Work) -> None:
        for each in invites:
            work.invites.add(each)

    await store.run(unit)


async def use(store: Store, code: str = CODE, platform: str = "telegram") -> Invite | None:
    return await store.run(lambda work: work.invites.use(hashed(code), platform))


# --- invitations ---


async def test_an_invitation_is_used_once(store: Store, clock: FakeClock) -> None:
    made = invitation()
    await add(store, made)
    clock.advance(hours=1)
    assert await use(store) == replace(made, used_at=clock.now(), ends_at=clock.now())
    assert await use(store) is None


async def test_of_many_who_use_it_at_once_one_may(store: Store) -> None:
    await add(store, invitation())
    used = await asyncio.gather(*(use(store) for _ in range(20)))
    assert sum(each is not None for each in used) == 1


async def test_a_unit_that_fails_uses_nothing_up(store: Store) -> None:
    await add(store, invitation())

    def unit(work: Work) -> None:
        assert work.invites.use(hashed(CODE), "telegram") is not None
        raise RuntimeError("died")

    with pytest.raises(RuntimeError, match="died"):
        await store.run(unit)
    assert await use(store) is not None


async def test_it_ends(store: Store, clock: FakeClock) -> None:
    ann = await given.person(store)
    await add(store, invitation(owner=ann.id))
    clock.set(MONDAY + WEEK)
    assert await use(store) is None
    assert await store.read(lambda work: work.invites.of(ann.id)) == []


async def test_one_of_another_platform_or_code_opens_nothing(store: Store) -> None:
    await add(store, invitation(platform="telegram"))
    assert await use(store, platform="slack") is None
    assert await use(store, CODE.upper()) is None
    assert await use(store, "") is None
    assert await use(store) is not None


async def test_who_made_it_sees_it_and_takes_it_back(store: Store) -> None:
    ann, bob = await given.person(store), await given.person(store, "bob")
    first, second = invitation(owner=ann.id), invitation("x" * 16, owner=ann.id)
    await add(store, first, replace(second, made_at=MONDAY + HOUR))
    found = await store.read(lambda work: work.invites.of(ann.id))
    assert [each.id for each in found] == [first.id, second.id]
    assert await store.read(lambda work: work.invites.of(bob.id)) == []

    async def revoke(owner: OwnerId, invite: Invite) -> bool:
        return await store.run(lambda work: work.invites.revoke(owner, invite.id))

    assert not await revoke(bob.id, first)
    assert await revoke(ann.id, first)
    assert not await revoke(ann.id, first)
    assert await use(store) is None
    assert await use(store, "x" * 16) is not None
    assert not await revoke(ann.id, second)
    assert await store.read(lambda work: work.invites.of(ann.id)) == []


async def test_only_a_hash_of_the_code_is_kept(store: Store) -> None:
    await add(store, invitation())
    assert CODE not in repr(await given.stored(store, "invites"))


async def test_old_invitations_go_and_open_ones_stay(store: Store, clock: FakeClock) -> None:
    await add(store, invitation(), replace(invitation("x" * 16), ends_at=MONDAY + 10 * WEEK))
    clock.set(MONDAY + 6 * WEEK)
    await Housekeeping(store, clock).turn()
    (left,) = await given.stored(store, "invites")
    assert left["code_hash"] == hashed("x" * 16)


def test_codes_fit_a_link_and_do_not_repeat() -> None:
    codes = {new_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert all(re.fullmatch(SHAPE, code) for code in codes)


# --- strangers ---


def stranger(user: str = "4711") -> Identity:
    return Identity(platform="telegram", workspace="", user=user)


async def note(store: Store, user: str = "4711", what: str = "told") -> int:
    return await store.run(lambda work: work.strangers.note(stranger(user), what, HOUR))


async def count(store: Store, user: str = "4711", what: str = "told") -> int:
    return await store.read(lambda work: work.strangers.count(stranger(user), what, HOUR))


async def test_strangers_are_counted_apart_and_for_each_thing(store: Store) -> None:
    assert await count(store) == 0
    assert [await note(store), await note(store)] == [1, 2]
    assert await note(store, "4712") == 1
    assert await note(store, what="wrong") == 1
    assert [await count(store), await count(store, "4712"), await count(store, "1")] == [2, 1, 0]


async def test_a_window_begins_with_the_first_time(store: Store, clock: FakeClock) -> None:
    await note(store)
    clock.advance(minutes=59)
    assert await note(store) == 2
    clock.advance(minutes=1)
    assert await count(store) == 0
    assert await note(store) == 1
    clock.advance(minutes=59)
    assert await count(store) == 1


async def test_those_who_come_at_once_are_all_counted(store: Store) -> None:
    counts = await asyncio.gather(*(note(store) for _ in range(10)))
    assert sorted(counts) == list(range(1, 11))
    assert len(await given.stored(store, "salts")) == 1


async def test_what_is_kept_tells_nobody_who_it_was(store: Store) -> None:
    await note(store)
    (row,) = await given.stored(store, "strangers")
    assert set(row) == {"hash", "count", "since"}
    assert "4711" not in row["hash"]
    assert hashed(f"told\n{stranger()}") != row["hash"]


async def test_it_is_kept_for_a_day(store: Store, clock: FakeClock) -> None:
    await note(store)
    clock.advance(hours=23)
    await note(store, "4712")
    await Housekeeping(store, clock).turn()
    assert len(await given.stored(store, "strangers")) == 2
    clock.advance(hours=2)
    await Housekeeping(store, clock).turn()
    assert len(await given.stored(store, "strangers")) == 1
    clock.advance(hours=24)
    await Housekeeping(store, clock).turn()
    assert await given.stored(store, "strangers") == []
