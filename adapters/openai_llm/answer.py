"""What a model answers, put together from what comes in."""

import json
from typing import Any
from uuid import uuid4

from adapters.openai_llm.text import clean, cleaned
from core.errors import Declined, Unavailable
from core.values import AssistantTurn, Call, Tokens, token_counts

MALFORMED_LENGTH = 2000
"""Characters kept of arguments that are not JSON."""
THOUGHTS = ("reasoning_content", "reasoning")
"""How local servers name what a model thought; those that want it back want it by the same name."""


class _Slot:
    """A tool call that is coming in."""

    def __init__(self) -> None:
        self.id = ""
        self.name = ""
        self.arguments = ""
        self.extra: Any = None

    def add(self, piece: Any) -> None:
        function = getattr(piece, "function", None)
        self.id = self.id or str(piece.id or "")
        self.name = self.name or str(getattr(function, "name", None) or "")
        arguments = getattr(function, "arguments", None) or ""
        self.arguments += arguments if isinstance(arguments, str) else json.dumps(arguments)
        self.extra = getattr(piece, "extra_content", None) or self.extra

    @property
    def whole(self) -> bool:
        return _parsed(self.arguments) is not None

    def call(self, taken: set[str], cut: bool) -> Call:
        """`taken`: ids of the conversation; some servers count anew in every answer."""
        call_id = self.id if self.id and self.id not in taken else uuid4().hex[:9]
        taken.add(call_id)
        written = self.arguments.strip() or ("" if cut else "{}")
        arguments = _parsed(written)
        if arguments is None:
            malformed = clean(written)[:MALFORMED_LENGTH] or "(cut off)"
            return Call(id=call_id, name=self.name, arguments={}, malformed=malformed)
        return Call(id=call_id, name=self.name, arguments=arguments)


class Answer:
    """What has come in so far, streamed or in one piece."""

    def __init__(self) -> None:
        self.heard = False
        """Something came in."""
        self.finish: str | None = None
        """Why the model stopped; None as long as it did not."""
        self.usage: Any = None
        self._said: list[str] = []
        self._thoughts: dict[str, list[str]] = {}
        self._slots: list[_Slot] = []
        self._at: dict[int, _Slot] = {}
        self._refused = False

    def take(self, choice: Any, delta: Any) -> str:
        """Add a delta or a whole message; returns the text that is new."""
        self.finish = choice.finish_reason or self.finish
        if delta is None:
            return ""
        self._refused = self._refused or bool(delta.refusal)
        for name in THOUGHTS:
            if isinstance(thought := getattr(delta, name, None), str) and thought:
                self._thoughts.setdefault(name, []).append(clean(thought))
        for piece in delta.tool_calls or []:
            self._slot(piece).add(piece)
        said = clean(delta.content) if isinstance(delta.content, str) else ""
        if said:
            self._said.append(said)
        return said

    def _slot(self, piece: Any) -> _Slot:
        """The call that a piece belongs to. Servers leave out the index or count it always 0,
        repeat the id or the name in every piece, or give all calls the same id."""
        index, function = getattr(piece, "index", None), getattr(piece, "function", None)
        names = bool(getattr(function, "name", None))
        if index is not None:
            slot = self._at.get(index)
        elif piece.id:
            slot = next((slot for slot in self._slots if slot.id == piece.id), None)
        else:
            slot = self._slots[-1] if self._slots and not names else None
        other_id = slot is not None and piece.id and slot.id and piece.id != slot.id
        begun_anew = slot is not None and names and getattr(function, "arguments", None)
        if slot is None or other_id or (begun_anew and slot.whole):
            slot = _Slot()
            self._slots.append(slot)
        if index is not None:
            self._at[index] = slot
        return slot

    def turn(self, name: str, taken: set[str]) -> AssistantTurn:
        """All of it. `name` is the model's; `taken`: ids of calls in the conversation.

        Raises `Unavailable` when it broke off, and `Declined`.
        """
        if self.finish is None:
            raise Unavailable(f"{name}: the answer broke off")
        if self._refused or self.finish == "content_filter":
            raise Declined(f"{name} declined to answer")
        cut = self.finish == "length"
        calls = tuple(slot.call(taken, cut) for slot in self._slots)
        kept: dict[str, Any] = {}
        if calls and self._thoughts:  # servers want it back beside calls, and only there
            kept["thoughts"] = {key: "".join(said) for key, said in self._thoughts.items()}
        slots = zip(calls, self._slots, strict=True)
        if extras := {call.id: slot.extra for call, slot in slots if slot.extra}:
            kept["extras"] = extras
        return AssistantTurn(
            text="".join(self._said),
            calls=calls,
            native={"vendor": "openai", "model": name, **kept} if kept else None,
            cut=cut,
            tokens=_tokens(self.usage),
        )


def _tokens(usage: Any) -> Tokens | None:
    details = getattr(usage, "prompt_tokens_details", None)
    counts = token_counts(
        getattr(usage, "prompt_tokens", None),
        getattr(details, "cached_tokens", None) or 0,
        getattr(details, "cache_write_tokens", None) or 0,
        getattr(usage, "completion_tokens", None) or 0,
        getattr(usage, "total_tokens", None) or 0,
    )
    if counts is None:
        return None
    read, cached, written, output, total = counts
    # some leave reasoning out of the smaller figure only
    return Tokens(input=read, cached=cached, written=written, output=max(output, total - read))


def _parsed(written: str) -> dict[str, Any] | None:
    try:
        parsed = json.loads(written)
    except (ValueError, RecursionError):
        return None
    return cleaned(parsed) if isinstance(parsed, dict) else None
