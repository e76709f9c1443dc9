"""Something that tests wait for: whatever changes it says so."""

import asyncio
from collections.abc import Callable


class Watched:
    """`touch` it when something changed."""

    def __init__(self) -> None:
        self._watching: list[asyncio.Future[None]] = []

    def touch(self) -> None:
        """Something changed: whoever waits in `until` looks again."""
        watching, self._watching = self._watching, []
        for each in watching:
            if not each.done():
                each.set_result(None)

    async def until(self, condition: Callable[[], object], within: float = 60.0) -> None:
        """Wait until the condition holds, looking whenever something changes here.

        Raises: TimeoutError after `within` real seconds.
        """
        async with asyncio.timeout(within):
            while not condition():
                changed = asyncio.get_running_loop().create_future()
                self._watching.append(changed)
                await changed
