from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from core.conflicts import MOST_CONFLICTS, Series, conflicts, free
from core.errors import UserError
from core.when.recurrence import Rule, align
from core.when.wall import day_bounds, instant, wall

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
RULES = [
    None,
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=DAILY;COUNT=20",
    "FREQ=HOURLY;INTERVAL=5",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU",
    "FREQ=MONTHLY;BYMONTHDAY=31",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU",
]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


YEAR = utc("2026-01-01"), utc("2027-01-01")


def event(
    name: str,
    first: str,
    minutes: int,
    rule: str | None = None,
    zone: str = "Europe/Lisbon",
    without: tuple[str, ...] = (),
) -> Series:
    return Series(
        id=name,
        first=datetime.fromisoformat(first),
        zone=zone,
        duration=timedelta(minutes=minutes),
        rule=Rule.parse(rule) if rule else None,
        excluded=frozenset(map(datetime.fromisoformat, without)),
    )


def all_day(name: str, first: str, days: int = 1, zone: str = "Europe/Lisbon") -> Series:
    return Series(
        id=name,
        first=datetime.fromisoformat(first),
        zone=zone,
        duration=timedelta(days=days),
        all_day=True,
    )


def clashes(new: Series, *others: Series) -> list[str]:
    return [f"{one.other} {one.new_at.local:%d %b %H:%M}" for one in conflicts(new, others, *YEAR)]


@pytest.mark.parametrize(
    ("first", "minutes", "conflicting"),
    [
        ("2026-11-23T10:00", 60, True),
        ("2026-11-23T10:15", 15, True),
        ("2026-11-23T09:00", 180, True),
        ("2026-11-23T09:30", 31, True),
        ("2026-11-23T10:59", 60, True),
        ("2026-11-23T10:30", 0, True),
        ("2026-11-23T09:00", 60, False),
        ("2026-11-23T11:00", 60, False),
        ("2026-11-23T10:00", 0, False),
        ("2026-11-24T10:00", 60, False),
        ("2026-11-22T23:00", 24 * 60, True),
    ],
)
def test_two_events(first: str, minutes: int, conflicting: bool) -> None:
    meeting = event("meeting", "2026-11-23T10:00", 60)
    new = event("new", first, minutes)
    assert bool(conflicts(new, [meeting], *YEAR)) == conflicting
    assert bool(conflicts(meeting, [new], *YEAR)) == conflicting


def test_a_series_in_another_zone_conflicts_only_while_the_clocks_differ() -> None:
    # London changes three weeks after New York: for those weeks 14:00 there is 10:00, not 09:00.
    new = event("new", "2026-03-02T10:00", 60, "FREQ=WEEKLY;COUNT=8", "America/New_York")
    call = event("call", "2026-03-02T14:00", 60, "FREQ=WEEKLY", "Europe/London")
    assert clashes(new, call) == ["call 09 Mar 10:00", "call 16 Mar 10:00", "call 23 Mar 10:00"]


def test_excluded_occurrences_are_free() -> None:
    new = event("new", "2026-11-23T10:00", 30, "FREQ=DAILY;COUNT=3")
    daily = event("daily", "2026-01-01T10:15", 30, "FREQ=DAILY", without=("2026-11-24T10:15",))
    assert clashes(new, daily) == ["daily 23 Nov 10:00", "daily 25 Nov 10:00"]


def test_a_series_does_not_conflict_with_its_older_self() -> None:
    before = event("standup", "2026-11-23T10:00", 30, "FREQ=DAILY")
    after = event("standup", "2026-11-23T10:15", 30, "FREQ=DAILY")
    assert clashes(after, before) == []


def test_long_events_over_several_days() -> None:
    trip = event("trip", "2026-11-20T18:00", 4 * 24 * 60)
    new = event("new", "2026-11-19T09:00", 30, "FREQ=DAILY;COUNT=8")
    assert clashes(new, trip) == [f"trip {day} Nov 09:00" for day in (21, 22, 23, 24)]


def test_whole_days_are_soft_notes() -> None:
    birthday = all_day("birthday", "2026-11-23T00:00")
    meeting = event("meeting", "2026-11-23T10:00", 60)
    new = event("new", "2026-11-23T10:30", 60)
    found = conflicts(new, [birthday, meeting], *YEAR)
    assert [(one.other, one.soft) for one in found] == [("birthday", True), ("meeting", False)]
    assert [one.soft for one in conflicts(birthday, [meeting], *YEAR)] == [True]
    assert conflicts(event("new", "2026-11-24T00:00", 60), [birthday], *YEAR) == []


def test_a_whole_day_ends_at_midnight_when_the_clocks_change() -> None:
    short = all_day("short", "2026-03-29T00:00")
    assert clashes(event("new", "2026-03-30T00:00", 30), short) == []
    assert clashes(event("new", "2026-03-29T23:30", 30), short) == ["short 29 Mar 23:30"]
    skipped_midnight = all_day("skipped", "2026-09-06T00:00", zone="America/Santiago")
    evening = event("new", "2026-09-05T23:30", 30, zone="America/Santiago")
    assert clashes(evening, skipped_midnight) == []


