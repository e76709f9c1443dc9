"""The app as it is set up at api.slack.com/apps, and the tokens that were given for it.

https://docs.slack.dev/reference/app-manifest
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.fakes.slack.errors import ApiError

if TYPE_CHECKING:
    from tests.fakes.slack.workspace import Workspace

SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "mpim:read",
    "reactions:read",
    "reactions:write",
    "team:read",
    "users:read",
)
EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "member_joined_channel",
    "member_left_channel",
    "message.im",
    "reaction_added",
    "reaction_removed",
    "team_join",
    "tokens_revoked",
    "user_change",
)
TOKEN_LIFE = 43_200
"""Seconds of a token that is rotated."""


@dataclass(kw_only=True)
class App:
    """Change it, and Slack behaves accordingly from then on."""

    id: str = "A0FAKEAPP"
    name: str = "pixie"
    client_id: str = "10000000001.20000000001"
    client_secret: str = "0123456789abcdef0123456789abcdef"
    signing_secret: str = "fedcba9876543210fedcba9876543210"
    verification_token: str = "oldVerificationToken0000"
    app_token: str = "xapp-1-A0FAKEAPP-30000000001-abcdef"
    scopes: tuple[str, ...] = SCOPES
    """Of the workspaces that have it from the start; an install asks for its own."""
    events: set[str] = field(default_factory=lambda: set(EVENTS))
    """What it is subscribed to, as the manifest names them."""
    commands: frozenset[str] | None = None
    """The slash commands that there are; None: any."""
    redirect_urls: tuple[str, ...] = ()
    """Where OAuth may lead back to; none: anywhere."""
    home_tab: bool = True
    rotates_tokens: bool = False
    hears_itself: bool = True
    """Its own messages and reactions are events for it, too, as they are on Slack."""


@dataclass(slots=True)
class Grant:
    """A bot's token; `expires` in seconds since the epoch."""

    token: str
    workspace: "Workspace"
    scopes: tuple[str, ...]
    revoked: bool = False
    expires: float | None = None
    refresh_token: str = ""


class Grants:
    """Every token that there ever was. `now` gives seconds since the epoch."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._all: dict[str, Grant] = {}
        self._count = 0

    def give(self, workspace: "Workspace", scopes: tuple[str, ...], *, rotated: bool) -> Grant:
        self._count += 1
        number = f"{workspace.number}-{self._count}"
        kind = "xoxe.xoxb-1" if rotated else "xoxb"
        grant = Grant(f"{kind}-{number}-loopback", workspace, scopes)
        if rotated:
            grant.expires = self._now() + TOKEN_LIFE
            grant.refresh_token = f"xoxe-1-{number}-refresh"
        self._all[grant.token] = grant
        return grant

    def of(self, token: str) -> Grant:
        """Raises: ApiError where it is not, or no longer, good."""
        if not token:
            raise ApiError("not_authed")
        if token.startswith("xapp-"):
            raise ApiError("not_allowed_token_type")
        grant = self._all.get(token)
        if grant is None:
            raise ApiError("invalid_auth")
        if not grant.workspace.installed:
            raise ApiError("account_inactive")
        if grant.revoked:
            raise ApiError("token_revoked")
        if grant.expires is not None and grant.expires <= self._now():
            raise ApiError("token_expired")
        return grant

    def of_workspace(self, workspace: "Workspace") -> list[Grant]:
        """Those that are not revoked, the newest last."""
        return [
            grant
            for grant in self._all.values()
            if grant.workspace is workspace and not grant.revoked
        ]

    def to_refresh(self, refresh_token: str) -> Grant | None:
        """The grant that this refreshes, if it still does."""
        for grant in self._all.values():
            if grant.refresh_token == refresh_token and not grant.revoked:
                return grant
        return None
