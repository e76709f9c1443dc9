"""Workspaces install Pixie, through real pages and a Slack on this machine."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from adapters.slack.client import open_session
from adapters.slack.oauth import SCOPES, SlackOAuth
from adapters.slack.settings import SlackSettings
from adapters.slack.states import States
from adapters.slack.tokens import SlackTokens
from bots.slack.install import COOKIE, LASTS, REDIRECT, Installing
from bots.web.app import build, serve
from bots.web.settings import WebSettings, listen
from core.installations import Installation
from core.ports import Clock, Store
from tests import given
from tests.fakes.clock import FakeClock
from tests.fakes.slack import Fault, Limited, Person, Refused, SlackServer
from tests.fakes.slack.accounts import OAuth
from tests.fakes.slack.errors import Json
from tests.fakes.slack.request import Call

KEY = Fernet.generate_key().decode()
PUBLIC = "http://pixie.test"
NAME = "Acme <script>alert(1)</script> & Söhne"
TEAM = "T000000001"
"""The id of the first workspace."""
ACCESS = "oauth.v2.access"


class Altered(OAuth):
    """Grants what it shall, with `more` in place of what it would say."""

    more: dict[str, Any]

    def access(self, call: Call) -> Json:
        return {**super().access(call), **self.more}


class Slack(SlackServer):
    """In its workspace there is an admin who may install the app."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock=clock, workspace=NAME, installed=False)
        self.oauth = self.altered = Altered(self.world)
        self.altered.more = {}
        self.app.redirect_urls = (PUBLIC + REDIRECT,)
        self.admin = self.workspace.person("Ana", admin=True)
        self.member = self.workspace.person("Bob")

    def allows(self, location: str, person: Person | None = None) -> str:
        """The code that somebody's browser is led back with."""
        led = self.installs(person or self.admin, location)
        return parse_qs(urlsplit(led).query)["code"][0]


class Browser:
    """Somebody who installs. Every request is a new connection to one of the replicas."""

    def __init__(self, url: str, tokens: SlackTokens, client: httpx.AsyncClient) -> None:
        self.url = url
        self.tokens = tokens
        self.client = client
        self.location = ""
        """Where it was sent at Slack."""

    async def get(self, path: str, **params: str) -> httpx.Response:
        return await self.client.get(self.url + path, params=params)

    async def begins(self) -> str:
        """Goes to Slack; the state that it gets along."""
        answer = await self.get("/slack/install")
        assert answer.status_code == 302
        self.location = answer.headers["location"]
        return parse_qs(urlsplit(self.location).query)["state"][0]

    async def comes_back(self, code: str) -> httpx.Response:
        """Goes to Slack, and comes back with this code."""
        return await self.get(REDIRECT, state=await self.begins(), code=code)

    async def installs(self, slack: Slack, person: Person | None = None) -> httpx.Response:
        """Goes to Slack, where somebody allows it, or the admin does."""
        state = await self.begins()
        return await self.get(REDIRECT, state=state, code=slack.allows(self.location, person))


@pytest.fixture
async def slack(monkeypatch: pytest.MonkeyPatch, clock: FakeClock) -> AsyncIterator[Slack]:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    async with Slack(clock) as slack:
        yield slack


def settings(slack: Slack, secret: str = "", app_token: str | None = None) -> SlackSettings:
    return SlackSettings(
        slack_client_id=SecretStr(slack.app.client_id),
        slack_client_secret=SecretStr(secret or slack.app.client_secret),
        slack_app_token=None if app_token is None else SecretStr(app_token),
        slack_base_url=slack.base_url,
    )


