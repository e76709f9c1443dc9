"""getUpdates, the webhook, and what the bot is told."""

import asyncio
import random

import aiohttp
import pytest
from aiohttp import web
from telegram import Bot, Update
from telegram.error import BadRequest, Conflict, InvalidToken, NetworkError

from tests.fakes.clock import FakeClock
from tests.fakes.telegram import Fault, Person, TelegramServer


async def texts(bot: Bot, offset: int = 0, **options: object) -> list[str]:
    return [
        update.message.text or ""
        for update in await bot.get_updates(offset=offset, timeout=0, **options)
        if update.message
    ]


async def test_updates_wait_until_they_are_acknowledged(bot: Bot, alice: Person) -> None:
    for text in ("one", "two", "three"):
        alice.says(text)
    first = await bot.get_updates(timeout=0)
    assert [each.message.text for each in first if each.message] == ["one", "two", "three"]
    assert await texts(bot) == ["one", "two", "three"]
    assert await texts(bot, limit=1) == ["one"]
    assert await texts(bot, first[1].update_id) == ["two", "three"]
    assert await texts(bot) == ["two", "three"]
    alice.says("four")
    assert await texts(bot, -2) == ["three", "four"]
    assert await texts(bot) == ["three", "four"]
    assert await texts(bot, first[2].update_id + 2) == []


async def test_updates_are_kept_for_a_day_and_taps_for_150_seconds(
    bot: Bot, alice: Person, telegram: TelegramServer, clock: FakeClock
) -> None:
    message = alice.says("hello")
    alice.sends_callback(message, "old")
    clock.advance(seconds=151)
    assert [sorted(each) for each in await asked(telegram)] == [["message", "update_id"]]
    clock.advance(days=1)
    assert await asked(telegram) == []


