"""What the core asks of the outside. Everything here is implemented in another room.

Repositories live on `Work`, which exists only inside a unit: a plain function that cannot await,
so that no transaction stays open across the network. Every call of a repository takes the owner
first. Instants are aware UTC.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from core.budget import Budget, Crossed, Spent, Standing, Total
from core.deliveries import (
    CalendarFeed,
    ClaimedDelivery,
    Delivery,
    LaneClaim,
    Usage,
)
from core.installations import Installation
from core.invites import Invite
from core.linking import Account, Holdings, LinkCode
from core.people import Person, Profile
from core.rows import (
    UNSAVED,
    Event,
    Note,
    Priority,
    Reminder,
    ReminderStatus,
    Task,
    TaskStatus,
    Thing,
)
from core.values import (
    Address,
    AssistantTurn,
    Attachment,
    Button,
    Identity,
    IncomingMessage,
    OwnerId,
    Remembered,
    Reply,
    Tokens,
    Turn,
)

T = TypeVar("T")
R = TypeVar("R")


# --- the model ---


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A row that the person has seen lately, for "the second one" and "move it"."""

    code: str
    version: int
    number: int
    kind: str
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What Pixie asked last, and what is still to be done once it is answered."""

    text: str
    buttons: tuple[Button, ...] = ()
    about: str = ""
    """The words of the request that waits for the answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """All that a model may know besides the turns. Vendors render it to a prompt."""

    person: Person
    now: datetime
    """Aware, in the person's zone."""
    replied: tuple[Shown, ...] = ()
    """What the answered message showed."""
    shown: tuple[Shown, ...] = ()
    """The last cards, in order."""
    numbered: tuple[Shown, ...] = ()
    """The rows whose numbers the message may name: "move #3", "done 2"."""
    question: Question | None = None
    agenda: tuple[str, ...] = ()
    open_tasks: tuple[str, ...] = ()
    memories: tuple[Remembered, ...] = ()
    group: bool = False
    attachments: tuple[Attachment, ...] = ()
    """What came with the message. Models are told the kinds alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolSpec:
    """A tool as a model sees it."""

    name: str
    description: str
    parameters: Mapping[str, Any]
    """JSON Schema of the arguments."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """One request to a model."""

    situation: Situation
    turns: tuple[Turn, ...]
    """The conversation, oldest first; the last is the person's, or results of tools."""
    tools: tuple[ToolSpec, ...] = ()


class LLM(Protocol):
    """A model, or the built-in understanding.

    Raises `Unavailable`, `Refused` or `Unknown` (`core.errors`).
    """

    name: str

    async def complete(self, ask: Ask) -> AssistantTurn: ...

    def stream(self, ask: Ask) -> AsyncIterator[str | AssistantTurn]:
        """Text deltas as they come, then the whole turn as the last item. An empty delta is a
        sign of life: the model works without words."""
        ...


class Model(LLM, Protocol):
    """A vendor's model behind a connection."""

    max_output: int
    """The most tokens that one call may write, thinking included."""

    async def open(self) -> None:
        """Import the vendor's SDK and connect lazily. Raises `Unauthorized` for wrong settings."""
        ...

    async def check(self) -> None:
        """Ask the vendor whether key, address and model are right; costs nothing.

        Raises `EdgeError`s as `stream` does.
        """
        ...

    async def close(self) -> None: ...


# --- the platforms ---


