"""A reply that is shown while it is written, at a pace that its platform bears."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from core.ports import Messenger
from core.values import Address

R = TypeVar("R")

log = logging.getLogger(__name__)

MOST_SECONDS = 2.0
"""That a platform may take for a part: the model is not read meanwhile."""


Keep = Callable[[str], Awaitable[None]]
"""Remembers what the platform calls a draft, for an attempt after this one."""


class Draft:
    """The growing reply to one message. What cannot be shown is left to the reply itself."""

    def __init__(
        self, messenger: Messenger | None, address: Address, keep: Keep | None = None
    ) -> None:
        self._messenger = messenger
        self._address = address
        self._keep = keep
        self._shown = ""
        self._next = 0.0
        self.ref: str | None = None
        """What the platform calls it, for the reply that replaces it."""

    async def begin(self) -> None:
        """Say that an answer is being thought of."""
        if self._messenger is not None:
            await self._try(self._messenger.typing(self._address))

    async def resume(self, ref: str) -> None:
        """An earlier attempt left this draft behind: the reply takes its place."""
        if self._messenger is not None:
            self.ref = await self._try(self._messenger.draft(self._address, "", ref)) or ref

    @property
    def due(self) -> bool:
        """Whether more can be shown now: not too short a while after the last time."""
        return self._messenger is not None and asyncio.get_running_loop().time() >= self._next

    async def show(self, text: str) -> None:
        """Show all of the text so far, when that is due."""
        if self._messenger is None or not self.due or text == self._shown or not text.strip():
            return
        self._shown = text
        self._next = asyncio.get_running_loop().time() + self._messenger.draft_pause
        shown = await self._try(self._messenger.draft(self._address, text, self.ref))
        new = shown if self.ref is None else None
        self.ref = shown or self.ref
        if new is not None and self._keep is not None:
            await self._try(self._keep(new))

    async def _try(self, showing: Awaitable[R]) -> R | None:
        """What the platform answers. Whatever is wrong with it, the reply must not suffer."""
        try:
            async with asyncio.timeout(MOST_SECONDS):
                return await showing
        except Exception as error:  # the reply is what matters, and it goes its own way
            log.warning("the reply is not shown while it grows: %s", type(error).__name__)
            self._messenger = None
            return None
