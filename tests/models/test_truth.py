"""What a model says is held against what the tools did, also while it is still being written."""

from collections.abc import Sequence

import pytest

from core.truth import claims
from core.values import AssistantTurn
from tests.dialogs.play import Conversation
from tests.fakes.models import Fault, Said, Step
from tests.models.talk import Talk
from tests.models.vendors import Heard, Vendor

ADD = "could you put booking the flights on my plate, pretty please"
PLATE = "what have I still got on my plate with the flights and all that"
VAGUE = "so what do you reckon"
CLAIM = "Sure thing. I've added booking the flights to your list."
FLIGHTS = (("create_task", {"title": "Book flights"}),)


def untrue(drafts: Sequence[str]) -> list[str]:
    return [draft for draft in drafts if claims(draft)]


async def test_a_claim_without_a_tool_goes_back_and_the_tool_is_called(
    talk: Talk, vendor: Vendor
) -> None:
    vendor.server.script(
        Said(text=CLAIM, pieces=9), Said(calls=FLIGHTS), Said(text="It is on your list.", pieces=9)
    )
    assert (await talk.say(ADD))[:2] == ["It is on your list.", "✅ #1 Book flights"]
    first, second, third = vendor.heard
    assert first.said == ADD
    assert second.turns[-2] == ("model", CLAIM)
    assert "No tool changed anything in this turn" in second.said
    assert "I've added booking the flights" in second.said
    assert third.turns[:3] == second.turns
    assert await talk.titles() == ["Book flights"]
    await talk.check()


async def test_a_claim_that_is_repeated_is_replaced_by_the_truth(
    talk: Talk, vendor: Vendor
) -> None:
    vendor.server.script(Said(text=CLAIM), Said(text="Indeed, I've added it to your list."))
    (said,) = await talk.say(ADD)
    assert said.startswith("I have not changed anything")
    assert claims(said) == ()
    assert untrue(talk.watched.drafts) == []
    assert await talk.titles() == []
    last = (await talk.journal())[-1].turn
    assert isinstance(last, AssistantTurn)
    assert (last.text, last.native) == (said, None)
    vendor.server.script(Said(text="Say it once more."))
    await talk.say(VAGUE)
    assert vendor.heard[-1].turns == (("person", ADD), ("model", said), ("person", VAGUE))
    await talk.check()


async def test_words_shown_early_claim_nothing_before_the_tool_has_acted(
    talk: Talk, vendor: Vendor
) -> None:
    before: list[str] = []

    def play(heard: Heard) -> Step:
        if not heard.results:
            text = "Let me see. I've added the flights to your list. What else?"
            return Said(text=text, calls=FLIGHTS, pieces=12)
        before.extend(talk.watched.drafts)
        return Said(text="I've added the flights to your list. What else?", pieces=12)

    vendor.plays(play)
    assert (await talk.say(ADD))[0] == "I've added the flights to your list. What else?"
    assert before
    assert before[-1].strip() == "Let me see."
    assert untrue(before) == []
    after = talk.watched.drafts[len(before) :]
    assert untrue(after)
    assert after[-1] == "I've added the flights to your list. What else?"


async def test_a_tool_that_only_looked_makes_no_claim_true(talk: Talk, vendor: Vendor) -> None:
    vendor.server.script(
        Said(calls=(("list_tasks", {}),)),
        Said(text="Done, I've moved it to Friday."),
        Said(text="There is nothing on your list that I could move."),
    )
    said = await talk.say("the flights had better wait for Friday, would you see to that")
    assert said == ["There is nothing on your list that I could move."]
    assert untrue(talk.watched.drafts) == []


LUNCH = ("create_event", {"title": "Lunch", "when": "Friday 13:00"})
PAST = ("create_event", {"title": "Gym", "when": "30 February"})


