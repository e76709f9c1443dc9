"""A model that says what a test told it to."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from core.ports import Ask
from core.values import AssistantTurn, Call


def calls(*wanted: tuple[str, dict[str, Any]]) -> AssistantTurn:
    """A turn that calls these tools; ids are unique within it."""
    return AssistantTurn(
        calls=tuple(
            Call(id=f"call-{at}-{name}", name=name, arguments=arguments)
            for at, (name, arguments) in enumerate(wanted)
        )
    )


class ScriptedLLM:
    """`core.ports.LLM` with turns or errors to give, in order; keeps what it was asked."""

    name = "scripted"

    def __init__(self, script: Sequence[AssistantTurn | Exception | str]) -> None:
        self.script = list(script)
        self.asked: list[Ask] = []

    async def complete(self, ask: Ask) -> AssistantTurn:
        self.asked.append(ask)
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        return AssistantTurn(text=step) if isinstance(step, str) else step

    async def stream(self, ask: Ask) -> AsyncIterator[str | AssistantTurn]:
        """The words one by one, then the turn."""
        turn = await self.complete(ask)
        for word in turn.text.split():
            yield f"{word} "
        yield turn
