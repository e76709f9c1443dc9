"""A tool's `when`: the person's words, or a local ISO time, as the time that they mean.

Words are read by `core.when.phrases` in the zone of the person, or in one that they name ("3pm
Tokyo time"). What cannot be read, is impossible or ambiguous becomes a `UserError` that asks;
`asks` is everywhere the command that a typed answer completes, with the time as its end.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from core.cards import clipped, option
from core.errors import UserError
from core.lengths import only_length
from core.named_zones import named_zone
from core.people import Person
from core.titles import line
from core.values import Button
from core.when.phrases import read
from core.when.rule import Rule
from core.when.show import show_day
from core.when.values import Day, Impossible, Length, Meaning, Moment, Period, Repeat, TimePhrase
from core.when.wall import WallTime, day_bounds, wall
from core.when.wall import zone as find_zone

MAX_WORDS = 300
FAR = 200
"""Years."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Timing:
    """What the words mean. Local times are naive and belong to `zone`."""

    meaning: Meaning
    zone: str
    placed: bool = False
    """The person named the zone."""
    hour_said: bool = True
    """False when only a day or a part of one was said."""
    day_said: bool = True
    """False for "at 3" alone."""
    length: timedelta | None = None
    instant: datetime | None = None
    """Aware; what was counted in hours or minutes from now, exact over a change of the clocks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Current:
    """When a thing is that is to be moved: what is not said about its new time stays."""

    at: datetime
    """Aware."""
    whole_day: bool = False
    length: timedelta | None = None
    """Elapsed, of a timed event."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A stretch of time that a question is about; None means open. Instants, half-open."""

    start: datetime | None
    end: datetime | None
    moment: datetime | None = None
    """What an hour was said for; start and end are then its day."""


def timing(
    words: str, person: Person, now: datetime, *, asks: str, current: Current | None = None
) -> Timing:
    """What the words say. Raises UserError with a question when that is not clear."""
    if current is not None:
        words = _SAME_HOUR.sub("", words)
        if not words.strip():
            raise UserError("It has that time already. When shall it be instead?", asks=asks)
    shifted = current and _shifted(words, person, now, current)
    said = shifted or _read(words, person, now, asks)
    _within_reach(said.meaning, now, asks)
    return said if current is None or shifted else _kept(said, current, now)


_SAME_HOUR = re.compile(r"[\s,]*(?:at )?(?:the |this )?same (?:time|hour)(?!\w)", re.IGNORECASE)
"""Of a thing that moves: the hour that it has."""

_SHIFT = re.compile(
    r"(?:by |back |forward )?(?:by )?(.+?)(?: (later|back|earlier|sooner|forward))?", re.IGNORECASE
)


def _shifted(words: str, person: Person, now: datetime, current: Current) -> Timing | None:
    """ "1 hour later", "by 30 minutes", "2 days earlier": counted from the time that it has.

    Days keep the hour on the clock. What is over is counted from now.
    """
    match = _SHIFT.fullmatch(line(words)[:MAX_WORDS])
    if match is None:
        return None
    by = only_length(match[1], now.astimezone(find_zone(person.zone)), person)
    if by is None:
        return None
    by = -by if (match[2] or "").casefold() in ("earlier", "sooner", "forward") else by
    at = current.at if current.whole_day else max(current.at, now)
    old = wall(at, person.zone).local
    new = wall(at + by, person.zone).local if by % timedelta(days=1) else old + by
    whole = current.whole_day and not by % timedelta(days=1)
    return Timing(
        meaning=Day(on=new.date()) if whole else Moment(at=new),
        zone=person.zone,
        day_said=new.date() != old.date(),
    )


def _read(words: str, person: Person, now: datetime, asks: str) -> Timing:
    text = line(words)
    if not text:
        raise UserError("When? Say it like “tomorrow at 9” or “Friday 14:00”.", asks=asks)
    if len(text) > MAX_WORDS:
        raise _unread(text, asks)
    iso = _iso(text, person.zone)
    if iso is not None:
        return Timing(meaning=iso, zone=person.zone)
    text, place = named_zone(text)
    zone_name = place or person.zone
    phrases = read(text, now.astimezone(find_zone(zone_name)), person.habits)
    for phrase in phrases:
        if phrase.question is not None or isinstance(phrase.meaning, Impossible):
            raise UserError(
                phrase.question or "There is no such time. When do you mean?",
                buttons=_options(asks, phrase.options),
                asks=asks,
            )
    _nothing_missed(text, phrases, asks)
    meaning, length = _combined(phrases, asks)
    return Timing(
        meaning=meaning,
        zone=zone_name,
        placed=place is not None,
        hour_said=any(_names_hour(phrase) for phrase in phrases),
        day_said=_DAY_WORDS.search(text) is not None,
        length=length,
        instant=_counted(text, meaning, person, now),
    )


