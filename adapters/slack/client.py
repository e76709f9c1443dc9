"""Requests to Slack's Web API on one session, and what its refusals mean to Pixie.

Errors tell what certainly was not done from what may have been. No text of an answer gets into
them, for it may hold what was said.
"""

import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_interval_calculators import FixedValueRetryIntervalCalculator
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.settings import (
    BASE_URL,
    BOT_TOKEN_SETTING,
    CLIENT_ID_SETTING,
    CLIENT_SECRET_SETTING,
    PUBLIC_URL_SETTING,
)
from core.errors import EdgeError, Refused, Unauthorized, Unavailable, Unknown, Unreachable

CONNECT = 4.0
"""Seconds to get a connection."""
READ = 5.0
"""Seconds without a byte of the answer. Both together are less than what a delivery waits."""
KEPT = 15.0
"""Seconds that an idle connection is kept, less than the server keeps it: one that it has just
closed would make a send's outcome unknown."""
CONNECTIONS = 100
AGAIN_AFTER = 0.2
"""Seconds until the second try of a connection."""
HOST = "slack.com"
"""Files are only fetched there and beneath, for the token goes along."""

Token = Callable[[str], Awaitable[str | None]]
"""The bot token of a workspace by its id; None when the app is not installed there."""

log = logging.getLogger(__name__)
log_of_sdk = logging.getLogger(f"{__name__}.sdk")
log_of_sdk.setLevel(logging.WARNING)
"""Below that the library writes what was said into its lines."""

_NO_CONNECTION = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
_RAISED = (
    SlackClientError, aiohttp.ClientError, TimeoutError, OSError, ValueError, AttributeError,
)  # fmt: skip
"""The last two are what the library raises when an answer of 200 is no JSON."""
_CODE = re.compile(r"[a-z][a-z0-9_]{0,60}")
_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_AUTH = frozenset({
    "invalid_auth", "not_authed", "token_expired", "token_revoked", "account_inactive",
    "missing_scope", "not_allowed_token_type", "no_permission", "two_factor_setup_required",
})  # fmt: skip
"""The token is no good, or not any more: what is to be sent waits for another."""
_NOBODY = frozenset({
    "team_access_not_granted", "org_login_required", "access_denied", "ekm_access_denied",
    "channel_not_found", "channel_is_archived", "is_archived", "not_in_channel",
    "user_not_in_channel", "user_not_found", "users_not_found", "user_disabled",
    "user_not_visible", "cannot_dm_bot", "messages_tab_disabled", "restricted_action",
    "restricted_action_read_only_channel", "restricted_action_thread_only_channel",
    "restricted_action_non_threadable_channel", "restricted_action_thread_locked",
    "team_added_to_org", "external_channel_migrating",
})  # fmt: skip
_UNCLEAR = frozenset({
    "internal_error", "fatal_error", "service_unavailable", "request_timeout",
    "team_not_available",
})  # fmt: skip
_NO_THREAD = frozenset({"thread_not_found", "cannot_reply_to_message", "invalid_thread_ts"})
_APP: Mapping[str, str] = {
    "bad_client_secret": CLIENT_SECRET_SETTING,
    "bad_redirect_uri": PUBLIC_URL_SETTING,
    "invalid_client_id": CLIENT_ID_SETTING,
    "oauth_authorization_url_mismatch": CLIENT_ID_SETTING,
}
"""What oauth.v2.access says of the app, and the setting that is wrong."""
_CODE_OVER = frozenset({"invalid_code", "code_already_used", "code_expired"})
_NOT_STREAMING = frozenset({"message_not_in_streaming_state", "streaming_mode_mismatch"})


class NotStreaming(Refused):
    """The message is not one that grows any more."""


class NoThread(Refused):
    """The thread is gone; its channel is not."""


class CodeOver(Refused):
    """The code of an installation was used already, or it is too old."""


class Gone(Refused):
    """A response_url has ended, or was used as often as it may be."""


