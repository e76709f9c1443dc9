"""The terminal front: a prompt for people, and plain lines when the input is a pipe."""

import asyncio
import logging
import os
import stat
import sys
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Literal, TextIO

import tzlocal
from prompt_toolkit import PromptSession
from prompt_toolkit.formatted_text import ANSI, AnyFormattedText, FormattedText
from prompt_toolkit.history import FileHistory
from prompt_toolkit.input.vt100 import Vt100Input
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.shortcuts import print_formatted_text
from rich.console import Console

from adapters.terminal import ADDRESS, OWNER, harmless, render
from core.errors import StorageError, StorageFull
from core.intake import Intake
from core.ports import Clock
from core.values import Button, IncomingMessage, Reply

log = logging.getLogger(__name__)

WELCOME = (
    "Hello, I'm Pixie, your secretary. I keep tasks, events, reminders and notes.\n"
    'Try "remind me to call mom tomorrow at 2", "what\'s on this week?" or /help. Ctrl-D ends.'
)
NO_MODEL = (
    "I understand everyday English by myself. To talk freely, add a language model: "
    "docs/howto/models.md."
)
ANSWER_WITHIN = 60.0
"""Seconds that a piped line waits for its answer."""
LONGEST_LINE = 4_000_000
"""Bytes of a piped line."""
LIVE_LINES = 5
"""Of a growing answer, its last lines are shown."""


def kind(source: TextIO | None) -> Literal["prompt", "pipe", "none"]:
    """prompt: a person; pipe: lines from a program or file; none: no input at all."""
    if source is None or source.closed:
        return "none"
    if source.isatty():
        return "prompt"
    mode = os.fstat(source.fileno()).st_mode
    return "pipe" if stat.S_ISFIFO(mode) or stat.S_ISREG(mode) or stat.S_ISSOCK(mode) else "none"


def local_zone() -> str:
    """This machine's zone; "" when it has none of its own, as in most containers."""
    try:
        name = tzlocal.get_localzone_name()
    except (LookupError, ValueError):
        return ""
    return "" if name in ("UTC", "Etc/UTC", "local", None) else name


async def lines(source: TextIO) -> AsyncIterator[str]:
    """Every line of a pipe as it comes, or of a file. Can be cancelled while it waits."""
    if stat.S_ISREG(os.fstat(source.fileno()).st_mode):
        for whole in source.buffer:
            yield whole.decode("utf-8", "replace")
        return
    reader = asyncio.StreamReader(limit=LONGEST_LINE)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), source
    )
    try:
        while line := await reader.readline():
            yield line.decode("utf-8", "replace")
    finally:
        transport.close()


async def once(text: str) -> AsyncIterator[str]:
    """A single message as the only line."""
    yield text


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
        if line.isascii() and line.isdigit() and len(line) <= 3:
            at = int(line)
            if 1 <= at <= len(self._buttons):
                return self._buttons[at - 1].command
        return line


def not_kept(error: StorageError) -> str:
    """What to do about words that could not be stored."""
    if isinstance(error, StorageFull):
        return f"{error} and say it again."
    return f"That is not kept; please say it again. {error}"


def kept(error: StorageFull) -> str:
    """What to do when there is no room for the answer."""
    return f"{error}, and I go on where I stopped. What you said is kept."


