"""The doctor: each part as it is, the mend for what is broken, and nothing touched."""

import http.server
import io
import re
import socket
import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest
from filelock import FileLock
from pydantic import SecretStr
from rich.console import Console

import doctor
from adapters.anthropic_llm import AnthropicSettings
from adapters.embeddings import EmbeddingSettings
from adapters.openai_llm import OpenAISettings
from adapters.qdrant import QdrantSettings
from adapters.slack.oauth import SCOPES
from adapters.slack.settings import SlackSettings
from adapters.telegram.settings import TelegramSettings
from bots.web.settings import WebSettings
from db.look import Look, look
from db.migrate import head
from model_settings import ModelSettings, VendorSettings
from settings import AllSettings, Settings
from tests import program
from tests.fakes.slack import App, Refused, SlackServer
from tests.fakes.telegram import Fault, TelegramServer

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def settings(data: Path, url: str | None = None) -> AllSettings:
    return AllSettings(
        pixie=Settings(data=data, database_url=SecretStr(url) if url else None),
        web=WebSettings(web_port=0),
        embeddings=EmbeddingSettings(embeddings="off"),
        qdrant=QdrantSettings(),
        models=ModelSettings(),
        vendors=VendorSettings(anthropic=AnthropicSettings(), openai=OpenAISettings()),
    )


def told(out: str) -> dict[str, tuple[str, str]]:
    """State and note of each part, from plain lines."""
    found = re.findall(r"^(ok|off|broken) +([^:]+): (.+)$", out, re.MULTILINE)
    assert len(found) == out.count("\n")
    return {part: (state, note) for state, part, note in found}


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- the whole ---


async def test_before_the_first_start_nothing_is_broken_and_nothing_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await doctor.examine(settings(tmp_path / "data")) == 0
    parts = told(capsys.readouterr().out)
    assert {part: state for part, (state, _) in parts.items()} == {
        "data folder": "ok",
        "database": "ok",
        "migrations": "ok",
        "index of meaning": "ok",
        "embedding model": "off",
        "terminal": "ok",
        "Slack": "off",
        "Telegram": "off",
        "models": "off",
        "voice messages": "off",
        "public URL": "off",
        "web port": "ok",
        "clock": "ok",
    }
    assert "made at the first start" in parts["data folder"][1]
    assert not (tmp_path / "data").exists()


def test_beside_a_running_pixie(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = {"PIXIE_WEB_PORT": str(free.getsockname()[1])}
    with program.headless(tmp_path, environment=port) as pixie:
        pixie.hear("Started server process")
        done = program.run("doctor", data=tmp_path, environment=port)
    assert (done.returncode, done.stderr) == (0, "")
    parts = told(done.stdout)
    assert "in use by a running Pixie" in parts["data folder"][1]
    assert parts["migrations"] == ("ok", f"up to date ({head()})")
    assert parts["web port"][1].endswith("a running Pixie answers there")


async def test_after_pixie_has_ended_nothing_is_touched(
    sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(tmp_path)
    assert await doctor.examine(settings(tmp_path, sqlite_url)) == 0
    assert contents(tmp_path) == before
    assert told(capsys.readouterr().out)["migrations"] == ("ok", f"up to date ({head()})")


async def test_people_get_a_table(tmp_path: Path) -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=60, color_system=None)
    note = "a note that is longer than the line " * 3 + "\x1b[2J"
    doctor.show([doctor.Finding(part="clock", state="ok", note=note)], console)
    assert out.getvalue().count("a note") == 3
    assert "\x1b[2J" not in out.getvalue()
    assert "…" not in out.getvalue()


# --- the data folder ---


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        for data in (tmp_path, tmp_path / "new"):
            done = program.run("doctor", data=data, before=program.obey_modes)
            assert done.returncode == 1
            state, note = told(done.stdout)["data folder"]
            assert state == "broken"
            assert "make it writable for this user, or set PIXIE_DATA" in note
    finally:
        tmp_path.chmod(0o700)


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("mine")
    found = doctor.data_folder(tmp_path / "data", running=False)
    assert found.state == "broken"
    assert "is no folder" in found.note


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LEAST_FREE", 10**18)
    found = doctor.data_folder(tmp_path, running=False)
    assert found.state == "broken"
    assert "free some room" in found.note


def test_whether_pixie_runs(tmp_path: Path) -> None:
    assert not doctor.is_running(tmp_path)
    assert list(tmp_path.iterdir()) == []
    with FileLock(tmp_path / "pixie.lock"):
        assert doctor.is_running(tmp_path)
    assert not doctor.is_running(tmp_path)


# --- the database ---


@pytest.mark.parametrize("damage", ["garbage", "truncated", "overwritten"])
async def test_a_damaged_database_is_told_and_not_touched(
    sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], damage: str
) -> None:
    path = tmp_path / "pixie.db"
    whole = path.read_bytes()
    half = len(whole) // 8192 * 4096
    path.write_bytes(
        {
            "garbage": b"no database " * 1000,
            "truncated": whole[:half],
            "overwritten": whole[:half] + b"\xff" * (len(whole) - half),
        }[damage]
    )
    before = contents(tmp_path)
    assert await doctor.examine(settings(tmp_path, sqlite_url)) == 1
    assert contents(tmp_path) == before
    parts = told(capsys.readouterr().out)
    assert parts["database"][0] == "broken"
    assert "restore a backup" in parts["database"][1]
    assert parts["migrations"][0] == "off"


