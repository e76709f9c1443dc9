"""What was offered to be kept, when a tap comes for it."""

from datetime import timedelta

from core.errors import UserError
from core.people import ToolContext
from core.ports import Offer, OfferKind, Work

LAPSES = timedelta(days=1)
"""How long an offer waits for a tap."""
TAKEN = "taken"
DISMISSED = "dismissed"

_GONE = {
    OfferKind.CALENDAR: "I do not have that file any more: I keep it for a day. Send it again.",
    OfferKind.POST: "I do not have that message any more: I keep it for a day. Forward it again.",
    OfferKind.CONTACT: "I do not have that contact any more: I keep it for a day. Send it again.",
}
_CLOSED = {TAKEN: "That is done already.", DISMISSED: "You had dismissed that. Send it again."}


def waiting(work: Work, context: ToolContext, code: str, *kinds: OfferKind) -> Offer:
    """The owner's offer with this code. Raises UserError when it waits no more.

    That it is someone else's is not told: they read what anyone reads whose offer has lapsed.
    """
    offer = work.offers.get(context.owner.id, code.strip().lower())
    if offer is None or offer.kind not in kinds or offer.made_at < work.now - LAPSES:
        raise UserError(_GONE[kinds[0]])
    if offer.closed:
        raise UserError(_CLOSED[offer.closed])
    return offer
