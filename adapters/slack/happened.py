"""What can happen on Slack, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.values import Address, Identity, IncomingMessage


class Unreadable(Exception):
    """A payload that is not what Slack promises. `reason` holds no message text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Me:
    """The app itself in a workspace, as auth.test tells it."""

    team: str
    user: str
    """The id that mentions of it have."""
    bot: str = ""
    """The id that its own messages bear."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A message to Pixie, or a slash command."""

    message: IncomingMessage
    trigger: str = ""
    """Of a command: what opens a modal, for three seconds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Edited:
    """A message to Pixie has other words now; its id and `edits` say which."""

    message: IncomingMessage


@dataclass(frozen=True, kw_only=True, slots=True)
class Deleted:
    """A message was taken back; `id` is as in `IncomingMessage.id`."""

    id: str
    address: Address


@dataclass(frozen=True, kw_only=True, slots=True)
class Tapped:
    """Something in a message, a modal or the App Home was pressed or chosen.

    `message` has the command, or is None when nothing can be made of it.
    """

    sender: Identity
    action: str
    """The action_id."""
    value: str
    """What was chosen: a button's value, an option's, a date; options ticked have commas between.
    """
    message: IncomingMessage | None
    trigger: str = ""
    view: str = ""
    """The id of the view it happened in; "" for a message."""
    hash: str = ""
    """That view's state."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortcut:
    """A shortcut was chosen, of the whole workspace or of a message."""

    sender: Identity
    callback: str
    trigger: str
    message: IncomingMessage | None = None
    """Of a message shortcut: without words, with the message as what is forwarded; answers are
    whispered beside it."""
    origin: tuple[str, str] | None = None
    """Channel and ts of that message, for its permalink."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Submitted:
    """A modal was filled in."""

    sender: Identity
    callback: str
    view: str
    hash: str
    private: str
    """Its private_metadata."""
    values: Mapping[str, str]
    """By block_id. What was ticked or left empty is "on" and ""; several values have commas
    between."""
    trigger: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Closed:
    """A modal was put away."""

    sender: Identity
    callback: str
    view: str
    private: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HomeOpened:
    """The App Home was opened. `tab` is "home" or "messages"."""

    sender: Identity
    address: Address
    tab: str
    hash: str = ""
    """Of the view that is published there; "" for none."""
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Reacted:
    """An emoji was put on a message of Pixie's. `message` has no words yet and answers that one."""

    message: IncomingMessage
    emoji: str
    """Its name, such as "white_check_mark", without a skin tone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonChanged:
    """Somebody's profile is another. `user` is as in users.info, for `people.person_of`."""

    sender: Identity
    user: Mapping[str, object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Joined:
    """Somebody entered a channel: Pixie herself when `me`."""

    sender: Identity
    address: Address
    me: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Removed:
    """The app's token ended, or the app was taken out of the workspace."""

    team: str
    at: datetime
    """Aware; when, to the second."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ignored:
    """Nothing that is meant for Pixie."""


Happened = (
    Said | Edited | Deleted | Tapped | Shortcut | Submitted | Closed
    | HomeOpened | Reacted | PersonChanged | Joined | Removed | Ignored
)  # fmt: skip
