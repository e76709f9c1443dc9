"""Both vendors as a conversation sees them: a server on the loopback and, through the vendor's own
SDK, its quick and its deep model. What a model was told is read in no vendor's dialect."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from adapters.anthropic_llm import AnthropicLLM, AnthropicSettings
from adapters.openai_llm import OpenAILLM, OpenAISettings
from core.ports import Model
from tests.fakes.anthropic_server import AnthropicServer
from tests.fakes.models import Step
from tests.fakes.openai_server import OpenAIServer

Json = dict[str, Any]

CLAUDE = ("claude-haiku-5-5", "claude-sonnet-5-5")
GPT = ("gpt-6-luna", "gpt-6-sol")
VENDORS = ("anthropic", "openai")
OTHER = {"anthropic": "openai", "openai": "anthropic"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """One request as the model reads it."""

    model: str
    fixed: str
    """The instructions that never change."""
    situation: str
    """What stands between the instructions and the words: now, agenda, memories."""
    tools: tuple[str, ...]
    turns: tuple[tuple[str, str], ...]
    """Who ("person", "model", "call", "result") and what, in order."""

    @property
    def said(self) -> str:
        """The person's last words."""
        return self._all("person")[-1]

    @property
    def results(self) -> list[str]:
        """What tools answered since then."""
        last = max(at for at, (who, _) in enumerate(self.turns) if who == "person")
        return [what for who, what in self.turns[last:] if who == "result"]

    def _all(self, wanted: str) -> list[str]:
        return [what for who, what in self.turns if who == wanted]


@dataclass(frozen=True, kw_only=True, slots=True)
class Vendor:
    """One vendor. `server` says what its models say."""

    name: str
    server: AnthropicServer | OpenAIServer
    quick: Model
    deep: Model

    def plays(self, play: Callable[[Heard], Step]) -> None:
        """Answer every call that the script does not."""
        self.server.respond = lambda body: play(self._read(body))

    @property
    def heard(self) -> list[Heard]:
        """Every request that came in, in order."""
        return [self._read(body) for body in self.server.requests]

    def _read(self, body: Json) -> Heard:
        return _of_claude(body) if self.name == "anthropic" else _of_gpt(body)


@asynccontextmanager
async def opened(name: str) -> AsyncIterator[Vendor]:
    async with AsyncExitStack() as stack:
        server: AnthropicServer | OpenAIServer
        quick: Model
        deep: Model
        if name == "anthropic":
            server = await stack.enter_async_context(AnthropicServer(models=CLAUDE))
            claude = AnthropicSettings(
                anthropic_key=SecretStr(server.key), anthropic_base_url=server.url
            )
            quick, deep = (AnthropicLLM(model, claude) for model in CLAUDE)
        else:
            server = await stack.enter_async_context(OpenAIServer(models=GPT))
            gpt = OpenAISettings(openai_key=SecretStr(server.key), openai_base_url=server.url)
            quick, deep = (OpenAILLM(model, gpt, setting="PIXIE_MODELS_QUICK") for model in GPT)
        for model in (quick, deep):
            stack.push_async_callback(model.close)
        yield Vendor(name=name, server=server, quick=quick, deep=deep)


def _of_claude(body: Json) -> Heard:
    fixed, changing = (block["text"] for block in body["system"])
    turns: list[tuple[str, str]] = []
    for message in body["messages"]:
        for block in message["content"]:
            match block["type"]:
                case "text":
                    who = "person" if message["role"] == "user" else "model"
                    turns.append((who, block["text"]))
                case "tool_use":
                    turns.append(("call", _call(block["name"], block["input"])))
                case "tool_result":
                    failed = "Error: " if block.get("is_error") else ""
                    turns.append(("result", failed + block["content"]))
    return Heard(
        model=body["model"],
        fixed=fixed,
        situation=changing,
        tools=tuple(tool["name"] for tool in body.get("tools", [])),
        turns=tuple(turns),
    )


def _of_gpt(body: Json) -> Heard:
    first, *messages = body["messages"]
    fixed = first["content"]
    situation = ""
    turns: list[tuple[str, str]] = []
    for message in messages:
        text = message["content"] or ""
        match message["role"]:
            case "user":
                before, mark, after = text.partition("\n</situation>\n\n")
                if mark:
                    situation, text = before.removeprefix("<situation>\n"), after
                turns.append(("person", text))
            case "assistant":
                turns += [("model", text)] if text else []
                for call in message.get("tool_calls", []):
                    function = call["function"]
                    arguments = json.loads(function["arguments"])
                    turns.append(("call", _call(function["name"], arguments)))
            case "tool":
                turns.append(("result", text))
    return Heard(
        model=body["model"],
        fixed=fixed if isinstance(fixed, str) else fixed[0]["text"],
        situation=situation,
        tools=tuple(tool["function"]["name"] for tool in body.get("tools", [])),
        turns=tuple(turns),
    )


def _call(name: str, arguments: Json) -> str:
    return f"{name} {json.dumps(arguments, sort_keys=True)}"
