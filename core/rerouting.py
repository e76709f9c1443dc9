"""A call for a row that turned out to be of another kind, as the call of that kind's own tool."""

from typing import Any

from core import cards
from core.references import OtherKind
from core.values import Call

_ROW = {
    "update_task": "task",
    "update_event": "event",
    "update_reminder": "reminder",
    "snooze_reminder": "reminder",
}
_ARGUMENTS = {
    "update_task": {
        "title": "title",
        "when": "due",
        "description": "description",
        # "move the login bug to Atlas": where a task is, is its project
        "location": "project",
    },
    "update_event": {
        "title": "title",
        "when": "when",
        "description": "description",
        "location": "location",
    },
    "update_reminder": {"title": "text", "when": "when"},
}
"""Of each tool that changes, what the field's common names are called there."""


def rerouted(call: Call, other: OtherKind) -> Call | None:
    """The call that does to the row what was asked; None where its kind has no such thing."""
    own = _ROW.get(call.name)
    if own is None:
        return None
    kind = cards.kind(other.thing).value
    tool = f"update_{kind}"
    theirs = {name: common for common, name in _ARGUMENTS.get(call.name, {"when": "until"}).items()}
    arguments: dict[str, Any] = {kind: cards.ref(other.thing)}
    for name, value in call.arguments.items():
        if name in (own, "occurrence") or value in ("", None):
            continue
        known = _ARGUMENTS.get(tool, {}).get(theirs.get(name, ""))
        if known is None:
            return None
        arguments[known] = value
    return Call(id=call.id, name=tool, arguments=arguments)
