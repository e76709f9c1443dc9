"""From words to effects: once, in order, and taken up where an attempt died."""

import asyncio
import contextlib
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from adapters.terminal import PLATFORM
from core.errors import Fenced, Unavailable
from core.ports import JournaledTurn, Store, TaskQuery, Unit, Work
from core.situation import trimmed
from core.values import (
    Address,
    AssistantTurn,
    Call,
    Identity,
    IncomingMessage,
    OwnerId,
    ToolTurn,
    UserTurn,
)
from core.worker import APOLOGY, MAX_ATTEMPTS
from main import Pixie, build
from tests import given
from tests.dialogs.play import Screens
from tests.fakes.clock import MONDAY, FakeClock
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.llm import ScriptedLLM, calls, models
from tests.fakes.memory import FakeMemory

# The built-in understanding is not sure of this one, so that the model is asked.
ODD = "could you possibly sort out that whole thing we talked about, kindly"


class FailingStore:
    """A store whose nth write fails, before or after it was committed: a crash seen from inside."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.fail_at = -1
        self.after_commit = False
        self.writes = 0

    async def run(self, unit: Unit[Any]) -> Any:
        self.writes += 1
        failing = self.writes == self.fail_at
        if failing and not self.after_commit:
            raise ConnectionError("crash before commit")
        result = await self._store.run(unit)
        if failing:
            raise ConnectionError("crash after commit")
        return result

    async def read(self, unit: Unit[Any]) -> Any:
        return await self._store.read(unit)

    async def close(self) -> None:
        await self._store.close()


class Desk:
    """Pixie with scripted models, and what she printed."""

    def __init__(self, store: Any, clock: FakeClock, script: Sequence[ScriptedLLM] = ()) -> None:
        self.store = store
        self.clock = clock
        self.screens = Screens()
        self.pixie: Pixie = build(
            store,
            clock,
            {PLATFORM: self.screens},
            FakeMemory(),
            FakeEmbedder(),
            models=models(script, clock) if script else None,
        )
        self._count = 0

    async def accept(self, text: str, user: str = "ana", id: str | None = None) -> OwnerId:
        self._count += 1
        accepted = await self.pixie.intake.accept(
            IncomingMessage(
                id=id or f"m{self._count}",
                sender=Identity(platform=PLATFORM, workspace="", user=user),
                address=Address(platform=PLATFORM, workspace="", chat=user),
                text=text,
                at=self.clock.now(),
                zone="Europe/Lisbon",
            )
        )
        assert accepted.owner is not None
        return accepted.owner

    async def work(self) -> None:
        """Answer all, also what waits for another attempt."""
        for _ in range(MAX_ATTEMPTS + 1):
            with contextlib.suppress(ConnectionError):
                await self.pixie.workers.work_off()
            self.clock.advance(seconds=20)
        await self.pixie.delivery.deliver_due()

    def printed(self, user: str = "ana") -> list[str]:
        return self.screens.of(user).lines

    async def titles(self, owner: OwnerId) -> list[str]:
        def unit(work: Work) -> list[str]:
            return sorted(task.title for task in work.tasks.find(owner, TaskQuery()))

        found: list[str] = await self.store.read(unit)
        return found


async def test_a_model_calls_tools_and_its_words_stand_beside_the_cards(
    store: Store, clock: FakeClock
) -> None:
    model = ScriptedLLM(
        [
            calls(("create_task", {"title": "Book flights"}), ("create_task", {"title": "Pack"})),
            "Both are on your list.",
        ]
    )
    desk = Desk(store, clock, [model])
    owner = await desk.accept(ODD)
    await desk.work()
    assert await desk.titles(owner) == ["Book flights", "Pack"]
    assert desk.printed()[0] == "Both are on your list."
    assert "#1 Book flights" in desk.printed()[1]
    second = model.asked[1]
    assert [type(turn) for turn in second.turns] == [UserTurn, AssistantTurn, ToolTurn, ToolTurn]


@pytest.mark.parametrize("after_commit", [False, True])
@pytest.mark.parametrize("write", range(1, 8))
async def test_a_crash_at_any_write_loses_nothing_and_repeats_nothing(
    store: Store, clock: FakeClock, write: int, after_commit: bool
) -> None:
    class Steady(ScriptedLLM):
        """A model that looks at the turns, as a real one does."""

        async def complete(self, ask: Any) -> AssistantTurn:
            done = sum(isinstance(turn, ToolTurn) for turn in ask.turns)
            if done == 0:
                return AssistantTurn(
                    calls=(
                        Call(id="a", name="create_task", arguments={"title": "One"}),
                        Call(id="b", name="create_task", arguments={"title": "Two"}),
                    )
                )
            return AssistantTurn(text="Done with both.")

        async def stream(self, ask: Any) -> Any:
            yield await self.complete(ask)

    failing = FailingStore(store)
    desk = Desk(failing, clock, [Steady([])])
    owner = await desk.accept(ODD)
    failing.writes = 0
    failing.fail_at, failing.after_commit = write, after_commit
    await desk.work()
    assert await desk.titles(owner) == ["One", "Two"]
    assert desk.printed().count("Done with both.") == 1


async def test_a_model_that_loops_is_stopped_with_what_was_done(
    store: Store, clock: FakeClock
) -> None:
    loop = [
        AssistantTurn(calls=(Call(id=f"c{at}", name="create_task", arguments={"title": f"T{at}"}),))
        for at in range(20)
    ]
    desk = Desk(store, clock, [ScriptedLLM(loop)])
    owner = await desk.accept(ODD)
    await desk.work()
    assert len(await desk.titles(owner)) == 8
    assert "8 steps" in desk.printed()[0]


async def test_a_model_is_told_twice_that_its_arguments_are_garbled_and_then_left_alone(
    store: Store, clock: FakeClock
) -> None:
    def garbled(at: int) -> AssistantTurn:
        both = [Call(id=f"{at}-{n}", name="create_task", arguments={}, malformed="{") for n in "ab"]
        return AssistantTurn(calls=tuple(both))

    model = ScriptedLLM([garbled(at) for at in range(5)])
    desk = Desk(store, clock, [model])
    owner = await desk.accept(ODD)
    await desk.work()
    assert len(model.asked) == 3
    assert desk.printed()[0].startswith("I did not understand that.")
    assert await desk.titles(owner) == []
    model.script = [garbled(5), garbled(6), calls(("create_task", {"title": "Pack"})), "There."]
    await desk.accept(ODD)
    await desk.work()
    assert await desk.titles(owner) == ["Pack"]


async def test_a_link_that_has_not_arrived_yet_is_kept_from_a_model(
    store: Store, clock: FakeClock
) -> None:
    model = ScriptedLLM(["Quite."])
    desk = Desk(store, clock, [model])
    await desk.accept("/calendar")
    await desk.accept(ODD)
    await desk.work()
    link = next(line for line in desk.printed() if line.endswith(".ics"))
    token = link.rsplit("/", 1)[1].removesuffix(".ics")
    said = [turn for turn in model.asked[0].turns if isinstance(turn, AssistantTurn)]
    assert any("calendar" in turn.text.lower() for turn in said)
    assert token not in "".join(turn.text for turn in said)


async def test_an_unknown_tool_and_wrong_arguments_are_told_to_the_model(
    store: Store, clock: FakeClock
) -> None:
    model = ScriptedLLM(
        [
            calls(("launch_rocket", {}), ("create_task", {"titel": "x"})),
            "That did not work.",
        ]
    )
    desk = Desk(store, clock, [model])
    owner = await desk.accept(ODD)
    await desk.work()
    results = [turn for turn in model.asked[1].turns if isinstance(turn, ToolTurn)]
    assert [turn.failed for turn in results] == [True, True]
    assert await desk.titles(owner) == []


async def test_when_the_model_is_down_the_built_in_understanding_answers(
    store: Store, clock: FakeClock
) -> None:
    desk = Desk(store, clock, [ScriptedLLM([Unavailable("down"), Unavailable("down")])])
    await desk.accept(ODD)
    await desk.work()
    assert len(desk.printed()) >= 1


async def test_one_owner_in_order_and_a_duplicate_once(store: Store, clock: FakeClock) -> None:
    desk = Desk(store, clock)
    owner = await desk.accept("add a task: first", id="m1")
    await desk.accept("add a task: second", id="m2")
    await desk.accept("add a task: first", id="m1")
    await desk.work()
    cards = [line for line in desk.printed() if "#" in line]
    assert ["first" in cards[0], "second" in cards[1], len(cards)] == [True, True, 2]
    assert await desk.titles(owner) == ["first", "second"]


async def test_a_message_that_always_fails_is_set_aside_and_the_lane_goes_on(
    store: Store, clock: FakeClock
) -> None:
    desk = Desk(store, clock, [ScriptedLLM([RuntimeError("bug")] * MAX_ATTEMPTS)])
    await desk.accept(ODD)
    owner = await desk.accept("add a task: still here")
    await desk.work()
    assert desk.printed()[0] == APOLOGY
    assert await desk.titles(owner) == ["still here"]


async def test_owners_are_answered_side_by_side(store: Store, clock: FakeClock) -> None:
    gate = asyncio.Event()

    class Slow(ScriptedLLM):
        async def complete(self, ask: Any) -> AssistantTurn:
            await gate.wait()
            return AssistantTurn(text="at last")

        async def stream(self, ask: Any) -> Any:
            yield await self.complete(ask)

    desk = Desk(store, clock, [Slow([])])
    await desk.accept(ODD, user="ana")
    await desk.accept("add a task: quick", user="ben")
    running = asyncio.ensure_future(desk.pixie.workers.run())
    while not await store.read(lambda work: work.outbox.live()):
        await asyncio.sleep(0)
    await desk.pixie.delivery.deliver_due()
    assert "quick" in desk.printed("ben")[0]
    assert desk.printed("ana") == []
    gate.set()
    desk.pixie.workers.stop()
    await running
    await desk.pixie.delivery.deliver_due()
    assert desk.printed("ana") == ["at last"]


async def test_a_lost_lane_commits_nothing(store: Store, clock: FakeClock) -> None:
    desk = Desk(store, clock)
    owner = await desk.accept("add a task: only once")
    [stale] = await store.run(lambda work: work.inbox.claim(timedelta(seconds=15), 1))
    clock.advance(seconds=16)
    await desk.work()
    with pytest.raises(Fenced):
        await store.run(lambda work: work.inbox.next(stale))
    assert await desk.titles(owner) == ["only once"]


async def test_a_huge_message_gets_a_sentence(store: Store, clock: FakeClock) -> None:
    desk = Desk(store, clock)
    await desk.accept("remind me " * 10_000)
    await desk.work()
    assert "100,000 characters" in desk.printed()[0]


def test_history_keeps_whole_messages_within_the_budget() -> None:
    journal = [
        JournaledTurn(id=at, message_id=at // 3, turn=turn, at=MONDAY)
        for at, turn in enumerate(
            [
                UserTurn(text="x" * 400, at=MONDAY),
                AssistantTurn(calls=(Call(id="c", name="t", arguments={}),)),
                ToolTurn(call_id="c", name="t", result="y" * 400),
            ]
            * 3
        )
    ]
    kept = trimmed(journal, 500)
    assert len(kept) == 6
    assert isinstance(kept[0], UserTurn)
    assert trimmed(journal, 10) == ()


async def test_a_calendar_link_does_not_stay_once_it_has_arrived(
    store: Store, clock: FakeClock
) -> None:
    desk = Desk(store, clock)
    owner = await desk.accept("/calendar")
    await desk.work()
    (link,) = [line for line in desk.printed() if line.endswith(".ics")]
    token = link.rsplit("/", 1)[1].removesuffix(".ics")

    def kept(work: Work) -> str:
        turns = work.turns.recent(owner, 5)
        shown = work.outbox.shown_by(owner, desk.screens.last)
        return repr(turns) + repr(shown)

    found = await store.read(kept)
    assert "calendar_link" in found
    assert token not in found


async def test_a_calendar_link_that_is_never_shown_does_not_stay(
    store: Store, clock: FakeClock
) -> None:
    script = [calls(("calendar_link", {})), *[RuntimeError("bug")] * MAX_ATTEMPTS]
    desk = Desk(store, clock, [ScriptedLLM(script)])
    await desk.accept(ODD)
    await desk.pixie.workers.work_off()
    link = re.compile(r"/calendar/[\w-]{43}\.ics")
    assert link.search(repr(await given.stored(store, "turns")))
    await desk.work()
    assert desk.printed()[0] == APOLOGY
    turns = repr(await given.stored(store, "turns"))
    assert "calendar_link" in turns
    assert not link.search(turns)
