"""Which days a question looks back at: "what did I say last week" is about days, not words."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from core.errors import UserError
from core.people import Person
from core.when.phrases import read
from core.when.values import Day, Moment, Period, TimePhrase
from core.when.wall import day_bounds, instant, zone

Bound = date | datetime | None

_AHEAD = re.compile(r"\b(next|tomorrow|tonight|coming|upcoming|following|in|from now)\b", re.I)
_MONTH_IN = re.compile(
    r"\bin (the )?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|spring|summer|fall|autumn"
    r"|winter)",
    re.I,
)
_WEEKDAY = re.compile(r"\b(mon|tues|wednes|thurs|fri|satur|sun)day\b", re.I)
_YEAR = re.compile(r"\b(?:in|during) ((?:19|20)\d\d)\b")
_EARLIEST = datetime(1, 1, 2, tzinfo=ZoneInfo("UTC"))


@dataclass(frozen=True, kw_only=True, slots=True)
class LookBack:
    """A stretch of time that a question names."""

    since: datetime
    until: datetime
    """Aware, half-open."""
    rest: str
    """The question without the words for it."""

    def holds(self, at: datetime) -> bool:
        return self.since <= at < self.until


def look_back(question: str, now: datetime, person: Person) -> LookBack | None:
    """The first past stretch of time in a question; None when it names none.

    `now` is aware, in the person's zone. Days that are read as coming, but were not said so, are
    taken as the ones before: "on Friday" is last Friday here, "in May" is last May.
    """
    shown = now.astimezone(ZoneInfo(person.zone))
    local = shown.replace(tzinfo=None)
    for phrase in read(question, shown, person.habits):
        try:
            stretch = _stretch(phrase, local)
            if stretch is None:
                continue
            since, until = (_instant(bound, person.zone) for bound in stretch)
        except (UserError, OverflowError):  # nothing to look back at beyond the calendar's ends
            continue
        since = since or _EARLIEST
        until = until or now
        if since < until and since <= now:
            rest = _without(question, *phrase.places)
            return LookBack(since=since, until=until, rest=rest)
    return _year(question, now, person)


def _stretch(phrase: TimePhrase, now: datetime) -> tuple[Bound, Bound] | None:
    match phrase.meaning:
        case Day(on=day):
            start, end = day, day + timedelta(days=1)
        case Moment(at=at):
            start, end = at.date(), at.date() + timedelta(days=1)
        case Period(start=None, end=end):
            return None, end
        case Period(start=start, end=end):
            pass
        case _:
            return None
    if _midnight(start) <= now:
        return start, end
    if re.search(_AHEAD, phrase.text) and not _MONTH_IN.search(phrase.text):
        return None
    back = relativedelta(weeks=1) if _WEEKDAY.search(phrase.text) else relativedelta(years=1)
    return start - back, None if end is None else end - back


def _year(question: str, now: datetime, person: Person) -> LookBack | None:
    """A bare year is no time phrase elsewhere: it could be a room or a price."""
    named = _YEAR.search(question)
    if named is None or int(named[1]) > now.year:
        return None
    since = day_bounds(date(int(named[1]), 1, 1), person.zone)[0]
    until = day_bounds(date(int(named[1]), 12, 31), person.zone)[1]
    return LookBack(since=since, until=until, rest=_without(question, named.span()))


def _without(question: str, *places: tuple[int, int]) -> str:
    for begin, end in reversed(places):
        question = f"{question[:begin]} {question[end:]}"
    return " ".join(question.split())


def _midnight(bound: date | datetime) -> datetime:
    return bound if isinstance(bound, datetime) else datetime.combine(bound, datetime.min.time())


def _instant(bound: Bound, zone_name: str) -> datetime | None:
    if bound is None:
        return None
    if isinstance(bound, datetime):
        return instant(bound, zone(zone_name))
    return day_bounds(bound, zone_name)[0]
