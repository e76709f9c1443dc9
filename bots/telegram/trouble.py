"""What keeps Telegram and Pixie apart: said once per change, and how long to wait."""

import logging
from enum import Enum

from telegram.error import BadRequest, Conflict, EndPointNotFound, InvalidToken, TelegramError

from adapters.telegram.request import Limited
from core.errors import StorageError
from core.loop import report

log = logging.getLogger(__name__)

FIRST_WAIT = 1.0
LONGEST_WAIT = 30.0
"""Seconds before the next try, doubled each time."""


class State(Enum):
    """How it stands; the words are for the operator."""

    NEW = "Telegram was not asked yet."
    WELL = "Telegram answers."
    UNKNOWN_BOT = (
        "Telegram does not know the bot of PIXIE_TELEGRAM_TOKEN: copy its token from @BotFather "
        "again and restart Pixie. Until then it is tried again and again."
    )
    CONFLICT = (
        "Somebody else reads this bot's messages with the same PIXIE_TELEGRAM_TOKEN: stop that "
        "program, or make Pixie a bot of its own with @BotFather."
    )
    LIMITED = "Telegram asks to wait."
    REFUSED = "Telegram refuses what Pixie asks."
    NETWORK = "Telegram cannot be reached; it is tried again and again."
    STORAGE = "The database fails: Telegram keeps what people say until it is back."
    MISTAKE = "What Telegram says cannot be taken in because of a mistake in Pixie."


class Trouble:
    """The state of one way to Telegram."""

    def __init__(self) -> None:
        self.state = State.NEW
        self._failures = 0

    def over(self) -> None:
        """It went well."""
        self._failures = 0
        self._enter(State.WELL)

    def met(self, error: Exception) -> float:
        """Say what is wrong if that is new; returns the seconds to wait."""
        state = _state(error)
        if state is State.MISTAKE and state is not self.state:
            report(error, "an update failed")
        # Its words may hold what people said or the token; its name does not.
        self._enter(state, type(error).__name__)
        if isinstance(error, Limited):
            return error.retry_after.total_seconds()
        wait = min(FIRST_WAIT * 2.0 ** min(self._failures, 10), LONGEST_WAIT)
        self._failures += 1
        return wait

    def _enter(self, state: State, reason: str = "") -> None:
        if state is self.state:
            return
        before, self.state = self.state, state
        if state is not State.WELL:
            log.error("%s (%s)", state.value, reason)
        elif before is not State.NEW:
            log.warning(state.value)


def _state(error: Exception) -> State:
    match error:
        case InvalidToken() | EndPointNotFound():
            return State.UNKNOWN_BOT
        case Conflict():
            return State.CONFLICT
        case Limited():
            return State.LIMITED
        case BadRequest():
            return State.REFUSED
        case TelegramError() | OSError():  # TimeoutError is one
            return State.NETWORK
        case StorageError():
            return State.STORAGE
    return State.MISTAKE
