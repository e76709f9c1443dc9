"""Ticks wake loops until they are told to end."""

import asyncio
from datetime import timedelta

import pytest

from scheduler.ticker import Tick, Ticker


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
