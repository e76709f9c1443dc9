"""What a slash command on Slack costs. The last line is JSON.

    python -m bench.slack [--commands 600]

`ratio` is the CPU of a signed `/todo` from the request to the answer at its response_url (inbox,
built-in understanding, a task, outbox) on SQLite, over that of a bare Bolt which says each message
again through one shared session, both on the same loopback Slack in the same run; the lower of two
rounds of each counts. `ack_ratio` is how long 95 of 100 commands wait at most for their yes while
32 are under way, over the same of a Bolt that does nothing for a command. CPU is that of the
process with all its threads; Slack has a process of its own.
"""

import argparse
import asyncio
import hashlib
import hmac
import json
import statistics
import sys
import time
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import psutil
import uvicorn
from pydantic import SecretStr
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import main as pixie_main
from adapters.anthropic_llm import AnthropicSettings
from adapters.embeddings import EmbeddingSettings
from adapters.openai_llm import OpenAISettings
from adapters.qdrant import QdrantSettings
from adapters.slack.client import open_session, web_client
from adapters.slack.settings import SlackSettings
from bench.databases import DATABASES, database
from bots.web.app import build, serve
from bots.web.settings import WebSettings, listen
from core.ports import Files, Messenger
from db.store import open_store
from main import SystemClock
from model_settings import ModelSettings, VendorSettings
from settings import AllSettings, Settings
from tests.adapters.slack.api import TOKEN
from tests.bots.slack.workspace import SECRET, Workspace
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.memory import FakeMemory

AT_ONCE = 32
PATIENCE = 120.0
FORM = "application/x-www-form-urlencoded"


