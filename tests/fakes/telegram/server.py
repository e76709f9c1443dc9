"""The Bot API on the loopback: what a bot calls, and in front of it people who use it.

    async with TelegramServer() as telegram:
        alice = telegram.person("Alice")
        bot = telegram.Bot(telegram.token, base_url=telegram.base_url)  # any client
        alice.says("hello")                       # an update, for getUpdates or the webhook
        telegram.script("sendMessage", Fault.RESET_AFTER)
        ...
        await telegram.until(lambda: alice.chat.from_bot)
        alice.taps(alice.chat.last, "Done")
        assert [each.method for each in telegram.accepted] == ["getUpdates", "sendMessage"]

Written after https://core.telegram.org/bots/api (10.0) and the source of Telegram's own server,
github.com/tdlib/telegram-bot-api; each rule says where it is from.
"""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.fakes.loopback import reset
from tests.fakes.telegram import errors, sending
from tests.fakes.telegram.errors import ApiError, Json
from tests.fakes.telegram.faults import Delayed, Fault, FaultScript, Limited, Refused, Step
from tests.fakes.telegram.groups import Group, make_group
from tests.fakes.telegram.pace import Pace
from tests.fakes.telegram.people import Person
from tests.fakes.telegram.profile import Profile
from tests.fakes.telegram.request import Call, read
from tests.fakes.telegram.webhook import Hook, Webhook, read_hook
from tests.fakes.telegram.world import World

UPLOAD_LIMIT = 50 * 1024 * 1024
PAGE = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center></body></html>"


@dataclass(frozen=True, slots=True)
class Accepted:
    """A request that was carried out, whether or not its answer arrived."""

    method: str
    params: dict[str, str]
    result: Any
    at: float

    @property
    def message_id(self) -> int | None:
        """Of the message that it made or changed."""
        return self.result.get("message_id") if isinstance(self.result, dict) else None


