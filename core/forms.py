"""Forms: what a person fills in at once where a platform has fields, and which commands open one.

A form is drawn and checked beside the lane. What was filled in becomes the text of a command, which
enters the lane as if it had been typed: there is one way in which things change.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

MOST_LINES = 3000
"""Characters of a text of several lines: what Slack's fields take (Block Kit, plain-text input)."""
ON = "on"
"""The value of a box that is ticked."""

Values = Mapping[str, str]
"""What was filled in, by the names of the fields: dates as 2026-11-23 and times as 14:00, in the
form's zone; a choice's value; `ON` or "" for a box. What is missing stays as it was drawn."""
Errors = Mapping[str, str]
"""A sentence for each field that is wrong."""


class FieldKind(StrEnum):
    """How a field is filled in."""

    TEXT = "text"
    LINES = "lines"
    DATE = "date"
    TIME = "time"
    CHOICE = "choice"
    CHECK = "check"


class FormName(StrEnum):
    """What a form is for."""

    TASK = "task"
    EVENT = "event"
    REMINDER = "reminder"
    SETTINGS = "settings"
    EDIT = "edit"
    """This and those below are of a row that there is."""
    MOVE = "move"
    SNOOZE = "snooze"
    DELETE = "delete"
    """Only asks whether to."""


class Repeats(StrEnum):
    """How often something new comes again."""

    ONCE = "once"
    DAY = "day"
    WEEKDAY = "weekday"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One of several that a field offers."""

    label: str
    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One field. All texts are plain: each platform escapes them."""

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    value: str = ""
    """What it holds at first, written as in `Values`."""
    choices: tuple[Choice, ...] = ()
    optional: bool = False
    most: int = 0
    """Characters, of a text."""
    hint: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """What is to be filled in, prefilled from the committed row."""

    name: FormName
    ref: str = ""
    """The row with its version, and the part of a series: `e7f3k2q9@3/2026-11-23T09:00`."""
    title: str
    submit: str
    fields: tuple[Field, ...]
    zone: str
    """IANA name: the zone of its dates and times, which is the person's."""
    note: str = ""
    """What is to be known beside the fields."""

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Submission:
    """A form that was filled in well."""

    command: str
    """The text that enters the lane; "" when nothing was changed, so that nothing is to be done."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """Which form a command opens."""

    name: FormName
    ref: str = ""


def opened_by(command: str) -> Opening | None:
    """The form that a button's command opens where there are forms; None for one that answers.

    Elsewhere the same command asks in words.
    """
    words = command.strip()
    bare = _BARE.get(words.casefold())
    if bare is not None:
        return Opening(name=bare)
    coded = _CODED.fullmatch(words)
    if coded is None:
        return None
    name, ref, pick = coded.groups()
    if (name.casefold() == FormName.SNOOZE) != (pick is not None):
        return None
    return Opening(name=FormName(name.casefold()), ref=ref)


def asked_by(command: str) -> Opening | None:
    """The form that asks before a button's command deletes, for places whose buttons do not ask
    themselves."""
    found = _DELETION.fullmatch(command.strip())
    return None if found is None else Opening(name=FormName.DELETE, ref=found[1])


PICK = "pick"
"""After a reminder: `/snooze r7f3k2q9@3 pick` asks until when."""
_BARE = {
    "/task": FormName.TASK,
    "/event": FormName.EVENT,
    "/remind": FormName.REMINDER,
    "/settings": FormName.SETTINGS,
}
REF = r"[ter][0-9a-z]{7}@\d{1,9}(?:/\S{1,25})?"
_CODED = re.compile(rf"/(edit|move|snooze)\s+({REF})(?:\s+({PICK}))?", re.ASCII | re.IGNORECASE)
_DELETION = re.compile(rf"/delete\s+({REF})", re.ASCII | re.IGNORECASE)
