"""Every error that Pixie raises on purpose.

`UserError` carries a sentence for the person; everything else is for the operator. Adapters map
their SDK's exceptions to `EdgeError` classes in one table each.
"""

from datetime import timedelta

from core.values import Button, Card


class PixieError(Exception):
    """The root of the hierarchy."""


class UserError(PixieError):
    """What the person asked cannot be done as asked.

    The message is one sentence that says how to mend it. It is shown as it is, and the model
    reads it too, so it never holds another person's data or a secret. When it is a question,
    `buttons` are its likely answers and `asks` is the command that a typed answer completes.
    `cards` show rows as they stand.
    """

    def __init__(
        self,
        message: str,
        *,
        buttons: tuple[Button, ...] = (),
        asks: str | None = None,
        cards: tuple[Card, ...] = (),
    ) -> None:
        super().__init__(message)
        self.buttons = buttons
        self.asks = asks
        self.cards = cards


class Misused(UserError):
    """A model called a tool wrongly: the sentence is for the model alone."""


class Stale(UserError):
    """The row moved since the person saw it: a newer version is stored."""

    def __init__(
        self,
        message: str = "That has changed since; here is how it stands now.",
        *,
        cards: tuple[Card, ...] = (),
    ) -> None:
        super().__init__(message, cards=cards)


class ConfigError(PixieError):
    """A setting is missing or wrong."""

    def __init__(self, setting: str, mend: str) -> None:
        super().__init__(f"{setting}: {mend}")
        self.setting = setting
        """The setting's name, such as PIXIE_DATABASE_URL."""
        self.mend = mend
        """What to do, as a sentence."""


class Fenced(PixieError):
    """The lane's lease was lost to another worker: what this one did must not be committed."""


class StorageError(PixieError):
    """The database failed: nothing of the unit is stored."""


class StorageFull(StorageError):
    """There is no room left: free some, and it goes on.

    The message is the beginning of a sentence for the person: "There is no room left …: free some".
    """


class StorageDown(StorageError):
    """The database cannot be reached. Lost while committing, the unit may be stored all the same:
    what is journaled tells."""


class EdgeError(PixieError):
    """Something outside failed."""


class Unavailable(EdgeError):
    """Certainly not done; worth trying again."""

    def __init__(self, message: str = "", *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """How long the other side asked to wait, if it said so."""


class Refused(EdgeError):
    """Certainly not done, and trying again will not help."""


class Unauthorized(Refused):
    """A key, a model's name or an address in the settings is wrong. `setting` says which."""

    def __init__(self, message: str, *, setting: str) -> None:
        super().__init__(message)
        self.setting = setting
        """The setting's name, such as PIXIE_ANTHROPIC_KEY."""


class TooLong(Refused):
    """The conversation does not fit the model's context: shorten it and ask again."""


class Declined(Refused):
    """The model itself will not answer this."""


class Unreachable(Refused):
    """The destination does not take our messages: blocked, left or deactivated."""


class Unknown(EdgeError):
    """It may or may not have been done: a timeout or a lost connection after sending."""
