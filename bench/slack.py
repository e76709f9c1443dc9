"""What a slash command on Slack costs, and what is left after kills. The last line is JSON.

    python -m bench.slack [--commands 600] [--kills 0]

`ratio` is the CPU of a signed `/todo` from the request to the answer at its response_url (inbox,
built-in understanding, a task, outbox) on SQLite, over that of a bare Bolt which says each message
again through one shared session, both on the same loopback Slack in the same run; the lower of two
rounds of each counts. `ack_ratio` is how long 95 of 100 commands wait at most for their yes while
32 are under way, over the same of a Bolt that does nothing for a command. CPU is that of the
process with all its threads; Slack and the database server have processes of their own.

With `--kills`, people write, give commands and tap while Pixie is killed so often on each database
and by each way of hearing, and her socket is cut besides: `lost`, `twice`, `unmarked` and
`out_of_order` are sums over all, and mean what `tests.crash.slack_storm.Aftermath` says.
"""

import argparse
import asyncio
import json
import statistics
import sys
import time
from contextlib import AsyncExitStack, suppress
from dataclasses import asdict
from typing import Any

import psutil
import uvicorn
from pydantic import SecretStr
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import main as pixie_main
from adapters.slack.client import open_session
from adapters.slack.settings import SlackSettings
from bench.databases import DATABASES, database
from bots.web.app import build, serve
from bots.web.settings import WebSettings, listen
from core.ports import Messenger
from db.store import open_store
from main import SystemClock
from tests.crash.slack_storm import Aftermath, slack_storm
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.memory import FakeMemory
from tests.fakes.slack import App, Delivery, SlackServer
from tests.fakes.slack.deliveries import Outcome
from tests.fakes.slack.server import RESPONSE_URL
from tests.slack_whole import WAYS, loopback_settings

AT_ONCE = 32
PATIENCE = 120.0
SUMS = ("lost", "silent", "twice", "unmarked", "out_of_order")


# --- the subjects, each in a process of its own ---


async def echo(api: str, token: str, secret: str) -> None:
    """The baseline: says what it hears, and takes commands without doing anything."""
    async with open_session() as session:
        app = AsyncApp(
            client=AsyncWebClient(token, api, session=session),
            signing_secret=secret,
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


async def pixie(api: str, token: str, secret: str, database_url: str) -> None:
    """All of Pixie that a command passes through."""
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        store = await open_store(database_url, clock)
        web = WebSettings(web_port=0)
        listening = stack.enter_context(listen(web))
        port = listening.getsockname()[1]
        web.public_url = f"http://127.0.0.1:{port}"
        own = SlackSettings(
            slack_bot_token=SecretStr(token),
            slack_signing_secret=SecretStr(secret),
            slack_base_url=api,
        )
        settings = loopback_settings(own, web)
        messengers: dict[str, Messenger] = {}
        voice = await pixie_main.slack_voice(settings, store, clock, messengers, {}, stack)
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


class Timed(SlackServer):
    """Tells `AT_ONCE` things at most at a time, and how long each waits for its yes."""

    def __init__(self) -> None:
        # The baseline is an app that does not hear itself.
        super().__init__(app=App(hears_itself=False))
        self.free = asyncio.Semaphore(AT_ONCE)
        self.waits: list[float] = []
        """Seconds."""

    async def tell(self, delivery: Delivery) -> Outcome:
        began = time.perf_counter()
        try:
            outcome = await super().tell(delivery)
        finally:
            self.free.release()
        self.waits.append(time.perf_counter() - began)
        assert outcome.ok, outcome
        return outcome

    @property
    def answered(self) -> int:
        """Messages said, and answers to commands."""
        return len(self.calls("chat.postMessage")) + len(self.calls(RESPONSE_URL))


async def measured(name: str, number: int, database_url: str = "") -> tuple[float, float]:
    """CPU-ms of one, and the 95th percentile of the wait for a yes, in ms."""
    async with Timed() as slack:
        command = [sys.executable, "-m", "bench.slack", "--subject", name]
        about = ["--api", slack.base_url, "--token", slack.token]
        more = ["--secret", slack.app.signing_secret, "--database", database_url]
        started = await asyncio.create_subprocess_exec(
            *command, *about, *more, stdout=asyncio.subprocess.PIPE
        )
        assert started.stdout is not None
        try:
            port = int(await started.stdout.readline())
            slack.posts_to(f"http://127.0.0.1:{port}/slack/events")
            process = psutil.Process(started.pid)
            crowd = [slack.workspace.person(f"Person{n}") for n in range(max(number // 4, 1))]

            async def does(at: int, kind: str) -> None:
                await slack.free.acquire()
                person = crowd[at % len(crowd)]
                if kind == "echo":
                    person.says(f"water plant {at}")
                else:
                    person.commands("/todo", f"water plant {at}")

            async def do(times: int, kind: str) -> None:
                for at in range(times):
                    await does(at, kind)
                await slack.until(lambda: slack.heard, PATIENCE)

            await do(len(crowd), name)
            await slack.until(lambda: slack.answered >= len(crowd), PATIENCE)
            before, answered = _cpu(process), slack.answered
            await do(number, name)
            await slack.until(lambda: slack.answered >= answered + number, PATIENCE)
            spent = (_cpu(process) - before) / number * 1000
            slack.waits.clear()
            await do(number, "command")
        finally:
            with suppress(ProcessLookupError):
                started.kill()
            await started.wait()
    return spent, statistics.quantiles(slack.waits, n=20)[-1] * 1000


def _cpu(process: psutil.Process) -> float:
    """Seconds that it has used."""
    spent = process.cpu_times()
    return float(spent.user + spent.system)


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


async def rage(kills: int) -> dict[str, Aftermath]:
    found = {}
    for kind in DATABASES:
        for how in WAYS:
            async with database(kind) as url:
                found[f"{kind}_{how}"] = await slack_storm(url, how, kills=kills)
            print(f"{kills} kills on {kind} by {how}: {found[f'{kind}_{how}']}", flush=True)
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--commands", type=int, default=600)
    options.add_argument("--kills", type=int, default=0)
    options.add_argument("--subject", choices=("echo", "pixie"), help=argparse.SUPPRESS)
    for name in ("api", "token", "secret", "database"):
        options.add_argument(f"--{name}", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    with suppress(KeyboardInterrupt):
        if chosen.subject == "echo":
            asyncio.run(echo(chosen.api, chosen.token, chosen.secret))
            return
        if chosen.subject == "pixie":
            asyncio.run(pixie(chosen.api, chosen.token, chosen.secret, chosen.database))
            return
    figures: dict[str, object] = dict(asyncio.run(compare(chosen.commands)))
    if chosen.kills:
        damages = asyncio.run(rage(chosen.kills))
        figures |= {name: sum(getattr(each, name) for each in damages.values()) for name in SUMS}
        figures["kills"] = {name: asdict(damage) for name, damage in damages.items()}
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