async def test_another_program_s_file_has_no_version(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "pixie.db") as connection:
        connection.execute("CREATE TABLE notes (text)")
    connection.close()
    seen = await look(f"sqlite:///{tmp_path}/pixie.db")
    assert (seen.exists, seen.version) == (True, None)


async def test_postgresql_and_its_clock(postgres_url: str) -> None:
    database, migrations = await doctor.database(postgres_url)
    assert database.state == migrations.state == "ok"
    assert re.fullmatch(r"PostgreSQL [\d.]+.*, 127\.0\.0\.1:\d+/pixie", database.note)
    assert abs((await look(postgres_url)).ahead) < timedelta(seconds=5)


async def test_a_database_clock_that_is_wrong(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "MOST_AHEAD", timedelta(0))
    clock = (await doctor.database(postgres_url))[2]
    assert (clock.part, clock.state) == ("database clock", "broken")
    assert "set both by NTP" in clock.note


@pytest.mark.parametrize(
    ("url", "mend"),
    [
        ("postgresql://me:geheim@127.0.0.1:1/x?password=geheim", "start it"),
        ("postgresql://me:geheim@db:abc/x", "must look like"),
        ("geheim", "must look like"),
    ],
)
async def test_a_database_that_does_not_answer(url: str, mend: str) -> None:
    database, migrations = await doctor.database(url)
    assert (database.state, migrations.state) == ("broken", "off")
    assert database.note.startswith("PIXIE_DATABASE_URL: ")
    assert mend in database.note
    assert "geheim" not in database.note


@pytest.mark.parametrize(
    ("version", "state", "note"),
    [
        (None, "ok", "the first start makes the tables"),
        ("0002", "ok", "up to date"),
        ("0001", "ok", "the next start upgrades 0001 to 0002"),
        ("0003", "broken", "update Pixie"),
    ],
)
def test_the_version_of_the_tables(version: str | None, state: str, note: str) -> None:
    seen = Look(kind="SQLite", where="", exists=True, version=version, newest="0002")
    found = doctor.migrations(seen)
    assert found.state == state
    assert note in found.note


# --- the index and the model ---


async def test_a_qdrant_server_that_does_not_answer() -> None:
    found = await doctor.index(QdrantSettings(qdrant_url="http://me:geheim@127.0.0.1:1"))
    assert found.state == "broken"
    assert "PIXIE_QDRANT_URL" in found.note
    assert "geheim" not in found.note
    assert (await doctor.index(QdrantSettings(qdrant_url="nonsense"))).state == "broken"


