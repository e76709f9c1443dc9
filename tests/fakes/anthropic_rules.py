"""What Anthropic refuses in a request to the Messages API, and with which words.

https://platform.claude.com/docs/en/api/messages and /errors; thinking blocks are bound to what
came before them: /docs/en/build-with-claude/preserved-thinking/prefix-checks.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    404: "not_found_error",
    500: "api_error",
}
FIELDS = {
    "max_tokens",
    "messages",
    "metadata",
    "model",
    "output_config",
    "service_tier",
    "stop_sequences",
    "stream",
    "system",
    "thinking",
    "tool_choice",
    "tools",
}
BLOCKS = {
    "text": {"type", "text", "cache_control", "citations"},
    "tool_use": {"type", "id", "name", "input", "cache_control", "caller"},
    "tool_result": {"type", "tool_use_id", "content", "is_error", "cache_control"},
    "thinking": {"type", "thinking", "signature"},
    "redacted_thinking": {"type", "data"},
}
ROLES = {
    "user": {"text", "tool_result"},
    "assistant": {"text", "tool_use", "thinking", "redacted_thinking"},
}
TOOL = {"name", "description", "input_schema", "cache_control", "type", "strict"}
MOST_CACHED = 4
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")
_USE = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_UNFIT = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal."""

    status: int
    message: str

    @property
    def kind(self) -> str:
        return KINDS[self.status]


class Invalid(Exception):
    """The request is refused with 400 and these words."""


def problem_of(body: Any, models: Sequence[str]) -> Problem | None:
    """What is wrong with a request's body, if anything."""
    try:
        _check(body)
    except Invalid as error:
        return Problem(400, str(error))
    if body["model"] not in models:
        return Problem(404, f"model: {body['model']}")
    return None


def signature(system: Any, tools: Any, before: Sequence[Json]) -> str:
    """What a thinking block is signed with: all that was read before it."""
    read = _unmarked([system, tools, _joined(before)])
    return hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()


def _check(body: Any) -> None:
    _must(isinstance(body, dict), "body: Input should be an object")
    for name in sorted(set(body) - FIELDS):
        raise Invalid(f"{name}: Extra inputs are not permitted")
    _must(isinstance(body.get("model"), str) and body["model"] != "", "model: Field required")
    limit = body.get("max_tokens")
    _must(type(limit) is int, "max_tokens: Field required")
    _must(limit > 0, "max_tokens: Input should be greater than or equal to 1")
    for text in _strings(body):
        _must(not _UNFIT.search(text), "The request body is not valid JSON: bad character")
    marks = sum("cache_control" in held for held in _objects(body))
    _must(marks <= MOST_CACHED, f"A maximum of 4 blocks with cache_control. Found {marks}.")
    for held in _objects(body):
        if "cache_control" in held:
            _must(held["cache_control"].get("type") == "ephemeral", "cache_control.type: unknown")
    _check_system(body.get("system", "-"))
    _check_tools(body.get("tools", []))
    _check_messages(body)


def _check_system(system: Any) -> None:
    if isinstance(system, str):
        _must(system.strip() != "", "system: text content blocks must be non-empty")
        return
    _must(isinstance(system, list), "system: Input should be a valid list")
    for at, block in enumerate(system):
        _must(block.get("type") == "text", f"system.{at}.type: Input should be 'text'")
        _check_block(block, f"system.{at}")


def _check_tools(tools: Any) -> None:
    _must(isinstance(tools, list), "tools: Input should be a valid list")
    for at, tool in enumerate(tools):
        _must(isinstance(tool, dict), f"tools.{at}: Input should be an object")
        for name in sorted(set(tool) - TOOL):
            raise Invalid(f"tools.{at}.custom.{name}: Extra inputs are not permitted")
        named = isinstance(tool.get("name"), str) and _NAME.fullmatch(tool["name"]) is not None
        _must(named, f"tools.{at}.custom.name: String should match pattern")
        _must(isinstance(tool.get("description", ""), str), f"tools.{at}.custom.description")
        schema = tool.get("input_schema")
        _must(isinstance(schema, dict), f"tools.{at}.custom.input_schema: Field required")
        _must(schema.get("type") == "object", f"tools.{at}.custom.input_schema.type: not object")
    names = [tool["name"] for tool in tools]
    _must(len(names) == len(set(names)), "tools: Tool names must be unique.")


