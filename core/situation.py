"""What the engine knows before it answers: read in one unit when a lane's message is taken up."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.budget import Limits
from core.cards import kind, naming
from core.deliveries import Delivery, LaneClaim
from core.intake import owner_identity
from core.people import Person, ToolContext
from core.ports import InboxRow, JournaledTurn, Question, Shown, Situation, Work
from core.values import (
    AssistantTurn,
    AttachmentKind,
    Card,
    IncomingMessage,
    OwnerId,
    Reply,
    ToolTurn,
    Turn,
    UserTurn,
)

HISTORY_MESSAGES = 20
NO_LIMITS = Limits()
HISTORY_TOKENS = 4000
MAX_NUMBERS = 4
MENU = "/settings"
"""The command whose answers take the place of the menu that it was pressed in."""
_NUMBER = re.compile(r"(?<![\w:.,/-])#?(\d{1,6})(?![\w:.,/-])")
QUESTION_LAPSES = timedelta(hours=24)
"""After this a message is no longer taken as the answer to the last question."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """A message with all that is needed to answer it."""

    row: InboxRow
    person: Person
    journal: tuple[Turn, ...]
    """What an earlier attempt at this message has committed already."""
    replied: tuple[Card, ...]
    shown: tuple[Card, ...]
    numbered: tuple[Shown, ...]
    question: Question | None
    tapped: Reply | None = None
    """What the message shows whose button was pressed."""
    place: str | None = None
    """The platform's id of what is answered, if all of that reply is in one message."""
    menu: str | None = None
    """The platform's id of a menu of ours in which a button was pressed: it shows the answer."""
    acted: bool = False
    """The message is a new wording of one that changed something already."""

    @property
    def text(self) -> str:
        """What the person said: as written, or as it was heard."""
        return _said(self.row.message, self.journal)

    @property
    def spoken(self) -> bool:
        """A voice message whose words are to be heard, or were."""
        return is_spoken(self.row.message)

    @property
    def now(self) -> datetime:
        """The moment the words were said, in the person's zone: "in 20 minutes" counts from it."""
        return self.row.message.at.astimezone(ZoneInfo(self.person.zone))

    def situation(self) -> Situation:
        """What a model is told."""
        return Situation(
            person=self.person,
            now=self.now,
            replied=_shown(self.replied),
            shown=_shown(self.shown),
            numbered=self.numbered,
            question=self.question,
            group=self.row.message.group,
            attachments=self.row.message.attachments,
        )

    def context(
        self, public_url: str, limits: Limits = NO_LIMITS, invite_url: str = ""
    ) -> ToolContext:
        """What a tool is told."""
        message = self.row.message
        return ToolContext(
            owner=self.person,
            speaker=message.sender,
            address=message.address,
            passing=message.passing,
            now=self.now,
            message_id=str(self.row.id),
            text=self.text,
            attachments=message.attachments,
            replied=tuple(card.code for card in self.replied),
            shown=tuple(card.code for card in self.shown),
            public_url=public_url,
            invite_url=invite_url,
            limits=limits,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Onward:
    """What comes next in a lane."""

    opened: Opened | None
    """Its next message; None: there was none, and the lane is given back."""
    due: bool = False
    """The lane was given back, and can be claimed again at once: a message came in meanwhile."""


def onward(work: Work, claim: LaneClaim) -> Onward:
    """Open the lane's next message, or give the lane back. Raises `Fenced`."""
    opened = open_next(work, claim)
    return Onward(opened=opened, due=opened is None and work.inbox.release(claim))


def open_next(work: Work, claim: LaneClaim) -> Opened | None:
    """The lane's oldest message and its situation, or None when the lane is empty."""
    while (row := work.inbox.next(claim)) is not None:
        person = work.people.by_identity(owner_identity(row.message))
        person = person or work.people.get(row.owner)
        if person is None:
            raise LookupError("a message without its owner")
        if person.id == row.owner:
            return _opened(work, row, person)
        # They were parted from the lane's owner while it came in.
        work.inbox.redirect(claim, row.id, person.id)
    return None


def _opened(work: Work, row: InboxRow, person: Person) -> Opened:
    message = replace(row.message, at=min(row.message.at, work.now))
    answered = message.replies_to and work.outbox.shown_by(
        row.owner, message.replies_to, message.address
    )
    last = work.outbox.last_shown(row.owner)
    recent = work.turns.recent(row.owner, 2)
    journal = tuple(entry.turn for entry in recent if entry.message_id == row.id)
    if not journal and any(entry.message_id > row.id for entry in recent):
        # It came in a lane that was joined with one where later messages are answered already.
        journal = tuple(work.turns.of(row.owner, row.id))
    return Opened(
        row=replace(row, message=message),
        person=person,
        journal=journal,
        replied=answered.reply.cards if answered else (),
        tapped=answered.reply if answered and message.tapped else None,
        place=message.replies_to if answered and answered.messages <= 1 else None,
        shown=last.reply.cards if last else (),
        numbered=_numbered(work, row.owner, _said(message, journal)),
        question=_question(recent, row.id, work.now),
        menu=_menu(message, answered) if answered else None,
        acted=message.edits is not None and _acted(work, row.owner, message),
    )


def _menu(message: IncomingMessage, answered: Delivery) -> str | None:
    """A press says exactly what a button of the message does; other answers are not shown there."""
    pressed = any(button.command == message.text for button in answered.reply.buttons)
    return message.replies_to if pressed and message.text.startswith(MENU) else None


def _acted(work: Work, owner: OwnerId, edit: IncomingMessage) -> bool:
    """An earlier wording changed something."""
    return any(
        isinstance(turn, ToolTurn) and turn.changed
        for wording in work.inbox.wordings(owner, edit)
        for turn in work.turns.of(owner, wording.id)
    )


def history(work: Work, row: InboxRow) -> list[JournaledTurn]:
    """The messages before this one with their answers, oldest first, without what was secret."""
    recent = work.turns.recent(row.owner, HISTORY_MESSAGES + 1)
    before = [entry for entry in recent if entry.message_id != row.id]
    secrets = {
        secret
        for entry in before
        if isinstance(entry.turn, ToolTurn)
        for secret in entry.turn.secrets
    }
    if not secrets:
        return before
    return [replace(entry, turn=_without(entry.turn, secrets)) for entry in before]


def _without(turn: Turn, secrets: Iterable[str]) -> Turn:
    if isinstance(turn, AssistantTurn):
        for secret in secrets:
            turn = replace(turn, text=turn.text.replace(secret, "…"))
    return turn


def trimmed(journal: list[JournaledTurn], budget: int) -> tuple[Turn, ...]:
    """The newest whole messages that fit the budget of tokens, oldest first.

    A message's turns stay together, so that no tool result is parted from its call. Tokens are
    estimated at four characters each.
    """
    kept: list[Turn] = []
    spent = 0
    at = len(journal)
    while at:
        start = at - 1
        while start and journal[start - 1].message_id == journal[at - 1].message_id:
            start -= 1
        turns = [entry.turn for entry in journal[start:at]]
        spent += sum(_tokens(turn) for turn in turns)
        if spent > budget:
            break
        kept[:0] = turns
        at = start
    return tuple(kept)


def _tokens(turn: Turn) -> int:
    match turn:
        case UserTurn():
            size = len(turn.text)
        case AssistantTurn():
            size = len(turn.text) + sum(len(str(call.arguments)) + 20 for call in turn.calls)
        case ToolTurn():
            size = len(turn.result) + 20
    return size // 4 + 4


def _question(recent: list[JournaledTurn], message_id: int, now: datetime) -> Question | None:
    """The question that the last answer ended with, if nothing was said since."""
    before = [entry for entry in recent if entry.message_id != message_id]
    last = before[-1] if before else None
    if last is None or not isinstance(last.turn, AssistantTurn) or last.turn.asks is None:
        return None
    if now - last.at > QUESTION_LAPSES:
        return None
    return Question(text=last.turn.text, buttons=last.turn.buttons, about=last.turn.asks)


def is_spoken(message: IncomingMessage) -> bool:
    """Whether the sender speaks: there are no written words, and the recording is their own."""
    kinds = {attachment.kind for attachment in message.attachments}
    return (
        AttachmentKind.VOICE in kinds
        and AttachmentKind.FORWARDED not in kinds
        and not message.text.strip()
    )


def _said(message: IncomingMessage, journal: Sequence[Turn]) -> str:
    first = journal[0] if journal and is_spoken(message) else None
    return first.text if isinstance(first, UserTurn) else message.text


def _numbered(work: Work, owner: OwnerId, text: str) -> tuple[Shown, ...]:
    """The rows that the first few numbers in the message stand for."""
    numbers = [int(found[1]) for found in _NUMBER.finditer(text[:2000])]
    things = [work.thing(owner, number) for number in numbers[:MAX_NUMBERS]]
    return tuple(
        Shown(
            code=thing.code,
            version=thing.version,
            number=thing.number,
            kind=kind(thing).value,
            title=naming(thing),
        )
        for thing in things
        if thing is not None
    )


def _shown(cards: tuple[Card, ...]) -> tuple[Shown, ...]:
    return tuple(
        Shown(
            code=card.code,
            version=card.version,
            number=card.number,
            kind=card.kind.value,
            title=card.title,
        )
        for card in cards
    )
