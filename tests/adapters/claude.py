"""Words, tools and a connection to begin a test of Claude's adapter with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr

from adapters.anthropic_llm import AnthropicLLM, AnthropicSettings
from core.people import Person
from core.ports import Ask, Situation, ToolSpec
from core.values import (
    AssistantTurn,
    Call,
    OwnerId,
    ToolTurn,
    Turn,
    UserTurn,
)
from tests.fakes.anthropic_server import MODELS, AnthropicServer

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HAIKU, SONNET = MODELS[:2]
SITUATION = Situation(person=Person(id=OwnerId("o"), name="Ann", created_at=NOW), now=NOW)
TOOLS = (
    ToolSpec(
        name="add_task",
        description="Adds a task.",
        parameters={"properties": {"title": {"type": "string"}}, "required": ["title"]},
    ),
    ToolSpec(name="list_tasks", description="Lists.", parameters={"type": "object"}),
)
ADD = ("add_task", {"title": "buy milk"})
LIST: tuple[str, dict[str, Any]] = ("list_tasks", {})


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


def ask(*turns: Turn, situation: Situation = SITUATION) -> Ask:
    return Ask(situation=situation, turns=turns or (user("hello"),), tools=TOOLS)


def user(text: str) -> UserTurn:
    return UserTurn(text=text, at=NOW)


def said(*calls: Call, text: str = "") -> AssistantTurn:
    return AssistantTurn(text=text, calls=calls)


def call(id_: str, name: str = "add_task", **arguments: Any) -> Call:
    return Call(id=id_, name=name, arguments=arguments)


def result(id_: str, text: str = "done", *, failed: bool = False) -> ToolTurn:
    return ToolTurn(call_id=id_, name="add_task", result=text, failed=failed)


async def parts_of(llm: AnthropicLLM, asked: Ask) -> list[str | AssistantTurn]:
    return [part async for part in llm.stream(asked)]