class Messenger(Protocol):
    """One platform's voice. `platform` is the name that addresses carry."""

    platform: str
    can_find: bool
    """A doubtful delivery can be looked up with `find`."""
    can_edit: bool
    """What was sent can be changed where it stands."""
    draft_pause: float
    """Seconds between two showings of a growing reply that the platform bears."""
    overall: timedelta
    """How far apart its messages to all destinations together are; zero when it sets no limit."""

    def apart(self, address: Address) -> timedelta:
        """How far apart its messages to this destination are."""
        ...

    def parts(self, reply: Reply) -> Sequence[Reply]:
        """The reply cut into messages that the platform takes, in order; at least one."""
        ...

    async def send(self, address: Address, reply: Reply, key: str) -> str:
        """Send one part and return the platform's message id.

        A reply with a `draft` finishes that draft instead, whichever process began it, or clears
        it away; done twice, that is the same message still.

        Raises `Unavailable` (certainly not sent), `Unknown` (perhaps sent), `Refused` (will never
        be sent) or `Unreachable` (the person blocked us).
        """
        ...

    async def edit(self, address: Address, message_id: str, reply: Reply) -> None: ...

    async def typing(self, address: Address) -> None: ...

    async def draft(self, address: Address, text: str, ref: str | None) -> str | None:
        """Show the reply so far; returns what to pass as `ref` next time.

        The last one goes with the reply, as `Reply.draft`. With no text, it is a draft of which
        more may be shown than `ref` knows: it is not gone on with, and the reply takes its place.
        """
        ...

    async def find(self, address: Address, key: str) -> str | None:
        """The message id of the delivery with this key, if the platform has it.

        Raises `Refused` where it lets nobody look, and otherwise as `send` does.
        """
        ...


class Files(Protocol):
    """What people attach, from the platform that keeps it."""

    async def fetch(self, platform: str, ref: str, most_bytes: int) -> bytes:
        """The content of `Attachment.ref`.

        Raises UserError when it has more than `most_bytes` bytes, however many the platform had
        announced, and `EdgeError`s as `Messenger.send` does.
        """
        ...


# --- what is attached ---


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarContents:
    """What a calendar file holds. All its words are cleaned, and others': data."""

    name: str
    """What the calendar calls itself; "" for nothing."""
    events: tuple[Event, ...]
    """By start, not stored yet, with their `uid`. Of a series, occurrences that differ are left
    out and are events of their own under the same `uid`."""
    cancelled: int
    """How many were cancelled, and are left out."""
    broken: tuple[str, ...]
    """Those that could not be read, each as `“Stand-up”: why`."""


class CalendarReader(Protocol):
    """Reads iCalendar files (RFC 5545)."""

    async def read(self, data: bytes, zone: str, now: datetime) -> CalendarContents:
        """What the file holds. `zone` is where times without a zone are; `now` is aware.

        Raises UserError when it is no calendar, or too large.
        """
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class City:
    """A city as gazetteers know it."""

    name: str
    region: str
    """The state or province, where cities are told apart by it; "" elsewhere."""
    country: str
    zone: str
    """IANA name."""
    population: int


class Places(Protocol):
    """Where on Earth something is."""

    def at(self, latitude: float, longitude: float) -> str | None:
        """The IANA zone at these degrees (WGS 84); None at sea and for what is no place."""
        ...

    def named(self, words: str) -> Sequence[City]:
        """Cities of that name, largest first: "Coimbra", "são paulo", "Paris, Texas".

        For a country or state, the largest city of each of its zones. Empty for no place.
        """
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Transcript:
    """What was heard."""

    text: str
    tokens: Tokens | None = None
    """None when it is charged by its length, or the server does not tell."""


class Transcriber(Protocol):
    """Turns speech into text."""

    name: str
    """`vendor:model`."""

    async def transcribe(self, audio: bytes, media_type: str) -> Transcript:
        """What is said in a recording. Raises `EdgeError`s as an `LLM` does."""
        ...

    async def close(self) -> None: ...


# --- memory ---


class Embedder(Protocol):
    """Turns texts into vectors. `model` names the weights and their revision."""

    model: str
    size: int

    @property
    def ready(self) -> bool:
        """False while the model loads: words alone answer until then."""
        ...

    async def embed(self, texts: Sequence[str]) -> list[list[float]]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A vector of one document."""

    document: str
    vector: list[float]
    kind: str
    at: datetime


class Memory(Protocol):
    """The index of meaning: vectors beside the rows. Never the truth."""

    async def remember(self, owner: OwnerId, model: str, entries: Sequence[Entry]) -> None: ...

    async def recall(
        self,
        owner: OwnerId,
        model: str,
        vector: Sequence[float],
        *,
        kinds: frozenset[str] = frozenset(),
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 100,
    ) -> list[tuple[str, float]]:
        """Document ids with their cosine similarity, best first.

        `since` is inclusive, `until` is not.
        """
        ...

    async def forget(self, owner: OwnerId, documents: Sequence[str]) -> None: ...

    async def drop(self, owner: OwnerId) -> None:
        """Remove all that is indexed for this owner, under every model."""
        ...

    async def close(self) -> None: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """The searchable text of a row or a turn. Written in the unit that wrote the row."""

    id: str
    """UUID, also the vector's id."""
    owner: OwnerId
    kind: str
    """note, task, event or turn."""
    row_id: str
    text: str
    speaker: str
    at: datetime
    code: str | None = None


