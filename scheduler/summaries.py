"""The daily summary: composed from the rows at each person's hour, and the next one armed."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from functools import partial

from core.agenda import Rows, days, read
from core.deliveries import Delivery, DeliveryKind
from core.errors import Stale
from core.loop import Loop, report
from core.people import Person, next_summary
from core.ports import Clock, Store, Work
from core.quiet import NAMED_HOUR_EXCUSES, is_late, quiet_end
from core.summary import summary
from core.values import Button, Reply
from core.when.show import show_day
from core.when.wall import WallTime, wall
from scheduler.wording import late_words

BATCH = 5
"""People whose rows are read in one unit."""
SKIPPED_AFTER = timedelta(hours=6)
"""A summary that is later than this is not sent any more, and the person is told so."""
USUAL_HOUR = next(field.default for field in fields(Person) if field.name == "summary_at")
"""A summary at this hour was not asked for at this hour: quiet hours hold it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """A person whose summary is due, with what it tells of."""

    person: Person
    now: datetime
    rows: Rows


@dataclass(frozen=True, kw_only=True, slots=True)
class Missed:
    """Which summaries are due: the last one, and how many before it were never sent."""

    day: date
    """Local day of the last one."""
    due: datetime
    before: int


class DailySummaries(Loop):
    """Sends what is due. `queued` is called when summaries are in the outbox."""

    def __init__(self, store: Store, clock: Clock, *, queued: Callable[[], None]) -> None:
        super().__init__(clock)
        self._store = store
        self._queued = queued

    async def turn(self) -> None:
        """Queue every summary that is due by now, and arm the next ones."""
        while not self._stopping:
            people = await self._store.run(gathered)
            for due in people:
                await self._send(due)
            if len(people) < BATCH:
                return

    async def _send(self, due: Due) -> None:
        next_at = held_until(due.person, due.now)
        delivery = None
        if next_at is None:
            next_at = next_summary(due.person, due.now)
            try:
                delivery = composed(due)
            except Exception as error:
                # Without its next time this person's summary would hold up the others'.
                report(error, f"the summary of {due.person.id} failed")
        try:
            queued = await self._store.run(
                partial(armed, person=due.person, next_at=next_at, delivery=delivery)
            )
        except Stale:
            return
        if queued:
            self._queued()


def gathered(work: Work) -> list[Due]:
    """The people whose summaries are due, and their rows."""
    return [_gathered(work, person) for person in work.people.summaries_due(work.now, BATCH)]


def _gathered(work: Work, person: Person) -> Due:
    start, end = days(wall(work.now, person.zone).local.date(), 1, person)
    rows = read(work, person.id, start, end)
    return Due(person=person, now=work.now, rows=rows)


def armed(
    work: Work, *, person: Person, next_at: datetime | None, delivery: Delivery | None
) -> bool:
    """Arm the next summary and queue this one. Raises `Stale` if the person's row moved."""
    work.people.save(replace(person, summary_next=next_at))
    return delivery is not None and work.outbox.add(delivery)


def missed(person: Person, now: datetime) -> Missed | None:
    """What has come due since the last summary; None when the person wants none."""
    if person.summary_at is None or person.summary_next is None:
        return None
    first, _ = _last(person, person.summary_next)
    day, due = _last(person, now)
    return Missed(day=day, due=due, before=max((day - first).days, 0))


def _last(person: Person, at: datetime) -> tuple[date, datetime]:
    """The local day and instant of the last summary hour that is not after an instant."""
    assert person.summary_at is not None
    day = wall(at, person.zone).local.date()
    while True:
        local = datetime.combine(day, person.summary_at)
        due = WallTime(local=local, zone=person.zone).instant()
        if due <= at:
            return day, due
        day -= timedelta(days=1)


def held_until(person: Person, now: datetime) -> datetime | None:
    """Until when quiet hours hold a due summary back; None lets it go now."""
    end = quiet_end(person, now)
    what = missed(person, now)
    if end is None or what is None:
        return None
    chosen = person.summary_at != USUAL_HOUR
    return None if chosen and now - what.due < NAMED_HOUR_EXCUSES else end


def composed(due: Due) -> Delivery | None:
    """The summary, or that it was skipped; None when there is nothing to say or nowhere to."""
    person, now = due.person, due.now
    what = missed(person, now)
    if what is None or person.paused or person.preferred is None:
        return None
    late = now - what.due
    if late > SKIPPED_AFTER:
        reply: Reply | None = skipped(what, person, now)
        kind = DeliveryKind.NOTICE
    else:
        reply = summary(person, now, due.rows.events, due.rows.tasks, due.rows.reminders)
        kind = DeliveryKind.SUMMARY
        if reply is not None and is_late(what.due, now):
            reply = replace(reply, text=f"{reply.text}\n{late_words(what.due, person, now)}")
        if reply is not None and what.before:
            earlier = "An earlier one was" if what.before == 1 else f"{what.before} earlier were"
            reply = replace(reply, text=f"{reply.text}\n{earlier} skipped: I was away.")
    if reply is None:
        return None
    return Delivery(
        key=f"summary:{person.id}:{what.day.isoformat()}",
        owner=person.id,
        address=person.preferred,
        reply=reply,
        kind=kind,
        due_at=what.due,
    )


def skipped(what: Missed, person: Person, now: datetime) -> Reply:
    """One line about the summaries that were never sent."""
    day = show_day(what.day, today=wall(now, person.zone).local)
    if what.before:
        words = f"{what.before + 1} daily summaries, the last of {day}, were skipped"
    else:
        words = f"The daily summary of {day} was skipped"
    return Reply(text=f"{words}: I was away.", buttons=(Button(label="Today", command="/today"),))
