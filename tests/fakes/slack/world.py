"""What all workspaces share: the app, the clock, tokens, what one opens modals with, addresses."""

import secrets
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.ports import Clock
from tests.fakes.slack.app import App, Grants
from tests.fakes.slack.channels import Channel, Message
from tests.fakes.slack.deliveries import Deliveries
from tests.fakes.slack.errors import ApiError, Json
from tests.fakes.watched import Watched

if TYPE_CHECKING:
    from tests.fakes.slack.person import Person
    from tests.fakes.slack.views import View
    from tests.fakes.slack.workspace import Workspace

TRIGGER_LIFE = 3.0
RESPONSE_LIFE = 1800.0
RESPONSE_USES = 5


@dataclass(slots=True, eq=False)
class Trigger:
    """What an interaction gives to open a modal with, once. `at` in seconds since the epoch."""

    id: str
    person: "Person"
    at: float
    view: "View | None" = None
    """The modal that it came from."""
    used: bool = False


@dataclass(slots=True, eq=False)
class ResponseUrl:
    """What an interaction gives to answer with."""

    path: str
    person: "Person"
    channel: Channel
    at: float
    source: Message | None = None
    """The message that was acted upon."""
    uses: int = 0
    said: list[Json] = field(default_factory=list)
    """What was posted to it and taken."""


@dataclass(slots=True, eq=False)
class StoredFile:
    """A file that somebody has shared; `json` is the file object of the API."""

    json: Json
    content: bytes
    workspace: "Workspace"

    @property
    def id(self) -> str:
        return str(self.json["id"])


class World(Watched):
    """`clock` gives every time that Slack has: of messages, of expiry, and of trying again."""

    def __init__(self, clock: Clock, app: App) -> None:
        super().__init__()
        self.clock = clock
        self.app = app
        self.url = ""
        self.grants = Grants(self.now)
        self.workspaces: list[Workspace] = []
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.files: dict[str, StoredFile] = {}
        self.deliveries: Deliveries
        self._numbers: dict[str, int] = {}
        self._last_ts = 0

    def now(self) -> float:
        """Seconds since the epoch."""
        return self.clock.now().timestamp()

    def number(self, what: str) -> int:
        """The next number of its kind, from 1."""
        self._numbers[what] = self._numbers.get(what, 0) + 1
        return self._numbers[what]

    def id(self, letter: str) -> str:
        """As Slack's own look: the letter says what it is of."""
        return f"{letter}0{self.number(letter):08X}"

    def ts(self) -> str:
        """Later than every one before it."""
        self._last_ts = max(int(self.now() * 1_000_000), self._last_ts + 100)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06}"

    def trigger(self, person: "Person", view: "View | None" = None) -> Trigger:
        number = self.number("trigger")
        name = f"{10**12 + number}.{person.workspace.number}.{secrets.token_hex(16)}"
        trigger = Trigger(name, person, self.now(), view)
        self.triggers[name] = trigger
        return trigger

    def exchange(self, name: str, workspace: "Workspace") -> Trigger:
        """Raises: ApiError when it is none, was used, or is older than 3 seconds."""
        trigger = self.triggers.get(name)
        if trigger is None or trigger.person.workspace is not workspace:
            raise ApiError("invalid_trigger_id")
        if self.now() - trigger.at > TRIGGER_LIFE:
            raise ApiError("expired_trigger_id")
        if trigger.used:
            raise ApiError("exchanged_trigger_id")
        trigger.used = True
        return trigger

    def response_url(
        self, kind: str, person: "Person", channel: Channel, source: Message | None = None
    ) -> ResponseUrl:
        path = f"/{kind}/{person.workspace.id}/{uuid.uuid4().int % 10**13}/{secrets.token_hex(12)}"
        made = ResponseUrl(path, person, channel, self.now(), source)
        self.response_urls[path] = made
        return made
