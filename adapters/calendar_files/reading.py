"""From a calendar file to events that could be stored.

What cannot be read is told by its title and the reason, and the rest is kept. Nothing but
UserError leaves this module, whatever the bytes are.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from adapters.calendar_files.lines import Component, Property, components, decoded, length, moment
from adapters.calendar_files.zones import Zones
from core.calendar_files import MOST_EVENTS
from core.cards import clipped
from core.errors import UserError
from core.events import timed
from core.ports import CalendarContents
from core.rows import UNSAVED, Event
from core.titles import MAX_TITLE, body, line, visible
from core.when.recurrence import MOST_OCCURRENCES, align
from core.when.rule import Freq, Rule
from core.when.wall import WallTime, wall

NO_CALENDAR = (
    "That file is not a calendar, or it is damaged. Export it again as .ics (iCalendar) and send "
    "me that."
)
LONGEST_TEXT = 2000
"""Characters of a description that are kept."""
LONGEST_UID = 255
LONGEST_EVENT = timedelta(days=3660)
LONGEST_REPEATED = timedelta(days=366)
MOST_EXCLUDED = 2000
"""Days that one series leaves out."""
MOST_DATES = 200
"""Extra dates of one series."""
MOST_EXPANDED = 500_000
"""Occurrences of all series with an end together: that is how far their ends are searched for."""
_YEARS = range(1600, 2501)
_UNREADABLE = (ValueError, TypeError, LookupError, ArithmeticError)
_BY_TIME = ("BYHOUR", "BYMINUTE", "BYSECOND")
_NO_TITLE = "Untitled"


class Broken(Exception):
    """Why an event cannot be read, as the end of a sentence."""


@dataclass(frozen=True, kw_only=True, slots=True)
class When:
    """A DTSTART or its like: naive local time in a zone."""

    local: datetime
    zone: str
    all_day: bool
    utc: bool = False
    """Given in UTC."""

    def instant(self) -> datetime:
        return WallTime(local=self.local, zone=self.zone).instant()


@dataclass(kw_only=True, slots=True)
class Entry:
    """One VEVENT."""

    part: Component
    uid: str
    title: str
    sequence: int
    cancelled: bool


@dataclass(slots=True)
class Reading:
    """A file being read."""

    zones: Zones
    own: str
    """Where times without a zone are."""
    shown: str
    """Where times in UTC are shown."""
    events: list[Event] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    cancelled: int = 0
    expanded: int = 0


def read(data: bytes, zone: str, now: datetime) -> CalendarContents:
    """See `core.ports.CalendarReader`."""
    calendars = [part for part in components(decoded(data)) if part.name == "VCALENDAR"]
    if not calendars:
        raise UserError(NO_CALENDAR)
    parts = [part for calendar in calendars for part in calendar.parts]
    found = [part for part in parts if part.name == "VEVENT"]
    if len(found) > MOST_EVENTS:
        raise UserError(
            f"That calendar has {len(found):,} events; I import up to {MOST_EVENTS:,} at once. "
            "Export a shorter stretch of time and send me that."
        )
    said = next((text for each in calendars if (text := each.text("X-WR-TIMEZONE"))), "")
    zones = Zones((zone, line(said)), now, (part for part in parts if part.name == "VTIMEZONE"))
    reading = Reading(zones=zones, own=zone, shown=zones.find(line(said)) or zone)
    taken_back = any(each.text("METHOD").strip().upper() == "CANCEL" for each in calendars)
    series: defaultdict[str, list[Entry]] = defaultdict(list)
    for part in found:
        entry = _entry(part, cancelled=taken_back)
        if part.whole:
            series[entry.uid].append(entry)
        else:
            _tell(reading, entry, "the file ends in the middle of it")
    for entries in series.values():
        _one_uid(reading, entries)
    name = next((text for each in calendars if (text := each.text("X-WR-CALNAME"))), "")
    return CalendarContents(
        name=clipped(line(name), 100),
        events=tuple(sorted(reading.events, key=lambda event: event.start_at)),
        cancelled=reading.cancelled,
        broken=tuple(reading.broken),
    )


def _entry(part: Component, *, cancelled: bool) -> Entry:
    title = line(part.text("SUMMARY"))[:MAX_TITLE]
    uid = line(part.text("UID"))
    if not uid or len(uid) > LONGEST_UID:
        # The same file has the same events the next time.
        lines = "\n".join(text for _, text in part.lines)
        uid = hashlib.sha256((uid or lines).encode("utf-8", "surrogatepass")).hexdigest()
    sequence = part.text("SEQUENCE").strip()
    return Entry(
        part=part,
        uid=uid,
        title=title if visible(title) else _NO_TITLE,
        sequence=int(sequence) if sequence.isascii() and sequence.isdigit() else 0,
        cancelled=cancelled or part.text("STATUS").strip().upper() == "CANCELLED",
    )


def _tell(reading: Reading, entry: Entry, why: str) -> None:
    reading.broken.append(f"“{clipped(entry.title, 60)}”: {why}")


def _one_uid(reading: Reading, entries: list[Entry]) -> None:
    """A single event, or a series with the occurrences that differ (RFC 5545 3.8.4.4)."""
    whole: list[Entry] = []
    single: list[Entry] = []
    for entry in entries:
        is_single = any(name == "RECURRENCE-ID" for name, _ in entry.part.lines)
        (single if is_single else whole).append(entry)
    main = max(whole, key=lambda entry: entry.sequence, default=None)
    made: list[Event] = []
    if main is not None and main.cancelled:
        reading.cancelled += 1
        return
    if main is not None:
        try:
            made = list(_events(reading, main))
        except (Broken, UserError) as error:
            _tell(reading, main, _reason(error))
        except _UNREADABLE:
            _tell(reading, main, "it is damaged")
    excluded: set[datetime] = set()
    changed: dict[str, Entry] = {}
    for entry in sorted(single, key=lambda entry: entry.sequence):
        changed[entry.part.text("RECURRENCE-ID")] = entry
    for entry in changed.values():
        try:
            excluded.add(_replaced(reading, entry, made))
            if entry.cancelled:
                reading.cancelled += 1
            else:
                reading.events += _events(reading, entry)
        except (Broken, UserError) as error:
            _tell(reading, entry, _reason(error))
        except _UNREADABLE:
            _tell(reading, entry, "it is damaged")
    for event in made:
        left_out = frozenset(event.excluded) | excluded
        if event.rrule is None and event.start_local in left_out:
            continue
        if event.rrule is not None:
            event = replace(event, excluded=tuple(sorted(left_out)))
        reading.events.append(event)


def _reason(error: Exception) -> str:
    said = line(str(error)).rstrip(".")
    return said if said.startswith("I ") else f"{said[:1].lower()}{said[1:]}"


def _replaced(reading: Reading, entry: Entry, made: list[Event]) -> datetime:
    """The naive local start, in the series' zone, of the occurrence that is another now."""
    given = entry.part.first("RECURRENCE-ID")
    assert given is not None
    if given.parameters.get("RANGE"):
        raise Broken("it changes all later ones of a series at once")
    at = _when(reading, given)
    return _in_series(at, made[0]) if made else at.local


