"""The loopback Slack, and Slack's own libraries that talk to it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.clock import FakeClock
from tests.fakes.slack import Channel, Person, SlackServer

PROXIES = ("http_proxy", "https_proxy", "all_proxy")


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch, no_certificates: None) -> None:
    """Slack's libraries would send loopback requests to the proxy that the environment names, and
    take settings from it."""
    for name in (*PROXIES, *map(str.upper, PROXIES)):
        monkeypatch.delenv(name, raising=False)
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def slack(clock: FakeClock) -> AsyncIterator[SlackServer]:
    async with SlackServer(clock=clock) as server:
        yield server


@pytest.fixture
async def client(slack: SlackServer) -> AsyncIterator[AsyncWebClient]:
    """Tries nothing twice, and waits two seconds at most for an answer."""
    timeout = aiohttp.ClientTimeout(total=2)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        yield AsyncWebClient(
            slack.token, base_url=slack.base_url, session=session, retry_handlers=[], timeout=2
        )


@pytest.fixture
def alice(slack: SlackServer) -> Person:
    return slack.workspace.person("Alice Doe", tz="Europe/Lisbon", locale="pt-PT", admin=True)


@pytest.fixture
def bob(slack: SlackServer) -> Person:
    return slack.workspace.person("Bob")


@pytest.fixture
def general(slack: SlackServer, alice: Person, bob: Person) -> Channel:
    return slack.workspace.channel("general", alice, bob)
