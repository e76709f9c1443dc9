"""Workspaces that have installed Pixie by themselves."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Installation:
    """Pixie in one workspace."""

    platform: str
    workspace: str
    """The platform's id of it."""
    name: str
    """What its people call it."""
    app: str
    """The platform's id of the app that is installed."""
    bot_user: str
    """Who Pixie is there."""
    token: str
    """Encrypted; "" once it was taken out."""
    scopes: tuple[str, ...]
    """What Pixie may do there."""
    installed_by: str
    """Who installed it; of several, an admin if one did."""
    by_admin: bool
    """An admin of the workspace installed it, so that its members are welcome."""
    at: datetime
    """Aware; when it was installed last."""
    revoked_at: datetime | None = None
    """Aware; when it was taken out. None while it is installed."""

    @property
    def live(self) -> bool:
        """It is installed."""
        return self.revoked_at is None
