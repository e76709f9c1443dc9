"""Offer the time zone of a place."""

import asyncio

from core.people import ToolContext
from core.ports import Work
from core.tool import Outcome, Reach, tool
from core.whereabouts import proposal

UNKNOWN = "I cannot tell the time zone of that place. Which large city is in your zone?"


async def look_up(reach: Reach, context: ToolContext, *, attachment: int = 0) -> str | None:
    """The zone at the degrees of a location."""
    place = context.attached(attachment)
    if reach.places is None or place.latitude is None or place.longitude is None:
        return None
    return await asyncio.to_thread(reach.places.at, place.latitude, place.longitude)


@tool(gather=look_up, changes=False, for_models=False)
def propose_zone(
    work: Work, context: ToolContext, gathered: str | None, *, attachment: int = 0
) -> Outcome:
    """Offer the time zone of an attached location."""
    owner = context.owner
    if gathered is None:
        return Outcome(result=UNKNOWN, said=UNKNOWN, asks="/settings zone")
    if gathered == owner.zone and owner.zone_known:
        said = f"Your zone is {owner.zone} already."
        return Outcome(result=said, said=said)
    said, buttons = proposal(owner, gathered, context.now)
    return Outcome(result=said, said=said, buttons=buttons, asks="")
