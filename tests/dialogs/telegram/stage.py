"""Pixie on Telegram and the people before her: what each line of a transcript does there."""

import asyncio
import mimetypes
import re
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Protocol

from adapters.terminal import PLATFORM as TERMINAL
from core.intake import only
from core.ports import Store
from main import Pixie
from tests.dialogs import stage
from tests.dialogs.stage import INDENT, meant, shortened
from tests.fakes.clock import FakeClock
from tests.fakes.telegram import Accepted, Group, Message, Person, Tap
from tests.fakes.telegram.entities import part
from tests.telegram_whole import whole

FILES = Path(__file__).parent.parent / "files"
BRISK = 4.0
"""Seconds; shorter waits, for the pace of a chat, are over at once."""
STICKER = {
    "file_id": "CAACAgIAAxkBAAI",
    "file_unique_id": "AgAD",
    "type": "regular",
    "width": 512,
    "height": 512,
    "is_animated": False,
    "is_video": False,
    "emoji": "🎉",
}
UNSEEN = frozenset(
    [
        "sendChatAction",
        "sendMessageDraft",
        "setWebhook",
        "deleteWebhook",
        "setMyCommands",
        "deleteMyCommands",
        "setMyDescription",
        "setMyShortDescription",
        "setChatMenuButton",
    ]
)
"""Calls that leave nothing in a chat."""
Json = dict[str, Any]
ACTS = re.compile(
    r"(?P<who>[a-z]+)(?: (?P<act>in|replies to|edits|taps|reacts|starts|sends|shares|forwards"
    r"|blocks|unblocks)\b ?(?P<what>.*?))?(?:  (?P<words>.*))?"
)
EVERYBODY = only("telegram", TERMINAL)


class BriskClock(FakeClock):
    """A `FakeClock` that goes on by itself where one waits for the pace of a chat."""

    async def sleep(self, seconds: float) -> None:
        if 0 < seconds < BRISK:
            self.advance(seconds=seconds)
            seconds = 0
        await super().sleep(seconds)


class Loopback(Protocol):
    """A Telegram with people before it: `TelegramServer`, or what stands before another one."""

    token: str
    accepted: list[Accepted]

    @property
    def base_url(self) -> str: ...
    @property
    def listening(self) -> bool:
        """Pixie has asked for all that she wants to hear."""

    @property
    def heard(self) -> bool:
        """She has taken in all that people did."""

    def person(self, name: str) -> Person: ...
    def group(self, title: str, *people: Person, **options: Any) -> Group: ...
    def hold(self) -> None:
        """From now on nothing reaches Pixie."""

    def let_go(self, *, times: int = 1) -> None:
        """Now it does: the last first, each so many times."""


class Stage(stage.Stage):
    """Pixie on a store and a Telegram, and people who talk to her."""

    arrangements = ("group ", "forum ")

    def __init__(
        self,
        how: str,
        store: Store,
        clock: FakeClock,
        telegram: Loopback,
        *,
        listens: bool = False,
    ) -> None:
        """`listens`: a model writes down what is spoken."""
        super().__init__(store, clock, listens=listens)
        self._how = how
        self._telegram = telegram
        self._people: dict[str, Person] = {}
        self._groups: dict[str, Group] = {}
        self._topics: dict[tuple[str, str], int] = {}
        self._taps: list[Tap] = []
        self._told_before = 0

    def _whole(self) -> AbstractAsyncContextManager[Pixie]:
        return whole(
            self._how,
            self._store,
            self._clock,
            self._telegram,
            moves=False,
            admit=EVERYBODY,
            others=[self._terminal],
            ears=self._ears,
        )

    async def _ready(self) -> None:
        """Telegram drops reactions until it is asked for them."""
        while not (self._telegram.listening and await self.pixie.checks["telegram"]()):
            await asyncio.sleep(0.002)

    async def _taken(self) -> None:
        while not (self._telegram.heard and all(tap.answered for tap in self._taps)):
            await asyncio.sleep(0.002)

    def _hold(self) -> None:
        self._telegram.hold()

    def _let_go(self, times: int) -> None:
        self._telegram.let_go(times=times)

    async def _arrange(self, what: str, words: str) -> None:
        if what == "group":
            title, _, names = words.partition(": ")
            self._groups[title] = self._telegram.group(title, *self._named(names))
            return
        title, names, topics = words.split(": ")
        people = self._named(names)
        forum = self._telegram.group(title, *people, forum=True)
        self._groups[title] = forum
        for topic in topics.split(", "):
            self._topics[title, topic] = forum.topic(topic, people[0])

    async def _shown(self) -> list[str]:
        new = self._telegram.accepted[self._told_before :]
        self._told_before += len(new)
        return [line for each in new for line in self._told(each)]

    def _named(self, names: str) -> list[Person]:
        return [self._person(name) for name in names.split(", ")]

    def _person(self, name: str) -> Person:
        if name not in self._people:
            self._people[name] = self._telegram.person(name.capitalize())
        return self._people[name]

    # --- what people do ---

    def _act(self, line: str) -> list[str]:
        found = ACTS.fullmatch(line)
        if found is None:
            raise ValueError(f"nobody can play {line!r}")
        who, what = self._person(found["who"]), found["what"] or ""
        words = self._meant(found["words"] or "")
        match found["act"]:
            case None:
                who.says(words)
            case "in":
                title, _, topic = what.partition("/")
                thread = self._topics[title, topic] if topic else None
                who.says(words, self._groups[title], thread=thread)
            case "replies to":
                shown = self._message(who, what)
                who.says(words, shown.chat, reply_to=shown)
            case "edits":
                who.edits(self._message(who, what, own=True), words)
            case "taps":
                self._tap(who, what)
            case "reacts":
                emoji, _, on = what.partition(" to ")
                who.reacts(self._message(who, on), *filter(None, [emoji]))
            case "starts":
                who.starts(words)
            case "sends":
                self._send(who, what, words)
            case "shares":
                self._share(who, what)
            case "forwards":
                by = what.removeprefix("from ")
                who.forwards(words, by=self._people.get(by.lower(), by))
            case "blocks":
                who.blocks()
            case "unblocks":
                who.unblocks()
        return []

    def _tap(self, who: Person, what: str) -> None:
        label, _, on = what.partition(" on ")
        times = 1
        if found := re.fullmatch(r"(.*) (\d+) times", label):
            label, times = found[1], int(found[2])
        for _ in range(times):
            data = ""
            if label.startswith("data "):
                data = meant(label.removeprefix("data "))
            elif found := re.fullmatch(r"(\w+)'s (.*)", label):
                shown = self._message(self._person(found[1]), "", button=found[2])
                data = shown.button(found[2])["callback_data"]
            if data:
                self._taps.append(who.sends_callback(self._message(who, on), data))
                continue
            self._taps.append(who.taps(self._message(who, on, button=label), label))

    def _send(self, who: Person, what: str, words: str) -> None:
        kind, _, name = what.partition(" ")
        match kind:
            case "file":
                size = None
                if found := re.fullmatch(r"(.*) of (\d+) MB", name):
                    name, size = found[1], int(found[2]) * 1024 * 1024
                content = b"" if size else (FILES / name).read_bytes()
                mime = mimetypes.guess_type(name)[0] or ""
                who.sends_document(name, content, mime_type=mime, caption=words, size=size)
            case "photo":
                who.sends_photo(caption=words)
            case "voice":
                who.sends_voice(words.encode())
            case "sticker":
                who.sends(sticker=STICKER)
            case _:
                raise ValueError(f"nobody can send {what!r}")

    def _share(self, who: Person, what: str) -> None:
        kind, *rest = what.split(" ")
        if kind == "location":
            who.shares_location(float(rest[0]), float(rest[1]))
        else:
            who.shares_contact(rest[0], " ".join(rest[1:]))

    def _message(self, who: Person, on: str, *, button: str = "", own: bool = False) -> Message:
        """The newest that the person sees with these words and this button.

        Raises: LookupError.
        """
        words = meant(on.strip('"'))
        chats = [who.chat, *(each for each in self._groups.values() if who in each.people)]
        found = [
            message
            for chat in chats
            for message in chat.messages
            if words in message.text
            and (not button or any(button in row for row in message.buttons))
            and (not own or message.json["from"]["id"] == who.id)
            and (own or button or message.by_bot or words)
        ]
        if not found:
            raise LookupError(f"nobody sees {on!r} {button!r} in {[c.messages for c in chats]}")
        return max(found, key=lambda message: (message.json["date"], message.id))

    # --- what Pixie does ---

    def _told(self, done: Accepted) -> Iterator[str]:
        """A request that people see something of."""
        match done.method:
            case "sendMessage":
                yield from self._shows(done.result, "")
            case "editMessageText" | "editMessageReplyMarkup":
                yield from self._shows(done.result, ", edited")
            case "answerCallbackQuery":
                if text := done.params.get("text"):
                    yield f"pixie tells  {text}"
            case name if name.startswith(("send", "delete", "forward", "copy", "leave", "set")):
                if name not in UNSEEN:
                    yield f"pixie calls {name}"

    def _shows(self, message: Json, how: str) -> Iterator[str]:
        first, *more = _lines(message)
        yield f"pixie → {self._where(message)}{how}  {first}"
        yield from (f"{INDENT}{line}".rstrip() for line in more)

    def _where(self, message: Json) -> str:
        number = message["chat"]["id"]
        for name, person in self._people.items():
            if person.id == number:
                return name
        for (title, topic), thread in self._topics.items():
            if (self._groups[title].id, thread) == (number, message.get("message_thread_id")):
                return f"{title}/{topic}"
        return str(message["chat"].get("title", number))


def _lines(message: Json) -> list[str]:
    """What is read, and the buttons below."""
    text = message["text"]
    struck = {
        part(text, entity)
        for entity in message.get("entities", ())
        if entity["type"] == "strikethrough"
    }
    for words in struck:
        text = text.replace(words, f"~{words}~")
    lines = [shortened(line) for line in text.split("\n")]
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return lines + [" ".join(f"[{button['text']}]" for button in row) for row in rows]
