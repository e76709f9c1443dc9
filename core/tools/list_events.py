"""List events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated

from pydantic import Field

from core import agenda, events
from core.agenda import Entry
from core.cards import Look, card
from core.groups import has_no
from core.listing import MOST_LISTED, told
from core.people import ToolContext
from core.ports import Work
from core.references import matches
from core.rows import Event
from core.times import window
from core.tool import Outcome, Reach, tool
from core.values import Card
from core.when.wall import wall

AHEAD = timedelta(days=30)
AHEAD_BY_TEXT = timedelta(days=366)


@dataclass(frozen=True, kw_only=True, slots=True)
class Gathered:
    """Occurrences in time order, each series once when it is looked for by text."""

    entries: Sequence[Entry]


async def look_up(
    reach: Reach,
    context: ToolContext,
    *,
    when: str = "",
    text: str = "",
    conflicts: bool = False,
    limit: int = MOST_LISTED,
) -> Gathered:
    """Read the events and expand series outside of the unit."""
    owner, now = context.owner, context.now
    start = agenda.days(wall(now, owner.zone).local.date(), 1, owner)[0]
    end = start + (AHEAD_BY_TEXT if text else AHEAD)
    if when.strip():
        meant = window(when, owner, now, asks="/events")
        start = meant.start or start
        end = meant.end or start + AHEAD
    rows = await reach.store.read(partial(events.between, owner=owner.id, start=start, end=end))
    if text:
        fits, nearly = matches(text, rows)
        rows = [row for row in fits or nearly if isinstance(row, Event)]
    found = agenda.compose(now, start, end, agenda.Rows(events=rows))
    entries = found.entries
    if text:
        first: dict[str, Entry] = {}
        for entry in entries:
            if entry.at.end > now:
                first.setdefault(entry.event.id, entry)
        entries = tuple(first.values()) or entries
    if limit < len(entries):
        entries = tuple(entry for entry in entries if entry.at.start > now)[: max(1, limit)]
    if conflicts:
        entries = tuple(entry for entry in entries if entry.overlaps and entry.at.end > now)
    return Gathered(entries=entries)


@tool(gather=look_up, changes=False)
def list_events(
    work: Work,
    context: ToolContext,
    gathered: Gathered,
    *,
    when: str = "",
    text: str = "",
    conflicts: Annotated[bool, Field(description="only those that overlap")] = False,
    limit: int = MOST_LISTED,
) -> Outcome:
    """List calendar events; default the next 30 days."""
    found = gathered.entries
    nothing = "No events match that."
    if conflicts:
        nothing = "No events overlap."
    elif not text:
        nothing = "No events then." if when else has_no(context.owner, "events in the next 30 days")
    if len(found) == 1:
        cards = [_whole(found[0], context)]
    else:
        shown = found[:MOST_LISTED]
        cards = [agenda.entry_card(entry, context.owner, context.now) for entry in shown]
    return told(cards, total=len(found), what="event", nothing=nothing)


def _whole(entry: Entry, context: ToolContext) -> Card:
    """One alone has its buttons."""
    return card(entry.event, context.owner, context.now, _look(entry))


def _look(entry: Entry) -> Look:
    occurrence: datetime | None = entry.at.local if entry.event.rrule else None
    return Look(occurrence=occurrence)
