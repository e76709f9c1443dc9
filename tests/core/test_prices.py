"""Prices: what calls cost, exactly; files that are wrong; models that are not known."""

from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest
from anthropic.types import Model
from hypothesis import given
from hypothesis import strategies as st
from openai.types.shared import ChatModel

from core.errors import ConfigError
from core.prices import Price, Prices, Rates
from core.values import Tokens

HAIKU = "anthropic:claude-haiku-5-5"
COUNTS = st.integers(0, 2_000_000)


@pytest.fixture(scope="module")
def prices() -> Prices:
    return Prices.load(None)


def written(folder: Path, text: str) -> Path:
    path = folder / "prices.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "tokens", "cost"),
    [
        (HAIKU, Tokens(), 0),
        (HAIKU, Tokens(input=1), 1),
        (HAIKU, Tokens(input=10), 1),
        (HAIKU, Tokens(input=11), 2),
        (HAIKU, Tokens(input=1000, cached=900, output=20), 29),
        (HAIKU, Tokens(input=1000, written=1000), 125),
        (HAIKU, Tokens(input=100_000, output=1), 10_001),
        (HAIKU, Tokens(input=100_001, output=2), 50_006),
        (HAIKU, Tokens(input=200_000, cached=200_000), 10_000),
        ("anthropic:claude-opus-5-5", Tokens(input=1_000_000, output=1_000_000), 24_000_000),
        ("openai:gpt-6.2-sol", Tokens(input=272_001), 1_088_004),
        ("openai:gpt-5-mini", Tokens(input=1000, written=1000), 250),
    ],
)
def test_what_calls_cost(prices: Prices, name: str, tokens: Tokens, cost: int) -> None:
    price = prices.of(name)
    assert price is not None
    assert price.cost(tokens) == cost


@pytest.mark.parametrize(
    ("snapshot", "family"),
    [
        ("anthropic:claude-haiku-5-5-20260301", HAIKU),
        ("anthropic:claude-opus-4-5-20251101", "anthropic:claude-opus-4-5"),
        ("openai:gpt-5.4-mini-2026-03-17", "openai:gpt-5.4-mini"),
        ("openai:o3-2025-04-16", "openai:o3"),
    ],
)
def test_a_snapshot_costs_what_its_family_does(prices: Prices, snapshot: str, family: str) -> None:
    assert prices.of(snapshot) is prices.of(family) is not None


@pytest.mark.parametrize(
    "name",
    [
        "",
        "anthropic:",
        "claude-haiku-5-5",
        "openai:claude-haiku-5-5",
        "openai:llama3.2:3b",
        "openai:gpt-6-luna-pro",
        "anthropic:claude-haiku-5-5-2026",
        "anthropic:claude-haiku-5-5-20260301-20260301",
        "anthropic:claude-haiku-5-5\x00",
        "openai:🙂",
    ],
)
def test_what_is_not_known_has_no_price(prices: Prices, name: str) -> None:
    assert prices.of(name) is None


def test_what_stands_in_the_file_is_what_the_vendors_list(prices: Prices) -> None:
    listed = {f"anthropic:{name}" for name in get_args(get_args(Model)[0])}
    listed |= {f"openai:{name}" for name in get_args(ChatModel)}
    assert set(prices._prices) <= listed


@given(input_=COUNTS, cached=COUNTS, stored=COUNTS, output=COUNTS)
def test_a_cost_is_never_below_what_is_exact_nor_a_micro_dollar_above(
    input_: int, cached: int, stored: int, output: int
) -> None:
    long = Rates(input=Decimal("0.3"), output=Decimal(7))
    price = Price(
        input=Decimal("0.1"), cached=Decimal("0.01"), output=Decimal("0.55"), above=9000, long=long
    )
    tokens = Tokens(input=input_, cached=cached, written=stored, output=output)
    exact = (long if input_ > 9000 else price).exact(tokens)
    assert exact <= price.cost(tokens) < exact + 1
    within = cached + stored <= input_
    assert not within or price.cost(tokens) <= price.worst(read=input_, written=output)


def test_another_file_wins_model_by_model(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
        [anthropic]
        claude-haiku-5-5 = { input = 0.2, output = 1 }
        [openai]
        "llama3.2:3b" = { input = 0, output = 0 }
        """,
    )
    prices = Prices.load(path)
    assert prices.of(HAIKU) == Price(input=Decimal("0.2"), output=Decimal(1))
    local = prices.of("openai:llama3.2:3b")
    assert local is not None
    assert local.cost(Tokens(input=10**9, output=10**9)) == 0
    assert prices.of("openai:gpt-6-luna") == Prices.load(None).of("openai:gpt-6-luna")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("[openai", "is not TOML"),
        ("openai = 3", "openai"),
        ("[openai]\nx = 3", "openai → x"),
        ("[openai]\nx = { input = 1 }", "openai → x → output"),
        ("[openai]\nx = { input = 1, output = 1, price = 2 }", "openai → x → price"),
        ("[openai]\nx = { input = -1, output = 1 }", "openai → x → input"),
        ("[openai]\nx = { input = inf, output = 1 }", "openai → x → input"),
        ("[openai]\nx = { input = nan, output = 1 }", "openai → x → input"),
        ("[openai]\nx = { input = true, output = 1 }", "openai → x → input"),
        ("[openai]\nx = { input = 1e30, output = 1 }", "openai → x → input"),
        ("[openai]\nx = { input = 'free', output = 1 }", "openai → x → input"),
        ("[openai]\nx = { input = 1, output = 1, above = 5 }", "above and long"),
        ("[openai]\nx = { input = 1, output = 1, above = 0.5 }", "above"),
    ],
)
def test_a_file_that_is_wrong_is_named(tmp_path: Path, text: str, hint: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConfigError) as raised:
        Prices.load(path)
    assert raised.value.setting == "PIXIE_PRICES"
    assert hint in raised.value.mend
    assert str(path) in raised.value.mend


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"PIXIE_PRICES.*cannot be read"):
        Prices.load(tmp_path / "nowhere.toml")
    with pytest.raises(ConfigError, match=r"PIXIE_PRICES.*cannot be read"):
        Prices.load(tmp_path)
    path = tmp_path / "latin"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not UTF-8"):
        Prices.load(path)
