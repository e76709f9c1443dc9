"""Reminders: when they go off, what a snooze does, and what cannot be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.ports import Store, Work
from core.rows import Pin, Reminder, ReminderStatus
from tests.fakes.clock import FakeClock
from tests.given import address
from tests.toolbox import Toolbox, toolbox


async def reminder(box: Toolbox, number: int) -> Reminder:
    row = await box.row(number)
    assert isinstance(row, Reminder)
    return row


async def fire(box: Toolbox, number: int) -> None:
    """What the scheduler does when the last occurrence goes off."""
    row = await reminder(box, number)
    box.clock.set(row.next_at or box.clock.now())

    def unit(work: Work) -> None:
        work.reminders.arm(
            box.owner.id, row.id, next_at=None, next_local=None, status=ReminderStatus.FIRED
        )

    await box.store.run(unit)


async def test_a_reminder_goes_off_where_it_was_made(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    done = await box.call("create_reminder", text="call mom", when="tomorrow at 14:00")
    row = await reminder(box, 1)
    assert row.next_at == datetime(2026, 11, 24, 14, tzinfo=UTC)
    assert row.next_local == row.at_local == datetime(2026, 11, 24, 14)
    assert (row.zone, row.pin, row.explicit) == ("Europe/Lisbon", Pin.PERSON, True)
    assert row.address == address("ann")
    (card,) = done.cards
    assert card.line() == "⏰ #1 call mom · Tue 24 Nov 14:00 (Lisbon)"
    assert card.at == row.next_at
    assert [button.label for button in card.buttons] == ["Snooze", "Move", "Cancel", "Undo"]
    assert done.said == ""


async def test_a_guessed_zone_is_told(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.set(zone_known=False)
    done = await box.call("create_reminder", text="call mom", when="tomorrow at 14:00")
    assert "/settings zone" in done.said


@pytest.mark.parametrize(
    ("when", "at", "explicit", "pin"),
    [
        ("in 20 minutes", "2026-11-23T09:20", True, Pin.TIMER),
        ("20 minutes", "2026-11-23T09:20", True, Pin.TIMER),
        ("in 2 hours", "2026-11-23T11:00", True, Pin.TIMER),
        ("tomorrow", "2026-11-24T09:00", False, Pin.PERSON),
        ("tomorrow morning", "2026-11-24T09:00", False, Pin.PERSON),
        ("tonight", "2026-11-23T20:00", False, Pin.PERSON),
        ("tomorrow evening", "2026-11-24T19:00", False, Pin.PERSON),
        ("in 3 days", "2026-11-26T09:00", False, Pin.PERSON),
        ("today", "2026-11-23T12:00", False, Pin.PERSON),
        ("next week", "2026-11-30T09:00", False, Pin.PERSON),
        ("noon", "2026-11-23T12:00", True, Pin.PERSON),
        ("Friday at 7:45", "2026-11-27T07:45", True, Pin.PERSON),
        ("tomorrow between 15:00 and 16:00", "2026-11-24T15:00", True, Pin.PERSON),
        ("2026-12-24T18:30", "2026-12-24T18:30", True, Pin.PERSON),
        ("tomorrow at 9:00 Lisbon time", "2026-11-24T09:00", True, Pin.PLACE),
    ],
)
async def test_when_it_goes_off(
    sqlite_store: Store, clock: FakeClock, when: str, at: str, explicit: bool, pin: Pin
) -> None:
    box = await toolbox(sqlite_store, clock)
    await box.call("create_reminder", text="stretch", when=when)
    row = await reminder(box, 1)
    assert row.next_at == datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert (row.explicit, row.pin) == (explicit, pin)


async def test_habits_are_the_persons_own(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("change_settings", morning="6:30")
    await box.call("create_reminder", text="run", when="tomorrow")
    assert (await reminder(box, 1)).at_local == datetime(2026, 11, 24, 6, 30)


async def test_a_place_has_its_own_clock(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    done = await box.call("create_reminder", text="Bob", when="tomorrow 15:00 in Tokyo time")
    row = await reminder(box, 1)
    assert (row.zone, row.pin) == ("Asia/Tokyo", Pin.PLACE)
    assert done.cards[0].when == "Tue 24 Nov 06:00 (15:00 in Tokyo)"
    await box.call("create_reminder", text="Cid", when="tomorrow 3pm EST")
    assert (await reminder(box, 2)).zone == "America/New_York"


async def test_the_past_is_refused_with_the_next_sensible_time(
    store: Store, clock: FakeClock
) -> None:
    clock.set(datetime(2026, 11, 23, 14, tzinfo=UTC))
    box = await toolbox(store, clock)
    error = await box.refused("create_reminder", text="call mom", when="today at 9am")
    assert str(error) == "Today 09:00 has passed. Tomorrow at 09:00?"
    assert error.asks == "/remind call mom"
    assert error.buttons[0].label == "Tomorrow 09:00"
    assert error.buttons[0].command == "/remind call mom 2026-11-24T09:00"
    error = await box.refused("create_reminder", text="x" * 60, when="yesterday at 20:00")
    assert str(error) == "Sun 22 Nov 20:00 has passed. Today at 20:00?"
    assert error.buttons[0].command == "2026-11-23T20:00"
    assert await box.row(1) is None


@pytest.mark.parametrize(
    ("when", "says"),
    [
        ("every minute", "every hour at the most"),
        ("every 5 seconds", "every hour at the most"),
        ("every 31st", "31st"),
        ("every 29 February", "29 February"),
        ("30 February", "no 30th"),
        ("at 25:00", "no 25:00"),
        ("the 45th of May", ""),
        ("9999-12-31T23:59", "too far"),
        ("", "When?"),
        ("🎉", "could not read"),
    ],
)
async def test_what_cannot_be_is_asked_about(
    sqlite_store: Store, clock: FakeClock, when: str, says: str
) -> None:
    box = await toolbox(sqlite_store, clock)
    error = await box.refused("create_reminder", text="pay rent", when=when)
    assert says in str(error)
    assert await box.row(1) is None


async def test_monthly_from_the_31st_is_asked_about(store: Store, clock: FakeClock) -> None:
    clock.set(datetime(2026, 12, 31, 8, tzinfo=UTC))
    box = await toolbox(store, clock)
    error = await box.refused("create_reminder", text="pay rent", when="monthly at 10:00")
    assert "last day of each month" in str(error)


async def test_the_options_of_a_question_answer_it(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    error = await box.refused("create_reminder", text="pay rent", when="every 31st")
    words = error.buttons[0].command.removeprefix("/remind pay rent ")
    await box.call("create_reminder", text="pay rent", when=words)
    row = await reminder(box, 1)
    assert row.rrule == "FREQ=MONTHLY;BYMONTHDAY=-1"
    assert row.next_local == datetime(2026, 11, 30, 9)


async def test_a_repetition_begins_with_its_next_time(store: Store, clock: FakeClock) -> None:
    clock.set(datetime(2026, 11, 26, 10, tzinfo=UTC))
    box = await toolbox(store, clock)
    await box.call("create_reminder", text="bins", when="every other Thursday at 9:00")
    row = await reminder(box, 1)
    assert row.next_local == row.at_local == datetime(2026, 12, 3, 9)
    done = await box.call("create_reminder", text="water", when="every day at 8:00")
    assert (await reminder(box, 2)).next_local == datetime(2026, 11, 27, 8)
    assert "every day" in done.cards[0].details
    await box.call("create_reminder", text="drink", when="every 2 hours")
    assert (await reminder(box, 3)).next_local == datetime(2026, 11, 26, 12)


async def test_a_time_that_the_clocks_skip(store: Store, clock: FakeClock) -> None:
    clock.set(datetime(2027, 3, 27, 12, tzinfo=UTC))
    box = await toolbox(store, clock, zone="Europe/Berlin")
    done = await box.call("create_reminder", text="wake", when="2027-03-28T02:30")
    row = await reminder(box, 1)
    assert row.next_at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert done.cards[0].when == "Sun 28 Mar 03:30 (Berlin)"
    assert done.cards[0].warnings == ("the clocks skip 02:30 that day",)


async def test_a_timer_counts_elapsed_time_over_a_change(store: Store, clock: FakeClock) -> None:
    clock.set(datetime(2026, 10, 24, 23, 50, tzinfo=UTC))
    box = await toolbox(store, clock)
    for number, hours in ((1, 1), (2, 2), (3, 3)):
        await box.call("create_reminder", text="oven", when=f"in {hours} hours")
        row = await reminder(box, number)
        assert row.next_at == clock.now() + timedelta(hours=hours)


@pytest.mark.parametrize("text", ["", " \n", "\x00", "\u200b"])
async def test_a_reminder_needs_words(sqlite_store: Store, clock: FakeClock, text: str) -> None:
    box = await toolbox(sqlite_store, clock)
    error = await box.refused("create_reminder", text=text, when="tomorrow")
    assert error.asks == "/remind"


async def test_long_reminders_are_refused_with_the_way_out(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    error = await box.refused("create_reminder", text="x" * 2001, when="tomorrow")
    assert "2,000" in str(error)
    await box.call("create_reminder", text="שלום 🎉 " * 200, when="tomorrow")


async def test_snoozing_one_that_went_off(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    made = await box.call("create_reminder", text="call mom", when="in 1 hour")
    code = made.cards[0].code
    await fire(box, 1)
    done = await box.call("snooze_reminder")
    row = await reminder(box, 1)
    assert row.next_at == datetime(2026, 11, 23, 10, 10, tzinfo=UTC)
    assert (row.status, row.snoozes, row.pin) == (ReminderStatus.ACTIVE, 1, Pin.TIMER)
    assert done.cards[0].when == "snoozed until Mon 23 Nov 10:10"
    await fire(box, 1)
    await box.call("snooze_reminder", reminder=f"{code}@2", until="tomorrow")
    assert (await reminder(box, 1)).next_at == datetime(2026, 11, 24, 9, tzinfo=UTC)
    await fire(box, 1)
    await box.call("snooze_reminder", reminder=code, until="1 hour")
    assert (await reminder(box, 1)).next_at == datetime(2026, 11, 24, 10, tzinfo=UTC)


async def test_snoozing_one_that_is_ahead_counts_from_its_time(
    store: Store, clock: FakeClock
) -> None:
    box = await toolbox(store, clock)
    await box.call("create_reminder", text="call mom", when="tomorrow at 14:00")
    await box.call("snooze_reminder", reminder="mom")
    assert (await reminder(box, 1)).next_at == datetime(2026, 11, 24, 14, 10, tzinfo=UTC)
    error = await box.refused("snooze_reminder", reminder="mom", until="yesterday at 10:00")
    assert "has passed" in str(error)
    assert "ten years" in str(
        await box.refused("snooze_reminder", reminder="mom", until="5000 days")
    )


async def test_snoozing_a_series_makes_one_copy(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_reminder", text="water plants", when="every day at 8:00")
    before = await reminder(box, 1)
    done = await box.call("snooze_reminder", reminder="#1", until="2 hours")
    assert done.said == "Once more then; the series goes on Tue 24 Nov 08:00."
    assert await reminder(box, 1) == before
    copy = await reminder(box, 2)
    assert (copy.text, copy.rrule) == ("water plants", None)
    assert copy.next_at == datetime(2026, 11, 23, 11, tzinfo=UTC)


async def test_nothing_to_snooze(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    assert "No reminder has gone off" in str(await box.refused("snooze_reminder"))
    await box.call("create_reminder", text="call mom", when="tomorrow")
    await box.call("complete_reminder", reminder="mom")
    assert "is done" in str(await box.refused("snooze_reminder", reminder="#1"))


async def test_the_answered_reminder_is_the_one_to_snooze(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    first = await box.call("create_reminder", text="a thing", when="in 1 hour")
    await box.call("create_reminder", text="b thing", when="in 2 hours")
    await fire(box, 1)
    await fire(box, 2)
    box.replied = (first.cards[0].code,)
    await box.call("snooze_reminder")
    assert (await reminder(box, 1)).status is ReminderStatus.ACTIVE
    assert (await reminder(box, 2)).status is ReminderStatus.FIRED


async def test_done_ends_a_reminder_but_not_a_series(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_reminder", text="call mom", when="in 1 hour")
    await fire(box, 1)
    await box.call("complete_reminder", reminder="mom")
    assert (await reminder(box, 1)).status is ReminderStatus.DONE
    await box.call("create_reminder", text="water plants", when="every day at 8:00")
    done = await box.call("complete_reminder", reminder="plants")
    assert done.said == "Done. #2 water plants comes again: Tue 24 Nov 08:00."
    assert (await reminder(box, 2)).status is ReminderStatus.ACTIVE
    stop = done.buttons[0].command.removeprefix("/delete ")
    await box.call("delete_reminder", reminder=stop)
    assert await box.row(2) is None


async def test_done_with_a_bare_number_is_understood_for_either_kind(
    store: Store, clock: FakeClock
) -> None:
    box = await toolbox(store, clock)
    await box.call("create_reminder", text="call mom", when="tomorrow")
    await box.call("create_task", title="buy milk")
    await box.call("create_event", title="Lunch", when="tomorrow 12:00-13:00")
    await box.call("complete_task", task="1")
    await box.call("complete_reminder", reminder="2")
    error = await box.refused("complete_task", task="3")
    assert str(error) == "#3 Lunch is an event, not a task."


async def test_changing_text_and_time(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_reminder", text="call mom", when="tomorrow at 14:00")
    await box.call("update_reminder", reminder="mom", when="16:00")
    assert (await reminder(box, 1)).at_local == datetime(2026, 11, 24, 16)
    await box.call("update_reminder", reminder="mom", when="Friday")
    assert (await reminder(box, 1)).at_local == datetime(2026, 11, 27, 16)
    await box.call("update_reminder", reminder="mom", text="call dad")
    row = await reminder(box, 1)
    assert (row.text, row.at_local) == ("call dad", datetime(2026, 11, 27, 16))
    asked = await box.refused("update_reminder", reminder="dad")
    assert asked.asks == f"/move {row.code}@{row.version}"
    await box.call("update_reminder", reminder="dad", when="every Friday at 8:00")
    assert (await reminder(box, 1)).rrule == "FREQ=WEEKLY;BYDAY=FR"


async def test_a_series_moves_by_the_clock_and_asks_about_days(
    store: Store, clock: FakeClock
) -> None:
    box = await toolbox(store, clock)
    await box.call("create_reminder", text="water plants", when="every day at 8:00")
    await box.call("update_reminder", reminder="plants", when="21:00")
    row = await reminder(box, 1)
    assert row.rrule == "FREQ=DAILY"
    assert row.next_local == datetime(2026, 11, 24, 21)
    asked = await box.refused("update_reminder", reminder="plants", when="Friday")
    assert asked.buttons[0].command == f"/snooze {row.code}@2 Friday"


async def test_a_done_reminder_comes_back_when_moved(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_reminder", text="call mom", when="in 1 hour")
    await box.call("complete_reminder", reminder="mom")
    await box.call("update_reminder", reminder="#1", when="tomorrow at 10:00")
    row = await reminder(box, 1)
    assert (row.status, row.next_local) == (ReminderStatus.ACTIVE, datetime(2026, 11, 24, 10))


async def test_reminders_are_listed_soonest_first(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    assert (await box.call("list_reminders")).said == "You have no reminders."
    await box.call("create_reminder", text="later thing", when="Friday")
    await box.call("create_reminder", text="sooner thing", when="tomorrow")
    listed = await box.call("list_reminders")
    assert [card.number for card in listed.cards] == [2, 1]
    assert [card.number for card in (await box.call("list_reminders", when="tomorrow")).cards] == [
        2
    ]
    assert [card.number for card in (await box.call("list_reminders", text="later")).cards] == [1]
    assert (await box.call("list_reminders", when="Sunday")).said == "No reminders match that."


async def test_cancelling_one_and_all(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    for text in ("one thing", "two thing", "three thing"):
        await box.call("create_reminder", text=text, when="tomorrow")
    gone = await box.call("delete_reminder", reminder="two")
    assert gone.cards[0].struck
    asked = await box.refused("delete_reminder", reminder="all")
    assert asked.buttons[0].command == "/delete all reminders yes"
    done = await box.call("delete_task", task="all reminders", confirmed=True)
    assert done.said == "Deleted 2 reminders."
    await box.call("undo")
    row = await reminder(box, 3)
    assert row.next_at is not None


async def test_the_card_of_one_that_goes_off(store: Store, clock: FakeClock) -> None:
    from core.cards import Look, card

    box = await toolbox(store, clock)
    await box.call("create_reminder", text="call mom", when="in 1 hour")
    row = await reminder(box, 1)
    shown = card(replace(row), box.owner, box.now, Look(fired=True))
    assert [button.label for button in shown.buttons] == ["Done", "Snooze 10 min", "Snooze 1 h"]
