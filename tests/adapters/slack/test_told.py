"""What the loopback Slack tells, read as Pixie reads it: the two agree on every payload."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from adapters.slack.client import open_client
from adapters.slack.happened import (
    Closed,
    Deleted,
    Edited,
    Happened,
    HomeOpened,
    Ignored,
    Joined,
    Me,
    PersonChanged,
    Reacted,
    Removed,
    Said,
    Shortcut,
    Submitted,
    Tapped,
)
from adapters.slack.messenger import SlackMessenger
from adapters.slack.places import Place, place
from adapters.slack.read import read, team
from core.values import Button, Card, CardKind, IncomingMessage, Reply
from tests.fakes.clock import FakeClock
from tests.fakes.slack import Channel, Person, SlackServer

CARD = Card(
    kind=CardKind.REMINDER,
    code="r7f3k2q9",
    version=1,
    number=12,
    icon="⏰",
    title="call mom",
    buttons=(Button(label="Done", command="/done r7f3k2q9@1"),),
)
MODAL = {
    "type": "modal",
    "callback_id": "task",
    "private_metadata": "kept",
    "notify_on_close": True,
    "title": {"type": "plain_text", "text": "New task"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "title",
            "label": {"type": "plain_text", "text": "Title"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        },
        {
            "type": "input",
            "block_id": "day",
            "optional": True,
            "label": {"type": "plain_text", "text": "Day"},
            "element": {"type": "datepicker", "action_id": "date"},
        },
    ],
}


@pytest.fixture
async def slack(clock: FakeClock) -> AsyncIterator[SlackServer]:
    """It keeps for itself what it has to tell."""
    async with SlackServer(clock=clock) as server:
        server.app.events |= {"message.channels"}
        server.hold()
        yield server


@pytest.fixture
def alice(slack: SlackServer) -> Person:
    return slack.workspace.person("Alice Doe", tz="Europe/Lisbon")


@pytest.fixture
def general(slack: SlackServer, alice: Person) -> Channel:
    return slack.workspace.channel("general", alice)


@pytest.fixture
async def voice(slack: SlackServer, clock: FakeClock) -> AsyncIterator[SlackMessenger]:
    async def token(workspace: str) -> str | None:
        return slack.token if workspace == slack.workspace.id else None

    async with open_client(token, slack.base_url) as client:
        yield SlackMessenger(client, clock)


def told(slack: SlackServer) -> list[Happened]:
    """Everything so far, oldest first; each once."""
    payloads = [each.payload for each in slack.deliveries.all]
    assert {team(payload) for payload in payloads} <= {slack.workspace.id}
    me = Me(team=slack.workspace.id, user=slack.workspace.bot_user, bot=slack.workspace.bot_id)
    slack.deliveries.all.clear()
    return [read(payload, me, slack.clock.now()) for payload in payloads]


def message_of(happened: Happened) -> IncomingMessage:
    assert isinstance(happened, Said | Edited | Tapped | Shortcut | Reacted)
    assert happened.message is not None
    return happened.message


def in_chat(slack: SlackServer, channel: Channel, thread: str | None = None) -> Any:
    return Place(team=slack.workspace.id, channel=channel.id, thread=thread).address()


async def test_words_in_a_chat(slack: SlackServer, alice: Person, clock: FakeClock) -> None:
    said = alice.says("milk & <bread>")
    clock.advance(seconds=1)
    alice.edits(said, "butter")
    alice.deletes(said)
    new, edited, gone = told(slack)
    message = message_of(new)
    assert (message.text, message.id) == ("milk & <bread>", f"{alice.chat.id}:{said.ts}")
    assert message.address == in_chat(slack, alice.chat)
    assert abs(message.at - clock.now()) < timedelta(seconds=2)
    assert isinstance(edited, Edited)
    assert (edited.message.text, edited.message.edits) == ("butter", message.id)
    assert gone == Deleted(id=message.id, address=message.address)


async def test_a_mention_is_heard_once_and_other_words_never(
    slack: SlackServer, alice: Person, general: Channel
) -> None:
    asked = alice.mentions("what is on?", general)
    alice.says("nobody is asked", general)
    heard = [message_of(each) for each in told(slack) if not isinstance(each, Ignored)]
    assert {each.id for each in heard} == {f"{general.id}:{asked.ts}"}
    assert (heard[0].text, heard[0].group) == ("what is on?", True)
    assert heard[0].address == in_chat(slack, general, asked.ts)


async def test_a_command_and_its_whisper(
    slack: SlackServer, voice: SlackMessenger, alice: Person, general: Channel
) -> None:
    alice.commands("/todo", "buy milk", general)
    [command] = told(slack)
    message = message_of(command)
    assert message.text == "/task buy milk"
    for _ in range(2):
        await voice.send(message.address, Reply(text="noted", cards=(CARD,)), "reply:1")
    assert [each.seen_by for each in general.messages] == [alice.id] * 2
    assert [each.method for each in slack.accepted] == ["response_url"] * 2
    alice.taps(general.last, "Done")
    tap = next(each for each in told(slack) if isinstance(each, Tapped))
    tapped = message_of(tap)
    assert (tapped.text, tapped.replies_to) == ("/done r7f3k2q9@1", "w:reply:1")
    assert place(tapped.address).only == alice.id
    await voice.edit(tapped.address, "w:reply:1", Reply(text="done"))
    assert (general.last.shown, general.last.labels) == ("done", [])


async def test_a_tap_on_a_card_and_a_reaction(
    slack: SlackServer, voice: SlackMessenger, alice: Person
) -> None:
    there = in_chat(slack, alice.chat)
    sent = await voice.send(there, Reply(cards=(CARD,)), "reminder:1")
    assert await voice.find(there, "reminder:1") == sent
    alice.taps(alice.chat.last, "Done")
    alice.reacts(alice.chat.last, "white_check_mark")
    own, tap, reaction = told(slack)
    assert own == Ignored()
    tapped = message_of(tap)
    assert (tapped.text, tapped.replies_to) == ("/done r7f3k2q9@1", sent)
    assert tapped.address == there
    assert isinstance(reaction, Reacted)
    assert (reaction.emoji, reaction.message.replies_to) == ("white_check_mark", sent)
    await voice.edit(tapped.address, sent, Reply(text="done"))
    assert (alice.chat.last.shown, len(alice.chat.messages)) == ("done", 1)


async def test_a_stream_becomes_the_answer(
    slack: SlackServer, voice: SlackMessenger, alice: Person
) -> None:
    asked = alice.says("hello")
    there = in_chat(slack, alice.chat, asked.ts)
    await voice.typing(there)
    assert alice.chat.status(asked.ts)
    draft = await voice.draft(there, "so f", None)
    draft = await voice.draft(there, "so far", draft)
    await voice.send(there, Reply(text="so far, so good", draft=draft), "reply:1")
    [answer] = alice.chat.from_bot
    assert (answer.thread_ts, answer.shown) == (asked.ts, "so far, so good")
    assert answer.streaming_until is None
    assert await voice.find(there, "reply:1") == answer.ts
    assert not slack.refused


async def test_shortcuts_and_modals(slack: SlackServer, alice: Person, general: Channel) -> None:
    said = alice.says("the contract ends in May", general)
    alice.message_shortcut("remind", said)
    alice.shortcut("new_task")
    trigger = slack.deliveries.all[-1].payload["trigger_id"]
    slack.run("views.open", trigger_id=trigger, view=MODAL)
    alice.submits(title="milk", day="2026-11-25")
    alice.closes()
    _, of_message, of_all, submitted, closed = told(slack)
    assert isinstance(of_message, Shortcut)
    assert of_message.origin == (general.id, said.ts)
    assert message_of(of_message).attachments[0].text == "the contract ends in May"
    assert isinstance(of_all, Shortcut)
    assert (of_all.callback, of_all.trigger) == ("new_task", trigger)
    assert isinstance(submitted, Submitted)
    assert (submitted.callback, submitted.private) == ("task", "kept")
    assert submitted.values == {"title": "milk", "day": "2026-11-25"}
    assert isinstance(closed, Closed)
    assert closed.view == submitted.view


async def test_what_is_no_conversation(slack: SlackServer, alice: Person, general: Channel) -> None:
    alice.opens_home()
    alice.opens_home("messages")
    alice.changes_zone("Asia/Tokyo")
    slack.workspace.person("Bob").joins(general)
    slack.workspace.uninstalls()
    home, messages, changed, joined, *removed = told(slack)
    assert isinstance(home, HomeOpened)
    assert isinstance(messages, HomeOpened)
    assert (home.tab, messages.tab) == ("home", "messages")
    assert isinstance(changed, PersonChanged)
    assert changed.user["tz"] == "Asia/Tokyo"
    assert isinstance(joined, Joined)
    assert not joined.me
    assert len(removed) == 2
    for each in removed:
        assert isinstance(each, Removed)
        assert each.team == slack.workspace.id
        assert abs(each.at - slack.clock.now()) < timedelta(seconds=1)