class Crowd(Workspace):
    """As many people as wished, each with a chat of their own."""

    def _users_info(self, params: dict[str, Any]) -> dict[str, Any]:
        return {"user": {**self.user, "id": params["user"]}}

    def _conversations_open(self, params: dict[str, Any]) -> dict[str, Any]:
        return {"channel": {"id": "D" + params["users"][1:]}}

    def _chat_postMessage(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {"ts": self._add(params, blocks="blocks" in params).ts}

    def _conversations_history(self, params: dict[str, Any]) -> dict[str, Any]:
        return {"messages": []}


# --- the subjects, each in a process of its own ---


async def echo(api: str) -> None:
    """The baseline: says what it hears, and takes commands without doing anything."""
    async with open_session() as session:
        app = AsyncApp(
            client=web_client(session, TOKEN, api),
            token=TOKEN,
            signing_secret=SECRET,
            process_before_response=True,
        )

        @app.event("message")
        async def answer(event: dict[str, Any], say: Any) -> None:
            await say(event["text"])

        @app.command("/todo")
        async def nothing(ack: Any) -> None:
            await ack()

        handler = AsyncSlackRequestHandler(app)

        async def receive(request: Request) -> Response:
            return await handler.handle(request)

        listening = listen(WebSettings(web_port=0))
        print(listening.getsockname()[1], flush=True)
        routes = [Route("/slack/events", receive, methods=["POST"])]
        config = uvicorn.Config(
            Starlette(routes=routes),
            access_log=False,
            log_config=None,
            lifespan="off",
            ws="none",
        )
        await uvicorn.Server(config).serve(sockets=[listening])


async def pixie(api: str, database_url: str) -> None:
    """All of Pixie that a command passes through."""
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        store = await open_store(database_url, clock)
        web = WebSettings(web_port=0)
        listening = stack.enter_context(listen(web))
        port = listening.getsockname()[1]
        web.public_url = f"http://127.0.0.1:{port}"
        own = SlackSettings(
            slack_bot_token=SecretStr(TOKEN),
            slack_signing_secret=SecretStr(SECRET),
            slack_base_url=api,
        )
        settings = AllSettings(
            pixie=Settings(data=Path("bench")),
            web=web,
            embeddings=EmbeddingSettings(),
            qdrant=QdrantSettings(),
            models=ModelSettings(),
            vendors=VendorSettings(anthropic=AnthropicSettings(), openai=OpenAISettings()),
            slack=own,
        )
        messengers: dict[str, Messenger] = {}
        files: dict[str, Files] = {}
        voice = await pixie_main.slack_voice(settings, store, clock, messengers, files, stack)
        built = pixie_main.build(
            store,
            clock,
            messengers,
            FakeMemory(),
            FakeEmbedder(ready=False),
            admit=pixie_main.slack_members(own),
        )
        whole = pixie_main.with_slack(built, voice, settings, _nobody)
        print(port, flush=True)
        async with asyncio.TaskGroup() as group:
            group.create_task(serve(build(store, clock, routers=whole.routers), web, listening))
            group.create_task(whole.run())


async def _nobody(message: object) -> None:
    raise AssertionError("everybody is admitted")


# --- measuring ---


class Subject:
    """A process, and the Slack before it."""

    def __init__(self, slack: Crowd, port: int, process: psutil.Process) -> None:
        self.slack = slack
        self.process = process
        self._url = f"http://127.0.0.1:{port}/slack/events"
        self._http = aiohttp.ClientSession()
        self._number = 0

    async def close(self) -> None:
        await self._http.close()

    async def command(self, user: str) -> float:
        """Returns the seconds until the yes."""
        self._number += 1
        fields = {
            "command": "/todo",
            "text": f"water plant {self._number}",
            "user_id": user,
            "team_id": "T1",
            "channel_id": f"D{user[1:]}",
            "trigger_id": f"t{self._number}",
            "response_url": self.slack.hook,
        }
        return await self._post(urlencode(fields), FORM)

    async def message(self, user: str) -> float:
        self._number += 1
        event = {
            "type": "message",
            "channel": "D1",
            "channel_type": "im",
            "user": user,
            "text": f"water plant {self._number}",
            "ts": f"{time.time():.0f}.{self._number:06}",
        }
        payload = {"type": "event_callback", "team_id": "T1", "event": event}
        return await self._post(json.dumps(payload), "application/json")

    async def _post(self, body: str, kind: str) -> float:
        now = f"{time.time():.0f}"
        signed = hmac.new(SECRET.encode(), f"v0:{now}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": kind,
            "X-Slack-Request-Timestamp": now,
            "X-Slack-Signature": f"v0={signed}",
        }
        began = time.perf_counter()
        async with self._http.post(self._url, data=body, headers=headers) as answer:
            await answer.read()
            assert answer.status == 200, answer.status
        return time.perf_counter() - began

    def cpu(self) -> float:
        spent = self.process.cpu_times()
        return float(spent.user + spent.system)


async def measured(name: str, number: int, database_url: str = "") -> tuple[float, float]:
    """CPU-ms of one, and the 95th percentile of the wait for a yes, in ms."""
    async with Crowd("requests", time.time) as slack:
        slack.uses = 10**9
        command = [sys.executable, "-m", "bench.slack", "--subject", name, "--api", slack.url]
        started = await asyncio.create_subprocess_exec(
            *command, "--database", database_url, stdout=asyncio.subprocess.PIPE
        )
        assert started.stdout is not None
        try:
            port = int(await started.stdout.readline())
            subject = Subject(slack, port, psutil.Process(started.pid))
            people = [f"U{9000 + each}" for each in range(max(number // 4, 1))]
            do = subject.message if name == "echo" else subject.command
            done = (lambda: len(slack.messages)) if name == "echo" else lambda: len(slack.answers)
            for person in people[:AT_ONCE] if name == "echo" else people:
                await do(person)
            await slack.until(lambda: done() >= min(len(people), AT_ONCE), PATIENCE)
            before, answered = subject.cpu(), done()
            waiting = asyncio.Semaphore(AT_ONCE)

            async def one(at: int) -> None:
                async with waiting:
                    await do(people[at % len(people)])

            await asyncio.gather(*map(one, range(number)))
            await slack.until(lambda: done() >= answered + number, PATIENCE)
            spent = (subject.cpu() - before) / number * 1000
            waits: list[float] = []

            async def timed(at: int) -> None:
                async with waiting:
                    waits.append(await subject.command(people[at % len(people)]))

            await asyncio.gather(*map(timed, range(number)))
            await subject.close()
        finally:
            with suppress(ProcessLookupError):
                started.kill()
            await started.wait()
    return spent, statistics.quantiles(waits, n=20)[-1] * 1000


async def compare(number: int) -> dict[str, float]:
    figures: dict[str, float] = {}
    bare = [await measured("echo", number) for _ in range(2)]
    cpu, ack = (min(each) for each in zip(*bare, strict=True))
    figures |= {"echo_cpu_ms": round(cpu, 3), "echo_ack_ms": round(ack, 2)}
    print(f"bare Bolt          {cpu:6.2f} CPU-ms   yes within {ack:6.1f} ms")
    for kind in DATABASES:
        rounds = []
        for _ in range(2):
            async with database(kind) as url:
                rounds.append(await measured("pixie", number, url))
        spent, wait = (min(each) for each in zip(*rounds, strict=True))
        figures[f"{kind}_cpu_ms"] = round(spent, 3)
        figures[f"{kind}_ratio"] = round(spent / cpu, 3)
        figures[f"{kind}_ack_ms"] = round(wait, 2)
        figures[f"{kind}_ack_ratio"] = round(wait / ack, 3)
        print(
            f"Pixie on {kind:10} {spent:6.2f} CPU-ms   yes within {wait:6.1f} ms   "
            f"{spent / cpu:4.2f} and {wait / ack:4.2f} times"
        )
    return {
        "ratio": figures["sqlite_ratio"],
        "ack_ratio": figures["sqlite_ack_ratio"],
        **figures,
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--commands", type=int, default=600)
    options.add_argument("--subject", choices=("echo", "pixie"), help=argparse.SUPPRESS)
    for name in ("api", "database"):
        options.add_argument(f"--{name}", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    with suppress(KeyboardInterrupt):
        if chosen.subject == "echo":
            asyncio.run(echo(chosen.api))
            return
        if chosen.subject == "pixie":
            asyncio.run(pixie(chosen.api, chosen.database))
            return
    print(json.dumps(asyncio.run(compare(chosen.commands))))


if __name__ == "__main__":
    main()
