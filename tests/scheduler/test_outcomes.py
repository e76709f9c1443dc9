"""Small units that share a commit: one that fails takes nobody with it."""

import asyncio
from datetime import UTC, datetime
from functools import partial

import pytest

from core.errors import Stale
from core.people import Person
from core.ports import Store, Work
from core.values import Identity, OwnerId
from scheduler.outcomes import AT_ONCE, Outcomes


def adding(name: str) -> Person:
    return Person(id=OwnerId(""), name=name, created_at=datetime(2026, 11, 23, tzinfo=UTC))


def identity(name: str) -> Identity:
    return Identity(platform="test", workspace="", user=name)


def stored(name: str, work: Work) -> Person | None:
    return work.people.by_identity(identity(name))


async def test_each_gets_its_own_result_and_its_own_failure(store: Store) -> None:
    outcomes: Outcomes[str] = Outcomes(store)

    def add(name: str, work: Work) -> str:
        work.people.add(adding(name), identity(name))
        if name == "n7":
            raise Stale
        return name

    names = [f"n{n}" for n in range(AT_ONCE + 5)]
    results = await asyncio.gather(
        *(outcomes.record(name, partial(add, name)) for name in names),
        return_exceptions=True,
    )
    assert isinstance(results[7], Stale)
    assert [result for at, result in enumerate(results) if at != 7] == [
        name for name in names if name != "n7"
    ]
    for name in names:
        known = await store.read(partial(stored, name))
        assert (known is None) == (name == "n7")


async def test_one_transaction_runs_its_units_in_the_order_of_what_they_touch(
    store: Store,
) -> None:
    outcomes: Outcomes[None] = Outcomes(store)
    ran: list[str] = []

    def note(name: str, work: Work) -> None:
        ran.append(name)

    await asyncio.gather(*(outcomes.record(name, partial(note, name)) for name in "dbca"))
    assert ran == ["a", "b", "c", "d"]


async def test_who_stops_waiting_does_no_harm(store: Store) -> None:
    outcomes: Outcomes[int] = Outcomes(store)
    gone = asyncio.create_task(outcomes.record("a", lambda _: 1))
    stays = asyncio.create_task(outcomes.record("b", lambda _: 2))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == 2
    with pytest.raises(asyncio.CancelledError):
        await gone
