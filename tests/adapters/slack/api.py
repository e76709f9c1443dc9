"""A Web API that keeps what it is told and breaks where it is asked to.

Knows the methods that the adapter calls, with their errors' names, and what a stream may not do.
"""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.loopback import Loopback

TOKEN = "xoxb-1-2-abc"
DM, CHANNEL, ANA, PIXIE = "D1", "C1", "U1", "U0"

Fault = Callable[[web.Request], Awaitable[web.StreamResponse | None]]
"""Answers in place of the method; None lets it do its work and then hangs up."""


def failing(error: str, status: int = 200, **headers: str) -> Fault:
    async def answer(request: web.Request) -> web.Response:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.json_response({"ok": False, "error": error}, status=status, headers=told)

    return answer


def page(status: int, kind: str = "text/html") -> Fault:
    """What a proxy in front of Slack says."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, text="<h1>Bad Gateway</h1>", content_type=kind)

    return answer


async def reset_before(request: web.Request) -> web.Response:
    """The connection is cut, and nothing was done."""
    assert request.transport is not None
    request.transport.abort()
    await asyncio.sleep(0)
    return web.Response()


async def reset_after(request: web.Request) -> None:
    """The connection is cut once it is done."""


@dataclass(slots=True)
class Message:
    channel: str
    ts: str
    text: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: dict[str, Any] | None = None
    streaming: bool = False
    markdown: str = ""
    user: str = ""
    """Who wrote it; "" for Pixie."""


class Api(Loopback):
    """`url` is the base of the Web API; `hooks` where response_urls are."""

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__("/api/")
        self.messages: list[Message] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.answers: list[dict[str, Any]] = []
        """What came to response_urls."""
        self.whispers: list[dict[str, Any]] = []
        self.faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self.gates: dict[str, asyncio.Event] = {}
        """Methods that wait with their answer."""
        self.waiting = asyncio.Event()
        """One of them has come so far."""
        self.members = {CHANNEL}
        """Channels that the app is in."""
        self.user: dict[str, Any] = {"id": ANA, "team_id": "T1", "name": "ana"}
        self.uses = 5
        self.page = 200
        """Messages of a page of history."""
        self._now = now
        self._count = 0

    @property
    def hook(self) -> str:
        return f"{self.url.removesuffix('/api/')}/hook"

    def script(self, method: str, *faults: Fault) -> None:
        self.faults[method].extend(faults)

    def called(self, method: str) -> list[dict[str, Any]]:
        return [params for name, params in self.calls if name == method]

    def routes(self) -> Iterable[web.RouteDef]:
        return [
            web.post("/api/{method}", self._method),
            web.get("/api/{method}", self._method),
            web.post("/hook", self._hook),
            web.get("/files/{name}", self._file),
        ]

    async def _hook(self, request: web.Request) -> web.StreamResponse:
        if self.faults["hook"]:
            answer = await self.faults["hook"].popleft()(request)
            assert answer is not None
            return answer
        if self.uses == 0:
            return web.Response(status=404, text="used_url")
        self.uses -= 1
        self.answers.append(await request.json())
        return web.Response(text="ok")

    async def _file(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.Response(text="<html>log in", content_type="text/html")
        return web.Response(body=b"BEGIN:VCALENDAR" * 10, content_type="text/calendar")

    async def _method(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        params = await self._params(request)
        self.calls.append((name, params))
        after = False
        if self.faults[name]:
            answer = await self.faults[name].popleft()(request)
            if answer is not None:
                return answer
            after = True
        if request.headers.get("Authorization") != f"Bearer {self._token_of(name)}":
            return web.json_response({"ok": False, "error": "invalid_auth"})
        try:
            done = getattr(self, "_" + name.replace(".", "_"))(params)
        except Refusal as refusal:
            return web.json_response({"ok": False, "error": str(refusal)})
        if name in self.gates:
            self.waiting.set()
            await self.gates[name].wait()
        if after:
            return await reset_before(request)
        return web.json_response({"ok": True, **done})

    def _token_of(self, name: str) -> str:
        """What the method takes."""
        return TOKEN

    async def _params(self, request: web.Request) -> dict[str, Any]:
        if request.content_type == "application/json":
            found: dict[str, Any] = await request.json()
            return found
        return {**request.query, **await request.post()}

    # --- methods ---

    def _chat_postMessage(self, params: dict[str, Any]) -> dict[str, Any]:
        return {"ts": self._add(params).ts}

    def _chat_postEphemeral(self, params: dict[str, Any]) -> dict[str, Any]:
        if params["channel"] not in self.members:
            raise Refusal("channel_not_found")
        _check(params)
        self.whispers.append(params)
        return {"message_ts": "1.000001"}

    def _chat_update(self, params: dict[str, Any]) -> dict[str, Any]:
        message = self._find(params)
        if message.streaming:
            raise Refusal("streaming_state_conflict")
        _check(params)
        message.text, message.blocks = params["text"], _json(params["blocks"])
        message.markdown = ""
        message.metadata = _json(params.get("metadata")) or message.metadata
        return {"ts": message.ts}

    def _chat_delete(self, params: dict[str, Any]) -> dict[str, Any]:
        message = self._find(params)
        if message.streaming:
            raise Refusal("streaming_state_conflict")
        self.messages.remove(message)
        return {}

    def _chat_startStream(self, params: dict[str, Any]) -> dict[str, Any]:
        message = self._add({**params, "text": "x"}, blocks=False)
        message.streaming, message.markdown = True, params["markdown_text"]
        return {"ts": message.ts}

    def _chat_appendStream(self, params: dict[str, Any]) -> dict[str, Any]:
        message = self._stream(params)
        message.markdown += params["markdown_text"]
        return {}

    def _chat_stopStream(self, params: dict[str, Any]) -> dict[str, Any]:
        message = self._stream(params)
        message.streaming = False
        message.markdown += params.get("markdown_text", "")
        message.blocks = _json(params.get("blocks")) or []
        message.metadata = _json(params.get("metadata"))
        return {"ts": message.ts}

    def _chat_getPermalink(self, params: dict[str, Any]) -> dict[str, Any]:
        at = params["message_ts"].replace(".", "")
        return {"permalink": f"https://example.slack.com/archives/{params['channel']}/p{at}"}

    def _conversations_open(self, params: dict[str, Any]) -> dict[str, Any]:
        if params["users"] != ANA:
            raise Refusal("user_not_found")
        return {"channel": {"id": DM}}

    def _conversations_list(self, params: dict[str, Any]) -> dict[str, Any]:
        return {"channels": []}

    def _conversations_history(self, params: dict[str, Any]) -> dict[str, Any]:
        found = [m for m in self.messages if m.channel == params["channel"] and not m.thread_ts]
        return self._page(params, found[::-1])

    def _conversations_replies(self, params: dict[str, Any]) -> dict[str, Any]:
        found = [m for m in self.messages if params["ts"] in (m.ts, m.thread_ts)]
        return self._page(params, found)

    def _page(self, params: dict[str, Any], found: list[Message]) -> dict[str, Any]:
        if params["channel"] != DM:
            raise Refusal("missing_scope")
        found = [m for m in found if float(m.ts) >= float(params["oldest"])]
        start = int(params.get("cursor") or 0)
        more = str(start + self.page) if start + self.page < len(found) else ""
        return {
            "messages": [
                {
                    "ts": m.ts,
                    "text": m.text,
                    **({"metadata": m.metadata} if m.metadata else {}),
                    **({"user": m.user} if m.user else {"bot_id": "B0"}),
                }
                for m in found[start : start + self.page]
            ],
            "response_metadata": {"next_cursor": more},
        }

    def _assistant_threads_setStatus(self, params: dict[str, Any]) -> dict[str, Any]:
        return {}

    def _users_info(self, params: dict[str, Any]) -> dict[str, Any]:
        if params["user"] != ANA:
            raise Refusal("user_not_found")
        return {"user": self.user}

    # --- what they share ---

    def _add(self, params: dict[str, Any], *, blocks: bool = True) -> Message:
        if params["channel"] not in {DM, *self.members}:
            raise Refusal("channel_not_found")
        if params.get("thread_ts") == "9.000009":
            raise Refusal("thread_not_found")
        if blocks:
            _check(params)
        self._count += 1
        message = Message(
            channel=params["channel"],
            ts=f"{self._now():.0f}.{self._count:06}",
            text=params["text"],
            blocks=_json(params.get("blocks")) or [],
            thread_ts=params.get("thread_ts"),
            metadata=_json(params.get("metadata")),
        )
        self.messages.append(message)
        return message

    def _find(self, params: dict[str, Any]) -> Message:
        for message in self.messages:
            if (message.channel, message.ts) == (params["channel"], params["ts"]):
                return message
        raise Refusal("message_not_found")

    def _stream(self, params: dict[str, Any]) -> Message:
        message = self._find(params)
        if not message.streaming:
            raise Refusal("message_not_in_streaming_state")
        return message


def words(blocks: Iterable[dict[str, Any]]) -> str:
    """What the blocks say, as one reads them."""
    return "\n".join(
        "".join(_word(each) for section in block["elements"] for each in section["elements"])
        for block in blocks
        if block["type"] == "rich_text"
    )


def _word(element: dict[str, Any]) -> str:
    return str(element[{"text": "text", "link": "url", "date": "fallback"}[element["type"]]])


class Refusal(Exception):
    """What goes into `error`."""


def _json(found: Any) -> Any:
    return json.loads(found) if isinstance(found, str) else found


def _check(params: dict[str, Any]) -> None:
    if not params.get("text"):
        raise Refusal("no_text")
    if len(params["text"]) > 4000:
        raise Refusal("msg_too_long")
    if not 1 <= len(_json(params["blocks"])) <= 50:
        raise Refusal("invalid_blocks")