# --- rows ---


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What a unit did to one row; `before` is None for a new one."""

    before: Thing | None
    after: Thing


class Things(Protocol[T]):
    """The rows of one kind."""

    def add(self, owner: OwnerId, row: T) -> T:
        """Store a new row; returns it with id, code, number and times assigned."""
        ...

    def get(self, owner: OwnerId, row_id: str) -> T | None:
        """The live row with this id, or None: deleted, unknown or another owner's."""
        ...

    def save(self, owner: OwnerId, row: T) -> T:
        """Store a changed row (also a deleted one, to bring it back); the version grows by one.

        Withdraws the deliveries about it that have not left.
        Raises `Stale` if the stored version is not `row.version`.
        """
        ...

    def remove(self, owner: OwnerId, row: T) -> T:
        """Mark as deleted: gone for everyone but undo. Raises `Stale` like `save`."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskQuery:
    """Which tasks; every field narrows."""

    statuses: frozenset[TaskStatus] = frozenset()
    """Empty means all."""
    project: str | None = None
    """Compared without regard to case."""
    priority: Priority | None = None
    due_before: datetime | None = None
    due_after: datetime | None = None
    completed_after: datetime | None = None
    limit: int = 500
    offset: int = 0
    """How many of the first ones are left out."""


class Tasks(Things[Task], Protocol):
    def find(self, owner: OwnerId, query: TaskQuery) -> list[Task]:
        """Soonest due first, then by priority (urgent first), then by age."""
        ...

    def count(self, owner: OwnerId, query: TaskQuery) -> int:
        """How many there are, whatever the limit."""
        ...


class Events(Things[Event], Protocol):
    def between(self, owner: OwnerId, start: datetime, end: datetime) -> list[Event]:
        """Events that may have an occurrence in the window: series are for the caller to expand."""
        ...

    def all(self, owner: OwnerId) -> list[Event]: ...

    def known(self, owner: OwnerId, uids: Sequence[str], *, besides: str = "") -> frozenset[str]:
        """Those of the UIDs that are in the calendar, were it from another batch than `besides` or
        from our own feed."""
        ...

    def batch(self, owner: OwnerId, batch: str, limit: int) -> list[Event]:
        """Live events that were imported together and were not changed since."""
        ...

    def batch_size(self, owner: OwnerId, batch: str) -> int:
        """How many live events of a batch there are, changed ones too."""
        ...


class Reminders(Things[Reminder], Protocol):
    def find(
        self,
        owner: OwnerId,
        *,
        statuses: frozenset[ReminderStatus],
        limit: int = 500,
        offset: int = 0,
    ) -> list[Reminder]:
        """Soonest first; `offset` of them are left out."""
        ...

    def count(self, owner: OwnerId, *, statuses: frozenset[ReminderStatus]) -> int: ...

    def about(self, owner: OwnerId, thing_id: str) -> list[Reminder]:
        """Those of a task or event that will go off or wait for a reaction, oldest first."""
        ...

    def arm(
        self,
        owner: OwnerId,
        row_id: str,
        *,
        next_at: datetime | None,
        next_local: datetime | None,
        status: ReminderStatus,
    ) -> None:
        """Set what is derived after an occurrence left; the version stays."""
        ...

    def due(self, now: datetime, limit: int) -> list[Reminder]:
        """Active reminders of all owners whose `next_at` has come, oldest first, locked."""
        ...

    def due_of(self, owner: OwnerId, now: datetime, limit: int) -> list[Reminder]:
        """Like `due`, for one owner."""
        ...


class Notes(Things[Note], Protocol):
    def all(self, owner: OwnerId, limit: int = 1000) -> list[Note]:
        """Newest first."""
        ...


class People(Protocol):
    def get(self, owner: OwnerId) -> Person | None:
        """The person, or whom they were joined into."""
        ...

    def by_identity(self, identity: Identity) -> Person | None: ...

    def add(self, person: Person, identity: Identity, told: Profile | None = None) -> Person:
        """`told` is what the platform tells of them."""
        ...

    def told(self, identity: Identity) -> Profile | None:
        """What its platform told last; None when that is not known."""
        ...

    def tell(self, identity: Identity, told: Profile) -> None:
        """Keep what its platform tells now."""
        ...

    def save(self, person: Person) -> Person:
        """Raises `Stale` if it moved."""
        ...

    def identities(self, owner: OwnerId) -> list[Identity]: ...

    def anyone(self, platform: str) -> bool:
        """Whether somebody is known there."""
        ...

    def chats(self, platform: str) -> list[Address]:
        """The private chats there with everybody who is known."""
        ...

    def within(self, platform: str, workspace: str, after: str, limit: int) -> list[Person]:
        """Who has an identity in this workspace, people and groups, by id, those after an id; ""
        begins."""
        ...

    def revision(self, owner: OwnerId) -> int:
        """Grows with every row of the owner that is added, saved, removed or restored."""
        ...

    def summaries_due(self, now: datetime, limit: int) -> list[Person]:
        """People whose `summary_next` has come, locked."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class InboxRow:
    """A message that waits in its lane."""

    id: int
    owner: OwnerId
    message: IncomingMessage
    attempts: int
    """Times that its handling failed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """A message as it was said before it was edited."""

    id: int
    """Its row in the inbox."""
    message: IncomingMessage | None
    """None once it is answered: what was said is in the journal then."""
    open: bool
    """It waits, and nobody has begun to answer it."""


class Inbox(Protocol):
    def put(self, owner: OwnerId, message: IncomingMessage) -> bool:
        """Queue a message in its owner's lane; False when it is known already.

        Called for a whole batch in one unit, sorted by owner, so that replicas cannot deadlock.
        """
        ...

    def claim(self, lease: timedelta, most: int) -> list[LaneClaim]:
        """At most so many of the lanes that nobody holds, those that have waited longest."""
        ...

    def renew(self, claim: LaneClaim, lease: timedelta, *, beside: Sequence[OwnerId] = ()) -> None:
        """Raises `Fenced` when another worker holds the lane now.

        The lanes of `beside` are locked too until the unit ends, all in the order of their ids.
        """
        ...

    def release(self, claim: LaneClaim) -> bool:
        """Give the lane back; it stays due, and True is told, if a message came in since the
        claim."""
        ...

    def defer(self, claim: LaneClaim, until: datetime) -> None:
        """Give the lane back, to be claimed again no sooner than `until`."""
        ...

    def next(self, claim: LaneClaim) -> InboxRow | None:
        """The oldest waiting message of the lane. Raises `Fenced`."""
        ...

    def done(self, claim: LaneClaim, row_id: int) -> None:
        """Answered: what was said is in the journal now. Raises `Fenced`."""
        ...

    def failed(self, claim: LaneClaim, row_id: int, reason: str) -> int:
        """Count a failure; returns how many there are now. `reason` holds no message text."""
        ...

    def redirect(self, claim: LaneClaim, row_id: int, owner: OwnerId) -> None:
        """Let a message wait in the lane of another owner. Raises `Fenced`."""
        ...

    def bury(self, claim: LaneClaim, row_id: int, reason: str) -> None:
        """Set the message aside for the operator; the lane goes on."""
        ...

    def waiting(self) -> int: ...

    def wordings(self, owner: OwnerId, message: IncomingMessage) -> list[Wording]:
        """The message that this one, already queued, is an edit of, and its earlier edits."""
        ...

    def reword(self, owner: OwnerId, wording: Wording, edit: IncomingMessage) -> None:
        """Put the edit's words into a message that is `open`; the edit itself waits no more."""
        ...

    def ignore(self, owner: OwnerId, message: IncomingMessage) -> None:
        """A queued message waits no more and will have no answer."""
        ...


