"""A Web API on this machine, and Pixie's voice there."""

from collections.abc import AsyncIterator

import pytest

from adapters.slack.client import SlackClient, open_client
from adapters.slack.messenger import SlackMessenger
from tests.adapters.slack.api import TOKEN, Api
from tests.fakes.clock import FakeClock


@pytest.fixture
async def api(clock: FakeClock) -> AsyncIterator[Api]:
    async with Api(lambda: clock.now().timestamp()) as api:
        yield api


async def _token(team: str) -> str | None:
    return {"T1": TOKEN, "T2": "xoxb-other"}.get(team)


@pytest.fixture
async def client(api: Api, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SlackClient]:
    # The environment's proxy is not for this machine, nor for Slack.
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    async with open_client(_token, api.url) as client:
        yield client


@pytest.fixture
def messenger(client: SlackClient, clock: FakeClock) -> SlackMessenger:
    return SlackMessenger(client, clock)
