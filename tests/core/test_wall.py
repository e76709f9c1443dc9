from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import UserError
from core.when.wall import WallTime, day_bounds, wall, zone

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
    "Atlantic/Azores",
    "America/Havana",
    "Asia/Tokyo",
    "Antarctica/Troll",
    "America/Nuuk",
    "Pacific/Chatham",
]
MODERN = st.datetimes(datetime(1990, 1, 1), datetime(2037, 12, 1))


@pytest.mark.parametrize(
    ("name", "local", "utc", "shown"),
    [
        # Gaps: the offset from before, so clocks show it later by the length of the gap.
        ("America/New_York", "2026-03-08T02:30", "2026-03-08T07:30", "2026-03-08T03:30"),
        ("Europe/Lisbon", "2026-03-29T01:30", "2026-03-29T01:30", "2026-03-29T02:30"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:45", "2026-10-04T02:45"),
        ("America/Santiago", "2026-09-06T00:30", "2026-09-06T04:30", "2026-09-06T01:30"),
        ("Asia/Beirut", "2026-03-29T00:00", "2026-03-28T22:00", "2026-03-29T01:00"),
        # Overlaps: the first of the two.
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30", "2026-11-01T01:30"),
        ("Europe/Lisbon", "2026-10-25T01:30", "2026-10-25T00:30", "2026-10-25T01:30"),
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45", "2026-04-05T01:45"),
        # Ordinary times on both sides of a change, and zones without one.
        ("Europe/Lisbon", "2026-03-29T00:59", "2026-03-29T00:59", "2026-03-29T00:59"),
        ("Europe/Lisbon", "2026-03-29T02:00", "2026-03-29T01:00", "2026-03-29T02:00"),
        ("Asia/Kathmandu", "2026-06-01T09:00", "2026-06-01T03:15", "2026-06-01T09:00"),
        ("UTC", "2026-06-01T09:00", "2026-06-01T09:00", "2026-06-01T09:00"),
    ],
)
def test_the_instant_of_a_wall_time(name: str, local: str, utc: str, shown: str) -> None:
    time = WallTime(local=datetime.fromisoformat(local), zone=name)
    assert time.instant() == datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert time.shown() == datetime.fromisoformat(shown)
    assert time.shifted == (local != shown)


@UNHURRIED
@given(local=MODERN, name=st.sampled_from(ZONES))
def test_a_wall_time_is_shown_as_itself_or_later_in_a_gap(local: datetime, name: str) -> None:
    time = WallTime(local=local, zone=name)
    tz = ZoneInfo(name)
    before, after = (local.replace(tzinfo=tz, fold=fold).utcoffset() for fold in (0, 1))
    assert before is not None
    assert after is not None
    assert time.shown() - local == max(after - before, timedelta(0))


@UNHURRIED
@given(at=st.datetimes(datetime(1990, 1, 1), datetime(2037, 12, 1)), name=st.sampled_from(ZONES))
def test_an_instant_survives_its_wall_time_except_in_a_second_pass(at: datetime, name: str) -> None:
    aware = at.replace(tzinfo=UTC)
    back = wall(aware, name).instant()
    assert back == aware or (aware.astimezone(ZoneInfo(name)).fold == 1 and back < aware)


@UNHURRIED
@given(name=st.sampled_from(ZONES), day=st.dates(date(1990, 1, 1), date(2037, 12, 1)))
def test_days_follow_each_other_and_hold_only_their_date(name: str, day: date) -> None:
    start, end = day_bounds(day, name)
    assert end == day_bounds(day + timedelta(days=1), name)[0]
    assert timedelta(hours=22) <= end - start <= timedelta(hours=26)
    tz = ZoneInfo(name)
    second = timedelta(seconds=1)
    assert start.astimezone(tz).date() == (end - second).astimezone(tz).date() == day
    assert (start - second).astimezone(tz).date() < day < end.astimezone(tz).date()


@pytest.mark.parametrize(
    ("name", "day", "hours"),
    [
        ("Europe/Lisbon", date(2026, 3, 29), 23),
        ("Europe/Lisbon", date(2026, 10, 25), 25),
        ("Europe/Lisbon", date(2026, 11, 23), 24),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("America/Santiago", date(2026, 9, 6), 23),
        ("America/Havana", date(2026, 11, 1), 25),
        ("Pacific/Apia", date(2011, 12, 30), 0),
    ],
)
def test_the_length_of_a_day(name: str, day: date, hours: float) -> None:
    start, end = day_bounds(day, name)
    assert end - start == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("Europe/Lisbon", "Europe/Lisbon"),
        ("europe/lisbon", "Europe/Lisbon"),
        ("lisbon", "Europe/Lisbon"),
        (" Lisbon, Portugal ", "Europe/Lisbon"),
        ("new york", "America/New_York"),
        ("New_York", "America/New_York"),
        ("America / New York", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"),
        ("zürich", "Europe/Zurich"),
        ("st. john's", "America/St_Johns"),
        ("port au prince", "America/Port-au-Prince"),
        ("Buenos Aires", "America/Buenos_Aires"),
        ("utc", "UTC"),
        ("GMT", "GMT"),
        ("Etc/GMT-5", "Etc/GMT-5"),
        ("us/pacific", "US/Pacific"),
    ],
)
def test_a_zone_by_the_names_people_use(said: str, key: str) -> None:
    assert zone(said).key == key


