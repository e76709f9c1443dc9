"""Deliveries: each destination's in order, at its pace, settled by whoever holds the fence."""

import asyncio
import random
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

from core.deliveries import ClaimedDelivery
from core.ports import Store, Work
from core.rows import Task
from core.values import Card, CardKind, OwnerId
from db.store import open_store
from tests import given
from tests.fakes.clock import MONDAY, FakeClock

LEASE = timedelta(seconds=30)


async def add(store: Store, owner: OwnerId, *keys: str, chat: str = "ann") -> None:
    def unit(work: Work) -> None:
        for key in keys:
            assert work.outbox.add(given.delivery(owner, key, chat=chat))

    await store.run(unit)


async def claim(store: Store, limit: int = 10) -> list[ClaimedDelivery]:
    return await store.run(lambda work: work.outbox.claim(limit, LEASE))


async def only(store: Store) -> ClaimedDelivery:
    [claimed] = await claim(store)
    return claimed


async def settle(store: Store, claimed: ClaimedDelivery, message_id: str = "m1") -> bool:
    return await store.run(lambda work: work.outbox.settle(claimed, message_id))


async def test_a_delivery_comes_back_as_it_was(store: Store) -> None:
    ann = await given.person(store)
    card = Card(kind=CardKind.TASK, code="tabcdefg", version=2, number=1, icon="☑", title="mom")
    sent = given.delivery(
        ann.id, "reply:1", thread="t", about=("a-b", "c-d"), cards=(card,), text="héllo 👋"
    )
    assert await store.run(lambda work: work.outbox.add(sent))
    assert await store.read(lambda work: work.outbox.live()) == 1
    claimed = await only(store)
    assert claimed == ClaimedDelivery(
        id=claimed.id,
        token=claimed.token,
        delivery=sent,
        attempts=1,
        doubtful=False,
        parts_sent=0,
        lease_until=MONDAY + LEASE,
    )
    assert await settle(store, claimed)
    assert await store.read(lambda work: (work.outbox.live(), work.outbox.next_due())) == (0, None)


async def test_a_key_is_queued_once_for_ever(store: Store) -> None:
    ann = await given.person(store)
    await add(store, ann.id, "reply:1")
    again = given.delivery(ann.id, "reply:1", text="again")
    assert not await store.run(lambda work: work.outbox.add(again))
    claimed = await only(store)
    assert claimed.delivery.reply.text == "hello"
    await settle(store, claimed)
    assert not await store.run(lambda work: work.outbox.add(again))
    assert await claim(store) == []
    assert await store.read(lambda work: work.outbox.next_due()) is None


async def test_only_the_oldest_of_a_destination_leaves(store: Store) -> None:
    ann = await given.person(store)
    await add(store, ann.id, "1", "2", "3")
    await add(store, ann.id, "x", chat="other")
    first = await claim(store)
    assert [claimed.delivery.key for claimed in first] == ["1", "x"]
    assert await claim(store) == []
    await settle(store, first[0])
    second = await only(store)
    assert second.delivery.key == "2"
    assert await store.run(lambda work: work.outbox.bury(second, "blocked"))
    assert (await only(store)).delivery.key == "3"


async def test_threads_of_one_chat_share_its_order(store: Store) -> None:
    ann = await given.person(store)
    for at, thread in enumerate(("a", "b")):
        reply = given.delivery(ann.id, str(at), thread=thread)
        await store.run(lambda work, reply=reply: work.outbox.add(reply))
    assert len(await claim(store)) == 1


async def test_a_limit_is_kept(store: Store) -> None:
    ann = await given.person(store)
    for at in range(5):
        await add(store, ann.id, str(at), chat=f"chat {at}")
    assert len(await claim(store, 2)) == 2
    assert len(await claim(store, 2)) == 2
    assert len(await claim(store, 2)) == 1


async def test_a_lost_lease_comes_back_doubtful_and_fenced(store: Store, clock: FakeClock) -> None:
    ann = await given.person(store)
    await add(store, ann.id, "1", "2")
    late = await only(store)
    clock.advance(LEASE - timedelta(seconds=1))
    assert await claim(store) == []
    clock.advance(seconds=1)
    quick = await only(store)
    assert (quick.delivery.key, quick.doubtful, quick.attempts) == ("1", True, 2)
    assert not await settle(store, late)
    assert not await store.run(lambda work: work.outbox.settle_part(late, 0, "m"))
    assert not await store.run(lambda work: work.outbox.retry(late, clock.now(), "x"))
    assert not await store.run(lambda work: work.outbox.bury(late, "x"))
    assert not await store.run(lambda work: work.outbox.doubt(late, clock.now()))
    assert await claim(store) == []
    assert await settle(store, quick)
    assert not await settle(store, quick)
    assert (await only(store)).delivery.key == "2"


