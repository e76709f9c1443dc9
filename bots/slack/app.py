"""Bolt, which checks what comes from Slack and hands all of it to the front.

Bolt says yes to an event before a listener runs. So there are no listeners: a global middleware
commits what was told, and its answer is Bolt's. It stands right behind the check of the signature,
for whom a payload belongs to is the front's to know.
"""

import contextlib
import json
import logging
import os
from collections.abc import Awaitable, Callable, Iterator, Sequence

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack.client import web_client
from adapters.slack.settings import SlackSettings
from bots.slack.front import Front
from core.errors import EdgeError, StorageError
from core.loop import report

_JSON: dict[str, str | Sequence[str]] = {"content-type": ["application/json;charset=utf-8"]}
_VERIFYING = frozenset({"url_verification", "ssl_check"})
"""What is Slack's business with Bolt alone."""
_OTHERS = "SLACK_"
"""Begins the environment variables that Bolt would read as settings of its own."""

log_of_bolt = logging.getLogger(f"{__name__}.bolt")
log_of_bolt.setLevel(logging.CRITICAL)
"""Below that Bolt writes payloads into its lines; what fails is reported by us."""


class Taking(AsyncMiddleware):
    """Slack is told yes when it is kept; told no, it tells it again.

    A class, for before a function Bolt reads the whole payload, and stumbles over strange ones.
    """

    def __init__(self, front: Front) -> None:
        self._front = front

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],
    ) -> BoltResponse:
        """Bolt's answer to one payload."""
        payload: object = req.body
        if isinstance(payload, dict) and (
            payload.get("type") in _VERIFYING or payload.get("ssl_check")
        ):
            return await next()
        try:
            answer = await self._front.take(payload)
        except (StorageError, EdgeError) as error:
            report(error, "what Slack tells could not be kept")
            return BoltResponse(status=503, body="")
        if answer is None:
            return BoltResponse(status=200, body="")
        return BoltResponse(status=200, body=json.dumps(answer), headers=_JSON)


def build(settings: SlackSettings, front: Front, session: aiohttp.ClientSession) -> AsyncApp:
    """The app for sockets and for requests, which `http` lets in when there is a signing secret."""
    secret = settings.slack_signing_secret
    with _unread():
        return AsyncApp(
            logger=log_of_bolt,
            client=web_client(session, None, settings.slack_base_url),
            signing_secret=secret.get_secret_value() if secret else None,
            authorize=_nobody,
            before_authorize=Taking(front),
            process_before_response=True,
            ignoring_self_events_enabled=False,
            attaching_function_token_enabled=False,
        )


async def _nobody(**_: object) -> AuthorizeResult:
    """Nothing gets that far."""
    raise AssertionError("payloads end at the front")


@contextlib.contextmanager
def _unread() -> Iterator[None]:
    """Without the variables that would make Bolt another app than the one that is set."""
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith(_OTHERS)}
    try:
        yield
    finally:
        os.environ.update(kept)
