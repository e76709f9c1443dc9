"""What goes wrong with OpenAI and its like, and what Pixie is told."""

import logging
import socket
import sys
import traceback
from datetime import timedelta
from typing import Any

import pytest

from adapters.openai_llm import OpenAILLM
from core.errors import (
    ConfigError,
    Declined,
    EdgeError,
    Refused,
    TooLong,
    Unauthorized,
    Unavailable,
)
from core.values import AssistantTurn
from tests.adapters.openai_llm.talk import (
    CHOSEN,
    KEY,
    LUNA,
    QWEN,
    URL,
    Answering,
    Event,
    body_of,
    both,
    chunk,
    in_one,
    in_pieces,
    model_of,
    settings,
)
from tests.adapters.talk import ask, user
from tests.fakes.model_server import TEXT
from tests.fakes.models import Fault, Said, Step
from tests.fakes.openai_server import Detailed, OpenAIServer, Raw

FAULTS: list[tuple[Fault, type[EdgeError]]] = [
    (Fault.LIMITED, Unavailable),
    (Fault.OVERLOADED, Unavailable),
    (Fault.FAILED, Unavailable),
    (Fault.TIMEOUT, Unavailable),
    (Fault.STALL, Unavailable),
    (Fault.CUT, Unavailable),
    (Fault.ERROR_EVENT, Unavailable),
    (Fault.REFUSAL, Declined),
    (Fault.CONTEXT_TOO_LONG, TooLong),
    (Fault.UNAUTHORIZED, Unauthorized),
    (Fault.UNKNOWN_MODEL, Unauthorized),
]


@both
@pytest.mark.parametrize(("fault", "wanted"), FAULTS, ids=[fault for fault, _ in FAULTS])
async def test_faults_by_class_and_never_repeated(
    server: OpenAIServer, answer: Answering, fault: Fault, wanted: type[EdgeError]
) -> None:
    server.script(fault, Said(text="Well again"))
    async with model_of(server, timeout=0.2) as llm:
        with pytest.raises(wanted) as raised:
            await answer(llm, ask())
        assert type(raised.value) is wanted
        assert len(server.requests) == 1
        assert (await answer(llm, ask())).text == "Well again"
    assert server.faulty == []


async def test_what_was_said_before_it_broke_off_came_through(
    server: OpenAIServer, llm: OpenAILLM
) -> None:
    server.script(Fault.CUT)
    said: list[object] = []

    async def listen() -> None:
        async for item in llm.stream(ask()):
            said.append(item)

    with pytest.raises(Unavailable, match="broke off"):
        await listen()
    assert "".join(map(str, said)) == TEXT


async def test_a_stream_without_an_end_is_cut_off(local: OpenAIServer, qwen: OpenAILLM) -> None:
    local.script(Raw(events=[chunk({"content": "Hi"})], done=False), Raw(events=[], done=True))
    for _ in range(2):
        with pytest.raises(Unavailable, match="broke off"):
            await in_pieces(qwen, ask())


@pytest.mark.parametrize("cut", [True, False])
async def test_an_answer_is_whole_once_it_gave_its_reason_to_stop(
    local: OpenAIServer, qwen: OpenAILLM, cut: bool
) -> None:
    """Only the usage is missing then."""
    local.script(Raw(events=[chunk({"content": "Hi"}), chunk({}, "stop")], done=False, cut=cut))
    assert await in_pieces(qwen, ask()) == AssistantTurn(text="Hi")


async def test_an_event_that_is_not_json(local: OpenAIServer, qwen: OpenAILLM) -> None:
    local.script(Raw(events=[chunk({"content": "Hi"}), "data: {oops\n\n"]))
    with pytest.raises(Unavailable, match="could not be read"):
        await in_pieces(qwen, ask())


