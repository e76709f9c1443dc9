"""What a form says: `/fill task {"title": "…", "due": "2026-11-27T14:00"}`.

`core.form_checking` writes it. Only what a form can say is read, and times only as local wall time,
so that nothing in it is open to interpretation; whoever types it by hand gets no further than with
the other commands.
"""

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from core.forms import REF, Repeats
from core.intake import clean
from core.language.understanding import Understanding, calling, saying, together
from core.when.show import WEEKDAYS

UNREAD = (
    "That is no form that I know, so I changed nothing. Say it in words, such as "
    "“remind me tomorrow at 9 to call Bob”; “/help” shows more."
)
MOST = 100_000
"""Characters, far above what a form can hold."""
_SUBJECT = re.compile(
    rf"(?P<what>task|event|reminder|settings|{REF})\s+(?P<json>\{{.*\}})", re.DOTALL | re.ASCII
)
_DAY = r"\d{4}-\d\d-\d\d"
_MOMENT = rf"{_DAY}T\d\d:\d\d"
_ANY = re.compile(r".+", re.DOTALL)
_HOUR = r"\d\d:\d\d"
_REPEAT = re.compile("|".join(one.value for one in Repeats))
_TEXTS = {"title": _ANY, "description": _ANY}
_FIELDS: dict[str, dict[str, re.Pattern[str]]] = {
    "task": {
        **_TEXTS,
        "project": _ANY,
        "priority": re.compile(r"[A-Z]+"),
        "due": re.compile(rf"{_DAY}|{_MOMENT}|none", re.ASCII),
    },
    "event": {
        **_TEXTS,
        "location": _ANY,
        "when": re.compile(rf"{_DAY}/{_DAY}|{_MOMENT}/{_MOMENT}", re.ASCII),
        "repeat": _REPEAT,
    },
    "reminder": {
        "text": _ANY,
        "when": re.compile(rf"{_MOMENT}|{_HOUR}", re.ASCII),
        "repeat": _REPEAT,
    },
    "settings": {
        "zone": _ANY,
        "summary_at": re.compile(rf"{_HOUR}|off", re.ASCII),
        "quiet_hours": re.compile(rf"{_HOUR}-{_HOUR}|off", re.ASCII),
        "language": _ANY,
        "lead": _ANY,
        "deliver": _ANY,
    },
}
_NEEDED = {"task": {"title"}, "event": {"title", "when"}, "reminder": {"text", "when"}}
_KINDS = {"t": "task", "e": "event", "r": "reminder"}


def filled(rest: str) -> Understanding:
    """The call that a form means. Reads any text."""
    match = _SUBJECT.fullmatch(rest) if len(rest) <= MOST else None
    if match is None:
        return saying(UNREAD)
    what = match["what"]
    fresh = what in _FIELDS
    kind = what if fresh else _KINDS[what[0]]
    said: dict[str, Any] | None = _said(match["json"], _FIELDS[kind])
    if said is None or (fresh and not _NEEDED.get(kind, set()) <= said.keys()):
        return saying(UNREAD)
    if kind == "settings":
        return _settings(said)
    repeats = said.pop("repeat", Repeats.ONCE)
    try:
        if "due" in said:
            said["due"] = _due(said["due"])
        if "when" in said:
            said["when"] = _when(said["when"], repeats)
    except ValueError:
        return saying(UNREAD)
    if fresh:
        return calling(f"create_{kind}", **said)
    said[kind] = what
    return calling(f"update_{kind}", **said)


def _settings(said: dict[str, Any]) -> Understanding:
    """What is set, and where reminders come, which is a tool of its own."""
    where = said.pop("deliver", "")
    parts = [calling("change_settings", **said)] if said or not where else []
    return together([*parts, *([calling("deliver_to", where=where)] if where else [])])


def _said(text: str, fields: Mapping[str, re.Pattern[str]]) -> dict[str, str] | None:
    """The fields by name, clean; None for anything that no form writes."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not all(isinstance(value, str) for value in said.values()):
        return None
    values = {name: clean(value) for name, value in said.items()}
    known = all(name in fields and fields[name].fullmatch(value) for name, value in values.items())
    return values if known else None


def _due(due: str) -> str:
    """A day from its beginning to its end: a day alone would keep the hour that the task had."""
    return due if "T" in due or due == "none" else f"{due}/{due}"


def _when(when: str, repeats: str) -> str:
    """As the tools read it. Raises ValueError for a day that is not in the calendar."""
    if len(when) == len("14:00"):
        # A time alone keeps the days on which it repeats.
        return f"at {when}"
    if repeats == Repeats.ONCE:
        return when
    begin, _, end = when.partition("/")
    day, _, hour = begin.partition("T")
    hours = f"{hour}-{end.partition('T')[2]}" if end and hour else hour and f"at {hour}"
    return " ".join(
        part for part in (_often(date.fromisoformat(day), repeats), hours, f"from {day}") if part
    )


def _often(day: date, repeats: str) -> str:
    """ "every Friday": the words leave no doubt which days are meant."""
    match Repeats(repeats):
        case Repeats.WEEK:
            return f"every {WEEKDAYS[day.weekday()]}"
        case Repeats.MONTH:
            return f"every month on day {day.day}"
        case Repeats.YEAR:
            return f"every year on {day.day} {day:%B}"
    return f"every {repeats}"
