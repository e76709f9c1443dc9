"""Whether key, address and model are right, asked of each vendor without a cost."""

import pytest
from pydantic import SecretStr

from adapters.anthropic_llm import AnthropicLLM, AnthropicSettings
from adapters.openai_llm import OpenAILLM, OpenAISettings
from core.errors import Unauthorized, Unavailable
from core.ports import Model
from tests.fakes.anthropic_server import AnthropicServer
from tests.fakes.openai_server import OpenAIServer

NOWHERE = "http://127.0.0.1:9"


def claude(url: str, key: str, model: str) -> Model:
    settings = AnthropicSettings(anthropic_key=SecretStr(key), anthropic_base_url=url)
    return AnthropicLLM(model, settings, setting="PIXIE_MODELS_QUICK")


def gpt(url: str, key: str, model: str) -> Model:
    settings = OpenAISettings(openai_key=SecretStr(key), openai_base_url=url)
    return OpenAILLM(model, settings, setting="PIXIE_MODELS_DEEP")


async def wrong(model: Model) -> str:
    """The setting that is to be mended."""
    try:
        with pytest.raises(Unauthorized) as raised:
            await model.check()
    finally:
        await model.close()
    return raised.value.setting


async def test_claude() -> None:
    async with AnthropicServer() as server:
        name = sorted(server.models)[0]
        right = claude(server.url, server.key, name)
        await right.check()
        await right.close()
        assert await wrong(claude(server.url, "sk-ant-other", name)) == "PIXIE_ANTHROPIC_KEY"
        assert await wrong(claude(server.url, server.key, "claude-none")) == "PIXIE_MODELS_QUICK"
        assert server.requests == []


async def test_gpt() -> None:
    async with OpenAIServer() as server:
        name = sorted(server.models)[0]
        right = gpt(server.url, server.key, name)
        await right.check()
        await right.close()
        assert await wrong(gpt(server.url, "sk-other", name)) == "PIXIE_OPENAI_KEY"
        assert await wrong(gpt(server.url, server.key, "gpt-none")) == "PIXIE_MODELS_DEEP"
        assert server.requests == []


@pytest.mark.parametrize(
    ("make", "setting"),
    [(claude, "PIXIE_ANTHROPIC_BASE_URL"), (gpt, "PIXIE_OPENAI_BASE_URL")],
)
async def test_an_address_where_nobody_answers_is_named(make: object, setting: str) -> None:
    assert callable(make)
    model: Model = make(NOWHERE, "sk-ant-key", "some-model")
    with pytest.raises(Unavailable, match=setting):
        await model.check()
    await model.close()
