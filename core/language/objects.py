"""The object of a command: "the reminder to call mom" and "milk from my list" name one row."""

import re
from dataclasses import replace

from core.language.followups import Meant, meant
from core.language.titles import named, tidy
from core.ports import Situation

_NOUN = (
    r"(?:reminders?|alarms?|timers?|notifications?|wake[- ]?up calls?|to[- ]?dos?|"
    r"todos?|tasks?|items?|chores?|"
    r"(?:calendar )?(?:events?|entry|entries)|appointments?(?= (?:called|named|titled))|"
    r"ones?(?= (?:with|about|called|at|on|for|named)))"
)
_LEAD = re.compile(
    rf"(?:(?:the|my|our|an?|that|this|event:|upcoming|current|scheduled)\s+)*{_NOUN}(?![\w'])[\s:]*"
    r"(?:(?:called|named|titled|entitled|about|to|for|of|(?<=one )with|"
    r"(?<=one )at|that says|which says|where i)(?![\w'])\s*)?",
    re.IGNORECASE,
)
_ONE = re.compile(r"(?i)^(?:the|my|that) (.+) one$")
""" "The passport one" is what has passport in its title."""
_KINDS = (
    (re.compile(r"remind|alarm|timer|wake", re.IGNORECASE), "reminder"),
    (re.compile(r"to[- ]?do|task|item|chore", re.IGNORECASE), "task"),
    (re.compile(r"event|appointment|calendar", re.IGNORECASE), "event"),
)
_FROM_LIST = re.compile(
    r"\s*(?<![\w'])(?:from|off(?: of)?|on|out of|in)\s+(?:my|the|our|that|"
    r"this)?\s*(?:[\w'-]+\s+){0,2}?"
    r"(?:to[- ]?do'?s?|todos?|tasks?|chores?|calend[ae]rs?|caland[ae]rs?|schedule|"
    r"agenda|diary|lists?)"
    r"(?:\s+lists?)?(?:\s+(?:please|for me|anymore|any more|now))*\s*$",
    re.IGNORECASE,
)


def object_of(words: str, situation: Situation) -> Meant:
    """The rows that the words after a verb mean."""
    plainly = tidy(words)
    pointing = meant(plainly, situation)
    if pointing.pointed:
        return pointing
    name = named(words)
    if name:
        return meant(name[0], situation)
    without_list = tidy(_FROM_LIST.sub("", words))
    inner = meant(without_list, situation)
    if inner.pointed:
        return inner
    without_list = _ONE.sub(r"\1", without_list)
    lead = _LEAD.match(without_list)
    shorter = tidy(without_list[lead.end() :]) if lead else without_list
    kind = _kind_of(lead.group()) if lead else ""
    shorter = re.sub(r"(?i)^(?:the|my|our)\s+", "", shorter)
    return replace(meant(shorter or without_list or plainly, situation), named=kind)


def _kind_of(lead: str) -> str:
    return next((kind for pattern, kind in _KINDS if pattern.search(lead)), "")