class Outbox(Protocol):
    def add(self, delivery: Delivery) -> bool:
        """Queue a delivery behind its destination's others; False when the key is known.

        It leaves as soon as its turn comes: what is to leave later is queued later.
        """
        ...

    def claim(self, limit: int, lease: timedelta) -> list[ClaimedDelivery]:
        """Take due deliveries, at most one per destination and only its oldest live one."""
        ...

    def settle(
        self, claim: ClaimedDelivery, message_id: str, apart: timedelta = timedelta(0)
    ) -> bool:
        """DELIVERED. False when the fence was lost.

        Either way nothing more goes to its destination for as long as `apart`.
        """
        ...

    def settle_part(
        self,
        claim: ClaimedDelivery,
        part: int,
        message_id: str,
        lease: timedelta | None = None,
    ) -> bool:
        """Parts before and including `part` (from 0) have arrived; `lease` renews the lease."""
        ...

    def retry(self, claim: ClaimedDelivery, at: datetime, reason: str) -> bool:
        """WAITING again: certainly not sent, so that no doubt is left."""
        ...

    def doubt(self, claim: ClaimedDelivery, at: datetime) -> bool:
        """Still IN_FLIGHT, but it comes back doubtful then and not at the end of its lease."""
        ...

    def bury(self, claim: ClaimedDelivery, reason: str) -> bool: ...

    def pace(self, address: Address, next_at: datetime) -> None:
        """Nothing goes to this destination before `next_at`."""
        ...

    def turns(
        self, platform: str, count: int, apart: timedelta, within: timedelta
    ) -> list[timedelta]:
        """How long from now the next `count` messages to a platform wait, in order.

        They are `apart` from each other and from those of other processes. Turns that come within
        `within` are taken; the others are not, and are to be asked for again when they come.
        """
        ...

    def hold(self, platform: str, until: datetime) -> None:
        """Nothing more goes to this platform before `until`."""
        ...

    def withdraw(self, owner: OwnerId, about: str) -> int:
        """Take back what tells of this row and has not left; returns how many.

        What is in flight may have left, and stays. A key that was taken back may be used again,
        and secrets are blanked.
        """
        ...

    def shown_by(
        self, owner: OwnerId, message_id: str, address: Address | None = None
    ) -> Delivery | None:
        """The delivery that the platform knows under this message id.

        Some platforms number the messages of every chat anew: `address` tells which chat is meant.
        """
        ...

    def showing(
        self, owner: OwnerId, code: str, since: datetime, *, but: Address
    ) -> list[tuple[str, Delivery]]:
        """The newest message in each chat other than `but` that shows the row with this code, by
        the platform's id; of those that arrived as one message, and not before `since`."""
        ...

    def last_shown(self, owner: OwnerId) -> Delivery | None:
        """The newest delivery with cards, whether it has left already or not."""
        ...

    def next_due(self) -> datetime | None: ...

    def live(self) -> int: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class JournaledTurn:
    """A turn with its place in the journal."""

    id: int
    message_id: int
    turn: Turn
    at: datetime


