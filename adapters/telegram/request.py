"""Requests to the Bot API over aiohttp, which cost a third of the library's own.

Errors tell what certainly was not done from what may have been. No URL gets into them, for the
token is part of it.
"""

import json
from datetime import timedelta
from typing import Any

import aiohttp
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECT = 4.0
"""Seconds to get a connection."""
READ = 5.0
"""Seconds without a byte of the answer. Both together are less than what a delivery waits."""
KEPT = 15.0
"""Seconds that an idle connection is kept, less than the server keeps it: one that it has just
closed would make a send's outcome unknown."""
CONNECTIONS = 100
JSON = {"Content-Type": "application/json"}


class NotSent(NetworkError):
    """Certainly not done: there was no connection, or no room for one more request."""


class Limited(RetryAfter):
    """429. Not done; to be tried again after `retry_after`."""

    def __init__(self, wait: timedelta) -> None:
        self._wait = wait
        super().__init__(wait)

    @property
    def retry_after(self) -> timedelta:
        """Always a timedelta, and without the library's warning that it will be one."""
        return self._wait


class AiohttpRequest(BaseRequest):
    """`telegram.request.BaseRequest` on one aiohttp session, opened at its first use.

    Raises `NotSent`, `Limited`, `TimedOut` and `NetworkError` (both: perhaps done), and what the
    library makes of an answer. The environment's proxies are not used.
    """

    def __init__(self, *, connect: float = CONNECT, read: float = READ) -> None:
        self._connect = connect
        self._read = read
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._read

    async def initialize(self) -> None:
        """A session opens itself when it is needed."""

    async def shutdown(self) -> None:
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """See `BaseRequest.do_request`. There are two timeouts: to connect, and to be answered."""
        del write_timeout, pool_timeout
        connect = self._connect if connect_timeout is self.DEFAULT_NONE else connect_timeout
        read = self._read if read_timeout is self.DEFAULT_NONE else read_timeout
        timeout = aiohttp.ClientTimeout(total=None, connect=connect, sock_read=read)
        try:
            async with self._opened().request(
                method, url, timeout=timeout, allow_redirects=False, **_body(request_data)
            ) as response:
                payload = await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(type(error).__name__) from None
        except (aiohttp.ServerTimeoutError, TimeoutError) as error:
            raise TimedOut(type(error).__name__) from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None
        if response.status == 429:
            raise _limited(payload, response.headers.get("Retry-After", ""))
        return response.status, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer. The library would log one that it cannot read, with what is said in it."""
        try:
            answer = json.loads(payload)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise TelegramError("the answer is not a JSON object")
        return answer

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=KEPT),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                trust_env=False,
            )
        return self._session


def _body(data: RequestData | None) -> dict[str, Any]:
    """What aiohttp is to send: JSON, for it can carry any text, or a form with files.

    https://core.telegram.org/bots/api#making-requests
    """
    if data is None:
        return {}
    if not data.contains_files:
        return {"data": data.json_payload, "headers": JSON}
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return {"data": form}


def _limited(payload: bytes, header: str) -> TelegramError:
    """What 429 asks for, https://core.telegram.org/bots/api#responseparameters; what stands
    before the server may only say it in the header."""
    try:
        seconds = int(json.loads(payload)["parameters"]["retry_after"])
    except (ValueError, KeyError, TypeError):
        if not header.isdigit():
            return NotSent("429")
        seconds = int(header)
    return Limited(timedelta(seconds=seconds))
