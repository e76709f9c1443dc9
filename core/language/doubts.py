"""What is said of a time and cannot be taken as it stands: asked about, never put in a title."""

import re
from datetime import datetime

from core.errors import UserError
from core.language.sentence import Sentence
from core.language.titles import quoted, tidy
from core.language.understanding import Understanding, asking
from core.when.values import Moment, Period
from core.when.wall import zone

_IMPOSSIBLE = re.compile(
    r"(?<![\w'])(?:in |after )(?:-\s?\d+|0+|\d{5,}) "
    r"(?:sec(?:ond)?|min(?:ute)?|hour|day|week|month|year)s?(?![\w'])|"
    r"(?:on )?(?<![\w/.-])(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}-\d{1,2}-\d{1,2})(?![\w/-])",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"(?<![\w'])(?:in )?(?P<place>[A-Z][\w-]+(?: [A-Z][\w-]+){0,2})(?:'s)? time(?![\w'])|"
    r"(?<![\w'])(?P<words>(?i:eastern|central|mountain|pacific))(?i: (?:standard )?time)?(?!\w)|"
    r"(?<![\w'])(?P<short>UTC|GMT|[ECMP][SD]?T|CES?T|EES?T|BST|IST|JST)(?![\w'])(?: time)?"
)
_SHORT = {"UTC": "UTC", "GMT": "UTC", "ET": "America/New_York", "CT": "America/Chicago",
          "MT": "America/Denver", "PT": "America/Los_Angeles", "CET": "Europe/Paris",
          "CEST": "Europe/Paris", "EET": "Europe/Athens", "EEST": "Europe/Athens",
          "BST": "Europe/London", "JST": "Asia/Tokyo"}  # fmt: skip
_SAME = {"EST": "ET", "EDT": "ET", "CST": "CT", "CDT": "CT", "MST": "MT", "MDT": "MT",
         "PST": "PT", "PDT": "PT"}  # fmt: skip
_COMMAND = {"create_reminder": "/remind", "create_event": "/event", "create_task": "/task"}


def impossible(request: Sentence, made: Understanding) -> Understanding | None:
    """The question for another time when a thing would be made with an impossible one."""
    tool = made.calls[0].name if made.calls else made.about
    if tool not in _COMMAND:
        return None
    found = _IMPOSSIBLE.search(request.bare)
    if found is None:
        return None
    said = request.text[found.start() : found.end()]
    values = made.calls[0].arguments if made.calls else {}
    title = str(values.get("title") or values.get("text") or "") or made.asks or ""
    command = _COMMAND[tool]
    bare = re.sub(r"(?i)^(?:in|after|on) ", "", said)
    for away in (said, bare):
        title = title.replace(away, " ")
    text = tidy(" ".join(title.split()).removeprefix(command))
    return asking(
        tool, f"{quoted(said)} is not a possible time. When shall it be?", f"{command} {text}"
    )


def elsewhere_time(request: Sentence, here: datetime) -> tuple[str, str] | None:
    """A request whose hour is said in another place's time, and the same in the person's own.

    None when no other place's time is said. The second text is empty when the place is unknown.
    """
    found = next(
        (
            match
            for match in _ELSEWHERE.finditer(request.text)
            if any(
                0 <= match.start() - end <= 3 for some in request.times for _, end in some.places
            )
        ),
        None,
    )
    if found is None:
        return None
    words = found["words"]
    short = found["short"] or (f"{words[0].upper()}T" if words else None)
    try:
        there = zone(_SHORT.get(_SAME.get(short, short), short) if short else found["place"])
    except UserError:
        return found.group(), ""
    for some in request.times:
        match some.meaning:
            case Moment(at=at) | Period(start=datetime() as at):
                end = getattr(some.meaning, "end", None)
            case _:
                continue
        said = [at, *([end] if isinstance(end, datetime) else [])]
        own = [
            moment.replace(tzinfo=there).astimezone(here.tzinfo).replace(tzinfo=None)
            for moment in said
        ]
        words = own[0].isoformat(timespec="minutes")
        if len(own) > 1:
            words = f"{own[0]:%Y-%m-%d} {own[0]:%H:%M}-{own[1]:%H:%M}"
        rest = request.text[: found.start()] + request.text[found.end() :]
        first, *others = sorted(some.places)
        for begin, last in reversed(others):
            rest = rest[:begin] + rest[last:]
        return found.group(), f"{rest[: first[0]]}{words}{rest[first[1] :]}"
    return found.group(), ""
