"""Whether key, address and model are right, asked of each vendor without a cost."""

from collections.abc import Callable

import pytest
from pydantic import SecretStr

from adapters.anthropic_llm import AnthropicLLM, AnthropicSettings
from adapters.openai_llm import OpenAILLM, OpenAISettings
from core.errors import Unauthorized, Unavailable
from core.ports import Model
from tests.fakes.anthropic_server import AnthropicServer
from tests.fakes.openai_server import OpenAIServer

Make = Callable[[str, str, str], Model]
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


@pytest.mark.parametrize(
    ("serve", "make", "vendor", "tier"),
    [(AnthropicServer, claude, "ANTHROPIC", "QUICK"), (OpenAIServer, gpt, "OPENAI", "DEEP")],
)
async def test_what_is_wrong_is_named(
    serve: type[AnthropicServer | OpenAIServer], make: Make, vendor: str, tier: str
) -> None:
    async with serve() as server:
        name = sorted(server.models)[0]
        right = make(server.url, server.key, name)
        await right.check()
        await right.close()
        assert await wrong(make(server.url, "sk-other", name)) == f"PIXIE_{vendor}_KEY"
        assert await wrong(make(server.url, server.key, "none")) == f"PIXIE_MODELS_{tier}"
        assert server.requests == []


@pytest.mark.parametrize(
    ("make", "setting"),
    [(claude, "PIXIE_ANTHROPIC_BASE_URL"), (gpt, "PIXIE_OPENAI_BASE_URL")],
)
async def test_an_address_where_nobody_answers_is_named(make: Make, setting: str) -> None:
    model = make(NOWHERE, "sk-ant-key", "some-model")
    with pytest.raises(Unavailable, match=setting):
        await model.check()
    await model.close()
