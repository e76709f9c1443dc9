"""The loopback server itself, asked by the bare SDK."""

from typing import Any

import anthropic
import pytest

from tests.adapters.anthropic_llm.talk import HAIKU
from tests.adapters.talk import ADD
from tests.fakes.anthropic_server import AnthropicServer
from tests.fakes.models import Fault, Said


async def bare(server: AnthropicServer, **changes: Any) -> Any:
    body = {
        "model": HAIKU,
        "max_tokens": 10,
        "messages": [{"role": "user", "content": "hello"}],
        **changes,
    }
    client = anthropic.AsyncAnthropic(api_key=server.key, base_url=server.url, max_retries=0)
    async with client:
        return await client.messages.create(**body)


async def test_the_server_answers_without_a_stream_too(server: AnthropicServer) -> None:
    server.script(Said(text="Hi", calls=(ADD,), cached_tokens=40), Fault.ERROR_EVENT)
    message = await bare(server)
    assert [block.type for block in message.content] == ["text", "tool_use"]
    assert (message.stop_reason, message.usage.cache_read_input_tokens) == ("tool_use", 40)
    with pytest.raises(anthropic.InternalServerError):
        await bare(server)


USE = {"type": "tool_use", "id": "a", "name": "add_task", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "a", "content": "done"}
HELLO = {"role": "user", "content": "hello"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"messages": []}, "at least one message"),
        ({"messages": [{"role": "assistant", "content": "x"}, HELLO]}, "first message"),
        ({"messages": [HELLO, {"role": "assistant", "content": "x"}]}, "prefill"),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": ""}]}]}, "non-empty"),
        ({"messages": [{"role": "user", "content": " "}]}, "non-whitespace"),
        ({"messages": [{"role": "user", "content": [RESULT]}]}, "unexpected `tool_use_id`"),
        ({"messages": [HELLO, {"role": "assistant", "content": [USE]}, HELLO]}, "without"),
        (
            {
                "messages": [
                    HELLO,
                    {"role": "assistant", "content": [USE]},
                    {"role": "user", "content": [{"type": "text", "text": "x"}, RESULT]},
                ]
            },
            "before all other content",
        ),
        (
            {
                "messages": [
                    HELLO,
                    {
                        "role": "assistant",
                        "content": [{"type": "thinking", "thinking": "x", "signature": "y"}],
                    },
                    HELLO,
                ]
            },
            "different conversation",
        ),
        ({"tools": [{"name": "a b", "input_schema": {"type": "object"}}]}, "match pattern"),
        ({"tools": [{"name": "ab", "input_schema": {"type": "string"}}]}, "not object"),
        ({"max_tokens": -1}, "greater than"),
        (
            {
                "system": [
                    {"type": "text", "text": "x", "cache_control": {"type": "ephemeral"}},
                ]
                * 5
            },
            "maximum of 4",
        ),
    ],
)
async def test_the_server_refuses_what_the_vendor_refuses(
    server: AnthropicServer, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(anthropic.BadRequestError, match=words) as caught:
        await bare(server, **changes)
    assert caught.value.type == "invalid_request_error"
    assert caught.value.request_id
    assert len(server.faulty) == 1
