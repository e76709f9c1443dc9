"""Make an event."""

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Annotated

from pydantic import Field

from core import events, heads_up, titles
from core.cards import Look, card
from core.people import ToolContext
from core.ports import Work
from core.rows import Event
from core.settings import lead_words, zone_hint
from core.spans import meal_hour, span
from core.tool import Outcome, Reach, tool

_DAYS = re.compile(r"\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d", re.ASCII)
"""A first and a last day: it lasts for them. A day alone may be that of a meal."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """The event that is to be stored, and what it overlaps."""

    event: Event
    overlaps: list[events.Overlap]


async def look_up(
    reach: Reach,
    context: ToolContext,
    *,
    title: str,
    when: str,
    duration: str = "",
    location: str = "",
    description: str = "",
) -> Planned:
    """Work out its time, and look for what else is then."""
    owner, now = context.owner, context.now
    name, overflow = titles.title(title, asks="/event", question="What should the event be called?")
    at = span(when, owner, now, asks=f"/event {name}", length=duration or None)
    one_day = at.end - at.start == timedelta(days=1) and not _DAYS.fullmatch(when.strip())
    if at.all_day and at.rrule is None and one_day:
        hour = meal_hour(name, owner.habits)
        words = f"{at.start:%Y-%m-%d}T{hour:%H:%M}" if hour else when
        at = span(words, owner, now, asks=f"/event {name}", length=duration or None)
    event = events.planned(
        at,
        title=name,
        via=str(context.speaker),
        location=titles.line(location)[: titles.MAX_TITLE],
        description=titles.body(f"{overflow}\n{description}", what="A description"),
    )
    start, end = events.reach(event, now)
    others = await reach.store.read(partial(events.between, owner=owner.id, start=start, end=end))
    return Planned(event=event, overlaps=events.overlaps(event, others, now))


@tool(gather=look_up)
def create_event(
    work: Work,
    context: ToolContext,
    gathered: Planned,
    *,
    title: str,
    when: Annotated[str, Field(description="all time words: tomorrow 12-1:30, every Monday 9-10")],
    duration: str = "",
    location: str = "",
    description: str = "",
) -> Outcome:
    """Put an event in the calendar. Whole day if no hour is said, but for meals."""
    owner, now = context.owner, context.now
    stored = work.events.add(owner.id, gathered.event)
    found = gathered.overlaps
    warnings = events.warnings(found, stored, owner, now)
    if stored.until_at is not None and stored.until_at <= now:
        warnings.append("in the past")
    shown = card(stored, owner, now, Look(fresh=True, changed=True, warnings=tuple(warnings)))
    said = [events.soft_notes(found), _reminded(work, context, stored), zone_hint(work, owner)]
    return Outcome(
        result=f"Event made: {shown.line()}",
        said="\n".join(part for part in said if part),
        cards=(events.asking(shown, stored, found),),
    )


def _reminded(work: Work, context: ToolContext, event: Event) -> str:
    """What is said of the reminder that the person wants before every event."""
    lead = context.owner.lead
    if lead is None:
        return ""
    reminder = heads_up.make(work, context, event, timedelta(minutes=lead))
    if reminder is None and event.rrule and not event.all_day:
        return f"{lead_words(lead).capitalize()} before is another day: no reminder comes of it."
    if reminder is None:
        return ""
    return f"⏰ #{reminder.number} reminds you {lead_words(lead)} before."
