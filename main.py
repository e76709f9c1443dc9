"""Pixie's commands, and the one place where everything is put together.

python main.py run          the terminal and every platform that is set
python main.py chat         the terminal alone
python main.py say "…"      one message and its answer
python main.py doctor       what is there, what is missing, how to mend it
python main.py reindex      rebuild the index of meaning from the rows
"""

import argparse
import asyncio
import contextlib
import logging
import logging.handlers
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

import core.tools
import model_settings
from adapters.calendar_files import CalendarFiles
from adapters.embeddings import MiniLM
from adapters.places import OfflinePlaces
from adapters.qdrant import open_memory
from adapters.slack.settings import SlackSettings
from adapters.telegram.settings import TelegramSettings
from adapters.terminal import PLATFORM, TerminalMessenger
from bots import terminal
from bots.web.settings import listen
from core.access import invited, members, owner_invite
from core.budget import Limits
from core.doorstep import Doorstep
from core.engine import Engine
from core.errors import ConfigError, PixieError, StorageFull
from core.files import PlatformFiles
from core.hearing import Ears, Hearing
from core.indexer import Indexer, rebuild
from core.intake import Admit, Intake, either, only
from core.language.builtin import BuiltinLLM
from core.models import Models
from core.ports import Clock, Embedder, Files, Memory, Messenger, Places, Store
from core.recall import HybridRecall
from core.situation import NO_LIMITS
from core.tool import Reach
from core.values import Address, IncomingMessage
from core.watched import WatchedStore
from core.worker import Workers
from core.workspaces import uninstall
from db.store import open_store
from scheduler.delivery import DeliveryWorker
from scheduler.due import DueReminders
from scheduler.housekeeping import Housekeeping
from scheduler.summaries import DailySummaries
from scheduler.ticker import Tick, Ticker
from settings import AllSettings, read_settings

if TYPE_CHECKING:
    import aiohttp
    from fastapi import APIRouter

    from adapters.slack.client import SlackClient
    from adapters.slack.messenger import SlackMessenger
    from adapters.slack.tokens import SlackTokens
    from adapters.telegram.bot import PixieBot

TICK = timedelta(seconds=1)
STOP_WITHIN = 4.0
"""Seconds to drain at SIGINT or SIGTERM; the process is gone within five."""

LOAD_AFTER = 3.0
"""Seconds before the embedding model begins to load, which would slow the first answers down."""

TELEGRAM = "telegram"
SLACK = "slack"
LET_IN = either(only(PLATFORM), invited(TELEGRAM, SLACK))
"""Of those whom nobody knows yet: who sits at this machine, and who brings an invitation."""
OWNER_LINK = """\
Nobody on Telegram knows Pixie yet. Whoever opens this link first becomes her owner there; it \
works once, for a week:
{link}"""
OWNER_CODE = """\
Nobody on Telegram knows Pixie yet. Whoever first sends this code to the bot becomes her owner \
there; it works once, for a week:
{}"""

TurnAway = Callable[[IncomingMessage], Awaitable[None]]
NOISY = ("httpx", "httpcore", "telegram", "apscheduler", "sentence_transformers", "alembic")
"""Libraries whose warnings are enough. Some would log secrets, or what people say."""

log = logging.getLogger("pixie")


