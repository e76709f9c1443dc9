"""Tasks, events, reminders and notes: numbers, versions, owners and what is taken back."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import Stale
from core.ports import Change, Store, TaskQuery, Work
from core.rows import (
    Event,
    Note,
    Pin,
    Priority,
    Reminder,
    Task,
    TaskStatus,
    Thing,
)
from tests import given as some
from tests.fakes.clock import MONDAY, FakeClock

NINE = datetime(2026, 11, 23, 9)
ALL_KINDS: list[tuple[str, Thing]] = [
    (
        "tasks",
        Task(
            title="call mom 👩‍👧",
            description="about Sunday",
            project="Home",
            status=TaskStatus.IN_PROGRESS,
            priority=Priority.URGENT,
            due_local=datetime(2026, 11, 24, 17, 30),
            zone="Europe/Lisbon",
            due_at=datetime(2026, 11, 24, 17, 30, tzinfo=UTC),
            completed_at=MONDAY,
            via="terminal::ann",
        ),
    ),
    (
        "events",
        Event(
            title="אירוע",
            description="right to left",
            location="Café",
            start_local=NINE,
            end_local=NINE + timedelta(hours=1),
            zone="America/New_York",
            rrule="FREQ=WEEKLY",
            excluded=(NINE + timedelta(days=7), NINE + timedelta(days=14)),
            start_at=datetime(2026, 11, 23, 14, tzinfo=UTC),
        ),
    ),
    (
        "reminders",
        Reminder(
            text="stand up",
            at_local=NINE,
            zone="Asia/Kathmandu",
            pin=Pin.TIMER,
            rrule="FREQ=DAILY",
            next_at=datetime(2026, 11, 23, 3, 15, 0, 123456, tzinfo=UTC),
            next_local=NINE,
            explicit=False,
            about="x",
            address=some.address("ann", "thread"),
            snoozes=2,
        ),
    ),
    ("notes", Note(text="line\nline " * 5000, source="https://example.org")),
]
each_kind = pytest.mark.parametrize(
    ("kind", "fresh"), ALL_KINDS, ids=[kind for kind, _ in ALL_KINDS]
)


def of(work: Work, kind: str) -> Any:
    return getattr(work, kind)


@each_kind
async def test_what_is_added_comes_back_as_it_was(store: Store, kind: str, fresh: Thing) -> None:
    ann = await some.person(store)
    stored = await store.run(lambda work: of(work, kind).add(ann.id, fresh))
    assert stored == replace(
        fresh,
        id=stored.id,
        owner=ann.id,
        number=1,
        code=stored.code,
        version=1,
        created_at=MONDAY,
        updated_at=MONDAY,
    )
    assert re.fullmatch(f"{kind[0]}[a-z2-7]{{7}}", stored.code)

    def look(work: Work) -> None:
        assert of(work, kind).get(ann.id, stored.id) == stored
        assert work.thing(ann.id, 1) == stored
        assert work.coded(ann.id, stored.code) == stored
        assert work.people.revision(ann.id) == 1

    await store.read(look)


@each_kind
async def test_another_owner_has_no_way_to_it(store: Store, kind: str, fresh: Thing) -> None:
    ann, bob = await some.person(store, "ann"), await some.person(store, "bob")
    hers = await store.run(lambda work: of(work, kind).add(ann.id, fresh))
    his = await store.run(lambda work: of(work, kind).add(bob.id, fresh))
    assert hers.number == his.number == 1

    def look(work: Work) -> None:
        assert of(work, kind).get(bob.id, hers.id) is None
        assert work.coded(bob.id, hers.code) is None
        assert work.thing(bob.id, 1) == his
        assert work.thing(ann.id, 1) == hers

    await store.read(look)
    attempts: list[Callable[[Work], Thing]] = [
        lambda work: of(work, kind).save(bob.id, hers),
        lambda work: of(work, kind).save(bob.id, replace(hers, owner=bob.id)),
        lambda work: of(work, kind).remove(bob.id, hers),
        lambda work: work.restore(bob.id, Change(before=None, after=hers)),
        lambda work: work.restore(bob.id, Change(before=hers, after=hers)),
    ]
    for attempt in attempts:
        with pytest.raises(Stale):
            await store.run(attempt)
    assert await store.read(lambda work: of(work, kind).get(ann.id, hers.id)) == hers


@each_kind
async def test_saving_grows_the_version_and_an_old_copy_is_stale(
    store: Store, clock: FakeClock, kind: str, fresh: Thing
) -> None:
    ann = await some.person(store)
    first = await store.run(lambda work: of(work, kind).add(ann.id, fresh))
    clock.advance(minutes=1)
    second = await store.run(lambda work: of(work, kind).save(ann.id, replace(first, via="x")))
    assert second == replace(first, via="x", version=2, updated_at=clock.now())
    with pytest.raises(Stale):
        await store.run(lambda work: of(work, kind).save(ann.id, first))
    with pytest.raises(Stale):
        await store.run(lambda work: of(work, kind).remove(ann.id, first))
    assert await store.read(lambda work: of(work, kind).get(ann.id, first.id)) == second


@each_kind
async def test_what_makes_a_row_the_same_row_cannot_be_changed(
    store: Store, kind: str, fresh: Thing
) -> None:
    ann = await some.person(store)
    first = await store.run(lambda work: of(work, kind).add(ann.id, fresh))
    forged = replace(first, number=99, code="x", owner=some.NOBODY, created_at=MONDAY - MONDAY_AGO)
    second = await store.run(lambda work: of(work, kind).save(ann.id, forged))
    assert second == replace(first, version=2)


MONDAY_AGO = timedelta(days=7)


@each_kind
async def test_what_is_removed_is_gone_until_it_is_brought_back(
    store: Store, kind: str, fresh: Thing
) -> None:
    ann = await some.person(store)
    first = await store.run(lambda work: of(work, kind).add(ann.id, fresh))
    removed = await store.run(lambda work: of(work, kind).remove(ann.id, first))
    assert removed == replace(first, version=2, deleted_at=MONDAY)

    def look(work: Work) -> None:
        assert of(work, kind).get(ann.id, first.id) is None
        assert work.thing(ann.id, 1) is None
        assert work.coded(ann.id, first.code) is None

    await store.read(look)
    back = await store.run(
        lambda work: of(work, kind).save(ann.id, replace(removed, deleted_at=None))
    )
    assert back == replace(first, version=3)
    assert await store.read(lambda work: work.thing(ann.id, 1)) == back


async def test_numbers_run_through_all_kinds(store: Store) -> None:
    ann = await some.person(store)

    def unit(work: Work) -> list[Thing]:
        return [of(work, kind).add(ann.id, fresh) for kind, fresh in ALL_KINDS * 2]

    things = await store.run(unit)
    assert [thing.number for thing in things] == list(range(1, 9))
    assert len({thing.code for thing in things}) == 8
    # A number is not given twice, also when its row is gone.
    last = things[-1]
    await store.run(lambda work: work.notes.remove(ann.id, last))
    note = await store.run(lambda work: work.notes.add(ann.id, Note(text="next")))
    assert note.number == 9


async def test_nobody_s_rows_are_refused(store: Store) -> None:
    with pytest.raises(LookupError):
        await store.run(lambda work: work.tasks.add(some.NOBODY, Task(title="call mom")))
    for code in ("", "x", "t", "zzzzzzzz", "t" * 100, "é2345678"):
        assert await store.read(lambda work, code=code: work.coded(some.NOBODY, code)) is None


async def test_changes_are_collected_in_order(store: Store) -> None:
    ann = await some.person(store)

    def unit(work: Work) -> list[Change]:
        task = work.tasks.add(ann.id, Task(title="call mom"))
        saved = work.tasks.save(ann.id, replace(task, title="call dad"))
        removed = work.tasks.remove(ann.id, saved)
        assert work.changes == [
            Change(before=None, after=task),
            Change(before=task, after=saved),
            Change(before=saved, after=removed),
        ]
        return list(work.changes)

    changes = await store.run(unit)
    assert await store.read(lambda work: list(work.changes)) == []
    assert len(changes) == 3


@each_kind
async def test_every_change_can_be_taken_back(store: Store, kind: str, fresh: Thing) -> None:
    ann = await some.person(store)
    first = await store.run(lambda work: of(work, kind).add(ann.id, fresh))
    second = await store.run(lambda work: of(work, kind).save(ann.id, replace(first, via="x")))
    third = await store.run(lambda work: of(work, kind).remove(ann.id, second))
    back = await store.run(lambda work: work.restore(ann.id, Change(before=second, after=third)))
    assert back == replace(second, version=4)
    with pytest.raises(Stale):
        await store.run(lambda work: work.restore(ann.id, Change(before=first, after=second)))
    gone = await store.run(lambda work: work.restore(ann.id, Change(before=None, after=back)))
    assert gone.deleted_at == MONDAY
    assert await store.read(lambda work: work.thing(ann.id, 1)) is None


async def test_several_changes_to_one_row_are_taken_back_last_first(store: Store) -> None:
    ann = await some.person(store)

    def change(work: Work) -> list[Change]:
        task = work.tasks.add(ann.id, Task(title="one"))
        task = work.tasks.save(ann.id, replace(task, title="two"))
        task = work.tasks.save(ann.id, replace(task, title="three"))
        return list(work.changes)

    changes = await store.run(change)
    titles = await store.run(
        lambda work: [work.restore(ann.id, change).title for change in reversed(changes)]
    )
    assert titles == ["two", "one", "one"]
    assert await store.read(lambda work: work.thing(ann.id, 1)) is None


async def test_changes_taken_back_out_of_turn_are_stale(store: Store) -> None:
    ann = await some.person(store)

    def change(work: Work) -> list[Change]:
        task = work.tasks.add(ann.id, Task(title="one"))
        task = work.tasks.save(ann.id, replace(task, title="two"))
        work.tasks.save(ann.id, replace(task, title="three"))
        return list(work.changes)

    first, second, third = await store.run(change)
    for order in ((first,), (second,), (third, first), (third, third)):

        def take_back(work: Work, order: tuple[Change, ...] = order) -> None:
            for each in order:
                work.restore(ann.id, each)

        with pytest.raises(Stale):
            await store.run(take_back)
    task = await store.read(lambda work: work.thing(ann.id, 1))
    assert isinstance(task, Task)
    assert task.title == "three"


async def test_a_code_that_is_taken_is_drawn_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, bob = await some.person(store, "ann"), await some.person(store, "bob")
    codes = iter(["naaaaaaa", "naaaaaaa", "naaaaaaa", "nbbbbbbb"])
    monkeypatch.setattr("db.things.new_code", lambda kind: next(codes))
    first = await store.run(lambda work: work.notes.add(ann.id, Note(text="one")))
    second = await store.run(lambda work: work.notes.add(bob.id, Note(text="two")))
    assert (first.code, second.code) == ("naaaaaaa", "nbbbbbbb")
    assert await store.read(lambda work: work.coded(bob.id, "nbbbbbbb")) == second


async def test_an_instant_without_a_zone_is_refused(store: Store) -> None:
    ann = await some.person(store)
    with pytest.raises(sa.exc.StatementError, match="needs a time zone"):
        await store.run(lambda work: work.tasks.add(ann.id, Task(title="x", due_at=NINE)))


texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=0, max_size=200)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=texts)
async def test_any_text_comes_back_as_it_was(store: Store, text: str) -> None:
    def unit(work: Work) -> None:
        owner = work.people.by_identity(some.identity()) or some.add_person(work)
        note = work.notes.add(owner.id, Note(text=text, source=text))
        assert work.notes.get(owner.id, note.id) == note
        task = work.tasks.add(owner.id, Task(title=text, project=text))
        assert task in work.tasks.find(owner.id, TaskQuery(project=text))
        work.documents.match(owner.id, [text, *text.split()])

    await store.run(unit)
