"""Make a reminder."""

from core.cards import Look, card, zone_hint
from core.people import ToolContext
from core.ports import Work
from core.reminders import reminder_text, ring, rung
from core.rows import Reminder
from core.tool import Outcome, tool


@tool
def create_reminder(work: Work, context: ToolContext, *, text: str, when: str) -> Outcome:
    """Remind of something, once or repeatedly."""
    words = reminder_text(text, asks="/remind", question="What shall I remind you of?")
    owner, now = context.owner, context.now
    at = ring(when, owner, now, asks=f"/remind {words}")
    fresh = Reminder(
        text=words,
        at_local=at.local,
        zone=at.zone,
        via=str(context.speaker),
        address=context.address,
    )
    stored = work.reminders.add(owner.id, rung(fresh, at))
    shown = card(stored, owner, now, Look(fresh=True, changed=True))
    return Outcome(result=f"Reminder made: {shown.line()}", said=zone_hint(owner), cards=(shown,))
