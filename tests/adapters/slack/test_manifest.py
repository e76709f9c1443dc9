"""The app as an admin creates it, held against what Slack takes and what Pixie calls.

Limits: npm @slack/web-api 8.2, types/request/manifest.d.ts. Scopes: the methods' and events' own
pages, https://docs.slack.dev/reference/methods.
"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.slack.interaction import COMMANDS
from adapters.slack.oauth import SCOPES
from adapters.slack.read import EVENTS

ROOT = Path(__file__).resolve().parents[3]
NEEDS = {
    "assistant_threads_setStatus": "assistant:write",
    "assistant_threads_setSuggestedPrompts": "assistant:write",
    "assistant_threads_setTitle": "assistant:write",
    "auth_test": None,
    "auth_revoke": None,
    "chat_appendStream": "chat:write",
    "chat_delete": "chat:write",
    "chat_getPermalink": None,
    "chat_postEphemeral": "chat:write",
    "chat_postMessage": "chat:write",
    "chat_startStream": "chat:write",
    "chat_stopStream": "chat:write",
    "chat_update": "chat:write",
    "conversations_history": "im:history",
    "conversations_list": "im:read",
    "conversations_open": "im:write",
    "conversations_replies": "im:history",
    "oauth_v2_access": None,
    "users_info": "users:read",
    "views_open": None,
    "views_publish": None,
    "views_update": None,
}
"""The scope that each method needs, in chats with one person."""
HEARS = {
    "app_home_opened": None,
    "app_mention": "app_mentions:read",
    "app_uninstalled": None,
    "message.im": "im:history",
    "reaction_added": "reactions:read",
    "tokens_revoked": None,
    "user_change": "users:read",
}
OTHERS = {"commands", "files:read"}
"""For commands and shortcuts, and to fetch files at their addresses."""
CALL = re.compile(
    r"\bweb\.(?!api_call)([a-z]+(?:_[a-zA-Z0-9]+)+)\(|\.(auth_test|auth_revoke)\("
    r"|\bweb\.api_call\(\s*\"([a-zA-Z0-9.]+)\"|\"(conversations_[a-z]+)\""
)


@pytest.fixture(scope="module")
def manifest() -> Any:
    return yaml.safe_load((ROOT / "deploy" / "slack-manifest.yaml").read_text("utf-8"))


def called() -> set[str]:
    """Methods of the Web API that Pixie's own code calls."""
    rooms = (ROOT / "adapters" / "slack", ROOT / "bots" / "slack")
    texts = [path.read_text("utf-8") for room in rooms for path in sorted(room.rglob("*.py"))]
    return {"".join(found).replace(".", "_") for text in texts for found in CALL.findall(text)}


def test_texts_are_not_too_long(manifest: Any) -> None:
    shown = manifest["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 174 <= len(shown["long_description"]) <= 4000
    assert re.fullmatch("#[0-9a-f]{6}", shown["background_color"])
    features = manifest["features"]
    assert len(features["agent_view"]["agent_description"]) <= 300
    assert len(features["bot_user"]["display_name"]) <= 80
    assert re.fullmatch(r"[a-z0-9._-]+", features["bot_user"]["display_name"])
    for command in features["slash_commands"]:
        assert len(command["command"]) <= 32
        assert len(command["description"]) <= 2000
        assert len(command.get("usage_hint", "")) <= 1000
        assert command["should_escape"] is True
    for shortcut in features["shortcuts"]:
        assert shortcut["type"] in ("global", "message")
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["callback_id"]) <= 255
        assert len(shortcut["description"]) <= 150


def test_there_are_not_too_many(manifest: Any) -> None:
    features = manifest["features"]
    assert 1 <= len(features["agent_view"]["suggested_prompts"]) <= 4
    assert "assistant_view" not in features
    assert len(features["slash_commands"]) <= 50
    assert len(features["shortcuts"]) <= 10
    assert len(manifest["oauth_config"]["scopes"]["bot"]) <= 255
    assert len(manifest["settings"]["event_subscriptions"]["bot_events"]) <= 100


def test_commands_and_events_are_those_that_are_read(manifest: Any) -> None:
    commands = [each["command"] for each in manifest["features"]["slash_commands"]]
    assert tuple(commands) == COMMANDS
    assert tuple(manifest["settings"]["event_subscriptions"]["bot_events"]) == EVENTS


def test_scopes_are_what_is_needed_and_no_more(manifest: Any) -> None:
    methods = called()
    assert (
        {"chat_postMessage", "conversations_replies", "users_info", "oauth_v2_access"}
        <= methods
        <= NEEDS.keys()
    )
    assert set(EVENTS) == HEARS.keys()
    needed = {NEEDS[method] for method in methods} | set(HEARS.values()) | OTHERS
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == needed - {None}
    assert "user" not in manifest["oauth_config"]["scopes"]
    assert tuple(manifest["oauth_config"]["scopes"]["bot"]) == SCOPES


def test_it_works_without_a_public_address(manifest: Any) -> None:
    settings = manifest["settings"]
    assert settings["socket_mode_enabled"] is True
    assert settings["interactivity"]["is_enabled"] is True
    assert "url" not in str(manifest)
    home = manifest["features"]["app_home"]
    assert home == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
