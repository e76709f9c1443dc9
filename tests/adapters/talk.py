"""What a model is asked in the tests of each vendor's adapter."""

from datetime import UTC, datetime
from typing import Any

from core.people import Person
from core.ports import Ask, Situation, ToolSpec
from core.values import OwnerId, Turn, UserTurn

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SITUATION = Situation(person=Person(id=OwnerId("o"), name="Ann", created_at=NOW), now=NOW)
TOOLS = (
    ToolSpec(
        name="add_task",
        description="Adds a task.",
        parameters={"properties": {"title": {"type": "string"}}, "required": ["title"]},
    ),
    ToolSpec(name="list_tasks", description="Lists.", parameters={"type": "object"}),
)
ADD = ("add_task", {"title": "buy milk"})
LIST: tuple[str, dict[str, Any]] = ("list_tasks", {})


def user(text: str) -> UserTurn:
    return UserTurn(text=text, at=NOW)


def ask(*turns: Turn, situation: Situation = SITUATION) -> Ask:
    return Ask(situation=situation, turns=turns or (user("hello"),), tools=TOOLS)
