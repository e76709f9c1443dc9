"""Requests that change a thing: its time, length, title, place, priority, project or status."""

import re

from core.language import words
from core.language.followups import each, meant, which
from core.language.making import when_words
from core.language.objects import object_of
from core.language.sentence import Sentence
from core.language.titles import tidy
from core.language.understanding import Understanding, calling
from core.language.words import opening
from core.ports import Situation
from core.when.values import Length, Period

_CHANGE = opening(words.CHANGE)
_IT = r"it|that|this|them|these|those|#?\d+|(?:the |number )?\w+ one"
_LEVEL = r"highest|high|top|medium|normal|low|lowest|urgent|important|critical"

_TITLE = (
    re.compile(r"(?:rename|retitle|re-title) (?P<what>.+?) (?:to|as|into) (?P<value>.+)", re.I),
    re.compile(
        r"(?:change|update|edit|set) (?:the )?(?:title|name|text|subject|wording)(?: of (?P<what>.+?))? "
        r"(?:to|into|as) (?P<value>.+)",
        re.I,
    ),
    re.compile(r"call (?P<what>it|that|this) (?P<value>\D.+)", re.I),
)
_LOCATION = (
    re.compile(
        r"(?:change|move|set|update|edit) (?:the )?(?:location|place|venue)(?: (?:of|for) (?P<what>.+?))? "
        r"(?:to|as) (?P<value>.+)",
        re.I,
    ),
    re.compile(
        r"(?P<what>it|that|this)(?:'s| is| will be| takes place| happens) (?:at|in) (?P<value>\D.*)",
        re.I,
    ),
    re.compile(r"move (?P<what>it|that|this) to (?P<value>(?:the |room )?[A-Z].*)"),
)
_PRIORITY = (
    re.compile(
        rf"(?:make|mark|set|flag) (?P<what>.+?) (?:as |to |to be )?(?:an? )?(?P<value>{_LEVEL})(?:[- ]priority)?",
        re.I,
    ),
    re.compile(
        rf"(?:change|set|raise|lower|update) (?:the )?priority(?: (?:of|on|for) (?P<what>.+?))? to (?P<value>{_LEVEL})",
        re.I,
    ),
    re.compile(rf"(?P<what>it|that|this)(?:'s| is) (?P<value>{_LEVEL})(?: priority)?", re.I),
)
_LEVELS = {
    **dict.fromkeys(("highest", "urgent", "critical"), "URGENT"),
    **dict.fromkeys(("high", "top", "important"), "HIGH"),
    **dict.fromkeys(("medium", "normal"), "MEDIUM"),
    **dict.fromkeys(("low", "lowest"), "LOW"),
}
_PROJECT = (
    re.compile(
        rf"(?:move|put|assign|add) (?P<what>{_IT}) (?:to|in|into|under) (?:the )?project (?P<value>[\w .&/-]+)",
        re.I,
    ),
    re.compile(
        rf"(?:move|put|assign|add) (?P<what>{_IT}) (?:to|in|into|under) (?:the )?(?P<value>[\w.&/-]+) project",
        re.I,
    ),
)
_STARTED = (
    re.compile(rf"(?:start|begin|start working on) (?P<what>{_IT})", re.I),
    re.compile(rf"i(?:'m| am) working on (?P<what>{_IT})(?: now)?", re.I),
    re.compile(rf"i(?:'ve| have)? started (?P<what>{_IT})", re.I),
    re.compile(rf"(?P<what>{_IT})(?:'s| is) in progress", re.I),
)
_REOPENED = (
    re.compile(r"(?:reopen|re-open|uncomplete|unfinish) (?P<what>.+)", re.I),
    re.compile(rf"(?P<what>{_IT})(?:'s| is) not (?:done|finished)(?: yet)?", re.I),
)
_DUE = (
    re.compile(rf"(?P<what>{_IT})(?:'s| is) due", re.I),
    re.compile(
        r"(?:set|change|move) (?:the )?(?:due date|deadline)(?: (?:of|for|on) (?P<what>.+?))?(?: to)?",
        re.I,
    ),
)
_LENGTH = re.compile(r"(?:extend|prolong|lengthen|shorten|cut short)", re.I)
_SHORTER = re.compile(r"(?:shorten|cut short)", re.I)
_EARLIER = re.compile(r"(?<![\w'])(?:earlier|forward|up|sooner|ahead)(?![\w'])", re.I)
_SHIFT = re.compile(
    r"(?<![\w'])(?:later|earlier|sooner|back|forward|up|ahead|out|by)(?![\w'])", re.I
)
_TRAILING = re.compile(
    r"(?i)(?<![\w'])(?:to be|to start|to begin|to|from|by|for|instead|until|till|so it starts|be|on|at)\s*$"
)
_LEADING = re.compile(
    r"(?i)^\s*(?:back|forward|out|up|(?:the )?(?:start )?(?:time|date|day|due date) (?:of|for|on))\s+"
)


