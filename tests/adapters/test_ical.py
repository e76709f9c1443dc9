"""What the calendar feed says of events and tasks, and that nothing a person types breaks it."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Component

from adapters import ical
from adapters.ical import render, window
from core.rows import Event, Task, TaskStatus
from tests.adapters.calendar_rows import ANA, NOW, days, event, task


def entries(feed: bytes) -> list[Component]:
    return Calendar.from_ical(feed).walk("VEVENT")


def one(*rows: Event, scope: str = "all") -> Component:
    (entry,) = entries(render(ANA, scope, rows, [], NOW))
    return entry


def lines(feed: bytes) -> list[str]:
    """The content lines, unfolded (RFC 5545 3.1)."""
    return feed.decode().replace("\r\n ", "").split("\r\n")


def test_the_calendar_is_named_and_says_how_often_to_look() -> None:
    feed = lines(render(ANA, "all", [], [], NOW))
    assert feed[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert {
        "X-WR-CALNAME:Pixie",
        "NAME:Pixie",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "CALSCALE:GREGORIAN",
    } <= set(feed)
    assert not any(line.startswith("METHOD") for line in feed)


def test_an_empty_calendar_has_the_component_that_the_format_asks_for() -> None:
    feed = Calendar.from_ical(render(ANA, "all", [], [], NOW))
    assert [str(part["TZID"]) for part in feed.walk("VTIMEZONE")] == ["Europe/Lisbon"]


def test_an_event_carries_its_row() -> None:
    row = event(
        "5e1f", "2026-12-01T14:00", location="Rua Áurea 3", description="Bring X-rays", version=4
    )
    feed = lines(render(ANA, "all", [row], [], NOW))
    assert {
        "UID:5e1f@pixie",
        "SUMMARY:Dentist",
        "DESCRIPTION:Bring X-rays",
        "LOCATION:Rua Áurea 3",
        "SEQUENCE:3",
        "DTSTAMP:20261120T083015Z",
        "LAST-MODIFIED:20261120T083015Z",
        "DTSTART;TZID=Europe/Lisbon:20261201T140000",
        "DTEND;TZID=Europe/Lisbon:20261201T150000",
        "TRANSP:OPAQUE",
    } <= set(feed)


def test_a_whole_day_is_dates_and_takes_no_time() -> None:
    row = days(
        "1", "2026-12-24", "2026-12-27", "Asia/Tokyo", rrule="FREQ=YEARLY;UNTIL=20301231T235900",
        excluded=("2028-12-24T00:00",),
    )  # fmt: skip
    assert {
        "DTSTART;VALUE=DATE:20261224",
        "DTEND;VALUE=DATE:20261227",
        "RRULE:FREQ=YEARLY;UNTIL=20301231",
        "EXDATE;VALUE=DATE:20281224",
        "TRANSP:TRANSPARENT",
    } <= set(lines(render(ANA, "all", [row], [], NOW)))


def test_a_moment_has_no_end() -> None:
    assert "DTEND" not in one(event("1", "2026-12-01T14:00", timedelta()))


def test_an_end_of_a_series_is_told_in_utc() -> None:
    row = event("1", "2026-06-01T20:00", zone="America/New_York", rrule="FREQ=DAILY;UNTIL=20260630")
    assert "RRULE:FREQ=DAILY;UNTIL=20260701T035959Z" in lines(render(ANA, "all", [row], [], NOW))


def test_an_occurrence_that_the_clocks_skip_is_written_out() -> None:
    row = event("1", "2026-01-01T02:30", zone="America/New_York", rrule="FREQ=DAILY", version=2)
    series, *moved = entries(render(ANA, "all", [row], [], NOW))
    told = {str(part["RECURRENCE-ID"].to_ical(), "ascii"): part.start for part in moved}
    assert told["20270314T023000"] == datetime(2027, 3, 14, 7, 30, tzinfo=UTC)
    assert {(part["UID"], part["SEQUENCE"]) for part in moved} == {(series["UID"], 1)}


def test_a_series_that_begins_on_the_night_of_a_change_keeps_its_length() -> None:
    row = event(
        "1", "2026-03-07T23:00", "2026-03-08T07:00", "America/New_York", rrule="FREQ=WEEKLY"
    )
    series = entries(render(ANA, "all", [row], [], NOW))[0]
    assert series["DURATION"].dt == timedelta(hours=7)


def test_an_hourly_series_happens_once_where_the_clocks_skip_an_hour() -> None:
    row = event("1", "2027-03-14T00:00", timedelta(0), "America/New_York", rrule="FREQ=HOURLY")
    assert "EXDATE;TZID=America/New_York:20270314T020000" in "\n".join(
        lines(render(ANA, "all", [row], [], NOW))
    )


def test_an_event_beyond_the_listed_rules_is_told_in_utc() -> None:
    row = event("1", "2040-07-01T09:00", zone="Africa/Casablanca")
    assert one(row).start == row.start_at
    assert one(row)["DTSTART"].to_ical().endswith(b"Z")


def test_open_tasks_that_are_due_are_shown_as_free_time() -> None:
    tasks = [
        task("day", "2026-12-01"),
        task("hour", "2026-12-02T17:00", title="Call", description="Ask for Rui"),
        task("none", None),
        task("done", "2026-12-03", status=TaskStatus.COMPLETED),
        task("dropped", "2026-12-03", status=TaskStatus.CANCELLED),
        task("begun", "2026-12-04", status=TaskStatus.IN_PROGRESS),
    ]
    day, hour, begun = entries(render(ANA, "all", [], tasks, NOW))
    assert (day["UID"], hour["UID"], begun["UID"]) == ("day@pixie", "hour@pixie", "begun@pixie")
    assert (day.start, day.end) == (date(2026, 12, 1), date(2026, 12, 2))
    assert hour.start == datetime(2026, 12, 2, 17, tzinfo=UTC)
    assert hour.end - hour.start == timedelta(minutes=15)
    assert (hour["SUMMARY"], hour["DESCRIPTION"]) == ("☐ Call", "Ask for Rui")
    assert {part["TRANSP"] for part in (day, hour, begun)} == {"TRANSPARENT"}


@pytest.mark.parametrize(
    ("scope", "shown"),
    [("all", ["e", "d", "t"]), ("events", ["e", "d"]), ("tasks", ["t"]), ("busy", ["e"])],
)
def test_a_scope_shows_its_kinds(scope: str, shown: list[str]) -> None:
    rows = [event("e", "2026-12-01T09:00"), days("d", "2026-12-02", "2026-12-03")]
    feed = render(ANA, scope, rows, [task("t", "2026-12-03")], NOW)
    assert [str(part["UID"]).partition("@")[0] for part in entries(feed)] == shown


def test_busy_tells_nothing_but_when() -> None:
    row = event(
        "1", "2026-01-01T01:30", title="Oncologist", description="secret", location="clinic",
        rrule="FREQ=DAILY",
    )  # fmt: skip
    feed = render(ANA, "busy", [row], [task("t", "2026-12-01", title="Pay clinic")], NOW)
    assert not re.search("oncologist|secret|clinic", feed.decode(), re.IGNORECASE)
    assert {str(part["SUMMARY"]) for part in entries(feed)} == {"Busy"}
    assert {str(part["TRANSP"]) for part in entries(feed)} == {"OPAQUE"}
    assert b"X-WR-CALNAME:Ana: busy" in feed


def test_another_scope_is_refused() -> None:
    with pytest.raises(ValueError, match="no such scope"):
        render(ANA, "everything", [], [], NOW)


def test_the_same_rows_give_the_same_bytes_in_any_order_and_on_any_day() -> None:
    rows = [
        event(str(n), f"2026-{1 + n % 12:02}-05T0{n % 4}:30", zone=zone, rrule="FREQ=WEEKLY")
        for n in range(8)
        for zone in ("America/New_York", "Africa/Casablanca")
    ]
    rows = [replace(row, id=f"{n:02}") for n, row in enumerate(rows)]
    feed = render(ANA, "all", rows, [], NOW)
    later = NOW.replace(month=12, day=31)
    assert render(ANA, "all", rows[::-1], [], later) == feed


def test_of_too_many_entries_the_nearest_are_shown(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(ical, "MOST_ENTRIES", 3)
    rows = [
        event("last-year", "2025-11-22T09:00"),
        event("series", "2020-01-06T09:00", rrule="FREQ=WEEKLY"),
        event("tomorrow", "2026-11-23T09:00"),
        event("yesterday", "2026-11-21T09:00"),
        event("next-year", "2027-11-23T09:00"),
    ]
    feed = render(ANA, "all", rows, [], NOW)
    shown = {str(part["UID"]) for part in entries(feed)}
    assert shown == {"series@pixie", "tomorrow@pixie", "yesterday@pixie"}
    told = "X-WR-CALDESC:Only the 3 entries nearest to today are shown\\; 2 are not."
    assert told in lines(feed)
    assert "3 of 5" in caplog.text


def test_the_window_holds_for_a_year() -> None:
    assert window(NOW) == (datetime(2025, 1, 1, tzinfo=UTC), datetime(2056, 1, 1, tzinfo=UTC))


def unescaped(value: str) -> str:
    """TEXT read letter by letter (RFC 5545 3.3.11)."""
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], value)


def value_of(name: str, feed: bytes) -> str:
    (line,) = [line for line in lines(feed) if line.startswith(f"{name}:")]
    return unescaped(line.removeprefix(f"{name}:"))


NASTY = [
    "one\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil",
    "a\rATTENDEE:mailto:x@y\nb\x0bc\x85d\u2028e\u2029f\x1cg",
    'C:\\New\\network; "quoted", comma\\, \\\\n',
    "\x00\x07\x7f\x9b control\ttab",
    "lone \ud800 surrogate",
    "👩‍👩‍👧‍👦" * 40,
    "\u202eright to left \u05e9\u05dc\u05d5\u05dd",
    "   ",
    "",
]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_nasty_text_stays_inside_its_property(text: str) -> None:
    text_stays_inside_its_property(text)


@settings(deadline=None)
@given(st.text(st.characters(), max_size=400))
def test_any_text_stays_inside_its_property(text: str) -> None:
    text_stays_inside_its_property(text)


def text_stays_inside_its_property(text: str) -> None:
    row = event("1", "2026-12-01T09:00", title=text, description=f"{text}|", location=text)
    feed = render(replace(ANA, name=text), "all", [row], [task("2", "2026-12-01")], NOW)
    harmless = render(ANA, "all", [event("1", "2026-12-01T09:00")], [task("2", "2026-12-01")], NOW)
    parts = [part.name for part in Calendar.from_ical(feed).walk()]
    assert parts == [part.name for part in Calendar.from_ical(harmless).walk()]
    assert {line.partition(":")[0] for line in lines(feed)} - {"LOCATION", "DESCRIPTION"} == {
        line.partition(":")[0] for line in lines(harmless)
    }
    assert value_of("DESCRIPTION", feed) == kept(f"{text}|")
    titles = [line for line in lines(feed) if line.startswith("SUMMARY:")]
    assert unescaped(titles[1].removeprefix("SUMMARY:")) == kept(text).replace("\n", " ")[:300]


def kept(text: str) -> str:
    """Without what TEXT cannot hold, every kind of line break told as a line feed."""
    return re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", "", "\n".join(text.splitlines()))


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_lines_are_folded_at_75_octets_and_never_inside_a_letter(text: str) -> None:
    feed = render(ANA, "all", [event("1", "2026-12-01T09:00", description=text)], [], NOW)
    assert feed.endswith(b"\r\n")
    for line in feed.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", feed)


def test_huge_texts_are_cut() -> None:
    row = event("1", "2026-12-01T09:00", title="x" * 100_000, description="y" * 1_000_000)
    assert len(render(ANA, "all", [row], [], NOW)) < 3000


def test_entries_come_in_time_order() -> None:
    rows: list[Event] = [event(str(n), f"2026-12-{30 - n}T09:00") for n in range(9)]
    todo: list[Task] = [task("t", "2026-12-25T12:00")]
    starts = [part.start for part in entries(render(ANA, "all", rows, todo, NOW))]
    assert all(a <= b for a, b in pairwise(starts))
