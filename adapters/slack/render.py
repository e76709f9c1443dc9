"""Replies as messages of Slack: Block Kit, and a text for notifications.

https://docs.slack.dev/reference/block-kit/blocks
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from adapters.slack.interaction import SAY
from adapters.slack.text import (
    LIMIT,
    Block,
    clean,
    clean_line,
    cut,
    elements,
    escaped,
    plain,
    rich,
    split,
    units,
)
from core.cards import SNOOZED
from core.values import MAX_COMMAND_BYTES, Button, Card, Reply

ROOM = 40
"""Characters left free in every text for what delivery adds: that it may be a repeat."""
NOTHING = "…"
"""Said by a reply that says nothing: Slack takes no empty message."""
LONGEST_TEXT = LIMIT - ROOM
MOST_BLOCKS = 50
MOST_CHARACTERS = 12_000
"""Of all blocks of a message together: well within what Slack takes."""
MAX_CARDS_WITH_BUTTONS = 5
"""A longer list shows no buttons of its cards: its rows are named by their #number."""
MOST_IN_ROW = 5
"""Of the 25 elements that an actions block takes: what can be read side by side."""
MOST_ROWS = 5
LONGEST_LABEL = 75
LONGEST_TITLE = 2000
LONGEST_DETAIL = 300
"""Of a card: what is longer is cut, and what has no room any more is left out."""
LONGEST_FALLBACK = 800
"""Characters of the text beside blocks, which is read out and shown in notifications. Each may be
five once it is escaped, and chat.update takes 4000."""
LONGEST_KEY = 200
"""Of a delivery, to fit a block_id."""
DATE = "{date_short_pretty} {time}"
"""How a time is shown to each reader in their own zone and words,
https://docs.slack.dev/messaging/formatting-message-text#date-formatting."""
_BEFORE_TIMES = ("due ", SNOOZED)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)
_DELETION = "/delete "
"""What is to be forgotten Pixie asks about herself."""
_ONE_HOUR = " 1 hour"
_TOMORROW = " tomorrow morning"
_PICK = " pick"


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """What is sent, or takes the place of what was."""

    text: str
    """Escaped; for notifications and screen readers."""
    blocks: Sequence[Block]


def parts(reply: Reply) -> list[Reply]:
    """The reply as messages that Slack takes: texts first, then cards, buttons last.

    A card's buttons are where the card is, and shown only if the whole reply has few cards.
    """
    cards = reply.cards
    if len(cards) > MAX_CARDS_WITH_BUTTONS:
        cards = tuple(replace(card, buttons=()) for card in cards)
    texts = [part.strip() for part in split(clean(reply.text), LONGEST_TEXT)]
    *full, text = [text for text in texts if text] or [""]
    made = [Reply(text=text) for text in full]
    shown: list[Card] = []
    length, count = units(text), _most_rows(reply.buttons) + 1
    for card in cards:
        size, blocks = _size(card), 1 + _most_rows(card.buttons)
        if (length + size > MOST_CHARACTERS or count + blocks > MOST_BLOCKS) and (text or shown):
            made.append(Reply(text=text, cards=tuple(shown)))
            text, shown, length, count = "", [], 0, _most_rows(reply.buttons) + 1
        shown.append(card)
        length += size
        count += blocks
    made.append(Reply(text=text, cards=tuple(shown), buttons=reply.buttons))
    made[0] = replace(made[0], replaces=reply.replaces, draft=reply.draft)
    return [replace(part, secrets=reply.secrets) for part in made]


def render(reply: Reply, key: str = "", *, buttons: bool = True, private: bool = False) -> Message:
    """One part as it is sent. What is longer than a message is cut.

    Times are in the owner's zone for who alone sees it (`private`); of several readers each sees
    them in their own.

    The buttons bear the delivery's `key`, so that a tap tells which message it is of where Slack
    does not.
    """
    text, note = _said(reply)
    blocks = [_text_block(part) for part in split(text) if text]
    rows: list[tuple[Button, ...]] = []
    many = len(reply.cards) > MAX_CARDS_WITH_BUTTONS
    for card in reply.cards:
        blocks.append(_card_block(card, note, private=private))
        if buttons and not many and card.buttons:
            found = list(_rows(offered(card.buttons)))
            blocks += [_actions(row, len(rows) + at, key) for at, row in enumerate(found)]
            rows += found
    if buttons:
        found = list(_rows(reply.buttons))
        blocks = blocks[: MOST_BLOCKS - len(found)]
        blocks += [_actions(row, len(rows) + at, key) for at, row in enumerate(found)]
    lines = [text] if text else []
    lines += [clean_line(card.line()) + (f" {note}" if note else "") for card in reply.cards]
    fallback = escaped(cut("\n".join(lines) or NOTHING, LONGEST_FALLBACK))
    return Message(text=fallback, blocks=(blocks or [_text_block(NOTHING)])[:MOST_BLOCKS])


