"""What goes wrong with Claude, and what Pixie is told."""

import logging
import socket
import traceback
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.anthropic_llm import AnthropicLLM, AnthropicSettings
from core.errors import (
    Declined,
    EdgeError,
    Refused,
    TooLong,
    Unauthorized,
    Unavailable,
)
from core.ports import Ask
from core.values import AssistantTurn
from tests.adapters.anthropic_llm.talk import HAIKU, call, model_of, parts_of, said, settings
from tests.adapters.talk import SITUATION, ask, user
from tests.fakes.anthropic_server import AnthropicServer, Detailed
from tests.fakes.model_server import TEXT
from tests.fakes.models import Fault


async def failure(llm: AnthropicLLM, asked: Ask | None = None) -> EdgeError:
    with pytest.raises(EdgeError) as caught:
        await llm.complete(asked or ask())
    return caught.value


async def broken_off(llm: AnthropicLLM, seen: list[str | AssistantTurn]) -> EdgeError | None:
    try:
        async for part in llm.stream(ask()):
            seen.append(part)
    except EdgeError as error:
        return error
    return None


@pytest.mark.parametrize(
    ("fault", "kind", "setting"),
    [
        (Fault.LIMITED, Unavailable, ""),
        (Fault.OVERLOADED, Unavailable, ""),
        (Fault.FAILED, Unavailable, ""),
        (Fault.CUT, Unavailable, ""),
        (Fault.ERROR_EVENT, Unavailable, ""),
        (Fault.REFUSAL, Declined, ""),
        (Fault.CONTEXT_TOO_LONG, TooLong, ""),
        (Fault.UNAUTHORIZED, Unauthorized, "PIXIE_ANTHROPIC_KEY"),
        (Fault.UNKNOWN_MODEL, Unauthorized, "PIXIE_MODELS_QUICK"),
    ],
)
async def test_each_fault_has_its_class_and_nothing_is_tried_twice(
    server: AnthropicServer, fault: Fault, kind: type[EdgeError], setting: str
) -> None:
    async with model_of(server, setting="PIXIE_MODELS_QUICK") as llm:
        server.script(fault, fault)
        error = await failure(llm)
        assert type(error) is kind
        assert getattr(error, "setting", "") == setting
        assert len(server.requests) == 1
        with pytest.raises(kind):
            await parts_of(llm, ask())


@pytest.mark.parametrize("fault", [Fault.TIMEOUT, Fault.STALL])
async def test_silence_ends_after_the_time_allowed(server: AnthropicServer, fault: Fault) -> None:
    async with model_of(server, timeout=0.2) as llm:
        server.script(fault)
        error = await failure(llm)
        assert type(error) is Unavailable
        assert str(error) == f"anthropic:{HAIKU} did not answer in time"


async def test_a_full_context_is_too_long(server: AnthropicServer, llm: AnthropicLLM) -> None:
    server.script(Detailed(text="So", stop_reason="model_context_window_exceeded"))
    assert type(await failure(llm)) is TooLong


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("overloaded_error", Unavailable),
        ("api_error", Unavailable),
        ("rate_limit_error", Unavailable),
        ("timeout_error", Unavailable),
        ("an_error_of_tomorrow", Unavailable),
        ("invalid_request_error", Refused),
        ("authentication_error", Unauthorized),
    ],
)
async def test_an_error_inside_the_stream_counts_like_its_status(
    kind: str, expected: type[EdgeError]
) -> None:
    async with AnthropicServer(error_type=kind) as server, model_of(server) as llm:
        server.script(Fault.ERROR_EVENT)
        seen: list[str | AssistantTurn] = []
        error = await broken_off(llm, seen)
        assert type(error) is expected
        assert "".join(map(str, seen)) == TEXT


@pytest.mark.parametrize(
    ("header", "millis", "expected"),
    [
        ("7", "", timedelta(seconds=7)),
        ("7", "250", timedelta(milliseconds=250)),
        ("1.5", "soon", timedelta(seconds=1.5)),
        ("-3", "", timedelta()),
        ("soon", "", None),
        ("nan", "", None),
        ("1e99", "", None),
    ],
)
async def test_a_limit_says_when_to_come_back(
    header: str, millis: str, expected: timedelta | None
) -> None:
    async with (
        AnthropicServer(retry_after=header, retry_after_ms=millis) as server,
        model_of(server) as llm,
    ):
        server.script(Fault.LIMITED)
        error = await failure(llm)
        assert isinstance(error, Unavailable)
        assert error.retry_after == expected