class PlainScreen:
    """Plain text on a stream; tells when an answer was printed."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self.numbers = Numbers()
        self.answered = asyncio.Event()
        self._failed = asyncio.Event()
        self._failure: Exception | None = None

    def show(self, reply: Reply, key: str) -> None:
        page = render(reply, self.numbers.next(key))
        self.numbers.add(page.buttons)
        try:
            self._out.write("".join(f"{line.plain}\n" for line in page.lines))
            self._out.flush()
        except OSError:
            self._fail(BrokenPipeError())
            raise
        if not unsolicited(key):
            self.answered.set()

    def tell(self, text: str) -> None:
        """What is no answer goes beside the answers."""
        print(text, file=sys.stderr, flush=True)  # noqa: T201

    def stuck(self, error: StorageFull) -> None:
        """There is no room for an answer: nobody waits for it at a pipe."""
        self._fail(StorageFull(kept(error)))

    async def until(self, waited: Awaitable[object]) -> None:
        """Wait, unless there will be no answer: nobody reads any more (`ConnectionError`), or
        there is no room (`StorageFull`)."""
        waiting = asyncio.ensure_future(waited)
        failing = asyncio.ensure_future(self._failed.wait())
        try:
            await asyncio.wait({waiting, failing}, return_when=asyncio.FIRST_COMPLETED)
            if not waiting.done() and self._failure is not None:
                raise self._failure
            await waiting
        finally:
            waiting.cancel()
            failing.cancel()

    def _fail(self, error: Exception) -> None:
        self._failure = error
        self._failed.set()

    def draft(self, text: str) -> None:
        """A pipe gets whole answers only."""

    def thinking(self) -> None:
        """A pipe gets whole answers only."""


class History(FileHistory):
    """What was typed, for the arrow keys."""

    def store_string(self, string: str) -> None:
        try:
            super().store_string(string.encode("utf-8", "replace").decode())
        except OSError as error:
            log.warning("the history cannot be written: %s", error.strerror)


class Keys(Vt100Input):
    """The keyboard, which stays ours while something is printed above the prompt.

    Handed back to the terminal for that moment, a Ctrl-D would be lost and all else be echoed.
    """

    def cooked_mode(self) -> AbstractContextManager[None]:
        return nullcontext()


class PromptScreen:
    """A prompt at the bottom; what Pixie says, also unasked, appears above it."""

    def __init__(self, history: Path, source: TextIO | None = None) -> None:
        """`source` is the terminal; without one, what prompt-toolkit is set to."""
        self.numbers = Numbers()
        self._live = ""
        self._told = False
        self._console = Console(force_terminal=True, highlight=False, soft_wrap=True)
        self._session: PromptSession[str] = PromptSession(
            message=self._message,
            history=History(str(history)),
            input=None if source is None else Keys(source),
        )

    def _message(self) -> AnyFormattedText:
        live = [("", f"pixie  {self._live}\n")] if self._live else []
        return FormattedText([*live, ("bold fg:ansigreen", "you    ")])

    def keys(self) -> AbstractContextManager[None]:
        """Hold what is typed between two prompts for the next one, as `Keys` does."""
        return self._session.input.raw_mode()

    async def ask(self) -> str:
        """The next line; raises EOFError at Ctrl-D and KeyboardInterrupt at Ctrl-C."""
        # Signals and strangers' exceptions belong to the program, not to its prompt.
        return await self._session.prompt_async(set_exception_handler=False, handle_sigint=False)

    def show(self, reply: Reply, key: str) -> None:
        self._told = False
        self._set_live("")
        page = render(reply, self.numbers.next(key))
        self.numbers.add(page.buttons)
        with self._console.capture() as capture:
            for at, line in enumerate(page.lines):
                self._console.print("pixie " if at == 0 else "      ", line, sep=" ")
        print_formatted_text(ANSI(capture.get().rstrip("\n") + "\n"))

    def tell(self, text: str) -> None:
        """What Pixie says to whoever runs her; no answer, and not kept."""
        print_formatted_text(f"{text}\n")

    def stuck(self, error: StorageFull) -> None:
        """There is no room for an answer or a reminder. It is said once, until there is."""
        self._set_live("")
        if not self._told:
            self._told = True
            print_formatted_text(f"{kept(error)}\n")

    def draft(self, text: str) -> None:
        self._set_live(text)

    def thinking(self) -> None:
        self._set_live("…")

    def _set_live(self, text: str) -> None:
        text = "\n       ".join(harmless(line) for line in text.splitlines()[-LIVE_LINES:])
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
        with patch_stdout(raw=True), screen.keys():
            print_formatted_text(welcome + "\n")
            while True:
                try:
                    line = (await screen.ask()).strip()
                except (EOFError, KeyboardInterrupt):
                    return
                if not line:
                    continue
                try:
                    await self.accept(screen.numbers.typed(line))
                except StorageError as error:
                    print_formatted_text(f"{not_kept(error)}\n")

    async def read(
        self,
        screen: PlainScreen,
        source: AsyncIterator[str],
        drained: Callable[[], Awaitable[None]],
    ) -> None:
        """Answer every line of a pipe.

        `drained` returns when nothing of an earlier run is on its way any more. Raises
        `ConnectionError` when nobody reads the answers, and `StorageError` when a line or its
        answer cannot be stored.
        """
        await screen.until(drained())
        async for line in source:
            if not line.strip():
                continue
            screen.answered.clear()
            try:
                await self.accept(screen.numbers.typed(line.strip()))
            except StorageError as error:
                raise type(error)(not_kept(error)) from error
            try:
                async with asyncio.timeout(ANSWER_WITHIN):
                    await screen.until(screen.answered.wait())
            except TimeoutError:
                print("No answer yet; your message is kept.", file=sys.stderr)  # noqa: T201
        await screen.until(drained())