async def test_a_retry_waits_holds_its_place_and_has_no_doubt(
    store: Store, clock: FakeClock
) -> None:
    ann = await given.person(store)
    await add(store, ann.id, "1", "2")
    first = await only(store)
    later = MONDAY + timedelta(minutes=5)
    assert await store.run(lambda work: work.outbox.retry(first, later, "429"))
    assert not await settle(store, first)
    assert await claim(store) == []
    assert await store.read(lambda work: work.outbox.next_due()) == later
    clock.set(later)
    again = await only(store)
    assert (again.delivery.key, again.doubtful, again.attempts) == ("1", False, 2)


async def test_a_doubt_comes_back_sooner_than_its_lease_ends(
    store: Store, clock: FakeClock
) -> None:
    ann = await given.person(store)
    await add(store, ann.id, "1", "2")
    first = await only(store)
    soon = clock.now() + timedelta(seconds=5)
    assert await store.run(lambda work: work.outbox.doubt(first, soon))
    assert await claim(store) == []
    clock.set(soon)
    again = await only(store)
    assert (again.delivery.key, again.doubtful, again.attempts) == ("1", True, 2)
    assert not await settle(store, first)


async def test_a_destination_keeps_its_pace(store: Store, clock: FakeClock) -> None:
    ann = await given.person(store)
    await add(store, ann.id, "1", "2")
    first = await only(store)
    second = MONDAY + timedelta(seconds=1)

    def unit(work: Work) -> None:
        work.outbox.pace(given.address("ann", "any thread"), second)
        assert work.outbox.settle(first, "m1")

    await store.run(unit)
    assert await claim(store) == []
    assert await store.read(lambda work: work.outbox.next_due()) == second
    clock.set(second)
    assert await settle(store, await only(store), "m2")
    # The pace outlives the queue, and other destinations do not wait for it.
    await store.run(
        lambda work: work.outbox.pace(given.address("ann"), second + timedelta(seconds=1))
    )
    await add(store, ann.id, "3")
    await add(store, ann.id, "x", chat="other")
    assert [claimed.delivery.key for claimed in await claim(store)] == ["x"]
    clock.advance(seconds=1)
    assert (await only(store)).delivery.key == "3"


OVERALL = timedelta(milliseconds=50)
SOON = timedelta(seconds=5)


async def turns(store: Store, count: int, platform: str = "telegram") -> list[float]:
    """The waits in seconds."""
    waits = await store.run(lambda work: work.outbox.turns(platform, count, OVERALL, SOON))
    return [wait.total_seconds() for wait in waits]


async def test_a_platform_gives_one_turn_after_the_other(store: Store, clock: FakeClock) -> None:
    assert await turns(store, 3) == [0, 0.05, 0.1]
    assert await turns(store, 2) == [0.15, 0.2]
    assert await turns(store, 1, "slack") == [0]
    clock.advance(seconds=0.2)
    assert await turns(store, 1) == [0.05]
    # Time without messages is not saved up.
    clock.advance(hours=1)
    assert await turns(store, 2) == [0, 0.05]


async def test_turns_that_come_too_late_are_not_taken(store: Store) -> None:
    assert (await turns(store, 200))[-1] == 9.95
    assert (await turns(store, 2)) == [5.05, 5.1]
    assert (await turns(store, 1)) == [5.05]


async def test_a_platform_can_be_held(store: Store, clock: FakeClock) -> None:
    ann = await given.person(store)
    for seconds in (30, 10):
        until = MONDAY + timedelta(seconds=seconds)
        await store.run(lambda work, until=until: work.outbox.hold("telegram", until))
    assert await turns(store, 2) == [30, 30.05]
    # What is queued for the platform stays claimable: who claims it asks for a turn.
    await add(store, ann.id, "1")
    assert len(await claim(store)) == 1
    clock.advance(seconds=30)
    assert await turns(store, 1) == [0]
    await store.run(lambda work: work.outbox.hold("telegram", MONDAY))
    assert await turns(store, 1) == [0.05]


