"""What leaves: a delivery on its way through the outbox, and what is known of its fate."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.values import Address, OwnerId, Reply


class DeliveryKind(StrEnum):
    """Why Pixie writes."""

    REPLY = "reply"
    REMINDER = "reminder"
    SUMMARY = "summary"
    CATCH_UP = "catch_up"
    """Reminders that are late, merged into one note."""
    NOTICE = "notice"
    """An apology or an operator's word."""
    UPDATE = "update"
    """A message that was sent earlier shows what has changed elsewhere; it is never sent anew."""


class DeliveryState(StrEnum):
    """Where a delivery stands. DELIVERED means: a platform message id is stored."""

    WAITING = "waiting"
    IN_FLIGHT = "in_flight"
    DELIVERED = "delivered"
    DEAD = "dead"
    """It will not be sent; the reason is stored."""
    WITHDRAWN = "withdrawn"
    """What it was about changed before it left."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """One reply that is to reach one address.

    `key` makes it unique for ever: `reply:<message>`, `reminder:<id>:<occurrence>`,
    `summary:<person>:<local date>`.
    """

    key: str
    owner: OwnerId
    address: Address
    reply: Reply
    kind: DeliveryKind
    due_at: datetime
    """Aware; when it should have reached the person."""
    about: tuple[str, ...] = ()
    """Ids of the rows it tells of, and its place (`core.presses`): when one of these changes
    before it left, it is withdrawn."""
    messages: int = 0
    """As how many of the platform's messages it has left."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimedDelivery:
    """A delivery that this worker alone may send until the lease ends."""

    id: int
    token: str
    """The fence: settling with another token changes nothing."""
    delivery: Delivery
    attempts: int
    """Counts this one: 1 at the first claim."""
    doubtful: bool
    """An earlier send may have been accepted: look it up, or mark it as a possible repeat."""
    parts_sent: int
    """How many parts of a long reply have been settled already."""
    lease_until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class LaneClaim:
    """One owner's lane, held until the lease ends."""

    owner: OwnerId
    token: str
    seq: int
    """Grows with every message that enters the lane."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarFeed:
    """A secret calendar link. The token itself is never stored."""

    id: str
    owner: OwnerId
    scope: str
    """all, events, tasks or busy."""
    token_hash: str
    """SHA-256 of the token, hex."""
    created_at: datetime
    revoked_at: datetime | None = None
    read_at: datetime | None = None
    """When a calendar program last fetched it."""


RUNNING = "running"
"""The outcome of a model call that is not settled yet, or never will be."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """One model call, for the account."""

    owner: OwnerId
    at: datetime
    vendor: str
    model: str
    tier: str
    purpose: str
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cost: int | None = None
    """Micro-dollars; None when the price is not known."""
    milliseconds: int = 0
    outcome: str = "ok"
    """RUNNING until it is settled; then "ok", or what went wrong in a word."""
