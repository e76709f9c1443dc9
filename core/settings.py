"""A person's settings in words, and what a change of zone moves."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from core.cards import clock, name
from core.errors import UserError
from core.languages import NAMES, language_named
from core.lengths import duration
from core.people import OwnerKind, Person, next_summary
from core.ports import TaskQuery, Work
from core.reminders import rearmed
from core.rows import Pin, Reminder, ReminderStatus, TaskStatus
from core.tasks import Due, with_due
from core.titles import line
from core.when.show import WEEKDAYS, show_moment, show_time, show_zone
from core.when.values import Habits
from core.when.wall import wall

PARTS = ("morning", "noon", "afternoon", "evening", "night", "day_end")
OFF = frozenset({"off", "none", "no", "never", "false", "disable", "disabled"})
ON = frozenset({"on", "yes", "true", "always", "enable", "enabled"})
MAX_NAME = 100
LONGEST_LEAD = timedelta(days=28)
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d\d))?\s*([ap])?\.?m?\.?", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """What a change of zone did."""

    followed: tuple[Reminder, ...]
    """They ring at the same time of day in the new zone."""
    stayed: int
    """They ring at the same moment as before."""
    events: bool
    """There are some, which stay where they are."""


def show(person: Person, now: datetime) -> str:
    """All settings, one a line."""
    reads = clock(person)
    local = wall(now, person.zone).local
    habits = person.habits
    parts = ", ".join(
        f"{part.replace('_', ' ')} {show_time(getattr(habits, part), clock=reads)}"
        for part in PARTS
    )
    known = "" if person.zone_known else " (a guess: tell me your city)"
    return "\n".join(
        [
            f"name: {person.name or '–'}",
            f"zone: {person.zone}{known}, now {show_moment(local, today=local, clock=reads)}",
            f"clock: {reads} hours",
            f"summary: {summary_words(person)}",
            f"quiet hours: {quiet_words(person)}",
            f"event reminders: {_lead(person)}",
            f"language: {language_words(person)}",
            f"day: {parts}",
            f"week starts: {WEEKDAYS[habits.week_start]}",
        ]
    )


def summary_words(person: Person) -> str:
    if person.summary_at is None:
        return "off"
    empty = "" if person.summary_when_empty else ", silent on empty days"
    return f"daily at {show_time(person.summary_at, clock=clock(person))}{empty}"


def summary_hour(person: Person) -> str:
    return f"{person.summary_at:%H:%M}" if person.summary_at else "off"


def lead_words(minutes: int) -> str:
    """How long before an event: "15 minutes", "1 hour", "2 days"."""
    for unit, size in (("day", 24 * 60), ("hour", 60)):
        if minutes and minutes % size == 0:
            count = minutes // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{minutes} minute{'' if minutes == 1 else 's'}"


def _lead(person: Person) -> str:
    return "off" if person.lead is None else f"{lead_words(person.lead)} before"


def language_words(person: Person) -> str:
    """The language that a model answers in."""
    known = NAMES.get(person.language)
    return known[0] if known else "as you write"


def quiet_words(person: Person) -> str:
    if person.quiet_from is None or person.quiet_until is None:
        return "off"
    reads = clock(person)
    begins, ends = (show_time(at, clock=reads) for at in (person.quiet_from, person.quiet_until))
    return f"{begins}–{ends}"


def clock_time(words: str, what: str, *, asks: str | None = None) -> time:
    """A time of day: "8", "08:30", "7 pm", "noon". Raises UserError; `asks` is what another answer
    completes."""
    plain = line(words).casefold().removeprefix("at ")
    plain = {"noon": "12:00", "midday": "12:00", "midnight": "0:00"}.get(plain, plain)
    found = _CLOCK.fullmatch(plain)
    if found:
        hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half.casefold() == "p" else 0)
        elif half:
            hour = 99
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise UserError(f"{what} is a time of day such as 08:30 or 7 pm.", asks=asks)


def hours(words: str) -> tuple[time, time] | None:
    """ "22:00-07:00"; None for off. Raises UserError."""
    asks = "/settings quiet_hours"
    plain = line(words).casefold()
    if plain in OFF:
        return None
    bounds = re.split(r"\s*(?:-|–|—|\bto\b|\buntil\b)\s*", plain.removeprefix("from "))
    if len(bounds) != 2:
        raise UserError("Quiet hours are like 22:00-07:00, or off.", asks=asks)
    begins, ends = (clock_time(bound, "Each end of quiet hours", asks=asks) for bound in bounds)
    if begins == ends:
        raise UserError(
            "Quiet hours begin and end at different times; say off for none.", asks=asks
        )
    return begins, ends


def yes_or_no(words: str, what: str) -> bool:
    plain = line(words).casefold()
    if plain in ON or plain in OFF:
        return plain in ON
    raise UserError(f"{what} is on or off.")


def language(words: str) -> str:
    """The code of a language, "" for the one that the person writes. Raises UserError."""
    plain = line(words)
    if plain.casefold() in OFF | {"auto", "as i write", "mine", "any", "same"}:
        return ""
    code = language_named(plain)
    if code is None:
        raise UserError(
            f"I do not know the language “{plain[:40]}”. Name it in English, such as Portuguese, "
            "or say auto for the one that you write in.",
            asks="/settings language",
        )
    return code


def lead(words: str, person: Person, now: datetime) -> int | None:
    """Minutes before an event, None for no reminder. Raises UserError."""
    plain = line(words).casefold()
    plain = re.sub(r" (?:before|ahead|earlier|in advance)$", "", plain)
    if plain in OFF | {"not at all"}:
        return None
    try:
        length = duration(plain, person, now)
    except UserError:
        length = timedelta.max
    if length > LONGEST_LEAD:
        raise UserError(
            "I can remind you from a minute to 28 days before an event. Say it like “15 minutes”.",
            asks="/settings lead",
        )
    return int(length.total_seconds() // 60)


def weekday(words: str) -> int:
    """0 is Monday. Raises UserError."""
    plain = line(words).casefold()
    if len(plain) >= 2:
        for number, day in enumerate(WEEKDAYS):
            if day.casefold().startswith(plain):
                return number
    raise UserError("The week starts on a day such as Monday or Sunday.")


def in_order(habits: Habits) -> Habits:
    """The habits, if the parts of the day follow each other. Raises UserError."""
    day = (habits.morning, habits.noon, habits.afternoon, habits.evening, habits.night)
    if list(day) != sorted(set(day)):
        raise UserError(
            "Morning, noon, afternoon, evening and night come in this order; "
            "check the hour, or change the next one too."
        )
    if habits.day_end <= habits.morning:
        raise UserError("The working day ends after the morning begins; check the hour.")
    return habits


def zone_words(person: Person, now: datetime) -> str:
    """What the zone is now, with the time there, so that a wrong one is noticed."""
    local = wall(now, person.zone).local
    there = show_moment(local, today=local, clock=clock(person))
    whose = "This group's" if person.kind is OwnerKind.GROUP else "Your"
    return f"{whose} zone is {person.zone}: it is {there} there."


def relocated(work: Work, person: Person, zone: str, now: datetime) -> tuple[Person, str]:
    """The person in the zone that they told, stored with what moves, and that in words."""
    after = replace(person, zone=zone, zone_known=True)
    after = work.people.save(with_next_summary(after, now))
    told = [zone_words(after, now)]
    if after.zone != person.zone:
        moved = move_zone(work, person, after, now)
        told += [moved_words(moved)] if moved.followed or moved.stayed else []
    return after, "\n".join(told)


def move_zone(work: Work, before: Person, after: Person, now: datetime) -> Moved:
    """Let what belongs to the person follow them: habits, and tasks due on a day.

    What is pinned to a place and what was counted from now stays. So does a reminder whose time
    of day has just passed in the new zone: it would be lost.
    """
    followed, stayed = [], 0
    active = frozenset({ReminderStatus.ACTIVE})
    for row in work.reminders.find(after.id, statuses=active):
        moved = rearmed(replace(row, zone=after.zone), now)
        if row.pin is not Pin.PERSON or row.zone == after.zone or moved.next_at is None:
            stayed += 1
            continue
        followed.append(work.reminders.save(after.id, moved))
    still_open = frozenset(status for status in TaskStatus if status.open)
    for task in work.tasks.find(after.id, TaskQuery(statuses=still_open)):
        if task.due_day and task.due_local is not None and task.zone == before.zone:
            due = Due(local=task.due_local, day=True, zone=after.zone)
            work.tasks.save(after.id, with_due(task, due))
    return Moved(followed=tuple(followed), stayed=stayed, events=bool(work.events.all(after.id)))


def moved_words(moved: Moved) -> str:
    """What a change of zone did, in a sentence; "" for nothing."""
    parts = []
    if moved.followed:
        names = ", ".join(name(row) for row in moved.followed[:3])
        more = len(moved.followed) - 3
        more_words = f" and {more} more" if more > 0 else ""
        one = len(moved.followed) == 1
        keep = "keeps its time of day and follows" if one else "keep their time of day and follow"
        parts.append(f"{names}{more_words} {keep} you.")
    if moved.stayed:
        parts.append(
            f"{moved.stayed} reminder{' stays' if moved.stayed == 1 else 's stay'} at the same "
            "moment."
        )
    if moved.events:
        parts.append("Events keep their own zone.")
    return " ".join(parts)


def with_next_summary(person: Person, now: datetime) -> Person:
    return replace(person, summary_next=next_summary(person, now))


def zone_hint(work: Work, person: Person) -> str:
    """One sentence while the person's zone is only a guess, with the first thing that has an hour;
    "" else."""
    if person.zone_known:
        return ""
    reminders = work.reminders.find(person.id, statuses=frozenset(ReminderStatus), limit=2)
    if len(reminders) + len(work.events.all(person.id)) > 1:
        return ""
    return (
        f"I take your clock to be {show_zone(person.zone)} time. If it is not, tell me your city: "
        "“/settings zone Lisbon”."
    )
