"""The calendar feed: an owner's events and due tasks as iCalendar (RFC 5545, RFC 7986).

The same rows give the same bytes all year long: what is not in the rows depends on the year of
`now` alone. Readers differ about times that the clocks skip or repeat, so an occurrence that
touches one is written out by itself, in UTC.
"""

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import (
    Calendar,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vRecur,
    vText,
)
from icalendar import Event as VEvent

from core.calendar_files import OURS
from core.conflicts import Series
from core.events import series
from core.people import Person
from core.rows import Event, Row, Task
from core.when.recurrence import Occurrence, Rule, expand
from core.when.transitions import Observance, observances, transitions
from core.when.wall import instant, wall
from core.when.wall import zone as find_zone

log = logging.getLogger(__name__)

MOST_ENTRIES = 5000
"""Of more, the feed shows those nearest to today."""

_POLL = "PT1H"
_PAST_YEARS = 1
_AHEAD_YEARS = 30
# How far ahead a zone's changes are listed, and occurrences that touch one.
_ZONE_YEARS = 5
_TOUCHED_YEARS = 2
_TASK_LENGTH = timedelta(minutes=15)
_LONGEST_LINE = 300
_LONGEST_TEXT = 1000
_SECOND = timedelta(seconds=1)


def window(now: datetime) -> tuple[datetime, datetime]:
    """The instants between which a feed shows what there is: last year and thirty ahead."""
    year = now.astimezone(UTC).year
    return (
        datetime(year - _PAST_YEARS, 1, 1, tzinfo=UTC),
        datetime(year + _AHEAD_YEARS, 1, 1, tzinfo=UTC),
    )


def render(
    person: Person, scope: str, events: Iterable[Event], tasks: Iterable[Task], now: datetime
) -> bytes:
    """The feed of one owner as a text/calendar file.

    `scope` is one of all, events, tasks and busy; busy tells when timed events are, and nothing
    else of them. Tasks that are open and due are shown as entries that take no time from the
    day. `now` is aware. Raises ValueError for another scope.
    """
    rows: list[Event | Task] = []
    match scope:
        case "all":
            rows = [*events, *_due(tasks)]
        case "events":
            rows = [*events]
        case "tasks":
            rows = [*_due(tasks)]
        case "busy":
            rows = [event for event in events if not event.all_day]
        case _:
            raise ValueError(f"no such scope: {scope!r}")
    shown = _nearest(rows, now)
    zones = _Zones(now.astimezone(UTC).year)
    zones.tell(person.zone)
    entries: list[VEvent] = []
    for row in sorted(shown, key=lambda row: (_span(row)[0], row.id)):
        if isinstance(row, Event):
            entries += _event(row, zones, busy=scope == "busy")
        elif row.due_local:
            entries.append(_task(row, row.due_local, zones))
    calendar = _calendar(person, scope, cut=len(rows) - len(shown))
    for component in (*zones.components(), *entries):
        calendar.add_component(component)
    written: bytes = calendar.to_ical()
    return written


def _due(tasks: Iterable[Task]) -> Iterator[Task]:
    return (task for task in tasks if task.status.open and task.due_local)


def _span(row: Event | Task) -> tuple[datetime, datetime]:
    """First and last instant of a row that is due or begins at some time."""
    if isinstance(row, Event):
        return row.start_at, row.until_at or datetime.max.replace(tzinfo=UTC)
    at = row.due_at or row.created_at
    return at, at


def _nearest(rows: list[Event | Task], now: datetime) -> list[Event | Task]:
    if len(rows) <= MOST_ENTRIES:
        return rows
    today = datetime.combine(now.astimezone(UTC).date(), time(), tzinfo=UTC)

    def distance(row: Event | Task) -> tuple[timedelta, str]:
        begins, ends = _span(row)
        return max(begins - today, today - ends, timedelta()), row.id

    log.warning("a calendar feed shows %d of %d entries", MOST_ENTRIES, len(rows))
    return sorted(rows, key=distance)[:MOST_ENTRIES]


