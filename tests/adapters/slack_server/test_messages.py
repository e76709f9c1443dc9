"""chat.*, streams, look-ups, reactions: what Slack's client may do, and what it is refused."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.clock import FakeClock
from tests.fakes.slack import Channel, Person, SlackServer

BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "Done"}, "action_id": "done"}


async def refusal(call: Any) -> str:
    """The error that a call is refused with."""
    with pytest.raises(SlackApiError) as caught:
        await call
    assert caught.value.response.status_code == 200
    return str(caught.value.response["error"])


async def test_a_message_comes_in_a_dm_that_was_opened(
    slack: SlackServer, client: AsyncWebClient, alice: Person
) -> None:
    opened = await client.conversations_open(users=alice.id)
    assert opened["channel"]["id"] == alice.chat.id
    assert "already_open" not in opened.data
    key = {"event_type": "delivery", "event_payload": {"key": "reminder:1"}}
    sent = await client.chat_postMessage(channel=alice.chat.id, text="hi", metadata=key)
    assert sent["message"]["bot_id"] == slack.workspace.bot_id
    assert alice.chat.texts == ["hi"]
    assert (await client.conversations_open(users=alice.id))["already_open"] is True
    found = await client.conversations_history(channel=alice.chat.id, include_all_metadata=True)
    assert found["messages"][0]["metadata"] == key
    plain = await client.conversations_history(channel=alice.chat.id)
    assert "metadata" not in plain["messages"][0]
    assert [each.ts for each in slack.calls("chat.postMessage")] == [sent["ts"]]


async def test_a_message_is_refused(
    slack: SlackServer, client: AsyncWebClient, alice: Person, general: Channel
) -> None:
    async def post(**given: Any) -> str:
        return await refusal(client.api_call("chat.postMessage", json=given))

    chat = alice.chat.id
    elsewhere = slack.workspace.channel("elsewhere", alice, app=False)
    hidden = slack.workspace.channel("hidden", alice, app=False, private=True)
    old = slack.workspace.channel("old", alice)
    old.archived = True
    assert await post(text="x") == "channel_not_found"
    assert await post(channel="C404", text="x") == "channel_not_found"
    assert await post(channel=hidden.id, text="x") == "channel_not_found"
    assert await post(channel=elsewhere.id, text="x") == "not_in_channel"
    assert await post(channel=old.id, text="x") == "is_archived"
    assert await post(channel=chat) == "no_text"
    assert await post(channel=chat, text=" ") == "no_text"
    assert await post(channel=chat, text="x" * 40_001) == "msg_too_long"
    assert await post(channel=chat, markdown_text="x" * 12_001) == "msg_too_long"
    assert await post(channel=chat, markdown_text="x", text="x") == "markdown_text_conflict"
    assert await post(channel=chat, text="x", thread_ts="1.000001") == "thread_not_found"
    assert await post(channel=chat, text="x", blocks="{") == "invalid_blocks_format"
    assert await post(channel=chat, text="x", blocks={"a": 1}) == "invalid_blocks_format"
    assert await post(channel=chat, text="x", metadata="[") == "invalid_metadata_format"
    assert await post(channel=chat, text="x", metadata={"event_type": "a"}) == (
        "invalid_metadata_format"
    )
    bad = {"event_type": "a b", "event_payload": {}}
    assert await post(channel=chat, text="x", metadata=bad) == "invalid_metadata_schema"
    huge = {"event_type": "a", "event_payload": {"x": "x" * 20_000}}
    assert await post(channel=chat, text="x", metadata=huge) == "metadata_too_large"
    long = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}] * 5
    assert await post(channel=chat, text="x", blocks=long) == "msg_blocks_too_long"
    assert slack.accepted == []
    assert len(slack.refused) == 17 + 1


async def test_what_is_wrong_with_blocks_is_said_in_slacks_words(
    client: AsyncWebClient, alice: Person
) -> None:
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=alice.chat.id, text="x", blocks=[block])
    assert caught.value.response.data == {
        "ok": False,
        "error": "invalid_blocks",
        "errors": [
            "failed to match all allowed schemas [json-pointer:/blocks/0/text]",
            "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
        ],
        "response_metadata": {
            "messages": [
                "[ERROR] failed to match all allowed schemas [json-pointer:/blocks/0/text]",
                "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
            ]
        },
    }


async def test_an_update_takes_blocks_away_and_keeps_metadata(
    slack: SlackServer, client: AsyncWebClient, alice: Person
) -> None:
    blocks = [{"type": "actions", "elements": [BUTTON]}]
    key = {"event_type": "delivery", "event_payload": {"key": "1"}}
    sent = await client.chat_postMessage(
        channel=alice.chat.id, text="card", blocks=blocks, metadata=key
    )
    card = alice.chat.last
    assert card.labels == ["Done"]
    done = await client.chat_update(channel=alice.chat.id, ts=sent["ts"], text="done")
    assert (done["text"], card.text, card.labels, card.metadata) == ("done", "done", [], key)
    assert "edited" in card.json
    await client.api_call(
        "chat.update", json={"channel": alice.chat.id, "ts": sent["ts"], "metadata": {}}
    )
    assert (card.text, card.metadata) == ("done", None)
    assert [each.get("text") for each in card.versions] == ["card", "done"]


async def test_only_own_messages_are_changed(
    client: AsyncWebClient, alice: Person, general: Channel
) -> None:
    said, chat = alice.says("mine"), alice.chat.id
    whisper = await client.chat_postEphemeral(channel=general.id, user=alice.id, text="psst")
    update, delete = client.chat_update, client.chat_delete
    assert await refusal(update(channel=chat, ts=said.ts, text="x")) == "cant_update_message"
    assert await refusal(delete(channel=chat, ts=said.ts)) == "cant_delete_message"
    assert await refusal(update(channel=chat, ts="1.000001", text="x")) == "message_not_found"
    ts = whisper["message_ts"]
    assert await refusal(update(channel=general.id, ts=ts, text="x")) == "message_not_found"
    assert await refusal(update(channel=alice.id, ts=said.ts, text="x")) == "channel_not_found"
    sent = await client.chat_postMessage(channel=chat, text="x")
    await delete(channel=chat, ts=sent["ts"])
    assert alice.chat.texts == ["mine"]
    assert await refusal(delete(channel=chat, ts=sent["ts"])) == "message_not_found"


async def test_a_whisper_is_for_who_is_there(
    slack: SlackServer, client: AsyncWebClient, alice: Person, general: Channel
) -> None:
    carol = slack.workspace.person("Carol")
    whisper = client.chat_postEphemeral
    assert await refusal(whisper(channel=general.id, user=carol.id, text="x")) == (
        "user_not_in_channel"
    )
    await whisper(channel=general.id, user=alice.id, text="psst")
    assert (general.last.ephemeral, general.last.seen_by) == (True, alice.id)
    found = await client.conversations_history(channel=general.id)
    assert found["messages"] == []


async def test_threads_are_read_page_by_page(client: AsyncWebClient, alice: Person) -> None:
    root = alice.says("root")
    for number in range(5):
        await client.chat_postMessage(channel=alice.chat.id, text=str(number), thread_ts=root.ts)
    texts, cursor = [], None
    while cursor != "":
        page = await client.conversations_replies(
            channel=alice.chat.id, ts=root.ts, limit=2, cursor=cursor
        )
        texts += [each["text"] for each in page["messages"]]
        cursor = page["response_metadata"]["next_cursor"]
    assert texts == ["root", "0", "1", "2", "3", "4"]
    assert (root.json["reply_count"], len(alice.chat.thread(root))) == (5, 6)
    answer = alice.chat.messages[2]
    await client.chat_postMessage(channel=alice.chat.id, text="more", thread_ts=answer.ts)
    assert alice.chat.last.thread_ts == root.ts
    history = await client.conversations_history(channel=alice.chat.id)
    assert [each["text"] for each in history["messages"]] == ["root"]
    lost = client.conversations_replies(channel=alice.chat.id, ts="1.000001")
    assert await refusal(lost) == "thread_not_found"


async def test_history_is_read_between_two_moments(
    clock: FakeClock, client: AsyncWebClient, alice: Person
) -> None:
    said = []
    for number in range(4):
        said.append(alice.says(str(number)))
        clock.advance(minutes=1)

    async def between(**given: Any) -> list[str]:
        found = await client.conversations_history(channel=alice.chat.id, **given)
        return [each["text"] for each in found["messages"]]

    assert await between() == ["3", "2", "1", "0"]
    assert await between(oldest=said[1].ts) == ["3", "2"]
    assert await between(oldest=said[1].ts, inclusive=True) == ["3", "2", "1"]
    assert await between(latest=said[1].ts) == ["0"]
    assert await between(limit=2) == ["3", "2"]
    wrong = client.conversations_history(channel=alice.chat.id, cursor="x")
    assert await refusal(wrong) == "invalid_cursor"
    wrong = client.conversations_history(channel=alice.chat.id, oldest="yesterday")
    assert await refusal(wrong) == "invalid_ts_oldest"


async def test_a_stream_grows_and_ends(
    slack: SlackServer, client: AsyncWebClient, alice: Person
) -> None:
    asked = alice.says("what is on?")
    chat = alice.chat.id
    await client.assistant_threads_setStatus(
        channel_id=chat, thread_ts=asked.ts, status="is thinking…"
    )
    assert alice.chat.status(asked.ts) == "is thinking…"
    stream = await client.chat_stream(channel=chat, thread_ts=asked.ts, buffer_size=1)
    await stream.append(markdown_text="Two ")
    await stream.append(markdown_text="things.")
    message = alice.chat.last
    assert (message.text, message.json["streaming_state"]) == ("Two things.", "in_progress")
    assert await refusal(client.chat_update(channel=chat, ts=message.ts, text="x")) == (
        "streaming_state_conflict"
    )
    await stream.stop(blocks=[{"type": "actions", "elements": [BUTTON]}])
    assert message.pieces == ["Two ", "things."]
    assert message.shown == "Two things.\nDone"
    late = client.chat_appendStream(channel=chat, ts=message.ts, markdown_text="x")
    assert await refusal(late) == "message_not_in_streaming_state"
    await client.chat_update(channel=chat, ts=message.ts, text="changed")
    assert message.shown == "changed"


async def test_a_stream_is_refused(
    clock: FakeClock, client: AsyncWebClient, alice: Person, general: Channel
) -> None:
    chat, asked = alice.chat.id, alice.says("hi")
    start = client.chat_startStream

    async def begin(**given: Any) -> str:
        return await refusal(client.api_call("chat.startStream", json=given))

    assert await begin(channel=chat, markdown_text="x") == "invalid_thread_ts"
    assert await begin(channel=chat, thread_ts="1.000001") == "thread_not_found"
    question = alice.mentions("hi", general)
    assert await begin(channel=general.id, thread_ts=question.ts) == "missing_recipient_team_id"
    long = start(channel=chat, thread_ts=asked.ts, markdown_text="x" * 12_001)
    assert await refusal(long) == "msg_too_long"
    begun = await start(channel=chat, thread_ts=asked.ts)
    append = client.chat_appendStream
    assert await refusal(append(channel=chat, ts=begun["ts"], chunks=[{"type": "x"}])) == (
        "invalid_chunks"
    )
    assert await refusal(append(channel=chat, ts=asked.ts, markdown_text="x")) == (
        "message_not_in_streaming_state"
    )
    clock.advance(minutes=6)
    for late in (append, client.chat_stopStream):
        assert await refusal(late(channel=chat, ts=begun["ts"], markdown_text="x")) == (
            "message_not_in_streaming_state"
        )
    await client.chat_update(channel=chat, ts=begun["ts"], text="whole")
    assert alice.chat.last.text == "whole"


async def test_reactions_and_links(
    slack: SlackServer, client: AsyncWebClient, alice: Person
) -> None:
    said, chat = alice.says("hi"), alice.chat.id
    add = client.reactions_add
    await add(channel=chat, timestamp=said.ts, name="thumbsup")
    assert await refusal(add(channel=chat, timestamp=said.ts, name="thumbsup")) == (
        "already_reacted"
    )
    assert await refusal(add(channel=chat, timestamp=said.ts, name="👍")) == "invalid_name"
    assert await refusal(add(channel=chat, timestamp="now", name="x")) == "bad_timestamp"
    assert await refusal(add(channel=chat, timestamp="1.0", name="x")) == "message_not_found"
    found = await client.reactions_get(channel=chat, timestamp=said.ts)
    assert found["message"]["reactions"] == [
        {"name": "thumbsup", "users": [slack.workspace.bot_user], "count": 1}
    ]
    link = await client.chat_getPermalink(channel=chat, message_ts=said.ts)
    assert link["permalink"] == (
        f"https://acme.slack.com/archives/{chat}/p{said.ts.replace('.', '')}"
    )


async def test_forms_are_read_as_json_is(client: AsyncWebClient, alice: Person) -> None:
    blocks = '[{"type":"divider","block_id":"d"}]'
    await client.api_call(
        "chat.postMessage", data={"channel": alice.chat.id, "text": "x", "blocks": blocks}
    )
    assert alice.chat.last.blocks == [{"type": "divider", "block_id": "d"}]


async def test_prompts_are_shown(client: AsyncWebClient, alice: Person) -> None:
    prompt = {"title": "Today", "message": "What is on today?"}
    suggest = client.assistant_threads_setSuggestedPrompts
    await suggest(channel_id=alice.chat.id, prompts=[prompt])
    assert alice.chat.prompts == [prompt]
    assert await refusal(suggest(channel_id=alice.chat.id, prompts=[prompt] * 5)) == (
        "invalid_arguments"
    )
