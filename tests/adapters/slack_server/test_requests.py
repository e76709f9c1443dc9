"""Signed requests: the deadline, trying again, and what a response_url takes."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.adapters.slack_server.bolt import app_of, requests
from tests.adapters.slack_server.waiting import asleep
from tests.fakes.clock import FakeClock
from tests.fakes.slack import Channel, Delivery, Person, SlackServer
from tests.fakes.slack.requests import FORM


class App:
    """Keeps what it is sent, and answers with what is next: a status, or nothing for ever."""

    def __init__(self, slack: SlackServer) -> None:
        self.slack = slack
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.next: list[int | None] = []
        self.headers: dict[str, str] = {}

    async def hear(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.heard.append((dict(request.headers), body))
        self.slack.world.touch()
        status = self.next.pop(0) if self.next else 200
        if status is None:
            await self.slack.closing.wait()
        if status == 302:
            raise web.HTTPFound("/")
        return web.Response(status=status or 200, headers=self.headers)

    @property
    def retries(self) -> list[tuple[str, str]]:
        return [
            (headers.get("X-Slack-Retry-Num", ""), headers.get("X-Slack-Retry-Reason", ""))
            for headers, _ in self.heard
        ]

    @property
    def event_ids(self) -> set[str]:
        return {json.loads(body)["event_id"] for _, body in self.heard}


@pytest.fixture
async def app(slack: SlackServer) -> AsyncIterator[App]:
    app = App(slack)
    served = web.Application()
    served.router.add_route("*", "/", app.hear)
    server = TestServer(served)
    await server.start_server(access_log=None, shutdown_timeout=0.1)
    slack.posts_to(str(server.make_url("/")))
    yield app
    await server.close()


async def test_requests_are_signed(slack: SlackServer, app: App, alice: Person) -> None:
    alice.says("hi ✅")
    alice.commands("/pixie", "a & b")
    alice.shortcut("new")
    await slack.until(lambda: slack.heard)
    verifier = SignatureVerifier(slack.app.signing_secret)
    for headers, body in app.heard:
        assert verifier.is_valid_request(body, headers)
    kinds = {headers["Content-Type"] for headers, _ in app.heard}
    assert kinds == {"application/json", FORM}


async def test_an_event_is_told_again_at_once_and_after_one_and_five_minutes(
    slack: SlackServer, clock: FakeClock, app: App, alice: Person
) -> None:
    app.next = [500, 503, 404, 500]
    alice.says("hi")
    (event,) = slack.deliveries.all
    await slack.until(lambda: len(event.outcomes) == 2)
    await asleep(clock)
    clock.advance(seconds=59)
    await asyncio.sleep(0.005)
    assert len(app.heard) == 2
    clock.advance(seconds=1)
    await slack.until(lambda: len(event.outcomes) == 3)
    await asleep(clock)
    clock.advance(minutes=5)
    await slack.until(lambda: slack.heard)
    assert app.retries == [("", ""), *((str(number), "http_error") for number in (1, 2, 3))]
    assert len(app.event_ids) == 1
    (lost,) = slack.deliveries.lost
    assert [outcome.status for outcome in lost.outcomes] == [500, 503, 404, 500]


async def test_who_takes_longer_than_three_seconds_is_told_again(
    slack: SlackServer, clock: FakeClock, app: App, alice: Person
) -> None:
    app.next = [None]
    alice.says("hi")
    await slack.until(lambda: app.heard)
    clock.advance(seconds=2.9)
    assert len(app.heard) == 1
    clock.advance(seconds=0.1)
    await slack.until(lambda: slack.heard)
    assert app.retries == [("", ""), ("1", "http_timeout")]
    assert not slack.deliveries.lost


async def test_who_asks_not_to_be_told_again_is_not(
    slack: SlackServer, app: App, alice: Person
) -> None:
    app.next, app.headers = [500], {"X-Slack-No-Retry": "1"}
    alice.says("hi")
    await slack.until(lambda: slack.heard)
    assert len(app.heard) == 1


async def test_redirects_are_followed_twice(slack: SlackServer, app: App, alice: Person) -> None:
    app.next = [302, 302, 302, 200]
    alice.says("hi")
    await slack.until(lambda: slack.heard)
    (delivery,) = slack.deliveries.all
    assert delivery.retry_reason == ""
    assert [outcome.reason for outcome in delivery.outcomes] == ["too_many_redirects", ""]


async def test_nobody_is_there(slack: SlackServer, clock: FakeClock, alice: Person) -> None:
    slack.posts_to("http://127.0.0.1:9/")
    alice.says("hi")
    command = alice.commands("/pixie")
    await slack.until(lambda: command.over)
    assert (command.error, alice.failures) == ("dispatch_failed", ["dispatch_failed"])
    assert len(command.outcomes) == 1
    await slack.until(lambda: len(slack.deliveries.all[0].outcomes) == 2)
    assert slack.deliveries.all[0].retry_reason == "connection_failed"


async def test_a_slow_command_fails_for_its_person(
    slack: SlackServer, clock: FakeClock, app: App, alice: Person
) -> None:
    app.next = [None]
    command = alice.commands("/pixie")
    await slack.until(lambda: app.heard)
    clock.advance(seconds=3)
    await slack.until(lambda: command.over)
    assert alice.failures == ["operation_timeout"]


async def test_what_happens_comes_twice_or_shuffled(
    slack: SlackServer, app: App, alice: Person
) -> None:
    slack.duplicate(1)
    said = alice.says("once")
    await slack.until(lambda: slack.heard)
    assert (len(app.heard), len(app.event_ids)) == (2, 1)
    again = slack.deliveries.again(slack.deliveries.all[0], "Ev0ANOTHER")
    await slack.until(lambda: again.acked)
    assert len(app.event_ids) == 2
    app.heard.clear()
    slack.hold()
    for text in "abc":
        alice.says(text)
    slack.let_go(times=2)
    await slack.until(lambda: slack.heard)
    order = [json.loads(body)["event"]["text"] for _, body in app.heard]
    assert sorted(order) == list("aabbcc")
    slack.shuffle(3)
    for number in range(20):
        alice.says(str(number))
    await slack.until(lambda: slack.heard)
    order = [json.loads(body)["event"]["text"] for _, body in app.heard[6:]]
    assert sorted(order, key=int) != order
    assert said.text == "once"


@pytest.fixture
async def bolt(slack: SlackServer) -> AsyncIterator[str]:
    app: AsyncApp = app_of(slack)

    @app.event("message")
    async def message() -> None:
        """Heard."""

    async with requests(slack, app) as url:
        yield url


async def test_bolt_refuses_what_is_not_signed(slack: SlackServer, bolt: str) -> None:
    async def status(**given: Any) -> int:
        return (await slack.requests.post(bolt, '{"type":"event_callback"}', **given))[0]

    assert await status(signature="v0=0") == 401
    assert await status(signature="") == 401
    assert await status(timestamp="1000000000") == 401
    slack.app.signing_secret = "another"
    assert not await slack.requests.verify(bolt)


def url_of(delivery: Delivery) -> str:
    return str(delivery.payload["response_url"])


async def test_a_response_url_is_good_five_times_and_for_half_an_hour(
    slack: SlackServer, clock: FakeClock, app: App, alice: Person, general: Channel
) -> None:
    command = alice.commands("/pixie", channel=general)
    respond = AsyncWebhookClient(url_of(command))
    for number in range(5):
        answer = await respond.send(text=str(number))
        assert answer.status_code == 200
    used = await respond.send(text="6")
    assert (used.status_code, json.loads(used.body)["error"]) == (404, "used_url")
    assert [(each.text, each.seen_by) for each in general.messages] == [
        (str(number), alice.id) for number in range(5)
    ]
    late = AsyncWebhookClient(url_of(alice.commands("/pixie", channel=general)))
    assert (await late.send(blocks=[{"type": "x"}])).status_code == 400
    assert (await late.send(text="")).status_code == 400
    clock.advance(minutes=31)
    gone = await late.send(text="x")
    assert (gone.status_code, json.loads(gone.body)["error"]) == (404, "expired_url")
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{slack.url}/commands/T1/2/x", json={"text": "x"}) as nowhere,
    ):
        assert nowhere.status == 404


async def test_a_response_url_replaces_or_deletes_what_was_tapped(
    slack: SlackServer, app: App, alice: Person, general: Channel
) -> None:
    button = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "Go"}}
    blocks = [{"type": "actions", "elements": [button]}]
    slack.run("chat.postEphemeral", channel=general.id, user=alice.id, text="c", blocks=blocks)
    card = general.last
    tap = alice.taps(card, "Go")
    assert tap.payload["container"]["is_ephemeral"] is True
    assert "message" not in tap.payload
    respond = AsyncWebhookClient(url_of(tap))
    await respond.send(text="gone on", replace_original=True)
    assert (card.text, card.labels, card.seen_by) == ("gone on", [], alice.id)
    await respond.send(text="for all", response_type="in_channel")
    assert (general.last.text, general.last.ephemeral) == ("for all", False)
    await respond.send(delete_original=True)
    assert general.texts == ["for all"]
    assert [each.method for each in slack.accepted] == ["response_url"] * 3
