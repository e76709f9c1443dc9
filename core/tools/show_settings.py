"""Show the settings."""

from core.joining import listed, preferred
from core.linking import called
from core.people import OwnerKind, ToolContext
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
LINKED = (
    Button(label="Deliver to", command="/settings deliver"),
    Button(label="Linked accounts", command="/unlink"),
)


@tool(changes=False)
def show_settings(work: Work, context: ToolContext) -> Outcome:
    """Show the person's settings."""
    person = context.owner
    words = show(person, context.now)
    buttons: tuple[Button, ...] = MENU
    accounts = work.links.accounts(person.id) if person.kind is OwnerKind.PERSON else []
    if len(accounts) > 1:
        now = preferred(person, accounts)
        linked = listed([called(each, accounts) for each in accounts])
        words += f"\nlinked: {linked}; reminders come to {called(now or accounts[0], accounts)}"
        buttons = (*MENU, *LINKED)
    hint = "Tap what to change, or say it: “/settings zone Lisbon”."
    return Outcome(result=words, said=f"{words}\n{hint}", buttons=buttons)