def _in_series(at: When, event: Event) -> datetime:
    if event.all_day:
        return datetime.combine(at.local.date(), time())
    if at.all_day:
        return datetime.combine(at.local.date(), event.start_local.time())
    return wall(at.instant(), event.zone).local


def _events(reading: Reading, entry: Entry) -> Iterator[Event]:
    """The event; where its first time does not match its rule, or there are extra dates, these
    as events of their own."""
    part = entry.part
    given = part.first("DTSTART")
    if given is None:
        raise Broken("it has no beginning")
    start = _when(reading, given)
    rules = part.all("RRULE")
    repeats = bool(rules) and not part.all("RECURRENCE-ID")
    if start.utc and not repeats:
        start = replace(start, local=wall(start.instant(), reading.shown).local, zone=reading.shown)
    event = Event(
        title=entry.title,
        description=_text(part.text("DESCRIPTION")),
        location=line(part.text("LOCATION"))[:MAX_TITLE],
        start_local=start.local,
        end_local=_end(reading, part, start),
        zone=start.zone,
        all_day=start.all_day,
        start_at=UNSAVED,
        uid=entry.uid,
    )
    if event.length > LONGEST_EVENT:
        raise Broken("it lasts for longer than ten years")
    if part.all("EXRULE") or len(rules) > 1:
        raise Broken("it repeats in a way that I do not keep")
    extra = _extra(reading, part, event)
    if not repeats:
        yield timed(event)
    else:
        if event.length > LONGEST_REPEATED:
            raise Broken("it repeats and each time lasts for longer than a year")
        yield from _series(reading, part, event, rules[0].value)
    yield from (timed(_at(event, local)) for local in extra if local != event.start_local)


def _series(reading: Reading, part: Component, event: Event, written: str) -> Iterator[Event]:
    rule = _rule(written, event)
    excluded = _excluded(reading, part, event)
    try:
        first = align(rule, event.start_local)
    except UserError:
        # Its end comes before its beginning: DTSTART alone counts.
        yield timed(event)
        return
    if first != event.start_local:
        # DTSTART is the first of its occurrences, whatever the rule says (RFC 5545 3.8.2.4).
        if event.start_local not in excluded:
            yield timed(event)
        if rule.count == 1:
            return
        rule = replace(rule, count=rule.count - 1) if rule.count else rule
        event = _at(event, first)
    reading.expanded += _weight(rule, first)
    if reading.expanded > MOST_EXPANDED:
        raise Broken("together with the others in the file it repeats too often")
    yield timed(replace(event, rrule=str(rule), excluded=tuple(sorted(excluded))))