def _counted(text: str, meaning: Meaning, person: Person, now: datetime) -> datetime | None:
    if isinstance(meaning, Length):
        return now.astimezone(UTC) + meaning.of
    if isinstance(meaning, Moment) and meaning.timer:
        for phrase in read(text, now.astimezone(UTC), person.habits):
            if isinstance(phrase.meaning, Moment) and phrase.meaning.timer:
                return phrase.meaning.at.replace(tzinfo=UTC)
    return None


def _within_reach(meaning: Meaning, now: datetime, asks: str) -> None:
    """Refuse years that nobody plans for: every zone's clock must be able to show them."""
    match meaning:
        case Moment(at=at):
            bounds: tuple[date | None, ...] = (at,)
        case Day(on=day):
            bounds = (day,)
        case Period(start=start, end=end):
            bounds = (start, end)
        case Repeat(first=first):
            bounds = (first,)
        case Length(of=length):
            bounds = ()
            if length > timedelta(days=FAR * 365):
                raise UserError("That is too far away for me.", asks=asks)
        case _:
            bounds = ()
    if any(bound is not None and abs(bound.year - now.year) > FAR for bound in bounds):
        raise UserError(
            f"That year is too far away: I keep the {FAR} years before and after now.", asks=asks
        )


_DAY_WORDS = re.compile(
    r"\b(mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b"
    r"|\b(to(day|night|nite)\w*|tom\w*|tmrw?|yest\w*|weekend|day|days|weeks?|months?|years?|now)\b"
    r"|\b(next|this|last|coming|in|after|within|christmas|easter|new year\S*)\b"
    r"|\d(st|nd|rd|th)\b|\d\s*[/.-]\s*\d+\s*[/.-]|\d/\d|\d{4}-",
    re.IGNORECASE,
)


def _kept(said: Timing, current: Current, now: datetime) -> Timing:
    """The new time with the day, or the hour, of the old one where none was said.

    A day that is over is not kept: "at 5" for yesterday's reminder means the next five o'clock.
    """
    old = wall(current.at, said.zone).local
    today = wall(now, said.zone).local.date()
    keeps_day = not said.day_said and old.date() >= today
    match said.meaning:
        case Day(on=day) if not current.whole_day:
            at = datetime.combine(day, old.time())
            return replace(said, meaning=Moment(at=at), hour_said=True)
        case Moment(at=at, timer=False) if keeps_day:
            if said.meaning.bare_hour and at.hour >= 19 and old.date() > today:
                # The morning was passed over because today's is over: that day's is not.
                at -= timedelta(hours=12)
            return replace(said, meaning=Moment(at=datetime.combine(old.date(), at.time())))
        case Repeat(at=at, first=first) as repeat:
            kept_at = at if current.whole_day or at is not None else old.time()
            kept_first = old.date() if first is None and old.date() >= today else first
            return replace(said, meaning=replace(repeat, at=kept_at, first=kept_first))
        case Period(start=datetime() as start, end=datetime() as end) if keeps_day:
            shift = old.date() - start.date()
            return replace(said, meaning=Period(start=start + shift, end=end + shift))
    return said


_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?)?", re.IGNORECASE
)


def _iso(text: str, zone_name: str) -> Meaning | None:
    """ "2026-11-23", "2026-11-23T14:00", and two of them with a slash between."""
    parts = [_ISO.fullmatch(part.strip()) for part in text.split("/")]
    if not 1 <= len(parts) <= 2 or None in parts:
        return None
    values = [_iso_value(part, zone_name) for part in parts if part is not None]
    if len(values) == 2:
        start, end = values
        if isinstance(end, datetime) != isinstance(start, datetime):
            raise UserError("Give both ends of that time as dates, or both with an hour.")
        if not isinstance(end, datetime):
            end += timedelta(days=1)
        return Period(start=start, end=end)
    (value,) = values
    return Moment(at=value) if isinstance(value, datetime) else Day(on=value)


def _iso_value(match: re.Match[str], zone_name: str) -> date | datetime:
    day, clock_time, offset = match.groups()
    try:
        if clock_time is None:
            return date.fromisoformat(day)
        if offset is None:
            return datetime.fromisoformat(f"{day}T{clock_time}").replace(second=0)
        return wall(datetime.fromisoformat(f"{day}T{clock_time}{offset.upper()}"), zone_name).local
    except ValueError:
        raise UserError(
            f"“{match.group()}” is not in the calendar; check the day and the hour."
        ) from None


