"""Taking back what was done."""

from datetime import UTC, datetime, timedelta

from core.ports import Store, Work
from core.rows import Reminder, ReminderStatus, Task, TaskStatus
from tests.fakes.clock import FakeClock
from tests.toolbox import Toolbox, toolbox


async def reminder(box: Toolbox, number: int) -> Reminder:
    row = await box.row(number)
    assert isinstance(row, Reminder)
    return row


async def test_ten_changes_of_one_row_come_back_one_by_one(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_task", title="title 0")
    for number in range(1, 12):
        clock.advance(seconds=30)
        await box.call("update_task", task="#1", title=f"title {number}")
    for number in range(10, -1, -1):
        done = await box.call("undo")
        assert done.said.startswith("Undone: changed #1 title")
        row = await box.row(1)
        assert isinstance(row, Task)
        assert row.title == f"title {number}"
    await box.call("undo")
    assert await box.row(1) is None
    assert "nothing to undo" in str(await box.refused("undo"))


async def test_several_at_once(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_task", title="a thing")
    await box.call("update_task", task="1", due="tomorrow")
    await box.call("create_task", title="b thing")
    await box.call("complete_task", task="1")
    done = await box.call("undo", count=4)
    assert done.said.count("Undone") == 4
    assert await box.row(1) is None
    assert await box.row(2) is None
    assert "1 to 10" in str(await box.refused("undo", count=0))
    assert "1 to 10" in str(await box.refused("undo", count=11))


async def test_a_tap_undoes_what_its_card_showed(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    first = await box.call("create_task", title="a thing")
    await box.call("create_task", title="b thing")
    tap = next(b.command for b in first.cards[0].buttons if b.label == "Undo")
    what = tap.removeprefix("/undo ")
    await box.call("undo", what=what)
    assert await box.row(1) is None
    assert await box.row(2) is not None
    assert "undone already" in str(await box.refused("undo", what=what))
    assert "last three" in str(await box.refused("undo", what="everything"))


async def test_what_changed_since_is_refused_with_the_row_and_a_way_on(
    store: Store, clock: FakeClock
) -> None:
    box = await toolbox(store, clock)
    first = await box.call("create_task", title="a thing")
    await box.call("update_task", task="1", priority="high")
    what = first.cards[0].buttons[-1].command.removeprefix("/undo ")
    error = await box.refused("undo", what=what)
    assert str(error) == "I cannot undo “made #1 a thing”: it has changed since then."
    assert error.cards[0].version == 2
    assert error.buttons[0].label == "Undo: changed #1 a thing"
    await box.call("undo", what=error.buttons[0].command.removeprefix("/undo "))
    await box.call("undo", what=what)
    assert await box.row(1) is None


async def test_a_day_later_nothing_can_be_undone(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_task", title="a thing")
    clock.advance(hours=23, minutes=59)
    done = await box.call("undo")
    assert "23 hours ago" in done.said
    await box.call("create_task", title="b thing")
    clock.advance(hours=24, minutes=1)
    assert "24 hours" in str(await box.refused("undo"))


async def test_a_cancelled_reminder_is_armed_again(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_reminder", text="call mom", when="in 1 hour")
    await box.call("delete_reminder", reminder="mom")
    await box.call("undo")
    row = await reminder(box, 1)
    assert (row.status, row.next_at) == (
        ReminderStatus.ACTIVE,
        datetime(2026, 11, 23, 10, tzinfo=UTC),
    )


async def test_one_whose_time_passed_meanwhile_does_not_go_off_late(
    store: Store, clock: FakeClock
) -> None:
    box = await toolbox(store, clock)
    await box.call("create_reminder", text="call mom", when="in 1 hour")
    await box.call("delete_reminder", reminder="mom")
    clock.advance(hours=2)
    done = await box.call("undo")
    row = await reminder(box, 1)
    assert (row.status, row.next_at) == (ReminderStatus.FIRED, None)
    assert [button.label for button in done.cards[0].buttons][:2] == ["Done", "Snooze 10 min"]


async def test_a_series_goes_on_with_its_next_time(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_reminder", text="water", when="every day at 10:00")
    await box.call("delete_reminder", reminder="water")
    clock.advance(hours=5)
    await box.call("undo")
    row = await reminder(box, 1)
    assert (row.status, row.next_local) == (ReminderStatus.ACTIVE, datetime(2026, 11, 24, 10))


async def test_going_off_is_no_change_of_the_row(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_reminder", text="call mom", when="in 1 hour")
    row = await reminder(box, 1)

    def fire(work: Work) -> None:
        work.reminders.arm(
            box.owner.id, row.id, next_at=None, next_local=None, status=ReminderStatus.FIRED
        )

    await store.run(fire)
    clock.advance(timedelta(hours=2))
    await box.call("undo")
    assert await box.row(1) is None


async def test_done_is_undone_whole(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_task", title="a thing", due="tomorrow")
    await box.call("complete_task", task="1")
    await box.call("undo")
    row = await box.row(1)
    assert isinstance(row, Task)
    assert (row.status, row.completed_at) == (TaskStatus.PENDING, None)


async def test_everyone_has_their_own_undo(store: Store, clock: FakeClock) -> None:
    ann, ben = await toolbox(store, clock), await toolbox(store, clock, "ben")
    made = await ann.call("create_task", title="a thing")
    assert "nothing to undo" in str(await ben.refused("undo"))
    error = await ben.refused("undo", what=f"{made.cards[0].code}@1")
    assert not error.cards
    assert await ann.row(1) is not None
