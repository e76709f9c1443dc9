"""What a reminder says when it goes off, on time or late."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.cards import Look, card, clock, moment
from core.people import Person
from core.rows import Reminder
from core.values import Card, Reply
from core.when.show import show_time
from core.when.wall import wall


@dataclass(frozen=True, kw_only=True, slots=True)
class Firing:
    """A reminder that goes off now."""

    reminder: Reminder
    due: datetime
    """Aware; when it should have gone off."""
    times: int = 1
    """How many occurrences have come due since then, with that one."""


def reminder_note(firing: Firing, person: Person, now: datetime) -> Reply:
    """One reminder: its text as it was made, and its card."""
    text = f"⏰ {firing.reminder.text}"
    if firing.times > 1:
        text = f"{text} (came due {firing.times} times)"
    return Reply(text=text, cards=(_card(firing, person, now),))


def late_words(due: datetime, person: Person, now: datetime) -> str:
    """ "(late: was due 14:00)", with the day if it was not today."""
    local = wall(due, person.zone).local
    if local.date() == wall(now, person.zone).local.date():
        return f"(late: was due {show_time(local, clock=clock(person))})"
    return f"(late: was due {moment(due, person, now)})"


def catch_up_note(firings: Sequence[Firing], person: Person, now: datetime) -> Reply:
    """Several late reminders in one note; each card says when its reminder was due."""
    cards = []
    for firing in firings:
        shown = _card(firing, person, now)
        if firing.times > 1:
            shown = replace(shown, details=(*shown.details, f"came due {firing.times} times"))
        cards.append(shown)
    return Reply(text=f"⏰ Catching up: {len(firings)} reminders are late.", cards=tuple(cards))


def _card(firing: Firing, person: Person, now: datetime) -> Card:
    meant = replace(firing.reminder, next_at=firing.due)
    return card(meant, person, now, Look(fired=True))
