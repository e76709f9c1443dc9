from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.errors import UserError
from core.when.recurrence import MOST_OCCURRENCES, Rule, align, expand, next_after
from core.when.wall import instant

WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
# A busy machine is no failure.
UNHURRIED = settings(deadline=None)
ZONES = [
    "UTC",
    "Europe/Lisbon",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "America/Santiago",
    "Asia/Beirut",
]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def locals_of(rule: str, first: str, zone: str, start: str, end: str) -> list[str]:
    found = expand(Rule.parse(rule), at(first), zone, utc(start), utc(end))
    return [one.local.isoformat(timespec="minutes") for one in found]


def instants_of(rule: str, first: str, zone: str, start: str, end: str) -> list[str]:
    found = expand(Rule.parse(rule), at(first), zone, utc(start), utc(end))
    return [f"{one.start:%d %H:%M}" for one in found]


# Reading and writing


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("FREQ=DAILY", "FREQ=DAILY"),
        ("rrule:freq=weekly;byday=th,mo ;interval=1", "FREQ=WEEKLY;BYDAY=MO,TH"),
        ("BYDAY=FR;FREQ=WEEKLY;INTERVAL=02;WKST=MO;", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SU"),
        ("FREQ=MONTHLY;BYDAY=-1FR,+1MO,MO,MO", "FREQ=MONTHLY;BYDAY=-1FR,MO,1MO"),
        ("FREQ=YEARLY;BYMONTHDAY=25;BYMONTH=12", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25"),
        ("FREQ=DAILY;UNTIL=20261231", "FREQ=DAILY;UNTIL=20261231"),
        ("FREQ=DAILY;UNTIL=20261231T180000", "FREQ=DAILY;UNTIL=20261231T180000"),
        ("FREQ=DAILY;UNTIL=20261231T180000Z", "FREQ=DAILY;UNTIL=20261231T180000Z"),
        ("FREQ=DAILY;COUNT=10000", "FREQ=DAILY;COUNT=10000"),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        ),
    ],
)
def test_a_rule_has_one_spelling(written: str, canonical: str) -> None:
    rule = Rule.parse(written)
    assert str(rule) == canonical
    assert Rule.parse(canonical) == rule


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("", "is not a recurrence rule"),
        ("every day", "is not a recurrence rule"),
        ("FREQ", "is not a recurrence rule"),
        ("FREQ=", "is not a recurrence rule"),
        ("FREQ=DAILY;;", "is not a recurrence rule"),
        ("\x00", "is not a recurrence rule"),
        ("\ud800=1", "is not a recurrence rule"),
        ("🎉=🎉", "is not a recurrence rule"),
        ("FREQ=DAILY;" * 1000, "too long"),
        ("FREQ=DAILY;FREQ=DAILY", "twice"),
        ("INTERVAL=2", "needs a FREQ"),
        ("FREQ=FORTNIGHTLY", "needs a FREQ"),
        ("FREQ=SECONDLY", "too often"),
        ("FREQ=MINUTELY;INTERVAL=5", "too often"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL"),
        ("FREQ=DAILY;INTERVAL=-1", "INTERVAL"),
        ("FREQ=DAILY;INTERVAL=9999999999", "INTERVAL"),
        ("FREQ=DAILY;INTERVAL=٢", "INTERVAL"),
        ("FREQ=YEARLY;INTERVAL=101", "from 1 to 100"),
        ("FREQ=DAILY;COUNT=0", "COUNT"),
        ("FREQ=DAILY;COUNT=10001", "from 1 to 10000"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20261231", "one of the two"),
        ("FREQ=DAILY;UNTIL=20260231", "date that exists"),
        ("FREQ=DAILY;UNTIL=2026-12-31", "date that exists"),
        ("FREQ=DAILY;UNTIL=20261231T250000", "date that exists"),
        ("FREQ=DAILY;UNTIL=00000101", "date that exists"),
        ("FREQ=WEEKLY;BYDAY=XX", "one of MO"),
        ("FREQ=WEEKLY;BYDAY=MO,", "one of MO"),
        ("FREQ=WEEKLY;BYDAY=1FR", "first Friday"),
        ("FREQ=DAILY;BYDAY=1FR", "first Friday"),
        ("FREQ=MONTHLY;BYDAY=0FR", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=6FR", "at most five"),
        ("FREQ=YEARLY;BYMONTH=1;BYDAY=6FR", "at most five"),
        ("FREQ=YEARLY;BYDAY=54FR", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=1FR;BYMONTHDAY=3", "not both"),
        ("FREQ=WEEKLY;BYMONTHDAY=3", "goes by weekday"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY"),
        ("FREQ=YEARLY;BYMONTH=13", "BYMONTH"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "No year has that day"),
        ("FREQ=DAILY;BYMONTH=4,6;BYMONTHDAY=31", "No year has that day"),
        ("FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS"),
        ("FREQ=DAILY;BYDAY=MO;BYSETPOS=1", "BYSETPOS"),
        ("FREQ=WEEKLY;WKST=XX", "one of MO"),
        ("FREQ=DAILY;BYHOUR=9", "time of day"),
        ("FREQ=DAILY;BYMINUTE=0", "time of day"),
        ("FREQ=DAILY;BYSECOND=0", "time of day"),
        ("FREQ=YEARLY;BYYEARDAY=100", "day of the year"),
        ("FREQ=YEARLY;BYWEEKNO=20", "week number"),
        ("FREQ=YEARLY;BYEASTER=0", "Easter"),
        ("FREQ=DAILY;X-NAME=1", "not a part"),
    ],
)
def test_a_bad_rule_is_answered_with_a_way_to_mend_it(written: str, answer: str) -> None:
    with pytest.raises(UserError) as error:
        Rule.parse(written)
    assert answer in str(error.value)
    assert str(error.value).encode()


@UNHURRIED
@given(st.text(max_size=60) | st.from_regex(r"FREQ=(DAILY|MONTHLY)(;[A-Z]{3,10}=[-0-9A-Z,]{1,9})*"))
def test_any_text_is_a_rule_or_a_user_error(text: str) -> None:
    try:
        rule = Rule.parse(text)
    except UserError:
        return
    assert Rule.parse(str(rule)) == rule


@pytest.mark.parametrize(
    ("written", "first", "question"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=31", None, "months that have a 31st"),
        ("FREQ=MONTHLY;BYMONTHDAY=30", None, "months that have a 30th"),
        ("FREQ=MONTHLY;BYMONTHDAY=15,29", None, "months that have a 29th"),
        ("FREQ=MONTHLY", date(2026, 1, 31), "months that have a 31st"),
        ("FREQ=YEARLY;BYMONTH=3,4;BYMONTHDAY=31", None, "months that have a 31st"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", None, "leap years"),
        ("FREQ=YEARLY", date(2028, 2, 29), "leap years"),
        ("FREQ=MONTHLY;BYDAY=5FR", None, "five Fridays"),
        ("FREQ=MONTHLY;BYMONTHDAY=28", None, None),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", None, None),
        ("FREQ=MONTHLY;BYDAY=-1FR", date(2026, 1, 30), None),
        ("FREQ=MONTHLY", date(2026, 1, 28), None),
        ("FREQ=YEARLY;BYMONTH=1,3;BYMONTHDAY=31", None, None),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28", None, None),
        ("FREQ=YEARLY", date(2026, 12, 31), None),
        ("FREQ=YEARLY;BYDAY=5FR", None, None),
        ("FREQ=WEEKLY", date(2026, 1, 31), None),
        ("FREQ=DAILY;BYMONTHDAY=31", None, None),
    ],
)
def test_a_rule_that_skips_months_is_asked_about(
    written: str, first: date | None, question: str | None
) -> None:
    doubt = Rule.parse(written).doubt(first)
    if question is None:
        assert doubt is None
    else:
        assert doubt is not None
        assert question in doubt
        assert doubt.endswith("?")


# Against dateutil


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Rules on which dateutil follows the RFC: no BYSETPOS in a first, cut week, and no mix of
    "MO" with "1FR", which it intersects."""
    freq = draw(st.sampled_from(["HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    # No intervals that share a factor with 7: dateutil searches for a day that never comes.
    interval = draw(st.sampled_from([1, 1, 2, 3, 4, 5]))
    parts = [f"FREQ={freq}", f"INTERVAL={interval}"]

    def chance() -> bool:
        return draw(st.integers(0, 2)) == 0

    def some(values: list[str]) -> str:
        return ",".join(draw(st.lists(st.sampled_from(values), min_size=1, max_size=3)))

    by_day = by_number = False
    if chance():
        parts.append(f"BYMONTH={some([str(n) for n in range(1, 13)])}")
    if freq != "WEEKLY" and chance():
        by_number = True
        numbers = [1, 2, 13, 15, 28, 29, 30, 31, -1, -2, -29, -31]
        parts.append(f"BYMONTHDAY={some([str(n) for n in numbers])}")
    if chance():
        by_day = True
        nths = [""]
        if freq in ("MONTHLY", "YEARLY") and not by_number:
            nths = draw(st.sampled_from([[""], ["1", "2", "3", "4", "5", "-1", "-2", "-5"]]))
        parts.append(f"BYDAY={some([nth + day for nth in nths for day in WEEKDAYS])}")
    if freq in ("MONTHLY", "YEARLY") and (by_day or by_number) and chance():
        parts.append(f"BYSETPOS={some(['1', '2', '-1', '-2'])}")
    if freq == "WEEKLY" and chance():
        parts.append(f"WKST={draw(st.sampled_from(WEEKDAYS))}")
    if chance():
        parts.append(f"COUNT={draw(st.integers(1, 30))}")
    elif chance():
        until = draw(st.dates(date(2016, 1, 1), date(2030, 1, 1)))
        parts.append(f"UNTIL={until:%Y%m%d}T{draw(st.integers(0, 23)):02}0000")
    return ";".join(parts)


FIRSTS = st.datetimes(datetime(2015, 1, 1), datetime(2026, 1, 1)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)


def parsed(written: str, first: datetime) -> tuple[Rule, datetime]:
    try:
        rule = Rule.parse(written)
        return rule, align(rule, first)
    except UserError:
        assume(False)
        raise


@UNHURRIED
@given(written=rules(), near=FIRSTS, days=st.integers(0, 3000), length=st.integers(1, 100))
def test_expansion_equals_dateutil(written: str, near: datetime, days: int, length: int) -> None:
    rule, first = parsed(written, near)
    start = first.replace(tzinfo=UTC) + timedelta(days=days)
    end = start + timedelta(days=length)
    plain = rrulestr(str(rule), dtstart=first)
    expected = plain.between(start.replace(tzinfo=None), end.replace(tzinfo=None), inc=True)
    found = [one.local for one in expand(rule, first, "UTC", start, end)]
    assert found == [local for local in expected if local < end.replace(tzinfo=None)]


@UNHURRIED
@given(written=rules(), near=FIRSTS)
def test_the_beginning_equals_dateutil(written: str, near: datetime) -> None:
    rule, first = parsed(written, near)
    start = first.replace(tzinfo=UTC)
    found = expand(rule, first, "UTC", start, start + timedelta(days=800))
    expected = rrulestr(str(rule), dtstart=first).between(
        first, first + timedelta(days=800) - timedelta(seconds=1), inc=True
    )
    assert [one.local for one in found] == expected[:MOST_OCCURRENCES]
    assert expected[0] == first


@UNHURRIED
@given(
    written=rules(),
    near=FIRSTS,
    zone=st.sampled_from(ZONES),
    days=st.integers(0, 1500),
    length=st.integers(1, 60),
    minutes=st.integers(0, 3 * 24 * 60),
    dropped=st.integers(0, 40),
)
def test_windows_of_instants_equal_a_walk_from_the_beginning(
    written: str,
    near: datetime,
    zone: str,
    days: int,
    length: int,
    minutes: int,
    dropped: int,
) -> None:
    rule, first = parsed(written, near)
    duration = timedelta(minutes=minutes)
    start = first.replace(tzinfo=UTC) + timedelta(days=days)
    end = start + timedelta(days=length)
    horizon = end.replace(tzinfo=None) + timedelta(days=2)
    walk = rrulestr(str(rule), dtstart=first).between(datetime(1, 1, 1), horizon, inc=True)
    excluded = frozenset(walk[dropped : dropped + 2])
    expected = {
        instant(local, ZoneInfo(zone))
        for local in walk
        if local not in excluded
        and instant(local, ZoneInfo(zone)) < end
        and (
            instant(local, ZoneInfo(zone)) + duration > start
            or instant(local, ZoneInfo(zone)) >= start
        )
    }
    found = list(expand(rule, first, zone, start, end, excluded=excluded, duration=duration))
    assert [one.start for one in found] == sorted(expected)
    assert all(one.end - one.start == duration for one in found)
    following = next_after(rule, first, zone, start, excluded)
    later = sorted(moment for moment in expected if moment > start)
    if later:
        assert following is not None
        assert following[1] == later[0]
    else:
        assert following is None or following[1] >= end


def test_every_monday_and_the_first_friday_are_both_kept() -> None:
    days = locals_of(
        "FREQ=MONTHLY;BYDAY=MO,1FR", "2026-06-01T09:00", "UTC", "2026-06-01", "2026-06-16"
    )
    assert days == ["2026-06-01T09:00", "2026-06-05T09:00", "2026-06-08T09:00", "2026-06-15T09:00"]


def test_the_last_of_a_week_begins_with_the_whole_week() -> None:
    # Wednesday the 3rd: the first of Monday and Wednesday in that week was the Monday before.
    rule = Rule.parse("FREQ=WEEKLY;BYDAY=MO,WE;BYSETPOS=1")
    assert align(rule, at("2026-06-03T09:00")) == at("2026-06-08T09:00")


# Across clock changes


@pytest.mark.parametrize(
    ("zone", "first", "start", "expected"),
    [
        # Nine in the morning stays nine in the morning.
        ("Europe/Lisbon", "2026-01-01T09:00", "2026-03-28", ["28 09:00", "29 08:00", "30 08:00"]),
        (
            "America/New_York",
            "2026-01-01T09:00",
            "2026-10-31",
            ["31 13:00", "01 14:00", "02 14:00"],
        ),
        ("Asia/Kathmandu", "2026-01-01T09:00", "2026-03-28", ["28 03:15", "29 03:15", "30 03:15"]),
        # In a gap: later by its length, that one day only.
        (
            "America/New_York",
            "2026-01-01T02:30",
            "2026-03-07",
            ["07 07:30", "08 07:30", "09 06:30"],
        ),
        (
            "Australia/Lord_Howe",
            "2026-01-01T02:15",
            "2026-10-02T12:00",
            ["02 15:45", "03 15:45", "04 15:15"],
        ),
        (
            "America/Santiago",
            "2026-01-01T00:00",
            "2026-09-05",
            ["05 04:00", "06 04:00", "07 03:00"],
        ),
        ("Asia/Beirut", "2026-01-01T00:30", "2026-03-27", ["27 22:30", "28 22:30", "29 21:30"]),
        # Twice on the clock: once, the first time.
        (
            "America/New_York",
            "2026-01-01T01:30",
            "2026-10-31",
            ["31 05:30", "01 05:30", "02 06:30"],
        ),
        (
            "Australia/Lord_Howe",
            "2026-01-01T01:45",
            "2026-04-03T12:00",
            ["03 14:45", "04 14:45", "05 15:15"],
        ),
        # Morocco leaves summer time for Ramadan.
        (
            "Africa/Casablanca",
            "2026-01-01T09:00",
            "2026-02-14",
            ["14 08:00", "15 09:00", "16 09:00"],
        ),
    ],
)
def test_daily_on_the_wall_clock(zone: str, first: str, start: str, expected: list[str]) -> None:
    found = expand(
        Rule.parse("FREQ=DAILY"), at(first), zone, utc(start), utc(start) + timedelta(days=3)
    )
    assert [f"{one.start:%d %H:%M}" for one in found] == expected


def test_hourly_rings_once_in_a_gap_and_once_in_a_repeated_hour() -> None:
    hourly, first, zone = "FREQ=HOURLY", "2026-01-01T00:00", "America/New_York"
    spring = instants_of(hourly, first, zone, "2026-03-08T05:00", "2026-03-08T10:00")
    assert spring == ["08 05:00", "08 06:00", "08 07:00", "08 08:00", "08 09:00"]
    autumn = instants_of(hourly, first, zone, "2026-11-01T04:00", "2026-11-01T09:00")
    assert autumn == ["01 04:00", "01 05:00", "01 07:00", "01 08:00"]


def test_every_eight_hours_keeps_its_hours_of_the_day() -> None:
    rule, first = "FREQ=HOURLY;INTERVAL=8", "2026-01-01T08:00"
    for start, end in (("2026-03-27", "2026-04-02"), ("2026-10-23", "2026-10-28")):
        times = {local[11:] for local in locals_of(rule, first, "Europe/Lisbon", start, end)}
        assert times == {"00:00", "08:00", "16:00"}


def test_hourly_on_a_half_hour_change_keeps_the_full_hour() -> None:
    shown = [
        one.start.astimezone(ZoneInfo("Australia/Lord_Howe")).strftime("%H:%M")
        for one in expand(
            Rule.parse("FREQ=HOURLY"),
            at("2026-10-01T00:00"),
            "Australia/Lord_Howe",
            utc("2026-10-03T14:30"),
            utc("2026-10-03T18:00"),
        )
    ]
    assert shown == ["01:00", "02:30", "03:00", "04:00"]


def test_a_day_that_a_country_skipped_happens_once() -> None:
    found = expand(
        Rule.parse("FREQ=DAILY"),
        at("2011-12-01T09:00"),
        "Pacific/Apia",
        utc("2011-12-29T00:00"),
        utc("2012-01-01T00:00"),
    )
    assert [f"{one.start:%d %H:%M}" for one in found] == ["29 19:00", "30 19:00", "31 19:00"]


def test_elapsed_and_whole_day_ends() -> None:
    night = utc("2026-03-28T00:00"), utc("2026-03-29T12:00")
    [timed] = expand(
        None, at("2026-03-28T23:00"), "Europe/Lisbon", *night, duration=timedelta(hours=8)
    )
    assert timed.end == utc("2026-03-29T07:00")
    [day] = expand(
        None,
        at("2026-03-29T00:00"),
        "Europe/Lisbon",
        *night,
        duration=timedelta(days=1),
        whole_days=True,
    )
    assert (day.start, day.end) == (utc("2026-03-29T00:00"), utc("2026-03-29T23:00"))


# Windows, ends, exclusions


def test_the_window_is_half_open() -> None:
    rule, first, hour = Rule.parse("FREQ=DAILY"), at("2026-01-01T09:00"), timedelta(hours=1)

    def in_window(start: str, end: str, duration: timedelta) -> list[int]:
        found = expand(rule, first, "UTC", utc(start), utc(end), duration=duration)
        return [one.start.day for one in found]

    assert in_window("2026-01-02T09:00", "2026-01-03T09:00", hour) == [2]
    assert in_window("2026-01-02T10:00", "2026-01-03T09:01", hour) == [3]
    assert in_window("2026-01-02T09:59", "2026-01-02T10:30", hour) == [2]
    assert in_window("2026-01-02T09:00", "2026-01-02T09:01", timedelta(0)) == [2]
    assert in_window("2026-01-02T09:01", "2026-01-03T09:00", timedelta(0)) == []


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20260103", "2026-01-03T20:00"),
        ("20260103T200000", "2026-01-03T20:00"),
        ("20260103T195959", "2026-01-02T20:00"),
        # Instants: 20:00 in New York is 01:00 UTC of the next day.
        ("20260104T010000Z", "2026-01-03T20:00"),
        ("20260104T005959Z", "2026-01-02T20:00"),
    ],
)
def test_until_is_inclusive(until: str, last: str) -> None:
    days = locals_of(
        f"FREQ=DAILY;UNTIL={until}",
        "2026-01-01T20:00",
        "America/New_York",
        "2026-01-01",
        "2026-02-01",
    )
    assert days[-1] == last


def test_excluded_occurrences_count() -> None:
    rule = Rule.parse("FREQ=DAILY;COUNT=3")
    first = at("2026-01-01T09:00")
    without = frozenset({at("2026-01-02T09:00")})
    found = expand(rule, first, "UTC", utc("2026-01-01"), utc("2026-02-01"), excluded=without)
    assert [one.local.day for one in found] == [1, 3]
    assert next_after(rule, first, "UTC", utc("2026-01-01T09:00"), without) == (
        at("2026-01-03T09:00"),
        utc("2026-01-03T09:00"),
    )
    assert next_after(rule, first, "UTC", utc("2026-01-03T09:00"), without) is None


def test_without_a_rule_it_happens_once() -> None:
    first = at("2026-01-01T09:00")
    assert next_after(None, first, "UTC", utc("2025-01-01")) == (first, utc("2026-01-01T09:00"))
    assert next_after(None, first, "UTC", utc("2026-01-01T09:00")) is None


@pytest.mark.parametrize(
    ("written", "said", "first"),
    [
        ("FREQ=WEEKLY;BYDAY=TH", "2026-11-26T09:00", "2026-11-26T09:00"),
        ("FREQ=WEEKLY;BYDAY=TH", "2026-11-27T09:00", "2026-12-03T09:00"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "2026-11-26T09:00", "2026-12-01T09:00"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "2026-11-28T09:00", "2026-12-25T09:00"),
        ("FREQ=MONTHLY;INTERVAL=12;BYMONTH=3", "2026-01-15T09:00", "2026-03-15T09:00"),
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29", "2027-01-01T09:00", "2028-02-29T09:00"),
        ("FREQ=HOURLY;BYDAY=MO", "2026-11-22T09:30", "2026-11-23T00:30"),
        ("FREQ=DAILY", "2026-11-22T09:30", "2026-11-22T09:30"),
    ],
)
def test_a_series_begins_on_its_first_match(written: str, said: str, first: str) -> None:
    assert align(Rule.parse(written), at(said)) == at(first)


def test_a_series_that_never_happens_is_refused() -> None:
    with pytest.raises(UserError, match="No day fits"):
        align(Rule.parse("FREQ=MONTHLY;BYMONTHDAY=1;BYSETPOS=3"), at("2026-01-01T09:00"))
    with pytest.raises(UserError, match="later end"):
        align(Rule.parse("FREQ=DAILY;UNTIL=20251231"), at("2026-01-01T09:00"))
    ends_today = Rule.parse("FREQ=DAILY;UNTIL=20260101")
    assert align(ends_today, at("2026-01-01T09:00")) == at("2026-01-01T09:00")


# Bounds


@pytest.mark.parametrize(
    "written",
    [
        "FREQ=HOURLY",
        "FREQ=HOURLY;INTERVAL=168;BYDAY=TU",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;COUNT=10000",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTH=3",
        "FREQ=YEARLY;INTERVAL=100;BYMONTH=2;BYMONTHDAY=29",
    ],
)
@pytest.mark.timeout(5)
def test_old_rare_and_impossible_series_are_answered_soon(written: str) -> None:
    rule, first = Rule.parse(written), datetime.combine(date(1900, 1, 1), time(9))
    found = list(expand(rule, first, "UTC", utc("2026-01-01"), utc("2076-01-01")))
    assert len(found) <= MOST_OCCURRENCES
    following = next_after(rule, first, "UTC", utc("2026-01-01"))
    assert following is None or following[1] > utc("2026-01-01")


def test_the_end_of_the_calendar_ends_a_series() -> None:
    first = at("9998-12-30T09:00")
    found = list(islice(_from(Rule.parse("FREQ=DAILY"), first), 5))
    assert [local.day for local in found] == [30, 31]
    assert len(list(islice(_from(Rule.parse("FREQ=HOURLY"), first), 100))) == 39
    assert [local.year for local in _from(Rule.parse("FREQ=YEARLY"), first)] == [9998]


def _from(rule: Rule, first: datetime) -> list[datetime]:
    start, end = first.replace(tzinfo=UTC), datetime(9999, 6, 1, tzinfo=UTC)
    return [one.local for one in expand(rule, first, "UTC", start, end)]
