"""Which row is meant: "#12", "12", "t7f3k2q9", "t7f3k2q9@3", or words of its title.

A tap names the version that its card showed, and is refused as `Stale` when the row moved on.
`/2026-11-23` after a code or number names one occurrence of a series, `/all` the whole of it.
A time narrows: "the meeting on Wednesday", "my 3pm".
Only rows of the owner are found; to everyone else they do not exist.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from functools import cache

from core import cards, happening
from core.errors import Stale, UserError
from core.people import ToolContext
from core.ports import TaskQuery, Work
from core.rows import ReminderStatus, Thing
from core.titles import line
from core.values import MAX_COMMAND_BYTES, Button, CardKind

MOST_CHOICES = 5
OTHERS = (CardKind.EVENT, CardKind.TASK, CardKind.REMINDER)
_MAX_WORDS = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The row, and which part of a series was named with it."""

    thing: Thing
    occurrence: str = ""
    """A local ISO date or time, "all", or "" when nothing was named."""


class OtherKind(UserError):
    """The words mean a row of a kind that the tool is not for; `thing` is that row."""

    def __init__(self, message: str, thing: Thing, *, buttons: tuple[Button, ...] = ()) -> None:
        super().__init__(message, buttons=buttons)
        self.thing = thing


@dataclass(frozen=True, kw_only=True, slots=True)
class Sought:
    """What is looked for, for the words of a question."""

    kinds: tuple[CardKind, ...]
    """In order of preference: a title is looked for among the next only if none fits."""
    command: str
    """The command with {} for the row: "/done {}". "" when no command can say it all."""


