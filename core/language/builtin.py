"""The built-in understanding as a model: needs no key, no network and no budget."""

from collections.abc import AsyncIterator

from core.language.understand import understand
from core.ports import Ask
from core.values import AssistantTurn, ToolTurn, UserTurn


class BuiltinLLM:
    """Answers a sentence with tool calls, and the tools' results with what they said."""

    name = "built-in"

    async def complete(self, ask: Ask) -> AssistantTurn:
        """Never raises: what was not understood is answered with examples."""
        results: list[ToolTurn] = []
        for turn in reversed(ask.turns):
            if not isinstance(turn, ToolTurn):
                break
            results.insert(0, turn)
        if results:
            return _told(results)
        last = ask.turns[-1] if ask.turns else None
        said = last.text if isinstance(last, UserTurn) else ""
        read = understand(said, ask.situation)
        return AssistantTurn(text=read.text, calls=read.calls, buttons=read.buttons, asks=read.asks)

    async def stream(self, ask: Ask) -> AsyncIterator[str | AssistantTurn]:
        yield await self.complete(ask)


def _told(results: list[ToolTurn]) -> AssistantTurn:
    """What the tools said, and the last question among it."""
    asking = [turn for turn in results if turn.asks is not None]
    return AssistantTurn(
        text="\n".join(turn.said for turn in results if turn.said),
        buttons=tuple(button for turn in results for button in turn.buttons),
        asks=asking[-1].asks if asking else None,
    )
