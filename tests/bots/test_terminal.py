"""The terminal front: what numbers mean, what is shown while someone types, and pipes."""

import asyncio
import io
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput
from prompt_toolkit.output.vt100 import Vt100_Output

from adapters.terminal import PLATFORM, TerminalMessenger
from bots import terminal
from bots.terminal import History, Numbers, PlainScreen, PromptScreen, Terminal
from core.errors import StorageFull
from core.ports import Messenger, Store, Unit, Work
from core.values import Button
from main import Pixie, build
from tests.fakes.clock import FakeClock
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.memory import FakeMemory

R = TypeVar("R")


def buttons(*commands: str) -> tuple[Button, ...]:
    return tuple(Button(label=command, command=command) for command in commands)


# --- numbers ---


def test_a_number_is_its_button() -> None:
    numbers = Numbers()
    assert numbers.next("reply:1") == 1
    numbers.add(buttons("/done a@1", "/undo b"))
    assert [numbers.typed(line) for line in ("1", "2", "02")] == ["/done a@1", "/undo b", "/undo b"]


@pytest.mark.parametrize("line", ["0", "3", "-1", "1.", "1 2", "²", "١", "1001", "", "9" * 5000])
def test_what_is_no_button_s_number_stands_for_itself(line: str) -> None:
    numbers = Numbers()
    numbers.add(buttons("/a", "/b"))
    assert numbers.typed(line) == line


def test_what_pixie_says_unasked_moves_no_number() -> None:
    numbers = Numbers()
    numbers.add(buttons("/done a@1", "/undo b"))
    assert numbers.next("reminder:r1:2026-11-23") == 3
    numbers.add(buttons("/snooze r1@1"))
    assert numbers.typed("1") == "/done a@1"
    assert numbers.typed("3") == "/snooze r1@1"
    assert numbers.next("reply:2") == 1
    assert numbers.typed("1") == "1"


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3)), max_size=20))
def test_a_number_keeps_its_meaning_until_the_next_answer(said: list[tuple[bool, int]]) -> None:
    numbers = Numbers()
    standing: dict[str, str] = {}
    for at, (asked, count) in enumerate(said):
        first = numbers.next(f"reply:{at}" if asked else f"reminder:{at}")
        if asked:
            standing = {}
        given_ = buttons(*(f"/x {at} {place}" for place in range(count)))
        numbers.add(given_)
        standing |= {str(first + place): button.command for place, button in enumerate(given_)}
        assert {number: numbers.typed(number) for number in standing} == standing


# --- pipes ---


async def all_of(source: AsyncIterator[str]) -> list[str]:
    return [line async for line in source]


async def test_a_pipe_s_lines_come_as_they_are_written() -> None:
    ours, theirs = os.pipe()
    with os.fdopen(ours) as source:
        lines = terminal.lines(source)
        os.write(theirs, b"one\ntw")
        assert await anext(lines) == "one\n"
        os.write(theirs, "o ü\n\xff".encode("latin-1"))
        assert await anext(lines) == "two \ufffd\n"
        os.close(theirs)
        assert await all_of(lines) == ["\ufffd"]


async def test_a_silent_pipe_can_be_left() -> None:
    ours, theirs = os.pipe()
    with os.fdopen(ours) as source:
        waiting = asyncio.ensure_future(anext(terminal.lines(source)))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    os.close(theirs)


async def test_a_file_s_lines(tmp_path: Path) -> None:
    (tmp_path / "lines").write_bytes(b"one\r\ntwo\xff")
    with (tmp_path / "lines").open() as source:
        assert await all_of(terminal.lines(source)) == ["one\r\n", "two\ufffd"]


def test_what_kind_of_input_it_is(tmp_path: Path) -> None:
    closed = (tmp_path / "x").open("w+")
    assert terminal.kind(closed) == "pipe"
    closed.close()
    assert terminal.kind(closed) == "none"
    assert terminal.kind(None) == "none"
    with Path(os.devnull).open() as nothing:
        assert terminal.kind(nothing) == "none"


