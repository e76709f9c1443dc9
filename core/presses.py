"""A press of a button: whether it means anything today, and what its message then shows."""

from dataclasses import replace

from core.language.commands import known
from core.situation import Opened
from core.values import Reply

OLD_BUTTON = (
    "That button is of an earlier version of me: I changed nothing. Please say it in words; "
    "“/today” shows what there is."
)
MOST_IN_PLACE = 3000
"""Characters of a message that is written anew; a longer one may be part of a reply."""


def outdated(opened: Opened) -> bool:
    """The press carries what no button of today does."""
    message = opened.row.message
    if not message.tapped or known(message.text):
        return False
    shown = opened.tapped or Reply()
    buttons = [*shown.buttons, *(button for card in shown.cards for button in card.buttons)]
    return message.text not in {button.command for button in buttons}


def in_place(reply: Reply, opened: Opened) -> Reply:
    """The answer to a press as an edit of the pressed message, if that showed the same thing.

    Whatever else the message shows stays; an answer with words of its own does not fit there.
    """
    shown = opened.tapped
    if shown is None or reply.replaces is not None or len(reply.cards) != 1:
        return reply
    [card] = reply.cards
    codes = [each.code for each in shown.cards]
    if codes.count(card.code) != 1:
        return reply
    place = opened.row.message.replies_to
    if len(codes) == 1:
        return replace(reply, replaces=place)
    if reply.text or reply.buttons:
        return reply
    cards = tuple(card if each.code == card.code else each for each in shown.cards)
    whole = replace(shown, cards=cards, replaces=place)
    length = len(whole.text) + sum(len(each.line()) for each in cards)
    return whole if length <= MOST_IN_PLACE else reply
