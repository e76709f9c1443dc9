"""Which language models answer: read from the settings, built here for `main` and `doctor`."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters.anthropic_llm import AnthropicLLM, AnthropicSettings
from adapters.openai_llm import OpenAILLM, OpenAISettings
from core.accounts import RowAccounts
from core.budget import Limits
from core.errors import ConfigError
from core.models import Models, Patience
from core.ports import Clock, Model, Store
from core.prices import Prices
from core.routing import Tier

DEFAULTS = {
    "anthropic": {Tier.QUICK: "claude-haiku-5-5", Tier.DEEP: "claude-sonnet-5-5"},
    "openai": {Tier.QUICK: "gpt-6-luna", Tier.DEEP: "gpt-6-sol"},
}
MICRO = 1_000_000
MOST_OUTPUT = {Tier.QUICK: 2048, Tier.DEEP: 4096}
"""Tokens of one answer, thinking included."""


class ModelSettings(BaseSettings):
    """Which models answer what the built-in understanding does not, and what they may cost."""

    model_config = SettingsConfigDict(env_prefix="PIXIE_", extra="ignore")

    models_quick: str = ""
    """For everyday messages: `vendor:model`, several with commas in order of preference. Vendors
    are anthropic and openai (with PIXIE_OPENAI_BASE_URL any server that speaks its API)."""
    models_deep: str = ""
    """For long and open questions, as above."""
    models_first_seconds: float = Field(default=8, gt=0)
    """Seconds until a model's first sign of life; then the next model is asked."""
    models_gap_seconds: float = Field(default=9, gt=0)
    """Seconds between two signs of life."""
    models_whole_seconds: float = Field(default=60, gt=0)
    """Seconds for all that models are asked for one message."""
    budget_person_month: Decimal | None = Field(default=None, ge=0)
    """Dollars a month that models may cost for one person; empty for no limit."""
    budget_day: Decimal | None = Field(default=None, ge=0)
    """Dollars a day (UTC) that models may cost for everyone together; empty for no limit."""
    unpriced_call: Decimal = Field(default=Decimal("0.05"), ge=0)
    """Dollars that a call of a model without a known price counts against budgets."""
    prices: Path | None = None
    """A file with prices that differ from core/prices.toml, in the same form."""

    def limits(self) -> Limits:
        """In micro-dollars."""
        return Limits(
            person_month=_micro(self.budget_person_month), instance_day=_micro(self.budget_day)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class VendorSettings:
    """How each vendor is reached."""

    anthropic: AnthropicSettings
    openai: OpenAISettings

    @property
    def reached(self) -> tuple[str, ...]:
        """Vendors with a key or an address."""
        found = []
        if self.anthropic.anthropic_key is not None:
            found.append("anthropic")
        if self.openai.openai_key is not None or self.openai.openai_base_url:
            found.append("openai")
        return tuple(found)


def chosen(settings: ModelSettings, vendors: VendorSettings) -> dict[Tier, tuple[str, ...]]:
    """The models of each tier by name. Raises `ConfigError` that names the wrong setting.

    With a key and no choice, each tier has its vendor's default, which another server at
    PIXIE_OPENAI_BASE_URL would not have; a tier that is not chosen has what was chosen for the
    other.
    """
    named = {
        Tier.QUICK: _named("PIXIE_MODELS_QUICK", settings.models_quick),
        Tier.DEEP: _named("PIXIE_MODELS_DEEP", settings.models_deep),
    }
    if any(named.values()):
        return {tier: names or named[_other(tier)] for tier, names in named.items()}
    if vendors.openai.openai_base_url:
        raise ConfigError(
            "PIXIE_MODELS_QUICK",
            "name the model that the server at PIXIE_OPENAI_BASE_URL has, such as openai:llama3.3.",
        )
    return {
        tier: tuple(f"{vendor}:{DEFAULTS[vendor][tier]}" for vendor in vendors.reached)
        for tier in named
    }


def build(
    settings: ModelSettings, vendors: VendorSettings, store: Store, clock: Clock
) -> Models | None:
    """The models, or None when there are none. Nothing is imported or asked yet.

    Raises `ConfigError` that names the wrong setting.
    """
    tiers = made(settings, vendors)
    if not any(tiers.values()):
        return None
    patience = Patience(
        first=settings.models_first_seconds,
        gap=settings.models_gap_seconds,
        whole=settings.models_whole_seconds,
    )
    accounts = RowAccounts(
        store,
        clock,
        prices=Prices.load(settings.prices),
        limits=settings.limits(),
        unpriced=_micro(settings.unpriced_call) or 0,
    )
    return Models(tiers, clock=clock, accounts=accounts, patience=patience)


def made(settings: ModelSettings, vendors: VendorSettings) -> dict[Tier, list[Model]]:
    """The models of each tier; one that is in both is made once. Raises `ConfigError`."""
    names = chosen(settings, vendors)
    known: dict[str, Model] = {}
    for tier, setting in ((Tier.QUICK, "PIXIE_MODELS_QUICK"), (Tier.DEEP, "PIXIE_MODELS_DEEP")):
        for name in names[tier]:
            if name not in known:
                known[name] = _model(name, tier, setting, settings, vendors)
    return {tier: [known[name] for name in names[tier]] for tier in names}


def _model(
    name: str, tier: Tier, setting: str, settings: ModelSettings, vendors: VendorSettings
) -> Model:
    vendor, _, model = name.partition(":")
    most, whole = MOST_OUTPUT[tier], settings.models_whole_seconds
    if vendor == "anthropic":
        if vendors.anthropic.anthropic_key is None:
            raise ConfigError("PIXIE_ANTHROPIC_KEY", f"{setting} names {name}: set its key.")
        return AnthropicLLM(
            model, vendors.anthropic, max_tokens=most, timeout=whole, setting=setting
        )
    if vendors.openai.openai_key is None and not vendors.openai.openai_base_url:
        raise ConfigError(
            "PIXIE_OPENAI_KEY",
            f"{setting} names {name}: set its key, or PIXIE_OPENAI_BASE_URL of your own server.",
        )
    return OpenAILLM(model, vendors.openai, setting=setting, max_tokens=most, timeout=whole)


def _named(setting: str, text: str) -> tuple[str, ...]:
    names: Sequence[str] = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        vendor, colon, model = name.partition(":")
        if vendor not in DEFAULTS or not colon or not model.strip():
            raise ConfigError(
                setting,
                f"“{name}” is not a model: write it like anthropic:claude-haiku-5-5 "
                "or openai:gpt-6-luna.",
            )
    return tuple(dict.fromkeys(names))


def _other(tier: Tier) -> Tier:
    return Tier.DEEP if tier is Tier.QUICK else Tier.QUICK


def _micro(dollars: Decimal | None) -> int | None:
    return None if dollars is None else int(dollars * MICRO)
