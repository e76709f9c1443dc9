"""A workspace with Ana in it, who is heard through a socket or by signed requests."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import WSMsgType, web

from tests.adapters.slack.api import ANA, CHANNEL, DM, PIXIE, Api, Message

SECRET = "0123456789abcdef0123456789abcdef"
APP_TOKEN = "xapp-1-A1-2-abc"
TEAM = "T1"
Json = dict[str, Any]
FORM = "application/x-www-form-urlencoded"


class Workspace(Api):
    """`way` is "socket" or "requests"; the latter go to `target`."""

    def __init__(self, way: str, now: Callable[[], float]) -> None:
        super().__init__(now)
        self.way = way
        self.target = ""
        self.user |= {
            "tz": "Europe/Lisbon",
            "locale": "en-GB",
            "profile": {"display_name": "Ana"},
        }
        self.views: list[Json] = []
        """Modals that were opened."""
        self.home: Json = {}
        """What Ana's App Home shows."""
        self.told: list[int] = []
        """The status of each request's answer."""
        self.acked: list[str] = []
        """Envelopes that were acknowledged, in this order."""
        self.sockets: list[web.WebSocketResponse] = []
        self.replies: dict[str, Json] = {}
        """What came with the yes to an envelope or a request, by its number."""
        self._number = 0

    def routes(self) -> Iterable[web.RouteDef]:
        return [*super().routes(), web.get("/link", self._link)]

    def _auth_test(self, params: Json) -> Json:
        return {
            "team_id": TEAM,
            "user_id": PIXIE,
            "bot_id": "B0",
            "team": "Acme",
            "user": "pixie",
        }

    def _apps_connections_open(self, params: Json) -> Json:
        return {"url": self.url.replace("http://", "ws://").removesuffix("api/") + "link"}

    def _views_open(self, params: Json) -> Json:
        view = params["view"]
        self.views.append(json.loads(view) if isinstance(view, str) else view)
        return {"view": {"id": f"V{len(self.views)}"}}

    def _views_publish(self, params: Json) -> Json:
        view = params["view"]
        self.home = json.loads(view) if isinstance(view, str) else view
        return {"view": {"id": "VH", "hash": f"h{self._number}"}}

    def _token_of(self, name: str) -> str:
        return APP_TOKEN if name == "apps.connections.open" else super()._token_of(name)

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": len(self.sockets) + 1})
        self.sockets.append(socket)
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    told = message.json()
                    self.acked.append(told["envelope_id"])
                    self.replies[told["envelope_id"]] = told.get("payload") or {}
        finally:
            self.sockets.remove(socket)
        return socket

    # --- what Ana does ---

    async def says(self, text: str, *, channel: str = DM, thread: str = "", **more: Any) -> str:
        """Returns the message's ts."""
        self._number += 1
        ts = f"{self._now():.0f}.{500_000 + self._number}"
        event = {"type": "message", "channel": channel, "user": ANA, "text": text, "ts": ts}
        if channel.startswith("D"):
            event["channel_type"] = "im"
        else:
            event["type"] = "app_mention"
        event |= {"thread_ts": thread} if thread else {}
        await self.happens({**event, **more})
        return ts

    async def happens(self, event: Json) -> str:
        return await self.tell(
            "events_api",
            {
                "type": "event_callback",
                "event_id": f"Ev{self._number}",
                "team_id": TEAM,
                "event": event,
                "authorizations": [{"team_id": TEAM, "user_id": PIXIE, "is_bot": True}],
            },
        )

    async def commands(self, command: str, text: str = "", channel: str = CHANNEL) -> str:
        self._number += 1
        return await self.tell(
            "slash_commands",
            {
                "command": command,
                "text": text,
                "user_id": ANA,
                "user_name": "ana",
                "team_id": TEAM,
                "channel_id": channel,
                "trigger_id": f"trigger{self._number}",
                "response_url": self.hook,
            },
        )

    async def taps(self, message: Message, label: str) -> str:
        self._number += 1
        block, element = self.button(message, label)
        return await self.interacts(
            {
                "type": "block_actions",
                "trigger_id": f"trigger{self._number}",
                "container": {
                    "type": "message",
                    "channel_id": message.channel,
                    "message_ts": message.ts,
                },
                "channel": {"id": message.channel},
                "actions": [
                    {
                        "type": "button",
                        "action_id": element["action_id"],
                        "block_id": block.get("block_id", ""),
                        "value": element["value"],
                        "action_ts": f"{self._now():.0f}.000001",
                    }
                ],
                "response_url": self.hook,
            }
        )

    @staticmethod
    def button(message: Message, label: str) -> tuple[Json, Json]:
        for block in message.blocks:
            for element in block.get("elements", ()) if block["type"] == "actions" else ():
                if element.get("text", {}).get("text") == label:
                    return block, element
        raise LookupError(f"no button {label!r}")

    async def submits(self, **values: str) -> str:
        """Fills in the newest modal: what is not named stays as it was."""
        self._number += 1
        view = self.views[-1]
        state = {
            block["block_id"]: {"value": _filled(block["element"], values.get(block["block_id"]))}
            for block in view["blocks"]
            if block["type"] == "input"
        }
        return await self.interacts(
            {
                "type": "view_submission",
                "view": {
                    "id": f"V{len(self.views)}",
                    "type": "modal",
                    "callback_id": view["callback_id"],
                    "private_metadata": view["private_metadata"],
                    "state": {"values": state},
                },
            }
        )

    async def interacts(self, payload: Json) -> str:
        person = {"id": ANA, "name": "ana", "team_id": TEAM}
        return await self.tell("interactive", {"team": {"id": TEAM}, "user": person, **payload})

    async def tell(self, kind: str, payload: Json) -> str:
        """By whichever way; returns the number whose reply is in `replies`."""
        number = f"e{self._number}-{len(self.told)}-{len(self.acked)}"
        if self.way == "socket":
            envelope = {"envelope_id": number, "type": kind, "payload": payload}
            await self.sockets[-1].send_json({**envelope, "accepts_response_payload": True})
            return number
        body = json.dumps(payload)
        if kind != "events_api":
            body = urlencode({"payload": body} if kind == "interactive" else payload)
        status, text = await self.post(body, "application/json" if kind == "events_api" else FORM)
        self.told.append(status)
        self.replies[number] = json.loads(text) if text else {}
        return number

    async def post(
        self, body: str, kind: str, *, at: str | None = None, signature: str | None = None
    ) -> tuple[int, str]:
        """A signed request. Real time counts for its age."""
        now = at or f"{time.time():.0f}"
        signed = hmac.new(SECRET.encode(), f"v0:{now}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": kind,
            "X-Slack-Request-Timestamp": now,
            "X-Slack-Signature": signature or f"v0={signed}",
        }
        async with (
            aiohttp.ClientSession() as http,
            http.post(self.target, data=body.encode(), headers=headers) as answer,
        ):
            return answer.status, await answer.text()

    def cut(self) -> None:
        """Every socket's connection is gone, without a word."""
        for socket in self.sockets:
            transport = socket._req.transport if socket._req else None
            assert transport is not None
            transport.abort()

    async def until(self, condition: Callable[[], object], within: float = 15.0) -> None:
        async with asyncio.timeout(within):
            while not condition():
                await asyncio.sleep(0.005)


def _filled(element: Json, given: str | None) -> Json:
    """The state of an input element."""
    kind = element["type"]
    match kind:
        case "datepicker":
            return {"type": kind, "selected_date": given or element.get("initial_date")}
        case "timepicker":
            return {"type": kind, "selected_time": given or element.get("initial_time")}
        case "static_select":
            return {"type": kind, "selected_option": element.get("initial_option")}
        case "checkboxes":
            return {"type": kind, "selected_options": element.get("initial_options", [])}
    return {"type": kind, "value": given if given is not None else element.get("initial_value")}
