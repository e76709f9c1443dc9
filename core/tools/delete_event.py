"""Delete an event."""

from typing import Annotated

from pydantic import Field

from core.deletion import delete
from core.people import ToolContext
from core.ports import Work
from core.references import Sought, find
from core.tool import Outcome, tool
from core.values import CardKind


@tool
def delete_event(
    work: Work,
    context: ToolContext,
    *,
    event: str,
    occurrence: Annotated[str, Field(description="day of one occurrence, or all")] = "",
    confirmed: bool = False,
) -> Outcome:
    """Delete an event, or one occurrence of a series."""
    kinds = (CardKind.EVENT, CardKind.REMINDER, CardKind.TASK)
    found = find(work, context, event, Sought(kinds=kinds, command="/delete {}"), on=occurrence)
    return delete(work, context, found, occurrence=occurrence, confirmed=confirmed)
