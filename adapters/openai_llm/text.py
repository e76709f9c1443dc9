"""Text that servers, templates and databases take."""

from typing import Any


def clean(text: str) -> str:
    """Without NUL and lone surrogates, which servers and databases refuse."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")


def cleaned(value: Any) -> Any:
    """JSON with clean strings only."""
    match value:
        case str():
            return clean(value)
        case dict():
            return {clean(str(key)): cleaned(one) for key, one in value.items()}
        case list() | tuple():
            return [cleaned(one) for one in value]
        case _:
            return value
