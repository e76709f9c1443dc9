"""What comes back from OpenAI's models, through the real SDK and a real socket."""

import asyncio
import subprocess
import sys
from contextlib import aclosing
from typing import Any

import pytest

from adapters.openai_llm import OpenAILLM
from core.errors import Declined
from core.values import Tokens, ToolTurn
from tests.adapters.openai_llm.talk import (
    Answering,
    Event,
    both,
    calling,
    chunk,
    in_one,
    in_pieces,
    model_of,
    streamed,
)
from tests.adapters.talk import ADD, LIST, ask, user
from tests.fakes.model_server import MALFORMED, TEXT
from tests.fakes.models import RATE_SENTENCE, Fault, Said, Step
from tests.fakes.openai_server import Detailed, OpenAIServer, Raw


@both
async def test_text_and_its_tokens(server: OpenAIServer, llm: OpenAILLM, answer: Answering) -> None:
    server.script(
        Detailed(text="Good morning ☀️", input_tokens=900, cached_tokens=800, written_tokens=50)
    )
    turn = await answer(llm, ask())
    assert turn.text == "Good morning ☀️"
    assert turn.tokens == Tokens(input=900, cached=800, written=50, output=20)
    assert (turn.calls, turn.cut, turn.native) == ((), False, None)
    assert server.faulty == []


async def test_text_is_streamed_as_it_comes(server: OpenAIServer, llm: OpenAILLM) -> None:
    server.script(Said(text="one two three", pieces=3))
    deltas, turn = await streamed(llm, ask())
    assert len([delta for delta in deltas if delta]) == 3
    assert "".join(deltas) == turn.text == "one two three"


async def test_every_chunk_is_a_sign_of_life(local: OpenAIServer, qwen: OpenAILLM) -> None:
    thoughts = [chunk({"reasoning_content": "Milk"}), chunk({"reasoning_content": ", then."})]
    arguments = [calling(index=0, arguments='{"title": '), calling(index=0, arguments='"milk"}')]
    call = calling(index=0, id="c", name="add_task", arguments="")
    role, end = chunk({"role": "assistant", "content": ""}), chunk({}, "tool_calls")
    local.script(Raw(events=[role, *thoughts, call, *arguments, end, {"choices": []}]))
    deltas, turn = await streamed(qwen, ask())
    assert deltas == [""] * 8
    assert turn.calls[0].arguments == {"title": "milk"}


@both
async def test_several_calls_with_words_and_interleaved_arguments(
    server: OpenAIServer, llm: OpenAILLM, answer: Answering
) -> None:
    server.script(Said(text="On it.", calls=(ADD, LIST, ADD), pieces=4))
    turn = await answer(llm, ask())
    assert turn.text == "On it."
    assert [(call.name, call.arguments) for call in turn.calls] == [ADD, LIST, ADD]
    assert not any(call.malformed for call in turn.calls)
    assert len({call.id for call in turn.calls}) == 3


@both
async def test_a_whole_turn_with_tools(
    server: OpenAIServer, llm: OpenAILLM, answer: Answering
) -> None:
    def respond(body: Event) -> Step:
        return Said(text="Done.") if body["messages"][-1]["role"] == "tool" else Said(calls=(ADD,))

    server.respond = respond
    first = await answer(llm, ask(user("buy milk")))
    tool = ToolTurn(call_id=first.calls[0].id, name="add_task", result="#1 buy milk")
    last = await answer(llm, ask(user("buy milk"), first, tool))
    assert last.text == "Done."
    assert server.faulty == []
    assert server.requests[1]["messages"][-1]["content"] == "#1 buy milk"


@both
async def test_arguments_that_are_no_json(
    server: OpenAIServer, llm: OpenAILLM, answer: Answering
) -> None:
    server.script(Fault.MALFORMED_ARGUMENTS)
    (call,) = (await answer(llm, ask())).calls
    assert (call.arguments, call.malformed) == ({}, MALFORMED.strip())


@pytest.mark.parametrize("written", ["[1]", '"text"', "null", "1", "{" * 3000, "[" * 200_000])
async def test_arguments_that_are_no_object(
    server: OpenAIServer, llm: OpenAILLM, written: str
) -> None:
    server.script(Detailed(calls=(ADD,), raw_arguments=written))
    (call,) = (await llm.complete(ask())).calls
    assert (call.arguments, call.malformed) == ({}, written[:2000])


async def test_arguments_keep_their_types(server: OpenAIServer, llm: OpenAILLM) -> None:
    given = {"count": 2, "half": 0.5, "all": None, "days": ["mon", {"at": True}]}
    server.script(Said(calls=(("add_task", given),)))
    assert (await llm.complete(ask())).calls[0].arguments == given