_CODED = re.compile(r"([tern][0-9a-z]{7})(?:@(\d{1,9}))?(?:/(\S{1,25}))?", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:#|no\.?\s?|number\s)?\s?(\d{1,9})(?:/(\S{1,25}))?", re.IGNORECASE)


def find(work: Work, context: ToolContext, words: str, sought: Sought, on: str = "") -> Found:
    """The row that is meant; `on` are words for a day that was named beside it.

    Raises `Stale` for a tap on an old card, `OtherKind` for a row of a kind that is not sought,
    and `UserError` that asks when nothing or more than one thing fits.
    """
    text = line(words)
    what = _kinds(sought.kinds)
    if not text:
        raise UserError(f"Which {what}? Say its number or words of its title.", asks=_asks(sought))
    owner = context.owner.id
    coded = _CODED.fullmatch(text)
    if coded:
        code, version, occurrence = coded.groups()
        thing = work.coded(owner, code.lower())
        if thing is not None:
            if version is not None and int(version) != thing.version:
                now = cards.card(thing, context.owner, context.now)
                raise Stale(cards=(now,))
            return Found(thing=_fitting(thing, sought), occurrence=occurrence or "")
        if version is not None or any(char.isdigit() for char in code):
            raise UserError(f"There is no such {what} any more. {_look(sought.kinds)}")
    numbered = _NUMBERED.fullmatch(text)
    if numbered:
        number, occurrence = numbered.groups()
        thing = work.thing(owner, int(number))
        if thing is None:
            raise UserError(f"There is no #{number}. {_look(sought.kinds)}")
        return Found(thing=_fitting(thing, sought), occurrence=occurrence or "")
    return _titled(work, context, text[:_MAX_WORDS], sought, on)


def _fitting(thing: Thing, sought: Sought) -> Thing:
    if cards.kind(thing) not in sought.kinds:
        raise _other(thing, sought)
    return thing


def _other(thing: Thing, sought: Sought) -> OtherKind:
    button = _button(thing, sought)
    return OtherKind(
        f"{cards.name(thing)} is {_a(cards.kind(thing))}, not {_a(sought.kinds[0])}.",
        thing,
        buttons=(button,) if button else (),
    )


def _titled(work: Work, context: ToolContext, text: str, sought: Sought, on: str) -> Found:
    """The row with these words in its title, else the one at the time that they say."""
    what = _kinds(sought.kinds)
    near = happening.read_window(on, context) if on else None
    close: list[Thing] = []
    for kind in sought.kinds:
        for rows in _pools(work, context, kind):
            fits, nearly = matches(text, rows)
            if fits:
                return _one_of(fits, near, context, sought)
            close += nearly
    timed = _timed(work, context, text, near, sought)
    if timed is not None:
        return timed
    for kind in OTHERS:
        if kind not in sought.kinds:
            for rows in _pools(work, context, kind):
                fits, _ = matches(text, rows)
                if len(fits) == 1:
                    raise _other(fits[0], sought)
    if close:
        question = f"I found no {what} called “{cards.clipped(text, 60)}”. Did you mean this?"
        raise choice(question, close, sought)
    raise UserError(f"I found no {what} called “{cards.clipped(text, 60)}”. {_look(sought.kinds)}")


def _one_of(
    fits: Sequence[Thing], near: happening.Near | None, context: ToolContext, sought: Sought
) -> Found:
    """The one of several that is on the day that was named, or that the message answers."""
    if near is not None:
        then = [row for row in fits if happening.at(row, near, context) is not None]
        if len(then) == 1:
            occurrence = happening.at(then[0], near, context) or ""
            return Found(thing=then[0], occurrence=occurrence)
        if not then and len(fits) == 1:
            day = happening.day(fits[0], context)
            if day is not None:
                raise choice(f"That is on {day}, not then. Did you mean this?", fits, sought)
        fits = then or fits
    if len(fits) == 1:
        return Found(thing=fits[0])
    replied = [row for row in fits if row.code in context.replied]
    if len(replied) == 1:
        return Found(thing=replied[0])
    raise choice("Which one do you mean?", fits, sought)


def _timed(
    work: Work, context: ToolContext, text: str, near: happening.Near | None, sought: Sought
) -> Found | None:
    """ "my 3pm", "the meeting tomorrow": what is at that time, and has the other words in it."""
    rest = text
    if near is None:
        said = happening.said_time(text, context)
        if said is None:
            return None
        near, rest = said
    named = [word for word in _words(rest) if word not in _FILLERS]
    found: list[tuple[Thing, str]] = []
    appointed = CardKind.EVENT in sought.kinds and not _APPOINTMENTS.isdisjoint(_words(rest))
    for kind in (CardKind.EVENT,) if appointed else sought.kinds:
        rows = next(iter(_pools(work, context, kind)), ())
        if named:
            rows, _ = matches(" ".join(named), rows)
        for row in rows:
            at = happening.at(row, near, context)
            if at is not None:
                found.append((row, at))
    if not found:
        return None
    if len(found) > 1:
        raise choice("Which one do you mean?", [row for row, _ in found], sought)
    ((row, at),) = found
    return Found(thing=row, occurrence=at)


def _pools(work: Work, context: ToolContext, kind: CardKind) -> Iterable[Sequence[Thing]]:
    """Rows by how likely they are meant: what is still open or ahead, then the rest."""
    owner, now = context.owner.id, context.now
    match kind:
        case CardKind.TASK:
            tasks = work.tasks.find(owner, TaskQuery())
            yield [task for task in tasks if task.status.open]
            yield [task for task in tasks if not task.status.open]
        case CardKind.EVENT:
            events = work.events.all(owner)
            yield [event for event in events if event.until_at is None or event.until_at > now]
            yield [event for event in events if event.until_at and event.until_at <= now]
        case CardKind.REMINDER:
            yield work.reminders.find(
                owner, statuses=frozenset({ReminderStatus.ACTIVE, ReminderStatus.FIRED})
            )
        case CardKind.NOTE:
            yield work.notes.all(owner)


# --- words ---

_FILLERS = frozenset(
    re.findall(
        r"\w+",
        "a an the my our your his her their its that this one those these please to for of on in "
        "at with and about from as is task tasks todo item event events meeting appointment "
        "reminder reminders note notes thing",
    )
)


_APPOINTMENTS = frozenset({"event", "events", "meeting", "meetings", "appointment", "appointments"})


def matches(words: str, rows: Sequence[Thing]) -> tuple[list[Thing], list[Thing]]:
    """Rows whose names hold all the words, and rows that hold some of them, best first.

    A name that is exactly the words stands alone before names that only contain them.
    """
    wanted = _words(words)
    wanted = [word for word in wanted if word not in _FILLERS] or wanted
    names = [(row, _words(cards.naming(row))) for row in rows]
    if not wanted:
        return [], []
    exact = [row for row, name in names if name == _words(words)]
    if exact:
        return exact, []
    vocabulary = frozenset(word for _, name in names for word in name)
    meant = [_meant(word, vocabulary) for word in wanted]
    hits = [(sum(not group.isdisjoint(name) for group in meant), row) for row, name in names]
    fits = [row for hit, row in hits if hit == len(meant)]
    if fits:
        return fits, []
    needed = (len(meant) + 1) // 2
    nearly = sorted(((hit, row) for hit, row in hits if hit >= needed), key=lambda pair: -pair[0])
    return [], [row for _, row in nearly]


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold().replace("’", "'").replace("'s", ""))