class Turns(Protocol):
    """The journal of the conversation."""

    def append(self, owner: OwnerId, message_id: int, *turns: Turn) -> None:
        """`message_id` is the inbox row that is being answered; its `UserTurn` comes first."""
        ...

    def of(self, owner: OwnerId, message_id: int) -> list[Turn]:
        """What is journaled for this message so far: a crashed turn resumes from here."""
        ...

    def recent(self, owner: OwnerId, limit: int) -> list[JournaledTurn]:
        """The last `limit` messages' turns (a message with all its turns counts once), oldest
        first."""
        ...

    def drafted(self, owner: OwnerId, message_id: int, draft: str) -> None:
        """What its platform calls the reply to this message, which is shown while it grows; so
        that whoever resumes after a crash can finish it. It is no turn."""
        ...

    def draft(self, owner: OwnerId, message_id: int) -> str | None:
        """The last that was `drafted`."""
        ...

    def redact(self, owner: OwnerId, text: str, *, but: int | None = None) -> int:
        """Blank every turn that holds this text, and what was sent that holds it; returns how many
        turns, those of the message `but`, which asks for it, not counted. What was forgotten is
        not kept here either."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class UndoEntry:
    """What one request changed, to be taken back as one."""

    id: int
    label: str
    changes: tuple[Change, ...]
    at: datetime
    batch: str = ""
    """Instead of changes: the batch that was imported; `label` then says what it was."""


class Undo(Protocol):
    def add(
        self, owner: OwnerId, label: str, changes: Sequence[Change], *, batch: str = ""
    ) -> None: ...

    def recent(self, owner: OwnerId, limit: int) -> list[UndoEntry]:
        """Not yet used, newest first."""
        ...

    def use(self, owner: OwnerId, entry_id: int) -> None: ...

    def forget(self, owner: OwnerId, row_id: str) -> int:
        """Erase every entry, used ones too, that holds this row; returns how many."""
        ...


class OfferKind(StrEnum):
    """What is offered to be kept."""

    CALENDAR = "calendar"
    POST = "post"
    CONTACT = "contact"


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """Something that came with a message and waits for a tap. It lapses after a day.

    A button names it by its code: `/take o7f3k2q9 task`.
    """

    kind: OfferKind
    text: str = ""
    """What would be kept."""
    source: str = ""
    """Where it came from, in words."""
    count: int = 0
    """Events of a calendar."""
    parts: int = 0
    """In how many pieces the events are kept."""
    code: str = ""
    """Global short id: "o" and seven characters. Assigned, like the rest, when it is added."""
    done: int = 0
    """Pieces that were imported."""
    closed: str = ""
    """What became of it: "taken" or "dismissed"; empty while it waits."""
    made_at: datetime = UNSAVED


class Offers(Protocol):
    """What was offered and waits for a tap."""

    def add(self, owner: OwnerId, offer: Offer, pieces: Sequence[bytes] = ()) -> Offer:
        """`pieces`: the events, packed outside of the unit (`core.importing`)."""
        ...

    def get(self, owner: OwnerId, code: str) -> Offer | None:
        """None when it lapsed or is another owner's."""
        ...

    def piece(self, owner: OwnerId, code: str, number: int) -> bytes | None: ...

    def advance(self, owner: OwnerId, code: str, done: int) -> None: ...

    def close(self, owner: OwnerId, code: str, outcome: str) -> None:
        """Nothing more is to be done; the pieces go."""
        ...

    def lapse(self, before: datetime, limit: int) -> int:
        """Delete at most `limit` offers of all owners that were made before; returns how many."""
        ...


