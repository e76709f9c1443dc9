"""Socket Mode with Slack's own client: several sockets, goodbyes, and cut connections."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.adapters.slack_server.bolt import app_of, socket
from tests.adapters.slack_server.waiting import asleep
from tests.fakes.clock import FakeClock
from tests.fakes.slack import Person, SlackServer


@pytest.fixture
def heard() -> list[str]:
    return []


@pytest.fixture
def app(slack: SlackServer, heard: list[str]) -> AsyncApp:
    app = app_of(slack)

    @app.event("message")
    async def message(event: dict[str, Any]) -> None:
        heard.append(event["text"])

    @app.command("/pixie")
    async def pixie(ack: Any) -> None:
        await ack({"text": "yes", "response_type": "in_channel"})

    return app


async def link(slack: SlackServer, session: aiohttp.ClientSession) -> Any:
    """A bare socket, which says nothing by itself."""
    client = AsyncWebClient(base_url=slack.base_url, session=session)
    url = (await client.apps_connections_open(app_token=slack.app.app_token))["url"]
    socket = await session.ws_connect(url)
    assert (await socket.receive_json())["type"] == "hello"
    return socket


async def test_sockets_take_turns(
    slack: SlackServer, app: AsyncApp, alice: Person, heard: list[str]
) -> None:
    async with socket(slack, app), socket(slack, app):
        for number in range(10):
            alice.says(str(number))
        await slack.until(lambda: slack.heard)
        assert [len(each.sent) for each in slack.sockets.open] == [5, 5]
        assert sorted(heard) == [str(number) for number in range(10)]
    assert slack.sockets.open == []


async def test_an_answer_comes_with_the_yes(
    slack: SlackServer, app: AsyncApp, alice: Person
) -> None:
    async with socket(slack, app):
        command = alice.commands("/pixie")
        await slack.until(lambda: command.over)
        assert command.answer == {"text": "yes", "response_type": "in_channel"}
        assert alice.chat.texts == ["yes"]


async def test_an_address_is_good_once(slack: SlackServer, clock: FakeClock) -> None:
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(base_url=slack.base_url, session=session)
        open_one = client.apps_connections_open
        url = (await open_one(app_token=slack.app.app_token))["url"]
        async with session.ws_connect(url) as used:
            hello = await used.receive_json()
            assert (hello["type"], hello["num_connections"]) == ("hello", 1)
        late = (await open_one(app_token=slack.app.app_token))["url"]
        clock.advance(minutes=1)
        for gone in (url, late):
            with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
                await session.ws_connect(gone)
            assert caught.value.status == 408


async def test_the_eleventh_socket_is_one_too_many(slack: SlackServer) -> None:
    async with aiohttp.ClientSession() as session:
        kept = [await link(slack, session) for _ in range(10)]
        client = AsyncWebClient(base_url=slack.base_url, session=session)
        url = (await client.apps_connections_open(app_token=slack.app.app_token))["url"]
        async with session.ws_connect(url) as last:
            said = await last.receive_json()
        assert (said["type"], said["reason"]) == ("disconnect", "too_many_websockets")
        assert len(kept) == len(slack.sockets.open)


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled"])
async def test_who_is_told_to_go_comes_again(
    slack: SlackServer, app: AsyncApp, alice: Person, heard: list[str], reason: str
) -> None:
    async with socket(slack, app):
        (old,) = slack.sockets.open
        await slack.sockets.disconnect(reason)
        await slack.until(lambda: slack.sockets.open not in ([], [old]))
        alice.says("still there?")
        await slack.until(lambda: slack.heard)
        # The client may connect twice over, and an event that got lost between comes again.
        assert set(heard) == {"still there?"}
        assert len({each.id for each in slack.deliveries.all}) == 1


async def test_who_is_told_to_refresh_and_stays_is_put_out(
    slack: SlackServer, clock: FakeClock, alice: Person
) -> None:
    async with aiohttp.ClientSession() as session:
        mine = await link(slack, session)
        await slack.sockets.disconnect()
        said = await mine.receive_json()
        assert (said["type"], said["reason"]) == ("disconnect", "refresh_requested")
        alice.says("nothing new comes here")
        await asleep(clock)
        await asyncio.sleep(0.01)
        clock.advance(seconds=10)
        assert (await mine.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_the_yes_may_come_through_another_socket(slack: SlackServer, alice: Person) -> None:
    async with aiohttp.ClientSession() as session:
        one, other = await link(slack, session), await link(slack, session)
        alice.says("hi")
        envelope = await one.receive_json()
        assert envelope["type"] == "events_api"
        assert envelope["accepts_response_payload"] is False
        await other.send_json({"envelope_id": envelope["envelope_id"]})
        await slack.until(lambda: slack.heard)
        assert [len(each.acked) for each in slack.sockets.open] == [0, 1]
        await other.send_json({"envelope_id": envelope["envelope_id"]})
        await slack.until(lambda: slack.sockets.late)


async def test_what_was_not_acknowledged_comes_again(
    slack: SlackServer, clock: FakeClock, alice: Person
) -> None:
    async with aiohttp.ClientSession() as session:
        mine = await link(slack, session)
        alice.says("hi")
        first = await mine.receive_json()
        await asleep(clock)
        clock.advance(seconds=3)
        second = await mine.receive_json()
        assert second["payload"] == first["payload"]
        assert second["envelope_id"] != first["envelope_id"]
        assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")
        await mine.send_json({"envelope_id": second["envelope_id"]})
        await slack.until(lambda: slack.heard)
        command = alice.commands("/pixie")
        await mine.receive_json()
        clock.advance(seconds=3)
        await slack.until(lambda: command.over)
        assert alice.failures == ["operation_timeout"]


async def test_fifty_are_under_way_when_the_socket_is_cut(
    slack: SlackServer, app: AsyncApp, alice: Person, heard: list[str]
) -> None:
    async with aiohttp.ClientSession() as session:
        mine = await link(slack, session)
        for number in range(50):
            alice.says(str(number))
        command = alice.commands("/pixie")
        await slack.until(lambda: len(slack.sockets.open[0].sent) == 51)
        slack.sockets.cut()
        async with socket(slack, app):
            await slack.until(lambda: slack.heard)
        assert sorted(heard, key=int) == [str(number) for number in range(50)]
        assert command.acked
        assert not mine.closed
        assert not slack.deliveries.lost


async def test_nobody_listens(slack: SlackServer, clock: FakeClock, alice: Person) -> None:
    alice.says("hi")
    while not slack.heard:
        await asleep(clock)
        clock.advance(seconds=3)
        await asyncio.sleep(0.001)
    (lost,) = slack.deliveries.lost
    assert [outcome.reason for outcome in lost.outcomes] == ["connection_failed"] * 4
