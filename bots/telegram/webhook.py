"""The webhook: Telegram is told 200 only after what it says is committed.

https://core.telegram.org/bots/api#setwebhook
"""

import asyncio
import hashlib
import hmac
import json
from datetime import timedelta

from fastapi import APIRouter, Request, Response
from telegram import Bot

from adapters.telegram.read import KINDS
from bots.telegram.front import Front
from bots.telegram.trouble import Trouble
from core.errors import StorageError, StorageFull
from core.loop import idle
from core.ports import Clock

SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
MOST_BYTES = 1_000_000
"""Of an update; Telegram's own are far smaller."""
MOST_AT_ONCE = 64
"""Updates that are being committed; to more, Telegram is told to come again."""
CONNECTIONS = 40
"""That Telegram may open at the same time."""
CHECK_EVERY = 300.0
"""Seconds between looks whether Telegram still knows where we are."""
COMMIT_WITHIN = 20.0
"""Seconds; then Telegram is told to come again. It is known if it was kept all the same."""
SOON = timedelta(seconds=1)
LATER = timedelta(seconds=5)
FULL = timedelta(seconds=60)


class Webhook:
    """Registers itself with Telegram and answers its requests."""

    def __init__(self, bot: Bot, front: Front, clock: Clock, *, public_url: str) -> None:
        self._bot = bot
        self._front = front
        self._clock = clock
        self._registering = Trouble()
        self._storing = Trouble()
        self._stopped = asyncio.Event()
        self._registered = False
        self._busy = 0
        # Every replica derives the same ones, and they tell nothing about the token.
        self._secret = _derived(bot.token, b"webhook secret")
        self.path = f"/telegram/{_derived(bot.token, b'webhook path')[:16]}"
        self.url = public_url.rstrip("/") + self.path
        self.router = APIRouter()
        self.router.add_route(self.path, self.receive, methods=["POST"])

    async def works(self) -> bool:
        """Telegram knows where to send updates."""
        return self._registered

    def stop(self) -> None:
        self._stopped.set()

    async def run(self) -> None:
        """Register and see that it stays so, until `stop`. The webhook stays where it is."""
        while not self._stopped.is_set():
            wait = CHECK_EVERY
            try:
                if self._front.me is None:
                    await self._front.meet()
                await self._register()
            except Exception as error:
                wait = self._registering.met(error)
            else:
                self._registering.over()
            await idle(self._clock, self._stopped, wait)
        await self._front.close()

    async def _register(self) -> None:
        if self._registered:
            info = await self._bot.get_webhook_info()
            if info.url == self.url:
                return
        self._registered = False
        await self._bot.set_webhook(
            self.url,
            secret_token=self._secret,
            allowed_updates=list(KINDS),
            max_connections=CONNECTIONS,
            drop_pending_updates=False,
        )
        self._registered = True

    async def receive(self, request: Request) -> Response:
        """One update. 200: it is kept, or set aside. 503: it must come again."""
        told = request.headers.get(SECRET, "").encode()
        if not hmac.compare_digest(told, self._secret.encode()):
            return Response(status_code=403)
        if self._busy >= MOST_AT_ONCE:
            return _again(SOON)
        if self._front.me is None or self._stopped.is_set():
            return _again(LATER)
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
            update = json.loads(bytes(body))
        except (ValueError, RecursionError):
            return Response(status_code=400)
        try:
            async with asyncio.timeout(COMMIT_WITHIN):
                await self._front.take([update])
        except StorageFull as error:
            self._storing.met(error)
            return _again(FULL)
        except (StorageError, TimeoutError) as error:
            self._storing.met(error)
            return _again(LATER)
        self._storing.over()
        return Response(status_code=200)


def _again(after: timedelta) -> Response:
    return Response(status_code=503, headers={"Retry-After": str(int(after.total_seconds()))})


def _derived(token: str, purpose: bytes) -> str:
    return hmac.new(token.encode(), purpose, hashlib.sha256).hexdigest()
