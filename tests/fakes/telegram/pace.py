"""How fast a bot may send. https://core.telegram.org/bots/faq#my-bot-is-hitting-limits

"Avoid sending more than one message per second" in a chat, 20 a minute in a group, 30 a second
in all. Telegram allows short bursts that nobody can count on; these limits have none.
"""

import math
from collections import defaultdict, deque

from tests.fakes.telegram.errors import limited

GRACE = 0.05
"""Seconds by which a well-paced send may come early: the way here is not always equally long."""
_OVERALL = (30, 1.0)
_CHAT = (1, 1.0)
_GROUP = (20, 60.0)


class Pace:
    """Counts what was accepted; times are seconds on any clock that does not go back."""

    def __init__(self) -> None:
        self._sent: defaultdict[tuple[int, float], deque[float]] = defaultdict(deque)

    def check(self, chat_id: int, now: float) -> None:
        """Raises: ApiError 429 with the whole seconds to wait."""
        waits = [self._wait(key, most, window, now) for key, most, window in self._windows(chat_id)]
        if (wait := max(waits)) > 0:
            raise limited(math.ceil(wait))

    def count(self, chat_id: int, now: float) -> None:
        for key, _, _ in self._windows(chat_id):
            self._sent[key].append(now)

    def _windows(self, chat_id: int) -> list[tuple[tuple[int, float], int, float]]:
        windows = [((0, _OVERALL[1]), *_OVERALL), ((chat_id, _CHAT[1]), *_CHAT)]
        if chat_id < 0:
            windows.append(((chat_id, _GROUP[1]), *_GROUP))
        return windows

    def _wait(self, key: tuple[int, float], most: int, window: float, now: float) -> float:
        sent = self._sent[key]
        while sent and sent[0] <= now - window + GRACE:
            sent.popleft()
        return sent[-most] + window - now if len(sent) >= most else 0.0