def offered(buttons: Sequence[Button]) -> tuple[Button, ...]:
    """The buttons, with more ways to put off a reminder that goes off now."""
    found: list[Button] = []
    for button in buttons:
        found.append(button)
        if button.command.startswith("/snooze ") and button.command.endswith(_ONE_HOUR):
            about = button.command.removesuffix(_ONE_HOUR)
            for label, until in (("Tomorrow morning", _TOMORROW), ("Pick…", _PICK)):
                if len((about + until).encode()) <= MAX_COMMAND_BYTES:
                    found.append(Button(label=label, command=about + until))
    return tuple(found)


def _said(reply: Reply) -> tuple[str, str]:
    """The text, and what is to follow on the card's line.

    A reminder that goes off has its words in the text, for notifications, and on its card: they
    are said once, there, with what else the text says, such as that it is late.
    """
    text = clean(reply.text).strip()
    if len(reply.cards) == 1:
        [card] = reply.cards
        words = clean(f"{card.icon} {card.title}").strip()
        rest = text.removeprefix(words)
        if rest != text and (not rest or rest[0].isspace()):
            return "", " ".join(rest.split())
    return text, ""


def _text_block(text: str) -> Block:
    return rich(elements(text))


def _size(card: Card) -> int:
    """Characters of a card's block at most."""
    return min(units(card.line()) + ROOM, LIMIT)


def _card_block(card: Card, note: str, *, private: bool) -> Block:
    """⏰ #1 **call mom** · Mon 23 Nov 14:00, each warning on a line of its own."""
    style = {"strike": True} if card.struck else None
    bold = {"bold": True, **(style or {})}
    head = f"{clean_line(card.icon)} #{card.number} "
    title = cut(clean_line(card.title), LONGEST_TITLE)
    found = elements(head, style) + elements(title, bold)
    left = LONGEST_TEXT - units(head) - units(title)
    more = [
        (" · ", card.when, style, None if private else card.at),
        *((" · ", detail, style, None) for detail in card.details),
        *(("\n⚠ ", warning, None, None) for warning in card.warnings),
        (" ", note, None, None),
    ]
    for sign, told, look, at in more:
        words = cut(clean_line(told), LONGEST_DETAIL)
        left -= units(sign) + units(words)
        if words and left >= 0:
            found += elements(sign, look) + _time(words, at, look)
    return rich(found)


def _time(when: str, at: datetime | None, style: dict[str, bool] | None) -> list[Block]:
    """The words of a time, shown to each reader in their own zone where that loses nothing.

    The end of an event, or the time in the zone that the row was made in, would be lost.
    """
    plainly = "–" not in when and "(" not in when and any(sign.isdigit() for sign in when)
    if at is None or not plainly or not datetime.fromtimestamp(0, UTC) < at < _LATEST:
        return elements(when, style)
    before = next((words for words in _BEFORE_TIMES if when.startswith(words)), "")
    date: Block = {
        "type": "date",
        "timestamp": int(at.timestamp()),
        "format": DATE,
        "fallback": when[len(before) :],
    }
    if style:
        date["style"] = dict(style)
    return [*elements(before, style), date]


def _most_rows(buttons: Sequence[Button]) -> int:
    return len(list(_rows(offered(buttons))))


def _rows(buttons: Sequence[Button]) -> Iterator[tuple[Button, ...]]:
    """Buttons side by side as far as they can be read there."""
    buttons = buttons[: MOST_IN_ROW * MOST_ROWS]
    for start in range(0, len(buttons), MOST_IN_ROW):
        yield tuple(buttons[start : start + MOST_IN_ROW])


def _actions(row: Sequence[Button], number: int, key: str) -> Block:
    """A row of buttons. Within a message, block_ids and action_ids must differ."""
    block: Block = {
        "type": "actions",
        "elements": [_button(button, f"{SAY}{number}.{at}") for at, button in enumerate(row)],
    }
    if key and len(key) <= LONGEST_KEY:
        block["block_id"] = f"pixie:{number}:{key}"
    return block


def _button(button: Button, action: str) -> Block:
    """Pressing it is typing its command. What deletes is asked about first."""
    made: Block = {
        "type": "button",
        "action_id": action,
        "text": plain(button.label, LONGEST_LABEL),
        "value": clean_line(button.command) or "/help",
    }
    if button.command.startswith(_DELETION):
        # “Cancel” by itself would be the dialog's.
        deed = f"{button.label} it" if " " not in button.label else button.label
        made["style"] = "danger"
        made["confirm"] = {
            "title": plain(f"{deed}?", 100),
            "text": plain("You can take it back with Undo.", 300),
            "confirm": plain(deed, 30),
            "deny": plain("Keep it", 30),
            "style": "danger",
        }
    return made
