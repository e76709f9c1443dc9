"""What a message on Telegram costs, and what is left after kills. The last line is JSON.

    python -m bench.telegram [--messages 1000] [--kills 30]

`ratio` is the CPU of a small message's whole way through Pixie on SQLite (webhook in, inbox,
built-in understanding, outbox, reply out), over that of a bare python-telegram-bot which echoes
what its webhook is told, both on the same loopback Telegram in the same run. All messages are said
at once, and pushed as fast as they are taken: then they share commits. `steady_ratio` is the same
with one message every 40 ms, when each has its commits to itself. CPU is that of the process with
all its threads; Telegram and the database server have processes of their own.
"""

import argparse
import asyncio
import json
import logging
import sys
from contextlib import suppress
from dataclasses import asdict

import psutil
import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from adapters.telegram.bot import open_bot
from adapters.telegram.messenger import TelegramMessenger
from adapters.telegram.settings import TelegramSettings
from bench.databases import DATABASES, database
from bots.telegram.front import Front
from bots.telegram.webhook import Webhook
from bots.web.app import build as build_web
from bots.web.app import serve
from bots.web.settings import WebSettings, listen
from core.intake import only
from core.values import Address, IncomingMessage
from db.store import open_store
from main import SystemClock, build
from tests.crash.telegram_storm import Aftermath, telegram_storm
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.memory import FakeMemory
from tests.fakes.telegram import TelegramServer

SENTENCES = ("hello", "thank you", "good morning", "how are you?")
PER_PERSON = 4
"""Messages of one person in a measurement: one a second leaves to each chat."""
EVERY = 0.04
"""Seconds between messages that come steadily; below Telegram's 30 a second."""
PATIENCE = 120.0


# --- the subjects, each in a process of its own ---


async def echo(api: str, token: str) -> None:
    """The baseline, as in python-telegram-bot's example of a webhook of one's own."""
    application = Application.builder().token(token).base_url(api).updater(None).build()

    async def answer(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        await update.message.reply_text(update.message.text or "")

    application.add_handler(MessageHandler(filters.TEXT, answer))

    async def receive(request: Request) -> Response:
        update = Update.de_json(await request.json(), application.bot)
        await application.process_update(update)
        return Response()

    app = Starlette(routes=[Route("/telegram", receive, methods=["POST"])])
    settings = WebSettings(web_port=0)
    listening = listen(settings)
    server = uvicorn.Server(
        uvicorn.Config(app, access_log=False, log_config=None, lifespan="off", ws="none")
    )
    async with application:
        await application.start()
        await application.bot.set_webhook(f"http://127.0.0.1:{listening.getsockname()[1]}/telegram")
        await server.serve(sockets=[listening])


async def pixie(api: str, token: str, database_url: str) -> None:
    """All of Pixie that a message passes through."""
    clock = SystemClock()
    store = await open_store(database_url, clock)
    settings = TelegramSettings(telegram_token=SecretStr(token), telegram_base_url=api)
    async with open_bot(settings) as bot:
        voice = TelegramMessenger(bot, clock, migrated=_moved)
        memory, embedder = FakeMemory(), FakeEmbedder(ready=False)
        whole = build(
            store, clock, {voice.platform: voice}, memory, embedder, admit=only("telegram")
        )
        front = Front(bot, store, whole.intake, clock, turn_away=_nobody)
        web = WebSettings(web_port=0)
        listening = listen(web)
        public_url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        hook = Webhook(bot, front, clock, public_url=public_url)
        app = build_web(store, clock, routers=[hook.router])
        async with asyncio.TaskGroup() as group:
            group.create_task(serve(app, web, listening))
            group.create_task(hook.run())
            group.create_task(whole.run())


async def _moved(old: Address, new: Address) -> None:
    raise AssertionError("nobody moves")


async def _nobody(message: IncomingMessage) -> None:
    raise AssertionError("everybody is admitted")


# --- measuring ---


async def measured(subject: str, messages: int, every: float, database_url: str = "") -> float:
    """CPU-ms for each message, of which one is said `every` so many seconds."""
    async with TelegramServer() as telegram:
        crowd = [telegram.person(f"Person{n}") for n in range(max(messages // PER_PERSON, 1))]
        command = [sys.executable, "-m", "bench.telegram", "--subject", subject]
        more = ["--api", telegram.base_url, "--token", telegram.token, "--database", database_url]
        process = await asyncio.create_subprocess_exec(*command, *more)
        try:
            await telegram.until(lambda: telegram.webhook.hook.url, PATIENCE)

            async def answered(before: int, number: int) -> None:
                for n in range(number):
                    crowd[n % len(crowd)].says(SENTENCES[n % len(SENTENCES)])
                    if every:
                        await asyncio.sleep(every)
                await telegram.until(
                    lambda: len(telegram.calls("sendMessage")) >= before + number, PATIENCE
                )

            await answered(0, len(crowd))
            watched = psutil.Process(process.pid)
            before = watched.cpu_times()
            await answered(len(crowd), messages)
            after = watched.cpu_times()
        finally:
            process.kill()
            await process.wait()
    spent = after.user + after.system - before.user - before.system
    return spent / messages * 1000


async def compare(messages: int) -> dict[str, float]:
    figures: dict[str, float] = {}
    for prefix, every in (("", 0.0), ("steady_", EVERY)):
        number = messages if not every else messages // 2
        bare = await measured("echo", number, every)
        figures[f"{prefix}echo_cpu_ms"] = round(bare, 3)
        print(f"{prefix or 'at once '}bare echo   {bare:6.2f} CPU-ms")
        for kind in DATABASES:
            async with database(kind) as url:
                found = await measured("pixie", number, every, url)
            figures[f"{prefix}{kind}_cpu_ms"] = round(found, 3)
            figures[f"{prefix}{kind}_ratio"] = round(found / bare, 3)
            print(f"  Pixie on {kind:11} {found:6.2f} CPU-ms   {found / bare:4.2f} times the echo")
    ratios = {"ratio": figures["sqlite_ratio"], "steady_ratio": figures["steady_sqlite_ratio"]}
    return {**ratios, **figures}


async def rage(kills: int) -> dict[str, Aftermath]:
    found = {}
    for kind in DATABASES:
        async with database(kind) as url:
            found[kind] = await telegram_storm(url, messages=kills * 10, kills=kills)
        print(f"{kills} kills on {kind}: {found[kind]}")
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--messages", type=int, default=1000)
    options.add_argument("--kills", type=int, default=30)
    options.add_argument("--subject", choices=("echo", "pixie"), help=argparse.SUPPRESS)
    for name in ("api", "token", "database"):
        options.add_argument(f"--{name}", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with suppress(KeyboardInterrupt):
        if chosen.subject == "echo":
            asyncio.run(echo(chosen.api, chosen.token))
            return
        if chosen.subject == "pixie":
            asyncio.run(pixie(chosen.api, chosen.token, chosen.database))
            return
    figures: dict[str, object] = dict(asyncio.run(compare(chosen.messages)))
    if chosen.kills:
        damages = asyncio.run(rage(chosen.kills))
        figures["kills"] = {kind: asdict(damage) for kind, damage in damages.items()}
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
