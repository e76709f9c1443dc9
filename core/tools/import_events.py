"""Put the events of a calendar file into the calendar, once the person said so."""

from dataclasses import replace
from datetime import timedelta

from core import heads_up
from core.importing import imported_words, piece
from core.offers import TAKEN, waiting
from core.people import ToolContext
from core.ports import OfferKind, Work
from core.settings import lead_words
from core.tool import Outcome, tool
from core.values import Button


@tool(undoable=False, for_models=False)
def import_events(work: Work, context: ToolContext, *, offer: str) -> Outcome:
    """Import the events of a calendar file that was shown.

    A piece at a time: the offer keeps how many there were, so that none is done twice or left
    out. All of it is one entry of undo, from the first piece on.
    """
    owner = context.owner.id
    found = waiting(work, context, offer, OfferKind.CALENDAR)
    packed = work.offers.piece(owner, found.code, found.done)
    events = () if packed is None else piece(packed)
    known = work.events.known(
        owner, list(dict.fromkeys(event.uid for event in events)), besides=found.code
    )
    # Another copy of the file may have been imported since this one was shown.
    fresh = [event for event in events if event.uid not in known]
    if fresh and not work.events.batch(owner, found.code, 1):
        work.undo.add(owner, imported_words(found.count), (), batch=found.code)
    lead = context.owner.lead
    for event in fresh:
        imported = replace(event, via=str(context.speaker), batch=found.code)
        stored = work.events.add(owner, imported)
        if lead is not None:
            heads_up.make(work, context, stored, timedelta(minutes=lead))
    work.offers.advance(owner, found.code, found.done + 1)
    if found.done + 1 < found.parts:
        return Outcome(result="", more=True)
    work.offers.close(owner, found.code, TAKEN)
    count = work.events.batch_size(owner, found.code)
    said = f"{imported_words(count).capitalize()}."
    if double := found.count - count:
        said += f" {double:,} {'was' if double == 1 else 'were'} there already."
    if count and lead is not None:
        said += f" I remind you {lead_words(lead)} before each that is to come."
    undo = Button(label="Undo", command=f"/undo {found.code}")
    return Outcome(result=said, said=said, buttons=(undo,) if count else ())
