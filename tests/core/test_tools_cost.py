"""/cost: what the models took, by model and purpose, and how the budget stands."""

from datetime import timedelta
from typing import Any

import pytest

from core.budget import Limits, budget
from core.deliveries import Usage
from core.ports import Store
from core.tools.cost import dollars
from tests.fakes.clock import MONDAY, FakeClock
from tests.toolbox import TOOLS, Toolbox, toolbox


async def used(box: Toolbox, counted: int = 0, *, settled: bool = True, **fields: Any) -> None:
    told: dict[str, Any] = {
        "owner": box.owner.id,
        "at": MONDAY,
        "vendor": "anthropic",
        "model": "claude-haiku-5-5",
        "tier": "quick",
        "purpose": "chat",
        "cost": counted,
    }
    usage = Usage(**told | fields)
    none = budget(Limits(), own=None, zone="UTC", now=MONDAY)
    owner = usage.owner
    row = await box.store.run(lambda work: work.usage.reserve(owner, usage, counted, none))
    assert row is not None
    if settled:
        await box.store.run(lambda work: work.usage.settle(owner, row, usage, counted, none))


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0, "$0"),
        (1, "under $0.0001"),
        (49, "under $0.0001"),
        (50, "$0.0001"),
        (12_345, "$0.0123"),
        (999_949, "$0.9999"),
        (1_000_000, "$1.00"),
        (1_235_000, "$1.24"),
        (1_234_567_890_000, "$1,234,567.89"),
    ],
)
def test_dollars(amount: int, shown: str) -> None:
    assert dollars(amount) == shown


async def test_nothing_was_asked(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    told = await box.call("cost")
    assert told.said.splitlines() == [
        "This month: no model was asked.",
        "Last 7 days: no model was asked.",
        "Today: no model was asked.",
    ]
    assert [button.command for button in told.buttons] == ["/cost today", "/cost week"]
    assert not TOOLS["cost"].for_models


async def test_by_model_and_purpose(store: Store, clock: FakeClock) -> None:
    box, bob = await toolbox(store, clock), await toolbox(store, clock, "bob")
    tokens = {"input_tokens": 3_412, "cached_tokens": 2_100, "output_tokens": 88}
    await used(box, 420_000, at=MONDAY - timedelta(days=10), **tokens)
    await used(box, 4_200, at=MONDAY - timedelta(days=2), **tokens)
    await used(box, 42, **tokens)
    await used(box, 1_500_000, model="claude-opus-5-5", purpose="plan", output_tokens=12_000)
    await used(box, 30_000, vendor="openai", model="llama3.2", cost=None, input_tokens=900)
    await used(box, 900_000, at=MONDAY - timedelta(days=23))
    await used(bob, 5_000_000)
    told = await box.call("cost")
    assert told.said.splitlines() == [
        "This month: $1.92 for 4 calls, and 1 call of unknown cost.",
        "Last 7 days: $1.50 for 3 calls, and 1 call of unknown cost.",
        "Today: $1.50 for 2 calls, and 1 call of unknown cost.",
        "",
        "model                       for   calls   input  cached  output     cost",
        "anthropic:claude-opus-5-5   plan      1       0       0  12,000    $1.50",
        "anthropic:claude-haiku-5-5  chat      3  10,236   6,300     264  $0.4242",
        "openai:llama3.2             chat      1     900       0       0  unknown",
    ]
    week = await box.call("cost", period="the last 7 days")
    assert week.said.startswith("Last 7 days: $1.50 for 3 calls, and 1 call of unknown cost.\n\n")
    today = await box.call("cost", period="Today?")
    assert "under $0.0001" in today.said


async def test_a_call_that_nobody_settled_is_unknown(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await used(box, 100_000, settled=False, cost=None)
    told = await box.call("cost", period="month")
    assert told.said.startswith("This month: 1 call of unknown cost.")
    assert told.said.endswith("  unknown")
    await used(box, 2_000)
    told = await box.call("cost", period="month")
    assert told.said.startswith("This month: $0.0020 for 1 call, and 1 call of unknown cost.")
    assert told.said.endswith("  $0.0020 + 1 unknown")


@pytest.mark.parametrize(
    ("spent", "state"),
    [
        (1_230_000, "Budget of this month: $1.23 of $5.00 used (24 %)."),
        (
            4_000_000,
            "Budget of this month: $4.00 of $5.00 used (80 %). I ask only the quick model now.",
        ),
        (
            6_000_000,
            "Budget of this month: $6.00 of $5.00 used (120 %). "
            "Until 1 December I answer by myself.",
        ),
    ],
)
async def test_the_month_s_budget(store: Store, clock: FakeClock, spent: int, state: str) -> None:
    box = await toolbox(store, clock)
    box.limits = Limits(person_month=5_000_000)
    await used(box, spent)
    told = await box.call("cost", period="today")
    assert told.said.splitlines()[-1] == state


async def test_a_budget_of_one_s_own_wins(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    box.limits = Limits(person_month=5_000_000)
    await box.set(budget=0)
    told = await box.call("cost")
    assert "$0 of $0 used (100 %). Until 1 December" in told.said


@pytest.mark.parametrize(
    ("spent", "follows"),
    [(1_000_000, ""), (8_000_000, "is nearly used up"), (9_999_999_999, "is used up")],
)
async def test_what_others_spend_is_not_told(
    store: Store, clock: FakeClock, spent: int, follows: str
) -> None:
    box, bob = await toolbox(store, clock), await toolbox(store, clock, "bob")
    box.limits = Limits(instance_day=10_000_000)
    await used(bob, spent)
    told = await box.call("cost")
    assert ("Today's budget for everyone here " in told.said) == bool(follows)
    assert follows in told.said
    assert "$" not in told.said


@pytest.mark.parametrize(
    "period", ["last month", "the past month", "last week", "yesterday", "🙂", "2026", "x" * 5000]
)
async def test_other_periods_are_not_told(store: Store, clock: FakeClock, period: str) -> None:
    box = await toolbox(store, clock)
    error = await box.refused("cost", period=period)
    assert "last 7 days" in str(error)
    assert [button.command for button in error.buttons] == [
        "/cost today",
        "/cost week",
        "/cost month",
    ]


@pytest.mark.parametrize(
    ("zone", "now_day"), [("Pacific/Kiritimati", "Today: no model"), ("UTC", "Today: $0.0100")]
)
async def test_days_are_the_person_s(
    store: Store, clock: FakeClock, zone: str, now_day: str
) -> None:
    box = await toolbox(store, clock, zone=zone)
    await used(box, 10_000, at=MONDAY - timedelta(hours=8))
    clock.advance(hours=2)
    told = await box.call("cost")
    assert now_day in told.said
