"""Recurrence rules: the part of RFC 5545 3.3.10 that a secretary needs, as a value.

A rule says which days repeat; the time of day, the zone and the first occurrence live beside it.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from core.errors import UserError
from core.when.show import WEEKDAYS

MOST_COUNT = 10_000


class Freq(StrEnum):
    HOURLY = "HOURLY"
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


class WeekdayNth(NamedTuple):
    """A BYDAY item: the nth such weekday of the month or year, every one when nth is 0."""

    nth: int
    weekday: int
    """0 is Monday, as in `date.weekday()`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A validated recurrence rule. Make it with `Rule.parse`; `str(rule)` is its one spelling."""

    freq: Freq
    interval: int = 1
    count: int | None = None
    until: date | datetime | None = None
    """Inclusive: a whole local day, a naive local time, or an aware UTC instant, as written."""
    by_month: tuple[int, ...] = ()
    by_month_day: tuple[int, ...] = ()
    """Negative days count from the end of the month: -1 is its last day."""
    by_day: tuple[WeekdayNth, ...] = ()
    by_set_pos: tuple[int, ...] = ()
    week_start: int = 0

    @classmethod
    def parse(cls, text: str) -> "Rule":
        """Read an RRULE value ("FREQ=WEEKLY;BYDAY=TH"), with or without "RRULE:" before it.

        Raises UserError for what the RFC forbids, for what is too often (SECONDLY, MINUTELY) or
        too much, for days that no calendar has, and for parts that Pixie does not keep: a time
        of day (BYHOUR, BYMINUTE, BYSECOND) belongs to the first occurrence.
        """
        parts = _parts(text)
        freq = _freq(parts.pop("FREQ", ""))
        rule = cls(
            freq=freq,
            interval=_number("INTERVAL", parts.pop("INTERVAL", "1"), 1, _MOST_INTERVAL[freq]),
            count=(
                _number("COUNT", parts.pop("COUNT"), 1, MOST_COUNT) if "COUNT" in parts else None
            ),
            until=_until(parts.pop("UNTIL")) if "UNTIL" in parts else None,
            by_month=_numbers("BYMONTH", parts.pop("BYMONTH", None), 1, 12),
            by_month_day=_numbers("BYMONTHDAY", parts.pop("BYMONTHDAY", None), -31, 31),
            by_day=_weekdays(parts.pop("BYDAY", None)),
            by_set_pos=_numbers("BYSETPOS", parts.pop("BYSETPOS", None), -366, 366),
            week_start=_weekday(parts.pop("WKST", "MO")),
        )
        for name in parts:
            raise UserError(_REFUSED.get(name, f"{name} is not a part of a recurrence rule."))
        _check(rule)
        return rule

    def __str__(self) -> str:
        days = ",".join(f"{d.nth or ''}{_CODES[d.weekday]}" for d in self.by_day)
        parts = {
            "FREQ": self.freq.value,
            "INTERVAL": self.interval if self.interval > 1 else "",
            "COUNT": self.count or "",
            "UNTIL": _written(self.until) if self.until else "",
            "BYMONTH": ",".join(map(str, self.by_month)),
            "BYMONTHDAY": ",".join(map(str, self.by_month_day)),
            "BYDAY": days,
            "BYSETPOS": ",".join(map(str, self.by_set_pos)),
            "WKST": _CODES[self.week_start] if self.week_start else "",
        }
        return ";".join(f"{name}={value}" for name, value in parts.items() if value)

    def doubt(self, first: date | None = None) -> str | None:
        """The question to ask before keeping a rule that skips more than its speaker may think.

        "Every 31st" rings seven times a year and "every 29 February" every four years. With the
        first day, what it implies ("monthly" from the 31st) is asked about too.
        """
        days = self.by_month_day
        months = self.by_month
        if first and not days and not self.by_day:
            if self.freq is Freq.MONTHLY:
                days = (first.day,)
            elif self.freq is Freq.YEARLY:
                days, months = (first.day,), months or (first.month,)
        if self.freq in (Freq.MONTHLY, Freq.YEARLY):
            shortest = min(_SHORT_MONTHS.get(month, 31) for month in months or (2,))
            late = max(days, default=0)
            if late > shortest and months == (2,):
                return (
                    "29 February comes only in leap years. In the other years, shall it be "
                    "28 February, 1 March, or not at all?"
                )
            if late > shortest:
                return (
                    f"Not every month has {late} days. Shall it be the last day of each month, "
                    f"or only the months that have a {_ORDINALS[late]}?"
                )
        fifth = next((d for d in self.by_day if d.nth == 5), None)
        if fifth and (self.freq is Freq.MONTHLY or self.by_month):
            name = WEEKDAYS[fifth.weekday]
            return (
                f"Not every month has five {name}s. Shall it be the last {name} of each month, "
                "or only the months that have five?"
            )
        return None


_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_ORDINALS = {29: "29th", 30: "30th", 31: "31st"}
_SHORT_MONTHS = {2: 28, 4: 30, 6: 30, 9: 30, 11: 30}
_LONG_MONTHS = {**_SHORT_MONTHS, 2: 29}
_LONGEST_TEXT = 1000

# A rule that rests for longer than about ten years (a century for birthdays) is a mistake.
_MOST_INTERVAL = {
    Freq.HOURLY: 24 * 366,
    Freq.DAILY: 3660,
    Freq.WEEKLY: 522,
    Freq.MONTHLY: 120,
    Freq.YEARLY: 100,
}

_NO_TIME = "Give the time of day with the first occurrence, not as {} in the rule."
_REFUSED = {
    **{name: _NO_TIME.format(name) for name in ("BYHOUR", "BYMINUTE", "BYSECOND")},
    "BYYEARDAY": "I cannot repeat by day of the year; name the month and day instead.",
    "BYWEEKNO": "I cannot repeat by week number; name the month and weekday instead.",
    "BYEASTER": "I cannot repeat by Easter; add each year's date instead.",
}


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    if len(text) > _LONGEST_TEXT:
        raise UserError("That recurrence rule is too long to be one.")
    written = text.strip().upper().removeprefix("RRULE:").removesuffix(";")
    for part in written.split(";"):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not (equals and value and re.fullmatch(r"[A-Z-]+", name)):
            raise UserError("That is not a recurrence rule. One looks like FREQ=WEEKLY;BYDAY=TH.")
        if name in parts:
            raise UserError(f"The recurrence rule names {name} twice; keep one.")
        parts[name] = value
    return parts


def _freq(value: str) -> Freq:
    if value in ("SECONDLY", "MINUTELY"):
        raise UserError("That is too often: the most I repeat is every hour (FREQ=HOURLY).")
    if value not in Freq.__members__:
        known = ", ".join(Freq)
        raise UserError(f"A recurrence rule needs a FREQ, one of {known}.")
    return Freq(value)


def _number(name: str, value: str, low: int, high: int) -> int:
    """A whole number from low to high; 0 is never one."""
    if re.fullmatch(r"[+-]?[0-9]{1,6}", value) and low <= int(value) <= high and int(value):
        return int(value)
    bounds = f"from 1 to {high}" + (f" or from -1 to {low}" if low < 0 else "")
    raise UserError(f"{name} in a recurrence rule is a number {bounds}.")


def _numbers(name: str, value: str | None, low: int, high: int) -> tuple[int, ...]:
    items = value.split(",") if value else ()
    return tuple(sorted({_number(name, item.strip(), low, high) for item in items}))


def _weekday(value: str) -> int:
    if value not in _CODES:
        raise UserError(f"A weekday in a recurrence rule is one of {', '.join(_CODES)}.")
    return _CODES.index(value)


def _weekdays(value: str | None) -> tuple[WeekdayNth, ...]:
    days = set()
    for item in value.split(",") if value else ():
        written = item.strip()
        nth, day = written[:-2], _weekday(written[-2:])
        days.add(WeekdayNth(_number("The number in BYDAY", nth, -53, 53) if nth else 0, day))
    return tuple(sorted(days))


def _until(value: str) -> date | datetime:
    try:
        if re.fullmatch(r"[0-9]{8}", value):
            return date.fromisoformat(value)
        if re.fullmatch(r"[0-9]{8}T[0-9]{6}Z?", value):
            return datetime.fromisoformat(value)
    except ValueError:
        pass
    raise UserError(
        "UNTIL in a recurrence rule is a date that exists, such as 20261231, or a date and time, "
        "such as 20261231T180000."
    )


def _written(until: date | datetime) -> str:
    if not isinstance(until, datetime):
        return until.isoformat().replace("-", "")
    local = until.replace(tzinfo=None).isoformat(timespec="seconds")
    return re.sub("[-:]", "", local) + ("Z" if until.tzinfo else "")


def _check(rule: Rule) -> None:
    """What the parts forbid each other. Raises UserError."""
    if rule.count and rule.until:
        raise UserError("A rule ends after a COUNT or at an UNTIL; keep one of the two.")
    nths = [d.nth for d in rule.by_day if d.nth]
    monthly = rule.freq is Freq.MONTHLY or (rule.freq is Freq.YEARLY and bool(rule.by_month))
    if nths and rule.freq not in (Freq.MONTHLY, Freq.YEARLY):
        raise UserError("“The first Friday” needs a month or year: use FREQ=MONTHLY or YEARLY.")
    if nths and rule.by_month_day:
        raise UserError("Name the day by its number or as “the first Friday”, not both.")
    if monthly and any(abs(nth) > 5 for nth in nths):
        raise UserError("A month has at most five of a weekday: use a number from 1 to 5.")
    if rule.by_month_day and rule.freq is Freq.WEEKLY:
        raise UserError("A weekly rule goes by weekday; for days of the month use FREQ=MONTHLY.")
    if rule.by_set_pos and (
        rule.freq in (Freq.HOURLY, Freq.DAILY)
        or not (rule.by_day or rule.by_month_day or rule.by_month)
    ):
        raise UserError("BYSETPOS picks among several days of a week, month or year; name them.")
    longest = max(_LONG_MONTHS.get(month, 31) for month in rule.by_month or (1,))
    if rule.by_month_day and min(map(abs, rule.by_month_day)) > longest:
        raise UserError("No year has that day; check the day of the month.")
