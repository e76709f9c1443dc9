"""The App Home: drawn when it is opened, and anew when something in it has changed.

https://docs.slack.dev/surfaces/app-home
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from slack_sdk.errors import SlackApiError

from adapters.slack.client import SlackClient, edge_errors
from adapters.slack.home import SIZES, stranger, view
from core.errors import EdgeError
from core.home import read_home, revision
from core.loop import Loop
from core.ports import Clock, Store, Work
from core.values import Identity

log = logging.getLogger(__name__)

LOOK_EVERY = 2.0
"""Seconds between looks whether a home that somebody sees has changed."""
WATCHED = timedelta(hours=1)
"""How long after it was opened; then it is drawn when it is opened again."""
MOST_WATCHED = 500
CONFLICT = "hash_conflict"


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A home as somebody sees it."""

    page: int
    revision: tuple[object, ...]
    hash: str
    opened: datetime


class HomeTab(Loop):
    """Draws homes, and looks after those that were opened lately."""

    every = LOOK_EVERY

    def __init__(self, client: SlackClient, store: Store, clock: Clock) -> None:
        super().__init__(clock)
        self._client = client
        self._store = store
        self._shown: dict[Identity, Shown] = {}

    async def open(self, who: Identity, hash_: str = "") -> None:
        """Somebody looks at their home. Raises as `Messenger.send` does."""
        await self._draw(who, 0, hash_, self._clock.now())

    async def refuse(self, who: Identity, why: str) -> None:
        """Show somebody who is not welcome no home, but why. Raises as `Messenger.send` does."""
        await self._publish(who, stranger(why), "")

    async def turn_page(self, who: Identity, page: int, hash_: str = "") -> None:
        """Show another page of it. Raises as `Messenger.send` does."""
        await self._draw(who, page, hash_, self._clock.now())

    async def turn(self) -> None:
        """Draw anew what has changed."""
        now = self._clock.now()
        for who, shown in list(self._shown.items()):
            if now - shown.opened > WATCHED:
                del self._shown[who]
                continue
            if await self._store.read(partial(_revision, who=who, now=now)) == shown.revision:
                continue
            try:
                await self._draw(who, shown.page, shown.hash, shown.opened)
            except EdgeError as error:
                log.info("a home could not be drawn anew: %s", type(error).__name__)
                del self._shown[who]

    async def _draw(self, who: Identity, page: int, hash_: str, opened: datetime) -> None:
        person = await self._store.read(lambda work: work.people.by_identity(who))
        if person is None:
            await self._publish(who, stranger(), "")
            return
        # Before the rows: what changes in between is drawn the next time.
        now = self._clock.now()
        seen = await self._store.read(lambda work: revision(work, person.id, now))
        home = await read_home(self._store, person, now, page, SIZES)
        published = await self._publish(who, view(home), hash_)
        if len(self._shown) >= MOST_WATCHED and who not in self._shown:
            self._shown.pop(next(iter(self._shown)))
        self._shown[who] = Shown(page=home.page, revision=seen, hash=published, opened=opened)

    async def _publish(self, who: Identity, drawn: dict[str, object], hash_: str) -> str:
        """The hash of what is shown now. Another process may have drawn it meanwhile: ours is
        newer."""
        web = await self._client.web(who.workspace)
        with edge_errors():
            try:
                answer = await web.views_publish(user_id=who.user, view=drawn, hash=hash_ or None)
            except SlackApiError as error:
                if error.response.get("error") != CONFLICT:
                    raise
                answer = await web.views_publish(user_id=who.user, view=drawn)
        return str((answer.get("view") or {}).get("hash", ""))


def _revision(work: Work, who: Identity, now: datetime) -> tuple[object, ...] | None:
    person = work.people.by_identity(who)
    return None if person is None else revision(work, person.id, now)