async def asked(telegram: TelegramServer, **params: object) -> list[dict[str, object]]:
    """getUpdates without a library."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{telegram.base_url}{telegram.token}/getUpdates", json=params) as response,
    ):
        answer = await response.json()
        return list(answer["result"])


async def test_a_long_poll_ends_when_something_is_said(
    bot: Bot, alice: Person, telegram: TelegramServer
) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=30))
    while not telegram.updates.polled:
        await asyncio.sleep(0.01)
    alice.says("hello")
    assert len(await waiting) == 1


async def test_a_second_poller_ends_the_first_ones_wait(
    bot: Bot, alice: Person, telegram: TelegramServer
) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=30))
    while not telegram.updates.polled:
        await asyncio.sleep(0.01)
    other = asyncio.create_task(bot.get_updates(timeout=30))
    with pytest.raises(Conflict, match="terminated by other getUpdates request; make sure"):
        await waiting
    alice.says("hello")
    assert len(await other) == 1


async def test_reactions_and_members_are_told_only_when_asked_for(
    bot: Bot, alice: Person, telegram: TelegramServer
) -> None:
    message = alice.says("hello")
    alice.reacts(message, "👍")
    assert [each.to_dict().keys() - {"update_id"} for each in await bot.get_updates(timeout=0)] == [
        {"message"}
    ]
    found = await bot.get_updates(offset=-1, timeout=0, allowed_updates=Update.ALL_TYPES)
    alice.reacts(message, "🔥")
    found = await bot.get_updates(offset=found[-1].update_id + 1, timeout=0)
    reaction = found[0].message_reaction
    assert reaction is not None
    assert [each.emoji for each in reaction.old_reaction] == ["👍"]
    assert [each.emoji for each in reaction.new_reaction] == ["🔥"]


async def test_anything_may_come(bot: Bot, alice: Person, telegram: TelegramServer) -> None:
    number = telegram.raw_update(kind_of_tomorrow={"text": "?"})
    assert (await bot.get_updates(timeout=0))[0].update_id == number
    telegram.raw_update(update_id="x", message=17)
    with pytest.raises(AttributeError):
        await bot.get_updates(offset=number + 1, timeout=0)
    assert [each["message"] for each in await asked(telegram)] == [17]


async def test_updates_may_come_twice_and_in_any_order(
    bot: Bot, alice: Person, telegram: TelegramServer
) -> None:
    telegram.updates.duplicated = 1
    alice.says("one")
    number = (await bot.get_updates(timeout=0))[0].update_id
    alice.says("two")
    again = await bot.get_updates(offset=number + 1, timeout=0)
    assert [each.update_id for each in again] == [number, number + 1]
    telegram.updates.again(number)
    assert await texts(bot, number + 2) == ["one"]
    telegram.shuffle(seed=1)
    for at in range(9):
        alice.says(str(at))
    assert sorted(got := await texts(bot)) == [str(at) for at in range(9)]
    assert got != sorted(got)


class Ear:
    """A webhook that keeps what it hears and answers as it is told."""

    def __init__(self) -> None:
        self.heard: list[dict[str, object]] = []
        self.secrets: list[str] = []
        self.types: set[str] = set()
        self.answers: list[web.Response | asyncio.Event] = []
        """An event is waited for, then all is well."""
        self.waits = False
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        update = await request.json()
        answer = self.answers.pop(0) if self.answers else web.Response()
        if isinstance(answer, asyncio.Event):
            self.waits = True
            await answer.wait()
            answer = web.Response()
        if answer.status == 200:
            self.heard.append(update)
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""))
        self.types.add(request.headers["Content-Type"])
        return answer

    def texts(self) -> list[object]:
        return [
            each["message"]["text"] if "message" in each else each["callback_query"]["data"]
            for each in self.heard
        ]

    async def __aenter__(self) -> "Ear":
        app = web.Application()
        app.router.add_post("/hook", self.handle)
        self.runner = web.AppRunner(app, access_log=None)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self.runner.addresses[0][1]}/hook"
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.runner.cleanup()


async def test_the_webhook_gets_what_waited_and_what_comes(
    bot: Bot, alice: Person, telegram: TelegramServer
) -> None:
    alice.says("before")
    async with Ear() as ear:
        assert await bot.set_webhook(ear.url, secret_token="s-1", max_connections=3)
        with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
            await bot.get_updates(timeout=0)
        alice.says("after")
        await telegram.until(lambda: len(ear.heard) == 2)
        assert ear.texts() == ["before", "after"]
        assert (set(ear.secrets), ear.types) == ({"s-1"}, {"application/json"})
        await telegram.until(lambda: not telegram.updates.waiting)
        info = await bot.get_webhook_info()
        assert (info.url, info.pending_update_count, info.max_connections) == (ear.url, 0, 3)
        alice.says("dropped")
        assert await bot.delete_webhook(drop_pending_updates=True)
        assert await texts(bot) == []


async def test_the_webhook_waits_longer_and_longer(
    bot: Bot, alice: Person, telegram: TelegramServer
) -> None:
    async with Ear() as ear:
        ear.answers = [web.Response(status=500) for _ in range(4)]
        ear.answers.append(web.Response(status=503, headers={"Retry-After": "17"}))
        await bot.set_webhook(ear.url)
        alice.says("first")
        alice.says("second")
        await telegram.until(lambda: telegram.webhook.waited)
        info = await bot.get_webhook_info()
        assert info.last_error_message.startswith("Wrong response from the webhook: 50")
        await telegram.until(lambda: len(ear.heard) == 2)
        assert telegram.webhook.waited == [0, 2, 4, 8, 17]
        assert ear.texts() == ["first", "second"]


async def test_a_tap_overtakes_a_message_and_a_chat_keeps_its_order(
    bot: Bot, alice: Person, telegram: TelegramServer
) -> None:
    sent = alice.says("hello")
    async with Ear() as ear:
        await bot.set_webhook(ear.url, drop_pending_updates=True)
        go_on = asyncio.Event()
        ear.answers = [go_on]
        alice.says("slow")
        while not ear.waits:
            await asyncio.sleep(0.01)
        alice.says("behind it")
        alice.sends_callback(sent, "tap")
        telegram.person("Bob").says("bob")
        await telegram.until(lambda: len(ear.heard) == 2)
        assert sorted(map(str, ear.texts())) == ["bob", "tap"]
        go_on.set()
        await telegram.until(lambda: len(ear.heard) == 4)
        assert ear.texts()[2:] == ["slow", "behind it"]
        assert telegram.webhook.most_at_once == 3


async def test_a_webhook_that_is_not_there(
    bot: Bot, alice: Person, telegram: TelegramServer
) -> None:
    async with Ear() as ear:
        pass
    await bot.set_webhook(ear.url)
    alice.says("hello")
    await telegram.until(lambda: len(telegram.webhook.waited) > 2)
    info = await bot.get_webhook_info()
    assert (info.last_error_message, info.pending_update_count) == ("Connection refused", 1)


async def test_a_webhook_may_answer_with_a_call(
    bot: Bot, alice: Person, telegram: TelegramServer
) -> None:
    async with Ear() as ear:
        call = {"method": "sendMessage", "chat_id": alice.id, "text": "hi"}
        ear.answers = [web.json_response(call)]
        await bot.set_webhook(ear.url)
        alice.says("hello")
        await telegram.until(lambda: alice.chat.from_bot)
        assert alice.chat.texts == ["hello", "hi"]


async def test_duplicates_and_disorder_reach_the_webhook_too(
    bot: Bot, alice: Person, telegram: TelegramServer
) -> None:
    async with Ear() as ear:
        await bot.set_webhook(ear.url)
        telegram.updates.duplicated = 1
        alice.says("twice")
        await telegram.until(lambda: len(ear.heard) == 2)
        telegram.updates.again()
        await telegram.until(lambda: len(ear.heard) == 3)
        telegram.updates.shuffled = random.Random(3)
        for at in range(8):
            alice.says(str(at))
        await telegram.until(lambda: len(ear.heard) == 11)
        assert ear.texts()[:3] == ["twice"] * 3
        assert ear.texts()[3:] != sorted(map(str, range(8)))


@pytest.mark.parametrize(
    ("url", "options", "words"),
    [
        ("http://example.com/x", {}, "n https url must be provided"),
        ("https://example.com:81/x", {}, "ports 80, 88, 443 or 8443"),
        ("https://example.com/x", {"secret_token": "ü"}, "unallowed characters"),
        ("https://example.com/x", {"secret_token": "a" * 257}, "too long"),
    ],
)
async def test_bad_webhooks(bot: Bot, url: str, options: dict[str, str], words: str) -> None:
    with pytest.raises(BadRequest, match=words):
        await bot.set_webhook(url, **options)


async def test_the_door(telegram: TelegramServer) -> None:
    async with aiohttp.ClientSession() as session:

        async def got(path: str, **options: object) -> tuple[int, str]:
            async with session.get(telegram.url + path, **options) as response:
                body = await response.json()
                assert body["ok"] is (response.status == 200)
                return response.status, body.get("description", "")

        assert await got(f"/bot{telegram.token}/getme") == (200, "")
        assert await got(f"/bot{telegram.token}/flyToMoon") == (404, "Not Found")
        assert await got("/bot7:other/getMe") == (401, "Unauthorized")
        assert await got("/botnonsense/getMe") == (404, "Not Found")
        assert await got("/") == (404, "Not Found")
        assert await got(f"/file/bot{telegram.token}/nothing.jpg") == (404, "Not Found")


async def test_a_wrong_token_in_the_library(telegram: TelegramServer) -> None:
    with pytest.raises(InvalidToken):
        async with Bot("7:other", base_url=telegram.base_url):
            pass


async def test_polling_meets_every_fault(bot: Bot, telegram: TelegramServer) -> None:
    telegram.script("getUpdates", Fault.UNAUTHORIZED, Fault.NOT_FOUND, Fault.CONFLICT, None)
    telegram.faults.always("getUpdates", Fault.BAD_GATEWAY)
    for error in (InvalidToken, InvalidToken, Conflict):
        with pytest.raises(error):
            await bot.get_updates(timeout=0)
    assert await bot.get_updates(timeout=0) == ()
    with pytest.raises(NetworkError, match="502"):
        await bot.get_updates(timeout=0)
    telegram.faults.clear()
    assert await bot.get_updates(timeout=0) == ()