class Whole:
    """Pixie on a store, with a screen before it, until it is left."""

    def __init__(self, pixie: Pixie, clock: FakeClock) -> None:
        self.pixie = pixie
        self.clock = clock
        self.front = Terminal(pixie.intake, clock, zone="Europe/Lisbon")

    async def __aenter__(self) -> "Whole":
        self._running = asyncio.ensure_future(self.pixie.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self.pixie.stop()
        await self._running

    async def settled(self) -> None:
        """Everything that was said is answered, and what is due has left."""
        while await self.pixie.store.read(lambda work: work.inbox.waiting() + work.outbox.live()):
            self.clock.advance(milliseconds=100)
            await asyncio.sleep(0.001)


def whole(store: Store, clock: FakeClock, screen: terminal.PlainScreen | PromptScreen) -> Whole:
    messengers: dict[str, Messenger] = {PLATFORM: TerminalMessenger(screen)}
    embedder = FakeEmbedder(ready=False)
    pixie = build(store, clock, messengers, FakeMemory(), embedder, full=screen.stuck)
    return Whole(pixie, clock)


async def said(*lines: str) -> AsyncIterator[str]:
    for line in lines:
        yield line


async def test_a_pipe_is_answered_line_by_line(sqlite_store: Store, clock: FakeClock) -> None:
    out = io.StringIO()
    screen = PlainScreen(out)
    async with whole(sqlite_store, clock, screen) as pixie:
        lines = said("remind me to stretch tomorrow at 9\n", " \n", "3\n")
        await pixie.front.read(screen, lines, pixie.settled)
    assert "#1 stretch · Tue 24 Nov 09:00 (Lisbon)\n   [1] Snooze" in out.getvalue()
    assert "cancelled" in out.getvalue()


async def test_a_reminder_finds_its_way_between_answers(
    sqlite_store: Store, clock: FakeClock
) -> None:
    out = io.StringIO()
    screen = PlainScreen(out)
    async with whole(sqlite_store, clock, screen) as pixie:

        async def lines() -> AsyncIterator[str]:
            yield "remind me to stretch in 5 minutes"
            before = screen.numbers.typed("1")
            clock.advance(timedelta(minutes=5))
            while out.getvalue().count("stretch") < 2:
                clock.advance(milliseconds=100)
                await asyncio.sleep(0.001)
            await pixie.settled()
            assert screen.numbers.typed("1") == before
            assert screen.numbers.typed("5") != "5"

        await pixie.front.read(screen, lines(), pixie.settled)


class Closed(io.StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError


async def test_nobody_reads_the_answers(sqlite_store: Store, clock: FakeClock) -> None:
    screen = PlainScreen(Closed())
    async with whole(sqlite_store, clock, screen) as pixie:
        with pytest.raises(BrokenPipeError):
            await pixie.front.read(screen, said("/help"), pixie.settled)


# --- the prompt ---


class Paper(Vt100_Output):
    """A terminal of 100 columns whose text can be read."""

    def __init__(self) -> None:
        self.text = io.StringIO()
        super().__init__(self.text, lambda: Size(rows=40, columns=100))


@contextmanager
def keyboard(output: DummyOutput | Vt100_Output) -> Iterator[PipeInput]:
    with create_pipe_input() as keys, create_app_session(input=keys, output=output):
        yield keys


async def test_typing_at_the_prompt(sqlite_store: Store, clock: FakeClock, tmp_path: Path) -> None:
    paper = Paper()
    with keyboard(paper) as keys:
        screen = PromptScreen(tmp_path / "history")
        async with whole(sqlite_store, clock, screen) as pixie:
            talking = asyncio.ensure_future(pixie.front.converse(screen))
            keys.send_text("remind me to stretch tomorrow at 9\r")
            await _until(paper, "Snooze")
            await pixie.settled()
            keys.send_text("   \r3\r")
            await _until(paper, "cancelled")
            keys.send_text("\x04")
            await talking
    assert (tmp_path / "history").read_text().count("+remind me to stretch") == 1


async def _until(paper: Paper, text: str) -> None:
    async with asyncio.timeout(60):
        while text not in paper.text.getvalue():
            await asyncio.sleep(0.01)


NO_ROOM = "There is no room left on the disk where PIXIE_DATA is: free some"


class Full:
    """An intake on a full disk."""

    async def accept(self, message: object) -> None:
        raise StorageFull(NO_ROOM)


def on_a_full_disk(clock: FakeClock) -> Terminal:
    return Terminal(Full(), clock, zone="")  # type: ignore[arg-type]  # all that it uses


async def test_a_full_disk_does_not_end_the_conversation(clock: FakeClock, tmp_path: Path) -> None:
    paper = Paper()
    with keyboard(paper) as keys:
        screen = PromptScreen(tmp_path / "history")
        keys.send_text("hello\r\x04")
        await on_a_full_disk(clock).converse(screen)
    assert f"{NO_ROOM} and say it again." in paper.text.getvalue()


async def test_a_full_disk_ends_a_pipe(clock: FakeClock) -> None:
    async def drained() -> None:
        """Nothing is left of an earlier run."""

    with pytest.raises(StorageFull, match=f"{NO_ROOM} and say it again."):
        await on_a_full_disk(clock).read(PlainScreen(io.StringIO()), said("hello"), drained)


class Narrow:
    """A store with room for what is said, but while it is `full` for no answer."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.full = True
        self.refused = 0

    async def run(self, unit: Unit[R]) -> R:
        def limited(work: Work) -> R:
            before = work.outbox.live()
            result = unit(work)
            if self.full and work.outbox.live() > before:
                self.refused += 1
                raise StorageFull(NO_ROOM)
            return result

        return await self._store.run(limited)

    async def read(self, unit: Unit[R]) -> R:
        return await self._store.read(unit)

    async def close(self) -> None:
        await self._store.close()


async def test_who_waits_for_an_answer_is_told_once_that_there_is_no_room(
    sqlite_store: Store, clock: FakeClock, tmp_path: Path
) -> None:
    paper, disk = Paper(), Narrow(sqlite_store)
    with keyboard(paper) as keys:
        screen = PromptScreen(tmp_path / "history")
        async with whole(disk, clock, screen) as pixie:
            talking = asyncio.ensure_future(pixie.front.converse(screen))
            keys.send_text("remind me to stretch tomorrow at 9\r")
            await _until(paper, "What you said is kept.")
            while disk.refused < 8:
                clock.advance(seconds=1)
                await asyncio.sleep(0.001)
            disk.full = False
            while "Snooze" not in paper.text.getvalue():
                clock.advance(seconds=1)
                await asyncio.sleep(0.001)
            await pixie.settled()
            assert paper.text.getvalue().count("Snooze") == 1
            assert paper.text.getvalue().count(NO_ROOM) == 1
            disk.full = True
            keys.send_text("remind me to eat tomorrow at 9\r")
            while paper.text.getvalue().count(NO_ROOM) < 2:
                clock.advance(seconds=1)
                await asyncio.sleep(0.001)
            keys.send_text("\x04")
            await talking
            disk.full = False
            await pixie.settled()
    assert f"{NO_ROOM}, and I go on where I stopped." in paper.text.getvalue()


async def test_a_pipe_does_not_wait_for_room_and_the_next_one_gets_the_answer(
    sqlite_store: Store, clock: FakeClock
) -> None:
    disk, out = Narrow(sqlite_store), io.StringIO()
    screen = PlainScreen(out)
    async with whole(disk, clock, screen) as pixie:
        with pytest.raises(StorageFull, match="What you said is kept"):
            await pixie.front.read(screen, said("remind me to stretch at 9"), pixie.settled)
    assert out.getvalue() == ""
    screen = PlainScreen(out)
    clock.advance(minutes=1)
    async with whole(disk, clock, screen) as pixie:
        with pytest.raises(StorageFull, match="What you said is kept"):
            await pixie.front.read(screen, said(), pixie.settled)
    disk.full = False
    screen = PlainScreen(out)
    clock.advance(minutes=1)
    async with whole(disk, clock, screen) as pixie:
        await pixie.front.read(screen, said(), pixie.settled)
    assert out.getvalue().count("#1 stretch") == 1


async def test_a_growing_answer_is_one_small_line_above_the_prompt(tmp_path: Path) -> None:
    with keyboard(DummyOutput()):
        screen = PromptScreen(tmp_path / "history")
        screen.draft("\x1b[2J" + "\n".join(f"line {number}" for number in range(50)))
        shown = "".join(part[1] for part in screen._message())  # type: ignore[union-attr]
        assert "line 49" in shown
        assert "line 44" not in shown
        assert "\x1b" not in shown
        screen.thinking()
        assert "…" in "".join(part[1] for part in screen._message())  # type: ignore[union-attr]


def test_the_history_takes_any_bytes_and_a_folder_that_is_gone(tmp_path: Path) -> None:
    history = History(str(tmp_path / "history"))
    history.store_string("half \udcff")
    assert "+half ?" in (tmp_path / "history").read_text()
    History(str(tmp_path / "gone" / "history")).store_string("hello")
