"""OpenAI and a local server on the loopback, each with a model."""

from collections.abc import AsyncIterator

import pytest

from adapters.openai_llm import OpenAILLM
from tests.adapters.openai_llm.talk import LOCAL, QWEN, model_of
from tests.fakes.openai_server import OpenAIServer


@pytest.fixture
async def server(no_certificates: None) -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as server:
        yield server


@pytest.fixture
async def local(no_certificates: None) -> AsyncIterator[OpenAIServer]:
    """A local server with the strictest of chat templates."""
    async with OpenAIServer(models=LOCAL, strict=True) as server:
        yield server


@pytest.fixture
async def llm(server: OpenAIServer) -> AsyncIterator[OpenAILLM]:
    async with model_of(server) as llm:
        yield llm


@pytest.fixture
async def qwen(local: OpenAIServer) -> AsyncIterator[OpenAILLM]:
    async with model_of(local, QWEN) as llm:
        yield llm
