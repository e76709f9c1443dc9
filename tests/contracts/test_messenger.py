"""What every messenger does, whatever platform it speaks for.

A platform joins by one entry in `PLATFORMS`: how to open its messenger, and how to make its
platform refuse in each way it can.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from adapters.slack.client import open_client
from adapters.slack.messenger import SlackMessenger
from adapters.slack.places import home
from adapters.terminal import TerminalMessenger
from core.errors import EdgeError, Refused, Unavailable, Unknown, Unreachable
from core.ports import Messenger
from core.values import Address, Button, Card, CardKind, Reply
from tests.fakes.clock import FakeClock
from tests.fakes.messenger import LoopbackMessenger, MemoryMessenger
from tests.fakes.platform import FakePlatform, Fault
from tests.fakes.slack import Fault as SlackFault
from tests.fakes.slack import Limited as SlackLimited
from tests.fakes.slack import Refused as NotPosted
from tests.fakes.slack import SlackServer
from tests.fakes.telegram import Fault as TelegramFault
from tests.fakes.telegram import Limited, TelegramServer
from tests.fakes.telegram import Refused as NotTaken
from tests.fakes.telegram.faults import Step
from tests.telegram_voice import telegram_messenger


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A messenger with someone at the other end."""

    messenger: Messenger
    address: Address
    texts: Callable[[], list[str]]
    """What has arrived, one text a message."""
    troubles: Mapping[type[EdgeError], Callable[[], None]] = field(default_factory=dict)
    """Makes the next send end with this error."""
    nothing: str = ""
    """What arrives when there is nothing to say."""


@asynccontextmanager
async def memory() -> AsyncIterator[Line]:
    messenger = MemoryMessenger("memory", can_find=True)

    def fails(error: EdgeError) -> Callable[[], None]:
        return lambda: messenger.errors.append(error)

    yield Line(
        messenger=messenger,
        address=Address(platform="memory", workspace="", chat="ana"),
        texts=lambda: [sent.reply.text for sent in messenger.sent],
        troubles={kind: fails(kind()) for kind in (Unavailable, Refused, Unreachable, Unknown)},
    )


@asynccontextmanager
async def loopback() -> AsyncIterator[Line]:
    async with (
        FakePlatform() as platform,
        LoopbackMessenger(platform.url, can_find=True, longest=20) as messenger,
    ):
        yield Line(
            messenger=messenger,
            address=Address(platform="loopback", workspace="", chat="ana"),
            texts=platform.texts,
            troubles={
                Unavailable: lambda: platform.script(Fault.LIMITED),
                Refused: lambda: platform.script(Fault.REFUSED),
                Unreachable: lambda: platform.script(Fault.BLOCKED),
                Unknown: lambda: platform.script(Fault.RESET_AFTER),
            },
        )


