"""A loop goes on after failures, patiently, and ends when it is told."""

import asyncio
import logging

import pytest

from core.errors import StorageFull, Unavailable
from core.loop import LONGEST_PAUSE, Loop
from tests.fakes.clock import FakeClock


class Counting(Loop):
    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.turns = 0
        self.failing = 0
        self.error: Exception = RuntimeError("call mom at 5")

    async def turn(self) -> None:
        self.turns += 1
        if self.failing:
            self.failing -= 1
            raise self.error


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


@pytest.mark.parametrize("error", [StorageFull("free some room"), Unavailable("HTTP 503")])
async def test_what_is_outside_of_us_is_logged_in_a_line(
    clock: FakeClock, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    loop = Counting(clock)
    loop.failing, loop.error = 1, error
    running = asyncio.create_task(loop.run())
    await settled()
    assert caplog.messages == [f"Counting failed: {type(error).__name__}: {error}"]
    assert "Traceback" not in caplog.text
    loop.stop()
    await running


async def test_a_wake_does_not_hurry_a_failing_loop_and_a_stop_does(clock: FakeClock) -> None:
    loop = Counting(clock)
    loop.failing = 100
    running = asyncio.create_task(loop.run())
    await settled()
    loop.wake()
    await settled()
    assert loop.turns == 1
    loop.stop()
    await running
    assert loop.turns == 1


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
    await running


async def test_a_loop_can_be_cancelled(clock: FakeClock) -> None:
    running = asyncio.create_task(Counting(clock).run())
    await settled()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
