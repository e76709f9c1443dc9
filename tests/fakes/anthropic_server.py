"""Anthropic's Messages API on the loopback: validates as the vendor does, streams real events.

    async with AnthropicServer() as server:
        server.script(Fault.OVERLOADED, Said(text="Hello"))  # the first call gets 529
        llm = AnthropicLLM("claude-haiku-5-5", AnthropicSettings(
            anthropic_key=server.key, anthropic_base_url=server.url))
        ...
        assert server.faulty == []

POST /v1/messages, streamed or not. `respond` answers what the script does not.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from aiohttp import web

from tests.fakes.anthropic_rules import Problem, problem_of, signature
from tests.fakes.model_server import MALFORMED, TEXT, Json, ModelServer, cut
from tests.fakes.models import RATE_SENTENCE, Fault, Said, Step

MODELS = ("claude-haiku-5-5", "claude-sonnet-5-5", "claude-opus-5-5")


@dataclass(frozen=True, kw_only=True, slots=True)
class Detailed(Said):
    """An answer with what only this vendor has."""

    stop_reason: str = ""
    """Empty: tool_use when there are calls, else end_turn."""
    written_tokens: int = 0
    """Of `input_tokens`, those stored in the cache."""
    raw_arguments: str | None = None
    """Written as the arguments of the last call, whatever that call says."""
    redacted: str = ""
    """Data of a redacted_thinking block."""
    after: str = ""
    """A second text, behind the calls."""
    pings: int = 1
    """Sent while the model has not begun to write."""


class AnthropicServer(ModelServer[Step]):
    """Anthropic itself, or a gateway that speaks its API."""

    def __init__(
        self,
        *,
        key: str = "sk-ant-loopback",
        models: tuple[str, ...] = MODELS,
        retry_after: str = "2",
        retry_after_ms: str = "",
        error_type: str = "overloaded_error",
    ) -> None:
        """`error_type` is that of ERROR_EVENT."""
        super().__init__(key=key, models=models, retry_after=retry_after)
        self.retry_after_ms = retry_after_ms
        self.error_type = error_type
        self.quoting = False
        """Errors quote the key and the request, as some gateways do."""
        self._quoted = ""

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/v1/messages", self._messages),
            web.get("/v1/models/{id}", self._model),
        ]

    async def _model(self, request: web.Request) -> web.Response:
        if (problem := self._door(request)) is not None:
            return self._refused(problem)
        name = request.match_info["id"]
        if name not in self.models:
            return self._error(404, "not_found_error", f"model: {name}")
        shown = {"id": name, "type": "model", "display_name": name}
        return web.json_response({**shown, "created_at": "2026-09-01T00:00:00Z"}, headers=_ids())

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        self.connections.add(request.transport)
        raw = await request.read()
        self._quoted = f" {self.key} {raw.decode()}" if self.quoting else ""
        if (problem := self._door(request)) is not None:
            return self._refused(problem)
        try:
            body = json.loads(raw)
        except ValueError:
            return self._refused(Problem(400, "The request body is not valid JSON."))
        self.requests.append(body)
        if (problem := problem_of(body, self.models)) is not None:
            return self._refused(problem)
        if (step := self.next_step(body)) is None:
            return self._refused(Problem(500, "the test has no answer to this call"))
        streamed = bool(body.get("stream"))
        if isinstance(step, Fault) and (failed := self._failed(step)) is not None:
            return failed
        match step:
            case Fault.TIMEOUT:
                await self.closing.wait()
                return web.Response(status=504)
            case Fault.STALL | Fault.CUT | Fault.ERROR_EVENT if streamed:
                return await self._broken(request, body, step)
            case Fault.STALL:
                await self.closing.wait()
                return web.Response(status=504)
            case Fault.CUT:
                if request.transport is not None:
                    request.transport.abort()
                return web.Response(status=504)
            case Fault.ERROR_EVENT:
                return self._error(529, self.error_type, "Overloaded")
            case Fault():
                said = _said(step, body)
            case _:
                said = step
        message = _message(said, body)
        if not streamed:
            return web.json_response(message, headers=_ids())
        response = await _streaming(request)
        for event in _events(message, said):
            await response.write(_sse(event))
        await response.write_eof()
        return response

    def _door(self, request: web.Request) -> Problem | None:
        headers = request.headers
        bearer = headers.get("Authorization", "").removeprefix("Bearer ")
        key = headers.get("x-api-key") or bearer
        if not key:
            return Problem(401, "x-api-key header is required")
        if key != self.key:
            return Problem(401, "invalid x-api-key")
        if "anthropic-version" not in headers:
            return Problem(400, "anthropic-version: header is required")
        if request.method == "POST" and request.content_type != "application/json":
            return Problem(400, "content-type: must be application/json")
        return None

    def _refused(self, problem: Problem) -> web.Response:
        self.faulty.append(problem.message)
        return self._error(problem.status, problem.kind, problem.message)

    def _failed(self, fault: Fault) -> web.Response | None:
        """The answer to a call that fails before any of the model's words."""
        match fault:
            case Fault.LIMITED:
                headers = {"Retry-After": self.retry_after}
                if self.retry_after_ms:
                    headers["Retry-After-Ms"] = self.retry_after_ms
                return self._error(
                    429, "rate_limit_error", "This would exceed your limit.", headers
                )
            case Fault.OVERLOADED:
                return self._error(529, "overloaded_error", "Overloaded")
            case Fault.FAILED:
                return self._error(500, "api_error", "Internal server error")
            case Fault.CONTEXT_TOO_LONG:
                said = "prompt is too long: 1048577 tokens > 1000000 maximum"
                return self._error(400, "invalid_request_error", said)
            case Fault.UNAUTHORIZED:
                return self._error(401, "authentication_error", "invalid x-api-key")
            case Fault.UNKNOWN_MODEL:
                return self._error(404, "not_found_error", "model: no-such-model")
            case _:
                return None

    def _error(
        self, status: int, kind: str, message: str, headers: dict[str, str] | None = None
    ) -> web.Response:
        error = {"type": kind, "message": message + self._quoted}
        return web.json_response(
            {"type": "error", "error": error, "request_id": "req_loopback"},
            status=status,
            headers={**_ids(), **(headers or {})},
        )

    async def _broken(self, request: web.Request, body: Json, fault: Fault) -> web.StreamResponse:
        """Begins to answer, and does not come to the end."""
        response = await _streaming(request)
        said = Said(text=TEXT)
        for event in _events(_message(said, body), said):
            if event["type"] == "content_block_stop":
                break
            await response.write(_sse(event))
        if fault is Fault.STALL:
            await self.closing.wait()
        elif fault is Fault.ERROR_EVENT:
            error = {"type": self.error_type, "message": f"Something went wrong.{self._quoted}"}
            await response.write(_sse({"type": "error", "error": error}))
            await response.write_eof()
        elif request.transport is not None:
            request.transport.close()  # without the last chunk: the body is not whole
        return response


