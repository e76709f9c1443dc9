"""Requests that make something: the arguments of create_task, create_event, create_reminder."""

import re
from dataclasses import dataclass
from datetime import datetime

from core.language import words
from core.language.sentence import Sentence, temporal, words_of
from core.language.titles import capitalised, named, tidy
from core.language.understanding import Understanding, asking, calling
from core.language.words import opening
from core.when.values import Day, Length, Moment, Period, Repeat, TimePhrase

_ARTICLE = (
    r"(?:(?:an?|the|my|our|another|one|some|this|that|your|me|us|in|up|and|for me|new|please)\s+)*"
)
_CREATE = opening(words.CREATE)
_REMIND = opening(words.REMIND)
_ALARM_LEAD = re.compile(
    rf"(?:(?:{words.CREATE})\s+)?{_ARTICLE}"
    rf"(?P<kind>(?:[\w'-]+\s+){{0,3}}?)(?P<noun>{words.REMINDER})(?: alert)?(?![\w'])"
    r"(?:\s+(?:for me|set|now|please|up|to remind me|to go off|for myself))*"
)
_TO_CALENDAR = re.compile(
    r"(?<![\w'])(?:to|on|in|into|onto|at|from|for|with)\s+(?:my|the|our|today's|tomorrow's|\w+day's)?\s*"
    r"(?:\w+\s+)?(?:calend[ae]r|caland[ae]r|schedule|agenda|diary|planner)s?(?:\s+(?:event|entry))?(?![\w'])",
    re.IGNORECASE,
)
_EVENT_NOUN = re.compile(
    r"(?:(?:an?|the|another|new|one|quick|calendar|scheduled|recurring|repeating|"
    r"all[- ]day|whole[- ]day|time|it|me|us|my|this|and|down)\s+)*"
    r"(?:calendar\s+)?(?:events?|entry|item|invite|invitation|slot|block|appointment(?=\s+(?:to|for)\s))"
    r"(?![\w'])\s*(?:to my|for\s+me(?=\s)|that says|where i)?[\s:,-]*(?:to(?!\s+calendar)|for|of|about|that|as|on|is)?"
    r"(?![\w'])\s*",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"(?:me (?:up )?(?:for|in for)\s+|me\s+|us\s+|up\s+|down\s+|in\s+|out\s+|"
    r"(?:an?|the|my|our|some)\s+|for\s+|:|time (?:for|to)\s+|off\s+|that\s+|i have\s+|it:\s*)",
    re.IGNORECASE,
)
_STATED = re.compile(
    r"(?:i|we)(?:'ve| have|'m| am|'re| are|'ll| will)?(?: also)?(?:\s+(?:got|have|having|has|be))?"
    r"(?:\s+(?:an?|my|the|our))?\s+|there(?:'s| is| will be)\s+(?:an?\s+)?|my\s+|the\s+|an?\s+",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"(?:\s|^)(?:at|@|location:?|place:?)\s+(?P<place>(?:the\s+)?[^\s@,;.][^,;]*)", re.IGNORECASE
)
_PLACE_IN = re.compile(
    r"\s(?:in|on)\s+(?P<place>(?:the\s+|my\s+)?(?:[A-Z][\w'-]*(?:,?\s+[A-Z][\w'-]*)*|"
    r"(?:\w+\s+)?(?:room|office|building|park|lobby|cafe|café|studio|hall|floor|kitchen|cafeteria)"
    r"(?:\s+\w+)?))$"
)
_PLACE_ENDS = re.compile(r"\s+(?:with|for|about|to|and|because|so)\s+.*$", re.IGNORECASE)
_NOT_PLACES = re.compile(
    r".*\b(?:look|looking|good|aim|arrive|meet me|be|work|least|most|once|all)$", re.IGNORECASE
)
_GENERIC = re.compile(
    r"(?:meeting|appointment|appt|call|event|time|reminder|it|this|that|something|one)?",
    re.IGNORECASE,
)
_GUESTS = re.compile(
    r"(?<![\w'])(?:and\s+)?(?:please\s+)?(?:invite|add|include)\s+.+$", re.IGNORECASE
)

