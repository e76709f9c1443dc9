"""What goes wrong on the way to Telegram, and what Pixie makes of it."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web
from pydantic import SecretStr, ValidationError
from telegram import InputFile

from adapters.telegram.bot import (
    Migrated,
    NoThread,
    NotModified,
    PixieBot,
    edge_errors,
    open_bot,
)
from adapters.telegram.request import AiohttpRequest
from adapters.telegram.settings import TelegramSettings
from core.errors import (
    ConfigError,
    EdgeError,
    Refused,
    Unauthorized,
    Unavailable,
    Unknown,
    Unreachable,
)
from tests.fakes.telegram import Fault, Limited, Person, TelegramServer
from tests.fakes.telegram import Refused as NotTaken
from tests.fakes.telegram.faults import Step
from tests.telegram_voice import settings_of

SECRET = "AAHloopbackloopbackloopbackloopback"


async def failure(bot: PixieBot, chat: int) -> EdgeError:
    with pytest.raises(EdgeError) as caught, edge_errors():
        await bot.send_message(chat, "very private words")
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    return caught.value


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (Limited(7), Unavailable),
        (Fault.SERVER_ERROR, Unknown),
        (Fault.BAD_GATEWAY, Unknown),
        (Fault.RESET_BEFORE, Unknown),
        (Fault.RESET_AFTER, Unknown),
        (Fault.GARBAGE, Unknown),
        (Fault.UNAUTHORIZED, Unauthorized),
        (Fault.NOT_FOUND, Unauthorized),
        (Fault.CONFLICT, Unavailable),
        (NotTaken("message is too long"), Refused),
        (NotTaken("can't parse entities: unsupported start tag"), Refused),
        (NotTaken("chat not found"), Unreachable),
        (NotTaken("not enough rights to send text messages to the chat"), Unreachable),
        (NotTaken("CHAT_WRITE_FORBIDDEN"), Unreachable),
        (NotTaken("message thread not found"), NoThread),
        (NotTaken("message is not modified: specified new message content"), NotModified),
    ],
    ids=str,
)
async def test_each_trouble_has_its_error(
    bot: PixieBot, telegram: TelegramServer, alice: Person, step: Step, expected: type[EdgeError]
) -> None:
    telegram.script("sendMessage", step)
    error = await failure(bot, alice.id)
    assert type(error) is expected
    assert "private" not in str(error)
    async with asyncio.timeout(60):
        await bot.send_message(alice.id, "again")
    assert alice.chat.texts[-1] == "again"


async def test_who_blocked_us_or_is_gone_cannot_be_reached(
    bot: PixieBot, telegram: TelegramServer, alice: Person
) -> None:
    alice.blocks()
    assert type(await failure(bot, alice.id)) is Unreachable
    alice.unblocks()
    alice.deactivates()
    assert type(await failure(bot, alice.id)) is Unreachable
    group = telegram.group("Home", alice)
    group.removes_bot(alice)
    assert type(await failure(bot, group.id)) is Unreachable
    assert type(await failure(bot, 404)) is Unreachable


async def test_429_says_exactly_how_long(
    bot: PixieBot, telegram: TelegramServer, alice: Person
) -> None:
    telegram.script("sendMessage", Limited(37))
    error = await failure(bot, alice.id)
    assert isinstance(error, Unavailable)
    assert error.retry_after == timedelta(seconds=37)


async def test_a_group_that_moved_names_its_supergroup(
    bot: PixieBot, telegram: TelegramServer, alice: Person
) -> None:
    group = telegram.group("Home", alice)
    grown = group.upgrades(alice)
    error = await failure(bot, group.id)
    assert isinstance(error, Migrated)
    assert error.chat == str(grown.id)


@pytest.mark.parametrize("fault", [Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER])
async def test_no_answer_in_time_may_have_been_sent(
    telegram: TelegramServer, alice: Person, fault: Fault
) -> None:
    async with AiohttpRequest(read=0.1) as request:
        bot = PixieBot(
            telegram.token,
            base_url=telegram.base_url,
            request=request,
            get_updates_request=request,
        )
        telegram.script("sendMessage", fault)
        assert type(await failure(bot, alice.id)) is Unknown


async def test_no_connection_is_certainly_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for host in (f"127.0.0.1:{port}", "nowhere.invalid"):
        settings = TelegramSettings(
            telegram_token=SecretStr("1:A"), telegram_base_url=f"http://{host}/bot"
        )
        async with open_bot(settings) as bot:
            error = await failure(bot, 1)
            assert type(error) is Unavailable
            assert error.retry_after is None


async def test_a_connection_that_takes_too_long_is_certainly_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        # The queue of connections that nobody accepts is full after these.
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        async with AiohttpRequest(connect=0.1) as request:
            base_url = f"http://127.0.0.1:{address[1]}/bot"
            bot = PixieBot("1:A", base_url=base_url, request=request, get_updates_request=request)
            assert type(await failure(bot, 1)) is Unavailable
        for one in waiting:
            one.close()


@pytest.fixture
async def proxy_of_another() -> AsyncIterator[str]:
    """Answers 429 with no word of Telegram's."""

    async def answer(request: web.Request) -> web.Response:
        told = {} if "1:NONE" in request.path else {"Retry-After": "5"}
        return web.Response(status=429, text="<html>", headers=told)

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    yield f"http://{host}:{port}/bot"
    await runner.cleanup()


