"""What a stage does whichever platform stands on it: the clock, waiting, and the terminal."""

import asyncio
import re
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from adapters.terminal import PLATFORM as TERMINAL
from core import linking
from core.accounts import RowAccounts
from core.hearing import Ears
from core.ports import Store, Work
from core.prices import Prices
from core.situation import NO_LIMITS
from core.values import Address, Identity, IncomingMessage
from db.tables import people, reminders
from db.work import DatabaseWork
from main import Pixie
from tests.dialogs import play as terminal
from tests.fakes.clock import FakeClock
from tests.fakes.transcriber import FakeTranscriber

INDENT = " " * 7
LONG = 400
ENDS = 60
PATIENCE = 60.0
"""Real seconds in which Pixie takes in what she is told."""
ROUNDS = 60
"""Seconds of the clock in which everything that can be sent has left."""
CODE = re.compile(rf"\b{linking.CODE}\b")
YOU = Address(platform=TERMINAL, workspace="", chat="local")
"""Whoever sits at the terminal."""
MOVES = ("now ", "wait ", "off", "restart", "held", "let go")


class Stage(ABC):
    """Pixie on a store, and people who talk to her."""

    arrangements: tuple[str, ...] = ()
    """What lines begin with that `_arrange` reads."""

    def __init__(self, store: Store, clock: FakeClock, *, listens: bool = False) -> None:
        """`listens`: a model writes down what is spoken."""
        self.zone = "UTC"
        self._store = store
        self._clock = clock
        self._held = False
        self._terminal = terminal.Screens()
        self._typed = 0
        self._code = ""
        self._ears = self._hearing() if listens else None
        self._running = AsyncExitStack()
        self.pixie: Pixie

    async def __aenter__(self) -> "Stage":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._running.aclose()

    # --- what each platform does in its own way ---

    @abstractmethod
    def _whole(self) -> AbstractAsyncContextManager[Pixie]:
        """All of Pixie, every part anew."""

    @abstractmethod
    async def _ready(self) -> None:
        """Until she hears all that people do."""

    @abstractmethod
    async def _taken(self) -> None:
        """Until she has taken in all that people did."""

    @abstractmethod
    def _hold(self) -> None:
        """From now on nothing reaches her."""

    @abstractmethod
    def _let_go(self, times: int) -> None:
        """Now it does: the last first, each so many times."""

    @abstractmethod
    async def _arrange(self, what: str, words: str) -> None:
        """One of `arrangements`."""

    @abstractmethod
    def _act(self, line: str) -> list[str]:
        """Somebody does something; returns what they see at once."""

    @abstractmethod
    async def _shown(self) -> list[str]:
        """What people see that is new, as lines."""

    async def _through(self, work: Coroutine[Any, Any, object]) -> None:
        """Let it come to its end."""
        await work

    # --- what happens ---

    async def start(self) -> None:
        """Every part anew, over the same rows."""
        await self._running.aclose()
        self.pixie = await self._running.enter_async_context(self._whole())
        async with asyncio.timeout(PATIENCE):
            await self._ready()

    async def play(self, line: str) -> list[str]:
        """One line of a transcript; returns what Pixie did, as lines of one."""
        came: list[str] = []
        if line.startswith("you "):
            await self._type(self._meant(line.removeprefix("you ").strip()))
        elif line.startswith(MOVES):
            came = await self._move(*line.partition(" ")[::2])
        elif line.startswith(self.arrangements):
            await self._arrange(*line.partition(" ")[::2])
        else:
            came = self._act(line)
        return came if self._held else came + await self.settle()

    async def settle(self) -> list[str]:
        """Let Pixie do all that there is to do now."""
        async with asyncio.timeout(PATIENCE):
            await self._taken()
        for _ in range(ROUNDS):
            await self._through(self.pixie.workers.work_off())
            await self._through(self.pixie.delivery.deliver_due())
            if not await self._store.read(lambda work: work.inbox.waiting() + work.outbox.live()):
                break
            self._clock.advance(seconds=1)
        else:
            raise AssertionError("Pixie did not come to an end")
        await self.pixie.indexer.catch_up()
        lines = await self._shown()
        screen = self._terminal.of(YOU.chat)
        printed, screen.lines = screen.lines, []
        lines += [f"pixie → you  {printed[0]}"] if printed else []
        lines += [f"{INDENT}{line}" for line in printed[1:]]
        return [CODE.sub(self._seen, line) for line in lines]

    def _seen(self, code: re.Match[str]) -> str:
        self._code = code[0]
        return "{code}"

    async def _type(self, words: str) -> None:
        """At the terminal."""
        self._typed += 1
        message = IncomingMessage(
            id=f"typed-{self._typed}",
            sender=Identity(platform=YOU.platform, workspace="", user=YOU.chat),
            address=YOU,
            text=self._terminal.of(YOU.chat).numbers.typed(words),
            at=self._clock.now(),
            zone=self.zone,
        )
        await self.pixie.intake.accept(message)

    def _meant(self, words: str) -> str:
        return meant(words.replace("{code}", self._code))

    async def _move(self, what: str, words: str) -> list[str]:
        match what:
            case "now":
                at, self.zone = words.rsplit(" ", 1)
                self._clock.set(terminal.moment(at, self.zone))
            case "restart":
                await self.start()
            case "off":
                await self._running.aclose()
                self._clock.set(terminal.until(words, self._clock, self.zone))
                await self.start()
            case "wait":
                return await self._wait(words)
            case "held":
                self._held = True
                self._hold()
            case _:
                self._held = False
                self._let_go(2 if words == "go twice" else 1)
        return []

    def _hearing(self) -> Ears:
        """What hears in a recording the words that it holds."""
        prices = Prices.load(None)
        paying = RowAccounts(
            self._store, self._clock, prices=prices, limits=NO_LIMITS, unpriced=50_000
        )
        return Ears(transcriber=FakeTranscriber(), accounts=paying)

    async def _wait(self, words: str) -> list[str]:
        """From one thing that is due to the next."""
        came: list[str] = []
        end = terminal.until(words, self._clock, self.zone)
        while self._clock.now() < end:
            self._clock.set(min([end, *await self._due()]))
            await self.pixie.due.fire()
            await self.pixie.summaries.turn()
            came += await self.settle()
        return came

    async def _due(self) -> list[datetime]:
        """When something is due next."""

        def unit(work: Work) -> list[datetime]:
            assert isinstance(work, DatabaseWork)
            columns = (reminders.c.next_at, people.c.summary_next)
            soonest = [
                work._session.value(sa.select(sa.func.min(each)).where(each > work.now))
                for each in columns
            ]
            return [at for at in soonest if at is not None]

        return await self._store.read(unit)


def shortened(line: str) -> str:
    """A line that is too long to be read in a transcript, by its ends and length."""
    if len(line) <= LONG:
        return line
    return f"{line[:ENDS]} … {line[-ENDS:]} ({len(line):,} characters)"


def meant(words: str) -> str:
    """What a transcript writes for characters that cannot stand in it."""
    words = re.sub(r"\{(.*?) × (\d+)\}", lambda found: found[1] * int(found[2]), words)
    words = words.replace("\\n", "\n").replace("\\0", "\0")
    return re.sub(r"\\(d[89a-f][0-9a-f]{2})", lambda found: chr(int(found[1], 16)), words)
