"""What the tests of Anthropic's adapter say to it, and how they listen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pydantic import SecretStr

from adapters.anthropic_llm import AnthropicLLM, AnthropicSettings
from core.ports import Ask
from core.values import AssistantTurn, Call, ToolTurn
from tests.fakes.anthropic_server import MODELS, AnthropicServer

HAIKU, SONNET = MODELS[:2]


@asynccontextmanager
async def model_of(
    server: AnthropicServer, model: str = HAIKU, **options: Any
) -> AsyncIterator[AnthropicLLM]:
    llm = AnthropicLLM(model, settings(server.url, server.key), **options)
    yield llm
    await llm.close()


def settings(url: str = "", key: str | None = "sk-ant-loopback") -> AnthropicSettings:
    secret = None if key is None else SecretStr(key)
    return AnthropicSettings(anthropic_key=secret, anthropic_base_url=url)


def said(*calls: Call, text: str = "") -> AssistantTurn:
    return AssistantTurn(text=text, calls=calls)


def call(id_: str, name: str = "add_task", **arguments: Any) -> Call:
    return Call(id=id_, name=name, arguments=arguments)


def result(id_: str, text: str = "done", *, failed: bool = False) -> ToolTurn:
    return ToolTurn(call_id=id_, name="add_task", result=text, failed=failed)


async def parts_of(llm: AnthropicLLM, asked: Ask) -> list[str | AssistantTurn]:
    return [part async for part in llm.stream(asked)]