async def test_a_claim_that_passes_over_a_failed_call_goes_back(talk: Talk, vendor: Vendor) -> None:
    vendor.server.script(
        Said(calls=(LUNCH, PAST)),
        Said(text="Done, both are set.", pieces=4),
        Said(text="Lunch is set, but the gym is not: there is no 30 February."),
    )
    said = await talk.say(ADD)
    assert said[0] == "Lunch is set, but the gym is not: there is no 30 February."
    assert "Not all was done in this turn (create_event failed: " in vendor.heard[-1].said
    assert "“Done, both are set.”" in vendor.heard[-1].said
    assert untrue(talk.watched.drafts) == []
    await talk.check()


async def test_a_failure_that_is_passed_over_twice_is_told_with_what_was_done(
    talk: Talk, vendor: Vendor
) -> None:
    vendor.server.script(
        Said(calls=(LUNCH, PAST)), Said(text="Done, both are set."), Said(text="Both are set now.")
    )
    text, *cards = await talk.say(ADD)
    assert text.startswith("Not all of it worked")
    assert "Not done: create event (" in text
    assert "Lunch" in cards[0]
    await talk.check()


async def test_a_call_that_worked_when_tried_again_bears_the_claim_out(
    talk: Talk, vendor: Vendor
) -> None:
    vendor.server.script(
        Said(calls=(PAST,)), Said(calls=(LUNCH,)), Said(text="Done, lunch is set.")
    )
    assert (await talk.say(ADD))[0] == "Done, lunch is set."
    assert len(vendor.heard) == 3
    await talk.check()


async def test_words_that_were_asked_for_do_not_go_back(talk: Talk, vendor: Vendor) -> None:
    vendor.server.script(Said(text="Ich habe alles gelöscht."))
    asked = "Translate 'I have deleted everything' into German for me would you"
    assert await talk.say(asked) == ["Ich habe alles gelöscht."]
    assert len(vendor.heard) == 1


LUNCH = ("create_event", {"title": "Lunch", "when": "Friday 13:00"})
GYM = ("create_event", {"title": "Gym", "when": "30 February at 9"})
BOTH = "lunch on friday at one and the gym on the thirtieth of february, would you see to both"


@pytest.mark.parametrize("words", ["", "Lunch and gym are booked!"])
async def test_what_failed_is_told_though_the_model_passes_over_it(
    talk: Talk, vendor: Vendor, words: str
) -> None:
    vendor.server.script(Said(calls=(LUNCH, GYM)), Said(text=words))
    said = await talk.say(BOTH)
    assert any("February has no 30th" in line for line in said)
    assert any(line.startswith("📅 #1 Lunch") for line in said)
    await talk.check()


async def test_what_failed_is_not_told_twice(talk: Talk, vendor: Vendor) -> None:
    words = "Lunch is in; the gym is not, as February has no 30th."
    vendor.server.script(Said(calls=(LUNCH, GYM)), Said(text=words))
    said = await talk.say(BOTH)
    assert said[0] == words
    assert said[1].startswith("📅 #1 Lunch")


@pytest.mark.parametrize(
    "idle",
    [
        ("change_settings", {}),
        ("calendar_link", {"action": "list"}),
        ("forget", {"what": "the door code of the villa", "confirmed": True}),
    ],
    ids=lambda call: call[0],
)
async def test_a_tool_that_changed_nothing_makes_no_claim_true(
    talk: Talk, vendor: Vendor, idle: tuple[str, dict[str, object]]
) -> None:
    vendor.server.script(
        Said(calls=(idle,)),
        Said(text="Done, I've taken care of it."),
        Said(text="There was nothing to change."),
    )
    said = await talk.say("do whatever it is that wants doing about all of that, would you")
    assert said[0] == "There was nothing to change."
    assert "Erased" not in "".join(said)
    assert len(vendor.heard) == 3


async def test_the_correction_is_no_request_when_the_models_fail_after_it(
    talk: Talk, vendor: Vendor
) -> None:
    vendor.server.script(Said(text="I've moved the flights."), *[Fault.OVERLOADED] * 3)
    said = await talk.say(PLATE)
    await talk.check()
    assert len(vendor.heard) == 4
    talk.clock.advance(seconds=1)
    without = Conversation(talk.store, talk.clock)
    assert await without.say(PLATE, "ben") == said