def test_every_zone_is_found_by_its_own_name() -> None:
    places = available_timezones() - {"Factory", "localtime"}
    assert {name for name in places if zone(name).key != name} == set()


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        ("Lisbonne", "Did you mean Europe/Lisbon?"),
        ("Europe/Lisboa", "Did you mean Europe/Lisbon"),
        ("new yrok", "Did you mean America/New_York?"),
        ("UTC+2", "Name a city instead"),
        ("gmt-3", "Name a city instead"),
        ("+05:30", "Name a city instead"),
        ("Mordor", "Name a large city"),
        ("", "Which time zone?"),
        ("   ", "Which time zone?"),
        ("\x00", "Which time zone?"),
        ("\ud800", "Which time zone?"),
        ("../../etc/passwd", "Name a large city"),
        ("/etc/localtime", "Name a large city"),
        ("🎉", "Name a large city"),
        ("لشبونة", "Name a large city"),
        ("x" * 100_000, "Name a large city"),
        ("Lisbon" + " " * 100_000, "Lisbon"),
    ],
)
def test_an_unknown_zone_is_answered_with_a_way_to_mend_it(said: str, hint: str) -> None:
    with pytest.raises(UserError) as error:
        zone(said)
    assert hint in str(error.value)
    assert len(str(error.value)) < 250
    assert str(error.value).encode().decode().isprintable()


@UNHURRIED
@given(st.text(max_size=80))
def test_any_text_is_a_zone_or_a_user_error(said: str) -> None:
    try:
        answer = zone(said).key
    except UserError as error:
        answer = str(error)
    assert answer.encode()


@pytest.mark.parametrize(
    ("name", "local"),
    [("Asia/Tokyo", datetime(1, 1, 1)), ("Pacific/Pago_Pago", datetime(9999, 12, 31, 23))],
)
def test_the_ends_of_the_calendar_are_answered(name: str, local: datetime) -> None:
    with pytest.raises(UserError, match="calendar"):
        WallTime(local=local, zone=name).instant()
    with pytest.raises(UserError, match="calendar"):
        day_bounds(date.max, name)


def test_aware_and_naive_are_not_mixed_up() -> None:
    with pytest.raises(ValueError, match="naive"):
        WallTime(local=datetime(2026, 1, 1, tzinfo=UTC), zone="UTC")
    with pytest.raises(ValueError, match="aware"):
        wall(datetime(2026, 1, 1), "UTC")
