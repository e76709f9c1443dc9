"""A workspace installs the app. https://docs.slack.dev/authentication/installing-with-oauth"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import aiohttp

from adapters.slack.client import edge_errors, web_client
from adapters.slack.people import person_of
from adapters.slack.settings import SlackSettings
from adapters.slack.text import clean_line
from core.errors import Refused
from core.values import Membership

SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "chat:write",
    "commands",
    "files:read",
    "im:history",
    "im:read",
    "im:write",
    "reactions:read",
    "users:read",
)
"""What the app asks for, as in its manifest."""
LONGEST_NAME = 200
_ID = re.compile(r"[A-Z0-9]{2,40}", re.ASCII)
_TOKEN = re.compile(r"xoxb-[\w-]{1,500}", re.ASCII)


class WholeOrganization(Refused):
    """The app was installed for an Enterprise organization, not for one workspace of it."""


class WrongAnswer(Refused):
    """Slack's answer is not about this app, or not as Pixie needs it. The text says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """What a workspace has granted."""

    team: str
    name: str
    app: str
    bot_user: str
    token: str = field(repr=False)
    scopes: tuple[str, ...]
    installer: str
    """Who granted it."""


class SlackOAuth:
    """Sends people to Slack, and exchanges what they come back with."""

    def __init__(
        self, session: aiohttp.ClientSession, settings: SlackSettings, redirect_uri: str
    ) -> None:
        """`settings` are `many`; `redirect_uri` is one of the app's own."""
        client_id, secret = settings.slack_client_id, settings.slack_client_secret
        self._id = "" if client_id is None else client_id.get_secret_value()
        self._secret = "" if secret is None else secret.get_secret_value()
        self._session = session
        self._base_url = settings.slack_base_url
        self._app = settings.app_id
        self._redirect_uri = redirect_uri

    def authorize_url(self, state: str) -> str:
        """Where the app is installed; from there people come back with this state."""
        asked = {
            "client_id": self._id,
            "scope": ",".join(SCOPES),
            "state": state,
            "redirect_uri": self._redirect_uri,
        }
        return f"{self._base_url.removesuffix('api/')}oauth/v2/authorize?{urlencode(asked)}"

    async def exchange(self, code: str) -> Grant:
        """What the code stands for, once.

        Raises `CodeOver`, `WholeOrganization`, `WrongAnswer`, `Unauthorized` when a setting is
        wrong, and otherwise as `Messenger.send` does.
        """
        web = web_client(self._session, None, self._base_url)
        # The library's own method warns: aiohttp no longer wants BasicAuth.
        who = aiohttp.encode_basic_auth(self._id, self._secret)
        with edge_errors():
            answer = await web.api_call(
                "oauth.v2.access",
                data={"code": code, "redirect_uri": self._redirect_uri},
                headers={"Authorization": who},
            )
            found = answer.data
        if not isinstance(found, Mapping):
            raise WrongAnswer("no object")
        return self._granted(found)

    async def by_admin(self, grant: Grant) -> bool:
        """Whether an admin granted it. Raises as `Messenger.send` does."""
        web = web_client(self._session, grant.token, self._base_url)
        with edge_errors():
            answer = await web.users_info(user=grant.installer)
        found = answer.get("user")
        if not isinstance(found, Mapping) or found.get("id") != grant.installer:
            return False
        return person_of(found, grant.team).membership is Membership.ADMIN

    def _granted(self, found: Mapping[str, object]) -> Grant:
        if found.get("is_enterprise_install") is True:
            raise WholeOrganization("installed for the whole organization")
        if found.get("refresh_token") or found.get("expires_in"):
            raise WrongAnswer("token rotation is turned on for the app; turn it off")
        team = found.get("team")
        within = team if isinstance(team, Mapping) else {}
        user = found.get("authed_user")
        installer = user.get("id") if isinstance(user, Mapping) else None
        token, name = found.get("access_token"), within.get("name")
        if found.get("token_type") != "bot" or not _is(_TOKEN, token):
            raise WrongAnswer("it holds no bot token")
        ids = (within.get("id"), found.get("app_id"), found.get("bot_user_id"), installer)
        if not all(_is(_ID, each) for each in ids):
            raise WrongAnswer("it does not say whose token it is")
        if self._app and found.get("app_id") != self._app:
            raise WrongAnswer("it is about another app than the app-level token's")
        scopes = found.get("scope")
        granted = tuple(scopes.split(",")) if isinstance(scopes, str) else ()
        if missing := set(SCOPES) - set(granted):
            raise WrongAnswer(f"it lacks {', '.join(sorted(missing))}")
        team_id, app, bot_user, by = map(str, ids)
        return Grant(
            team=team_id,
            name=clean_line(name)[:LONGEST_NAME] if isinstance(name, str) else "",
            app=app,
            bot_user=bot_user,
            token=str(token),
            scopes=granted,
            installer=by,
        )


def _is(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