class UsageLog(Protocol):
    """Every call of a model, and what counts against budgets."""

    def reserve(self, owner: OwnerId, usage: Usage, worst: int, budget: Budget) -> int | None:
        """Set `worst` micro-dollars aside for a call, before it is made.

        Returns the number of its row, whose outcome is "running" and which counts `worst`; None,
        and no row, when that does not fit the budget. Reservations of all people wait for each
        other while their units last, in every replica: let it be the last thing that a short unit
        does.
        """
        ...

    def settle(
        self, owner: OwnerId, row_id: int, usage: Usage, counted: int, budget: Budget
    ) -> Crossed:
        """Write what a call took, in place of what was set aside, once; again changes nothing.

        The row keeps its time and takes everything else from `usage`. `counted` is what counts
        against budgets from now on: the cost, or a ceiling where that is not known. A call that
        nobody settles, for its process died, counts its worst case for ever.
        """
        ...

    def standing(self, owner: OwnerId, budget: Budget) -> Standing:
        """What is set aside counts as spent."""
        ...

    def spent(self, owner: OwnerId, budget: Budget) -> Spent: ...

    def totals(self, owner: OwnerId, since: datetime) -> list[Total]:
        """By vendor, model and purpose, those that cost most first."""
        ...


class Feeds(Protocol):
    def add(self, owner: OwnerId, scope: str, token_hash: str, *, via: str = "") -> CalendarFeed:
        """`via`: the identity that asked for it, as `str(Identity)`."""
        ...

    def by_hash(self, token_hash: str) -> CalendarFeed | None:
        """The live feed with this token."""
        ...

    def of(self, owner: OwnerId) -> list[CalendarFeed]: ...

    def revoke(self, owner: OwnerId, feed_id: str) -> None: ...

    def touched(self, feed_id: str) -> None: ...


