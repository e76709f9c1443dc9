"""Pushes updates to the bot as tdlib's WebhookActor does.

One request at a time per queue (a chat, or one person's button presses), up to `max_connections`
in all. A failed one is tried again at once, then after 2 s, 4 s … up to one or two minutes, or
after what `Retry-After` says (an hour at most); what came behind it in its queue waits.

One exception, for tests: plain http and any port are taken for an address of this machine.
"""

import asyncio
import random
import re
from collections import defaultdict, deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tests.fakes.telegram.errors import Json, bad
from tests.fakes.telegram.request import Call, from_answer
from tests.fakes.telegram.updates import DEFAULT_KINDS, Waiting
from tests.fakes.telegram.world import World

PORTS = (80, 88, 443, 8443)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
LONGEST_WAIT = 60.0
LONGEST_RETRY_AFTER = 3600
_QUIET = ("deletewebhook", "setwebhook", "close", "logout")


@dataclass(frozen=True, slots=True)
class Hook:
    """Where updates go; no URL means nowhere."""

    url: str = ""
    secret: str = ""
    max_connections: int = 40


def read_hook(call: Call) -> Hook:
    """The parameters of setWebhook. Raises: ApiError as the server does."""
    url = call.text("url").strip()
    if not url:
        return Hook()
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme != "http" else 80)
    except ValueError:
        raise bad("bad webhook: URL is invalid") from None
    if parts.hostname not in LOOPBACK:
        if parts.scheme != "https":
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if port not in PORTS:
            raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    secret = call.text("secret_token")
    if len(secret) > 256:
        raise bad("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad("secret token contains unallowed characters")
    most = call.integer("max_connections", 40)
    return Hook(url, secret, min(max(most, 1), 100))


class Webhook:
    """`scale` is how many real seconds one of Telegram's lasts while it backs off."""

    def __init__(
        self,
        world: World,
        scale: float,
        answer: Callable[[Call], Coroutine[Any, Any, None]],
    ) -> None:
        self.hook = Hook()
        self.timeout = 60.0
        """Real seconds that the bot has to answer one request."""
        self.last_error: tuple[float, str] | None = None
        self.waited: list[float] = []
        """Telegram's seconds between a failure and the next try, in order."""
        self.most_at_once = 0
        self._world = world
        self._updates = world.updates
        self._now = world.now
        self._scale = scale
        self._answer = answer
        self._queues: defaultdict[object, deque[Waiting]] = defaultdict(deque)
        self._tasks: dict[object, asyncio.Task[None]] = {}
        self._free = asyncio.Semaphore(40)
        self._busy = 0
        self._unique = count()
        self._session: aiohttp.ClientSession | None = None

    async def set(self, hook: Hook) -> None:
        """Start or stop; what waits is delivered to the new address."""
        await self.stop()
        self.hook = hook
        self.last_error = None
        self._updates.on_add = self._take if hook.url else None
        if hook.url:
            self._free = asyncio.Semaphore(hook.max_connections)
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=self.timeout),
                connector=aiohttp.TCPConnector(limit=hook.max_connections),
            )
            for waiting in list(self._updates.live()):
                self._take(waiting)

    async def stop(self) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._tasks.clear()
        self._queues.clear()
        if self._session is not None:
            await self._session.close()
            self._session = None

    @property
    def idle(self) -> bool:
        """Nothing is being delivered."""
        return not self._tasks

    def info(self) -> Json:
        """getWebhookInfo."""
        info: Json = {
            "url": self.hook.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.live()),
        }
        if self.hook.url:
            info["max_connections"] = self.hook.max_connections
            info["ip_address"] = "127.0.0.1"
            if self.last_error is not None:
                info["last_error_date"] = int(self.last_error[0])
                info["last_error_message"] = self.last_error[1]
        if self._updates.allowed != DEFAULT_KINDS:
            info["allowed_updates"] = sorted(self._updates.allowed)
        return info

    def _take(self, waiting: Waiting) -> None:
        alone = waiting.queue is None or self._updates.shuffled is not None
        queue = ("alone", next(self._unique)) if alone else waiting.queue
        self._queues[queue].append(waiting)
        if queue not in self._tasks:
            self._tasks[queue] = asyncio.create_task(self._drain(queue))

    async def _drain(self, queue: object) -> None:
        if (shuffled := self._updates.shuffled) is not None:
            await asyncio.sleep(shuffled.random() * 0.05)
        waiting = self._queues[queue]
        while waiting:
            await self._deliver(waiting[0])
            self._updates.acknowledge(waiting.popleft().id)
            self._world.touch()
        del self._tasks[queue]
        del self._queues[queue]
        self._world.touch()

    async def _deliver(self, waiting: Waiting) -> None:
        """Until it was taken, or is too old."""
        delay, failures = 1.0, 0
        while waiting.expires > self._now():
            error, retry_after = await self._post(waiting.body)
            if not error:
                self.last_error = None if len(self._updates.waiting) <= 1 else self.last_error
                if self._updates.duplicated > 0:
                    self._updates.duplicated -= 1
                    await self._post(waiting.body)
                return
            self.last_error = (self._now(), error)
            pause = float(min(retry_after, LONGEST_RETRY_AFTER))
            if not pause and failures:
                longest = random.uniform(LONGEST_WAIT, 2 * LONGEST_WAIT)
                pause = delay = min(longest, delay * 2)
            failures += 1
            if self._now() + pause > waiting.expires:
                return
            self.waited.append(pause)
            self._world.touch()
            await asyncio.sleep(pause * self._scale)

    async def _post(self, update: Json) -> tuple[str, int]:
        """What was wrong, or nothing, and the seconds of its Retry-After."""
        assert self._session is not None
        headers = {"Accept-Encoding": "gzip, deflate"}
        if self.hook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.hook.secret
        async with self._free:
            self._busy += 1
            self.most_at_once = max(self.most_at_once, self._busy)
            try:
                async with self._session.post(
                    self.hook.url, json=update, headers=headers, allow_redirects=False
                ) as response:
                    body = await response.read()
            except aiohttp.ClientConnectorError:
                return "Connection refused", 0
            except TimeoutError:
                return "Read timeout expired", 0
            except aiohttp.ClientError:
                return "Webhook connection closed", 0
            finally:
                self._busy -= 1
        if 200 <= response.status <= 299:
            await self._obey(body)
            return "", 0
        told = response.headers.get("Retry-After", "")
        error = f"Wrong response from the webhook: {response.status} {response.reason}"
        return error, int(told) if told.isdigit() else 0

    async def _obey(self, body: bytes) -> None:
        """An answer may carry one call of a method; its result goes nowhere."""
        call = from_answer(body)
        if call is not None:
            name = call.method.lower()
            if name not in _QUIET and not name.startswith("get"):
                await self._answer(call)
