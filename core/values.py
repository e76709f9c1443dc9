"""The values that travel between rooms: who, where, what was said and what is answered."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NewType

OwnerId = NewType("OwnerId", str)
"""UUID (hex with dashes) of the person or group whose rows they are."""

EDITED = ":edit:"
"""Stands between a message's id and what tells its edits apart, in the ids of these."""

MAX_COMMAND_BYTES = 64
"""What Telegram allows for a button's callback_data (Bot API, InlineKeyboardButton)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Who someone is on a platform. `workspace` is "" where the platform has none."""

    platform: str
    workspace: str
    user: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.workspace}:{self.user}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Where a message can be sent."""

    platform: str
    workspace: str
    chat: str
    thread: str | None = None

    def __str__(self) -> str:
        return f"{self.platform}:{self.workspace}:{self.chat}:{self.thread or ''}"


class AttachmentKind(StrEnum):
    """What can come with a message besides words."""

    DOCUMENT = "document"
    PHOTO = "photo"
    STICKER = "sticker"
    VIDEO = "video"
    AUDIO = "audio"
    """Music, or a recording that was not spoken into this chat."""
    VOICE = "voice"
    """Spoken by the sender: what is heard are their words."""
    LOCATION = "location"
    CONTACT = "contact"
    FORWARDED = "forwarded"
    """A post of someone else. `IncomingMessage.text` then holds only what the sender wrote."""
    UNKNOWN = "unknown"

    @classmethod
    def _missing_(cls, value: object) -> "AttachmentKind":
        """Platforms invent new kinds faster than Pixie learns them."""
        return cls.UNKNOWN


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """What came with a message. All its words are others': data, and never followed."""

    kind: AttachmentKind
    name: str = ""
    """Of a file, or of the person on a contact card."""
    size: int = 0
    """Bytes; 0 when it is not known."""
    ref: str = ""
    """What the platform needs to fetch it."""
    media_type: str = ""
    """As in MIME, such as text/calendar, where the platform tells it."""
    seconds: int = 0
    """How long a voice message lasts; 0 when it is not known."""
    latitude: float | None = None
    longitude: float | None = None
    """Degrees (WGS 84), of a location."""
    text: str = ""
    """What a forwarded post says, or the numbers and addresses on a contact card."""
    source: str = ""
    """Who wrote a forwarded post: "Ana Silva", "channel Gardeners"."""
    at: datetime | None = None
    """Aware; when a forwarded post was written first."""


class Membership(StrEnum):
    """What somebody is in the workspace that their message came through."""

    UNKNOWN = ""
    """The platform has no workspaces, or did not tell."""
    ADMIN = "admin"
    MEMBER = "member"
    GUEST = "guest"
    """Invited by its members to some of its channels."""
    STRANGER = "stranger"
    """Of another workspace that shares a channel with it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class IncomingMessage:
    """One message, slash command or tap; a tap's text is its button's command."""

    id: str
    """The platform's own id, unique within platform and workspace: the key of deduplication."""
    sender: Identity
    address: Address
    text: str
    at: datetime
    """Aware."""
    attachments: tuple[Attachment, ...] = ()
    replies_to: str | None = None
    """Platform message id of the message that is answered or tapped."""
    name: str = ""
    """The sender's display name, where the platform tells it."""
    zone: str = ""
    """The sender's IANA zone, where the platform tells it."""
    locale: str = ""
    """The sender's, as in "pt-BR", where the platform tells it."""
    clock_24h: bool = True
    """The sender reads 14:00; False: 2 PM."""
    membership: Membership = Membership.UNKNOWN
    """What the sender is there. Needed of those alone whom nobody knows yet."""
    group: bool = False
    """Said in a group: the group is then the owner."""
    edits: str | None = None
    """Id of the message that this one is a new wording of."""
    home: Address | None = None
    """Where the owner is written to first, unless that is where this was said."""
    passing: bool = False
    """What is answered at `address` is gone soon, as on Slack what one person alone sees in a
    channel: what is to be said later is said where the owner is written to first."""
    tapped: bool = False
    """A button of `replies_to` was pressed, or a reaction put there that means the same, on a
    platform where messages can change."""


class CardKind(StrEnum):
    """The kinds of thing that a person owns and a card shows."""

    TASK = "task"
    EVENT = "event"
    REMINDER = "reminder"
    NOTE = "note"


