"""What the tests of OpenAI's adapter say to it, and how they listen."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from pydantic import SecretStr

from adapters.openai_llm import OpenAILLM, OpenAISettings
from adapters.openai_llm.request import request
from core.ports import Ask
from core.values import AssistantTurn, Call, ToolTurn
from tests.fakes.openai_server import OpenAIServer

LUNA = "gpt-5.6-luna"
QWEN = "qwen3:8b"
LOCAL = (QWEN, "gpt-oss:20b", "o-tiny")
CHOSEN = "PIXIE_MODELS_QUICK"
KEY = "PIXIE_OPENAI_KEY"
URL = "PIXIE_OPENAI_BASE_URL"
Event = dict[str, Any]


@asynccontextmanager
async def model_of(
    server: OpenAIServer, model: str = LUNA, **options: Any
) -> AsyncIterator[OpenAILLM]:
    llm = OpenAILLM(model, settings(server.url, server.key), setting=CHOSEN, **options)
    yield llm
    await llm.close()


def settings(url: str = "", key: str | None = "sk-loopback") -> OpenAISettings:
    secret = None if key is None else SecretStr(key)
    return OpenAISettings(openai_key=secret, openai_base_url=url)


def called(*ids: str, text: str = "", name: str = "list_tasks") -> AssistantTurn:
    return AssistantTurn(
        text=text, calls=tuple(Call(id=id_, name=name, arguments={}) for id_ in ids)
    )


def result(id_: str, text: str = "nothing", *, failed: bool = False) -> ToolTurn:
    return ToolTurn(call_id=id_, name="list_tasks", result=text, failed=failed)


async def streamed(llm: OpenAILLM, asked: Ask) -> tuple[list[str], AssistantTurn]:
    deltas, turns = [], []
    async for item in llm.stream(asked):
        if isinstance(item, str):
            deltas.append(item)
        else:
            turns.append(item)
    assert len(turns) == 1
    return deltas, turns[0]


async def in_one(llm: OpenAILLM, asked: Ask) -> AssistantTurn:
    return await llm.complete(asked)


async def in_pieces(llm: OpenAILLM, asked: Ask) -> AssistantTurn:
    return (await streamed(llm, asked))[1]


both = pytest.mark.parametrize("answer", [in_one, in_pieces], ids=["complete", "stream"])
Answering = Callable[[OpenAILLM, Ask], Any]


def chunk(delta: Event | None = None, finish: str | None = None, **rest: Any) -> Event:
    choice = {"index": 0, "delta": delta or {}, "finish_reason": finish}
    return {"id": "1", "object": "chat.completion.chunk", "choices": [choice], **rest}


def calling(**piece: Any) -> Event:
    """A chunk with a piece of a tool call: `name` and `arguments` belong to its function."""
    function = {key: piece.pop(key) for key in ("name", "arguments") if key in piece}
    return chunk({"tool_calls": [{**piece, "function": function}]})


def sent(asked: Ask, model: str = LUNA) -> list[Event]:
    """The messages after the first."""
    rendered = request(asked, model=model, name=f"openai:{model}", limit=99)
    messages: list[Event] = rendered["messages"]
    return messages[1:]


def body_of(message: str, code: Any = None, kind: str = "", param: str | None = None) -> Event:
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}
