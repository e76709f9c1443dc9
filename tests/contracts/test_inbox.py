"""Lanes: each owner's messages in order, different owners' in parallel, nothing twice."""

import asyncio
import contextlib
import random
from collections import defaultdict
from datetime import timedelta

import pytest

from core.deliveries import LaneClaim
from core.errors import Fenced
from core.ports import InboxRow, Store, Work
from core.values import Attachment, AttachmentKind, OwnerId
from db.store import open_store
from tests import given
from tests.fakes.clock import MONDAY, FakeClock
from tests.given import LEASE


async def put(store: Store, owner: OwnerId, id_: str, text: str = "hello") -> bool:
    return await store.run(lambda work: work.inbox.put(owner, given.message(id_, text)))


async def claim(store: Store) -> LaneClaim | None:
    claims = await store.run(lambda work: work.inbox.claim(LEASE, 1))
    return claims[0] if claims else None


async def held(store: Store) -> LaneClaim:
    claimed = await claim(store)
    assert claimed is not None
    return claimed


async def next_of(store: Store, claim: LaneClaim) -> InboxRow | None:
    return await store.run(lambda work: work.inbox.next(claim))


async def test_a_message_comes_back_as_it_was(store: Store) -> None:
    ann = await given.person(store)
    message = given.message("1", "héllo 👋\nworld")
    voice = Attachment(kind=AttachmentKind.VOICE, name="a.ogg", size=12, ref="x")
    message = type(message)(
        **{name: getattr(message, name) for name in message.__dataclass_fields__}
        | {"attachments": (voice,), "replies_to": "m7", "group": True}
    )
    assert await store.run(lambda work: work.inbox.put(ann.id, message))
    row = await next_of(store, await held(store))
    assert row is not None
    assert row == InboxRow(id=row.id, owner=ann.id, message=message, attempts=0)


async def test_a_message_that_comes_twice_is_kept_once(store: Store) -> None:
    ann = await given.person(store)
    assert await put(store, ann.id, "1")
    assert not await put(store, ann.id, "1", "again")
    assert await put(store, ann.id, "2")
    assert await store.read(lambda work: work.inbox.waiting()) == 2
    mine = await held(store)
    row = await next_of(store, mine)
    assert row is not None
    await store.run(lambda work: work.inbox.done(mine, row.id))
    assert not await put(store, ann.id, "1")
    assert await store.read(lambda work: work.inbox.waiting()) == 1


async def test_a_lane_is_held_by_one_and_others_go_on(store: Store) -> None:
    ann, bob = await given.person(store, "ann"), await given.person(store, "bob")
    assert await claim(store) is None
    await put(store, ann.id, "1")
    await put(store, bob.id, "2")
    first, second = await held(store), await held(store)
    assert {first.owner, second.owner} == {ann.id, bob.id}
    assert await claim(store) is None


async def test_messages_come_in_order_and_the_lane_ends_idle(store: Store) -> None:
    ann = await given.person(store)
    for id_ in "123":
        await put(store, ann.id, id_)
    mine = await held(store)
    seen = []
    while row := await next_of(store, mine):
        seen.append(row.message.id)
        await store.run(lambda work, row=row: work.inbox.done(mine, row.id))
    assert seen == ["1", "2", "3"]
    await store.run(lambda work: work.inbox.release(mine))
    assert await claim(store) is None
    await put(store, ann.id, "4")
    assert await claim(store) is not None


async def test_the_lane_stays_due_for_what_came_in_meanwhile(store: Store) -> None:
    ann = await given.person(store)
    await put(store, ann.id, "1")
    mine = await held(store)
    row = await next_of(store, mine)
    assert row is not None
    await store.run(lambda work: work.inbox.done(mine, row.id))
    await put(store, ann.id, "2")
    assert await claim(store) is None
    await store.run(lambda work: work.inbox.release(mine))
    again = await held(store)
    row = await next_of(store, again)
    assert row is not None
    assert row.message.id == "2"


async def test_a_lane_given_back_early_stays_due(store: Store) -> None:
    ann = await given.person(store)
    await put(store, ann.id, "1")
    mine = await held(store)
    await store.run(lambda work: work.inbox.release(mine))
    assert await claim(store) is not None


async def test_a_deferred_lane_waits_whatever_comes_in(store: Store, clock: FakeClock) -> None:
    ann = await given.person(store)
    await put(store, ann.id, "1")
    mine = await held(store)
    await store.run(lambda work: work.inbox.defer(mine, MONDAY + timedelta(minutes=1)))
    await put(store, ann.id, "2")
    assert await claim(store) is None
    clock.advance(minutes=1)
    row = await next_of(store, await held(store))
    assert row is not None
    assert row.message.id == "1"


async def test_who_lost_the_lease_can_do_nothing_more(store: Store, clock: FakeClock) -> None:
    ann = await given.person(store)
    await put(store, ann.id, "1")
    late = await held(store)
    row = await next_of(store, late)
    assert row is not None
    clock.advance(LEASE)
    # Nobody took it yet: it may go on.
    await store.run(lambda work: work.inbox.renew(late, LEASE))
    clock.advance(LEASE)
    quick = await held(store)
    assert quick.owner == ann.id
    for act in (
        lambda work: work.inbox.renew(late, LEASE),
        lambda work: work.inbox.next(late),
        lambda work: work.inbox.done(late, row.id),
        lambda work: work.inbox.failed(late, row.id, "x"),
        lambda work: work.inbox.bury(late, row.id, "x"),
    ):
        with pytest.raises(Fenced):
            await store.run(act)
    await store.run(lambda work: work.inbox.release(late))
    await store.run(lambda work: work.inbox.defer(late, MONDAY))
    assert await claim(store) is None
    assert await next_of(store, quick) == row


