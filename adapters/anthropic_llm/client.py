"""The connection to Claude, and what its errors mean to Pixie."""

import asyncio
import json
import logging
import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import suppress
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters.anthropic_llm.answer import Answer
from adapters.anthropic_llm.request import VENDOR, fingerprint, rendered
from core.errors import Declined, EdgeError, Refused, TooLong, Unauthorized, Unavailable
from core.ports import Ask
from core.values import AssistantTurn

if TYPE_CHECKING:
    from anthropic import APIStatusError, AsyncAnthropic, AsyncStream
    from anthropic.types import RawMessageStreamEvent

URL = "https://api.anthropic.com"
KEY_SETTING = "PIXIE_ANTHROPIC_KEY"
URL_SETTING = "PIXIE_ANTHROPIC_BASE_URL"
CONNECT = 5.0
"""Seconds to open a connection."""
DRAIN = 0.2
"""Seconds for the end of a finished answer's body, after which its connection serves again."""

STATUSES = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "conflict_error": 409,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
"""Of an error that comes inside a stream, https://platform.claude.com/docs/en/api/errors."""

_TOO_LONG = re.compile(r"too long|context (?:window|length|limit)|too many tokens", re.IGNORECASE)
_NO_CREDIT = re.compile(r"credit balance", re.IGNORECASE)


class AnthropicSettings(BaseSettings):
    """How Pixie reaches Claude."""

    model_config = SettingsConfigDict(env_prefix="PIXIE_", extra="ignore")

    anthropic_key: SecretStr | None = None
    """Of an account at Anthropic; with one, Claude answers."""
    anthropic_base_url: str = ""
    """Of a gateway that speaks the Messages API, without /v1; empty for Anthropic itself."""


