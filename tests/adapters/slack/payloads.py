"""What Slack sends, as its documentation shows it."""

from typing import Any

from adapters.slack.happened import Me

TEAM, PIXIE, ANA = "T061EG9R6", "U0LAN0Z89", "U2147483697"
DM, CHANNEL = "D024BE91L", "C0LAN2Q65"
TS = "1763888400.000100"
ME = Me(team=TEAM, user=PIXIE, bot="B19LU7CSY")
RESPONSE_URL = "https://hooks.slack.com/commands/1234/5678"


def event(inner: dict[str, Any], **more: Any) -> dict[str, Any]:
    """https://docs.slack.dev/apis/events-api/#events-JSON"""
    return {
        "type": "event_callback",
        "team_id": TEAM,
        "api_app_id": "A0FFV41KK",
        "event_id": "Ev9UQ52YNA",
        "event_time": 1763888400,
        "authorizations": [
            {"enterprise_id": None, "team_id": TEAM, "user_id": PIXIE, "is_bot": True}
        ],
        "event": inner,
        **more,
    }


def message(text: object = "hello", **more: Any) -> dict[str, Any]:
    """https://docs.slack.dev/reference/events/message.im"""
    return event({
        "type": "message", "channel": DM, "channel_type": "im", "user": ANA, "text": text,
        "ts": TS, "event_ts": TS, **more,
    })  # fmt: skip


def mention(text: str, **more: Any) -> dict[str, Any]:
    """https://docs.slack.dev/reference/events/app_mention"""
    return event({
        "type": "app_mention", "channel": CHANNEL, "user": ANA, "text": text, "ts": TS,
        "event_ts": TS, **more,
    })  # fmt: skip


def command(name: str, text: str = "", **more: Any) -> dict[str, Any]:
    """https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling"""
    return {
        "command": name,
        "text": text,
        "team_id": TEAM,
        "team_domain": "example",
        "channel_id": CHANNEL,
        "channel_name": "test",
        "user_id": ANA,
        "user_name": "ana",
        "response_url": RESPONSE_URL,
        "trigger_id": "13345224609.738474920.8088930838d88f008e0",
        "api_app_id": "A0FFV41KK",
        **more,
    }


def tap(value: str, **more: Any) -> dict[str, Any]:
    """https://docs.slack.dev/reference/interaction-payloads/block_actions-payload"""
    action = {
        "type": "button", "action_id": "say:0.0", "block_id": "pixie:0:reply:1", "value": value,
        "action_ts": "1763888460.200000",
    }  # fmt: skip
    return {
        "type": "block_actions",
        "team": {"id": TEAM, "domain": "example"},
        "user": {"id": ANA, "username": "ana", "name": "ana", "team_id": TEAM},
        "trigger_id": "12466734323.1395872398",
        "container": {
            "type": "message", "message_ts": TS, "channel_id": DM, "is_ephemeral": False,
        },
        "channel": {"id": DM, "name": "directmessage"},
        "message": {"type": "message", "bot_id": "B19LU7CSY", "ts": TS, "text": "card"},
        "response_url": RESPONSE_URL,
        "actions": [action],
        **more,
    }  # fmt: skip


def shortcut(**more: Any) -> dict[str, Any]:
    """https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload"""
    return {
        "type": "message_action",
        "callback_id": "remind_about",
        "trigger_id": "13345224609.8534564800.6f8ab1f53e13d0cd15f96106292d5536",
        "message_ts": TS,
        "action_ts": "1763888460.200000",
        "team": {"id": TEAM, "domain": "example"},
        "user": {"id": ANA, "name": "ana"},
        "channel": {"id": CHANNEL, "name": "general"},
        "message": {
            "type": "message", "user": "U0MJRG1AL", "ts": TS, "text": "lunch &amp; more <@U2>?",
        },
        "response_url": RESPONSE_URL,
        **more,
    }  # fmt: skip


def submission(values: dict[str, Any]) -> dict[str, Any]:
    """https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload"""
    return {
        "type": "view_submission",
        "team": {"id": TEAM, "domain": "example"},
        "user": {"id": ANA, "name": "ana"},
        "trigger_id": "1.2.3",
        "view": {
            "id": "VNHU13V36",
            "type": "modal",
            "callback_id": "task",
            "private_metadata": "shhh",
            "hash": "156663117.cd33ad1f",
            "state": {"values": values},
        },
    }


EVERYTHING = [
    message(),
    message(subtype="file_share", files=[{"id": "F1", "mimetype": "text/calendar"}]),
    message(attachments=[{"is_share": True, "from_url": "https://x.slack.com/archives/C1/p1"}]),
    event({
        "type": "message", "subtype": "message_changed", "channel": DM, "ts": "1763888500.000200",
        "message": {"type": "message", "user": ANA, "text": "new", "ts": TS,
                    "edited": {"user": ANA, "ts": "1763888500.000000"}},
        "previous_message": {"type": "message", "user": ANA, "text": "old", "ts": TS},
    }),
    event({
        "type": "message", "subtype": "message_deleted", "channel": DM, "deleted_ts": TS,
        "ts": "1763888500.000200", "previous_message": {"user": ANA, "text": "old", "ts": TS},
    }),
    mention(f"<@{PIXIE}> hello"),
    event({
        "type": "reaction_added", "user": ANA, "reaction": "white_check_mark", "item_user": PIXIE,
        "item": {"type": "message", "channel": DM, "ts": TS}, "event_ts": "1763888500.000200",
    }),
    event({"type": "app_home_opened", "user": ANA, "channel": DM, "tab": "home",
           "view": {"id": "V1", "hash": "1.a"}, "event_ts": TS}),
    event({"type": "user_change", "user": {"id": ANA, "tz": "Europe/Lisbon"}}),
    event({"type": "member_joined_channel", "user": PIXIE, "channel": CHANNEL}),
    event({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [PIXIE]}}),
    event({"type": "app_uninstalled"}),
    command("/pixie", "hello"),
    tap("/done t7f3k2q9@3"),
    tap("x", container={"type": "view", "view_id": "V1"}, view={"id": "V1", "hash": "1.a"}),
    shortcut(),
    {**shortcut(), "type": "shortcut"},
    submission({"title": {"title": {"type": "plain_text_input", "value": "milk"}}}),
    {**submission({}), "type": "view_closed", "is_cleared": False},
]  # fmt: skip
"""One of each that Pixie reads."""
