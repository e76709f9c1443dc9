"""Whether a form was filled in well, in the person's zone, and the command that says it.

Everything here is pure but `submit`, which reads the row that the form is of. The command is read
by `core.language.filling`.
"""

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time

from core import settings
from core.errors import Stale, UserError
from core.form_drawing import open_form
from core.forms import ON, Errors, Field, FieldKind, Form, FormName, Repeats, Submission, Values
from core.intake import clean
from core.lengths import sensible
from core.people import Person
from core.ports import Work
from core.times import FAR
from core.titles import body, line, visible
from core.when.wall import WallTime, wall, zone

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"\d\d:\d\d", re.ASCII)
MOVED_ON = "This has changed meanwhile, so I kept nothing of that. Close it and open it again."
CLEARED = "none"
"""What the tools that change a row read as nothing."""


def submit(
    work: Work,
    person: Person,
    now: datetime,
    name: FormName,
    ref: str,
    values: Values,
) -> Submission | Errors:
    """What was filled in, as the command that enters the lane, or what is wrong with it.

    Of a row that moved on since the form was opened, or is gone, nothing is changed, and that is
    told.
    """
    person = work.people.get(person.id) or person
    try:
        form = open_form(work, person, now, name, ref)
    except UserError as error:
        if not values:
            return Submission(command=f"/fill {ref} {{}}")
        said = MOVED_ON if isinstance(error, Stale) else str(error)
        return {next(iter(values)): said}
    return check(form, values, person, now)


def check(form: Form, values: Values, person: Person, now: datetime) -> Submission | Errors:
    """The command that says what was changed, or a sentence for each field that is wrong.

    `form` is as it was when it was drawn: what is still the same is not said. `now` is aware.
    Reads any values and raises nothing.
    """
    read = _Reading(form=form, values=values, person=person, now=now)
    if form.name is FormName.DELETE:
        return Submission(command=f"/delete {form.ref}")
    if form.name is FormName.SNOOZE:
        at = _moment(read)
        return read.errors or Submission(command=f"/snooze {form.ref} {_iso(at)}")
    said = _settings(read) if form.name is FormName.SETTINGS else _texts(read) | _times(read)
    _repeatable(read, said)
    if read.errors:
        return read.errors
    subject = form.ref or form.name.value
    if not said:
        return Submission(command="")
    return Submission(command=f"/fill {subject} {_json(said)}")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reading:
    """One form being read; errors gather in it."""

    form: Form
    values: Values
    person: Person
    now: datetime
    errors: dict[str, str] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        return self.form.field(name) is not None

    def raw(self, name: str) -> str:
        """What was filled in, clean and without spaces around it."""
        one = self.form.field(name)
        return clean(self.values.get(name, one.value if one else "")).strip()

    def ticked(self, name: str) -> bool:
        return self.has(name) and self.raw(name) == ON

    def wrong(self, name: str, sentence: str) -> None:
        """Only the first sentence about a field is told."""
        self.errors.setdefault(name if self.has(name) else self.form.fields[0].name, sentence)

    def day(self, name: str) -> date | None:
        """None for an empty field, and for a wrong one, which is told."""
        said = self.raw(name)
        if not said:
            return None
        try:
            day = date.fromisoformat(said) if _DATE.fullmatch(said) else None
        except ValueError:
            day = None
        if day is None:
            self.wrong(name, "That day is not in the calendar; choose another.")
        elif abs(day.year - self.now.year) >= FAR:
            self.wrong(name, f"That is too far away: I keep the {FAR} years around now.")
        else:
            return day
        return None

    def hour(self, name: str) -> time | None:
        """As `day`."""
        said = self.raw(name)
        if not said:
            return None
        try:
            return time.fromisoformat(said if _TIME.fullmatch(said) else "")
        except ValueError:
            self.wrong(name, "A time is like 14:30.")
            return None

    def instant(self, name: str, local: datetime) -> datetime | None:
        """The moment of a local time; None, with a sentence, for one that the clocks skip."""
        at = WallTime(local=local, zone=self.person.zone)
        if at.shifted:
            self.wrong(
                name, f"The clocks skip {local:%H:%M} that day; {at.shown():%H:%M} is the next."
            )
            return None
        return at.instant()

    def ahead(self, name: str, local: datetime) -> bool:
        """Whether a local time is still to come; if not, that is told."""
        at = self.instant(name, local)
        if at is not None and at <= self.now:
            shown = wall(self.now, self.person.zone).local
            today = local.date() == shown.date()
            now = f"it is {shown:%H:%M}" if today else f"today is {shown:%a %-d %b}"
            self.wrong(name, f"That has passed: {now}. Choose a time ahead.")
        return at is not None and at > self.now