def _check_messages(body: Json) -> None:
    messages: Any = body.get("messages")
    _must(isinstance(messages, list), "messages: Field required")
    _must(messages != [], "messages: at least one message is required")
    for at, message in enumerate(messages):
        _must(isinstance(message, dict), f"messages.{at}: Input should be an object")
        _must(set(message) == {"role", "content"}, f"messages.{at}: role and content, no more")
        _must(message["role"] in ROLES, f'messages.{at}.role: "user" or "assistant"')
        for where, block in _placed(message, at):
            _check_block(block, where)
            allowed = block["type"] in ROLES[message["role"]]
            _must(allowed, f"{where}: `{block['type']}` blocks can not be in {message['role']}")
    _must(messages[0]["role"] == "user", "messages: first message must use the user role")
    _must(
        messages[-1]["role"] == "user",
        "This model does not support assistant message prefill. "
        "The conversation must end with a user message.",
    )
    joined = _joined(messages)
    uses = [block["id"] for one in joined for block in one["content"] if "input" in block]
    _must(len(uses) == len(set(uses)), "messages: `tool_use` ids must be unique")
    for at, message in enumerate(joined):
        _check_pairs(joined[at - 1] if at else None, message, at)
        for where, block in _placed(message, at):
            if block["type"] == "thinking":
                signed = signature(body.get("system"), body.get("tools"), joined[:at])
                _must(
                    block["signature"] == signed,
                    f"{where}: Invalid `signature` in `thinking` block. "
                    "The block is bound to a different conversation.",
                )


def _check_pairs(before: Json | None, message: Json, at: int) -> None:
    """Every call is answered once in the next message, before any of its text."""
    called = [block["id"] for block in (before or {"content": []})["content"] if "input" in block]
    blocks = message["content"]
    answered = [block["tool_use_id"] for block in blocks if block["type"] == "tool_result"]
    for one in answered:
        _must(
            one in called,
            f"messages.{at}: unexpected `tool_use_id` found in `tool_result` blocks: {one}. Each "
            "`tool_result` block must have a corresponding `tool_use` block in the previous "
            "message.",
        )
    _must(len(answered) == len(set(answered)), "each tool_use must have a single result")
    missing = [one for one in called if one not in answered]
    _must(
        not missing,
        f"messages.{at - 1}: `tool_use` ids were found without `tool_result` blocks immediately "
        f"after: {', '.join(missing)}.",
    )
    first = [block["type"] for block in blocks[: len(answered)]]
    _must(
        all(kind == "tool_result" for kind in first),
        f"messages.{at}: `tool_result` blocks must come before all other content",
    )


def _check_block(block: Any, where: str) -> None:
    _must(isinstance(block, dict), f"{where}: Input should be an object")
    kind = block.get("type")
    _must(kind in BLOCKS, f"{where}: Input tag {kind!r} does not match any of the expected tags")
    for name in sorted(set(block) - BLOCKS[kind]):
        raise Invalid(f"{where}.{kind}.{name}: Extra inputs are not permitted")
    if kind == "text":
        _must(isinstance(block.get("text"), str), f"{where}.text.text: Field required")
        _must(block["text"] != "", f"{where}: text content blocks must be non-empty")
        blank = block["text"].strip() == ""
        _must(not blank, f"{where}: text content blocks must contain non-whitespace text")
    elif kind == "tool_use":
        _must(_matches(_USE, block.get("id")), f"{where}.tool_use.id: should match pattern")
        _must(_matches(_NAME, block.get("name")), f"{where}.tool_use.name: should match pattern")
        _must(isinstance(block.get("input"), dict), f"{where}.tool_use.input: not a dictionary")
    elif kind == "tool_result":
        _must(isinstance(block.get("tool_use_id"), str), f"{where}.tool_use_id: Field required")
        content = block.get("content", "")
        _must(isinstance(content, str | list), f"{where}.content: a string or blocks")
        _must(
            not (block.get("is_error") and not content),
            f"{where}: content cannot be empty if `is_error` is true",
        )
        for at, part in enumerate(content if isinstance(content, list) else []):
            _check_block(part, f"{where}.content.{at}")
    elif kind == "thinking":
        both = isinstance(block.get("thinking"), str) and bool(block.get("signature"))
        _must(both, f"{where}.thinking.signature: Field required")
    else:
        _must(bool(block.get("data")), f"{where}.redacted_thinking.data: Field required")


def _placed(message: Json, at: int) -> Iterator[tuple[str, Any]]:
    content = message["content"]
    if isinstance(content, str):
        yield f"messages.{at}", {"type": "text", "text": content}
        return
    _must(isinstance(content, list) and content != [], f"messages.{at}: content is empty")
    for place, block in enumerate(content):
        yield f"messages.{at}.content.{place}", block


def _joined(messages: Sequence[Json]) -> list[Json]:
    """Consecutive messages of one role are one."""
    joined: list[Json] = []
    for message in messages:
        blocks = [block for _, block in _placed(message, 0)]
        if joined and joined[-1]["role"] == message["role"]:
            joined[-1]["content"] += blocks
        else:
            joined.append({"role": message["role"], "content": blocks})
    return joined


def _unmarked(value: Any) -> Any:
    """Without marks of the cache, which do not count as a change."""
    if isinstance(value, dict):
        return {key: _unmarked(held) for key, held in value.items() if key != "cache_control"}
    return [_unmarked(held) for held in value] if isinstance(value, list) else value


def _objects(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        yield value
    for held in value.values() if isinstance(value, dict) else value:
        if isinstance(held, dict | list):
            yield from _objects(held)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, held in value.items():
            yield key
            yield from _strings(held)
    elif isinstance(value, list):
        for held in value:
            yield from _strings(held)


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _must(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Invalid(otherwise)
