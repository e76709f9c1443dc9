"""The commands that people are told of: in /help and in the menus of platforms that have them.

Every one of them can as well be said in a sentence, and there are more, for buttons.
"""

from collections.abc import Mapping
from dataclasses import dataclass

LANGUAGES = ("en",)
"""Codes (ISO 639-1) of the languages that they are described in; the first is for everyone else."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """A command as it is listed."""

    name: str
    """Without the slash: up to 32 of a-z, 0-9 and _."""
    about: Mapping[str, str]
    """What it is for, in each of `LANGUAGES`; up to 256 characters."""
    group: bool = True
    """It is for groups too: what it shows is the group's."""


def _english(name: str, about: str, *, group: bool = True) -> Command:
    return Command(name=name, about={"en": about}, group=group)


COMMANDS = (
    _english("today", "What is on today"),
    _english("week", "What the next seven days hold"),
    _english("tasks", "Your open tasks"),
    _english("remind", "Set a reminder: /remind call mom tomorrow at 2"),
    _english("event", "Put something in the calendar: /event lunch with Sam Friday 12-1"),
    _english("note", "Keep something in mind: /note Ana's shoe size is 38"),
    _english("find", "Look for what you told me: /find shoe size"),
    _english("snooze", "Remind again later: /snooze 1 hour"),
    _english("undo", "Take back the last change"),
    _english("calendar", "A secret link for your calendar program"),
    _english("settings", "Time zone, summary, quiet hours, language"),
    _english("link", "Join your accounts on several platforms", group=False),
    _english("invite", "Invite somebody: /invite Ana", group=False),
    _english("cost", "What language models cost", group=False),
    _english("why", "Which model gave the last answer, and why"),
    _english("help", "What I can do, by example"),
    _english("cancel", "Drop the question that I asked"),
)
"""In the order in which they are shown."""


def listed(*, group: bool) -> tuple[Command, ...]:
    """Those that make sense in a group, or in a private chat."""
    return tuple(command for command in COMMANDS if command.group or not group)