_TASK_NOUN = re.compile(
    r"(?:(?:an?|the|another|new|one|my|this|following|me|urgent|high[- ]priority)\s+)*"
    r"(?:to[- ]?dos?|tasks?|chores?|errands?|action items?|item|reminder)(?:\s+(?:item|list))?(?![\w'])"
    r"\s*(?:on|to|in)?\s*(?:for me|my list)?[\s:,–-]*(?:to|called|named|titled|for|that says|of)?(?![\w'])[\s:]*",
    re.IGNORECASE,
)
_TO_LIST = re.compile(
    r"(?<![\w'])(?:to|on|onto|in|into|for|with|from)\s+(?:my|the|our|a|this)?\s*"
    r"(?P<name>(?:[\w'-]+\s+){0,3}?)"
    r"(?:(?:to[- ]?do'?s?|todos?|tasks?|chores?)(?:\s+lists?)?|to list|check ?lists?|lists?(?:\s+of\s+"
    r"(?:to ?dos?|things(?: to do)?|chores|tasks|reminders))?|backlog|chores|errands)(?:\s+for me)?(?![\w'])[\s:]*",
    re.IGNORECASE,
)
_PRIORITY = re.compile(
    r"[\s,;(]*(?<![\w'])(?:(?:with |as |at |it's |of )?(?:a )?(?P<a>highest|high|top|medium|normal|low|lowest|urgent|"
    r"critical)[- ](?:priority|prio|importance)|(?:with )?(?:priority|prio)[\s:=]+(?P<b>highest|high|top|medium|"
    r"normal|low|lowest|urgent|critical)|(?P<c>urgent|urgently|asap|as soon as possible|important|!!+))(?![\w'])\)?",
    re.IGNORECASE,
)
_PRIORITIES = {
    "highest": "URGENT",
    "critical": "URGENT",
    "urgent": "URGENT",
    "urgently": "URGENT",
    "asap": "URGENT",
    "as soon as possible": "URGENT",
    "high": "HIGH",
    "top": "HIGH",
    "important": "HIGH",
    "medium": "MEDIUM",
    "normal": "MEDIUM",
    "low": "LOW",
    "lowest": "LOW",
}
_PROJECT = re.compile(
    r"[\s,;(]*(?<![\w'])(?:(?:for|in|on|under|to|into|of)\s+)?(?:the\s+)?project[\s:=]+(?P<a>[\w][\w.&/-]*(?:\s+[A-Z][\w.&/-]*)*)"
    r"|[\s,;(]*(?<![\w'])(?:for|in|on|under|to|into)\s+(?:the\s+|my\s+)?(?P<b>[A-Z][\w.&/-]*)\s+project(?![\w'])"
    r"|(?:^|[\s,;(])#(?P<c>[^\W\d][\w-]*)",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"(?<![\w'])(?:if|unless|whenever|once i|when i|when we|next time|before (?:the|my|our)|after (?:the|my|our)|"
    r"instead of|in place of|except|but not|isn't|doesn't|cannot)(?![\w'])",
    re.IGNORECASE,
)
_OWN_LISTS = frozenset(
    [
        "to-do",
        "todo",
        "task",
        "tasks",
        "own",
        "new",
        "main",
        "personal",
        "current",
        "little",
        "big",
        "next",
        "whole",
        "the",
        "that",
    ]
)
MOST_WORDS = 14


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """What is to be made, before it is known as what."""

    title: str
    when: str
    whole: bool
    """Nothing of the sentence is left over or was guessed."""


def plain(title: str) -> bool:
    """Short enough, and free of conditions and further sentences, to be taken as it stands."""
    return (
        bool(title)
        and len(title.split()) <= MOST_WORDS
        and not re.search(r"[.;!?\n]\s", title)
        and not _CONDITION.search(title)
    )


def when_words(phrases: tuple[TimePhrase, ...], text: str) -> str:
    """The phrases as the tools take them, without a governing "to" or "due by"."""
    return re.sub(
        r"^(?:to|due(?: by)?|until the)\s+(?=\S)", "", words_of(phrases, text), flags=re.I
    )