class TelegramServer:
    """Listens on a free port while its context is open."""

    def __init__(
        self,
        *,
        now: Callable[[], float] = time.time,
        scale: float = 0.001,
        username: str = "pixie_bot",
        port: int = 0,
    ) -> None:
        """`now`: seconds since the epoch, for dates, expiry and pace. `scale`: how many real
        seconds one of Telegram's lasts while the webhook backs off. Long polls wait real seconds.
        """
        self.world = World(now, username)
        self.profile = Profile(self.world)
        self.updates = self.world.updates
        self.token = f"{self.world.bot['id']}:AAHloopbackloopbackloopbackloopback"
        self.url = ""
        self.accepted: list[Accepted] = []
        """Every request that was carried out, in order."""
        self.refused: list[tuple[str, str]] = []
        """Method and description of each refusal that no script asked for."""
        self.paced = False
        """Whether 429 answers who sends faster than Telegram allows."""
        self.webhook = Webhook(self.world, scale, self._obey)
        self.faults = FaultScript()
        self._pace = Pace()
        self._port = port
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._methods: dict[str, tuple[str, Callable[[Call], Any]]] = {}
        for name, method in sending.METHODS.items():
            self._methods[name.lower()] = (name, self._bound(method))
        own = {
            "getUpdates": self._get_updates,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": lambda call: self.webhook.info(),
        }
        for name, plain in {**self.profile.methods(), **own}.items():
            self._methods[name.lower()] = (name, plain)

    # for tests

    @property
    def base_url(self) -> str:
        """What python-telegram-bot takes as base_url; the token follows it."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        return f"{self.url}/file/bot"

    def person(
        self, name: str, *, username: str = "", language: str = "en", started: bool = True
    ) -> Person:
        """Somebody with the app. `started`: the bot may write to them already."""
        return Person(self.world, name, username=username, language=language, started=started)

    def group(self, title: str, *people: Person, **options: Any) -> Group:
        """See `groups.make_group`."""
        return make_group(self.world, title, people, **options)

    def script(self, method: str, *steps: Step, times: int = 1) -> None:
        """The coming calls of a method ("*" for any) meet these, in order, `times` over."""
        self.faults.add(method, *steps, times=times)

    def raw_update(self, **fields: object) -> int:
        """An update of any shape; returns its update_id, which `fields` may overwrite."""
        return self.updates.push(fields)

    def shuffle(self, seed: int = 0) -> None:
        """From now on updates come in an order of their own."""
        self.updates.shuffled = random.Random(seed)

    async def until(self, condition: Callable[[], object], within: float = 60.0) -> None:
        """Wait for what the bot does. Raises: TimeoutError after `within` real seconds."""
        await self.world.until(condition, within)

    @property
    def listening(self) -> bool:
        """The bot has asked for reactions, which Telegram else drops."""
        return "message_reaction" in self.updates.allowed

    @property
    def heard(self) -> bool:
        """The bot has taken in all that people did."""
        return self.updates.none_left and self.webhook.idle

    def hold(self) -> None:
        """See `Updates.hold`."""
        self.updates.hold()

    def let_go(self, *, times: int = 1) -> None:
        """See `Updates.let_go`."""
        self.updates.let_go(times=times)

    def run(self, call: Call) -> Any:
        """A call without HTTP, faults and log; a few give a coroutine. Raises: ApiError."""
        if call.method.lower() not in self._methods:
            raise errors.not_found()
        return self._methods[call.method.lower()][1](call)

    def calls(self, method: str) -> list[Accepted]:
        """The accepted requests of one method, in order."""
        return [each for each in self.accepted if each.method == method]

    # the server

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=UPLOAD_LIMIT + (1 << 20))
        app.router.add_get("/file/bot{token}/{path:.*}", self._download)
        app.router.add_route("*", "/bot{token:[^/]*}/{method:.*}", self._handle)
        app.router.add_route("*", "/{rest:.*}", self._nowhere)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._closing.set()
        await self.webhook.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        wanted = request.match_info["method"].rstrip("/")
        name, run = self._methods.get(wanted.lower(), (wanted, None))
        step = self.faults.next(name)
        if (early := await self._before(request, step)) is not None:
            return early
        try:
            self._check_token(request.match_info["token"])
            if run is None:
                raise errors.not_found()
            call = await read(request, name)
            result = await self.carry_out(call, run)
        except ApiError as error:
            self.refused.append((name, error.description))
            return _refusal(error)
        if step in (Fault.RESET_AFTER, Fault.TIMEOUT_AFTER):
            return await self._silent(request, step)
        if isinstance(step, Delayed):
            await asyncio.sleep(step.seconds)
        if isinstance(result, _Told):
            told = {"ok": True, "result": True, "description": result.description}
            return web.json_response(told)
        return web.json_response({"ok": True, "result": result})

    async def carry_out(self, call: Call, run: Callable[[Call], Any]) -> Any:
        """One call, logged. Raises: ApiError."""
        result = run(call)
        if asyncio.iscoroutine(result):
            result = await result
        if call.method != "getUpdates" or result:
            self.accepted.append(Accepted(call.method, call.params, result, self.world.now()))
        self.world.touch()
        return result

    async def _before(self, request: web.Request, step: Step) -> web.StreamResponse | None:
        """What a scripted fault answers without looking at the request."""
        match step:
            case Refused(reason):
                return _refusal(errors.bad(reason))
            case Limited(after):
                return _refusal(errors.limited(after))
            case Fault.SERVER_ERROR:
                return _page(500, "500 Internal Server Error")
            case Fault.BAD_GATEWAY:
                return _page(502, "502 Bad Gateway")
            case Fault.UNAUTHORIZED:
                return _refusal(errors.unauthorized())
            case Fault.NOT_FOUND:
                return _refusal(errors.not_found())
            case Fault.CONFLICT:
                return _refusal(errors.conflict(errors.TERMINATED))
            case Fault.GARBAGE:
                return web.Response(text="<<<", content_type="application/json")
            case Fault.RESET_BEFORE | Fault.TIMEOUT_BEFORE:
                await request.read()
                return await self._silent(request, step)
            case _:
                return None

    async def _silent(self, request: web.Request, step: Step) -> web.StreamResponse:
        if step in (Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER):
            await self._closing.wait()
        reset(request)
        return web.Response(status=504)

    def _check_token(self, token: str) -> None:
        number, _, secret = token.partition(":")
        if not number.isdigit() or not secret:
            raise errors.not_found()
        if token != self.token:
            raise errors.unauthorized()

    def _bound(self, method: Callable[[World, Call], Any]) -> Callable[[Call], Any]:
        def run(call: Call) -> Any:
            if not self.paced or call.method not in sending.PACED:
                return method(self.world, call)
            chat = self.world.chat(call.text("chat_id"))
            self._pace.check(chat.id, self.world.now())
            result = method(self.world, call)
            self._pace.count(chat.id, self.world.now())
            return result

        return run

    async def _obey(self, call: Call) -> None:
        """A call that came in a webhook's answer."""
        name, run = self._methods.get(call.method.lower(), (call.method, None))
        try:
            if run is None:
                raise errors.not_found()
            await self.carry_out(Call(name, call.params, call.files), run)
        except ApiError as error:
            self.refused.append((name, error.description))

    async def _get_updates(self, call: Call) -> list[Json]:
        if self.webhook.hook.url:
            raise errors.conflict(errors.WEBHOOK_ACTIVE)
        self.updates.allow(call.json("allowed_updates", "allowed updates"))
        self.world.touch()
        limit = min(max(call.integer("limit", 100), 1), 100)
        timeout = min(max(call.integer("timeout"), 0), 50)
        return await self.updates.poll(call.integer("offset"), limit, timeout, self._closing)

    async def _set_webhook(self, call: Call) -> "_Told":
        hook = read_hook(call)
        self.updates.allow(call.json("allowed_updates", "allowed updates"))
        return await self._hook(hook, call)

    async def _delete_webhook(self, call: Call) -> "_Told":
        return await self._hook(Hook(), call)

    async def _hook(self, hook: Hook, call: Call) -> "_Told":
        dropped = call.flag("drop_pending_updates")
        if dropped:
            self.updates.drop_all()
        word = "set" if hook.url else "deleted"
        if hook == self.webhook.hook and not dropped:
            return _Told(f"Webhook is already {word}")
        self.updates.terminate("terminated by setWebhook request")
        await self.webhook.set(hook)
        return _Told(f"Webhook was {word}")

    async def _download(self, request: web.Request) -> web.StreamResponse:
        step = self.faults.next("download")
        if (early := await self._before(request, step)) is not None:
            return early
        try:
            self._check_token(request.match_info["token"])
        except ApiError as error:
            return _refusal(error)
        for stored in self.world.files.values():
            if stored.path == request.match_info["path"]:
                return web.Response(body=stored.content, content_type="application/octet-stream")
        return _refusal(errors.not_found())

    async def _nowhere(self, request: web.Request) -> web.StreamResponse:
        return _refusal(errors.not_found())


@dataclass(frozen=True, slots=True)
class _Told:
    """True, with a description."""

    description: str


def _refusal(error: ApiError) -> web.Response:
    headers = {}
    if "retry_after" in error.parameters:
        headers["Retry-After"] = str(error.parameters["retry_after"])
    return web.json_response(error.body, status=error.code, headers=headers)


def _page(status: int, title: str) -> web.Response:
    return web.Response(status=status, text=PAGE.format(title), content_type="text/html")