class Paper:
    """`adapters.terminal.Screen` that keeps what it shows."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.torn = False

    def show(self, reply: Reply, key: str) -> None:
        if self.torn:
            self.torn = False
            raise BrokenPipeError
        self.shown.append(reply.text)

    def draft(self, text: str) -> None: ...

    def thinking(self) -> None: ...

    def tear(self) -> None:
        self.torn = True


@asynccontextmanager
async def terminal() -> AsyncIterator[Line]:
    paper = Paper()
    yield Line(
        messenger=TerminalMessenger(paper),
        address=Address(platform="terminal", workspace="", chat="local"),
        texts=lambda: paper.shown,
        troubles={Unavailable: paper.tear},
    )


@asynccontextmanager
async def telegram() -> AsyncIterator[Line]:
    async with TelegramServer() as server, telegram_messenger(server) as messenger:
        alice = server.person("Alice")

        def next_is(step: Step) -> Callable[[], None]:
            return lambda: server.script("sendMessage", step)

        yield Line(
            messenger=messenger,
            address=Address(platform="telegram", workspace="", chat=str(alice.id)),
            texts=lambda: [message.text for message in alice.chat.from_bot],
            troubles={
                Unavailable: next_is(Limited(3)),
                Refused: next_is(NotTaken("message is too long")),
                Unreachable: next_is(NotTaken("chat not found")),
                Unknown: next_is(TelegramFault.RESET_AFTER),
            },
            nothing="…",
        )


@asynccontextmanager
async def slack() -> AsyncIterator[Line]:
    clock = FakeClock()
    async with SlackServer(clock=clock) as server:
        team, alice = server.workspace, server.workspace.person("Alice")

        async def token(workspace: str) -> str | None:
            return server.token if workspace == team.id else None

        def next_is(step: SlackFault | SlackLimited | NotPosted) -> Callable[[], None]:
            return lambda: server.script("chat.postMessage", step)

        async with open_client(token, server.base_url) as client:
            yield Line(
                messenger=SlackMessenger(client, clock),
                address=home(team.id, alice.id),
                texts=lambda: [message.shown for message in alice.chat.from_bot],
                troubles={
                    Unavailable: next_is(SlackLimited(3)),
                    Refused: next_is(NotPosted("msg_too_long")),
                    Unreachable: next_is(NotPosted("channel_not_found")),
                    Unknown: next_is(SlackFault.RESET_AFTER),
                },
                nothing="…",
            )


PLATFORMS: list[Callable[[], AbstractAsyncContextManager[Line]]] = [
    memory,
    loopback,
    terminal,
    telegram,
    slack,
]

HELLO = Reply(text="hello")
CARD = Card(
    kind=CardKind.REMINDER,
    code="r7f3k2q9",
    version=1,
    number=12,
    icon="⏰",
    title="call mom",
    buttons=(Button(label="Done", command="/done r7f3k2q9@1"),),
)


@pytest.fixture(params=PLATFORMS, ids=lambda platform: platform.__name__)
async def line(request: pytest.FixtureRequest) -> AsyncIterator[Line]:
    async with request.param() as line:
        yield line


async def test_its_name_is_the_one_that_addresses_carry(line: Line) -> None:
    assert line.messenger.platform == line.address.platform


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "two\nlines",
        "a" * 10_000,
        "héllo wörld 🎉 " * 300,
        "שלום " * 500,
        "👩‍👩‍👧‍👦" * 200,
    ],
    ids=["empty", "short", "lines", "huge", "emoji", "rtl", "joined"],
)
async def test_a_reply_is_cut_into_parts_that_arrive_in_order_and_whole(
    line: Line, text: str
) -> None:
    parts = line.messenger.parts(Reply(text=text))
    assert len(parts) >= 1
    for n, part in enumerate(parts):
        await line.messenger.send(line.address, part, f"reply:1#{n}")
    arrived = "".join(line.texts())
    assert "".join(arrived.split()) == "".join((text or line.nothing).split())


async def test_cutting_the_same_reply_again_gives_the_same_parts(line: Line) -> None:
    reply = Reply(text="word " * 2000, cards=(CARD,))
    assert list(line.messenger.parts(reply)) == list(line.messenger.parts(reply))


async def test_cards_and_buttons_survive_the_cut(line: Line) -> None:
    reply = Reply(
        text="word " * 2000, cards=(CARD,), buttons=(Button(label="Undo", command="/undo"),)
    )
    parts = line.messenger.parts(reply)
    assert [card for part in parts for card in part.cards] == [CARD]
    assert [button.label for part in parts for button in part.buttons] == ["Undo"]


async def test_each_message_has_an_id_of_its_own(line: Line) -> None:
    ids = [await line.messenger.send(line.address, HELLO, f"reply:{n}") for n in range(3)]
    assert all(ids)
    assert len(set(ids)) == 3


async def test_a_sent_message_can_be_edited(line: Line) -> None:
    message_id = await line.messenger.send(line.address, HELLO, "reply:1")
    await line.messenger.edit(line.address, message_id, Reply(text="done", cards=(CARD,)))


async def test_typing_and_drafts_are_harmless(line: Line) -> None:
    await line.messenger.typing(line.address)
    ref = await line.messenger.draft(line.address, "so f", None)
    await line.messenger.draft(line.address, "so far", ref)


async def test_what_was_sent_is_found_by_its_key_where_that_is_possible(line: Line) -> None:
    message_id = await line.messenger.send(line.address, HELLO, "reply:1")
    found = await line.messenger.find(line.address, "reply:1")
    assert found == (message_id if line.messenger.can_find else None)
    assert await line.messenger.find(line.address, "reply:2") is None


@pytest.mark.parametrize("error", [Unavailable, Refused, Unreachable, Unknown])
async def test_a_refusal_becomes_the_error_that_says_what_to_do_next(
    line: Line, error: type[EdgeError]
) -> None:
    trouble = line.troubles.get(error)
    if trouble is None:
        return
    trouble()
    with pytest.raises(EdgeError) as caught:
        await line.messenger.send(line.address, HELLO, "reply:1")
    assert type(caught.value) is error
    assert len(line.texts()) == (1 if error is Unknown else 0)
    await line.messenger.send(line.address, HELLO, "reply:2")


async def test_a_platform_that_names_a_time_is_taken_at_its_word() -> None:
    async with (
        FakePlatform(retry_after=7) as platform,
        LoopbackMessenger(platform.url) as messenger,
    ):
        platform.script(Fault.LIMITED)
        with pytest.raises(Unavailable) as caught:
            await messenger.send(
                Address(platform="loopback", workspace="", chat="ana"), HELLO, "reply:1"
            )
    assert caught.value.retry_after == timedelta(seconds=7)
