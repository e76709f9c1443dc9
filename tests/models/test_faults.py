"""Every way in which a model call goes wrong, at each vendor, early and late in a message.

The person gets exactly one reply that makes sense, the rows are whole, and nothing is done twice.
The engine always streams; `Whole` has it ask in one piece, as a model without streaming would.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from core.ports import Ask, Model, Store
from core.thinking import CUT, DECLINED, TOO_MUCH, UNFINISHED
from core.values import AssistantTurn
from tests.dialogs.play import Conversation
from tests.fakes.clock import FakeClock
from tests.fakes.llm import EAGER
from tests.fakes.models import Fault, Said, Step
from tests.models.talk import BRIEF, Talk
from tests.models.vendors import Heard, Vendor

ADD = "could you put booking the flights on my plate, pretty please"
PLATE = "what have I still got on my plate with the flights and all that"
LISTED = "It is on your list."
TORN = "Let me have a look a …"
TICKETS = "buy tickets but only if the weather is fine"
UNSURE = f"add a task to {TICKETS}"
"""The built-in understanding would rather have a model look at this."""
FLIGHTS = Said(calls=(("create_task", {"title": "Book flights"}),))
CARD = ["✅ #1 Book flights", "   [1] Done  [2] Move  [3] Undo"]
LOST = (
    "I did not understand that. Try “remind me to call mom tomorrow at 2”, “lunch with Sam on "
    "Friday 12-1:30” or “what's on this week?”. “help” shows more."
)
"""The built-in understanding does not know what ADD means."""

SILENT = {Fault.TIMEOUT, Fault.STALL}
BEGUN = {Fault.STALL, Fault.CUT, Fault.ERROR_EVENT}
"""Words have come before it breaks."""
SETTLED = {Fault.MALFORMED_ARGUMENTS, Fault.MAX_TOKENS}
"""The same model goes on: what it said is an answer of a kind."""
SOON_OVER = {
    Fault.OVERLOADED,
    Fault.FAILED,
    Fault.CUT,
    Fault.ERROR_EVENT,
    Fault.EMPTY,
    Fault.RATE_SENTENCE,
}
"""The last model that is left is asked once more."""
ALONE = {Fault.REFUSAL: DECLINED, Fault.CONTEXT_TOO_LONG: TOO_MUCH}
"""What the person is told when no other model takes it; of the others they hear nothing."""


class Whole:
    """A model that is asked for its answer in one piece."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.name = model.name
        self.max_output = model.max_output

    async def complete(self, ask: Ask) -> AssistantTurn:
        return await self._model.complete(ask)

    async def stream(self, ask: Ask) -> AsyncIterator[str | AssistantTurn]:
        yield await self._model.complete(ask)

    async def open(self) -> None:
        await self._model.open()

    async def check(self) -> None:
        await self._model.check()

    async def close(self) -> None:
        await self._model.close()


def play(heard: Heard) -> Step:
    """A model in good health: it makes the task, and then says so."""
    made = any("Task made" in result for result in heard.results)
    return Said(text=LISTED) if made else FLIGHTS


def talking(store: Store, clock: FakeClock, fault: Fault, *models: Model) -> Talk:
    return Talk(store, clock, *models, patience=BRIEF if fault in SILENT else EAGER)


async def whole(talk: Talk, *vendors: Vendor) -> None:
    """One reply, sound rows, and every call that reached a vendor accounted for, once."""
    await talk.check()
    assert len(talk.watched.replies) == 1
    assert len(talk.accounts.settled) == sum(len(vendor.heard) for vendor in vendors)
    assert all(task.version == 1 for task in await talk.tasks())


@pytest.mark.parametrize("streamed", [True, False], ids=["streamed", "in one piece"])
@pytest.mark.parametrize("fault", Fault)
async def test_another_model_takes_over(
    sqlite_store: Store,
    clock: FakeClock,
    vendor: Vendor,
    other: Vendor,
    fault: Fault,
    streamed: bool,
) -> None:
    vendor.server.retry_after = "40"
    vendor.server.script(fault)
    vendor.plays(play)
    other.plays(play)
    asked: Model = vendor.quick if streamed else Whole(vendor.quick)
    talk = talking(sqlite_store, clock, fault, asked, other.quick)
    said = await talk.say(ADD)
    if fault is Fault.MAX_TOKENS:
        assert said == [TORN, CUT]
        assert await talk.tasks() == []
    else:
        assert said == [LISTED, *CARD]
        assert await talk.titles() == ["Book flights"]
    if streamed and said[0] == LISTED:
        assert talk.watched.drafts[-1] == LISTED
        assert talk.watched.replies[-1].draft == "draft"
    assert bool(other.heard) == (fault not in SETTLED)
    await whole(talk, vendor, other)


