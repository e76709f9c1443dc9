"""Which app Pixie is on Slack. Without the library, which takes long to import."""

import base64
import binascii
import re
from typing import Annotated

from pydantic import AfterValidator, SecretStr
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import ConfigError

BASE_URL = "https://slack.com/api/"
BOT_TOKEN_SETTING = "PIXIE_SLACK_BOT_TOKEN"  # noqa: S105 - the setting's name
APP_TOKEN_SETTING = "PIXIE_SLACK_APP_TOKEN"  # noqa: S105 - the setting's name
SIGNING_SECRET_SETTING = "PIXIE_SLACK_SIGNING_SECRET"  # noqa: S105 - the setting's name
CLIENT_ID_SETTING = "PIXIE_SLACK_CLIENT_ID"
CLIENT_SECRET_SETTING = "PIXIE_SLACK_CLIENT_SECRET"  # noqa: S105 - the setting's name
PUBLIC_URL_SETTING = "PIXIE_PUBLIC_URL"
KEYS_SETTING = "PIXIE_SLACK_ENCRYPTION_KEYS"
NEW_KEY = "openssl rand -base64 32 | tr '+/' '-_'"
"""Prints a Fernet key."""


def _shaped(pattern: str, example: str) -> AfterValidator:
    """None for what is blank. Never shows what it was given, even when that is wrong."""

    def check(secret: SecretStr | None) -> SecretStr | None:
        if secret is None or not (given := secret.get_secret_value().strip()):
            return None
        if not re.fullmatch(pattern, given, re.ASCII):
            raise PydanticCustomError("slack_setting", f"It must look like {example}")
        return SecretStr(given)

    return AfterValidator(check)


def _keys(secret: SecretStr | None) -> SecretStr | None:
    """Fernet keys, https://github.com/fernet/spec: 32 bytes in URL-safe base64, with padding."""
    if secret is None:
        return None
    keys = [key for part in secret.get_secret_value().split(",") if (key := part.strip())]
    for key in keys:
        try:
            good = len(base64.b64decode(key, altchars=b"-_", validate=True)) == 32
        except (binascii.Error, ValueError):
            good = False
        if not good:
            raise PydanticCustomError(
                "slack_keys", f"Each key is what “{NEW_KEY}” prints; several have commas between"
            )
    return SecretStr(",".join(keys)) if keys else None


def _base_url(url: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?/api/", url):
        raise PydanticCustomError("slack_base_url", f"It must look like {BASE_URL}")
    return url


class SlackSettings(BaseSettings):
    """The app, and where its API is. Values that are wrong are never shown."""

    model_config = SettingsConfigDict(env_prefix="PIXIE_", extra="ignore")

    slack_bot_token: Annotated[
        SecretStr | None, _shaped(r"xoxb-[\w-]+", "xoxb-…, the “Bot User OAuth Token”")
    ] = None
    """The token that the app got when it was installed; with one, Pixie is on Slack."""
    slack_app_token: Annotated[
        SecretStr | None,
        _shaped(r"xapp-[\w-]+", "xapp-…, the app-level token with connections:write"),
    ] = None
    """The app-level token; with one, events come through a socket and no public URL is needed."""
    slack_signing_secret: Annotated[
        SecretStr | None, _shaped(r"[0-9A-Za-z]{16,128}", "the “Signing Secret” of the app")
    ] = None
    """What requests are signed with when they come to `PIXIE_PUBLIC_URL`."""
    slack_client_id: Annotated[
        SecretStr | None, _shaped(r"\d+\.\d+", "the “Client ID” of the app, 1234.5678")
    ] = None
    """With the client secret, any workspace can install the app at `/slack/install`."""
    slack_client_secret: Annotated[
        SecretStr | None, _shaped(r"[0-9A-Za-z]{16,128}", "the “Client Secret” of the app")
    ] = None
    """What proves to Slack that the app is who it says."""
    slack_encryption_keys: Annotated[SecretStr | None, AfterValidator(_keys)] = None
    """Fernet keys that tokens of installed workspaces are kept under, newest first, with commas
    between: to change keys, put a new one in front."""
    slack_guests: bool = False
    """Let guests, and strangers from connected workspaces, have a secretary too."""
    slack_base_url: Annotated[str, AfterValidator(_base_url)] = BASE_URL
    """Where the Web API is."""

    @property
    def on(self) -> bool:
        """Pixie is on Slack."""
        return self.slack_bot_token is not None or self.many

    @property
    def many(self) -> bool:
        """Workspaces install the app by themselves."""
        return self.slack_client_id is not None

    @property
    def app_id(self) -> str:
        """The app's id as its app-level token tells it (xapp-1-A0123-…); "" without one."""
        token = self.slack_app_token.get_secret_value() if self.slack_app_token else ""
        found = re.match(r"xapp-\d+-(A[0-9A-Z]+)-", token, re.ASCII)
        return found[1] if found else ""

    def keys(self) -> tuple[str, ...]:
        """The encryption keys, newest first."""
        given = self.slack_encryption_keys
        return tuple(given.get_secret_value().split(",")) if given else ()

    def check(self, public_url: str) -> None:
        """Raises ConfigError when what is set does not work together. `public_url` may be ""."""
        if self.many:
            self._check_many(public_url)
        elif self.slack_client_secret is not None:
            raise ConfigError(CLIENT_ID_SETTING, "Set the “Client ID” that goes with the secret.")
        by_http = self.slack_signing_secret is not None and public_url
        if self.on and self.slack_app_token is None and not by_http:
            raise ConfigError(
                APP_TOKEN_SETTING,
                "Set an app-level token (xapp-…), or for HTTP both "
                f"{SIGNING_SECRET_SETTING} and {PUBLIC_URL_SETTING}.",
            )
        if not self.on and self.slack_app_token is not None:
            raise ConfigError(
                BOT_TOKEN_SETTING, "Set the “Bot User OAuth Token” (xoxb-…) of the installed app."
            )

    def _check_many(self, public_url: str) -> None:
        if self.slack_bot_token is not None:
            raise ConfigError(
                BOT_TOKEN_SETTING,
                f"Unset it: with {CLIENT_ID_SETTING} every workspace has a token of its own.",
            )
        if self.slack_client_secret is None:
            raise ConfigError(
                CLIENT_SECRET_SETTING, "Set the “Client Secret” that goes with the client id."
            )
        if not public_url:
            raise ConfigError(
                PUBLIC_URL_SETTING, "Set where people install the app: https://pixie.example.org"
            )
        if self.slack_signing_secret is None:
            raise ConfigError(SIGNING_SECRET_SETTING, "Set the “Signing Secret” of the app.")
        if self.slack_encryption_keys is None:
            raise ConfigError(KEYS_SETTING, f"Set a key for the tokens, made by: {NEW_KEY}")
