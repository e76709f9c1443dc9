"""Updates that wait for the bot: kept until acknowledged, for a day at most.

https://core.telegram.org/bots/api#getting-updates; tdlib's Client::process_get_updates_query.
"""

import asyncio
import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tests.fakes.telegram.errors import TERMINATED, Json, conflict

KINDS = [
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "guest_message",
    "message_reaction",
    "message_reaction_count",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "purchased_paid_media",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
    "managed_bot",
]
DEFAULT_KINDS = frozenset(KINDS) - {"message_reaction", "message_reaction_count", "chat_member"}
"""Sent unless the bot asks for others (`allowed_updates`)."""
DAY = 86_400
CALLBACK_LIFE = 150
"""Seconds after which a button press is neither delivered nor answerable."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """An update that was not acknowledged yet."""

    id: int
    queue: object
    """The real webhook delivers one by one within a queue: a chat, or a person's button presses."""
    expires: float
    body: Json


class Updates:
    """`now` gives seconds since the epoch."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.allowed: frozenset[str] = DEFAULT_KINDS
        self.history: list[Json] = []
        """Every update that was made for the bot, oldest first."""
        self.waiting: deque[Waiting] = deque()
        self.added = asyncio.Event()
        self.shuffled: random.Random | None = None
        """Set it, and updates come in an order of its own."""
        self.duplicated = 0
        """So many of the coming updates are delivered once more after they were acknowledged."""
        self.on_add: Callable[[Waiting], None] | None = None
        self._now = now
        self._next_id = 700_000_001
        self._poll: asyncio.Future[None] | None = None
        self._again: list[Json] = []
        self._held: list[Waiting] | None = None

    def add(self, kind: str, body: Json, queue: object, life: float = DAY) -> None:
        """Raises nothing: a kind that the bot does not want is dropped, as Telegram does."""
        if kind in self.allowed:
            self.push({kind: body}, queue, life)

    def push(self, fields: Json, queue: object = None, life: float = DAY) -> int:
        """Any update, whether there is such a kind or not. Returns its id."""
        number = self._next_id
        self._next_id += 1
        update = {"update_id": number, **fields}
        waiting = Waiting(id=number, queue=queue, expires=self._now() + life, body=update)
        self.history.append(update)
        if self._held is None:
            self._offer(waiting)
        else:
            self._held.append(waiting)
        return number

    def _offer(self, waiting: Waiting) -> None:
        self.waiting.append(waiting)
        self.added.set()
        if self.on_add is not None:
            self.on_add(waiting)

    def hold(self) -> None:
        """Keep what comes from the bot until `let_go`."""
        self._held = []

    def let_go(self, *, times: int = 1) -> None:
        """Give the bot what was held, the last first, each so many times."""
        held, self._held = self._held or [], None
        for waiting in reversed(held):
            for _ in range(times):
                self._offer(replace(waiting, queue="let go"))

    @property
    def none_left(self) -> bool:
        """The bot has acknowledged everything, and nothing is kept from it."""
        return not (self.live() or self._again or self._held)

    def again(self, *ids: int) -> None:
        """Deliver these once more, though they were acknowledged; none means the last one."""
        wanted = ids or (self.history[-1]["update_id"],)
        found = [update for update in self.history if update["update_id"] in wanted]
        if self.on_add is None:
            self._again += found
            self.added.set()
            return
        for update in found:
            self.on_add(Waiting(id=0, queue=None, expires=self._now() + DAY, body=update))

    def allow(self, kinds: object) -> None:
        """A parameter `allowed_updates`: None changes nothing, an empty list means the default."""
        if isinstance(kinds, list) and all(isinstance(kind, str) for kind in kinds):
            self.allowed = frozenset(kinds) & frozenset(KINDS) or DEFAULT_KINDS

    def drop_all(self) -> None:
        self.waiting.clear()

    def acknowledge(self, update_id: int) -> None:
        """One was taken by the webhook."""
        self.waiting = deque(each for each in self.waiting if each.id != update_id)

    def live(self) -> Sequence[Waiting]:
        """What is still worth delivering, oldest first."""
        now = self._now()
        if any(each.expires <= now for each in self.waiting):
            self.waiting = deque(each for each in self.waiting if each.expires > now)
        return self.waiting

    async def poll(
        self, offset: int, limit: int, seconds: float, closing: asyncio.Event
    ) -> list[Json]:
        """getUpdates: waits up to `seconds` real seconds for the first one.

        Raises: ApiError 409 when another call comes while this one waits.
        """
        self.terminate(TERMINATED)
        self._forget(offset)
        if not (ready := self._take(limit)) and seconds > 0:
            mine = self._poll = asyncio.get_running_loop().create_future()
            self.added.clear()
            waits = {asyncio.ensure_future(event.wait()) for event in (self.added, closing)}
            try:
                await asyncio.wait({mine, *waits}, timeout=seconds, return_when="FIRST_COMPLETED")
            finally:
                for each in waits:
                    each.cancel()
                if self._poll is mine:
                    self._poll = None
            if mine.done():
                mine.result()
            ready = self._take(limit)
        return ready

    def terminate(self, reason: str) -> None:
        """End the call that waits, with 409."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(conflict(reason))
        self._poll = None

    @property
    def polled(self) -> bool:
        """A getUpdates call waits."""
        return self._poll is not None

    def _forget(self, offset: int) -> None:
        if offset > 0:
            gone = [each for each in self.waiting if each.id < offset]
            for each in gone[: self.duplicated]:
                self._again.append(each.body)
                self.duplicated -= 1
            self.waiting = deque(each for each in self.waiting if each.id >= offset)
        elif offset < 0:
            self.waiting = deque(list(self.waiting)[offset:])

    def _take(self, limit: int) -> list[Json]:
        taken = [*self._again, *(each.body for each in self.live())][:limit]
        self._again = self._again[limit:]
        if self.shuffled is not None:
            self.shuffled.shuffle(taken)
        return taken
