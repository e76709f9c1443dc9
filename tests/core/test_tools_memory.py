"""Remembering, finding and forgetting."""

from datetime import timedelta

import pytest

from core.ports import Store, Work
from core.rows import Note
from core.values import AssistantTurn, UserTurn
from tests.fakes.clock import FakeClock
from tests.given import message
from tests.toolbox import Toolbox, toolbox

FACT = "Ana's daughter is called Inês"


async def said(box: Toolbox, text: str) -> int:
    """Journal a message of the person; returns its inbox id."""
    name = f"said-{text[:40]}"

    def unit(work: Work) -> int:
        work.inbox.put(box.owner.id, message(name, text, name=box.name))
        [claim] = work.inbox.claim(timedelta(seconds=15), 1)
        row = work.inbox.next(claim)
        assert row is not None
        work.turns.append(box.owner.id, row.id, UserTurn(text=text, at=work.now))
        work.turns.append(box.owner.id, row.id, AssistantTurn(text="Noted."))
        work.inbox.done(claim, row.id)
        work.inbox.release(claim)
        return row.id

    return await box.store.run(unit)


async def heard(box: Toolbox) -> list[str]:
    """What the journal holds of what the person said."""
    turns = await box.store.read(lambda work: work.turns.recent(box.owner.id, 20))
    return [entry.turn.text for entry in turns if isinstance(entry.turn, UserTurn)]


async def test_a_note_keeps_the_persons_words(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    done = await box.call("remember", text=f" {FACT}\nsince 2019\x00 ")
    row = await box.row(1)
    assert isinstance(row, Note)
    assert row.text == f"{FACT}\nsince 2019"
    assert done.cards[0].line() == f"🧠 #1 {FACT} since 2019"
    assert [button.label for button in done.cards[0].buttons] == ["Forget", "Undo"]


async def test_the_same_again_is_not_kept_twice(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("remember", text=FACT)
    again = await box.call("remember", text=f"{FACT.lower()}.")
    assert again.said == "I know that already."
    assert await box.row(2) is None


@pytest.mark.parametrize("text", ["", "  ", "\x00", "\u200b"])
async def test_nothing_to_remember(sqlite_store: Store, clock: FakeClock, text: str) -> None:
    box = await toolbox(sqlite_store, clock)
    error = await box.refused("remember", text=text)
    assert (str(error), error.asks) == ("What shall I remember?", "/remember")


async def test_a_note_may_be_long_but_not_endless(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    done = await box.call("remember", text="שלום 🎉 " * 1000)
    assert len(done.cards[0].title) <= 500
    error = await box.refused("remember", text="x" * 10_001)
    assert "10,000" in str(error)


async def test_what_was_told_is_found_with_its_day(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("remember", text=FACT)
    await box.call("remember", text="the boiler was serviced by Rui")
    await box.call("create_task", title="buy a present for Inês")
    clock.advance(days=3)
    found = await box.call("search_memory", query="what is Ana's daughter called?")
    assert found.said.splitlines()[0] == f"You told me on 23 Nov: “{FACT}”."
    assert found.cards[0].number == 1
    only = await box.call("search_memory", query="Inês", kind="tasks")
    assert [card.number for card in only.cards] == [3]
    assert only.said == "I found this:"
    one = await box.call("search_memory", query="Inês", limit=1)
    assert len(one.cards) == 1
    nothing = await box.call("search_memory", query="zeppelin")
    assert nothing.said == "I found nothing about “zeppelin”."


async def test_a_search_can_be_limited_to_days(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("remember", text="the boiler was serviced by Rui")
    clock.advance(days=3)
    await box.call("remember", text="the boiler was repaired by Joana")

    async def numbers(**limits: str) -> list[int]:
        found = await box.call("search_memory", query="boiler", **limits)
        return sorted(card.number for card in found.cards)

    assert await numbers(since="2026-11-24") == [2]
    assert await numbers(until="2026-11-24") == [1]
    assert await numbers(since="2026-11-23", until="2026-11-26") == [1, 2]
    assert await numbers(since="yesterday") == [2]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"query": ""}, "What shall I look for?"),
        ({"query": "x", "kind": "dreams"}, "notes, tasks"),
        ({"query": "x", "limit": 0}, "1 to 20"),
        ({"query": "x", "limit": 999}, "1 to 20"),
        ({"query": "x", "since": "banana"}, "could not read"),
    ],
)
async def test_a_wrong_search_is_refused(
    sqlite_store: Store, clock: FakeClock, arguments: dict[str, object], says: str
) -> None:
    box = await toolbox(sqlite_store, clock)
    assert says in str(await box.refused("search_memory", **arguments))


async def test_any_query_may_be_searched(sqlite_store: Store, clock: FakeClock) -> None:
    box = await toolbox(sqlite_store, clock)
    for query in ('what\'s "x" OR y*', "🎉", "%_\\", "x" * 20_000, "שלום", "AND NOT ("):
        await box.call("search_memory", query=query)


async def test_forgetting_leaves_no_trace(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await said(box, f"remember that {FACT}")
    await said(box, "hello there")
    made = await box.call("remember", text=FACT)
    asked = await box.refused("forget", what="Ana's daughter")
    assert "cannot be undone" in str(asked)
    command = asked.buttons[0].command
    assert command == f"/forget {made.cards[0].code}@1 yes"
    assert await box.row(1) is not None
    done = await box.call("forget", what=f"{made.cards[0].code}@1", confirmed=True)
    assert done.said == "Forgotten: #1."
    assert await box.row(1) is None
    assert await heard(box) == ["", "hello there"]
    assert not (await box.call("search_memory", query="Ana daughter Inês")).cards
    assert "nothing to undo" in str(await box.refused("undo"))


async def test_forgetting_asks_which(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("remember", text="Ana likes tea")
    await box.call("remember", text="Ana likes cake")
    asked = await box.refused("forget", what="Ana")
    assert str(asked).startswith("Which one do you mean?")
    assert len(asked.buttons) == 2
    assert all(button.command.startswith("/forget n") for button in asked.buttons)
    assert asked.asks == "/forget"


async def test_words_of_the_conversation_can_be_erased(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await said(box, "hello there")
    await said(box, "the door code is 4711")
    asked = await box.refused("forget", what="the door code is 4711")
    assert asked.buttons[0].command == "/forget the door code is 4711 yes"
    assert await heard(box) == ["hello there", "the door code is 4711"]
    done = await box.call("forget", what="the door code is 4711", confirmed=True)
    assert done.said == "Erased from 1 message."
    assert done.changed
    assert await heard(box) == ["hello there", ""]
    none = await box.call("forget", what="the secret of life", confirmed=True)
    assert "No message holds" in none.said
    assert "no note" in str(await box.refused("forget", what="a"))


async def test_others_memories_are_not_found(store: Store, clock: FakeClock) -> None:
    ann, ben = await toolbox(store, clock), await toolbox(store, clock, "ben")
    await ann.call("remember", text=FACT)
    assert not (await ben.call("search_memory", query="Ana's daughter Inês")).cards
    await ben.call("forget", what=FACT, confirmed=True)
    assert await ann.row(1) is not None


async def test_a_message_that_made_a_note_is_not_told_beside_it(
    store: Store, clock: FakeClock
) -> None:
    box = await toolbox(store, clock)
    await said(box, f"remember that {FACT}")
    await box.call("remember", text=FACT)
    found = await box.call("search_memory", query="Ana daughter")
    assert found.said == f"You told me on 23 Nov: “{FACT}”."
    assert [card.number for card in found.cards] == [1]
