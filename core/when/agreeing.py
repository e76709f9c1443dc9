"""A weekday and a date said together, and what to ask when they contradict each other."""

from dataclasses import replace
from datetime import date, timedelta

from core.when.dates import On, named, valid
from core.when.tokens import Line
from core.when.words import WEEKDAY_NAMES


def numbered(line: Line, value: On, number: int) -> On:
    """The coming month in which that number falls on that weekday."""
    months = line.today.year * 12 + line.today.month - 1
    for step in range(months, months + 18):
        year, month = divmod(step, 12)
        if valid(year, month + 1, number):
            day = date(year, month + 1, number)
            if day >= line.today and day.weekday() == value.weekday:
                return On(day, number=number, weekday=value.weekday)
    return value


def agreed(line: Line, value: On, dated: On) -> On:
    """A weekday said with a date: a question when they contradict each other."""
    if dated.wrong or dated.day.weekday() == value.weekday or value.weekday is None:
        return replace(dated, weekday=value.weekday, sure=True)
    if dated.year is None and dated.month and dated.number:
        for year in range(line.today.year, line.today.year + 3):
            if valid(year, dated.month, dated.number):
                day = date(year, dated.month, dated.number)
                if day >= line.today and day.weekday() == value.weekday:
                    dated = replace(dated, day=day)
                    break
    name = WEEKDAY_NAMES[value.weekday]
    first = _first_such(dated, line.today)
    near = dated.day + timedelta(days=(value.weekday - dated.day.weekday() + 3) % 7 - 3)
    if dated.day.weekday() == value.weekday:
        near = dated.day
        asked = f"{named(first, line.today)} comes first. Or do you mean {near.year}?"
    else:
        asked = f"{named(dated.day, line.today)} is not a {name}. Which day do you mean?"
    options = (named(first, line.today), named(near, line.today))
    return replace(dated, weekday=value.weekday, sure=True, ask=asked, options=options)


def _first_such(dated: On, today: date) -> date:
    """The first coming day with the month and number of a date."""
    years = range(today.year, today.year + 9)
    if dated.month and dated.number and dated.year is None:
        for year in years:
            if valid(year, dated.month, dated.number):
                found = date(year, dated.month, dated.number)
                if found >= today:
                    return found
    return dated.day
