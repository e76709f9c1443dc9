"""The bot tokens of workspaces that install the app by themselves: kept encrypted, found fast."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from adapters.slack.places import PLATFORM
from adapters.slack.settings import KEYS_SETTING
from core.errors import StorageError, Unavailable
from core.installations import Installation
from core.ports import Clock, Store
from core.workspaces import install, uninstall

FRESH = timedelta(seconds=45)
"""How long a token is used without a look: what another process changed is seen within a minute."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    token: str
    until: datetime


class SlackTokens:
    """Tokens by workspace; `token` is a `Token` for `open_client`.

    https://cryptography.io/en/latest/fernet/#cryptography.fernet.MultiFernet
    """

    def __init__(self, store: Store, clock: Clock, keys: Sequence[str]) -> None:
        """`keys` are Fernet keys, newest first, at least one."""
        fernets = [Fernet(key) for key in keys]
        self._newest, self._any = fernets[0], MultiFernet(fernets)
        self._store = store
        self._clock = clock
        self._found: dict[str, _Found] = {}
        self._drops = 0
        self._closed: set[str] = set()

    async def token(self, team: str) -> str | None:
        """The bot token of a workspace; None when the app is not installed there.

        Raises `Unavailable` when no key opens it, or it cannot be read: what is to go there waits.
        """
        now = self._clock.now()
        found = self._found.get(team)
        if found is not None and now < found.until:
            return found.token
        drops = self._drops
        try:
            stored = await self._store.read(lambda work: work.installations.get(PLATFORM, team))
        except StorageError as error:
            raise Unavailable("the token cannot be read") from error
        if stored is None or not stored.live:
            self._found.pop(team, None)
            return None
        token = self._opened(stored)
        if drops == self._drops:
            # Otherwise it was perhaps read before it was taken back.
            self._found[team] = _Found(token=token, until=now + FRESH)
        return token

    async def install(self, installation: Installation, token: str) -> Installation:
        """Store an installation, with its token sealed. Raises `StorageError`."""
        stored = await install(self._store, replace(installation, token=self._sealed(token)))
        self._drop(installation.workspace)
        return stored

    async def uninstall(self, team: str, at: datetime) -> bool:
        """The app was taken out of a workspace then, or its token was revoked; see
        `core.workspaces.uninstall`. To be called before the platform is told yes."""
        self._drop(team)
        gone = await uninstall(self._store, PLATFORM, team, at)
        self._drop(team)
        if gone:
            log.info("the app was taken out of workspace %s", team)
        return gone

    async def rotate(self) -> int:
        """Seal every token that is under an older key under the newest one, at the start.

        Returns how many no key opens; the log names them. Raises `StorageError`.
        """
        lost = 0
        for each in await self._store.read(lambda work: work.installations.all()):
            if each.platform != PLATFORM or self._under_newest(each):
                continue
            try:
                token = self._opened(each)
            except Unavailable:
                lost += 1
            else:
                await self._reseal(each, self._sealed(token))
        return lost

    async def _reseal(self, installation: Installation, sealed: str) -> None:
        # Another process may be doing the same, or the app is just being installed anew.
        await self._store.run(lambda work: work.installations.reseal(installation, sealed))

    def _drop(self, team: str) -> None:
        self._drops += 1
        self._found.pop(team, None)

    def _sealed(self, token: str) -> str:
        return self._newest.encrypt(token.encode()).decode("ascii")

    def _under_newest(self, installation: Installation) -> bool:
        try:
            self._newest.decrypt(installation.token.encode())
        except InvalidToken:
            return False
        return True

    def _opened(self, installation: Installation) -> str:
        try:
            token = self._any.decrypt(installation.token.encode()).decode()
        except InvalidToken:
            if installation.workspace not in self._closed:
                self._closed.add(installation.workspace)
                log.error(
                    "%s: none of the keys opens the token of workspace %s. Put back the key that "
                    "it was kept under, after the newest, or let an admin install the app again.",
                    KEYS_SETTING,
                    installation.workspace,
                )
            raise Unavailable("the token cannot be decrypted") from None
        self._closed.discard(installation.workspace)
        return token
