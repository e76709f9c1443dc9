"""A small app of Bolt's, at work by a socket or by requests."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import SlackServer

WAYS = ("socket", "requests")


def app_of(slack: SlackServer) -> AsyncApp:
    return AsyncApp(
        client=AsyncWebClient(slack.token, base_url=slack.base_url),
        signing_secret=slack.app.signing_secret,
    )


@contextlib.asynccontextmanager
async def at_work(slack: SlackServer, app: AsyncApp, way: str) -> AsyncIterator[Any]:
    """Yields the handler, or the address."""
    async with socket(slack, app) if way == "socket" else requests(slack, app) as at:
        yield at


@contextlib.asynccontextmanager
async def socket(slack: SlackServer, app: AsyncApp) -> AsyncIterator[Any]:
    """A socket; there may be several."""
    had = len(slack.sockets.open)
    handler: Any = AsyncSocketModeHandler(
        app,
        slack.app.app_token,
        web_client=AsyncWebClient(base_url=slack.base_url),
        ping_interval=5,
    )
    await handler.connect_async()
    try:
        await slack.until(lambda: len(slack.sockets.open) > had)
        yield handler
    finally:
        await handler.close_async()


@contextlib.asynccontextmanager
async def requests(slack: SlackServer, app: AsyncApp) -> AsyncIterator[str]:
    async def events(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    served = web.Application()
    served.router.add_post("/slack/events", events)
    server = TestServer(served)
    await server.start_server(access_log=None)
    url = str(server.make_url("/slack/events"))
    assert await slack.requests.verify(url)
    slack.posts_to(url)
    try:
        yield url
    finally:
        await server.close()
