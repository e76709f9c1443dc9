"""Claude through the real SDK and a real socket: what is sent, what comes back, what goes wrong."""

import asyncio
import json
import logging
import socket
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import anthropic
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from adapters.anthropic_llm import AnthropicLLM, AnthropicSettings
from adapters.anthropic_llm.request import rendered
from core import prompt
from core.errors import (
    Declined,
    EdgeError,
    Refused,
    TooLong,
    Unauthorized,
    Unavailable,
)
from core.people import Person
from core.ports import Ask, Situation, ToolSpec
from core.values import (
    AssistantTurn,
    Call,
    OwnerId,
    Remembered,
    Tokens,
    ToolTurn,
    Turn,
    UserTurn,
)
from tests.fakes.anthropic_rules import problem_of
from tests.fakes.anthropic_server import MALFORMED, MODELS, TEXT, AnthropicServer, Detailed
from tests.fakes.models import RATE_SENTENCE, Fault, Said

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HAIKU, SONNET = MODELS[:2]
SITUATION = Situation(person=Person(id=OwnerId("o"), name="Ann", created_at=NOW), now=NOW)
TOOLS = (
    ToolSpec(
        name="add_task",
        description="Adds a task.",
        parameters={"properties": {"title": {"type": "string"}}, "required": ["title"]},
    ),
    ToolSpec(name="list_tasks", description="Lists.", parameters={"type": "object"}),
)
ADD = ("add_task", {"title": "buy milk"})
LIST: tuple[str, dict[str, Any]] = ("list_tasks", {})


@pytest.fixture
async def server() -> AsyncIterator[AnthropicServer]:
    async with AnthropicServer() as server:
        yield server


@asynccontextmanager
async def model_of(
    server: AnthropicServer, model: str = HAIKU, **options: Any
) -> AsyncIterator[AnthropicLLM]:
    llm = AnthropicLLM(model, settings(server.url, server.key), **options)
    yield llm
    await llm.close()


@pytest.fixture
async def llm(server: AnthropicServer) -> AsyncIterator[AnthropicLLM]:
    async with model_of(server) as llm:
        yield llm


def settings(url: str = "", key: str | None = "sk-ant-loopback") -> AnthropicSettings:
    secret = None if key is None else SecretStr(key)
    return AnthropicSettings(anthropic_key=secret, anthropic_base_url=url)


def ask(*turns: Turn, situation: Situation = SITUATION) -> Ask:
    return Ask(situation=situation, turns=turns or (user("hello"),), tools=TOOLS)


def user(text: str) -> UserTurn:
    return UserTurn(text=text, at=NOW)


def said(*calls: Call, text: str = "") -> AssistantTurn:
    return AssistantTurn(text=text, calls=calls)


def call(id_: str, name: str = "add_task", **arguments: Any) -> Call:
    return Call(id=id_, name=name, arguments=arguments)


def result(id_: str, text: str = "done", *, failed: bool = False) -> ToolTurn:
    return ToolTurn(call_id=id_, name="add_task", result=text, failed=failed)


def messages(*turns: Turn) -> list[tuple[str, Any]]:
    body = rendered(ask(*turns), HAIKU, 1024)
    assert problem_of(body, MODELS) is None
    return [
        (one["role"], [block.get("text", block) for block in one["content"]])
        for one in body["messages"]
    ]


async def parts_of(llm: AnthropicLLM, asked: Ask) -> list[str | AssistantTurn]:
    return [part async for part in llm.stream(asked)]


# --- what comes back ---


