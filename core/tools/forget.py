"""Forget something for good."""

from dataclasses import replace

from core import cards
from core.cards import clipped, option
from core.errors import Stale, UserError
from core.people import ToolContext
from core.ports import Work
from core.references import Sought, find
from core.rows import Note
from core.titles import line
from core.tool import Outcome, tool
from core.values import CardKind

SHORTEST = 5
"""Fewer characters would blank half of the conversation."""


@tool(undoable=False)
def forget(work: Work, context: ToolContext, *, what: str, confirmed: bool = False) -> Outcome:
    """Erase a note and where it was said. Asks first."""
    sought = Sought(kinds=(CardKind.NOTE,), command="/forget {}")
    try:
        note = find(work, context, what, sought).thing
    except Stale:
        raise
    except UserError as error:
        if error.buttons or not _said(what):
            raise
        return _forget_words(work, context, line(what), confirmed=confirmed)
    assert isinstance(note, Note)
    if not confirmed:
        yes = option("Yes, forget it", f"/forget {cards.ref(note)} yes", "")
        raise UserError(
            f"Forget {cards.name(note)}, also where you said it? That cannot be undone.",
            buttons=(yes,) if yes else (),
            asks=f"/forget {cards.ref(note)}",
        )
    return _forget_note(work, context, note)


def _forget_note(work: Work, context: ToolContext, note: Note) -> Outcome:
    owner = context.owner.id
    for text in {note.text, line(note.text), clipped(line(note.text), 60).rstrip("…")}:
        work.turns.redact(owner, text)
    work.undo.forget(owner, note.id)
    blank = work.notes.save(owner, replace(note, text="", source=""))
    work.notes.remove(owner, blank)
    said = f"Forgotten: #{note.number}."
    return Outcome(result=said, said=said)


def _forget_words(work: Work, context: ToolContext, words: str, *, confirmed: bool) -> Outcome:
    """No note says it: blank where it was said."""
    if not confirmed:
        yes = option("Yes, erase it", f"/forget {words} yes", "yes")
        raise UserError(
            "No note says that. Shall I erase every message with exactly these words? "
            "That cannot be undone.",
            buttons=(yes,) if yes else (),
            asks=f"/forget {words}",
        )
    count = work.turns.redact(context.owner.id, words, but=int(context.message_id))
    if count:
        said = f"Erased from {count} message{'' if count == 1 else 's'}."
    else:
        said = "No message holds exactly these words; “/find” shows what I know."
    return Outcome(result=said, said=said, changed=count > 0)


def _said(what: str) -> bool:
    """Words of a conversation, rather than a number or code."""
    plain = line(what)
    return len(plain) >= SHORTEST and not plain.lstrip("#").isdigit() and "@" not in plain
