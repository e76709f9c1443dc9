"""Find free time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import Annotated

from pydantic import Field

from core import agenda, cards, events
from core.agenda import Entry
from core.conflicts import Span, free
from core.deletion import chosen
from core.errors import UserError
from core.lengths import duration as read_length
from core.people import Person, ToolContext
from core.ports import Work
from core.references import Found, Sought, find
from core.rows import Event
from core.times import window
from core.tool import Outcome, Reach, tool
from core.values import Button, CardKind
from core.when.show import show_span
from core.when.wall import wall

MOST_SLOTS = 3
MOST_LISTED = 8
USUAL = timedelta(hours=1)
AHEAD = timedelta(days=14)
WORKDAYS = range(5)
WHOLE_DAY = (time(), time())


@dataclass(frozen=True, kw_only=True, slots=True)
class Gathered:
    """Free slots, and the reference of the event that may move into one."""

    slots: Sequence[Span]
    move: str = ""
    event: Event | None = None
    moment: datetime | None = None
    """An hour that was asked about, and what is then or next."""
    then: Sequence[Entry] = ()
    after: Entry | None = None


async def look_up(
    reach: Reach, context: ToolContext, *, duration: str = "", when: str = "", event: str = ""
) -> Gathered:
    """Expand all events of the window and look for the gaps."""
    owner, now = context.owner, context.now
    row: Event | None = None
    move = ""
    length = read_length(duration, owner, now) if duration.strip() else USUAL
    at = now
    if event.strip():
        sought = Sought(kinds=(CardKind.EVENT,), command="/free {}")

        def found_row(work: Work) -> Found:
            return find(work, context, event, sought)

        found = await reach.store.read(found_row)
        assert isinstance(found.thing, Event)
        row = found.thing
        start_local = chosen(row, found, "", context) or events.coming(row, now)
        if row.all_day:
            raise UserError(
                f"{cards.name(row)} takes whole days; say which day it shall be.",
                asks=f"/move {cards.ref(row)}",
            )
        current = events.current(row, start_local)
        move, at = cards.ref(row, start_local if row.rrule else None), current.at
        length = length if duration.strip() else current.length or USUAL
    moment = window(when, owner, now, asks="/free").moment if when.strip() and not row else None
    if moment is not None and not duration.strip():
        return await _at(reach, owner, moment, now)
    start, end = _window(when, at, owner, now)
    rows = await reach.store.read(partial(events.between, owner=owner.id, start=start, end=end))
    busy = [
        (found.start, found.end)
        for other in rows
        if not other.all_day and (row is None or row.rrule or other.id != row.id)
        for found in events.series(other).occurrences(start, end)
    ]
    part_of_day = _hours_said(when, start, end, owner)
    slots = free(
        busy,
        start,
        end,
        length,
        zone=owner.zone,
        hours=WHOLE_DAY if part_of_day else _hours(owner, row, at, length),
        weekdays=_weekdays(when, owner, row, at, start, end),
        most=MOST_SLOTS if row else MOST_LISTED,
        whole=row is None and not duration.strip(),
    )
    return Gathered(slots=slots, move=move, event=row)


async def _at(reach: Reach, owner: Person, moment: datetime, now: datetime) -> Gathered:
    """What is at an hour, and what comes next on that day."""
    day = wall(moment, owner.zone).local.date()
    start, end = agenda.days(day, 1, owner)
    rows = await reach.store.read(partial(events.between, owner=owner.id, start=start, end=end))
    entries = agenda.compose(now, start, end, agenda.Rows(events=rows)).entries
    timed = [entry for entry in entries if not entry.event.all_day]
    return Gathered(
        slots=(),
        moment=moment,
        then=[entry for entry in timed if entry.at.start <= moment < entry.at.end],
        after=next((entry for entry in timed if entry.at.start > moment), None),
    )


@tool(gather=look_up, changes=False)
def find_free_time(
    work: Work,
    context: ToolContext,
    gathered: Gathered,
    *,
    duration: str = "",
    when: str = "",
    event: Annotated[str, Field(description="to move this event")] = "",
) -> Outcome:
    """Find free time in the calendar."""
    owner, now = context.owner, context.now
    if gathered.moment is not None:
        return _whether(gathered, gathered.moment, owner, now)
    words = [_words(slot, owner, now) for slot in gathered.slots]
    if not words:
        said = "I found no free time there. Name other days or a shorter time."
        return Outcome(result=said, said=said)
    if gathered.event is None:
        said = "\n".join(["Free:", *words])
        return Outcome(result=said, said=said)
    said = f"{cards.name(gathered.event)} could move to {', '.join(words[:-1])}"
    said = f"{said} or {words[-1]}." if len(words) > 1 else f"{said}{words[-1]}."
    buttons = [
        Button(
            label=words_,
            command=f"/move {gathered.move} {wall(start, owner.zone).local:%Y-%m-%dT%H:%M}",
        )
        for (start, _), words_ in zip(gathered.slots, words, strict=True)
    ]
    return Outcome(result=said, said=said, buttons=tuple(buttons), asks=f"/move {gathered.move}")


def _whether(gathered: Gathered, moment: datetime, owner: Person, now: datetime) -> Outcome:
    """Yes or no for an hour."""
    hour = cards.moment(moment, owner, now)
    if gathered.then:
        shown = tuple(agenda.entry_card(entry, owner, now) for entry in gathered.then)
        said = f"No, {hour} is taken:"
        lines = "\n".join(card.line() for card in shown)
        return Outcome(result=f"{said}\n{lines}", said=said, cards=shown)
    said = f"Yes, {hour} is free."
    if gathered.after is None:
        return Outcome(result=said, said=said)
    shown = (agenda.entry_card(gathered.after, owner, now),)
    said = f"{said} Next that day:"
    return Outcome(result=f"{said}\n{shown[0].line()}", said=said, cards=shown)


def _words(slot: Span, owner: Person, now: datetime) -> str:
    start, end = (wall(at, owner.zone).local for at in slot)
    return show_span(start, end, today=cards.today(owner, now), clock=cards.clock(owner))


def _window(when: str, at: datetime, owner: Person, now: datetime) -> Span:
    """From now on, or from the day of the event on that is to move, never in the past."""
    if when.strip():
        meant = window(when, owner, now, asks="/free")
        start = max(meant.start or now, now)
        end = meant.end or start + AHEAD
        if end <= start:
            raise UserError("That has passed. Name a day that is ahead.", asks="/free")
        return start, end
    day = wall(at, owner.zone).local.date()
    begins = cards.day_start(day, owner)
    start = max(now, begins)
    return start, start + AHEAD


def _hours_said(when: str, start: datetime, end: datetime, owner: Person) -> bool:
    """Whether the window is a part of one day, as in "tomorrow 2-6pm"."""
    local = wall(end, owner.zone).local
    return bool(when.strip()) and local.time() != time() and end - start < timedelta(days=1)


def _hours(owner: Person, row: Event | None, at: datetime, length: timedelta) -> tuple[time, time]:
    """Working hours; for an event outside of them the hours around its own."""
    usual = (owner.habits.morning, owner.habits.day_end)
    if row is None:
        return usual
    local = wall(at, owner.zone).local
    ends = local + length
    if usual[0] <= local.time() and ends.date() == local.date() and ends.time() <= usual[1]:
        return usual
    around = timedelta(hours=3)
    return ((local - around).time(), (ends + around).time())


def _weekdays(
    when: str, owner: Person, row: Event | None, at: datetime, start: datetime, end: datetime
) -> Sequence[int]:
    """Workdays, unless the event or the days that were named are at the weekend."""
    if row is not None and wall(at, owner.zone).local.weekday() not in WORKDAYS:
        return range(7)
    if when.strip():
        first = wall(start, owner.zone).local.date()
        last = wall(end - timedelta(seconds=1), owner.zone).local.date()
        named = {(first + timedelta(days=n)).weekday() for n in range((last - first).days + 1)}
        if not named & set(WORKDAYS):
            return range(7)
    return WORKDAYS
