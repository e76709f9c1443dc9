"""What people wrote while Pixie was not there, from the history of their chats with her.

Slack forgets events that nobody takes for long, and keeps what was written. What is known already
is known by its channel and timestamp.

Who never wrote before is found among all chats that there are. Slack's list does not tell in which
of them anything was said, so each has to be asked for: only the newest are, and only after Pixie
was away. Who writes for the first time has mostly just opened the chat.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from adapters.slack.client import SlackClient, edge_errors
from adapters.slack.places import PLATFORM, Place
from bots.slack.front import Front
from bots.slack.members import Members
from core.errors import EdgeError, StorageError, Unavailable
from core.loop import Loop, idle
from core.ports import Clock, Store
from core.values import Address
from core.workspaces import reached

log = logging.getLogger(__name__)

LOOK_BACK = timedelta(hours=24)
ROOTS_BACK = timedelta(days=7)
"""How old threads are at most in which answers are looked for."""
APART = 1.3
"""Seconds between two chats: Slack takes about fifty such questions a minute."""
PAGE = 200
MOST_PAGES = 5
MOST_NEW = 200
"""Chats in a workspace with people who are not known that are looked through."""
NEW_APART = timedelta(minutes=10)
"""Between two looks through these; what nobody takes Slack itself tells again for six minutes."""
LISTED = 999
"""Chats on a page of the list, which Slack gives out twenty times a minute."""
MOST_LISTS = 10
LONGEST_WAIT = timedelta(minutes=1)
"""That Slack may ask for; what it keeps back for longer is left to the next look."""
LOOK_EVERY = 3600.0
Json = dict[str, Any]


class CatchUp(Loop):
    """Looks through the chats of everybody who is known: at the start, when a connection stands
    again, and now and then."""

    every = LOOK_EVERY

    def __init__(
        self, client: SlackClient, members: Members, front: Front, store: Store, clock: Clock
    ) -> None:
        super().__init__(clock)
        self._client = client
        self._members = members
        self._front = front
        self._store = store
        self._away = True
        self._looked: datetime | None = None

    def wake(self) -> None:
        """A connection stands again."""
        self._away = True
        super().wake()

    async def turn(self) -> None:
        """Every chat, one after the other; one that cannot be read is passed over."""
        teams = await self._teams()
        now = self._clock.now()
        since, roots = (f"{(now - each).timestamp():.6f}" for each in (LOOK_BACK, ROOTS_BACK))
        chats = await self._store.read(lambda work: work.people.chats(PLATFORM))
        if self._away and (self._looked is None or now - self._looked >= NEW_APART):
            self._away, self._looked = False, now
            known = {chat.chat for chat in chats}
            for team in teams:
                chats += await self._new(team, known)
        for number, chat in enumerate(chats):
            if self._stopping:
                return
            if number:
                await idle(self._clock, self._stopped, APART)
            if chat.chat[:1] in ("U", "W"):
                # Slack did not tell the chat's own id when they came.
                chat = await self._members.home(chat.workspace, chat.chat)
            try:
                for message in await self._written(chat, since, roots):
                    await self._front.take(_event(chat, message))
            except EdgeError as error:
                log.info("a chat cannot be caught up: %s", type(error).__name__)
            except StorageError as error:
                log.warning("a chat cannot be caught up: %s", type(error).__name__)

    async def _teams(self) -> list[str]:
        """The workspaces that Pixie is in.

        Where one token is set, it works again: what has waited for it goes off.
        """
        try:
            me = await self._members.me("")
        except EdgeError:
            # Each workspace has a token of its own, or this one does not work.
            found = await self._store.read(lambda work: work.installations.all())
            return [each.workspace for each in found if each.platform == PLATFORM and each.live]
        await reached(self._store, PLATFORM, me.team)
        return [me.team]

    async def _new(self, team: str, known: set[str]) -> list[Address]:
        """Chats with people who may have written for the first time, the newest first."""
        try:
            chats = await self._pages(
                "conversations_list", "channels", team, MOST_LISTS, types="im", limit=LISTED
            )
        except EdgeError as error:
            # Who is known is caught up without the scope that this takes (im:read).
            log.info("the chats cannot be listed: %s", type(error).__name__)
            return []
        new = [
            chat
            for chat in chats
            if not known & {chat.get("id"), chat.get("user")} and not chat.get("is_user_deleted")
        ]
        new.sort(key=lambda chat: int(chat.get("created") or 0), reverse=True)
        return [Place(team=team, channel=str(chat["id"])).address() for chat in new[:MOST_NEW]]

    async def _written(self, chat: Address, oldest: str, began: str) -> list[Json]:
        """What people wrote there, in the chat and in its threads, in the order in which they did:
        what is undone or done is what they meant then."""
        found: list[Json] = []
        for root in await self._said("conversations_history", chat, began):
            if str(root.get("ts", "")) >= oldest:
                found.append(root)
            if str(root.get("latest_reply", "")) >= oldest:
                thread = str(root["ts"])
                replies = await self._said("conversations_replies", chat, oldest, ts=thread)
                found += (reply for reply in replies if reply.get("ts") != thread)
        return sorted(found, key=lambda message: str(message.get("ts", "")))

    async def _said(self, method: str, chat: Address, oldest: str, **more: str) -> list[Json]:
        asked: dict[str, str | int] = {
            "channel": chat.chat,
            "oldest": oldest,
            "limit": PAGE,
            **more,
        }
        return await self._pages(method, "messages", chat.workspace, MOST_PAGES, **asked)

    async def _pages(
        self, method: str, what: str, team: str, most: int, **asked: str | int
    ) -> list[Json]:
        """What is on the first pages of an answer."""
        found: list[Json] = []
        for _ in range(most):
            answer = await self._asked(method, team, asked)
            found += [each for each in answer.get(what) or [] if isinstance(each, dict)]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
            asked["cursor"] = cursor
        return found

    async def _asked(self, method: str, team: str, asked: Mapping[str, str | int]) -> Json:
        """The answer, once more if Slack asks to wait a little."""
        web = await self._client.web(team)
        try:
            with edge_errors():
                return dict((await getattr(web, method)(**asked)).data)
        except Unavailable as error:
            if error.retry_after is None or error.retry_after > LONGEST_WAIT:
                raise
            await idle(self._clock, self._stopped, error.retry_after.total_seconds())
        with edge_errors():
            return dict((await getattr(web, method)(**asked)).data)


def _event(chat: Address, message: Json) -> Json:
    """A message of the history, as it was told when it was written."""
    event = {**message, "type": "message", "channel": chat.chat, "channel_type": "im"}
    return {"type": "event_callback", "team_id": chat.workspace, "event": event}
