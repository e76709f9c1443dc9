"""Everyday requests through each vendor's own SDK: what the person sees, and the rows."""

from core.ports import Store
from core.rows import TaskStatus
from tests import given
from tests.fakes.clock import FakeClock
from tests.fakes.models import Said, Step
from tests.models.talk import Talk
from tests.models.vendors import Heard, Vendor

# The built-in understanding is not sure of any of these, so that a model is asked.
ADD = "could you put booking the flights on my plate, pretty please"
PLATE = "what have I still got on my plate with the flights and all that"
LATER = "the one about flights can happen on Thursday afternoon after all, could you see to it"
DONE = "I have finally sorted the flights out, so that one is behind me"
HOLD = "it would be handy if you held on to this: Sam cannot eat peanuts"
RECALL = "what was it that Sam cannot eat, I am cooking tonight"
PLAN = (
    "Tuesday needs some order: the gym first thing at 7, the report before noon, and give me a "
    "nudge at 5 to ring Sam"
)
DEEP = "compare the report with the flights and explain which of them should come first, and why"
VAGUE = "so what do you reckon"


async def test_a_task_is_made_listed_moved_and_completed(talk: Talk, vendor: Vendor) -> None:
    vendor.server.script(
        Said(calls=(("create_task", {"title": "Book flights"}),)),
        Said(text="It is on your list."),
    )
    assert await talk.say(ADD) == [
        "It is on your list.",
        "✅ #1 Book flights",
        "   [1] Done  [2] Move  [3] Undo",
    ]
    vendor.server.script(
        Said(calls=(("list_tasks", {"text": "flights"}),)),
        Said(text="Only the flights."),
    )
    assert await talk.say(PLATE) == [
        "Only the flights.",
        "✅ #1 Book flights",
        "   [1] Done  [2] Move  [3] Delete",
    ]
    vendor.server.script(
        Said(calls=(("update_task", {"task": "#1", "due": "Thursday 15:00"}),)),
        Said(text="Moved to Thursday."),
    )
    assert await talk.say(LATER) == [
        "Moved to Thursday.",
        "✅ #1 Book flights · due Thu 26 Nov 15:00",
        "   [1] Done  [2] Move  [3] Undo",
    ]
    vendor.server.script(
        Said(calls=(("complete_task", {"task": "flights"}),)),
        Said(text="Well done!"),
    )
    assert await talk.say(DONE) == [
        "Well done!",
        "☑ #1 Book flights · due Thu 26 Nov 15:00 · done ✓",
        "   [1] Undo",
    ]
    (task,) = await talk.tasks()
    assert (task.title, task.status, task.version) == ("Book flights", TaskStatus.COMPLETED, 3)
    assert [outcome for _, outcome in talk.accounts.settled] == ["ok"] * 8
    await talk.check()


async def test_what_is_to_be_remembered_is_there_when_it_is_asked_for(
    talk: Talk, vendor: Vendor
) -> None:
    vendor.server.script(
        Said(calls=(("remember", {"text": "Sam cannot eat peanuts"}),)),
        Said(text="Noted."),
    )
    assert (await talk.say(HOLD))[:2] == ["Noted.", "🧠 #1 Sam cannot eat peanuts"]

    def recall(heard: Heard) -> Step:
        if not heard.results:
            return Said(calls=(("search_memory", {"query": "what Sam cannot eat"}),))
        found = "peanuts" if "peanuts" in heard.results[0] else "I do not know"
        return Said(text=f"That would be {found}.")

    vendor.plays(recall)
    assert (await talk.say(RECALL))[0] == "That would be peanuts."
    assert "note: Sam cannot eat peanuts" in vendor.heard[-1].situation
    (note,) = await given.stored(talk.store, "notes")
    assert note["text"] == "Sam cannot eat peanuts"
    await talk.check()


async def test_a_day_is_planned_with_three_calls_in_one_turn(
    store: Store, clock: FakeClock, vendor: Vendor
) -> None:
    talk = Talk(store, clock, vendor.quick)

    def plan(heard: Heard) -> Step:
        if len(heard.results) == 3:
            return Said(text="That is your Tuesday.")
        return Said(
            text="Let me set that up.",
            calls=(
                ("create_event", {"title": "Gym", "when": "Tuesday 7-8"}),
                ("create_task", {"title": "Write the report", "due": "Tuesday 12:00"}),
                ("create_reminder", {"text": "Ring Sam", "when": "Tuesday at 17:00"}),
            ),
        )

    vendor.plays(plan)
    said = await talk.say(PLAN)
    assert [line for line in said if not line.startswith(" ")] == [
        "That is your Tuesday.",
        "📅 #1 Gym · Tue 24 Nov 07:00–08:00",
        "✅ #2 Write the report · due Tue 24 Nov 12:00",
        "⏰ #3 Ring Sam · Tue 24 Nov 17:00 (Lisbon)",
    ]
    assert [event["title"] for event in await given.stored(store, "events")] == ["Gym"]
    assert await talk.titles() == ["Write the report"]
    assert [one["text"] for one in await given.stored(store, "reminders")] == ["Ring Sam"]
    assert len(vendor.heard) == 2
    await talk.check()


