"""What people wrote while Pixie was not there, from the history of their chats with her.

Slack forgets events that nobody takes for long, and keeps what was written. What is known already
is known by its channel and timestamp.
"""

import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from adapters.slack.client import SlackClient, edge_errors
from adapters.slack.places import PLATFORM
from bots.slack.front import Front
from bots.slack.members import Members
from core.errors import EdgeError, StorageError
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

    async def turn(self) -> None:
        """Every chat, one after the other; one that cannot be read is passed over."""
        await self._reached()
        now = self._clock.now()
        since, roots = (f"{(now - each).timestamp():.6f}" for each in (LOOK_BACK, ROOTS_BACK))
        chats = await self._store.read(lambda work: work.people.chats(PLATFORM))
        for number, chat in enumerate(chats):
            if self._stopping:
                return
            if number:
                await idle(self._clock, self._stopped, APART)
            if chat.chat[:1] in ("U", "W"):
                # Slack did not tell the chat's own id when they came.
                chat = await self._members.home(chat.workspace, chat.chat)
            try:
                async for message in self._written(chat, since, roots):
                    await self._front.take(_event(chat, message))
            except EdgeError as error:
                log.info("a chat cannot be caught up: %s", type(error).__name__)
            except StorageError as error:
                log.warning("a chat cannot be caught up: %s", type(error).__name__)

    async def _reached(self) -> None:
        """Where one token is set, it works again: what has waited for it goes off."""
        try:
            me = await self._members.me("")
        except EdgeError:
            # Each workspace has a token of its own, or this one does not work.
            return
        await reached(self._store, PLATFORM, me.team)

    async def _written(self, chat: Address, oldest: str, began: str) -> AsyncIterator[Json]:
        """What people wrote there, oldest first within the chat and within each thread."""
        for root in reversed(await self._pages("conversations_history", chat, began)):
            if str(root.get("ts", "")) >= oldest:
                yield root
            if str(root.get("latest_reply", "")) >= oldest:
                thread = str(root["ts"])
                for reply in await self._pages("conversations_replies", chat, oldest, ts=thread):
                    if reply.get("ts") != thread:
                        yield reply

    async def _pages(self, method: str, chat: Address, oldest: str, **more: str) -> list[Json]:
        web = await self._client.web(chat.workspace)
        found: list[Json] = []
        cursor = ""
        for _ in range(MOST_PAGES):
            asked = {"channel": chat.chat, "oldest": oldest, "limit": PAGE, **more}
            if cursor:
                asked["cursor"] = cursor
            with edge_errors():
                answer = await getattr(web, method)(**asked)
            found += [each for each in answer.get("messages") or [] if isinstance(each, dict)]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        return found


def _event(chat: Address, message: Json) -> Json:
    """A message of the history, as it was told when it was written."""
    event = {**message, "type": "message", "channel": chat.chat, "channel_type": "im"}
    return {"type": "event_callback", "team_id": chat.workspace, "event": event}
