"""Requests from Slack: answered yes only after what they say is committed.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import asyncio

from fastapi import APIRouter, Request, Response
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.internals import parse_body
from slack_sdk.signature import SignatureVerifier

PATH = "/slack/events"
TIMESTAMP = "X-Slack-Request-Timestamp"
SIGNATURE = "X-Slack-Signature"
MOST_BYTES = 1_000_000
"""Of a request; Slack's own are far smaller."""
MOST_AT_ONCE = 64
"""Requests that are being committed."""
TURN_WITHIN = 1.5
"""Seconds that others wait for their turn. Then Slack is told no: events it tells again, and who
has given a command sees that it failed."""
_MOST_DIGITS = 12


class Requests:
    """Events, commands and interactions at one address."""

    def __init__(self, app: AsyncApp, signing_secret: str) -> None:
        self._handler = AsyncSlackRequestHandler(app)
        self._verifier = SignatureVerifier(signing_secret)
        self._turns = asyncio.Semaphore(MOST_AT_ONCE)
        self.router = APIRouter()
        self.router.add_route(PATH, self.receive, methods=["POST"])

    async def receive(self, request: Request) -> Response:
        """One request. 400: it says nothing. 401: the signature is wrong or old. 503: it was not
        kept."""
        stamp = request.headers.get(TIMESTAMP, "")
        if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= _MOST_DIGITS):
            return Response(status_code=400)
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                return Response(status_code=413)
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return Response(status_code=400)
        # Bolt reads the body before it looks at the signature, and stumbles over strange ones.
        signature = request.headers.get(SIGNATURE, "")
        if not self._verifier.is_valid(body=text, timestamp=stamp, signature=signature):
            return Response(status_code=401)
        if not _readable(text, request.headers.get("Content-Type", "").partition(";")[0]):
            return Response(status_code=400)
        # What was read from the stream is what the handler gets.
        request._body = bytes(body)
        try:
            async with asyncio.timeout(TURN_WITHIN):
                await self._turns.acquire()
        except TimeoutError:
            return Response(status_code=503)
        try:
            return await self._handler.handle(request)
        finally:
            self._turns.release()


def _readable(body: str, content_type: str) -> bool:
    """There is an object in it, or there are fields."""
    try:
        return isinstance(parse_body(body, content_type), dict)
    except (ValueError, RecursionError):
        return False