async def test_text_arrives_in_pieces_and_then_whole(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    server.script(Said(text="Good morning, Ann 🌞", pieces=4))
    *deltas, turn = await parts_of(llm, ask())
    assert len(deltas) == 4
    assert isinstance(turn, AssistantTurn)
    assert "".join(str(delta) for delta in deltas) == turn.text == "Good morning, Ann 🌞"
    assert (turn.calls, turn.native, turn.cut) == ((), None, False)
    assert server.faulty == []


async def test_the_first_piece_is_there_before_the_rest_is_written(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    server.script(Fault.STALL)
    async with aclosing(llm.stream(ask())) as parts:
        first = await anext(parts)
    assert isinstance(first, str)
    assert first
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


# --- what is sent ---


async def test_the_request_puts_what_never_changes_first(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    server.script(Said(text="Hi"))
    await llm.complete(ask())
    (body,) = server.requests
    stable, changing = body["system"]
    assert stable == {
        "type": "text",
        "text": prompt.STABLE,
        "cache_control": {"type": "ephemeral"},
    }
    assert changing == {"type": "text", "text": prompt.changing(SITUATION)}
    assert body["tools"][0] == {
        "name": "add_task",
        "description": "Adds a task.",
        "input_schema": {
            "type": "object",
            "properties": {"title": {"type": "string"}},
            "required": ["title"],
        },
    }
    assert (body["model"], body["max_tokens"], body["stream"]) == (HAIKU, 1024, True)
    assert server.faulty == []


async def test_without_tools_none_are_sent(server: AnthropicServer, llm: AnthropicLLM) -> None:
    server.script(Said(text="Hi"))
    await llm.complete(replace(ask(), tools=()))
    assert "tools" not in server.requests[0]
    assert server.faulty == []


def test_results_of_one_turn_stand_together_before_the_words() -> None:
    told = messages(
        user("two things"),
        said(call("a", title="milk"), call("b"), text="On it."),
        result("b", "no such day", failed=True),
        user("wait"),
        result("a", "added #1"),
    )
    assert told == [
        ("user", ["two things"]),
        (
            "assistant",
            [
                "On it.",
                {"type": "tool_use", "id": "a", "name": "add_task", "input": {"title": "milk"}},
                {"type": "tool_use", "id": "b", "name": "add_task", "input": {}},
            ],
        ),
        (
            "user",
            [
                {"type": "tool_result", "tool_use_id": "a", "content": "added #1"},
                {
                    "type": "tool_result",
                    "tool_use_id": "b",
                    "content": "no such day",
                    "is_error": True,
                },
                "wait",
            ],
        ),
    ]


def test_a_turn_that_says_nothing_is_left_out_and_neighbours_are_joined() -> None:
    told = messages(user("one"), said(), user("two"), said(text="x"), said(text="y"), user("z"))
    assert told == [("user", ["one", "two"]), ("assistant", ["x", "y"]), ("user", ["z"])]


def test_a_conversation_that_begins_or_ends_with_pixie_is_framed() -> None:
    told = messages(said(text="Time to leave."))
    assert told == [
        ("user", ["(no words)"]),
        ("assistant", ["Time to leave."]),
        ("user", ["(no words)"]),
    ]


def test_blank_words_are_not_sent() -> None:
    assert messages(user(" \n")) == [("user", ["(no words)"])]
    told = messages(user("hi"), said(call("a"), text="\x00"), result("a", "  "), user(""))
    assert told[1][1] == [{"type": "tool_use", "id": "a", "name": "add_task", "input": {}}]
    assert told[2][1] == [{"type": "tool_result", "tool_use_id": "a", "content": "(nothing)"}]


def test_a_call_without_result_was_not_run_and_a_result_without_call_is_dropped() -> None:
    told = messages(user("hi"), result("ghost"), said(call("a")), user("and?"), result("b"))
    assert told == [
        ("user", ["hi"]),
        ("assistant", [{"type": "tool_use", "id": "a", "name": "add_task", "input": {}}]),
        (
            "user",
            [
                {
                    "type": "tool_result",
                    "tool_use_id": "a",
                    "content": "This was not run.",
                    "is_error": True,
                },
                "and?",
            ],
        ),
    ]


@pytest.mark.parametrize("ids", [("a b/ü", "a b/é"), ("", "x" * 65), ("call-1", "call-1\n")])
def test_ids_of_other_vendors_become_valid_and_stay_apart(ids: tuple[str, str]) -> None:
    one, two = ids
    round_ = (said(call(one), call(two)), result(two, "second"), result(one, "first"))
    told = messages(user("hi"), *round_, *round_)
    for calls, results in ((told[1][1], told[2][1]), (told[3][1], told[4][1])):
        assert [block["id"] for block in calls] == [block["tool_use_id"] for block in results]
        assert [block["content"] for block in results] == ["first", "second"]


async def test_what_utf8_cannot_carry_is_taken_out_everywhere(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    server.script(Said(text="Hi"))
    bad = "x\x00\ud800\udfffy"
    situation = replace(
        SITUATION, memories=(Remembered(kind="note", row_id="1", text=bad, at=NOW),)
    )
    turns = (
        user(bad),
        said(Call(id=bad, name=bad, arguments={bad: [bad, float("nan")]}), text=bad),
        result(bad, bad),
        user("\ud800"),
    )
    await llm.complete(ask(*turns, situation=situation))
    assert server.faulty == []
    assert "xy" in server.requests[0]["system"][1]["text"]


TEXTS = st.text(max_size=8) | st.sampled_from(["", " ", "\x00", "\ud800", "מחר", "🎂"])
IDS = st.sampled_from(["a", "b", "call-1", "", "ü", "x" * 70])
CALLS = st.builds(
    Call,
    id=IDS,
    name=TEXTS,
    arguments=st.dictionaries(TEXTS, TEXTS | st.floats() | st.lists(TEXTS), max_size=2),
)
TURNS: st.SearchStrategy[Turn] = st.one_of(
    st.builds(UserTurn, text=TEXTS, at=st.just(NOW)),
    st.builds(AssistantTurn, text=TEXTS, calls=st.lists(CALLS, max_size=3).map(tuple)),
    st.builds(ToolTurn, call_id=IDS, name=TEXTS, result=TEXTS, failed=st.booleans()),
)


@given(st.lists(TURNS, max_size=12))
def test_whatever_is_in_the_journal_the_vendor_takes_it(turns: list[Turn]) -> None:
    body = rendered(ask(*turns), HAIKU, 1024)
    assert problem_of(json.loads(json.dumps(body, allow_nan=False)), MODELS) is None


# --- what thinking leaves behind ---


async def thought(
    server: AnthropicServer, llm: AnthropicLLM, asked: Ask | None = None
) -> AssistantTurn:
    server.script(
        Detailed(thinking="A task, then.", redacted="b64", text="One moment.", calls=(ADD,))
    )
    return await llm.complete(asked or ask())


async def test_thinking_goes_back_as_it_came(server: AnthropicServer, llm: AnthropicLLM) -> None:
    turn = await thought(server, llm)
    stored = replace(turn, native=json.loads(json.dumps(turn.native)))  # as the journal keeps it
    server.script(Said(thinking="Good.", calls=(LIST,)), Said(text="Added."))
    so_far = (user("hello"), stored, result(turn.calls[0].id))
    second = await llm.complete(ask(*so_far))
    await llm.complete(ask(*so_far, second, result(second.calls[0].id)))
    assert server.faulty == []
    kinds = [block["type"] for block in server.requests[-1]["messages"][1]["content"]]
    assert kinds == ["thinking", "redacted_thinking", "text", "tool_use"]
    assert server.requests[-1]["messages"][3]["content"][0]["thinking"] == "Good."


@pytest.mark.parametrize(
    "changed",
    [
        lambda turn: replace(turn, native={**turn.native, "vendor": "openai"}),
        lambda turn: replace(turn, native={**turn.native, "model": SONNET}),
        lambda turn: replace(turn, native={**turn.native, "prefix": "0"}),
        lambda turn: replace(turn, text="I was asked to say something else."),
        lambda turn: replace(turn, calls=(replace(turn.calls[0], id="other"),)),
    ],
    ids=["another vendor's", "another model's", "after something else", "words", "calls"],
)
async def test_thinking_that_would_be_refused_stays_here(
    server: AnthropicServer,
    llm: AnthropicLLM,
    changed: Callable[[AssistantTurn], AssistantTurn],
) -> None:
    turn = changed(await thought(server, llm))
    server.script(Said(text="Added."))
    await llm.complete(ask(user("hello"), turn, result(turn.calls[0].id)))
    assert server.faulty == []
    words, use = server.requests[-1]["messages"][1]["content"]
    assert words == {"type": "text", "text": turn.text}
    assert use["id"] == turn.calls[0].id


async def test_a_later_hour_leaves_thinking_behind(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    turn = await thought(server, llm)
    server.script(Said(text="Added."))
    later = replace(SITUATION, now=NOW + timedelta(minutes=1))
    await llm.complete(ask(user("hello"), turn, result(turn.calls[0].id), situation=later))
    assert server.faulty == []
    assert "thinking" not in json.dumps(server.requests[-1]["messages"])


async def test_words_alone_leave_nothing_behind(server: AnthropicServer, llm: AnthropicLLM) -> None:
    server.script(Said(text="One moment.", calls=(ADD,)))
    assert (await llm.complete(ask())).native is None


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
        server.script(Said(text="warm"), fault)
        await llm._opened()  # the SDK is imported before the time runs
        await llm.complete(ask())
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


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://x", "http://", "http://[", "http://x:y"])
async def test_an_address_that_is_none_is_named(url: str) -> None:
    error = await failure(AnthropicLLM(HAIKU, settings(url)))
    assert isinstance(error, Unauthorized)
    assert error.setting == "PIXIE_ANTHROPIC_BASE_URL"


@pytest.mark.parametrize("key", [None, "", " ", "sk-ant-ключ", "sk\nant"])
async def test_a_key_that_is_none_is_named_before_anything_is_sent(key: str | None) -> None:
    error = await failure(AnthropicLLM(HAIKU, settings("http://127.0.0.1:1", key)))
    assert isinstance(error, Unauthorized)
    assert error.setting == "PIXIE_ANTHROPIC_KEY"


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


# --- the server itself ---


async def bare(server: AnthropicServer, **changes: Any) -> Any:
    body = {
        "model": HAIKU,
        "max_tokens": 10,
        "messages": [{"role": "user", "content": "hello"}],
        **changes,
    }
    client = anthropic.AsyncAnthropic(api_key=server.key, base_url=server.url, max_retries=0)
    async with client:
        return await client.messages.create(**body)


async def test_the_server_answers_without_a_stream_too(server: AnthropicServer) -> None:
    server.script(Said(text="Hi", calls=(ADD,), cached_tokens=40), Fault.ERROR_EVENT)
    message = await bare(server)
    assert [block.type for block in message.content] == ["text", "tool_use"]
    assert (message.stop_reason, message.usage.cache_read_input_tokens) == ("tool_use", 40)
    with pytest.raises(anthropic.InternalServerError):
        await bare(server)


USE = {"type": "tool_use", "id": "a", "name": "add_task", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "a", "content": "done"}
HELLO = {"role": "user", "content": "hello"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"messages": []}, "at least one message"),
        ({"messages": [{"role": "assistant", "content": "x"}, HELLO]}, "first message"),
        ({"messages": [HELLO, {"role": "assistant", "content": "x"}]}, "prefill"),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": ""}]}]}, "non-empty"),
        ({"messages": [{"role": "user", "content": " "}]}, "non-whitespace"),
        ({"messages": [{"role": "user", "content": [RESULT]}]}, "unexpected `tool_use_id`"),
        ({"messages": [HELLO, {"role": "assistant", "content": [USE]}, HELLO]}, "without"),
        (
            {
                "messages": [
                    HELLO,
                    {"role": "assistant", "content": [USE]},
                    {"role": "user", "content": [{"type": "text", "text": "x"}, RESULT]},
                ]
            },
            "before all other content",
        ),
        (
            {
                "messages": [
                    HELLO,
                    {
                        "role": "assistant",
                        "content": [{"type": "thinking", "thinking": "x", "signature": "y"}],
                    },
                    HELLO,
                ]
            },
            "different conversation",
        ),
        ({"tools": [{"name": "a b", "input_schema": {"type": "object"}}]}, "match pattern"),
        ({"tools": [{"name": "ab", "input_schema": {"type": "string"}}]}, "not object"),
        ({"max_tokens": -1}, "greater than"),
        (
            {
                "system": [
                    {"type": "text", "text": "x", "cache_control": {"type": "ephemeral"}},
                ]
                * 5
            },
            "maximum of 4",
        ),
    ],
)
async def test_the_server_refuses_what_the_vendor_refuses(
    server: AnthropicServer, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(anthropic.BadRequestError, match=words) as caught:
        await bare(server, **changes)
    assert caught.value.type == "invalid_request_error"
    assert caught.value.request_id
    assert len(server.faulty) == 1
