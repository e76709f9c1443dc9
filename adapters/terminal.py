"""The terminal's dialect: replies as lines with numbered buttons, and the voice printing them."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from rich.text import Text

from core.errors import Unavailable
from core.values import Address, Button, Identity, Reply

PLATFORM = "terminal"
OWNER = Identity(platform=PLATFORM, workspace="", user="local")
"""Whoever sits at this machine."""
ADDRESS = Address(platform=PLATFORM, workspace="", chat="local")

MAX_NUMBERED_CARDS = 3
"""A longer list shows no buttons under its cards: its rows are named by their #number."""

_COMMANDS = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What would drive the terminal or turn a line around (Unicode TR9, 2.1 to 2.4)."""


def harmless(text: str) -> str:
    """One line that only says something."""
    return _COMMANDS.sub(lambda found: " " if found[0].isspace() else "", text)


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A reply as it is printed."""

    lines: tuple[Text, ...]
    buttons: tuple[Button, ...]
    """In the order of their numbers."""


def render(reply: Reply, first: int = 1) -> Page:
    """The reply's lines; its buttons are numbered from `first`."""
    lines: list[Text] = []
    buttons: list[Button] = []

    def number(row: Sequence[Button], indent: str) -> None:
        line = Text(indent)
        for button in row:
            line.append(f"[{first + len(buttons)}]", style="bold cyan")
            line.append(f" {harmless(button.label)}  ")
            buttons.append(button)
        line.rstrip()
        lines.append(line)

    text, note = _said(reply)
    lines += [Text(harmless(line)) for line in text.splitlines()]
    with_buttons = len(reply.cards) <= MAX_NUMBERED_CARDS
    for card in reply.cards:
        line = Text(f"{card.icon} ")
        line.append(f"#{card.number} ", style="dim")
        line.append(harmless(card.title), style="strike dim" if card.struck else "bold")
        for part in (card.when, *card.details):
            if part:
                line.append(f" · {harmless(part)}")
        for warning in card.warnings:
            line.append(f"   ⚠ {harmless(warning)}", style="yellow")
        if note:
            line.append(f" {harmless(note)}")
        lines.append(line)
        if card.buttons and with_buttons:
            number(card.buttons, "   ")
    if reply.buttons:
        number(reply.buttons, "")
    return Page(lines=tuple(lines) or (Text("…"),), buttons=tuple(buttons))


def _said(reply: Reply) -> tuple[str, str]:
    """The text, and what is to follow on the card's line.

    A reminder that goes off has its words in the text, for notifications, and on its card: they
    are printed once, there, with what else the text says, such as that it is late.
    """
    if len(reply.cards) == 1:
        [card] = reply.cards
        words = f"{card.icon} {card.title}"
        rest = reply.text.removeprefix(words)
        if rest != reply.text and (not rest or rest[0].isspace()):
            return "", " ".join(rest.split())
    return reply.text, ""


class Screen(Protocol):
    """Where the voice prints."""

    def show(self, reply: Reply, key: str) -> None:
        """Print a reply. Raises OSError when nobody can read it any more."""
        ...

    def draft(self, text: str) -> None:
        """Show the reply as far as it has come."""
        ...

    def thinking(self) -> None: ...


class TerminalMessenger:
    """`core.ports.Messenger` for the screen of this machine."""

    platform = PLATFORM
    can_find = False
    can_edit = False
    draft_pause = 0.05
    overall = timedelta(0)

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def apart(self, address: Address) -> timedelta:
        """A terminal needs no pauses."""
        del address
        return timedelta(0)

    def parts(self, reply: Reply) -> Sequence[Reply]:
        """A terminal takes any length."""
        return (reply,)

    async def send(self, address: Address, reply: Reply, key: str) -> str:
        """Print it. Raises `Unavailable` when the screen is gone."""
        del address
        try:
            self._screen.show(reply, key)
        except OSError as error:
            raise Unavailable("the terminal is closed") from error
        return uuid.uuid4().hex

    async def edit(self, address: Address, message_id: str, reply: Reply) -> None:
        """What is printed stays printed: the new state is printed below it."""
        del message_id
        await self.send(address, reply, "")

    async def typing(self, address: Address) -> None:
        del address
        self._screen.thinking()

    async def draft(self, address: Address, text: str, ref: str | None) -> str | None:
        del address, ref
        self._screen.draft(text)
        return None

    async def find(self, address: Address, key: str) -> str | None:
        """A terminal keeps no record."""
        del address, key
        return None
