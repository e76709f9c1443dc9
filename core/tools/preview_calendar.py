"""Show what a calendar file would bring, and offer to import it."""

import asyncio
from functools import partial

from core.errors import UserError
from core.events import HORIZON, between
from core.files import fetched
from core.importing import Preview, preview
from core.people import ToolContext
from core.ports import Offer, OfferKind, Work
from core.tool import Outcome, Reach, tool
from core.values import Button


async def read_file(reach: Reach, context: ToolContext, *, attachment: int = 0) -> Preview:
    """Fetch and read it, and hold it against what there is."""
    if reach.calendars is None:
        raise UserError("I cannot read calendar files here.")
    owner, now = context.owner, context.now
    file = context.attached(attachment)
    data = await fetched(reach.files, context.address.platform, file)
    contents = await reach.calendars.read(data, owner.zone, now)
    uids = list(dict.fromkeys(event.uid for event in contents.events))
    known = await reach.store.read(lambda work: work.events.known(owner.id, uids))
    others = await reach.store.read(partial(between, owner=owner.id, start=now, end=now + HORIZON))
    return await asyncio.to_thread(preview, contents, known, others, owner, now)


@tool(gather=read_file, changes=False, for_models=False)
def preview_calendar(
    work: Work, context: ToolContext, gathered: Preview, *, attachment: int = 0
) -> Outcome:
    """Show what an attached calendar file would bring."""
    if not gathered.count:
        return Outcome(result=gathered.said, said=gathered.said, quoted=gathered.quoted)
    offer = work.offers.add(
        context.owner.id,
        Offer(kind=OfferKind.CALENDAR, count=gathered.count),
        gathered.pieces,
    )
    said = f"{gathered.said} Shall I import {'it' if gathered.count == 1 else 'them'}?"
    return Outcome(
        result=said,
        said=said,
        quoted=gathered.quoted,
        buttons=(
            Button(label=f"Import {gathered.count:,}", command=f"/import {offer.code}"),
            Button(label="Cancel", command=f"/dismiss {offer.code}"),
        ),
        asks=f"/import {offer.code}",
    )
