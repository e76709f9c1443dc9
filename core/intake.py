"""The border: a message is checked, cleaned and committed before its platform is told yes."""

import asyncio
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

from core.errors import StorageDown, StorageError
from core.invites import CODE
from core.pausing import resume
from core.people import OwnerKind, Person, Profile, Role, next_summary
from core.ports import Store, Wording, Work
from core.values import Attachment, Identity, IncomingMessage, OwnerId, UserTurn

MAX_STORED = 200_000
"""Characters of a message that are kept; more is cut, and the engine says that it was too long."""

MOST_ATTACHMENTS = 20
"""Of one message that are looked at."""
MOST_NAME = 200
MOST_REF = 2000
MOST_POST = 20_000
"""Characters of a forwarded post that are kept."""

_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters
    "\u202a-\u202e\u2066-\u2069\ufeff"  # what turns the direction of text around
    "\ud800-\udfff]"  # lone surrogates
)
_WITH_CODE = re.compile(rf"\s*(/start(?:@\w+)?)\s+{CODE}\s*", re.ASCII)


def clean(text: str) -> str:
    """The text as both databases and every platform can hold it.

    NUL and other control characters and lone surrogates are dropped (PostgreSQL refuses NUL,
    UTF-8 has no surrogates), and so is what turns the direction of text around. Line ends become
    "\\n", and composed characters are used (NFC).
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")[:MAX_STORED]
    return unicodedata.normalize("NFC", _UNWANTED.sub("", text))


def _cleaned(attachment: Attachment) -> Attachment:
    """The attachment with no more than a row should hold of what others wrote."""
    return replace(
        attachment,
        name=clean(attachment.name)[:MOST_NAME],
        ref=clean(attachment.ref)[:MOST_REF],
        media_type=clean(attachment.media_type)[:MOST_NAME],
        text=clean(attachment.text)[:MOST_POST],
        source=clean(attachment.source)[:MOST_NAME],
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Accepted:
    """What became of a message at the border."""

    owner: OwnerId | None
    """None: the sender is not admitted, and nothing was kept."""
    new: bool
    """False for a message that had come before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Admission:
    """As what a sender whom nobody knows yet becomes a person, or the group that they speak in."""

    role: Role = Role.MEMBER
    zone: str = ""
    """A guess at their IANA zone, where the platform does not tell it."""
    text: str | None = None
    """What the message says besides the code that admits it; None for all of it."""


Admit = Callable[[Work, IncomingMessage], Admission | None]
"""Whether a sender that nobody knows yet may become a person; None: no."""


def only(*platforms: str) -> Admit:
    """Admit all from these platforms as owners: the terminal is of whoever has the machine."""
    return lambda _work, message: (
        Admission(role=Role.OWNER) if message.sender.platform in platforms else None
    )


def either(*admits: Admit) -> Admit:
    """Admit whom one of these admits."""
    return lambda work, message: next(
        (found for admit in admits if (found := admit(work, message)) is not None), None
    )


def owner_identity(message: IncomingMessage) -> Identity:
    """Whose rows a message works on: the sender's, or in a group the group's."""
    if not message.group:
        return message.sender
    address = message.address
    return Identity(platform=address.platform, workspace=address.workspace, user=address.chat)


