"""Keep a note."""

from core import titles
from core.cards import Look, card
from core.errors import UserError
from core.people import ToolContext
from core.ports import Work
from core.rows import Note
from core.tool import Outcome, tool


@tool
def remember(work: Work, context: ToolContext, *, text: str) -> Outcome:
    """Keep a fact in the person's own words."""
    words = titles.body(text, what="A note")
    if not titles.visible(words):
        raise UserError("What shall I remember?", asks="/remember")
    owner, now = context.owner, context.now
    known = next((note for note in work.notes.all(owner.id) if _same(note.text, words)), None)
    if known is not None:
        said = "I know that already."
        return Outcome(result=said, said=said, cards=(card(known, owner, now),))
    stored = work.notes.add(owner.id, Note(text=words, via=str(context.speaker)))
    shown = card(stored, owner, now, Look(fresh=True, changed=True))
    return Outcome(result=f"Noted: {shown.line()}", cards=(shown,))


def _same(one: str, other: str) -> bool:
    return titles.line(one).casefold().rstrip(".!") == titles.line(other).casefold().rstrip(".!")
