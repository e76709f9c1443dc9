"""Change the settings."""

from dataclasses import replace
from datetime import time
from typing import Annotated, Any

from pydantic import Field

from core import onboarding, settings
from core.cards import clock as reads_clock
from core.cards import option
from core.errors import UserError
from core.people import Person, ToolContext
from core.ports import Work
from core.titles import line
from core.tool import Outcome, Reach, tool
from core.values import Button
from core.when.show import WEEKDAYS, show_time
from core.when.values import Habits
from core.whereabouts import zone_of


async def look_up(
    reach: Reach, context: ToolContext, *, zone: str = "", **others: str
) -> str | None:
    """The zone of the place that was said."""
    return await zone_of(reach, zone, command="/settings zone") if zone.strip() else None


@tool(gather=look_up, undoable=False)
def change_settings(
    work: Work,
    context: ToolContext,
    gathered: str | None,
    *,
    zone: Annotated[str, Field(description="city or IANA name")] = "",
    name: str = "",
    summary_at: Annotated[str, Field(description="HH:MM or off")] = "",
    quiet_hours: Annotated[str, Field(description="22:00-07:00 or off")] = "",
    clock: Annotated[str, Field(description="24 or 12")] = "",
    morning: str = "",
    noon: str = "",
    afternoon: str = "",
    evening: str = "",
    night: str = "",
    day_end: str = "",
    week_start: str = "",
    summary_when_empty: str = "",
    language: Annotated[str, Field(description="of your answers, or auto")] = "",
    lead: Annotated[str, Field(description="to remind before new events: 15 minutes or off")] = "",
) -> Outcome:
    """Change the person's settings."""
    before, now = context.owner, context.now
    parts = {
        "morning": morning,
        "noon": noon,
        "afternoon": afternoon,
        "evening": evening,
        "night": night,
        "day_end": day_end,
    }
    # The stored row may be newer than the one that the message was opened with.
    after = stored = work.people.get(before.id) or before
    if gathered is not None:
        after = replace(after, zone=gathered, zone_known=True)
    if name.strip():
        called = "" if line(name).casefold() == "none" else line(name)
        after = replace(after, name=called[: settings.MAX_NAME])
    if summary_at.strip():
        off = line(summary_at).casefold() in settings.OFF
        at = (
            None
            if off
            else settings.clock_time(summary_at, "The summary", asks="/settings summary_at")
        )
        after = replace(after, summary_at=at)
    if quiet_hours.strip():
        begins, ends = settings.hours(quiet_hours) or (None, None)
        after = replace(after, quiet_from=begins, quiet_until=ends)
    if clock.strip():
        after = replace(after, clock_24h=_hours(clock) == 24)
    if summary_when_empty.strip():
        wanted = settings.yes_or_no(summary_when_empty, "A summary on empty days")
        after = replace(after, summary_when_empty=wanted)
    if language.strip():
        after = replace(after, language=settings.language(language))
    if lead.strip():
        after = replace(after, lead=settings.lead(lead, after, now))
    after = replace(after, habits=_habits(after, parts, week_start))
    if after == stored:
        given = any([*parts.values(), zone, name, summary_at, quiet_hours, clock, week_start])
        given = given or any([language, lead, summary_when_empty])
        words = "It is set like that already." if given else settings.show(stored, now)
        if zone.strip() == stored.zone:
            words = f"Your zone stays {stored.zone}."
        return Outcome(result=words, said=words, buttons=_menu(context))
    if (after.zone, after.summary_at) != (stored.zone, stored.summary_at):
        after = settings.with_next_summary(after, now)
    after = work.people.save(after)
    told = _told(stored, after, context)
    if after.zone != stored.zone:
        moved = settings.moved_words(settings.move_zone(work, stored, after, now))
        told += [moved] if moved else []
    words = "\n".join(told)
    if after.zone_known and not stored.zone_known and not stored.welcomed:
        return onboarding.go_on(work, after, words)
    buttons = (*_back(stored, after), *_menu(context))
    return Outcome(result=words, said=words, changed=True, buttons=buttons)