async def test_packages_that_are_still_to_come(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(name: str) -> ModuleSpec | None:
        return None

    monkeypatch.setattr(doctor, "find_spec", nothing)
    found = await doctor.index(QdrantSettings())
    assert found.state == "off"
    assert "`make run` fetches it in the background" in found.note


def test_the_embedding_model(tmp_path: Path) -> None:
    assert doctor.meaning(EmbeddingSettings(embeddings="auto")).state == "ok"
    off = doctor.meaning(EmbeddingSettings(embeddings="off"))
    assert (off.state, off.note) == ("off", "words alone: PIXIE_EMBEDDINGS=off")
    for chosen in ("banana", str(tmp_path)):
        missing = doctor.meaning(EmbeddingSettings(embeddings=chosen))
        assert missing.state == "broken"
        assert f"PIXIE_EMBEDDINGS: there is no model.safetensors in {chosen}" in missing.note


def test_weights_that_are_not_the_right_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.embeddings.WEIGHTS_SHA256", "0" * 64)
    found = doctor.meaning(EmbeddingSettings(embeddings="auto"))
    assert found.state == "broken"
    assert "reinstall them" in found.note


def test_a_model_whose_packages_are_still_to_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.embeddings.LIBRARY", "no-such-package-of-pixie")
    found = doctor.meaning(EmbeddingSettings(embeddings="auto"))
    assert found.state == "off"
    assert "`make run` fetches it in the background" in found.note


# --- the rest ---


@pytest.mark.parametrize(
    ("method", "error", "state", "note"),
    [
        ("", "", "ok", "pixie in Acme, by Socket Mode"),
        ("auth.test", "invalid_auth", "broken", "again into PIXIE_SLACK_BOT_TOKEN"),
        ("apps.connections.open", "invalid_auth", "broken", "again into PIXIE_SLACK_APP_TOKEN"),
        ("auth.test", "internal_error", "broken", "check the network"),
    ],
)
async def test_slack_is_asked_where_the_app_is(
    method: str, error: str, state: str, note: str
) -> None:
    async with SlackServer() as slack:
        if method:
            slack.script(method, Refused(error))
        own = SlackSettings(
            slack_bot_token=SecretStr(slack.token),
            slack_app_token=SecretStr(slack.app.app_token),
            slack_base_url=slack.base_url,
        )
        found = await doctor.slack(own, WebSettings())
        assert found.state == state
        assert note in found.note
        assert slack.token not in found.note
        assert slack.refused == []


@pytest.mark.parametrize(
    ("lacks", "note"),
    [
        ("", "pixie in Acme"),
        ("im:read", "lacks im:read: paste deploy/slack-manifest.yaml again under “App Manifest”"),
    ],
)
async def test_slack_is_asked_what_the_app_may_do(lacks: str, note: str) -> None:
    scopes = tuple(each for each in SCOPES if each != lacks)
    async with SlackServer(app=App(scopes=scopes)) as server:
        own = SlackSettings(
            slack_bot_token=SecretStr(server.token),
            slack_app_token=SecretStr(server.app.app_token),
            slack_base_url=server.base_url,
        )
        found = await doctor.slack(own, WebSettings())
        assert found.state == ("broken" if lacks else "ok"), found
        assert note in found.note
        if lacks:
            return
        server.script("apps.connections.open", Refused("missing_scope"))
        found = await doctor.slack(own, WebSettings())
        assert found.state == "broken"
        assert "PIXIE_SLACK_APP_TOKEN lacks connections:write" in found.note


async def test_where_workspaces_install_slack_the_address_is_told() -> None:
    own = SlackSettings(
        slack_client_id=SecretStr("1234.5678"),
        slack_client_secret=SecretStr("0123456789abcdef"),
        slack_signing_secret=SecretStr("0123456789abcdef"),
        slack_encryption_keys=SecretStr("QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="),
    )
    found = await doctor.slack(own, WebSettings(public_url="https://pixie.example.org"))
    assert found.state == "ok"
    assert "https://pixie.example.org/slack/install" in found.note


async def test_without_tokens_slack_is_off_and_with_half_of_them_broken() -> None:
    assert (await doctor.slack(SlackSettings(), WebSettings())).state == "off"
    half = await doctor.slack(
        SlackSettings(slack_bot_token=SecretStr("xoxb-1-2-abc")), WebSettings()
    )
    assert half.state == "broken"
    assert "PIXIE_SLACK_APP_TOKEN" in half.note


@pytest.mark.parametrize(
    ("step", "public_url", "state", "note"),
    [
        (None, "", "ok", "t.me/pixie_bot, asked for news by long polling"),
        (None, "https://pixie.example.org", "ok", "webhook at https://pixie.example.org"),
        (None, "http://pixie.example.org", "broken", "begin with https://"),
        (Fault.UNAUTHORIZED, "", "broken", "from @BotFather again into PIXIE_TELEGRAM_TOKEN"),
        (Fault.BAD_GATEWAY, "", "broken", "does not answer"),
        (Fault.RESET_BEFORE, "", "broken", "check the network"),
    ],
)
async def test_telegram_is_asked_for_the_bots_name(
    step: Fault | None, public_url: str, state: str, note: str
) -> None:
    async with TelegramServer() as telegram:
        if step is not None:
            telegram.script("getMe", step)
        settings = TelegramSettings(
            telegram_token=SecretStr(telegram.token), telegram_base_url=telegram.base_url
        )
        found = await doctor.telegram(settings, WebSettings(public_url=public_url))
        assert found.state == state
        assert note in found.note
        assert telegram.token not in found.note


async def test_without_a_token_telegram_is_off() -> None:
    found = await doctor.telegram(TelegramSettings(), WebSettings())
    assert (found.state, "@BotFather" in found.note) == ("off", True)


def test_the_public_url() -> None:
    assert doctor.public_url(WebSettings(public_url="https://pixie.example.org/")).state == "ok"
    found = doctor.public_url(WebSettings(public_url=""))
    assert found.state == "off"
    assert "on this machine only; set PIXIE_PUBLIC_URL" in found.note


class _Other(http.server.BaseHTTPRequestHandler):
    """Another program that answers HTTP."""

    def do_GET(self) -> None:
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def taken() -> Iterator[int]:
    with http.server.HTTPServer(("127.0.0.1", 0), _Other) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("running", [True, False])
def test_another_program_on_the_port(taken: int, running: bool) -> None:
    found = doctor.web_port(WebSettings(web_port=taken), running=running)
    assert found.state == "broken"
    assert f"Port {taken} is taken" in found.note


def test_the_clock() -> None:
    known = doctor.clock(NOW, "Europe/Lisbon")
    assert (known.state, known.note) == ("ok", "23 Nov 2026 09:00 UTC, zone Europe/Lisbon")
    assert "asks where you live" in doctor.clock(NOW, "").note
    stopped = doctor.clock(datetime(1970, 1, 1, tzinfo=UTC), "Europe/Lisbon")
    assert stopped.state == "broken"
    assert "01 Jan 1970" in stopped.note
