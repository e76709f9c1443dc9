"""create_task from "add a task …", "add X to my list", an errand, or the words of /task."""

import re
from datetime import datetime

from core.language import words
from core.language.reminding import reminder
from core.language.scheduling import event
from core.language.sentence import Sentence, hourly, left_over, temporal, when_words
from core.language.titles import clear, named, tidy
from core.language.understanding import Understanding, asking, calling
from core.language.words import opening
from core.when.values import Period, Repeat

_CREATE = opening(words.CREATE)
_KEPT_VERBS = re.compile(r"(?:schedule|book|plan|arrange|organi|prepare|start|open|draft|fix|have)")
_ADDING = re.compile(r"(?:add|put|include|insert|throw|stick|toss|append)")
_NOUN = re.compile(
    r"(?:(?:an?|the|another|new|one|my|this|following|me|up)\s+)*"
    r"(?:to[- ]?dos?|todos?|tasks?|chores?|errands?|action items?|item|"
    r"reminder)(?:\s+(?:item|list))?"
    r"(?![\w'])\s*(?:on|to|in)?\s*(?:for me|my list)?[\s:,–-]*"
    r"(?:(?:to|called|named|titled|for|that says|of)(?![\w']))?[\s:]*",
    re.IGNORECASE,
)
_TO_LIST = re.compile(
    r"(?<![\w'])(?:to|on|onto|in|into|for|with|from)\s+(?:my|the|our|a|this)?\s*"
    rf"(?P<name>(?:[\w'-]+\s+){{0,3}}?)(?:{words.LIST})(?:\s+of\s+(?:to ?dos?|"
    rf"things(?: to do)?|chores|"
    r"tasks|reminders))?(?:\s+for me)?(?![\w'])[\s:]*",
    re.IGNORECASE,
)
_NEW_LIST = re.compile(
    r"(?:(?:an?|the|my|me|us|up|new|"
    r"our)\s+)*(?P<name>(?:[\w'-]+\s+){0,3}?)(?:check ?)?lists?(?![\w'])"
    r"(?:\s+(?:called|named|titled|for)\s+(?P<called>.+))?",
    re.IGNORECASE,
)
_PRIORITY = re.compile(
    r"[\s,;(]*(?<![\w'])(?:(?:with |as |at |it's |of )?(?:a )?(?P<before>highest|high|top|medium|"
    r"normal|low|lowest|urgent|critical)[- ](?:priority|prio|importance)|"
    r"(?:with )?(?:priority|prio)"
    r"[\s:=]+(?P<after>highest|high|top|medium|normal|low|lowest|urgent|critical)|"
    r"(?P<word>urgent|urgently|asap|as soon as possible)|,\s*(?P<end>important)$)(?![\w'])\)?",
    re.IGNORECASE,
)
_LEVELS = {"high": "HIGH", "top": "HIGH", "important": "HIGH", "medium": "MEDIUM",
           "normal": "MEDIUM", "low": "LOW", "lowest": "LOW"}  # fmt: skip
_PROJECT = re.compile(
    r"[\s,;(]*(?<![\w'])(?:(?:for|in|on|under|to|into|of)\s+)?(?:the\s+)?(?i:project)[\s:=]+"
    r"(?P<after>\w[\w.&/-]*(?:\s+[A-Z][\w.&/-]*)*)|"
    r"[\s,;(]*(?<![\w'])(?:for|in|on|under|to|into)\s+(?:the\s+|my\s+)?(?P<before>[A-Z][\w.&/-]*)"
    r"\s+project(?![\w'])|(?:^|[\s,;(])#(?P<tag>[^\W\d][\w-]*)"
)
_WITH = re.compile(r"(?<!\w)with(?!\w)")
_TOO = re.compile(r"(?i)[\s,]+(?:too|as well)[\s.!]*$")
_OWN_LISTS = frozenset(
    re.findall(
        r"\S+",
        "to-do todo to do task tasks own new main personal current little big next whole the that",
    )
)
_EMPTY = re.compile(
    r"(?:(?:the|an?|this|that|new) )?(?:item|task|it|this|that|something|me|new)?", re.I
)


def task(request: Sentence, begin: int | None = None) -> Understanding:
    """The task, or the question for its title.

    With `begin` the words from there are its title and what else, as in /task.
    """
    times = temporal(request.times)
    verb = _CREATE.match(request.bare, request.start) if begin is None else None
    named_task = _NOUN.match(request.bare[verb.end() :].strip()) if verb else None
    if (
        verb
        and _KEPT_VERBS.match(verb.group())
        and not named_task
        and not _TO_LIST.search(request.bare)
    ):
        verb = None
    at = verb.end() if verb else request.start if begin is None else begin
    rest = request.rest(at, drop=times)
    rest, priority = _taken(_PRIORITY, rest)
    rest, project = _taken(_PROJECT, rest)
    if begin is None:
        new_list = _NEW_LIST.fullmatch(rest.strip(" .!?"))
        if verb and new_list and not _ADDING.match(verb.group()):
            return _first_item(new_list["called"] or new_list["name"])
        rest, name = _off_list(rest.strip())
        project = project or name
    found = named(rest)
    title = found[0] if found else tidy(_TOO.sub("", rest))
    due = when_words(times, request.text)
    if _EMPTY.fullmatch(title):
        return asking("create_task", "What should the task be?", f"/task {due}".rstrip())
    level = _LEVELS.get(priority.lower(), "URGENT") if priority else ""
    repeats = any(isinstance(some.meaning, Repeat) for some in times)
    return calling(
        "create_task",
        title=title,
        project=project,
        priority=level,
        due=due,
        sure=clear(title) and not repeats and not left_over(request.times, times),
    )


def errand(request: Sentence) -> Understanding:
    """Something to do, said without saying as what: with an hour it is a reminder, else a task."""
    when = request.when
    if (
        when is not None
        and isinstance(when.meaning, Period)
        and isinstance(when.meaning.start, datetime)
        and isinstance(when.meaning.end, datetime)
        and _WITH.search(request.head)
    ):
        return event(request, request.start)
    if when is not None and when.preposition != "by" and hourly(when):
        return reminder(request, request.start)
    return task(request, request.start)


def _off_list(rest: str) -> tuple[str, str]:
    """The words without "to my shopping list" or "a task to", and the list's own name."""
    onto = _TO_LIST.search(rest)
    if onto:
        kept = [word for word in onto["name"].split() if word.lower() not in _OWN_LISTS]
        return f"{rest[: onto.start()]} {rest[onto.end() :]}", " ".join(kept)
    noun = _NOUN.match(rest)
    return (rest[noun.end() :] if noun else rest), ""


def _taken(pattern: re.Pattern[str], rest: str) -> tuple[str, str]:
    """The words without what the pattern finds, and that."""
    match = pattern.search(rest)
    if match is None:
        return rest, ""
    value = next(group for group in match.groups() if group)
    return f"{rest[: match.start()]} {rest[match.end() :]}", value


def _first_item(name: str) -> Understanding:
    """A list is a project, and begins with its first task."""
    project = "-".join(word for word in tidy(name).split() if word.lower() not in _OWN_LISTS)
    asks = f"/task #{project}" if project and re.fullmatch(r"[^\W\d][\w-]*", project) else "/task"
    return asking("create_task", "A list begins with its first item. What is it?", asks)