def reminder(request: Sentence, begin: int | None = None) -> Understanding:
    """create_reminder from "remind me …", "set an alarm …" or the words of /remind."""
    times = temporal(request.times)
    at = request.start if begin is None else begin
    default = ""
    if begin is None:
        bare = request.bare
        lead = _REMIND.match(bare, at)
        if lead:
            at = lead.end()
            default = "Wake up" if re.search(r"wake|up", lead.group()) else ""
        elif alarm := _ALARM_LEAD.match(bare, at):
            at = alarm.end()
            kind = tidy(alarm["kind"])
            default = kind or (
                "Alarm"
                if "alarm" in alarm["noun"]
                else "Wake up"
                if "wake" in alarm["noun"]
                else ""
            )
            default = "Timer" if "timer" in alarm["noun"] and not kind else default
    about = named(request.rest(at, drop=times))
    text = about[0] if about else tidy(request.rest(at, drop=times))
    text = re.sub(r"^(?:i|we) (?:need|have|should|must) to ", "", text, flags=re.I)
    if re.fullmatch(
        r"(?:me|it|this|that|up|later|something|myself|set|now|alert|do this)?", text, re.I
    ):
        text = default
    when = when_words(times, request.text)
    if not text:
        if when:
            return asking(
                "create_reminder", "What shall I remind you of?", f"/remind {when}", sure=False
            )
        return asking("create_reminder", "What shall I remind you of, and when?", "/remind")
    if not when:
        options = [
            ("In 1 hour", "in 1 hour"),
            ("Tonight", "tonight"),
            ("Tomorrow", "tomorrow at 9"),
        ]
        return asking(
            "create_reminder",
            f"When shall I remind you: {_quoted(text)}?",
            f"/remind {text}",
            options,
            sure=plain(text),
        )
    return calling("create_reminder", text=text, when=when, sure=plain(text) and _settled(times))


def event(request: Sentence, begin: int | None = None) -> Understanding:
    """create_event from "schedule …", "I have a …", a sentence without a verb, or /event's words."""
    times = _event_times(request.times)
    at = request.start if begin is None else begin
    verb = _CREATE.match(request.bare, at) if begin is None else None
    if verb and not re.match(r"new|start|book club|plan(?:ning)", request.bare[at : verb.end()]):
        at = verb.end()
    rest = request.rest(at, drop=times)
    rest = _TO_CALENDAR.sub(" ", rest)
    rest = re.sub(r"\b(?:please|for me)\b", " ", rest, flags=re.I) if verb else rest
    rest = _GUESTS.sub("", rest) if not verb else rest
    found = named(rest)
    title, rest = found if found else ("", rest)
    rest = " ".join(rest.split())
    rest, place = _place(rest)
    if not title:
        title = event_title(rest, stated=verb is None and begin is None)
    when = when_words(times, request.text)
    if not title:
        if when:
            return asking(
                "create_event", "What is it? Give it a title.", f"/event {when}", sure=False
            )
        return asking("create_event", "What is it, and when?", "/event", sure=False)
    if not when:
        words_ = f"{title} at {place}" if place else title
        return asking(
            "create_event",
            f"When is {_quoted(title)}?",
            f"/event {words_}",
            [("Today", "today"), ("Tomorrow", "tomorrow")],
            sure=False,
        )
    sure = plain(title) and _settled(times) and not _GENERIC.fullmatch(title)
    return calling("create_event", title=title, when=when, location=place, sure=sure)


def event_title(words_: str, *, stated: bool) -> str:
    """ "a meeting with Bob" -> "Meeting with Bob", "an event for Ann's party" -> "Ann's party"."""
    rest = words_.strip(" ,:;-")
    for _ in range(4):
        noun = _EVENT_NOUN.match(rest)
        lead = _STATED.match(rest) if stated else _LEAD.match(rest)
        if noun and noun.end() and not re.match(r"with\b", rest[noun.end() :]):
            rest = rest[noun.end() :]
        elif lead and lead.end() < len(rest):
            rest = rest[lead.end() :]
        else:
            break
        rest = rest.strip(" ,:;-")
    return capitalised(tidy(rest))


