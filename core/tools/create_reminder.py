"""Make a reminder."""

import re

from core import cards
from core.cards import Look, card
from core.errors import UserError
from core.events import coming
from core.lengths import only_length
from core.people import ToolContext
from core.ports import Work
from core.references import Sought, find
from core.reminders import reminder_text, ring, rung
from core.rows import Event, Reminder, Task, Thing
from core.settings import zone_hint
from core.tool import Outcome, tool
from core.values import CardKind
from core.when.phrases import read
from core.when.wall import WallTime, wall

_BEFORE = re.compile(r"(.{1,40}?)\s+(?:before|ahead of|prior to)\s+(?:the |my |our )?(\S.*)", re.I)


@tool
def create_reminder(work: Work, context: ToolContext, *, text: str, when: str) -> Outcome:
    """Remind of something, once or repeatedly; when may be "1 hour before" an event."""
    owner, now = context.owner, context.now
    ahead = _ahead_of(work, context, when)
    if ahead is not None:
        thing, named, when = ahead
        if named.casefold() in text.casefold():
            text = cards.naming(thing)
    words = reminder_text(text, asks="/remind", question="What shall I remind you of?")
    at = ring(when, owner, now, asks=f"/remind {words}")
    fresh = Reminder(
        text=words,
        at_local=at.local,
        zone=at.zone,
        via=str(context.speaker),
        address=context.later,
    )
    stored = work.reminders.add(owner.id, rung(fresh, at))
    shown = card(stored, owner, now, Look(fresh=True, changed=True))
    return Outcome(
        result=f"Reminder made: {shown.line()}", said=zone_hint(work, owner), cards=(shown,)
    )


def _ahead_of(work: Work, context: ToolContext, when: str) -> tuple[Thing, str, str] | None:
    """The row that "15 minutes before lunch" counts back from, the words for it, and the local
    time; None for all other times. Of a series the next occurrence counts."""
    match = _BEFORE.fullmatch(when.strip())
    if match is None:
        return None
    owner, now = context.owner, context.now
    length = only_length(match[1], now, owner)
    if length is None or any(
        phrase.end - phrase.begin == len(match[2]) for phrase in read(match[2], now, owner.habits)
    ):
        return None
    kinds = (CardKind.EVENT, CardKind.TASK)
    if match[2].casefold() in ("it", "that", "this"):
        shown = [code for code in (*context.replied, *context.shown) if code[0] in "et"]
        match_ref = shown[0] if len(shown) == 1 else match[2]
    else:
        match_ref = match[2]
    try:
        thing = find(work, context, match_ref, Sought(kinds=kinds, command="")).thing
    except UserError as error:
        ask = f"{error} At what time shall I remind you?"
        raise UserError(ask, asks=f"/remind {match[2]}") from None
    match thing:
        case Event(all_day=False):
            start = WallTime(local=coming(thing, now), zone=thing.zone).instant()
        case Task(due_at=due, due_day=False) if due is not None:
            start = due
        case _:
            raise UserError(
                f"{cards.name(thing)} has no hour to count back from. When shall I remind you?",
                asks=f"/remind {cards.naming(thing)}",
            )
    local = wall(start - length, owner.zone).local
    return thing, match[2], local.isoformat(timespec="minutes")
