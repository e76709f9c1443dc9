"""Finding an owner's things, what falls due, and people with their settings."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from core.errors import Stale
from core.ports import Store, TaskQuery, Work
from core.rows import Note, Priority, Reminder, ReminderStatus, Task, TaskStatus
from core.values import OwnerId
from tests import given
from tests.fakes.clock import MONDAY, FakeClock

NINE = datetime(2026, 11, 23, 9)


async def test_tasks_are_found_by_every_narrowing(store: Store) -> None:
    ann, bob = await given.person(store, "ann"), await given.person(store, "bob")
    day = timedelta(days=1)

    def fill(work: Work) -> None:
        for owner in (ann.id, bob.id):
            for task in (
                Task(title="no date"),
                Task(title="urgent", priority=Priority.URGENT),
                Task(title="later", due_local=NINE, due_at=MONDAY + 2 * day, project="Home"),
                Task(title="sooner", due_local=NINE, due_at=MONDAY + day, project="hOmE"),
                Task(title="done", status=TaskStatus.COMPLETED, completed_at=MONDAY),
            ):
                work.tasks.add(owner, task)
        gone = work.tasks.add(ann.id, Task(title="gone", due_at=MONDAY))
        work.tasks.remove(ann.id, gone)

    await store.run(fill)
    pending = frozenset({TaskStatus.PENDING})
    expected: list[tuple[TaskQuery, list[str]]] = [
        (TaskQuery(), ["sooner", "later", "urgent", "no date", "done"]),
        (TaskQuery(statuses=pending), ["sooner", "later", "urgent", "no date"]),
        (TaskQuery(project="HOME"), ["sooner", "later"]),
        (TaskQuery(priority=Priority.URGENT), ["urgent"]),
        (TaskQuery(due_before=MONDAY + 2 * day), ["sooner"]),
        (TaskQuery(due_after=MONDAY + 2 * day), ["later"]),
        (TaskQuery(completed_after=MONDAY), ["done"]),
        (TaskQuery(completed_after=MONDAY + day), []),
        (TaskQuery(limit=2), ["sooner", "later"]),
        (TaskQuery(limit=2, offset=1), ["later", "urgent"]),
        (TaskQuery(offset=9), []),
    ]
    for query, titles in expected:
        found = await store.read(lambda work, query=query: work.tasks.find(ann.id, query))
        assert [task.title for task in found] == titles, query
        whole = replace(query, limit=500, offset=0)
        there = await store.read(lambda work, query=whole: work.tasks.find(ann.id, query))
        counted = await store.read(lambda work, query=query: work.tasks.count(ann.id, query))
        assert counted == len(there), query


async def test_a_project_is_compared_without_case_in_every_script(store: Store) -> None:
    ann = await given.person(store)
    await store.run(lambda work: work.tasks.add(ann.id, Task(title="x", project="ÉTÉ Ωδή")))
    query = TaskQuery(project="été ωδή")
    assert len(await store.read(lambda work: work.tasks.find(ann.id, query))) == 1


async def test_events_between_two_instants_are_half_open(store: Store) -> None:
    ann, bob = await given.person(store, "ann"), await given.person(store, "bob")

    def fill(work: Work) -> None:
        for owner in (ann.id, bob.id):
            work.events.add(owner, given.event("nine", NINE))
            work.events.add(owner, given.event("eleven", NINE + timedelta(hours=2)))
            endless = replace(
                given.event("series", NINE - timedelta(days=400)), rrule="FREQ=DAILY", until_at=None
            )
            work.events.add(owner, endless)

    await store.run(fill)

    async def titles(start: int, end: int) -> list[str]:
        at = MONDAY.replace(hour=0)
        window = (at + timedelta(hours=start), at + timedelta(hours=end))
        found = await store.read(lambda work: work.events.between(ann.id, *window))
        return [event.title for event in found]

    assert await titles(9, 10) == ["series", "nine"]
    assert await titles(10, 11) == ["series"]
    assert await titles(8, 9) == ["series"]
    assert await titles(9, 12) == ["series", "nine", "eleven"]
    assert len(await store.read(lambda work: work.events.all(ann.id))) == 3


async def test_reminders_fall_due_for_all_owners_and_are_armed_without_a_new_version(
    store: Store, clock: FakeClock
) -> None:
    ann, bob = await given.person(store, "ann"), await given.person(store, "bob")

    def fill(work: Work) -> list[Reminder]:
        rows = [
            work.reminders.add(owner, given.reminder(f"{hour}", datetime(2026, 11, 23, hour)))
            for owner in (ann.id, bob.id)
            for hour in (10, 11)
        ]
        gone = work.reminders.add(ann.id, given.reminder("gone", datetime(2026, 11, 23, 10)))
        work.reminders.remove(ann.id, gone)
        return rows

    rows = await store.run(fill)
    ten = MONDAY.replace(hour=10)

    def due(work: Work) -> list[str]:
        return [row.id for row in work.reminders.due(work.now, 10)]

    assert await store.run(due) == []
    clock.set(ten)
    assert set(await store.run(due)) == {rows[0].id, rows[2].id}
    mine = await store.run(lambda work: work.reminders.due_of(ann.id, work.now, 10))
    assert [row.id for row in mine] == [rows[0].id]
    assert len(await store.run(lambda work: work.reminders.due(work.now, 1))) == 1

    def arm(work: Work) -> Reminder | None:
        for owner in (bob.id, ann.id):
            work.reminders.arm(
                owner, rows[0].id, next_at=None, next_local=None, status=ReminderStatus.FIRED
            )
        assert work.changes == []
        return work.reminders.get(ann.id, rows[0].id)

    revision = await store.read(lambda work: work.people.revision(ann.id))
    armed = await store.run(arm)
    assert armed == replace(rows[0], next_at=None, next_local=None, status=ReminderStatus.FIRED)
    assert await store.read(lambda work: work.people.revision(ann.id)) == revision
    assert await store.run(due) == [rows[2].id]
    active = frozenset({ReminderStatus.ACTIVE})
    found = await store.read(lambda work: work.reminders.find(ann.id, statuses=active))
    assert [row.text for row in found] == ["11"]
    everything = frozenset(ReminderStatus)
    found = await store.read(lambda work: work.reminders.find(ann.id, statuses=everything))
    assert [row.text for row in found] == ["11", "10"]
    assert await store.read(lambda work: work.reminders.find(ann.id, statuses=frozenset())) == []


async def test_notes_come_newest_first(store: Store, clock: FakeClock) -> None:
    ann = await given.person(store)
    for text in ("one", "two", "three"):
        await store.run(lambda work, text=text: work.notes.add(ann.id, Note(text=text)))
        clock.advance(seconds=1)
    notes = await store.read(lambda work: work.notes.all(ann.id, 2))
    assert [note.text for note in notes] == ["three", "two"]


async def test_people_change_by_version(store: Store) -> None:
    ann = await given.person(store)
    assert await store.read(lambda work: work.people.get(ann.id)) == ann
    assert await store.read(lambda work: work.people.by_identity(given.identity())) == ann
    assert await store.read(lambda work: work.people.by_identity(given.identity("bob"))) is None
    assert await store.read(lambda work: work.people.get(given.NOBODY)) is None
    moved = replace(
        ann,
        zone="Asia/Tokyo",
        zone_known=True,
        habits=replace(ann.habits, morning=time(7, 30)),
        summary_at=None,
        quiet_from=None,
        quiet_until=None,
        preferred=given.address("ann", "thread"),
        budget=5_000_000_000,
        paused=True,
        summary_next=MONDAY,
    )
    saved = await store.run(lambda work: work.people.save(moved))
    assert saved == replace(moved, version=2)
    assert await store.read(lambda work: work.people.get(ann.id)) == saved
    with pytest.raises(Stale):
        await store.run(lambda work: work.people.save(moved))
    assert await store.read(lambda work: work.people.identities(ann.id)) == [given.identity()]


async def test_summaries_fall_due(store: Store, clock: FakeClock) -> None:
    ann, bob = await given.person(store, "ann"), await given.person(store, "bob")
    later = MONDAY + timedelta(hours=1)
    await store.run(lambda work: work.people.save(replace(ann, summary_next=later)))
    await store.run(lambda work: work.people.save(replace(bob, summary_next=None)))

    def due(work: Work) -> list[OwnerId]:
        return [person.id for person in work.people.summaries_due(work.now, 10)]

    assert await store.run(due) == []
    clock.set(later)
    assert await store.run(due) == [ann.id]
