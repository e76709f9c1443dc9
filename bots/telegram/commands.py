"""What Telegram shows of Pixie before anybody writes: her commands and who she is.

Set at the start, where it is not so already, so that it follows a new version of Pixie.
https://core.telegram.org/bots/api#setmycommands
"""

import asyncio
import logging
from collections.abc import Sequence

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)

from adapters.telegram.request import Limited
from core.commands import LANGUAGES, listed
from core.loop import idle
from core.ports import Clock

FIRST_WAIT = 2.0
LONGEST_WAIT = 300.0
"""Seconds before the next try, doubled each time."""
DESCRIPTION = (
    "I'm Pixie, a private secretary. I keep your reminders, tasks, events and notes, and write to "
    "you when something is due. I work for people whom I was introduced to."
)
"""Shown in an empty chat; up to 512 characters."""
SHORT_DESCRIPTION = "A private secretary for reminders, tasks, events and notes."
"""Shown on the bot's page; up to 120 characters."""

log = logging.getLogger(__name__)


class Introduction:
    """Sets the lists of commands and the descriptions; `run` ends once Telegram has them."""

    def __init__(self, bot: Bot, clock: Clock) -> None:
        self._bot = bot
        self._clock = clock
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        self._stopped.set()

    async def run(self) -> None:
        """Try until it is done or `stop`. What fails keeps nobody from writing to Pixie."""
        wait = FIRST_WAIT
        while not self._stopped.is_set():
            try:
                await self._introduce()
                return
            except Exception as error:
                # Whatever it is, people are heard all the same. Who takes the updates in tells
                # the operator how the connection is.
                log.warning("Telegram does not show the commands yet: %s", type(error).__name__)
                asked = error.retry_after.total_seconds() if isinstance(error, Limited) else 0.0
                await idle(self._clock, self._stopped, max(wait, asked))
                wait = min(wait * 2, LONGEST_WAIT)

    async def _introduce(self) -> None:
        scopes: Sequence[tuple[BotCommandScope, bool]] = (
            (BotCommandScopeAllPrivateChats(), False),
            (BotCommandScopeAllGroupChats(), True),
        )
        for scope, group in scopes:
            for code in LANGUAGES:
                language = "" if code == LANGUAGES[0] else code
                wanted = tuple(
                    BotCommand(command.name, command.about[code]) for command in listed(group=group)
                )
                if await self._bot.get_my_commands(scope, language) != wanted:
                    await self._bot.set_my_commands(wanted, scope, language)
        if (await self._bot.get_my_description()).description != DESCRIPTION:
            await self._bot.set_my_description(DESCRIPTION)
        if (await self._bot.get_my_short_description()).short_description != SHORT_DESCRIPTION:
            await self._bot.set_my_short_description(SHORT_DESCRIPTION)
