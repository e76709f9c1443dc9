"""Requests that change a thing: its title, place, priority, project or status."""

import re
from dataclasses import replace
from typing import Any

from core.language.followups import each, meant, which
from core.language.objects import object_of
from core.language.sentence import Sentence, when_words
from core.language.titles import tidy
from core.language.understanding import Understanding, calling
from core.ports import Situation

_IT = r"it|that|this|them|these|those|#?\d+|(?:the |number )?\w+ one"
_LEVEL = r"highest|high|top|medium|normal|low|lowest|urgent|important|critical"

_TITLE = (
    re.compile(r"(?:rename|retitle|re-title) (?P<what>.+?) (?:to|as|into) (?P<value>.+)", re.I),
    re.compile(
        r"(?:change|update|edit|set) (?:the )?(?:title|name|text|subject|"
        r"wording)(?: of (?P<what>.+?))? "
        r"(?:to|into|as) (?P<value>.+)",
        re.I,
    ),
    re.compile(r"call (?P<what>it|that|this) (?P<value>\D.+)", re.I),
)
_LOCATION = (
    re.compile(
        r"(?:change|move|set|update|edit) (?:the )?(?:location|place|"
        r"venue)(?: (?:of|for) (?P<what>.+?))? "
        r"(?:to|as) (?P<value>.+)",
        re.I,
    ),
    re.compile(
        r"(?:change|set|update|edit) (?P<what>its|their|the (?:meeting|event)'s) (?:location|place|"
        r"venue) (?:to|as) (?P<value>.+)",
        re.I,
    ),
    re.compile(
        r"(?P<what>it|that|this)(?:'s| is| will be| takes place| happens) (?:at|"
        r"in) (?P<value>\D.*)",
        re.I,
    ),
    re.compile(
        r"(?P<what>.+?)(?:'s| is| will be) now (?:at|in) (?P<value>\D.*)|"
        r"(?P<whose>.+?)(?:'s| is| will be) (?:at|in) (?P<place>\D.*?) now",
        re.I,
    ),
    re.compile(r"[Mm]ove (?P<what>.+?) to (?P<value>(?:the |[Rr]oom )?[A-Z].*)"),
)
_PRIORITY = (
    re.compile(
        rf"(?:change|set|raise|lower|update) (?:the )?priority(?: (?:of|on|"
        rf"for) (?P<what>.+?))? to (?P<value>{_LEVEL})",
        re.I,
    ),
    re.compile(
        rf"(?:make|mark|set|flag) (?P<what>.+?) (?:as |to |"
        rf"to be )?(?:an? )?(?P<value>{_LEVEL})(?:[- ]priority)?",
        re.I,
    ),
    re.compile(
        rf"(?:change|set|raise|lower|update) (?:the )?priority(?: (?:of|on|"
        rf"for) (?P<what>.+?))? to (?P<value>{_LEVEL})",
        re.I,
    ),
    re.compile(
        rf"(?P<what>it|that|this|(?:the|my) [^,]+? (?:one|task|to-?do)|#?\d+)(?:'s| is)"
        rf"(?: now| very| really)? (?P<value>{_LEVEL})(?: priority)?",
        re.I,
    ),
)
_LEVELS = {
    **dict.fromkeys(("highest", "urgent", "critical"), "URGENT"),
    **dict.fromkeys(("high", "top", "important"), "HIGH"),
    **dict.fromkeys(("medium", "normal"), "MEDIUM"),
    **dict.fromkeys(("low", "lowest"), "LOW"),
}
_PROJECT = (
    re.compile(
        rf"(?:move|put|assign|add) (?P<what>{_IT}) (?:to|in|into|"
        rf"under) (?:the )?project (?P<value>[\w .&/-]+)",
        re.I,
    ),
    re.compile(
        rf"(?:move|put|assign|add) (?P<what>{_IT}) (?:to|in|into|"
        rf"under) (?:the )?(?P<value>[\w.&/-]+) project",
        re.I,
    ),
)
_STARTED = (
    re.compile(rf"(?:start|begin|start working on) (?P<what>{_IT})", re.I),
    re.compile(r"i(?:'m| am) (?:now |currently )?working on (?P<what>.+?)(?: now)?", re.I),
    re.compile(r"(?:start|begin) working on (?P<what>.+)", re.I),
    re.compile(rf"i(?:'ve| have)? started (?P<what>{_IT})", re.I),
    re.compile(rf"(?P<what>{_IT})(?:'s| is) in progress", re.I),
)
_REOPENED = (
    re.compile(r"(?:reopen|re-open|uncomplete|unfinish) (?P<what>.+)", re.I),
    re.compile(rf"(?P<what>{_IT})(?:'s| is) not (?:done|finished)(?: yet)?", re.I),
)
_UNDUE = (
    re.compile(
        r"(?:remove|clear|delete|drop|take (?:off|away)) (?:the |its |my )?(?:due date|deadline|"
        r"due time)(?: (?:of|from|for|on) (?P<what>.+))?",
        re.I,
    ),
    re.compile(r"(?P<what>.+?) has no (?:due date|deadline)(?: any ?more)?", re.I),
    re.compile(r"no (?:due date|deadline)(?: for (?P<what>.+))?", re.I),
)
_DUE = (
    re.compile(rf"(?P<what>{_IT}|(?:the|my) .+?)(?:'s| is)(?: due)?", re.I),
    re.compile(
        r"(?:set|change|move) (?:the )?(?:due date|deadline)(?: (?:of|for|"
        r"on) (?P<what>.+?))?(?: to)?",
        re.I,
    ),
)


