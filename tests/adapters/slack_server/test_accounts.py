"""Tokens, scopes, installs and people."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.oauth import AuthorizeUrlGenerator
from slack_sdk.web.async_client import AsyncWebClient

from tests.adapters.slack_server.test_messages import refusal
from tests.fakes.clock import FakeClock
from tests.fakes.slack import App, Fault, Person, SlackServer
from tests.fakes.slack.errors import ApiError

OF_THE_SDK = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
"""slack-sdk 3.47 asks aiohttp in its older way."""


async def test_a_token_says_whose_it_is(slack: SlackServer, client: AsyncWebClient) -> None:
    told = await client.auth_test()
    assert (told["team"], told["team_id"]) == ("Acme", slack.workspace.id)
    assert told["user_id"] == slack.workspace.bot_user
    assert "chat:write" in told.headers["x-oauth-scopes"]


async def test_tokens_are_refused(slack: SlackServer, client: AsyncWebClient) -> None:
    async def test(token: str) -> str:
        return await refusal(client.auth_test(token=token))

    token = slack.token
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{slack.base_url}auth.test") as answer,
    ):
        assert (await answer.json())["error"] == "not_authed"
    assert await test("xoxb-404") == "invalid_auth"
    assert await test(slack.app.app_token) == "not_allowed_token_type"
    opening = client.apps_connections_open(app_token=token)
    assert await refusal(opening) == "not_allowed_token_type"
    assert await refusal(client.apps_connections_open(app_token="xapp-x")) == "invalid_auth"
    slack.script("auth.test", Fault.TOKEN_REVOKED)
    assert await test(token) == "token_revoked"
    slack.workspace.revokes()
    assert await test(token) == "token_revoked"
    slack.workspace.grant(("chat:write",))
    slack.workspace.uninstalls()
    assert await test(slack.token) == "account_inactive"
    assert await refusal(client.api_call("no.such")) == "unknown_method"


async def test_the_app_hears_that_it_was_taken_out(slack: SlackServer) -> None:
    slack.workspace.uninstalls()
    kinds = [each.payload["event"]["type"] for each in slack.deliveries.all]
    assert kinds == ["tokens_revoked", "app_uninstalled"]
    slack.workspace.uninstalls()
    assert len(slack.deliveries.all) == 2


async def test_a_scope_is_missing() -> None:
    async with SlackServer(app=App(scopes=("chat:write",))) as slack:
        alice = slack.workspace.person("Alice")
        client = AsyncWebClient(slack.token, base_url=slack.base_url)
        await client.chat_postMessage(channel=alice.id, text="x")
        assert await refusal(client.users_info(user=alice.id)) == "missing_scope"
        history = client.conversations_history(channel=alice.chat.id)
        assert await refusal(history) == "missing_scope"
        assert slack.refused[0][1]["needed"] == "users:read"


async def test_people_are_described(
    slack: SlackServer, client: AsyncWebClient, alice: Person
) -> None:
    told = (await client.users_info(user=alice.id, include_locale=True))["user"]
    assert (told["tz"], told["tz_offset"], told["locale"]) == ("Europe/Lisbon", 0, "pt-PT")
    assert told["tz_label"] == "WET time"
    assert (told["is_admin"], told["is_owner"], told["is_restricted"]) == (True, False, False)
    guest = slack.workspace.person("Guest", single_channel_guest=True)
    stranger = slack.workspace.person("Else", stranger=True)
    told = (await client.users_info(user=guest.id))["user"]
    assert (told["is_restricted"], told["is_ultra_restricted"]) == (True, True)
    assert "locale" not in told
    told = (await client.users_info(user=stranger.id))["user"]
    assert told["is_stranger"] is True
    assert told["team_id"] != slack.workspace.id
    assert await refusal(client.users_info(user="U404")) == "user_not_found"
    listed = await client.users_list(limit=2)
    assert len(listed["members"]) == 2
    rest = await client.users_list(cursor=listed["response_metadata"]["next_cursor"])
    assert [each["id"] for each in rest["members"]] == [stranger.id]
    guest.deactivates()
    assert await refusal(client.conversations_open(users=guest.id)) == "user_disabled"


async def test_channels_are_described(
    slack: SlackServer, client: AsyncWebClient, alice: Person, bob: Person
) -> None:
    team = slack.workspace.channel("team", alice, bob)
    told = (await client.conversations_info(channel=team.id))["channel"]
    assert (told["name"], told["is_member"], told["num_members"]) == ("team", True, 3)
    members = (await client.conversations_members(channel=team.id, limit=2))["members"]
    assert members == [alice.id, bob.id]
    told = (await client.conversations_info(channel=alice.chat.id))["channel"]
    assert (told["is_im"], told["user"]) == (True, alice.id)
    assert (await client.team_info())["team"]["domain"] == "acme"


@OF_THE_SDK
async def test_an_app_is_installed(slack: SlackServer, client: AsyncWebClient) -> None:
    beta = slack.add_workspace("Beta")
    dora = beta.person("Dora", owner=True)
    app = slack.app
    url = AuthorizeUrlGenerator(
        client_id=app.client_id,
        scopes=["chat:write", "users:read"],
        redirect_uri="https://pixie.example/slack/oauth_redirect",
    ).generate("a state")
    led = slack.installs(dora, url)
    assert led.startswith("https://pixie.example/slack/oauth_redirect?code=")
    assert "state=a+state" in led
    code = led.partition("code=")[2].partition("&")[0]

    def exchange(**given: Any) -> Any:
        asked = {
            "client_id": app.client_id,
            "client_secret": app.client_secret,
            "code": code,
            "redirect_uri": "https://pixie.example/slack/oauth_redirect",
        }
        return client.oauth_v2_access(**{**asked, **given})

    assert await refusal(exchange(client_secret="x")) == "bad_client_secret"
    assert await refusal(exchange(client_id="x")) == "invalid_client_id"
    assert await refusal(exchange(redirect_uri="https://else.example")) == "bad_redirect_uri"
    assert await refusal(exchange(code="x")) == "invalid_code"
    told = await exchange()
    assert (told["team"]["id"], told["authed_user"]["id"]) == (beta.id, dora.id)
    assert told["scope"] == "chat:write,users:read"
    assert (await client.auth_test(token=told["access_token"]))["team_id"] == beta.id
    assert await refusal(exchange()) == "code_already_used"
    assert "error=access_denied" in slack.oauth.deny(url)
    with pytest.raises(ApiError, match="invalid_client_id"):
        slack.installs(dora, url.replace(app.client_id, "1.2"))


@OF_THE_SDK
async def test_tokens_are_rotated(clock: FakeClock) -> None:
    app = App(rotates_tokens=True)
    async with SlackServer(clock=clock, app=app, installed=False) as slack:
        client = AsyncWebClient(base_url=slack.base_url)
        boss = slack.workspace.person("Boss", owner=True)
        url = f"https://x?client_id={app.client_id}&scope=chat:write&redirect_uri=https://y"
        code = slack.installs(boss, url).partition("code=")[2].partition("&")[0]
        known = {"client_id": app.client_id, "client_secret": app.client_secret}
        first = await client.oauth_v2_access(code=code, redirect_uri="https://y", **known)
        assert first["expires_in"] == 43_200
        clock.advance(hours=11)
        refresh = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
        second = await client.oauth_v2_access(**known, **refresh)
        assert await refusal(client.oauth_v2_access(**known, **refresh)) == (
            "invalid_refresh_token"
        )
        clock.advance(hours=1)
        expired = client.auth_test(token=first["access_token"])
        assert await refusal(expired) == "token_expired"
        assert (await client.auth_test(token=second["access_token"]))["ok"]


async def test_a_token_is_revoked_by_the_app(slack: SlackServer, client: AsyncWebClient) -> None:
    assert (await client.auth_revoke(test=True))["revoked"] is False
    assert (await client.auth_revoke())["revoked"] is True
    assert await refusal(client.auth_test()) == "account_inactive"


async def test_files_are_fetched_with_a_token(slack: SlackServer, alice: Person) -> None:
    shared = alice.shares("week.ics", b"BEGIN:VCALENDAR", mimetype="text/calendar", text="here")
    file = shared.json["files"][0]
    assert file["url_private"].startswith(slack.url)
    headers = {"Authorization": f"Bearer {slack.token}"}
    async with aiohttp.ClientSession() as session:
        async with session.get(file["url_private"], headers=headers) as answer:
            assert await answer.read() == b"BEGIN:VCALENDAR"
        async with session.get(file["url_private"]) as answer:
            assert (answer.status, answer.content_type) == (200, "text/html")
    client = AsyncWebClient(slack.token, base_url=slack.base_url)
    assert (await client.files_info(file=file["id"]))["file"]["name"] == "week.ics"


async def test_chats_are_listed_without_what_was_said_in_them(
    slack: SlackServer, client: AsyncWebClient, alice: Person, bob: Person
) -> None:
    alice.says("hello")
    slack.workspace.im(bob.id)
    first = await client.conversations_list(types="im", limit=1)
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_list(types="im", limit=1, cursor=cursor)
    assert not second["response_metadata"]["next_cursor"]
    chats = [*first["channels"], *second["channels"]]
    assert [(each["id"], each["user"]) for each in chats] == [
        (alice.chat.id, alice.id),
        (bob.chat.id, bob.id),
    ]
    assert all(each["is_im"] and "latest" not in each for each in chats)
    assert await refusal(client.conversations_list(types="dm")) == "invalid_types"
    slack.workspace.channel("general", alice)
    (public,) = (await client.conversations_list())["channels"]
    assert public["name"] == "general"
    token = slack.workspace.grant(("im:history",)).token
    assert await refusal(client.conversations_list(types="im", token=token)) == "missing_scope"
