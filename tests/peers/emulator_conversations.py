"""The conversations on Telegram, held through a Telegram that is not ours. `make peers`

    python -m tests.peers.emulator_conversations [TRANSCRIPT …]

lo-bot-api-emulator takes every request of Pixie's first, and gives her every update; what it
accepts is then done in the chats of our fake Telegram, where people read and answer. Each
transcript must go as it goes on the fake alone, by polling and by webhook. The emulator is no
dependency of ours: it lives in an environment of its own under .peers, made when it is missing.

What stands between Pixie and the emulator, for it models a part of Telegram (0.3.6):
- `DROPPED` parameters, which it refuses, are taken out of what it is given.
- `OURS`, methods that it does not have, and files, of which it keeps its own alone, are answered
  by our fake.
- It knows no username of the bot's, no entities, and its numbers and dates of messages are its own:
  to getMe, and where a message is the answer, Pixie is told what the fake says,
  and text and buttons must be what the emulator says.
- It numbers updates by itself, so that one which is told twice comes under two numbers.
- `allowed_updates` is cut down to the kinds that it knows.
- It has no updates but messages and presses of buttons. A transcript that needs others is left out,
  and named.
"""

import asyncio
import contextlib
import json
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from db.store import open_store
from tests.dialogs.play import same
from tests.dialogs.telegram.play import play, transcripts
from tests.dialogs.telegram.stage import BriskClock
from tests.fakes.telegram import TelegramServer
from tests.fakes.telegram.errors import ApiError
from tests.fakes.telegram.request import Call, read
from tests.fakes.telegram.updates import Waiting
from tests.peers.environment import environment
from tests.telegram_whole import WAYS

EMULATOR = "lo-bot-api-emulator==0.3.6"
DROPPED = ("link_preview_options", "message_thread_id", "protect_content")
OURS = frozenset(
    [
        "getFile",
        "getChat",
        "getMyDescription",
        "setMyDescription",
        "getMyShortDescription",
        "setMyShortDescription",
        "sendMessageDraft",
    ]
)
WAYS_IN = frozenset(["getUpdates", "setWebhook", "deleteWebhook", "getWebhookInfo"])
CARRIED = frozenset(["message", "callback_query"])
"""Kinds of update that it can be given."""
NEEDLESS = frozenset(["my_chat_member"])
"""Kinds that tell of what Pixie learns from a message as well, where nobody blocks her."""
UNKNOWN = frozenset(["guest_message", "managed_bot"])
"""Kinds that it refuses to hear of."""
START_WITHIN = 20.0
PATIENCE = 90.0
"""Seconds for one transcript."""
Json = dict[str, Any]


class NotCarriedError(Exception):
    """The transcript needs an update that the emulator does not have."""