def _nothing_missed(text: str, phrases: Iterable[TimePhrase], asks: str) -> None:
    """Refuse words that hold a number which is not in any phrase: it was meant to count."""
    rest = list(text)
    found = False
    for phrase in phrases:
        found = True
        for begin, end in phrase.places:
            rest[begin:end] = " " * (end - begin)
    missed = " ".join("".join(rest).split())
    if found and not any(char.isdigit() for char in missed):
        return
    raise _unread(missed if found else text, asks)


def _unread(words: str, asks: str) -> UserError:
    return UserError(
        f"I could not read “{clipped(words, 60)}” as a time. Say it like “tomorrow at 9”, "
        "“Friday 14:00–15:30” or “every Monday at 8”.",
        asks=asks,
    )


def _combined(phrases: Iterable[TimePhrase], asks: str) -> tuple[Meaning, timedelta | None]:
    """The one time that is said, and a length said beside it."""
    lengths = [p.meaning.of for p in phrases if isinstance(p.meaning, Length)]
    times = [p for p in phrases if not isinstance(p.meaning, Length)]
    length = lengths[0] if lengths else None
    if not times:
        return Length(of=lengths[0]), None
    if len(times) > 1:
        raise UserError(
            f"Which do you mean: {' or '.join(f'“{p.text}”' for p in times)}?",
            buttons=_options(asks, [p.text for p in times]),
            asks=asks,
        )
    return times[0].meaning, length


_PARTS = re.compile(
    r"\b(morning|noon|midday|lunch\w*|afternoon|evening|night|tonight|end of (?:the )?day|eod"
    r"|weekend)\b",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"\d\s*:\s*\d\d|\d\s*[ap]\.?m\b|\d\s*h\b|\bat\s+\w|o'?clock|\b(half|quarter|past|to)\b\s+\w"
    r"|T\d\d|\bnoon\b|\bmidday\b|\bmidnight\b",
    re.IGNORECASE,
)


def _names_hour(phrase: TimePhrase) -> bool:
    """Whether the phrase names an hour, rather than a day or a part of one."""
    meaning = phrase.meaning
    match meaning:
        case Moment():
            said = True
        case Period():
            said = isinstance(meaning.start, datetime) or isinstance(meaning.end, datetime)
        case Repeat():
            said = meaning.at is not None
        case _:
            return False
    if not said or not _PARTS.search(phrase.text):
        return said
    return _CLOCK.search(re.sub(r"\bat (?:the )?(?=night|noon|end)", "", phrase.text)) is not None


def _options(asks: str, options: Iterable[str]) -> tuple[Button, ...]:
    made = (option(words, f"{asks} {words}", words) for words in options)
    return tuple(button for button in made if button is not None)


def ask_about(rule: Rule, first: date, asks: str) -> None:
    """Raises UserError with a question about days that not every month or year has."""
    question = rule.doubt(first)
    if question is None or rule.by_month_day or rule.by_day:
        # What the words spelled out, reading them has asked about already.
        return
    raise UserError(question, asks=asks)


def window(words: str, person: Person, now: datetime, *, asks: str) -> Window:
    """The stretch of time that a question is about, in instants; a moment means its day."""
    said = timing(words, person, now, asks=asks)
    start: date | datetime | None
    end: date | datetime | None
    moment = None
    match said.meaning:
        case Moment(at=at):
            start, end = at.date(), at.date() + timedelta(days=1)
            moment = WallTime(local=at, zone=said.zone).instant() if said.hour_said else None
        case Day(on=day):
            start, end = day, day + timedelta(days=1)
        case Period(start=datetime() as start, end=None):
            # "after 5 on Friday" is of that day.
            end = start.date() + timedelta(days=1)
        case Period(start=start, end=end):
            pass
        case Length(of=length):
            return Window(start=now, end=now + length)
        case _:
            raise UserError(
                "Which days do you mean? Say it like “tomorrow” or “next week”.", asks=asks
            )
    return Window(start=_bound(start, said.zone), end=_bound(end, said.zone), moment=moment)


def _bound(bound: date | datetime | None, zone_name: str) -> datetime | None:
    if bound is None:
        return None
    if isinstance(bound, datetime):
        return WallTime(local=bound, zone=zone_name).instant()
    return day_bounds(bound, zone_name)[0]


def day_words(day: date, person: Person, now: datetime) -> str:
    """ "today", "tomorrow", "yesterday" or "Fri 27 Nov"."""
    today = wall(now, person.zone).local.date()
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    return near.get((day - today).days) or show_day(day, today=today)


def day_of(words: str, person: Person, now: datetime, *, asks: str) -> date | datetime:
    """The one day, or the moment with an hour, that words name."""
    said = timing(words, person, now, asks=asks)
    match said.meaning:
        case Day(on=day):
            return day
        case Moment(at=at):
            return at if said.hour_said else at.date()
        case Period(start=date() as start):
            return start
    raise UserError("Which day do you mean? Say it like “Friday”.", asks=asks)
