"""The built-in understanding as a model: the last one to ask, and the only one that never fails."""

from collections.abc import AsyncIterator

from core.language.understand import understand
from core.ports import Ask
from core.values import AssistantTurn, ToolTurn, UserTurn


class BuiltinLLM:
    """`core.ports.LLM` without a model, a key or a network."""

    name = "built-in"

    async def complete(self, ask: Ask) -> AssistantTurn:
        """Calls for what the person said; or, once the tools have answered, what they said."""
        results: list[ToolTurn] = []
        for turn in reversed(ask.turns):
            match turn:
                case ToolTurn():
                    results.insert(0, turn)
                case UserTurn() if not results:
                    read = understand(turn.text, ask.situation)
                    return AssistantTurn(
                        text=read.text, calls=read.calls, buttons=read.buttons, asks=read.asks
                    )
                case UserTurn():
                    break
        return _told(results)

    async def stream(self, ask: Ask) -> AsyncIterator[str | AssistantTurn]:
        """The whole turn at once: it is there before a reader could blink."""
        yield await self.complete(ask)


def _told(results: list[ToolTurn]) -> AssistantTurn:
    asking = [turn for turn in results if turn.asks is not None]
    return AssistantTurn(
        text="\n".join(turn.said for turn in results if turn.said),
        buttons=tuple(button for turn in results for button in turn.buttons),
        asks=asking[-1].asks if asking else None,
    )
