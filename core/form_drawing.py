"""Which fields a form has, and what they hold at first."""

import re
from dataclasses import replace
from datetime import datetime, time, timedelta

from core import cards, events, joining, linking, settings
from core.errors import Stale, UserError
from core.forms import MOST_LINES, ON, REF, Choice, Field, FieldKind, Form, FormName, Repeats
from core.languages import NAMES
from core.people import Person
from core.ports import Work
from core.reminders import MAX_WORDS
from core.rows import Event, Priority, Reminder, ReminderStatus, Task, Thing
from core.tasks import MAX_PROJECT
from core.times import day_words
from core.titles import MAX_TITLE, line
from core.when.wall import WallTime, wall

_FORM = re.compile(r"(?P<code>[ter]\w{7})@(?P<version>\d+)(?:/(?P<part>\S+))?", re.ASCII)
_REF = re.compile(REF, re.ASCII)
LEADS = (5, 10, 15, 30, 60, 120, 24 * 60)
"""Minutes before an event that are offered."""
MOST_ZONE = 100


def open_form(
    work: Work, person: Person, now: datetime, name: FormName, ref: str = "", text: str = ""
) -> Form:
    """The form, prefilled from the committed row. `now` is aware.

    `ref` names a row of the person's with the version that was seen, and `text` is what a new
    thing is to be called. Raises `Stale` for a version that is not the newest, and UserError for
    what there is not: other people's rows do not exist.
    """
    person = work.people.get(person.id) or person
    match name:
        case FormName.TASK:
            return _new(name, person, "New task", _task_texts(Task(title=_title(text))), _due(None))
        case FormName.EVENT:
            return _new(name, person, "New event", _event_new(person, now, text), ())
        case FormName.REMINDER:
            words = _text_field(line(text)[:MAX_WORDS])
            return _new(
                name, person, "New reminder", (words,), (*_at(_soon(person, now)), _repeat())
            )
        case FormName.SETTINGS:
            return _settings(work, person)
    thing, part = _row(work, person, now, ref)
    if name is FormName.SNOOZE:
        return _snooze(thing, person, now, ref)
    if name is FormName.DELETE:
        return _delete(thing, person, now, ref)
    match thing:
        case Task():
            return _task(thing, person, name, ref)
        case Event():
            return _event(thing, person, now, name, ref, part)
        case Reminder():
            return _reminder(thing, person, name, ref)
    raise UserError("There is no form for that.")


def _row(work: Work, person: Person, now: datetime, ref: str) -> tuple[Thing, str]:
    """The row, and the part of a series that was named with it."""
    parts = _FORM.fullmatch(ref) if _REF.fullmatch(ref) else None
    thing = work.coded(person.id, parts["code"]) if parts else None
    if parts is None or thing is None:
        raise UserError("There is no such thing any more. “/today” shows what there is.")
    if int(parts["version"]) != thing.version:
        raise Stale(cards=(cards.card(thing, person, now),))
    return thing, parts["part"] or ""


def _new(
    name: FormName, person: Person, title: str, texts: tuple[Field, ...], times: tuple[Field, ...]
) -> Form:
    # The name first, then when, then what is seldom said.
    fields = (*texts[:1], *times, *texts[1:])
    return Form(name=name, title=title, submit="Create", fields=fields, zone=person.zone)


def _title(text: str) -> str:
    return line(text)[:MAX_TITLE].strip()


# --- tasks ---


def _task(task: Task, person: Person, name: FormName, ref: str) -> Form:
    at = None
    if task.due_local is not None:
        at = task.due_local if task.due_day else _local(task.due_local, task.zone, person)
    due = _due(at, day=task.due_day)
    if name is FormName.MOVE:
        return _moving(ref, person, due)
    texts = _task_texts(task)
    return _editing(ref, person, "Edit task", (*texts[:1], *due, *texts[1:]), task.description)


def _task_texts(task: Task) -> tuple[Field, ...]:
    priorities = tuple(Choice(label=one.capitalize(), value=one.value) for one in Priority)
    return (
        Field(name="title", label="Task", value=task.title, most=MAX_TITLE),
        Field(
            name="priority",
            label="Priority",
            kind=FieldKind.CHOICE,
            value=task.priority.value,
            choices=priorities,
        ),
        Field(
            name="project",
            label="Project",
            value=task.project or "",
            optional=True,
            most=MAX_PROJECT,
        ),
        *_description(task.description),
    )


def _due(at: datetime | None, *, day: bool = False) -> tuple[Field, ...]:
    fields = (
        _date("date", "Due on", at, optional=True),
        _time("time", "At", None if day else at, optional=True, hint="Leave it empty for that day"),
    )
    if at is None:
        return fields
    return (*fields, _check("no_due", "No due date", False))


# --- events ---


