"""What comes back from Claude, through the real SDK and a real socket."""

import asyncio
from contextlib import aclosing
from typing import Any

import pytest

from adapters.anthropic_llm import AnthropicLLM
from core.values import (
    AssistantTurn,
    Tokens,
)
from tests.adapters.anthropic_llm.talk import parts_of
from tests.adapters.talk import ADD, LIST, ask, user
from tests.fakes.anthropic_server import AnthropicServer, Detailed
from tests.fakes.model_server import MALFORMED, TEXT
from tests.fakes.models import RATE_SENTENCE, Fault, Said


async def test_text_arrives_in_pieces_and_then_whole(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    server.script(Said(text="Good morning, Ann 🌞", pieces=4))
    *deltas, turn = await parts_of(llm, ask())
    assert len([delta for delta in deltas if delta]) == 4
    assert isinstance(turn, AssistantTurn)
    assert "".join(str(delta) for delta in deltas) == turn.text == "Good morning, Ann 🌞"
    assert (turn.calls, turn.native, turn.cut) == ((), None, False)
    assert server.faulty == []


async def test_the_first_piece_is_there_before_the_rest_is_written(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    server.script(Fault.STALL)
    async with aclosing(llm.stream(ask())) as parts:
        first = await anext(part async for part in parts if part)
    assert isinstance(first, str)
    assert TEXT.startswith(first)


async def test_complete_is_what_a_stream_ends_with(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    answer = Said(text="On it.", calls=(ADD, LIST), thinking="Two things, then.")
    server.script(answer, answer)
    whole = await llm.complete(ask())
    assert (await parts_of(llm, ask()))[-1] == whole
    assert [(one.name, one.arguments, one.malformed) for one in whole.calls] == [
        (*ADD, ""),
        (*LIST, ""),
    ]
    assert len({one.id for one in whole.calls}) == 2


async def test_work_without_words_is_a_sign_of_life(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    server.script(Said(thinking="Milk is a task.", calls=(ADD,)))
    *deltas, turn = await parts_of(llm, ask())
    assert set(deltas) == {""}
    assert isinstance(turn, AssistantTurn)
    assert turn.text == ""


async def test_every_event_is_a_sign_of_life(server: AnthropicServer, llm: AnthropicLLM) -> None:
    server.script(Detailed(text="One two", pieces=2, pings=3))
    *deltas, _ = await parts_of(llm, ask())
    # a message and a block begin, pings; the words; the block ends, the counts, the message ends
    assert deltas == ["", "", "", "", "", "One ", "two", "", "", ""]


async def test_tokens_are_counted_with_what_the_cache_gave_and_took(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    server.script(
        Detailed(
            text="Hi", input_tokens=1000, cached_tokens=600, written_tokens=300, output_tokens=7
        )
    )
    turn = await llm.complete(ask())
    assert turn.tokens == Tokens(input=1000, cached=600, written=300, output=7)


@pytest.mark.parametrize("told", [-1, 10**10, 0.5])
async def test_counts_that_cannot_be_right_are_unknown(
    server: AnthropicServer, llm: AnthropicLLM, told: Any
) -> None:
    server.script(Said(text="Hi", output_tokens=told), Detailed(text="Hi", written_tokens=told))
    for _ in range(2):
        assert (await llm.complete(ask())).tokens is None


async def test_two_texts_of_one_answer_are_two_paragraphs(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    server.script(Detailed(text="One moment.", calls=(LIST,), after="There is one."))
    *deltas, turn = await parts_of(llm, ask())
    assert isinstance(turn, AssistantTurn)
    assert turn.text == "".join(map(str, deltas)) == "One moment.\n\nThere is one."


async def test_an_answer_cut_at_the_limit_says_so(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    server.script(Fault.MAX_TOKENS, Detailed(text="And then", stop_reason="pause_turn"))
    assert (await llm.complete(ask())).cut
    assert (await llm.complete(ask())).cut


@pytest.mark.parametrize(
    ("raw", "malformed"),
    [
        (MALFORMED, MALFORMED),
        ('["buy milk"]', '["buy milk"]'),
        ('{"title": NaN}', '{"title": NaN}'),
        ("[" * 5000, "[" * 2000),
        ('{"title": "x"', '{"title": "x"'),
    ],
    ids=["cut", "list", "constant", "deep", "open"],
)
async def test_arguments_that_are_no_object_are_kept_as_they_were_written(
    server: AnthropicServer, llm: AnthropicLLM, raw: str, malformed: str
) -> None:
    server.script(Detailed(calls=(LIST, ADD), raw_arguments=raw))
    first, second = (await llm.complete(ask())).calls
    assert first.malformed == ""
    assert (second.arguments, second.malformed) == ({}, malformed)


async def test_the_scripted_fault_writes_malformed_arguments(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    server.script(Fault.MALFORMED_ARGUMENTS)
    (only,) = (await llm.complete(ask())).calls
    assert (only.name, only.malformed) == ("add_task", MALFORMED)


@pytest.mark.parametrize("raw", ['{"title": "buy m', ""])
async def test_a_call_cut_at_the_limit_is_malformed(
    server: AnthropicServer, llm: AnthropicLLM, raw: str
) -> None:
    server.script(Detailed(calls=(LIST, ADD), raw_arguments=raw, stop_reason="max_tokens"))
    turn = await llm.complete(ask())
    assert turn.cut
    assert [bool(one.malformed) for one in turn.calls] == [False, True]


async def test_what_no_database_takes_is_taken_out(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    server.script(
        Detailed(
            text="a\x00b",
            calls=(ADD,),
            raw_arguments='{"title": "x\\u0000\\ud800y", "n": 1e999}',
        )
    )
    turn = await llm.complete(ask())
    assert turn.text == "ab"
    assert turn.calls[0].arguments == {"title": "xy", "n": "inf"}


@pytest.mark.parametrize("step", [Fault.EMPTY, Fault.RATE_SENTENCE])
async def test_an_answer_is_not_judged_here(
    server: AnthropicServer, llm: AnthropicLLM, step: Fault
) -> None:
    server.script(step)
    turn = await llm.complete(ask())
    assert turn.text == (RATE_SENTENCE if step is Fault.RATE_SENTENCE else "")
    assert turn.calls == ()
    assert turn.native is None


async def test_a_stop_reason_of_tomorrow_is_an_ordinary_end(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    server.script(Detailed(text="Fine.", stop_reason="sunset"))
    turn = await llm.complete(ask())
    assert (turn.text, turn.cut) == ("Fine.", False)


# --- the connection ---


async def test_one_connection_serves_one_answer_after_another(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    server.script(*[Said(text="Hi")] * 3)
    for _ in range(3):
        await llm.complete(ask())
    assert len(server.connections) == 1


async def test_answers_come_side_by_side(server: AnthropicServer, llm: AnthropicLLM) -> None:
    server.respond = lambda body: Said(text=body["messages"][0]["content"][0]["text"])
    asked = [llm.complete(ask(user(f"number {number}"))) for number in range(5)]
    turns = await asyncio.gather(*asked)
    assert [turn.text for turn in turns] == [f"number {number}" for number in range(5)]


async def test_a_reader_who_leaves_ends_the_answer(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    server.script(Fault.STALL, Said(text="Still here."))
    waiting = asyncio.create_task(llm.complete(ask()))
    while not server.requests:
        await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert (await llm.complete(ask())).text == "Still here."
