"""What an update asks for, whichever way it came: committed before Telegram is told yes."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from telegram import Bot
from telegram.error import TelegramError

from adapters.telegram.read import (
    PLATFORM,
    Blocked,
    Edited,
    Event,
    Me,
    Migrated,
    Reacted,
    Said,
    Tapped,
    Unblocked,
    Unreadable,
    kind,
    read,
)
from core.deliveries import Delivery
from core.errors import Stale, StorageError
from core.intake import Intake, owner_identity
from core.loop import report
from core.pausing import pause, resume
from core.ports import Clock, Store, Work
from core.presses import completing
from core.values import Address, Identity, IncomingMessage

log = logging.getLogger(__name__)

ANSWER_WITHIN = 5.0
"""Seconds in which a press of a button is answered, or never."""
MOST_ANSWERS = 32
"""Presses that are answered at the same time."""
DONE = frozenset({"👍", "✅"})
"""Reactions that complete a reminder."""
REACTION_WAITS = (1.0, 4.0)
"""Seconds before one looks again for the message of a reaction."""
MOST_KEPT = 100_000
"""Characters that are kept of an update that could not be read."""
ONE_PRESS = timedelta(seconds=5)
"""Presses of one button on one message that follow each other within this are one."""
MOST_CHATS = 10_000
"""Chats of which it is remembered when they blocked or unblocked us last."""

TurnAway = Callable[[IncomingMessage], Awaitable[None]]
"""What is done about a stranger's message, which is not kept."""
Met = Callable[[], Awaitable[None]]
"""What is done once the bot's name is known, before it hears anybody."""