def _event_new(person: Person, now: datetime, text: str) -> tuple[Field, ...]:
    start = _soon(person, now)
    times = _when(start, start + timedelta(hours=1), all_day=False)
    return (_event_title(_title(text)), *times, _repeat(), _location(""), *_description(""))


def _event(
    event: Event, person: Person, now: datetime, name: FormName, ref: str, part: str
) -> Form:
    ref = ref.partition("/")[0]
    one = event
    times: tuple[Field, ...] = ()
    note = ""
    if event.rrule is None:
        times = _times(event, person)
    elif part != "all" and (part or name is FormName.MOVE):
        named = _named(part) if part else events.coming(event, now)
        start = events.occurrence_on(event, named, person, now)
        one = events.detached(event, start)
        ref = f"{ref}/{start:%Y-%m-%dT%H:%M}"
        note = f"Only the one on {day_words(start.date(), person, now)}; the rest stays."
        times = _times(one, person)
    elif name is FormName.MOVE:
        raise UserError("Say when all of them shall be, such as “every Tuesday at 10”.")
    else:
        ref = f"{ref}/all"
        note = "All of the series. To move one, use its own button; to move all, say when."
    if name is FormName.MOVE:
        return replace(_moving(ref, person, times), note=note)
    texts = (_location(one.location), *_description(one.description))
    form = _editing(
        ref, person, "Edit event", (_event_title(one.title), *times, *texts), one.description
    )
    return replace(form, note=" ".join(words for words in (note, form.note) if words))


def _named(part: str) -> datetime:
    try:
        return datetime.fromisoformat(part).replace(tzinfo=None)
    except ValueError:
        raise UserError("There is no such day in the series. “/events” shows them.") from None


def _event_title(title: str) -> Field:
    return Field(name="title", label="Event", value=title, most=MAX_TITLE)


def _location(location: str) -> Field:
    return Field(
        name="location", label="Place", value=location[:MAX_TITLE], optional=True, most=MAX_TITLE
    )


def _times(event: Event, person: Person) -> tuple[Field, ...]:
    if event.all_day:
        last = event.end_local - timedelta(days=1)
        return _when(event.start_local, last, all_day=True)
    start = _local(event.start_local, event.zone, person)
    return _when(start, _local(event.end_local, event.zone, person), all_day=False)


def _when(start: datetime, end: datetime, *, all_day: bool) -> tuple[Field, ...]:
    later = None if start.date() == end.date() else end
    hint = "Only if it ends on a later one"
    return (
        _date("date", "On", start),
        _time("start", "From", None if all_day else start, optional=True),
        _time("end", "Until", None if all_day else end, optional=True),
        _check("all_day", "Whole day", all_day),
        _date("end_date", "Last day", later, optional=True, hint=hint),
    )


# --- reminders ---


def _reminder(reminder: Reminder, person: Person, name: FormName, ref: str) -> Form:
    local = reminder.next_local or reminder.at_local
    at = _local(local, reminder.zone, person)
    note = ""
    if reminder.rrule is None:
        times = _at(at)
    else:
        times = (_time("daytime", "Time of day", at),)
        note = "It repeats. To change on which days, say it: “move it to every Friday at 9”."
    if name is FormName.MOVE:
        return replace(_moving(ref, person, times), note=note)
    form = _editing(ref, person, "Edit reminder", (_text_field(reminder.text), *times))
    return replace(form, note=note)


def _snooze(thing: Thing, person: Person, now: datetime, ref: str) -> Form:
    if not isinstance(thing, Reminder):
        raise UserError(f"{cards.name(thing)} is no reminder: move it instead.")
    if thing.status not in (ReminderStatus.ACTIVE, ReminderStatus.FIRED):
        raise UserError(f"{cards.name(thing)} is over. Move it to bring it back.")
    return Form(
        name=FormName.SNOOZE,
        ref=ref.partition("/")[0],
        title="Snooze until",
        submit="Snooze",
        fields=_at(_soon(person, now)),
        zone=person.zone,
    )


def _delete(thing: Thing, person: Person, now: datetime, ref: str) -> Form:
    deed = "Cancel" if isinstance(thing, Reminder) else "Delete"
    shown = cards.card(thing, person, now).line()
    return Form(
        name=FormName.DELETE,
        ref=ref,
        title=f"{deed}?",
        submit=f"{deed} it",
        fields=(),
        zone=person.zone,
        note=f"{shown}\nYou can take it back with Undo.",
    )


def _text_field(text: str) -> Field:
    return Field(name="text", label="Remind me of", value=line(text), most=MAX_WORDS)


def _repeat() -> Field:
    """Only something new: a series that there is is changed in words."""
    return Field(
        name="repeat",
        label="Repeat",
        kind=FieldKind.CHOICE,
        value=Repeats.ONCE.value,
        choices=tuple(Choice(label=_OFTEN[one], value=one.value) for one in Repeats),
    )


