"""`main.py run` with a token: the whole program on a loopback Telegram."""

import asyncio
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests import program
from tests.bots.telegram.conftest import soon
from tests.fakes.telegram import Fault, TelegramServer


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


def environment(telegram: TelegramServer, **more: str) -> dict[str, str]:
    return {
        "PIXIE_TELEGRAM_TOKEN": telegram.token,
        "PIXIE_TELEGRAM_BASE_URL": telegram.base_url,
        **more,
    }


async def test_it_polls_and_ends_at_a_signal(tmp_path: Path, telegram: TelegramServer) -> None:
    with program.headless(tmp_path, environment=environment(telegram)) as pixie:
        await soon(lambda: telegram.updates.polled, program.PATIENCE)
        await soon(lambda: ("all_group_chats", "") in telegram.profile.commands)
        telegram.person("Stranger").says("secret words")
        await soon(lambda: not telegram.updates.live())
        code, took, said = await asyncio.to_thread(pixie.ended, signal.SIGTERM)
    assert (code, took < 5) == (0, True)
    assert telegram.token not in said
    assert "secret words" not in said


async def test_where_it_is_reached_from_outside_it_takes_a_webhook(
    tmp_path: Path, telegram: TelegramServer, unused_port: int
) -> None:
    url = f"http://127.0.0.1:{unused_port}"
    more = {"PIXIE_PUBLIC_URL": url, "PIXIE_WEB_PORT": str(unused_port)}
    with program.headless(tmp_path, environment=environment(telegram, **more)) as pixie:
        await soon(lambda: telegram.webhook.hook.url.startswith(url), program.PATIENCE)
        await soon(lambda: ("all_group_chats", "") in telegram.profile.commands)
        telegram.person("Stranger").says("hello")
        await soon(lambda: not telegram.updates.live())
        assert telegram.webhook.last_error is None
        code, took, _ = await asyncio.to_thread(pixie.ended, signal.SIGTERM)
    assert (code, took < 5) == (0, True)


@pytest.fixture
def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


async def test_a_token_that_telegram_does_not_know_ends_nothing_and_is_said(
    tmp_path: Path, telegram: TelegramServer
) -> None:
    telegram.faults.always("*", Fault.UNAUTHORIZED)
    with program.headless(tmp_path, environment=environment(telegram)) as pixie:
        said = await asyncio.to_thread(pixie.hear, "PIXIE_TELEGRAM_TOKEN")
        assert telegram.token not in said
        telegram.faults.clear()
        await soon(lambda: telegram.updates.polled, program.PATIENCE)
        code, _, _ = await asyncio.to_thread(pixie.ended, signal.SIGTERM)
    assert code == 0


async def test_the_first_start_tells_the_owner_link_once_telegram_answers(
    tmp_path: Path, telegram: TelegramServer
) -> None:
    telegram.faults.always("*", Fault.UNAUTHORIZED)
    with program.headless(tmp_path, environment=environment(telegram)) as pixie:
        said = await asyncio.to_thread(pixie.hear, "PIXIE_TELEGRAM_TOKEN")
        assert "t.me" not in said
        telegram.faults.clear()
        said = await asyncio.to_thread(pixie.hear, "?start=")
        await soon(lambda: telegram.updates.polled, program.PATIENCE)
        found = re.search(r"https://t\.me/pixie_bot\?start=(\w{16})", said)
        assert found is not None
        alice = telegram.person("Alice")
        alice.starts(found[1])
        await soon(lambda: alice.chat.from_bot, program.PATIENCE)
        await asyncio.to_thread(pixie.ended, signal.SIGTERM)
    with program.headless(tmp_path, environment=environment(telegram)) as pixie:
        before = len(telegram.calls("deleteWebhook"))
        await soon(lambda: len(telegram.calls("deleteWebhook")) > before, program.PATIENCE)
        _, _, said = await asyncio.to_thread(pixie.ended, signal.SIGTERM)
    assert "t.me" not in said


async def test_at_a_terminal_the_owner_link_is_on_the_screen(
    tmp_path: Path, telegram: TelegramServer
) -> None:
    with program.terminal(tmp_path, "run", **environment(telegram)) as pixie:
        shown = await asyncio.to_thread(
            pixie.see, r"opens this link first[^\n]*(?:\n[^\n]*)?\n(https://t\.me/\S+)"
        )
        assert re.fullmatch(r"https://t\.me/pixie_bot\?start=\w{16}", shown[1])
        pixie.type("/invite Ana\r")
        invitation = await asyncio.to_thread(pixie.see, r"https://t\.me/pixie_bot\?start=\w{16}")
        assert invitation[0] != shown[1]
        pixie.type("\x04")
        await asyncio.to_thread(pixie.process.wait, program.PATIENCE)
    assert shown[1] not in (tmp_path / "pixie.log").read_text()


def test_without_a_token_the_library_is_not_imported() -> None:
    script = "import main, sys; sys.exit('telegram' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=program.ROOT, check=False)
    assert done.returncode == 0