@asynccontextmanager
async def visiting(
    store: Store, clock: Clock, found: SlackSettings, public_url: str = PUBLIC
) -> AsyncIterator[Browser]:
    """A browser at a Pixie of its own, on a free port."""
    web_settings = WebSettings(web_port=0)
    sock = listen(web_settings)
    tokens = SlackTokens(store, clock, [KEY])
    async with open_session() as session, httpx.AsyncClient(trust_env=False) as client:
        oauth = SlackOAuth(session, found, public_url + REDIRECT)
        states = States([KEY], clock, LASTS)
        installing = Installing(oauth, tokens, states, store, clock, public_url=public_url)
        app = build(store, clock, routers=[installing.router])
        server = asyncio.create_task(serve(app, web_settings, sock))
        try:
            yield Browser(f"http://127.0.0.1:{sock.getsockname()[1]}", tokens, client)
        finally:
            server.cancel()
            with pytest.raises(asyncio.CancelledError):
                await server


@pytest.fixture
async def browser(slack: Slack, store: Store, clock: FakeClock) -> AsyncIterator[Browser]:
    async with visiting(store, clock, settings(slack)) as browser:
        yield browser


@pytest.fixture
async def sole(slack: Slack, sqlite_store: Store, clock: FakeClock) -> AsyncIterator[Browser]:
    """A browser where the database does not matter."""
    async with visiting(sqlite_store, clock, settings(slack)) as browser:
        yield browser


async def installed(store: Store) -> Installation | None:
    return await store.read(lambda work: work.installations.get("slack", TEAM))


# --- the way ---


async def test_the_way_to_slack(browser: Browser, slack: Slack, store: Store) -> None:
    answer = await browser.get("/slack/install")
    assert answer.status_code == 302
    location = urlsplit(answer.headers["location"])
    assert location._replace(query="").geturl() == f"{slack.url}/oauth/v2/authorize"
    asked = {name: values[0] for name, values in parse_qs(location.query).items()}
    state = asked.pop("state")
    assert asked == {
        "client_id": slack.app.client_id,
        "scope": ",".join(SCOPES),
        "redirect_uri": PUBLIC + REDIRECT,
    }
    assert len(state) >= 43
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}={state}; ")
    assert {"HttpOnly", "SameSite=lax", "Max-Age=600", f"Path={REDIRECT}"} <= set(
        cookie.split("; ")
    )
    assert "Secure" not in cookie
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    await browser.installs(slack)
    [row] = await given.stored(store, "installing")
    assert parse_qs(urlsplit(browser.location).query)["state"][0] not in repr(row)


async def test_an_admin_installs_it(
    browser: Browser, slack: Slack, store: Store, clock: FakeClock
) -> None:
    answer = await browser.installs(slack)
    assert answer.status_code == 200
    assert "Every member can write to her now" in answer.text
    stored = await installed(store)
    assert stored is not None
    assert stored == Installation(
        platform="slack",
        workspace=slack.workspace.id,
        name=NAME,
        app=slack.app.id,
        bot_user=slack.workspace.bot_user,
        token=stored.token,
        scopes=SCOPES,
        installed_by=slack.admin.id,
        by_admin=True,
        at=clock.now(),
    )
    assert slack.token not in repr(stored)
    assert await browser.tokens.token(slack.workspace.id) == slack.token


async def test_the_page_is_plain_and_escaped(sole: Browser, slack: Slack) -> None:
    answer = await sole.installs(slack)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert "<script" not in answer.text
    assert "Acme &lt;script&gt;alert(1)&lt;/script&gt; &amp; Söhne" in answer.text
    link = f"slack://app?team={slack.workspace.id}&amp;id={slack.app.id}"
    assert f'<a href="{link}">Open Pixie in Slack</a>' in answer.text
    # The cookie has done its work.
    assert re.search(rf'{COOKIE}="";.*Max-Age=0', answer.headers["set-cookie"])


async def test_behind_https_the_cookie_is_secure(
    slack: Slack, sqlite_store: Store, clock: FakeClock
) -> None:
    public = "https://example.org/pixie/"
    async with visiting(sqlite_store, clock, settings(slack), public) as browser:
        cookie = (await browser.get("/slack/install")).headers["set-cookie"].split("; ")
        assert {"Secure", f"Path=/pixie{REDIRECT}"} <= set(cookie)


