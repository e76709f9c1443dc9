"""Which settings make an app on Slack."""

import pytest
from pydantic import ValidationError

from adapters.slack.settings import SlackSettings
from core.errors import ConfigError

KEY = "k" * 43 + "="
BOT, APP = "xoxb-1-2-abc", "xapp-1-A1-2-abc"
SECRET = "0123456789abcdef" * 2
URL = "https://pixie.example.org"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    import os

    for name in list(os.environ):
        if name.startswith("PIXIE_SLACK_"):
            monkeypatch.delenv(name)
    return monkeypatch


def settings(monkeypatch: pytest.MonkeyPatch, **values: str) -> SlackSettings:
    for name, value in values.items():
        monkeypatch.setenv(f"PIXIE_SLACK_{name.upper()}", value)
    return SlackSettings()


def test_without_settings_slack_is_off() -> None:
    found = SlackSettings()
    assert (found.on, found.many, found.keys()) == (False, False, ())
    found.check("")


def test_two_tokens_are_enough(bare: pytest.MonkeyPatch) -> None:
    found = settings(bare, bot_token=f" {BOT} ", app_token=APP, signing_secret=" ")
    assert found.on
    assert not found.many
    assert not found.slack_guests
    found.check("")


@pytest.mark.parametrize(
    ("token", "app"), [(APP, "A1"), ("xapp-A1", ""), ("xapp-1-B2-3-c", ""), ("", "")]
)
def test_the_app_token_tells_the_app(token: str, app: str, bare: pytest.MonkeyPatch) -> None:
    assert settings(bare, app_token=token).app_id == app


@pytest.mark.parametrize(
    ("values", "public_url", "setting"),
    [
        ({"bot_token": BOT}, "", "PIXIE_SLACK_APP_TOKEN"),
        ({"bot_token": BOT}, URL, "PIXIE_SLACK_APP_TOKEN"),
        ({"bot_token": BOT, "signing_secret": SECRET}, "", "PIXIE_SLACK_APP_TOKEN"),
        ({"app_token": APP}, "", "PIXIE_SLACK_BOT_TOKEN"),
        ({"client_secret": SECRET}, "", "PIXIE_SLACK_CLIENT_ID"),
        ({"client_id": "1.2"}, URL, "PIXIE_SLACK_CLIENT_SECRET"),
        ({"client_id": "1.2", "client_secret": SECRET, "app_token": APP}, "", "PIXIE_PUBLIC_URL"),
        ({"client_id": "1.2", "bot_token": BOT}, URL, "PIXIE_SLACK_BOT_TOKEN"),
        ({"client_id": "1.2", "client_secret": SECRET}, URL, "PIXIE_SLACK_SIGNING_SECRET"),
        (
            {"client_id": "1.2", "client_secret": SECRET, "signing_secret": SECRET},
            URL,
            "PIXIE_SLACK_ENCRYPTION_KEYS",
        ),
    ],
)
def test_what_is_missing_is_named(
    bare: pytest.MonkeyPatch, values: dict[str, str], public_url: str, setting: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        settings(bare, **values).check(public_url)
    assert caught.value.setting == setting


def test_many_workspaces_by_http(bare: pytest.MonkeyPatch) -> None:
    found = settings(
        bare,
        client_id="1.2",
        client_secret=SECRET,
        signing_secret=SECRET,
        encryption_keys=f"{KEY}, {'o' * 43}=,",
    )
    found.check(URL)
    assert found.on
    assert found.many
    assert found.keys() == (KEY, "o" * 43 + "=")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("bot_token", "xapp-secret"),
        ("bot_token", "xoxb-secret\nxoxb"),
        ("app_token", "xoxb-secret"),
        ("signing_secret", "secret"),
        ("client_id", "secret"),
        ("client_secret", "se cret"),
        ("encryption_keys", "secret"),
        ("encryption_keys", f"{KEY},secret🔑"),
        ("base_url", "https://slack.com"),
    ],
)
def test_what_is_wrong_is_named_and_not_shown(
    bare: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        settings(bare, **{name: value})
    [error] = caught.value.errors(include_input=False)
    assert error["loc"] == (f"slack_{name}",)
    assert "secret" not in error["msg"].casefold().replace("“signing secret”", "").replace(
        "“client secret”", ""
    )
