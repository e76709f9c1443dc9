"""Requests that move a thing: to another time, by some time, or to another length."""

import re

from core.language import words
from core.language.objects import object_of
from core.language.sentence import Sentence, when_words
from core.language.titles import tidy
from core.language.understanding import Understanding
from core.language.updating import change
from core.language.words import opening
from core.ports import Situation
from core.when.values import Day, Length, Period

_CHANGE = opening(f"{words.CHANGE}|{words.CHANGE_OWN}")
_LENGTH = re.compile(r"(?:extend|prolong|lengthen|shorten|cut short)", re.I)
_END = re.compile(r"(?i)^(?:until|till|to|at)\s+")
_LONG = re.compile(r"(?i)\s+(?:long|in length)$")
_SHORTER = re.compile(r"(?:shorten|cut short)", re.I)
_TO_HOUR = re.compile(r"\s(?:to|until)\s+(?P<hour>\d{1,2}(?:[:.]\d\d)?)[\s.!?]*$", re.I)
_COMPARED = re.compile(r"(?<!\w)(?:(?P<less>shorter|less)|longer|more)(?!\w)", re.I)
_EARLIER = re.compile(r"(?<![\w'])(?:earlier|forward|up|sooner|ahead)(?![\w'])", re.I)
_SHIFT = re.compile(
    r"(?<![\w'])(?:later|earlier|sooner|back|forward|up|ahead|out|by)(?![\w'])", re.I
)
_TRAILING = re.compile(
    r"(?i)(?<![\w'])(?:to be|to start|to begin|to|from|by|for|instead|until|till|"
    r"so it starts|be|on|at)\s*$"
)
_LEADING = re.compile(
    r"(?i)^\s*(?:back|forward|out|up|(?:the )?(?:start )?(?:time|date|day|"
    r"due date) (?:of|for|on))\s+"
)


def moved(request: Sentence, situation: Situation, kind: str) -> Understanding | None:
    """A new time or length, as in "move lunch to Friday", "push it by an hour", "actually at 4"."""
    verb = _CHANGE.match(request.bare, request.start)
    said_verb = verb.group() if verb else ""
    rest = request.rest(verb.end() if verb else request.start, drop=request.times)
    lengths = [some for some in request.times if isinstance(some.meaning, Length)]
    whens = [some for some in request.times if not isinstance(some.meaning, Length)]
    changes: dict[str, str] = {}
    old = ""
    if hour := _TO_HOUR.search(rest):
        rest = rest[: hour.start()]
        old = when_words(whens[:1], request.text)
        changes["when"] = f"at {hour['hour']}"
        whens, lengths = [], []
    if whens:
        new = when_words(whens[-1:], request.text)
        pair = re.split(r"\s+(?:to|until)\s+", re.sub(r"(?i)^from\s+", "", new), maxsplit=1)
        if len(pair) == 2 and isinstance(whens[-1].meaning, Period) and _carries(said_verb):
            old, new = pair
        elif len(whens) > 1:
            old = when_words(whens[:1], request.text)
        if _LENGTH.match(said_verb) and len(whens) == 1 and not lengths:
            end = _bare(_END.sub("", new))
            end = f"at {end}" if re.fullmatch(r"\d{1,2}(?:[:.]\d\d)?", end) else end
            changes["duration"] = f"until {end}"
        elif lengths and _carries(said_verb) and _SHIFT.search(rest):
            way = "earlier" if _EARLIER.search(rest) else "later"
            changes["when"], old = f"{_bare(lengths[0].text)} {way}", new
            rest = _SHIFT.sub(" ", rest)
        else:
            changes["when"] = re.sub(r"(?i)^(?:for|on|until|till)\s+", "", new)
            if lengths:
                changes["duration"] = _bare(lengths[0].text)
    elif lengths:
        length = _bare(lengths[0].text)
        if compared := _COMPARED.search(rest):
            changes["duration"] = f"{length} {'shorter' if compared['less'] else 'longer'}"
            rest = _COMPARED.sub(" ", rest)
        elif _LENGTH.match(said_verb):
            way = "shorter" if _SHORTER.match(said_verb) else "longer"
            changes["duration"] = f"{length} {way}" if " by " in request.low else length
        elif _carries(said_verb) or _SHIFT.search(request.low[request.start :]):
            way = "earlier" if _EARLIER.search(request.low[request.start :]) else "later"
            changes["when"] = f"{length} {way}"
        else:
            changes["duration"] = length
        rest = _SHIFT.sub(" ", rest)
    rest = _LEADING.sub("", _TRAILING.sub("", rest.strip(" .!?")))
    what = tidy(_LONG.sub("", rest))
    if what.casefold() in ("", "my", "the") and old:
        what = old
    elif old and _names_day(request):
        # "Move Thursday's standup to 10": that one of the series.
        changes["occurrence"] = re.sub(r"(?:'s|’s)$", "", old)
    if not changes:
        found = object_of(what, situation)
        return change(what, situation, kind, {}) if found.refs or found.choices else None
    return change(what, situation, kind, changes)


def _names_day(request: Sentence) -> bool:
    """The first of two times is the day of what is to move."""
    first = next((some for some in request.times if not isinstance(some.meaning, Length)), None)
    return first is not None and isinstance(first.meaning, Day)


def _carries(verb: str) -> bool:
    """Whether the verb moves a thing from one time to another."""
    return not verb.startswith(("make", "set"))


def _bare(length: str) -> str:
    return re.sub(r"(?i)^(?:for|by|to)\s+", "", length)
