"""Quiet hours: when they end, what they hold back, and what counts as late."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.people import Person
from core.quiet import due_at, held_until, is_late, quiet_end
from core.rows import Reminder
from core.values import OwnerId
from core.when.wall import WallTime, wall

LISBON = "Europe/Lisbon"
ANA = Person(
    id=OwnerId("ana"),
    zone=LISBON,
    quiet_from=time(22),
    quiet_until=time(7),
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)


def at(text: str, zone: str = LISBON) -> datetime:
    return WallTime(local=datetime.fromisoformat(text), zone=zone).instant()


def reminder(local: str, *, explicit: bool = False, next_at: datetime | None = None) -> Reminder:
    named = datetime.fromisoformat(local)
    return Reminder(
        text="stretch",
        at_local=named,
        zone=LISBON,
        next_local=named,
        next_at=next_at or at(local),
        explicit=explicit,
    )


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("2026-11-23T21:59:59", None),
        ("2026-11-23T22:00", "2026-11-24T07:00"),
        ("2026-11-24T00:00", "2026-11-24T07:00"),
        ("2026-11-24T06:59:59", "2026-11-24T07:00"),
        ("2026-11-24T07:00", None),
    ],
)
def test_quiet_hours_over_midnight(moment: str, end: str | None) -> None:
    assert quiet_end(ANA, at(moment)) == (at(end) if end else None)


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("2026-11-23T12:59", None),
        ("2026-11-23T13:00", "2026-11-23T15:00"),
        ("2026-11-23T15:00", None),
    ],
)
def test_quiet_hours_within_a_day(moment: str, end: str | None) -> None:
    napper = replace(ANA, quiet_from=time(13), quiet_until=time(15))
    assert quiet_end(napper, at(moment)) == (at(end) if end else None)


@pytest.mark.parametrize(
    ("begins", "ends"), [(None, None), (time(22), None), (None, time(7)), (time(8), time(8))]
)
def test_no_quiet_hours(begins: time | None, ends: time | None) -> None:
    person = replace(ANA, quiet_from=begins, quiet_until=ends)
    assert quiet_end(person, at("2026-11-23T23:00")) is None
    assert quiet_end(person, at("2026-11-23T08:00")) is None


def test_the_night_of_a_clock_change_is_an_hour_shorter_or_longer() -> None:
    spring = quiet_end(ANA, at("2027-03-27T22:00"))
    autumn = quiet_end(ANA, at("2026-10-24T22:00"))
    assert spring is not None
    assert spring - at("2027-03-27T22:00") == timedelta(hours=8)
    assert autumn is not None
    assert autumn - at("2026-10-24T22:00") == timedelta(hours=10)


def test_quiet_hours_that_end_in_a_gap_end_after_it() -> None:
    """In Lisbon the clocks go from 01:00 to 02:00 on 28 March 2027."""
    person = replace(ANA, quiet_until=time(1, 30))
    assert quiet_end(person, at("2027-03-28T00:59")) == at("2027-03-28T02:30")


def test_only_a_named_hour_breaks_quiet_hours_and_only_near_that_hour() -> None:
    night, morning = "2026-11-23T23:00", at("2026-11-24T07:00")
    assert held_until(ANA, reminder(night), at(night)) == morning
    assert held_until(ANA, reminder(night, explicit=True), at(night)) is None
    assert held_until(ANA, reminder(night, explicit=True), at("2026-11-23T23:59")) is None
    assert held_until(ANA, reminder(night, explicit=True), at("2026-11-24T00:00")) == morning
    assert held_until(ANA, reminder("2026-11-24T12:00"), at("2026-11-24T12:00")) is None


def test_a_reminder_that_was_held_keeps_the_instant_it_was_meant_for() -> None:
    held = reminder("2026-11-23T23:00", next_at=at("2026-11-24T07:00"))
    assert due_at(held) == at("2026-11-23T23:00")
    assert due_at(reminder("2026-11-23T23:00")) == at("2026-11-23T23:00")


def test_a_timer_into_the_second_of_two_equal_hours_is_not_late() -> None:
    """In Lisbon 01:30 happens twice on 25 October 2026; the second is an hour after the first."""
    second = at("2026-10-25T01:30") + timedelta(hours=1)
    assert due_at(reminder("2026-10-25T01:30", next_at=second)) == second


def test_an_occurrence_in_a_gap_is_due_after_it() -> None:
    assert due_at(reminder("2027-03-28T01:30")) == at("2027-03-28T02:30")


def test_a_reminder_without_a_next_time_is_not_due() -> None:
    with pytest.raises(ValueError, match="active"):
        due_at(replace(reminder("2026-11-23T23:00"), next_at=None))


def test_late_begins_after_five_minutes() -> None:
    due = at("2026-11-23T14:00")
    assert not is_late(due, due + timedelta(minutes=5))
    assert is_late(due, due + timedelta(minutes=5, seconds=1))


ZONES = st.sampled_from(
    [LISBON, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago"]
)
HOURS = st.times().map(lambda t: t.replace(microsecond=0))
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(
    lambda t: t.replace(tzinfo=UTC)
)


@given(zone=ZONES, begins=HOURS, ends=HOURS, now=INSTANTS)
def test_quiet_hours_end_at_their_hour_within_a_day_and_are_over_then(
    zone: str, begins: time, ends: time, now: datetime
) -> None:
    person = replace(ANA, zone=zone, quiet_from=begins, quiet_until=ends)
    end = quiet_end(person, now)
    if end is None:
        return
    assert timedelta(0) < end - now <= timedelta(hours=25)
    shown = wall(end, zone).local
    meant = WallTime(local=datetime.combine(shown.date(), ends), zone=zone)
    assert meant.instant() == end
    # What is quiet before it ends is quiet all the way.
    assert quiet_end(person, end - timedelta(seconds=1)) == end


@given(zone=ZONES, begins=HOURS, ends=HOURS, day=st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_the_hour_they_begin_is_quiet(zone: str, begins: time, ends: time, day: date) -> None:
    start = WallTime(local=datetime.combine(day, begins), zone=zone)
    end = WallTime(
        local=datetime.combine(day + timedelta(days=1 if ends < begins else 0), ends), zone=zone
    )
    person = replace(ANA, zone=zone, quiet_from=begins, quiet_until=ends)
    if start.instant() < end.instant():
        assert quiet_end(person, start.instant()) is not None