# --- texts ---


_NAMELESS = {
    "title": "What shall it be called?",
    "text": "What shall I remind you of?",
}


def _texts(read: _Reading) -> dict[str, str]:
    """The texts and choices that were changed, as the arguments of the tools have them."""
    said = {}
    for one in read.form.fields:
        if one.kind not in (FieldKind.TEXT, FieldKind.LINES, FieldKind.CHOICE):
            continue
        value = _text(read, one)
        before = _as_told(one, one.value)
        if value is not None and value != before:
            said[one.name] = value or CLEARED
    return said


def _text(read: _Reading, one: Field) -> str | None:
    """What the field says; None when that is wrong."""
    value = _as_told(one, read.values.get(one.name, one.value))
    if one.kind is FieldKind.CHOICE:
        chosen = value in {choice.value for choice in one.choices}
        if not chosen and (value or not one.optional):
            read.wrong(one.name, "Choose one of these.")
            return None
        return value
    if len(value) > one.most:
        read.wrong(one.name, f"Up to {one.most:,} characters fit; this has {len(value):,}.")
        return None
    if not one.optional and not visible(value):
        read.wrong(one.name, _NAMELESS.get(one.name, "Please fill this in."))
        return None
    return value


def _as_told(one: Field, text: str) -> str:
    """The text as the tool will keep it."""
    told = _long(text) if one.kind is FieldKind.LINES else line(text)
    if one.name == "project":
        told = told.removeprefix("#").strip()
    return "" if one.optional and told.casefold() == CLEARED else told


def _long(text: str) -> str:
    try:
        return body(text, what="This")
    except UserError:
        return clean(text)


# --- times ---


def _times(read: _Reading) -> dict[str, str]:
    """When it is, if that was changed: `when`, or `due` of a task."""
    form = read.form
    timed = (FieldKind.DATE, FieldKind.TIME, FieldKind.CHECK)
    same = all(read.raw(one.name) == one.value for one in form.fields if one.kind in timed)
    if form.ref and same:
        return {}
    if read.has("all_day"):
        return _saying("when", _span(read))
    if read.has("daytime"):
        daytime = read.hour("daytime")
        if daytime is None:
            read.wrong("daytime", "At what time?")
        return _saying("when", f"{daytime:%H:%M}" if daytime else "")
    if not read.has("date"):
        return {}
    if form.name is FormName.TASK or form.ref.startswith("t"):
        return _saying("due", _due(read))
    return _saying("when", _iso(_moment(read)))


def _saying(name: str, value: str) -> dict[str, str]:
    return {name: value} if value else {}


def _moment(read: _Reading) -> datetime | None:
    """A day and a time, both needed, ahead."""
    day, at = read.day("date"), read.hour("time")
    if day is None:
        read.wrong("date", "On which day?")
    if at is None:
        read.wrong("time", "At what time?")
    if day is None or at is None:
        return None
    local = datetime.combine(day, at)
    today = wall(read.now, read.person.zone).local.date()
    return local if read.ahead("date" if day < today else "time", local) else None


def _repeatable(read: _Reading, said: dict[str, str]) -> None:
    """What repeats begins on a day that comes again."""
    repeats, day = said.get("repeat", Repeats.ONCE), read.day("date")
    if repeats == Repeats.ONCE or day is None:
        return
    if read.day("end_date") not in (None, day):
        read.wrong("repeat", "What repeats ends on the day on which it begins.")
    if repeats == Repeats.WEEKDAY and day.weekday() > _FRIDAY:
        read.wrong("date", "That day is at a weekend; choose one from Monday to Friday.")
    if repeats == Repeats.MONTH and day.day > _IN_EVERY_MONTH:
        read.wrong("repeat", f"Not every month has a {day.day}th; say in words which day you mean.")
    if repeats == Repeats.YEAR and (day.month, day.day) == (2, 29):
        read.wrong("repeat", "Not every year has a 29 February; choose another day.")


