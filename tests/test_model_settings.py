"""Which models the settings choose, and what doctor says of them."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

import doctor
from adapters.anthropic_llm import AnthropicSettings
from adapters.openai_llm import OpenAISettings
from core.errors import ConfigError
from core.routing import Tier
from model_settings import ModelSettings, VendorSettings, chosen, made
from tests.fakes.anthropic_server import AnthropicServer
from tests.fakes.openai_server import OpenAIServer

KEY = SecretStr("sk-ant-123")


def vendors(
    anthropic: SecretStr | None = None, openai: SecretStr | None = None, **urls: str
) -> VendorSettings:
    return VendorSettings(
        anthropic=AnthropicSettings(
            anthropic_key=anthropic, anthropic_base_url=urls.get("anthropic_url", "")
        ),
        openai=OpenAISettings(openai_key=openai, openai_base_url=urls.get("openai_url", "")),
    )


def settings(**values: Any) -> ModelSettings:
    return ModelSettings(**values)


def test_without_a_key_there_is_no_model() -> None:
    assert chosen(settings(), vendors()) == {Tier.QUICK: (), Tier.DEEP: ()}


def test_a_key_is_enough() -> None:
    assert chosen(settings(), vendors(KEY)) == {
        Tier.QUICK: ("anthropic:claude-haiku-5-5",),
        Tier.DEEP: ("anthropic:claude-sonnet-5-5",),
    }
    assert chosen(settings(), vendors(KEY, KEY))[Tier.QUICK] == (
        "anthropic:claude-haiku-5-5",
        "openai:gpt-6-luna",
    )


def test_tiers_of_two_vendors_and_one_tier_for_both() -> None:
    mixed = settings(
        models_quick="openai:gpt-6-luna, anthropic:claude-haiku-5-5",
        models_deep="anthropic:claude-opus-5-5",
    )
    found = made(mixed, vendors(KEY, KEY))
    assert [model.name for model in found[Tier.QUICK]] == [
        "openai:gpt-6-luna",
        "anthropic:claude-haiku-5-5",
    ]
    local = settings(models_quick="openai:llama3.3")
    found = made(local, vendors(openai_url="http://localhost:11434/v1"))
    assert found[Tier.QUICK] == found[Tier.DEEP]


@pytest.mark.parametrize(
    ("values", "given", "setting"),
    [
        ({"models_quick": "claude"}, {"anthropic": KEY}, "PIXIE_MODELS_QUICK"),
        ({"models_deep": "google:gemini"}, {"anthropic": KEY}, "PIXIE_MODELS_DEEP"),
        ({"models_deep": "openai:"}, {"openai": KEY}, "PIXIE_MODELS_DEEP"),
        ({"models_quick": "anthropic:claude-haiku-5-5"}, {}, "PIXIE_ANTHROPIC_KEY"),
        ({"models_quick": "openai:gpt-6-luna"}, {}, "PIXIE_OPENAI_KEY"),
        ({}, {"openai_url": "http://localhost:11434/v1"}, "PIXIE_MODELS_QUICK"),
        ({}, {"openai": KEY, "openai_url": "http://localhost:8000/v1"}, "PIXIE_MODELS_QUICK"),
        ({}, {"anthropic": KEY, "openai": KEY, "openai_url": "http://x/v1"}, "PIXIE_MODELS_QUICK"),
    ],
)
def test_a_wrong_choice_names_its_setting(
    values: dict[str, str], given: dict[str, Any], setting: str
) -> None:
    with pytest.raises(ConfigError) as raised:
        made(settings(**values), vendors(**given))
    assert raised.value.setting == setting


def test_a_server_whose_models_nobody_named_says_how_to_name_one() -> None:
    with pytest.raises(ConfigError, match=r"PIXIE_OPENAI_BASE_URL .* such as openai:llama3\.3"):
        made(settings(), vendors(openai=KEY, openai_url="http://localhost:8000/v1"))


def test_a_gateway_of_anthropic_s_has_the_same_models() -> None:
    reached = vendors(KEY, anthropic_url="https://gateway.example")
    assert chosen(settings(), reached) == chosen(settings(), vendors(KEY))


def test_budgets_are_dollars() -> None:
    limits = settings(budget_person_month=Decimal("2.5"), budget_day=Decimal(10)).limits()
    assert (limits.person_month, limits.instance_day) == (2_500_000, 10_000_000)


async def test_doctor_asks_each_model() -> None:
    async with AnthropicServer() as claude, OpenAIServer() as gpt:
        quick, deep = sorted(claude.models)[0], sorted(gpt.models)[0]
        tiers = settings(models_quick=f"anthropic:{quick}", models_deep=f"openai:{deep}")
        keys = (SecretStr(claude.key), SecretStr(gpt.key))
        urls = {"anthropic_url": claude.url, "openai_url": gpt.url}
        found = await doctor.models(tiers, vendors(*keys, **urls))
        assert [(one.state, one.note) for one in found] == [
            ("ok", f"anthropic:{quick} (quick)"),
            ("ok", f"openai:{deep} (deep)"),
        ]
        found = await doctor.models(tiers, vendors(KEY, keys[1], **urls))
        assert [one.state for one in found] == ["broken", "ok"]
        assert "PIXIE_ANTHROPIC_KEY" in found[0].note


async def test_doctor_without_models_says_how_to_add_one() -> None:
    (found,) = await doctor.models(settings(), vendors())
    assert found.state == "off"
    assert "docs/howto/models.md" in found.note
    (found,) = await doctor.models(settings(prices=Path("/nowhere.toml")), vendors(KEY))
    assert (found.state, "PIXIE_PRICES" in found.note) == ("broken", True)