def _ids() -> dict[str, str]:
    return {"request-id": "req_loopback", "anthropic-organization-id": "org-loopback"}


def _said(fault: Fault, body: Json) -> Said:
    """A 200 that is not an answer all the same."""
    match fault:
        case Fault.MALFORMED_ARGUMENTS:
            names = [tool["name"] for tool in body.get("tools", [])] or ["unknown"]
            return Detailed(calls=((names[0], {}),), raw_arguments=MALFORMED)
        case Fault.MAX_TOKENS:
            return Detailed(text=TEXT[:20], stop_reason="max_tokens")
        case Fault.REFUSAL:
            return Detailed(stop_reason="refusal")
        case Fault.RATE_SENTENCE:
            return Said(text=RATE_SENTENCE)
        case _:
            return Said()


def _message(said: Said, body: Json) -> Json:
    """The answer as one message, https://platform.claude.com/docs/en/api/messages."""
    content: list[Json] = []
    if said.thinking:
        signed = signature(body.get("system"), body.get("tools"), body["messages"])
        content.append({"type": "thinking", "thinking": said.thinking, "signature": signed})
    if isinstance(said, Detailed) and said.redacted:
        content.append({"type": "redacted_thinking", "data": said.redacted})
    if said.text:
        content.append({"type": "text", "text": said.text, "citations": None})
    # ids are unique within a conversation
    seed = hashlib.sha256(json.dumps(body["messages"]).encode()).hexdigest()[:20]
    for at, (name, arguments) in enumerate(said.calls):
        content.append(
            {"type": "tool_use", "id": f"toolu_{seed}{at}", "name": name, "input": arguments}
        )
    detailed = said if isinstance(said, Detailed) else Detailed()
    if detailed.after:
        content.append({"type": "text", "text": detailed.after, "citations": None})
    fresh = said.input_tokens - said.cached_tokens - detailed.written_tokens
    return {
        "id": f"msg_{seed}",
        "type": "message",
        "role": "assistant",
        "model": body["model"],
        "content": content,
        "stop_reason": detailed.stop_reason or ("tool_use" if said.calls else "end_turn"),
        "stop_sequence": None,
        "usage": {
            "input_tokens": fresh,
            "cache_creation_input_tokens": detailed.written_tokens,
            "cache_read_input_tokens": said.cached_tokens,
            "output_tokens": said.output_tokens,
        },
    }


def _events(message: Json, said: Said) -> Iterator[Json]:
    """The events that stream it, https://platform.claude.com/docs/en/build-with-claude/streaming."""
    usage = {**message["usage"], "output_tokens": 1}
    empty: Json = {"content": [], "stop_reason": None, "usage": usage}
    yield {"type": "message_start", "message": {**message, **empty}}
    uses = [block for block in message["content"] if block["type"] == "tool_use"]
    raw = said.raw_arguments if isinstance(said, Detailed) else None
    pings = said.pings if isinstance(said, Detailed) else 1
    for index, block in enumerate(message["content"]):
        hollow, deltas = block, []
        if block["type"] == "text":
            hollow = {**block, "text": ""}
            deltas = [
                {"type": "text_delta", "text": piece} for piece in cut(block["text"], said.pieces)
            ]
        elif block["type"] == "thinking":
            hollow = {**block, "thinking": "", "signature": ""}
            deltas = [
                *(
                    {"type": "thinking_delta", "thinking": piece}
                    for piece in cut(block["thinking"], said.pieces)
                ),
                {"type": "signature_delta", "signature": block["signature"]},
            ]
        elif block["type"] == "tool_use":
            hollow = {**block, "input": {}}
            written = json.dumps(block["input"]) if block["input"] else ""
            if raw is not None and block is uses[-1]:
                written = raw
            deltas = [
                {"type": "input_json_delta", "partial_json": piece}
                for piece in ("", *cut(written, said.pieces))
            ]
        yield {"type": "content_block_start", "index": index, "content_block": hollow}
        if index == 0:
            yield from [{"type": "ping"}] * pings
        for delta in deltas:
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    yield {
        "type": "message_delta",
        "delta": {"stop_reason": message["stop_reason"], "stop_sequence": None},
        "usage": {"output_tokens": message["usage"]["output_tokens"]},
    }
    yield {"type": "message_stop"}


async def _streaming(request: web.Request) -> web.StreamResponse:
    headers = {"Content-Type": "text/event-stream; charset=utf-8", **_ids()}
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    return response


def _sse(event: Json) -> bytes:
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()