def task(request: Sentence, begin: int | None = None) -> Understanding:
    """create_task from "add a task …", "add X to my list", an errand, or the words of /task."""
    times = temporal(request.times)
    at = request.start if begin is None else begin
    verb = _CREATE.match(request.bare, at) if begin is None else None
    listed = re.search(words.word(words.LIST), request.bare) is not None
    if verb and (
        listed or re.match(r"add|put|include|insert|throw|note|jot|write|new", verb.group())
    ):
        at = verb.end()
    rest = request.rest(at, drop=times)
    rest, priority = _taken(_PRIORITY, rest)
    rest, project = _taken(_PROJECT, rest)
    if begin is None:
        noun = _TASK_NOUN.match(rest.strip())
        onto = _TO_LIST.search(f" {rest}")
        if onto:
            name = _list_name(onto["name"])
            project = project or name
            rest = f"{rest[: max(onto.start() - 1, 0)]} {rest[max(onto.end() - 1, 0) :]}"
        elif noun:
            rest = rest.strip()[noun.end() :]
        elif re.match(rf"{_ARTICLE}((?:[\w'-]+ ){{0,3}})(?:check ?)?lists?\b", rest.strip(), re.I):
            return _new_list(rest)
    found = named(rest)
    title = found[0] if found else tidy(rest)
    title = re.sub(r"^(?:the (?:task|item) |an? (?:task|item) (?:to|for) )", "", title, flags=re.I)
    due = when_words(times, request.text)
    if not title or title.casefold() in {
        "item",
        "task",
        "it",
        "this",
        "that",
        "something",
        "me",
        "new",
    }:
        return asking("create_task", "What should the task be?", f"/task {due}".rstrip())
    # Only "task: X" and "add X to my list" say plainly that it is a task.
    return calling(
        "create_task",
        title=title,
        project=project,
        priority=_PRIORITIES.get(priority.casefold(), "URGENT" if priority else ""),
        due=due,
        sure=plain(title)
        and _settled(times)
        and not any(isinstance(t.meaning, Repeat) for t in times),
    )


def errand(request: Sentence) -> Understanding:
    """Something to do, said without saying as what: with an hour it is a reminder, else a task."""
    when = request.when
    if when is not None and when.preposition != "by" and _hourly(when):
        return reminder(request, request.start)
    return task(request, request.start)


def _hourly(phrase: TimePhrase) -> bool:
    match phrase.meaning:
        case Moment() | Repeat():
            return True
        case Period(start=datetime()):
            return True
    return False


def _event_times(times: tuple[TimePhrase, ...]) -> tuple[TimePhrase, ...]:
    """As `temporal`, with every length: "a 30 minute call"."""
    chosen = temporal(times)
    lengths = [some for some in times if isinstance(some.meaning, Length) and some not in chosen]
    if any(isinstance(some.meaning, Length) for some in chosen) or len(lengths) != 1:
        return chosen
    return tuple(sorted((*chosen, *lengths), key=lambda some: some.begin))


def _settled(times: tuple[TimePhrase, ...]) -> bool:
    return any(not isinstance(some.meaning, Day | Length) or True for some in times) or not times


def _place(rest: str) -> tuple[str, str]:
    match = None
    for match in _PLACE.finditer(rest):
        pass
    if match and not _NOT_PLACES.match(rest[: match.start()]):
        place = _PLACE_ENDS.sub("", match["place"])
        kept = f"{rest[: match.start()]} {match['place'][len(place) :]} {rest[match.end() :]}"
        place = tidy(place)
        if place and len(place.split()) <= 8:
            return " ".join(kept.split()), place
    inside = _PLACE_IN.search(rest)
    if inside:
        return rest[: inside.start()], inside["place"].strip()
    return rest, ""


def _taken(pattern: re.Pattern[str], rest: str) -> tuple[str, str]:
    match = pattern.search(rest)
    if match is None:
        return rest, ""
    value = next(group for group in match.groups() if group)
    return f"{rest[: match.start()]} {rest[match.end() :]}", value


def _list_name(name: str) -> str:
    kept = [word for word in name.split() if word.casefold() not in _OWN_LISTS]
    return " ".join(kept)


def _new_list(rest: str) -> Understanding:
    name = re.sub(
        r"(?i)\b(?:an?|the|my|new|me|us|check ?lists?|lists?|of|for|called|named|to|please)\b",
        " ",
        rest,
    )
    project = "-".join(re.findall(r"[\w'-]+", name)[:3])
    asks = f"/task #{project}" if project and not project[0].isdigit() else "/task"
    return asking("create_task", "A list begins with its first item. What is it?", asks)


def _quoted(text: str) -> str:
    return f"“{text if len(text) <= 60 else text[:59] + '…'}”"
