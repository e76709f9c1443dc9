"""Months begin where the person lives; four fifths and the end of a budget."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.budget import (
    Crossed,
    Limits,
    Spent,
    Standing,
    budget,
    crossed,
    fits,
    standing,
)
from core.errors import UserError

AMOUNTS = st.integers(0, 10**13)


@pytest.mark.parametrize(
    ("zone", "now", "month_from"),
    [
        ("Europe/Lisbon", datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 11, 1)),
        ("Europe/Berlin", datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 10, 31, 23)),
        ("Europe/Berlin", datetime(2026, 10, 31, 22, 59, tzinfo=UTC), datetime(2026, 9, 30, 22)),
        ("Europe/Berlin", datetime(2026, 10, 31, 23, 0, tzinfo=UTC), datetime(2026, 10, 31, 23)),
        ("Pacific/Kiritimati", datetime(2026, 12, 31, 11, tzinfo=UTC), datetime(2026, 12, 31, 10)),
        ("America/Los_Angeles", datetime(2027, 1, 1, 7, tzinfo=UTC), datetime(2026, 12, 1, 8)),
        ("Asia/Kathmandu", datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 10, 31, 18, 15)),
    ],
)
def test_a_month_begins_where_the_person_lives(
    zone: str, now: datetime, month_from: datetime
) -> None:
    found = budget(Limits(), own=None, zone=zone, now=now)
    assert found.month_from == month_from.replace(tzinfo=UTC)
    assert found.day_from == now.replace(hour=0, minute=0)


def test_an_unknown_zone_is_told() -> None:
    with pytest.raises(UserError):
        budget(Limits(), own=None, zone="Mars/Olympus", now=datetime(2026, 11, 23, tzinfo=UTC))


@pytest.mark.parametrize(("own", "month"), [(None, 5), (0, 0), (9, 9)])
def test_a_person_s_own_budget_wins(own: int | None, month: int) -> None:
    limits = Limits(person_month=5, instance_day=7)
    found = budget(limits, own=own, zone="UTC", now=datetime(2026, 11, 23, tzinfo=UTC))
    assert found.limits == Limits(person_month=month, instance_day=7)


@pytest.mark.parametrize(
    ("person", "instance", "expected"),
    [
        (0, 0, Standing.FREE),
        (79, 159, Standing.FREE),
        (80, 0, Standing.LOW),
        (0, 160, Standing.LOW),
        (99, 199, Standing.LOW),
        (100, 0, Standing.SPENT),
        (0, 200, Standing.SPENT),
        (80, 10**12, Standing.SPENT),
    ],
)
def test_standing(person: int, instance: int, expected: Standing) -> None:
    limits = Limits(person_month=100, instance_day=200)
    assert standing(Spent(person=person, instance=instance), limits) is expected


def test_no_limit_is_never_used_up_and_a_limit_of_nothing_always() -> None:
    much = Spent(person=10**15, instance=10**15)
    assert standing(much, Limits()) is Standing.FREE
    assert standing(Spent(), Limits(person_month=0)) is Standing.SPENT
    assert fits(much, 10**15, Limits())
    assert not fits(Spent(), 1, Limits(instance_day=0))


@given(before=AMOUNTS, more=AMOUNTS, limit=AMOUNTS)
def test_crossing_is_between_free_and_not_free(before: int, more: int, limit: int) -> None:
    limits = Limits(person_month=limit)
    was, now = Spent(person=before), Spent(person=before + more)
    told = crossed(was, now, limits)
    free = Standing.FREE
    assert told.person == (standing(was, limits) is free and standing(now, limits) is not free)
    assert not told.instance
    assert bool(told) == told.person


def test_both_limits_may_be_crossed_at_once() -> None:
    limits = Limits(person_month=10, instance_day=10)
    both = crossed(Spent(person=7, instance=7), Spent(person=8, instance=8), limits)
    assert both == Crossed(person=True, instance=True)