_OFTEN = {
    Repeats.ONCE: "Never",
    Repeats.DAY: "Every day",
    Repeats.WEEKDAY: "Monday to Friday",
    Repeats.WEEK: "Every week",
    Repeats.MONTH: "Every month",
    Repeats.YEAR: "Every year",
}


def _at(at: datetime) -> tuple[Field, ...]:
    return (_date("date", "On", at), _time("time", "At", at))


# --- settings ---


def _settings(work: Work, person: Person) -> Form:
    languages = (
        Choice(label="As I write", value="auto"),
        *(Choice(label=name, value=name) for name, _ in sorted(NAMES.values())),
    )
    leads = sorted({*LEADS, *(() if person.lead is None else (person.lead,))})
    before = (
        Choice(label="No reminder", value="off"),
        *(
            Choice(label=f"{words} before", value=words)
            for words in map(settings.lead_words, leads)
        ),
    )
    known = NAMES.get(person.language)
    fields = (
        Field(
            name="zone",
            label="Time zone",
            value=person.zone,
            most=MOST_ZONE,
            hint="A large city or a name such as Europe/Lisbon",
        ),
        _check("summary", "A summary every day", person.summary_at is not None),
        _time("summary_at", "Summary at", person.summary_at, optional=True),
        _check("quiet", "Quiet hours", person.quiet_from is not None),
        _time("quiet_from", "Quiet from", person.quiet_from, optional=True),
        _time("quiet_until", "Quiet until", person.quiet_until, optional=True),
        Field(
            name="language",
            label="Language of answers",
            kind=FieldKind.CHOICE,
            value=known[0] if known else "auto",
            choices=languages,
        ),
        Field(
            name="lead",
            label="Remind me of new events",
            kind=FieldKind.CHOICE,
            value="off" if person.lead is None else settings.lead_words(person.lead),
            choices=before,
        ),
        *_deliver(work, person),
    )
    return Form(
        name=FormName.SETTINGS, title="Settings", submit="Save", fields=fields, zone=person.zone
    )


def _deliver(work: Work, person: Person) -> tuple[Field, ...]:
    """Where reminders come, for who has more than one place."""
    accounts = joining.places(work, person)
    if len(accounts) < 2:
        return ()
    now = joining.preferred(person, accounts)
    return (
        Field(
            name="deliver",
            label="Reminders and summaries come to",
            kind=FieldKind.CHOICE,
            value="" if now is None else str(now.identity),
            choices=tuple(
                Choice(label=linking.label(each, accounts), value=str(each.identity))
                for each in accounts
            ),
            # They may come to a chat that is no account's own; that stays unless they choose.
            optional=now is None,
        ),
    )


# --- fields ---


def _editing(
    ref: str, person: Person, title: str, fields: tuple[Field, ...], description: str = ""
) -> Form:
    note = ""
    if len(description) > MOST_LINES:
        note = "Its description is too long for a form; it stays as it is."
    return Form(
        name=FormName.EDIT,
        ref=ref,
        title=title,
        submit="Save",
        fields=fields,
        zone=person.zone,
        note=note,
    )


def _moving(ref: str, person: Person, fields: tuple[Field, ...]) -> Form:
    return Form(
        name=FormName.MOVE, ref=ref, title="Move", submit="Move", fields=fields, zone=person.zone
    )


def _description(text: str) -> tuple[Field, ...]:
    """None for a text that the field would cut."""
    if len(text) > MOST_LINES:
        return ()
    return (
        Field(
            name="description",
            label="Description",
            kind=FieldKind.LINES,
            value=text,
            optional=True,
            most=MOST_LINES,
        ),
    )


def _date(
    name: str, label: str, at: datetime | None, *, optional: bool = False, hint: str = ""
) -> Field:
    value = at.date().isoformat() if at else ""
    return Field(
        name=name, label=label, kind=FieldKind.DATE, value=value, optional=optional, hint=hint
    )


def _time(
    name: str, label: str, at: datetime | time | None, *, optional: bool = False, hint: str = ""
) -> Field:
    value = f"{at:%H:%M}" if at else ""
    return Field(
        name=name, label=label, kind=FieldKind.TIME, value=value, optional=optional, hint=hint
    )


def _check(name: str, label: str, on: bool) -> Field:
    return Field(
        name=name, label=label, kind=FieldKind.CHECK, value=ON if on else "", optional=True
    )


def _local(local: datetime, zone: str, person: Person) -> datetime:
    """A row's local time as the person's clocks show it."""
    return wall(WallTime(local=local, zone=zone).instant(), person.zone).local


def _soon(person: Person, now: datetime) -> datetime:
    """The next full hour on the person's clocks, which they do not skip."""
    local = wall(now + timedelta(hours=1), person.zone).local
    return WallTime(
        local=local.replace(minute=0, second=0, microsecond=0), zone=person.zone
    ).shown()
