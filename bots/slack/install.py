"""Where any workspace installs Pixie: two pages and a way through Slack between them.

https://docs.slack.dev/authentication/installing-with-oauth
"""

import hmac
import logging
from datetime import timedelta
from html import escape
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from adapters.slack.client import CodeOver
from adapters.slack.oauth import Grant, SlackOAuth, WholeOrganization, WrongAnswer
from adapters.slack.places import PLATFORM
from adapters.slack.states import States
from adapters.slack.tokens import SlackTokens
from core.errors import EdgeError, Refused, Unauthorized
from core.installations import Installation
from core.invites import hashed
from core.ports import Clock, Store

INSTALL = "/slack/install"
REDIRECT = "/slack/oauth_redirect"
COOKIE = "pixie-slack-install"
LASTS = timedelta(minutes=10)
"""How long one may take on Slack's page."""
LONGEST = 1000
"""Characters of a state or a code."""

log = logging.getLogger(__name__)

_HEADERS = {
    "Cache-Control": "no-store",
    # The code is in the address, and nobody else's to see.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
}


class Installing:
    """Lets workspaces in. Any replica can finish what another has begun."""

    def __init__(
        self,
        oauth: SlackOAuth,
        tokens: SlackTokens,
        states: States,
        store: Store,
        clock: Clock,
        *,
        public_url: str,
    ) -> None:
        self._oauth = oauth
        self._tokens = tokens
        self._states = states
        self._store = store
        self._clock = clock
        self._url = public_url.rstrip("/") + INSTALL
        address = urlsplit(public_url)
        self._secure = address.scheme == "https"
        self._path = address.path.rstrip("/") + REDIRECT
        self.router = APIRouter()
        self.router.add_api_route(INSTALL, self.begin, methods=["GET"])
        self.router.add_api_route(REDIRECT, self.finish, methods=["GET"])

    async def begin(self) -> Response:
        """Send the browser to Slack, and know it again when it comes back."""
        state = self._states.new()
        response = RedirectResponse(self._oauth.authorize_url(state), 302, _HEADERS)
        response.set_cookie(
            COOKIE,
            state,
            max_age=int(LASTS.total_seconds()),
            path=self._path,
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )
        return response

    async def finish(self, request: Request) -> Response:
        """Back from Slack."""
        response = await self._finished(request)
        response.delete_cookie(
            COOKIE, path=self._path, secure=self._secure, httponly=True, samesite="lax"
        )
        return response

    async def _finished(self, request: Request) -> Response:
        told = request.query_params
        if not await self._came_back(told.get("state", ""), request.cookies.get(COOKIE, "")):
            return self._over(
                "This page is reached from the beginning, in the same browser, once and within "
                "ten minutes."
            )
        if "error" in told:
            # access_denied, or somebody's own invention.
            return self._page(403, "Pixie was not installed", "Nobody allowed it on Slack.")
        code = told.get("code", "")
        if not 0 < len(code) <= LONGEST:
            return self._over("Slack sent you back without a code.")
        try:
            grant = await self._oauth.exchange(code)
        except EdgeError as error:
            return self._failed(error)
        return await self._install(grant)

    async def _came_back(self, state: str, cookie: str) -> bool:
        """It is the browser that was sent to Slack, for the first time and in time."""
        if not 0 < len(state) <= LONGEST or not state.isascii():
            return False
        if not hmac.compare_digest(_bytes(state), _bytes(cookie)) or not self._states.ours(state):
            return False
        ends_at = self._clock.now() + LASTS
        state_hash = hashed(state)
        return await self._store.run(
            lambda work: work.installations.come_back(PLATFORM, state_hash, ends_at)
        )

    async def _install(self, grant: Grant) -> Response:
        try:
            by_admin = await self._oauth.by_admin(grant)
        except EdgeError as error:
            log.warning("who installed the app cannot be looked up: %s", type(error).__name__)
            by_admin = False
        installation = Installation(
            platform=PLATFORM,
            workspace=grant.team,
            name=grant.name,
            app=grant.app,
            bot_user=grant.bot_user,
            token="",
            scopes=grant.scopes,
            installed_by=grant.installer,
            by_admin=by_admin,
            at=self._clock.now(),
        )
        stored = await self._tokens.install(installation, grant.token)
        log.info("the app was installed in workspace %s", grant.team)
        return self._welcome(stored)

    def _failed(self, error: EdgeError) -> Response:
        match error:
            case CodeOver():
                return self._over("Slack says that it was used already, or took too long.")
            case WholeOrganization():
                return self._page(
                    403,
                    "Pixie was not installed",
                    "She works in single workspaces, and not yet in a whole organization at once. "
                    "Please choose one workspace on Slack's page.",
                    begin=True,
                )
            case Unauthorized():
                log.error("Slack refuses the app: %s. Check %s.", error, error.setting)
            case WrongAnswer():
                log.error("what Slack granted is of no use: %s", error)
            case Refused():
                log.error("Slack refuses an installation: %s", error)
            case _:
                log.warning("Slack does not answer an installation: %s", type(error).__name__)
                return self._page(
                    502, "Slack does not answer", "Please try again in a minute.", begin=True
                )
        return self._page(
            502,
            "Pixie was not installed",
            "She is not set up right for it. Whoever runs her finds the reason in her log.",
        )

    # --- pages ---

    def _welcome(self, installation: Installation) -> Response:
        name = installation.name or "your workspace"
        asked = {"team": installation.workspace, "id": installation.app}
        web = {"team": installation.workspace, "app": installation.app}
        links = (
            (f"slack://app?{urlencode(asked)}", "Open Pixie in Slack"),
            (f"https://slack.com/app_redirect?{urlencode(web)}", "Open her in the browser"),
        )
        if installation.by_admin:
            return self._page(
                200, f"Pixie is in {name}", "Every member can write to her now.", links=links
            )
        return self._page(
            200,
            f"Pixie is in {name}",
            "You can write to her now, and so can its admins. Once an admin installs her too, "
            f"every member can: {self._url}",
            links=links,
        )

    def _over(self, why: str) -> Response:
        return self._page(400, "Please begin again", why, begin=True)

    def _page(
        self,
        status: int,
        title: str,
        text: str,
        *,
        links: tuple[tuple[str, str], ...] = (),
        begin: bool = False,
    ) -> Response:
        if begin:
            links = ((self._url, "Install Pixie"), *links)
        shown = "".join(
            f'<p><a href="{escape(link)}">{escape(label)}</a></p>\n' for link, label in links
        )
        return HTMLResponse(
            '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width">'
            f"<title>{escape(title)}</title></head>\n"
            f"<body>\n<h1>{escape(title)}</h1>\n<p>{escape(text)}</p>\n{shown}</body>\n</html>\n",
            status,
            _HEADERS,
        )


def _bytes(text: str) -> bytes:
    return text.encode(errors="replace")
