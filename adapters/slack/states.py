"""What a browser takes along to Slack and back, so that it is known again.

https://docs.slack.dev/authentication/installing-with-oauth#asking and RFC 6749, section 10.12.
"""

from collections.abc import Sequence
from datetime import timedelta

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from core.ports import Clock

_PURPOSE = b"slack install"
"""Nothing else that the keys have sealed is a state."""
_PADDING = "="
"""Of base64. Cookies would quote it."""


class States:
    """Sealed by us, so that nothing is kept of who begins and does not come back."""

    def __init__(self, keys: Sequence[str], clock: Clock, lasts: timedelta) -> None:
        """`keys` are Fernet keys, newest first, at least one; a state works so long (`lasts`)."""
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._clock = clock
        self._lasts = lasts

    def new(self) -> str:
        """A state that nobody else has: ASCII, 120 characters, safe in a URL and a cookie."""
        sealed = self._fernet.encrypt_at_time(_PURPOSE, self._now())
        return sealed.decode("ascii").rstrip(_PADDING)

    def ours(self, state: str) -> bool:
        """It was made here, or by another replica, and not too long ago."""
        padded = state + _PADDING * (-len(state) % 4)
        try:
            found = self._fernet.decrypt_at_time(
                padded, int(self._lasts.total_seconds()) - 1, self._now()
            )
        except InvalidToken:
            return False
        return found == _PURPOSE

    def _now(self) -> int:
        return int(self._clock.now().timestamp())
