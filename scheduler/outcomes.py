"""What became of deliveries, committed together: one transaction for all that wait."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from core.ports import Store, Work

R = TypeVar("R")

AT_ONCE = 20
"""Outcomes in one unit."""


class Outcomes(Generic[R]):
    """Runs small units, several in one transaction while one is being committed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[tuple[Callable[[Work], R], asyncio.Future[R]]] = []
        self._flushing: asyncio.Task[None] | None = None

    async def record(self, unit: Callable[[Work], R]) -> R:
        """Commit a unit; raises what it or the store raises."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((unit, future))
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        return await future

    async def _flush(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
                await self._commit(batch)
        finally:
            self._flushing = None

    async def _commit(self, batch: list[tuple[Callable[[Work], R], asyncio.Future[R]]]) -> None:
        try:
            results = await self._store.run(lambda work: [unit(work) for unit, _ in batch])
        except Exception as error:
            if len(batch) == 1:
                if not batch[0][1].done():
                    batch[0][1].set_exception(error)
                return
            for one in batch:
                await self._commit([one])
            return
        for (_, future), result in zip(batch, results, strict=True):
            if not future.done():
                future.set_result(result)
