"""What only Ollama, vLLM, LM Studio and their like do."""

import json
from dataclasses import replace
from typing import Any

import pytest

from adapters.openai_llm import OpenAILLM
from core.errors import Unauthorized, Unavailable
from core.values import AssistantTurn, Tokens
from tests.adapters.openai_llm.talk import (
    CHOSEN,
    LOCAL,
    LUNA,
    QWEN,
    URL,
    Answering,
    Event,
    both,
    called,
    calling,
    chunk,
    in_pieces,
    model_of,
    result,
    sent,
    settings,
    streamed,
)
from tests.adapters.talk import ADD, ask, user
from tests.fakes.models import Said
from tests.fakes.openai_server import OpenAIServer, Raw


@both
@pytest.mark.parametrize("thoughts", ["reasoning_content", "reasoning"])
async def test_thoughts_go_back_beside_calls_to_the_same_model(
    answer: Answering, thoughts: str
) -> None:
    async with (
        OpenAIServer(models=LOCAL, strict=True, thoughts=thoughts) as server,
        model_of(server, QWEN) as llm,
    ):
        server.script(Said(thinking="Milk, then.", calls=(ADD,)), Said(text="Done."))
        turn = await answer(llm, ask())
        assert turn.text == ""
        assert turn.native == {
            "vendor": "openai",
            "model": f"openai:{QWEN}",
            "thoughts": {thoughts: "Milk, then."},
        }
        follow = ask(user("hello"), turn, result(turn.calls[0].id))
        await answer(llm, follow)
        assert server.requests[1]["messages"][2][thoughts] == "Milk, then."
        assert server.faulty == []
    assert "reasoning" not in json.dumps(sent(follow, LUNA))


async def test_thoughts_beside_words_alone_are_let_go(local: OpenAIServer, qwen: OpenAILLM) -> None:
    local.script(Said(thinking="Hm.", text="Hi"))
    assert (await in_pieces(qwen, ask())).native is None


async def test_what_a_server_hangs_on_a_call_goes_back_with_it(
    local: OpenAIServer, qwen: OpenAILLM
) -> None:
    signed = {"google": {"thought_signature": "c2ln"}}
    piece = calling(index=0, id="c1", name="list_tasks", arguments="{}", extra_content=signed)
    local.script(Raw(events=[piece, chunk({}, "tool_calls")]))
    turn = await in_pieces(qwen, ask())
    messages = sent(ask(user("hi"), turn, result("c1")), QWEN)
    assert messages[1]["tool_calls"][0]["extra_content"] == signed


@pytest.mark.parametrize("native", [{"vendor": "anthropic"}, {"model": "x", "thoughts": {"a": 1}}])
def test_what_belongs_to_another_model_is_ignored(native: Event) -> None:
    turns = (user("hi"), replace(called("a"), native=native), result("a"))
    assert sent(ask(*turns)) == sent(ask(user("hi"), called("a"), result("a")))


async def test_a_local_server_needs_no_key(local: OpenAIServer) -> None:
    local.script(Said(text="Hi"))
    llm = OpenAILLM(QWEN, settings(local.url, None), setting=CHOSEN)
    assert (await llm.complete(ask())).text == "Hi"
    assert local.faulty == []
    await llm.close()


