"""Budgets hold, whoever reserves at once; every call is accounted for."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.budget import Budget, Crossed, Limits, Spent, Standing, Total, budget
from core.deliveries import Usage
from core.ports import Store
from core.values import MOST_TOKENS, OwnerId
from db.store import open_store
from tests import given
from tests.fakes.clock import MONDAY, FakeClock

LIMITS = Limits(person_month=1000, instance_day=2000)


def allowed(limits: Limits = LIMITS) -> Budget:
    return budget(limits, own=None, zone="Europe/Lisbon", now=MONDAY)


def call(owner: OwnerId, **fields: Any) -> Usage:
    told: dict[str, Any] = {
        "owner": owner,
        "at": MONDAY,
        "vendor": "anthropic",
        "model": "claude-haiku-5-5",
        "tier": "quick",
        "purpose": "chat",
    }
    return Usage(**told | fields)


async def reserve(
    store: Store, owner: OwnerId, worst: int, *, limits: Limits = LIMITS, **fields: Any
) -> int | None:
    usage = call(owner, **fields)
    return await store.run(lambda work: work.usage.reserve(owner, usage, worst, allowed(limits)))


async def settle(
    store: Store,
    owner: OwnerId,
    row: int | None,
    counted: int,
    *,
    limits: Limits = LIMITS,
    **fields: Any,
) -> Crossed:
    assert row is not None
    usage = call(owner, **{"cost": counted} | fields)
    return await store.run(
        lambda work: work.usage.settle(owner, row, usage, counted, allowed(limits))
    )


async def spend(store: Store, owner: OwnerId, cost: int, **fields: Any) -> Crossed:
    row = await reserve(store, owner, cost, **fields)
    return await settle(store, owner, row, cost, **fields)


async def spent(store: Store, owner: OwnerId) -> Spent:
    return await store.read(lambda work: work.usage.spent(owner, allowed()))


async def standing(store: Store, owner: OwnerId) -> Standing:
    return await store.read(lambda work: work.usage.standing(owner, allowed()))


async def test_what_is_set_aside_counts_until_it_is_settled(store: Store) -> None:
    ann, bob = await given.person(store, "ann"), await given.person(store, "bob")
    row = await reserve(store, ann.id, 700, tier="deep", purpose="chat")
    assert row is not None
    assert await spent(store, ann.id) == Spent(person=700, instance=700)
    assert await spent(store, bob.id) == Spent(person=0, instance=700)
    (stored,) = await given.stored(store, "usage")
    assert stored["outcome"] == "running"
    assert stored["cost"] is None

    await settle(
        store,
        ann.id,
        row,
        30,
        at=MONDAY + timedelta(days=60),
        input_tokens=100,
        cached_tokens=90,
        output_tokens=7,
        milliseconds=1234,
    )
    assert await spent(store, ann.id) == Spent(person=30, instance=30)
    (stored,) = await given.stored(store, "usage")
    assert {name: stored[name] for name in ("cost", "counted", "outcome", "milliseconds")} == {
        "cost": 30,
        "counted": 30,
        "outcome": "ok",
        "milliseconds": 1234,
    }
    assert [stored[f"{kind}_tokens"] for kind in ("input", "cached", "output")] == [100, 90, 7]


async def test_what_does_not_fit_leaves_no_row(store: Store) -> None:
    ann = await given.person(store)
    assert await reserve(store, ann.id, 1001) is None
    assert await reserve(store, ann.id, 600) is not None
    assert await reserve(store, ann.id, 401) is None
    assert await reserve(store, ann.id, 400) is not None
    assert await reserve(store, ann.id, 1) is None
    assert len(await given.stored(store, "usage")) == 2


async def test_all_people_share_the_day(store: Store) -> None:
    people = [await given.person(store, name) for name in ("ann", "bob", "cid")]
    rows = [await reserve(store, person.id, 900) for person in people]
    assert [row is not None for row in rows] == [True, True, False]
    assert await spent(store, people[2].id) == Spent(person=0, instance=1800)
    assert await standing(store, people[2].id) is Standing.LOW


async def test_without_limits_everything_fits(store: Store) -> None:
    ann = await given.person(store)
    assert await reserve(store, ann.id, 10**15, limits=Limits()) is not None
    assert await reserve(store, ann.id, 10**15, limits=Limits()) is not None
    read = await store.read(lambda work: work.usage.standing(ann.id, allowed(Limits())))
    assert read is Standing.FREE


async def test_only_the_month_and_the_day_count(store: Store) -> None:
    ann = await given.person(store)
    budget_ = allowed()
    for at in (
        budget_.month_from - timedelta(seconds=1),
        budget_.month_from,
        budget_.day_from - timedelta(seconds=1),
        budget_.day_from,
    ):
        assert await reserve(store, ann.id, 10, at=at) is not None
    assert await spent(store, ann.id) == Spent(person=30, instance=10)


async def test_standing(store: Store) -> None:
    ann = await given.person(store)
    assert await standing(store, ann.id) is Standing.FREE
    await spend(store, ann.id, 799)
    assert await standing(store, ann.id) is Standing.FREE
    await spend(store, ann.id, 1)
    assert await standing(store, ann.id) is Standing.LOW
    await spend(store, ann.id, 200)
    assert await standing(store, ann.id) is Standing.SPENT


async def test_four_fifths_are_told_once(store: Store) -> None:
    ann, bob = await given.person(store, "ann"), await given.person(store, "bob")
    assert not await spend(store, ann.id, 790)
    assert await spend(store, ann.id, 20) == Crossed(person=True)
    assert not await spend(store, ann.id, 100)
    assert not await spend(store, bob.id, 600)
    assert await spend(store, bob.id, 300) == Crossed(person=True, instance=True)
    assert not await spend(store, bob.id, 50)


async def test_what_is_only_set_aside_crosses_nothing(store: Store) -> None:
    ann = await given.person(store)
    first, second = [await reserve(store, ann.id, 450) for _ in range(2)]
    assert await standing(store, ann.id) is Standing.LOW
    assert not await settle(store, ann.id, first, 10)
    assert not await settle(store, ann.id, second, 10)
    assert await spend(store, ann.id, 800) == Crossed(person=True)


async def test_a_call_of_last_month_crosses_nothing_in_this_one(store: Store) -> None:
    ann = await given.person(store)
    late = await reserve(store, ann.id, 900, at=allowed().month_from - timedelta(seconds=5))
    assert not await settle(store, ann.id, late, 900)
    assert await spent(store, ann.id) == Spent()


async def test_a_call_is_settled_once_and_by_its_owner(store: Store) -> None:
    ann, bob = await given.person(store, "ann"), await given.person(store, "bob")
    row = await reserve(store, ann.id, 900)
    assert not await settle(store, bob.id, row, 1)
    assert await settle(store, ann.id, row, 850) == Crossed(person=True)
    assert not await settle(store, ann.id, row, 5)
    assert await spent(store, ann.id) == Spent(person=850, instance=850)


async def test_what_a_crash_left_keeps_counting_and_its_cost_is_unknown(store: Store) -> None:
    ann = await given.person(store)
    await reserve(store, ann.id, 500)
    await spend(store, ann.id, 20, input_tokens=10)
    assert (await spent(store, ann.id)).person == 520
    (total,) = await store.read(lambda work: work.usage.totals(ann.id, MONDAY))
    assert (total.calls, total.cost, total.unknown) == (2, 20, 1)


async def test_counts_of_any_size_are_kept(store: Store) -> None:
    ann = await given.person(store)
    many = {f"{kind}_tokens": 3 * MOST_TOKENS for kind in ("input", "cached", "output")}
    most = 3 * MOST_TOKENS * 1_000_000
    row = await reserve(store, ann.id, most, limits=Limits())
    await settle(store, ann.id, row, most, limits=Limits(), **many)
    (total,) = await store.read(lambda work: work.usage.totals(ann.id, MONDAY))
    assert {name: getattr(total, name) for name in many} == many
    assert total.cost == most


async def test_totals_by_model_and_purpose(store: Store) -> None:
    ann, bob = await given.person(store, "ann"), await given.person(store, "bob")
    none = Limits()
    for owner, fields, cost in [
        (ann.id, {}, 3_000_000_000),
        (ann.id, {"input_tokens": 2_000_000_000, "cached_tokens": 5, "output_tokens": 6}, 4),
        (ann.id, {"input_tokens": 2_000_000_000}, None),
        (ann.id, {"purpose": "summary"}, 5),
        (ann.id, {"vendor": "openai", "model": "gpt-6-luna"}, 6),
        (ann.id, {"at": MONDAY - timedelta(seconds=1)}, 7),
        (bob.id, {}, 8),
    ]:
        row = await reserve(store, owner, 9, limits=none, **fields)
        await settle(store, owner, row, cost or 9, limits=none, **fields | {"cost": cost})
    haiku = Total(
        vendor="anthropic",
        model="claude-haiku-5-5",
        purpose="chat",
        calls=3,
        input_tokens=4_000_000_000,
        cached_tokens=5,
        output_tokens=6,
        cost=3_000_000_004,
        unknown=1,
    )
    nothing = {"calls": 1, "input_tokens": 0, "cached_tokens": 0, "output_tokens": 0, "unknown": 0}
    totals = await store.read(lambda work: work.usage.totals(ann.id, MONDAY))
    assert totals == [
        haiku,
        replace(haiku, vendor="openai", model="gpt-6-luna", cost=6, **nothing),
        replace(haiku, purpose="summary", cost=5, **nothing),
    ]
    assert all(type(getattr(total, name)) is int for total in totals for name in ("cost", "calls"))
    assert await store.read(lambda work: work.usage.totals(given.NOBODY, MONDAY)) == []


@pytest.mark.parametrize("by", ["person", "instance"])
async def test_replicas_together_stay_within_a_limit(
    store: Store, store_url: str, clock: FakeClock, by: str
) -> None:
    limits = Limits(person_month=500) if by == "person" else Limits(instance_day=500)
    people = [await given.person(store, f"person {at}") for at in range(20)]
    ids = [people[0 if by == "person" else at].id for at in range(20)]
    other = await open_store(store_url, clock)
    try:
        rows = await asyncio.gather(
            *(
                reserve((store, other)[at % 2], owner, 99, limits=limits)
                for at, owner in enumerate(ids)
            )
        )
        taken = [(owner, row) for owner, row in zip(ids, rows, strict=True) if row is not None]
        assert len(taken) == 5
        crossings = await asyncio.gather(
            *(
                settle((store, other)[at % 2], owner, row, 85, limits=limits)
                for at, (owner, row) in enumerate(taken)
            )
        )
        assert sum(map(bool, crossings)) == 1
    finally:
        await other.close()
