"""The agenda and the daily summary."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.agenda import Rows, compose, days
from core.people import Person
from core.ports import Store, TaskQuery
from core.rows import Event, Reminder, ReminderStatus, Task
from core.summary import summary
from core.values import OwnerId, Reply
from core.when.wall import WallTime
from tests.fakes.clock import MONDAY, FakeClock
from tests.toolbox import Toolbox, toolbox

LISBON = Person(id=OwnerId("1"), name="Ann", zone="Europe/Lisbon", created_at=MONDAY)


async def test_today_holds_events_tasks_and_reminders(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    assert (await box.call("agenda")).said == "Nothing today."
    await box.call("create_event", title="Lunch", when="today 12:00-13:30")
    await box.call("create_event", title="Dentist", when="today 13:00-14:00")
    await box.call("create_event", title="Ana's birthday", when="today")
    await box.call("create_task", title="pay rent", due="yesterday")
    await box.call("create_task", title="write report", due="today")
    await box.call("create_task", title="some day")
    await box.call("create_task", title="next week", due="next week")
    await box.call("create_reminder", text="call mom", when="in 2 hours")
    await box.call("create_reminder", text="water", when="every day at 8:00")
    done = await box.call("agenda")
    assert [card.number for card in done.cards] == [3, 1, 2, 5, 4, 8]
    assert done.said.splitlines() == [
        "Today: 3 events, 1 task due, 1 task overdue, 1 reminder.",
        "#1 Lunch and #2 Dentist overlap.",
    ]
    assert done.cards[1].warnings == ("overlaps #2 Dentist",)
    assert done.buttons[0].label == "Find another time"
    assert done.buttons[0].command.startswith("/free e")
    tomorrow = await box.call("agenda", when="tomorrow")
    assert [card.number for card in tomorrow.cards] == [9]


async def test_a_week_shows_each_occurrence(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_event", title="Standup", when="every weekday 10:00-10:15")
    await box.call("create_event", title="Review", when="Wednesday 10:00-11:00")
    done = await box.call("agenda", when="this week")
    assert done.said.startswith("Today – Sun 29 Nov: 6 events.")
    assert [card.number for card in done.cards] == [1, 1, 1, 2, 1, 1]
    assert done.buttons[0].command.endswith("@1")
    assert "could not read" in str(await box.refused("agenda", when="banana"))


async def test_a_long_stretch_is_cut(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_event", title="Standup", when="every day 10:00-10:15")
    done = await box.call("agenda", when="2026-11-23/2030-11-23")
    assert len(done.cards) == 40
    assert "22 more are not shown" in done.said


def event(number: int, start: datetime, end: datetime, rrule: str | None = None) -> Event:
    start_at = WallTime(local=start, zone="Europe/Lisbon").instant()
    return Event(
        id=str(number),
        number=number,
        code=f"e{number:07}",
        title=f"event {number}",
        start_local=start,
        end_local=end,
        zone="Europe/Lisbon",
        start_at=start_at,
        rrule=rrule,
    )


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    return datetime(2026, 11, day, hour, minute)


spans = st.tuples(st.integers(0, 46), st.integers(0, 8))


@given(st.lists(spans, max_size=8))
def test_overlaps_are_those_of_the_definition(found: list[tuple[int, int]]) -> None:
    """Each begins before the other ends, and nothing that takes no time overlaps."""
    begin = datetime(2026, 11, 23)
    half = timedelta(minutes=30)
    events = [
        event(n, begin + half * start, begin + half * (start + length))
        for n, (start, length) in enumerate(found)
    ]
    start, end = days(date(2026, 11, 23), 3, LISBON)
    agenda = compose(MONDAY, start, end, Rows(events=events))
    pairs = {
        frozenset((one.number, other.number))
        for one in events
        for other in events
        if one.number != other.number
        and one.start_local < other.end_local
        and other.start_local < one.end_local
        and one.length
        and other.length
    }
    assert {frozenset((a.event.number, b.event.number)) for a, b in agenda.conflicts} == pairs
    assert len(agenda.conflicts) == len(pairs)


def task(number: int, title: str, due: datetime, *, day: bool = False) -> Task:
    at_ = WallTime(local=due, zone="Europe/Lisbon").instant()
    return Task(
        id=f"t{number}",
        number=number,
        code=f"t{number:07}",
        title=title,
        due_local=due,
        due_day=day,
        zone="Europe/Lisbon",
        due_at=at_ + timedelta(days=1, seconds=-1) if day else at_,
    )


def reminder(number: int, at_local: datetime, status: ReminderStatus) -> Reminder:
    instant = WallTime(local=at_local, zone="Europe/Lisbon").instant()
    ahead = status is ReminderStatus.ACTIVE
    return Reminder(
        id=f"r{number}",
        number=number,
        code=f"r{number:07}",
        text="call mom",
        at_local=at_local,
        zone="Europe/Lisbon",
        status=status,
        next_at=instant if ahead else None,
        next_local=at_local if ahead else None,
    )


def told(
    events: list[Event] | None = None,
    tasks: list[Task] | None = None,
    reminders: list[Reminder] | None = None,
    person: Person = LISBON,
) -> Reply:
    reply = summary(person, MONDAY, events or [], tasks or [], reminders or [])
    assert reply is not None
    return reply


def test_a_day_in_one_message() -> None:
    reply = told(
        [event(1, at(10), at(11)), event(2, at(14), at(15))],
        [task(3, "write report", at(0), day=True)],
        [reminder(4, at(16), ReminderStatus.ACTIVE)],
    )
    assert reply.text == "Good morning, Ann! Monday 23 Nov: 2 events, 1 task due, 1 reminder."
    assert [card.number for card in reply.cards] == [1, 2, 3, 4]
    assert not reply.buttons


def test_an_empty_day_is_one_line_or_silence() -> None:
    from dataclasses import replace

    assert told().text == "Good morning, Ann! Nothing is planned for today."
    silent = replace(LISBON, summary_when_empty=False)
    assert summary(silent, MONDAY, [], [], []) is None


def test_an_overdue_task_is_offered_a_free_hour() -> None:
    overdue = task(3, "write the long report", at(17, day=20))
    reply = told([event(1, at(9), at(12))], [overdue])
    assert reply.text.splitlines()[1] == (
        "#3 write the long report is overdue, and 12:00 is free: shall I keep that hour for it?"
    )
    (button,) = reply.buttons
    assert button.command == "/event write the long report 2026-11-23T12:00"


def test_a_long_title_still_fits_its_button() -> None:
    overdue = task(3, "напиши длинный отчёт о поездке в Лиссабон и обратно", at(17, day=20))
    (button,) = told(tasks=[overdue]).buttons
    assert len(button.command.encode()) <= 64
    assert button.command.endswith(" 2026-11-23T09:00")


def test_conflicting_events_come_before_overdue_tasks() -> None:
    reply = told(
        [event(1, at(10), at(11)), event(2, at(10, 30), at(12), rrule="FREQ=DAILY")],
        [task(3, "write report", at(17, day=20))],
    )
    assert "#1 event 1 and #2 event 2 overlap." in reply.text
    (button,) = reply.buttons
    assert button.command == "/free e0000002@1/2026-11-23T10:30"


def test_one_thing_that_yesterday_left_open() -> None:
    old = task(3, "older", at(17, day=20))
    yesterday = task(4, "of yesterday", at(0, day=22), day=True)
    assert "Still open from yesterday: #4 of yesterday." in told(tasks=[old, yesterday]).text
    missed = reminder(5, at(18, day=22), ReminderStatus.FIRED)
    reply = told(tasks=[yesterday], reminders=[missed])
    assert "Still open from yesterday: #5 call mom." in reply.text
    assert reply.text.count("Still open") == 1
    assert 5 in [card.number for card in reply.cards]
    assert "Still open" not in told(tasks=[old]).text


def test_no_free_hour_no_suggestion() -> None:
    from dataclasses import replace

    late = replace(LISBON, habits=replace(LISBON.habits, day_end=time(9, 30)))
    assert not told(tasks=[task(3, "write report", at(17, day=20))], person=late).buttons


async def test_the_summary_of_stored_rows(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_event", title="Standup", when="every weekday 10:00-10:15")
    await box.call("create_task", title="due today", due="today")
    await box.call("create_reminder", text="call mom", when="in 2 hours")
    reply = await composed(box)
    assert [card.number for card in reply.cards] == [1, 2, 3]


async def composed(box: Toolbox) -> Reply:
    """As the scheduler composes it."""
    start, end = days(box.now.date(), 1, box.owner)
    owner = box.owner.id
    events = await box.store.read(lambda work: work.events.between(owner, start, end))
    tasks = await box.store.read(lambda work: work.tasks.find(owner, TaskQuery(due_before=end)))
    reminders = await box.store.read(
        lambda work: work.reminders.find(owner, statuses=frozenset({ReminderStatus.ACTIVE}))
    )
    reply = summary(box.owner, box.now.astimezone(UTC), events, tasks, reminders)
    assert reply is not None
    return reply
