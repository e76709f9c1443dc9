"""A store that says when its disk is full: what cannot be written cannot be told by the outbox."""

from collections.abc import Callable
from typing import TypeVar

from core.errors import StorageFull
from core.ports import Store, Unit

R = TypeVar("R")


class WatchedStore:
    """`core.ports.Store` over another one.

    `full` is called each time a unit finds no room; whoever asked for the unit has the error too.
    """

    def __init__(self, store: Store, full: Callable[[StorageFull], None]) -> None:
        self._store = store
        self._full = full

    async def run(self, unit: Unit[R]) -> R:
        try:
            return await self._store.run(unit)
        except StorageFull as error:
            self._full(error)
            raise

    async def read(self, unit: Unit[R]) -> R:
        return await self._store.read(unit)

    async def close(self) -> None:
        await self._store.close()
