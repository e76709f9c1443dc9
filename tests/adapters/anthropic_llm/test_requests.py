"""What is sent to Claude, judged by a server that refuses what the vendor refuses."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.anthropic_llm import AnthropicLLM
from adapters.anthropic_llm.request import rendered
from core import prompt
from core.ports import Ask
from core.values import (
    AssistantTurn,
    Call,
    Remembered,
    ToolTurn,
    Turn,
    UserTurn,
)
from tests.adapters.anthropic_llm.talk import HAIKU, SONNET, call, result, said
from tests.adapters.talk import ADD, LIST, NOW, SITUATION, ask, user
from tests.fakes.anthropic_rules import problem_of
from tests.fakes.anthropic_server import MODELS, AnthropicServer, Detailed
from tests.fakes.models import Said


def messages(*turns: Turn) -> list[tuple[str, Any]]:
    body = rendered(ask(*turns), HAIKU, 1024)
    assert problem_of(body, MODELS) is None
    return [
        (one["role"], [block.get("text", block) for block in one["content"]])
        for one in body["messages"]
    ]


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


async def test_thinking_that_no_database_takes_stays_here(
    server: AnthropicServer, llm: AnthropicLLM
) -> None:
    server.script(Said(thinking="a\x00b", text="Hi"))
    turn = await llm.complete(ask())
    assert (turn.text, turn.native) == ("Hi", None)


async def test_words_alone_leave_nothing_behind(server: AnthropicServer, llm: AnthropicLLM) -> None:
    server.script(Said(text="One moment.", calls=(ADD,)))
    assert (await llm.complete(ask())).native is None
