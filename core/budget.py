"""What may be spent on models, and how much of it is left. Amounts are micro-dollars.

A person's budget is for a calendar month where they live; the instance's is for a day in UTC, the
same for all its people.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from core.when.wall import day_bounds, wall

LOW_PERCENT = 80
"""Of a limit: from here on it is nearly used up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """The instance's settings. None is no limit; 0 lets nothing be spent."""

    person_month: int | None = None
    """Of each person who has no budget of their own."""
    instance_day: int | None = None
    """Of all people together."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget:
    """A person's limits at a moment, and since when spending counts against them."""

    limits: Limits
    month_from: datetime
    """Aware; the beginning of the month in the person's zone."""
    day_from: datetime
    """Aware; the beginning of the day in UTC."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spent:
    """What counts against a budget."""

    person: int = 0
    """Since the month began."""
    instance: int = 0
    """Of all people, since the day began."""


class Standing(StrEnum):
    """How much a budget still allows."""

    FREE = "free"
    LOW = "low"
    """Four fifths of a limit are used up: quick models only."""
    SPENT = "spent"
    """A limit is used up: no model."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Crossed:
    """Which limits a settlement has brought to four fifths: to be said once."""

    person: bool = False
    instance: bool = False

    def __bool__(self) -> bool:
        return self.person or self.instance


@dataclass(frozen=True, kw_only=True, slots=True)
class Total:
    """What the calls of one model for one purpose took."""

    vendor: str
    model: str
    purpose: str
    calls: int
    input_tokens: int
    """All that was read, what came from the cache included."""
    cached_tokens: int
    output_tokens: int
    cost: int
    """Of the calls whose cost is known."""
    unknown: int
    """Calls whose cost is not known: no price, or nobody lived to write it down."""


def budget(limits: Limits, *, own: int | None, zone: str, now: datetime) -> Budget:
    """The budget of a person in this zone; `own` is their own for a month and wins.

    `now` is aware. Raises `UserError` for an unknown zone.
    """
    person_month = limits.person_month if own is None else own
    return Budget(
        limits=Limits(person_month=person_month, instance_day=limits.instance_day),
        month_from=month_start(zone, now),
        day_from=day_start(now),
    )


def month_start(zone: str, now: datetime) -> datetime:
    """The first instant of the month in the zone, in UTC."""
    return day_bounds(wall(now, zone).local.date().replace(day=1), zone)[0]


def day_start(now: datetime) -> datetime:
    """The first instant of the day in UTC."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def standing(spent: Spent, limits: Limits) -> Standing:
    """The worse of the two."""
    both = ((spent.person, limits.person_month), (spent.instance, limits.instance_day))
    known = [(used, limit) for used, limit in both if limit is not None]
    if any(used >= limit for used, limit in known):
        return Standing.SPENT
    return Standing.LOW if any(is_low(used, limit) for used, limit in known) else Standing.FREE


def fits(spent: Spent, worst: int, limits: Limits) -> bool:
    """Whether a call that costs at most `worst` stays within both limits."""
    both = ((spent.person, limits.person_month), (spent.instance, limits.instance_day))
    return all(limit is None or used + worst <= limit for used, limit in both)


def crossed(before: Spent, after: Spent, limits: Limits) -> Crossed:
    """Which limits are nearly used up after, and were not before."""
    return Crossed(
        person=_came_low(before.person, after.person, limits.person_month),
        instance=_came_low(before.instance, after.instance, limits.instance_day),
    )


def is_low(used: int, limit: int) -> bool:
    return used * 100 >= limit * LOW_PERCENT


def _came_low(before: int, after: int, limit: int | None) -> bool:
    return limit is not None and not is_low(before, limit) and is_low(after, limit)