def _calendar(person: Person, scope: str, *, cut: int) -> Calendar:
    name = {
        "all": "Pixie",
        "events": "Pixie: events",
        "tasks": "Pixie: tasks",
        "busy": f"{person.name or 'Pixie'}: busy",
    }[scope]
    calendar = Calendar()
    calendar.add("prodid", "-//Pixie//Calendar feed//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", _line(name))
    calendar.add("x-wr-calname", _line(name))
    if cut:
        told = f"Only the {MOST_ENTRIES} entries nearest to today are shown; {cut} are not."
        calendar.add("x-wr-caldesc", _line(told))
    calendar.add("refresh-interval", _Text(_POLL), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", _Text(_POLL))
    return calendar


def _task(task: Task, due: datetime, zones: "_Zones") -> VEvent:
    """A due task as an event: few calendar programs show VTODO."""
    entry = _entry(task, f"☐ {task.title}", task.description, free=True)
    if task.due_day:
        entry.add("dtstart", due.date())
        entry.add("dtend", due.date() + timedelta(days=1))
    else:
        begins = instant(due, find_zone(task.zone))
        _when(entry, *zones.at(begins, begins + _TASK_LENGTH, task.zone))
    return entry


def _event(event: Event, zones: "_Zones", *, busy: bool) -> Iterator[VEvent]:
    """The event; of a series also each occurrence that readers might put elsewhere than we do."""
    times = series(event)
    entry = _described(event, busy=busy)
    excluded = set(times.excluded)
    touched: list[VEvent] = []
    if event.all_day:
        first = event.start_local.date()
        entry.add("dtstart", first)
        entry.add("dtend", max(event.end_local.date(), first + timedelta(days=1)))
    elif times.rule is None:
        begins = instant(times.first, find_zone(event.zone))
        _when(entry, *zones.at(begins, begins + times.duration, event.zone))
    else:
        entry.add("dtstart", zones.local(event.start_local, event.zone))
        if times.duration != event.length:
            # The clocks change during the first occurrence, and all last as long as it does.
            entry.add("duration", _Text(f"PT{times.duration // _SECOND}S"))
        elif times.duration:
            entry.add("dtend", zones.local(event.end_local, event.zone))
        for local, start, end in _touched(times, zones.year):
            if _doubled(times, local, start):
                excluded.add(local)
                continue
            override = _described(event, busy=busy)
            override.add("recurrence-id", zones.local(local, event.zone))
            _when(override, start, end)
            touched.append(override)
    if times.rule:
        entry.add("rrule", vRecur.from_ical(str(_until(times.rule, event))))
    if excluded and event.all_day:
        entry.add("exdate", sorted({local.date() for local in excluded}))
    elif excluded:
        entry.add("exdate", [zones.local(local, event.zone) for local in sorted(excluded)])
    yield entry
    yield from touched


def _touched(times: Series, year: int) -> list[Occurrence]:
    """The occurrences that begin, end or pass where the clocks change."""
    tz = find_zone(times.zone)
    found: dict[datetime, Occurrence] = {}
    for change in transitions(times.zone, year - _PAST_YEARS, year + _TOUCHED_YEARS):
        around = abs(change.after - change.before) + _SECOND
        for occurrence in times.occurrences(change.at - around, change.at + around):
            ends = occurrence.local + times.duration
            plain = _plain(occurrence.local, tz) and _plain(ends, tz)
            if not plain or instant(ends, tz) != occurrence.end:
                found[occurrence.local] = occurrence
    return [found[local] for local in sorted(found)]


def _doubled(times: Series, local: datetime, start: datetime) -> bool:
    """Moved out of a gap onto the next occurrence of an hourly series: that happens once."""
    shown = wall(start, times.zone).local
    if shown == local or shown in times.excluded or not times.rule:
        return False
    at = shown.replace(tzinfo=UTC)
    return any(expand(times.rule, times.first, "UTC", at, at + _SECOND))


def _plain(local: datetime, tz: ZoneInfo) -> bool:
    """Neither skipped nor repeated by the clocks (PEP 495)."""
    aware = local.replace(tzinfo=tz)
    return aware.utcoffset() == aware.replace(fold=1).utcoffset()


def _until(rule: Rule, event: Event) -> Rule:
    """UNTIL as RFC 5545 3.3.10 wants it: a date beside a date, else a time in UTC."""
    until = rule.until
    if until is None:
        return rule
    if isinstance(until, datetime) and until.tzinfo:
        until = wall(until, event.zone).local
    if event.all_day:
        return replace(rule, until=until.date() if isinstance(until, datetime) else until)
    if not isinstance(until, datetime):
        until = datetime.combine(until, time(23, 59, 59))
    return replace(rule, until=instant(until, find_zone(event.zone)))


def _described(event: Event, *, busy: bool) -> VEvent:
    if busy:
        return _entry(event, "Busy", "", free=False)
    entry = _entry(event, event.title, event.description, free=event.all_day)
    if event.location:
        entry.add("location", _line(event.location))
    return entry


def _entry(row: Row, title: str, details: str, *, free: bool) -> VEvent:
    entry = VEvent()
    entry.add("uid", f"{row.id}{OURS}")
    entry.add("dtstamp", row.updated_at.astimezone(UTC))
    entry.add("last-modified", row.updated_at.astimezone(UTC))
    entry.add("sequence", row.version - 1)
    entry.add("summary", _line(title))
    if details:
        entry.add("description", _Text(_clean(details)[:_LONGEST_TEXT]))
    entry.add("transp", "TRANSPARENT" if free else "OPAQUE")
    return entry


def _when(entry: VEvent, start: datetime, end: datetime) -> None:
    """Start and end; no end for what takes no time (RFC 5545 3.6.1)."""
    entry.add("dtstart", start)
    if end.astimezone(UTC) > start.astimezone(UTC):
        entry.add("dtend", end)


class _Zones:
    """The zones that the feed names, and the years for which it has to know their rules."""

    def __init__(self, year: int) -> None:
        self.year = year
        self._first: dict[str, int] = {}
        self._last: dict[str, int] = {}

    def tell(self, zone: str, year: int | None = None) -> ZoneInfo:
        """The zone is named for a time of this year, or of the years around now."""
        tz = find_zone(zone)
        first, last = self.year - _PAST_YEARS, self.year + _ZONE_YEARS
        if year:
            first, last = min(first, max(year, 1970)), max(last, year + _ZONE_YEARS)
        self._first[tz.key] = min(first, self._first.get(tz.key, first))
        self._last[tz.key] = max(last, self._last.get(tz.key, last))
        return tz

    def local(self, local: datetime, zone: str) -> datetime:
        """A naive local time of a series with its zone."""
        return local.replace(tzinfo=self.tell(zone, local.year))

    def at(self, start: datetime, end: datetime, zone: str) -> tuple[datetime, datetime]:
        """Instants in their zone; in UTC if a reader could take them for others."""
        tz = find_zone(zone)
        times = [wall(at, zone).local for at in (start, end)]
        near = all(abs(local.year - self.year) < _ZONE_YEARS for local in times)
        if near and all(_plain(local, tz) for local in times):
            self.tell(zone)
            return times[0].replace(tzinfo=tz), times[1].replace(tzinfo=tz)
        return start.astimezone(UTC), end.astimezone(UTC)

    def components(self) -> Iterator[Timezone]:
        for key in sorted(self._first):
            yield _timezone(key, observances(key, self._first[key], self._last[key]))


def _timezone(key: str, parts: Iterable[Observance]) -> Timezone:
    timezone = Timezone()
    timezone.add("tzid", key)
    for part in parts:
        daylight = part.after > part.before
        component = TimezoneDaylight() if daylight else TimezoneStandard()
        component.add("dtstart", part.begins)
        component.add("tzoffsetfrom", part.before)
        component.add("tzoffsetto", part.after)
        component.add("tzname", part.name)
        if part.rule:
            component.add("rrule", vRecur.from_ical(part.rule))
        timezone.add_component(component)
    return timezone


class _Text(vText):
    """TEXT of RFC 5545 3.3.11, letter by letter: vText takes a typed `\\N` for a new line."""

    __slots__ = ()

    def to_ical(self) -> bytes:
        return re.sub(r"([\\;,])", r"\\\1", self).replace("\n", r"\n").encode()


# What no TEXT may hold: control characters, and the surrogates that UTF-8 has no bytes for.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def _clean(text: str) -> str:
    """With every kind of line break as a line feed, and nothing that could end a line early."""
    return _FORBIDDEN.sub("", "\n".join(text.splitlines()))


def _line(text: str) -> _Text:
    return _Text(" ".join(_clean(text).split("\n"))[:_LONGEST_LINE])
