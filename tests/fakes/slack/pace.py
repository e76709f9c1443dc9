"""How fast an app may call: 429 beyond it. https://docs.slack.dev/apis/web-api/rate-limits"""

import math
from collections import defaultdict, deque

from tests.fakes.slack.errors import RateLimited

MINUTE = 60.0
TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
"""Calls a minute, of one method in one workspace."""
_TIER = {
    "apps.connections.open": 1,
    "users.list": 2,
    "chat.update": 3,
    "chat.delete": 3,
    "chat.stopStream": 2,
    "chat.startStream": 2,
    "chat.appendStream": 4,
    "conversations.list": 2,
    "conversations.open": 3,
    "conversations.info": 3,
    "conversations.history": 3,
    "conversations.replies": 3,
    "conversations.members": 4,
    "chat.postEphemeral": 4,
    "reactions.add": 3,
    "reactions.get": 3,
    "team.info": 3,
    "users.info": 4,
    "views.open": 4,
    "views.push": 4,
    "views.update": 4,
    "views.publish": 4,
    "files.info": 4,
}
BURST = 5
"""Messages to one channel that are let through before it is one a second."""


class Pace:
    """Counts what was accepted; times are seconds on any clock that does not go back."""

    def __init__(self) -> None:
        self._calls: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)

    def check(self, method: str, workspace: str, channel: str, now: float) -> None:
        """Raises: RateLimited with the whole seconds to wait."""
        if method == "chat.postMessage":
            key, most, window = (workspace, channel), BURST, float(BURST)
        elif method in _TIER:
            key, most, window = (workspace, method), TIERS[_TIER[method]], MINUTE
        else:
            return
        calls = self._calls[key]
        while calls and calls[0] <= now - window:
            calls.popleft()
        if len(calls) >= most:
            raise RateLimited(max(1, math.ceil(calls[0] + window - now)))
        calls.append(now)
