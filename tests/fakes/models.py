"""What the fake model servers follow: what a model says, and how a call goes wrong."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Fault(StrEnum):
    """How a model call can go wrong, whoever the vendor is."""

    LIMITED = "limited"
    """429 with Retry-After."""
    OVERLOADED = "overloaded"
    """The vendor has no room: 529 at Anthropic, 503 at OpenAI."""
    FAILED = "failed"
    """500."""
    TIMEOUT = "timeout"
    """No answer at all while the server is open."""
    STALL = "stall"
    """Stops in the middle of the answer; the connection stays open."""
    CUT = "cut"
    """The connection closes in the middle of the answer."""
    ERROR_EVENT = "error event"
    """An error inside the stream, after some text."""
    MALFORMED_ARGUMENTS = "malformed arguments"
    """A tool call whose arguments are no JSON."""
    MAX_TOKENS = "max tokens"
    """The answer stops at the limit of output tokens."""
    REFUSAL = "refusal"
    """The model itself declines."""
    CONTEXT_TOO_LONG = "context too long"
    """400: the conversation does not fit."""
    UNAUTHORIZED = "unauthorized"
    """401."""
    UNKNOWN_MODEL = "unknown model"
    """404."""
    EMPTY = "empty"
    """A 200 that says nothing and calls nothing."""
    RATE_SENTENCE = "rate sentence"
    """A 200 whose text is only an apology for a rate limit."""


RATE_SENTENCE = "Rate limit reached, please try again later."


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One answer of a model: words, tool calls, or both."""

    text: str = ""
    calls: tuple[tuple[str, dict[str, Any]], ...] = ()
    """Name and arguments of each tool call."""
    thinking: str = ""
    input_tokens: int = 100
    """All that was read, `cached_tokens` included."""
    cached_tokens: int = 0
    output_tokens: int = 20
    pieces: int = 3
    """In how many pieces each text and each tool's arguments are streamed."""


Step = Said | Fault