class AnthropicLLM:
    """`core.ports.LLM` on one Claude model.

    Raises `Unavailable` (also for a timeout or a cut: asking again changes nothing), `TooLong`,
    `Declined`, `Unauthorized` and `Refused`. Nothing is tried twice here.
    """

    def __init__(
        self,
        model: str,
        settings: AnthropicSettings,
        *,
        max_tokens: int = 1024,
        timeout: float = 60,
        setting: str = "PIXIE_MODELS_QUICK / PIXIE_MODELS_DEEP",
    ) -> None:
        """`timeout`: seconds for a whole answer, once the SDK is there. `setting` names the
        setting that chose the model."""
        self.name = f"{VENDOR}:{model}"
        self._model = model
        self._settings = settings
        self._base_url = settings.anthropic_base_url.strip()
        self.max_output = max_tokens
        """The most tokens that a call may write, thinking included."""
        self._timeout = timeout
        self._setting = setting
        self._client: AsyncAnthropic | None = None
        self._opening = asyncio.Lock()

    async def complete(self, ask: Ask) -> AssistantTurn:
        turn = AssistantTurn()
        async for part in self.stream(ask):
            if isinstance(part, AssistantTurn):
                turn = part
        return turn

    async def stream(self, ask: Ask) -> AsyncGenerator[str | AssistantTurn, None]:
        """Text deltas, then the turn. An empty delta is a sign of life: the model thinks, or
        writes the arguments of a tool."""
        request = rendered(ask, self._model, self.max_output)
        answer = Answer()
        try:
            client = await self._opened()
            deadline = asyncio.get_running_loop().time() + self._timeout
            async with asyncio.timeout_at(deadline):
                answered = await client.messages.create(**request, stream=True)
            async with answered:
                events = _events(answered)
                while not answer.stopped:
                    async with asyncio.timeout_at(deadline):
                        event = await anext(events, None)
                    if event is None:
                        break
                    yield answer.take(event)
                await _drain(events)
        except EdgeError:
            raise
        except Exception as error:  # what a foreign library raises may quote the request
            raise self._mapped(error) from None
        if not answer.complete:
            raise Unavailable(f"{self.name} broke off{self._hint}")
        if answer.stop_reason == "refusal":
            raise Declined(f"{self.name} declined to answer")
        if answer.stop_reason == "model_context_window_exceeded":
            raise TooLong(f"{self.name} ran out of context")
        yield answer.turn(self._model, fingerprint(request, request["messages"]))

    async def open(self) -> None:
        """Import the SDK ahead of the first question, which otherwise waits for it.

        Raises `Unauthorized` for settings that cannot be right; nothing is sent.
        """
        await self._opened()

    async def check(self) -> None:
        """Ask the vendor whether key, address and model are right; costs nothing.

        Raises what `stream` raises.
        """
        try:
            client = await self._opened()
            async with asyncio.timeout(self._timeout):
                await client.models.retrieve(self._model)
        except EdgeError:
            raise
        except Exception as error:  # as in `stream`
            raise self._mapped(error) from None

    async def close(self) -> None:
        async with self._opening:
            client, self._client = self._client, None
        if client is not None:
            await client.close()

    # --- the client ---

    async def _opened(self) -> "AsyncAnthropic":
        async with self._opening:
            if self._client is None:
                self._client = await asyncio.to_thread(self._open)
            return self._client

    def _open(self) -> "AsyncAnthropic":
        """Blocks for seconds. Raises `Unauthorized` for settings that cannot be right."""
        key = self._settings.anthropic_key
        secret = key.get_secret_value().strip() if key is not None else ""
        if not secret:
            raise Unauthorized("there is no key for Anthropic", setting=KEY_SETTING)
        if not (secret.isascii() and secret.isprintable()):
            raise Unauthorized("that is not a key of Anthropic's", setting=KEY_SETTING)
        if self._base_url and not _is_url(self._base_url):
            raise Unauthorized(
                f"{URL_SETTING} is no address such as https://gateway.example", setting=URL_SETTING
            )
        try:
            import anthropic
        except ImportError:
            raise Refused("the package `anthropic` is not installed") from None

        for name in (VENDOR, "httpx2", "httpcore2"):
            # at lower levels these write whole requests and addresses
            logging.getLogger(name).setLevel(logging.WARNING)
        client = anthropic.AsyncAnthropic(
            api_key=secret,
            base_url=self._base_url or URL,
            timeout=anthropic.Timeout(self._timeout, connect=min(CONNECT, self._timeout)),
            max_retries=0,
            open_telemetry=False,
        )
        _ = client.messages  # imports the rest of the SDK
        return client

    # --- what goes wrong ---

    @property
    def _hint(self) -> str:
        return f"; {URL_SETTING} is set, is it right?" if self._base_url else ""

    def _mapped(self, error: Exception) -> EdgeError:
        """The SDK's error as one of ours. No words of the request or the vendor are passed on."""
        import anthropic

        if isinstance(error, anthropic.APIStatusError):
            return self._of_status(error)
        if isinstance(error, TimeoutError | anthropic.APITimeoutError):
            return Unavailable(f"{self.name} did not answer in time")
        if isinstance(error, anthropic.APIConnectionError):
            return Unavailable(f"{self.name} cannot be reached{self._hint}")
        return Unavailable(f"{self.name} broke off ({type(error).__name__})")

    def _of_status(self, error: "APIStatusError") -> EdgeError:
        kind = error.type if error.type in STATUSES else None
        # inside a stream the HTTP status was 200 already
        status = error.status_code if error.status_code >= 300 else STATUSES.get(kind or "", 500)
        message = f"{self.name} answered {status}{f' {kind}' if kind else ''}"
        said = str(error.api_message or "")
        match status:
            case 401 | 402 | 403:
                return Unauthorized(message, setting=KEY_SETTING)
            case 400 if _NO_CREDIT.search(said):
                return Unauthorized(f"{message}: no credit left", setting=KEY_SETTING)
            case 404 if self._base_url and kind is None:
                return Unauthorized(message, setting=URL_SETTING)
            case 404:
                return Unauthorized(f"{message}: no such model", setting=self._setting)
            case 413:
                return TooLong(message)
            case 400 if _TOO_LONG.search(said):
                return TooLong(message)
            case _ if status in (408, 409, 429) or status >= 500:
                return Unavailable(message, retry_after=_retry_after(error.response.headers))
            case _:
                return Refused(message if kind else message + self._hint)


async def _events(
    answered: "AsyncStream[RawMessageStreamEvent]",
) -> AsyncIterator[dict[str, Any]]:
    """Each as it was sent, https://platform.claude.com/docs/en/build-with-claude/streaming. The
    SDK's own iterator leaves out pings: all that comes while a model thinks for long.

    Raises `anthropic.APIStatusError` for an error inside the stream.
    """
    from anthropic import APIStatusError

    async for sent in answered.raw_events(answered.response):
        event = json.loads(sent.data or "{}")
        if event.get("type") == "error":
            raise APIStatusError("", response=answered.response, body=event)
        yield event


async def _drain(events: AsyncIterator[dict[str, Any]]) -> None:
    """Read to the end, so that the connection can be used again; the answer is whole already."""
    with suppress(Exception):
        async with asyncio.timeout(DRAIN):
            async for _ in events:
                pass


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """RFC 9110, 10.2.3: seconds or a date, which is held against the answer's own; or the vendor's
    milliseconds."""
    with suppress(KeyError, ValueError, OverflowError):
        return max(timedelta(milliseconds=float(headers["retry-after-ms"])), timedelta())
    with suppress(KeyError, ValueError, OverflowError):
        return max(timedelta(seconds=float(headers["retry-after"])), timedelta())
    with suppress(KeyError, ValueError, TypeError):
        at = parsedate_to_datetime(headers["retry-after"])
        return max(at - parsedate_to_datetime(headers["date"]), timedelta())
    return None
