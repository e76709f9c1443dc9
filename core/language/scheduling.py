"""create_event from "schedule …", "I have a …", a sentence without a verb, or /event's words."""

import re
from datetime import datetime

from core.language import words
from core.language.sentence import Sentence, left_over, temporal, when_words
from core.language.titles import capitalised, clear, named, quoted, tidy
from core.language.understanding import Understanding, asking, calling
from core.language.words import opening, word
from core.when.values import Length, Moment, Period, TimePhrase

_CREATE = opening(words.CREATE)
_EVENT = word(f"{words.MEETING}|{words.OCCASION}|with|flight|train")
_TO_CALENDAR = re.compile(
    r"(?<![\w'])(?:to|on|in|into|onto|at|from|for|with)\s+(?:my|the|our|\w+'s|"
    r"\w+day)?\s*(?:\w+\s+)?"
    rf"(?:{words.CALENDAR}|schedule)(?:\s+(?:event|entry))?(?![\w'])",
    re.IGNORECASE,
)
_NOUN = re.compile(
    r"(?:(?:an?|the|another|new|one|quick|calendar|scheduled|recurring|repeating|"
    r"all[- ]day|time|it|me|us|"
    r"my|this|and|down)\s+)*"
    r"(?:calendar\s+)?(?:events?|entry|item|invite|invitation|slot|block|"
    r"appointment(?=\s+(?:to|for)\s))"
    r"(?![\w'])\s*(?:for\s+me(?=\s)|where i)?[\s:,-]*(?:to(?!\s+calendar)|for|of|"
    r"about|that|as|on|is)?"
    r"(?![\w'])\s*(?!with\b)",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"(?:me (?:up )?(?:for|in for)|me|us|up|down|in|out|an?|the|my|our|some|for|"
    r"time (?:for|to)|off|that|"
    r"i have|it)(?![\w'])[\s:]+|:\s*",
    re.IGNORECASE,
)
_STATED = re.compile(
    r"(?:i|we)(?:'ve| have|'m| am|'re| are|'ll| will)?(?: also)?(?:\s+(?:got|have|having|has|be))?"
    r"(?:\s+(?:an?|my|the|our))?\s+|there(?:'s| is| will be)\s+(?:an?\s+)?|(?:my|the|an?|our)\s+",
    re.IGNORECASE,
)
_AT = re.compile(
    r"(?:\s|^)(?:at|@|location:?|place:?)\s+(?P<place>(?:the\s+)?[^\s@,;.][^,;]*)", re.IGNORECASE
)
_IN = re.compile(
    r"\s(?:in|on)\s+(?P<place>(?:the\s+|my\s+)?(?:[A-Z][\w'-]*(?:,?\s+[A-Z][\w'-]*)*|"
    r"(?:\w+\s+)?(?:room|office|building|park|lobby|cafe|café|studio|hall|floor|kitchen|cafeteria)"
    r"(?:\s+\w+)?))$"
)
_AFTER_PLACE = re.compile(r"\s+(?:with|for|about|to|and|because|so)\s.*$", re.IGNORECASE)
_NO_PLACE = re.compile(
    r".*\b(?:look|looking|good|aim|arrive|be|work|least|most|once|laugh|shout|all)$", re.IGNORECASE
)
_GENERIC = re.compile(
    r"(?:meeting|appointment|appt|call|event|time|reminder|it|this|that|something|one|new)",
    re.IGNORECASE,
)
_COURTESY = re.compile(r"(?<![\w'])(?:please|for me)(?![\w'])", re.IGNORECASE)
_BARE = re.compile(r"(?:for|lasting)\s+", re.IGNORECASE)


