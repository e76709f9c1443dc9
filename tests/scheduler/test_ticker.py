"""Ticks wake, loops go on after failures, and both end when they are told."""

import asyncio
import logging
from datetime import timedelta

import pytest

from scheduler.loop import LONGEST_PAUSE, Loop
from scheduler.ticker import Tick, Ticker
from tests.fakes.clock import FakeClock


async def test_each_tick_wakes_its_loop_in_this_thread_until_stopped() -> None:
    enough = asyncio.Event()
    woken: list[str] = []

    def wake(name: str) -> None:
        assert asyncio.get_running_loop()
        woken.append(name)
        if woken.count("due") >= 3 and "summaries" in woken:
            enough.set()

    ticker = Ticker(
        [
            Tick(name="due", every=timedelta(milliseconds=5), wake=lambda: wake("due")),
            Tick(name="summaries", every=timedelta(milliseconds=9), wake=lambda: wake("summaries")),
        ]
    )
    running = asyncio.create_task(ticker.run())
    await asyncio.wait_for(enough.wait(), 10)
    ticker.stop()
    await running
    ended = len(woken)
    await asyncio.sleep(0.02)
    assert len(woken) == ended


async def test_a_cancelled_ticker_ends() -> None:
    ticker = Ticker([Tick(name="due", every=timedelta(seconds=1), wake=lambda: None)])
    running = asyncio.create_task(ticker.run())
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


class Counting(Loop):
    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.turns = 0
        self.failing = 0
        self.words = "call mom at 5"

    async def turn(self) -> None:
        self.turns += 1
        if self.failing:
            self.failing -= 1
            raise RuntimeError(self.words)


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_loop_turns_when_woken_and_now_and_then_by_itself(clock: FakeClock) -> None:
    loop = Counting(clock)
    running = asyncio.create_task(loop.run())
    await settled()
    assert loop.turns == 1
    loop.wake()
    await settled()
    assert loop.turns == 2
    clock.advance(seconds=loop.every)
    await settled()
    assert loop.turns == 3
    loop.stop()
    await running


async def test_a_failing_loop_is_patient_says_so_and_goes_on(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    loop = Counting(clock)
    loop.failing = 3
    with caplog.at_level(logging.ERROR):
        running = asyncio.create_task(loop.run())
        await settled()
        for turns, pause in enumerate((0.5, 1, 2), 1):
            assert loop.turns == turns
            clock.advance(seconds=pause)
            await settled()
    assert loop.turns == 4
    loop.stop()
    await running
    assert "Counting failed: RuntimeError" in caplog.text
    assert "call mom" not in caplog.text, "what people said is not for the log"


async def test_patience_has_an_end(clock: FakeClock) -> None:
    loop = Counting(clock)
    loop.failing = 100
    running = asyncio.create_task(loop.run())
    await settled()
    for _ in range(20):
        clock.advance(seconds=LONGEST_PAUSE)
        await settled()
    assert loop.turns == 21
    loop.stop()
    clock.advance(seconds=LONGEST_PAUSE)
    await running


async def test_a_loop_can_be_cancelled(clock: FakeClock) -> None:
    running = asyncio.create_task(Counting(clock).run())
    await settled()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
