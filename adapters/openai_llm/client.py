"""The connection to OpenAI or a server that speaks its API."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters.openai_llm.answer import Answer
from adapters.openai_llm.failures import BASE_URL, KEY, failure
from adapters.openai_llm.request import output_limit, request
from core.errors import ConfigError, EdgeError, Unauthorized, Unavailable
from core.ports import Ask
from core.values import AssistantTurn

if TYPE_CHECKING:
    from openai import AsyncOpenAI

OPENAI = "https://api.openai.com/v1"
CONNECT = 5.0
"""Seconds to open a connection."""
PLACEHOLDER = "none"
"""Sent as the key to a server that needs none: the SDK insists on one."""


class OpenAISettings(BaseSettings):
    """How OpenAI or a compatible server is reached."""

    model_config = SettingsConfigDict(env_prefix="PIXIE_", extra="ignore")

    openai_key: SecretStr | None = None
    """Of an account at OpenAI; with one, GPT answers. A local server needs none."""
    openai_base_url: str = ""
    """Empty: OpenAI itself. Ollama's is http://localhost:11434/v1; PIXIE_MODELS_QUICK then names
    the model."""


class OpenAILLM:
    """`core.ports.LLM` over Chat Completions. `setting` names the setting that chose the model.

    Raises `Unauthorized`, `TooLong`, `Declined`, another `Refused`, or `Unavailable`: a model call
    has no effect, so that it may be repeated whatever became of it. Never retries by itself.
    """

    def __init__(
        self,
        model: str,
        settings: OpenAISettings,
        *,
        setting: str,
        max_tokens: int = 1024,
        timeout: float = 60,
    ) -> None:
        """`max_tokens` bounds what is said, not what is thought; `timeout`: seconds between two
        signs of life. Raises `ConfigError` when key or address cannot be right.
        """
        self.name = f"openai:{model}"
        self.max_output = output_limit(model, max_tokens)
        """The most tokens that a call may write, reasoning included."""
        self._model = model
        self._setting = setting
        self._timeout = timeout
        self._base_url = _sound_url(settings.openai_base_url.strip())
        self._key = _sound_key(settings.openai_key, self._base_url)
        self._client: AsyncOpenAI | None = None
        self._connecting = asyncio.Lock()

    async def complete(self, ask: Ask) -> AssistantTurn:
        """The answer in one piece."""
        asked = request(ask, model=self._model, name=self.name, limit=self.max_output)
        answer = Answer()
        client = await self._connected()
        with self._failures(answer):
            completion = await client.chat.completions.create(**asked)
            # what is not the API's JSON comes back as text, or without choices
            if not getattr(completion, "choices", None):
                raise self._foreign()
            answer.take(completion.choices[0], completion.choices[0].message)
            answer.finish = answer.finish or "stop"  # in one piece, it is whole
            answer.usage = completion.usage
        return answer.turn(self.name, _ids(ask))

    async def stream(self, ask: Ask) -> AsyncGenerator[str | AssistantTurn, None]:
        """Text deltas, then the turn. An empty delta is a sign of life: the model thinks, or
        writes the arguments of a tool. Close it (`aclose`) to hang up early."""
        asked = request(ask, model=self._model, name=self.name, limit=self.max_output)
        answer = Answer()
        client = await self._connected()
        with self._failures(answer):
            chunks = await client.chat.completions.create(
                **asked, stream=True, stream_options={"include_usage": True}
            )
            try:
                async for chunk in chunks:
                    answer.heard = True
                    answer.usage = getattr(chunk, "usage", None) or answer.usage
                    said = ""
                    for choice in (getattr(chunk, "choices", None) or [])[:1]:
                        said = answer.take(choice, choice.delta)
                    yield said
            finally:
                await chunks.close()
            kind = chunks.response.headers.get("content-type", "")
            if not answer.heard and "event-stream" not in kind:
                raise self._foreign()
        yield answer.turn(self.name, _ids(ask))

    async def open(self) -> None:
        """Import the SDK ahead of the first question, which otherwise waits for it."""
        await self._connected()

    async def check(self) -> None:
        """Ask the server whether key, address and model are right; costs nothing.

        Raises what `stream` raises. A server that lists no models is believed.
        """
        client = await self._connected()
        with self._failures(Answer()):
            page = await client.models.list()
            listed = [str(model.id) for model in getattr(page, "data", None) or []]
        if listed and not any(self._model in (name, name.partition(":")[0]) for name in listed):
            raise Unauthorized(f"{self.name}: there is no such model", setting=self._setting)

    async def close(self) -> None:
        """Let go of the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _connected(self) -> "AsyncOpenAI":
        async with self._connecting:
            if self._client is None:
                self._client = await asyncio.to_thread(self._connect)
            return self._client

    def _connect(self) -> "AsyncOpenAI":
        """On a thread: the import takes seconds, reading the certificates a tenth."""
        try:
            from openai import AsyncOpenAI, Timeout
        except ImportError:
            message = f"{self.name}: the package openai is not installed"
            raise Unauthorized(message, setting=self._setting) from None
        client = AsyncOpenAI(
            api_key=self._key,
            base_url=self._base_url or OPENAI,
            timeout=Timeout(self._timeout, connect=min(CONNECT, self._timeout)),
            max_retries=0,
        )
        _ = client.chat.completions  # imported on first use
        return client

    @contextmanager
    def _failures(self, answer: Answer) -> Iterator[None]:
        """The SDK's exceptions as ours. Their texts may quote the prompt or the key: none of them
        is passed on, also not as the cause."""
        import openai

        try:
            yield
        except openai.APIConnectionError as error:
            if answer.finish is None:  # else only what comes after the answer is missing
                timed_out = isinstance(error, openai.APITimeoutError)
                raise self._unreached(timed_out=timed_out, heard=answer.heard) from None
        except openai.APIError as error:
            raise failure(
                error, name=self.name, setting=self._setting, other=bool(self._base_url)
            ) from None
        except openai.OpenAIError as error:
            raise Unavailable(f"{self.name}: {type(error).__name__}") from None
        except ValueError:  # a body or an event that is not JSON, or not UTF-8
            raise Unavailable(f"{self.name}: the answer could not be read") from None

    def _unreached(self, *, timed_out: bool, heard: bool) -> Unavailable:
        if heard:
            what = "it fell silent" if timed_out else "the connection broke off"
            return Unavailable(f"{self.name}: {what}")
        what = "no sign of life in time" if timed_out else "the connection failed"
        where = f" (see {BASE_URL})" if self._base_url else ""
        return Unavailable(f"{self.name}: {what}{where}")

    def _foreign(self) -> EdgeError:
        """A 200 that is not this API's, such as a web page."""
        if not self._base_url:
            return Unavailable(f"{self.name}: the answer could not be read")
        message = f"{self.name}: what answers is not this API; its address often ends in /v1"
        return Unauthorized(message, setting=BASE_URL)


def _ids(ask: Ask) -> set[str]:
    return {call.id for turn in ask.turns if isinstance(turn, AssistantTurn) for call in turn.calls}


def _sound_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        sound = not url or (parts.scheme in ("http", "https") and bool(parts.hostname))
        _ = parts.port
    except ValueError:
        sound = False
    if not sound:
        raise ConfigError(BASE_URL, "write it like http://localhost:11434/v1.")
    return url


def _sound_key(key: SecretStr | None, base_url: str) -> str:
    written = key.get_secret_value().strip() if key else ""
    if not written and not base_url:
        raise ConfigError(KEY, f"set it to your API key, or {BASE_URL} to a local server.")
    if not (written.isascii() and written.isprintable()):
        raise ConfigError(KEY, "it holds characters that no key has; copy it again.")
    return written or PLACEHOLDER
