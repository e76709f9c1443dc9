"""An HTTP server on a free port of this machine, as every fake platform and vendor is one."""

import asyncio
import socket
import struct
from abc import ABC, abstractmethod
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from aiohttp import web
from aiohttp.test_utils import TestServer

MOST = 1 << 25
"""Bytes of a request."""


class Loopback(ABC):
    """Listens while its context is open. A handler whose client hangs up is cancelled."""

    def __init__(self, path: str = "") -> None:
        """`path` is what `url` ends in."""
        self.url = ""
        self.closing = asyncio.Event()
        """Set when it closes: what a handler waits for that never answers."""
        self._path = path
        self._server: TestServer | None = None

    @abstractmethod
    def routes(self) -> Iterable[web.RouteDef]:
        """What it answers."""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=MOST)
        app.add_routes(self.routes())
        self._server = TestServer(app)
        await self._server.start_server(access_log=None)
        self.url = f"http://{self._server.host}:{self._server.port}{self._path}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.closing.set()
        if self._server is not None:
            await self._server.close()


def reset(request: web.BaseRequest) -> None:
    """Break the connection: the other side gets RST and not an orderly end."""
    if request.transport is not None:
        # Without lingering there is nothing to end in order.
        sock = request.transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
