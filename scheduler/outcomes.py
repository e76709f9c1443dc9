"""What became of deliveries, committed together: one transaction for all that wait."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from core.ports import Store, Work

R = TypeVar("R")

AT_ONCE = 20
"""Outcomes in one unit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome(Generic[R]):
    """A small unit, and who waits for its result."""

    touches: str
    unit: Callable[[Work], R]
    future: asyncio.Future[R]


class Outcomes(Generic[R]):
    """Runs small units, several in one transaction while another is being committed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[Outcome[R]] = []
        self._flushing: asyncio.Task[None] | None = None

    async def record(self, touches: str, unit: Callable[[Work], R]) -> R:
        """Commit a unit; raises what it or the store raises.

        `touches` names what it locks. Units of one transaction run in the order of these names,
        so that two replicas cannot wait for each other.
        """
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append(Outcome(touches=touches, unit=unit, future=future))
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        return await future

    async def _flush(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
                await self._commit(sorted(batch, key=lambda outcome: outcome.touches))
        finally:
            self._flushing = None

    async def _commit(self, batch: list[Outcome[R]]) -> None:
        try:
            results = await self._store.run(lambda work: [one.unit(work) for one in batch])
        except Exception as error:
            if len(batch) > 1:
                for one in batch:
                    await self._commit([one])
            elif not batch[0].future.done():
                batch[0].future.set_exception(error)
            return
        for one, result in zip(batch, results, strict=True):
            if not one.future.done():
                one.future.set_result(result)
