"""What OpenAI refuses in a request to Chat Completions, and with which words.

https://developers.openai.com/api/reference/resources/chat. `strict` adds what the chat templates
of local models refuse: a system message that is not the first, the same role twice in a row.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openai.types.chat.completion_create_params import CompletionCreateParamsBase

Json = dict[str, Any]

PARAMETERS = {*CompletionCreateParamsBase.__annotations__, "stream"}
FIELDS = {
    "system": {"role", "content", "name"},
    "developer": {"role", "content", "name"},
    "user": {"role", "content", "name"},
    "assistant": {"role", "content", "name", "refusal", "tool_calls"},
    "tool": {"role", "content", "tool_call_id"},
}
LOCAL_FIELDS = {"reasoning", "reasoning_content"}
"""What local servers take in an assistant's message besides."""
NO_NONE = re.compile(r"gpt-5(?!\.)|o\d|gpt-6-astra|gpt-6\.1-sol")
"""Reasoning models that always reason."""
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_MODEL = re.compile(r"gpt-(\d)(?:\.(\d))?|(o)\d")
_UNFIT = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal."""

    status: int
    message: str
    code: str | None = None
    param: str | None = None
    kind: str = "invalid_request_error"

    def body(self) -> Json:
        error = {"message": self.message, "type": self.kind, "param": self.param, "code": self.code}
        return {"error": error}


def generation(model: str) -> tuple[int, int]:
    """gpt-5.6-luna is (5, 6), o3 (5, 0); (0, 0) for others."""
    found = _MODEL.match(model)
    if found is None:
        return 0, 0
    return (5, 0) if found[3] else (int(found[1]), int(found[2] or 0))


def problem_of(body: Any, models: tuple[str, ...], *, strict: bool) -> Problem | None:
    """The first thing that is wrong with a request, or None."""
    return next(_problems(body, models, strict), None)


def _problems(body: Any, models: tuple[str, ...], strict: bool) -> Iterator[Problem]:
    if not isinstance(body, dict):
        yield Problem(400, "We could not parse the JSON body of your request.")
        return
    for name in body.keys() - PARAMETERS:
        yield Problem(400, f"Unrecognized request argument supplied: {name}")
    if not isinstance(body.get("model"), str):
        yield Problem(400, "you must provide a model parameter")
        return
    if body["model"] not in models:
        message = f"The model `{body['model']}` does not exist or you do not have access to it."
        yield Problem(404, message, "model_not_found")
    if any(_UNFIT.search(text) for text in _strings(body)):
        yield Problem(400, "We could not parse the JSON body of your request.")
    yield from _limits(body, generation(body["model"]))
    yield from _tools(body)
    yield from _conversation(body, strict)


def _strings(value: Any) -> Iterator[str]:
    """All that is text in it, also within arguments."""
    match value:
        case str():
            yield value
        case dict():
            for key, one in value.items():
                yield str(key)
                yield from _strings(_parsed(one) if key == "arguments" else one)
        case list():
            for one in value:
                yield from _strings(one)


def _parsed(written: Any) -> Any:
    try:
        return json.loads(written)
    except (TypeError, ValueError):
        return None


def _limits(body: Json, model: tuple[int, int]) -> Iterator[Problem]:
    reasons = model >= (5, 0)
    if reasons and "max_tokens" in body:
        message = "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
        yield Problem(
            400, message + "'max_completion_tokens'.", "unsupported_parameter", "max_tokens"
        )
    if reasons and body.get("temperature", 1) != 1:
        message = "Unsupported value: 'temperature' does not support this value with this model."
        yield Problem(400, message, "unsupported_value", "temperature")
    for name in ("max_tokens", "max_completion_tokens"):
        if name in body and (not isinstance(body[name], int) or body[name] < 1):
            yield Problem(400, f"Invalid '{name}': below minimum value.", param=name)
    effort = body.get("reasoning_effort")
    if effort is not None and not reasons:
        yield Problem(400, "Unrecognized request argument supplied: reasoning_effort")
    if effort == "none" and NO_NONE.match(body["model"]):
        message = "Unsupported value: 'reasoning_effort' does not support 'none' with this model."
        yield Problem(400, message, "unsupported_value", "reasoning_effort")
    if model >= (5, 4) and body.get("tools") and effort != "none":
        message = f"Function tools with reasoning_effort are not supported for {body['model']} in "
        message += "/v1/chat/completions. Use /v1/responses or set reasoning_effort to 'none'."
        yield Problem(400, message, param="reasoning_effort")
    if "stream_options" in body and not body.get("stream"):
        message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        yield Problem(400, message, param="stream_options")
    marked = '"prompt_cache_breakpoint"' in json.dumps(body.get("messages"))
    if marked and model < (5, 6):
        message = "Unsupported parameter: 'prompt_cache_breakpoint'."
        yield Problem(400, message, "unsupported_parameter", "prompt_cache_breakpoint")


def _tools(body: Json) -> Iterator[Problem]:
    if "tools" not in body:
        return
    if not isinstance(body["tools"], list) or not body["tools"]:
        yield Problem(400, "Invalid 'tools': empty array.", "empty_array", "tools")
        return
    names = []
    for at, tool in enumerate(body["tools"]):
        function = tool.get("function")
        if tool.get("type") != "function" or not isinstance(function, dict):
            yield Problem(400, f"Missing required parameter: 'tools[{at}].function'.")
            continue
        names.append(function.get("name"))
        if not _NAME.fullmatch(str(function.get("name"))):
            yield Problem(400, f"Invalid 'tools[{at}].function.name': string does not match.")
        schema = function.get("parameters", {"type": "object", "properties": {}})
        sound = isinstance(schema, dict) and schema.get("type") == "object"
        if not sound or not isinstance(schema.get("properties"), dict):
            message = f"Invalid schema for function '{function.get('name')}'"
            yield Problem(400, message, "invalid_function_parameters")
    if len(names) > len(set(names)):
        yield Problem(400, "Invalid 'tools': two of the same name.")


def _conversation(body: Json, strict: bool) -> Iterator[Problem]:
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        yield Problem(400, "Invalid 'messages': empty array.", "empty_array", "messages")
        return
    open_calls: list[str] = []
    before = ""
    for at, message in enumerate(messages):
        role = message.get("role")
        if role not in FIELDS:
            yield Problem(400, f"Invalid value: '{role}'.", "invalid_value", f"messages[{at}].role")
            return
        extra = message.keys() - FIELDS[role] - (LOCAL_FIELDS if strict else set())
        if extra:
            yield Problem(400, f"Unknown parameter: 'messages[{at}].{extra.pop()}'.")
        yield from _content(message, at)
        if role == "tool":
            if message.get("tool_call_id") not in open_calls:
                text = "'tool' must be a response to a preceding message with 'tool_calls'."
                yield Problem(400, f"Invalid parameter: messages with role {text}")
                return
            open_calls.remove(message["tool_call_id"])
        elif open_calls:
            yield Problem(
                400,
                "An assistant message with 'tool_calls' must be followed by tool messages "
                "responding to each 'tool_call_id'.",
            )
            return
        for call in message.get("tool_calls") or []:
            yield from _call(call, at)
            open_calls.append(str(call.get("id")))
        if len(open_calls) > len(set(open_calls)):
            yield Problem(400, f"Duplicate tool call ids in messages[{at}].")
        if strict and role in ("system", "developer") and at:
            yield Problem(400, "System message must be at the beginning.")
        if strict and role == before and role in ("user", "assistant"):
            yield Problem(400, "Conversation roles must alternate user/assistant.")
        before = role
    if open_calls:
        yield Problem(400, "An assistant message with 'tool_calls' must be followed by results.")
    if strict and not any(message["role"] == "user" for message in messages):
        yield Problem(400, "No user query found in messages.")


def _content(message: Json, at: int) -> Iterator[Problem]:
    content = message.get("content")
    if content is None and message.get("tool_calls"):
        return
    if isinstance(content, list):
        sound = bool(content) and all(
            part.get("type") == "text"
            and part.get("text")
            and part.keys() <= {"type", "text", "prompt_cache_breakpoint"}
            for part in content
        )
    else:
        sound = isinstance(content, str) and bool(content)
    if not sound:
        yield Problem(400, f"Invalid value for 'content': expected text in messages[{at}].")


def _call(call: Json, at: int) -> Iterator[Problem]:
    where = f"messages[{at}].tool_calls"
    if len(str(call.get("id"))) > 40 or not call.get("id"):
        yield Problem(400, f"Invalid '{where}.id': string too long.", "string_above_max_length")
    function = call.get("function", {})
    if call.get("type") != "function" or not _NAME.fullmatch(str(function.get("name"))):
        yield Problem(400, f"Invalid '{where}.function.name': string does not match pattern.")
    if not isinstance(_parsed(function.get("arguments")), dict):
        yield Problem(400, f"Invalid '{where}.function.arguments': no JSON object.")
