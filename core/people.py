"""A person or a group, and what Pixie knows of their habits."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from core.budget import Limits
from core.errors import UserError
from core.values import Address, Attachment, Identity, OwnerId
from core.when.values import Habits
from core.when.wall import WallTime, wall


class OwnerKind(StrEnum):
    """Whose rows they are."""

    PERSON = "person"
    GROUP = "group"


class Role(StrEnum):
    """What a person may do besides using Pixie."""

    OWNER = "owner"
    """Runs this Pixie, and may invite others."""
    MEMBER = "member"


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """What a platform tells of somebody."""

    name: str = ""
    zone: str = ""
    """IANA name; "" when it is not told."""
    locale: str = ""
    """As in "pt-BR"; "" when it is not told."""
    clock_24h: bool = True
    """Where the locale is told."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """An owner of rows: a person, or a group with its own zone, language and budget."""

    id: OwnerId
    kind: OwnerKind = OwnerKind.PERSON
    name: str = ""
    zone: str = "UTC"
    """IANA name."""
    zone_known: bool = False
    """False until the person, their platform or their machine told the zone."""
    language: str = ""
    """The code of the language that models answer in (`core.languages`); "" for the one that they
    are written to."""
    clock_24h: bool = True
    habits: Habits = field(default_factory=Habits)
    summary_at: time | None = time(8)
    """Local time of the daily summary; None for none."""
    summary_when_empty: bool = True
    """A day with nothing to say gets one line instead of silence."""
    quiet_from: time | None = time(22)
    """Local; None with quiet_until None means no quiet hours."""
    quiet_until: time | None = time(7)
    lead: int | None = None
    """Minutes before each new event at which Pixie reminds of it; None for no reminder."""
    preferred: Address | None = None
    """Where Pixie writes first."""
    budget: int | None = None
    """Micro-dollars a month for models; None means the instance's default."""
    paused: bool = False
    """The platform says that our messages cannot reach them."""
    summary_next: datetime | None = None
    """Aware; when the next summary is due: derived from summary_at and zone."""
    role: Role = Role.MEMBER
    welcomed: bool = False
    """They were asked what `/start` asks."""
    created_at: datetime
    version: int = 1


def next_summary(person: Person, after: datetime) -> datetime | None:
    """The first instant after `after` at which the person's summary is due; None for never."""
    if person.summary_at is None:
        return None
    day = wall(after, person.zone).local.date()
    while True:
        local = datetime.combine(day, person.summary_at)
        due = WallTime(local=local, zone=person.zone).instant()
        if due > after.astimezone(UTC):
            return due
        day += timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolContext:
    """Who asks, where and when: given to a tool per call, never from the model."""

    owner: Person
    speaker: Identity
    address: Address
    now: datetime
    """Aware, in the owner's zone."""
    message_id: str
    """Inbox id of the message that is being answered."""
    text: str = ""
    """The person's own words."""
    replied: tuple[str, ...] = ()
    """Codes of the rows shown by the message that is answered, if any."""
    shown: tuple[str, ...] = ()
    """Codes of the rows shown last, in order."""
    attachments: tuple[Attachment, ...] = ()
    """What came with the message."""
    public_url: str = ""
    """Where this instance is reached from outside, without a trailing slash; "" when unknown."""
    invite_url: str = ""
    """A link that brings an invitation, with "{code}" for its code; "" where there is none."""
    limits: Limits = field(default_factory=Limits)
    """What may be spent on models; `Person.budget` wins for the month."""

    passing: bool = False
    """What is answered at `address` is gone soon: see `IncomingMessage.passing`."""

    @property
    def later(self) -> Address | None:
        """Where a reminder that is made now is sent; None for the preferred address."""
        return None if self.passing else self.address

    def attached(self, number: int) -> Attachment:
        """What came with the message. Raises UserError when there is no such thing."""
        if not 0 <= number < len(self.attachments):
            raise UserError("Nothing like that came with your message.")
        return self.attachments[number]
