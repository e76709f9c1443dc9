"""Anthropic on the loopback, with a model."""

from collections.abc import AsyncIterator

import pytest

from adapters.anthropic_llm import AnthropicLLM
from tests.adapters.anthropic_llm.talk import model_of
from tests.fakes.anthropic_server import AnthropicServer


@pytest.fixture
async def server(no_certificates: None) -> AsyncIterator[AnthropicServer]:
    async with AnthropicServer() as server:
        yield server


@pytest.fixture
async def llm(server: AnthropicServer) -> AsyncIterator[AnthropicLLM]:
    async with model_of(server) as llm:
        yield llm
