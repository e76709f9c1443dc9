"""Speech to text over OpenAI's `audio/transcriptions`, or any server that speaks it.

https://developers.openai.com/api/docs/guides/speech-to-text
"""

import asyncio
import re
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import EdgeError, Refused, Unauthorized, Unavailable
from core.ports import Transcript
from core.values import Tokens

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI

MODEL = "PIXIE_TRANSCRIPTION_MODEL"
OPENAI = "https://api.openai.com/v1"
PLACEHOLDER = "none"
"""Sent as the key to a server that needs none: the SDK insists on one."""
TIMEOUT = 60.0
CONNECT = 5.0
"""Seconds."""
_ENDINGS = {
    "audio/mpeg": "mp3",
    "audio/mp3": "mp3",
    "audio/mp4": "m4a",
    "audio/m4a": "m4a",
    "audio/x-m4a": "m4a",
    "audio/aac": "m4a",
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "audio/webm": "webm",
    "audio/flac": "flac",
    "video/mp4": "mp4",
    "video/webm": "webm",
}
"""The server goes by the name's ending; what is not here is Ogg, as platforms record it."""
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,40}")


class TranscriptionSettings(BaseSettings):
    """What writes voice messages down."""

    model_config = SettingsConfigDict(env_prefix="PIXIE_", extra="ignore")

    transcription_model: str = ""
    """Such as gpt-transcribe at OpenAI, or whisper-large-v3 on a server of one's own; empty:
    voice messages are not listened to."""
    transcription_key: SecretStr | None = None
    """Empty: PIXIE_OPENAI_KEY, unless the address is another one."""
    transcription_base_url: str = ""
    """Empty: PIXIE_OPENAI_BASE_URL, or else OpenAI itself."""


class OpenAITranscriber:
    """See `core.ports.Transcriber`. Imports its SDK with the first recording."""

    def __init__(self, model: str, *, key: SecretStr | None, base_url: str) -> None:
        self.name = f"openai:{model}"
        self._model = model
        self._key = key
        self._base_url = base_url
        self._client: AsyncOpenAI | None = None
        self._connecting = asyncio.Lock()

    async def transcribe(self, audio: bytes, media_type: str) -> Transcript:
        """Raises `Unauthorized`, another `Refused`, or `Unavailable`. Never retries by itself."""
        client = await self._connected()
        import openai

        plain = media_type.partition(";")[0].strip().lower()
        kind = plain if _MEDIA_TYPE.fullmatch(plain) else "audio/ogg"
        file = (f"voice.{_ENDINGS.get(kind, 'ogg')}", audio, kind)
        try:
            answer: Any = await client.audio.transcriptions.create(
                model=self._model, file=file, response_format="json"
            )
        except openai.APITimeoutError:
            raise Unavailable(f"{self.name}: no answer in time") from None
        except openai.APIConnectionError:
            raise Unavailable(f"{self.name}: the connection failed") from None
        except openai.APIStatusError as error:
            raise self._failure(error) from None
        except (openai.OpenAIError, ValueError):
            raise Unavailable(f"{self.name}: the answer could not be read") from None
        text = getattr(answer, "text", None)
        if not isinstance(text, str):
            raise Unavailable(f"{self.name}: what answers is not this API")
        return Transcript(text=text, tokens=_tokens(getattr(answer, "usage", None)))

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _connected(self) -> "AsyncOpenAI":
        async with self._connecting:
            if self._client is None:
                self._client = await asyncio.to_thread(self._connect)
            return self._client

    def _connect(self) -> "AsyncOpenAI":
        """On a thread: the import takes seconds."""
        try:
            from openai import AsyncOpenAI, Timeout
        except ImportError:
            message = f"{self.name}: the package openai is not installed"
            raise Unauthorized(message, setting=MODEL) from None
        client = AsyncOpenAI(
            api_key=self._key.get_secret_value().strip() if self._key else PLACEHOLDER,
            base_url=self._base_url or OPENAI,
            timeout=Timeout(TIMEOUT, connect=CONNECT),
            max_retries=0,
        )
        _ = client.audio.transcriptions  # imported on first use
        return client

    def _failure(self, error: "APIStatusError") -> EdgeError:
        """The table. Texts may quote the key: only the status is passed on."""
        what = f"{self.name}: {error.status_code}"
        if error.status_code in (401, 403):
            return Unauthorized(f"{what}: the key is not accepted", setting=MODEL)
        if error.status_code == 404:
            return Unauthorized(f"{what}: no such model or address", setting=MODEL)
        if error.status_code in (408, 409, 425, 429) or error.status_code >= 500:
            return Unavailable(what)
        return Refused(what)


def _tokens(usage: Any) -> Tokens | None:
    """None for what is charged by its length."""
    read, written = (getattr(usage, name, None) for name in ("input_tokens", "output_tokens"))
    if not isinstance(read, int) or not isinstance(written, int) or min(read, written) < 0:
        return None
    return Tokens(input=read, output=written)
