"""Events: their times, overlaps, series and free time."""

from datetime import UTC, datetime

import pytest

from core.ports import Store
from core.rows import Event
from core.tool import Outcome
from tests.fakes.clock import FakeClock
from tests.toolbox import Toolbox, toolbox


async def event(box: Toolbox, number: int) -> Event:
    row = await box.row(number)
    assert isinstance(row, Event)
    return row


def warnings(done: Outcome) -> list[str]:
    return [warning for card in done.cards for warning in card.warnings]


async def test_an_event_has_the_time_that_was_said(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    done = await box.call(
        "create_event", title="Lunch with Sam", when="tomorrow 12-1:30", location="Café"
    )
    row = await event(box, 1)
    assert row.start_local == datetime(2026, 11, 24, 12)
    assert row.end_local == datetime(2026, 11, 24, 13, 30)
    assert (row.start_at, row.until_at) == (
        datetime(2026, 11, 24, 12, tzinfo=UTC),
        datetime(2026, 11, 24, 13, 30, tzinfo=UTC),
    )
    (card,) = done.cards
    assert card.line() == "📅 #1 Lunch with Sam · Tue 24 Nov 12:00–13:30 · at Café"
    assert [button.label for button in card.buttons] == ["Move", "Delete", "Undo"]
    assert not done.buttons


@pytest.mark.parametrize(
    ("when", "duration", "start", "end", "all_day"),
    [
        ("tomorrow at 9", "", "2026-11-24T09:00", "2026-11-24T10:00", False),
        ("tomorrow at 9 for 2 hours", "", "2026-11-24T09:00", "2026-11-24T11:00", False),
        ("tomorrow at 9", "90 minutes", "2026-11-24T09:00", "2026-11-24T10:30", False),
        ("tomorrow at 9", "45", "2026-11-24T09:00", "2026-11-24T09:45", False),
        ("tomorrow at 9", "1:15", "2026-11-24T09:00", "2026-11-24T10:15", False),
        ("25 Dec", "", "2026-12-25T00:00", "2026-12-26T00:00", True),
        ("24 to 26 Dec", "", "2026-12-24T00:00", "2026-12-27T00:00", True),
        ("24 Dec", "3 days", "2026-12-24T00:00", "2026-12-27T00:00", True),
        ("2026-11-24T10:00/2026-11-24T11:15", "", "2026-11-24T10:00", "2026-11-24T11:15", False),
        ("2026-11-24/2026-11-25", "", "2026-11-24T00:00", "2026-11-26T00:00", True),
        ("2026-11-24T10:00Z", "", "2026-11-24T10:00", "2026-11-24T11:00", False),
        ("2026-11-24T10:00+05:30", "", "2026-11-24T04:30", "2026-11-24T05:30", False),
    ],
)
async def test_many_ways_to_say_when(
    sqlite_store: Store,
    clock: FakeClock,
    when: str,
    duration: str,
    start: str,
    end: str,
    all_day: bool,
) -> None:
    box = await toolbox(sqlite_store, clock)
    await box.call("create_event", title="Trip", when=when, duration=duration)
    row = await event(box, 1)
    assert row.start_local == datetime.fromisoformat(start)
    assert row.end_local == datetime.fromisoformat(end)
    assert row.all_day is all_day


@pytest.mark.parametrize(
    ("when", "duration", "says"),
    [
        ("2026-11-24T11:00/2026-11-24T10:00", "", "ends after it starts"),
        ("2026-11-24T11:00/2026-11-24T11:00", "", "ends after it starts"),
        ("2026-11-24/2026-11-24T11:00", "", "both ends"),
        ("tomorrow at 9", "0", "at least a minute"),
        ("tomorrow at 9", "5 years", "up to a year"),
        ("tomorrow at 9", "999999", "up to a year"),
        ("tomorrow at 9", "a while", "length of time"),
        ("tomorrow", "30 minutes", "At what time"),
        ("for an hour", "", "When does it begin"),
        ("30 February", "", "no 30th"),
        ("tomorrow at 25:00", "", "no 25:00"),
        ("every hour", "", "daily at most"),
        ("every minute", "", "every hour at the most"),
        ("every 31st", "", "31st"),
        ("", "", "When?"),
        ("banana", "", "could not read"),
        ("tomorrow at 3pm or Friday", "", "Which do you mean"),
        ("3pm IST99", "", "could not read"),
        ("x" * 5000, "", "could not read"),
    ],
)
async def test_a_time_that_cannot_be_is_refused_with_a_sentence(
    sqlite_store: Store, clock: FakeClock, when: str, duration: str, says: str
) -> None:
    box = await toolbox(sqlite_store, clock)
    error = await box.refused("create_event", title="Trip", when=when, duration=duration)
    assert says in str(error)
    assert await box.row(1) is None


async def test_an_event_in_the_past_says_so(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    assert "in the past" in warnings(
        await box.call("create_event", title="Trip", when="yesterday at 15:00")
    )


async def test_overlaps_are_half_open(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_event", title="Lunch with Sam", when="tomorrow 12-1:30")
    for title, when in (("Before", "11:00-12:00"), ("After", "13:30-14:00")):
        done = await box.call("create_event", title=title, when=f"tomorrow {when}")
        assert not warnings(done)
        assert not done.buttons
    for when in ("11:30-12:01", "12:30-13:00", "11:59-14:00", "12:00-13:30"):
        done = await box.call("create_event", title="X", when=f"tomorrow {when}")
        assert "overlaps #1 Lunch with Sam (12:00–13:30)" in warnings(done)
        labels = [button.label for button in done.cards[0].buttons]
        assert labels == ["Keep both", "Find another time", "Undo"]
        await box.call("undo")


async def test_series_overlap_each_other(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_event", title="Standup", when="every weekday 9:00-9:15")
    done = await box.call("create_event", title="Review", when="every other Tuesday at 9:10")
    (warning,) = warnings(done)
    assert warning.startswith("overlaps #1 Standup (Tue 24 Nov 09:00–09:15, ")
    fine = await box.call("create_event", title="Yoga", when="every Saturday at 9:00")
    assert not warnings(fine)


async def test_series_in_zones_that_change_clocks_apart_overlap_in_between(
    store: Store, clock: FakeClock
) -> None:
    box = await toolbox(store, clock, zone="Europe/London")
    await box.call("create_event", title="Call", when="every day 14:00-14:30")
    done = await box.call(
        "create_event", title="New York", when="every day 10:00-10:30 America/New_York"
    )
    (warning,) = warnings(done)
    assert "overlaps #1 Call (Sun 14 Mar 2027 14:00–14:30, 21 times" in warning


async def test_whole_days_are_a_soft_note(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_event", title="Ana's birthday", when="24 Nov")
    done = await box.call("create_event", title="Dentist", when="tomorrow at 9:00")
    assert not warnings(done)
    assert done.said == "Also then: #1 Ana's birthday."
    assert not done.buttons


async def test_moving_keeps_day_hour_and_length(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_event", title="Dentist", when="tomorrow 13:00-13:45")
    await box.call("update_event", event="Dentist", when="15:00")
    row = await event(box, 1)
    assert (row.start_local, row.end_local) == (
        datetime(2026, 11, 24, 15),
        datetime(2026, 11, 24, 15, 45),
    )
    await box.call("update_event", event="Dentist", when="Friday")
    row = await event(box, 1)
    assert (row.start_local, row.end_local) == (
        datetime(2026, 11, 27, 15),
        datetime(2026, 11, 27, 15, 45),
    )
    await box.call("update_event", event="Dentist", duration="2 hours", location="Rua 1")
    row = await event(box, 1)
    assert (row.end_local, row.location) == (datetime(2026, 11, 27, 17), "Rua 1")
    same = await box.call("update_event", event="Dentist", location="Rua 1")
    assert same.said == "It is like that already."
    asked = await box.refused("update_event", event="Dentist")
    assert asked.asks == f"/move {row.code}@{row.version}"


async def test_a_move_onto_another_event_warns(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_event", title="Lunch", when="tomorrow 12:00-13:30")
    await box.call("create_event", title="Dentist", when="tomorrow 15:00-16:00")
    done = await box.call("update_event", event="Dentist", when="13:00")
    assert warnings(done) == ["overlaps #1 Lunch (12:00–13:30)"]
    row = await event(box, 2)
    assert done.cards[0].buttons[1].command == f"/free {row.code}@2"


async def test_one_occurrence_is_taken_out_of_its_series(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    made = await box.call("create_event", title="Standup", when="every weekday 9:00-9:15")
    code = made.cards[0].code
    asked = await box.refused("update_event", event="Standup", when="10:00")
    assert "Only Tue 24 Nov" in [button.label for button in asked.buttons]
    one, whole = (button.command for button in asked.buttons)
    assert one == f"/move {code}@1/2026-11-24T09:00 10:00"
    assert whole == f"/move {code}@1/all 10:00"
    ref, when = one.removeprefix("/move ").split()
    done = await box.call("update_event", event=ref, when=when)
    assert done.cards[0].when == "Tue 24 Nov 10:00–10:15"
    series = await event(box, 1)
    assert series.excluded == (datetime(2026, 11, 24, 9),)
    single = await event(box, 2)
    assert (single.rrule, single.start_local) == (None, datetime(2026, 11, 24, 10))
    listed = await box.call("list_events", when="tomorrow")
    assert [card.number for card in listed.cards] == [2]
    await box.call("undo")
    assert (await event(box, 1)).excluded == ()
    assert await box.row(2) is None


async def test_a_whole_series_moves_with_its_exceptions(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_event", title="Standup", when="every Monday 10:00-10:15")
    await box.call("delete_event", event="Standup", occurrence="30 November")
    await box.call("update_event", event="Standup", when="11:00", occurrence="all")
    row = await event(box, 1)
    assert row.rrule == "FREQ=WEEKLY;BYDAY=MO"
    assert row.start_local == datetime(2026, 11, 23, 11)
    assert row.excluded == (datetime(2026, 11, 30, 11),)
    await box.call("update_event", event="Standup", when="Tuesday", occurrence="all")
    row = await event(box, 1)
    assert row.rrule == "FREQ=WEEKLY;BYDAY=TU"
    assert row.start_local == datetime(2026, 11, 24, 11)
    assert row.excluded == (datetime(2026, 12, 1, 11),)
    await box.call("update_event", event="Standup", when="every Friday at 16:00", occurrence="all")
    row = await event(box, 1)
    assert row.rrule == "FREQ=WEEKLY;BYDAY=FR"
    assert row.start_local == datetime(2026, 11, 27, 16)


async def test_a_weekday_series_asks_how_to_repeat_on_one_day(
    store: Store, clock: FakeClock
) -> None:
    box = await toolbox(store, clock)
    await box.call("create_event", title="Standup", when="every weekday 10:00-10:15")
    asked = await box.refused(
        "update_event", event="Standup", when="Saturday at 11:00", occurrence="all"
    )
    assert "every Tuesday" in str(asked)


async def test_deleting_one_or_all_of_a_series(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_event", title="Standup", when="every weekday 10:00-10:15")
    asked = await box.refused("delete_event", event="Standup")
    one, whole = (button.command.removeprefix("/delete ") for button in asked.buttons)
    done = await box.call("delete_event", event=one)
    assert done.said == "Mon 23 Nov is left out; the rest stays."
    assert (await event(box, 1)).excluded == (datetime(2026, 11, 23, 10),)
    missing = await box.refused("delete_event", event="Standup", occurrence="Saturday")
    assert "does not happen on Sat 28 Nov" in str(missing)
    stale = await box.refused("delete_event", event=whole)
    assert stale.cards
    await box.call("delete_event", event="#1/all")
    assert await box.row(1) is None
    await box.call("undo")
    assert (await event(box, 1)).rrule is not None


async def test_the_last_day_of_a_counted_series_is_known(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_event", title="Course", when="every Monday at 10:00 for 3 weeks")
    row = await event(box, 1)
    assert row.rrule is not None
    assert row.until_at is not None
    assert row.until_at < datetime(2026, 12, 16, tzinfo=UTC)


async def test_an_hour_that_the_clocks_skip(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock, zone="Europe/Berlin")
    done = await box.call("create_event", title="Night", when="2027-03-28T02:30/2027-03-28T03:30")
    (card,) = done.cards
    assert card.when.startswith("Sun 28 Mar 2027 03:30")
    assert "the clocks skip 02:30 that day" in card.warnings
    long = await box.call(
        "create_event", title="Shift", when="2027-03-27T22:00", duration="8 hours"
    )
    assert long.cards[0].when == "Sat 27 Mar 2027 22:00 – Sun 28 Mar 2027 07:00"


async def test_an_event_elsewhere_shows_both_times(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    done = await box.call("create_event", title="Call", when="tomorrow 9:00-10:00 Tokyo time")
    assert (await event(box, 1)).zone == "Asia/Tokyo"
    assert done.cards[0].when == "Tue 24 Nov 00:00–01:00 (09:00 in Tokyo)"


async def test_free_time_for_an_event_and_for_a_question(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_event", title="Workshop", when="tomorrow 9:00-12:00")
    await box.call("create_event", title="Dentist", when="tomorrow 10:00-11:00")
    asked = await box.call("find_free_time", event="Dentist")
    row = await event(box, 2)
    assert asked.buttons[0].label == "Tue 24 Nov 12:00–13:00"
    assert asked.buttons[0].command == f"/move {row.code}@1 2026-11-24T12:00"
    assert 1 <= len(asked.buttons) <= 3
    ref, when = asked.buttons[0].command.removeprefix("/move ").split()
    moved = await box.call("update_event", event=ref, when=when)
    assert not warnings(moved)
    free = await box.call("find_free_time", when="tomorrow", duration="2 hours")
    assert free.said == "Free:\nTue 24 Nov 13:00–15:00"
    assert (
        "no free time"
        in (await box.call("find_free_time", when="tomorrow", duration="5 hours")).said
    )
    assert "Sat 28 Nov 09:00" in (await box.call("find_free_time", when="Saturday")).said
    assert "Sun 29 Nov 09:00" in (await box.call("find_free_time", when="Sunday")).said
    assert "has passed" in str(await box.refused("find_free_time", when="yesterday"))


async def test_a_dinner_moves_to_another_evening_hour(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_event", title="Concert", when="tomorrow 18:00-22:00")
    await box.call("create_event", title="Dinner", when="tomorrow 20:00-21:00")
    asked = await box.call("find_free_time", event="Dinner")
    for button in asked.buttons:
        hour = int(button.command[-5:-3])
        assert 17 <= hour <= 23


async def test_events_are_listed_in_order_with_each_occurrence(
    store: Store, clock: FakeClock
) -> None:
    box = await toolbox(store, clock)
    assert "no events" in (await box.call("list_events")).said
    await box.call("create_event", title="Standup", when="every weekday 10:00-10:15")
    await box.call("create_event", title="Dentist", when="Wednesday at 9:00")
    listed = await box.call("list_events", when="this week")
    assert [card.number for card in listed.cards] == [1, 1, 2, 1, 1, 1]
    assert listed.said == "6 events:"
    by_text = await box.call("list_events", text="standup")
    assert [card.number for card in by_text.cards] == [1]
    assert by_text.cards[0].buttons[0].command.endswith("/2026-11-23T10:00")
    assert (await box.call("list_events", when="Sunday")).said == "No events then."


async def test_moving_by_an_amount_counts_from_its_own_time(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_event", title="Dentist", when="Friday 13:00-13:45")
    for when, start, end in (
        ("1 hour later", datetime(2026, 11, 27, 14), datetime(2026, 11, 27, 14, 45)),
        ("30 minutes earlier", datetime(2026, 11, 27, 13, 30), datetime(2026, 11, 27, 14, 15)),
        ("by 2 days", datetime(2026, 11, 29, 13, 30), datetime(2026, 11, 29, 14, 15)),
        ("a week", datetime(2026, 12, 6, 13, 30), datetime(2026, 12, 6, 14, 15)),
    ):
        await box.call("update_event", event="Dentist", when=when)
        row = await event(box, 1)
        assert (row.start_local, row.end_local) == (start, end), when
    for duration, minutes in (("15 minutes longer", 60), ("half an hour shorter", 30)):
        await box.call("update_event", event="Dentist", duration=duration)
        row = await event(box, 1)
        assert row.length.total_seconds() == minutes * 60
    error = await box.refused("update_event", event="Dentist", duration="2 hours shorter")
    assert "at least a minute" in str(error)


async def test_moving_by_days_keeps_the_hour_over_a_change_of_clocks(
    store: Store, clock: FakeClock
) -> None:
    box = await toolbox(store, clock)
    await box.call("create_event", title="Dentist", when="2027-03-27T13:00")
    await box.call("update_event", event="Dentist", when="1 day later")
    assert (await event(box, 1)).start_local == datetime(2027, 3, 28, 13)
    await box.call("update_event", event="Dentist", when="12 hours earlier")
    assert (await event(box, 1)).start_local == datetime(2027, 3, 28, 0)


async def test_a_whole_day_event_moves_and_grows_by_days(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_event", title="Fair", when="24 Dec")
    await box.call("update_event", event="Fair", when="2 days later")
    await box.call("update_event", event="Fair", duration="3 days")
    row = await event(box, 1)
    assert row.all_day
    assert (row.start_local, row.end_local) == (datetime(2026, 12, 26), datetime(2026, 12, 29))
    assert "At what time" in str(await box.refused("update_event", event="Fair", duration="1 hour"))


async def test_a_series_moves_by_an_hour(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_event", title="Club", when="every first Friday of the month 18:00-19:00")
    await box.call("update_event", event="#1/all", when="1 hour later")
    row = await event(box, 1)
    assert row.rrule == "FREQ=MONTHLY;BYDAY=1FR"
    assert row.start_local == datetime(2026, 12, 4, 19)
