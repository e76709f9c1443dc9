"""Slash commands, which are also what buttons send: each is a tool call, and always sure."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from core.language.understanding import Understanding
from core.ports import Situation
from core.values import Call

_REF = re.compile(r"(#?\d{1,9}|[tern][0-9a-z]{7}(?:@\d{1,9})?)(/\S+)?(?=\s|$)", re.IGNORECASE)
_KINDS = {"t": "task", "e": "event", "r": "reminder", "n": "note"}

Arguments = dict[str, Any]
Reading = Callable[[str, Situation], tuple[str, Arguments] | None]


def command(text: str, situation: Situation) -> Understanding | None:
    """The call that a slash command stands for; None when the text is none that Pixie knows."""
    found = re.match(r"/([a-z_-]+)(?:@\w+)?(?:\s+(.*))?$", text.strip(), re.IGNORECASE | re.DOTALL)
    if found is None:
        return None
    read = _COMMANDS.get(found[1].lower().replace("_", "-"))
    called = read(" ".join((found[2] or "").split()), situation) if read else None
    if called is None:
        return None
    name, arguments = called
    return Understanding(calls=(Call(id=f"{name}-1", name=name, arguments=arguments),), sure=True)


def kind_of(ref: str, situation: Situation) -> str:
    """task, event, reminder or note; "" when the reference does not tell."""
    number = ref.removeprefix("#").split("/")[0]
    if number.isdigit():
        known = (*situation.numbered, *situation.replied, *situation.shown)
        return next((row.kind for row in known if row.number == int(number)), "")
    return _KINDS.get(ref[:1].lower(), "") if _REF.fullmatch(ref) else ""


def _split(text: str) -> tuple[str, str]:
    """A leading reference and the rest; without one, all words are the reference."""
    found = _REF.match(text)
    return (found[0], text[found.end() :].strip()) if found else (text, "")


def _plain(name: str, argument: str = "") -> Reading:
    """A command whose words are one argument."""

    def read(text: str, situation: Situation) -> tuple[str, Arguments]:
        del situation
        return name, {argument: text} if argument and text else {}

    return read


def _on_row(tools: Mapping[str, tuple[str, str]], default: str, rest: str = "") -> Reading:
    """A command on one row: the tool follows from the row's kind; `rest` takes further words."""

    def read(text: str, situation: Situation) -> tuple[str, Arguments]:
        ref, words = _split(text)
        name, argument = tools[kind_of(ref, situation) or default]
        arguments: Arguments = {argument: ref}
        if words and rest:
            arguments[rest] = words
        return name, arguments

    return read


def _with_words(tool: str, title: str, when: str) -> Reading:
    """A command that makes something: the sentence behind it is read like any other."""

    def read(text: str, situation: Situation) -> tuple[str, Arguments]:
        from core.language.titles import title_and_time

        name, time = title_and_time(text, situation)
        return tool, {title: name} | ({when: time} if time else {})

    return read


def _delete(text: str, situation: Situation) -> tuple[str, Arguments]:
    words, confirmed = _confirmed(text)
    ref, rest = _split(words)
    tools = {
        "task": ("delete_task", "task"),
        "event": ("delete_event", "event"),
        "reminder": ("delete_reminder", "reminder"),
        "note": ("forget", "what"),
    }
    name, argument = tools[kind_of(ref, situation) or "task"]
    arguments: Arguments = {argument: ref}
    if rest and name == "delete_event":
        arguments["occurrence"] = rest
    return name, arguments | ({"confirmed": True} if confirmed else {})


def _forget(text: str, situation: Situation) -> tuple[str, Arguments]:
    del situation
    words, confirmed = _confirmed(text)
    return "forget", {"what": words} | ({"confirmed": True} if confirmed else {})


def _confirmed(text: str) -> tuple[str, bool]:
    if text.lower() == "yes" or text.lower().endswith(" yes"):
        return text[:-3].strip(), True
    return text, False


def _undo(text: str, situation: Situation) -> tuple[str, Arguments]:
    del situation
    if text.isdigit():
        return "undo", {"count": int(text[:4])}
    return "undo", {"what": text} if text else {}


def _calendar(text: str, situation: Situation) -> tuple[str, Arguments]:
    del situation
    words = text.lower().split()
    action = next((word for word in words if word in ("rotate", "revoke", "list")), "")
    scope = next((word for word in words if word in ("all", "events", "tasks", "busy")), "")
    arguments = {"action": action, "scope": scope}
    return "calendar_link", {name: value for name, value in arguments.items() if value}


_MOVE = {
    "task": ("update_task", "task"),
    "event": ("update_event", "event"),
    "reminder": ("update_reminder", "reminder"),
}


def _move(text: str, situation: Situation) -> tuple[str, Arguments]:
    ref, words = _split(text)
    kind = kind_of(ref, situation)
    name, argument = _MOVE.get(kind, _MOVE["event"])
    when = "due" if kind == "task" else "when"
    return name, {argument: ref} | ({when: words} if words else {})


def _rename(text: str, situation: Situation) -> tuple[str, Arguments]:
    ref, words = _split(text)
    kind = kind_of(ref, situation)
    name, argument = _MOVE.get(kind, _MOVE["task"])
    title = "text" if kind == "reminder" else "title"
    return name, {argument: ref} | ({title: words} if words else {})


_DONE = {
    "task": ("complete_task", "task"),
    "reminder": ("complete_reminder", "reminder"),
    "event": ("complete_task", "task"),
    "note": ("complete_task", "task"),
}

_COMMANDS: dict[str, Reading] = {
    "start": _plain("help"),
    "help": _plain("help", "topic"),
    "today": _plain("agenda"),
    "week": lambda text, situation: ("agenda", {"when": "this week"}),
    "agenda": _plain("agenda", "when"),
    "tasks": _plain("list_tasks", "text"),
    "events": _plain("list_events", "when"),
    "reminders": _plain("list_reminders", "when"),
    "remind": _with_words("create_reminder", "text", "when"),
    "task": _with_words("create_task", "title", "due"),
    "event": _with_words("create_event", "title", "when"),
    "note": _plain("remember", "text"),
    "remember": _plain("remember", "text"),
    "find": _plain("search_memory", "query"),
    "forget": _forget,
    "settings": _plain("show_settings"),
    "calendar": _calendar,
    "undo": _undo,
    "done": _on_row(_DONE, "task"),
    "delete": _delete,
    "snooze": _on_row(dict.fromkeys(_DONE, ("snooze_reminder", "reminder")), "reminder", "until"),
    "move": _move,
    "rename": _rename,
    "free": _plain("find_free_time", "event"),
}
