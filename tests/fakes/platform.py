"""A chat platform on the loopback: accepts messages, misbehaves as told, and keeps a log.

    async with FakePlatform() as platform:
        platform.script(Fault.LIMITED, None)  # the first call gets 429, then all is well
        ...
        assert platform.copies("reminder:1") == 1

POST /send and /edit, GET /find. Unscripted calls fail at random, seeded, by `faults`.
What people say waits at GET /updates until a later offset is asked for, as Telegram does it.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from aiohttp import web

from tests.fakes.loopback import Loopback


class Fault(StrEnum):
    """How a call can go wrong."""

    LIMITED = "limited"
    """429 with Retry-After: not accepted."""
    FAILED_BEFORE = "failed before"
    """500, not accepted."""
    FAILED_AFTER = "failed after"
    """500, though accepted."""
    RESET_AFTER = "reset after"
    """The connection breaks after the message was accepted."""
    REFUSED = "refused"
    """400: not accepted, and never will be."""
    BLOCKED = "blocked"
    """403: the reader does not take our messages."""


SEVEN_PERCENT: Mapping[Fault, float] = {
    Fault.LIMITED: 0.03,
    Fault.FAILED_BEFORE: 0.02,
    Fault.FAILED_AFTER: 0.01,
    Fault.RESET_AFTER: 0.01,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Accepted:
    """A message that the platform took."""

    id: str
    key: str
    chat: str
    text: str
    at: float
    """Seconds of the event loop's clock."""


class FakePlatform(Loopback):
    """`latency` is in seconds, from and to."""

    def __init__(
        self,
        *,
        faults: Mapping[Fault, float] | None = None,
        seed: int = 1,
        latency: tuple[float, float] = (0.0, 0.0),
        retry_after: float = 0.2,
    ) -> None:
        super().__init__()
        self.accepted: list[Accepted] = []
        self.edited: list[tuple[str, str]] = []
        """Message id and new text."""
        self.calls: Counter[str] = Counter()
        self.faults: Counter[Fault] = Counter()
        self.blocked: set[str] = set()
        """Chats whose reader has blocked us."""
        self.said: list[dict[str, str]] = []
        """What people said, in order: chat and text."""
        self._rates = dict(faults or {})
        self._random = Random(seed)
        self._latency = latency
        self._retry_after = retry_after
        self._confirmed = 0
        self._script: deque[Fault | None] = deque()

    def script(self, *faults: Fault | None) -> None:
        """What the coming sends and edits do, in order; None is a call that goes well."""
        self._script.extend(faults)

    def say(self, chat: str, text: str) -> None:
        """Somebody writes to us."""
        self.said.append({"id": f"u{len(self.said)}", "chat": chat, "text": text})

    @property
    def unheard(self) -> int:
        """How much of what people said is not confirmed yet."""
        return len(self.said) - self._confirmed

    def copies(self, key: str) -> int:
        """How often this delivery was accepted."""
        return sum(message.key == key for message in self.accepted)

    def texts(self, chat: str | None = None) -> list[str]:
        """What was accepted, in order."""
        return [message.text for message in self.accepted if chat in (None, message.chat)]

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/send", self._send),
            web.post("/edit", self._edit),
            web.get("/find", self._find),
            web.get("/updates", self._updates),
        ]

    async def _send(self, request: web.Request) -> web.Response:
        self.calls["send"] += 1
        body = await request.json()
        await self._travel()
        fault = self._fault(body["chat"])
        if (refusal := self._refusal(fault)) is not None:
            return refusal
        message_id = f"m{len(self.accepted) + 1}"
        self.accepted.append(
            Accepted(
                id=message_id,
                key=body["key"],
                chat=body["chat"],
                text=body["text"],
                at=asyncio.get_running_loop().time(),
            )
        )
        await self._travel()
        return self._answer(request, fault, message_id)

    async def _edit(self, request: web.Request) -> web.Response:
        self.calls["edit"] += 1
        body = await request.json()
        await self._travel()
        fault = self._fault(body["chat"])
        if (refusal := self._refusal(fault)) is not None:
            return refusal
        if all(message.id != body["id"] for message in self.accepted):
            return web.json_response({"error": "message_not_found"}, status=400)
        self.edited.append((body["id"], body["text"]))
        return self._answer(request, fault, body["id"])

    async def _find(self, request: web.Request) -> web.Response:
        self.calls["find"] += 1
        key = request.query["key"]
        found = next((message.id for message in self.accepted if message.key == key), None)
        return web.json_response({"id": found})

    async def _updates(self, request: web.Request) -> web.Response:
        """What was said from `offset` on, at most `limit`; what lies before it is confirmed."""
        self.calls["updates"] += 1
        self._confirmed = max(self._confirmed, int(request.query["offset"]))
        start, limit = self._confirmed, int(request.query["limit"])
        said = enumerate(self.said[start : start + limit], start)
        return web.json_response([{"offset": offset, **one} for offset, one in said])

    def _fault(self, chat: str) -> Fault | None:
        if chat in self.blocked:
            return Fault.BLOCKED
        if self._script:
            fault = self._script.popleft()
        else:
            drawn = self._random.random()
            fault = None
            for kind, rate in self._rates.items():
                if drawn < rate:
                    fault = kind
                    break
                drawn -= rate
        if fault is not None:
            self.faults[fault] += 1
        return fault

    def _refusal(self, fault: Fault | None) -> web.Response | None:
        """The answer to a call that is not accepted."""
        match fault:
            case Fault.LIMITED:
                headers = {"Retry-After": str(self._retry_after)}
                return web.json_response({"error": "ratelimited"}, status=429, headers=headers)
            case Fault.FAILED_BEFORE:
                return web.json_response({"error": "internal"}, status=500)
            case Fault.REFUSED:
                return web.json_response({"error": "invalid"}, status=400)
            case Fault.BLOCKED:
                return web.json_response({"error": "blocked"}, status=403)
            case _:
                return None

    def _answer(self, request: web.Request, fault: Fault | None, message_id: str) -> web.Response:
        """The answer to a call that was accepted."""
        if fault is Fault.FAILED_AFTER:
            return web.json_response({"error": "internal"}, status=500)
        if fault is Fault.RESET_AFTER and request.transport is not None:
            request.transport.abort()
        return web.json_response({"id": message_id})

    async def _travel(self) -> None:
        if any(self._latency):
            await asyncio.sleep(self._random.uniform(*self._latency) / 2)
