"""Signed requests to the app, as it gets them outside Socket Mode.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import aiohttp

from core.ports import Clock
from tests.fakes.slack.app import App
from tests.fakes.slack.deliveries import COMMANDS, EVENTS, INTERACTIVE, Delivery, Outcome
from tests.fakes.slack.errors import Json

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MOST_REDIRECTS = 2
CHALLENGE = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """What X-Slack-Signature says."""
    signed = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256)
    return f"v0={signed.hexdigest()}"


class Requests:
    """`urls` says where each kind of delivery goes. `signed_at` gives seconds since the epoch."""

    def __init__(self, app: App, clock: Clock, signed_at: Callable[[], float]) -> None:
        self.urls: dict[str, str] = {}
        self._app = app
        self._clock = clock
        self._signed_at = signed_at
        self._session: aiohttp.ClientSession | None = None

    def goes_to(self, url: str, kind: str = "") -> None:
        """Where one kind goes, or all."""
        for each in [kind] if kind else [EVENTS, COMMANDS, INTERACTIVE]:
            self.urls[each] = url

    async def tell(self, delivery: Delivery) -> Outcome:
        """One attempt."""
        url = self.urls[delivery.kind]
        sending = asyncio.ensure_future(self._tell(url, delivery))
        deadline = asyncio.ensure_future(self._clock.sleep(delivery.deadline))
        try:
            await asyncio.wait({sending, deadline}, return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                return sending.result()
            return Outcome("http_timeout")
        finally:
            for each in (sending, deadline):
                each.cancel()

    async def _tell(self, url: str, delivery: Delivery) -> Outcome:
        kind, body = encoded(delivery)
        delivery.sent += 1
        headers = {"Content-Type": kind}
        if delivery.retry:
            headers["X-Slack-Retry-Num"] = str(delivery.retry)
            headers["X-Slack-Retry-Reason"] = delivery.retry_reason
        try:
            status, answered, text = await self._post(url, body, headers)
        except aiohttp.TooManyRedirects:
            return Outcome("too_many_redirects")
        except (aiohttp.ClientConnectionError, OSError):
            return Outcome("connection_failed")
        except aiohttp.ClientError:
            return Outcome("unknown_error")
        if not 200 <= status < 300:
            never = answered.get("X-Slack-No-Retry") == "1"
            return Outcome("http_error", status=status, never_again=never)
        return Outcome("", _read(text, answered.get("Content-Type", "")), status)

    async def post(
        self,
        url: str,
        body: bytes | str,
        *,
        kind: str = JSON,
        timestamp: str | None = None,
        signature: str | None = None,
        **headers: str,
    ) -> tuple[int, str]:
        """Any request, signed unless a signature is given ("" for none at all).

        Returns status and text.
        """
        sent = body.encode() if isinstance(body, str) else body
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        told = {"Content-Type": kind, **more}
        status, _, text = await self._post(url, sent, told, timestamp, signature)
        return status, text

    async def verify(self, url: str) -> bool:
        """The url_verification that an address has to pass before it is kept."""
        body = {
            "token": self._app.verification_token,
            "challenge": CHALLENGE,
            "type": "url_verification",
        }
        status, text = await self.post(url, json.dumps(body))
        found = text.strip()
        if found.startswith("{"):
            found = json.loads(found).get("challenge", "")
        return status == 200 and found.removeprefix("challenge=") == CHALLENGE

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _post(
        self,
        url: str,
        body: bytes,
        headers: dict[str, str],
        timestamp: str | None = None,
        signature: str | None = None,
    ) -> tuple[int, Any, str]:
        now = str(int(self._signed_at())) if timestamp is None else timestamp
        signed = sign(self._app.signing_secret, now, body) if signature is None else signature
        headers = {
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "Accept": "application/json,*/*",
            "X-Slack-Request-Timestamp": now,
            "X-Slack-Signature": signed,
            **headers,
        }
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        async with self._session.post(
            url, data=body, headers=headers, max_redirects=MOST_REDIRECTS
        ) as answer:
            return answer.status, answer.headers, await answer.text(errors="replace")


def encoded(delivery: Delivery) -> tuple[str, bytes]:
    """Content type and body of a request."""
    match delivery.kind:
        case "events_api":
            return JSON, json.dumps(delivery.payload).encode()
        case "slash_commands":
            return FORM, urlencode(delivery.payload).encode()
        case _:
            return FORM, urlencode({"payload": json.dumps(delivery.payload)}).encode()


def _read(text: str, kind: str) -> Json | str | None:
    """What came with the yes. Text that looks like JSON is text unless it says that it is JSON."""
    if not text.strip():
        return None
    if kind.startswith(JSON):
        try:
            found: Json = json.loads(text)
        except ValueError:
            return text
        return found
    return text