def update(request: Sentence, situation: Situation, kind: str) -> Understanding | None:
    """update_task, update_event or update_reminder; None when nothing says what shall change."""
    said = request.rest(request.start).strip(" .!?")
    title = "text" if kind == "reminder" else "title"
    if found := _first(_TITLE, said):
        return _change(found[0], situation, kind, {title: tidy(found[1])})
    if found := _first(_PRIORITY, said):
        return _change(found[0], situation, "task", {"priority": _LEVELS[found[1].casefold()]})
    if found := _first(_PROJECT, said):
        return _change(found[0], situation, "task", {"project": tidy(found[1])})
    if found := _first(_STARTED, said):
        return _change(found[0], situation, "task", {"status": "IN_PROGRESS"})
    if found := _first(_REOPENED, said):
        return _change(found[0], situation, "task", {"status": "PENDING"})
    if not request.times and (found := _first(_LOCATION, said)):
        return _change(found[0], situation, "event", {"location": tidy(found[1])})
    without = request.rest(request.start, drop=request.times).strip(" .!?")
    if request.when and (found := _first(_DUE, without)):
        due = re.sub(r"(?i)^(?:on|by|to)\s+", "", when_words((request.when,), request.text))
        return _change(found[0], situation, "task", {"due": due})
    return _moved(request, situation, kind)


def _first(patterns: tuple[re.Pattern[str], ...], said: str) -> tuple[str, str] | None:
    """What is to change and to what value, by the first pattern that is the whole sentence."""
    for pattern in patterns:
        if match := pattern.fullmatch(said):
            groups = match.groupdict()
            return groups["what"] or "", groups.get("value") or ""
    return None


def _moved(request: Sentence, situation: Situation, kind: str) -> Understanding | None:
    """A new time or length, as in "move lunch to Friday", "push it by an hour", "actually at 4"."""
    verb = _CHANGE.match(request.bare, request.start)
    said_verb = verb.group() if verb else ""
    rest = request.rest(verb.end() if verb else request.start, drop=request.times)
    lengths = [some for some in request.times if isinstance(some.meaning, Length)]
    whens = [some for some in request.times if not isinstance(some.meaning, Length)]
    changes: dict[str, str] = {}
    old = ""
    if whens:
        new = when_words(whens[-1:], request.text)
        pair = re.split(r"\s+(?:to|until)\s+", re.sub(r"(?i)^from\s+", "", new), maxsplit=1)
        if len(pair) == 2 and isinstance(whens[-1].meaning, Period) and _carries(said_verb):
            old, new = pair
        elif len(whens) > 1:
            old = when_words(whens[:1], request.text)
        changes["when"] = re.sub(r"(?i)^(?:for|on)\s+", "", new)
        if lengths:
            changes["duration"] = _bare(lengths[0].text)
    elif lengths:
        length = _bare(lengths[0].text)
        by = re.search(r"(?<!\w)by(?!\w)|longer|shorter|more|less", request.low)
        if _LENGTH.match(said_verb):
            way = "shorter" if _SHORTER.match(said_verb) else "longer"
            changes["duration"] = f"{length} {way}" if by else length
        elif _carries(said_verb) or _SHIFT.search(request.low[request.start :]):
            way = "earlier" if _EARLIER.search(request.low[request.start :]) else "later"
            changes["when"] = f"{length} {way}"
        else:
            changes["duration"] = length
        rest = _SHIFT.sub(" ", rest)
    rest = _LEADING.sub("", _TRAILING.sub("", rest.strip(" .!?")))
    what = tidy(rest) or old
    if not changes:
        found = object_of(what, situation)
        return _change(what, situation, kind, {}) if found.refs or found.choices else None
    return _change(what, situation, kind, changes)


def _carries(verb: str) -> bool:
    """Whether the verb moves a thing from one time to another."""
    return not verb.startswith(("make", "set"))


def _bare(length: str) -> str:
    return re.sub(r"(?i)^(?:for|by|to)\s+", "", length)


def _change(what: str, situation: Situation, kind: str, changes: dict[str, str]) -> Understanding:
    """The call for each row that is meant; without words for one it is the one just shown."""
    found = object_of(what, situation) if what else meant("it", situation)
    if not found.refs:
        when = changes.get("when", "")
        return which(found, tool=f"update_{kind}", action="change", command="/move", words=when)
    return each(
        found,
        lambda ref, known: update_call(ref, known or kind, changes),
        tool=f"update_{kind}",
        action="change",
        command="/move",
    )


def update_call(ref: str, kind: str, changes: dict[str, str]) -> Understanding:
    """The call that changes a row of a kind; a task's time is when it is due."""
    later = re.fullmatch(r"(.+) later", changes.get("when", ""))
    if kind == "reminder" and later:
        return calling("snooze_reminder", reminder=ref, until=later[1])
    if kind == "task":
        due = {"due": changes["when"]} if "when" in changes else {}
        rest = {name: value for name, value in changes.items() if name not in ("when", "duration")}
        return calling("update_task", task=ref, **due, **rest)
    if kind == "reminder":
        rest = {
            ("text" if name == "title" else name): value
            for name, value in changes.items()
            if name != "duration"
        }
        return calling("update_reminder", reminder=ref, **rest)
    rest = {("title" if name == "text" else name): value for name, value in changes.items()}
    return calling("update_event", event=ref, **rest)