@pytest.mark.parametrize("fault", Fault)
async def test_another_model_goes_on_after_a_tool_has_run(
    sqlite_store: Store, clock: FakeClock, vendor: Vendor, other: Vendor, fault: Fault
) -> None:
    vendor.server.retry_after = "40"
    vendor.server.script(FLIGHTS, fault)
    vendor.plays(play)
    other.plays(play)
    talk = talking(sqlite_store, clock, fault, vendor.quick, other.quick)
    said = await talk.say(ADD)
    match fault:
        case Fault.MAX_TOKENS:
            assert said == [TORN, CUT, *CARD]
        case Fault.EMPTY:
            assert said == CARD
        case _:
            assert said == [LISTED, *CARD]
    assert await talk.titles() == ["Book flights"]
    assert bool(other.heard) == (fault not in SETTLED | {Fault.EMPTY})
    if other.heard:
        assert other.heard[0].turns == vendor.heard[1].turns
    if fault in BEGUN:  # what it had said is shown, and gives way
        assert talk.watched.drafts[0].startswith("Let me")
        assert talk.watched.drafts[-1] == LISTED
    await whole(talk, vendor, other)


@pytest.mark.parametrize("fault", Fault)
async def test_with_no_other_model_pixie_answers_by_herself(
    sqlite_store: Store, clock: FakeClock, vendor: Vendor, fault: Fault
) -> None:
    vendor.server.retry_after = "40"
    vendor.plays(lambda heard: fault)
    talk = talking(sqlite_store, clock, fault, vendor.quick)
    said = await talk.say(ADD)
    match fault:
        case Fault.MAX_TOKENS:
            assert said == [TORN, CUT]
        case _:
            assert said == [ALONE.get(fault, LOST)]
    assert await talk.tasks() == []
    asked = 2 if fault in SOON_OVER else 1
    assert len(vendor.heard) == (3 if fault is Fault.MALFORMED_ARGUMENTS else asked)
    await whole(talk, vendor)


@pytest.mark.parametrize("fault", Fault)
async def test_with_no_other_model_what_a_tool_did_is_shown(
    sqlite_store: Store, clock: FakeClock, vendor: Vendor, fault: Fault
) -> None:
    vendor.server.retry_after = "40"
    vendor.server.script(FLIGHTS)
    vendor.plays(lambda heard: fault)
    talk = talking(sqlite_store, clock, fault, vendor.quick)
    said = await talk.say(ADD)
    assert said[-2:] == CARD
    match fault:
        case Fault.MAX_TOKENS:
            assert said[:-2] == [TORN, CUT]
        case Fault.EMPTY:
            assert said[:-2] == []
        case _:
            assert said[:-2] == [UNFINISHED]
    assert await talk.titles() == ["Book flights"]
    await whole(talk, vendor)


async def test_what_was_understood_is_done_when_the_models_fail_after_looking(
    sqlite_store: Store, clock: FakeClock, vendor: Vendor
) -> None:
    vendor.server.script(Said(calls=(("list_tasks", {}),)))
    vendor.plays(lambda heard: Fault.FAILED)
    talk = Talk(sqlite_store, clock, vendor.quick)
    said = await talk.say(UNSURE)
    assert await talk.titles() == [TICKETS]
    assert UNFINISHED not in said
    await talk.check()


@pytest.mark.parametrize("fault", ALONE)
async def test_what_was_understood_is_done_when_no_model_takes_it(
    sqlite_store: Store, clock: FakeClock, vendor: Vendor, fault: Fault
) -> None:
    vendor.plays(lambda heard: fault)
    talk = Talk(sqlite_store, clock, vendor.quick)
    await talk.say(UNSURE)
    assert await talk.titles() == [TICKETS]
    await talk.check()


