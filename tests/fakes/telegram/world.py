"""What Telegram knows: people, chats, files, the bot, and what the bot has yet to hear."""

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.fakes.telegram import entities
from tests.fakes.telegram.chats import Chat, Message
from tests.fakes.telegram.errors import Json, bad
from tests.fakes.telegram.updates import CALLBACK_LIFE, Updates
from tests.fakes.watched import Watched

DOWNLOAD_LIMIT = 20 * 1024 * 1024
"""Bytes; a bot cannot download more."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file on Telegram's servers."""

    id: str
    unique_id: str
    path: str
    content: bytes
    size: int

    def json(self, **fields: object) -> Json:
        shown = {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": self.size}
        return {**shown, **fields}


@dataclass(slots=True, eq=False)
class Tap:
    """A button that was pressed."""

    id: str
    data: str
    at: float
    answers: list[Json]
    """The parameters of answerCallbackQuery; at most one."""

    @property
    def answered(self) -> bool:
        return bool(self.answers)


class World(Watched):
    """`now` gives seconds since the epoch."""

    def __init__(self, now: Callable[[], float] = time.time, username: str = "pixie_bot") -> None:
        super().__init__()
        self.now = now
        self.bot: Json = {
            "id": 7_000_000_001,
            "is_bot": True,
            "first_name": "Pixie",
            "username": username,
        }
        self.can_read_all_group_messages = False
        self.updates = Updates(now)
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.taps: dict[str, Tap] = {}
        self._last_message = 0
        self._numbers: dict[str, int] = {}

    @property
    def date(self) -> int:
        return int(self.now())

    def number(self, what: str, first: int) -> int:
        """The next number of its kind."""
        self._numbers[what] = self._numbers.get(what, first - 1) + 1
        return self._numbers[what]

    def chat(self, given: str) -> Chat:
        """A parameter chat_id. Raises: ApiError."""
        if not given.strip():
            raise bad("chat_id is empty")
        if given.startswith("@"):
            for chat in self.chats.values():
                name = "@" + chat.json.get("username", "")
                if chat.kind != "private" and name.lower() == given.lower():
                    return chat
        elif given.strip().lstrip("-").isdecimal() and (found := self.chats.get(int(given))):
            return found
        raise bad("chat not found")

    def message_id(self, chat: Chat) -> int:
        """Private chats and basic groups share the account's numbers; a supergroup has its own."""
        if chat.kind == "supergroup":
            return max(chat.history, default=0) + 1
        self._last_message += 1
        return self._last_message

    def post(self, chat: Chat, sender: Json, **fields: object) -> Message:
        """A new message in the chat; fields that are None are left out."""
        json: Json = {
            "message_id": self.message_id(chat),
            "from": sender,
            "chat": chat.json,
            "date": self.date,
        }
        json.update({name: value for name, value in fields.items() if value is not None})
        message = Message(chat, json)
        chat.history[message.id] = message
        self.touch()
        return message

    def said(self, text: str) -> Json:
        """The fields of a message that a human typed. It is trimmed as the apps do."""
        text, _ = entities.fixed(text, [])
        marked = entities.found(text)
        return {"text": text, "entities": marked or None}

    def tell(self, kind: str, chat: Chat, body: Json) -> None:
        """An update for the bot in the chat's queue; membership has queues of its own."""
        queue = chat.id if "message" in kind else (kind, chat.id)
        self.updates.add(kind, body, queue)
        self.touch()

    def tap(self, user: Json, message: Message, data: str) -> Tap:
        """A callback query, in a queue of the person's: it may overtake a message."""
        number = self.number("tap", 4_382_000_000_000_000_001)
        tap = Tap(str(number), data, self.now(), [])
        self.taps[tap.id] = tap
        shown = message.json
        if message.deleted:  # InaccessibleMessage
            shown = {"chat": message.chat.json, "message_id": message.id, "date": 0}
        body = {
            "id": tap.id,
            "from": user,
            "message": shown,
            "chat_instance": str(-message.chat.id * 7919),
            "data": data,
        }
        self.updates.add("callback_query", body, ("taps", user["id"]), CALLBACK_LIFE)
        self.touch()
        return tap

    def store(
        self, content: bytes, folder: str, ending: str, size: int | None = None
    ) -> StoredFile:
        """Keep a file; `size` pretends that it is larger than its content."""
        number = self.number("file", 1)
        name = base64.urlsafe_b64encode(f"loopback{number:09}".encode()).decode().rstrip("=")
        path = f"{folder}/file_{number}{ending}"
        real = len(content) if size is None else size
        stored = StoredFile(f"BQACAgIAAxkBAAI{name}", f"AgAD{name[-12:]}", path, content, real)
        self.files[stored.id] = stored
        return stored
