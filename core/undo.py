"""Taking back what was done: the last changes, newest first, within a day."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta

from core import cards, heads_up
from core.cards import card
from core.errors import Stale, UserError
from core.importing import PIECE
from core.people import ToolContext
from core.ports import Change, UndoEntry, Work
from core.reminders import rearmed
from core.rows import Reminder, ReminderStatus, Task, Thing
from core.values import Button

KEPT = 30
"""Entries that can be taken back."""
WINDOW = timedelta(hours=24)
MOST_AT_ONCE = 10

_DERIVED = frozenset({"version", "updated_at", "next_at", "next_local"})
"""Fields that move without anyone changing the row."""


def label(changes: Sequence[Change]) -> str:
    """What was done, in words: "made #12 call mom", "deleted 3 things"."""
    rows = net(changes)
    verbs = {_verb(change) for change in rows}
    verb = verbs.pop() if len(verbs) == 1 else "changed"
    if len(rows) == 1:
        return f"{verb} {cards.name(rows[0].after)}"
    return f"{verb} {len(rows)} things"


def words(entry: UndoEntry) -> str:
    """What the entry's request did, in words."""
    return entry.label if entry.batch else label(entry.changes)


def _verb(change: Change) -> str:
    before, after = change.before, change.after
    if isinstance(after, Reminder) and after.snoozes > _snoozes(before):
        return "snoozed"
    if before is None:
        return "made"
    if after.deleted_at is not None:
        return "deleted"
    if isinstance(before, Task) and isinstance(after, Task) and before.status != after.status:
        return "reopened" if after.status.open else "completed"
    if isinstance(before, Reminder) and isinstance(after, Reminder):
        if after.status is ReminderStatus.DONE:
            return "completed"
        if before.at_local != after.at_local:
            return "moved"
    return "changed"


def _snoozes(thing: Thing | None) -> int:
    return thing.snoozes if isinstance(thing, Reminder) else 0


def net(changes: Sequence[Change]) -> list[Change]:
    """The changes with each row once: from how it was first to how it was left."""
    rows: dict[str, Change] = {}
    for change in changes:
        known = rows.get(change.after.id)
        rows[change.after.id] = replace(change, before=known.before) if known else change
    return list(rows.values())


def entries(work: Work, context: ToolContext) -> list[UndoEntry]:
    """What can still be taken back, newest first."""
    oldest = context.now - WINDOW
    return [entry for entry in work.undo.recent(context.owner.id, KEPT) if entry.at >= oldest]


def take_back_batch(work: Work, context: ToolContext, entry: UndoEntry) -> bool:
    """Take events of an import out of the calendar with their reminders, as many as one unit may;
    those that were changed since stay. True when there are more."""
    owner = context.owner.id
    found = work.events.batch(owner, entry.batch, PIECE)
    for event in found:
        heads_up.remove(work, context, event)
        work.events.remove(owner, event)
    return len(found) == PIECE


def take_back(work: Work, context: ToolContext, chosen: Sequence[UndoEntry]) -> list[Thing]:
    """Put the rows of entries, newest first, back as they were; returns them as they are now.

    Raises UserError, with the rows as they stand, when one of them was changed since.
    """
    owner = context.owner.id
    restored: dict[str, Thing] = {}
    stands_for: dict[str, int] = {}
    for entry in chosen:
        rows = net(entry.changes)
        moved = [row for row in (_moved(work, context, change) for change in rows) if row]
        if moved:
            raise _changed_since(work, context, entry, moved)
        try:
            for change in reversed(rows):
                row_id = change.after.id
                version = stands_for.get(row_id, _version(work, context, change))
                after = replace(change.after, version=version)
                thing = work.restore(owner, replace(change, after=after))
                restored.pop(row_id, None)
                restored[row_id] = _alive(work, context, thing)
                if change.before is not None:
                    stands_for[row_id] = change.before.version
        except Stale:
            raise _changed_since(work, context, entry, []) from None
        work.undo.use(owner, entry.id)
    return list(restored.values())


def _moved(work: Work, context: ToolContext, change: Change) -> Thing | None:
    """The row as it stands, if it is not as the change left it."""
    now = work.coded(context.owner.id, change.after.code)
    if now is None:
        return None
    if change.after.deleted_at is None and _same(now, change.after):
        return None
    return now


def _same(now: Thing, then: Thing) -> bool:
    """Equal in all that a person sees: a reminder that went off since is still the same."""
    derived = _DERIVED | ({"status"} if _fired(now) else set())
    names = [field.name for field in fields(now) if field.name not in derived]
    return type(now) is type(then) and all(
        getattr(now, name) == getattr(then, name) for name in names
    )


def _fired(thing: Thing) -> bool:
    return isinstance(thing, Reminder) and thing.status is ReminderStatus.FIRED


def _version(work: Work, context: ToolContext, change: Change) -> int:
    """The version that is stored: an earlier undo made it grow."""
    now = work.coded(context.owner.id, change.after.code)
    return change.after.version if now is None else now.version


def _alive(work: Work, context: ToolContext, thing: Thing) -> Thing:
    """A reminder that is back is armed again, unless its time has passed meanwhile."""
    if not isinstance(thing, Reminder) or thing.deleted_at is not None:
        return thing
    if thing.status is not ReminderStatus.ACTIVE:
        return thing
    if thing.next_at is not None and thing.next_at > context.now:
        return thing
    armed = rearmed(thing, context.now)
    work.reminders.arm(
        context.owner.id,
        armed.id,
        next_at=armed.next_at,
        next_local=armed.next_local,
        status=armed.status,
    )
    return armed


def _changed_since(
    work: Work, context: ToolContext, entry: UndoEntry, moved: Sequence[Thing]
) -> UserError:
    """Why it cannot be taken back, and what can instead."""
    shown = tuple(card(thing, context.owner, context.now, cards.LISTED) for thing in moved)
    others = [other for other in entries(work, context) if other.id != entry.id]
    buttons = []
    if others:
        named = others[0].batch or cards.ref(net(others[0].changes)[-1].after)
        shown_as = cards.clipped(f"Undo: {words(others[0])}", 40)
        buttons.append(Button(label=shown_as, command=f"/undo {named}"))
    return UserError(
        f"I cannot undo “{words(entry)}”: it has changed since then.",
        buttons=tuple(buttons),
        cards=shown,
    )


def entry_of(work: Work, context: ToolContext, code: str, version: int) -> UndoEntry | None:
    """The entry that left the row at this version."""
    for entry in entries(work, context):
        for change in entry.changes:
            if change.after.code == code and change.after.version == version:
                return entry
    return None


def ago(at: datetime, now: datetime) -> str:
    """ "5 minutes ago"."""
    minutes = max(int((now - at).total_seconds() // 60), 0)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} minute{'' if minutes == 1 else 's'} ago"
    hours = minutes // 60
    return f"{hours} hour{'' if hours == 1 else 's'} ago"
