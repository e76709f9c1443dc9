"""A person's home, page by page."""

from dataclasses import replace
from datetime import timedelta

from core.home import Home, Sizes, read, read_home, revision
from core.ports import Store, Work
from core.rows import Task
from core.tasks import Due, with_due
from core.values import Card
from core.when.wall import wall
from tests.core.test_tools_link import linked
from tests.fakes.clock import FakeClock
from tests.toolbox import Toolbox, toolbox

SIZES = Sizes(events=3, tasks=20, reminders=3)


async def home(box: Toolbox, page: int = 0, sizes: Sizes = SIZES) -> Home:
    return await read_home(box.store, box.owner, box.now, page, sizes)


def lines(cards: tuple[Card, ...]) -> list[str]:
    return [card.line() for card in cards]


async def test_an_empty_home_says_so(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    shown = await home(box)
    assert shown.title == "Mon 23 Nov, Lisbon"
    assert (shown.page, shown.pages) == (0, 1)
    sections = (shown.events, shown.overdue, shown.tasks, shown.reminders)
    assert [section.total for section in sections] == [0, 0, 0, 0]
    assert shown.settings == (
        "Time zone: Europe/Lisbon",
        "Summary: daily at 08:00",
        "Quiet hours: 22:00–07:00",
        "Event reminders: off",
        "Language: as you write",
    )
    assert "get a secret link" in shown.calendar
    assert [button.command for button in shown.quick] == ["/task", "/event", "/remind"]


async def test_what_is_on_and_open_and_next(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_event", title="Stand-up", when="every weekday 10:00-10:15")
    await box.call("create_event", title="Dentist", when="today 10:10-11:00")
    await box.call("create_event", title="Tomorrow's", when="tomorrow 10:00-11:00")
    await box.call("create_task", title="late", due="2026-11-20")
    await box.call("create_task", title="someday")
    await box.call("create_task", title="done")
    await box.call("complete_task", task="#6")
    await box.call("create_reminder", text="call mom", when="tomorrow at 9")
    await box.call("calendar_link")
    shown = await home(box)
    assert [card.title for card in shown.events.cards] == ["Stand-up", "Dentist"]
    assert shown.events.cards[0].warnings == ("overlaps #2 Dentist",)
    edit = shown.events.cards[0].buttons[0]
    assert (edit.label, edit.command.partition("@")[2]) == ("Edit", "1/2026-11-23T10:00")
    assert shown.overdue.title == "1 task overdue"
    assert [card.title for card in shown.overdue.cards] == ["late"]
    assert [card.title for card in shown.tasks.cards] == ["someday"]
    assert lines(shown.reminders.cards) == ["⏰ #7 call mom · Tue 24 Nov 09:00"]
    assert shown.calendar == "1 calendar link in use."


async def test_it_tells_where_reminders_come(sqlite_store: Store, clock: FakeClock) -> None:
    box, _ = await linked(sqlite_store, clock)
    assert "Reminders and summaries come to: Telegram" in (await home(box)).settings


async def test_nobody_elses_things_are_shown(store: Store, clock: FakeClock) -> None:
    ann = await toolbox(store, clock)
    bob = await toolbox(store, clock, name="bob")
    await bob.call("create_task", title="secret")
    assert (await home(ann)).tasks.total == 0


async def test_five_hundred_tasks_are_paged_and_none_is_lost(
    store: Store, clock: FakeClock
) -> None:
    box = await toolbox(store, clock)
    past = wall(clock.now() - timedelta(days=1), "Europe/Lisbon").local

    def many(work: Work) -> None:
        for number in range(500):
            task = Task(title=f"task {number}", zone="Europe/Lisbon")
            if number < 30:
                task = with_due(task, Due(local=past, day=False, zone="Europe/Lisbon"))
            work.tasks.add(box.owner.id, task)

    await store.run(many)
    first = await home(box)
    assert (first.pages, first.overdue.total, first.tasks.total) == (25, 30, 470)
    assert (len(first.overdue.cards), len(first.tasks.cards)) == (20, 0)
    second = await home(box, 1)
    assert (len(second.overdue.cards), len(second.tasks.cards)) == (10, 10)
    seen = []
    for page in range(first.pages):
        shown = await home(box, page)
        seen += [*shown.overdue.cards, *shown.tasks.cards]
    assert len({card.code for card in seen}) == len(seen) == 500
    assert (await home(box, 99)).page == 24
    assert (await home(box, -1)).page == 0


async def test_reminders_are_paged_and_none_is_lost(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    for number in range(7):
        await box.call("create_reminder", text=f"pill {number}", when=f"tomorrow at {9 + number}")
    pages = [await home(box, page) for page in range(3)]
    assert {(shown.pages, shown.reminders.total) for shown in pages} == {(3, 7)}
    titles = [card.title for shown in pages for card in shown.reminders.cards]
    assert titles == [f"pill {number}" for number in range(7)]


async def test_a_home_reads_no_more_rows_than_it_shows(
    sqlite_store: Store, clock: FakeClock
) -> None:
    box = await toolbox(sqlite_store, clock)

    def many(work: Work) -> None:
        for number in range(50):
            work.tasks.add(box.owner.id, Task(title=f"task {number}", zone="Europe/Lisbon"))

    await sqlite_store.run(many)
    rows = await sqlite_store.read(lambda work: read(work, box.owner, box.now, 1, SIZES))
    assert [task.title for task in rows.tasks] == [f"task {number}" for number in range(20, 40)]


async def test_the_revision_tells_when_to_draw_again(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)

    async def now() -> tuple[object, ...]:
        return await store.read(lambda work: revision(work, box.owner.id, clock.now()))

    before = await now()
    assert await now() == before
    await box.call("create_task", title="milk")
    after = await now()
    assert after != before
    await box.call("change_settings", zone="Asia/Tokyo")
    assert await now() != after
    assert (await home(box)).title == "Mon 23 Nov, Tokyo"
    await box.call("create_task", title="bread", due="in 10 minutes")
    before = await now()
    clock.advance(minutes=11)
    assert await now() != before
    before = await now()
    clock.advance(days=1)
    assert await now() != before


async def test_the_person_may_be_an_old_copy(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    old = box.owner
    await box.call("change_settings", zone="Asia/Tokyo")
    box.owner = replace(old)
    assert (await home(box)).title == "Mon 23 Nov, Tokyo"
