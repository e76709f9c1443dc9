"""Show the settings."""

from core.people import ToolContext
from core.ports import Work
from core.settings import show
from core.tool import Outcome, tool


@tool(changes=False)
def show_settings(work: Work, context: ToolContext) -> Outcome:
    """Show the person's settings."""
    words = show(context.owner, context.now)
    hint = "Change one with “/settings zone Lisbon” or “/settings summary 07:30”."
    return Outcome(result=words, said=f"{words}\n{hint}")
