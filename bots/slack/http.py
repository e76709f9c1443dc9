"""Requests from Slack: answered yes only after what they say is committed.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import logging

from fastapi import APIRouter, Request, Response
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp

from adapters.slack.settings import SIGNING_SECRET_SETTING

log = logging.getLogger(__name__)

PATH = "/slack/events"
TIMESTAMP = "X-Slack-Request-Timestamp"
MOST_BYTES = 1_000_000
"""Of a request; Slack's own are far smaller."""
MOST_AT_ONCE = 64
"""Requests that are being committed; to more, Slack is told no and comes again."""
_MOST_DIGITS = 12


class Requests:
    """Events, commands and interactions at one address."""

    def __init__(self, app: AsyncApp) -> None:
        self._handler = AsyncSlackRequestHandler(app)
        self._busy = 0
        self._warned = False
        self.router = APIRouter()
        self.router.add_route(PATH, self.receive, methods=["POST"])

    async def receive(self, request: Request) -> Response:
        """One request. 401: the signature is wrong or old. 503: it must come again."""
        stamp = request.headers.get(TIMESTAMP, "")
        if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= _MOST_DIGITS):
            return Response(status_code=400)
        if self._busy >= MOST_AT_ONCE:
            return Response(status_code=503)
        self._busy += 1
        try:
            return await self._take(request)
        finally:
            self._busy -= 1

    async def _take(self, request: Request) -> Response:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                return Response(status_code=413)
        try:
            body.decode()
        except UnicodeDecodeError:
            return Response(status_code=400)
        # What was read from the stream is what the handler gets.
        request._body = bytes(body)
        answer = await self._handler.handle(request)
        if answer.status_code == 401 and not self._warned:
            # Once: anybody may send what is not signed.
            self._warned = True
            log.warning(
                "a request's signature is wrong or older than five minutes: if it was Slack's, "
                "copy the app's “Signing Secret” into %s again and look at this machine's clock",
                SIGNING_SECRET_SETTING,
            )
        return answer
