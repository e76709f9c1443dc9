"""create_reminder from "remind me …", "set an alarm …" or the words of /remind."""

import re

from core.language import words
from core.language.sentence import Sentence, left_over, temporal, when_words
from core.language.titles import clear, named, quoted, tidy
from core.language.understanding import Understanding, asking, calling
from core.language.words import opening
from core.when.values import Moment

_REMIND = opening(words.REMIND)
_ALARM = re.compile(
    rf"(?:(?:{words.CREATE})\s+)?"
    r"(?:(?:an?|the|my|our|another|one|some|this|that|your|me|us|in|up|for me|new|please)\s+)*"
    rf"(?P<kind>(?:[\w'-]+\s+){{0,3}}?)(?P<noun>{words.REMINDER})(?: alert)?(?![\w'])"
    r"(?:\s+(?:for me|set|now|please|up|to remind me|to go off|for myself)(?!\w))*"
)
_NOTHING = re.compile(
    r"(?:me|it|this|that|up|something|myself|set|now|alert|do this|to do this|later|again)?",
    re.IGNORECASE,
)
_ALARM_AT = re.compile(r"(?i)(?:for|at)?\s*(?P<hour>\d{1,2}(?::\d\d)?)")
_NEEDLESS = re.compile(r"(?:that )?(?:i|we) (?:need|have|should|must|'ve got) to ", re.IGNORECASE)
_MORNING = re.compile(r"(?i)(?<!\w)(?:wake|waking|get me up|breakfast|sunrise)(?!\w)")
_BARE_HOUR = re.compile(r"(?<![\w:.+-])\d{1,2}(?:[:.]\d\d)?(?![\w:/-])")
_BACK = re.compile(
    r"(?P<length>(?:(?:an?|one|two|three|four|five|ten|fifteen|twenty|thirty|half an?|\d{1,3})"
    r"(?: and a half)?\s*(?:minutes?|mins?|m|hours?|hrs?|h|days?|weeks?)\s+(?:and )?){1,2})"
    rf"(?:before|ahead of|prior to)\s+(?P<what>\S.*?)"
    rf"(?:\s+to\s+(?P<text>(?:{words.CHORE})(?!\w).*))?$",
    re.IGNORECASE,
)
""" "15 minutes before my meeting with Bob": the tool finds the meeting."""


def reminder(request: Sentence, begin: int | None = None) -> Understanding:
    """The reminder, or the question for its text or time.

    With `begin` the words from there are its text and time, as in /remind.
    """
    counted = _counted_back(request, begin)
    if counted is not None:
        return counted
    times = temporal(request.times)
    at, default = (begin, "") if begin is not None else _lead(request)
    rest = request.rest(at, drop=times)
    about = named(rest)
    text = about[0] if about else tidy(_NEEDLESS.sub("", rest, count=1))
    if _NOTHING.fullmatch(text):
        text = default
    if default and not times and (hour := _ALARM_AT.fullmatch(text)):
        half = "am" if 4 <= int(hour["hour"].split(":")[0]) <= 11 else ""
        return calling("create_reminder", text=default, when=f"at {hour['hour']}{half}")
    when = _early(when_words(times, request.text), request, text)
    if not text:
        question = (
            "What shall I remind you of?" if when else "What shall I remind you of, and when?"
        )
        return asking("create_reminder", question, f"/remind {when}".rstrip(), sure=bool(when))
    if not when:
        return asking(
            "create_reminder",
            f"When shall I remind you: {quoted(text)}?",
            f"/remind {text}",
            [("In 1 hour", "in 1 hour"), ("Tonight", "tonight"), ("Tomorrow", "tomorrow at 9")],
            sure=clear(text),
        )
    sure = clear(text) and not left_over(request.times, times)
    return calling("create_reminder", text=text, when=when, sure=sure)


def _counted_back(request: Sentence, begin: int | None) -> Understanding | None:
    at, _ = (begin, "") if begin is not None else _lead(request)
    back = _BACK.search(request.text, at)
    if back is None or any(
        some.begin <= back.start() and some.end > back.start("what") for some in request.times
    ):
        return None
    what = tidy(back["what"])
    text = tidy(_NEEDLESS.sub("", request.text[at : back.start()], count=1) + (back["text"] or ""))
    when = f"{' '.join(back['length'].split())} before {what}"
    return calling("create_reminder", text=what if _NOTHING.fullmatch(text) else text, when=when)


def _early(when: str, request: Sentence, text: str) -> str:
    """A bare hour of waking, or from 4 to 11 of an alarm, is in the morning."""
    moment = request.when.meaning if request.when else None
    if not isinstance(moment, Moment) or not moment.bare_hour or moment.at.hour < 12:
        return when
    waking = _MORNING.search(f"{text} {request.low[request.start : request.start + 12]}")
    alarm = moment.at.hour > 15 and re.match(r"(?:an? |the |my )?(?:\w+ ){0,2}alarm", request.head)
    if not waking and not alarm:
        return when
    return _BARE_HOUR.sub(r"\g<0>am", when, count=1)


def _lead(request: Sentence) -> tuple[int, str]:
    """Where the text begins after "remind me", and what it is when nothing follows."""
    if lead := _REMIND.match(request.bare, request.start):
        return lead.end(), "Wake up" if re.search(r"wake|up", lead.group()) else ""
    if alarm := _ALARM.match(request.bare, request.start):
        return alarm.end(), tidy(alarm["kind"]) or _name(alarm["noun"])
    return request.start, ""


def _name(noun: str) -> str:
    for part, name in (("wake", "Wake up"), ("alarm", "Alarm"), ("timer", "Timer")):
        if part in noun:
            return name
    return ""
