"""Requests that ask: lists, the agenda, free time, and what was said before."""

import re
from datetime import date, timedelta

from core.language.sentence import Sentence, when_words
from core.language.titles import named, tidy
from core.language.understanding import Understanding, calling
from core.language.words import MEETING, OCCASION, word
from core.when.values import Length

ASKING = frozenset(
    re.findall(
        r"\S+",
        """
        a an the my our your his her their me i i'm i've i'd we us you it its it's is isn't are
        am was were be been being do does did don't have has had having got get going go gonna
        on in at to for from of off about with and or any anything anybody anyone some something
        what what's whats when when's whens where where's wheres who who's whos whom whose which
        how how's hows why will would can could should shall may might that this these those
        there there's if whether please pls tell show list give read find search check look see
        view display open pull up bring let know say like want need wants remind remember recall
        all every each everything next last first second third fourth upcoming coming up soon
        now currently right still yet already today's tomorrow's scheduled schedule schedules
        planned plan plans booked happening set supposed calendar calendars calender calander
        agenda diary events event meetings meeting appointments appointment appts appt invite
        invites invitation reminders reminder alarms alarm timer timers tasks task todo todos
        to-do to-dos list lists items item things thing chores chore errands stuff work day days
        week weeks weekend month date dates time times hour hours minute minutes many much more
        other am pm out over through hi hello hey okay ok just only also exactly located
        location place taking take takes held happen happens start starts starting begin begins
        end ends ending last lasts long open free busy available attending attend accepted
        accept declined decline organizer organized invited going responded status details year
        morning afternoon evening night tonight due overdue high low urgent priority project
        projects finish finished completed complete done pending left must inform present now's
        entries entry current existing new run down walk rundown summary summarize overview
        various far ahead as by than too me: i'll we're they not isn't aren't around during
        between after before since until starting supposed looks look looking everything's has's
        one ones ask asked told
        """,
    )
)
"""What is left of a question without these words is what it is about."""
_NOUNS = word(f"{MEETING}|{OCCASION}")
CONFLICTS = re.compile(
    r"\b(?:conflict(?:s|ing)?|overlap(?:s|ping)?|clash(?:es|ing)?|double[- ]booked)\b"
)
_ALL_NOTES = re.compile(
    r"(?:(?:show|list|see|read|give|tell|open|view|display)(?: me)?|what are)?"
    r"(?:(?:^| )(?:all|of|my|our|the))* ?(?:notes|memories)"
    r"|(?:what|which)(?: other)? (?:notes|memories) (?:do|have) (?:i|we|you)(?: have| got| keep)?"
    r"|(?:do|have) (?:i|we) (?:have |got )?(?:any |some )?(?:notes|memories)"
    r"|what (?:do you|can you) (?:know|remember)(?: about me)?|what have i (?:told|taught) you"
    r"|what did i (?:tell|ask) you (?:to remember|to keep)"
)
_SUMMARY = re.compile(
    r"(?:please )?(?:(?:give|show|send|read|tell) me |what(?:'s| is) |(?:can|may) i have )?"
    r"(?:my |the |a |today's )?(?:daily |morning )?(?:summary|briefing|digest)"
    r"(?: (?:for|of) (?:today|my day|the day))?(?: again| now)?(?: please)?"
)
_NEXT_ONE = re.compile(
    r"(?:my|the|our) next (?:calendar )?(?:event|meeting|appointment|thing)"
    r"(?! with| about| in| on)\b"
)
_PRIORITY = re.compile(r"(?<!\w)(high|low|medium|urgent|top)(?:est)?[- ]?(?:priority)?(?!\w)")
_PROJECT = re.compile(
    r"(?:project\s+(?P<a>[\w.&/-]+))|(?:(?:in|for|of|from|on)\s+(?:the\s+|"
    r"my\s+)?(?P<b>[\w.&/-]+)\s+project)|"
    r"\b(?:tasks|to-?dos|have)\s+(?:for|in|of|under|on)\s+(?P<e>(?-i:[A-Z])[\w.&/-]+)\s*[?.!]*$|"
    r"(?:^|\s)#(?P<c>[^\W\d][\w-]*)|(?P<d>[\w'-]+)\s+(?:check ?)?list(?!\w)",
    re.IGNORECASE,
)
_ANY_LIST = frozenset(
    [
        "the",
        "my",
        "a",
        "to-do",
        "todo",
        "to",
        "do",
        "task",
        "tasks",
        "this",
        "your",
        "our",
        "chore",
        "whole",
        "current",
        "me",
        "reminder",
        "complete",
        "full",
        "entire",
        "open",
        "an",
        "that",
        "of",
    ]
)