async def test_renewing_keeps_the_lane(store: Store, clock: FakeClock) -> None:
    ann = await given.person(store)
    await put(store, ann.id, "1")
    mine = await held(store)
    for _ in range(3):
        clock.advance(seconds=10)
        await store.run(lambda work: work.inbox.renew(mine, LEASE))
        assert await claim(store) is None


async def test_failures_are_counted_and_the_lane_goes_on(store: Store) -> None:
    ann = await given.person(store)
    await put(store, ann.id, "1")
    await put(store, ann.id, "2")
    mine = await held(store)
    row = await next_of(store, mine)
    assert row is not None
    for expected in (1, 2, 3):
        assert await store.run(lambda work: work.inbox.failed(mine, row.id, "why")) == expected
    again = await next_of(store, mine)
    assert again is not None
    assert (again.id, again.attempts) == (row.id, 3)
    await store.run(lambda work: work.inbox.bury(mine, row.id, "why"))
    after = await next_of(store, mine)
    assert after is not None
    assert after.message.id == "2"
    assert await store.read(lambda work: work.inbox.waiting()) == 1
    assert not await put(store, ann.id, "1")


async def test_a_claim_reaches_no_other_owner_s_message(store: Store) -> None:
    ann, bob = await given.person(store, "ann"), await given.person(store, "bob")
    await put(store, ann.id, "1")
    mine = await held(store)
    await put(store, bob.id, "2")
    theirs = await held(store)
    row = await next_of(store, theirs)
    assert row is not None

    def meddle(work: Work) -> int:
        work.inbox.done(mine, row.id)
        work.inbox.bury(mine, row.id, "x")
        return work.inbox.failed(mine, row.id, "x")

    assert await store.run(meddle) == 0
    assert await next_of(store, theirs) == row


async def test_the_lane_that_has_waited_longest_comes_first(store: Store, clock: FakeClock) -> None:
    names = ["cid", "ann", "bob"]
    people = {(await given.person(store, name)).id: name for name in names}
    for at, owner in enumerate(people):
        await put(store, owner, str(at))
        clock.advance(seconds=1)
    assert [people[(await held(store)).owner] for _ in names] == names


async def test_workers_of_two_processes_keep_every_owner_s_order(store_url: str) -> None:
    """Six workers on two stores, messages coming in, some twice, leases lost on the way."""
    clock = FakeClock()
    stores = [await open_store(store_url, clock), await open_store(store_url, clock)]
    dice = random.Random(7)
    owners = [(await given.person(stores[0], f"p{at}")).id for at in range(6)]
    per_owner, answered = 5, defaultdict[OwnerId, list[str]](list)

    async def produce() -> None:
        for number in range(per_owner):
            for owner in owners:
                for _ in range(dice.choice((1, 1, 1, 2))):
                    await put(dice.choice(stores), owner, f"{owner}/{number:03}")

    async def answer_all(store: Store, claimed: LaneClaim) -> None:
        while row := await next_of(store, claimed):
            if dice.random() < 0.1:
                clock.advance(LEASE)
            await asyncio.sleep(0)

            def answer(work: Work, row: InboxRow = row) -> str:
                work.inbox.renew(claimed, LEASE)
                work.inbox.done(claimed, row.id)
                return row.message.id

            answered[claimed.owner].append(await store.run(answer))
        await store.run(lambda work: work.inbox.release(claimed))

    async def work(store: Store) -> None:
        while sum(map(len, answered.values())) < per_owner * len(owners):
            claimed = await claim(store)
            if claimed is None:
                await asyncio.sleep(0)
                continue
            with contextlib.suppress(Fenced):
                await answer_all(store, claimed)

    await asyncio.gather(produce(), *(work(store) for store in stores * 3))
    expected = {owner: [f"{owner}/{at:03}" for at in range(per_owner)] for owner in owners}
    assert answered == expected
    assert await stores[0].read(lambda work: work.inbox.waiting()) == 0
    for store in stores:
        await store.close()


async def test_several_lanes_are_claimed_at_once_those_that_wait_longest(
    store: Store, clock: FakeClock
) -> None:
    people = [await given.person(store, name) for name in ("ann", "bob", "cat")]
    for number, person in enumerate(people):
        await store.run(
            lambda work, p=person, n=number: work.inbox.put(p.id, given.message(str(n)))
        )
        clock.advance(seconds=1)
    claims = await store.run(lambda work: work.inbox.claim(LEASE, 2))
    assert {one.owner for one in claims} == {people[0].id, people[1].id}
    for one in claims:
        row = await store.run(lambda work, one=one: work.inbox.next(one))
        assert row is not None
        assert row.owner == one.owner
    [rest] = await store.run(lambda work: work.inbox.claim(LEASE, 2))
    assert rest.owner == people[2].id
