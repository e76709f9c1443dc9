"""Old rows go; what a late message, a reply, an undo or the journal needs stays."""

from datetime import timedelta

from core.deliveries import LaneClaim
from core.ports import Store, Work
from core.rows import Note, Task
from core.values import Card, CardKind, OwnerId, UserTurn
from tests import given
from tests.fakes.clock import MONDAY, FakeClock

BEFORE = MONDAY + timedelta(days=1)
AFTER = MONDAY + timedelta(days=2)
CARD = Card(kind=CardKind.TASK, code="tabcdefg", version=1, number=1, icon="☑", title="mom")


async def purged(store: Store, *, cards_too: bool = False, limit: int = 100) -> int:
    """Delete what is older than `BEFORE`; cards only if asked."""
    shown_before = BEFORE if cards_too else MONDAY - timedelta(days=1)
    return await store.run(lambda work: work.housekeeping.purge(BEFORE, shown_before, limit))


async def keys(store: Store, table: str, column: str) -> list[str]:
    return sorted(row[column] for row in await given.stored(store, table))


def take(work: Work, owner: OwnerId, *ids: str) -> LaneClaim:
    """Messages in the lane, and the lane in hand."""
    for id_ in ids:
        assert work.inbox.put(owner, given.message(id_))
    [claim] = work.inbox.claim(given.LEASE, 1)
    return claim


async def test_answered_messages_go_and_the_journal_stays(store: Store, clock: FakeClock) -> None:
    ann = await given.person(store)

    def fill(work: Work) -> None:
        claim = take(work, ann.id, "1", "2", "3", "4", "5")
        for answered in (True, True, False, True):
            row = work.inbox.next(claim)
            assert row is not None
            work.turns.append(ann.id, row.id, UserTurn(text=f"said {row.id}", at=MONDAY))
            if answered:
                work.inbox.done(claim, row.id)
            else:
                work.inbox.bury(claim, row.id, "bug")

    await store.run(fill)
    assert await purged(store) == 3
    # One is set aside for the operator, one waits.
    assert await keys(store, "inbox", "external_id") == ["3", "5"]
    found = await store.read(lambda work: work.documents.match(ann.id, ["said"]))
    assert len(await given.stored(store, "turns")) == len(found) == 4


async def test_no_message_gets_the_number_of_one_that_is_gone(
    store: Store, clock: FakeClock
) -> None:
    """The number names the answer, which is sent once."""
    ann = await given.person(store)

    def answered(work: Work, id_: str) -> int:
        claim = take(work, ann.id, id_)
        row = work.inbox.next(claim)
        assert row is not None
        work.inbox.done(claim, row.id)
        work.inbox.release(claim)
        return row.id

    first = await store.run(lambda work: answered(work, "1"))
    second = await store.run(lambda work: answered(work, "2"))
    assert await purged(store) == 1
    assert await purged(store) == 0
    third = await store.run(lambda work: answered(work, "3"))
    assert first < second < third


async def test_young_messages_stay_and_are_known_again(store: Store, clock: FakeClock) -> None:
    ann = await given.person(store)
    clock.set(BEFORE)

    def fill(work: Work) -> None:
        claim = take(work, ann.id, "1", "2")
        for _ in range(2):
            row = work.inbox.next(claim)
            assert row is not None
            work.inbox.done(claim, row.id)

    await store.run(fill)
    assert await purged(store) == 0
    assert not await store.run(lambda work: work.inbox.put(ann.id, given.message("1")))


async def send(store: Store, owner: OwnerId, key: str, *cards: Card, end: str = "sent") -> None:
    """A delivery and its end."""

    def unit(work: Work) -> None:
        about = ("row",) if end == "withdrawn" else ()
        assert work.outbox.add(given.delivery(owner, key, cards=cards, chat=key, about=about))
        if end == "withdrawn":
            assert work.outbox.withdraw(owner, "row") == 1
        if end in ("waiting", "withdrawn"):
            return
        claims = work.outbox.claim(10, given.LEASE)
        [claim] = [claim for claim in claims if claim.delivery.key == key]
        if end == "sent":
            assert work.outbox.settle(claim, f"m-{key}")
        if end == "dead":
            assert work.outbox.bury(claim, "blocked")

    await store.run(unit)


