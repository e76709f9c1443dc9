"""The reminder before every event: it goes where its event goes."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from core.deliveries import ClaimedDelivery
from core.ports import Store, Work
from core.rows import Event, Reminder, ReminderStatus
from scheduler.due import DueReminders
from tests.fakes.clock import FakeClock
from tests.toolbox import Toolbox, toolbox

_LEASE = timedelta(seconds=30)


async def reminded(store: Store, clock: FakeClock, minutes: int | None = 15) -> Toolbox:
    """Somebody who wants to be reminded before events. Monday 23 November 2026, 09:00."""
    box = await toolbox(store, clock)
    await box.set(lead=minutes, quiet_from=None, quiet_until=None, preferred=box.context.address)
    return box


async def reminders(box: Toolbox) -> list[Reminder]:
    live = frozenset({ReminderStatus.ACTIVE, ReminderStatus.FIRED})
    return await box.store.read(lambda work: work.reminders.find(box.owner.id, statuses=live))


async def fired(box: Toolbox, until: datetime) -> list[str]:
    """What is said until then, looked for once a quarter of an hour."""
    due = DueReminders(box.store, box.clock, queued=lambda: None)
    said = []
    while box.clock.now() < until:
        box.clock.advance(minutes=15)
        await due.fire()
        claims = await box.store.run(lambda work: work.outbox.claim(10, _LEASE))
        for claim in claims:
            said.append(claim.delivery.reply.text)
            await box.store.run(partial(_settle, claim=claim))
    return said


def _settle(work: Work, claim: ClaimedDelivery) -> None:
    assert work.outbox.settle(claim, f"m{claim.id}")


async def test_it_is_made_with_the_event_and_undone_with_it(store: Store, clock: FakeClock) -> None:
    box = await reminded(store, clock)
    done = await box.call("create_event", title="Lunch", when="tomorrow 12-13")
    assert "⏰ #2 reminds you 15 minutes before." in done.said
    assert [card.number for card in done.cards] == [1]
    (row,) = await reminders(box)
    assert (row.text, row.next_at) == ("Lunch at 12:00", datetime(2026, 11, 24, 11, 45, tzinfo=UTC))
    await box.call("undo")
    assert await reminders(box) == []
    assert await box.row(1) is None


@pytest.mark.parametrize(
    ("minutes", "when"),
    [(None, "tomorrow 12-13"), (15, "tomorrow"), (15, "today 9:10-10"), (60, "every day 0:30-1")],
)
async def test_where_none_is_made(
    sqlite_store: Store, clock: FakeClock, minutes: int | None, when: str
) -> None:
    box = await reminded(sqlite_store, clock, minutes)
    done = await box.call("create_event", title="Concert", when=when)
    assert "reminds you" not in done.said
    assert ("no reminder comes of it" in done.said) == when.startswith("every")
    assert await reminders(box) == []


async def test_it_moves_and_is_renamed_and_deleted_with_its_event(
    store: Store, clock: FakeClock
) -> None:
    box = await reminded(store, clock)
    await box.call("create_event", title="Lunch", when="tomorrow 12-13")
    await box.call("update_event", event="#1", when="friday 18:00-19:00")
    await box.call("update_event", event="#1", title="Dinner")
    (row,) = await reminders(box)
    assert (row.text, row.next_at) == (
        "Dinner at 18:00",
        datetime(2026, 11, 27, 17, 45, tzinfo=UTC),
    )
    await box.call("undo")
    await box.call("undo")
    (row,) = await reminders(box)
    assert (row.text, row.next_at) == ("Lunch at 12:00", datetime(2026, 11, 24, 11, 45, tzinfo=UTC))
    await box.call("delete_event", event="#1")
    assert await reminders(box) == []
    await box.call("undo")
    (row,) = await reminders(box)
    assert row.status is ReminderStatus.ACTIVE


async def test_one_that_rang_rings_again_for_an_event_that_is_put_off(
    store: Store, clock: FakeClock
) -> None:
    box = await reminded(store, clock)
    await box.call("create_event", title="Lunch", when="today 12-13")
    assert await fired(box, datetime(2026, 11, 23, 11, 50, tzinfo=UTC)) == ["⏰ Lunch at 12:00"]
    await box.call("update_event", event="#1", when="today 15:00-16:00")
    assert await fired(box, datetime(2026, 11, 23, 16, tzinfo=UTC)) == ["⏰ Lunch at 15:00"]


async def test_of_a_series_what_is_left_out_is_passed_over(store: Store, clock: FakeClock) -> None:
    box = await reminded(store, clock)
    await box.call("create_event", title="Standup", when="every day at 9:30-9:45")
    await box.call("delete_event", event="#1", occurrence="2026-11-24")
    await box.call("update_event", event="#1", when="10:00", occurrence="2026-11-25")
    said = await fired(box, datetime(2026, 11, 26, 12, tzinfo=UTC))
    assert said == [
        "⏰ Standup at 09:30",
        "⏰ Standup at 10:00",
        "⏰ Standup at 09:30",
    ]
    series = await box.row(1)
    assert isinstance(series, Event)
    assert len(series.excluded) == 2


async def test_the_agenda_does_not_say_it_twice(store: Store, clock: FakeClock) -> None:
    box = await reminded(store, clock)
    await box.call("create_event", title="Lunch", when="tomorrow 12-13")
    assert "1 event." in (await box.call("agenda", when="tomorrow")).said