def _menu(context: ToolContext) -> tuple[Button, ...]:
    """Back to the menu, for who came from there."""
    if not context.text.startswith("/settings"):
        return ()
    return (Button(label="‹ Settings", command="/settings"),)


def _habits(person: Person, parts: dict[str, str], week_start: str) -> Habits:
    said = {
        part: settings.clock_time(words, f"The {part.replace('_', ' ')}")
        for part, words in parts.items()
        if words.strip()
    }
    hours: dict[str, Any] = dict(said)
    habits = replace(person.habits, **hours)
    if week_start.strip():
        habits = replace(habits, week_start=settings.weekday(week_start))
    return settings.in_order(habits) if habits != person.habits else habits


def _hours(words: str) -> int:
    plain = line(words).casefold().removesuffix("hours").removesuffix("hour").removesuffix("h")
    plain = plain.strip(" -")
    if plain not in ("12", "24"):
        raise UserError("The clock has 12 or 24 hours.")
    return int(plain)


def _told(before: Person, after: Person, context: ToolContext) -> list[str]:
    """What is different now, one a line."""
    told = []
    reads = reads_clock(after)
    if before.zone != after.zone or before.zone_known != after.zone_known:
        told.append(settings.zone_words(after, context.now))
    if before.name != after.name:
        told.append(f"I call you {after.name}." if after.name else "I call you by no name.")
    if before.clock_24h != after.clock_24h:
        told.append(f"The clock has {reads} hours.")
    if _summary(before) != _summary(after):
        told.append(f"Summary: {settings.summary_words(after)}.")
    if _quiet(before) != _quiet(after):
        told.append(f"Quiet hours: {settings.quiet_words(after)}.")
    if before.language != after.language:
        told.append(
            f"When a language model answers, it does so in {settings.language_words(after)}. "
            "Cards, menus and receipts are in English."
            if after.language
            else "When a language model answers, it does so in the language that you write in."
        )
    if before.lead != after.lead:
        told.append(
            "I make no reminders of your new events."
            if after.lead is None
            else f"I remind you {settings.lead_words(after.lead)} before each event that you make."
        )
    for part in settings.PARTS:
        at = getattr(after.habits, part)
        if getattr(before.habits, part) != at:
            told.append(f"{part.replace('_', ' ').capitalize()}: {show_time(at, clock=reads)}.")
    if before.habits.week_start != after.habits.week_start:
        told.append(f"The week starts on {WEEKDAYS[after.habits.week_start]}.")
    return told


def _back(before: Person, after: Person) -> tuple[Button, ...]:
    """One tap to each old value."""
    old = {
        "zone": (before.zone, after.zone),
        "name": (before.name or "none", after.name or "none"),
        "clock": ("24" if before.clock_24h else "12", "24" if after.clock_24h else "12"),
        "summary_at": (_hour(before.summary_at), _hour(after.summary_at)),
        "quiet_hours": (_quiet(before), _quiet(after)),
        "summary_when_empty": (
            "on" if before.summary_when_empty else "off",
            "on" if after.summary_when_empty else "off",
        ),
        "language": (before.language or "auto", after.language or "auto"),
        "lead": (_lead(before), _lead(after)),
        "week_start": (
            WEEKDAYS[before.habits.week_start],
            WEEKDAYS[after.habits.week_start],
        ),
        **{
            part: (_hour(getattr(before.habits, part)), _hour(getattr(after.habits, part)))
            for part in settings.PARTS
        },
    }
    made = [
        option(f"Back: {name.replace('_', ' ')} {was}", f"/settings {name} {was}", "")
        for name, (was, now) in old.items()
        if was != now
    ]
    return tuple(button for button in made if button is not None)


def _lead(person: Person) -> str:
    return "off" if person.lead is None else settings.lead_words(person.lead)


def _summary(person: Person) -> tuple[time | None, bool]:
    return person.summary_at, person.summary_when_empty


def _quiet(person: Person) -> str:
    if person.quiet_from is None:
        return "off"
    return f"{_hour(person.quiet_from)}-{_hour(person.quiet_until)}"


def _hour(at: time | None) -> str:
    return f"{at:%H:%M}" if at else "off"
