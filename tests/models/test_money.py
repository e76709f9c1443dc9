"""A budget: said once when four fifths are used up, then the quick model alone, then no model."""

from decimal import Decimal

from core.accounts import RowAccounts
from core.budget import Limits
from core.ports import Store
from core.prices import Price, Prices
from core.thinking import OUT_OF_BUDGET
from tests.fakes.clock import FakeClock
from tests.fakes.models import RATE_SENTENCE, Fault, Said
from tests.models.talk import Talk
from tests.models.vendors import Vendor

VAGUE = "so what do you reckon"
DEEP = "help me plan and prioritise all of it, and explain what to drop and why"
LOW = (
    "(80% of your budget of this month for language models is used up: from here on I ask the "
    "quick one, and at the end I answer by myself. /cost shows what was spent.)"
)
PRICE = Price(input=Decimal(0), output=Decimal(1))
"""A micro-dollar for each token written."""


def talking(
    store: Store, clock: FakeClock, vendor: Vendor, *, month: int | None, day: int | None = None
) -> Talk:
    limits = Limits(person_month=month, instance_day=day)
    prices = Prices({model.name: PRICE for model in (vendor.quick, vendor.deep)})
    accounts = RowAccounts(store, clock, prices=prices, limits=limits, unpriced=1)
    return Talk(store, clock, vendor.quick, deep=[vendor.deep], accounts=accounts)


async def test_a_budget_runs_low_is_said_once_and_runs_out(
    store: Store, clock: FakeClock, vendor: Vendor
) -> None:
    most = vendor.quick.max_output
    talk = talking(store, clock, vendor, month=10 * most)
    vendor.server.script(Said(text="First.", output_tokens=8 * most))
    assert await talk.say(DEEP) == ["First.", LOW]
    vendor.server.script(Said(text="Second.", output_tokens=most // 2))
    assert await talk.say(DEEP) == ["Second."]
    assert [heard.model for heard in vendor.heard] == [
        vendor.deep.name.partition(":")[2],
        vendor.quick.name.partition(":")[2],
    ]
    vendor.server.script(Said(text="Third.", output_tokens=most))
    assert await talk.say(VAGUE) == ["Third."]
    (by_herself,) = await talk.say(VAGUE)
    assert by_herself.startswith("I did not understand that.")
    assert len(vendor.heard) == 3
    assert (await talk.say("add a task: buy milk"))[0] == "✅ #1 buy milk"
    await talk.check()


async def test_it_is_said_though_the_call_that_used_it_up_failed(
    sqlite_store: Store, clock: FakeClock, vendor: Vendor
) -> None:
    most = vendor.quick.max_output
    talk = talking(sqlite_store, clock, vendor, month=10 * most)
    vendor.server.script(Said(text=RATE_SENTENCE, output_tokens=8 * most))
    vendor.plays(lambda heard: Fault.FAILED)
    said = await talk.say(VAGUE)
    assert said[0].startswith("I did not understand that.")
    assert said[-1] == LOW
    assert "80%" not in "".join(await talk.say(VAGUE))
    await talk.check()


async def test_why_tells_that_a_budget_decided(
    sqlite_store: Store, clock: FakeClock, vendor: Vendor
) -> None:
    most = vendor.quick.max_output
    talk = talking(sqlite_store, clock, vendor, month=10 * most)
    vendor.server.script(Said(text="One.", output_tokens=8 * most), Said(text="Two."))
    await talk.say(DEEP)
    await talk.say(DEEP)
    (told,) = await talk.say("/why")
    assert told.startswith(f"{vendor.quick.name} answered: quick: score ")
    assert told.endswith(", but the budget runs low.")
    vendor.server.script(Said(text="Three.", output_tokens=2 * most))
    await talk.say(VAGUE)
    await talk.say(VAGUE)
    (told,) = await talk.say("/why")
    assert told.startswith("I answered by myself: the budget for models is used up; ")


async def test_a_budget_that_ends_in_the_middle_is_told(
    sqlite_store: Store, clock: FakeClock, vendor: Vendor
) -> None:
    most = vendor.quick.max_output
    talk = talking(sqlite_store, clock, vendor, month=2 * most)
    calls = (("create_task", {"title": "Book flights"}),)
    vendor.server.script(Said(calls=calls, output_tokens=int(1.7 * most)))
    said = await talk.say("could you put booking the flights on my plate, pretty please")
    assert OUT_OF_BUDGET in said
    assert any(line.startswith("✅ #1 Book flights") for line in said)
    await talk.check()


async def test_both_budgets_are_told_in_one_sentence(
    sqlite_store: Store, clock: FakeClock, vendor: Vendor
) -> None:
    most = vendor.quick.max_output
    talk = talking(sqlite_store, clock, vendor, month=2 * most, day=2 * most)
    vendor.server.script(Said(text="Much.", output_tokens=int(1.7 * most)))
    said = await talk.say(VAGUE)
    assert said[0] == "Much."
    assert said[1].startswith(
        "(80% of your budget of this month and of the budget of all here for today for language"
    )
    await talk.check()


async def test_a_call_that_might_not_fit_is_not_made(
    sqlite_store: Store, clock: FakeClock, vendor: Vendor
) -> None:
    talk = talking(sqlite_store, clock, vendor, month=vendor.quick.max_output - 1)
    (said,) = await talk.say(VAGUE)
    assert said.startswith("I did not understand that.")
    assert vendor.heard == []
