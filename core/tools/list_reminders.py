"""List reminders."""

from datetime import UTC, datetime

from core.groups import has_no
from core.happening import Near, at
from core.listing import listed
from core.people import ToolContext
from core.ports import Work
from core.references import matches
from core.rows import Reminder, ReminderStatus
from core.times import window
from core.tool import Outcome, tool

FAR = datetime(9990, 1, 1, tzinfo=UTC)
LIVE = frozenset({ReminderStatus.ACTIVE, ReminderStatus.FIRED})


@tool(changes=False)
def list_reminders(work: Work, context: ToolContext, *, when: str = "", text: str = "") -> Outcome:
    """List reminders that are ahead or wait for a reaction."""
    owner = context.owner
    found = work.reminders.find(owner.id, statuses=LIVE)
    if when:
        within = window(when, owner, context.now, asks="/reminders")
        near = Near(start=within.start or context.now, end=within.end or FAR)
        found = [row for row in found if at(row, near, context) is not None]
    if text:
        fits, nearly = matches(text, found)
        found = [row for row in fits or nearly if isinstance(row, Reminder)]
    nothing = "No reminders match that." if when or text else has_no(owner, "reminders")
    return listed(found, context, what="reminder", nothing=nothing)