class SystemClock:
    """`core.ports.Clock` of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


# --- putting it together ---


@dataclass(frozen=True, kw_only=True, slots=True)
class Pixie:
    """Every part, wired. `run` is what moves."""

    store: Store
    clock: Clock
    intake: Intake
    workers: Workers
    delivery: DeliveryWorker
    due: DueReminders
    summaries: DailySummaries
    indexer: Indexer
    models: bool
    """Language models are set."""
    loops: tuple[Callable[[], Awaitable[None]], ...] = field(repr=False)
    stops: tuple[Callable[[], None], ...] = field(repr=False)
    checks: Mapping[str, Callable[[], Awaitable[bool]]] = field(default_factory=dict, repr=False)
    """Whether the fronts do their work, for a load balancer."""
    routers: "tuple[APIRouter, ...]" = field(default=(), repr=False)
    """What the fronts answer on the web."""

    async def run(self) -> None:
        """Every loop in one TaskGroup, until `stop`."""
        async with asyncio.TaskGroup() as group:
            for loop in self.loops:
                group.create_task(_as_coroutine(loop))

    def stop(self) -> None:
        """Drain: what is in hand is finished, nothing new is taken."""
        for stop in self.stops:
            stop()

    async def drained(self) -> None:
        """Until every message is answered and every answer has left."""
        while await self.store.read(lambda work: work.inbox.waiting() + work.outbox.live()):
            await self.clock.sleep(0.02)


async def _as_coroutine(loop: Callable[[], Awaitable[None]]) -> None:
    await loop()


def _unheard(_: StorageFull) -> None:
    """Nobody is there to be told; the log is."""


def build(
    store: Store,
    clock: Clock,
    messengers: dict[str, Messenger],
    memory: Memory,
    embedder: Embedder,
    *,
    models: Models | None = None,
    public_url: str = "",
    limits: Limits = NO_LIMITS,
    admit: Admit = LET_IN,
    invite_url: Callable[[], str] = lambda: "",
    full: Callable[[StorageFull], None] = _unheard,
    files: Mapping[str, Files] = MappingProxyType({}),
    places: Places | None = None,
    ears: Ears | None = None,
) -> Pixie:
    """Wire the parts. Nothing starts here.

    `files` fetches what people attach, by platform; `ears` listen to voice messages.

    `full` hears when there is no room for what was accepted already. A message that finds none is
    refused where it comes in.
    """
    watched = WatchedStore(store, full)
    attached = PlatformFiles(files)
    reach = Reach(
        store=watched,
        recall=HybridRecall(watched, memory, embedder),
        files=attached,
        calendars=CalendarFiles(),
        places=places,
    )
    engine = Engine(
        reach,
        builtin=BuiltinLLM(),
        models=models,
        tools=core.tools.load(),
        messengers=messengers,
        public_url=public_url,
        limits=limits,
        hearing=Hearing(ears, attached) if ears is not None else None,
        invite_url=invite_url,
    )
    delivery = DeliveryWorker(watched, clock, messengers)
    indexer = Indexer(watched, memory, embedder, clock)

    def replied() -> None:
        delivery.wake()
        indexer.wake()

    workers = Workers(watched, engine, clock, replied=replied)
    due = DueReminders(watched, clock, queued=delivery.wake)
    summaries = DailySummaries(watched, clock, queued=delivery.wake)
    ticker = Ticker(
        [
            Tick(name="due reminders", every=TICK, wake=due.wake),
            Tick(name="daily summaries", every=TICK, wake=summaries.wake),
        ]
    )
    housekeeping = Housekeeping(watched, clock)
    parts = (workers, delivery, due, summaries, indexer, housekeeping, ticker)
    return Pixie(
        store=store,
        clock=clock,
        intake=Intake(store, admit=admit, wake=workers.wake),
        workers=workers,
        delivery=delivery,
        due=due,
        summaries=summaries,
        indexer=indexer,
        models=models is not None,
        loops=tuple(part.run for part in parts),
        stops=tuple(part.stop for part in parts),
    )


@contextlib.asynccontextmanager
async def opened(
    settings: AllSettings,
    screen: terminal.PromptScreen | terminal.PlainScreen | None,
    *,
    platforms: bool = False,
) -> AsyncIterator[Pixie]:
    """Pixie on this machine's data, closed cleanly at the end; with every platform that is set."""
    folder = settings.pixie.data
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(own(folder))
        embedder = MiniLM(settings.embeddings)
        stack.push_async_callback(embedder.close)
        clock = SystemClock()
        store = await open_store(settings.pixie.url(), clock)
        stack.push_async_callback(store.close)
        memory = await open_memory(settings.qdrant, folder / "vectors")
        stack.push_async_callback(memory.close)
        chain = model_settings.build(settings.models, settings.vendors, store, clock)
        if chain is not None:
            stack.push_async_callback(chain.close)
            opening = asyncio.ensure_future(chain.open())
            stack.push_async_callback(_ended, opening)
        writer = model_settings.transcriber(settings.vendors)
        ears = None
        if writer is not None:
            stack.push_async_callback(writer.close)
            paying = model_settings.accounts(settings.models, store, clock)
            ears = Ears(transcriber=writer, accounts=paying)
        loading = asyncio.get_running_loop().call_later(LOAD_AFTER, embedder.start)
        stack.callback(loading.cancel)
        messengers: dict[str, Messenger] = {}
        full: Callable[[StorageFull], None] = _unheard
        if screen is not None:
            messengers[PLATFORM] = TerminalMessenger(screen)
            full = screen.stuck
        bot: PixieBot | None = None
        files: dict[str, Files] = {}
        if platforms and settings.telegram.telegram_token is not None:
            bot = await telegram_voice(settings.telegram, store, clock, messengers, files, stack)
        slack: SlackVoice | None = None
        if platforms and settings.slack.on:
            settings.slack.check(settings.web.public_url)
            slack = await slack_voice(settings, store, clock, messengers, files, stack)
        pixie = build(
            store,
            clock,
            messengers,
            memory,
            embedder,
            models=chain,
            public_url=settings.web.reached_at(),
            limits=settings.models.limits(),
            admit=let_in(settings.slack),
            invite_url=(lambda: "") if bot is None else bot.invite_url,
            full=full,
            files=files,
            ears=ears,
            places=OfflinePlaces(),
        )
        if bot is not None:
            doorstep = Doorstep(store, clock, messengers)
            tell = log.warning if screen is None else screen.tell
            pixie = with_telegram(pixie, bot, settings, doorstep, tell)
        if slack is not None:
            doorstep = Doorstep(store, clock, messengers)
            pixie = with_slack(pixie, slack, settings, doorstep.turn_away)
        yield pixie


