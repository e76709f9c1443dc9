"""Which bot Pixie is on Telegram. Without the library, which takes long to import."""

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class TelegramSettings(BaseSettings):
    """The bot and where its API is."""

    model_config = SettingsConfigDict(env_prefix="PIXIE_", extra="ignore")

    telegram_token: SecretStr | None = None
    """The token that @BotFather gives for a bot; with it, Pixie is on Telegram."""
    telegram_api: str = "https://api.telegram.org"
    """Where the Bot API is; another one for a Bot API server of one's own."""