def test_a_wall_of_conflicts_ends() -> None:
    hourly = [event(str(n), "2016-01-01T00:15", 60, "FREQ=HOURLY") for n in range(50)]
    assert len(conflicts(event("new", "2016-01-01T00:00", 60, "FREQ=HOURLY"), hourly, *YEAR)) == (
        MOST_CONFLICTS
    )


@st.composite
def series(draw: st.DrawFn, name: str) -> Series:
    text = draw(st.sampled_from(RULES))
    rule = Rule.parse(text) if text else None
    minute = draw(st.integers(0, 24 * 12 - 1)) * 5
    # Near the changes of the clocks in both hemispheres.
    day = draw(
        st.dates(date(2026, 3, 1), date(2026, 4, 10))
        | st.dates(date(2026, 9, 1), date(2026, 11, 5))
    )
    first = datetime.combine(day, time()) + timedelta(minutes=minute)
    whole = text != "FREQ=HOURLY;INTERVAL=5" and draw(st.integers(0, 5)) == 0
    if whole:
        first = datetime.combine(day, time())
        duration = timedelta(days=draw(st.integers(1, 3)))
    else:
        duration = timedelta(minutes=draw(st.sampled_from([0, 5, 15, 30, 60, 90, 600, 3000])))
    if rule:
        first = align(rule, first)
    dropped = draw(st.integers(0, 10))
    excluded = frozenset(_walk(rule, first, first + timedelta(days=300))[dropped : dropped + 1])
    return Series(
        id=name,
        first=first,
        zone=draw(st.sampled_from(ZONES)),
        duration=duration,
        rule=rule,
        excluded=excluded if draw(st.booleans()) else frozenset(),
        all_day=whole,
    )


def _walk(rule: Rule | None, first: datetime, until: datetime) -> list[datetime]:
    if rule is None:
        return [first]
    return rrulestr(str(rule), dtstart=first).between(datetime(1, 1, 1), until, inc=True)


def _brute(one: Series, start: datetime, end: datetime) -> set[tuple[datetime, datetime]]:
    """Every occurrence from the first on, one by one."""
    tz = ZoneInfo(one.zone)
    spans = set()
    for local in _walk(one.rule, one.first, end.replace(tzinfo=None) + timedelta(days=2)):
        begins = instant(local, tz)
        ends = instant(local + one.duration, tz) if one.all_day else begins + one.duration
        in_window = begins < end and (ends > start or begins >= start)
        if local not in one.excluded and in_window:
            spans.add((begins, ends))
    return spans


@UNHURRIED
@given(
    new=series("new"),
    others=st.lists(st.integers(0, 9), min_size=1, max_size=3, unique=True).flatmap(
        lambda names: st.tuples(*(series(str(name)) for name in names))
    ),
    start=st.datetimes(datetime(2026, 3, 1), datetime(2026, 11, 1)),
    days=st.integers(1, 90),
)
def test_the_sweep_equals_brute_force(
    new: Series, others: tuple[Series, ...], start: datetime, days: int
) -> None:
    begin = start.replace(tzinfo=UTC)
    end = begin + timedelta(days=days)
    found = conflicts(new, others, begin, end)
    expected = {
        (other.id, mine, theirs)
        for other in others
        for mine in _brute(new, begin, end)
        for theirs in _brute(other, begin, end)
        if mine[0] < theirs[1] and theirs[0] < mine[1]
    }
    pairs = [
        (one.other, (one.new_at.start, one.new_at.end), (one.other_at.start, one.other_at.end))
        for one in found
    ]
    assert len(pairs) == len(expected)
    assert set(pairs) == expected
    assert [one.new_at.start for one in found] == sorted(one.new_at.start for one in found)


# Free time


def slots(
    busy: list[tuple[str, str]],
    start: str,
    end: str,
    minutes: int,
    zone: str = "Europe/Lisbon",
    hours: tuple[time, time] = (time(9), time(17)),
    weekdays: range = range(7),
    most: int = 50,
) -> list[str]:
    found = free(
        [(utc(a), utc(b)) for a, b in busy],
        utc(start),
        utc(end),
        timedelta(minutes=minutes),
        zone=zone,
        hours=hours,
        weekdays=weekdays,
        most=most,
    )
    return [f"{wall(begins, zone).local:%d %H:%M}" for begins, _ in found]


def test_the_earliest_slot_of_each_stretch() -> None:
    busy = [("2026-11-23T10:00", "2026-11-23T11:05"), ("2026-11-23T15:00", "2026-11-23T16:30")]
    found = slots(busy, "2026-11-23T00:00", "2026-11-25T00:00", 60)
    assert found == ["23 09:00", "23 11:15", "24 09:00"]
    assert slots(busy, "2026-11-23T00:00", "2026-11-24T00:00", 30) == [
        "23 09:00",
        "23 11:15",
        "23 16:30",
    ]


