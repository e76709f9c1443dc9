"""A press of a button: whether it means anything today, and what its message then shows."""

from collections.abc import Container, Sequence
from dataclasses import replace
from datetime import timedelta

from core.deliveries import Delivery, DeliveryKind
from core.language.commands import known
from core.ports import Work
from core.situation import Opened
from core.values import Card, CardKind, Reply, ToolTurn

OLD_BUTTON = (
    "That button is of an earlier version of me: I changed nothing. Please say it in words; "
    "“/today” shows what there is."
)
TAKE_BACK = "/undo"
RECENT = timedelta(hours=48)
"""How long what a message shows is kept up to date from another chat."""


def outdated(opened: Opened) -> bool:
    """The press carries what no button of today does."""
    message = opened.row.message
    if not message.tapped or known(message.text):
        return False
    shown = opened.tapped or Reply()
    buttons = [*shown.buttons, *(button for card in shown.cards for button in card.buttons)]
    return message.text not in {button.command for button in buttons}


def in_place(opened: Opened, reply: Reply, results: Sequence[ToolTurn], *, asks: bool) -> Reply:
    """The reply, as the new state of the message whose button was pressed if it is that.

    It is when it tells of nothing but cards that the message shows, or answers the question that
    the message asks, or takes back what the message tells. What asks back stays a message of its
    own. `results` are the tools' that led to the reply, and `asks` says whether it asks back.
    """
    tapped = opened.tapped
    if tapped is None or opened.place is None or reply.replaces is not None or asks:
        return reply
    if tapped.cards:
        told = {card.code: card for card in reply.cards}
        shown = {card.code: card.version for card in tapped.cards}
        if not told or len(told) < len(reply.cards) or not told.keys() <= shown.keys():
            return reply
        if all(turn.failed for turn in results) and all(
            shown[code] == card.version for code, card in told.items()
        ):
            # Pressed twice: the message shows already what the first press did.
            reply = tapped
        elif len(tapped.cards) > 1:
            cards = tuple(_now(card, told) for card in tapped.cards)
            reply = replace(reply, text=tapped.text, cards=cards)
    elif not opened.row.message.text.startswith(TAKE_BACK) and (
        opened.question is None or opened.question.buttons != tapped.buttons
    ):
        return reply
    return replace(reply, replaces=opened.place)


def completing(reply: Reply) -> str | None:
    """The command that completes the reminder which this told of, if it told of one alone.

    Only one that has gone off can be done: 👍 on "I'll remind you" means thanks.
    """
    if len(reply.cards) != 1 or reply.cards[0].kind is not CardKind.REMINDER:
        return None
    commands = (button.command for button in reply.cards[0].buttons)
    return next((command for command in commands if command.startswith("/done ")), None)


def place(reply: Reply) -> str:
    """What deliveries are withdrawn by that a newer state of the same message makes needless."""
    return f"place:{reply.replaces};"


def elsewhere(
    work: Work, opened: Opened, results: Sequence[ToolTurn], platforms: Container[str]
) -> list[Delivery]:
    """What other chats of the same person show of rows that changed, as they are now.

    Only the newest message of each chat that shows a row, on `platforms` where messages can
    change, and not what was sent long ago.
    """
    owner, here = opened.row.owner, opened.row.message.address
    changed = {card.code: card for turn in results if turn.changed for card in turn.cards}
    if not changed or opened.row.message.group or len(work.links.accounts(owner)) < 2:
        return []
    found: dict[tuple[str, str], Delivery] = {}
    for code in changed:
        for message_id, shown in work.outbox.showing(owner, code, work.now - RECENT, but=here):
            if shown.address.platform in platforms and not shown.reply.secrets:
                found.setdefault((str(shown.address), message_id), shown)
    return [
        Delivery(
            key=f"also:{opened.row.id}:{number}",
            owner=owner,
            address=shown.address,
            reply=replace(
                shown.reply,
                cards=tuple(_now(card, changed) for card in shown.reply.cards),
                replaces=message_id,
            ),
            kind=DeliveryKind.UPDATE,
            due_at=work.now,
        )
        for number, ((_, message_id), shown) in enumerate(found.items())
    ]


def _now(card: Card, told: dict[str, Card]) -> Card:
    return told.get(card.code, card)
