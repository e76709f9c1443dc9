"""Slack on the loopback: the Web API that an app calls, and in front of it people who use it.

    async with SlackServer() as slack:
        alice = slack.workspace.person("Alice", tz="Europe/Lisbon")
        client = AsyncWebClient(slack.token, base_url=slack.base_url)  # any client
        handler = AsyncSocketModeHandler(app, slack.app.app_token)   # or: slack.posts_to(url)
        alice.says("hello")                                          # an event for the app
        slack.script("chat.postMessage", Fault.RESET_AFTER)
        await slack.until(lambda: alice.chat.from_bot)
        tap = alice.taps(alice.chat.last, "Done")
        await slack.until(lambda: tap.acked)
        assert [each.method for each in slack.accepted] == ["chat.postMessage", "chat.update"]

Written after https://docs.slack.dev; each rule says where it is from.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from core.ports import Clock
from tests.fakes.loopback import Loopback, reset
from tests.fakes.slack import accounts, chat, conversations, replies, request, streams, surfaces
from tests.fakes.slack.accounts import OAuth
from tests.fakes.slack.app import App
from tests.fakes.slack.deliveries import Deliveries, Delivery, Outcome
from tests.fakes.slack.errors import ApiError, Json, RateLimited
from tests.fakes.slack.faults import PAGES, Delayed, Fault, FaultScript, Limited, Refused, Step
from tests.fakes.slack.pace import Pace
from tests.fakes.slack.person import Person
from tests.fakes.slack.request import Call
from tests.fakes.slack.requests import Requests
from tests.fakes.slack.sockets import Sockets
from tests.fakes.slack.workspace import Workspace
from tests.fakes.slack.world import World

PAGE = "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
METHODS: dict[str, tuple[Callable[[Call], Json], str]] = {
    **accounts.METHODS,
    **chat.METHODS,
    **streams.METHODS,
    **surfaces.METHODS,
    **conversations.METHODS,
}
OPEN_SOCKET, OAUTH_ACCESS, RESPONSE_URL = (
    "apps.connections.open",
    "oauth.v2.access",
    "response_url",
)


class RealClock:
    """See `core.ports.Clock`."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A request that was carried out, whether or not its answer arrived.

    `method` is "response_url" for what was posted there.
    """

    method: str
    params: Json
    result: Json
    at: float

    @property
    def ts(self) -> str | None:
        """Of the message that it made or changed."""
        return self.result.get("ts") or self.result.get("message_ts")


class SlackServer(Loopback):
    """Listens on a free port while its context is open."""

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        scale: float = 1.0,
        app: App | None = None,
        workspace: str = "Acme",
        installed: bool = True,
        signed_at: Callable[[], float] = time.time,
    ) -> None:
        """`clock` has every time of Slack's, also that of its 3 s deadline and of trying again.

        `scale`: how many of the clock's seconds one of Slack's lasts before it tells something
        again. `signed_at`: seconds since the epoch for signatures, which clients compare with real
        time. The app is in the first workspace if `installed`.
        """
        super().__init__()
        self.clock = clock or RealClock()
        self.app = app or App()
        self.world = World(self.clock, self.app)
        self.sockets = Sockets(self.app, self.clock, self.world.touch)
        self.requests = Requests(self.app, self.clock, signed_at)
        self.deliveries = Deliveries(self.clock, self.world, self, scale)
        self.world.deliveries = self.deliveries
        self.oauth = OAuth(self.world)
        self.faults = FaultScript()
        self.accepted: list[Accepted] = []
        """Every request that was carried out and changed or told something, in order."""
        self.refused: list[tuple[str, Json]] = []
        """Method and answer of each refusal that no script asked for."""
        self.asked: Counter[str] = Counter()
        """How often each method was called, however that went."""
        self.paced = False
        """Whether 429 answers who calls faster than Slack allows."""
        self._pace = Pace()
        self.workspace = Workspace(self.world, workspace, installed=installed)

    # for tests

    @property
    def base_url(self) -> str:
        """Of the Web API, as slack-sdk takes it."""
        return f"{self.url}/api/"

    @property
    def token(self) -> str:
        """The app's, of the first workspace."""
        return self.workspace.token

    def add_workspace(self, name: str, *, installed: bool = False) -> Workspace:
        """Another one."""
        return Workspace(self.world, name, installed=installed)

    def posts_to(self, url: str, kind: str = "") -> None:
        """From now on the app is told by requests to this address: of one kind ("events_api",
        "slash_commands", "interactive"), or all. See also `requests.verify`."""
        self.requests.goes_to(url, kind)

    def script(self, method: str, *steps: Step, times: int = 1) -> None:
        """The coming calls of a method ("*" for any) meet these, in order, `times` over."""
        self.faults.add(method, *steps, times=times)

    def calls(self, method: str) -> list[Accepted]:
        """The accepted requests of one method, in order."""
        return [each for each in self.accepted if each.method == method]

    def shuffle(self, seed: int = 0) -> None:
        """From now on what happens is told in an order of its own."""
        self.deliveries.shuffled = random.Random(seed)

    def duplicate(self, times: int) -> None:
        """So many of the coming deliveries are told once more after they were acknowledged."""
        self.deliveries.duplicated = times

    def hold(self) -> None:
        """Tell the app nothing until `let_go`."""
        self.deliveries.hold()

    def let_go(self, *, times: int = 1) -> None:
        """Tell what was held, the last first, each so many times."""
        self.deliveries.let_go(times=times)

    @property
    def heard(self) -> bool:
        """The app was told everything that happened."""
        return self.deliveries.none_left

    async def until(self, condition: Callable[[], object], within: float = 60.0) -> None:
        """Wait for what the app does. Raises: TimeoutError after `within` real seconds."""
        await self.world.until(condition, within)

    def installs(self, person: Person, url: str) -> str:
        """Opens the app's authorize URL and allows it; returns where the browser is led."""
        return self.oauth.allow(person, url)

    def run(self, method: str, token: str = "", **params: Any) -> Json:
        """A call without HTTP, faults and log. Raises: ApiError."""
        return self._run(Call(method, params, token or self.token))

    # how the app is told

    async def tell(self, delivery: Delivery) -> Outcome:
        """By requests where there is an address, else through a socket."""
        if delivery.kind in self.requests.urls:
            return await self.requests.tell(delivery)
        return await self.sockets.tell(delivery)

    # the server

    def routes(self) -> Iterable[web.RouteDef]:
        return [
            web.route("*", "/api/{method}", self._call),
            web.get("/link/", self.sockets.answer),
            web.get("/files-pri/{file}/{rest:.*}", self._download),
            *(web.post(f"/{kind}/{{rest:.*}}", self._respond) for kind in _RESPONSE_KINDS),
        ]

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self.world.url = self.url
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.deliveries.stop()
        await self.requests.close()
        await self.sockets.stop()
        await super().__aexit__(kind, error, traceback)

    async def _call(self, http: web.Request) -> web.StreamResponse:
        method = http.match_info["method"]
        self.asked[method] += 1
        step = self.faults.next(method)
        if (early := await self._before(http, step)) is not None:
            return early
        scopes: tuple[str, ...] = ()
        try:
            call = await request.read(http, method)
            result = self._run(call)
            scopes = call.granted.scopes if call.granted else ()
        except ApiError as error:
            return self._refuse(method, error)
        if not method.startswith(_READING):
            self.accepted.append(Accepted(method, call.params, result, self.world.now()))
        self.world.touch()
        told = {"x-oauth-scopes": ",".join(scopes)} if scopes else {}
        return await self._after(http, step, {"ok": True, **result}, told)

    def _run(self, call: Call) -> Json:
        if call.method == OPEN_SOCKET:
            return self._open_socket(call)
        if call.method == OAUTH_ACCESS:
            return self.oauth.access(call)
        if call.method == "api.test":
            return {"args": call.params}
        if call.method not in METHODS:
            raise ApiError("unknown_method", req_method=call.method)
        run, scope = METHODS[call.method]
        call.granted = self.world.grants.of(call.token)
        if scope:
            call.require(scope)
        if self.paced:
            where = str(call.params.get("channel", ""))
            self._pace.check(call.method, call.workspace.id, where, self.world.now())
        return run(call)

    def _open_socket(self, call: Call) -> Json:
        if not call.token:
            raise ApiError("not_authed")
        if not call.token.startswith("xapp-"):
            raise ApiError("not_allowed_token_type")
        if call.token != self.app.app_token:
            raise ApiError("invalid_auth")
        return {"url": self.url.replace("http://", "ws://") + self.sockets.address()}

    async def _respond(self, http: web.Request) -> web.StreamResponse:
        """A response_url. It answers with text, and with the status of what is wrong."""
        step = self.faults.next(RESPONSE_URL)
        if (early := await self._before(http, step)) is not None:
            return early
        url = self.world.response_urls.get(http.path)
        try:
            if url is None:
                raise ApiError("invalid_url")
            said = await http.json()
            shown = replies.post(url, said)
        except ValueError:
            return self._refuse(RESPONSE_URL, ApiError("invalid_payload"), 400)
        except ApiError as error:
            gone = error.error in ("used_url", "expired_url", "invalid_url")
            return self._refuse(RESPONSE_URL, error, 404 if gone else 400)
        where = {"channel": shown.channel.id, "ts": shown.ts} if shown else {}
        self.accepted.append(Accepted(RESPONSE_URL, said, where, self.world.now()))
        self.world.touch()
        return await self._after(http, step, {"ok": True}, {})

    async def _download(self, http: web.Request) -> web.StreamResponse:
        """A file's url_private; who has no token gets a page to sign in, with 200, as on Slack."""
        step = self.faults.next("download")
        if (early := await self._before(http, step)) is not None:
            return early
        stored = self.world.files.get(http.match_info["file"].partition("-")[2])
        if stored is None:
            return _page(404, "404 Not Found")
        token = http.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            grant = self.world.grants.of(token)
        except ApiError:
            return _page(200, "Sign in | Slack")
        if grant.workspace is not stored.workspace or "files:read" not in grant.scopes:
            return _page(200, "Sign in | Slack")
        return web.Response(body=stored.content, content_type=stored.json["mimetype"])

    def _refuse(self, method: str, error: ApiError, status: int = 200) -> web.Response:
        self.refused.append((method, error.body))
        self.world.touch()
        return _refusal(error, status)

    async def _before(self, http: web.Request, step: Step) -> web.StreamResponse | None:
        """What a scripted fault answers without looking at the request."""
        match step:
            case Refused(name):
                return _refusal(ApiError(name))
            case Limited(after):
                return _refusal(RateLimited(after))
            case Fault.SERVER_ERROR | Fault.BAD_GATEWAY | Fault.UNAVAILABLE:
                return _page(*PAGES[step])
            case Fault.TOKEN_REVOKED:
                return _refusal(ApiError("token_revoked"))
            case Fault.GARBAGE:
                return web.Response(text="<<<", content_type="application/json")
            case Fault.RESET_BEFORE | Fault.TIMEOUT_BEFORE:
                await http.read()
                return await self._silent(http, step)
            case _:
                return None

    async def _after(
        self, http: web.Request, step: Step, body: Json, headers: dict[str, str]
    ) -> web.StreamResponse:
        """The answer to what was carried out."""
        match step:
            case Fault.RESET_AFTER | Fault.TIMEOUT_AFTER:
                return await self._silent(http, step)
            case Fault.ERROR_AFTER:
                return _page(*PAGES[Fault.SERVER_ERROR])
            case Delayed(seconds):
                await asyncio.sleep(seconds)
        return web.json_response(body, headers=headers)

    async def _silent(self, http: web.Request, step: Step) -> web.StreamResponse:
        if step in (Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER):
            await self.closing.wait()
        reset(http)
        return web.Response(status=504)


_READING = (
    "api.",
    "apps.",
    "auth.test",
    "conversations.info",
    "conversations.list",
    "conversations.members",
    "team.",
    "users.",
)
"""Methods whose calls are not worth a line in the log."""
_RESPONSE_KINDS = ("commands", "actions", "app")


def _refusal(error: ApiError, status: int = 200) -> web.Response:
    if isinstance(error, RateLimited):
        headers = {"Retry-After": str(error.after)}
        return web.json_response(error.body, status=429, headers=headers)
    return web.json_response(error.body, status=status)


def _page(status: int, title: str) -> web.Response:
    return web.Response(status=status, text=PAGE.format(title), content_type="text/html")