class Intake:
    """Accepts messages in group-committed batches: one commit for all that wait."""

    def __init__(self, store: Store, *, admit: Admit, wake: Callable[[], None]) -> None:
        self._store = store
        self._admit = admit
        self._wake = wake
        self._waiting: list[tuple[IncomingMessage, asyncio.Future[Accepted]]] = []
        self._flushing: asyncio.Task[None] | None = None

    async def accept(self, message: IncomingMessage) -> Accepted:
        """Commit a message to its owner's lane; returns once it is safe.

        Raises what the store raises: the platform must then be told no, so that it tries again.
        """
        message = replace(
            message,
            text=clean(message.text),
            name=clean(message.name)[:200],
            attachments=tuple(map(_cleaned, message.attachments[:MOST_ATTACHMENTS])),
        )
        future: asyncio.Future[Accepted] = asyncio.get_running_loop().create_future()
        self._waiting.append((message, future))
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        return await future

    async def _flush(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                await self._commit(batch)
                self._wake()
        finally:
            self._flushing = None

    async def _commit(self, batch: list[tuple[IncomingMessage, asyncio.Future[Accepted]]]) -> None:
        messages = [message for message, _ in batch]
        try:
            accepted = await self._store.run(lambda work: self._put(work, messages))
        except Exception as error:
            if len(batch) == 1 or isinstance(error, StorageDown):
                for _, future in batch:
                    _settle(future, error)
                return
            await self._commit_singly(batch)
            return
        for (_, future), outcome in zip(batch, accepted, strict=True):
            _settle(future, outcome)

    async def _commit_singly(
        self, batch: list[tuple[IncomingMessage, asyncio.Future[Accepted]]]
    ) -> None:
        """One that cannot be kept does not take the others along, except those behind it that the
        storage failed as well: an owner's messages must not overtake each other."""
        failed: dict[Identity, StorageError] = {}
        for message, future in batch:
            lane = owner_identity(message)
            if lane in failed:
                _settle(future, failed[lane])
                continue
            await self._commit([(message, future)])
            error = future.exception() if future.done() and not future.cancelled() else None
            if isinstance(error, StorageError):
                failed[lane] = error

    def _put(self, work: Work, messages: list[IncomingMessage]) -> list[Accepted]:
        accepted = [Accepted(owner=None, new=False)] * len(messages)
        entered = [self._entered(work, message) for message in messages]
        lanes = [(one[0].id, at) for at, one in enumerate(entered) if one is not None]
        # Replicas lock lanes in the same order, so that two batches cannot wait for each other.
        for owner, at in sorted(lanes):
            if (one := entered[at]) is None:
                continue
            message = one[1]
            new = (
                work.inbox.put(owner, message)
                if message.edits is None
                else _edit(work, owner, message)
            )
            accepted[at] = Accepted(owner=owner, new=new)
        return accepted

    def _entered(
        self, work: Work, message: IncomingMessage
    ) -> tuple[Person, IncomingMessage] | None:
        """Whose the message is, and what is to be kept of it; None: the sender stays outside."""
        identity = owner_identity(message)
        known = work.people.by_identity(identity)
        admission = self._admit(work, message) if known is None else None
        if admission is None:
            # Another process may have let them in while this one waited to.
            known = known or work.people.by_identity(identity)
            if known is None:
                return None
            # Who writes to us can be written to. A code that they do not need is not kept: it may
            # be somebody else's.
            return resume(work, known), _without_code(message)
        person = Person(
            id=OwnerId(""),
            kind=OwnerKind.GROUP if message.group else OwnerKind.PERSON,
            name="" if message.group else message.name,
            zone=message.zone or admission.zone or "UTC",
            zone_known=bool(message.zone),
            clock_24h=message.clock_24h,
            preferred=message.home or message.address,
            role=Role.MEMBER if message.group else admission.role,
            created_at=work.now,
        )
        if message.group:
            # There Pixie speaks when she is spoken to.
            person = replace(person, summary_at=None)
        person = replace(person, summary_next=next_summary(person, work.now))
        text = message.text if admission.text is None else admission.text
        told = Profile(
            name=message.name,
            zone=message.zone,
            locale=message.locale,
            clock_24h=message.clock_24h,
        )
        stored = work.people.add(person, identity, None if message.group else told)
        return stored, replace(message, text=text)


def _without_code(message: IncomingMessage) -> IncomingMessage:
    match = _WITH_CODE.fullmatch(message.text)
    return message if match is None else replace(message, text=match[1])


def _edit(work: Work, owner: OwnerId, edit: IncomingMessage) -> bool:
    """Take the new words for the old ones while nobody has read these; False if they are the same.

    Otherwise the edit waits for its turn, and is answered if the old words changed nothing. One
    that overtook its message stands for it.
    """
    if work.inbox.put(owner, replace(edit, id=edit.edits or edit.id, edits=None)):
        return True
    if not work.inbox.put(owner, edit):
        return False
    for wording in reversed(work.inbox.wordings(owner, edit)):
        said = _said(work, owner, wording)
        if said is None:
            # Its words went into an earlier one.
            continue
        if said == edit.text:
            work.inbox.ignore(owner, edit)
            return False
        if wording.open:
            work.inbox.reword(owner, wording, edit)
        break
    return True


def _said(work: Work, owner: OwnerId, wording: Wording) -> str | None:
    if wording.message is not None:
        return wording.message.text
    said = (turn for turn in work.turns.of(owner, wording.id) if isinstance(turn, UserTurn))
    return next((turn.text for turn in said), None)


def _settle(future: asyncio.Future[Accepted], outcome: Accepted | Exception) -> None:
    if future.done():
        return
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
