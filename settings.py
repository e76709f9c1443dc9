"""Every part's settings, read together from the environment and the file .env."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters.anthropic_llm import AnthropicSettings
from adapters.embeddings import EmbeddingSettings
from adapters.openai_llm import OpenAISettings
from adapters.qdrant import QdrantSettings
from adapters.slack.settings import SlackSettings
from adapters.telegram.settings import TelegramSettings
from adapters.transcription import TranscriptionSettings
from bots.web.settings import WebSettings
from core.errors import ConfigError
from model_settings import ModelSettings, VendorSettings

ROOT = Path(__file__).resolve().parent
ENV_FILE = ROOT / ".env"


class Settings(BaseSettings):
    """What belongs to no single part. Every other part has its own small class beside it."""

    model_config = SettingsConfigDict(env_prefix="PIXIE_", extra="ignore")

    data: Path = ROOT / "data"
    """The folder that holds everything Pixie keeps."""
    database_url: SecretStr | None = None
    """postgresql://user:password@host/name; without one, SQLite in the data folder."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """DEBUG, INFO, WARNING or ERROR: what is logged, with all that is graver."""

    def url(self) -> str:
        """Where the rows are."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data / 'pixie.db'}"


@dataclass(frozen=True, kw_only=True, slots=True)
class AllSettings:
    """Every part's settings, read once at the start."""

    pixie: Settings
    web: WebSettings
    embeddings: EmbeddingSettings
    qdrant: QdrantSettings
    models: ModelSettings
    vendors: VendorSettings
    telegram: TelegramSettings = field(default_factory=TelegramSettings)
    slack: SlackSettings = field(default_factory=SlackSettings)


def read_settings() -> AllSettings:
    """The settings from the environment and .env. Raises `ConfigError` that names the wrong one."""
    try:
        return AllSettings(
            pixie=Settings(_env_file=ENV_FILE, _env_ignore_empty=True),
            web=WebSettings(_env_file=ENV_FILE, _env_ignore_empty=True),
            embeddings=EmbeddingSettings(_env_file=ENV_FILE, _env_ignore_empty=True),
            qdrant=QdrantSettings(_env_file=ENV_FILE, _env_ignore_empty=True),
            models=ModelSettings(_env_file=ENV_FILE, _env_ignore_empty=True),
            vendors=VendorSettings(
                anthropic=AnthropicSettings(_env_file=ENV_FILE, _env_ignore_empty=True),
                openai=OpenAISettings(_env_file=ENV_FILE, _env_ignore_empty=True),
                transcription=TranscriptionSettings(_env_file=ENV_FILE, _env_ignore_empty=True),
            ),
            telegram=TelegramSettings(_env_file=ENV_FILE, _env_ignore_empty=True),
            slack=SlackSettings(_env_file=ENV_FILE, _env_ignore_empty=True),
        )
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = "PIXIE_" + "_".join(str(part) for part in first["loc"]).upper()
        raise ConfigError(name, f"{first['msg']}.") from None