ONE_LIST: list[tuple[str, Event]] = [("list_tasks", {})]
TWO = [("add_task", {"title": "a"}), ("add_task", {"title": "b"})]
A, B = '{"title": "a"}', '{"title": "b"}'
QUIRKS: dict[str, tuple[list[Event], list[tuple[str, Event]]]] = {
    "the whole call in one chunk": (
        [calling(index=0, id="c", name="list_tasks", arguments="{}")],
        ONE_LIST,
    ),
    "the id in every piece": (
        [
            calling(index=0, id="c", name="add_task", arguments='{"title"'),
            calling(index=0, id="c", arguments=': "a"}'),
            calling(index=1, id="d", name="add_task", arguments='{"title"'),
            calling(index=1, id="d", arguments=': "b"}'),
        ],
        TWO,
    ),
    "id and name in every piece, no index": (
        [
            calling(id="c", name="add_task", arguments='{"title"'),
            calling(id="c", name="add_task", arguments=': "a"}'),
            calling(id="d", name="add_task", arguments=B),
        ],
        TWO,
    ),
    "no index, pieces follow": (
        [
            calling(id="c", name="add_task", arguments=""),
            calling(arguments='{"title": '),
            calling(arguments='"a"}'),
            calling(id="d", name="add_task", arguments=""),
            calling(arguments=B),
        ],
        TWO,
    ),
    "neither index nor id": (
        [calling(name="add_task", arguments=A), calling(name="add_task", arguments=B)],
        TWO,
    ),
    "the index always 0": (
        [
            calling(index=0, id="c", name="add_task", arguments=A),
            calling(index=0, id="d", name="add_task", arguments=B),
        ],
        TWO,
    ),
    "the index always 0 and no id": (
        [
            calling(index=0, name="add_task", arguments=A),
            calling(index=0, name="add_task", arguments=B),
        ],
        TWO,
    ),
    "one id for all": (
        [
            calling(index=0, id="c", name="add_task", arguments=A),
            calling(index=1, id="c", name="add_task", arguments=B),
        ],
        TWO,
    ),
    "the index begins at 1": (
        [calling(index=1, id="c", name="list_tasks"), calling(index=1, arguments="{}")],
        ONE_LIST,
    ),
    "arguments as an object": (
        [calling(index=0, id="c", name="add_task", arguments={"title": "a"})],
        TWO[:1],
    ),
    "arguments null": ([calling(index=0, id="c", name="list_tasks", arguments=None)], ONE_LIST),
    "an empty id": ([calling(index=0, id="", name="list_tasks", arguments="{}")], ONE_LIST),
}


@pytest.mark.parametrize("quirk", QUIRKS)
async def test_calls_however_they_are_streamed(
    local: OpenAIServer, qwen: OpenAILLM, quirk: str
) -> None:
    events, wanted = QUIRKS[quirk]
    local.script(Raw(events=[*events, chunk({}, "stop")]))
    turn = await in_pieces(qwen, ask())
    assert [(call.name, call.arguments) for call in turn.calls] == wanted
    ids = [call.id for call in turn.calls]
    assert all(ids)
    assert len(set(ids)) == len(ids)


async def test_ids_that_are_counted_anew_stay_unique(local: OpenAIServer, qwen: OpenAILLM) -> None:
    again = [calling(index=0, id="call_0", name="list_tasks", arguments="{}"), chunk({}, "stop")]
    local.script(Raw(events=again), Raw(events=again))
    first = await in_pieces(qwen, ask())
    asked = ask(user("hello"), first, result("call_0"))
    second = await in_pieces(qwen, asked)
    assert first.calls[0].id == "call_0"
    assert second.calls[0].id not in ("", "call_0")


async def test_odd_chunks_do_no_harm(local: OpenAIServer, qwen: OpenAILLM) -> None:
    usage = {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 14}
    local.script(
        Raw(
            events=[
                ": a comment\n\n",
                "data: null\n\n",
                {"id": "1"},
                {"choices": None},
                {"choices": []},
                {"choices": [{"index": 0, "delta": None}]},
                chunk({"content": None, "tool_calls": None}),
                chunk({"content": "Hi"}),
                chunk({"content": ""}, "stop", usage=usage),
                chunk({}),
            ]
        )
    )
    deltas, turn = await streamed(qwen, ask())
    assert [delta for delta in deltas if delta] == ["Hi"]
    assert turn.tokens == Tokens(input=7, output=7)


async def test_an_answer_in_one_piece_without_a_reason_to_stop(
    local: OpenAIServer, qwen: OpenAILLM
) -> None:
    message = {"role": "assistant", "content": "Hi"}
    local.script(Raw(body={"choices": [{"index": 0, "message": message}]}))
    assert await qwen.complete(ask()) == AssistantTurn(text="Hi")


@both
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<html>Welcome</html>", "text/html"),
        ({"error": "Unexpected endpoint or method. (POST /chat/completions)"}, "application/json"),
        ("{not json", "application/json"),
    ],
)
async def test_a_server_that_is_something_else(
    local: OpenAIServer, qwen: OpenAILLM, answer: Answering, body: Any, kind: str
) -> None:
    local.script(Raw(body=body, kind=kind))
    with pytest.raises((Unauthorized, Unavailable)) as raised:
        await answer(qwen, ask())
    if isinstance(raised.value, Unauthorized):
        assert raised.value.setting == URL
    else:
        assert body == "{not json"
