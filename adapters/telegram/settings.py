"""Which bot Pixie is on Telegram. Without the library, which takes long to import."""

import re
from typing import Annotated

from pydantic import AfterValidator, SecretStr
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

BASE_URL = "https://api.telegram.org/bot"
TOKEN_SETTING = "PIXIE_TELEGRAM_TOKEN"  # noqa: S105 - the setting's name


def _token(token: SecretStr | None) -> SecretStr | None:
    """As BotFather gives it: the bot's number, a colon, letters. Never shown, even when wrong."""
    if token is None or not (given := token.get_secret_value().strip()):
        return None
    if not re.fullmatch(r"\d+:[\w-]+", given, re.ASCII):
        raise PydanticCustomError(
            "telegram_token", "It must look like 110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
        )
    return SecretStr(given)


def _base_url(url: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?/bot", url):
        raise PydanticCustomError("telegram_base_url", f"It must look like {BASE_URL}")
    return url


class TelegramSettings(BaseSettings):
    """The bot, and where its API is."""

    model_config = SettingsConfigDict(env_prefix="PIXIE_", extra="ignore")

    telegram_token: Annotated[SecretStr | None, AfterValidator(_token)] = None
    """The token that @BotFather gave for a bot; with one, Pixie is on Telegram."""
    telegram_base_url: Annotated[str, AfterValidator(_base_url)] = BASE_URL
    """Where the Bot API is, up to and with `/bot`; another one for a Bot API server of one's
    own."""

    def base_file_url(self) -> str:
        """Where files are fetched: https://core.telegram.org/bots/api#getfile."""
        return f"{self.telegram_base_url.removesuffix('/bot')}/file/bot"
