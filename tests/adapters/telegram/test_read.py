"""What Telegram tells, as values: every kind, and anything at all."""

from collections.abc import AsyncIterator
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.telegram.read import (
    KINDS,
    Blocked,
    Ignored,
    Me,
    Migrated,
    Said,
    Tapped,
    Unblocked,
    Unreadable,
    kind,
    read,
)
from core.values import Attachment, IncomingMessage
from tests.fakes.telegram import Person, TelegramServer

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ME = Me(id=7_000_000_001, username="pixie_bot")
USER = {"id": 5, "is_bot": False, "first_name": "Ann"}
CHAT = {"id": 5, "type": "private", "first_name": "Ann"}
MESSAGE = {"message_id": 1, "date": 1_790_000_000, "chat": CHAT, "from": USER, "text": "hi"}


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with TelegramServer(now=NOW.timestamp) as server:
        server.updates.allow(list(KINDS))
        yield server


@pytest.fixture
def alice(telegram: TelegramServer) -> Person:
    return telegram.person("Alice Doe")


def last(telegram: TelegramServer) -> object:
    return read(telegram.updates.history[-1], ME, NOW)


def said(telegram: TelegramServer) -> IncomingMessage:
    event = last(telegram)
    assert isinstance(event, Said)
    return event.message


def test_a_message(telegram: TelegramServer, alice: Person) -> None:
    first = alice.says("hello")
    alice.says("and this?", reply_to=first)
    message = said(telegram)
    assert message.id == f"{alice.id}:{first.id + 1}"
    assert message.sender.user == message.address.chat == str(alice.id)
    assert (message.text, message.name) == ("and this?", "Alice Doe")
    assert (message.at, message.replies_to) == (NOW, str(first.id))
    assert (message.address.thread, message.group, message.attachments) == (None, False, ())


def test_what_comes_with_a_message(telegram: TelegramServer, alice: Person) -> None:
    found: list[Attachment] = []
    for send in (
        lambda: alice.shares_location(38.72, -9.14),
        lambda: alice.shares_contact("Zoe", "+351"),
        lambda: alice.sends_photo(b"large", caption="look"),
        lambda: alice.sends_voice(b"Ogg"),
        lambda: alice.sends_document("plan.ics", b"BEGIN", mime_type="text/calendar"),
        lambda: alice.forwards("news", by="Hidden Bob"),
        lambda: alice.forwards("more", by={"id": -100, "type": "channel", "title": "Daily"}),
        lambda: alice.sends(dice={"emoji": "🎲", "value": 3}),
        lambda: alice.sends(hologram={"depth": 3}),
    ):
        send()
        found += said(telegram).attachments
    assert [(each.kind, each.name) for each in found] == [
        ("location", ""),
        ("contact", "Zoe"),
        ("photo", ""),
        ("voice", ""),
        ("document", "plan.ics"),
        ("forwarded", "Hidden Bob"),
        ("forwarded", "Daily"),
        ("dice", ""),
        ("unknown", ""),
    ]
    place, photo, voice, plan = found[0], found[2], found[3], found[4]
    assert (place.latitude, place.longitude) == (38.72, -9.14)
    assert (photo.size, photo.media_type) == (5, "image/jpeg")
    assert (voice.size, voice.media_type) == (3, "audio/ogg")
    assert (plan.size, plan.media_type) == (5, "text/calendar")
    assert all(each.ref for each in (photo, voice, plan))


def test_a_press_of_a_button_that_is_gone_is_its_command(
    telegram: TelegramServer, alice: Person
) -> None:
    message = alice.says("x")
    message.deleted = True
    alice.sends_callback(message, "/done t7f3k2q1@3")
    event = last(telegram)
    assert isinstance(event, Tapped)
    assert event.message is not None
    assert (event.message.text, event.message.at) == ("/done t7f3k2q1@3", NOW)
    assert event.message.id == f"cb:{event.callback}"


@pytest.mark.parametrize("gone", ["message", "data"])
def test_a_press_without_a_command_is_only_to_be_answered(
    gone: str, telegram: TelegramServer, alice: Person
) -> None:
    alice.sends_callback(alice.says("x"), "/done")
    update = deepcopy(telegram.updates.history[-1])
    del update["callback_query"][gone]
    event = read(update, ME, NOW)
    assert isinstance(event, Tapped)
    assert event.message is None


def test_membership(telegram: TelegramServer, alice: Person) -> None:
    alice.blocks()
    assert isinstance(last(telegram), Blocked)
    alice.unblocks()
    assert isinstance(last(telegram), Unblocked)


def test_both_announcements_of_a_grown_group_say_the_same(
    telegram: TelegramServer, alice: Person
) -> None:
    group = telegram.group("Flat", alice)
    grown = group.upgrades(alice)
    one, two = (read(update, ME, NOW) for update in telegram.updates.history[-2:])
    assert one == two
    assert isinstance(one, Migrated)
    assert (one.old.chat, one.new.chat) == (str(group.id), str(grown.id))


@pytest.mark.parametrize(
    "fields",
    [
        {"from": {**USER, "is_bot": True}},
        {"chat": {"id": -100, "type": "channel", "title": "c"}},
        {"text": None, "new_chat_title": "x"},
        {"text": ""},
    ],
)
def test_what_nobody_says_to_us_is_ignored(fields: dict[str, Any]) -> None:
    message = {name: value for name, value in {**MESSAGE, **fields}.items() if value is not None}
    assert isinstance(read({"update_id": 1, "message": message}, ME, NOW), Ignored)


def test_an_anonymous_administrator_speaks_for_the_group() -> None:
    group = {"id": -1001, "type": "supergroup", "title": "g"}
    bot = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    entities = [{"type": "bot_command", "offset": 0, "length": 6}]
    message = {**MESSAGE, "chat": group, "from": bot, "sender_chat": group, "text": "/today"}
    event = read({"update_id": 1, "message": {**message, "entities": entities}}, ME, NOW)
    assert isinstance(event, Said)
    assert event.message.group


@pytest.mark.parametrize("other", ["channel_post", "edited_channel_post", "business_message"])
def test_a_kind_that_was_not_asked_for_is_ignored(other: str) -> None:
    assert isinstance(read({"update_id": 1, other: MESSAGE}, ME, NOW), Ignored)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(ANYTHING)
def test_anything_is_read_or_refused(update: object) -> None:
    assert kind(update)
    with pytest.raises(Unreadable):
        read(update, ME, NOW)


@given(st.sampled_from(sorted(MESSAGE)), ANYTHING, st.sampled_from(KINDS))
def test_a_message_with_anything_in_one_place_is_read_or_refused(
    name: str, value: object, update_kind: str
) -> None:
    """What is read can be kept: its texts are texts."""
    update = {"update_id": 1, update_kind: {**MESSAGE, name: value}}
    try:
        event = read(update, ME, NOW)
    except Unreadable:
        return
    message = getattr(event, "message", None)
    if message is not None:
        assert isinstance(message.text, str)
        assert isinstance(message.name, str)
        assert message.at.tzinfo is not None
