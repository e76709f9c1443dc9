"""What people on Slack see of Pixie."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.slack.client import SlackClient
from adapters.slack.messenger import IN_CHANNEL, SlackMessenger
from adapters.slack.places import ANSWERABLE, Place, home
from core.errors import EdgeError, Refused, Unauthorized, Unavailable, Unknown, Unreachable
from core.values import Address, Button, Card, CardKind, Reply
from tests.adapters.slack.api import (
    ANA,
    CHANNEL,
    DM,
    Api,
    Fault,
    failing,
    page,
    reset_after,
    reset_before,
)
from tests.fakes.clock import MONDAY, FakeClock

HELLO = Reply(text="hello")
CARD = Card(
    kind=CardKind.REMINDER,
    code="r7f3k2q9",
    version=1,
    number=12,
    icon="⏰",
    title="call mom",
    when="Mon 23 Nov 14:00",
    at=MONDAY,
    buttons=(Button(label="Done", command="/done r7f3k2q9@1"),),
)
THREAD = "1763888000.000100"


def at(channel: str, thread: str | None = None) -> Address:
    return Place(team="T1", channel=channel, thread=thread).address()


def whisper(api: Api, channel: str = CHANNEL, *, shared: bool = False) -> Address:
    return Place(
        team="T1",
        channel=channel,
        only=ANA,
        shared=shared,
        response_url=api.hook,
        until=MONDAY + ANSWERABLE,
    ).address()


async def test_a_card_arrives_with_its_blocks_and_key(messenger: SlackMessenger, api: Api) -> None:
    sent = await messenger.send(at(DM), Reply(text="Noted.", cards=(CARD,)), "reply:1")
    [message] = api.messages
    assert message.ts == sent
    assert message.text == "Noted.\n⏰ #12 call mom · Mon 23 Nov 14:00"
    assert [block["type"] for block in message.blocks] == ["rich_text", "rich_text", "actions"]
    assert message.metadata == {"event_type": "pixie_delivery", "event_payload": {"key": "reply:1"}}
    [params] = api.called("chat.postMessage")
    assert [params[name] for name in ("unfurl_links", "unfurl_media", "mrkdwn")] == [False] * 3
    assert "link_names" not in params


async def test_a_person_s_chat_is_opened_once(messenger: SlackMessenger, api: Api) -> None:
    for _ in range(2):
        await messenger.send(home("T1", ANA), HELLO, "reminder:1")
    assert [message.channel for message in api.messages] == [DM, DM]
    assert len(api.called("conversations.open")) == 1
    assert await messenger.find(home("T1", ANA), "reminder:1") == api.messages[1].ts


async def test_a_thread_is_answered_there(messenger: SlackMessenger, api: Api) -> None:
    await messenger.send(at(CHANNEL, THREAD), HELLO, "reply:1")
    assert api.messages[0].thread_ts == THREAD
    await messenger.send(at(CHANNEL, "9.000009"), HELLO, "reply:2")
    assert api.messages[1].thread_ts is None


async def test_an_edit_puts_text_and_buttons_in_place(messenger: SlackMessenger, api: Api) -> None:
    sent = await messenger.send(at(DM), Reply(cards=(CARD,)), "reply:1")
    for _ in range(2):
        await messenger.edit(at(DM), sent, Reply(text="gone"))
    [message] = api.messages
    assert (message.text, len(message.blocks)) == ("gone", 1)
    assert await messenger.find(at(DM), "reply:1") == sent
    with pytest.raises(Refused):
        await messenger.edit(at(DM), "1.000001", HELLO)


# --- whispers ---


async def test_a_whisper_is_for_one_person(messenger: SlackMessenger, api: Api) -> None:
    sent = await messenger.send(whisper(api), Reply(cards=(CARD,)), "reply:1")
    [answer] = api.answers
    assert sent == "w:reply:1"
    assert (answer["response_type"], answer["replace_original"]) == ("ephemeral", False)
    assert answer["blocks"][1]["block_id"] == "pixie:0:reply:1"
    assert api.messages == []
    with pytest.raises(Refused):
        await messenger.find(whisper(api), "reply:1")


async def test_a_whisper_changes_in_place_after_a_tap(
    messenger: SlackMessenger, api: Api, clock: FakeClock
) -> None:
    await messenger.edit(whisper(api), "w:reply:1", Reply(text="done"))
    [answer] = api.answers
    assert (answer["replace_original"], answer["text"]) == (True, "done")
    clock.advance(minutes=30)
    with pytest.raises(Refused):
        await messenger.edit(whisper(api), "w:reply:1", Reply(text="done"))


async def test_what_is_to_be_shared_is_seen_by_all_and_has_no_buttons(
    messenger: SlackMessenger, api: Api, clock: FakeClock
) -> None:
    await messenger.send(whisper(api, shared=True), Reply(cards=(CARD,)), "reply:1")
    [answer] = api.answers
    assert answer["response_type"] == "in_channel"
    assert [block["type"] for block in answer["blocks"]] == ["rich_text"]
    clock.advance(minutes=31)
    sent = await messenger.send(whisper(api, shared=True), Reply(cards=(CARD,)), "reply:2")
    [message] = api.messages
    assert (message.channel, message.ts, len(message.blocks)) == (CHANNEL, sent, 1)


@pytest.mark.parametrize("used", [True, False])
async def test_a_whisper_that_is_late_goes_another_way(
    messenger: SlackMessenger, api: Api, clock: FakeClock, used: bool
) -> None:
    if used:
        api.uses = 0
    else:
        clock.advance(minutes=31)
    await messenger.send(whisper(api), HELLO, "reply:1")
    [params] = api.whispers
    assert (params["channel"], params["user"]) == (CHANNEL, ANA)
    assert (api.answers, api.messages) == ([], [])


@pytest.mark.parametrize("shared", [True, False])
async def test_where_pixie_is_not_the_chat_with_the_person_is_left(
    messenger: SlackMessenger, api: Api, shared: bool
) -> None:
    api.uses = 0
    sent = await messenger.send(whisper(api, "C9", shared=shared), HELLO, "reply:1")
    [message] = api.messages
    assert (message.channel, message.ts) == (DM, sent)


async def test_a_response_url_that_cannot_be_reached(messenger: SlackMessenger, api: Api) -> None:
    api.script("hook", failing("ratelimited", 429, Retry_After="3"), page(502), reset_before)
    with pytest.raises(Unavailable) as caught:
        await messenger.send(whisper(api), HELLO, "reply:1")
    assert caught.value.retry_after == timedelta(seconds=3)
    for _ in range(2):
        with pytest.raises(Unknown):
            await messenger.send(whisper(api), HELLO, "reply:1")


# --- drafts ---


async def test_a_stream_grows_and_becomes_the_reply(messenger: SlackMessenger, api: Api) -> None:
    here = at(DM, THREAD)
    ref = await messenger.draft(here, "It is *on*", None)
    ref = await messenger.draft(here, "It is *on* today", ref)
    [message] = api.messages
    assert (message.streaming, message.markdown) == (True, "It is \\*on\\* today")
    reply = Reply(text="It is *on* today. Fine?", cards=(CARD,), draft=ref)
    assert await messenger.send(here, reply, "reply:1") == message.ts
    assert (message.streaming, message.markdown) == (False, "It is \\*on\\* today. Fine?")
    assert [block["type"] for block in message.blocks] == ["rich_text", "actions"]
    assert await messenger.find(here, "reply:1") == message.ts
    assert api.called("chat.update") == []


async def test_a_stream_only_grows(messenger: SlackMessenger, api: Api) -> None:
    here = at(DM, THREAD)
    ref = await messenger.draft(here, "I have set", None)
    again = await messenger.draft(here, "There is", ref)
    assert again == ref
    [message] = api.messages
    assert message.markdown == "I have set"
    await messenger.send(here, Reply(text="There is nothing.", draft=again), "reply:1")
    assert (message.streaming, message.text) == (False, "There is nothing.")
    assert message.metadata is not None
    assert len(api.messages) == 1


async def test_finishing_twice_is_the_same_message(messenger: SlackMessenger, api: Api) -> None:
    here = at(DM, THREAD)
    ref = await messenger.draft(here, "So", None)
    reply = Reply(text="So far", draft=ref)
    api.script("chat.stopStream", reset_after)
    with pytest.raises(Unknown):
        await messenger.send(here, reply, "reply:1")
    [message] = api.messages
    assert await messenger.find(here, "reply:1") == message.ts
    assert await messenger.send(here, reply, "reply:1") == message.ts
    assert [one.text for one in api.messages] == ["So far"]


async def test_another_process_finishes_a_stream(
    messenger: SlackMessenger, client: SlackClient, clock: FakeClock, api: Api
) -> None:
    ref = await messenger.draft(at(DM, THREAD), "So", None)
    other = SlackMessenger(client, clock)
    await other.send(at(DM, THREAD), Reply(text="So far", draft=ref), "reply:1")
    assert [message.markdown for message in api.messages] == ["So far"]


@pytest.mark.parametrize("thread", [THREAD, None])
async def test_a_draft_that_shows_more_than_is_known_is_replaced(
    messenger: SlackMessenger, api: Api, thread: str | None
) -> None:
    here = at(DM, thread)
    known = await messenger.draft(here, "So", None)
    await messenger.draft(here, "So far so", known)
    ref = await messenger.draft(here, "", known)
    ref = await messenger.draft(here, "So far", ref)
    sent = await messenger.send(here, Reply(text="So far", draft=ref), "reply:1")
    assert [(one.ts, one.text) for one in api.messages] == [(sent, "So far")]


async def test_a_stream_that_died_is_a_message_that_is_edited(
    messenger: SlackMessenger, api: Api
) -> None:
    here = at(DM, THREAD)
    ref = await messenger.draft(here, "So", None)
    [message] = api.messages
    message.streaming = False
    ref = await messenger.draft(here, "So far", ref)
    ref = await messenger.draft(here, "So far so", ref)
    assert message.text == "So far so"
    await messenger.send(here, Reply(text="Good", draft=ref), "reply:1")
    assert [one.text for one in api.messages] == ["Good"]


async def test_a_draft_that_is_gone_gives_way_to_a_new_message(
    messenger: SlackMessenger, api: Api
) -> None:
    here = at(DM, THREAD)
    ref = await messenger.draft(here, "So", None)
    api.messages.clear()
    sent = await messenger.send(here, Reply(text="So far", draft=ref), "reply:1")
    assert [(one.ts, one.text) for one in api.messages] == [(sent, "So far")]


async def test_a_draft_that_cannot_be_changed_is_taken_away(
    messenger: SlackMessenger, api: Api
) -> None:
    ref = await messenger.draft(at(DM), "So", None)
    api.script("chat.update", failing("cant_update_message"))
    sent = await messenger.send(at(DM), Reply(text="So far", draft=ref), "reply:1")
    assert [(one.ts, one.text) for one in api.messages] == [(sent, "So far")]


@pytest.mark.parametrize(
    ("method", "thread"), [("chat.startStream", THREAD), ("chat.postMessage", None)]
)
async def test_a_draft_that_began_too_late_is_taken_away(
    messenger: SlackMessenger, api: Api, method: str, thread: str | None
) -> None:
    gate = api.gates[method] = asyncio.Event()
    drafting = asyncio.create_task(messenger.draft(at(DM, thread), "So", None))
    await api.waiting.wait()
    drafting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await drafting
    gate.set()
    await messenger.close()
    assert api.messages == []


async def test_outside_of_threads_a_message_is_edited(messenger: SlackMessenger, api: Api) -> None:
    ref = await messenger.draft(at(DM), "So", None)
    ref = await messenger.draft(at(DM), "So far", ref)
    [message] = api.messages
    assert (message.text, message.metadata) == ("So far", None)
    await messenger.send(at(DM), Reply(text="So good", cards=(CARD,), draft=ref), "reply:1")
    assert [one.text.splitlines()[0] for one in api.messages] == ["So good"]
    assert await messenger.find(at(DM), "reply:1") == message.ts


async def test_nothing_is_drafted_before_others(messenger: SlackMessenger, api: Api) -> None:
    for address in (at(CHANNEL, THREAD), whisper(api)):
        assert await messenger.draft(address, "So far", None) is None
        await messenger.typing(address)
    assert api.calls == []


async def test_a_reply_in_a_menu_s_place_leaves_no_draft(
    messenger: SlackMessenger, api: Api
) -> None:
    sent = await messenger.send(at(DM), HELLO, "reply:1")
    ref = await messenger.draft(at(DM), "So", None)
    await messenger.edit(at(DM), sent, Reply(text="new", draft=ref))
    assert [one.text for one in api.messages] == ["new"]


async def test_a_long_draft_is_shown_as_far_as_a_message_goes(
    messenger: SlackMessenger, api: Api
) -> None:
    for here in (at(DM), at(DM, THREAD)):
        ref = await messenger.draft(here, "word " * 2000, None)
        await messenger.draft(here, "word " * 2100, ref)
    assert len(api.messages[1].markdown) <= 3000


async def test_thinking_is_shown_in_threads(messenger: SlackMessenger, api: Api) -> None:
    await messenger.typing(at(DM))
    await messenger.typing(at(DM, THREAD))
    [params] = api.called("assistant.threads.setStatus")
    assert (params["channel_id"], params["thread_ts"]) == (DM, THREAD)
    assert params["status"] == "is thinking…"


async def test_a_thread_without_status_is_no_error(messenger: SlackMessenger, api: Api) -> None:
    api.script("assistant.threads.setStatus", failing("channel_not_supported"))
    await messenger.typing(at(DM, THREAD))
    assert await messenger.draft(at(DM, THREAD), "So far", None)


# --- looking up ---


async def test_a_delivery_is_found_by_its_key(messenger: SlackMessenger, api: Api) -> None:
    api.page = 2
    sent = [await messenger.send(at(DM), HELLO, f"reply:{number}") for number in range(5)]
    assert [await messenger.find(at(DM), f"reply:{number}") for number in range(5)] == sent
    assert await messenger.find(at(DM), "reply:9") is None
    inside = [await messenger.send(at(DM, THREAD), HELLO, f"in:{number}") for number in range(5)]
    assert await messenger.find(at(DM, THREAD), "in:4") == inside[4]
    assert await messenger.find(at(DM, THREAD), "reply:0") is None


async def test_channels_cannot_be_looked_through(messenger: SlackMessenger, api: Api) -> None:
    with pytest.raises(Refused):
        await messenger.find(at(CHANNEL, THREAD), "reply:1")


async def test_the_pace(messenger: SlackMessenger) -> None:
    assert messenger.apart(at(DM)) == IN_CHANNEL
    assert messenger.overall == timedelta(0)


async def test_a_permalink(messenger: SlackMessenger, api: Api) -> None:
    found = await messenger.permalink("T1", CHANNEL, THREAD)
    assert found == "https://example.slack.com/archives/C1/p1763888000000100"


# --- what goes wrong ---


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (failing("ratelimited", 429, Retry_After="30"), Unavailable),
        (failing("message_limit_exceeded"), Unavailable),
        (failing("ratelimited", 429, Retry_After="soon"), Unavailable),
        (failing("invalid_auth"), Unauthorized),
        (failing("missing_scope"), Unauthorized),
        (failing("account_inactive"), Unauthorized),
        (failing("token_revoked"), Unauthorized),
        (failing("channel_not_found"), Unreachable),
        (failing("is_archived"), Unreachable),
        (failing("user_disabled"), Unreachable),
        (failing("invalid_blocks"), Refused),
        (failing("msg_too_long"), Refused),
        (failing("something_new"), Refused),
        (failing("Words of <somebody>"), Unknown),
        (failing("internal_error"), Unknown),
        (failing("fatal_error", 500), Unknown),
        (failing("service_unavailable", 503), Unknown),
        (page(502), Unknown),
        (page(500), Unknown),
        (page(200), Unknown),
        (page(200, "text/plain"), Unknown),
        (page(200, "application/json"), Unknown),
        (page(503, "application/json"), Unknown),
        (reset_before, Unknown),
        (reset_after, Unknown),
    ],
)
async def test_errors_tell_what_is_certain(
    messenger: SlackMessenger, api: Api, fault: Fault, kind: type[EdgeError]
) -> None:
    api.script("chat.postMessage", fault)
    with pytest.raises(EdgeError) as caught:
        await messenger.send(at(DM), HELLO, "reply:1")
    assert type(caught.value) is kind
    assert caught.value.__cause__ is None
    assert "somebody" not in str(caught.value)
    assert len(api.called("chat.postMessage")) == 1, "nothing is tried twice by itself"


async def test_what_slack_asks_to_wait_is_told(messenger: SlackMessenger, api: Api) -> None:
    api.script("chat.postMessage", failing("ratelimited", 429, Retry_After="30"))
    with pytest.raises(Unavailable) as caught:
        await messenger.send(at(DM), HELLO, "reply:1")
    assert caught.value.retry_after == timedelta(seconds=30)


async def test_without_a_connection_nothing_was_sent(messenger: SlackMessenger, api: Api) -> None:
    await api.__aexit__(None, None, None)
    with pytest.raises(Unavailable):
        await messenger.send(at(DM), HELLO, "reply:1")


async def test_each_workspace_has_its_own_token(messenger: SlackMessenger, api: Api) -> None:
    with pytest.raises(Unauthorized) as caught:
        await messenger.send(replace(at(DM), workspace="T2"), HELLO, "reply:1")
    assert caught.value.setting == "PIXIE_SLACK_BOT_TOKEN"
    with pytest.raises(Unreachable):
        await messenger.send(replace(at(DM), workspace="T3"), HELLO, "reply:1")
    assert len(api.calls) == 1
