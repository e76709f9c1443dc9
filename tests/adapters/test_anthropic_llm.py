"""Claude through the real SDK and a real socket: what comes back, and what goes wrong."""

import asyncio
import logging
import socket
import traceback
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

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
from core.values import (
    AssistantTurn,
    Tokens,
)
from tests.adapters.claude import (
    ADD,
    HAIKU,
    LIST,
    SITUATION,
    ask,
    call,
    model_of,
    parts_of,
    said,
    settings,
    user,
)
from tests.fakes.anthropic_server import MALFORMED, TEXT, AnthropicServer, Detailed
from tests.fakes.models import RATE_SENTENCE, Fault, Said


@pytest.fixture
async def server() -> AsyncIterator[AnthropicServer]:
    async with AnthropicServer() as server:
        yield server


@pytest.fixture
async def llm(server: AnthropicServer) -> AsyncIterator[AnthropicLLM]:
    async with model_of(server) as llm:
        yield llm


# --- what comes back ---


async def test_text_arrives_in_pieces_and_then_whole(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    server.script(Said(text="Good morning, Ann 🌞", pieces=4))
    *deltas, turn = await parts_of(llm, ask())
    assert len([delta for delta in deltas if delta]) == 4
    assert isinstance(turn, AssistantTurn)
    assert "".join(str(delta) for delta in deltas) == turn.text == "Good morning, Ann 🌞"
    assert (turn.calls, turn.native, turn.cut) == ((), None, False)
    assert server.faulty == []


async def test_the_first_piece_is_there_before_the_rest_is_written(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    server.script(Fault.STALL)
    async with aclosing(llm.stream(ask())) as parts:
        first = await anext(part async for part in parts if part)
    assert isinstance(first, str)
    assert TEXT.startswith(first)


async def test_complete_is_what_a_stream_ends_with(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    answer = Said(text="On it.", calls=(ADD, LIST), thinking="Two things, then.")
    server.script(answer, answer)
    whole = await llm.complete(ask())
    assert (await parts_of(llm, ask()))[-1] == whole
    assert [(one.name, one.arguments, one.malformed) for one in whole.calls] == [
        (*ADD, ""),
        (*LIST, ""),
    ]
    assert len({one.id for one in whole.calls}) == 2


async def test_work_without_words_is_a_sign_of_life(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    server.script(Said(thinking="Milk is a task.", calls=(ADD,)))
    *deltas, turn = await parts_of(llm, ask())
    assert set(deltas) == {""}
    assert isinstance(turn, AssistantTurn)
    assert turn.text == ""


async def test_every_event_is_a_sign_of_life(server: AnthropicServer, llm: AnthropicLLM) -> None:
    server.script(Detailed(text="One two", pieces=2, pings=3))
    *deltas, _ = await parts_of(llm, ask())
    # a message and a block begin, pings; the words; the block ends, the counts, the message ends
    assert deltas == ["", "", "", "", "", "One ", "two", "", "", ""]


async def test_tokens_are_counted_with_what_the_cache_gave_and_took(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    server.script(
        Detailed(
            text="Hi", input_tokens=1000, cached_tokens=600, written_tokens=300, output_tokens=7
        )
    )
    turn = await llm.complete(ask())
    assert turn.tokens == Tokens(input=1000, cached=600, written=300, output=7)


@pytest.mark.parametrize("told", [-1, 10**10, 0.5])
async def test_counts_that_cannot_be_right_are_unknown(
    server: AnthropicServer, llm: AnthropicLLM, told: Any
) -> None:
    server.script(Said(text="Hi", output_tokens=told), Detailed(text="Hi", written_tokens=told))
    for _ in range(2):
        assert (await llm.complete(ask())).tokens is None


async def test_two_texts_of_one_answer_are_two_paragraphs(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    server.script(Detailed(text="One moment.", calls=(LIST,), after="There is one."))
    *deltas, turn = await parts_of(llm, ask())
    assert isinstance(turn, AssistantTurn)
    assert turn.text == "".join(map(str, deltas)) == "One moment.\n\nThere is one."


async def test_an_answer_cut_at_the_limit_says_so(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    server.script(Fault.MAX_TOKENS, Detailed(text="And then", stop_reason="pause_turn"))
    assert (await llm.complete(ask())).cut
    assert (await llm.complete(ask())).cut


@pytest.mark.parametrize(
    ("raw", "malformed"),
    [
        (MALFORMED, MALFORMED),
        ('["buy milk"]', '["buy milk"]'),
        ('{"title": NaN}', '{"title": NaN}'),
        ("[" * 5000, "[" * 2000),
        ('{"title": "x"', '{"title": "x"'),
    ],
    ids=["cut", "list", "constant", "deep", "open"],
)
async def test_arguments_that_are_no_object_are_kept_as_they_were_written(
    server: AnthropicServer, llm: AnthropicLLM, raw: str, malformed: str
) -> None:
    server.script(Detailed(calls=(LIST, ADD), raw_arguments=raw))
    first, second = (await llm.complete(ask())).calls
    assert first.malformed == ""
    assert (second.arguments, second.malformed) == ({}, malformed)


async def test_the_scripted_fault_writes_malformed_arguments(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    server.script(Fault.MALFORMED_ARGUMENTS)
    (only,) = (await llm.complete(ask())).calls
    assert (only.name, only.malformed) == ("add_task", MALFORMED)


@pytest.mark.parametrize("raw", ['{"title": "buy m', ""])
async def test_a_call_cut_at_the_limit_is_malformed(
    server: AnthropicServer, llm: AnthropicLLM, raw: str
) -> None:
    server.script(Detailed(calls=(LIST, ADD), raw_arguments=raw, stop_reason="max_tokens"))
    turn = await llm.complete(ask())
    assert turn.cut
    assert [bool(one.malformed) for one in turn.calls] == [False, True]


async def test_what_no_database_takes_is_taken_out(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    server.script(
        Detailed(
            text="a\x00b",
            calls=(ADD,),
            raw_arguments='{"title": "x\\u0000\\ud800y", "n": 1e999}',
        )
    )
    turn = await llm.complete(ask())
    assert turn.text == "ab"
    assert turn.calls[0].arguments == {"title": "xy", "n": "inf"}


@pytest.mark.parametrize("step", [Fault.EMPTY, Fault.RATE_SENTENCE])
async def test_an_answer_is_not_judged_here(
    server: AnthropicServer, llm: AnthropicLLM, step: Fault
) -> None:
    server.script(step)
    turn = await llm.complete(ask())
    assert turn.text == (RATE_SENTENCE if step is Fault.RATE_SENTENCE else "")
    assert turn.calls == ()
    assert turn.native is None


async def test_a_stop_reason_of_tomorrow_is_an_ordinary_end(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    server.script(Detailed(text="Fine.", stop_reason="sunset"))
    turn = await llm.complete(ask())
    assert (turn.text, turn.cut) == ("Fine.", False)


# --- what goes wrong ---


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


# --- the connection ---


async def test_one_connection_serves_one_answer_after_another(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    server.script(*[Said(text="Hi")] * 3)
    for _ in range(3):
        await llm.complete(ask())
    assert len(server.connections) == 1


async def test_answers_come_side_by_side(server: AnthropicServer, llm: AnthropicLLM) -> None:
    server.respond = lambda body: Said(text=body["messages"][0]["content"][0]["text"])
    asked = [llm.complete(ask(user(f"number {number}"))) for number in range(5)]
    turns = await asyncio.gather(*asked)
    assert [turn.text for turn in turns] == [f"number {number}" for number in range(5)]


async def test_a_reader_who_leaves_ends_the_answer(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    server.script(Fault.STALL, Said(text="Still here."))
    waiting = asyncio.create_task(llm.complete(ask()))
    while not server.requests:
        await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert (await llm.complete(ask())).text == "Still here."
