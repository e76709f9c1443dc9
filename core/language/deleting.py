"""Requests that delete or forget."""

import re

from core.language import words
from core.language.followups import each, meant
from core.language.objects import object_of
from core.language.sentence import Sentence, when_words
from core.language.titles import tidy
from core.language.understanding import Understanding, asking, calling
from core.language.words import opening
from core.ports import Situation

_REMOVE = opening(f"{words.REMOVE}|{words.REMOVE_OWN}")
_MANY = (
    r"(?:tasks|events|reminders|alarms|meetings|appointments|items|entries|todos|"
    r"to-dos|to dos|chores|things|"
    r"stuff|plans|calend[ae]rs?|caland[ae]rs?|schedule|agenda|(?:(?:to[- ]?do|"
    r"task|chore|shopping|grocery) )?lists?)"
)
_ALL = re.compile(
    rf"(?:all|every|everything|each|any)(?: of)?(?: (?:the|my|these|those|"
    rf"our))*(?: [\w-]+){{0,2}}?(?: {_MANY})?"
    rf"(?: (?:on|from|off|in) (?:my |the )?(?:[\w-]+ )?{_MANY})?|"
    rf"(?:(?:my|the|our|entire|whole|upcoming|current) )*(?:[\w-]+ )?{_MANY}",
    re.IGNORECASE,
)


def delete(request: Sentence, situation: Situation, kind: str) -> Understanding:
    """delete_task, delete_event or delete_reminder; asks before more than one thing goes."""
    verb = _REMOVE.match(request.bare, request.start)
    rest = request.rest(verb.end() if verb else request.start, drop=request.times)
    rest = re.sub(r"(?i)^\s*(?:off|out|away|of)\s+", "", rest)
    day = when_words((request.when,), request.text) if request.when else ""
    day = re.sub(r"(?i)^(?:on|at|for|from|in)\s+", "", day)
    plainly = tidy(rest)
    if plainly.casefold() in ("my", "the", "") and day:
        rest, plainly, day = day, day, ""
    if day and kind == "task" and not meant(plainly, situation).pointed:
        # The time tells which of them is meant.
        rest = f"{rest} {day}"
    pointing = meant(plainly, situation)
    if _ALL.fullmatch(plainly) and not (pointing.pointed and pointing.refs):
        return _several(kind, plainly, day)
    return each(
        object_of(rest, situation),
        lambda ref, known: delete_call(ref, known or kind, day),
        tool=f"delete_{kind}",
        action="delete",
        command="/delete",
    )


def delete_call(ref: str, kind: str, day: str = "", *, confirmed: bool = False) -> Understanding:
    """The call that deletes a row of a kind."""
    match kind:
        case "event":
            return calling("delete_event", event=ref, occurrence=day, confirmed=confirmed)
        case "reminder":
            return calling("delete_reminder", reminder=ref, occurrence=day, confirmed=confirmed)
        case "note":
            return calling("forget", what=ref, confirmed=confirmed)
    return calling("delete_task", task=ref, confirmed=confirmed)


def _several(kind: str, plainly: str, day: str) -> Understanding:
    """The tools ask before they delete all; a part of all is chosen one by one."""
    if kind == "task" and not day:
        done = re.search(r"\b(?:completed|done|finished)\b", plainly, re.IGNORECASE)
        return calling("delete_task", task="all completed" if done else "all")
    if kind == "reminder" and not day:
        return calling("delete_reminder", reminder="all")
    noun = {"task": "tasks", "reminder": "reminders"}.get(kind, "events")
    show = f"/{noun} {day}".rstrip()
    return asking(
        f"delete_{kind}",
        f"I delete {noun} one at a time, so that nothing goes by mistake: “{show}” shows them. "
        "Which one shall go?",
        "/delete",
        sure=False,
    )
