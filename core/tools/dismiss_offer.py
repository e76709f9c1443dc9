"""Leave what was offered."""

from core.offers import DISMISSED, waiting
from core.people import ToolContext
from core.ports import OfferKind, Work
from core.tool import Outcome, tool


@tool(undoable=False, for_models=False)
def dismiss_offer(work: Work, context: ToolContext, *, offer: str) -> Outcome:
    """Do not keep what was offered."""
    found = waiting(work, context, offer, *OfferKind)
    work.offers.close(context.owner.id, found.code, DISMISSED)
    said = "All right, I leave it."
    return Outcome(result=said, said=said)
