"""Units: all or nothing, alone or beside others, on either database."""

import asyncio
from dataclasses import replace
from traceback import format_exception

import pytest
import sqlalchemy as sa

from core.errors import StorageDown, UserError
from core.ports import Store, Work
from core.rows import Note, Task
from db.store import open_store
from tests import given
from tests.fakes.clock import MONDAY, FakeClock


async def test_a_unit_returns_what_it_made(store: Store) -> None:
    ann = await given.person(store)
    task = await store.run(lambda work: work.tasks.add(ann.id, Task(title="call mom")))
    assert await store.read(lambda work: work.tasks.get(ann.id, task.id)) == task


async def test_a_unit_that_raises_leaves_nothing_behind(store: Store) -> None:
    ann = await given.person(store)

    def unit(work: Work) -> None:
        work.tasks.add(ann.id, Task(title="call mom"))
        raise UserError("Which mom?")

    with pytest.raises(UserError, match="Which mom"):
        await store.run(unit)
    assert await store.read(lambda work: work.thing(ann.id, 1)) is None
    note = await store.run(lambda work: work.notes.add(ann.id, Note(text="after")))
    assert note.number == 1


async def test_a_unit_that_fails_spares_those_that_share_its_commit(store: Store) -> None:
    ann = await given.person(store)

    def unit(at: int, work: Work) -> str:
        note = work.notes.add(ann.id, Note(text=f"note {at}"))
        if at % 3 == 0:
            raise UserError(f"no {at}")
        return note.text

    results = await asyncio.gather(
        *(store.run(lambda work, at=at: unit(at, work)) for at in range(30)),
        return_exceptions=True,
    )
    for at, result in enumerate(results):
        if at % 3 == 0:
            assert isinstance(result, UserError)
            assert str(result) == f"no {at}"
        else:
            assert result == f"note {at}"
    notes = await store.read(lambda work: work.notes.all(ann.id))
    assert {note.text for note in notes} == {f"note {at}" for at in range(30) if at % 3}
    assert sorted(note.number for note in notes) == list(range(1, 21))


async def test_a_mistake_in_sql_spares_those_that_share_its_commit(store: Store) -> None:
    ann = await given.person(store)
    results = await asyncio.gather(
        *(
            store.run(lambda work, owner=owner: work.turns.recent(owner, 1))
            if owner == ann.id
            else store.run(lambda work, owner=owner: work.feeds.add(owner, "all", "0" * 64))
            for owner in [ann.id, given.NOBODY, ann.id, given.NOBODY, ann.id]
        ),
        return_exceptions=True,
    )
    assert [type(result).__name__ for result in results] == [
        "list",
        "IntegrityError",
        "list",
        "IntegrityError",
        "list",
    ]


async def test_an_error_does_not_tell_what_people_wrote(store: Store) -> None:
    ann = await given.person(store)
    event = replace(given.event("s3cret", MONDAY.replace(tzinfo=None)), zone=None)
    with pytest.raises(sa.exc.IntegrityError) as caught:
        await store.run(lambda work: work.events.add(ann.id, event))
    assert "s3cret" not in "".join(format_exception(caught.value))


async def test_reading_cannot_write(store: Store) -> None:
    ann = await given.person(store)
    with pytest.raises(Exception, match=r"(?i)read-?only"):
        await store.read(lambda work: work.tasks.add(ann.id, Task(title="call mom")))
    assert await store.read(lambda work: work.thing(ann.id, 1)) is None


async def test_now_is_the_clock_s(store: Store, clock: FakeClock) -> None:
    assert await store.run(lambda work: work.now) == clock.now()
    clock.advance(hours=1)
    assert await store.read(lambda work: work.now) == clock.now()


async def test_a_unit_that_nobody_waits_for_any_more_harms_nobody(store: Store) -> None:
    ann = await given.person(store)
    waiting = [
        asyncio.create_task(
            store.run(lambda work, at=at: work.notes.add(ann.id, Note(text=f"note {at}")))
        )
        for at in range(20)
    ]
    await asyncio.sleep(0)
    for task in waiting[::2]:
        task.cancel()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    kept = [result for result in results if isinstance(result, Note)]
    assert len(kept) == 10
    stored = await store.read(lambda work: work.notes.all(ann.id))
    assert {note.id for note in kept} <= {note.id for note in stored}
    numbers = [note.number for note in stored]
    assert len(numbers) == len(set(numbers))


async def test_two_stores_on_one_database_see_each_other(store: Store, store_url: str) -> None:
    other = await open_store(store_url, FakeClock())
    try:
        ann = await given.person(store)
        tasks = [
            each.run(lambda work, at=at: work.tasks.add(ann.id, Task(title=f"task {at}")))
            for at in range(20)
            for each in (store, other)
        ]
        added = await asyncio.gather(*tasks)
        assert sorted(task.number for task in added) == list(range(1, 41))
    finally:
        await other.close()


async def test_a_closed_store_has_finished_what_was_asked(store_url: str) -> None:
    clock = FakeClock()
    store = await open_store(store_url, clock)
    ann = await given.person(store)
    asked = [
        asyncio.create_task(
            store.run(lambda work, at=at: work.notes.add(ann.id, Note(text=f"note {at}")))
        )
        for at in range(10)
    ]
    await asyncio.gather(*asked)
    await store.close()
    await store.close()
    with pytest.raises(StorageDown):
        await store.run(lambda work: work.now)
    with pytest.raises(StorageDown):
        await store.read(lambda work: work.now)
    store = await open_store(store_url, clock)
    assert len(await store.read(lambda work: work.notes.all(ann.id))) == 10
    await store.close()
