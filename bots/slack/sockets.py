"""Socket Mode: events come through a socket that Pixie opens, so that she needs no public address.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Mapping

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.settings import APP_TOKEN_SETTING
from core.loop import idle, report
from core.ports import Clock

log = logging.getLogger(__name__)
log_of_sdk = logging.getLogger(f"{__name__}.sdk")
log_of_sdk.setLevel(logging.CRITICAL)
"""Below that the library writes addresses with tickets, and payloads, into its lines."""

CONNECT_WITHIN = 15.0
LOOK_EVERY = 1.0
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
PING_EVERY = 5.0

Connected = Callable[[], None]
"""What is done once a connection stands, which may have been missing for a while."""


class Sockets:
    """Keeps a socket open, until `stop`."""

    def __init__(
        self, app: AsyncApp, token: str, web: AsyncWebClient, clock: Clock, *, connected: Connected
    ) -> None:
        self._app = app
        self._token = token
        self._web = web
        self._clock = clock
        self._connected = connected
        self._order = Order()
        self._stopped = asyncio.Event()
        self._works = False

    async def works(self) -> bool:
        """Slack can tell us things."""
        return self._works

    def stop(self) -> None:
        self._stopped.set()

    async def run(self) -> None:
        """Connect, and connect anew whenever the connection is lost."""
        failures = 0
        while not self._stopped.is_set():
            handler = InOrder(
                self._app, self._token, log_of_sdk, self._web, ping_interval=PING_EVERY
            )
            handler.order = self._order
            try:
                async with asyncio.timeout(CONNECT_WITHIN):
                    await handler.client.connect()
                failures = 0
                await self._watch(handler)
            except Exception as error:
                failures += 1
                report(error, f"no socket to Slack ({APP_TOKEN_SETTING})")
            finally:
                self._works = False
                with contextlib.suppress(Exception):
                    await handler.client.close()
            if failures:
                pause = min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE)
                await idle(self._clock, self._stopped, pause)

    async def _watch(self, handler: "InOrder") -> None:
        """Until `stop`; connects anew when the connection is lost, and raises when that fails."""
        session = None
        while not self._stopped.is_set():
            if not await handler.client.is_connected():
                self._works = False
                # The library looks only with its pings, too late for the three seconds that a
                # command waits; and it tries for ever at an address that may have ended.
                async with asyncio.timeout(CONNECT_WITHIN):
                    await handler.client.connect_to_new_endpoint()
                continue
            self._works = True
            if handler.client.current_session is not session:
                session = handler.client.current_session
                self._connected()
            await idle(self._clock, self._stopped, LOOK_EVERY)


class Order:
    """What one person does is taken in the order in which it came; different people's at once."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @contextlib.asynccontextmanager
    async def of(self, who: str) -> AsyncIterator[None]:
        """While this lasts, nothing else of theirs is taken. First come, first served."""
        lock, waiting = self._locks.get(who, (asyncio.Lock(), 0))
        self._locks[who] = lock, waiting + 1
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._locks[who]
            if waiting == 1:
                del self._locks[who]
            else:
                self._locks[who] = lock, waiting - 1


class InOrder(AsyncSocketModeHandler):
    """The library begins a task for each envelope, in their order, and these overtake each
    other."""

    order: Order

    async def handle(  # type: ignore[override]  # as the library's own
        self, client: SocketModeClient, req: SocketModeRequest
    ) -> None:
        """One envelope."""
        async with self.order.of(speaker(req.payload)):
            await super().handle(client, req)


def speaker(payload: object) -> str:
    """Whose doing a payload tells; "" when it does not say."""
    if not isinstance(payload, Mapping):
        return ""
    event = payload.get("event")
    event = event if isinstance(event, Mapping) else {}
    inner = event.get("message")
    found = [
        payload.get("user_id"),
        payload.get("user"),
        event.get("user"),
        inner.get("user") if isinstance(inner, Mapping) else None,
    ]
    ids = (each.get("id") if isinstance(each, Mapping) else each for each in found)
    return next((each for each in ids if isinstance(each, str)), "")