async def test_the_model_knows_the_day_the_tools_and_what_is_on_the_list(
    talk: Talk, vendor: Vendor
) -> None:
    await talk.say("lunch with Ana today at 13:00")
    await talk.say("add a task: water the plants")
    vendor.server.script(Said(text="Quiet, I would say."))
    await talk.say(VAGUE)
    (heard,) = vendor.heard
    assert "Monday 23 November 2026, 09:00, Europe/Lisbon" in heard.situation
    assert "Today:\n- 📅 #1 Lunch with Ana · Mon 23 Nov 13:00–14:00" in heard.situation
    assert "Open tasks:\n- ✅ #2 water the plants" in heard.situation
    assert {"create_task", "undo", "find_free_time"} <= set(heard.tools)
    assert "why" not in heard.tools


async def test_what_was_understood_without_a_model_reaches_it_as_history(
    talk: Talk, vendor: Vendor
) -> None:
    await talk.say("add a task: water the plants")
    await talk.say("add a task: feed the cat; remind me tomorrow at 9 to call mom")
    await talk.say("delete #77")
    await talk.say("thanks")
    assert vendor.heard == []
    vendor.server.script(Said(text="Both look easy."))
    assert await talk.say(VAGUE) == ["Both look easy."]
    (heard,) = vendor.heard
    assert heard.said == VAGUE
    before = [(who, what.partition("{")[0].strip()) for who, what in heard.turns]
    assert before[:3] == [
        ("person", "add a task: water the plants"),
        ("call", "create_task"),
        ("result", "Task made: ✅ #1 water the plants"),
    ]
    called = [what for who, what in before if who == "call"]
    assert called == ["create_task", "create_task", "create_reminder", "delete_event"]
    assert sum(who == "result" for who, _ in before) == len(called)


async def test_no_words_are_needed_beside_a_card(talk: Talk, vendor: Vendor) -> None:
    vendor.server.script(Said(calls=(("create_task", {"title": "Book flights"}),)), Said())
    assert await talk.say(ADD) == ["✅ #1 Book flights", "   [1] Done  [2] Move  [3] Undo"]
    vendor.server.script(Said(text="The flights, I would say."))
    assert await talk.say(VAGUE) == ["The flights, I would say."]
    assert [outcome for _, outcome in talk.accounts.settled] == ["ok"] * 3
    await talk.check()


async def test_what_a_tool_says_of_its_change_stands_beside_the_models_words(
    talk: Talk, vendor: Vendor
) -> None:
    vendor.server.script(
        Said(calls=(("change_settings", {"name": "Ana Maria"}),)), Said(text="With pleasure.")
    )
    said = await talk.say("henceforth, do address me as Ana Maria, if it is all the same to you")
    assert said[0] == "With pleasure."
    assert "Ana Maria" in said[1]
    vendor.server.script(Said(calls=(("list_tasks", {}),)), Said(text="Nothing that I can see."))
    assert await talk.say(ADD) == ["Nothing that I can see."]
    await talk.check()


async def test_why_tells_who_answered(talk: Talk, vendor: Vendor) -> None:
    assert await talk.say("/why") == ["I have not answered anything yet."]
    await talk.say("add a task: buy milk")
    assert await talk.say("/why") == [
        "I understood your last message by myself: no model was asked."
    ]
    vendor.server.script(Said(text="Nothing much."), Said(text="The flights, they get dearer."))
    await talk.say(VAGUE)
    assert await talk.say("/why") == [f"{vendor.quick.name} answered: quick: score 0."]
    await talk.say(DEEP)
    (told,) = await talk.say("/why")
    assert told.startswith(f"{vendor.deep.name} answered: deep: score 8 (")
    assert "it asks to think" in told
    assert [heard.model for heard in vendor.heard] == [
        vendor.quick.name.partition(":")[2],
        vendor.deep.name.partition(":")[2],
    ]


async def test_each_tier_may_be_at_another_vendor(
    sqlite_store: Store, clock: FakeClock, vendor: Vendor, other: Vendor
) -> None:
    talk = Talk(sqlite_store, clock, vendor.quick, deep=[other.deep])
    vendor.server.script(
        Said(calls=(("create_task", {"title": "Book flights"}),), thinking="They want flights."),
        Said(text="It is on your list."),
    )
    await talk.say(ADD)
    other.server.script(
        Said(calls=(("list_tasks", {}),)), Said(text="The flights come first: they get dearer.")
    )
    assert (await talk.say(DEEP))[0] == "The flights come first: they get dearer."
    vendor.server.script(Said(text="As I said."))
    assert await talk.say(VAGUE) == ["As I said."]
    assert [len(vendor.heard), len(other.heard)] == [3, 2]
    assert ("result", "Task made: ✅ #1 Book flights") in other.heard[0].turns
    await talk.check()
