"""What the Web API answers when it refuses, in its own words.

https://docs.slack.dev/apis/web-api/#responses; each method's page lists its errors.
"""

from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """A refusal: 200 with `ok` false. `fields` stand beside the error."""

    def __init__(self, error: str, **fields: object) -> None:
        super().__init__(error)
        self.error = error
        self.fields = fields

    @property
    def body(self) -> Json:
        return {"ok": False, "error": self.error, **self.fields}


class RateLimited(ApiError):
    """429 with Retry-After, in whole seconds."""

    def __init__(self, after: int) -> None:
        super().__init__("ratelimited")
        self.after = after


def invalid_arguments(problems: Sequence[str]) -> ApiError:
    """What is wrong with the arguments, each with its place."""
    told = [f"[ERROR] {problem}" for problem in problems]
    return ApiError("invalid_arguments", response_metadata={"messages": told})


def invalid_blocks(problems: Sequence[str]) -> ApiError:
    """What is wrong with a message's blocks, each with its place."""
    told = [f"[ERROR] {problem}" for problem in problems]
    return ApiError("invalid_blocks", errors=list(problems), response_metadata={"messages": told})


def missing_scope(needed: str, provided: Sequence[str]) -> ApiError:
    return ApiError("missing_scope", needed=needed, provided=",".join(provided))
