"""One sentence that holds several requests, told by a list after a colon or by a second time."""

import re
from datetime import datetime

from core.language import words
from core.language.intents import intent
from core.language.keeping import note_begin
from core.language.sentence import Sentence, sentence, temporal
from core.language.understanding import Understanding, calling
from core.language.words import opening
from core.ports import Situation
from core.when.values import Day, Length, Moment, Period, TimePhrase

_LISTED = re.compile(
    r"\s*(?:(?:please|can you|could you)\s+)*(?:(?:add|create|make|put down|set up|note)\s+)?"
    r"(?:(?:these|the following|some|my|new|to my list|\w+)\s+)?"
    r"(?:to-?dos?|tasks|chores|errands|to my (?:to-?do |task )?list)(?: for (?:me|today))?\s*:\s*"
    r"(?P<items>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_BETWEEN = re.compile(r"\s*[,;]\s*(?:and\s+)?", re.IGNORECASE)
_LAST_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_JOINT = re.compile(
    r"\s*[,;.]?\s+(?:and|then|plus|&)\s+(?:(?:also|then)\s+)?|\s*[,;]\s*(?:also\s+)?", re.IGNORECASE
)
_LEAD = re.compile(rf"(?:{words.REMIND})(?![\w'])(?:\s+(?:to|about|of)(?!\w))?")
_DOING = opening(words.CHORE)
_CREATE = opening(words.CREATE)
_OCCASION = re.compile(
    rf"(?:(?:an?|the|my)\s+)?(?:\w+\s+)?(?:{words.MEETING}|{words.OCCASION})(?![\w'])"
)
_CLOCK_ALONE = re.compile(
    r"(?:(?:at|@|by|around)\s+)?(?:\d{1,2}(?:[:.]\d\d)?(?:\s*[ap]\.?m\.?)?|noon|midnight)",
    re.IGNORECASE,
)


def listed(text: str) -> list[str] | None:
    """The tasks of "todo: fix the bike, renew passport", each as a request, if it is a list."""
    match = _LISTED.fullmatch(text)
    if match is None:
        return None
    items = [item for item in _BETWEEN.split(match["items"].strip(" .")) if item.strip()]
    if len(items) < 2:
        return None
    return [f"add a task: {item.strip()}" for item in items]


_TWO_PARTS = re.compile(
    r"\b(?P<day>(?:today|tomorrow|(?:on |every |this |next )?\w+day|every day|daily|every)\s+)?"
    r"(?P<in>in the )?(?P<one>morning|noon|afternoon|evening|night)s? and (?:in the |at )?"
    r"(?P<two>noon|afternoon|evening|night)s?\b(?=\s*(?:$|[.,!?]|to\b|remind\b|at\b))",
    re.IGNORECASE,
)


def apart(text: str, situation: Situation) -> list[Sentence]:
    """A request parted where a second time is that of a second thing: "call Ann at 9, Ben at 10".

    What the first says for both, the verb and the day, is said again for the second.
    """
    read = read_in(text, situation)
    if read.asked or read.question or note_begin(read.low) is not None:
        return [read]
    if intent(read) not in ("create_reminder", "create_event", "errand"):
        return [read]
    if both := _TWO_PARTS.search(text):
        day = both["day"] or ""
        link = both["in"] or ("at " if both["two"].lower() in ("noon", "night") and day else "")
        whole = [f"{day}{both['in'] or ''}{both['one']}", f"{day}{link}{both['two']}"]
        said = [text[: both.start()] + part + text[both.end() :] for part in whole]
        return [read_in(part, situation) for part in said]
    parts: list[Sentence] = []
    while len(parts) < 20 and (cut := _cut(read)) is not None:
        first, rest = cut
        parts.append(read_in(first, situation))
        read = read_in(rest, situation)
    return [*parts, read]


def read_in(text: str, situation: Situation) -> Sentence:
    """One request, read where and when it was said."""
    return sentence(text, situation.now, situation.person.habits)


_WEEKDAY = re.compile(
    r"(?i)^(?:on )?(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*(?![\w'])|^(?:tomorrow|today)(?![\w'])"
)
_AHEAD = re.compile(
    r"(?:please\s+|also\s+|and\s+)*remind me\s+(?P<amount>.+?)\s+(?:before|ahead|earlier|prior)"
    r"(?:\s*hand|\s+(?:it|that|this|of (?:it|time)|the (?:meeting|event|appointment)))?[\s.!]*",
    re.IGNORECASE,
)


def ahead(
    part: Sentence, before: Sentence, title: str, situation: Situation
) -> Understanding | None:
    """ "and remind me 30 minutes before", said after the event that it counts back from."""
    match = _AHEAD.fullmatch(part.text)
    if match is None:
        return None
    lengths = [some.meaning for some in read_in(match["amount"], situation).times]
    start = next(
        (
            at
            for some in before.times
            for at in [getattr(some.meaning, "start", None) or getattr(some.meaning, "at", None)]
            if isinstance(at, datetime)
        ),
        None,
    )
    if len(lengths) != 1 or not isinstance(lengths[0], Length) or start is None:
        return None
    when = (start - lengths[0].of).isoformat(timespec="minutes")
    return calling("create_reminder", text=title, when=when)


def _cut(read: Sentence) -> tuple[str, str] | None:
    tool = intent(read)
    if tool not in ("create_reminder", "create_event", "errand"):
        return None
    said = [some for some in read.times if not some.text.endswith(("'s", "’s"))]
    times = [some for some in said if not isinstance(some.meaning, Length)]
    chosen = [some for some in temporal(read.times) if not isinstance(some.meaning, Length)]
    other = next((some for some in times if some not in chosen), None)
    if not chosen or other is None:
        return None
    begin = max(end for some in chosen for _, end in some.places)
    if begin > other.begin:
        return None
    # A time may stand before or after its thing, so the joint is the first one between both.
    joint = _JOINT.search(read.text, begin, other.begin + 1) if begin < other.begin else None
    if joint is None:
        return None
    right = read.text[joint.end() : other.end] + _day(chosen[0], other) + read.text[other.end :]
    right = right.strip()
    if right.lower().startswith("or "):
        return None
    if not read.bare[joint.end() :].strip(" ,.!"):
        # Only another time: the same thing twice.
        same = read.rest(0, joint.start(), drop=chosen)
        hour = ""
        if isinstance(chosen[0].meaning, Day) and isinstance(other.meaning, Moment | Period):
            # "Monday and Wednesday 6-7pm": the hour is that of both days.
            hour = " " + _WEEKDAY.sub("", other.text).strip()
        return read.text[: joint.start()].strip(" ,;") + hour, f"{same} {right}"
    lead = _said_for_both(read, tool, right, other.begin <= joint.end())
    if lead is None:
        return None
    return read.text[: joint.start()].strip(" ,;"), lead + right.rstrip(".! ")


def _said_for_both(read: Sentence, tool: str, right: str, timed: bool) -> str | None:
    """What of the first request goes before the second."""
    low = right.lower()
    if tool == "create_event":
        verb = _CREATE.match(read.bare, read.start)
        if not _OCCASION.match(low):
            return None
        return read.text[read.start : verb.end()] + " " if verb else ""
    lead = _LEAD.match(read.bare, read.start)
    at = lead.end() if lead else read.start
    said = " ".join(read.bare[read.start : at].split())
    if _LEAD.match(low):
        return ""
    if timed or low.startswith("to "):
        return re.sub(r"(?i)\s+(?:to|about|of)$", "", said) + " " if lead else ""
    verb = _DOING.match(read.bare, at + len(read.bare[at:]) - len(read.bare[at:].lstrip()))
    if _DOING.match(low):
        return f"{said} " if lead else ""
    if verb is None:
        return f"{said} " if lead else None
    return f"{said} {verb.group()} ".lstrip()


def _day(first: TimePhrase, second: TimePhrase) -> str:
    """The day of the first time for a second one that is a bare clock time."""
    if not _CLOCK_ALONE.fullmatch(second.text.strip()):
        return ""
    match first.meaning:
        case Moment(at=at) | Period(start=datetime() as at):
            day = at.date()
        case Day(on=day):
            pass
        case _:
            return ""
    return "" if _CLOCK_ALONE.fullmatch(first.text.strip()) else f" on {day.isoformat()}"
