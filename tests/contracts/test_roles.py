"""Roles that one process holds, updates that could not be read, and chats that move on."""

import asyncio
from datetime import timedelta

import pytest

from core.deliveries import Delivery, DeliveryKind
from core.ports import Store, Work
from core.values import Address, OwnerId, Reply
from tests import given
from tests.fakes.clock import MONDAY, FakeClock
from tests.given import LEASE

ROLE = "telegram:1"


async def take(store: Store, holder: str, name: str = ROLE) -> bool:
    return await store.run(lambda work: work.leases.take(name, holder, LEASE))


async def test_a_role_has_one_holder_until_its_lease_ends(store: Store, clock: FakeClock) -> None:
    assert await take(store, "one")
    assert not await take(store, "two")
    assert await take(store, "two", "another role")
    clock.advance(LEASE - timedelta(seconds=1))
    assert await take(store, "one")
    clock.advance(LEASE - timedelta(seconds=1))
    assert not await take(store, "two")
    clock.advance(seconds=1)
    assert await take(store, "two")
    assert not await take(store, "one")


async def test_a_role_that_is_given_back_is_free(store: Store) -> None:
    assert await take(store, "one")
    await store.run(lambda work: work.leases.release(ROLE, "two"))
    assert not await take(store, "two")
    await store.run(lambda work: work.leases.release(ROLE, "one"))
    assert await take(store, "two")


async def test_of_many_at_once_one_gets_it(store: Store) -> None:
    taken = await asyncio.gather(*(take(store, f"p{n}") for n in range(20)))
    assert sum(taken) == 1


async def test_what_could_not_be_read_is_kept_once(store: Store) -> None:
    def put(work: Work) -> bool:
        return work.set_aside.put("telegram", "7", "message", '{"a": "\\ud83d"}', "KeyError")

    assert await store.run(put)
    assert not await store.run(put)
    (row,) = await given.stored(store, "set_aside")
    assert (row["kind"], row["body"], row["reason"]) == ("message", '{"a": "\\ud83d"}', "KeyError")


async def test_it_goes_after_a_while(store: Store, clock: FakeClock) -> None:
    await store.run(lambda work: work.set_aside.put("telegram", "7", "message", "{}", "x"))
    before = clock.now() + timedelta(days=1)
    assert await store.run(lambda work: work.housekeeping.purge(MONDAY, MONDAY, 10)) == 0
    assert await store.run(lambda work: work.housekeeping.purge(before, before, 10)) == 1
    assert await given.stored(store, "set_aside") == []


async def test_a_chat_that_nobody_owns_takes_its_deliveries_along(store: Store) -> None:
    ann = await given.person(store)
    old, new = given.address("room", "7"), given.address("hall")

    def unit(work: Work) -> OwnerId | None:
        work.outbox.add(delivery(ann.id, old))
        return work.addresses.move(given.address("room"), new)

    assert await store.run(unit) is None
    (claim,) = await store.run(lambda work: work.outbox.claim(5, LEASE))
    assert claim.delivery.address == given.address("hall", "7")
    assert await store.run(lambda work: work.addresses.move(new, new)) is None


@pytest.mark.parametrize("arrived", [True, False])
async def test_what_is_in_flight_is_not_sent_again_at_once(
    arrived: bool, store: Store, clock: FakeClock
) -> None:
    ann = await given.person(store)

    def unit(work: Work) -> None:
        work.outbox.add(delivery(ann.id, given.address("room")))
        (claim,) = work.outbox.claim(5, LEASE)
        work.addresses.move(given.address("room"), given.address("hall"))
        assert work.outbox.claim(5, LEASE) == []
        if arrived:
            assert work.outbox.settle(claim, "m1")
            assert work.outbox.live() == 0

    await store.run(unit)
    clock.advance(LEASE)
    claims = await store.run(lambda work: work.outbox.claim(5, LEASE))
    if arrived:
        assert claims == []
    else:
        assert [(each.delivery.address, each.doubtful) for each in claims] == [
            (given.address("hall"), True)
        ]


def delivery(owner: OwnerId, address: Address) -> Delivery:
    return Delivery(
        key=str(address),
        owner=owner,
        address=address,
        reply=Reply(text="hello"),
        kind=DeliveryKind.REPLY,
        due_at=MONDAY,
    )
