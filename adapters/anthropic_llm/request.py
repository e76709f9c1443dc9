"""What is sent to Claude: instructions, tools and the turns as messages."""

import hashlib
import json
import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from core import prompt
from core.ports import Ask
from core.values import AssistantTurn, ToolTurn, Turn, UserTurn

Block = dict[str, Any]
"""A content block, as in the JSON of a request."""

VENDOR = "anthropic"
SILENCE = "(no words)"
"""Stands where the API wants a message of the person's and there is none."""
NOT_RUN = "This was not run."
NO_RESULT = "(nothing)"

_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_NO_NAME = re.compile(r"[^a-zA-Z0-9_-]")
_UNSENDABLE = re.compile("[\x00\ud800-\udfff]")
"""NUL, which databases refuse, and lone surrogates, which UTF-8 has no bytes for."""


def rendered(ask: Ask, model: str, max_tokens: int) -> dict[str, Any]:
    """The body of a request, but for `stream`."""
    # The vendor caches in the order tools, system, messages: one mark behind the stable text
    # covers the tools too.
    request: dict[str, Any] = {
        "model": model,
        "max_tokens": max_tokens,
        "system": [
            {"type": "text", "text": prompt.STABLE, "cache_control": {"type": "ephemeral"}},
            {"type": "text", "text": clean(prompt.changing(ask.situation))},
        ],
    }
    if ask.tools:
        request["tools"] = [
            {
                "name": tool.name,
                "description": tool.description,
                "input_schema": {"type": "object", **tool.parameters},
            }
            for tool in ask.tools
        ]
    request["messages"] = _Conversation(model, request).of(ask.turns)
    return request


class _Conversation:
    """Turns as messages: roles alternate, the person's comes first and last, every call has one
    result, and only what the API takes is sent."""

    def __init__(self, model: str, request: Mapping[str, Any]) -> None:
        self._model = model
        self._request = request
        self._messages: list[dict[str, Any]] = []
        self._ids: set[str] = set()

    def of(self, turns: Sequence[Turn]) -> list[dict[str, Any]]:
        rounds: list[tuple[AssistantTurn, list[UserTurn | ToolTurn]]] = [(AssistantTurn(), [])]
        for turn in turns:
            if isinstance(turn, AssistantTurn):
                rounds.append((turn, []))
            else:
                rounds[-1][1].append(turn)
        for said, followers in rounds:
            ids = [self._free(call.id) for call in said.calls]
            self._add("assistant", self._native(said, ids) or _spoken(said, ids))
            self._add("user", [*_results(said, ids, followers), *_words(followers)])
        if not self._messages or self._messages[-1]["role"] == "assistant":
            self._add("user", [_text(SILENCE)])
        return self._messages

    def _add(self, role: str, blocks: list[Block]) -> None:
        if not blocks:
            return
        if not self._messages and role == "assistant":
            self._add("user", [_text(SILENCE)])
        if self._messages and self._messages[-1]["role"] == role:
            self._messages[-1]["content"] += blocks
        else:
            self._messages.append({"role": role, "content": blocks})

    def _free(self, call_id: str) -> str:
        """The id itself, or one like it that is valid and not taken yet."""
        base = _NO_NAME.sub("_", call_id)[:48] or "call"
        wire, count = call_id if _ID.fullmatch(call_id) else base, 1
        while wire in self._ids:
            count += 1
            wire = f"{base}-{count}"
        self._ids.add(wire)
        return wire

    def _native(self, turn: AssistantTurn, ids: Sequence[str]) -> list[Block]:
        """The blocks as they were, thinking included; empty when they cannot be sent back.

        The vendor refuses a thinking block when anything before it has changed since
        (https://platform.claude.com/docs/en/build-with-claude/preserved-thinking/prefix-checks),
        and what the turn says now must be what the blocks say.
        """
        native = turn.native or {}
        if (native.get("vendor"), native.get("model")) != (VENDOR, self._model):
            return []
        blocks = [dict(block) for block in native["content"]]
        uses = [block for block in blocks if block["type"] == "tool_use"]
        spoken = "".join(block["text"] for block in blocks if block["type"] == "text")
        if (
            [block["id"] for block in uses] != [call.id for call in turn.calls]
            or clean(spoken).split() != clean(turn.text).split()
            or native.get("prefix") != fingerprint(self._request, self._messages)
        ):
            return []
        for block, wire in zip(uses, ids, strict=True):
            block["id"] = wire
        return blocks


def _spoken(turn: AssistantTurn, ids: Sequence[str]) -> list[Block]:
    uses = [
        {
            "type": "tool_use",
            "id": wire,
            "name": _NO_NAME.sub("_", call.name)[:128] or "unknown",
            "input": clean_value(call.arguments),
        }
        for call, wire in zip(turn.calls, ids, strict=True)
    ]
    text = clean(turn.text)
    return [_text(text), *uses] if text.strip() else uses


def _results(
    said: AssistantTurn, ids: Sequence[str], followers: Sequence[UserTurn | ToolTurn]
) -> list[Block]:
    """One result for each call, in order; a result without its call is left out."""
    given: defaultdict[str, list[ToolTurn]] = defaultdict(list)
    for turn in followers:
        if isinstance(turn, ToolTurn):
            given[turn.call_id].append(turn)
    blocks: list[Block] = []
    for call, wire in zip(said.calls, ids, strict=True):
        turns = given[call.id]
        result = turns.pop(0) if turns else None
        content = NOT_RUN if result is None else clean(result.result).strip() or NO_RESULT
        block: Block = {"type": "tool_result", "tool_use_id": wire, "content": content}
        if result is None or result.failed:
            block["is_error"] = True
        blocks.append(block)
    return blocks


def _words(followers: Sequence[UserTurn | ToolTurn]) -> list[Block]:
    texts = [clean(turn.text) for turn in followers if isinstance(turn, UserTurn)]
    return [_text(text) for text in texts if text.strip()]


def _text(text: str) -> Block:
    return {"type": "text", "text": text}


def fingerprint(request: Mapping[str, Any], messages: Sequence[Mapping[str, Any]]) -> str:
    """Of all that the model read before its answer."""
    read = [request["system"], request.get("tools"), messages]
    return hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()


def clean(text: str) -> str:
    return _UNSENDABLE.sub("", text)


def clean_value(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {clean(str(key)): clean_value(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [clean_value(held) for held in value]
    return value
