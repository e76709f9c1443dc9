"""A human with the app in hand: speaks, taps, reacts, forwards, blocks."""

from tests.fakes.telegram.chats import Chat, Message
from tests.fakes.telegram.errors import Json
from tests.fakes.telegram.world import Tap, World


class Person:
    """Everything is said in the private chat with the bot unless a `chat` is named."""

    def __init__(
        self,
        world: World,
        name: str,
        *,
        username: str = "",
        language: str = "en",
        started: bool = True,
    ) -> None:
        """`started`: the person has opened the bot before, so that it may write to them."""
        self._world = world
        self.id = world.number("person", 5_100_000_001)
        first, _, last = name.partition(" ")
        self.user: Json = {"id": self.id, "is_bot": False, "first_name": first}
        self.user.update({"last_name": last} if last else {})
        self.user.update({"username": username} if username else {})
        known = {name: self.user[name] for name in self.user if name != "is_bot"}
        self.user.update({"language_code": language} if language else {})
        self.chat = Chat(
            id=self.id, json={**known, "type": "private"}, started=started, now=world.now
        )
        world.chats[self.id] = self.chat

    def says(
        self,
        text: str,
        chat: Chat | None = None,
        *,
        reply_to: Message | None = None,
        quote: str = "",
        thread: int | None = None,
    ) -> Message:
        """Types a message; `thread` is a topic's id."""
        fields = self._world.said(text)
        if quote and reply_to:
            fields["quote"] = {"text": quote, "position": reply_to.text.find(quote)}
        return self._sends(chat, fields, reply_to=reply_to, thread=thread)

    def starts(self, payload: str = "") -> Message:
        """Opens t.me/<bot>?start=<payload> and presses Start."""
        if self.chat.blocked:
            self.unblocks()
        return self.says(f"/start {payload}".strip())

    def edits(self, message: Message, text: str) -> None:
        """Changes an own message. Raises: ValueError for another's."""
        if message.json["from"]["id"] != self.id:
            raise ValueError("people edit their own messages")
        message.change(edit_date=self._world.date, **self._world.said(text))
        if message.chat.shows(message):
            self._world.tell("edited_message", message.chat, message.json)

    def deletes(self, message: Message) -> None:
        """The bot hears nothing of it."""
        message.deleted = True
        self._world.touch()

    def taps(self, message: Message, label: str) -> Tap:
        """Presses a button. Raises: LookupError when the message shows none with that label."""
        if message.deleted:
            raise LookupError(f"message {message.id} was deleted")
        button = message.button(label)
        if "callback_data" not in button:
            raise LookupError(f"{label!r} opens {button.get('url', 'something else')}")
        return self.sends_callback(message, button["callback_data"])

    def sends_callback(self, message: Message, data: str) -> Tap:
        """A press that carries any data: of an older version, or made up."""
        return self._world.tap(self.user, message, data)

    def reacts(self, message: Message, *emojis: str) -> None:
        """Puts these reactions on the message instead of the former ones; none takes them away."""
        old = message.reactions.get(self.id, [])
        new = [{"type": "emoji", "emoji": emoji} for emoji in emojis]
        message.reactions[self.id] = new
        chat = message.chat
        if chat.shows_reactions:
            body = {"chat": chat.json, "message_id": message.id, "user": self.user}
            body |= {"date": self._world.date, "old_reaction": old, "new_reaction": new}
            self._world.tell("message_reaction", chat, body)

    def forwards(
        self,
        what: str | Message,
        *,
        by: "Person | str | Json | None" = None,
        chat: Chat | None = None,
    ) -> Message:
        """Forwards a message, or a text that another one wrote.

        `by`: a person, the name of one who hides, or a channel (a Chat object of the API).
        """
        if isinstance(what, Message):
            kept = ("text", "entities", "caption", "caption_entities", "photo", "document", "voice")
            fields = {name: what.json[name] for name in kept if name in what.json}
            origin: Json = {"type": "user", "sender_user": what.json["from"]}
            date = what.json["date"]
        else:
            fields, date = self._world.said(what), self._world.date - 3600
            if isinstance(by, str):
                origin = {"type": "hidden_user", "sender_user_name": by}
            elif isinstance(by, dict):
                origin = {"type": "channel", "chat": by, "message_id": 17}
            else:
                origin = {"type": "user", "sender_user": (by or self).user}
        return self._sends(chat, {"forward_origin": {**origin, "date": date}, **fields})

    def shares_location(
        self, latitude: float, longitude: float, chat: Chat | None = None
    ) -> Message:
        return self._sends(chat, {"location": {"latitude": latitude, "longitude": longitude}})

    def shares_contact(self, name: str, phone: str, chat: Chat | None = None) -> Message:
        return self._sends(chat, {"contact": {"phone_number": phone, "first_name": name}})

    def sends_photo(
        self, content: bytes = b"\xff\xd8", *, caption: str = "", chat: Chat | None = None
    ) -> Message:
        """As two sizes, the larger one last."""
        small = self._world.store(content[:100], "photos", ".jpg").json(width=90, height=67)
        large = self._world.store(content, "photos", ".jpg").json(width=800, height=600)
        return self._sends(chat, {"photo": [small, large], **self._caption(caption)})

    def sends_voice(
        self, content: bytes = b"OggS", *, seconds: int = 3, chat: Chat | None = None
    ) -> Message:
        voice = self._world.store(content, "voice", ".oga")
        shown = voice.json(duration=seconds, mime_type="audio/ogg")
        return self._sends(chat, {"voice": shown})

    def sends_document(
        self,
        name: str,
        content: bytes,
        *,
        mime_type: str = "",
        caption: str = "",
        size: int | None = None,
        chat: Chat | None = None,
        reply_to: Message | None = None,
    ) -> Message:
        """`size` pretends that the file has so many bytes."""
        ending = "." + name.rpartition(".")[2] if "." in name else ""
        stored = self._world.store(content, "documents", ending, size)
        kind = {"mime_type": mime_type} if mime_type else {}
        fields = {"document": stored.json(file_name=name, **kind), **self._caption(caption)}
        return self._sends(chat, fields, reply_to=reply_to)

    def sends(self, chat: Chat | None = None, **fields: object) -> Message:
        """A message of any other kind: `sticker=…`, `dice=…`, or one that nobody knows yet."""
        return self._sends(chat, fields)

    def blocks(self) -> None:
        """Stops the bot."""
        self._membership("member", "kicked")
        self.chat.blocked = True

    def unblocks(self) -> None:
        """Lets it write again."""
        self.chat.blocked = False
        self._membership("kicked", "member")

    def deactivates(self) -> None:
        """Deletes the account; the bot hears nothing of it."""
        self.chat.deactivated = True

    def _membership(self, old: str, new: str) -> None:
        body = {"chat": self.chat.json, "from": self.user, "date": self._world.date}
        for side, status in (("old", old), ("new", new)):
            until = {"until_date": 0} if status == "kicked" else {}
            body[f"{side}_chat_member"] = {"user": self._world.bot, "status": status, **until}
        self._world.tell("my_chat_member", self.chat, body)

    def _caption(self, text: str) -> Json:
        said = self._world.said(text)
        return {"caption": said["text"] or None, "caption_entities": said["entities"]}

    def _sends(
        self,
        chat: Chat | None,
        fields: Json,
        *,
        reply_to: Message | None = None,
        thread: int | None = None,
    ) -> Message:
        where = chat or self.chat
        if where is self.chat:
            if where.blocked:
                raise RuntimeError("who has blocked the bot cannot write to it")
            where.started = True
        if reply_to is not None:
            fields = {**fields, "reply_to_message": reply_to.quoted()}
            thread = thread or reply_to.thread
        elif thread and (topic := where.history.get(thread)):
            fields = {**fields, "reply_to_message": topic.quoted()}
        if thread:
            fields |= {"message_thread_id": thread, "is_topic_message": True}
        message = self._world.post(where, self.user, **fields)
        if where.shows(message):
            self._world.tell("message", where, message.json)
        return message