class Invites(Protocol):
    def add(self, invite: Invite) -> None: ...

    def use(self, code_hash: str, platform: str) -> Invite | None:
        """Use up the open invitation with this code, if it is for this platform."""
        ...

    def of(self, owner: OwnerId) -> list[Invite]:
        """The open ones that this person made, oldest first."""
        ...

    def revoke(self, owner: OwnerId, invite_id: str) -> bool:
        """Delete one that was not used; False when there is none such."""
        ...


class Installations(Protocol):
    """Workspaces that have installed Pixie by themselves, and the states that were used for it."""

    def put(self, installation: Installation) -> None:
        """Store it, in place of an earlier one of its workspace."""
        ...

    def get(self, platform: str, workspace: str) -> Installation | None:
        """Also when it was taken out again: see `live`."""
        ...

    def all(self) -> list[Installation]:
        """The live ones."""
        ...

    def reseal(self, installation: Installation, token: str) -> bool:
        """Store its token under another key; False when that has changed meanwhile."""
        ...

    def remove(self, platform: str, workspace: str, at: datetime) -> bool:
        """It was taken out then: its token is erased. False when none was live, or it was
        installed again since."""
        ...

    def come_back(self, platform: str, state_hash: str, ends_at: datetime) -> bool:
        """Somebody comes back from their platform with a state, which works until then; False
        when somebody has come back with it already."""
        ...


class Links(Protocol):
    """Accounts of one person: codes to join them, and what becomes of their rows."""

    def offer(self, code: LinkCode) -> None:
        """Store a new code, in place of an earlier one of its owner."""
        ...

    def known(self, code_hash: str) -> LinkCode | None:
        """The open code with this hash, typed or not."""
        ...

    def take(self, code_hash: str, owner: OwnerId, ends_at: datetime) -> LinkCode | None:
        """Use up an open code; `owner`, who has typed it, may confirm until `ends_at`."""
        ...

    def taken(self, owner: OwnerId, code_id: str) -> LinkCode | None:
        """What this person has typed and can still confirm."""
        ...

    def drop(self, code: LinkCode) -> None: ...

    def holdings(self, owner: OwnerId) -> Holdings: ...

    def accounts(self, owner: OwnerId) -> list[Account]:
        """The person's identities, their own first, then by when they came."""
        ...

    def join(self, owner: OwnerId, joined: OwnerId) -> None:
        """Make everything of `joined`, and everybody who was joined into them, `owner`'s.

        Their things get new numbers: what `owner` has had so far is added. Both lanes' workers
        lose them. To be done at the end of a unit that holds both lanes (`Inbox.renew`).
        Raises `Stale` when one of them was joined into somebody meanwhile.
        """
        ...

    def part(self, owner: OwnerId, joined: OwnerId) -> Person:
        """Give `joined`, who was joined into `owner`, their identities back and with them what
        came through these; returns them as they had been, with numbers as they are.

        Locks like `join`. What tells no identity stays. Raises `Stale` when they are not joined.
        """
        ...


class Strangers(Protocol):
    """How often somebody unknown did something lately. Kept is a salted hash, for a day."""

    def count(self, identity: Identity, what: str, window: timedelta) -> int:
        """How often within the window that began with the first time; 0 when it is over."""
        ...

    def note(self, identity: Identity, what: str, window: timedelta) -> int:
        """Once more; returns how often it is now. A window that is over begins anew."""
        ...