def test_from_now_on_and_only_on_weekdays() -> None:
    # From Friday 16:07, when an hour no longer fits.
    found = slots([], "2026-11-20T16:07", "2026-11-25T00:00", 60, weekdays=range(5))
    assert found == ["23 09:00", "24 09:00"]
    assert slots([], "2026-11-20T16:07", "2026-11-21T00:00", 45) == ["20 16:15"]


def test_overlapping_touching_and_passing_events() -> None:
    busy = [
        ("2026-11-23T12:00", "2026-11-23T13:00"),
        ("2026-11-22T20:00", "2026-11-23T09:30"),
        ("2026-11-23T09:00", "2026-11-23T12:00"),
        ("2026-11-23T10:00", "2026-11-23T10:30"),
        ("2026-11-23T16:59", "2026-11-30T00:00"),
    ]
    assert slots(busy, "2026-11-23T00:00", "2026-11-30T00:00", 15) == ["23 13:00"]


def test_hours_over_midnight_and_the_whole_day() -> None:
    night = slots([], "2026-11-23T00:00", "2026-11-24T00:00", 60, hours=(time(22), time(2)))
    assert night == ["23 00:00", "23 22:00"]
    whole = slots([], "2026-11-23T00:00", "2026-11-24T00:00", 24 * 60, hours=(time(), time()))
    assert whole == ["23 00:00"]


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        ("Europe/Lisbon", date(2026, 3, 28), "2026-03-28T09:00"),
        ("Europe/Lisbon", date(2026, 3, 29), "2026-03-29T08:00"),
        ("America/New_York", date(2026, 11, 1), "2026-11-01T14:00"),
        ("Asia/Kathmandu", date(2026, 3, 29), "2026-03-29T03:15"),
        ("Australia/Lord_Howe", date(2026, 10, 4), "2026-10-03T22:00"),
        ("America/Santiago", date(2026, 9, 6), "2026-09-06T12:00"),
    ],
)
def test_working_hours_follow_the_clock(zone: str, day: date, begins: str) -> None:
    found = free([], *day_bounds(day, zone), timedelta(hours=8), zone=zone)
    assert found == [(utc(begins), utc(begins) + timedelta(hours=8))]


def test_a_slot_that_needs_time() -> None:
    now = utc("2026-11-23T09:00")
    for length in (timedelta(0), timedelta(minutes=-5)):
        with pytest.raises(UserError, match="how long"):
            free([], now, now + timedelta(days=1), length, zone="UTC")
    with pytest.raises(ValueError, match="step"):
        free([], now, now, timedelta(hours=1), zone="UTC", step=timedelta(0))
    assert free([], now, now - timedelta(days=1), timedelta(hours=1), zone="UTC") == []
    assert free([], now, now + timedelta(days=1), timedelta(hours=9), zone="UTC") == []


def test_the_search_ends() -> None:
    assert len(slots([], "2026-01-01T00:00", "2500-01-01T00:00", 60, most=10_000)) == 366
    assert len(slots([], "2026-01-01T00:00", "2500-01-01T00:00", 60, most=3)) == 3


@UNHURRIED
@given(
    spans=st.lists(
        st.tuples(st.integers(0, 6 * 288), st.sampled_from([0, 1, 3, 6, 12, 24, 100, 288])),
        max_size=25,
    ),
    day=st.sampled_from(
        [
            date(2026, 3, 27),
            date(2026, 10, 23),
            date(2026, 9, 4),
            date(2026, 10, 2),
            date(2026, 6, 1),
        ]
    ),
    zone=st.sampled_from(ZONES),
    minutes=st.sampled_from([5, 15, 30, 50, 60, 120]),
    offset=st.integers(0, 24 * 60),
)
def test_slots_equal_a_search_of_every_quarter_hour(
    spans: list[tuple[int, int]], day: date, zone: str, minutes: int, offset: int
) -> None:
    base, _ = day_bounds(day, zone)
    five = timedelta(minutes=5)
    busy = [(base + five * at, base + five * (at + size)) for at, size in spans]
    start, end = base + timedelta(minutes=offset), base + timedelta(days=5)
    length = timedelta(minutes=minutes)
    hours = time(9), time(17, 30)
    found = free(busy, start, end, length, zone=zone, hours=hours)

    tz = ZoneInfo(zone)

    def fits(at: datetime) -> bool:
        begins, ends = at.astimezone(tz), (at + length).astimezone(tz)
        return (
            start <= at
            and at + length <= end
            and begins.date() == ends.date()
            and hours[0] <= begins.time()
            and ends.time() <= hours[1]
            and not any(at < taken[1] and taken[0] < at + length for taken in busy)
        )

    quarter = timedelta(minutes=15)
    grid = [base + quarter * n for n in range(6 * 96)]
    fitting = [at for at in grid if fits(at)]
    expected = [
        at
        for at in fitting
        if not any(
            earlier < at
            and earlier.astimezone(tz).date() == at.astimezone(tz).date()
            and not any(earlier < taken[1] and taken[0] < at + length for taken in busy)
            for earlier in fitting
        )
    ]
    assert [begins for begins, _ in found] == expected
    assert all(ends - begins == length for begins, ends in found)
