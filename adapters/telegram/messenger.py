"""The voice on Telegram: sends, edits, types and drafts through the bot."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from telegram import Bot, LinkPreviewOptions
from telegram.constants import ChatAction

from adapters.telegram.bot import Migrated, NoThread, NotModified, edge_errors
from adapters.telegram.render import NOTHING, parts, render
from adapters.telegram.text import Styled, clean, split
from core.errors import EdgeError, Refused
from core.loop import report
from core.ports import Clock
from core.values import Address, Reply

PLATFORM = "telegram"
TYPING_EVERY = 5.0
"""Seconds that an action is shown, https://core.telegram.org/bots/api#sendchataction."""
TYPING_TIMES = 12
"""A minute; by then an answer is there or never will be."""
IN_CHAT = timedelta(seconds=1)
IN_GROUP = timedelta(seconds=3)
OVERALL = timedelta(seconds=1) / 28
"""How far apart messages are: one a second in a chat, 20 a minute in a group, 30 a second in all,
https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this. Two less than that,
for the way there is not equally long for all."""

log = logging.getLogger(__name__)

ChatMoved = Callable[[Address, Address], Awaitable[None]]
"""A group that was the first address is a supergroup at the second; called each time it is met."""

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class TelegramMessenger:
    """`core.ports.Messenger` through a bot, which outlives it.

    A group that has become a supergroup is followed at once, and `migrated` is told of it.
    """

    platform = PLATFORM
    can_find = False
    can_edit = True
    draft_pause = 1.0
    overall = OVERALL

    def __init__(self, bot: Bot, clock: Clock, *, migrated: ChatMoved) -> None:
        self._bot = bot
        self._clock = clock
        self._migrated = migrated
        self._typing: dict[Address, asyncio.Task[None]] = {}
        self._drafts: dict[Address, int] = {}

    def apart(self, address: Address) -> timedelta:
        """How far apart messages to one chat are."""
        return IN_CHAT if is_private(address) else IN_GROUP

    def parts(self, reply: Reply) -> Sequence[Reply]:
        """See `render.parts`."""
        return parts(reply)

    async def send(self, address: Address, reply: Reply, key: str) -> str:
        """See `core.ports.Messenger`. A topic that is gone gives way to its chat."""
        del key
        self._answered(address)
        try:
            return await self._send(address, reply)
        except Migrated as moved:
            there = replace(address, chat=moved.chat, thread=None)
            sent = await self._send(there, reply)
            await self._moved(address, there)
            return sent
        except NoThread:
            return await self._send(replace(address, thread=None), reply)

    async def edit(self, address: Address, message_id: str, reply: Reply) -> None:
        """Put the reply into the place of a message, its keyboard too.

        Raises `Refused` when the message is gone or too old, and the other errors of `send`.
        """
        self._answered(address)
        message = render(reply, self._clock.now(), shared=not is_private(address))
        try:
            with edge_errors():
                await self._bot.edit_message_text(
                    message.text,
                    address.chat,
                    _number(message_id),
                    entities=message.entities,
                    reply_markup=message.keyboard,
                    link_preview_options=_NO_PREVIEW,
                )
        except NotModified:
            pass
        except Migrated as moved:
            # What was said before the group moved cannot be changed.
            await self._moved(address, replace(address, chat=moved.chat, thread=None))
            raise

    async def typing(self, address: Address) -> None:
        """Show that an answer is being thought of, until one is sent there, or for a minute."""
        await self._act(address)
        self._stop_typing(address)
        task = asyncio.create_task(self._keep_typing(address))
        self._typing[address] = task

    async def draft(self, address: Address, text: str, ref: str | None) -> str | None:
        """Show the reply so far, in a private chat; of a long one, the last part.

        A draft vanishes when the reply comes: there is nothing to refer to.
        https://core.telegram.org/bots/api#sendmessagedraft
        """
        del ref
        if not is_private(address):
            return None
        number = self._drafts.setdefault(address, random.getrandbits(30) + 1)
        shown = split(Styled(clean(text).strip() or NOTHING))[-1].text
        with edge_errors():
            await self._bot.send_message_draft(
                int(address.chat), number, shown, message_thread_id=_thread(address)
            )
        return None

    async def find(self, address: Address, key: str) -> str | None:
        """Bots cannot read back what they sent."""
        del address, key
        return None

    async def close(self) -> None:
        """Type no more."""
        tasks = list(self._typing.values())
        for address in list(self._typing):
            self._stop_typing(address)
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _send(self, address: Address, reply: Reply) -> str:
        message = render(reply, self._clock.now(), shared=not is_private(address))
        with edge_errors():
            sent = await self._bot.send_message(
                address.chat,
                message.text,
                entities=message.entities,
                reply_markup=message.keyboard,
                link_preview_options=_NO_PREVIEW,
                message_thread_id=_thread(address),
            )
        return str(sent.message_id)

    async def _moved(self, old: Address, new: Address) -> None:
        """Told where the chat is now. That the message was sent stays true if telling fails."""
        try:
            await self._migrated(replace(old, thread=None), new)
        except Exception as error:
            report(error, "following a group to its supergroup failed")

    def _answered(self, address: Address) -> None:
        self._stop_typing(address)
        self._drafts.pop(address, None)

    def _stop_typing(self, address: Address) -> None:
        task = self._typing.pop(address, None)
        if task is not None:
            task.cancel()

    async def _keep_typing(self, address: Address) -> None:
        try:
            for _ in range(TYPING_TIMES - 1):
                await self._clock.sleep(TYPING_EVERY)
                await self._act(address)
        except EdgeError as error:
            log.debug("typing ends: %s", type(error).__name__)
        finally:
            if self._typing.get(address) is asyncio.current_task():
                del self._typing[address]

    async def _act(self, address: Address) -> None:
        with edge_errors():
            await self._bot.send_chat_action(
                address.chat, ChatAction.TYPING, message_thread_id=_thread(address)
            )


def is_private(address: Address) -> bool:
    """The chat is with one person: groups have negative numbers, channels names."""
    return address.chat.isdigit()


def _thread(address: Address) -> int | None:
    return None if address.thread is None else _number(address.thread)


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Refused("not a number of Telegram's") from None
