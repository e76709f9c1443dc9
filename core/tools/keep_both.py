"""Leave an event where it is, though it overlaps another."""

from core.cards import Look, card
from core.people import ToolContext
from core.ports import Work
from core.references import Sought, find
from core.tool import Outcome, tool
from core.values import CardKind

BOTH = "Good, both stay."


@tool(changes=False, for_models=False)
def keep_both(work: Work, context: ToolContext, *, event: str) -> Outcome:
    """Show an event without the question what is to become of it."""
    found = find(work, context, event, Sought(kinds=(CardKind.EVENT,), command="/keep {}"))
    shown = card(found.thing, context.owner, context.now, Look(changed=True))
    return Outcome(result=BOTH, said=BOTH, cards=(shown,))