ANSWERS: list[tuple[int, Any, type[EdgeError], str]] = [
    (401, body_of("Incorrect API key provided", "invalid_api_key"), Unauthorized, KEY),
    (403, body_of("Country not supported", "unsupported_country"), Unauthorized, KEY),
    (403, body_of("Project has no access", "model_not_found"), Unauthorized, CHOSEN),
    (404, body_of("The model `x` does not exist", "model_not_found"), Unauthorized, CHOSEN),
    (
        404,
        body_of('model "x" not found, try pulling it first', None, "api_error"),
        Unauthorized,
        CHOSEN,
    ),
    (404, {"object": "error", "message": "The model `x` does not exist."}, Unauthorized, CHOSEN),
    (404, "404 page not found", Unauthorized, URL),
    (404, {"detail": "Not Found"}, Unauthorized, URL),
    (404, body_of("File Not Found", 404, "not_found_error"), Unauthorized, URL),
    (402, body_of("Insufficient balance"), Unauthorized, KEY),
    (429, body_of("You exceeded your current quota", "insufficient_quota"), Unauthorized, KEY),
    (429, body_of("Not active", "billing_not_active"), Unauthorized, KEY),
    (429, body_of("Rate limit reached", "rate_limit_exceeded", "tokens"), Unavailable, ""),
    (429, body_of("Request too large for gpt-x", "rate_limit_exceeded", "tokens"), TooLong, ""),
    (400, body_of("Too long", "context_length_exceeded"), TooLong, ""),
    (400, body_of("This model's maximum context length is 8192 tokens.", 400), TooLong, ""),
    (400, body_of("the request exceeds", 400, "exceed_context_size_error"), TooLong, ""),
    (500, body_of("exceeds the available context size"), TooLong, ""),
    (413, "", TooLong, ""),
    (400, body_of("Filtered", "content_filter"), Declined, ""),
    (
        400,
        body_of("Function tools are not supported", None, "", "reasoning_effort"),
        Unauthorized,
        CHOSEN,
    ),
    (400, body_of("Verify your organization to stream", "x", "", "stream"), Unauthorized, CHOSEN),
    (400, body_of("gemma:2b does not support tools"), Unauthorized, CHOSEN),
    (400, body_of('"auto" needs --enable-auto-tool-choice'), Unauthorized, CHOSEN),
    (400, body_of("Invalid", "invalid_value", "", "messages[1].role"), Refused, ""),
    (422, {"detail": [{"loc": ["body"]}]}, Refused, ""),
    (408, "", Unavailable, ""),
    (409, body_of("Conflict"), Unavailable, ""),
    (500, "<html>oops</html>", Unavailable, ""),
    (502, "", Unavailable, ""),
    (503, body_of("Loading model", 503, "unavailable_error"), Unavailable, ""),
    (529, "", Unavailable, ""),
]


@pytest.mark.parametrize(("status", "body", "wanted", "setting"), ANSWERS)
async def test_the_table_of_errors(
    local: OpenAIServer,
    qwen: OpenAILLM,
    status: int,
    body: Any,
    wanted: type[EdgeError],
    setting: str,
) -> None:
    kind = "application/json" if isinstance(body, dict) else "text/html"
    for answer in (in_one, in_pieces):
        local.script(Raw(status=status, body=body, kind=kind))
        with pytest.raises(wanted) as raised:
            await answer(qwen, ask())
        assert type(raised.value) is wanted
        assert getattr(raised.value, "setting", "") == setting
        assert f"openai:{QWEN}: {status}" in str(raised.value)
        assert raised.value.__cause__ is None
    assert len(local.requests) == 2


@pytest.mark.parametrize(
    ("error", "wanted"),
    [
        (body_of("Slow down", "rate_limit_exceeded", "requests"), Unavailable),
        (body_of("Too long", "context_length_exceeded", "invalid_request_error"), TooLong),
        (body_of("Bad", None, "invalid_request_error"), Refused),
        (body_of("No money", "insufficient_quota"), Unauthorized),
        (body_of("Bad", 400, "BadRequestError"), Refused),
        (body_of("Internal", 500, "InternalServerError"), Unavailable),
        ({"error": "boom"}, Unavailable),
    ],
)
async def test_errors_in_the_middle_of_a_stream(
    local: OpenAIServer, qwen: OpenAILLM, error: Event, wanted: type[EdgeError]
) -> None:
    local.script(Raw(events=[chunk({"content": "Hi"}), error]))
    with pytest.raises(wanted) as raised:
        await in_pieces(qwen, ask())
    assert type(raised.value) is wanted


DATED = {"Date": "Mon, 23 Nov 2026 09:00:00 GMT"}


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        ({"Retry-After": "2"}, timedelta(seconds=2)),
        ({"Retry-After": "0.5"}, timedelta(seconds=0.5)),
        ({"Retry-After": "9", "Retry-After-Ms": "1500"}, timedelta(seconds=1.5)),
        ({"Retry-After": "Mon, 23 Nov 2026 09:01:30 GMT", **DATED}, timedelta(seconds=90)),
        ({"Retry-After": "Mon, 23 Nov 2026 08:00:00 GMT", **DATED}, timedelta(0)),
        ({"Retry-After": "9" * 400}, timedelta(days=1)),
        ({"Retry-After-Ms": "nan"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "..."}, None),
        ({}, None),
    ],
)
async def test_how_long_to_wait(
    local: OpenAIServer, qwen: OpenAILLM, headers: dict[str, str], wanted: timedelta | None
) -> None:
    local.script(Raw(status=429, body=body_of("Slow down"), headers=headers))
    with pytest.raises(Unavailable) as raised:
        await qwen.complete(ask())
    assert raised.value.retry_after == wanted


