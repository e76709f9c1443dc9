"""What is offered waits for its owner's tap, and imported events are known again."""

from dataclasses import replace
from datetime import datetime, timedelta

from core.ports import Offer, OfferKind, Store, Work
from core.rows import Task
from scheduler.housekeeping import OFFERS, Housekeeping
from tests import given
from tests.fakes.clock import FakeClock

POST = Offer(kind=OfferKind.POST, text="The plumber comes.", source="Ana")
NOON = datetime(2026, 11, 24, 12)


async def test_an_offer_comes_back_as_it_was(store: Store, clock: FakeClock) -> None:
    ann = await given.person(store)
    added = await store.run(lambda work: work.offers.add(ann.id, POST))
    assert added == replace(POST, code=added.code, made_at=clock.now())
    assert added.code[0] == "o"
    assert len(added.code) == 8
    assert await store.read(lambda work: work.offers.get(ann.id, added.code)) == added


async def test_an_offer_is_its_owners_alone(store: Store) -> None:
    ann, bob = await given.person(store), await given.person(store, "bob")
    offer = Offer(kind=OfferKind.CALENDAR, count=3)
    code = (await store.run(lambda work: work.offers.add(ann.id, offer, [b"a", b"b"]))).code

    def tamper(work: Work) -> None:
        assert work.offers.get(bob.id, code) is None
        assert work.offers.piece(bob.id, code, 0) is None
        work.offers.advance(bob.id, code, 2)
        work.offers.close(bob.id, code, "taken")

    await store.run(tamper)
    found = await store.read(lambda work: work.offers.get(ann.id, code))
    assert found is not None
    assert (found.done, found.closed, found.parts) == (0, "", 2)
    assert await store.read(lambda work: work.offers.piece(ann.id, code, 1)) == b"b"


async def test_a_closed_offer_drops_its_pieces(store: Store) -> None:
    ann = await given.person(store)
    offer = Offer(kind=OfferKind.CALENDAR)

    def unit(work: Work) -> None:
        code = work.offers.add(ann.id, offer, [b"a", b"b"]).code
        work.offers.advance(ann.id, code, 2)
        work.offers.close(ann.id, code, "taken")
        found = work.offers.get(ann.id, code)
        assert found is not None
        assert (found.done, found.closed) == (2, "taken")
        assert work.offers.piece(ann.id, code, 0) is None

    await store.run(unit)
    assert await given.stored(store, "offer_pieces") == []


async def test_offers_lapse_after_a_day(store: Store, clock: FakeClock) -> None:
    ann = await given.person(store)
    calendar = Offer(kind=OfferKind.CALENDAR)
    for _ in range(OFFERS + 2):
        await store.run(lambda work: work.offers.add(ann.id, calendar, [b"a"]))
    clock.advance(timedelta(hours=23))
    young = await store.run(lambda work: work.offers.add(ann.id, calendar, [b"b"]))
    clock.advance(timedelta(hours=2))
    await Housekeeping(store, clock).turn()
    assert [row["code"] for row in await given.stored(store, "offers")] == [young.code]
    assert len(await given.stored(store, "offer_pieces")) == 1


async def test_uids_are_known_while_their_event_lives(store: Store) -> None:
    ann, bob = await given.person(store), await given.person(store, "bob")

    def unit(work: Work) -> None:
        event = replace(given.event("Match", NOON), uid="1@club", batch="oaaaaaaa")
        stored = work.events.add(ann.id, event)
        own = work.events.add(ann.id, given.event("Own", NOON))
        task = work.tasks.add(ann.id, Task(title="Own task"))
        feed = [f"{own.id}@pixie", f"{task.id}@pixie"]
        asked = ["1@club", "2@club", "", *feed, *(f"{at}@many" for at in range(1200))]
        assert work.events.known(ann.id, asked) == {"1@club", *feed}
        assert work.events.known(ann.id, asked, besides="oaaaaaaa") == set(feed)
        assert work.events.known(bob.id, asked) == frozenset()
        work.events.remove(ann.id, stored)
        assert work.events.known(ann.id, ["1@club"]) == frozenset()

    await store.run(unit)


async def test_a_batch_is_what_was_imported_together(store: Store) -> None:
    ann, bob = await given.person(store), await given.person(store, "bob")

    def unit(work: Work) -> None:
        event = replace(given.event("Match", NOON), uid="1@club", batch="oaaaaaaa")
        stored = [work.events.add(ann.id, event) for _ in range(4)]
        work.events.add(ann.id, replace(event, batch="obbbbbbb"))
        work.events.add(ann.id, replace(event, batch=""))
        work.events.save(ann.id, replace(stored[0], title="Mine now"))
        work.events.remove(ann.id, stored[1])
        assert work.events.batch(ann.id, "oaaaaaaa", 10) == stored[2:]
        assert work.events.batch(ann.id, "oaaaaaaa", 1) == stored[2:3]
        assert work.events.batch_size(ann.id, "oaaaaaaa") == 3
        assert work.events.batch(bob.id, "oaaaaaaa", 10) == []
        assert work.events.batch_size(bob.id, "oaaaaaaa") == 0

    await store.run(unit)


async def test_an_entry_of_undo_may_stand_for_a_batch(store: Store) -> None:
    ann = await given.person(store)
    await store.run(lambda work: work.undo.add(ann.id, "imported", (), batch="oaaaaaaa"))
    found = await store.read(lambda work: work.undo.recent(ann.id, 1))
    assert [(entry.label, entry.batch, entry.changes) for entry in found] == [
        ("imported", "oaaaaaaa", ())
    ]
