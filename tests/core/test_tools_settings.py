"""Settings, and what a change of zone moves."""

from datetime import UTC, datetime, time

import pytest

from core.ports import Store
from core.rows import Event, Reminder, Task
from tests.fakes.cities import FewPlaces
from tests.fakes.clock import FakeClock
from tests.toolbox import Toolbox, toolbox


async def next_at(box: Toolbox, number: int) -> datetime | None:
    row = await box.row(number)
    assert isinstance(row, Reminder)
    return row.next_at


async def test_settings_are_shown(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    shown = await box.call("show_settings")
    assert "zone: Europe/Lisbon, now Mon 23 Nov 09:00" in shown.said
    assert "quiet hours: 22:00–07:00" in shown.said


async def test_settings_are_changed(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    done = await box.call(
        "change_settings",
        name="Ana María",
        summary_at="7:30",
        quiet_hours="from 23:00 to 6",
        clock="12h",
        evening="6 pm",
        day_end="16:30",
        week_start="sunday",
        summary_when_empty="off",
    )
    owner = box.owner
    assert (owner.name, owner.summary_at, owner.clock_24h) == ("Ana María", time(7, 30), False)
    assert (owner.quiet_from, owner.quiet_until) == (time(23), time(6))
    assert (owner.habits.evening, owner.habits.day_end) == (time(18), time(16, 30))
    assert owner.habits.week_start == 6
    assert not owner.summary_when_empty
    assert owner.summary_next == datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
    assert "Summary: daily at 7:30 am, silent on empty days." in done.said
    back = [button.command for button in done.buttons]
    assert "/settings summary_at 08:00" in back
    assert "/settings evening 19:00" in back
    assert "/settings week_start Monday" in back


async def test_what_can_be_off(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("change_settings", summary_at="off", quiet_hours="off")
    owner = box.owner
    assert (owner.summary_at, owner.summary_next, owner.quiet_from) == (None, None, None)
    same = await box.call("change_settings", summary_at="off")
    assert same.said == "It is set like that already."


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("zone", "Lisbonn", "Europe/Lisbon"),
        ("zone", "GMT+5", "city"),
        ("zone", "\x00../etc/passwd", "do not know"),
        ("summary_at", "25:00", "time of day"),
        ("summary_at", "13 pm", "time of day"),
        ("summary_at", "soon", "time of day"),
        ("quiet_hours", "late", "22:00-07:00"),
        ("quiet_hours", "22:00-22:00", "different times"),
        ("clock", "13", "12 or 24"),
        ("morning", "22:00", "in this order"),
        ("day_end", "05:00", "after the morning"),
        ("week_start", "someday", "Monday"),
        ("summary_when_empty", "perhaps", "on or off"),
        ("language", "Klingon", "Portuguese"),
        ("language", "\x00", "do not know"),
        ("lead", "soon", "15 minutes"),
        ("lead", "0", "from a minute"),
        ("lead", "29 days", "28 days"),
    ],
)
async def test_what_cannot_be_set(
    sqlite_store: Store, clock: FakeClock, setting: str, value: str, says: str
) -> None:
    box = await toolbox(sqlite_store, clock)
    before = box.owner
    assert says in str(await box.refused("change_settings", **{setting: value}))
    assert box.owner == before


async def test_a_move_takes_habits_along_and_leaves_places_and_timers(
    store: Store, clock: FakeClock
) -> None:
    box = await toolbox(store, clock)
    await box.call("create_reminder", text="pills", when="every day at 21:00")
    await box.call("create_reminder", text="call mom", when="tomorrow at 14:00")
    await box.call("create_reminder", text="oven", when="in 2 hours")
    await box.call("create_reminder", text="Bob", when="tomorrow at 15:00 New York time")
    await box.call("create_event", title="Lunch", when="tomorrow 12:00-13:00")
    await box.call("create_task", title="taxes", due="tomorrow")
    done = await box.call("change_settings", zone="tokyo")
    assert box.owner.zone == "Asia/Tokyo"
    assert await next_at(box, 1) == datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert await next_at(box, 2) == datetime(2026, 11, 24, 5, tzinfo=UTC)
    assert await next_at(box, 3) == datetime(2026, 11, 23, 11, tzinfo=UTC)
    assert await next_at(box, 4) == datetime(2026, 11, 24, 20, tzinfo=UTC)
    lunch = await box.row(5)
    assert isinstance(lunch, Event)
    assert (lunch.zone, lunch.start_at) == ("Europe/Lisbon", datetime(2026, 11, 24, 12, tzinfo=UTC))
    taxes = await box.row(6)
    assert isinstance(taxes, Task)
    assert taxes.due_at == datetime(2026, 11, 24, 14, 59, 59, tzinfo=UTC)
    assert box.owner.summary_next == datetime(2026, 11, 23, 23, tzinfo=UTC)
    assert "Your zone is Asia/Tokyo: it is Mon 23 Nov 18:00 there." in done.said
    assert "#1 pills, #2 call mom keep their time of day" in done.said
    assert "2 reminders stay at the same moment" in done.said
    assert done.buttons[0].command == "/settings zone Europe/Lisbon"
    await box.call("change_settings", zone="Europe/Lisbon")
    assert await next_at(box, 1) == datetime(2026, 11, 23, 21, tzinfo=UTC)
    assert await next_at(box, 2) == datetime(2026, 11, 24, 14, tzinfo=UTC)


async def test_a_time_that_is_over_in_the_new_zone_is_not_lost(
    store: Store, clock: FakeClock
) -> None:
    box = await toolbox(store, clock)
    await box.call("create_reminder", text="call mom", when="today at 14:00")
    done = await box.call("change_settings", zone="Tokyo")
    assert await next_at(box, 1) == datetime(2026, 11, 23, 14, tzinfo=UTC)
    assert "1 reminder stays" in done.said


async def test_confirming_the_guessed_zone_is_enough(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.set(zone_known=False)
    await box.call("change_settings", zone="Lisbon")
    assert box.owner.zone_known


@pytest.mark.parametrize(
    ("said", "code"),
    [("Portuguese", "pt"), ("português", "pt"), ("PT-BR", "pt"), ("中文", "zh"), ("auto", "")],
)
async def test_a_language_by_any_of_its_names(
    sqlite_store: Store, clock: FakeClock, said: str, code: str
) -> None:
    box = await toolbox(sqlite_store, clock)
    await box.set(language="de")
    done = await box.call("change_settings", language=said)
    assert box.owner.language == code
    assert "/settings language de" in [button.command for button in done.buttons]
    assert ("receipts are in English" in done.said) == bool(code)


@pytest.mark.parametrize(
    ("said", "minutes"),
    [("15 minutes", 15), ("15", 15), ("an hour before", 60), ("2 days", 2880), ("off", None)],
)
async def test_how_long_before_events(
    sqlite_store: Store, clock: FakeClock, said: str, minutes: int | None
) -> None:
    box = await toolbox(sqlite_store, clock)
    await box.set(lead=10)
    done = await box.call("change_settings", lead=said)
    assert box.owner.lead == minutes
    assert "/settings lead 10 minutes" in [button.command for button in done.buttons]
    await box.call("change_settings", lead=done.buttons[0].command.removeprefix("/settings lead "))
    assert box.owner.lead == 10


async def test_a_city_sets_the_zone(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock, places=FewPlaces())
    await box.call("change_settings", zone="Porto Alegre")
    assert box.owner.zone == "America/Sao_Paulo"
    asked = await box.refused("change_settings", zone="Springfield")
    assert asked.asks == "/settings zone"
    assert [button.command for button in asked.buttons] == [
        "/settings zone America/Chicago",
        "/settings zone America/New_York",
    ]
    assert box.owner.zone == "America/Sao_Paulo"
