"""Models as one: the right tier first, the next when one fails, the first again when it is well."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from core.errors import Declined, Refused, TooLong, Unauthorized, Unavailable
from core.models import Models, Patience, Tries
from core.people import Person
from core.ports import Ask, Situation
from core.routing import Route, Tier
from core.values import AssistantTurn, OwnerId, UserTurn
from tests.fakes.clock import MONDAY, FakeClock
from tests.fakes.llm import FreeAccounts, ScriptedLLM, Silence, models

QUICK = Route(tier=Tier.QUICK, score=1, reason="score 1")
DEEP = Route(tier=Tier.DEEP, score=7, reason="score 7")
SHORT = Patience(first=0.05, gap=0.05, whole=0.2, again=0)
ANA = Person(id=OwnerId("ana"), created_at=MONDAY)
ASK = Ask(situation=Situation(person=ANA, now=MONDAY), turns=(UserTurn(text="so what", at=MONDAY),))


async def said(chain: Models, route: Route = QUICK) -> str:
    turn = await chain.answer(ASK, route)
    return turn.text if turn else "nobody"


async def test_each_tier_has_its_model(clock: FakeClock) -> None:
    small, large = ScriptedLLM(["small"], "small"), ScriptedLLM(["large"], "large")
    chain = models([small], clock, [large])
    turn = await chain.answer(ASK, DEEP)
    assert turn is not None
    assert (turn.text, turn.choice) == ("large", "large (deep: score 7)")
    assert await said(chain) == "small"


@pytest.mark.parametrize(
    "fault",
    [
        Unavailable("529"),
        Refused("400"),
        Unauthorized("401", setting="PIXIE_ANTHROPIC_KEY"),
        "",
        "Rate limit exceeded. Please try again later.",
        "The model is currently overloaded.",
        Silence(),
        Silence(after="I have be"),
    ],
    ids=str,
)
async def test_the_next_model_answers_when_one_fails(
    clock: FakeClock, fault: Exception | str | Silence
) -> None:
    first, second = ScriptedLLM([fault], "first"), ScriptedLLM(["here"], "second")
    accounts = FreeAccounts()
    chain = models([first, second], clock, accounts=accounts, patience=SHORT)
    assert await said(chain) == "here"
    assert [model for model, _ in accounts.settled] == ["first", "second"]
    assert accounts.settled[1] == ("second", "ok")


async def test_words_about_limits_in_a_real_answer_are_an_answer(clock: FakeClock) -> None:
    text = "Your Monday is overloaded: move the review, or try again with fewer meetings."
    assert await said(models([ScriptedLLM([text])], clock)) == text


async def test_words_about_limits_are_an_answer_to_who_asks_about_them(clock: FakeClock) -> None:
    text = "It means too many requests: wait a little."
    asked = replace(ASK, turns=(UserTurn(text="what does HTTP 429 mean?", at=MONDAY),))
    turn = await models([ScriptedLLM([text])], clock).answer(asked, QUICK)
    assert turn is not None
    assert turn.text == text


async def test_a_gateways_words_are_not_shown_as_they_come(clock: FakeClock) -> None:
    shown: list[str] = []

    async def told(text: str) -> None:
        shown.append(text)

    first = ScriptedLLM(["Too many requests, sorry."], "first")
    await models([first, ScriptedLLM(["Here."], "second")], clock).answer(ASK, QUICK, told=told)
    assert [text for text in shown if "requests" in text] == []
    assert shown[-1] == "Here. "


@pytest.mark.parametrize("fault", [Unavailable("500"), "", "Rate limit exceeded."], ids=str)
async def test_the_last_model_is_asked_once_more_after_a_second(
    clock: FakeClock, fault: Exception | str
) -> None:
    model = ScriptedLLM([fault, "back", fault, fault, "late"], "only")
    chain = models([model], clock, patience=Patience())
    for answer in ("back", "nobody"):
        before = len(model.asked)
        asking = asyncio.ensure_future(said(chain))
        while not clock.sleepers:
            await asyncio.sleep(0)
        assert len(model.asked) == before + 1
        clock.advance(seconds=1)
        assert await asking == answer


async def test_the_first_of_two_is_asked_again_when_the_other_rests(clock: FakeClock) -> None:
    wrong = Unauthorized("401", setting="PIXIE_OPENAI_KEY")
    other = ScriptedLLM([wrong], "other")
    model = ScriptedLLM([Unavailable("1"), Unavailable("2"), "well"], "first")
    chain = models([model, other], clock)
    assert await said(chain) == "nobody"
    assert await said(chain) == "well"


async def test_a_model_that_fell_silent_is_not_asked_again(clock: FakeClock) -> None:
    model = ScriptedLLM([Silence(after="Well"), "never"], "only")
    assert await said(models([model], clock, patience=SHORT)) == "nobody"
    assert len(model.asked) == 1


async def test_a_model_that_failed_is_left_out_for_the_rest_of_the_message(
    clock: FakeClock,
) -> None:
    first = ScriptedLLM([Silence(), "never"], "first")
    chain = models([first, ScriptedLLM(["one", "two"], "second")], clock, patience=SHORT)
    tries = Tries()
    for answer in ("one", "two"):
        turn = await chain.answer(ASK, QUICK, tries=tries)
        assert turn is not None
        assert turn.text == answer
    assert len(first.asked) == 1
    assert tries.seconds >= SHORT.first


async def test_all_the_seconds_of_a_message_are_counted_together(clock: FakeClock) -> None:
    model = ScriptedLLM(["never"])
    chain = models([model], clock)
    assert await chain.answer(ASK, QUICK, tries=Tries(seconds=60)) is None
    assert model.asked == []


async def test_what_is_to_be_said_of_a_budget_is_kept_though_the_model_fails(
    clock: FakeClock,
) -> None:
    accounts, tries = FreeAccounts(), Tries()
    accounts.note = "(80%)"
    chain = models([ScriptedLLM([Refused("400")])], clock, accounts=accounts)
    assert await chain.answer(ASK, QUICK, tries=tries) is None
    assert tries.notes == ["(80%)"]


async def test_a_short_wait_that_was_asked_for_is_waited_once(clock: FakeClock) -> None:
    limited = Unavailable("429", retry_after=timedelta(seconds=1))
    model = ScriptedLLM([limited, "back"], "first")
    asking = asyncio.ensure_future(said(models([model, ScriptedLLM(["other"], "second")], clock)))
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(model.asked) == 1
    clock.advance(seconds=1)
    assert await asking == "back"


async def test_a_long_wait_is_left_to_the_next_model(clock: FakeClock) -> None:
    limited = Unavailable("429", retry_after=timedelta(seconds=40))
    first = ScriptedLLM([limited, "back"], "first")
    chain = models([first, ScriptedLLM(["one", "two", "three"], "second")], clock)
    assert await said(chain) == "one"
    clock.advance(seconds=39)
    assert await said(chain) == "two"
    assert len(first.asked) == 1
    clock.advance(seconds=2)
    assert await said(chain) == "back"


async def test_what_keeps_failing_is_left_alone_and_probed_until_it_recovers(
    clock: FakeClock,
) -> None:
    down = Unavailable("down")
    first = ScriptedLLM([down, down, down, down, "well again", "and on"], "first")
    chain = models([first, ScriptedLLM(["other"] * 20, "second")], clock)
    for _ in range(5):
        assert await said(chain) == "other"
    assert len(first.asked) == 3
    clock.advance(seconds=31)
    assert await said(chain) == "other"
    assert len(first.asked) == 4
    clock.advance(seconds=31)
    assert await said(chain) == "other"
    assert len(first.asked) == 4
    clock.advance(seconds=60)
    assert [await said(chain), await said(chain)] == ["well again", "and on"]


async def test_a_wrong_key_is_told_to_the_operator_once(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = Unauthorized("first answered 401", setting="PIXIE_OPENAI_KEY")
    chain = models(
        [ScriptedLLM([wrong, wrong], "first"), ScriptedLLM([wrong, wrong], "second")], clock
    )
    with caplog.at_level(logging.ERROR):
        assert await said(chain) == "nobody"
        clock.advance(minutes=6)
        assert await said(chain) == "nobody"
    assert [record.message for record in caplog.records] == [
        "model first: first answered 401. Check PIXIE_OPENAI_KEY.",
        "model second: first answered 401. Check PIXIE_OPENAI_KEY.",
    ]


@pytest.mark.parametrize("error", [TooLong("too long"), Declined("no")], ids=str)
async def test_what_is_wrong_with_the_question_is_told_when_no_model_takes_it(
    clock: FakeClock, error: Exception
) -> None:
    chain = models([ScriptedLLM([error], "a"), ScriptedLLM([error], "b")], clock)
    with pytest.raises(type(error)):
        await chain.answer(ASK, QUICK)
    other = models([ScriptedLLM([error], "a"), ScriptedLLM(["fine"], "b")], clock)
    assert await said(other) == "fine"


async def test_a_budget_that_runs_low_allows_quick_models_alone(clock: FakeClock) -> None:
    small, large = ScriptedLLM(["small"], "small"), ScriptedLLM(["large"], "large")
    assert await said(models([small], clock, [large], accounts=FreeAccounts(Tier.QUICK)), DEEP) == (
        "small"
    )
    assert large.asked == []
    assert await said(models([small], clock, accounts=FreeAccounts(Tier.INSTANT))) == "nobody"


async def test_a_call_that_does_not_fit_the_budget_is_not_made(clock: FakeClock) -> None:
    model, accounts = ScriptedLLM(["never"]), FreeAccounts()
    accounts.fits = False
    assert await said(models([model], clock, accounts=accounts)) == "nobody"
    assert model.asked == []


async def test_what_was_said_so_far_is_shown_and_begins_anew_with_the_next_model(
    clock: FakeClock,
) -> None:
    shown: list[str] = []

    async def told(text: str) -> None:
        shown.append(text)

    first = ScriptedLLM([Silence(after="I think th")], "first")
    second = ScriptedLLM([AssistantTurn(text="On Friday.")], "second")
    chain = models([first, second], clock, patience=SHORT)
    await chain.answer(ASK, QUICK, told=told)
    assert shown == ["I think th", "On ", "On Friday. "]
