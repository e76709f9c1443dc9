"""Until somebody waits for the clock that stands."""

import asyncio

from tests.fakes.clock import FakeClock


async def asleep(clock: FakeClock) -> None:
    """Raises: TimeoutError."""
    async with asyncio.timeout(60):
        while not clock.sleepers:
            await asyncio.sleep(0.001)
