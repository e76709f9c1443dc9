"""What Claude answers: events of a stream, gathered into a turn."""

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from adapters.anthropic_llm.request import VENDOR, Block, clean, clean_value
from core.values import AssistantTurn, Call, Tokens, token_counts

MOST_MALFORMED = 2000
"""Characters kept of arguments that are no JSON object."""


class Answer:
    """One streamed answer, as far as it has come."""

    def __init__(self) -> None:
        self.stop_reason = ""
        self.stopped = False
        self._blocks: dict[int, Block] = {}
        self._written: defaultdict[int, str] = defaultdict(str)
        """Arguments so far, by block."""
        self._text = ""
        self._gap = ""
        self._usage: dict[str, Any] = {
            "input_tokens": None,
            "cache_read_input_tokens": 0,
            "cache_creation_input_tokens": 0,
            "output_tokens": None,
        }

    @property
    def complete(self) -> bool:
        return self.stopped or bool(self.stop_reason)

    def take(self, event: Mapping[str, Any]) -> str:
        """The text that the event brings; "" when the model works without words."""
        match event.get("type"):
            case "message_start":
                self._count(event["message"].get("usage") or {})
            case "content_block_start":
                block = self._blocks[event["index"]] = dict(event["content_block"])
                if block["type"] == "text":
                    # two texts of one answer are two paragraphs
                    self._gap = "\n\n" if self._text and not self._text[-1].isspace() else ""
                    return self._grown(block["text"])
            case "content_block_delta":
                return self._add(event["index"], event["delta"])
            case "message_delta":
                self.stop_reason = event["delta"].get("stop_reason") or self.stop_reason
                self._count(event.get("usage") or {})
            case "message_stop":
                self.stopped = True
        return ""

    def _add(self, index: int, delta: Mapping[str, Any]) -> str:
        block = self._blocks[index]
        match delta["type"]:
            case "text_delta":
                block["text"] += delta["text"]
                return self._grown(delta["text"])
            case "thinking_delta":
                block["thinking"] += delta["thinking"]
            case "signature_delta":
                block["signature"] = delta["signature"]
            case "input_json_delta":
                self._written[index] += delta["partial_json"]
        return ""

    def turn(self, model: str, prefix: str) -> AssistantTurn:
        calls = []
        for index, block in self._blocks.items():
            if block["type"] == "tool_use":
                call = self._call(index, block)
                block["input"] = call.arguments
                calls.append(call)
        blocks = [block for block in self._blocks.values() if _worth_sending(block)]
        leftovers = any(block["type"] not in ("text", "tool_use") for block in blocks)
        storable = blocks == clean_value(blocks)
        return AssistantTurn(
            text=self._text,
            calls=tuple(calls),
            native={"vendor": VENDOR, "model": model, "prefix": prefix, "content": blocks}
            if leftovers and storable and (self._text.strip() or calls)
            else None,
            # a paused turn, too, is not all that the model meant to say
            cut=self.stop_reason in ("max_tokens", "pause_turn"),
            tokens=self._tokens(),
        )

    def _tokens(self) -> Tokens | None:
        if (counts := token_counts(*self._usage.values())) is None:
            return None
        fresh, read, written, output = counts
        return Tokens(input=fresh + read + written, cached=read, written=written, output=output)

    def _grown(self, text: str) -> str:
        delta = clean(text)
        if not delta:
            return ""
        delta, self._gap = self._gap + delta, ""
        self._text += delta
        return delta

    def _count(self, usage: Mapping[str, Any]) -> None:
        """The counts are cumulative, and only those that changed need be there."""
        for field in self._usage:
            if (value := usage.get(field)) is not None:
                self._usage[field] = value

    def _call(self, index: int, block: Block) -> Call:
        raw = self._written[index]
        last = index == max(self._blocks)
        if not raw and not (last and self.stop_reason == "max_tokens"):
            raw = json.dumps(block["input"])
        arguments = _object(raw)
        return Call(
            id=block["id"],
            name=block["name"],
            arguments=arguments or {},
            malformed="" if arguments is not None else clean(raw)[:MOST_MALFORMED] or "(cut off)",
        )


def _worth_sending(block: Block) -> bool:
    """Not an empty text, nor thinking that was cut before its signature."""
    if block["type"] == "text":
        return bool(clean(block["text"]).strip())
    return block["type"] != "thinking" or bool(block["signature"])


def _object(raw: str) -> dict[str, Any] | None:
    """The JSON object, or None when it is anything else."""
    try:
        value = json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    return clean_value(value) if isinstance(value, dict) else None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
