"""Slack's own Bolt hears from the loopback Slack and answers it: by a socket and by requests."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from tests.adapters.slack_server.bolt import WAYS, app_of, at_work
from tests.fakes.slack import Channel, Person, SlackServer

CARD = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*Buy milk*"}},
    {
        "type": "actions",
        "block_id": "card",
        "elements": [
            {
                "type": "button",
                "text": {"type": "plain_text", "text": "Done"},
                "action_id": "done",
                "value": "t1",
            }
        ],
    },
]
MODAL = {
    "type": "modal",
    "callback_id": "task",
    "title": {"type": "plain_text", "text": "New task"},
    "submit": {"type": "plain_text", "text": "Save"},
    "private_metadata": "kept",
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "title",
            "label": {"type": "plain_text", "text": "Title"},
            "element": {"type": "plain_text_input", "action_id": "text", "max_length": 100},
        },
        {
            "type": "input",
            "block_id": "day",
            "optional": True,
            "label": {"type": "plain_text", "text": "Day"},
            "element": {"type": "datepicker", "action_id": "date", "initial_date": "2026-11-24"},
        },
    ],
}


def listeners(app: AsyncApp) -> list[dict[str, Any]]:
    """Everything that the app hears is kept in what this returns."""
    heard: list[dict[str, Any]] = []

    @app.event("message")
    async def message(event: dict[str, Any], say: Any) -> None:
        heard.append(event)
        if event.get("subtype") is None:
            await say(text=f"you said {event['text']}", blocks=CARD)

    @app.event("app_mention")
    async def mention(event: dict[str, Any], say: Any) -> None:
        heard.append(event)
        await say(text="in the thread", thread_ts=event["ts"])

    for kind in ("app_home_opened", "reaction_added", "user_change", "member_joined_channel"):

        @app.event(kind)
        async def other(event: dict[str, Any]) -> None:
            heard.append(event)

    @app.command("/pixie")
    async def pixie(ack: Any, respond: Any, command: dict[str, Any]) -> None:
        heard.append(command)
        await ack("one moment")
        await respond(f"you asked {command['text']}", response_type="in_channel")

    @app.action("done")
    async def done(ack: Any, body: dict[str, Any], client: Any) -> None:
        heard.append(body)
        await ack()
        channel, ts = body["channel"]["id"], body["message"]["ts"]
        await client.chat_update(channel=channel, ts=ts, text="done", blocks=CARD[:1])

    @app.shortcut("new_task")
    async def new_task(ack: Any, body: dict[str, Any], client: Any) -> None:
        heard.append(body)
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.view("task")
    async def task(ack: Any, view: dict[str, Any]) -> None:
        heard.append(view)
        if view["state"]["values"]["title"]["text"]["value"] == "nothing":
            await ack(response_action="errors", errors={"title": "That is not much."})
        else:
            await ack()

    @app.view_closed("task")
    async def closed(ack: Any, body: dict[str, Any]) -> None:
        heard.append(body)
        await ack()

    return heard


@pytest.fixture(params=WAYS)
async def heard(slack: SlackServer, request: pytest.FixtureRequest) -> AsyncIterator[list[Any]]:
    app = app_of(slack)
    heard = listeners(app)
    async with at_work(slack, app, request.param):
        yield heard


async def test_a_message_is_answered(slack: SlackServer, alice: Person, heard: list[Any]) -> None:
    said = alice.says("buy milk & <bread>")
    await slack.until(lambda: alice.chat.from_bot and slack.heard)
    assert heard[0]["text"] == "buy milk &amp; &lt;bread&gt;"
    assert (heard[0]["ts"], heard[0]["user"], heard[0]["channel_type"]) == (
        said.ts,
        alice.id,
        "im",
    )
    assert alice.chat.texts[1] == "you said buy milk &amp; &lt;bread&gt;"
    assert alice.chat.last.shown == "*Buy milk*\nDone"
    assert not slack.deliveries.lost


async def test_a_mention_is_answered_in_its_thread(
    slack: SlackServer, alice: Person, general: Channel, heard: list[Any]
) -> None:
    asked = alice.mentions("are you there?", general)
    alice.says("nobody is asked", general)
    await slack.until(lambda: general.from_bot and slack.heard)
    assert [each["type"] for each in heard] == ["app_mention"]
    assert general.thread(asked) == [asked, general.from_bot[0]]


async def test_a_tap_changes_the_card(slack: SlackServer, alice: Person, heard: list[Any]) -> None:
    alice.says("milk")
    await slack.until(lambda: alice.chat.from_bot)
    card = alice.chat.last
    tap = alice.taps(card, "Done")
    await slack.until(lambda: tap.acked and card.text == "done")
    assert card.labels == []
    body = next(each for each in heard if each.get("type") == "block_actions")
    assert body["actions"][0]["value"] == "t1"
    assert body["container"]["message_ts"] == card.ts
    assert [each.method for each in slack.accepted] == ["chat.postMessage", "chat.update"]
    assert len(card.versions) == 1


async def test_a_command_is_answered_twice(
    slack: SlackServer, alice: Person, bob: Person, general: Channel, heard: list[Any]
) -> None:
    command = alice.commands("/pixie", "what is on?", general)
    await slack.until(lambda: command.over and len(general.messages) == 2)
    first, second = sorted(general.messages, key=lambda each: not each.ephemeral)
    assert (first.text, first.seen_by) == ("one moment", alice.id)
    assert (second.text, second.ephemeral) == ("you asked what is on?", False)


async def test_a_modal_is_filled_in(slack: SlackServer, alice: Person, heard: list[Any]) -> None:
    alice.shortcut("new_task")
    await slack.until(lambda: alice.modal)
    modal = alice.modal
    assert modal is not None
    assert modal.title == "New task"
    with pytest.raises(ValueError, match="required: Title"):
        alice.submits()
    wrong = alice.submits(title="nothing")
    await slack.until(lambda: wrong.over)
    assert modal.errors == {"title": "That is not much."}
    assert alice.modal is modal
    right = alice.submits(title="milk", Day="2026-11-25")
    await slack.until(lambda: right.over)
    assert alice.modal is None
    values = heard[-1]["state"]["values"]
    assert values["title"]["text"] == {"type": "plain_text_input", "value": "milk"}
    assert values["day"]["date"]["selected_date"] == "2026-11-25"
    assert heard[-1]["private_metadata"] == "kept"


async def test_a_modal_is_closed(slack: SlackServer, alice: Person, heard: list[Any]) -> None:
    alice.shortcut("new_task")
    await slack.until(lambda: alice.modal)
    alice.closes()
    await slack.until(lambda: heard[-1]["type"] == "view_closed")
    assert alice.modal is None


async def test_what_people_do_besides(
    slack: SlackServer, alice: Person, bob: Person, heard: list[Any]
) -> None:
    said = alice.says("milk")
    alice.edits(said, "bread")
    alice.deletes(said)
    alice.opens_home()
    alice.changes_zone("Asia/Tokyo")
    await slack.until(lambda: alice.chat.from_bot)
    alice.reacts(alice.chat.last, "white_check_mark")
    alice.joins(slack.workspace.channel("team"))
    await slack.until(lambda: slack.heard)
    kinds = {(each["type"], each.get("subtype")) for each in heard}
    assert kinds >= {
        ("message", None),
        ("message", "message_changed"),
        ("message", "message_deleted"),
        ("app_home_opened", None),
        ("user_change", None),
        ("reaction_added", None),
        ("member_joined_channel", None),
    }
    changed = next(each for each in heard if each["type"] == "user_change")
    assert (changed["user"]["tz"], changed["user"]["tz_offset"]) == ("Asia/Tokyo", 9 * 3600)
