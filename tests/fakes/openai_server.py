"""OpenAI's Chat Completions on the loopback: validates as the vendor does, streams real events.

    async with OpenAIServer() as server:
        server.script(Fault.LIMITED, Said(text="Hello"))  # the first call gets 429
        llm = OpenAILLM("gpt-5.6-luna", OpenAISettings(
            openai_key=server.key, openai_base_url=server.url), setting="PIXIE_MODELS_QUICK")
        ...
        assert server.faulty == []

POST /v1/chat/completions, streamed or not, and GET /v1/models. `respond` answers what the script
does not. With `strict` it is a local server, which asks for no key.
"""

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.model_server import MALFORMED, TEXT, Json, ModelServer, cut
from tests.fakes.models import RATE_SENTENCE, Fault, Said, Step
from tests.fakes.openai_rules import Problem, problem_of

MODELS = ("gpt-4.1-mini", "gpt-5-mini", "gpt-5.4-mini", "gpt-5.6-luna", "gpt-5.6-sol", "gpt-6-sol")


@dataclass(frozen=True, kw_only=True, slots=True)
class Detailed(Said):
    """An answer with what only this vendor has."""

    finish_reason: str = ""
    """Empty: tool_calls when there are calls, else stop."""
    refusal: str = ""
    written_tokens: int = 0
    """Of `input_tokens`, those stored in the cache."""
    reasoning_tokens: int = 0
    """Of `output_tokens`."""
    raw_arguments: str | None = None
    """Written as the arguments of the last call, whatever that call says."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Raw:
    """An answer to the letter, as odd servers give it."""

    events: Sequence[Json | str] = ()
    """Streamed as server-sent events, a string as it stands."""
    done: bool = True
    """[DONE] at the end."""
    cut: bool = False
    """The connection closes after the events."""
    status: int = 200
    body: Json | str | None = None
    """Sent instead of events."""
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = "application/json"
    """Content type of `body`."""


class OpenAIServer(ModelServer[Step | Raw]):
    """OpenAI itself or, with `strict`, a local server; `url` ends in /v1."""

    def __init__(
        self,
        *,
        key: str = "sk-loopback",
        models: tuple[str, ...] = MODELS,
        strict: bool = False,
        retry_after: str = "2",
        thoughts: str = "reasoning_content",
    ) -> None:
        """`thoughts` is how a local server names thinking."""
        super().__init__(key=key, models=models, retry_after=retry_after, path="/v1")
        self.strict = strict
        self.thoughts = thoughts
        self.left = asyncio.Event()
        """Set when the client hung up on an answer."""

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/v1/chat/completions", self._completions),
            web.get("/v1/models", self._list),
        ]

    async def _list(self, request: web.Request) -> web.Response:
        if (problem := self._door(request)) is not None:
            return self._refused(problem)
        listed = [{"id": name, "object": "model", "owned_by": "loopback"} for name in self.models]
        return web.json_response({"object": "list", "data": listed}, headers=self._ids())

    async def _completions(self, request: web.Request) -> web.StreamResponse:
        self.connections.add(request.transport)
        try:
            return await self._answer(request)
        except (asyncio.CancelledError, ConnectionError):
            self.left.set()
            raise

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if (problem := self._door(request)) is not None:
            return self._refused(problem)
        try:
            body = json.loads(await request.read())
        except ValueError:
            return self._refused(Problem(400, "We could not parse the JSON body of your request."))
        self.requests.append(body)
        if (problem := problem_of(body, self.models, strict=self.strict)) is not None:
            return self._refused(problem)
        if (step := self.next_step(body)) is None:
            missing = "the test has no answer to this call"
            return self._refused(Problem(500, missing, kind="server_error"))
        if isinstance(step, Raw):
            return await self._literal(request, step)
        if isinstance(step, Fault):
            if (failed := await self._failed(request, body, step)) is not None:
                return failed
            step = _said(step, body)
        if not body.get("stream"):
            return web.json_response(self._completion(step, body), headers=self._ids())
        response = await self._streaming(request)
        for chunk in self._chunks(step, body):
            await response.write(_sse(chunk))
        await response.write(b"data: [DONE]\n\n")
        await response.write_eof()
        return response

    def _door(self, request: web.Request) -> Problem | None:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if self.strict:
            return None
        if scheme != "Bearer" or not key:
            return Problem(401, "You didn't provide an API key.")
        if key != self.key:
            return Problem(401, f"Incorrect API key provided: {key}.", "invalid_api_key")
        if request.method == "POST" and request.content_type != "application/json":
            return Problem(400, "Content-Type must be application/json")
        return None

    def _refused(self, problem: Problem) -> web.Response:
        self.faulty.append(problem.message)
        return self._error(problem)

    def _error(self, problem: Problem, headers: dict[str, str] | None = None) -> web.Response:
        return web.json_response(
            problem.body(), status=problem.status, headers={**self._ids(), **(headers or {})}
        )

    def _ids(self) -> dict[str, str]:
        return {"x-request-id": f"req_{len(self.requests)}", "openai-version": "2020-10-01"}

    async def _failed(
        self, request: web.Request, body: Json, fault: Fault
    ) -> web.StreamResponse | None:
        """The answer to a call that fails; None when it says something all the same."""
        streamed = bool(body.get("stream"))
        match fault:
            case Fault.LIMITED:
                limited = Problem(
                    429, "Rate limit reached.", "rate_limit_exceeded", None, "requests"
                )
                return self._error(limited, {"Retry-After": self.retry_after})
            case Fault.OVERLOADED:
                overloaded = "The engine is currently overloaded, please try again later."
                return self._error(Problem(503, overloaded, kind="server_error"))
            case Fault.FAILED:
                failed = "The server had an error while processing your request."
                return self._error(Problem(500, failed, kind="server_error"))
            case Fault.CONTEXT_TOO_LONG:
                message = "Your input exceeds the context window of this model."
                return self._error(Problem(400, message, "context_length_exceeded", "messages"))
            case Fault.UNAUTHORIZED:
                message = f"Incorrect API key provided: {self.key}."
                return self._error(Problem(401, message, "invalid_api_key"))
            case Fault.UNKNOWN_MODEL:
                message = f"The model `{body['model']}` does not exist."
                return self._error(Problem(404, message, "model_not_found"))
            case Fault.STALL | Fault.CUT | Fault.ERROR_EVENT if streamed:
                return await self._broken(request, body, fault)
            case Fault.TIMEOUT | Fault.STALL:
                await self.closing.wait()
                return web.Response(status=504)
            case Fault.CUT:
                if request.transport is not None:
                    request.transport.abort()
                return web.Response(status=504)
            case Fault.ERROR_EVENT:
                return self._error(Problem(500, "Something went wrong.", kind="server_error"))
            case _:
                return None

    async def _broken(self, request: web.Request, body: Json, fault: Fault) -> web.StreamResponse:
        """Begins to answer, and does not come to the end."""
        response = await self._streaming(request)
        for chunk in self._chunks(Said(text=TEXT), body):
            if chunk["choices"][0]["finish_reason"] is not None:
                break
            await response.write(_sse(chunk))
        if fault is Fault.STALL:
            await self.closing.wait()
        elif fault is Fault.ERROR_EVENT:
            error = Problem(500, "The server had an error.", kind="server_error")
            await response.write(_sse(error.body()))
            await response.write_eof()
        elif request.transport is not None:
            request.transport.close()  # without the last chunk: the body is not whole
        return response

    async def _literal(self, request: web.Request, raw: Raw) -> web.StreamResponse:
        headers = {**self._ids(), **raw.headers}
        if raw.body is not None:
            text = raw.body if isinstance(raw.body, str) else json.dumps(raw.body)
            return web.Response(
                text=text, status=raw.status, headers=headers, content_type=raw.kind
            )
        response = await self._streaming(request)
        for event in raw.events:
            await response.write(event.encode() if isinstance(event, str) else _sse(event))
        if raw.cut and request.transport is not None:
            request.transport.close()
            return response
        if raw.done:
            await response.write(b"data: [DONE]\n\n")
        await response.write_eof()
        return response

    async def _streaming(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={**self._ids(), "Content-Type": "text/event-stream; charset=utf-8"}
        )
        await response.prepare(request)
        return response

    def _completion(self, said: Said, body: Json) -> Json:
        """The answer in one piece."""
        detailed = said if isinstance(said, Detailed) else Detailed()
        message: Json = {
            "role": "assistant",
            "content": said.text or None,
            "refusal": detailed.refusal or None,
        }
        if self.strict and said.thinking:
            message[self.thoughts] = said.thinking
        if said.calls:
            message["tool_calls"] = [
                {"id": call_id, "type": "function", "function": {"name": name, "arguments": text}}
                for call_id, name, text in self._calls(said)
            ]
        choice = {"index": 0, "message": message, "finish_reason": _finish(said)}
        return {
            **self._envelope(body, "chat.completion"),
            "choices": [{**choice, "logprobs": None}],
            "usage": _usage(said),
        }

    def _chunks(self, said: Said, body: Json) -> Iterator[Json]:
        """The answer as it is streamed."""
        wanted = (body.get("stream_options") or {}).get("include_usage", False)
        envelope = self._envelope(body, "chat.completion.chunk") | (
            {"usage": None} if wanted else {}
        )

        def chunk(delta: Json, finish: str | None = None) -> Json:
            choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
            return {**envelope, "choices": [choice]}

        detailed = said if isinstance(said, Detailed) else Detailed()
        yield chunk({"role": "assistant", "content": "", "refusal": None})
        if self.strict:
            for piece in cut(said.thinking, said.pieces):
                yield chunk({self.thoughts: piece})
        for piece in cut(detailed.refusal, said.pieces):
            yield chunk({"refusal": piece})
        for piece in cut(said.text, said.pieces):
            yield chunk({"content": piece})
        calls = self._calls(said)
        for at, (call_id, name, _) in enumerate(calls):
            function = {"name": name, "arguments": ""}
            head = {"index": at, "id": call_id, "type": "function", "function": function}
            yield chunk({"tool_calls": [head]})
        cuts = [cut(text, said.pieces) for _, _, text in calls]
        for turn in range(said.pieces):  # interleaved
            for at, pieces in enumerate(cuts):
                if turn < len(pieces):
                    part = {"index": at, "function": {"arguments": pieces[turn]}}
                    yield chunk({"tool_calls": [part]})
        yield chunk({}, _finish(said))
        if wanted:
            yield {**envelope, "choices": [], "usage": _usage(said)}

    def _calls(self, said: Said) -> list[tuple[str, str, str]]:
        """Id, name and arguments as they are written."""
        raw = said.raw_arguments if isinstance(said, Detailed) else None
        written = [json.dumps(arguments) for _, arguments in said.calls]
        if raw is not None and written:
            written[-1] = raw
        names = [name for name, _ in said.calls]
        return [
            (f"call_{len(self.requests):04}{at:020}", name, text)
            for at, (name, text) in enumerate(zip(names, written, strict=True))
        ]

    def _envelope(self, body: Json, kind: str) -> Json:
        return {
            "id": f"chatcmpl-{len(self.requests)}",
            "object": kind,
            "created": 1795000000,
            "model": body["model"],
            "service_tier": "default",
        }


def _said(fault: Fault, body: Json) -> Said:
    """A 200 that is not an answer all the same."""
    match fault:
        case Fault.MALFORMED_ARGUMENTS:
            names = [tool["function"]["name"] for tool in body.get("tools", [])] or ["unknown"]
            return Detailed(calls=((names[0], {}),), raw_arguments=MALFORMED)
        case Fault.MAX_TOKENS:
            return Detailed(text=TEXT[:20], finish_reason="length")
        case Fault.REFUSAL:
            return Detailed(refusal="I'm sorry, I can't help with that.")
        case Fault.RATE_SENTENCE:
            return Said(text=RATE_SENTENCE)
        case _:
            return Said()


def _finish(said: Said) -> str:
    if isinstance(said, Detailed) and said.finish_reason:
        return said.finish_reason
    return "tool_calls" if said.calls else "stop"


def _usage(said: Said) -> Json:
    detailed = said if isinstance(said, Detailed) else Detailed()
    return {
        "prompt_tokens": said.input_tokens,
        "completion_tokens": said.output_tokens,
        "total_tokens": said.input_tokens + said.output_tokens,
        "prompt_tokens_details": {
            "cached_tokens": said.cached_tokens,
            "cache_write_tokens": detailed.written_tokens,
        },
        "completion_tokens_details": {"reasoning_tokens": detailed.reasoning_tokens},
    }


def _sse(event: Any) -> bytes:
    return f"data: {json.dumps(event)}\n\n".encode()
