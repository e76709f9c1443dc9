"""The lines of a calendar file, component by component.

Only the properties that are kept are parsed at all, so that a strange one elsewhere spoils nothing.
"""

import codecs
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

from icalendar import vDDDTypes, vDuration
from icalendar.parser import Contentline

moment: Callable[[str], object] = vDDDTypes.from_ical
"""A DATE or DATE-TIME as date or datetime, or something else. Raises ValueError."""
length: Callable[[str], timedelta] = vDuration.from_ical
"""A DURATION. Raises ValueError."""

_content: Callable[..., Contentline] = Contentline
LONGEST_LINE = 100_000
"""Characters of one property; of a text more is cut, anything else is not read."""
_NAME = re.compile(r"[A-Za-z0-9-]{1,40}(?=[;:])")
_BOUND = re.compile(r"(?i)(BEGIN|END):([A-Z0-9-]{1,40})\s*")
_TEXTS = frozenset({"SUMMARY", "LOCATION", "DESCRIPTION", "UID"})
_EVENT = _TEXTS | {
    "DTSTART",
    "DTEND",
    "DURATION",
    "RRULE",
    "RDATE",
    "EXDATE",
    "EXRULE",
    "RECURRENCE-ID",
    "STATUS",
    "SEQUENCE",
}
_CALENDAR = frozenset({"METHOD", "X-WR-CALNAME", "NAME", "X-WR-TIMEZONE"})
_ZONE = frozenset({"TZID", "X-LIC-LOCATION"})
_OBSERVANCE = frozenset({"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"})
_WANTED = {
    "VCALENDAR": _CALENDAR,
    "VEVENT": _EVENT,
    "VTIMEZONE": _ZONE,
    "STANDARD": _OBSERVANCE,
    "DAYLIGHT": _OBSERVANCE,
}
_INSIDE = {
    "VEVENT": "VCALENDAR",
    "VTIMEZONE": "VCALENDAR",
    "STANDARD": "VTIMEZONE",
    "DAYLIGHT": "VTIMEZONE",
}


class Property(NamedTuple):
    """One content line: `DTSTART;TZID=Europe/Lisbon:20261124T090000`."""

    value: str
    parameters: dict[str, str]
    """By upper-case name."""


@dataclass(slots=True)
class Component:
    """What stands between a BEGIN and its END; lines are parsed when they are asked for."""

    name: str
    lines: list[tuple[str, str]] = field(default_factory=list)
    parts: list["Component"] = field(default_factory=list)
    whole: bool = False
    """Its END was found."""

    def all(self, name: str) -> list[Property]:
        """Every property of this name. Raises ValueError for a line that is none."""
        return [_parsed(line) for key, line in self.lines if key == name]

    def first(self, name: str) -> Property | None:
        """Raises ValueError like `all`."""
        return next((_parsed(line) for key, line in self.lines if key == name), None)

    def text(self, name: str) -> str:
        """The property's text, or "" when there is none, or none that can be read."""
        try:
            found = self.first(name)
        except ValueError:
            return ""
        return found.value if found else ""


def decoded(data: bytes) -> str:
    """The text, whatever wrote it: UTF-8, UTF-16 with its mark, or a Western code page."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def components(text: str) -> list[Component]:
    """The calendars of a file with the parts that are wanted; others are passed over."""
    found: list[Component] = []
    open_: list[Component] = []
    skipped: list[str] = []
    for line in _lines(text):
        bound = _BOUND.fullmatch(line)
        if bound is None:
            if open_ and not skipped:
                _keep(open_[-1], line)
            continue
        name = bound[2].upper()
        if bound[1].upper() == "BEGIN":
            around = open_[-1].name if open_ else None
            if skipped or name not in _WANTED or _INSIDE.get(name) != around:
                if around == "VEVENT" and name == "VEVENT":
                    # The one before was never ended: this one is whole.
                    open_.pop()
                    skipped.clear()
                else:
                    skipped.append(name)
                    continue
            part = Component(name)
            (open_[-1].parts if open_ else found).append(part)
            open_.append(part)
        elif skipped:
            if name in skipped:
                del skipped[len(skipped) - 1 - skipped[::-1].index(name) :]
        elif any(part.name == name for part in open_):
            while open_:
                part = open_.pop()
                part.whole = part.name == name
                if part.whole:
                    break
    return found


def _lines(text: str) -> Iterator[str]:
    """The unfolded lines (RFC 5545 3.1), one by one, so that other threads come to their turn."""
    parts: list[str] = []
    for line in io.StringIO(text, newline=None):
        if line[0] in " \t":
            parts.append(line[1:].rstrip("\n"))
            continue
        if parts:
            yield "".join(parts)
        parts = [line.rstrip("\n")]
    if parts:
        yield "".join(parts)


def _keep(component: Component, line: str) -> None:
    name = _NAME.match(line)
    if name is not None and (key := name[0].upper()) in _WANTED[component.name]:
        if len(line) > LONGEST_LINE and key not in _TEXTS:
            line = f"{key}:"  # not read, and told as broken
        component.lines.append((key, line[:LONGEST_LINE]))


def _parsed(line: str) -> Property:
    _, parameters, value = _content(line, strict=False).parts()
    return Property(value, {name.upper(): _one(given) for name, given in parameters.items()})


def _one(given: str | Iterable[str]) -> str:
    return given if isinstance(given, str) else ",".join(given)
