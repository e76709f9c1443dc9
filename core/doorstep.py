"""Strangers are told, once a day, that they are not let in; a flood of them is not answered."""

import logging
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta

from core.access import turn_away
from core.errors import EdgeError
from core.ports import Clock, Messenger, Store
from core.values import IncomingMessage, Reply

log = logging.getLogger(__name__)

MOST_AT_ONCE = 4
"""Strangers who are looked up or told at the same time."""
MOST_TOLD = 20
TOLD_WITHIN = timedelta(seconds=10)
"""So that they leave most of a platform's pace to those whom Pixie works for."""


class Doorstep:
    """Answers strangers beside the outbox, which is for those who own something."""

    def __init__(self, store: Store, clock: Clock, messengers: Mapping[str, Messenger]) -> None:
        self._store = store
        self._clock = clock
        self._messengers = messengers
        self._busy = 0
        self._told: deque[datetime] = deque(maxlen=MOST_TOLD)

    async def turn_away(self, message: IncomingMessage) -> None:
        """Tell them, if they were not told today and there are not too many of them.

        Who is left out now is told when they write again; whom nothing reaches counts as told.
        Raises `StorageError`.
        """
        messenger = self._messengers.get(message.address.platform)
        if messenger is None or self._busy >= MOST_AT_ONCE or self._crowded():
            return
        self._busy += 1
        try:
            said = await turn_away(self._store, message)
            if said is None:
                return
            self._told.append(self._clock.now())
            await messenger.send(message.address, Reply(text=said), "")
            log.info("a stranger wrote on %s and was told", message.address.platform)
        except EdgeError as error:
            log.info("a stranger could not be told: %s", type(error).__name__)
        finally:
            self._busy -= 1

    def _crowded(self) -> bool:
        return len(self._told) == MOST_TOLD and self._clock.now() - self._told[0] < TOLD_WITHIN
