"""Show the settings."""

from core.people import ToolContext
from core.ports import Work
from core.settings import show
from core.tool import Outcome, tool
from core.values import Button

MENU = (
    Button(label="Time zone", command="/settings zone"),
    Button(label="Summary", command="/settings summary"),
    Button(label="Quiet hours", command="/settings quiet"),
    Button(label="Event reminders", command="/settings lead"),
    Button(label="Language", command="/settings language"),
)


@tool(changes=False)
def show_settings(work: Work, context: ToolContext) -> Outcome:
    """Show the person's settings."""
    words = show(context.owner, context.now)
    hint = "Tap what to change, or say it: “/settings zone Lisbon”."
    return Outcome(result=words, said=f"{words}\n{hint}", buttons=MENU)
