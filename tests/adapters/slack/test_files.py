"""What people attach on Slack, and who sees the token."""

import subprocess
import sys

import pytest

from adapters.slack.client import SlackClient
from adapters.slack.files import SlackFiles
from core.errors import Refused, Unreachable, UserError
from tests.adapters.slack.api import Api


def place_of(api: Api, name: str = "team.ics", team: str = "T1") -> str:
    return f"{team}:{api.url.removesuffix('/api/')}/files/{name}"


async def test_a_file_is_fetched_with_its_workspace_s_token(client: SlackClient, api: Api) -> None:
    files = SlackFiles(client)
    assert await files.fetch("slack", place_of(api), 150) == b"BEGIN:VCALENDAR" * 10
    with pytest.raises(UserError):
        await files.fetch("slack", place_of(api), 149)
    # Another workspace's token, and none at all.
    with pytest.raises(Refused):
        await files.fetch("slack", place_of(api, team="T2"), 150)
    with pytest.raises(Unreachable):
        await files.fetch("slack", place_of(api, team="T3"), 150)


@pytest.mark.parametrize(
    "url",
    [
        "https://docs.example.org/d/1",
        "https://notslack.com/x",
        "https://slack.com.example.org/x",
        "http://files.slack.com/x",
        "https://slack.com@example.org/x",
        "file:///etc/passwd",
        "",
    ],
)
async def test_the_token_goes_nowhere_but_to_slack(client: SlackClient, url: str) -> None:
    with pytest.raises(Refused):
        await SlackFiles(client).fetch("slack", f"T1:{url}", 150)


async def test_what_is_gone_is_refused(client: SlackClient, api: Api) -> None:
    with pytest.raises(Refused):
        await SlackFiles(client).fetch("slack", place_of(api, "a/b"), 150)


def test_without_a_token_no_library_is_loaded() -> None:
    lines = (
        "import sys, adapters.slack.settings as found; found.SlackSettings();"
        "sys.exit(bool({'slack_sdk', 'slack_bolt', 'aiohttp', 'cryptography'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", lines], check=True)
