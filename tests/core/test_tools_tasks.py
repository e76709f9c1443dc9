"""Tasks, from making to deleting."""

from datetime import UTC, datetime

import pytest

from core.errors import Stale
from core.ports import Store
from core.rows import Priority, Task, TaskStatus
from tests.fakes.clock import FakeClock
from tests.toolbox import Toolbox, toolbox


async def task(box: Toolbox, number: int) -> Task:
    row = await box.row(number)
    assert isinstance(row, Task)
    return row


async def test_a_task_is_stored_with_all_that_was_said(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    done = await box.call(
        "create_task",
        title="  buy\tmilk\x00 ",
        description="oat\nmilk",
        project="Home",
        priority="high",
        due="Friday at 14:00",
    )
    row = await task(box, 1)
    assert (row.title, row.description, row.project) == ("buy milk", "oat\nmilk", "Home")
    assert row.priority is Priority.HIGH
    assert row.due_at == datetime(2026, 11, 27, 14, tzinfo=UTC)
    assert row.due_local == datetime(2026, 11, 27, 14)
    assert row.via == "terminal::ann"
    (card,) = done.cards
    assert card.line() == (
        "✅ #1 buy milk · due Fri 27 Nov 14:00 · high priority · project Home · oat milk"
    )
    assert [button.label for button in card.buttons] == ["Done", "Move", "Undo"]
    assert card.buttons[0].command == f"/done {row.code}@1"


async def test_a_day_is_due_until_its_end_in_the_persons_zone(
    store: Store, clock: FakeClock
) -> None:
    box = await toolbox(store, clock, zone="America/New_York")
    await box.call("create_task", title="file taxes", due="2026-11-25")
    row = await task(box, 1)
    assert row.due_day
    assert row.due_at == datetime(2026, 11, 26, 4, 59, 59, tzinfo=UTC)
    listed = await box.call("list_tasks", day="Wednesday")
    assert [card.number for card in listed.cards] == [1]
    assert not (await box.call("list_tasks", day="Thursday")).cards


async def test_the_end_of_a_period_is_when_it_is_due(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_task", title="report", due="this week")
    row = await task(box, 1)
    assert row.due_day
    assert row.due_local == datetime(2026, 11, 29)


@pytest.mark.parametrize("title", ["", "  \n ", "\x00\x07", "\u200b\u200d", "\u202e"])
async def test_a_task_needs_a_name(store: Store, clock: FakeClock, title: str) -> None:
    box = await toolbox(store, clock)
    error = await box.refused("create_task", title=title)
    assert str(error) == "What should the task be called?"
    assert error.asks == "/task"


@pytest.mark.parametrize(
    "title", ["🎉", "🫨", "קניות מחר", "\ud800buy", "#1", "12", "a/b@c {} %s <b>&"]
)
async def test_any_visible_title_will_do(store: Store, clock: FakeClock, title: str) -> None:
    box = await toolbox(store, clock)
    await box.call("create_task", title=title)
    assert (await task(box, 1)).title == title.replace("\ud800", "")


async def test_a_long_title_goes_on_in_the_description(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    words = "word " * 300
    await box.call("create_task", title=words, description="and more")
    row = await task(box, 1)
    assert len(row.title) <= 500
    assert f"{row.title} {row.description}".split() == [*words.split(), "and", "more"]
    error = await box.refused("create_task", title="x" * 20_000)
    assert "500 characters" in str(error)


@pytest.mark.parametrize(
    ("due", "says"),
    [
        ("30 February", "February has no 30th"),
        ("at 25:00", "no 25:00"),
        ("2026-02-30", "not in the calendar"),
        ("2026-11-23T25:00", "not in the calendar"),
        ("soonish", "could not read"),
        ("tomorrow 99 bananas", "could not read"),
        ("every Friday", "due once"),
    ],
)
async def test_an_impossible_due_time_is_asked_about(
    store: Store, clock: FakeClock, due: str, says: str
) -> None:
    box = await toolbox(store, clock)
    error = await box.refused("create_task", title="buy milk", due=due)
    assert says in str(error)
    assert error.asks in ("/task buy milk", None)
    assert await box.row(1) is None


async def test_unknown_priorities_and_statuses_are_refused(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    assert "low, medium" in str(await box.refused("create_task", title="a", priority="purple"))
    assert "pending" in str(await box.refused("list_tasks", status="lost"))
    await box.call("create_task", title="a")
    assert "pending" in str(await box.refused("update_task", task="1", status="lost"))


async def test_tasks_are_listed_as_asked(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_task", title="pay rent", due="yesterday", project="Home")
    await box.call("create_task", title="write report", due="tomorrow at 14:00", priority="urgent")
    await box.call("create_task", title="call the plumber", project="home")
    await box.call("create_task", title="old one", due="tomorrow")
    await box.call("complete_task", task="old one")

    async def numbers(**query: object) -> list[int]:
        return [card.number for card in (await box.call("list_tasks", **query)).cards]

    assert await numbers() == [1, 2, 3]
    assert await numbers(status="all") == [1, 2, 4, 3]
    assert await numbers(status="COMPLETED") == [4]
    assert await numbers(project="HOME") == [1, 3]
    assert await numbers(priority="urgent") == [2]
    assert await numbers(overdue=True) == [1]
    assert await numbers(day="tomorrow") == [2]
    assert await numbers(due_before="today") == [1]
    assert await numbers(due_after="today") == [2]
    assert await numbers(text="plumb") == [3]
    assert await numbers(text="reprot") == [2]
    said = (await box.call("list_tasks", text="zebra")).said
    assert said == "No open tasks match that."
    overdue = (await box.call("list_tasks", overdue=True)).cards[0]
    assert overdue.warnings == ("overdue",)


async def test_an_empty_list_says_so(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    assert (await box.call("list_tasks")).said == "You have no open tasks."
    assert (await box.call("list_tasks", overdue=True)).said == "You have no overdue tasks."


async def test_a_change_keeps_what_was_not_said(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_task", title="write report", due="tomorrow at 14:00", project="Work")
    await box.call("update_task", task="report", due="3pm")
    assert (await task(box, 1)).due_local == datetime(2026, 11, 24, 15)
    await box.call("update_task", task="report", due="Friday")
    assert (await task(box, 1)).due_local == datetime(2026, 11, 27, 15)
    await box.call("update_task", task="#1", due="none", priority="low", project="none")
    row = await task(box, 1)
    assert (row.due_local, row.due_at, row.project) == (None, None, None)
    assert (row.title, row.priority) == ("write report", Priority.LOW)
    await box.call("update_task", task="1", title="write the report", status="in progress")
    row = await task(box, 1)
    assert (row.title, row.status) == ("write the report", TaskStatus.IN_PROGRESS)


async def test_changing_nothing_changes_nothing(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_task", title="write report", priority="high")
    same = await box.call("update_task", task="1", priority="HIGH")
    assert same.said == "It is like that already."
    assert (await task(box, 1)).version == 1
    asked = await box.refused("update_task", task="1")
    assert asked.asks is not None
    assert asked.asks.startswith("/move t")


async def test_done_and_done_again(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_task", title="buy milk")
    done = await box.call("complete_task", task="milk")
    assert done.cards[0].struck
    row = await task(box, 1)
    assert row.completed_at == clock.now()
    again = await box.call("complete_task", task="#1")
    assert again.said == "#1 buy milk is done already."
    assert (await task(box, 1)).version == 2


async def test_a_second_tap_is_stale_and_shows_how_it_stands(
    store: Store, clock: FakeClock
) -> None:
    box = await toolbox(store, clock)
    made = await box.call("create_task", title="buy milk")
    tap = made.cards[0].buttons[0].command.removeprefix("/done ")
    await box.call("complete_task", task=tap)
    error = await box.refused("complete_task", task=tap)
    assert isinstance(error, Stale)
    (card,) = error.cards
    assert card.struck
    assert card.version == 2


async def test_deleting_is_at_once_and_deleting_all_asks(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    for title in ("a1", "b2", "c3", "d4"):
        await box.call("create_task", title=title)
    await box.call("complete_task", task="d4")
    gone = await box.call("delete_task", task="a1")
    assert gone.cards[0].struck
    assert "deleted" in gone.cards[0].details
    assert await box.row(1) is None
    asked = await box.refused("delete_task", task="all")
    assert str(asked).startswith("Delete 2 open tasks?")
    assert asked.buttons[0].command == "/delete all tasks yes"
    assert await box.row(2) is not None
    await box.call("delete_task", task="all tasks", confirmed=True)
    assert await box.row(2) is None
    assert await box.row(4) is not None
    await box.call("delete_task", task="all completed tasks", confirmed=True)
    assert await box.row(4) is None
    assert "no open tasks" in (await box.call("delete_task", task="all")).said


async def test_other_peoples_tasks_do_not_exist(store: Store, clock: FakeClock) -> None:
    ann, ben = await toolbox(store, clock), await toolbox(store, clock, "ben")
    made = await ann.call("create_task", title="secret plan")
    code = made.cards[0].code
    for words in ("secret plan", "#1", code, f"{code}@1"):
        error = await ben.refused("complete_task", task=words)
        assert "secret" not in str(error).replace("“secret plan”", "")
        assert not error.cards
    assert not (await ben.call("list_tasks", status="all")).cards
    assert (await task(ann, 1)).status is TaskStatus.PENDING
