"""What the app is told, as JSON.

https://docs.slack.dev/reference/events, https://docs.slack.dev/reference/interaction-payloads,
https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling
"""

import re
from typing import TYPE_CHECKING, Any

from tests.fakes.slack.channels import Channel, Message
from tests.fakes.slack.errors import Json

if TYPE_CHECKING:
    from tests.fakes.slack.person import Person
    from tests.fakes.slack.workspace import Workspace

_ONLY_READ = ("reactions", "reply_count", "latest_reply", "reply_users", "reply_users_count")
_MARKUP = re.compile(r"(<(?:[@#!][^<>]+|https?://[^<>]+)>)")
_LINK = re.compile(r"(?<!<)https?://[^\s<>]+")


def typed(text: str) -> str:
    """What a person typed, as Slack keeps it: escaped, links in angle brackets.

    What is markup already, such as <@U123>, stays as it is.
    """
    parts = _MARKUP.split(text)
    return "".join(part if index % 2 else _escaped(part) for index, part in enumerate(parts))


def _escaped(text: str) -> str:
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _LINK.sub(lambda found: f"<{found[0]}>", plain)


def rich_text(text: str, block_id: str) -> Json:
    """The block that Slack makes of what a person typed."""
    part = {"type": "text", "text": text}
    section = {"type": "rich_text_section", "elements": [part]}
    return {"type": "rich_text", "block_id": block_id, "elements": [section]}


def event_callback(workspace: "Workspace", event: Json, event_id: str) -> Json:
    """An event in its wrapper."""
    world = workspace.world
    return {
        "token": world.app.verification_token,
        "team_id": workspace.id,
        "context_team_id": workspace.id,
        "context_enterprise_id": None,
        "api_app_id": world.app.id,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(world.now()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": workspace.id,
                "user_id": workspace.bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{event_id}",
    }


def said(message: Message) -> Json:
    """A message as an event tells it."""
    fields = {name: value for name, value in message.json.items() if name not in _ONLY_READ}
    return {
        **fields,
        "channel": message.channel.id,
        "event_ts": message.ts,
        "channel_type": message.channel.kind,
    }


def command(person: "Person", name: str, text: str, channel: Channel) -> Json:
    """Without trigger_id and response_url."""
    workspace = person.workspace
    return {
        "token": workspace.world.app.verification_token,
        "team_id": workspace.id,
        "team_domain": workspace.domain,
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.kind == "im" else channel.name,
        "user_id": person.id,
        "user_name": person.handle,
        "command": name,
        "text": text,
        "api_app_id": workspace.world.app.id,
        "is_enterprise_install": "false",
    }


def interaction(person: "Person", kind: str, **fields: Any) -> Json:
    """What all interactions have."""
    workspace = person.workspace
    return {
        "type": kind,
        "user": {
            "id": person.id,
            "username": person.handle,
            "name": person.handle,
            "team_id": person.team,
        },
        "api_app_id": workspace.world.app.id,
        "token": workspace.world.app.verification_token,
        "team": {"id": workspace.id, "domain": workspace.domain},
        "enterprise": None,
        "is_enterprise_install": False,
        **fields,
    }


def channel_named(channel: Channel) -> Json:
    """As interactions name where they come from."""
    names = {"im": "directmessage", "group": "privategroup", "mpim": channel.name}
    return {"id": channel.id, "name": names.get(channel.kind, channel.name)}
