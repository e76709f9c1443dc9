"""Dates and times in a person's words, for receipts: "Mon 23 Nov 12:00–13:30".

Everything here takes naive local times. `today` is the person's local date: the year is shown
only where it differs. `clock` is 24 or 12. Names are English whatever the process's locale is.
"""

from datetime import date, datetime, time, timedelta
from typing import Literal

Clock = Literal[12, 24]

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def show_time(at: time | datetime, *, clock: Clock = 24) -> str:
    """ "14:00", or "2 pm" and "2:30 pm"; 12 am is midnight."""
    if clock == 24:
        return f"{at.hour:02}:{at.minute:02}"
    return f"{_twelve(at)} {_half(at)}"


def show_day(day: date, *, today: date) -> str:
    """ "Mon 23 Nov", with the year if it is not the current one."""
    return f"{WEEKDAYS[day.weekday()][:3]} {show_date(day, today=today)}"


def show_date(day: date, *, today: date | None) -> str:
    """ "23 Nov", with the year if it is not the current one or no today is given."""
    year = "" if today and day.year == today.year else f" {day.year}"
    return f"{day.day} {MONTHS[day.month - 1][:3]}{year}"


def show_moment(at: datetime, *, today: date, clock: Clock = 24) -> str:
    """ "Mon 23 Nov 14:00"."""
    return f"{show_day(at, today=today)} {show_time(at, clock=clock)}"


def show_span(start: datetime, end: datetime, *, today: date, clock: Clock = 24) -> str:
    """ "Mon 23 Nov 12:00–13:30"; over midnight both days are named.

    A span that ends at midnight belongs to its first day: "Mon 23 Nov 22:00–00:00".
    """
    if start == end:
        return show_moment(start, today=today, clock=clock)
    last = end.date() - timedelta(days=1) if end.time() == time() else end.date()
    if start.date() not in (end.date(), last):
        moments = (show_moment(at, today=today, clock=clock) for at in (start, end))
        return " – ".join(moments)
    same_half = clock == 12 and _half(start) == _half(end) and start.date() == end.date()
    begins = _twelve(start) if same_half else show_time(start, clock=clock)
    return f"{show_day(start, today=today)} {begins}–{show_time(end, clock=clock)}"


def show_days(start: date, end: date, *, today: date) -> str:
    """ "Mon 23 Nov, all day" or "Mon 23 Nov – Wed 25 Nov, all day".

    `end` is the first day that is outside, as everywhere.
    """
    last = end - timedelta(days=1)
    days = dict.fromkeys(show_day(day, today=today) for day in (start, max(start, last)))
    return f"{' – '.join(days)}, all day"


def show_zone(name: str) -> str:
    """The place in an IANA name: "New York" for "America/New_York"."""
    return name.rpartition("/")[2].replace("_", " ")


def _twelve(at: time | datetime) -> str:
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes}"


def _half(at: time | datetime) -> str:
    return "am" if at.hour < 12 else "pm"
