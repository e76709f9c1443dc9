"""Lists of rows as outcomes: a heading, then cards in order."""

from collections.abc import Sequence

from core.cards import LISTED, PLAIN, card
from core.people import ToolContext
from core.rows import Thing
from core.tool import Outcome
from core.values import Card

MOST_LISTED = 30


def listed(things: Sequence[Thing], context: ToolContext, *, what: str, nothing: str) -> Outcome:
    """The rows as cards; one alone has its buttons. `what` is the singular."""
    look = PLAIN if len(things) == 1 else LISTED
    cards = [card(thing, context.owner, context.now, look) for thing in things[:MOST_LISTED]]
    return told(cards, total=len(things), what=what, nothing=nothing)


def told(cards: Sequence[Card], *, total: int, what: str, nothing: str) -> Outcome:
    """The cards with how many there are."""
    if not cards:
        return Outcome(result=nothing, said=nothing)
    heading = counted(total, what)
    if total > len(cards):
        heading += f", the first {len(cards)} of them"
    lines = "\n".join(shown.line() for shown in cards)
    return Outcome(result=f"{heading}:\n{lines}", said=f"{heading}:", cards=tuple(cards))


def counted(number: int, what: str) -> str:
    """ "1 task", "3 tasks"."""
    return f"{number} {what}{'' if number == 1 else 's'}"
