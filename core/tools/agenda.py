"""What a day or week holds."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Annotated

from pydantic import Field

from core.agenda import (
    MOST_DAYS,
    Agenda,
    agenda_cards,
    compose,
    conflict_words,
    days,
    heading,
    read,
)
from core.people import OwnerKind, ToolContext
from core.ports import Work
from core.times import day_words, window
from core.tool import Outcome, Reach, tool
from core.values import Button
from core.when.wall import wall

MOST_CARDS = 40


async def look_up(reach: Reach, context: ToolContext, *, when: str = "") -> Outcome:
    """Read the rows in one unit; all that takes time happens outside of it."""
    owner, now = context.owner, context.now
    today = wall(now, owner.zone).local.date()
    start, end = days(today, 1, owner)
    if when.strip():
        meant = window(when, owner, now, asks="/agenda")
        start = meant.start or start
        end = meant.end or start + timedelta(days=7)
        end = min(end, start + timedelta(days=MOST_DAYS))
    rows = await reach.store.read(partial(read, owner=owner.id, start=start, end=end))
    return _told(compose(now, start, end, rows), context)


@tool(gather=look_up, changes=False)
def agenda(
    work: Work,
    context: ToolContext,
    gathered: Outcome,
    *,
    when: Annotated[str, Field(description="a day or this week; default today")] = "",
) -> Outcome:
    """Events, due tasks and reminders of a day or week."""
    return gathered


def _told(found: Agenda, context: ToolContext) -> Outcome:
    title = _title(found.start, found.end, context)
    if found.empty:
        said = f"Nothing {'on ' if title[0].isupper() else ''}{title}."
        if context.owner.kind is OwnerKind.GROUP:
            said += " Your own day is in our private chat."
        # "This week" is all but over on its last day.
        over = found.end - context.now < timedelta(days=1) < found.end - found.start
        ahead = (Button(label="The next 7 days", command="/week"),) if over else ()
        return Outcome(result=said, said=said, buttons=ahead)
    shown = agenda_cards(found, context.owner, context.now, MOST_CARDS)
    words = [f"{title[0].upper()}{title[1:]}: {heading(found)}."]
    if conflict := conflict_words(found):
        words.append(conflict)
    if found.count > MOST_CARDS:
        words.append(f"{found.count - MOST_CARDS} more are not shown; name a shorter time.")
    said = "\n".join(words)
    lines = "\n".join(one.line() for one in shown)
    return Outcome(
        result=f"{said}\n{lines}", said=said, cards=tuple(shown), buttons=_buttons(found)
    )


def _buttons(found: Agenda) -> tuple[Button, ...]:
    if not found.conflicts:
        return ()
    later = found.conflicts[0][1]
    code = f"{later.event.code}@{later.event.version}"
    if later.event.rrule:
        code += f"/{later.at.local:%Y-%m-%dT%H:%M}"
    return (Button(label="Find another time", command=f"/free {code}"),)


def _title(start: datetime, end: datetime, context: ToolContext) -> str:
    """ "today", "Fri 27 Nov", "Mon 23 Nov – Sun 29 Nov"."""
    owner, now = context.owner, context.now
    first = wall(start, owner.zone).local.date()
    last: date = wall(end - timedelta(seconds=1), owner.zone).local.date()
    words = day_words(first, owner, now)
    return words if first == last else f"{words} – {day_words(last, owner, now)}"
