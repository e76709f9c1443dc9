"""Forms: prefilled from rows, checked in the person's zone, and said as a command."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core.cards import elapsed
from core.errors import Stale, UserError
from core.form_checking import check, submit
from core.form_drawing import open_form
from core.forms import Errors, Form, FormName, Opening, Repeats, Submission, Values, opened_by
from core.intake import clean
from core.language.filling import UNREAD
from core.language.understand import understand
from core.linking import Account
from core.people import Person
from core.ports import Situation, Store
from core.rows import Event, Priority, Reminder, Task
from core.titles import MAX_TITLE, body, line, visible
from core.tool import Outcome
from core.values import OwnerId
from core.when.wall import WallTime
from tests import given as given_values
from tests.core.test_tools_link import linked
from tests.fakes.clock import MONDAY, FakeClock
from tests.toolbox import Toolbox, toolbox


async def opened(box: Toolbox, name: FormName, ref: str = "", text: str = "") -> Form:
    return await box.store.read(lambda work: open_form(work, box.owner, box.now, name, ref, text))


async def filled(box: Toolbox, name: FormName, ref: str = "", **values: str) -> Submission | Errors:
    """Opened, some fields changed, and submitted."""
    form = await opened(box, name, ref)
    whole = {field.name: field.value for field in form.fields} | values
    return await box.store.read(
        lambda work: submit(work, box.owner, box.now, name, form.ref, whole)
    )


async def say(box: Toolbox, command: str) -> Outcome:
    """The command as the lane reads and does it."""
    command = clean(command)
    understood = understand(command, Situation(person=box.owner, now=box.now))
    assert understood.sure, understood.text
    (call,) = understood.calls
    return await box.call(call.name, **call.arguments)


async def fill(box: Toolbox, name: FormName, ref: str = "", **values: str) -> Outcome:
    """As `filled`, and done."""
    done = await filled(box, name, ref, **values)
    assert isinstance(done, Submission), done
    return await say(box, done.command)


async def wrong(box: Toolbox, name: FormName, ref: str = "", **values: str) -> Errors:
    errors = await filled(box, name, ref, **values)
    assert not isinstance(errors, Submission), errors
    return errors


async def ref(box: Toolbox, number: int) -> str:
    row = await box.row(number)
    assert row is not None
    return f"{row.code}@{row.version}"


async def task(box: Toolbox, number: int) -> Task:
    row = await box.row(number)
    assert isinstance(row, Task)
    return row


async def event(box: Toolbox, number: int) -> Event:
    row = await box.row(number)
    assert isinstance(row, Event)
    return row


async def reminder(box: Toolbox, number: int) -> Reminder:
    row = await box.row(number)
    assert isinstance(row, Reminder)
    return row


# --- tasks ---


async def test_a_task_is_made(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    done = await fill(
        box,
        FormName.TASK,
        title=" buy\tmilk\x00 ",
        description="oat\n\u0303 milk",
        project="#Home",
        priority="HIGH",
        date="2026-11-27",
        time="14:00",
    )
    row = await task(box, 1)
    assert (row.title, row.description, row.project) == ("buy milk", "oat\n\u0303 milk", "Home")
    assert (row.priority, row.due_local, row.due_day) == (
        Priority.HIGH,
        datetime(2026, 11, 27, 14),
        False,
    )
    assert [card.number for card in done.cards] == [1]


async def test_a_form_holds_what_the_row_says(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_task", title="report", due="Friday 14:00", project="Work")
    form = await opened(box, FormName.EDIT, await ref(box, 1))
    values = {field.name: field.value for field in form.fields}
    assert values == {
        "title": "report",
        "date": "2026-11-27",
        "time": "14:00",
        "no_due": "",
        "priority": "MEDIUM",
        "project": "Work",
        "description": "",
    }
    assert await filled(box, FormName.EDIT, form.ref) == Submission(command="")


async def test_a_task_is_changed_and_cleared(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call(
        "create_task", title="report", description="long", project="Work", due="Friday 14:00"
    )
    await fill(
        box, FormName.EDIT, await ref(box, 1), title="summary", description="", project="", time=""
    )
    row = await task(box, 1)
    assert (row.title, row.description, row.project) == ("summary", "", None)
    assert (row.due_local, row.due_day) == (datetime(2026, 11, 27), True)
    await fill(box, FormName.MOVE, await ref(box, 1), no_due="on")
    assert (await task(box, 1)).due_at is None


async def test_a_new_thing_may_bring_its_name(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    form = await opened(box, FormName.TASK, text="from\nSlack" + "x" * 3001)
    assert form.fields[0].value.startswith("from Slackx")
    assert len(form.fields[0].value) == MAX_TITLE


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"title": ""}, "title", "What shall it be called?"),
        ({"title": "\x00\u200b\u202e"}, "title", "What shall it be called?"),
        ({"title": "x" * 3001}, "title", "Up to 500 characters fit; this has 3,001."),
        ({"description": "x" * 3001}, "description", "Up to 3,000"),
        ({"description": "x" * 300_000}, "description", "Up to 3,000"),
        ({"project": "x" * 101}, "project", "Up to 100"),
        ({"priority": "HUGE"}, "priority", "Choose one of these."),
        ({"date": "2026-02-30"}, "date", "not in the calendar"),
        ({"date": "٢٠٢٦-11-27"}, "date", "not in the calendar"),
        ({"date": "9999-01-01"}, "date", "too far away"),
        ({"date": "2026-11-22"}, "date", "is over"),
        ({"date": "2026-11-23", "time": "08:59"}, "time", "has passed: it is 09:00"),
        ({"date": "2026-11-22", "time": "23:00"}, "date", "has passed"),
        ({"date": "2026-11-27", "time": "25:00"}, "time", "A time is like 14:30."),
        ({"date": "2026-11-27", "time": "\ud800"}, "", ""),
        ({"date": "", "time": "14:00"}, "date", "On which day?"),
        ({"date": "2027-03-28", "time": "01:30"}, "time", "skip 01:30 that day; 02:30 is"),
    ],
)
async def test_what_is_wrong_is_told_at_its_field(
    sqlite_store: Store, clock: FakeClock, values: dict[str, str], field: str, says: str
) -> None:
    box = await toolbox(sqlite_store, clock)
    answer = await filled(box, FormName.TASK, **({"title": "report"} | values))
    if not field:
        assert isinstance(answer, Submission)
        return
    assert not isinstance(answer, Submission)
    assert list(answer) == [field]
    assert says in answer[field]


# --- events ---


async def test_an_event_is_made(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await fill(
        box,
        FormName.EVENT,
        title="Lunch <!channel>",
        date="2026-11-27",
        start="12:00",
        end="13:30",
        location="קפה",
    )
    row = await event(box, 1)
    assert (row.title, row.location) == ("Lunch <!channel>", "קפה")
    assert (row.start_local, row.end_local) == (
        datetime(2026, 11, 27, 12),
        datetime(2026, 11, 27, 13, 30),
    )


async def test_whole_days_stay_whole_also_for_a_meal(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await fill(box, FormName.EVENT, title="Lunch", date="2026-11-27", all_day="on")
    row = await event(box, 1)
    assert row.all_day
    assert row.length == timedelta(days=1)
    await fill(box, FormName.MOVE, await ref(box, 1), date="2026-12-01", end_date="2026-12-03")
    row = await event(box, 1)
    assert (row.all_day, row.length) == (True, timedelta(days=3))
    assert row.start_local == datetime(2026, 12, 1)


async def test_an_event_over_midnight_and_in_another_zone(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_event", title="Call", when="Friday 18:00-19:00 America/New_York")
    form = await opened(box, FormName.EDIT, await ref(box, 1))
    values = {field.name: field.value for field in form.fields}
    assert (values["date"], values["start"], values["end_date"], values["end"]) == (
        "2026-11-27",
        "23:00",
        "2026-11-28",
        "00:00",
    )
    await fill(box, FormName.EDIT, await ref(box, 1), title="Long call")
    assert (await event(box, 1)).zone == "America/New_York"


async def test_one_of_a_series_is_moved_and_all_are_renamed(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_event", title="Stand-up", when="every weekday 10:00-10:15")
    form = await opened(box, FormName.MOVE, await ref(box, 1))
    assert form.ref.endswith("@1/2026-11-23T10:00")
    assert "Only the one on today" in form.note
    await fill(box, FormName.MOVE, await ref(box, 1), start="11:00", end="11:15")
    assert (await event(box, 2)).start_local == datetime(2026, 11, 23, 11)
    series = await event(box, 1)
    assert series.excluded == (datetime(2026, 11, 23, 10),)
    await fill(box, FormName.EDIT, await ref(box, 1), title="Scrum")
    assert (await event(box, 1)).title == "Scrum"
    assert (await event(box, 1)).rrule == series.rrule


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"start": ""}, "start", "When does it begin?"),
        ({"end": ""}, "end", "When does it end?"),
        ({"start": "12:00", "end": "11:00"}, "end", "ends before it starts"),
        ({"start": "12:00", "end": "12:00"}, "end", "ends before it starts"),
        ({"end_date": "2026-11-01"}, "end_date", "ends before it starts"),
        ({"end_date": "2028-01-01"}, "end_date", "up to a year"),
        ({"date": "2027-03-28", "start": "00:30", "end": "01:30"}, "end", "The clocks skip"),
        ({"date": "2027-03-28", "start": "01:15", "end": "02:30"}, "start", "The clocks skip"),
        ({"date": ""}, "date", "On which day?"),
    ],
)
async def test_an_events_times_are_checked(
    sqlite_store: Store, clock: FakeClock, values: dict[str, str], field: str, says: str
) -> None:
    box = await toolbox(sqlite_store, clock)
    errors = await wrong(box, FormName.EVENT, **({"title": "Lunch"} | values))
    assert list(errors) == [field]
    assert says in errors[field]


# --- reminders ---


async def test_a_reminder_is_made_moved_and_snoozed(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock, zone="America/New_York")
    await fill(box, FormName.REMINDER, text="call mom", date="2026-11-27", time="14:00")
    row = await reminder(box, 1)
    assert (row.text, row.at_local, row.zone) == (
        "call mom",
        datetime(2026, 11, 27, 14),
        "America/New_York",
    )
    await fill(box, FormName.MOVE, await ref(box, 1), time="15:05")
    assert (await reminder(box, 1)).at_local == datetime(2026, 11, 27, 15, 5)
    await fill(box, FormName.SNOOZE, await ref(box, 1), date="2026-11-28", time="09:00")
    assert (await reminder(box, 1)).next_local == datetime(2026, 11, 28, 9)
    errors = await wrong(box, FormName.SNOOZE, await ref(box, 1), date="2026-11-22", time="")
    assert errors == {"time": "At what time?"}


async def test_a_time_that_comes_twice_means_the_first(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await fill(box, FormName.REMINDER, text="clocks", date="2027-10-31", time="01:30")
    row = await reminder(box, 1)
    assert row.next_at is not None
    assert row.next_at.hour == 0


async def test_a_series_of_reminders_keeps_its_days(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_reminder", text="pills", when="every day at 8")
    form = await opened(box, FormName.EDIT, await ref(box, 1))
    assert [field.name for field in form.fields] == ["text", "daytime"]
    await fill(box, FormName.EDIT, await ref(box, 1), daytime="07:15")
    row = await reminder(box, 1)
    assert (row.rrule, row.at_local.time()) == ("FREQ=DAILY", time(7, 15))


# --- what repeats ---


@pytest.mark.parametrize(
    ("repeat", "rrule"),
    [
        ("once", None),
        ("day", "FREQ=DAILY"),
        ("weekday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("week", "FREQ=WEEKLY;BYDAY=FR"),
        ("month", "FREQ=MONTHLY;BYMONTHDAY=27"),
        ("year", "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=27"),
    ],
)
async def test_something_new_may_repeat(
    store: Store, clock: FakeClock, repeat: str, rrule: str | None
) -> None:
    box = await toolbox(store, clock)
    day = {"date": "2026-11-27", "repeat": repeat}
    await fill(box, FormName.REMINDER, text="pills", time="07:05", **day)
    rung = await reminder(box, 1)
    assert (rung.at_local, rung.rrule) == (datetime(2026, 11, 27, 7, 5), rrule)
    await fill(box, FormName.EVENT, title="Stand-up", start="09:05", end="10:30", **day)
    timed = await event(box, 2)
    assert (timed.start_local, timed.rrule) == (datetime(2026, 11, 27, 9, 5), rrule)
    assert timed.length == timedelta(minutes=85)
    await fill(box, FormName.EVENT, title="Lunch", all_day="on", **day)
    whole = await event(box, 3)
    assert (whole.start_local, whole.rrule) == (datetime(2026, 11, 27), rrule)
    assert whole.all_day


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"date": "2026-11-28", "repeat": "weekday"}, "date", "at a weekend"),
        ({"date": "2026-11-29", "repeat": "month"}, "repeat", "has a 29th"),
        ({"date": "2028-02-29", "repeat": "year"}, "repeat", "29 February"),
        ({"end_date": "2026-11-30", "repeat": "day"}, "repeat", "on which it begins"),
        ({"repeat": "hour"}, "repeat", "Choose one"),
    ],
)
async def test_what_repeats_begins_on_a_day_that_comes_again(
    sqlite_store: Store, clock: FakeClock, values: dict[str, str], field: str, says: str
) -> None:
    box = await toolbox(sqlite_store, clock)
    errors = await wrong(box, FormName.EVENT, **({"title": "Lunch"} | values))
    assert list(errors) == [field]
    assert says in errors[field]


# --- settings ---


async def test_settings_are_changed_together(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await fill(
        box,
        FormName.SETTINGS,
        zone="new york",
        summary="",
        quiet_from="23:00",
        quiet_until="06:30",
        language="Portuguese",
        lead="15 minutes",
    )
    owner = box.owner
    assert (owner.zone, owner.summary_at, owner.language) == ("America/New_York", None, "pt")
    assert (owner.quiet_from, owner.quiet_until, owner.lead) == (time(23), time(6, 30), 15)
    assert await filled(box, FormName.SETTINGS) == Submission(command="")
    await fill(box, FormName.SETTINGS, quiet="", summary="on", summary_at="07:00", lead="off")
    owner = box.owner
    assert (owner.quiet_from, owner.summary_at, owner.lead) == (None, time(7), None)


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"zone": "Lisbonn"}, "zone", "Did you mean Europe/Lisbon?"),
        ({"zone": "GMT+5"}, "zone", "only an offset"),
        ({"zone": "\x00"}, "zone", "fill this in"),
        ({"summary_at": ""}, "summary_at", "At what time?"),
        ({"quiet_from": ""}, "quiet_from", "At what time?"),
        ({"quiet_from": "07:00"}, "quiet_until", "different times"),
        ({"language": "Klingon"}, "language", "Choose one"),
    ],
)
async def test_settings_are_checked(
    sqlite_store: Store, clock: FakeClock, values: dict[str, str], field: str, says: str
) -> None:
    box = await toolbox(sqlite_store, clock)
    errors = await wrong(box, FormName.SETTINGS, **values)
    assert list(errors) == [field]
    assert says in errors[field]


async def test_one_place_is_no_choice(sqlite_store: Store, clock: FakeClock) -> None:
    box = await toolbox(sqlite_store, clock)
    assert (await opened(box, FormName.SETTINGS)).field("deliver") is None
    forged = Submission(command="")
    assert await filled(box, FormName.SETTINGS, deliver="telegram::ann") == forged


async def test_where_reminders_come_is_chosen_of_the_linked_accounts(
    store: Store, clock: FakeClock
) -> None:
    box, _ = await linked(store, clock)
    field = (await opened(box, FormName.SETTINGS)).field("deliver")
    assert field is not None
    assert [choice.label for choice in field.choices] == ["Terminal", "Telegram"]
    there = {choice.label: choice.value for choice in field.choices}
    assert field.value == there["Telegram"]
    assert await filled(box, FormName.SETTINGS) == Submission(command="")
    done = await fill(box, FormName.SETTINGS, deliver=there["Terminal"])
    assert done.said == "From now on reminders and summaries come to the terminal."
    assert box.owner.preferred == given_values.address("ann", platform="terminal")
    assert list(await wrong(box, FormName.SETTINGS, deliver="slack:T1:U1")) == ["deliver"]


async def test_where_reminders_come_is_set_with_the_rest(
    sqlite_store: Store, clock: FakeClock
) -> None:
    box, _ = await linked(sqlite_store, clock)
    field = (await opened(box, FormName.SETTINGS)).field("deliver")
    assert field is not None
    done = await filled(
        box, FormName.SETTINGS, deliver=field.choices[0].value, summary_at="07:15", quiet=""
    )
    assert isinstance(done, Submission)
    understood = understand(done.command, Situation(person=box.owner, now=box.now))
    assert understood.sure
    for call in understood.calls:
        await box.call(call.name, **call.arguments)
    assert box.owner.preferred == given_values.address("ann", platform="terminal")
    assert box.owner.summary_at == time(7, 15)


async def test_a_chat_that_is_no_accounts_own_is_no_choice_and_stays(
    sqlite_store: Store, clock: FakeClock
) -> None:
    box, _ = await linked(sqlite_store, clock)
    elsewhere = given_values.address("another", platform="telegram")
    box.owner = await sqlite_store.run(
        lambda work: work.people.save(replace(box.owner, preferred=elsewhere))
    )
    field = (await opened(box, FormName.SETTINGS)).field("deliver")
    assert field is not None
    assert (field.value, field.optional) == ("", True)
    assert await filled(box, FormName.SETTINGS) == Submission(command="")


# --- whose, and which version ---


async def test_other_peoples_rows_do_not_exist(store: Store, clock: FakeClock) -> None:
    ann = await toolbox(store, clock)
    bob = await toolbox(store, clock, name="bob")
    await ann.call("create_task", title="secret")
    code = await ref(ann, 1)
    for name in (FormName.EDIT, FormName.MOVE, FormName.SNOOZE):
        with pytest.raises(UserError, match="no such thing"):
            await opened(bob, name, code)
    done = await bob.store.read(
        lambda work: submit(work, bob.owner, bob.now, FormName.EDIT, code, {"title": "mine"})
    )
    assert isinstance(done, dict)
    assert "no such thing" in done["title"]
    with pytest.raises(UserError, match="no such task"):
        await say(bob, f'/fill {code} {{"title": "mine"}}')
    assert (await task(ann, 1)).title == "secret"


async def test_a_row_that_moved_on_is_shown_as_it_stands(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_task", title="report")
    old = await ref(box, 1)
    form = await opened(box, FormName.EDIT, old)
    await box.call("update_task", task="#1", title="summary")
    with pytest.raises(Stale) as raised:
        await opened(box, FormName.EDIT, old)
    assert raised.value.cards[0].title == "summary"
    values = {field.name: field.value for field in form.fields} | {"title": "late"}
    done = await store.read(
        lambda work: submit(work, box.owner, box.now, FormName.EDIT, old, values)
    )
    assert isinstance(done, dict)
    assert "open it again" in done["title"]
    # It may move on between the check and its turn in the lane.
    with pytest.raises(Stale):
        await say(box, f'/fill {old} {{"title": "late"}}')
    assert (await task(box, 1)).title == "summary"


@pytest.mark.parametrize("ref", ["", "x", "t7f3k2q9", "T7F3K2Q9@1", "n7f3k2q9@1", "t@1", "\x00"])
async def test_a_form_of_nothing_is_refused(
    sqlite_store: Store, clock: FakeClock, ref: str
) -> None:
    box = await toolbox(sqlite_store, clock)
    with pytest.raises(UserError):
        await opened(box, FormName.EDIT, ref)


async def test_a_long_description_is_left_alone(sqlite_store: Store, clock: FakeClock) -> None:
    box = await toolbox(sqlite_store, clock)
    await box.call("create_task", title="report", description="x" * 4000)
    form = await opened(box, FormName.EDIT, await ref(box, 1))
    assert form.field("description") is None
    assert "too long for a form" in form.note
    await fill(box, FormName.EDIT, await ref(box, 1), title="summary")
    assert len((await task(box, 1)).description) == 4000


# --- typed by hand ---


ANA = Person(id=OwnerId("ana"), created_at=MONDAY, zone="Europe/Lisbon", zone_known=True)
HERE = Situation(person=ANA, now=MONDAY)


@pytest.mark.parametrize(
    "text",
    [
        "/fill",
        "/fill task",
        "/fill task {",
        "/fill task {}",
        "/fill task []",
        '/fill task {"title": 1}',
        '/fill task {"title": ""}',
        '/fill task {"title": "\\u0000"}',
        '/fill task {"title": "x", "due": "tomorrow"}',
        '/fill task {"title": "x", "confirmed": "yes"}',
        '/fill event {"title": "x"}',
        '/fill event {"title": "x", "when": "2026-11-27"}',
        '/fill event {"title": "x", "when": "2026-02-30/2026-02-30", "repeat": "day"}',
        '/fill reminder {"text": "x", "when": "2026-11-27T10:00", "repeat": "second"}',
        '/fill note {"text": "x"}',
        '/fill n7f3k2q9@1 {"text": "x"}',
        '/fill t7f3k2q9 {"title": "x"}',
        '/fill #3 {"title": "x"}',
        '/fill t7f3k2q9@1 {"status": "COMPLETED"}',
        '/fill settings {"budget": "1000"}',
        '/fill task {"title": {"a": ' + "[" * 50_000,
        "/fill task {" + "x" * 200_000 + "}",
    ],
)
def test_what_no_form_says_is_refused(text: str) -> None:
    understood = understand(text, HERE)
    assert understood.text == UNREAD
    assert understood.calls == ()


@given(st.text())
def test_any_text_after_fill_is_answered(text: str) -> None:
    understand(f"/fill {text}", HERE)
    understand(f"/fill task {{{text}}}", HERE)


def test_which_commands_open_a_form() -> None:
    assert opened_by("/task") == Opening(name=FormName.TASK)
    assert opened_by(" /remind ") == Opening(name=FormName.REMINDER)
    assert opened_by("/settings") == Opening(name=FormName.SETTINGS)
    move = Opening(name=FormName.MOVE, ref="e7f3k2q9@1/2026-11-23T10:00")
    assert opened_by("/move e7f3k2q9@1/2026-11-23T10:00") == move
    assert opened_by("/edit t7f3k2q9@3") == Opening(name=FormName.EDIT, ref="t7f3k2q9@3")
    assert opened_by("/snooze r7f3k2q9@3 pick") == Opening(name=FormName.SNOOZE, ref="r7f3k2q9@3")
    answered = ("/snooze r7f3k2q9@3", "/move t7f3k2q9@3 friday", "/move 3", "/task milk", "hi", "")
    assert [opened_by(text) for text in answered] == [None] * len(answered)


# --- any values ---


ZONES = (
    "Europe/Lisbon",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Asia/Kathmandu",
)
TEXTS = st.text(max_size=60)
DATES = st.one_of(
    st.dates(date(2026, 11, 20), date(2028, 12, 31)).map(date.isoformat),
    st.sampled_from(
        ["", "2027-03-28", "2027-10-31", "2027-04-04", "2026-02-30", "x", "0001-01-01"]
    ),
)
TIMES = st.one_of(
    st.times().map(lambda at: f"{at:%H:%M}"),
    st.sampled_from(["", "01:30", "02:15", "00:00", "24:00", "x"]),
)
BOXES = st.sampled_from(["", "on"])


def _person(zone: str) -> Person:
    return replace(ANA, zone=zone)


@pytest.fixture(scope="module")
def forms() -> dict[tuple[FormName, str], Form]:
    """Every new form, by zone."""
    return asyncio.run(_forms())


async def _forms() -> dict[tuple[FormName, str], Form]:
    class Nobody:
        def get(self, owner: OwnerId) -> None:
            return None

        def accounts(self, owner: OwnerId) -> list[Account]:
            return [
                Account(
                    identity=given_values.identity("ana", platform),
                    address=given_values.address("ana", platform=platform),
                )
                for platform in ("terminal", "telegram")
            ]

    class Rows:
        people = links = Nobody()

    rows: Any = Rows()
    names = (FormName.TASK, FormName.EVENT, FormName.REMINDER, FormName.SETTINGS)
    return {
        (name, zone): open_form(rows, _person(zone), MONDAY, name)
        for name in names
        for zone in ZONES
    }


@given(data=st.data())
@settings(deadline=None)
def test_any_values_are_checked(data: st.DataObject, forms: dict[Any, Form]) -> None:
    key = data.draw(st.sampled_from(sorted(forms, key=str)))
    form = forms[key]
    anything = st.one_of(st.text(), DATES, TIMES, BOXES, *(st.just(f.value) for f in form.fields))
    values: Values = data.draw(
        st.dictionaries(st.sampled_from([field.name for field in form.fields] + ["x"]), anything)
    )
    answer = check(form, values, _person(key[1]), MONDAY)
    if isinstance(answer, Submission):
        assert clean(answer.command) == answer.command
        if answer.command:
            assert understand(answer.command, HERE).calls
    else:
        assert answer
        assert set(answer) <= {field.name for field in form.fields}
        assert all(answer.values())


@given(
    zone=st.sampled_from(ZONES), title=TEXTS, description=TEXTS, day=DATES, at=TIMES, again=DATES
)
@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_a_row_is_what_the_form_said(
    boxes: dict[str, Toolbox],
    zone: str,
    title: str,
    description: str,
    day: str,
    at: str,
    again: str,
) -> None:
    box = boxes[zone]
    values = {"title": title, "description": description, "date": day, "time": at}
    answer = await filled(box, FormName.TASK, **values)
    if not isinstance(answer, Submission):
        return
    (card,) = (await say(box, answer.command)).cards
    row = await task(box, card.number)
    nothing = line(description).casefold() == "none"
    assert visible(title)
    assert (row.title, row.zone) == (line(title), zone)
    assert row.description == ("" if nothing else body(description, what=""))
    _due_as_said(row, day, at, zone)
    moved = await filled(box, FormName.MOVE, f"{row.code}@{row.version}", date=again, time="")
    if isinstance(moved, Submission) and moved.command:
        await say(box, moved.command)
        _due_as_said(await task(box, card.number), again, "", zone)


def _due_as_said(row: Task, day: str, at: str, zone: str) -> None:
    if not day:
        assert row.due_local is None
        return
    local = datetime.combine(date.fromisoformat(day), time.fromisoformat(at or "00:00"))
    assert (row.due_local, row.due_day) == (local, not at)
    assert WallTime(local=local, zone=zone).shown() == local or row.due_day


@given(
    zone=st.sampled_from(ZONES),
    day=DATES,
    start=TIMES,
    end=TIMES,
    last=DATES,
    box=BOXES,
    at=TIMES,
    repeat=st.sampled_from(Repeats).map(str),
)
@example(
    zone="Europe/Lisbon",
    day="2027-10-31",
    start="01:30",
    end="03:00",
    last="",
    box="",
    at="09:00",
    repeat="day",
)
@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_an_event_and_a_reminder_are_when_the_form_said(
    boxes: dict[str, Toolbox],
    zone: str,
    day: str,
    start: str,
    end: str,
    last: str,
    box: str,
    at: str,
    repeat: str,
) -> None:
    tools = boxes[zone]
    values = {"date": day, "start": start, "end": end, "end_date": last, "all_day": box}
    values["repeat"] = repeat
    answer = await filled(tools, FormName.EVENT, title="Lunch", **values)
    if isinstance(answer, Submission):
        (card,) = (await say(tools, answer.command)).cards
        row = await event(tools, card.number)
        begins = "00:00" if box else start
        assert row.start_local == datetime.fromisoformat(f"{day}T{begins}")
        ends = datetime.fromisoformat(f"{last or day}T{'00:00' if box else end}")
        lasted = WallTime(local=ends, zone=zone).instant() - row.start_at
        if repeat == "once" or box or lasted == ends - row.start_local:
            assert row.end_local == ends + timedelta(days=1 if box else 0)
        else:
            # A series whose first day is one of changing clocks lasts as long as on any other.
            assert elapsed(row) == ends - row.start_local
        assert (row.all_day, row.zone) == (bool(box), zone)
        assert row.end_local > row.start_local
        assert (row.rrule is None) == (repeat == "once")
    answer = await filled(tools, FormName.REMINDER, text="call", date=day, time=at, repeat=repeat)
    if isinstance(answer, Submission):
        (card,) = (await say(tools, answer.command)).cards
        rung = await reminder(tools, card.number)
        assert rung.at_local == datetime.fromisoformat(f"{day}T{at}")
        assert (rung.rrule is None) == (repeat == "once")
        assert rung.next_at == WallTime(local=rung.at_local, zone=zone).instant()


@pytest.fixture
async def boxes(sqlite_store: Store, clock: FakeClock) -> dict[str, Toolbox]:
    """A person in each zone."""
    return {zone: await toolbox(sqlite_store, clock, name=zone, zone=zone) for zone in ZONES}


@given(st.times())
@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_any_time_of_day_is_read_exactly(daily: Toolbox, at: time) -> None:
    hour = f"{at:%H:%M}"
    answer = await filled(daily, FormName.MOVE, await ref(daily, 1), daytime=hour)
    assert isinstance(answer, Submission)
    if answer.command:
        await say(daily, answer.command)
    row = await reminder(daily, 1)
    assert f"{row.at_local:%H:%M}" == hour
    assert row.rrule == "FREQ=DAILY"


@pytest.fixture
async def daily(sqlite_store: Store, clock: FakeClock) -> Toolbox:
    """Someone with one reminder, every day."""
    box = await toolbox(sqlite_store, clock)
    await box.call("create_reminder", text="pills", when="every day at 8")
    return box
