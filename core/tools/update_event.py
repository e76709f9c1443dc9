"""Change an event, a series, or one occurrence of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from core import cards, events, heads_up, titles
from core.cards import Look, card
from core.deletion import chosen, day_words, which_part, whole
from core.errors import UserError
from core.lengths import changed_length
from core.people import ToolContext
from core.ports import Work
from core.references import Found, Sought, find
from core.rows import Event
from core.spans import Span, span
from core.times import timing
from core.tool import Outcome, Reach, tool
from core.values import Button, CardKind
from core.when.values import Moment
from core.when.wall import WallTime, wall


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """What is to be stored."""

    event: Event
    """The row as it will be; not stored yet when it is taken out of a series."""
    series: Event | None
    """The series without that occurrence."""
    overlaps: Sequence[events.Overlap]
    changed: bool


async def look_up(
    reach: Reach,
    context: ToolContext,
    *,
    event: str,
    title: str = "",
    when: str = "",
    duration: str = "",
    location: str = "",
    description: str = "",
    occurrence: str = "",
) -> Planned:
    """Find the event, work out how it will be, and look for what else is then."""
    owner, now = context.owner, context.now
    only_when = not (title or duration or location or description)
    command = f"/move {{}} {when}".rstrip() if only_when else ""
    sought = Sought(kinds=(CardKind.EVENT,), command=command)

    def found_row(work: Work) -> Found:
        return find(work, context, event, sought, on=occurrence)

    found = await reach.store.read(found_row)
    row = found.thing
    assert isinstance(row, Event)
    named = f"{cards.ref(row)}/{found.occurrence}" if found.occurrence else cards.ref(row)
    if only_when and not when:
        raise _when(row, f"/move {named}")
    base, series = _part(row, found, occurrence, when, context, only_when=only_when)
    changed = _texts(base, title, location, description)
    if when or duration:
        at = _span(base, when, duration, context, asks=f"/move {named}")
        changed = events.moved(changed, at, asks=f"/move {named}")
    start, end = events.reach(changed, now)

    def others(work: Work) -> list[Event]:
        return work.events.between(owner.id, start, end)

    rows = await reach.store.read(others) if when or duration else []
    rows = [series if series and other.id == series.id else other for other in rows]
    return Planned(
        event=changed,
        series=series,
        overlaps=events.overlaps(changed, rows, now),
        changed=changed != row,
    )


@tool(gather=look_up)
def update_event(
    work: Work,
    context: ToolContext,
    gathered: Planned,
    *,
    event: str,
    title: str = "",
    when: str = "",
    duration: str = "",
    location: str = "",
    description: str = "",
    occurrence: Annotated[str, Field(description="day of one occurrence, or all")] = "",
) -> Outcome:
    """Change or move an event."""
    owner, now = context.owner, context.now
    if not gathered.changed:
        said = "It is like that already."
        return Outcome(result=said, said=said, cards=(card(gathered.event, owner, now),))
    notes = [events.soft_notes(gathered.overlaps)]
    if gathered.series is not None:
        work.events.save(owner.id, gathered.series)
        stored = work.events.add(owner.id, gathered.event)
        heads_up.take_out(work, context, gathered.series, stored)
        notes.append("Only this one; the rest of the series stays.")
    else:
        before = work.events.get(owner.id, gathered.event.id)
        stored = work.events.save(owner.id, gathered.event)
        heads_up.follow(work, context, before or stored, stored)
    warnings = tuple(events.warnings(gathered.overlaps, stored, owner, now))
    shown = card(stored, owner, now, Look(changed=True, warnings=warnings))
    return Outcome(
        result=f"Changed: {shown.line()}",
        said="\n".join(note for note in notes if note),
        cards=(events.asking(shown, stored, gathered.overlaps),),
    )


_UNTIL = re.compile(r"(?:until|till|to) (.+)", re.IGNORECASE)


def _when(row: Event, move: str) -> UserError:
    return UserError(
        f"When shall {cards.name(row)} be instead?",
        buttons=(Button(label="Find a free time", command=move.replace("/move", "/free", 1)),),
        asks=move,
    )


def _part(
    row: Event,
    found: Found,
    occurrence: str,
    when: str,
    context: ToolContext,
    *,
    only_when: bool,
) -> tuple[Event, Event | None]:
    """What is to be changed: the row, or one occurrence and the series without it."""
    if row.rrule is None:
        return row, None
    start = chosen(row, found, occurrence, context)
    if start is not None:
        return events.detached(row, start), events.without(row, start)
    if whole(found, occurrence):
        return row, None
    if only_when:
        raise _which(row, when, context)
    raise which_part_of_change(row, context)


def _which(row: Event, when: str, context: ToolContext) -> UserError:
    """Ask whether one or all; the answer carries the new time."""
    asked = which_part(row, context, "Move", "/move")
    buttons = []
    for button in asked.buttons:
        made = cards.option(button.label, f"{button.command} {when}", "")
        if made is not None and made.command:
            buttons.append(made)
    return UserError(str(asked), buttons=tuple(buttons))


def which_part_of_change(row: Event, context: ToolContext) -> UserError:
    day = day_words(events.coming(row, context.now), context)
    return UserError(
        f"{cards.name(row)} is a series. Say “only {day}” or “all of it” with what shall change."
    )


def _texts(base: Event, title: str, location: str, description: str) -> Event:
    changed = base
    if title:
        name, overflow = titles.title(title, asks="/event", question="What is its new name?")
        changed = replace(changed, title=name)
        description = description or overflow
    if location:
        place = "" if location.casefold() == "none" else titles.line(location)
        changed = replace(changed, location=place[: titles.MAX_TITLE])
    if description:
        changed = replace(changed, description=titles.replaced(description))
    return changed


def _span(base: Event, when: str, duration: str, context: ToolContext, *, asks: str) -> Span:
    owner, now = context.owner, context.now
    start: datetime = events.coming(base, now)
    if when:
        current = events.current(base, start)
        return span(when, owner, now, asks=asks, length=duration or None, current=current)
    begins = WallTime(local=start, zone=base.zone).instant()
    until = _UNTIL.fullmatch(duration.strip())
    if until and not base.all_day:
        said = timing(until[1], owner, now, asks=asks, current=events.current(base, start))
        if isinstance(said.meaning, Moment):
            ends = WallTime(local=said.meaning.at, zone=said.zone).instant()
            duration = f"{int((ends - begins).total_seconds() // 60)} minutes"
            if ends <= begins:
                raise UserError("An event ends after it starts; check the time.", asks=asks)
    before = base.length if base.all_day else cards.elapsed(base)
    length = changed_length(duration, before, owner, now)
    if base.all_day and length % timedelta(days=1):
        raise UserError("At what time does it begin? Say it like “at 9”.", asks=asks)
    end = start + length if base.all_day else wall(begins + length, base.zone).local
    return Span(
        start=start, end=end, zone=base.zone, all_day=base.all_day, rrule=None, day_said=False
    )