def amended(request: Sentence, situation: Situation, kind: str = "") -> Understanding | None:
    """A change that is worded in full, as in "make it urgent"; None for all else."""
    said = request.rest(request.start).strip(" .!?")
    if found := _first(_TITLE, said):
        return change(found[0], situation, kind, {"title": tidy(found[1])})
    if found := _first(_PRIORITY, said):
        return change(found[0], situation, "task", {"priority": _LEVELS[found[1].casefold()]})
    if found := _first(_PROJECT, said):
        return change(found[0], situation, "task", {"project": tidy(found[1])})
    if found := _first(_STARTED, said):
        return change(found[0], situation, "task", {"status": "IN_PROGRESS"})
    if found := _first(_REOPENED, said):
        return change(found[0], situation, "task", {"status": "PENDING"})
    timeless = all(some.text.casefold() in ("now", "right now") for some in request.times)
    if timeless and (found := _first(_LOCATION, said)):
        return change(found[0], situation, "event", {"location": tidy(found[1])})
    if found := _first(_UNDUE, said):
        return change(found[0], situation, "task", {"when": "none"})
    without = request.rest(request.start, drop=request.times).strip(" .!?")
    if (
        request.when
        and re.search(r"\bdue\b|deadline", request.low)
        and (found := _first(_DUE, without))
    ):
        due = re.sub(r"(?i)^(?:on|by|to)\s+", "", when_words((request.when,), request.text))
        return change(found[0], situation, "task", {"when": due})
    return None


def _first(patterns: tuple[re.Pattern[str], ...], said: str) -> tuple[str, str] | None:
    """What is to change and to what value, by the first pattern that is the whole sentence."""
    for pattern in patterns:
        if match := pattern.fullmatch(said):
            groups = match.groupdict()
            what = groups["what"] or groups.get("whose") or ""
            return what, groups.get("value") or groups.get("place") or ""
    return None


def change(what: str, situation: Situation, kind: str, changes: dict[str, str]) -> Understanding:
    """A call for each row that is meant; without words for one it is the one just shown.

    `kind` is what a row is whose own kind is not known; "" for the likeliest.
    """
    found = object_of(what, situation) if what else meant("it", situation)
    if "note" in found.kinds:
        found = replace(found, refs=(), kinds=())
    likely = kind or found.named or "event"
    if not found.refs:
        when = changes.get("when", "")
        return which(found, tool=f"update_{likely}", action="change", command="/move", words=when)
    return each(
        found,
        lambda ref, known: update_call(ref, known or likely, changes),
        tool=f"update_{likely}",
        action="change",
        command="/move",
    )


def update_call(ref: str, kind: str, changes: dict[str, str]) -> Understanding:
    """The call that changes a row of a kind, each kind with its own name for what changes."""
    later = re.fullmatch(r"(.+) later", changes.get("when", ""))
    if kind == "reminder" and later:
        return calling("snooze_reminder", reminder=ref, until=later[1])
    own: dict[str, str] = {
        "task": {"when": "due", "duration": "", "occurrence": ""},
        "reminder": {"title": "text", "duration": "", "occurrence": ""},
    }.get(kind, {})
    arguments: dict[str, Any] = {
        own.get(name, name): value for name, value in changes.items() if own.get(name, name)
    }
    arguments[kind] = ref
    return calling(f"update_{kind}", **arguments)
