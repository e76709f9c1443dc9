"""Hears what the test says it hears: `core.ports.Transcriber`."""

from collections import deque

from core.errors import EdgeError
from core.ports import Transcript
from core.values import Tokens


class FakeTranscriber:
    """Hears its script, one transcript for each recording, and then the bytes as text."""

    name = "openai:gpt-transcribe"

    def __init__(self, *script: str | EdgeError) -> None:
        self.script: deque[str | EdgeError] = deque(script)
        self.calls: list[tuple[bytes, str]] = []
        self.tokens: Tokens | None = None

    async def transcribe(self, audio: bytes, media_type: str) -> Transcript:
        self.calls.append((audio, media_type))
        step = self.script.popleft() if self.script else audio.decode()
        if isinstance(step, EdgeError):
            raise step
        return Transcript(text=step, tokens=self.tokens)

    async def close(self) -> None:
        """Nothing is held open."""