class SlackClient:
    """The Web API for every workspace whose token is known. Made by `open_client`."""

    def __init__(self, session: aiohttp.ClientSession, token: Token, base_url: str) -> None:
        self._session = session
        self._token = token
        self._base_url = base_url
        self._clients: dict[str, AsyncWebClient] = {}

    async def web(self, team: str) -> AsyncWebClient:
        """The library's client for a workspace; its calls belong within `edge_errors`.

        Raises `Unreachable` when the app is not installed there.
        """
        token = await self._token(team)
        if token is None:
            self._clients.pop(team, None)
            raise Unreachable("the app is not installed there")
        client = self._clients.get(team)
        if client is None or client.token != token:
            client = web_client(self._session, token, self._base_url)
            self._clients[team] = client
        return client

    async def respond(self, url: str, body: Mapping[str, Any]) -> None:
        """Answer at a response_url. Raises `Gone`, and otherwise as `Messenger.send` does."""
        with edge_errors():
            async with self._session.post(url, json=body, allow_redirects=False) as response:
                await response.read()
                status, headers = response.status, response.headers
        if status == 200:
            return
        if status == 429:
            raise Unavailable("429", retry_after=_wait(headers))
        if 400 <= status < 500:
            raise Gone(f"response_url {status}")
        raise Unknown(f"response_url {status}")

    async def download(self, team: str, url: str, most_bytes: int) -> bytes | None:
        """The file there; None when it has more bytes than that, of which no more are read.

        Raises `Refused` for what is not Slack's, and otherwise as a request does.
        """
        if not self._ours(url):
            raise Refused("the file is not on Slack")
        headers = {"Authorization": f"Bearer {(await self.web(team)).token}"}
        content = bytearray()
        with edge_errors():
            async with self._session.get(url, headers=headers, allow_redirects=False) as response:
                status, kind = response.status, response.content_type
                if status == 200:
                    async for chunk in response.content.iter_any():
                        content += chunk
                        if len(content) > most_bytes:
                            return None
        if status == 429:
            raise Unavailable("429", retry_after=_wait(response.headers))
        if status >= 500:
            raise Unavailable(f"the file came with status {status}")
        if status != 200 or (kind == "text/html" and not url.endswith((".html", ".htm"))):
            # Without the scope files:read, Slack shows a page to log in.
            raise Refused(f"the file came with status {status} as {kind}")
        return bytes(content)

    def _ours(self, url: str) -> bool:
        found, api = urlsplit(url), urlsplit(self._base_url)
        if (found.scheme, found.netloc) == (api.scheme, api.netloc):
            return True
        host = found.hostname or ""
        return found.scheme == "https" and (host == HOST or host.endswith(f".{HOST}"))


class _ConnectAgain(AsyncRetryHandler):
    """Tries once more when there was no connection. Nothing else: it could be done twice."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        return isinstance(error, _NO_CONNECTION)


_RETRIES: list[AsyncRetryHandler] = [
    _ConnectAgain(interval_calculator=FixedValueRetryIntervalCalculator(AGAIN_AFTER))
]


def web_client(
    session: aiohttp.ClientSession, token: str | None, base_url: str = BASE_URL
) -> AsyncWebClient:
    """The library's client, without its own retries (they send twice) and the environment's
    proxies."""
    client = AsyncWebClient(
        token=token,
        base_url=base_url,
        session=session,
        logger=log_of_sdk,
        retry_handlers=list(_RETRIES),
    )
    client.proxy = None
    return client


@asynccontextmanager
async def open_session() -> AsyncIterator[aiohttp.ClientSession]:
    """The session that everything for Slack goes through."""
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=KEPT),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, connect=CONNECT, sock_read=READ),
        trust_env=False,
    ) as session:
        yield session


@asynccontextmanager
async def open_client(token: Token, base_url: str = BASE_URL) -> AsyncIterator[SlackClient]:
    """A client whose tokens come from `token`. Nothing is asked of Slack yet."""
    async with open_session() as session:
        yield SlackClient(session, token, base_url)


@contextmanager
def edge_errors() -> Iterator[None]:
    """What the library and aiohttp raise within, as `core.errors`."""
    try:
        yield
    except _RAISED as error:
        # The error's own text holds Slack's answer.
        raise edge_error(error) from None


def edge_error(error: Exception) -> EdgeError:
    """The table. https://docs.slack.dev/reference/methods/chat.postMessage#errors"""
    if isinstance(error, _NO_CONNECTION):
        return Unavailable(f"not sent: {type(error).__name__}")
    if not isinstance(error, SlackApiError):
        # Timeouts, resets, and answers that nobody can read.
        return Unknown(type(error).__name__)
    status, headers, code = _answer(error)
    if status == 429 or code in _LIMITED:
        return Unavailable(code or "429", retry_after=_wait(headers))
    if code in _AUTH:
        return Unauthorized(code, setting=BOT_TOKEN_SETTING)
    if code in _APP:
        return Unauthorized(code, setting=_APP[code])
    if code in _CODE_OVER:
        return CodeOver(code)
    if code in _NOBODY:
        return Unreachable(code)
    if code in _NOT_STREAMING:
        return NotStreaming(code)
    if code in _NO_THREAD:
        return NoThread(code)
    if not code or code in _UNCLEAR or status >= 500:
        return Unknown(code or f"status {status}")
    return Refused(code)


def _answer(error: SlackApiError) -> tuple[int, Mapping[str, str], str]:
    """Status, headers and error code; the response is the library's, or aiohttp's when it was not
    JSON."""
    response: Any = error.response
    headers = getattr(response, "headers", None) or {}
    if isinstance(response, aiohttp.ClientResponse):
        return response.status, headers, ""
    data = getattr(response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    known = isinstance(code, str) and _CODE.fullmatch(code)
    status = int(getattr(response, "status_code", 0))
    return status, headers, str(code) if known else ""


def _wait(headers: Mapping[str, str]) -> timedelta | None:
    """What 429 asks for, https://docs.slack.dev/apis/web-api/rate-limits."""
    told = next((headers[name] for name in headers if name.casefold() == "retry-after"), "")
    return timedelta(seconds=int(told)) if told.isdecimal() and len(told) < 8 else None
