"""When a reminder goes off."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import NoReturn

from core.cards import clock, option
from core.errors import UserError
from core.people import Person
from core.rows import Pin, Reminder, ReminderStatus
from core.times import Current, Timing, ask_about, timing
from core.titles import line, visible
from core.when.recurrence import align, expand, next_after
from core.when.rule import Freq, Rule
from core.when.show import show_moment, show_time
from core.when.values import Day, Length, Moment, Period, Repeat
from core.when.wall import WallTime, wall

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ring:
    """When a reminder goes off."""

    local: datetime
    zone: str
    pin: Pin
    explicit: bool
    rrule: str | None
    next_local: datetime
    next_at: datetime
    day_said: bool = True
    """False for "at 3" alone."""


_AT_THE_END = re.compile(r"\b(?:end of|late)\b", re.IGNORECASE)


def ring(
    words: str, person: Person, now: datetime, *, asks: str, current: Current | None = None
) -> Ring:
    """When a reminder is to go off. Raises UserError for what is past, impossible or unclear."""
    said = timing(words, person, now, asks=asks, current=current)
    local_now = wall(now, said.zone).local
    if isinstance(said.meaning, Repeat):
        return _ringing(said, said.meaning, person, now, asks)
    match said.meaning:
        case Moment(at=at):
            local = at
        case Length():
            local = local_now
        case Day(on=day):
            local = _on_day(day, person, local_now)
        case Period(start=datetime() as start):
            local = start
        case Period(start=date() as start, end=end):
            begun = start < local_now.date() or _AT_THE_END.search(words) is not None
            last = start if end is None or not begun else end - timedelta(days=1)
            local = _on_day(last, person, local_now)
        case _:
            raise UserError("From when? Say it like “tomorrow at 9”.", asks=asks)
    timer = said.instant is not None
    at = (said.instant or WallTime(local=local, zone=said.zone).instant()).replace(microsecond=0)
    if timer:
        local = wall(at, said.zone).local
    if at <= now:
        refuse_past(local, said.zone, person, now, asks=asks)
    pin = Pin.TIMER if timer else Pin.PLACE if said.placed else Pin.PERSON
    return Ring(
        local=local,
        zone=said.zone,
        pin=pin,
        explicit=timer or said.hour_said,
        rrule=None,
        next_local=local,
        next_at=at,
        day_said=said.day_said,
    )


def _on_day(day: date, person: Person, local_now: datetime) -> datetime:
    """The hour for a reminder of which only the day was said: the morning, or today the next
    part of the day that is still ahead."""
    habits = person.habits
    morning = datetime.combine(day, habits.morning)
    if day != local_now.date() or morning > local_now:
        return morning
    parts = (habits.noon, habits.afternoon, habits.evening, habits.night)
    ahead = (datetime.combine(day, part) for part in parts)
    return next((at for at in ahead if at > local_now), morning)


def _ringing(said: Timing, repeat: Repeat, person: Person, now: datetime, asks: str) -> Ring:
    rule = Rule.parse(repeat.rule)
    first, explicit = _first(rule, repeat, said.zone, person, now)
    ask_about(rule, first.date(), asks)
    coming = next_after(rule, first, said.zone, now)
    if coming is None:
        raise UserError("That repetition is already over; give a later end.", asks=asks)
    return Ring(
        local=first,
        zone=said.zone,
        pin=Pin.PLACE if said.placed else Pin.PERSON,
        explicit=explicit and said.hour_said,
        rrule=str(rule),
        next_local=coming[0],
        next_at=coming[1],
    )


def _first(
    rule: Rule, repeat: Repeat, zone_name: str, person: Person, now: datetime
) -> tuple[datetime, bool]:
    """The first occurrence of a repetition and whether its hour was said."""
    local_now = wall(now, zone_name).local.replace(second=0, microsecond=0)
    if repeat.at is None and rule.freq is Freq.HOURLY:
        return align(rule, local_now + timedelta(hours=rule.interval)), True
    at = repeat.at or person.habits.morning
    first = align(rule, datetime.combine(repeat.first or local_now.date(), at))
    implied = repeat.first is None or repeat.first == local_now.date()
    if implied and first <= local_now:
        tomorrow = datetime.combine(local_now.date() + timedelta(days=1), at)
        first = align(rule, tomorrow)
    return first, repeat.at is not None


def refuse_past(
    local: datetime, zone_name: str, person: Person, now: datetime, *, asks: str
) -> NoReturn:
    """Say that a time has passed and offer the next sensible one."""
    today = wall(now, zone_name).local
    again = datetime.combine(today.date(), local.time().replace(second=0, microsecond=0))
    if WallTime(local=again, zone=zone_name).instant() <= now:
        again += timedelta(days=1)
    reads = clock(person)
    hour = show_time(again, clock=reads)
    passed = (
        f"Today {hour}"
        if local.date() == today.date()
        else show_moment(local, today=today, clock=reads)
    )
    day = "Today" if again.date() == today.date() else "Tomorrow"
    iso = (
        f"{wall(WallTime(local=again, zone=zone_name).instant(), person.zone).local:%Y-%m-%dT%H:%M}"
    )
    button = option(f"{day} {hour}", f"{asks} {iso}", iso)
    raise UserError(
        f"{passed} has passed. {day} at {hour}?",
        buttons=(button,) if button else (),
        asks=asks,
    )


MAX_WORDS = 2000


def reminder_text(text: str, *, asks: str, question: str) -> str:
    """What to remind of, as one line. Raises UserError when it is empty or too long."""
    words = line(text)
    if not visible(words):
        raise UserError(question, asks=asks)
    if len(words) > MAX_WORDS:
        raise UserError(
            f"A reminder takes up to {MAX_WORDS:,} characters; this has {len(words):,}. "
            "Keep the long text as a note with “remember …”."
        )
    return words


def rung(reminder: Reminder, at: Ring) -> Reminder:
    """The reminder, set to go off then."""
    return replace(
        reminder,
        at_local=at.local,
        zone=at.zone,
        pin=at.pin,
        rrule=at.rrule,
        status=ReminderStatus.ACTIVE,
        next_at=at.next_at,
        next_local=at.next_local,
        explicit=at.explicit,
    )


def rearmed(reminder: Reminder, now: datetime) -> Reminder:
    """An active reminder with what is derived worked out anew: FIRED when nothing is ahead."""
    rule = Rule.parse(reminder.rrule) if reminder.rrule else None
    coming = next_after(rule, reminder.at_local, reminder.zone, now)
    if coming is None:
        return replace(reminder, status=ReminderStatus.FIRED, next_at=None, next_local=None)
    return replace(reminder, status=ReminderStatus.ACTIVE, next_local=coming[0], next_at=coming[1])


def skipped(reminder: Reminder) -> Reminder:
    """A repeating reminder without its next time: the series begins at the one after that."""
    rule = Rule.parse(reminder.rrule or "")
    if reminder.next_at is None or reminder.next_local is None:
        return reminder
    after = next_after(rule, reminder.at_local, reminder.zone, reminder.next_at)
    if after is None:
        return replace(reminder, status=ReminderStatus.DONE, next_at=None, next_local=None)
    local, at = after
    if rule.count is not None:
        gone = expand(rule, reminder.at_local, reminder.zone, _EPOCH, at)
        rule = replace(rule, count=rule.count - sum(1 for _ in gone))
    return replace(reminder, at_local=local, rrule=str(rule), next_local=local, next_at=at)


def retimed(reminder: Reminder, at: Ring, now: datetime) -> Reminder:
    """A repeating reminder at another time of day."""
    rule = Rule.parse(reminder.rrule or "")
    first = align(rule, datetime.combine(reminder.at_local.date(), at.local.time()))
    moved = replace(
        reminder, at_local=first, zone=at.zone, explicit=at.explicit, pin=_pin(at, reminder)
    )
    return rearmed(moved, now)


def _pin(at: Ring, reminder: Reminder) -> Pin:
    return at.pin if at.zone != reminder.zone else reminder.pin


def current(reminder: Reminder) -> Current:
    """When the reminder goes off, or went off last, to be moved."""
    local = reminder.next_local or reminder.at_local
    return Current(at=WallTime(local=local, zone=reminder.zone).instant())
