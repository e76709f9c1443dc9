"""Wall time and instants: what a clock on the wall shows, and the moment it stands for.

A moment that a person named is kept as naive local time plus IANA zone, because the instant
behind it moves when a country changes its rules. Local times that a daylight-saving change skips
take the offset from before the gap, so 02:30 rings at 03:30 (RFC 5545 3.3.5); local times that
happen twice mean the first.
"""

import difflib
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from core.errors import UserError


@dataclass(frozen=True, kw_only=True, slots=True)
class WallTime:
    """A local date and time in a zone, as a person says it."""

    local: datetime
    """Naive."""
    zone: str
    """IANA name, such as "Europe/Lisbon"."""

    def __post_init__(self) -> None:
        if self.local.tzinfo is not None:
            raise ValueError("WallTime.local is naive; the zone is its own field")

    def instant(self) -> datetime:
        """The moment it stands for, in UTC.

        Raises UserError for an unknown zone and at the very ends of the calendar.
        """
        return instant(self.local, zone(self.zone))

    def shown(self) -> datetime:
        """The naive local time that clocks will show then: later than `local` in a gap."""
        return wall(self.instant(), self.zone).local

    @property
    def shifted(self) -> bool:
        """The clocks skip this local time, so it will happen later by the length of the gap."""
        return self.shown() != self.local


def wall(at: datetime, zone_name: str) -> WallTime:
    """What clocks in the zone show at an aware instant.

    Both passes of a repeated hour give the same wall time, whose instant is the first of them.
    """
    if at.tzinfo is None:
        raise ValueError("an instant is aware")
    try:
        local = at.astimezone(zone(zone_name)).replace(tzinfo=None, fold=0)
    except OverflowError:
        raise _outside() from None
    return WallTime(local=local, zone=zone_name)


def instant(local: datetime, tz: ZoneInfo) -> datetime:
    """The UTC instant of a naive local time. PEP 495: fold=0 uses the offset before a gap."""
    try:
        return local.replace(tzinfo=tz, fold=0).astimezone(UTC)
    except OverflowError:
        raise _outside() from None


def day_bounds(day: date, zone_name: str) -> tuple[datetime, datetime]:
    """First instant of the local day and first instant of the next one, in UTC.

    The day may be 23, 24 or 25 hours long, and begins at 01:00 where the clocks skip midnight.
    A day that a zone left out altogether (Samoa, 30 December 2011) is empty.
    """
    tz = zone(zone_name)
    try:
        following = day + timedelta(days=1)
    except OverflowError:
        raise _outside() from None
    midnight = time()
    return (
        instant(datetime.combine(day, midnight), tz),
        instant(datetime.combine(following, midnight), tz),
    )


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The zone of a name as a person may type it.

    Accepts IANA names in any case, with spaces or accents ("europe/lisbon", "America/New York"),
    and cities that end one ("lisbon", "new york", "Lisbon, Portugal"). The `key` of the result
    is the name to store. Raises UserError, with suggestions, for anything else.
    """
    if len(name) <= _LONGEST:
        wanted = _normal(name)
        known = _names().get(wanted) or _cities().get(wanted.partition(",")[0])
        if known is not None:
            return ZoneInfo(known)
        if re.fullmatch(r"(utc|gmt|etc/gmt)?[+-]?\d.*", wanted):
            raise UserError(
                f"“{_printable(name)}” is only an offset, which would be wrong after the next "
                "change of the clocks. Name a city instead, such as “Lisbon” or “New York”."
            )
    raise UserError(_unknown(name))


_LONGEST = 64
_REGIONS = frozenset(
    [
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    ]
)


def _normal(name: str) -> str:
    """Without case, accents, dots and quotes; words joined by underscores."""
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c)
    )
    bare = re.sub(r"\s*/\s*", "/", re.sub(r"[.'’]", "", plain)).strip(" _")
    return re.sub(r"[\s_]+|-(?!\d)", "_", bare)


@cache
def _names() -> dict[str, str]:
    return {_normal(name): name for name in available_timezones() if name not in _NOT_PLACES}


_NOT_PLACES = frozenset({"Factory", "localtime", "posixrules"})


@cache
def _cities() -> dict[str, str]:
    """Last parts of names. Of two names for one city the shorter is the older, plainer one."""
    cities: dict[str, str] = {}
    for name in sorted(_names().values(), key=lambda name: (-len(name), name)):
        region, _, city = name.rpartition("/")
        if region.partition("/")[0] in _REGIONS:
            cities[_normal(city)] = name
    return cities


def _unknown(name: str) -> str:
    shown = _printable(name)
    if not shown:
        return "Which time zone? Name a city, such as “Lisbon” or “New York”."
    known = {**_cities(), **_names()}
    close = difflib.get_close_matches(_normal(name[:_LONGEST]), known, n=3, cutoff=0.75)
    guesses = list(dict.fromkeys(known[match] for match in close))
    mend = (
        f"Did you mean {' or '.join(guesses)}?"
        if guesses
        else "Name a large city in the same zone, such as “Lisbon” or “New York”."
    )
    return f"I do not know the time zone “{shown}”. {mend}"


def _printable(name: str) -> str:
    shown = "".join(c for c in name[: 4 * _LONGEST] if c.isprintable()).strip()
    return shown if len(shown) <= 40 else shown[:40] + "…"


def _outside() -> UserError:
    return UserError("That date is outside the calendar I can keep: use a year from 1 to 9998.")
