"""Recordings are written down by OpenAI's API, or by a server that speaks it."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from adapters.anthropic_llm import AnthropicSettings
from adapters.openai_llm import OpenAISettings
from adapters.transcription import OpenAITranscriber, TranscriptionSettings
from core.errors import ConfigError, EdgeError, Refused, Unauthorized, Unavailable
from core.values import Tokens
from model_settings import VendorSettings, transcriber
from tests.fakes.models import Fault, Said
from tests.fakes.openai_server import OpenAIServer, Raw

OGG = b"OggS\x00 some sound"


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as opened:
        yield opened


def at(server: OpenAIServer, model: str = "gpt-transcribe", key: str = "") -> OpenAITranscriber:
    return OpenAITranscriber(model, key=SecretStr(key or server.key), base_url=server.url)


async def test_a_recording_becomes_text(server: OpenAIServer) -> None:
    server.script(Said(text="buy milk", input_tokens=30, output_tokens=4))
    ears = at(server)
    heard = await ears.transcribe(OGG, "audio/ogg; codecs=opus")
    await ears.close()
    assert (heard.text, heard.tokens) == ("buy milk", Tokens(input=30, output=4))
    assert server.recordings == [OGG]
    assert server.requests == [{"model": "gpt-transcribe", "file": "voice.ogg"}]
    assert (ears.name, server.faulty) == ("openai:gpt-transcribe", [])


@pytest.mark.parametrize(
    ("media_type", "name"),
    [
        ("audio/mp4", "voice.m4a"),
        ("audio/mpeg", "voice.mp3"),
        ("video/mp4", "voice.mp4"),
        ("", "voice.ogg"),
        ("text/evil\r\nX: 1", "voice.ogg"),
    ],
)
async def test_the_name_ends_as_the_kind_says(
    server: OpenAIServer, media_type: str, name: str
) -> None:
    server.script(Said(text="hi"))
    ears = at(server)
    await ears.transcribe(OGG, media_type)
    await ears.close()
    assert server.requests[0]["file"] == name


async def test_what_is_charged_by_its_length_has_no_tokens(server: OpenAIServer) -> None:
    server.script(Said(text="hi"))
    ears = at(server, "whisper-1")
    assert (await ears.transcribe(OGG, "audio/ogg")).tokens is None
    await ears.close()


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (Fault.LIMITED, Unavailable),
        (Fault.FAILED, Unavailable),
        (Fault.OVERLOADED, Unavailable),
        (Fault.CUT, Unavailable),
        (Fault.UNAUTHORIZED, Unauthorized),
        (Fault.UNKNOWN_MODEL, Unauthorized),
        (Fault.CONTEXT_TOO_LONG, Refused),
        (Raw(body="<html>hello</html>", kind="text/html"), Unavailable),
        (Raw(body={"words": "hi"}), Unavailable),
        (Raw(body='{"text": ', status=200), Unavailable),
        (Raw(body={"text": 5}), Unavailable),
    ],
)
async def test_failures_are_ours(
    server: OpenAIServer, step: Fault | Raw, error: type[EdgeError]
) -> None:
    server.script(step)
    ears = at(server)
    with pytest.raises(error) as raised:
        await ears.transcribe(OGG, "audio/ogg")
    await ears.close()
    assert server.key not in str(raised.value)
    assert len(server.requests) == 1


async def test_nobody_listens_there() -> None:
    ears = OpenAITranscriber("whisper-1", key=None, base_url="http://127.0.0.1:9/v1")
    with pytest.raises(Unavailable):
        await ears.transcribe(OGG, "audio/ogg")
    await ears.close()


# --- which one ---


def vendors(
    model: str, *, key: str = "", url: str = "", openai_key: str = "", openai_url: str = ""
) -> VendorSettings:
    return VendorSettings(
        anthropic=AnthropicSettings(),
        openai=OpenAISettings(
            openai_key=SecretStr(openai_key) if openai_key else None, openai_base_url=openai_url
        ),
        transcription=TranscriptionSettings(
            transcription_model=model,
            transcription_key=SecretStr(key) if key else None,
            transcription_base_url=url,
        ),
    )


def test_no_model_no_ears() -> None:
    assert transcriber(vendors("", openai_key="sk-1")) is None


async def test_openais_account_is_enough(server: OpenAIServer) -> None:
    server.script(Said(text="hi"))
    ears = transcriber(vendors("gpt-transcribe", openai_key=server.key, openai_url=server.url))
    assert ears is not None
    assert (await ears.transcribe(OGG, "")).text == "hi"
    await ears.close()


async def test_another_server_is_not_shown_openais_key(server: OpenAIServer) -> None:
    ears = transcriber(vendors("gpt-transcribe", url=server.url, openai_key=server.key))
    assert ears is not None
    with pytest.raises(Unauthorized):
        await ears.transcribe(OGG, "")
    await ears.close()
    assert server.faulty == ["Incorrect API key provided: none."]


def test_a_model_without_an_account() -> None:
    with pytest.raises(ConfigError, match="PIXIE_TRANSCRIPTION_KEY"):
        transcriber(vendors("gpt-transcribe"))