async def test_no_arguments_are_an_empty_object(server: OpenAIServer, llm: OpenAILLM) -> None:
    server.script(Detailed(calls=(LIST,), raw_arguments=""))
    (call,) = (await llm.complete(ask())).calls
    assert (call.arguments, call.malformed) == ({}, "")


@both
async def test_text_cut_at_the_limit(
    server: OpenAIServer, llm: OpenAILLM, answer: Answering
) -> None:
    server.script(Fault.MAX_TOKENS)
    turn = await answer(llm, ask())
    assert (turn.text, turn.cut) == (TEXT[:20], True)


@both
@pytest.mark.parametrize("written", ["", '{"title": "buy'])
async def test_a_call_cut_at_the_limit_is_malformed(
    server: OpenAIServer, llm: OpenAILLM, answer: Answering, written: str
) -> None:
    server.script(Detailed(calls=(ADD,), raw_arguments=written, finish_reason="length"))
    turn = await answer(llm, ask())
    assert turn.cut
    assert turn.calls[0].malformed
    assert turn.calls[0].arguments == {}


@both
@pytest.mark.parametrize(
    "step", [Fault.REFUSAL, Detailed(text="Well", finish_reason="content_filter")]
)
async def test_a_model_that_declines(
    server: OpenAIServer, llm: OpenAILLM, answer: Answering, step: Step
) -> None:
    server.script(step)
    with pytest.raises(Declined):
        await answer(llm, ask())


@both
async def test_an_answer_that_says_nothing(
    server: OpenAIServer, llm: OpenAILLM, answer: Answering
) -> None:
    server.script(Fault.EMPTY, Fault.RATE_SENTENCE)
    empty = await answer(llm, ask())
    assert (empty.text, empty.calls) == ("", ())
    assert (await answer(llm, ask())).text == RATE_SENTENCE


async def test_no_usage_no_tokens(local: OpenAIServer, qwen: OpenAILLM) -> None:
    local.script(Raw(events=[chunk({"content": "Hi"}), chunk({}, "stop")]))
    assert (await in_pieces(qwen, ask())).tokens is None


SMALL = {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}


@pytest.mark.parametrize(
    "usage",
    [
        "9",
        {"prompt_tokens": None},
        *({**SMALL, name: wrong} for name in SMALL for wrong in (-1, 10**10, 0.5)),
        {**SMALL, "prompt_tokens_details": {"cached_tokens": -1}},
    ],
)
async def test_counts_that_cannot_be_right_are_unknown(
    local: OpenAIServer, qwen: OpenAILLM, usage: Any
) -> None:
    local.script(Raw(events=[chunk({"content": "Hi"}), chunk({}, "stop", usage=usage)]))
    assert (await in_pieces(qwen, ask())).tokens is None


async def test_nul_and_torn_surrogates_in_an_answer(local: OpenAIServer, qwen: OpenAILLM) -> None:
    local.script(
        Raw(
            events=[
                chunk({"content": "a\x00b\ud83d"}),
                calling(index=0, id="c", name="add_task", arguments='{"t": "x\\u0000\\ud800y"}'),
                chunk({}, "stop"),
            ]
        )
    )
    deltas, turn = await streamed(qwen, ask())
    assert ("".join(deltas), turn.text) == ("ab", "ab")
    assert turn.calls[0].arguments == {"t": "xy"}


async def test_hanging_up_early_frees_the_connection(server: OpenAIServer, llm: OpenAILLM) -> None:
    server.script(Fault.STALL, Said(text="Next"))
    async with aclosing(llm.stream(ask())) as items:
        assert await anext(item async for item in items if item)
    await asyncio.wait_for(server.left.wait(), 5)
    assert (await llm.complete(ask())).text == "Next"


async def test_one_client_and_one_connection_for_all_calls(
    server: OpenAIServer, llm: OpenAILLM
) -> None:
    server.respond = lambda body: Said(text="Hi")
    for answer in (in_one, in_pieces, in_pieces, in_one):
        await answer(llm, ask())
    assert len(server.connections) == 1
    await asyncio.gather(*(in_pieces(llm, ask()) for _ in range(4)))


async def test_closing_twice_and_using_it_again(server: OpenAIServer) -> None:
    server.respond = lambda body: Said(text="Hi")
    async with model_of(server) as llm:
        await llm.close()
        assert (await llm.complete(ask())).text == "Hi"
        await llm.close()
        await llm.close()


def test_the_sdk_is_imported_only_when_called() -> None:
    program = (
        "import sys; from adapters.openai_llm import OpenAILLM, OpenAISettings; "
        "OpenAILLM('x', OpenAISettings(openai_key='k'), setting='S'); "
        "print([name for name in sys.modules if name.split('.')[0] in ('openai', 'httpx2')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
