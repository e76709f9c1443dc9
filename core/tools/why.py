"""Tell which model answered last, and why that one."""

from core.people import ToolContext
from core.ports import Work
from core.tool import Outcome, tool
from core.values import AssistantTurn

BUILTIN = "built-in"


@tool(changes=False, for_models=False)
def why(work: Work, context: ToolContext) -> Outcome:
    """Tell which model gave the last answer, and why."""
    said = _words(_choice(work, context))
    return Outcome(result=said, said=said)


def _choice(work: Work, context: ToolContext) -> str:
    for entry in reversed(work.turns.recent(context.owner.id, 3)):
        turn = entry.turn
        if str(entry.message_id) != context.message_id and isinstance(turn, AssistantTurn):
            return turn.choice
    return ""


def _words(choice: str) -> str:
    if not choice:
        return "I have not answered anything yet."
    if choice == BUILTIN:
        return "I understood your last message by myself: no model was asked."
    model, _, reason = choice.partition(" (")
    if model == BUILTIN:
        return f"I answered by myself: {reason.removesuffix(')')}."
    return f"{model} answered: {reason.removesuffix(')')}."
