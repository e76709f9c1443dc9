"""Requests about what is done or shall come again: complete and snooze."""

import re
from dataclasses import replace

from core.language.followups import Meant, each, which
from core.language.objects import object_of
from core.language.sentence import Sentence, when_words
from core.language.titles import tidy
from core.language.understanding import Understanding, calling, together
from core.ports import Situation

DONE = re.compile(
    r"(?:i(?:'m| am)?(?:'ve| have)?(?: just| already|"
    r" finally)? )?(?:all )?(?:done|finished|"
    r"completed)(?: with)?(?![\w'])[\s:]*(?P<a>.*)|"
    r"i(?:'ve| have)? (?:just |already )?(?:did|bought|paid|called|sent|submitted|"
    r"booked|made)(?![\w']) (?P<e>it|that|them|those)|"
    r"(?:mark|set|check|tick|cross) (?P<b>.+?) (?:(?:as|off|is|to|"
    r"off as) )*(?:done|completed?|finished)|"
    r"(?:check|tick) (?P<f>.+?) off|"
    r"(?:check off|tick off|cross off|complete|close|resolve) (?P<c>.+)|"
    r"(?P<h>it|that|this)'s (?:all |now |already )?(?:done|finished)|"
    r"finish (?P<g>it|that|this|them|#?\d+)|"
    r"(?P<d>.+?) (?:is|are|was|were|has been|have been) (?:all |now |"
    r"already )?(?:done|finished|completed?)",
    re.IGNORECASE,
)
_SNOOZE = re.compile(r"(?:snooze|remind me again)(?![\w'])\s*(?P<a>.*)", re.IGNORECASE)
_ALARM = re.compile(
    r"(?:the |my |this |that )?(?:reminder|alarm)s?(?![\w'])(?: (?:to|about|for))?\s*",
    re.IGNORECASE,
)


def complete(request: Sentence, situation: Situation) -> Understanding:
    """complete_task or complete_reminder."""
    said = request.rest(request.start, drop=request.times).strip(" .!")
    match = DONE.fullmatch(said)
    rest = next((group for group in match.groups() if group), "") if match else said
    return each(
        _completable(object_of(rest, situation)) if rest else _nearest(situation),
        complete_call,
        tool="complete_task",
        action="mark as done",
        command="/done",
    )


def _completable(found: Meant) -> Meant:
    """Of several things the tasks and reminders: only these can be done."""
    pairs = [
        (ref, kind)
        for ref, kind in zip(found.refs, found.kinds, strict=True)
        if kind not in ("event", "note")
    ]
    if len(found.refs) < 2 or not pairs:
        return found
    return replace(
        found, refs=tuple(ref for ref, _ in pairs), kinds=tuple(kind for _, kind in pairs)
    )


def complete_call(ref: str, kind: str) -> Understanding:
    """The call that marks a row of a kind as done."""
    if kind == "reminder":
        return calling("complete_reminder", reminder=ref)
    return calling("complete_task", task=ref)


def _nearest(situation: Situation) -> Meant:
    near = [
        row for row in (situation.replied or situation.shown) if row.kind in ("task", "reminder")
    ]
    if len(near) != 1:
        return Meant(choices=tuple(near), pointed=True)
    return Meant(refs=(near[0].code,), kinds=(near[0].kind,), pointed=True)


def snooze(request: Sentence, situation: Situation) -> Understanding:
    """snooze_reminder, by default what went off last for ten minutes."""
    times = request.times[:1]
    match = _SNOOZE.match(request.rest(request.start, drop=times))
    target = tidy(_ALARM.sub("", match["a"] if match else "", count=1))
    until = re.sub(r"(?i)^(?:for|by|until|till|to)\s+", "", when_words(times, request.text))
    until = f"at {until}" if re.fullmatch(r"\d{1,2}(?:[:.]\d\d)?", until) else until
    found = object_of(target, situation)
    if found.refs:
        return together(
            [
                calling("snooze_reminder", reminder=ref, until=until, sure=found.pointed)
                for ref in found.refs
            ]
        )
    if found.choices:
        return which(found, tool="snooze_reminder", action="snooze", command="/snooze", words=until)
    near = [row for row in situation.replied if row.kind == "reminder"]
    return calling("snooze_reminder", reminder=near[0].code if len(near) == 1 else "", until=until)
