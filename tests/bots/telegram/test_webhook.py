"""The webhook: who may call it, what it answers, and when it says yes."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from telegram import Bot

from bots.telegram import webhook
from bots.telegram.webhook import SECRET, Webhook
from core.errors import StorageDown, StorageFull
from core.ports import Store
from tests import given
from tests.bots.telegram.conftest import Ear, listening
from tests.bots.telegram.test_poller import Failing, passing
from tests.fakes.clock import FakeClock
from tests.fakes.telegram import Fault, Person, TelegramServer


@pytest.fixture
async def failing(store: Store) -> Failing:
    return Failing(store)


@pytest.fixture
async def ear(
    bot: Bot, failing: Failing, store: Store, clock: FakeClock, telegram: TelegramServer
) -> AsyncIterator[Ear]:
    async with listening("webhook", bot, failing, clock, telegram=telegram) as found:
        found.store = store
        yield found


class Caller:
    """Whoever calls the webhook."""

    def __init__(self, ear: Ear) -> None:
        assert isinstance(ear.way, Webhook)
        self.url = ear.way.url
        self.secret = ear.way._secret

    async def posts(self, body: bytes | object, secret: str | None = None) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        told = self.secret if secret is None else secret
        headers = {SECRET.encode(): told.encode()}
        async with httpx.AsyncClient(trust_env=False) as client:
            return await client.post(self.url, content=content, headers=headers)


def update(alice: Person, number: int = 1, text: str = "hello") -> dict[str, Any]:
    message = {"message_id": number, "date": 1, "chat": alice.chat.json, "from": alice.user}
    return {"update_id": number, "message": {**message, "text": text}}


async def test_telegram_is_told_where_and_what_and_with_which_secret(
    ear: Ear, telegram: TelegramServer
) -> None:
    call = telegram.calls("setWebhook")[0].params
    assert isinstance(ear.way, Webhook)
    assert call["url"] == ear.way.url
    assert len(call["secret_token"]) == 64
    assert call["secret_token"] not in ear.way.url
    assert telegram.token.partition(":")[2] not in ear.way.url
    assert "message_reaction" in call["allowed_updates"]
    assert call.get("drop_pending_updates", "false").lower() == "false"


@pytest.mark.parametrize("secret", ["", "wrong", "ü", "x" * 1000])
async def test_without_the_secret_nothing_is_taken(secret: str, ear: Ear, alice: Person) -> None:
    answer = await Caller(ear).posts(update(alice), secret)
    assert answer.status_code == 403
    assert await ear.texts() == []


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"nul\x00"],
    ids=["none", "open", "bytes", "deep", "nul"],
)
async def test_what_is_no_json_is_refused(body: bytes, ear: Ear) -> None:
    assert (await Caller(ear).posts(body)).status_code == 400


async def test_what_is_too_large_is_refused(ear: Ear, alice: Person) -> None:
    large = update(alice, text="x" * webhook.MOST_BYTES)
    assert (await Caller(ear).posts(large)).status_code == 413


@pytest.mark.parametrize("strange", [[], "text", None, 7, {}, {"update_id": 5, "message": []}])
async def test_what_is_no_update_is_set_aside_and_does_not_come_again(
    strange: object, ear: Ear, store: Store
) -> None:
    for _ in range(2):
        assert (await Caller(ear).posts(strange)).status_code == 200
    assert len(await given.stored(store, "set_aside")) == 1


async def test_yes_is_said_after_it_is_kept(ear: Ear, alice: Person) -> None:
    assert (await Caller(ear).posts(update(alice))).status_code == 200
    assert await ear.texts() == ["hello"]


@pytest.mark.parametrize("error", [StorageDown("away"), StorageFull("no room")])
async def test_what_cannot_be_kept_is_to_come_again(
    error: Exception, ear: Ear, failing: Failing, alice: Person
) -> None:
    failing.down = True
    answer = await Caller(ear).posts(update(alice))
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    failing.down = False
    assert (await Caller(ear).posts(update(alice))).status_code == 200
    assert await ear.texts() == ["hello"]


async def test_telegram_brings_again_what_could_not_be_kept(
    ear: Ear, failing: Failing, alice: Person, telegram: TelegramServer
) -> None:
    failing.down = True
    for number in range(5):
        alice.says(f"m{number}")
    await telegram.until(lambda: len(telegram.webhook.waited) >= 3)
    failing.down = False
    assert await ear.until(5) == [f"m{number}" for number in range(5)]
    await telegram.until(lambda: not telegram.updates.live())


async def test_to_too_many_at_once_it_says_come_again(
    ear: Ear, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "MOST_AT_ONCE", 0)
    answer = await Caller(ear).posts(update(alice))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


async def test_a_webhook_that_somebody_took_away_is_set_again(
    ear: Ear, bot: Bot, clock: FakeClock, alice: Person, telegram: TelegramServer
) -> None:
    await bot.delete_webhook()
    alice.says("hello?")
    await passing(clock, lambda: telegram.webhook.hook.url, 20)
    assert await ear.until(1) == ["hello?"]


async def test_it_registers_however_long_that_takes(
    bot: Bot, sqlite_store: Store, clock: FakeClock, alice: Person, telegram: TelegramServer
) -> None:
    telegram.script("getMe", Fault.UNAUTHORIZED, Fault.RESET_BEFORE)
    telegram.script("setWebhook", Fault.BAD_GATEWAY)
    passes = asyncio.create_task(passing(clock, lambda: telegram.webhook.hook.url))
    async with listening("webhook", bot, sqlite_store, clock, telegram=telegram) as ear:
        await passes
        alice.says("hello")
        assert await ear.until(1) == ["hello"]


async def test_the_load_balancer_is_told_whether_telegram_knows_us(ear: Ear) -> None:
    assert isinstance(ear.way, Webhook)
    base = ear.way.url.removesuffix(ear.way.path)
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{base}/readyz")
    assert answer.json() == {"database": True, "telegram": True}