def event(request: Sentence, begin: int | None = None) -> Understanding:
    """The event, or the question for its title or time.

    With `begin` the words from there are its title and time, as in /event.
    """
    times = _all_times(request.times)
    verb = _CREATE.match(request.bare, request.start) if begin is None else None
    at = verb.end() if verb else request.start if begin is None else begin
    rest = request.rest(at, drop=times)
    if begin is None:
        rest = _COURTESY.sub(" ", _TO_CALENDAR.sub(" ", rest))
    found = named(rest)
    title, rest = found if found else ("", rest)
    title, place = _placed(title)
    rest, place = (rest, place) if place else _placed(" ".join(rest.split()))
    title = capitalised(tidy(title)) or _title(rest, stated=verb is None and begin is None)
    lengths = [some for some in times if isinstance(some.meaning, Length)]
    when = when_words((some for some in times if some not in lengths), request.text)
    when = _evening(when, title, request)
    if not title:
        question = "What is it? Give it a title." if when else "What is it, and when?"
        return asking("create_event", question, f"/event {when}".rstrip(), sure=False)
    if not when:
        return asking(
            "create_event",
            f"When is {quoted(title)}?",
            f"/event {title} at {place}" if place else f"/event {title}",
            [("Today", "today"), ("Tomorrow", "tomorrow")],
            sure=False,
        )
    told = begin is not None or verb is not None or _EVENT.search(title.lower()) is not None
    return calling(
        "create_event",
        title=title,
        when=when,
        duration=_BARE.sub("", lengths[0].text) if lengths else "",
        location=place,
        sure=told
        and clear(title)
        and not left_over(request.times, times)
        and not _GENERIC.fullmatch(title),
    )


_BARE_HOUR = re.compile(
    r"(?<![\w:.+-])(\d{1,2}(?:[:.]\d\d)?)(?:\s*-\s*(\d{1,2}(?:[:.]\d\d)?))?(?![\w:/-])"
)
_LATE = re.compile(r"(?i)(?:dinner|supper|drinks|party|concert|cinema|movie|theat(?:er|re))(?!\w)")


def _evening(when: str, title: str, request: Sentence) -> str:
    """A bare hour of a dinner is in the evening."""
    meaning = request.when.meaning if request.when else None
    start = meaning.at if isinstance(meaning, Moment) else getattr(meaning, "start", None)
    bare = isinstance(meaning, Moment | Period) and meaning.bare_hour
    if not bare or not isinstance(start, datetime) or not 5 <= start.hour < 12:
        return when
    return _BARE_HOUR.sub(r"\g<0>pm", when, count=1) if _LATE.match(title) else when


def _title(rest: str, *, stated: bool) -> str:
    """ "a meeting with Bob" -> "Meeting with Bob", "an event for Ann's party" -> "Ann's party"."""
    rest = rest.strip(" ,:;-")
    for _ in range(4):
        found = _NOUN.match(rest) or (_STATED if stated else _LEAD).match(rest)
        if found is None or not found.end() or found.end() >= len(rest):
            break
        rest = rest[found.end() :].strip(" ,:;-")
    if _NOUN.fullmatch(rest):
        return ""
    return capitalised(tidy(rest))


def _placed(rest: str) -> tuple[str, str]:
    """The words without a place at their end, and the place."""
    at = next(reversed([*_AT.finditer(rest)]), None)
    if at and not _NO_PLACE.match(rest[: at.start()]):
        place = _AFTER_PLACE.sub("", at["place"])
        kept = f"{rest[: at.start()]} {at['place'][len(place) :]} {rest[at.end() :]}"
        place = tidy(place)
        if place and len(place.split()) <= 8:
            return " ".join(kept.split()), place
    if inside := _IN.search(rest):
        return rest[: inside.start()], inside["place"].strip()
    return rest, ""


def _all_times(times: tuple[TimePhrase, ...]) -> tuple[TimePhrase, ...]:
    """As `temporal`, with a length wherever it stands: "a 30 minute call"."""
    chosen = temporal(times)
    lengths = [some for some in times if isinstance(some.meaning, Length)]
    if len(lengths) != 1 or lengths[0] in chosen:
        return chosen
    return tuple(sorted((*chosen, *lengths), key=lambda some: some.begin))