async def test_a_limit_may_say_when_as_a_date() -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    async with AnthropicServer(retry_after=at) as server, model_of(server) as llm:
        server.script(Fault.LIMITED)
        error = await failure(llm)
        assert isinstance(error, Unavailable)
        assert error.retry_after is not None
        assert timedelta(seconds=90) < error.retry_after <= timedelta(seconds=101)


async def test_no_answer_at_all_names_the_address_that_is_set() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        llm = AnthropicLLM(HAIKU, settings(f"http://127.0.0.1:{taken.getsockname()[1]}"))
        error = await failure(llm)
        await llm.close()
    assert type(error) is Unavailable
    assert "PIXIE_ANTHROPIC_BASE_URL" in str(error)


async def test_an_address_that_does_not_speak_the_api_is_named(server: AnthropicServer) -> None:
    llm = AnthropicLLM(HAIKU, settings(f"{server.url}/v1"))
    error = await failure(llm)
    await llm.close()
    assert isinstance(error, Unauthorized)
    assert error.setting == "PIXIE_ANTHROPIC_BASE_URL"


async def test_a_page_instead_of_an_answer_is_no_answer() -> None:
    async def page(request: web.Request) -> web.Response:
        return web.Response(text="<h1>Welcome</h1>", content_type="text/html")

    app = web.Application()
    app.router.add_post("/v1/messages", page)
    async with TestServer(app) as gateway:
        llm = AnthropicLLM(HAIKU, settings(str(gateway.make_url("/"))))
        error = await failure(llm)
        await llm.close()
    assert type(error) is Unavailable
    assert "PIXIE_ANTHROPIC_BASE_URL" in str(error)


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://x", "http://", "http://[", "http://x:y"])
async def test_an_address_that_is_none_is_named(url: str) -> None:
    error = await failure(AnthropicLLM(HAIKU, settings(url)))
    assert isinstance(error, Unauthorized)
    assert error.setting == "PIXIE_ANTHROPIC_BASE_URL"


@pytest.mark.parametrize("key", [None, "", " ", "sk-ant-ключ", "sk\nant"])
async def test_a_key_that_is_none_is_named_before_anything_is_sent(key: str | None) -> None:
    llm = AnthropicLLM(HAIKU, settings("http://127.0.0.1:1", key))
    error = await failure(llm)
    assert isinstance(error, Unauthorized)
    assert error.setting == "PIXIE_ANTHROPIC_KEY"
    with pytest.raises(Unauthorized):
        await llm.open()


async def test_a_wrong_key_and_an_unknown_model_are_found_by_the_vendor(
    server: AnthropicServer,
) -> None:
    for llm, setting in (
        (AnthropicLLM(HAIKU, settings(server.url, "sk-ant-old")), "PIXIE_ANTHROPIC_KEY"),
        (
            AnthropicLLM("claude-7", settings(server.url), setting="PIXIE_MODELS_DEEP"),
            "PIXIE_MODELS_DEEP",
        ),
    ):
        error = await failure(llm)
        await llm.close()
        assert isinstance(error, Unauthorized)
        assert error.setting == setting


async def test_a_request_that_the_vendor_does_not_take_is_refused(server: AnthropicServer) -> None:
    async with model_of(server, max_tokens=0) as llm:
        assert type(await failure(llm)) is Refused
    assert server.faulty == ["max_tokens: Input should be greater than or equal to 1"]


def test_the_key_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIXIE_ANTHROPIC_KEY", "sk-ant-env")
    monkeypatch.setenv("PIXIE_ANTHROPIC_BASE_URL", "https://gateway.example")
    found = AnthropicSettings()
    assert found.anthropic_key is not None
    assert found.anthropic_key.get_secret_value() == "sk-ant-env"
    assert found.anthropic_base_url == "https://gateway.example"
    assert "sk-ant-env" not in repr(found)


SECRETS = ("sk-ant-loopback", "Paris in spring", "hunter2")


@pytest.mark.parametrize(
    "fault", [fault for fault in Fault if fault not in (Fault.TIMEOUT, Fault.STALL)]
)
async def test_neither_key_nor_words_reach_an_error_or_a_log(
    server: AnthropicServer, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    situation = replace(SITUATION, agenda=("hunter2",))
    asked = ask(user("Paris in spring"), said(call("a", title="hunter2")), situation=situation)
    told = ""
    server.quoting = True
    async with model_of(server) as llm:
        server.script(fault)
        try:
            await llm.complete(asked)
        except EdgeError as error:
            told = f"{error!r} {error} " + "".join(traceback.format_exception(error))
    assert not [secret for secret in SECRETS if secret in told + caplog.text]
