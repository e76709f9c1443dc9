"""What is asked of a model, as Chat Completions wants it.

What a model takes is read from its name, wherever it is served, so that a gateway in between
changes nothing. Why the messages stand in this order: docs/adr/0006-chat-completions.md.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any

from adapters.openai_llm.text import clean, cleaned
from core import prompt
from core.ports import Ask, ToolSpec
from core.values import AssistantTurn, ToolTurn, Turn, UserTurn

REASONING_ROOM = 4096
"""Tokens on top of the answer's, for models that think before they answer."""
NOT_RUN = "Error: this was not run."
_FAMILY = re.compile(r"(?:^|[/:])(?:gpt-(?!35)(\d+)(?:\.(\d+))?|o[1-9]\b)")
_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")


def output_limit(model: str, max_tokens: int) -> int:
    """The most tokens that a call may write, reasoning included, for an answer of `max_tokens`."""
    # from gpt-5.1 on they do not reason unless told to
    return max_tokens + (REASONING_ROOM if _family(model) in ((5, 0), (0, 0)) else 0)


def request(ask: Ask, *, model: str, name: str, limit: int) -> dict[str, Any]:
    """The arguments of `chat.completions.create`, but for streaming. `name` is the model's name
    in `native`. No temperature: models that reason refuse it."""
    family = _family(model)
    asked: dict[str, Any] = {
        "model": model,
        "messages": [_system(family), *_messages(ask, name)],
        # the newer name counts reasoning too and is all that OpenAI's reasoning models take; the
        # older is all that older local servers know
        "max_completion_tokens" if family >= (5, 0) else "max_tokens": limit,
    }
    if ask.tools:
        asked["tools"] = [_tool(spec) for spec in ask.tools]
    if family >= (5, 4):
        # on Chat Completions these call tools only when told not to reason
        asked["reasoning_effort"] = "none"
    if family >= (5, 6):
        asked["prompt_cache_key"] = "pixie"
    return asked


def _family(model: str) -> tuple[int, int]:
    """The generation of an OpenAI model: gpt-5.6-luna is (5, 6), o3 counts as (5, 0); (0, 0) for
    everybody else's."""
    if (found := _FAMILY.search(model)) is None:
        return 0, 0
    return (int(found[1]), int(found[2] or 0)) if found[1] else (5, 0)


def _system(family: tuple[int, int]) -> dict[str, Any]:
    """Alone at the start, and always the same: all that chat templates agree on, and what is
    cached together with the tools before it."""
    if family < (5, 6):
        return {"role": "system", "content": prompt.STABLE}
    # these match only where a breakpoint was set, and set one at the end by themselves
    part = {"type": "text", "text": prompt.STABLE, "prompt_cache_breakpoint": {"mode": "explicit"}}
    return {"role": "system", "content": [part]}


def _messages(ask: Ask, name: str) -> list[dict[str, Any]]:
    """The conversation; what changes stands with the person's last words, where it spoils the
    prefix of nothing before it."""
    situation = f"<situation>\n{clean(prompt.changing(ask.situation))}\n</situation>"
    last = max((at for at, turn in enumerate(ask.turns) if isinstance(turn, UserTurn)), default=-1)
    messages: list[dict[str, Any]] = []
    if last < 0:
        _say(messages, "user", situation)
    for at, turn in enumerate(ask.turns):
        match turn:
            case UserTurn():
                text = clean(turn.text)
                _say(messages, "user", f"{situation}\n\n{text}" if at == last else text)
            case AssistantTurn() if turn.calls:
                _say(messages, "assistant", clean(turn.text))
                said = messages.pop()["content"] if _last(messages) == "assistant" else None
                messages += _called(turn, said, _results(ask.turns[at + 1 :]), name)
            case AssistantTurn():
                _say(messages, "assistant", clean(turn.text))
    return messages


def _say(messages: list[dict[str, Any]], role: str, text: str) -> None:
    """Add to the last message when it is of the same role: templates want them to alternate."""
    if not text.strip():
        return
    if _last(messages) == role:
        messages[-1]["content"] += f"\n\n{text}"
    else:
        messages.append({"role": role, "content": text})


def _last(messages: list[dict[str, Any]]) -> str:
    return messages[-1]["role"] if messages else ""


def _results(turns: Iterable[Turn]) -> list[ToolTurn]:
    """What tools answered before the model called again."""
    results = []
    for turn in turns:
        if isinstance(turn, AssistantTurn) and turn.calls:
            break
        if isinstance(turn, ToolTurn):
            results.append(turn)
    return results


def _called(
    turn: AssistantTurn, said: str | None, results: list[ToolTurn], name: str
) -> list[dict[str, Any]]:
    """The model's words and calls and, right after them, one result for each call."""
    native = turn.native if turn.native and turn.native.get("model") == name else {}
    calls: list[dict[str, Any]] = []
    answers: list[dict[str, Any]] = []
    for call in turn.calls:
        wire_id = call.id if _ID.fullmatch(call.id) else _hashed(call.id)
        if any(wire_id == other["id"] for other in calls):
            wire_id = _hashed(f"{call.id} {len(calls)}")
        arguments = json.dumps(cleaned(call.arguments), ensure_ascii=False)
        function = {
            "name": re.sub(r"[^A-Za-z0-9_-]", "_", call.name)[:64] or "unknown",
            "arguments": arguments,
        }
        extra = native.get("extras", {}).get(call.id)
        calls.append(
            {"id": wire_id, "type": "function", "function": function}
            | ({"extra_content": extra} if extra else {})
        )
        found = next((result for result in results if result.call_id == call.id), None)
        if found is not None:
            results.remove(found)
        answers.append({"role": "tool", "tool_call_id": wire_id, "content": _told(found)})
    message = {"role": "assistant", "content": said, "tool_calls": calls}
    return [message | native.get("thoughts", {}), *answers]


def _told(result: ToolTurn | None) -> str:
    if result is None:
        return NOT_RUN
    told = clean(result.result) or "(nothing)"
    return f"Error: {told}" if result.failed else told


def _tool(spec: ToolSpec) -> dict[str, Any]:
    function = {
        "name": spec.name,
        "description": spec.description,
        "parameters": {"type": "object", "properties": {}, **spec.parameters},
    }
    return {"type": "function", "function": function}


def _hashed(text: str) -> str:
    """Nine letters and digits: the strictest template takes nothing else."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:9]