def tasks(request: Sentence) -> Understanding:
    """list_tasks with what narrows it."""
    head, text = request.head, request.text[request.start :]
    status = ""
    if re.search(
        r"\b(?:did i|have i|i've) (?:\w+ )?(?:complete|finish|do|done|accomplish|get done)|"
        r"\bi (?:completed|finished|did|accomplished)|"
        r"\b(?:completed|finished|done|accomplished) (?:tasks|todos|items)",
        head,
    ):
        status = "COMPLETED"
    elif re.search(r"\b(?:all|every|open and) (?:my |the )?(?:\w+ )?tasks\b.*\bincluding\b", head):
        status = "all"
    elif re.search(r"\bin progress\b|working on", head):
        status = "IN_PROGRESS"
    elif re.search(r"\bcancell?ed\b", head):
        status = "CANCELLED"
    overdue = re.search(r"\boverdue|past due|\blate\b|behind on", head) is not None
    priority = _PRIORITY.search(head)
    found = _PROJECT.search(request.rest(request.start, drop=request.times))
    project = next((group for group in found.groups() if group), "") if found else ""
    if project.casefold() in _ANY_LIST:
        project = ""
    when = request.when
    words = when_words((when,), request.text) if when else ""
    limit, words = _bounded(words, text) if words else ("day", "")
    about = _about(request) if not project else ""
    if re.search(r"\b(?:is|are|did i|do i have|have i)\b", head) is None:
        about = ""
    return calling(
        "list_tasks",
        status=status,
        project=project,
        priority=_level(priority.group(1)) if priority and not overdue else "",
        overdue=overdue,
        text=about,
        sure=not about,
        **({limit: words} if words else {}),
    )


def _bounded(words: str, text: str) -> tuple[str, str]:
    """The argument that a time is for, and the time: "by Friday" is until its end."""
    when = re.sub(r"(?i)^(?:due|before|after|since|by|until|till|on)\s+", "", words)
    said = re.search(rf"(?i)\b(before|after|since|by|until|till)\s+{re.escape(when)}", text)
    match said[1].lower() if said else "":
        case "before":
            return "due_before", when
        case "after" | "since":
            return "due_after", when
        case "":
            return "day", when
    return "due_before", f"by {when}"


def _level(word_: str) -> str:
    return {"top": "HIGH"}.get(word_, word_.upper())


def reminders(request: Sentence) -> Understanding:
    """list_reminders, of a time or about something."""
    when = request.when
    about = _about(request)
    return calling(
        "list_reminders",
        when=when_words((when,), request.text) if when else "",
        text=about,
        sure=not about,
    )


def events(request: Sentence, today: date) -> Understanding:
    """list_events for meetings and occasions, the agenda for what a day or week holds."""
    when = request.when
    words = when_words((when,), request.text) if when else ""
    if CONFLICTS.search(request.head):
        return calling("list_events", when=words, conflicts=True)
    if not words and _NEXT_ONE.search(request.head):
        return calling("list_events", limit=1)
    about = _about(request)
    meeting = _NOUNS.search(request.head) is not None
    if about:
        return calling(
            "list_events", when=words, text=about, sure=len(about.split()) <= 3 and meeting
        )
    if not meeting and not words and re.search(r"\bweek\b", request.head):
        return calling("agenda", when=f"{today} to {today + timedelta(days=6)}")
    if not meeting and (words or re.search(r"\b(?:agenda|day)\b", request.head)):
        return calling("agenda", when=words)
    return calling("list_events", when=words)


def summary(low: str) -> Understanding | None:
    """The agenda of today for who asks for the summary before its hour."""
    words = re.sub(r"[^\w' ]", "", low).strip()
    return calling("agenda", when="today") if _SUMMARY.fullmatch(words) else None


def free_time(request: Sentence) -> Understanding:
    """find_free_time of a length in a time."""
    lengths = [some for some in request.times if isinstance(some.meaning, Length)]
    when = request.when
    return calling(
        "find_free_time",
        duration=re.sub(r"^for\s+", "", lengths[0].text) if lengths else "",
        when=when_words((when,), request.text) if when else "",
        sure=not _about(request),
    )


def memory(request: Sentence) -> Understanding:
    """search_memory with the person's own words: they find best what they said."""
    asked = " ".join(request.text[request.start :].split()).rstrip("?!. ")
    if _ALL_NOTES.fullmatch(request.head.rstrip("?!. ")):
        return calling("search_memory", kind="note", limit=20)
    return calling("search_memory", query=asked)


def _about(request: Sentence) -> str:
    """The words of a question that are not about asking, as typed."""
    found = named(request.rest(request.start, drop=request.times))
    if found:
        return found[0]
    rest = request.rest(request.start, drop=request.times).replace("’", "'")
    kept = [raw for raw in rest.split() if raw.strip('?!.,;:"()').casefold() not in ASKING]
    about = tidy(" ".join(word_.strip('?!.,;:"()') for word_ in kept))
    return about if len(about.split()) <= 6 else ""