class Documents(Protocol):
    """Searchable texts, and the queue of what the index of meaning still lacks."""

    def put(self, document: Document) -> None:
        """Insert, or replace the document of the same row; queues it for the index."""
        ...

    def remove(self, owner: OwnerId, row_id: str) -> None:
        """Delete the document and queue its vector's removal."""
        ...

    def get(self, owner: OwnerId, ids: Sequence[str]) -> list[Document]: ...

    def match(
        self,
        owner: OwnerId,
        words: Sequence[str],
        *,
        kinds: frozenset[str] = frozenset(),
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 100,
    ) -> list[Document]:
        """Candidates that hold at least one of the words (stemmed by the database), best first.

        With no words at all: every document, newest first. `since` is inclusive, `until` is not.
        """
        ...

    def statistics(self, owner: OwnerId, words: Sequence[str]) -> tuple[int, float, dict[str, int]]:
        """Number of documents, their mean length in words, and in how many each word occurs."""
        ...

    def neighbours(self, owner: OwnerId, document: str, reach: int) -> list[Document]:
        """Turns just before and after, in time order."""
        ...

    def unindexed(self, model: str, limit: int) -> list[Document]:
        """Documents of all owners that are not in the index under this model."""
        ...

    def indexed(self, model: str, documents: Sequence[Document]) -> None:
        """Mark as indexed, unless their text changed since it was read."""
        ...

    def gone(self, limit: int) -> list[tuple[OwnerId, str]]:
        """Vectors to remove."""
        ...

    def swept(self, documents: Sequence[str]) -> None: ...

    def owners(self) -> list[OwnerId]:
        """Everyone who has documents."""
        ...

    def forget_index(self, owner: OwnerId | None = None) -> int:
        """Mark everything as not indexed, for a rebuild; returns how many documents there are."""
        ...


class Leases(Protocol):
    """Roles that one process of several holds at a time, such as asking a platform for news."""

    def take(self, name: str, holder: str, lease: timedelta) -> bool:
        """Take the role or keep it for another `lease`; False while another process holds it."""
        ...

    def release(self, name: str, holder: str) -> None:
        """Give it back; nothing happens if another process holds it."""
        ...


class SetAside(Protocol):
    def put(self, platform: str, external_id: str, kind: str, body: str, reason: str) -> bool:
        """Keep an update that could not be read, for the operator; False when it is known.

        `kind` and `reason` hold no message text; `body` is the update as JSON.
        """
        ...


class Addresses(Protocol):
    def move(self, old: Address, new: Address) -> OwnerId | None:
        """A chat goes on as another: its owner, what they prefer, and what has not left follow.

        Returns the chat's owner if it has one. Done again it changes nothing. If somebody spoke in
        the new chat before this was known, it is the old chat's owner from now on.
        """
        ...


class Housekeeping(Protocol):
    def purge(self, before: datetime, shown_before: datetime, limit: int) -> int:
        """Delete at most `limit` rows of all owners that nothing needs; returns how many went.

        Those are answered messages, deliveries that were settled, updates that could not be read,
        what could be undone, deleted things that nothing brings back, and invitations and codes
        that ended, each when it is older than `before`. A delivery that showed cards stays until
        `shown_before`, for a reply may name it, and an owner's last one for ever. The journal is
        memory, and messages that were set aside are the operator's: both stay.
        """
        ...

    def forget_strangers(self, before: datetime, limit: int) -> int:
        """Delete at most `limit` hashes of strangers that are older; returns how many went."""
        ...


class Work(Protocol):
    """One transaction's repositories."""

    now: datetime
    """The unit's time, aware UTC."""
    people: People
    tasks: Tasks
    events: Events
    reminders: Reminders
    notes: Notes
    turns: Turns
    inbox: Inbox
    outbox: Outbox
    undo: Undo
    offers: Offers
    usage: UsageLog
    feeds: Feeds
    invites: Invites
    installations: Installations
    links: Links
    strangers: Strangers
    documents: Documents
    housekeeping: Housekeeping
    leases: Leases
    set_aside: SetAside
    addresses: Addresses

    @property
    def changes(self) -> Sequence[Change]:
        """What this unit has added, saved and removed so far, in order."""
        ...

    def thing(self, owner: OwnerId, number: int) -> Thing | None:
        """The live row with the owner's number, of any kind."""
        ...

    def coded(self, owner: OwnerId, code: str) -> Thing | None:
        """The live row with this global short id, if it is the owner's."""
        ...

    def restore(self, owner: OwnerId, change: Change) -> Thing:
        """Take a change back; raises `Stale` if the row moved since."""
        ...


Unit = Callable[[Work], R]


class Store(Protocol):
    """Runs units. A unit that raises leaves nothing behind."""

    async def run(self, unit: Unit[R]) -> R:
        """One transaction that may write. A unit may run again after a serialisation failure."""
        ...

    async def read(self, unit: Unit[R]) -> R:
        """One transaction that only reads."""
        ...

    async def close(self) -> None: ...


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware UTC."""
        ...

    async def sleep(self, seconds: float) -> None: ...