async def test_settled_deliveries_go_and_cards_stay_longer(store: Store, clock: FakeClock) -> None:
    ann = await given.person(store)
    for end in ("sent", "withdrawn", "dead"):
        await send(store, ann.id, end, end=end)
        await send(store, ann.id, f"{end} cards", CARD, end=end)
    await send(store, ann.id, "in flight", end="in flight")
    await send(store, ann.id, "waiting", end="waiting")
    clock.set(AFTER)
    await send(store, ann.id, "young")
    assert await purged(store) == 3
    left = {row["key"].split("~")[0] for row in await given.stored(store, "outbox")}
    cards = {"sent cards", "withdrawn cards", "dead cards"}
    assert left == cards | {"in flight", "waiting", "young"}
    assert await keys(store, "parts", "message_id") == ["m-sent cards", "m-young"]
    shown = await store.read(lambda work: work.outbox.shown_by(ann.id, "m-sent cards"))
    assert shown is not None
    assert shown.reply.cards == (CARD,)
    clock.advance(given.LEASE)
    claimed = await store.run(lambda work: work.outbox.claim(10, given.LEASE))
    assert {claim.delivery.key for claim in claimed} == {"in flight", "waiting"}


async def test_the_last_cards_of_each_owner_stay(store: Store, clock: FakeClock) -> None:
    ann, bob = await given.person(store, "ann"), await given.person(store, "bob")
    for owner in (ann.id, bob.id):
        for number in (1, 2):
            await send(store, owner, f"{owner} {number}", CARD)
        await send(store, owner, f"{owner} 3", CARD, end="dead")
        await send(store, owner, f"{owner} 4")
    assert await purged(store, cards_too=True) == 4
    for owner in (ann.id, bob.id):
        last = await store.read(lambda work, owner=owner: work.outbox.last_shown(owner))
        assert last is not None
        assert last.key == f"{owner} 2"
    await send(store, ann.id, "now", CARD)
    assert await purged(store, cards_too=True) == 2


async def test_what_was_deleted_goes_with_what_would_bring_it_back(
    store: Store, clock: FakeClock
) -> None:
    ann = await given.person(store)

    def fill(work: Work) -> None:
        work.tasks.add(ann.id, Task(title="stays"))
        task = work.tasks.add(ann.id, Task(title="gone"))
        event = work.events.add(ann.id, given.event("gone", MONDAY.replace(tzinfo=None)))
        reminder = work.reminders.add(ann.id, given.reminder("gone", MONDAY.replace(tzinfo=None)))
        note = work.notes.add(ann.id, Note(text="gone"))
        work.tasks.remove(ann.id, task)
        work.events.remove(ann.id, event)
        work.reminders.remove(ann.id, reminder)
        work.notes.remove(ann.id, note)
        work.undo.add(ann.id, "delete", work.changes)

    await store.run(fill)
    clock.set(AFTER)

    def young(work: Work) -> None:
        note = work.notes.add(ann.id, Note(text="young"))
        work.notes.remove(ann.id, note)
        work.undo.add(ann.id, "delete", work.changes)

    await store.run(young)
    assert await purged(store, limit=1) == 1
    # First the undo entry, then the rows.
    assert len(await given.stored(store, "undo")) == 1
    assert len(await given.stored(store, "tasks")) == 2
    assert await purged(store) == 4
    assert await keys(store, "tasks", "title") == ["stays"]
    assert await given.stored(store, "events") == []
    assert await given.stored(store, "reminders") == []
    assert await keys(store, "notes", "text") == ["young"]
    [entry] = await store.read(lambda work: work.undo.recent(ann.id, 10))

    def back(work: Work) -> None:
        for change in reversed(entry.changes):
            if change.before is not None:
                work.restore(ann.id, change)

    await store.run(back)
    notes = await store.read(lambda work: work.notes.all(ann.id))
    assert [note.text for note in notes] == ["young"]
    fresh = await store.run(lambda work: work.tasks.add(ann.id, Task(title="next")))
    assert fresh.number == 7


async def test_a_limit_holds_over_all_tables(store: Store, clock: FakeClock) -> None:
    ann = await given.person(store)
    for number in range(5):
        await send(store, ann.id, str(number))

    def fill(work: Work) -> None:
        for _ in range(5):
            work.tasks.remove(ann.id, work.tasks.add(ann.id, Task(title="x")))

    await store.run(fill)
    assert [await purged(store, limit=4) for _ in range(4)] == [4, 4, 2, 0]
