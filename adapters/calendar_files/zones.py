"""The IANA zones behind the names that calendar programs give them.

A name may be IANA's own, Windows', one with a path before it, or mean nothing by itself: then the
VTIMEZONE of the file tells its offsets, and the zone that has the same ones is taken.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from adapters.calendar_files.lines import Component, moment
from core.errors import UserError
from core.when.recurrence import expand
from core.when.rule import Freq, Rule
from core.when.wall import zone as find_zone

MOST_DEFINED = 200
"""Zones that one file may define."""
_MOST_PARTS = 200
_LONGEST_NAME = 200
_WINDOWS = {name.casefold(): zone for name, zone in WINDOWS_TO_OLSON.items()}
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?")
_WRITTEN = re.compile(r"([+-])(\d{2}):?(\d{2})(?::?\d{2})?")
_LABEL = re.compile(r"^\((?:UTC|GMT)[^)]*\)\s*", re.IGNORECASE)
_STEP = timedelta(days=3)

Offsets = tuple[timedelta | None, ...]


class Zones:
    """The zones of one file."""

    def __init__(self, likely: Iterable[str], now: datetime, defined: Iterable[Component]) -> None:
        """`likely`: names of zones of which one is taken first when only the offsets tell."""
        self._likely = [zone for name in likely if (zone := _named(name))]
        self._year = now.astimezone(UTC).year
        self._defined = {part.text("TZID"): part for part in [*defined][:MOST_DEFINED]}
        self._found: dict[str, str | None] = {}

    def find(self, name: str) -> str | None:
        """The IANA name; None when nothing tells which zone is meant."""
        if name not in self._found:
            self._found[name] = self._looked_up(name)
        return self._found[name]

    def _looked_up(self, name: str) -> str | None:
        if not name or len(name) > _LONGEST_NAME:
            return None
        definition = self._defined.get(name)
        placed = definition.text("X-LIC-LOCATION") if definition else ""
        return (
            _named(name)
            or (_named(placed) if placed else None)
            or (self._by_offsets(definition) if definition else None)
            or _by_offset(name)
        )

    def _by_offsets(self, definition: Component) -> str | None:
        """The zone that has the same offsets all through last year, this one and the next."""
        instants = _instants(self._year)
        offsets = _defined_offsets(definition, instants)
        if None in offsets:
            return None
        for zone in self._likely:
            if offsets == _offsets(zone, self._year):
                return zone
        return _by_all_offsets(self._year).get(offsets)


def _named(name: str) -> str | None:
    plain = name.strip().strip('"')
    parts = [part for part in plain.split("/") if part]
    tries = ["/".join(parts[-count:]) for count in (3, 2) if len(parts) >= count]
    tries += parts if len(parts) == 1 else []
    if label := _LABEL.match(plain):
        tries = [city.strip() for city in plain[label.end() :].split(",")]
    for words in tries:
        # Only a name's own spelling: "Eastern" and "MST7MDT" are told by their offsets.
        try:
            return find_zone(words).key
        except UserError:
            continue
    return _WINDOWS.get(plain.casefold())


def _by_offset(name: str) -> str | None:
    """ "GMT+01:00", where no definition tells more."""
    match = _OFFSET.fullmatch(name.strip().upper())
    if match is None or int(match[3] or 0) or int(match[2]) > 12:
        return None
    sign = "-" if match[1] == "+" else "+"  # Etc counts towards the west
    return f"Etc/GMT{sign}{int(match[2])}" if int(match[2]) else "UTC"


@lru_cache(maxsize=4)
def _instants(year: int) -> tuple[datetime, ...]:
    start, end = datetime(year - 1, 1, 1, tzinfo=UTC), datetime(year + 2, 1, 1, tzinfo=UTC)
    return tuple(start + _STEP * step for step in range((end - start) // _STEP))


@lru_cache(maxsize=2048)
def _offsets(zone: str, year: int) -> Offsets:
    tz = ZoneInfo(zone)
    return tuple(at.astimezone(tz).utcoffset() for at in _instants(year))


@lru_cache(maxsize=4)
def _by_all_offsets(year: int) -> dict[Offsets, str]:
    """Zones by their offsets; of several the one that Windows has a name for."""
    known = [*dict.fromkeys(WINDOWS_TO_OLSON.values()), *sorted(available_timezones())]
    found: dict[Offsets, str] = {}
    for zone in known:
        try:
            found.setdefault(_offsets(find_zone(zone).key, year), find_zone(zone).key)
        except UserError:
            continue
    return found


def _defined_offsets(definition: Component, instants: tuple[datetime, ...]) -> Offsets:
    """What a VTIMEZONE says (RFC 5545 3.6.5): the latest onset before an instant counts."""
    since, until = instants[0] - timedelta(days=800), instants[-1]
    onsets: list[tuple[datetime, timedelta]] = []
    for part in definition.parts[:_MOST_PARTS]:
        try:
            onsets += _onsets(part, since, until)
        except (ValueError, TypeError, OverflowError, UserError):
            return (None,)
    onsets.sort()
    offsets: list[timedelta | None] = []
    at, current = 0, onsets[0][1] if onsets and onsets[0][0] <= instants[0] else None
    for instant in instants:
        while at < len(onsets) and onsets[at][0] <= instant:
            current = onsets[at][1]
            at += 1
        offsets.append(current)
    return tuple(offsets)


def _onsets(part: Component, since: datetime, until: datetime) -> list[tuple[datetime, timedelta]]:
    before, after = _offset(part.text("TZOFFSETFROM")), _offset(part.text("TZOFFSETTO"))
    start = moment(part.text("DTSTART"))
    if not isinstance(start, date):
        raise ValueError("an onset is a date")
    first = datetime.combine(start, time())
    if isinstance(start, datetime):
        first = start.replace(tzinfo=None)
    locals_ = [first]
    for given in part.all("RDATE")[:_MOST_PARTS]:
        for value in given.value.split(",")[:_MOST_PARTS]:
            at = moment(value)
            if isinstance(at, datetime):
                locals_.append(at.replace(tzinfo=None))
    rrule = part.text("RRULE")
    if rrule:
        rule = Rule.parse(rrule)
        if rule.freq is not Freq.YEARLY:
            raise ValueError("clocks change by the year")
        locals_ += [found.local for found in expand(rule, first, "UTC", since, until)]
    return [(local.replace(tzinfo=UTC) - before, after) for local in locals_]


def _offset(written: str) -> timedelta:
    match = _WRITTEN.fullmatch(written.strip())
    if match is None:
        raise ValueError("no offset")
    size = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return -size if match[1] == "-" else size