async def test_processes_share_a_platform_s_turns(store_url: str) -> None:
    clock = FakeClock()
    stores = [await open_store(store_url, clock) for _ in range(2)]
    taken = await asyncio.gather(*(turns(store, 3) for store in stores * 5))
    assert sorted(wait for waits in taken for wait in waits) == [
        round(n * 0.05, 2) for n in range(30)
    ]
    for store in stores:
        await store.close()


async def test_a_pace_in_flight_defers_the_doubtful_repeat(store: Store, clock: FakeClock) -> None:
    ann = await given.person(store)
    await add(store, ann.id, "1")
    await only(store)
    await store.run(
        lambda work: work.outbox.pace(given.address("ann"), MONDAY + timedelta(minutes=5))
    )
    clock.advance(LEASE)
    assert await claim(store) == []
    clock.set(MONDAY + timedelta(minutes=5))
    assert (await only(store)).doubtful


async def test_a_long_reply_is_settled_part_by_part(store: Store, clock: FakeClock) -> None:
    ann = await given.person(store)
    await add(store, ann.id, "1", "2")
    first = await only(store)
    assert await store.run(lambda work: work.outbox.settle_part(first, 0, "m0"))
    assert await store.run(lambda work: work.outbox.settle_part(first, 1, "m1", LEASE * 2))
    clock.advance(LEASE)
    assert await claim(store) == []
    clock.advance(LEASE)
    again = await only(store)
    assert (again.parts_sent, again.doubtful) == (2, True)
    # The doubt is about the third part, until that has arrived.
    assert await store.run(lambda work: work.outbox.settle_part(again, 2, "m2"))
    assert await store.run(lambda work: work.outbox.retry(again, clock.now(), "parts are left"))
    last = await only(store)
    assert (last.parts_sent, last.doubtful, last.delivery.key) == (3, False, "1")
    assert await settle(store, last, "m3")
    for message_id in ("m0", "m1", "m2", "m3"):
        shown = await store.read(
            lambda work, message_id=message_id: work.outbox.shown_by(ann.id, message_id)
        )
        assert shown == replace(first.delivery, messages=4)
    assert (await only(store)).delivery.key == "2"


async def test_what_a_message_shows_is_its_owner_s_to_know(store: Store) -> None:
    ann, bob = await given.person(store, "ann"), await given.person(store, "bob")
    await add(store, ann.id, "1")
    await settle(store, await only(store), "7")
    await add(store, ann.id, "2", chat="other")
    await settle(store, await only(store), "7")

    def look(work: Work) -> list[str | None]:
        shown = [
            work.outbox.shown_by(ann.id, "7"),
            work.outbox.shown_by(ann.id, "7", given.address("ann", "thread")),
            work.outbox.shown_by(ann.id, "7", given.address("third")),
            work.outbox.shown_by(ann.id, "8"),
            work.outbox.shown_by(bob.id, "7"),
        ]
        return [delivery and delivery.key for delivery in shown]

    assert await store.read(look) == ["2", "1", None, None, None]


async def test_the_last_cards_are_known_before_they_left(store: Store) -> None:
    ann, bob = await given.person(store, "ann"), await given.person(store, "bob")
    card = Card(kind=CardKind.TASK, code="tabcdefg", version=1, number=1, icon="☑", title="mom")

    def fill(work: Work) -> None:
        work.outbox.add(given.delivery(ann.id, "1", cards=(card,)))
        work.outbox.add(given.delivery(ann.id, "2", cards=(card,)))
        work.outbox.add(given.delivery(ann.id, "3", cards=(card,), about=("gone",)))
        work.outbox.add(given.delivery(ann.id, "4"))
        work.outbox.withdraw(ann.id, "gone")

    await store.run(fill)
    last = await store.read(lambda work: work.outbox.last_shown(ann.id))
    assert last is not None
    assert last.key == "2"
    assert await store.read(lambda work: work.outbox.last_shown(bob.id)) is None


