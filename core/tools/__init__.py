"""Every tool: one file each, found by looking in this folder."""

import importlib
import pkgutil

from core.tool import Tool


def load() -> dict[str, Tool]:
    """All tools by name."""
    found: dict[str, Tool] = {}
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        found |= {item.name: item for item in vars(module).values() if isinstance(item, Tool)}
    return dict(sorted(found.items()))
