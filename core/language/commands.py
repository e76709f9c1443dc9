"""Slash commands. A tap on a button is the same text, so every command here works typed too."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from core.cards import clipped
from core.language.attached import as_what
from core.language.choices import MENU, asked
from core.language.completing import complete_call
from core.language.deleting import delete_call
from core.language.filling import filled
from core.language.followups import meant
from core.language.reminding import reminder
from core.language.scheduling import event
from core.language.sentence import MOST_READ, Sentence, sentence, when_words
from core.language.smalltalk import TOO_LONG
from core.language.tasking import task
from core.language.understanding import Understanding, asking, calling, saying
from core.language.updating import update_call
from core.ports import Situation
from core.values import Button

_COMMAND = re.compile(r"/(?P<name>[a-z_]+)(?:@\w+)?(?:\s+(?P<rest>.*))?", re.DOTALL | re.IGNORECASE)
_REF = re.compile(
    r"(?P<ref>(?=[a-z]*[\d@])[tern][0-9a-z]{7}(?:@\d{1,9})?(?:/\S{1,25})?|#\s?\d{1,9}|"
    r"\d{1,9})(?!\S)\s*(?P<rest>.*)",
    re.DOTALL | re.IGNORECASE,
)
_YES = re.compile(
    r"(?i)(?P<rest>.*?)\s*(?<!\S)(?:yes|y|ok|sure|confirm(?:ed)?|do it)[.!]?$", re.DOTALL
)

Words = str


def command(text: str, situation: Situation) -> Understanding | None:
    """What a slash command asks for; None when the text is none. Unknown ones are told."""
    match = _COMMAND.fullmatch(text.strip())
    if match is None:
        return None
    rest = (match["rest"] or "").strip()
    name = match["name"].lower()
    answer = _COMMANDS.get(name)
    if answer is None:
        return saying(
            f"There is no command /{name}. “/help” shows what there is.",
            Button(label="Help", command="/help"),
        )
    if len(rest) > MOST_READ and answer not in (_remember, _find, _fill):
        return saying(TOO_LONG)
    return answer(rest, situation)


def known(text: str) -> bool:
    """The text is a slash command that there is."""
    match = _COMMAND.fullmatch(text.strip())
    return match is not None and match["name"].lower() in _COMMANDS


def _split(rest: Words) -> tuple[str, str]:
    """A reference and what follows it; words of a title are all reference."""
    match = _REF.match(rest)
    return (match["ref"], match["rest"].strip()) if match else (rest, "")


def _split_when(rest: Words, situation: Situation) -> tuple[str, str]:
    """As `_split`, with the time at the end of words taken as what follows."""
    ref, after = _split(rest)
    if after or not ref or _REF.match(rest):
        return ref, after
    read = _read(rest, situation)
    last = read.when or (read.times[-1] if read.times else None)
    if last is None or last.end < len(rest.rstrip(" .!")) or last.begin == 0:
        return rest, ""
    return rest[: last.begin].strip(), re.sub(r"(?i)^to\s+", "", rest[last.begin :].strip())


def _read(rest: Words, situation: Situation) -> Sentence:
    return sentence(rest, situation.now, situation.person.habits)


def _kind(ref: str, situation: Situation) -> str:
    return (meant(ref, situation).kinds or ("",))[0]


def _done(rest: Words, situation: Situation) -> Understanding:
    found = meant(rest, situation)
    if not found.refs:
        return asking(
            "complete_task", "Which one is done? Say its number or words of its title.", "/done"
        )
    return complete_call(found.refs[0], found.kinds[0])


def _delete(rest: Words, situation: Situation) -> Understanding:
    yes = _YES.fullmatch(rest)
    words = yes["rest"].strip() if yes else rest
    if not words:
        return asking(
            "delete_task",
            "Which one shall I delete? Say its number or words of its title.",
            "/delete",
        )
    if re.match(r"(?i)all\b", words) and "reminder" in words.casefold():
        return calling("delete_reminder", reminder="all", confirmed=yes is not None)
    if re.match(r"(?i)all\b", words) and "event" in words.casefold():
        return calling("delete_event", event="all", confirmed=yes is not None)
    if re.match(r"(?i)all\b", words):
        return calling("delete_task", task=words, confirmed=yes is not None)
    ref, day = _split(words)
    found = meant(ref, situation)
    if not found.refs:
        return asking(
            "delete_task",
            "Which one shall I delete? Say its number or words of its title.",
            "/delete",
        )
    return delete_call(found.refs[0], found.kinds[0], day, confirmed=yes is not None)


def _snooze(rest: Words, situation: Situation) -> Understanding:
    read = _read(rest, situation)
    ref, until = ("", rest) if read.times and not read.bare.strip() else _split(rest)
    if ref and not _REF.match(rest):
        ref, until = _split_when(rest, situation)
    return calling("snooze_reminder", reminder=ref, until=re.sub(r"(?i)^for\s+", "", until))


def _move(rest: Words, situation: Situation) -> Understanding:
    ref, when = _split_when(rest, situation)
    found = meant(ref, situation)
    if not found.refs:
        return asking("update_event", "Which one shall I move, and to when?", "/move")
    return update_call(found.refs[0], found.kinds[0] or "event", {"when": when} if when else {})


def _rename(rest: Words, situation: Situation) -> Understanding:
    ref, title = _split(rest)
    found = meant(ref, situation)
    if not found.refs or not title:
        return asking("update_task", "What is its new name?", f"/rename {ref}".rstrip())
    return update_call(found.refs[0], found.kinds[0] or "task", {"title": title})


def _edit(rest: Words, situation: Situation) -> Understanding:
    """Where there are forms it opens one."""
    found = meant(rest, situation)
    if not found.refs:
        return saying("Which one shall I change? Say it like “/rename #3 buy oat milk”.")
    ref = clipped(found.refs[0], 40)
    return saying(f"What shall be different? Say “/rename {ref} …” or “/move {ref} …”.")


def _fill(rest: Words, situation: Situation) -> Understanding:
    return filled(rest)


def _undo(rest: Words, situation: Situation) -> Understanding:
    if re.fullmatch(r"\d{1,3}", rest):
        return calling("undo", count=int(rest))
    return calling("undo", what=rest)


def _keep(rest: Words, situation: Situation) -> Understanding:
    return calling("keep_both", event=rest) if rest else saying("Good, both stay.")


def _take(rest: Words, situation: Situation) -> Understanding:
    code, _, words = rest.partition(" ")
    if not _OFFER.fullmatch(code):
        return saying(_NO_OFFER)
    if not words.strip():
        return calling("keep_offered", offer=code)
    kind, when = as_what(words, situation) or ("", "")
    if not kind:
        # After the kind comes when, which the tool reads and refuses itself.
        said, _, when = words.strip().partition(" ")
        kind = {"remind": "reminder", "reminder": "reminder", "task": "task"}.get(said, "")
    return calling("keep_offered", offer=code, kind=kind, when=when)


def _import(rest: Words, situation: Situation) -> Understanding:
    if not _OFFER.fullmatch(rest):
        return saying("Send me a calendar file (.ics), and I show you what is in it.")
    return calling("import_events", offer=rest)


def _dismiss(rest: Words, situation: Situation) -> Understanding:
    return calling("dismiss_offer", offer=rest) if _OFFER.fullmatch(rest) else saying(_NO_OFFER)


_OFFER = re.compile(r"(?i)o[0-9a-z]{7}")
_NO_OFFER = "There is nothing that waits for this."


def _free(rest: Words, situation: Situation) -> Understanding:
    if _REF.match(rest):
        ref, when = _split(rest)
        return calling("find_free_time", event=ref, when=when)
    return calling("find_free_time", when=rest)


def _agenda(when: str) -> Callable[[Words, Situation], Understanding]:
    return lambda rest, situation: calling("agenda", when=rest or when)


def _tasks(rest: Words, situation: Situation) -> Understanding:
    low = rest.casefold()
    if low in ("all", "open", "done", "completed", "cancelled", "pending", "in progress"):
        status = {"done": "COMPLETED", "in progress": "IN_PROGRESS"}.get(
            low, low.upper() if low not in ("all", "open") else low
        )
        return calling("list_tasks", status=status)
    if low == "overdue":
        return calling("list_tasks", overdue=True)
    read = _read(rest, situation)
    if read.times and not read.bare.strip():
        return calling("list_tasks", day=rest)
    if low in ("low", "medium", "high", "urgent"):
        return calling("list_tasks", priority=low.upper())
    if rest.startswith("#") and len(rest) > 1:
        return calling("list_tasks", project=rest[1:])
    return calling("list_tasks", text=rest)


def _events(rest: Words, situation: Situation) -> Understanding:
    return _timed_list("list_events", rest, situation)


def _reminders(rest: Words, situation: Situation) -> Understanding:
    return _timed_list("list_reminders", rest, situation)


def _timed_list(tool: str, rest: Words, situation: Situation) -> Understanding:
    read = _read(rest, situation)
    when = when_words(read.times, rest)
    text = " ".join(read.rest(0, drop=read.times).split())
    return calling(tool, when=when, text=text)


_DAY_HOUR = re.compile(
    r"(?i)^(?P<day>(?:on )?(?:today|tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day)) "
    r"(?P<hour>\d{1,2})(?= \D)"
)
""" "/remind tomorrow 9 call Bob": here the number is the hour."""


def _remind(rest: Words, situation: Situation) -> Understanding:
    return reminder(_read(_DAY_HOUR.sub(r"\g<day> at \g<hour>", rest), situation), 0)


def _task(rest: Words, situation: Situation) -> Understanding:
    return task(_read(rest, situation), 0)


def _event(rest: Words, situation: Situation) -> Understanding:
    return event(_read(rest, situation), 0)


def _remember(rest: Words, situation: Situation) -> Understanding:
    if not rest:
        return asking("remember", "What shall I remember?", "/remember")
    return calling("remember", text=rest)


def _find(rest: Words, situation: Situation) -> Understanding:
    if not rest:
        return asking("search_memory", "What shall I look for?", "/find")
    return calling("search_memory", query=rest)


def _forget(rest: Words, situation: Situation) -> Understanding:
    yes = _YES.fullmatch(rest)
    what = yes["rest"].strip() if yes else rest
    if not what:
        return asking("forget", "What shall I forget?", "/forget")
    return calling("forget", what=what, confirmed=yes is not None)


def _settings(rest: Words, situation: Situation) -> Understanding:
    if not rest:
        return calling("show_settings")
    rest = _TWO_WORDS.sub(lambda match: match[0].casefold().replace(" ", "_"), rest, count=1)
    name, _, value = rest.partition(" ")
    name = _SETTINGS.get(name.casefold().rstrip(":="), name.casefold())
    value = value.strip().removeprefix("to ").removeprefix("= ")
    if name in _DELIVERY:
        return calling("deliver_to", where=value)
    if name not in _SETTINGS.values():
        return saying(
            "I know these settings: zone, name, clock, summary, quiet hours, event reminders, "
            "language, week start, morning, noon, afternoon, evening, night and end of day. Say it "
            "like “/settings zone Lisbon”.",
            MENU,
        )
    if not value:
        return asked(name, situation.person)
    arguments: dict[str, Any] = {name: value}
    return calling("change_settings", **arguments)


_DELIVERY = frozenset({"deliver", "delivery", "deliver_to"})
_TWO_WORDS = re.compile(
    r"(?i)^(?:time zone|quiet hours|week start|day end|end of day|"
    r"event reminders?|reminder lead)\b"
)
_SETTINGS = {
    "time_zone": "zone", "end_of_day": "day_end",
    "zone": "zone", "timezone": "zone", "city": "zone", "name": "name", "clock": "clock",
    "summary": "summary_at", "summary_at": "summary_at", "summary_when_empty": "summary_when_empty",
    "quiet": "quiet_hours", "quiet_hours": "quiet_hours", "week_start": "week_start",
    "lead": "lead", "event_reminders": "lead", "event_reminder": "lead", "reminder_lead": "lead",
    "language": "language", "morning": "morning", "noon": "noon", "afternoon": "afternoon",
    "evening": "evening", "night": "night", "day_end": "day_end",
}  # fmt: skip


def _calendar(rest: Words, situation: Situation) -> Understanding:
    low = rest.casefold()
    action, _, scope = low.partition(" ")
    if action in ("rotate", "revoke", "list", "create"):
        return calling("calendar_link", action=action, scope=scope)
    return calling("calendar_link", action="create", scope=low)


def _invite(rest: Words, situation: Situation) -> Understanding:
    action, _, name = rest.partition(" ")
    if action.casefold() == "list" and not name:
        return calling("invite", action="list")
    if action.casefold() in ("revoke", "cancel"):
        return calling("invite", action="revoke", name=name.strip())
    return calling("invite", name=rest)


def _help(rest: Words, situation: Situation) -> Understanding:
    return calling("help", topic=rest)


def _why(rest: Words, situation: Situation) -> Understanding:
    return calling("why")


def _cost(rest: Words, situation: Situation) -> Understanding:
    return calling("cost", period=rest)


def _cancel(rest: Words, situation: Situation) -> Understanding:
    """The question that waits; with words, the thing that they name."""
    if rest:
        return _delete(rest, situation)
    if situation.question is None:
        return saying("Nothing to cancel.")
    return saying("All right, I leave everything as it is.")


def _link(rest: Words, situation: Situation) -> Understanding:
    """With a digit in it, what follows is a code: `KTQF-4829-MWXB`."""
    action, _, which = rest.partition(" ")
    if action.casefold() in ("join", "no") and which:
        code, _, keep = which.strip().partition(" ")
        return calling("link", action=action.casefold(), code=code, keep=keep.strip())
    return calling("link", code=rest) if any(map(str.isdigit, rest)) else calling("link")


def _unlink(rest: Words, situation: Situation) -> Understanding:
    yes = _YES.fullmatch(rest)
    which = yes["rest"].strip() if yes else rest
    return calling("unlink", which=which, confirmed=yes is not None)


def _week(rest: Words, situation: Situation) -> Understanding:
    """Today and the six days after it: on a Sunday "this week" would be over."""
    today = situation.now.date()
    return _agenda(f"{today} to {today + timedelta(days=6)}")(rest, situation)


def _start(rest: Words, situation: Situation) -> Understanding:
    """Whatever else follows it is the code of an invitation that was used already."""
    step, _, answer = rest.partition(" ")
    if step.casefold() in ("zone", "summary"):
        return calling("start", step=step.casefold(), answer=answer.strip())
    return calling("start")


_COMMANDS: dict[str, Callable[[Words, Situation], Understanding]] = {
    "done": _done, "complete": _done, "delete": _delete, "snooze": _snooze, "move": _move,
    "rename": _rename, "undo": _undo, "keep": _keep, "free": _free, "today": _agenda("today"),
    "tomorrow": _agenda("tomorrow"), "week": _week, "agenda": _agenda(""),
    "tasks": _tasks, "events": _events, "reminders": _reminders, "remind": _remind, "task": _task,
    "event": _event, "note": _remember, "remember": _remember, "find": _find, "forget": _forget,
    "settings": _settings, "calendar": _calendar, "help": _help, "cancel": _cancel,
    "take": _take, "import": _import, "dismiss": _dismiss,
    "start": _start, "why": _why, "cost": _cost, "invite": _invite,
    "summary": _agenda("today"), "link": _link, "unlink": _unlink, "edit": _edit, "fill": _fill,
}  # fmt: skip