async def test_what_changed_before_it_left_is_withdrawn(store: Store) -> None:
    ann, bob = await given.person(store, "ann"), await given.person(store, "bob")
    task = await store.run(lambda work: work.tasks.add(ann.id, Task(title="mom")))
    other = await store.run(lambda work: work.tasks.add(bob.id, Task(title="dad")))

    def fill(work: Work) -> None:
        for owner, key, about in (
            (ann.id, "1", (other.id, task.id)),
            (ann.id, "2", ()),
            (bob.id, "3", (task.id,)),
        ):
            work.outbox.add(given.delivery(owner, key, about=about, chat=f"chat {owner}"))

    await store.run(fill)
    saved = await store.run(lambda work: work.tasks.save(ann.id, task))
    assert [each.delivery.key for each in await claim(store)] == ["2", "3"]
    # What is in flight may have left, and stays.
    assert await store.run(lambda work: work.outbox.withdraw(bob.id, task.id)) == 0
    # Taken back is not sent: the key may be used again, behind what was queued since.
    again = given.delivery(ann.id, "1", about=(task.id,), text="again", chat=f"chat {ann.id}")
    assert await store.run(lambda work: work.outbox.add(again))
    assert not await store.run(lambda work: work.outbox.add(again))
    await store.run(lambda work: work.tasks.remove(ann.id, saved))
    assert await store.read(lambda work: work.outbox.live()) == 2


async def test_withdrawing_frees_the_destination(store: Store, clock: FakeClock) -> None:
    ann = await given.person(store)
    row = given.NOBODY
    await store.run(lambda work: work.outbox.add(given.delivery(ann.id, "1", about=(row,))))
    await add(store, ann.id, "2")
    first = await only(store)
    later = MONDAY + timedelta(hours=1)
    await store.run(lambda work: work.outbox.retry(first, later, "429"))
    assert await store.run(lambda work: work.outbox.withdraw(ann.id, row)) == 1
    assert (await only(store)).delivery.key == "2"


async def test_what_partly_arrived_is_not_withdrawn(store: Store) -> None:
    ann = await given.person(store)
    row = given.NOBODY
    await store.run(lambda work: work.outbox.add(given.delivery(ann.id, "1", about=(row,))))
    first = await only(store)
    await store.run(lambda work: work.outbox.settle_part(first, 0, "m0"))
    await store.run(lambda work: work.outbox.retry(first, MONDAY, "parts are left"))
    assert await store.run(lambda work: work.outbox.withdraw(ann.id, row)) == 0
    assert await store.run(lambda work: work.outbox.withdraw(ann.id, "")) == 0
    assert (await only(store)).parts_sent == 1


async def test_an_empty_destination_s_claim_ends(store: Store) -> None:
    """A key that was known leaves nothing to send behind."""
    ann = await given.person(store)
    await add(store, ann.id, "1")
    await settle(store, await only(store))
    assert not await store.run(lambda work: work.outbox.add(given.delivery(ann.id, "1")))
    assert await claim(store) == []
    assert await store.read(lambda work: work.outbox.next_due()) is None
    await add(store, ann.id, "2")
    assert len(await claim(store)) == 1


async def test_workers_of_two_processes_send_everything_once_and_in_order(store_url: str) -> None:
    """Six workers on two stores; some sends are retried, some paced, rows come in meanwhile."""
    clock = FakeClock()
    stores = [await open_store(store_url, clock), await open_store(store_url, clock)]
    dice = random.Random(11)
    ann = await given.person(stores[0])
    chats, each = [f"chat {at}" for at in range(5)], 5
    sent = defaultdict[str, list[str]](list)

    async def produce() -> None:
        for number in range(each):
            for chat in chats:
                await add(dice.choice(stores), ann.id, f"{chat}/{number:03}", chat=chat)

    async def work(store: Store) -> None:
        while sum(map(len, sent.values())) < len(chats) * each:
            for claimed in await claim(store, 2):
                assert claimed.attempts <= 2
                assert not claimed.doubtful
                delivery = claimed.delivery
                if claimed.attempts == 1 and dice.random() < 0.2:
                    await store.run(
                        lambda work, claimed=claimed: work.outbox.retry(claimed, work.now, "429")
                    )
                    continue
                sent[delivery.address.chat].append(delivery.key)
                assert await settle(store, claimed, delivery.key)
            await asyncio.sleep(0)

    await asyncio.gather(produce(), *(work(store) for store in stores * 3))
    assert sent == {chat: [f"{chat}/{at:03}" for at in range(each)] for chat in chats}
    assert await stores[0].read(lambda work: work.outbox.live()) == 0
    for store in stores:
        await store.close()