def _weight(rule: Rule, first: datetime) -> int:
    """About how many occurrences are gone through to find the last, rather more than less."""
    if rule.count is not None:
        return rule.count
    if rule.until is None:
        return 1
    years = max(rule.until.year - first.year + 1, 1)
    days = max(len(rule.by_day), 1)
    yearly = {
        Freq.HOURLY: 8784,
        Freq.DAILY: 366,
        Freq.WEEKLY: 53 * days,
        Freq.MONTHLY: 12 * max(5 * len(rule.by_day), len(rule.by_month_day), 1),
        Freq.YEARLY: 53 * len(rule.by_day) + 12 * max(len(rule.by_month_day), 1),
    }
    return min(years * yearly[rule.freq] // rule.interval + 1, MOST_OCCURRENCES)


def _at(event: Event, local: datetime) -> Event:
    """The event at another local time."""
    return replace(event, start_local=local, end_local=local + event.length)


def _rule(written: str, event: Event) -> Rule:
    """The rule without what DTSTART says already."""
    at = event.start_local
    same = dict(zip(_BY_TIME, (str(at.hour), str(at.minute), str(at.second)), strict=True))
    kept = []
    for part in written.strip().rstrip(";").split(";"):
        name, _, value = part.partition("=")
        plain = value.strip().lstrip("0") or "0"
        if event.all_day or same.get(name.strip().upper()) != plain:
            kept.append(part)
    rule = Rule.parse(";".join(kept))
    if event.all_day and rule.freq is Freq.HOURLY:
        raise Broken("a whole day cannot repeat by the hour")
    if event.all_day and isinstance(rule.until, datetime):
        return replace(rule, until=rule.until.date())
    return rule


def _excluded(reading: Reading, part: Component, event: Event) -> frozenset[datetime]:
    found = {_in_series(at, event) for given in part.all("EXDATE") for at in _dates(reading, given)}
    if len(found) > MOST_EXCLUDED:
        raise Broken("it leaves out too many days")
    return frozenset(found)


def _extra(reading: Reading, part: Component, event: Event) -> list[datetime]:
    """Local starts that an RDATE adds."""
    found: set[datetime] = set()
    for given in part.all("RDATE"):
        if given.parameters.get("VALUE", "").upper() == "PERIOD":
            raise Broken("it repeats in a way that I do not keep")
        found |= {_in_series(at, event) for at in _dates(reading, given)}
    if len(found) > MOST_DATES:
        raise Broken("it has too many extra dates")
    return sorted(found)


def _dates(reading: Reading, given: Property) -> Iterator[When]:
    for value in given.value.split(","):
        if value.strip():
            yield _when(reading, given._replace(value=value))


def _end(reading: Reading, part: Component, start: When) -> datetime:
    """The naive local end in the start's zone (RFC 5545 3.6.1)."""
    given, lasts = part.first("DTEND"), part.first("DURATION")
    a_day = start.local + timedelta(days=1)
    if given is not None:
        end = _when(reading, given)
        if end.all_day != start.all_day:
            raise Broken("it begins at a time and ends on a whole day, or the other way round")
        if start.all_day:
            return max(end.local, a_day)
        if end.instant() < start.instant():
            raise Broken("it ends before it begins")
        return wall(end.instant(), start.zone).local
    if lasts is not None:
        takes = length(lasts.value.strip())
        if takes < timedelta(0):
            raise Broken("it ends before it begins")
        if start.all_day:
            return start.local + max(timedelta(days=takes.days), timedelta(days=1))
        return wall(start.instant() + takes, start.zone).local
    return a_day if start.all_day else start.local


def _when(reading: Reading, given: Property) -> When:
    """A date or time with its zone; without one it is the person's own."""
    at = moment(given.value.strip())
    if not isinstance(at, date) or at.year not in _YEARS:
        raise Broken("its date is none that I can keep")
    if not isinstance(at, datetime):
        local = datetime.combine(at, time())
        return When(local=local, zone=reading.own, all_day=True)
    if at.tzinfo is not None:
        local = at.astimezone(UTC).replace(tzinfo=None)
        return When(local=local, zone="UTC", all_day=False, utc=True)
    name = line(given.parameters.get("TZID", ""))
    zone = reading.zones.find(name) if name else reading.own
    if zone is None:
        raise Broken(f"I do not know its time zone “{clipped(name, 40)}”")
    return When(local=at, zone=zone, all_day=False, utc=zone == "UTC")


def _text(text: str) -> str:
    return body(text[: 4 * LONGEST_TEXT], what="A description")[:LONGEST_TEXT]
