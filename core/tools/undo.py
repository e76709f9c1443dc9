"""Take changes back."""

import re
from typing import Annotated

from pydantic import Field

from core.cards import card
from core.errors import UserError
from core.people import ToolContext
from core.ports import UndoEntry, Work
from core.tool import Outcome, tool
from core.undo import MOST_AT_ONCE, ago, entries, entry_of, take_back, take_back_batch, words
from core.values import Button, ToolTurn

_BATCH = re.compile(r"o[0-9a-z]{7}")
_REF = re.compile(r"([tern][0-9a-z]{7})@(\d{1,9})", re.IGNORECASE)


@tool(undoable=False)
def undo(
    work: Work,
    context: ToolContext,
    *,
    count: int = 1,
    what: Annotated[str, Field(description="a card's code@version")] = "",
) -> Outcome:
    """Take back the last changes."""
    chosen = [_named(work, context, what)] if what.strip() else _last(work, context, count)
    for entry in chosen:
        if entry.batch and take_back_batch(work, context, entry):
            return Outcome(result="", more=True)
    said = [_told(work, context, entry) for entry in chosen]
    restored = take_back(work, context, chosen)
    cards = [card(thing, context.owner, context.now) for thing in restored]
    text = "\n".join(said)
    lines = "\n".join(shown.line() for shown in cards)
    return Outcome(result=f"{text}\n{lines}", said=text, cards=tuple(cards))


def _told(work: Work, context: ToolContext, entry: UndoEntry) -> str:
    told = f"Undone: {words(entry)} ({ago(entry.at, context.now)})."
    kept = work.events.batch_size(context.owner.id, entry.batch) if entry.batch else 0
    if kept == 1:
        told += " One that you changed since then stays."
    elif kept:
        told += f" {kept:,} that you changed since then stay."
    return told


def _last(work: Work, context: ToolContext, count: int) -> list[UndoEntry]:
    if not 1 <= count <= MOST_AT_ONCE:
        raise UserError(f"I can undo 1 to {MOST_AT_ONCE} changes at once.")
    found = entries(work, context)
    setting = _setting_last(work, context) if count == 1 else None
    if setting is not None:
        raise UserError("Your last change was to a setting. Take it back?", buttons=setting)
    if not found:
        raise UserError("There is nothing to undo: I keep what you changed in the last 24 hours.")
    return found[:count]


def _setting_last(work: Work, context: ToolContext) -> tuple[Button, ...] | None:
    """The ways back, if the last thing that was done changed a setting."""
    for entry in reversed(work.turns.recent(context.owner.id, 3)):
        turn = entry.turn
        if isinstance(turn, ToolTurn) and turn.name == "change_settings" and turn.buttons:
            return turn.buttons
        if isinstance(turn, ToolTurn) and turn.changed:
            return None
    return None


def _named(work: Work, context: ToolContext, what: str) -> UndoEntry:
    batch = what.strip().lower()
    imported = [entry for entry in entries(work, context) if entry.batch and entry.batch == batch]
    if imported:
        return imported[0]
    if _BATCH.fullmatch(batch):
        raise UserError("That was undone already, or is too long ago.")
    named = _REF.fullmatch(what.strip())
    if named is None:
        raise UserError("Say “undo” for your last change, or “undo 3” for the last three.")
    entry = entry_of(work, context, named[1].lower(), int(named[2]))
    if entry is None:
        now = work.coded(context.owner.id, named[1].lower())
        shown = (card(now, context.owner, context.now),) if now else ()
        raise UserError("That was undone already, or is too long ago.", cards=shown)
    return entry