async def telegram_voice(
    settings: TelegramSettings,
    store: Store,
    clock: Clock,
    messengers: dict[str, Messenger],
    files: dict[str, Files],
    stack: contextlib.AsyncExitStack,
) -> "PixieBot":
    """The bot, among the messengers its voice, and what fetches its files. The library is imported
    only here."""
    from adapters.telegram.bot import open_bot
    from adapters.telegram.files import TelegramFiles
    from adapters.telegram.messenger import TelegramMessenger

    async def moved(old: Address, new: Address) -> None:
        await store.run(lambda work: work.addresses.move(old, new))

    bot = await stack.enter_async_context(open_bot(settings))
    voice = TelegramMessenger(bot, clock, migrated=moved)
    stack.push_async_callback(voice.close)
    messengers[voice.platform] = voice
    files[voice.platform] = TelegramFiles(bot)
    return bot


def with_telegram(
    pixie: Pixie,
    bot: "PixieBot",
    settings: AllSettings,
    doorstep: Doorstep,
    tell: Callable[[str], None],
) -> Pixie:
    """Pixie with an ear on Telegram: a webhook where it is reached from outside, else polling.

    `tell` shows the operator the owner link, as soon as Telegram has told the bot's name.
    """
    from bots.telegram.commands import Introduction
    from bots.telegram.front import Front
    from bots.telegram.poller import Poller
    from bots.telegram.webhook import Webhook

    front = Front(
        bot,
        pixie.store,
        pixie.intake,
        pixie.clock,
        turn_away=doorstep.turn_away,
        met=partial(show_owner_link, pixie.store, bot, tell),
    )
    way: Poller | Webhook
    routers = pixie.routers
    if settings.web.public_url:
        way = Webhook(bot, front, pixie.clock, public_url=settings.web.reached_at())
        routers += (way.router,)
    else:
        holder = f"{socket.gethostname()}:{settings.pixie.data.absolute()}"
        way = Poller(bot, front, pixie.store, pixie.clock, holder=holder)
    introduction = Introduction(bot, pixie.clock)
    return replace(
        pixie,
        loops=(*pixie.loops, way.run, introduction.run),
        # First, so that nothing more comes in while the rest ends.
        stops=(way.stop, introduction.stop, *pixie.stops),
        checks={**pixie.checks, "telegram": way.works},
        routers=routers,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class SlackVoice:
    """What speaks on Slack, and the session that all of it goes through."""

    client: "SlackClient"
    messenger: "SlackMessenger"
    session: "aiohttp.ClientSession"
    tokens: "SlackTokens | None"
    """Where workspaces install the app by themselves."""


def let_in(slack: SlackSettings) -> Admit:
    """As `LET_IN`, and who of a workspace is welcome, which needs no invitation."""
    return either(slack_members(slack), LET_IN)


def slack_members(settings: SlackSettings) -> Admit:
    """Who of a workspace is welcome."""
    return members(SLACK, own=not settings.many, guests=settings.slack_guests)


async def slack_voice(
    settings: AllSettings,
    store: Store,
    clock: Clock,
    messengers: dict[str, Messenger],
    files: dict[str, Files],
    stack: contextlib.AsyncExitStack,
) -> SlackVoice:
    """The voice, among the messengers, and what fetches files. The library is imported only
    here."""
    from adapters.slack.client import SlackClient, open_session
    from adapters.slack.files import SlackFiles
    from adapters.slack.messenger import SlackMessenger

    own = settings.slack

    async def only_token(_team: str) -> str | None:
        one = own.slack_bot_token
        return None if one is None else one.get_secret_value()

    tokens = None
    if own.many:
        from adapters.slack.tokens import SlackTokens

        tokens = SlackTokens(store, clock, own.keys())
        await tokens.rotate()
    session = await stack.enter_async_context(open_session())
    client = SlackClient(session, tokens.token if tokens else only_token, own.slack_base_url)
    voice = SlackMessenger(client, clock)
    stack.push_async_callback(voice.close)
    messengers[voice.platform] = voice
    files[voice.platform] = SlackFiles(client)
    return SlackVoice(client=client, messenger=voice, session=session, tokens=tokens)


def with_slack(
    pixie: Pixie, voice: SlackVoice, settings: AllSettings, turn_away: TurnAway
) -> Pixie:
    """Pixie with ears on Slack: a socket where there is an app token, and requests where there is
    a signing secret and she is reached from outside."""
    from adapters.slack.client import web_client
    from bots.slack.app import build as build_app
    from bots.slack.catch_up import CatchUp
    from bots.slack.following import Following
    from bots.slack.front import Front
    from bots.slack.home import HomeTab
    from bots.slack.http import Requests
    from bots.slack.members import Members
    from bots.slack.modals import Modals
    from bots.slack.sockets import Sockets

    own, clock = settings.slack, pixie.clock
    home = HomeTab(voice.client, pixie.store, clock)
    known = Members(voice.client, voice.messenger, clock)
    uninstalled = voice.tokens.uninstall if voice.tokens else partial(uninstall, pixie.store, SLACK)
    front = Front(
        voice.messenger,
        known,
        home,
        Modals(voice.client, known, pixie.store, clock),
        Following(known, pixie.store),
        pixie.store,
        pixie.intake,
        clock,
        turn_away=turn_away,
        uninstalled=uninstalled,
        guests=own.slack_guests,
    )
    app = build_app(own, front, voice.session)
    catch_up = CatchUp(voice.client, known, front, pixie.store, clock)
    loops: list[Callable[[], Awaitable[None]]] = [home.run, catch_up.run, front.run]
    stops: list[Callable[[], None]] = [home.stop, catch_up.stop, front.stop]
    checks = dict(pixie.checks)
    routers = pixie.routers
    if own.slack_app_token is not None:
        token = own.slack_app_token.get_secret_value()
        web = web_client(voice.session, None, own.slack_base_url)
        sockets = Sockets(app, token, web, clock, connected=catch_up.wake)
        loops.append(sockets.run)
        stops.insert(0, sockets.stop)
        checks["slack"] = sockets.works
    if own.slack_signing_secret is not None and settings.web.public_url:
        secret = own.slack_signing_secret.get_secret_value()
        routers += (Requests(app, secret).router,)
    if voice.tokens is not None:
        from adapters.slack.oauth import SlackOAuth
        from adapters.slack.states import States
        from bots.slack.install import LASTS, REDIRECT, Installing

        at = settings.web.reached_at()
        oauth = SlackOAuth(voice.session, own, at.rstrip("/") + REDIRECT)
        states = States(own.keys(), clock, LASTS)
        installing = Installing(oauth, voice.tokens, states, pixie.store, clock, public_url=at)
        routers += (installing.router,)
    return replace(
        pixie,
        loops=(*pixie.loops, *loops),
        stops=(*stops, *pixie.stops),
        checks=checks,
        routers=routers,
    )


async def show_owner_link(store: Store, bot: "PixieBot", tell: Callable[[str], None]) -> None:
    """Show the operator the link that makes them Pixie's owner, while nobody knows her there.

    Every process and every start shows one of its own, and each works until one of them is used:
    none of what an operator may see in any log has been taken back by another process.
    """
    code = await store.run(lambda work: owner_invite(work, TELEGRAM))
    if code is None:
        return
    url = bot.invite_url()
    tell(OWNER_LINK.format(link=url.replace("{code}", code)) if url else OWNER_CODE.format(code))


async def _ended(task: asyncio.Task[None]) -> None:
    """A task that is of no use any more, ended."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@contextlib.contextmanager
def own(folder: Path) -> Iterator[None]:
    """Hold the data folder for this process alone."""
    make_folder(folder)
    lock = FileLock(folder / "pixie.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise ConfigError(
            "PIXIE_DATA",
            f"another Pixie is running on {folder}. Stop that one, or set PIXIE_DATA to another "
            "folder for this one.",
        ) from None
    try:
        yield
    finally:
        lock.release()


def make_folder(folder: Path) -> None:
    """The data folder, private to this user. Raises `ConfigError` when it cannot be written."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.write_bytes(b"x" * 4096)
        probe.unlink()
    except OSError as error:
        raise ConfigError(
            "PIXIE_DATA",
            f"{folder} cannot be written ({error.strerror or type(error).__name__}). Free some "
            "space or make it writable for this user, or set PIXIE_DATA to another folder.",
        ) from error


# --- commands ---


async def serve(settings: AllSettings, *, with_web: bool) -> None:
    """The terminal, if there is one, and everything else, until a signal or the input's end."""
    kind = terminal.kind(sys.stdin)
    first = not (settings.pixie.data / "history").exists()
    screen: terminal.PromptScreen | terminal.PlainScreen | None = None
    if kind == "prompt":
        make_folder(settings.pixie.data)
        screen = terminal.PromptScreen(settings.pixie.data / "history", sys.stdin)
    elif kind == "pipe":
        screen = terminal.PlainScreen(sys.stdout)
    async with opened(settings, screen, platforms=with_web) as pixie:
        server = None
        if with_web and kind != "pipe":
            from bots.web import app

            listening = listen(settings.web)
            web = app.build(pixie.store, pixie.clock, pixie.checks, pixie.routers)
            server = app.serve(web, settings.web, listening)
        welcome = terminal.WELCOME
        if first and not pixie.models:
            welcome = f"{welcome}\n{terminal.NO_MODEL}"
        front = converse(pixie, screen, terminal.lines(sys.stdin), welcome)
        await run_until_done(pixie, front, server)


async def say(settings: AllSettings, text: str) -> None:
    """One message through the whole of Pixie, and its answer on standard output."""
    screen = terminal.PlainScreen(sys.stdout)
    async with opened(settings, screen) as pixie:
        await run_until_done(pixie, converse(pixie, screen, terminal.once(text)))


async def converse(
    pixie: Pixie,
    screen: terminal.PromptScreen | terminal.PlainScreen | None,
    lines: AsyncIterator[str],
    welcome: str = terminal.WELCOME,
) -> None:
    """The terminal's part: returns when the person leaves or the input ends."""
    front = terminal.Terminal(pixie.intake, pixie.clock, zone=terminal.local_zone())
    match screen:
        case terminal.PromptScreen():
            await front.converse(screen, welcome)
        case terminal.PlainScreen():
            await front.read(screen, lines, pixie.drained)
        case None:
            log.info("no terminal: Pixie runs until it is stopped")
            await asyncio.Event().wait()


async def run_until_done(
    pixie: Pixie, front: Awaitable[None], server: Awaitable[None] | None = None
) -> None:
    """Run everything until the front ends, a signal comes, or a part fails; then drain."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    running = asyncio.ensure_future(pixie.run())
    waits = {running, asyncio.ensure_future(front), asyncio.ensure_future(stopped.wait())}
    if server is not None:
        waits.add(asyncio.ensure_future(server))
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    pixie.stop()
    for task in waits - {running}:
        task.cancel()
    await asyncio.wait({running}, timeout=STOP_WITHIN)
    running.cancel()
    results = await asyncio.gather(*waits, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result


async def reindex(settings: AllSettings) -> None:
    """Rebuild the index of meaning, with a progress bar."""
    from rich.progress import Progress

    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(own(settings.pixie.data))
        embedder = MiniLM(settings.embeddings)
        stack.push_async_callback(embedder.close)
        store = await open_store(settings.pixie.url(), SystemClock())
        stack.push_async_callback(store.close)
        memory = await open_memory(settings.qdrant, settings.pixie.data / "vectors")
        stack.push_async_callback(memory.close)
        embedder.start()
        print("Loading the model …")
        if not await asyncio.to_thread(embedder.wait, 120):
            raise ConfigError("PIXIE_EMBEDDINGS", f"the model is not ready: {embedder.status()[1]}")
        with Progress() as progress:
            task = progress.add_task("Rebuilding", total=None)
            await rebuild(
                store,
                memory,
                embedder,
                SystemClock(),
                progress=lambda done, total: progress.update(task, completed=done, total=total),
            )


def log_to(settings: AllSettings, *, stderr: bool) -> None:
    """A file in the data folder, or standard error where nobody sits at the terminal."""
    handler: logging.Handler
    if stderr:
        handler = logging.StreamHandler()
    else:
        make_folder(settings.pixie.data)
        handler = logging.handlers.RotatingFileHandler(
            settings.pixie.data / "pixie.log", maxBytes=5_000_000, backupCount=2, encoding="utf-8"
        )
    logging.basicConfig(
        level=settings.pixie.log_level,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        handlers=[handler],
    )
    # A log that cannot be written has no place to say so.
    logging.raiseExceptions = False
    for noisy in NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    found = argparse.ArgumentParser(prog="main.py", description="Pixie, a self-hosted secretary")
    commands = found.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="the terminal and every platform that is set")
    commands.add_parser("chat", help="the terminal alone")
    say_ = commands.add_parser("say", help="one message and its answer")
    say_.add_argument("text", nargs="+")
    commands.add_parser("doctor", help="what is there, what is missing, how to mend it")
    commands.add_parser("reindex", help="rebuild the index of meaning from the rows")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 when it went well."""
    # Whoever ends it with SIGTERM before it runs is heard as one who does with Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    chosen = parser().parse_args(arguments)
    try:
        settings = read_settings()
        headless = chosen.command == "run" and terminal.kind(sys.stdin) == "none"
        if chosen.command != "doctor":
            log_to(settings, stderr=headless)
        match chosen.command:
            case "run":
                asyncio.run(serve(settings, with_web=True))
            case "chat":
                asyncio.run(serve(settings, with_web=False))
            case "say":
                asyncio.run(say(settings, " ".join(chosen.text)))
            case "reindex":
                asyncio.run(reindex(settings))
            case "doctor":
                from doctor import examine

                return asyncio.run(examine(settings))
    except KeyboardInterrupt:
        return 0
    except BrokenPipeError:
        # Nobody reads any more, and Python would complain when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except PixieError as error:
        print(f"Pixie cannot go on. {error}", file=sys.stderr)
        return 1
    except OSError as error:
        log.error("an unexpected failure", exc_info=True)
        print(f"Pixie cannot go on. {error.filename}: {error.strerror}.", file=sys.stderr)
        return 1
    except BaseExceptionGroup as group:
        found = group.subgroup(PixieError)
        if found is None:
            raise
        print(f"Pixie cannot go on. {_first(found)}", file=sys.stderr)
        return 1
    return 0


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


if __name__ == "__main__":
    code = main()
    logging.shutdown()
    sys.stdout.flush()
    # Everything is closed; to take PyTorch apart piece by piece would need seconds more.
    os._exit(code)
