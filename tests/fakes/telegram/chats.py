"""Chats and messages as they stand, and whether the bot may write there."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.fakes.telegram.errors import Json, bad, forbidden


@dataclass(slots=True, eq=False)
class Message:
    """One message as the chat shows it now; `json` is the Message object of the API."""

    chat: "Chat"
    json: Json
    versions: list[Json] = field(default_factory=list)
    """What it was before, oldest first."""
    deleted: bool = False
    reactions: dict[int, list[Json]] = field(default_factory=dict)
    """ReactionType objects by user id."""

    @property
    def id(self) -> int:
        return int(self.json["message_id"])

    @property
    def text(self) -> str:
        """The text or caption, empty where there is none."""
        return str(self.json.get("text", self.json.get("caption", "")))

    @property
    def entities(self) -> list[Json]:
        return list(self.json.get("entities") or self.json.get("caption_entities") or [])

    @property
    def by_bot(self) -> bool:
        return bool(self.json.get("from", {}).get("is_bot"))

    @property
    def thread(self) -> int | None:
        return self.json.get("message_thread_id")

    @property
    def reply_to(self) -> int | None:
        """The id of the message that this one answers."""
        answered = self.json.get("reply_to_message")
        return answered["message_id"] if answered else None

    @property
    def buttons(self) -> list[list[str]]:
        """The labels, row by row."""
        return [[button["text"] for button in row] for row in self.keyboard]

    @property
    def keyboard(self) -> list[list[Json]]:
        return list(self.json.get("reply_markup", {}).get("inline_keyboard", []))

    def button(self, label: str) -> Json:
        """The button with that label. Raises: LookupError that names those there are."""
        for row in self.keyboard:
            for button in row:
                if button["text"] == label:
                    return button
        raise LookupError(f"no button {label!r} on message {self.id}, only {self.buttons}")

    def change(self, **fields: object) -> None:
        """A new version; a field that is None goes away."""
        self.versions.append(self.json)
        changed = {**self.json, **fields}
        self.json = {name: value for name, value in changed.items() if value is not None}

    def quoted(self) -> Json:
        """As it is shown within an answer to it: without what it answers itself."""
        return {name: value for name, value in self.json.items() if name != "reply_to_message"}

    def __repr__(self) -> str:
        return f"<{self.id} {'bot' if self.by_bot else 'human'}: {self.text!r} {self.buttons}>"


DRAFT_LIFE = 30
"""Seconds for which a draft is shown (sendMessageDraft)."""


@dataclass(slots=True)
class Draft:
    """A message that the bot is still writing; `at` in seconds since the epoch."""

    id: int
    text: str
    entities: list[Json]
    at: float
    thread: int | None


@dataclass(slots=True, eq=False, kw_only=True)
class Chat:
    """A private chat with the bot; `groups.Group` has what groups have beside."""

    id: int
    json: Json
    """The Chat object of the API."""
    history: dict[int, Message] = field(default_factory=dict)
    """All messages by id, deleted ones too."""
    now: Callable[[], float] = time.time
    drafted: list[Draft] = field(default_factory=list)
    """Every draft that was sent, in order."""
    settled: int = 0
    """So many of them were followed by a message."""
    actions: list[str] = field(default_factory=list)
    """Every sendChatAction, in order."""
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    acquainted: bool = False
    """The bot met this person in a group."""

    @property
    def kind(self) -> str:
        return str(self.json["type"])

    @property
    def messages(self) -> list[Message]:
        """What the chat shows now, from the top."""
        return [message for message in self.history.values() if not message.deleted]

    @property
    def drafts(self) -> dict[int, Draft]:
        """What the person sees being written now, by draft id."""
        return {
            draft.id: draft
            for draft in self.drafted[self.settled :]
            if self.now() - draft.at < DRAFT_LIFE
        }

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.messages]

    @property
    def from_bot(self) -> list[Message]:
        """What the bot wrote, from the top."""
        return [message for message in self.messages if message.by_bot]

    @property
    def last(self) -> Message:
        """The last message. Raises: LookupError in an empty chat."""
        if not self.messages:
            raise LookupError(f"nothing was said in {self.id}")
        return self.messages[-1]

    def check_writable(self) -> None:
        """Raises: ApiError 400 or 403 where the bot may not write."""
        if self.deactivated:
            raise forbidden("user is deactivated")
        if self.blocked:
            raise forbidden("bot was blocked by the user")
        if not self.started and self.acquainted:
            raise forbidden("bot can't initiate conversation with a user")
        if not self.started:
            raise bad("chat not found")

    def shows(self, message: Message) -> bool:
        """Whether the bot is told of a message."""
        return message.chat is self

    @property
    def shows_reactions(self) -> bool:
        """Whether the bot is told of reactions, if it asked for them."""
        return True

    def check_thread(self, thread: int) -> None:
        """Raises: ApiError where there is no such topic."""
        if thread:
            raise bad("message thread not found")
