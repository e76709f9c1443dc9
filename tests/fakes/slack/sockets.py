"""Socket Mode: envelopes through the sockets that the app has opened.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import itertools
import json
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from core.ports import Clock
from tests.fakes.slack.app import App
from tests.fakes.slack.deliveries import EVENTS, Delivery, Outcome
from tests.fakes.slack.errors import Json

MOST_SOCKETS = 10
TICKET_LIFE = 30.0
"""Seconds within which the address has to be used, once."""
LAST_WORDS = 10.0
"""Seconds between "refresh_requested" and the end of the connection."""
HEARTBEAT = 10.0
"""Real seconds between the pings that clients listen for."""
_HOST = "applink-loopback"


@dataclass(slots=True, eq=False)
class Socket:
    """One connection of the app's."""

    number: int
    socket: web.WebSocketResponse
    request: web.Request
    leaving: bool = False
    """It was told to go, and gets nothing new."""
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    sent: list[str] = field(default_factory=list)
    """Envelope ids, in order."""
    acked: list[str] = field(default_factory=list)
    """Those that were acknowledged through this one, whichever they came by."""

    def cut(self) -> None:
        """The connection is gone, without a word."""
        self.gone.set()
        if self.request.transport is not None:
            self.request.transport.abort()


class Sockets:
    """The app's connections."""

    def __init__(self, app: App, clock: Clock, touch: Callable[[], None]) -> None:
        self.ever: list[Socket] = []
        self.late: list[str] = []
        """Envelopes that were acknowledged once more, or never sent."""
        self.addresses = 0
        """How often the app asked for an address."""
        self._app = app
        self._clock = clock
        self._touch = touch
        self._tickets: dict[str, float] = {}
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        """The yes to each envelope; that to an earlier attempt counts for the later ones."""
        self._acked: dict[Delivery, asyncio.Future[Any]] = {}
        self._turn = itertools.count()
        self._came = asyncio.Event()
        self._leaving: set[asyncio.Task[None]] = set()

    @property
    def open(self) -> list[Socket]:
        """Those that stand, the oldest first."""
        return [each for each in self.ever if not each.gone.is_set()]

    def address(self) -> str:
        """The path and query of the address that apps.connections.open gives."""
        ticket = secrets.token_hex(16)
        self.addresses += 1
        self._tickets[ticket] = self._clock.now().timestamp() + TICKET_LIFE
        return f"/link/?ticket={ticket}&app_id={self._app.id}"

    async def tell(self, delivery: Delivery) -> Outcome:
        """One attempt: an envelope, and the yes to it through any connection."""
        deadline = asyncio.ensure_future(self._clock.sleep(delivery.deadline))
        try:
            return await self._tell(delivery, deadline)
        finally:
            deadline.cancel()

    async def _tell(self, delivery: Delivery, deadline: "asyncio.Future[None]") -> Outcome:
        acked = self._acked.setdefault(delivery, asyncio.get_running_loop().create_future())
        while True:
            while (socket := self._next()) is None:
                self._came.clear()
                if not await _first(asyncio.ensure_future(self._came.wait()), deadline):
                    return Outcome("connection_failed")
            await self._send(socket, delivery)
            gone = asyncio.ensure_future(socket.gone.wait())
            await _first(asyncio.ensure_future(_any(acked, gone)), deadline)
            gone.cancel()
            if acked.done():
                return Outcome("", acked.result())
            if deadline.done():
                return Outcome("http_timeout")
            # The connection broke: an event is told again, anything else while there is time.
            if delivery.kind == EVENTS:
                return Outcome("connection_failed")

    async def _send(self, socket: Socket, delivery: Delivery) -> None:
        number = str(uuid.uuid4())
        self._waiting[number] = self._acked[delivery]
        socket.sent.append(number)
        delivery.sent += 1
        try:
            await socket.socket.send_str(json.dumps(_envelope(number, delivery)))
        except (ConnectionError, RuntimeError):
            socket.gone.set()
        self._touch()

    def _next(self) -> Socket | None:
        """Whose turn it is."""
        ready = [each for each in self.open if not each.leaving]
        return ready[next(self._turn) % len(ready)] if ready else None

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """A client that has come to the address."""
        expires = self._tickets.pop(request.query.get("ticket", ""), 0.0)
        if expires <= self._clock.now().timestamp():
            return web.Response(status=408)
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=1 << 24)
        await socket.prepare(request)
        if len(self.open) >= MOST_SOCKETS:
            await socket.send_json(_goodbye("too_many_websockets"))
            await socket.close()
            return socket
        mine = Socket(len(self.ever) + 1, socket, request)
        self.ever.append(mine)
        try:
            await socket.send_json(self._hello())
            self._came.set()
            self._touch()
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._hear(mine, message.data)
        finally:
            mine.gone.set()
            self._touch()
        return socket

    def _hear(self, socket: Socket, said: str) -> None:
        try:
            found = json.loads(said)
        except ValueError:
            return
        number = found.get("envelope_id") if isinstance(found, dict) else None
        if not isinstance(number, str):
            return
        socket.acked.append(number)
        waiting = self._waiting.get(number)
        if waiting is None or waiting.done():
            self.late.append(number)
        else:
            waiting.set_result(found.get("payload"))
        self._touch()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.open),
            "connection_info": {"app_id": self._app.id},
            "debug_info": {
                "host": _HOST,
                "build_number": 1,
                "approximate_connection_time": 18_060,
            },
        }

    async def disconnect(self, reason: str = "refresh_requested", *which: Socket) -> None:
        """Tell connections (by default all) to go: "warning", "refresh_requested" or
        "link_disabled"."""
        for socket in which or self.open:
            await socket.socket.send_json(_goodbye(reason))
            if reason == "link_disabled":
                await socket.socket.close()
            elif reason == "refresh_requested":
                socket.leaving = True
                task = asyncio.get_running_loop().create_task(self._end(socket))
                self._leaving.add(task)
                task.add_done_callback(self._leaving.discard)

    async def _end(self, socket: Socket) -> None:
        await self._clock.sleep(LAST_WORDS)
        await socket.socket.close()

    def cut(self, *which: Socket) -> None:
        """Connections (by default all) are gone, without a word."""
        for socket in which or self.open:
            socket.cut()

    async def stop(self) -> None:
        for task in list(self._leaving):
            task.cancel()
        self.cut()


async def _any(*waited: "asyncio.Future[Any]") -> None:
    await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)


async def _first(waited: "asyncio.Future[Any]", deadline: "asyncio.Future[None]") -> bool:
    """Whether it came before the deadline."""
    try:
        await asyncio.wait({waited, deadline}, return_when=asyncio.FIRST_COMPLETED)
        return waited.done()
    finally:
        waited.cancel()


def _envelope(number: str, delivery: Delivery) -> Json:
    envelope: Json = {
        "envelope_id": number,
        "type": delivery.kind,
        "accepts_response_payload": delivery.kind != EVENTS,
        "payload": delivery.payload,
    }
    if delivery.kind == EVENTS:
        reason = "timeout" if delivery.retry_reason == "http_timeout" else delivery.retry_reason
        envelope |= {"retry_attempt": delivery.retry, "retry_reason": reason}
    return envelope


def _goodbye(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": _HOST}}
