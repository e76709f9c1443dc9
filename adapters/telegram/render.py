"""Replies as messages of Telegram: text with entities, and an inline keyboard below."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity

from adapters.telegram.text import LIMIT, Span, Styled, clean, clean_line, split, units
from core.values import Button, Card, Reply

ROOM = 32
"""Units left free in every part for what delivery adds: that it may be a repeat."""
NOTHING = "…"
"""Said by a reply that says nothing: Telegram takes no empty message."""
MAX_CARDS_WITH_BUTTONS = 5
"""A longer list shows no buttons of its cards: its rows are named by their #number."""
ROW_WIDTH = 32
"""Characters of labels that a phone shows side by side."""
MOST_IN_ROW = 4
MOST_BUTTONS = 100
"""https://core.telegram.org/bots/api#inlinekeyboardmarkup does not say; the server refuses more."""
FURTHEST = timedelta(days=1000)
"""From now; Telegram takes date_time entities up to 1098 days ahead,
https://core.telegram.org/constructor/messageEntityFormattedDate."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """What is sent, or takes the place of what was."""

    text: str
    entities: Sequence[MessageEntity]
    keyboard: InlineKeyboardMarkup | None


def parts(reply: Reply) -> list[Reply]:
    """The reply as messages that Telegram takes: texts first, then cards, buttons last.

    A card's buttons are where the card is, and shown only if the whole reply has few cards.
    """
    cards = reply.cards
    if len(cards) > MAX_CARDS_WITH_BUTTONS:
        cards = tuple(replace(card, buttons=()) for card in cards)
    limit = LIMIT - ROOM
    texts = [part.text.strip() for part in split(Styled(clean(reply.text)), limit)]
    *full, text = [text for text in texts if text] or [""]
    made = [Reply(text=text) for text in full]
    shown: list[Card] = []
    length = units(text)
    for card in cards:
        size = 1 + units(_card_line(card).text)
        if length + size > limit and length:
            made.append(Reply(text=text, cards=tuple(shown)))
            text, shown, length = "", [], 0
        shown.append(card)
        length += size
    return [*made, Reply(text=text, cards=tuple(shown), buttons=reply.buttons)]


def render(reply: Reply, now: datetime, *, shared: bool = False) -> Message:
    """One part as it is sent. `now` is aware; `shared`: people of several zones may read it.

    What is longer than a message is cut.
    """
    text, note = _said(reply)
    lines = [Styled(text)] if text else []
    lines += [_card_line(card, note, now, shared=shared) for card in reply.cards]
    styled = _joined(lines) if lines else Styled(NOTHING)
    if units(styled.text) > LIMIT:
        kept = split(styled, LIMIT - units(NOTHING))[0]
        styled = Styled(kept.text + NOTHING, kept.spans)
    return Message(text=styled.text, entities=styled.entities(), keyboard=_keyboard(reply))


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


def _joined(lines: Iterable[Styled]) -> Styled:
    text = ""
    spans: list[Span] = []
    for line in lines:
        text += "\n" if text else ""
        by = len(text)
        text += line.text
        spans += (replace(span, start=span.start + by, end=span.end + by) for span in line.spans)
    return Styled(text, tuple(spans))


def _card_line(
    card: Card, note: str = "", now: datetime | None = None, *, shared: bool = False
) -> Styled:
    """⏰ #1 **call mom** · Mon 23 Nov 14:00, each warning on a line of its own.

    Without `now` the times have no entities.
    """
    text = f"{clean_line(card.icon)} #{card.number} "
    spans = []
    title = clean_line(card.title)
    if title:
        spans.append(Span(start=len(text), end=len(text) + len(title), kind=MessageEntity.BOLD))
    text += title
    when = clean_line(card.when)
    if when:
        text += " · "
        if card.at is not None and now is not None and _showable(card.at, now):
            spans.append(_time(when, len(text), card.at, shared=shared))
        text += when
    for detail in map(clean_line, card.details):
        text += f" · {detail}" if detail else ""
    text = text.rstrip()
    if card.struck:
        spans.insert(0, Span(start=0, end=len(text), kind=MessageEntity.STRIKETHROUGH))
    text += "".join(f"\n⚠ {warning}" for warning in map(clean_line, card.warnings) if warning)
    text += f" {note}" if note else ""
    return Styled(text, tuple(spans))


def _showable(at: datetime, now: datetime) -> bool:
    return datetime.fromtimestamp(0, UTC) < at < now + FURTHEST


def _time(when: str, by: int, at: datetime, *, shared: bool) -> Span:
    """The words of a time, from which a tap leads to the reader's own.

    In a group a plain time is shown in each reader's zone at once. What would lose something by
    that stays as it is: the end of an event, or the time in the zone that the row was made in.
    """
    start = len("due ") if when.startswith("due ") else 0
    plain = "–" not in when and " in " not in when and any(sign.isdigit() for sign in when)
    return Span(
        start=by + start,
        end=by + len(when),
        kind=MessageEntity.DATE_TIME,
        at=at,
        shown="wdt" if shared and plain else None,
    )


def _keyboard(reply: Reply) -> InlineKeyboardMarkup | None:
    """Rows of each card's buttons, which name it if there are several; the reply's own last."""
    with_buttons = [card for card in reply.cards if card.buttons]
    if len(with_buttons) > MAX_CARDS_WITH_BUTTONS:
        with_buttons = []
    rows: list[list[InlineKeyboardButton]] = []
    left = MOST_BUTTONS
    for card in with_buttons:
        name = f"#{card.number} " if len(with_buttons) > 1 else ""
        rows += _rows(card.buttons, name)
    rows += _rows(reply.buttons)
    kept = []
    for row in rows:
        kept.append(row[:left])
        left -= len(row)
        if left <= 0:
            break
    return InlineKeyboardMarkup(kept) if kept else None


def _rows(buttons: Sequence[Button], name: str = "") -> Iterator[list[InlineKeyboardButton]]:
    """Buttons side by side as far as their labels can be read there."""
    row: list[InlineKeyboardButton] = []
    width = 0
    for button in buttons:
        label = name + (clean_line(button.label) or NOTHING)
        if row and (width + len(label) > ROW_WIDTH or len(row) == MOST_IN_ROW):
            yield row
            row, width = [], 0
        row.append(InlineKeyboardButton(label, callback_data=button.command))
        width += len(label)
    if row:
        yield row