@pytest.mark.parametrize(
    ("token", "told"), [("1:SOME", timedelta(seconds=5)), ("1:NONE", None)], ids=["told", "untold"]
)
async def test_429_of_what_stands_before_telegram_was_not_sent_either(
    proxy_of_another: str, token: str, told: timedelta | None
) -> None:
    settings = TelegramSettings(telegram_token=SecretStr(token), telegram_base_url=proxy_of_another)
    async with open_bot(settings) as bot:
        error = await failure(bot, 1)
        assert isinstance(error, Unavailable)
        assert error.retry_after == told


async def test_nothing_tells_the_token_or_what_was_said(
    bot: PixieBot,
    telegram: TelegramServer,
    alice: Person,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("telegram").setLevel(logging.WARNING)
    errors = [str(await failure(bot, 404))]
    for step in (Limited(1), *Fault):
        if step in (Fault.TIMEOUT_AFTER, Fault.TIMEOUT_BEFORE):
            continue
        telegram.script("sendMessage", step)
        errors.append(repr(await failure(bot, alice.id)))
    telegram.script("getMe", Fault.UNAUTHORIZED)
    with pytest.raises(Unauthorized) as caught, edge_errors():
        await bot.initialize()
    told = [*errors, repr(caught.value), repr(bot), str(bot), caplog.text]
    assert not [one for one in told if SECRET in one or "very private" in one]


async def test_one_connection_serves_again_and_no_proxy_is_asked(
    bot: PixieBot, telegram: TelegramServer, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for _ in range(3):
        await bot.send_message(alice.id, "hello")
    assert len(alice.chat.from_bot) == 3
    await bot.initialize()
    assert bot.username == "pixie_bot"
    await bot.shutdown()
    await bot.send_message(alice.id, "a new session")


async def test_files_go_up_and_come_down(bot: PixieBot, alice: Person) -> None:
    sent = await bot.send_document(alice.id, InputFile(b"BEGIN:VCALENDAR", "calendar.ics"))
    assert sent.document is not None
    assert sent.document.file_name == "calendar.ics"
    file = await bot.get_file(sent.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"BEGIN:VCALENDAR"


async def test_half_a_character_is_refused_and_not_a_crash(bot: PixieBot, alice: Person) -> None:
    with pytest.raises(Refused), edge_errors():
        await bot.send_message(alice.id, "\ud800")


async def test_without_a_token_there_is_no_bot() -> None:
    with pytest.raises(ConfigError, match="PIXIE_TELEGRAM_TOKEN"):
        async with open_bot(TelegramSettings()):
            raise AssertionError


@pytest.mark.parametrize("token", ["secret", "1:", "1:a b", ":abc", "1:ä", "1:a/../x"])
def test_a_token_of_another_shape_is_told_without_showing_it(token: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TelegramSettings(telegram_token=SecretStr(token))
    [error] = caught.value.errors(include_input=False, include_url=False)
    assert error["msg"].startswith("It must look like")


@pytest.mark.parametrize(
    "url", ["", "api.telegram.org/bot", "https://api.telegram.org", "ftp://x/bot"]
)
def test_a_base_url_of_another_shape_is_told(url: str) -> None:
    with pytest.raises(ValidationError, match="It must look like"):
        TelegramSettings(telegram_base_url=url)


def test_spaces_around_the_token_do_not_matter(telegram: TelegramServer) -> None:
    settings = TelegramSettings(telegram_token=SecretStr(f" {telegram.token}\n"))
    assert settings.telegram_token == SecretStr(telegram.token)
    assert settings.base_file_url() == "https://api.telegram.org/file/bot"
    assert TelegramSettings(telegram_token=SecretStr(" ")).telegram_token is None
    assert settings_of(telegram).base_file_url() == telegram.base_file_url
