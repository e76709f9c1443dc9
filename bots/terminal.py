"""The terminal front: a prompt for people, and plain lines when the input is a pipe."""

import asyncio
import sys
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TextIO

from prompt_toolkit import PromptSession
from prompt_toolkit.formatted_text import ANSI, AnyFormattedText, FormattedText
from prompt_toolkit.history import FileHistory
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.shortcuts import print_formatted_text
from rich.console import Console

from adapters.terminal import ADDRESS, OWNER, render
from core.intake import Intake
from core.ports import Clock
from core.values import Button, IncomingMessage, Reply

WELCOME = (
    "Hello, I'm Pixie, your secretary. I keep tasks, events, reminders and notes.\n"
    'Try "remind me to call mom tomorrow at 2", "what\'s on this week?" or /help. Ctrl-D ends.'
)
ANSWER_WITHIN = 60.0
"""Seconds that a piped line waits for its answer."""


def unsolicited(key: str) -> bool:
    """Pixie writes on her own: a reminder or a summary, not an answer."""
    return not key.startswith("reply:")


class Numbers:
    """What the numbers on the screen stand for.

    An answer starts again at 1; a reminder that arrives while someone types goes on counting, so
    that no number changes its meaning under their fingers.
    """

    def __init__(self) -> None:
        self._buttons: list[Button] = []

    def next(self, key: str) -> int:
        """The first number that a delivery's buttons get."""
        if not unsolicited(key):
            self._buttons = []
        return len(self._buttons) + 1

    def add(self, buttons: tuple[Button, ...]) -> None:
        self._buttons += buttons

    def typed(self, line: str) -> str:
        """A number stands for its button's command; anything else for itself."""
        if line.isascii() and line.isdigit() and 1 <= int(line[:3]) <= len(self._buttons):
            return self._buttons[int(line[:3]) - 1].command
        return line


class PlainScreen:
    """Plain text on a stream; tells when an answer was printed."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self.numbers = Numbers()
        self.answered = asyncio.Event()

    def show(self, reply: Reply, key: str) -> None:
        page = render(reply, self.numbers.next(key))
        self.numbers.add(page.buttons)
        self._out.write("".join(f"{line.plain}\n" for line in page.lines))
        self._out.flush()
        if not unsolicited(key):
            self.answered.set()

    def draft(self, text: str) -> None:
        """A pipe gets whole answers only."""

    def thinking(self) -> None:
        """A pipe gets whole answers only."""


class PromptScreen:
    """A prompt at the bottom; what Pixie says, also unasked, appears above it."""

    def __init__(self, history: Path) -> None:
        self.numbers = Numbers()
        self._live = ""
        self._console = Console(force_terminal=True, highlight=False, soft_wrap=True)
        self._session: PromptSession[str] = PromptSession(
            message=self._message, history=FileHistory(str(history))
        )

    def _message(self) -> AnyFormattedText:
        live = [("", f"pixie  {self._live}\n")] if self._live else []
        return FormattedText([*live, ("bold fg:ansigreen", "you    ")])

    async def ask(self) -> str:
        """The next line; raises EOFError at Ctrl-D and KeyboardInterrupt at Ctrl-C."""
        return await self._session.prompt_async()

    def show(self, reply: Reply, key: str) -> None:
        self._set_live("")
        page = render(reply, self.numbers.next(key))
        self.numbers.add(page.buttons)
        with self._console.capture() as capture:
            for at, line in enumerate(page.lines):
                self._console.print("pixie " if at == 0 else "      ", line, sep=" ")
        print_formatted_text(ANSI(capture.get().rstrip("\n") + "\n"))

    def draft(self, text: str) -> None:
        self._set_live(text)

    def thinking(self) -> None:
        self._set_live("…")

    def _set_live(self, text: str) -> None:
        if text != self._live:
            self._live = text
            self._session.app.invalidate()


class Terminal:
    """Listens to this machine's terminal."""

    def __init__(self, intake: Intake, clock: Clock, *, zone: str) -> None:
        self._intake = intake
        self._clock = clock
        self._zone = zone

    async def accept(self, text: str) -> None:
        """Commit one line as a message of this machine's owner."""
        message = IncomingMessage(
            id=uuid.uuid4().hex,
            sender=OWNER,
            address=ADDRESS,
            text=text,
            at=self._clock.now(),
            zone=self._zone,
        )
        await self._intake.accept(message)

    async def converse(self, screen: PromptScreen, welcome: str = WELCOME) -> None:
        """Until Ctrl-D or Ctrl-C."""
        with patch_stdout(raw=True):
            print_formatted_text(welcome + "\n")
            while True:
                try:
                    line = (await screen.ask()).strip()
                except (EOFError, KeyboardInterrupt):
                    return
                if line:
                    await self.accept(screen.numbers.typed(line))

    async def read(
        self, screen: PlainScreen, source: TextIO, drained: Callable[[], Awaitable[None]]
    ) -> int:
        """Answer every line of a pipe, then return how many were answered.

        `drained` returns when nothing of an earlier run is on its way any more.
        """
        await drained()
        answered = 0
        while line := await asyncio.to_thread(source.readline):
            if not line.strip():
                continue
            screen.answered.clear()
            await self.accept(screen.numbers.typed(line.strip()))
            try:
                async with asyncio.timeout(ANSWER_WITHIN):
                    await screen.answered.wait()
            except TimeoutError:
                print("No answer yet; your message is kept.", file=sys.stderr)  # noqa: T201
                continue
            answered += 1
        await drained()
        return answered