async def test_a_member_installs_it(sole: Browser, slack: Slack, sqlite_store: Store) -> None:
    answer = await sole.installs(slack, slack.member)
    assert answer.status_code == 200
    assert "Once an admin installs her too" in answer.text
    stored = await installed(sqlite_store)
    assert stored is not None
    assert not stored.by_admin


@pytest.mark.parametrize("fault", [Limited(3), Fault.BAD_GATEWAY, Fault.RESET_BEFORE])
async def test_who_installed_it_cannot_be_looked_up(
    fault: Any, sole: Browser, slack: Slack, sqlite_store: Store
) -> None:
    # What only asks is asked anew by the library when a connection that stood is reset.
    slack.script("users.info", fault, times=2)
    assert (await sole.installs(slack)).status_code == 200
    stored = await installed(sqlite_store)
    assert stored is not None
    assert not stored.by_admin


async def test_someone_else_s_answer_makes_no_admin(
    sole: Browser, slack: Slack, sqlite_store: Store
) -> None:
    slack.workspace.people[slack.admin.id] = slack.workspace.person("Cid", admin=True)
    await sole.installs(slack)
    stored = await installed(sqlite_store)
    assert stored is not None
    assert not stored.by_admin


async def test_another_replica_finishes_it(
    browser: Browser, slack: Slack, store: Store, clock: FakeClock
) -> None:
    state = await browser.begins()
    code = slack.allows(browser.location)
    async with visiting(store, clock, settings(slack)) as other:
        answer = await other.client.get(
            other.url + REDIRECT,
            params={"state": state, "code": code},
            headers={"Cookie": f"{COOKIE}={state}"},
        )
        assert answer.status_code == 200
        assert await other.tokens.token(slack.workspace.id) == slack.token
    assert await browser.tokens.token(slack.workspace.id) == slack.token


async def test_it_is_taken_out_and_installed_again(
    browser: Browser, slack: Slack, clock: FakeClock
) -> None:
    await browser.installs(slack)
    assert await browser.tokens.uninstall(slack.workspace.id, clock.now())
    assert await browser.tokens.token(slack.workspace.id) is None
    clock.advance(minutes=1)
    before = slack.token
    slack.workspace.uninstalls()
    assert (await browser.installs(slack)).status_code == 200
    assert await browser.tokens.token(slack.workspace.id) == slack.token != before


# --- what is refused ---


async def refused(answer: httpx.Response, store: Store, status: int = 400) -> None:
    assert answer.status_code == status
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert await installed(store) is None


@pytest.mark.parametrize("state", ["", "wrong", "ü", "\x00", "?", "x" * 5000])
async def test_a_wrong_state(state: str, sole: Browser, slack: Slack, sqlite_store: Store) -> None:
    await sole.begins()
    code = slack.allows(sole.location)
    await refused(await sole.get(REDIRECT, state=state, code=code), sqlite_store)
    await refused(await sole.get(REDIRECT, code=code), sqlite_store)
    assert ACCESS not in slack.asked


@pytest.mark.parametrize("cookie", ["", "wrong", "?"])
async def test_another_browser(
    cookie: str, sole: Browser, slack: Slack, sqlite_store: Store
) -> None:
    state = await sole.begins()
    code = slack.allows(sole.location)
    sole.client.cookies.clear()
    answer = await sole.client.get(
        sole.url + REDIRECT,
        params={"state": state, "code": code},
        headers={"Cookie": f"{COOKIE}={cookie}"} if cookie else {},
    )
    await refused(answer, sqlite_store)
    assert ACCESS not in slack.asked


async def test_a_state_of_one_s_own_making(
    sole: Browser, slack: Slack, sqlite_store: Store
) -> None:
    answer = await sole.client.get(
        sole.url + REDIRECT,
        params={"state": "mine", "code": "c0de"},
        headers={"Cookie": f"{COOKIE}=mine"},
    )
    await refused(answer, sqlite_store)
    assert ACCESS not in slack.asked