@dataclass(frozen=True, kw_only=True, slots=True)
class Button:
    """Pressing a button is typing its command."""

    label: str
    command: str

    def __post_init__(self) -> None:
        if len(self.command.encode()) > MAX_COMMAND_BYTES:
            raise ValueError(f"a button's command takes at most {MAX_COMMAND_BYTES} bytes")


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """One thing the owner has, as rendered from its committed row.

    All texts are plain: each platform escapes them. `line()` is the whole card as one line.
    """

    kind: CardKind
    code: str
    """The row's global short id, as in a button's command."""
    version: int
    number: int
    """The owner's own number: #12."""
    icon: str
    title: str
    when: str = ""
    """Local time in words, with the zone where it matters."""
    at: datetime | None = None
    """Aware; the instant that `when` tells, for platforms that show viewer-local time."""
    details: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    struck: bool = False
    """Done, cancelled or deleted."""
    buttons: tuple[Button, ...] = ()

    def line(self) -> str:
        """⏰ #1 call mom · Mon 23 Nov 14:00 (Europe/Lisbon)"""
        parts = [f"{self.icon} #{self.number} {self.title}"]
        parts += [part for part in (self.when, *self.details) if part]
        return " · ".join(parts) + "".join(f"   ⚠ {warning}" for warning in self.warnings)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What Pixie says: plain text, then cards, then buttons that belong to the whole."""

    text: str = ""
    cards: tuple[Card, ...] = ()
    buttons: tuple[Button, ...] = ()
    replaces: str | None = None
    """Platform message id of the message that this one edits in place."""
    draft: str | None = None
    """What the platform's messenger called the draft of this reply (`Messenger.draft`), which
    sending it finishes or clears away. None where drafts vanish by themselves."""
    secrets: tuple[str, ...] = ()
    """What the text holds that must not stay with us: blanked in outbox and journal once it has
    arrived or never will. Until then both hold it in plain, even when it opens nothing any more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A tool call that a model asks for."""

    id: str
    name: str
    arguments: dict[str, Any]
    malformed: str = ""
    """What the model wrote instead of a JSON object; `arguments` is then empty."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tokens:
    """What one model call read and wrote, as the vendor counts."""

    input: int = 0
    """All that was read, what came from the cache included."""
    cached: int = 0
    """Of `input`, what was read from the vendor's cache."""
    written: int = 0
    """Of `input`, what was stored in the vendor's cache, where that is priced apart."""
    output: int = 0
    """All that was written, reasoning included."""


MOST_TOKENS = 1_000_000_000
"""Of one kind in one call. A larger count is a mistake, and its cost would fit no column."""


def token_counts(*told: object) -> tuple[int, ...] | None:
    """Counts as a vendor or a gateway told them; None when one of them cannot be one."""
    counts = tuple(one for one in told if type(one) is int and 0 <= one <= MOST_TOKENS)
    return counts if len(counts) == len(told) else None


@dataclass(frozen=True, kw_only=True, slots=True)
class UserTurn:
    """What the person said."""

    text: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class AssistantTurn:
    """What the model said and which tools it calls; `native` is the provider's to read back."""

    text: str = ""
    calls: tuple[Call, ...] = ()
    native: dict[str, Any] | None = None
    buttons: tuple[Button, ...] = ()
    """The likely answers when the text is a question."""
    asks: str | None = None
    """The text is a question, and this is the command that its answer, appended, completes."""
    choice: str = ""
    """Which model answered and why, for `/why`."""
    cut: bool = False
    """The text stops where the limit of output tokens was reached."""
    tokens: Tokens | None = None
    """What the call took; not kept in the journal."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolTurn:
    """What a tool answered. Committed in the unit that made the change."""

    call_id: str
    name: str
    result: str
    """For the model: plain text."""
    failed: bool = False
    said: str = ""
    """For the person: what the cards do not say. Empty when the cards are enough."""
    cards: tuple[Card, ...] = ()
    """The rows that it tells of, in order: "the second one" counts here."""
    buttons: tuple[Button, ...] = ()
    asks: str | None = None
    """As in `AssistantTurn`."""
    changed: bool = False
    """A row was changed."""
    secrets: tuple[str, ...] = ()
    """As in `Reply`."""
    quoted: str = ""
    """Others' words for the person's eyes: shown beneath the answer, and told to no model."""


Turn = UserTurn | AssistantTurn | ToolTurn


@dataclass(frozen=True, kw_only=True, slots=True)
class Remembered:
    """One thing found in memory, as it stands in the rows."""

    kind: str
    """note, task, event or turn."""
    row_id: str
    text: str
    at: datetime
    """Aware; when it was said or written."""
    speaker: str = ""
    score: float = 0.0
    code: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class MemoryFilter:
    """What a search in memory is limited to. Days are the owner's local days, inclusive."""

    kinds: frozenset[str] = frozenset()
    """Empty means all."""
    since: date | None = None
    until: date | None = None
    limit: int = field(default=5)
