"""Where on Slack something is said, and who alone may see it, within an `Address`.

`Address.thread` is the platform's own text. For a place that everybody in the channel sees, it is
the thread's `thread_ts`. For one that a single person sees, it names that person too, and the
`response_url` that a command or a tap brought: for 30 minutes and five answers it is the best way
to where they are, https://docs.slack.dev/interactivity/handling-user-interaction#message_responses.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from core.values import Address

PLATFORM = "slack"
ANSWERABLE = timedelta(minutes=30)
"""How long a response_url lives."""
_MARGIN = timedelta(seconds=30)
"""Sooner than that before its end it is not relied on."""
_PERSONAL = "~"
_SEPARATOR = "|"
_SHARED = "shared"


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A place in a workspace."""

    team: str
    channel: str
    """A conversation's id, or a person's, which means the chat with them."""
    thread: str | None = None
    """The `ts` of the thread's first message."""
    only: str = ""
    """The id of the person who alone sees it; "" for everybody there."""
    shared: bool = False
    """That person asked to let the others see this answer."""
    response_url: str = ""
    until: datetime | None = None
    """Aware; when the response_url ends."""

    @property
    def private(self) -> bool:
        """Nobody but one person sees what is said there. Group chats have other letters."""
        return bool(self.only) or self.channel[:1] in ("D", "U", "W")

    def answerable(self, now: datetime) -> bool:
        """The response_url may still be used. `now` is aware."""
        return bool(self.response_url) and self.until is not None and now < self.until - _MARGIN

    def address(self) -> Address:
        """As the core carries it."""
        return Address(
            platform=PLATFORM, workspace=self.team, chat=self.channel, thread=self._thread()
        )

    def _thread(self) -> str | None:
        if not self.only:
            return self.thread
        until = "" if self.until is None else str(int(self.until.timestamp()))
        shared = _SHARED if self.shared else ""
        parts = (self.thread or "", self.only, shared, until, self.response_url)
        return _PERSONAL + _SEPARATOR.join(parts)


def place(address: Address) -> Place:
    """What the address says. Every text can be read: what is not ours is a thread."""
    here = Place(team=address.workspace, channel=address.chat)
    if address.thread is None or not address.thread.startswith(_PERSONAL):
        return replace(here, thread=address.thread)
    parts = address.thread[len(_PERSONAL) :].split(_SEPARATOR, 4)
    thread, only, shared, until, url = (*parts, *[""] * (5 - len(parts)))
    return replace(
        here,
        thread=thread or None,
        only=only,
        shared=shared == _SHARED,
        response_url=url,
        until=datetime.fromtimestamp(int(until), UTC) if until.isdecimal() else None,
    )


def home(team: str, user: str) -> Address:
    """The chat with a person, whose channel need not be known."""
    return Place(team=team, channel=user).address()