async def test_a_state_is_used_once(browser: Browser, slack: Slack, store: Store) -> None:
    state = await browser.begins()
    code = slack.allows(browser.location)
    headers = {"Cookie": f"{COOKIE}={state}"}
    browser.client.cookies.clear()

    async def comes() -> int:
        answer = await browser.client.get(
            browser.url + REDIRECT, params={"state": state, "code": code}, headers=headers
        )
        return answer.status_code

    codes = await asyncio.gather(*(comes() for _ in range(5)))
    assert sorted(codes) == [200, 400, 400, 400, 400]
    assert slack.asked[ACCESS] == 1


async def test_ten_minutes_are_enough(
    browser: Browser, slack: Slack, store: Store, clock: FakeClock
) -> None:
    state = await browser.begins()
    code = slack.allows(browser.location)
    clock.advance(minutes=10)
    answer = await browser.get(REDIRECT, state=state, code=code)
    await refused(answer, store)
    assert "begin again" in answer.text
    assert ACCESS not in slack.asked


@pytest.mark.parametrize("error", ["access_denied", "<script>", ""])
async def test_it_is_not_allowed(
    error: str, sole: Browser, slack: Slack, sqlite_store: Store
) -> None:
    answer = await sole.get(REDIRECT, state=await sole.begins(), error=error)
    await refused(answer, sqlite_store, 403)
    assert "<script" not in answer.text
    assert ACCESS not in slack.asked


@pytest.mark.parametrize("code", ["", "x" * 5000])
async def test_a_code_that_cannot_be_one(
    code: str, sole: Browser, slack: Slack, sqlite_store: Store
) -> None:
    await refused(await sole.comes_back(code), sqlite_store)
    assert ACCESS not in slack.asked


async def test_a_code_that_slack_refuses(sole: Browser, slack: Slack, sqlite_store: Store) -> None:
    await sole.begins()
    used = slack.allows(sole.location)
    slack.oauth.access(
        Call(
            ACCESS,
            {"code": used, "redirect_uri": PUBLIC + REDIRECT},
            "",
            (slack.app.client_id, slack.app.client_secret),
        )
    )
    answer = await sole.comes_back(used)
    await refused(answer, sqlite_store)
    assert "used already" in answer.text


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        ({"is_enterprise_install": True, "team": None}, 403, "choose one workspace"),
        ({"token_type": "user"}, 502, "her log"),
        ({"access_token": "xoxp-1"}, 502, "her log"),
        ({"access_token": None}, 502, "her log"),
        ({"refresh_token": "xoxe-1", "expires_in": 43200}, 502, "her log"),
        ({"team": "T1"}, 502, "her log"),
        ({"team": {"id": "T1/.."}}, 502, "her log"),
        ({"app_id": None}, 502, "her log"),
        ({"authed_user": []}, 502, "her log"),
        ({"bot_user_id": 7}, 502, "her log"),
        ({"scope": "chat:write"}, 502, "her log"),
        ({"scope": None}, 502, "her log"),
    ],
)
async def test_an_answer_that_is_not_what_is_needed(
    more: dict[str, Any],
    status: int,
    said: str,
    sole: Browser,
    slack: Slack,
    sqlite_store: Store,
    caplog: pytest.LogCaptureFixture,
) -> None:
    slack.altered.more = more
    answer = await sole.installs(slack)
    await refused(answer, sqlite_store, status)
    assert said in answer.text
    assert slack.token not in caplog.text


async def test_an_answer_about_another_app(
    slack: Slack, sqlite_store: Store, clock: FakeClock
) -> None:
    async with visiting(sqlite_store, clock, settings(slack, app_token="xapp-1-A2-3-x")) as browser:
        await refused(await browser.installs(slack), sqlite_store, 502)
        slack.app.id = "A2"
        assert (await browser.installs(slack)).status_code == 200


