"""Search what was said and kept."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from core.cards import LISTED, PLAIN, card, clipped, today
from core.errors import UserError
from core.groups import has_no
from core.listing import counted
from core.people import OwnerKind, ToolContext
from core.ports import Work
from core.times import window
from core.titles import line, visible
from core.tool import Outcome, Reach, tool
from core.values import MemoryFilter, Remembered
from core.when.show import show_date
from core.when.wall import wall

MOST = 20
MOST_QUERY = 500
MOST_SHOWN = 300
WORTH_SAYING = 0.4
"""Part of the best hit's score that a hit needs to be shown beside it."""
_KINDS = {
    "note": "note",
    "task": "task",
    "event": "event",
    "reminder": "reminder",
    "turn": "turn",
    "message": "turn",
    "conversation": "turn",
    "chat": "turn",
}


async def look_up(
    reach: Reach,
    context: ToolContext,
    *,
    query: str = "",
    kind: str = "",
    since: str = "",
    until: str = "",
    limit: int = 5,
) -> list[Remembered]:
    """Ask the memory."""
    if not visible(query):
        if line(kind).casefold().removesuffix("s") == "note":
            return await _newest(reach, context, limit)
        raise UserError("What shall I look for?", asks="/find")
    if not 1 <= limit <= MOST:
        raise UserError(f"I can show 1 to {MOST} things that I find.")
    kinds = frozenset[str]()
    if plain := line(kind).casefold().removesuffix("s"):
        if plain not in _KINDS:
            raise UserError("I can look in notes, tasks, events, reminders or messages.")
        kinds = frozenset({_KINDS[plain]})
    first, last = _days(since, context), _days(until, context)
    limits = MemoryFilter(
        kinds=kinds,
        since=first[0] if first else None,
        until=last[1] if last else None,
        limit=limit,
    )
    return await reach.recall.search(context, line(query)[:MOST_QUERY], limits)


async def _newest(reach: Reach, context: ToolContext, limit: int) -> list[Remembered]:
    """The last notes that were kept."""
    notes = await reach.store.read(lambda work: work.notes.all(context.owner.id, limit))
    return [
        Remembered(kind="note", row_id=note.id, text=note.text, at=note.created_at, code=note.code)
        for note in notes
    ]


@tool(gather=look_up, changes=False)
def search_memory(
    work: Work,
    context: ToolContext,
    gathered: Sequence[Remembered],
    *,
    query: Annotated[str, Field(description="empty with kind note: the newest")] = "",
    kind: Annotated[str, Field(description="note|task|event|turn")] = "",
    since: str = "",
    until: str = "",
    limit: int = 5,
) -> Outcome:
    """Look up what the person said or kept before."""
    if not gathered and not visible(query):
        hint = "Say “remember that …” and I keep one."
        said = has_no(context.owner, "notes yet", hint)
        return Outcome(result=said, said=said)
    if not gathered:
        said = f"I found nothing about “{clipped(line(query), 60)}”."
        return Outcome(result=said, said=said)
    owner, now = context.owner, context.now
    hits = _without_echoes(gathered)
    look = PLAIN if len(hits) == 1 else LISTED
    lines, cards = [], []
    for place, hit in enumerate(hits):
        thing = work.coded(owner.id, hit.code) if hit.code else None
        if thing is not None:
            cards.append(card(thing, owner, now, look))
        if hit.kind == "turn" or (hit.kind == "note" and place == 0 and visible(query)):
            lines.append(_quoted(hit, context))
    nothing_said = (
        "I found this:" if visible(query) else f"Your last {counted(len(cards), 'note')}:"
    )
    said = "\n".join(lines) or nothing_said
    return Outcome(
        result="\n".join([*lines, *(shown.line() for shown in cards)]),
        said=said,
        cards=tuple(cards),
    )


def _without_echoes(hits: Sequence[Remembered]) -> list[Remembered]:
    """Without the messages that only made a note which is found too."""
    notes = [line(hit.text).casefold() for hit in hits if hit.kind == "note"]
    return [
        hit
        for hit in hits
        if hit.kind != "turn" or not any(note in line(hit.text).casefold() for note in notes)
    ]


def _quoted(hit: Remembered, context: ToolContext) -> str:
    """You told me on 22 Nov: “Ana's daughter is called Inês”."""
    at = wall(hit.at, context.owner.zone).local
    day = show_date(at, today=today(context.owner, context.now))
    one_of_many = context.owner.kind is OwnerKind.GROUP and hit.speaker
    who = f"{hit.speaker} said" if one_of_many else "You told me"
    return f"{who} on {day}: “{clipped(line(hit.text), MOST_SHOWN)}”."


def _days(words: str, context: ToolContext) -> tuple[date | None, date | None] | None:
    """First and last local day that the words mean."""
    if not words.strip():
        return None
    meant = window(words, context.owner, context.now, asks="/find")
    zone = context.owner.zone
    first = wall(meant.start, zone).local.date() if meant.start else None
    last = wall(meant.end - timedelta(seconds=1), zone).local.date() if meant.end else None
    return first, last or first
