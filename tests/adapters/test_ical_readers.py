"""Other programs read the feed as we mean it: every occurrence, in every zone, over two years."""

import re
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import takewhile
from typing import Any

import ics
import pytest
import recurring_ical_events
import vobject
from icalendar import Calendar

from adapters.ical import render
from core.events import series
from core.rows import Event
from tests.adapters.calendar_rows import ANA, NOW, days, event

START = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2028, 1, 1, tzinfo=UTC)
ZONES = [
    "Europe/Lisbon",
    "America/New_York",
    "America/Sao_Paulo",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "America/St_Johns",
    "Asia/Tokyo",
    "Europe/Dublin",
]
# Rules on other days than the nth or last, rules that cross a month, and no rules any more.
ODD_ZONES = [
    "Asia/Jerusalem",
    "America/Santiago",
    "Africa/Cairo",
    "Asia/Gaza",
    "Europe/Volgograd",
    "UTC",
]

Times = set[tuple[datetime | date, datetime | date]]
Read = dict[str, Times]


def calendar(zone: str) -> list[Event]:
    """One event of every kind, named by its trait."""
    hour = timedelta(hours=1)

    def each(uid: str, start: str, end: str | timedelta, rule: str | None, **more: Any) -> Event:
        return event(uid, start, end, zone, rrule=rule, title=uid, **more)

    return [
        each("once", "2026-07-14T14:00", hour, None),
        each("once-skipped", "2027-03-14T02:30", hour, None),
        each("once-repeated", "2026-11-01T01:15", timedelta(minutes=30), None),
        each("once-over-repeated", "2026-10-25T00:30", hour, None),
        each("once-far", "2027-12-20T10:00", hour, None),
        each("weekly", "2026-01-05T09:00", hour, "FREQ=WEEKLY;BYDAY=MO,WE,FR"),
        each("fortnightly", "2026-01-06T18:45", hour, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH"),
        each("old", "2014-05-01T07:30", hour, "FREQ=WEEKLY;BYDAY=TH"),
        each("daily-0015", "2026-01-01T00:15", hour, "FREQ=DAILY"),
        each("daily-0130", "2026-01-01T01:30", timedelta(minutes=15), "FREQ=DAILY"),
        each("daily-0230", "2026-01-01T02:30", timedelta(minutes=45), "FREQ=DAILY"),
        each("over-night", "2026-01-03T22:00", timedelta(hours=8), "FREQ=DAILY;BYDAY=SA,SU"),
        each("week-end", "2026-01-02T18:00", timedelta(days=2, hours=14), "FREQ=WEEKLY;BYDAY=FR"),
        each("last-friday", "2026-01-30T16:00", hour, "FREQ=MONTHLY;BYDAY=-1FR"),
        each("month-end", "2026-01-31T20:00", hour, "FREQ=MONTHLY;BYMONTHDAY=-1"),
        each("yearly", "2020-03-29T02:15", hour, "FREQ=YEARLY"),
        each("counted", "2026-03-01T09:00", hour, "FREQ=DAILY;COUNT=300"),
        each("until-day", "2026-03-01T23:30", hour, "FREQ=DAILY;UNTIL=20270315"),
        each("until-time", "2026-03-01T09:00", hour, "FREQ=DAILY;UNTIL=20261101T090000"),
        each("until-instant", "2026-03-01T09:00", hour, "FREQ=DAILY;UNTIL=20261101T120000Z"),
        each(
            "excluded",
            "2026-03-01T09:00",
            hour,
            "FREQ=WEEKLY;BYDAY=SU",
            excluded=("2026-03-29T09:00", "2026-11-01T09:00", "2027-03-14T09:00"),
        ),
        each("eight-hourly", "2026-01-01T02:00", hour, "FREQ=HOURLY;INTERVAL=8"),
        each("moment", "2026-01-01T12:00", timedelta(), "FREQ=MONTHLY"),
        days("day", "2026-06-01", "2026-06-02", zone, title="day"),
        days("birthday", "1990-03-29", "1990-03-30", zone, title="birthday", rrule="FREQ=YEARLY"),
        days(
            "three-days",
            "2026-03-02",
            "2026-03-05",
            zone,
            title="three-days",
            rrule="FREQ=MONTHLY;BYDAY=1MO;UNTIL=20270601",
            excluded=("2026-04-06T00:00",),
        ),
    ]


def ours(row: Event, start: datetime = START, end: datetime = END) -> Times:
    expected = {
        (o.local.date(), (o.local + row.length).date()) if row.all_day else (o.start, o.end)
        for o in series(row).occurrences(start, end)
    }
    assert expected
    return inside(expected, start, end)


def inside(times: Times, start: datetime = START, end: datetime = END) -> Times:
    """Away from the window's ends, where readers differ about what is still in."""
    low, high = start + timedelta(days=4), end - timedelta(days=4)
    return {pair for pair in times if low.date() <= day(pair[0]) < high.date()}


def day(at: datetime | date) -> date:
    return at.date() if isinstance(at, datetime) else at


def plain(at: datetime | date) -> datetime | date:
    return at.astimezone(UTC) if isinstance(at, datetime) else at


def unknown_zones(feed: bytes) -> bytes:
    """The zones renamed, so that a reader has nothing but our VTIMEZONE to go by.

    Both readers keep the first definition of a name for ever, hence a name for each feed.
    """
    name = b"Test-" + sha256(feed).hexdigest()[:8].encode()
    return re.sub(rb"(TZID[=:])([A-Z])", rb"\1" + name + rb"/\2", feed)


def read_by_recurring(feed: bytes, start: datetime = START, end: datetime = END) -> Read:
    read: Read = defaultdict(set)
    for entry in recurring_ical_events.of(Calendar.from_ical(feed)).between(start, end):
        read[entry["UID"]].add((plain(entry.start), plain(entry.end)))
    return read


def read_by_vobject(feed: bytes) -> Read:
    """vobject expands rules by dateutil; replacing occurrences is left to its caller."""
    read: Read = defaultdict(set)
    entries = vobject.readOne(feed.decode()).vevent_list
    moved = {(e.uid.value, e.recurrence_id.value) for e in entries if "recurrence-id" in e.contents}
    for entry in entries:
        first = entry.dtstart.value
        ends = entry.dtend.value if "dtend" in entry.contents else first
        starts = entry.getrruleset(addRDate=True) if "rrule" in entry.contents else [first]
        for start in takewhile(lambda at: at.year < END.year, starts):
            if (entry.uid.value, start) not in moved or "recurrence-id" in entry.contents:
                begins = start if isinstance(first, datetime) else day(start)
                read[entry.uid.value].add((plain(begins), plain(begins + (ends - first))))
    return read


@pytest.mark.parametrize(
    ("zone", "read"),
    [
        *[(zone, read_by_recurring) for zone in ZONES],
        *[(zone, read_by_vobject) for zone in ZONES + ODD_ZONES],
    ],
)
def test_every_occurrence_is_read_by_our_rules_of_the_zone(
    zone: str, read: Callable[[bytes], Read]
) -> None:
    rows = calendar(zone)
    found = read(unknown_zones(render(ANA, "all", rows, [], NOW)))
    for row in rows:
        assert inside(found[f"{row.id}@pixie"]) == ours(row), row.id


@pytest.mark.parametrize("zone", ["America/New_York", "Africa/Casablanca"])
def test_every_occurrence_is_read_by_the_reader_s_own_rules(zone: str) -> None:
    rows = calendar(zone)
    found = read_by_recurring(render(ANA, "all", rows, [], NOW))
    for row in rows:
        assert inside(found[f"{row.id}@pixie"]) == ours(row), row.id


@pytest.mark.parametrize(
    ("zone", "first_year"),
    [("America/New_York", 2006), ("America/Sao_Paulo", 2018), ("Europe/Volgograd", 2019)],
)
def test_a_series_is_right_in_the_years_when_the_rules_changed(zone: str, first_year: int) -> None:
    row = event("old", f"{first_year}-01-02T09:00", zone=zone, rrule="FREQ=DAILY")
    start, end = datetime(first_year, 1, 1, tzinfo=UTC), datetime(first_year + 2, 6, 1, tzinfo=UTC)
    found = read_by_recurring(unknown_zones(render(ANA, "all", [row], [], NOW)), start, end)
    assert inside(found["old@pixie"], start, end) == ours(row, start, end)


@pytest.mark.parametrize("zone", ["Europe/Lisbon", "Africa/Casablanca", "Asia/Kathmandu"])
def test_ics_reads_names_and_first_times(zone: str) -> None:
    """ics 0.7.3 knows no recurrence: it sees a series' first time, and each override."""
    rows = calendar(zone)
    read: dict[str, set[tuple[str, datetime, datetime, bool]]] = defaultdict(set)
    for found in ics.Calendar(render(ANA, "all", rows, [], NOW).decode()).events:
        begin, end = found.begin.to("UTC").datetime, found.end.to("UTC").datetime
        read[found.uid].add((found.name, begin, end, found.all_day))
    assert set(read) == {f"{row.id}@pixie" for row in rows}
    for row in rows:
        first = next(series(row).occurrences(row.start_at, END))
        times = (first.start, first.end)
        if row.all_day:
            times = (row.start_local.replace(tzinfo=UTC), row.end_local.replace(tzinfo=UTC))
        assert (row.title, *times, row.all_day) in read[f"{row.id}@pixie"]