@pytest.mark.parametrize("fault", ALONE)
async def test_what_was_understood_is_done_when_no_model_takes_it_after_looking(
    sqlite_store: Store, clock: FakeClock, vendor: Vendor, fault: Fault
) -> None:
    vendor.server.script(Said(calls=(("list_tasks", {}),)))
    vendor.plays(lambda heard: fault)
    talk = Talk(sqlite_store, clock, vendor.quick)
    await talk.say(UNSURE)
    assert await talk.titles() == [TICKETS]
    await talk.check()


@pytest.mark.parametrize(
    "nonsense", [Fault.MALFORMED_ARGUMENTS, Said(calls=(("launch_rocket", {}),))], ids=str
)
async def test_who_keeps_calling_tools_wrongly_gives_way(
    sqlite_store: Store, clock: FakeClock, vendor: Vendor, other: Vendor, nonsense: Step
) -> None:
    vendor.plays(lambda heard: nonsense)
    other.plays(play)
    talk = Talk(sqlite_store, clock, vendor.quick, other.quick)
    assert await talk.say(ADD) == [LISTED, *CARD]
    assert [len(vendor.heard), len(other.heard)] == [3, 2]
    other.plays(lambda heard: nonsense)
    said = await talk.say(UNSURE)
    assert said[0].startswith(f"✅ #2 {TICKETS}")
    await talk.check()


async def test_a_list_that_was_looked_up_is_shown_with_the_rest_left_open(
    sqlite_store: Store, clock: FakeClock, vendor: Vendor
) -> None:
    vendor.server.script(Said(calls=(("list_tasks", {}),)))
    vendor.plays(lambda heard: Fault.FAILED)
    talk = Talk(sqlite_store, clock, vendor.quick)
    assert await talk.say(ADD) == ["You have no open tasks.", UNFINISHED]
    await talk.check()


async def test_a_short_wait_that_the_vendor_asks_for_is_waited(
    sqlite_store: Store, clock: FakeClock, vendor: Vendor
) -> None:
    vendor.server.script(Fault.LIMITED)
    vendor.plays(play)
    talk = Talk(sqlite_store, clock, vendor.quick)
    saying = asyncio.ensure_future(talk.say(ADD))
    while clock.sleepers < 2:  # the lane's lease, and the wait
        await asyncio.sleep(0)
    assert len(vendor.heard) == 1
    clock.advance(seconds=2)
    assert await saying == [LISTED, *CARD]
    await whole(talk, vendor)


async def test_the_first_model_comes_back_when_it_has_recovered(
    sqlite_store: Store, clock: FakeClock, vendor: Vendor, other: Vendor
) -> None:
    vendor.plays(lambda heard: Fault.OVERLOADED)
    other.plays(lambda heard: Said(text="Not much."))
    talk = Talk(sqlite_store, clock, vendor.quick, other.quick)
    for _ in range(5):
        assert await talk.say("so what do you reckon") == ["Not much."]
    assert [len(vendor.heard), len(other.heard)] == [3, 5]
    vendor.plays(lambda heard: Said(text="I am well again."))
    clock.advance(timedelta(seconds=31))
    assert await talk.say("so what do you reckon") == ["I am well again."]
    assert len(other.heard) == 5
    await talk.check()


@pytest.mark.parametrize(
    "nonsense",
    [
        Fault.MALFORMED_ARGUMENTS,
        Said(calls=(("launch_rocket", {}),)),
        Said(calls=(("create_task", {"titel": "flights"}),)),
    ],
    ids=["malformed", "no such tool", "wrong arguments"],
)
async def test_what_a_model_got_wrong_before_it_failed_is_not_told_to_the_person(
    sqlite_store: Store, clock: FakeClock, vendor: Vendor, nonsense: Step
) -> None:
    vendor.server.script(nonsense, Fault.OVERLOADED, Fault.OVERLOADED)
    talk = Talk(sqlite_store, clock, vendor.quick)
    said = await talk.say(PLATE)
    await talk.check()
    clock.advance(seconds=1)
    without = Conversation(sqlite_store, clock)
    assert await without.say(PLATE, "ben") == said
