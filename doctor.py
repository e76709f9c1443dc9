"""Every part of this machine's Pixie: whether it works, and if not, how to mend it.

Nothing is changed by looking: a database is opened for reading only, a folder is not made.
"""

import asyncio
import http.client
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout
from rich.console import Console
from rich.table import Table
from rich.text import Text

from adapters import embeddings
from adapters.qdrant import QdrantSettings, connect
from adapters.slack.settings import APP_TOKEN_SETTING, BOT_TOKEN_SETTING, SlackSettings
from adapters.telegram.settings import TelegramSettings
from adapters.terminal import harmless
from bots import terminal
from bots.web.settings import WebSettings, listen
from core.errors import ConfigError, EdgeError, PixieError, Unauthorized
from core.ports import Model
from core.prices import Prices
from db.look import Look, look
from model_settings import ModelSettings, VendorSettings, made, transcriber
from settings import AllSettings

LEAST_FREE = 20_000_000
"""Bytes on the data folder's disk."""
BUILT_AT = datetime(2026, 1, 1, tzinfo=UTC)
"""A clock that shows an earlier time has stopped or was never set."""
MOST_AHEAD = timedelta(minutes=1)
"""That the database's clock and this machine's may be apart."""
FETCHED = "`make run` fetches it in the background; until then Pixie finds by words alone"
COLOURS = {"ok": "green", "off": "dim", "broken": "bold red"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What was found about one part."""

    part: str
    state: Literal["ok", "off", "broken"]
    note: str
    """What is there, or how to mend it."""


async def examine(settings: AllSettings) -> int:
    """Print every part as ok, off or broken. Returns 1 when something is broken, else 0."""
    folder = settings.pixie.data
    running = is_running(folder)
    found = [data_folder(folder, running=running)]
    found += await database(settings.pixie.url())
    found += [
        await index(settings.qdrant),
        await asyncio.to_thread(meaning, settings.embeddings),
        Finding(part="terminal", state="ok", note="`make run` talks there"),
        await slack(settings.slack, settings.web),
        await telegram(settings.telegram, settings.web),
        *await models(settings.models, settings.vendors),
        voice(settings.vendors),
        public_url(settings.web),
        await asyncio.to_thread(web_port, settings.web, running=running),
        clock(datetime.now(UTC), terminal.local_zone()),
    ]
    show(found, Console(soft_wrap=True))
    return int(any(finding.state == "broken" for finding in found))


def show(findings: list[Finding], console: Console) -> None:
    """A table for people; plain lines where a program or a file reads them."""
    if not console.is_terminal:
        for each in findings:
            console.out(f"{each.state:7} {each.part}: {harmless(each.note)}", highlight=False)
        return
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for each in findings:
        state = Text(each.state, style=COLOURS[each.state])
        table.add_row(
            state, Text(each.part, style="bold"), Text(harmless(each.note), overflow="fold")
        )
    console.print(table)


# --- what is kept ---


def is_running(folder: Path) -> bool:
    """A Pixie holds this data folder now."""
    path = folder / "pixie.lock"
    if not path.exists():
        return False
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        return False
    lock.release()
    return False


def data_folder(folder: Path, *, running: bool) -> Finding:
    """Whether it can be written, and how much room there is."""
    part = "data folder"
    nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(nearest).free
    mend = ", or set PIXIE_DATA to another folder"
    if not nearest.is_dir():
        return Finding(part=part, state="broken", note=f"{nearest} is no folder: move it{mend}")
    if not os.access(nearest, os.W_OK | os.X_OK):
        note = f"{nearest} cannot be written: make it writable for this user{mend}"
        return Finding(part=part, state="broken", note=note)
    if free < LEAST_FREE:
        note = f"{folder} has {free / 1e6:.1f} MB left: free some room{mend}"
        return Finding(part=part, state="broken", note=note)
    told = "in use by a running Pixie" if running else "free to use"
    if nearest != folder:
        told = "made at the first start"
    return Finding(part=part, state="ok", note=f"{folder}, {told}, {free / 1e9:.1f} GB left")


async def database(url: str) -> list[Finding]:
    """Whether it opens, the version of its tables, and its clock if it has one of its own."""
    try:
        seen = await look(url)
    except PixieError as error:
        note = "cannot be told before the database opens"
        return [
            Finding(part="database", state="broken", note=str(error)),
            Finding(part="migrations", state="off", note=note),
        ]
    note = f"{seen.kind}, {seen.where}"
    if not seen.exists:
        note += ", made at the first start"
    found = [Finding(part="database", state="ok", note=note), migrations(seen)]
    if abs(seen.ahead) > MOST_AHEAD:
        seconds = abs(seen.ahead.total_seconds())
        note = (
            f"{seconds:.0f} s {'ahead of' if seen.ahead > timedelta() else 'behind'} this "
            "machine's: set both by NTP"
        )
        found.append(Finding(part="database clock", state="broken", note=note))
    return found


def migrations(seen: Look) -> Finding:
    """Whether the tables are those that this code wants."""
    part = "migrations"
    if seen.version is None:
        return Finding(part=part, state="ok", note="the first start makes the tables")
    if seen.version == seen.newest:
        return Finding(part=part, state="ok", note=f"up to date ({seen.version})")
    if seen.version < seen.newest:
        note = f"the next start upgrades {seen.version} to {seen.newest}; make a backup before"
        return Finding(part=part, state="ok", note=note)
    note = f"the database ({seen.version}) is newer than this Pixie ({seen.newest}): update Pixie"
    return Finding(part=part, state="broken", note=note)


async def index(settings: QdrantSettings) -> Finding:
    """The index of meaning: a server that answers, or a folder."""
    part = "index of meaning"
    if find_spec("qdrant_client") is None:
        return Finding(part=part, state="off", note=f"qdrant-client is not installed; {FETCHED}")
    if settings.qdrant_url is None:
        return Finding(part=part, state="ok", note="Qdrant embedded in the data folder")
    try:
        memory = await connect(settings.qdrant_url, settings.qdrant_api_key)
    except ConfigError as error:
        return Finding(part=part, state="broken", note=str(error))
    try:
        state, note = await memory.status()
    finally:
        await memory.close()
    return Finding(part=part, state="ok" if state == "ready" else "broken", note=note)


def meaning(settings: embeddings.EmbeddingSettings) -> Finding:
    """The embedding model."""
    part = "embedding model"
    state, note = embeddings.look(settings)
    match state:
        case "ready":
            return Finding(part=part, state="ok", note=f"in {note}, weights as they should be")
        case "off":
            return Finding(part=part, state="off", note=f"{note}: PIXIE_EMBEDDINGS=off")
        case "waiting":
            return Finding(part=part, state="off", note=f"{note}; {FETCHED}")
        case _:
            return Finding(part=part, state="broken", note=note)


# --- who is spoken with ---


async def slack(settings: SlackSettings, web: WebSettings) -> Finding:
    """The app on Slack, asked where it is installed and whether it may open a socket."""
    part = "Slack"
    try:
        settings.check(web.public_url)
    except ConfigError as error:
        return Finding(part=part, state="broken", note=str(error))
    if settings.many:
        note = f"workspaces install her at {web.reached_at()}/slack/install"
        return Finding(part=part, state="ok", note=note)
    token = settings.slack_bot_token
    if token is None:
        note = (
            "no app: make one from deploy/slack-manifest.yaml and set PIXIE_SLACK_BOT_TOKEN and "
            "PIXIE_SLACK_APP_TOKEN; docs/howto/slack.md has every step"
        )
        return Finding(part=part, state="off", note=note)
    from adapters.slack.client import edge_errors, open_session, web_client

    asking = BOT_TOKEN_SETTING
    try:
        async with open_session() as session:
            with edge_errors():
                web_api = web_client(session, token.get_secret_value(), settings.slack_base_url)
                me = await web_api.auth_test()
            ways = []
            if settings.slack_app_token is not None:
                asking = APP_TOKEN_SETTING
                opener = web_client(session, None, settings.slack_base_url)
                with edge_errors():
                    await opener.apps_connections_open(
                        app_token=settings.slack_app_token.get_secret_value()
                    )
                ways.append("Socket Mode")
    except Unauthorized as error:
        note = f"{error}: copy the token from the app's page again into {asking}"
        if "missing_scope" in str(error):
            note = (
                f"{asking} lacks connections:write: generate another under “Basic Information → "
                "App-Level Tokens” with this scope"
            )
        return Finding(part=part, state="broken", note=note)
    except EdgeError as error:
        note = f"{settings.slack_base_url} does not answer ({error}): check the network"
        return Finding(part=part, state="broken", note=note)
    if missing := _missing(me.headers):
        note = (
            f"the app lacks {missing}: paste deploy/slack-manifest.yaml again under “App Manifest” "
            "on its page, then press “Reinstall to Workspace” under “Install App”"
        )
        return Finding(part=part, state="broken", note=note)
    if settings.slack_signing_secret is not None and web.public_url:
        ways.append(f"requests to {web.reached_at()}/slack/events")
    told = f"{me.get('user', 'the app')} in {me.get('team', 'its workspace')}"
    return Finding(part=part, state="ok", note=f"{told}, by {' and '.join(ways)}")


def _missing(headers: Mapping[str, str]) -> str:
    """Scopes that the app needs and does not have; "" where Slack does not tell."""
    from adapters.slack.oauth import SCOPES

    told = next((headers[name] for name in headers if name.lower() == "x-oauth-scopes"), "")
    has = {each.strip() for each in told.split(",")}
    return ", ".join(scope for scope in SCOPES if scope not in has) if told else ""


async def telegram(settings: TelegramSettings, web: WebSettings) -> Finding:
    """The bot on Telegram, asked for its name."""
    part = "Telegram"
    if settings.telegram_token is None:
        note = "no bot: make one with @BotFather and set its token as PIXIE_TELEGRAM_TOKEN"
        return Finding(part=part, state="off", note=note)
    from adapters.telegram.bot import edge_errors, open_bot

    try:
        async with open_bot(settings) as bot:
            with edge_errors():
                user = await bot.get_me()
    except Unauthorized as error:
        note = f"{error}: copy the bot's token from @BotFather again into {error.setting}"
        return Finding(part=part, state="broken", note=note)
    except EdgeError as error:
        note = f"{settings.telegram_base_url} does not answer ({error}): check the network"
        return Finding(part=part, state="broken", note=note)
    told = f"t.me/{user.username}"
    if not web.public_url:
        return Finding(part=part, state="ok", note=f"{told}, asked for news by long polling")
    if not web.public_url.startswith("https://"):
        note = f"{told} takes a webhook over https alone: let PIXIE_PUBLIC_URL begin with https://"
        return Finding(part=part, state="broken", note=note)
    return Finding(part=part, state="ok", note=f"{told}, webhook at {web.reached_at()}")


async def models(settings: ModelSettings, vendors: VendorSettings) -> list[Finding]:
    """Every language model that is set, asked whether key, address and name are right."""
    part = "models"
    try:
        tiers = made(settings, vendors)
        Prices.load(settings.prices)
    except ConfigError as error:
        return [Finding(part=part, state="broken", note=str(error))]
    known = {model.name: model for some in tiers.values() for model in some}
    if not known:
        note = (
            "none is set: everyday English is understood without one; docs/howto/models.md tells "
            "how to add one"
        )
        return [Finding(part=part, state="off", note=note)]
    found = []
    for name, model in known.items():
        uses = ", ".join(str(tier) for tier, some in tiers.items() if model in some)
        found.append(await _model(f"{name} ({uses})", model))
    return found


def voice(vendors: VendorSettings) -> Finding:
    """What writes voice messages down. It is not asked: each answer costs."""
    part = "voice messages"
    try:
        ears = transcriber(vendors)
    except ConfigError as error:
        return Finding(part=part, state="broken", note=str(error))
    if ears is None:
        return Finding(part=part, state="off", note="PIXIE_TRANSCRIPTION_MODEL is not set")
    return Finding(part=part, state="ok", note=f"{ears.name} writes them down")


async def _model(shown: str, model: Model) -> Finding:
    part = "models"
    try:
        await model.check()
    except Unauthorized as error:
        return Finding(part=part, state="broken", note=f"{shown}: {error}; check {error.setting}")
    except EdgeError as error:
        return Finding(part=part, state="broken", note=f"{shown}: {error}")
    finally:
        await model.close()
    return Finding(part=part, state="ok", note=shown)


# --- where it is reached ---


def public_url(settings: WebSettings) -> Finding:
    """Whether calendar links work on other machines."""
    part = "public URL"
    if settings.public_url:
        return Finding(part=part, state="ok", note=f"calendar links begin {settings.reached_at()}")
    note = (
        f"calendar links begin {settings.reached_at()} and work on this machine only; set "
        "PIXIE_PUBLIC_URL to where Pixie is reached from outside"
    )
    return Finding(part=part, state="off", note=note)


def web_port(settings: WebSettings, *, running: bool) -> Finding:
    """Whether the web front can listen, or does already."""
    part = "web port"
    where = f"{settings.web_host}:{settings.web_port}"
    try:
        listen(settings).close()
    except ConfigError as error:
        if running and _is_pixie(settings):
            return Finding(part=part, state="ok", note=f"{where}, a running Pixie answers there")
        return Finding(part=part, state="broken", note=str(error))
    return Finding(part=part, state="ok", note=f"{where} is free")


def _is_pixie(settings: WebSettings) -> bool:
    host = "127.0.0.1" if settings.web_host == "0.0.0.0" else settings.web_host  # noqa: S104
    connection = http.client.HTTPConnection(host, settings.web_port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().read(10) == b"ok\n"
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def clock(now: datetime, zone: str) -> Finding:
    """Whether this machine knows what time it is, and where."""
    part = "clock"
    if now < BUILT_AT:
        note = f"it shows {now:%d %b %Y}: set this machine's clock, best by NTP"
        return Finding(part=part, state="broken", note=note)
    told = f"zone {zone}" if zone else "this machine has no zone, so Pixie asks where you live"
    return Finding(part=part, state="ok", note=f"{now:%d %b %Y %H:%M} UTC, {told}")