_FRIDAY = 4
_IN_EVERY_MONTH = 28


def _due(read: _Reading) -> str:
    """ "2026-11-27", "2026-11-27T14:00", "none"; "" where nothing is to be said."""
    day, at = read.day("date"), read.hour("time")
    if read.errors:
        return ""
    if read.ticked("no_due") or (day is None and at is None):
        return CLEARED if read.form.ref else ""
    if day is None:
        read.wrong("date", "On which day?")
        return ""
    today = wall(read.now, read.person.zone).local.date()
    if at is None:
        if day < today:
            read.wrong("date", "That day is over; choose one ahead.")
        return day.isoformat()
    local = datetime.combine(day, at)
    return _iso(local) if read.ahead("date" if day < today else "time", local) else ""


def _span(read: _Reading) -> str:
    """ "2026-11-27T12:00/2026-11-27T13:30", or the first and the last of whole days."""
    day, last = read.day("date"), read.day("end_date")
    begins, ends = read.hour("start"), read.hour("end")
    if read.errors:
        return ""
    if day is None:
        read.wrong("date", "On which day?")
        return ""
    last = last or day
    if last < day:
        read.wrong("end_date", "It ends before it starts; choose a later day.")
        return ""
    if read.ticked("all_day"):
        _bearable(read, "end_date", datetime.combine(day, time()), datetime.combine(last, time()))
        return f"{day}/{last}"
    if begins is None:
        read.wrong("start", "When does it begin? Or tick “Whole day”.")
    if ends is None:
        read.wrong("end", "When does it end? Or tick “Whole day”.")
    if begins is None or ends is None:
        return ""
    start, end = datetime.combine(day, begins), datetime.combine(last, ends)
    if end <= start:
        read.wrong("end", "It ends before it starts; choose a later time, or its last day.")
    read.instant("start", start)
    read.instant("end", end)
    _bearable(read, "end_date", start, end)
    return f"{_iso(start)}/{_iso(end)}"


def _bearable(read: _Reading, name: str, start: datetime, end: datetime) -> None:
    try:
        if end > start:
            sensible(end - start)
    except UserError as error:
        read.wrong(name, str(error))


def _iso(local: datetime | None) -> str:
    return f"{local:%Y-%m-%dT%H:%M}" if local else ""


# --- settings ---

OFF = "off"


def _settings(read: _Reading) -> dict[str, str]:
    """The settings that were changed, as `/settings` takes them."""
    before = read.person
    said = _texts(read)
    said.pop("zone", None)
    zone_name = _checked(read, "zone", lambda: zone(line(read.raw("zone"))).key)
    if zone_name is not None and zone_name != before.zone:
        said["zone"] = zone_name
    summary = _hours(read, "summary", "summary_at")
    if summary and summary != settings.summary_hour(before):
        said["summary_at"] = summary
    quiet = _hours(read, "quiet", "quiet_from", "quiet_until")
    bounds = (before.quiet_from, before.quiet_until)
    kept = "-".join(f"{bound:%H:%M}" for bound in bounds if bound is not None) or OFF
    if quiet and quiet != kept:
        said["quiet_hours"] = quiet
    if quiet and quiet[:5] == quiet[6:]:
        read.wrong("quiet_until", "Quiet hours begin and end at different times.")
    return said


def _hours(read: _Reading, box: str, *names: str) -> str:
    """ "22:00-07:00", or "off" where the box is not ticked; "" when a time is missing."""
    if not read.ticked(box):
        return OFF
    hours = []
    for name in names:
        at = read.hour(name)
        if at is None:
            read.wrong(name, "At what time? Or take the tick away for none.")
        else:
            hours.append(f"{at:%H:%M}")
    return "-".join(hours) if len(hours) == len(names) else ""


def _checked(read: _Reading, name: str, reads: Callable[[], str]) -> str | None:
    try:
        return reads()
    except UserError as error:
        read.wrong(name, str(error))
        return None


# --- the command ---


def _json(said: dict[str, str]) -> str:
    """One line of JSON that cleaning leaves as it is: a mark that follows an escape would melt
    into its letter."""
    text = json.dumps(said, ensure_ascii=False)
    return text if unicodedata.normalize("NFC", text) == text else json.dumps(said)
