"""The built-in understanding as a model: needs no key, no network and no budget."""

from collections.abc import AsyncIterator, Sequence

from core.language.understand import understand
from core.ports import Ask
from core.values import AssistantTurn, ToolTurn, Turn, UserTurn


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
            before = ask.turns[: len(ask.turns) - len(results)]
            return told(results, before[-1] if before else None)
        last = ask.turns[-1] if ask.turns else None
        said = last.text if isinstance(last, UserTurn) else ""
        read = understand(said, ask.situation)
        return AssistantTurn(text=read.text, calls=read.calls, buttons=read.buttons, asks=read.asks)

    async def stream(self, ask: Ask) -> AsyncIterator[str | AssistantTurn]:
        yield await self.complete(ask)


def told(results: Sequence[ToolTurn], called: Turn | None = None) -> AssistantTurn:
    """What the tools said and what was said with the calls, and the last question among it."""
    turns: list[ToolTurn | AssistantTurn] = [*results]
    if isinstance(called, AssistantTurn):
        turns.append(called)
    said = [turn.said if isinstance(turn, ToolTurn) else turn.text for turn in turns]
    asking = [turn for turn in turns if turn.asks is not None]
    return AssistantTurn(
        text="\n".join(_headed([text for text in said if text])),
        buttons=tuple(button for turn in turns for button in turn.buttons),
        asks=asking[-1].asks if asking else None,
    )


def _headed(texts: Sequence[str]) -> list[str]:
    """The headings of lists as one line above all the cards: "2 open tasks, 1 reminder:"."""
    headings = [text for text in texts if text.endswith(":") and "\n" not in text]
    if len(headings) < 2:
        return [*texts]
    others = [text for text in texts if text not in headings]
    return [*others, f"{', '.join(text.removesuffix(':') for text in headings)}:"]