def _meant(word: str, vocabulary: frozenset[str]) -> frozenset[str]:
    """Words of the vocabulary that the word stands for: itself, its other forms, its typo."""
    if word in vocabulary:
        return frozenset({word})
    if len(word) >= 3 and word.isalpha():
        forms = {
            known
            for known in vocabulary
            if known.startswith(word)
            or (len(known) > 3 and word.startswith(known) and len(word) < len(known) + 4)
        }
        if forms:
            return frozenset(forms)
    if len(word) >= 4:
        near = [known for known in vocabulary if abs(len(known) - len(word)) < 3]
        return frozenset(get_close_matches(word, near, n=3, cutoff=0.8))
    return frozenset()


# --- asking ---


def choice(question: str, things: Sequence[Thing], sought: Sought) -> UserError:
    """A question which of these is meant, with a button for each."""
    shown = list(things)[:MOST_CHOICES]
    buttons = []
    for thing in shown:
        button = _button(thing, sought)
        if button is not None:
            buttons.append(button)
    more = f" and {len(things) - len(shown)} more" if len(things) > len(shown) else ""
    names = ", ".join(cards.name(thing) for thing in shown)
    return UserError(f"{question} {names}{more}.", buttons=tuple(buttons), asks=_asks(sought))


def _button(thing: Thing, sought: Sought) -> Button | None:
    command = sought.command.replace("{}", cards.ref(thing), 1)
    if not command or len(command.encode()) > MAX_COMMAND_BYTES:
        return None
    return Button(label=cards.clipped(cards.name(thing), 40), command=command)


def _asks(sought: Sought) -> str | None:
    """The command, if the row is what ends it."""
    prefix, _, rest = sought.command.partition(" {}")
    return None if rest else prefix or None


@cache
def _kinds(kinds: tuple[CardKind, ...]) -> str:
    return " or ".join(kind.value for kind in kinds)


def _a(kind: CardKind) -> str:
    return f"{'an' if kind is CardKind.EVENT else 'a'} {kind.value}"


_LISTS = {
    CardKind.TASK: "“/tasks” shows your tasks.",
    CardKind.EVENT: "“/events” shows your events.",
    CardKind.REMINDER: "“/reminders” shows your reminders.",
    CardKind.NOTE: "“/find” with a word looks in your notes.",
}


def _look(kinds: tuple[CardKind, ...]) -> str:
    return _LISTS[kinds[0]]


def occurrence_of(found: Found) -> datetime | None:
    """The local time or date that was named with the row, if one was."""
    if found.occurrence in ("", "all"):
        return None
    try:
        return datetime.fromisoformat(found.occurrence).replace(tzinfo=None)
    except ValueError:
        raise UserError(f"“{found.occurrence}” is not a day. Name it like 2026-11-23.") from None
