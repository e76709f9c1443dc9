"""Others' words that a person wants to keep: a forwarded post, a contact card."""

from datetime import datetime

from core.cards import clipped
from core.people import Person
from core.ports import Offer, OfferKind
from core.titles import MAX_TEXT, body, line
from core.values import Attachment, AttachmentKind
from core.when.show import show_date
from core.when.wall import wall

LONGEST_TITLE = 100
MOST_KEPT = MAX_TEXT - 500
"""Characters of a post; the rest of a description is for where it came from."""
_CUT = " […]"


def offered(attachment: Attachment, words: str, person: Person, now: datetime) -> Offer:
    """What would be kept of a post, under the person's own words if there are any, or of a
    contact."""
    if attachment.kind is AttachmentKind.CONTACT:
        parts = [line(part) for part in (attachment.name, *attachment.text.splitlines())]
        text = ", ".join(part for part in parts if part)
        return Offer(kind=OfferKind.CONTACT, text=_cut(text))
    text = "\n".join(part for part in (words.strip(), attachment.text.strip()) if part)
    source = line(attachment.source)
    if attachment.at is not None:
        today = wall(now, person.zone).local
        day = show_date(wall(attachment.at, person.zone).local, today=today)
        source = ", ".join(part for part in (source or "forwarded", day) if part)
    return Offer(kind=OfferKind.POST, text=_cut(text), source=source or "forwarded")


def _cut(text: str) -> str:
    return text if len(text) <= MOST_KEPT else text[:MOST_KEPT].rstrip() + _CUT


def title(offer: Offer) -> str:
    """The first line, cut between words."""
    first = next((words for each in offer.text.splitlines() if (words := line(each))), "")
    if len(first) <= LONGEST_TITLE:
        return first
    at = first.rfind(" ", LONGEST_TITLE // 2, LONGEST_TITLE)
    return f"{first[: at if at > 0 else LONGEST_TITLE].rstrip()}…"


def description(offer: Offer) -> str:
    """What the title leaves out, and where it came from."""
    first, _, below = offer.text.strip().partition("\n")
    rest = below if line(first) == title(offer) else offer.text
    origin = f"(from {offer.source})" if offer.source else ""
    return body("\n".join(part for part in (rest, origin) if part), what="A description")


def beginning(offer: Offer) -> str:
    """As much as fits a line or three, on one."""
    lines = [words for each in offer.text.splitlines() if (words := line(each))]
    return clipped(" – ".join(lines), 3 * LONGEST_TITLE)


def reminder_words(offer: Offer) -> str:
    """The beginning, and where it came from."""
    words = beginning(offer)
    return f"{words} (from {offer.source})" if offer.source else words
