"""A person's home: what is on today, what is open, what goes off next and how Pixie is set.

For platforms that have a place for it. Reading is one short unit; series are expanded outside.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core import agenda, joining, linking, settings
from core.cards import PLAIN, Look, card, today
from core.linking import Account
from core.listing import counted
from core.people import Person
from core.ports import Store, TaskQuery, Work
from core.rows import Reminder, ReminderStatus, Task
from core.values import Button, Card, OwnerId
from core.when.show import show_day, show_zone
from core.when.wall import wall

MOST_PAGES = 10_000
"""Far above what anybody can turn to."""
_ACTIVE = frozenset({ReminderStatus.ACTIVE})


@dataclass(frozen=True, kw_only=True, slots=True)
class Sizes:
    """How many of each kind one page shows."""

    events: int
    tasks: int
    reminders: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """One page of a list."""

    title: str
    cards: tuple[Card, ...]
    total: int
    empty: str
    """What is said when there is nothing on any page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Home:
    """One page. All texts are plain: each platform escapes them."""

    title: str
    revision: int
    """As `People.revision`: while it is the same, and the day and the person's settings are, so is
    the home."""
    page: int
    """From 0."""
    pages: int
    events: Section
    overdue: Section
    """Overdue tasks and open ones are one list, overdue first, that its pages cut."""
    tasks: Section
    reminders: Section
    settings: tuple[str, ...]
    calendar: str
    """What is to be known of the link for calendar programs."""
    quick: tuple[Button, ...]
    """What is made from here: their commands open forms (`core.forms.opened_by`)."""
    links: tuple[Button, ...]
    """Beneath the settings."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rows:
    """What a home is composed from."""

    person: Person
    revision: int
    agenda: agenda.Rows
    page: int
    """That the tasks and reminders are of."""
    tasks: Sequence[Task]
    """Open ones."""
    tasks_total: int
    overdue: int
    """How many of all open tasks are; they come first."""
    reminders: Sequence[Reminder]
    """Active ones, soonest first."""
    reminders_total: int
    accounts: Sequence[Account]
    """That reminders can come to."""
    feeds: int
    """Calendar links that work."""


async def read_home(store: Store, person: Person, now: datetime, page: int, sizes: Sizes) -> Home:
    """The page of the home as the rows stand; the nearest one there is. `now` is aware."""
    rows = await store.read(lambda work: read(work, person, now, page, sizes))
    home = compose(rows, now, sizes)
    if home.page != rows.page:
        # There is no such page: it was turned to when there was more.
        rows = await store.read(lambda work: read(work, person, now, home.page, sizes))
        home = compose(rows, now, sizes)
    return home


def revision(work: Work, owner: OwnerId, now: datetime) -> tuple[object, ...]:
    """What tells that a home is to be drawn anew: it differs when rows or settings were changed,
    when a reminder has gone off or a task has become overdue, and on another day. `now` is aware.
    """
    person = work.people.get(owner)
    if person is None:
        return ()
    goes_off = work.reminders.find(owner, statuses=frozenset({ReminderStatus.ACTIVE}), limit=1)
    ahead = TaskQuery(statuses=agenda.OPEN, due_after=now, limit=1)
    due = work.tasks.find(owner, ahead)
    return (
        work.people.revision(owner),
        person.version,
        *((row.id, row.next_at) for row in goes_off),
        *(task.id for task in due if task.due_at is not None),
        wall(now, person.zone).local.date(),
    )


def read(work: Work, person: Person, now: datetime, page: int, sizes: Sizes) -> Rows:
    """The rows of a page of a home, and how many there are in all, in one unit."""
    person = work.people.get(person.id) or person
    owner = person.id
    page = min(max(page, 0), MOST_PAGES)
    start, end = agenda.days(wall(now, person.zone).local.date(), 1, person)
    open_ones = TaskQuery(statuses=agenda.OPEN, limit=sizes.tasks, offset=page * sizes.tasks)
    # What is due this very moment is overdue.
    late = replace(open_ones, due_before=now + timedelta.resolution)
    return Rows(
        person=person,
        revision=work.people.revision(owner),
        agenda=agenda.Rows(events=work.events.between(owner, start, end)),
        page=page,
        tasks=work.tasks.find(owner, open_ones),
        tasks_total=work.tasks.count(owner, open_ones),
        overdue=work.tasks.count(owner, late),
        reminders=work.reminders.find(
            owner, statuses=_ACTIVE, limit=sizes.reminders, offset=page * sizes.reminders
        ),
        reminders_total=work.reminders.count(owner, statuses=_ACTIVE),
        accounts=joining.places(work, person),
        feeds=sum(feed.revoked_at is None for feed in work.feeds.of(owner)),
    )


def compose(rows: Rows, now: datetime, sizes: Sizes) -> Home:
    """The home's page, from its rows; its number tells where these are of a page too many."""
    person = rows.person
    start, end = agenda.days(wall(now, person.zone).local.date(), 1, person)
    entries = agenda.compose(now, start, end, rows.agenda).entries
    overdue, others = rows.overdue, rows.tasks_total - rows.overdue
    lists = (
        (len(entries), sizes.events),
        (rows.tasks_total, sizes.tasks),
        (rows.reminders_total, sizes.reminders),
    )
    pages = max(1, *(-(-total // size) for total, size in lists))
    page = min(rows.page, pages - 1)
    late = max(0, overdue - page * sizes.tasks)
    local = today(person, now)

    def shown(row: Task | Reminder) -> Card:
        return _editable(card(row, person, now, PLAIN))

    def happening(entry: agenda.Entry) -> Card:
        plain = agenda.entry_card(entry, person, now)
        look = Look(occurrence=entry.at.local if entry.event.rrule else None)
        return _editable(replace(plain, buttons=card(entry.event, person, now, look).buttons))

    return Home(
        title=f"{show_day(local, today=local)}, {show_zone(person.zone)}",
        revision=rows.revision,
        page=page,
        pages=pages,
        events=Section(
            title="Today",
            cards=tuple(map(happening, entries[page * sizes.events :][: sizes.events])),
            total=len(entries),
            empty="Nothing is in the calendar today.",
        ),
        overdue=Section(
            title=f"{counted(overdue, 'task')} overdue",
            cards=tuple(map(shown, rows.tasks[:late])),
            total=overdue,
            empty="",
        ),
        tasks=Section(
            title=counted(others, "open task"),
            cards=tuple(map(shown, rows.tasks[late:])),
            total=others,
            empty="No open task.",
        ),
        reminders=Section(
            title="Next reminders",
            cards=tuple(map(shown, rows.reminders)),
            total=rows.reminders_total,
            empty="No reminder is set.",
        ),
        settings=_settings(person, rows.accounts),
        calendar=_calendar(rows.feeds),
        quick=QUICK,
        links=LINKS,
    )


QUICK = (
    Button(label="New task", command="/task"),
    Button(label="New event", command="/event"),
    Button(label="New reminder", command="/remind"),
)
LINKS = (
    Button(label="Change settings", command="/settings"),
    Button(label="Calendar link", command="/calendar"),
    Button(label="Help", command="/help"),
)


def _settings(person: Person, accounts: Sequence[Account]) -> tuple[str, ...]:
    """Those that the form changes. What time it is is left out: a home is not redrawn for that."""
    guess = "" if person.zone_known else " (a guess: tell me your city)"
    lead = "off" if person.lead is None else f"{settings.lead_words(person.lead)} before"
    return (
        f"Time zone: {person.zone}{guess}",
        f"Summary: {settings.summary_words(person)}",
        f"Quiet hours: {settings.quiet_words(person)}",
        f"Event reminders: {lead}",
        f"Language: {settings.language_words(person)}",
        *_deliver(person, accounts),
    )


def _deliver(person: Person, accounts: Sequence[Account]) -> tuple[str, ...]:
    """Where reminders come, for who has more than one place."""
    now = joining.preferred(person, accounts)
    if len(accounts) < 2 or now is None:
        return ()
    return (f"Reminders and summaries come to: {linking.label(now, accounts)}",)


def _calendar(feeds: int) -> str:
    if not feeds:
        return "Your calendar program can show all this: get a secret link."
    return f"{counted(feeds, 'calendar link')} in use."


def _editable(shown: Card) -> Card:
    """The card with a button for its form, named as its other buttons name the row."""
    move = next((one.command for one in shown.buttons if one.command.startswith("/move ")), None)
    edit = move and Button(label="Edit", command=move.replace("/move", "/edit", 1))
    return replace(shown, buttons=(edit, *shown.buttons)) if edit else shown