@pytest.mark.parametrize(
    "fault",
    [Limited(3), Refused("internal_error"), Fault.UNAVAILABLE, Fault.GARBAGE, Fault.RESET_BEFORE],
)
async def test_slack_does_not_answer(
    fault: Any, sole: Browser, slack: Slack, sqlite_store: Store
) -> None:
    slack.script(ACCESS, fault)
    answer = await sole.installs(slack)
    await refused(answer, sqlite_store, 502)
    assert "try again" in answer.text
    assert (await sole.installs(slack)).status_code == 200


@pytest.mark.parametrize(
    ("secret", "public", "setting"),
    [
        ("wr0ng" * 4, PUBLIC, "PIXIE_SLACK_CLIENT_SECRET"),
        ("", "http://else.test", "PIXIE_PUBLIC_URL"),
    ],
)
async def test_a_wrong_setting_is_named_in_the_log(
    secret: str,
    public: str,
    setting: str,
    slack: Slack,
    sqlite_store: Store,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with visiting(sqlite_store, clock, settings(slack, secret), public) as browser:
        state = await browser.begins()
        # As if the app knew the other address.
        code = slack.allows(browser.location.replace("else.test", "pixie.test"))
        answer = await browser.get(REDIRECT, state=state, code=code)
    await refused(answer, sqlite_store, 502)
    assert setting in caplog.text
    assert setting not in answer.text


async def test_who_begins_and_does_not_come_back_leaves_nothing(
    sole: Browser, slack: Slack, sqlite_store: Store
) -> None:
    states = {await sole.begins() for _ in range(20)}
    assert len(states) == 20
    assert await given.stored(sqlite_store, "installing") == []
    assert (await sole.installs(slack)).status_code == 200


async def test_what_is_sealed_for_something_else_is_no_state(
    sole: Browser, slack: Slack, sqlite_store: Store
) -> None:
    await sole.begins()
    code = slack.allows(sole.location)
    sealed = Fernet(KEY).encrypt(b"xoxb-1").decode().rstrip("=")
    sole.client.cookies.clear()
    answer = await sole.client.get(
        sole.url + REDIRECT,
        params={"state": sealed, "code": code},
        headers={"Cookie": f"{COOKIE}={sealed}"},
    )
    await refused(answer, sqlite_store)
    assert ACCESS not in slack.asked


@pytest.mark.parametrize("path", ["/slack/install", REDIRECT])
async def test_looking_at_a_link_changes_nothing(
    path: str, sole: Browser, sqlite_store: Store
) -> None:
    for method in ("HEAD", "POST"):
        assert (await sole.client.request(method, sole.url + path)).status_code == 405
    assert await given.stored(sqlite_store, "installing") == []


async def test_no_secret_is_logged(
    sole: Browser, slack: Slack, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    state = await sole.begins()
    code = slack.allows(sole.location)
    assert (await sole.get(REDIRECT, state=state, code=code)).status_code == 200
    token, states, codes = slack.token, [state], [code]
    for fault in (Refused("invalid_code"), Fault.GARBAGE, Fault.BAD_GATEWAY, Fault.RESET_BEFORE):
        slack.script(ACCESS, fault)
        states.append(await sole.begins())
        codes.append(slack.allows(sole.location))
        await sole.get(REDIRECT, state=states[-1], code=codes[-1])
    await sole.tokens.uninstall(slack.workspace.id, clock.now())
    # The browser's own lines are not Pixie's; and the server has turned its access log off, which
    # pytest listens to all the same.
    others = ("httpx", "httpcore", "uvicorn.access")
    ours = [each for each in caplog.records if not each.name.startswith(others)]
    lines = "\n".join(f"{each.name} {each.getMessage()} {each.exc_info}" for each in ours)
    assert f"installed in workspace {TEAM}" in lines
    secrets = (token, slack.app.client_secret, KEY, *codes, *states)
    assert [each for each in secrets if each in lines] == []
