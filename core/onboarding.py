"""What a person is asked first: where they are, and when they want to hear of their day.

Each question's buttons and its typed answer are commands that name their step, so that nothing of
it is kept: whoever asks for something else instead gets that.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from core.cards import clock
from core.people import OwnerKind, Person
from core.ports import Work
from core.tool import Outcome
from core.values import Button
from core.when.show import show_time, show_zone
from core.when.wall import wall

HELLO = (
    "Hello{name}! I'm Pixie, your secretary: I keep your reminders, tasks, events and notes.\n"
    "Just write as you would to a person, such as “remind me to call mom tomorrow at 2”.\n"
    "I write to you when something is due, and once a day about what lies ahead."
)
HELLO_GROUP = (
    "Hello! I'm Pixie, a secretary: I keep this group's reminders, tasks, events and notes.\n"
    "Mention me, answer one of my messages, or use a command.\n"
    "I tell nothing here from anybody's private chat with me."
)
HELLO_AGAIN = (
    "Hello{name}! Tell me what to keep or look up, such as “remind me to call mom tomorrow at 2”."
)
WHERE = (
    "Where are you, so that my times are yours? Type your city, tap one with your time, or send "
    "me your location."
)
WHERE_GROUP = "Which time shall I go by here? Type a city, or tap one."
WHEN = "When shall I send you the summary of your day?"
READY = "I am ready. Tap an example to try me, or tell me what you need."

LARGE = (
    "America/Los_Angeles",
    "America/New_York",
    "America/Sao_Paulo",
    "Europe/London",
    "Europe/Paris",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Sydney",
)
"""Zones that many people live in, from west to east."""
HOURS = ("7:00", "7:30", "8:00", "9:00")


def hello(person: Person) -> str:
    """Who Pixie is, in three lines."""
    if person.kind is OwnerKind.GROUP:
        return HELLO_GROUP
    return HELLO.format(name=_named(person))


def hello_again(person: Person) -> Outcome:
    """To someone who was asked all of it."""
    said = HELLO_AGAIN.format(name=_named(person))
    return Outcome(
        result=said,
        said=said,
        buttons=(
            Button(label="What is on today?", command="/today"),
            Button(label="Settings", command="/settings"),
            Button(label="Help", command="/help"),
        ),
    )


def ask_zone(person: Person, now: datetime, before: str = "") -> Outcome:
    """The question for their city; `before` is said first."""
    question = WHERE_GROUP if person.kind is OwnerKind.GROUP else WHERE
    buttons = tuple(
        Button(label=f"{show_zone(zone)} {_now(zone, person, now)}", command=f"/start zone {zone}")
        for zone in _likely(person)
    )
    return _asking(before, question, "/start zone", buttons)


def ask_summary(person: Person, before: str = "") -> Outcome:
    """The question for the hour of the summary, which is the last."""
    hours = [Button(label=hour, command=f"/start summary {hour}") for hour in HOURS]
    none = Button(label="None", command="/start summary none")
    other = Button(label="Another city", command="/start zone")
    return _asking(before, WHEN, "/start summary", (*hours, none, other))


def go_on(work: Work, person: Person, before: str) -> Outcome:
    """What follows once the zone is known; with it, all was asked."""
    if not person.welcomed:
        person = work.people.save(replace(person, welcomed=True))
    asked = ready(before) if person.kind is OwnerKind.GROUP else ask_summary(person, before)
    return replace(asked, changed=True)


def ready(before: str) -> Outcome:
    """What can be tried at once."""
    said = f"{before}\n{READY}"
    return Outcome(
        result=said,
        said=said,
        buttons=(
            Button(
                label="Remind me in 1 minute to stretch", command="remind me in 1 minute to stretch"
            ),
            Button(label="What is on today?", command="/today"),
        ),
        changed=True,
    )


def _asking(before: str, question: str, asks: str, buttons: tuple[Button, ...]) -> Outcome:
    said = f"{before}\n{question}" if before else question
    return Outcome(result=said, said=said, buttons=buttons, asks=asks)


def _likely(person: Person) -> Iterator[str]:
    """A guess of someone else's first, then where many people are."""
    if person.zone != "UTC":
        yield person.zone
    yield from (zone for zone in LARGE if zone != person.zone)


def _now(zone: str, person: Person, now: datetime) -> str:
    return show_time(wall(now, zone).local.time(), clock=clock(person))


def _named(person: Person) -> str:
    return f" {person.name.split()[0]}" if person.name.split() else ""
