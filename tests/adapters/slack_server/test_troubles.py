"""The fault script: what Slack's client meets, and whether it was done all the same."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.fakes.clock import FakeClock
from tests.fakes.slack import Delayed, Fault, Limited, Person, Refused, SlackServer

POST = "chat.postMessage"


@pytest.mark.parametrize(
    ("step", "status", "error"),
    [
        (Limited(7), 429, "ratelimited"),
        (Refused("fatal_error"), 200, "fatal_error"),
        (Fault.TOKEN_REVOKED, 200, "token_revoked"),
    ],
)
async def test_a_call_is_refused(
    slack: SlackServer, client: AsyncWebClient, alice: Person, step: Any, status: int, error: str
) -> None:
    slack.script(POST, step)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=alice.chat.id, text="x")
    assert (caught.value.response.status_code, caught.value.response["error"]) == (status, error)
    if status == 429:
        assert caught.value.response.headers["Retry-After"] == "7"
    assert alice.chat.messages == []
    await client.chat_postMessage(channel=alice.chat.id, text="x")


@pytest.mark.parametrize(
    ("step", "status", "done"),
    [
        (Fault.SERVER_ERROR, 500, 0),
        (Fault.BAD_GATEWAY, 502, 0),
        (Fault.UNAVAILABLE, 503, 0),
        (Fault.ERROR_AFTER, 500, 1),
    ],
)
async def test_a_proxy_shows_a_page(
    slack: SlackServer, alice: Person, step: Fault, status: int, done: int
) -> None:
    slack.script("*", step)
    headers = {"Authorization": f"Bearer {slack.token}"}
    body = {"channel": alice.chat.id, "text": "x"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(slack.base_url + POST, json=body) as answer,
    ):
        assert (answer.status, answer.content_type) == (status, "text/html")
    assert len(alice.chat.messages) == done


@pytest.mark.parametrize(("step", "done"), [(Fault.RESET_BEFORE, 0), (Fault.RESET_AFTER, 1)])
async def test_the_connection_breaks(
    slack: SlackServer, client: AsyncWebClient, alice: Person, step: Fault, done: int
) -> None:
    slack.script(POST, step)
    with pytest.raises(aiohttp.ClientOSError):
        await client.chat_postMessage(channel=alice.chat.id, text="x")
    assert (len(alice.chat.messages), len(slack.calls(POST))) == (done, done)


@pytest.mark.parametrize(("step", "done"), [(Fault.TIMEOUT_BEFORE, 0), (Fault.TIMEOUT_AFTER, 1)])
async def test_no_answer_comes(slack: SlackServer, alice: Person, step: Fault, done: int) -> None:
    slack.script(POST, step)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.1)) as session:
        client = AsyncWebClient(
            slack.token, base_url=slack.base_url, session=session, retry_handlers=[]
        )
        with pytest.raises(TimeoutError):
            await client.chat_postMessage(channel=alice.chat.id, text="x")
    assert len(alice.chat.messages) == done


async def test_the_sdk_alone_sends_twice_what_arrived(slack: SlackServer, alice: Person) -> None:
    """Its default is to try again after a reset."""
    client = AsyncWebClient(slack.token, base_url=slack.base_url)
    slack.script(POST, Fault.RESET_AFTER)
    await client.chat_postMessage(channel=alice.chat.id, text="x")
    assert alice.chat.texts == ["x", "x"]


async def test_an_answer_takes_its_time(
    slack: SlackServer, client: AsyncWebClient, alice: Person
) -> None:
    slack.script(POST, Delayed(0.01))
    assert (await client.chat_postMessage(channel=alice.chat.id, text="x"))["ok"]


async def test_a_response_url_breaks(slack: SlackServer, alice: Person) -> None:
    slack.hold()
    url = alice.commands("/pixie").payload["response_url"]
    respond = AsyncWebhookClient(url, retry_handlers=[])
    slack.script("response_url", Limited(1), Fault.RESET_AFTER)
    assert (await respond.send(text="x")).status_code == 429
    with pytest.raises(aiohttp.ClientOSError):
        await respond.send(text="x")
    assert alice.chat.texts == ["x"]


async def test_who_calls_too_fast_has_to_wait(
    slack: SlackServer, clock: FakeClock, client: AsyncWebClient, alice: Person, bob: Person
) -> None:
    slack.paced = True
    for _ in range(5):
        await client.chat_postMessage(channel=alice.chat.id, text="x")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=alice.chat.id, text="x")
    assert caught.value.response.headers["Retry-After"] == "5"
    await client.chat_postMessage(channel=bob.chat.id, text="x")
    clock.advance(seconds=5)
    await client.chat_postMessage(channel=alice.chat.id, text="x")


async def test_lone_surrogates_are_refused(client: AsyncWebClient, alice: Person) -> None:
    with pytest.raises(SlackApiError, match="invalid_charset"):
        await client.chat_postMessage(channel=alice.chat.id, text="\ud800")
