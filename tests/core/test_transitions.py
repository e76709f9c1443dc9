"""The changes and rules found for a zone give zoneinfo's offsets again."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from core.when.transitions import Observance, observances, transitions

ZONES = sorted(zone for zone in available_timezones() if "/" in zone)
LISBON = [
    Observance(
        begins=datetime(1970, 3, 29, 1),
        before=timedelta(0),
        after=timedelta(hours=1),
        name="WEST",
        rule="FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    ),
    Observance(
        begins=datetime(1970, 10, 25, 2),
        before=timedelta(hours=1),
        after=timedelta(0),
        name="WET",
        rule="FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    ),
]


def offset_by(parts: tuple[Observance, ...], at: datetime) -> timedelta:
    """The offset at an instant as a reader of a VTIMEZONE finds it: by the latest beginning."""
    begun = []
    for part in parts:
        local = (at + part.before).replace(tzinfo=None)
        begins: datetime | None = part.begins if part.begins <= local else None
        if part.rule:
            begins = rrulestr(part.rule, dtstart=part.begins).before(local, inc=True)
        if begins:
            begun.append((begins - part.before, part.after))
    return max(begun)[1]


@settings(deadline=None)
@given(
    st.sampled_from(ZONES),
    st.integers(1975, 2030),
    st.integers(0, 12),
    st.lists(st.floats(0, 1), min_size=5, max_size=10),
)
def test_every_zone_gets_its_offsets_back(
    zone: str, first: int, years: int, places: list[float]
) -> None:
    parts = observances(zone, first, first + years)
    start = datetime(first, 1, 1, tzinfo=UTC)
    span = datetime(first + years + 1, 1, 1, tzinfo=UTC) - start
    changes = [change.at for change in transitions(zone, first, first + years)]
    around = [at + timedelta(seconds=seconds) for at in changes for seconds in (-1, 0)]
    for at in [start, *(start + span * place * 0.999 for place in places), *around]:
        assert offset_by(parts, at) == at.astimezone(ZoneInfo(zone)).utcoffset(), at


def test_yearly_rules_are_told_from_1970_on() -> None:
    assert list(observances("Europe/Lisbon", 2025, 2031)) == LISBON


@pytest.mark.parametrize(
    ("zone", "days"),
    [
        ("America/New_York", {"BYMONTH=3;BYDAY=2SU", "BYMONTH=11;BYDAY=1SU"}),
        (
            "America/Santiago",
            {
                "BYMONTH=4;BYDAY=SU;BYMONTHDAY=2,3,4,5,6,7,8",
                "BYMONTH=9;BYDAY=SU;BYMONTHDAY=2,3,4,5,6,7,8",
            },
        ),
        ("Asia/Tokyo", {None}),
    ],
)
def test_rules_name_their_days(zone: str, days: set[str | None]) -> None:
    rules = {part.rule for part in observances(zone, 2025, 2031)}
    assert {rule and rule.removeprefix("FREQ=YEARLY;") for rule in rules} == days


def test_changes_without_a_yearly_rule_are_listed() -> None:
    parts = observances("Africa/Casablanca", 2023, 2024)
    assert [part.begins.isoformat() for part in parts[1:]] == [
        "2023-03-19T03:00:00",
        "2023-04-23T02:00:00",
        "2024-03-10T03:00:00",
        "2024-04-14T02:00:00",
    ]
    assert {part.rule for part in parts} == {None}


def test_a_zone_that_gave_up_summer_time_keeps_its_past() -> None:
    parts = observances("America/Sao_Paulo", 2018, 2031)
    assert [part.begins.year for part in parts] == [1970, 2018, 2018, 2019]
