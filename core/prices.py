"""What a model call costs. The prices are data: `prices.toml` beside this file, dated there."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from pathlib import Path
from typing import Annotated, ClassVar, Self

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from core.errors import ConfigError
from core.values import Tokens

SETTING = "PIXIE_PRICES"
_BUILT_IN = Path(__file__).with_name("prices.toml")
_SNAPSHOT = re.compile(r"-(?:\d{8}|\d{4}-\d{2}-\d{2})$")

Rate = Annotated[Decimal, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
"""Dollars for a million tokens: micro-dollars for one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rates:
    """What tokens cost by their kind. What has no rate of its own costs as much as `input`."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    input: Rate
    """Read anew."""
    output: Rate
    """Written, reasoning included."""
    cached: Rate | None = None
    """Read from the vendor's cache."""
    written: Rate | None = None
    """Read anew and stored in the vendor's cache."""

    def exact(self, tokens: Tokens) -> Decimal:
        """Micro-dollars."""
        fresh = max(0, tokens.input - tokens.cached - tokens.written)
        return (
            fresh * self.input
            + tokens.cached * (self.input if self.cached is None else self.cached)
            + tokens.written * (self.input if self.written is None else self.written)
            + tokens.output * self.output
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Price(Rates):
    """What a model costs; a request that reads more than `above` tokens has other rates, whole."""

    above: Annotated[int, Field(gt=0, strict=True)] | None = None
    long: Rates | None = None

    def __post_init__(self) -> None:
        if (self.above is None) != (self.long is None):
            raise ValueError("above and long belong together")

    def cost(self, tokens: Tokens) -> int:
        """Micro-dollars, rounded up."""
        rates: Rates = self
        if self.above is not None and self.long is not None and tokens.input > self.above:
            rates = self.long
        return int(rates.exact(tokens).to_integral_value(ROUND_CEILING))

    def worst(self, *, read: int, written: int) -> int:
        """The most that a call which reads and writes so many tokens can cost, in micro-dollars."""
        return max(
            self.cost(Tokens(input=read, cached=cached, written=stored, output=written))
            for cached, stored in ((0, 0), (read, 0), (0, read))
        )


_FILE = TypeAdapter(dict[str, dict[str, Price]])


class Prices:
    """Of all models whose price is known."""

    def __init__(self, prices: Mapping[str, Price]) -> None:
        self._prices = dict(prices)

    @classmethod
    def load(cls, override: Path | None = None) -> Self:
        """Pixie's own prices, and those of `override` in their place, model by model.

        Raises `ConfigError` naming PIXIE_PRICES when that file cannot be read.
        """
        prices = _read(_BUILT_IN)
        if override is not None:
            prices |= _read(override)
        return cls(prices)

    def of(self, name: str) -> Price | None:
        """Of "anthropic:claude-haiku-5-5"; a dated snapshot costs what its family does.

        None when it is not known.
        """
        return self._prices.get(name) or self._prices.get(_SNAPSHOT.sub("", name))


def _read(path: Path) -> dict[str, Price]:
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        vendors = _FILE.validate_python(told)
    except OSError as error:
        raise _wrong(path, f"cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise _wrong(path, "is not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise _wrong(path, f"is not TOML ({error})") from error
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = " → ".join(str(part) for part in first["loc"])
        raise _wrong(path, f"is wrong at {where} ({first['msg']})") from error
    return {
        f"{vendor}:{model}": price
        for vendor, models in vendors.items()
        for model, price in models.items()
    }


def _wrong(path: Path, what: str) -> ConfigError:
    return ConfigError(
        SETTING,
        f"{path} {what}. It should hold lines such as “[openai]” and then "
        "“my-model = { input = 0.15, cached = 0.02, output = 0.60 }”, in dollars for a million "
        "tokens.",
    )
