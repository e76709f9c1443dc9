"""How many tokens a text and the fixed part of the prompt take (o200k_base, counted offline)."""

import json
import warnings
from functools import cache
from typing import Any

import core.tools
from core.prompt import STABLE


@cache
def _encoding() -> Any:
    with warnings.catch_warnings():
        # it opens its tables by a deprecated function of importlib.resources
        warnings.simplefilter("ignore", DeprecationWarning)
        import bpe_openai

        return bpe_openai.get_encoding("o200k_base")


def tokens(text: str) -> int:
    return len(_encoding().encode(text))


def fixed() -> int:
    """The instructions and every tool's schema, as they go to a model."""
    specs = [tool.spec() for tool in core.tools.load().values() if tool.for_models]
    schemas = [
        {"name": spec.name, "description": spec.description, "parameters": spec.parameters}
        for spec in specs
    ]
    return tokens(STABLE) + tokens(json.dumps(schemas, separators=(",", ":")))
