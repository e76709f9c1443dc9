"""The menu of settings: each has a question with its likely values to tap.

A button of the menu types `/settings zone`, which asks; a button there types the whole command.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.language.understanding import Understanding
from core.languages import MANY_SPEAK, NAMES
from core.onboarding import LARGE
from core.people import Person
from core.settings import lead_words, summary_hour
from core.values import Button
from core.when.show import WEEKDAYS, show_zone

MENU = Button(label="‹ Settings", command="/settings")


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One setting: what is asked, and which values can be tapped."""

    question: str
    values: tuple[tuple[str, str], ...] = ()
    """Label and value."""
    now: Callable[[Person], str] = lambda person: ""
    """The value that is set."""


_HOURS = (("7:00", "07:00"), ("7:30", "07:30"), ("8:00", "08:00"), ("9:00", "09:00"))
_LEADS = (5, 10, 15, 30, 60, 24 * 60)

CHOICES = {
    "zone": Choice(
        question="Which city's time shall I go by? Type any city, or tap one.",
        values=tuple((show_zone(zone), zone) for zone in LARGE),
        now=lambda person: person.zone,
    ),
    "summary_at": Choice(
        question="When shall I send you the summary of your day? Type any hour, or tap one.",
        values=(*_HOURS, ("None", "off")),
        now=summary_hour,
    ),
    "quiet_hours": Choice(
        question="When shall I keep quiet? Type hours such as 23:00-06:30, or tap some. What you "
        "set for an exact hour comes all the same.",
        values=(
            ("21:00–8:00", "21:00-08:00"),
            ("22:00–7:00", "22:00-07:00"),
            ("23:00–7:00", "23:00-07:00"),
            ("Never", "off"),
        ),
        now=lambda person: (
            f"{person.quiet_from:%H:%M}-{person.quiet_until:%H:%M}"
            if person.quiet_from and person.quiet_until
            else "off"
        ),
    ),
    "language": Choice(
        question="Which language shall I answer in when a language model does it? Type any, or tap "
        "one. Cards, menus and receipts are in English.",
        values=(("As I write", "auto"), *((NAMES[code][1], code) for code in MANY_SPEAK)),
        now=lambda person: person.language or "auto",
    ),
    "lead": Choice(
        question="How long before each event that you make shall I remind you? Type any length, "
        "or tap one.",
        values=(
            ("Not at all", "off"),
            *((lead_words(minutes), lead_words(minutes)) for minutes in _LEADS),
        ),
        now=lambda person: "off" if person.lead is None else lead_words(person.lead),
    ),
    "clock": Choice(
        question="Shall the clock have 24 hours or 12?",
        values=(("24", "24"), ("12", "12")),
        now=lambda person: "24" if person.clock_24h else "12",
    ),
    "week_start": Choice(
        question="On which day does your week start?",
        values=tuple((day, day) for day in ("Monday", "Saturday", "Sunday")),
        now=lambda person: WEEKDAYS[person.habits.week_start],
    ),
    "summary_when_empty": Choice(
        question="Shall a summary come on days with nothing to say?",
        values=(("Yes", "on"), ("No", "off")),
        now=lambda person: "on" if person.summary_when_empty else "off",
    ),
    "name": Choice(question="What shall I call you?"),
}


def asked(name: str, person: Person) -> Understanding:
    """The question for a setting's value; the one that is set now is ticked."""
    choice = CHOICES.get(name) or Choice(question=f"When is your {name.replace('_', ' ')}?")
    return Understanding(
        text=choice.question,
        buttons=(*_buttons(name, choice, person), MENU),
        asks=f"/settings {name}",
        about="change_settings",
        sure=True,
    )


def _buttons(name: str, choice: Choice, person: Person) -> Iterator[Button]:
    values = choice.values
    if name == "zone" and person.zone not in LARGE:
        values = ((show_zone(person.zone), person.zone), *values)
    for label, value in values:
        tick = "✓ " if value == choice.now(person) else ""
        yield Button(label=f"{tick}{label}", command=f"/settings {name} {value}")
