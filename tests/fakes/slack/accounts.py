"""auth.*, oauth.v2.access, users.*, team.info: who somebody is, and how the app got in.

https://docs.slack.dev/reference/methods, https://docs.slack.dev/authentication/installing-with-oauth
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.fakes.slack.app import TOKEN_LIFE, Grant
from tests.fakes.slack.conversations import page
from tests.fakes.slack.errors import ApiError, Json
from tests.fakes.slack.person import Person
from tests.fakes.slack.request import Call
from tests.fakes.slack.world import World

CODE_LIFE = 600.0
"""Seconds within which the app has to exchange a code."""


def auth_test(call: Call) -> Json:
    workspace = call.workspace
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.name,
        "user": workspace.world.app.name,
        "team_id": workspace.id,
        "user_id": workspace.bot_user,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }


def auth_revoke(call: Call) -> Json:
    if call.flag("test"):
        return {"revoked": False}
    workspace = call.workspace
    call.grant.revoked = True
    if not workspace.world.grants.of_workspace(workspace):
        workspace.uninstalls()
    return {"revoked": True}


def user_info(call: Call) -> Json:
    return {"user": _shown(call, call.workspace.find_person(call.needed("user")))}


def user_list(call: Call) -> Json:
    found, cursor = page(call, list(call.workspace.people.values()))
    shown = [_shown(call, person) for person in found]
    return {"members": shown, "cache_ts": int(call.workspace.world.now()), **cursor}


def team_info(call: Call) -> Json:
    workspace = call.workspace
    if call.text("team") not in ("", workspace.id):
        raise ApiError("team_not_found")
    return {
        "team": {
            "id": workspace.id,
            "name": workspace.name,
            "domain": workspace.domain,
            "email_domain": "",
            "icon": {"image_default": True},
            "url": f"https://{workspace.domain}.slack.com/",
        }
    }


def _shown(call: Call, person: Person) -> Json:
    own = {"locale": person.locale} if call.flag("include_locale") else {}
    return {**person.user, **own}


@dataclass(slots=True, eq=False)
class Code:
    """What an install leads back with, to be exchanged for a token."""

    person: Person
    scopes: tuple[str, ...]
    redirect_uri: str
    at: float
    used: bool = False


class OAuth:
    """Installs and their codes."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._codes: dict[str, Code] = {}

    def allow(self, person: Person, url: str) -> str:
        """Somebody opens the app's authorize URL and presses Allow.

        Returns the address that their browser is led to. Raises: ApiError where Slack shows an
        error page instead.
        """
        asked = _asked(url)
        redirect = self._redirect(asked)
        scopes = tuple(each for each in asked.get("scope", "").split(",") if each)
        if not scopes:
            raise ApiError("invalid_scope")
        code = f"{person.workspace.number}.{self._world.number('code')}.loopback"
        self._codes[code] = Code(person, scopes, asked.get("redirect_uri", ""), self._world.now())
        return _led(redirect, code=code, state=asked.get("state", ""))

    def deny(self, url: str) -> str:
        """They press Cancel."""
        asked = _asked(url)
        return _led(self._redirect(asked), error="access_denied", state=asked.get("state", ""))

    def _redirect(self, asked: dict[str, str]) -> str:
        known = self._world.app.redirect_urls
        if asked.get("client_id") != self._world.app.client_id:
            raise ApiError("invalid_client_id")
        redirect = asked.get("redirect_uri") or (known[0] if known else "")
        if not redirect or (known and not redirect.startswith(known)):
            raise ApiError("bad_redirect_uri")
        return redirect

    def access(self, call: Call) -> Json:
        """oauth.v2.access: a code, or a refresh token, becomes a token."""
        app = self._world.app
        name, password = call.basic or (call.text("client_id"), call.text("client_secret"))
        if name != app.client_id:
            raise ApiError("invalid_client_id")
        if password != app.client_secret:
            raise ApiError("bad_client_secret")
        match call.text("grant_type"):
            case "refresh_token":
                return self._refresh(call.text("refresh_token"))
            case "" | "authorization_code":
                return self._exchange(call.text("code"), call.text("redirect_uri"))
            case _:
                raise ApiError("invalid_grant_type")

    def _exchange(self, given: str, redirect_uri: str) -> Json:
        code = self._codes.get(given)
        if code is None or self._world.now() - code.at > CODE_LIFE:
            raise ApiError("invalid_code")
        if code.used:
            raise ApiError("code_already_used")
        if code.redirect_uri and redirect_uri != code.redirect_uri:
            raise ApiError("bad_redirect_uri")
        code.used = True
        workspace = code.person.workspace
        workspace.installed = True
        return {**_told(workspace.grant(code.scopes)), "authed_user": {"id": code.person.id}}

    def _refresh(self, given: str) -> Json:
        old = self._world.grants.to_refresh(given)
        if old is None or not old.workspace.installed:
            raise ApiError("invalid_refresh_token")
        new = self._world.grants.give(old.workspace, old.scopes, rotated=True)
        # The old token works on until it expires; its refresh token does not.
        old.refresh_token = ""
        return _told(new)


def _asked(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def _led(redirect: str, **query: str) -> str:
    return f"{redirect}{'&' if '?' in redirect else '?'}{urlencode(query)}"


def _told(grant: Grant) -> Json:
    workspace = grant.workspace
    rotated: dict[str, Any] = {}
    if grant.expires is not None:
        rotated = {"refresh_token": grant.refresh_token, "expires_in": int(TOKEN_LIFE)}
    return {
        "app_id": workspace.world.app.id,
        "scope": ",".join(grant.scopes),
        "token_type": "bot",
        "access_token": grant.token,
        "bot_user_id": workspace.bot_user,
        "team": {"id": workspace.id, "name": workspace.name},
        "enterprise": None,
        "is_enterprise_install": False,
        **rotated,
    }


METHODS: dict[str, tuple[Callable[[Call], Json], str]] = {
    "auth.test": (auth_test, ""),
    "auth.revoke": (auth_revoke, ""),
    "users.info": (user_info, "users:read"),
    "users.list": (user_list, "users:read"),
    "team.info": (team_info, "team:read"),
}