class Front:
    """Takes updates in. `me` is None until `meet`."""

    def __init__(
        self,
        bot: Bot,
        store: Store,
        intake: Intake,
        clock: Clock,
        *,
        turn_away: TurnAway,
        met: Met | None = None,
    ) -> None:
        self.me: Me | None = None
        self._bot = bot
        self._store = store
        self._intake = intake
        self._clock = clock
        self._turn_away = turn_away
        self._met = met
        self._answers = asyncio.Semaphore(MOST_ANSWERS)
        self._aside: set[asyncio.Task[None]] = set()
        self._changed: dict[str, datetime] = {}
        self._pressed: dict[tuple[Address, str | None, Identity, str], tuple[str, datetime]] = {}

    async def meet(self) -> Me:
        """Learn the bot's name, which groups call it by.

        Raises `TelegramError`, and what `met` raises: then nobody is met yet.
        """
        user = await self._bot.get_me()
        if self._met is not None:
            await self._met()
        self.me = Me(id=user.id, username=user.username or "")
        return self.me

    async def take(self, updates: Sequence[object]) -> None:
        """Commit what these say, in their order; an update that cannot be read is set aside.

        Raises `StorageError` when one of them could not be kept: Telegram must then be told no.
        Those that were kept are known when they come again.
        """
        assert self.me is not None, "nobody can be met before `meet`"
        taking: list[asyncio.Task[None]] = []
        try:
            for update in updates:
                try:
                    event = read(update, self.me, self._clock.now())
                except Unreadable as error:
                    taking.append(asyncio.create_task(self._set_aside(update, error.reason)))
                    continue
                if isinstance(event, Tapped):
                    self._beside(self._answer(event.callback))
                message = _message(event)
                if message is not None and not self._pressed_again(message):
                    # Begun in their order, so that all share one commit in that order.
                    taking.append(asyncio.create_task(self._accept(update, message)))
                elif isinstance(event, Reacted | Blocked | Unblocked | Migrated):
                    await _all(taking)
                    taking.clear()
                    await self._do(update, event)
            await _all(taking)
        finally:
            for task in taking:
                task.cancel()

    async def close(self) -> None:
        """Give what runs beside a moment to end."""
        if self._aside:
            await asyncio.wait(self._aside, timeout=1)
        for task in list(self._aside):
            task.cancel()
        await asyncio.gather(*self._aside, return_exceptions=True)

    # --- messages ---

    async def _accept(self, update: object, message: IncomingMessage) -> None:
        try:
            accepted = await self._intake.accept(message)
        except StorageError:
            raise
        except Exception as error:
            report(error, "a message could not be kept")
            await self._set_aside(update, type(error).__name__)
            return
        if accepted.owner is None:
            self._beside(self._turned_away(message))

    async def _turned_away(self, message: IncomingMessage) -> None:
        try:
            await self._turn_away(message)
        except Exception as error:
            report(error, "a stranger was not answered")

    def _pressed_again(self, press: IncomingMessage) -> bool:
        """An impatient thumb: the same button was pressed a moment ago.

        The same press, told again by Telegram, is no other one.
        """
        if not press.tapped:
            return False
        now = self._clock.now()
        what = (press.address, press.replies_to, press.sender, press.text)
        first, at = self._pressed.get(what, (press.id, now))
        if first != press.id and now - at < ONE_PRESS:
            return True
        if len(self._pressed) >= MOST_CHATS:
            self._pressed.clear()
        self._pressed[what] = (press.id, now)
        return False

    async def _answer(self, callback: str) -> None:
        """End the waiting that the button shows. One that is too old waits no more."""
        try:
            async with self._answers, asyncio.timeout(ANSWER_WITHIN):
                await self._bot.answer_callback_query(callback)
        except (TelegramError, TimeoutError) as error:
            log.debug("a press of a button was not answered: %s", type(error).__name__)

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)

    # --- everything else ---

    async def _do(self, update: object, event: Event) -> None:
        try:
            match event:
                case Reacted():
                    await self._react(update, event)
                case Blocked() | Unblocked():
                    await self._member(event)
                case Migrated():
                    await self._store.run(lambda work: work.addresses.move(event.old, event.new))
        except StorageError:
            raise
        except Exception as error:
            report(error, f"an update of kind {kind(update)} failed")
            await self._set_aside(update, type(error).__name__)

    async def _react(self, update: object, event: Reacted) -> None:
        if not DONE.intersection(event.emojis):
            return
        shown = await self._completed(update, event.message)
        if not shown:
            self._beside(self._react_later(update, event.message))

    async def _react_later(self, update: object, reaction: IncomingMessage) -> None:
        """The reaction may have overtaken the news that its message was sent."""
        for seconds in REACTION_WAITS:
            await self._clock.sleep(seconds)
            try:
                if await self._completed(update, reaction):
                    return
            except StorageError as error:
                log.warning("a reaction is not kept: %s", type(error).__name__)

    async def _completed(self, update: object, reaction: IncomingMessage) -> bool:
        """False when the message is not known, or not yet."""
        shown = await self._store.read(lambda work: _shown(work, reaction))
        command = None if shown is None else completing(shown.reply)
        if shown is not None and command is not None:
            await self._accept(update, replace(reaction, text=command, address=shown.address))
        return shown is not None

    async def _member(self, event: Blocked | Unblocked) -> None:
        """The newest change wins, in whatever order they come."""
        chat = event.address.chat
        last = self._changed.get(chat)
        if last is not None and last > event.at:
            return
        blocked = isinstance(event, Blocked)
        for _ in range(3):
            try:
                await self._store.run(lambda work: _change(work, event.address, blocked=blocked))
                break
            except Stale:
                continue
        if len(self._changed) >= MOST_CHATS:
            self._changed.clear()
        self._changed[chat] = event.at

    async def _set_aside(self, update: object, reason: str) -> None:
        body = _json(update)
        number = update.get("update_id") if isinstance(update, dict) else None
        if not isinstance(number, int):
            number = hashlib.sha256(body.encode()).hexdigest()
        what = kind(update)

        def unit(work: Work) -> bool:
            return work.set_aside.put(PLATFORM, str(number), what, body, reason)

        if await self._store.run(unit):
            log.error("update %s of kind %s was set aside: %s", number, what, reason)


def _shown(work: Work, reaction: IncomingMessage) -> Delivery | None:
    """What the message showed on which the reaction was put."""
    owner = work.people.by_identity(owner_identity(reaction))
    if owner is None or reaction.replies_to is None:
        return None
    return work.outbox.shown_by(owner.id, reaction.replies_to, reaction.address)


def _change(work: Work, address: Address, *, blocked: bool) -> None:
    identity = Identity(platform=address.platform, workspace=address.workspace, user=address.chat)
    person = work.people.by_identity(identity)
    if person is not None:
        pause(work, person, address) if blocked else resume(work, person)


def _message(event: Event) -> IncomingMessage | None:
    return event.message if isinstance(event, Said | Tapped | Edited) else None


def _json(update: object) -> str:
    try:
        return json.dumps(update)[:MOST_KEPT]
    except (ValueError, TypeError, RecursionError):
        return ""


async def _all(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Wait for all; raises the first error of theirs."""
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome
