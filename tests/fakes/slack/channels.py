"""Channels and messages as they stand, and what people read there."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.slack.errors import ApiError, Json

_ACTING = ("elements", "accessory", "element", "actions", "positive_button", "negative_button")


@dataclass(slots=True, eq=False)
class Message:
    """One message as the channel shows it now; `json` is the message object of the API."""

    channel: "Channel"
    json: Json
    seen_by: str = ""
    """The one person who sees it, for ephemeral ones."""
    versions: list[Json] = field(default_factory=list)
    """What it was before, oldest first."""
    deleted: bool = False
    streaming_until: float | None = None
    """Seconds since the epoch, while it is being streamed."""
    pieces: list[str] = field(default_factory=list)
    """What a stream brought, one by one."""

    @property
    def ts(self) -> str:
        return str(self.json["ts"])

    @property
    def text(self) -> str:
        return str(self.json.get("text") or "")

    @property
    def user(self) -> str:
        """Who wrote it."""
        return str(self.json.get("user", ""))

    @property
    def blocks(self) -> list[Json]:
        return list(self.json.get("blocks") or [])

    @property
    def metadata(self) -> Json | None:
        return self.json.get("metadata")

    @property
    def thread_ts(self) -> str | None:
        return self.json.get("thread_ts")

    @property
    def root_ts(self) -> str:
        """Of the thread that answers to it go to."""
        return self.thread_ts or self.ts

    @property
    def by_bot(self) -> bool:
        return "bot_id" in self.json

    @property
    def ephemeral(self) -> bool:
        return bool(self.seen_by)

    @property
    def in_thread(self) -> bool:
        """An answer, rather than what was answered."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def shown(self) -> str:
        """What people read: the blocks where there are some, else the text."""
        return "\n".join(words(self.blocks)) if self.blocks else self.text

    @property
    def labels(self) -> list[str]:
        """Of everything that can be pressed or chosen."""
        return [label(element) for _, element in elements(self.blocks)]

    def element(self, wanted: str) -> tuple[Json, Json]:
        """The block and the element with that label or action_id. Raises: LookupError."""
        return find_element(self.blocks, wanted)

    def change(self, **fields: object) -> None:
        """A new version; a field that is None goes away."""
        self.versions.append(self.json)
        changed = {**self.json, **fields}
        self.json = {name: value for name, value in changed.items() if value is not None}

    def __repr__(self) -> str:
        return f"<{self.ts} {'bot' if self.by_bot else self.user}: {self.text!r} {self.labels}>"


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every element that one can do something with, with its block."""
    for block in blocks:
        for element in _within(block):
            yield block, element


def _within(found: Any) -> Iterator[Json]:
    if isinstance(found, list):
        for each in found:
            yield from _within(each)
    elif isinstance(found, dict) and found.get("type") != "rich_text":
        if "action_id" in found:
            yield found
        for name in _ACTING:
            if name in found:
                yield from _within(found[name])


def label(element: Json) -> str:
    """What stands on a button or in an empty menu; the action_id of one without words."""
    for name in ("text", "placeholder"):
        if isinstance(element.get(name), dict):
            return str(element[name].get("text", ""))
    return str(element.get("action_id", ""))


def find_element(blocks: list[Json], wanted: str) -> tuple[Json, Json]:
    """By label or action_id. Raises: LookupError that names those there are."""
    for block, element in elements(blocks):
        if wanted in (element.get("action_id"), label(element)):
            return block, element
    for block, element in elements(blocks):
        if any(wanted == each["text"]["text"] for each in offered(element)):
            return block, element
    known = [label(element) for _, element in elements(blocks)]
    raise LookupError(f"nothing is called {wanted!r}, only {known}")


def offered(element: Json) -> list[Json]:
    """The options of a menu."""
    groups = element.get("option_groups") or []
    return [*(element.get("options") or []), *(one for each in groups for one in each["options"])]


def words(found: Any) -> list[str]:
    """What blocks say, as one reads them: a line for each piece of text."""
    if isinstance(found, list):
        return [line for each in found for line in words(each)]
    if not isinstance(found, dict):
        return []
    kind = found.get("type")
    if kind in ("rich_text_section", "rich_text_preformatted", "rich_text_quote"):
        return ["".join(_inline(each) for each in found["elements"])]
    if kind in ("plain_text", "mrkdwn", "markdown", "raw_text"):
        return [str(found["text"])]
    lines = []
    for name, each in found.items():
        if name not in ("confirm", "options", "option_groups"):
            lines += words(each)
    return lines


def _inline(part: Json) -> str:
    if part.get("type") == "emoji":
        return f":{part['name']}:"
    for name in ("text", "fallback", "name", "user_id", "channel_id", "range", "url"):
        if part.get(name):
            return str(part[name])
    return ""


@dataclass(slots=True, eq=False, kw_only=True)
class Channel:
    """A conversation: `kind` is im, mpim, channel or group (a private one)."""

    id: str
    kind: str
    name: str = ""
    members: list[str] = field(default_factory=list)
    """Ids of users, the app's among them if it is in."""
    messages_ever: list[Message] = field(default_factory=list)
    """Ephemeral and deleted ones, too."""
    archived: bool = False
    created: int = 1_700_000_000
    open: bool = True
    """A direct one that somebody has opened."""
    statuses: list[tuple[str, str]] = field(default_factory=list)
    """Every assistant.threads.setStatus: the thread's ts and the words, which may be empty."""
    prompts: list[Json] = field(default_factory=list)
    """The suggested prompts now."""
    titles: dict[str, str] = field(default_factory=dict)
    """By the thread's ts."""

    @property
    def messages(self) -> list[Message]:
        """What is shown now, from the top: answers in threads and ephemeral ones included."""
        return [message for message in self.messages_ever if not message.deleted]

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.messages]

    @property
    def from_bot(self) -> list[Message]:
        """What the app wrote, from the top."""
        return [message for message in self.messages if message.by_bot]

    @property
    def last(self) -> Message:
        """The last message. Raises: LookupError in an empty channel."""
        if not self.messages:
            raise LookupError(f"nothing was said in {self.id}")
        return self.messages[-1]

    def thread(self, message: Message | str) -> list[Message]:
        """The thread of a message, which comes first."""
        ts = message if isinstance(message, str) else message.root_ts
        return [each for each in self.messages if each.root_ts == ts]

    def status(self, thread_ts: str) -> str:
        """What the thread shows that the app is doing now."""
        said = [words for ts, words in self.statuses if ts == thread_ts]
        return said[-1] if said else ""

    def find(self, ts: str) -> Message | None:
        """Among those that are not deleted and not ephemeral."""
        for message in self.messages:
            if message.ts == ts and not message.ephemeral:
                return message
        return None

    def message(self, ts: str, error: str = "message_not_found") -> Message:
        """Raises: ApiError."""
        found = self.find(ts)
        if found is None:
            raise ApiError(error)
        return found

    @property
    def subscription(self) -> str:
        """What an app subscribes to, to hear messages here."""
        return "message." + {"channel": "channels", "group": "groups"}.get(self.kind, self.kind)

    @property
    def scope(self) -> str:
        """What goes before ":history" in the scope that reading takes."""
        return {"channel": "channels", "group": "groups"}.get(self.kind, self.kind)