class Relay(TelegramServer):
    """Our fake Telegram, of which the bot hears and says everything through the emulator."""

    def __init__(self, clock: BriskClock, emulator: str, http: aiohttp.ClientSession) -> None:
        super().__init__(now=lambda: clock.now().timestamp())
        self._emulator = emulator
        self._http = http
        self._given: asyncio.Queue[Json] = asyncio.Queue()
        self._last = 0
        self._acknowledged = 0
        self._hooked = False
        self.lacking = ""
        """A kind of update that the transcript needs and the emulator does not have."""
        self.updates.on_add = self._give

    @property
    def heard(self) -> bool:
        if self.lacking:
            raise NotCarriedError(self.lacking)
        return self._given.empty() and self._acknowledged >= self._last

    def _give(self, waiting: Waiting) -> None:
        """An update for the bot. The emulator numbers updates itself."""
        self.updates.acknowledge(waiting.id)
        update = {name: value for name, value in waiting.body.items() if name != "update_id"}
        [kind] = update
        if kind in CARRIED:
            self._given.put_nowait(update)
            self._last += 1
        elif kind not in NEEDLESS or "kicked" in json.dumps(update):
            self.lacking = kind

    async def carry(self) -> None:
        """Give the emulator the updates, one after the other, until cancelled."""
        number = 0
        while True:
            body = {"token": self.token, "update": await self._given.get()}
            number += 1
            await self._post("/__fixture/updates", body)
            while self._hooked and await self._waiting():
                await asyncio.sleep(0.05)
                await self._post("/__fixture/deliver", {"token": self.token})
            if self._hooked:
                self._acknowledged = number

    async def _waiting(self) -> int:
        info = await self._post(f"/bot{self.token}/getWebhookInfo", {})
        return int(info["result"]["pending_update_count"])

    async def _post(self, path: str, body: Json) -> Json:
        async with self._http.post(self._emulator + path, json=body) as response:
            answer: Json = await response.json()
        if not answer["ok"]:
            raise AssertionError(f"the emulator refuses {path}: {answer}")
        return answer

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if method in OURS:
            return await super()._handle(request)
        try:
            call = await read(request, method)
        except ApiError as error:
            raise AssertionError(f"{method} cannot be read") from error
        answer, status = await self._asked(call)
        if not answer["ok"]:
            self.refused.append((method, answer["description"]))
            return web.json_response(answer, status=status)
        if method in WAYS_IN:
            return web.json_response(answer)
        try:
            result = await self.carry_out(call, self._methods[method.lower()][1])
        except ApiError as error:
            self.refused.append((method, error.description))
            return web.json_response(answer)
        if isinstance(result, dict):
            if shown(answer["result"]) != shown(result):
                self.refused.append((method, f"the emulator shows {shown(answer['result'])}"))
            answer["result"] = result
        return web.json_response(answer)

    async def _asked(self, call: Call) -> tuple[Json, int]:
        """What the emulator answers to a request."""
        params = {name: value for name, value in call.params.items() if name not in DROPPED}
        if "allowed_updates" in params:
            kinds = json.loads(params["allowed_updates"])
            self.updates.allow(kinds)
            params["allowed_updates"] = json.dumps([kind for kind in kinds if kind not in UNKNOWN])
        if call.method == "getUpdates":
            self._acknowledged = max(self._acknowledged, call.integer("offset") - 1)
        if call.method == "setWebhook":
            self._hooked = bool(call.params.get("url"))
        asking = asyncio.create_task(self._ask(call.method, params))
        closing = asyncio.create_task(self._closing.wait())
        await asyncio.wait({asking, closing}, return_when=asyncio.FIRST_COMPLETED)
        closing.cancel()
        if not asking.done():
            asking.cancel()
            return {"ok": True, "result": []}, 200
        return asking.result()

    async def _ask(self, method: str, params: dict[str, str]) -> tuple[Json, int]:
        url = f"{self._emulator}/bot{self.token}/{method}"
        async with self._http.post(url, data=params) as response:
            answer: Json = await response.json()
            return answer, response.status


def shown(message: Json) -> tuple[object, object]:
    """What people see of a message, as far as the emulator tells it."""
    return message.get("text"), message.get("reply_markup")


@contextlib.asynccontextmanager
async def emulator() -> AsyncIterator[str]:
    """The address of an emulator in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = environment(EMULATOR).with_name("lo-bot-api-emulator")
    options = ["--port", str(port), "--enable-control", "--allow-insecure-loopback-webhooks"]
    process = await asyncio.create_subprocess_exec(program, *options, stdout=subprocess.DEVNULL)
    try:
        async with asyncio.timeout(START_WITHIN):
            while True:
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                    writer.close()
                    break
                await asyncio.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        await process.wait()


async def differences(how: str, path: Path) -> list[str]:
    """How the conversation went, if it did not go as the transcript; raises NotCarriedError."""
    wanted = path.read_text("utf-8").splitlines()
    clock = BriskClock()
    async with contextlib.AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        store = await open_store(f"sqlite:///{folder}/pixie.db", clock)
        stack.push_async_callback(store.close)
        http = await stack.enter_async_context(aiohttp.ClientSession())
        address = await stack.enter_async_context(emulator())
        relay = await stack.enter_async_context(Relay(clock, address, http))
        carrying = asyncio.create_task(relay.carry())
        try:
            async with asyncio.timeout(PATIENCE):
                went = await play(how, store, clock, relay, wanted)
        finally:
            carrying.cancel()
            await asyncio.gather(carrying, return_exceptions=True)
    refused = [each for each in relay.refused if each[0] != "answerCallbackQuery"]
    if not refused and same(wanted, went):
        return []
    return [*went, *(f"{method} was refused: {why}" for method, why in refused)]


async def conversations(paths: list[Path]) -> int:
    passed = failed = 0
    left_out: dict[str, str] = {}
    for path in paths:
        for how in WAYS:
            try:
                went = await differences(how, path)
            except NotCarriedError as lacking:
                left_out[path.stem] = str(lacking)
                break
            print(f"{path.stem} by {how}: {'differs' if went else 'as written'}")
            print(*went, sep="\n", end="\n" if went else "")
            passed, failed = passed + (not went), failed + bool(went)
    for name, kind in left_out.items():
        print(f"{name}: left out, it needs updates of kind {kind}")
    print(f"{EMULATOR}: {passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    named = [Path(name) for name in sys.argv[1:]]
    raise SystemExit(asyncio.run(conversations(named or transcripts())))