@both
async def test_nobody_listens(answer: Answering) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
    llm = OpenAILLM(QWEN, settings(url), setting=CHOSEN)
    with pytest.raises(Unavailable, match=URL):
        await answer(llm, ask())
    await llm.close()


async def test_a_wrong_key_and_a_wrong_model_for_real(server: OpenAIServer) -> None:
    wrong = OpenAILLM(LUNA, settings(server.url, "sk-wrong"), setting=CHOSEN)
    with pytest.raises(Unauthorized) as key:
        await wrong.complete(ask())
    await wrong.close()
    async with model_of(server, "gpt-9") as unknown:
        with pytest.raises(Unauthorized) as model:
            await unknown.complete(ask())
    off = OpenAILLM(LUNA, settings(server.url.removesuffix("/v1")), setting=CHOSEN)
    with pytest.raises(Unauthorized) as address:
        await off.complete(ask())
    await off.close()
    named = [raised.value.setting for raised in (key, model, address)]
    assert named == [KEY, CHOSEN, URL]


async def test_a_model_that_calls_no_tools_here(server: OpenAIServer) -> None:
    server.models = ("gpt-6-astra",)
    async with model_of(server, "gpt-6-astra") as llm:
        with pytest.raises(Unauthorized) as raised:
            await llm.complete(ask())
    assert raised.value.setting == CHOSEN


async def test_openai_itself_is_not_a_wrong_address(
    server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.openai_llm.client.OPENAI", server.url)
    llm = OpenAILLM(LUNA, settings(), setting=CHOSEN)
    server.script(Raw(body="<html>", kind="text/html"), Raw(status=404, body="nothing"))
    with pytest.raises(Unavailable, match="could not be read"):
        await llm.complete(ask())
    with pytest.raises(Unauthorized) as raised:
        await llm.complete(ask())
    assert raised.value.setting == CHOSEN
    await llm.close()


async def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    llm = OpenAILLM(LUNA, settings(), setting=CHOSEN)
    with pytest.raises(Unauthorized, match="openai is not installed") as raised:
        await llm.complete(ask())
    assert raised.value.setting == CHOSEN


@pytest.mark.parametrize(
    "url", ["localhost:11434/v1", "ftp://x/v1", "http://", "http://a:b/", "http://[x"]
)
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(ConfigError) as raised:
        OpenAILLM(QWEN, settings(url), setting=CHOSEN)
    assert raised.value.setting == URL


@pytest.mark.parametrize("key", [None, "", "  ", "sk-ключ", "sk-a\nb"])
def test_a_key_that_is_none(key: str | None) -> None:
    with pytest.raises(ConfigError) as raised:
        OpenAILLM(LUNA, settings(key=key), setting=CHOSEN)
    assert raised.value.setting == KEY
    assert not key or not key.strip() or key not in str(raised.value)


async def test_neither_key_nor_words_in_errors_and_logs(
    server: OpenAIServer, caplog: pytest.LogCaptureFixture
) -> None:
    key, words = "sk-very-secret-4711", "meet Zaphod at nine"
    caplog.set_level(logging.DEBUG)
    quoting = body_of(f"Incorrect key {key} for: {words}", f"{words}", words, words)
    steps: list[Step | Raw] = [
        *(Raw(status=status, body=quoting) for status in (400, 401, 404, 429, 500)),
        Raw(events=[quoting]),
        Raw(events=[f"data: {words}\n\n"]),
        Raw(body=words, kind="text/plain"),
        Fault.CUT,
        Detailed(refusal=words),
        Detailed(text=words, calls=((words, {}),), raw_arguments=words),
    ]
    llm = OpenAILLM(LUNA, settings(server.url, key), setting=CHOSEN)
    server.key = key
    told = [repr(llm), repr(vars(llm)["_client"])]
    for step in steps:
        for answer in (in_one, in_pieces):
            server.script(step)
            try:
                await answer(llm, ask(user(words)))
            except EdgeError as error:
                told += [repr(error), *traceback.format_exception(error)]
    await llm.close()
    assert len(told) > 30
    for text in (*told, caplog.text):
        assert key not in text
        assert words not in text
    assert key not in repr(settings(key=key))
