"""Due reminders become deliveries, and their next occurrence is armed, in the same unit."""

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice

from core.deliveries import Delivery, DeliveryKind
from core.errors import UserError
from core.heads_up import stands
from core.joining import same_chat
from core.loop import Loop
from core.people import OwnerKind, Person
from core.ports import Clock, Store, Work
from core.quiet import MERGED_ABOVE, due_at, held_until, is_late
from core.rows import Reminder, ReminderStatus
from core.values import Address, OwnerId
from core.when.recurrence import expand, next_after
from core.when.rule import Rule
from scheduler.wording import Firing, catch_up_note, reminder_note

log = logging.getLogger(__name__)

BATCH = 15
"""Reminders in one unit: more would hold up the other writers for longer than 10 ms."""
MOST_MERGED = 20
"""Reminders in one catch-up note; the rest follow in another."""
MOST_COUNTED = 1000
"""Missed occurrences of one reminder that are counted."""
LOOK_AGAIN = timedelta(minutes=15)
"""How long a reminder waits that cannot be sent anywhere now."""


UNREADABLE = (UserError, ValueError, OverflowError)
"""A row that time cannot be worked out for: an unknown zone or rule. It must not hold up others."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Foresight:
    """What a rule says about a due reminder. Worked out outside of units: it may take long."""

    next_local: datetime | None = None
    next_at: datetime | None = None
    """Both None when nothing is left to fire."""
    times: int = 1
    """Occurrences that are due by now, at least one."""
    readable: bool = True
    """False: the stored rule is not one that we keep (any more), so this occurrence is its last."""


ONCE = Foresight()


@dataclass(kw_only=True, slots=True)
class Batch:
    """What one unit did."""

    now: datetime
    more: bool = False
    """There may be more that can be fired now."""
    notes: list[Delivery] = field(default_factory=list)
    queued: int = 0
    """How many of the notes are new to the outbox."""
    unforeseen: list[Reminder] = field(default_factory=list)
    """Due, but not fired: `foresee` them and come again."""


class DueReminders(Loop):
    """Fires what is due. `queued` is called when deliveries are in the outbox."""

    def __init__(self, store: Store, clock: Clock, *, queued: Callable[[], None]) -> None:
        super().__init__(clock)
        self._store = store
        self._queued = queued

    async def turn(self) -> None:
        await self.fire()

    async def fire(self) -> int:
        """Fire all that is due by now, in small units; returns how many notes were queued."""
        total = 0
        foreseen: dict[str, Foresight] = {}
        while not self._stopping:
            batch = await self._store.run(partial(fire_batch, foreseen=foreseen))
            total += batch.queued
            if batch.queued:
                self._queued()
            foreseen = {occurrence(row): foresee(row, batch.now) for row in batch.unforeseen}
            if not batch.more and not foreseen:
                break
        return total


def occurrence(reminder: Reminder) -> str:
    """The key of the delivery that its due occurrence becomes.

    The instant is in it beside the local time: after a move to another zone, or a snooze, the
    same local time may come round again.
    """
    local, at = reminder.next_local, reminder.next_at
    if at is None:
        raise ValueError("only an active reminder has an occurrence")
    named = "" if local is None else local.isoformat(timespec="seconds")
    return f"reminder:{reminder.id}:{named}@{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def foresee(reminder: Reminder, now: datetime) -> Foresight:
    """The next occurrence after now, and how many are due already."""
    if reminder.rrule is None or reminder.next_at is None:
        return ONCE
    try:
        rule = Rule.parse(reminder.rrule)
        first, zone = reminder.at_local, reminder.zone
        due = expand(rule, first, zone, due_at(reminder), now + timedelta(microseconds=1))
        times = sum(1 for _ in islice(due, MOST_COUNTED))
        found = next_after(rule, first, zone, max(now, reminder.next_at))
    except UNREADABLE:
        log.exception("reminder %s has an unreadable rule", reminder.id)
        return Foresight(readable=False)
    if found is None:
        return Foresight(times=max(times, 1))
    return Foresight(next_local=found[0], next_at=found[1], times=max(times, 1))


def fire_batch(work: Work, foreseen: Mapping[str, Foresight]) -> Batch:
    """Fire the oldest due reminders, of all owners.

    Repeating ones fire only when foreseen. A late reminder brings along what else is late for
    its owner, so that it can be told in one note.
    """
    now = work.now
    rows = work.reminders.due(now, BATCH)
    batch = Batch(now=now)
    owners: dict[OwnerId, list[Reminder]] = {}
    for row in rows:
        owners.setdefault(row.owner, []).append(row)
    for owner, due in owners.items():
        try:
            if is_late(due_at(due[0]), now):
                known = {row.id for row in due}
                late = work.reminders.due_of(owner, now, MOST_MERGED)
                due += [row for row in late if row.id not in known]
            due = _in_line(work, owner, due)
            batch.more |= bool(due) and (len(rows) == BATCH or len(due) >= MOST_MERGED)
            unforeseen = [row for row in due if row.rrule and occurrence(row) not in foreseen]
            batch.unforeseen += unforeseen
            if not unforeseen:
                batch.notes += _fire(work, owner, due[:MOST_MERGED], foreseen)
        except UNREADABLE:
            log.exception("reminders of %s are put off, for one cannot be read", owner)
            for row in due:
                _put_off(work, row, now + LOOK_AGAIN)
    # In the order of destinations, so that two replicas cannot wait for each other's locks.
    batch.notes.sort(key=lambda note: str(note.address))
    batch.queued = sum(work.outbox.add(note) for note in batch.notes)
    return batch


def _in_line(work: Work, owner: OwnerId, due: Sequence[Reminder]) -> list[Reminder]:
    """Those of an owner's due reminders that no earlier one is missing from, oldest first.

    An earlier one is missing when another replica holds it: it goes first.
    """
    ours = {row.id for row in due}
    line = work.reminders.find(owner, statuses=frozenset({ReminderStatus.ACTIVE}), limit=len(due))
    missing = [row.next_at for row in line if row.id not in ours and row.next_at]
    return sorted(
        (row for row in due if row.next_at and not (missing and min(missing) < row.next_at)),
        key=lambda row: (row.next_at, row.number),
    )


def _fire(
    work: Work, owner: OwnerId, due: Sequence[Reminder], foreseen: Mapping[str, Foresight]
) -> list[Delivery]:
    """Fire one owner's reminders, or put them off; returns the notes to queue."""
    now = work.now
    person = work.people.get(owner)
    going: list[tuple[Firing, Address]] = []
    for row in due:
        address = None if person is None or person.paused else _where(work, person, row)
        if person is None or address is None:
            # Each time: the operator has heard of it when the person was paused.
            log.debug("reminder %s cannot be sent anywhere now", row.id)
            _put_off(work, row, now + LOOK_AGAIN)
        elif held := held_until(person, row, now):
            _put_off(work, row, held)
        else:
            ahead = foreseen.get(occurrence(row), ONCE)
            if row.about and not _stands(work, row, row.about):
                _pass_over(work, row, ahead)
                continue
            shown = row if ahead.readable else replace(row, rrule=None)
            going.append((Firing(reminder=shown, due=due_at(row), times=ahead.times), address))
            work.reminders.arm(
                owner,
                row.id,
                next_at=ahead.next_at,
                next_local=ahead.next_local,
                status=ReminderStatus.ACTIVE if ahead.next_at else ReminderStatus.FIRED,
            )
    if person is None:
        return []
    late = [pair for pair in going if is_late(pair[0].due, now)]
    merged = late if len(late) > MERGED_ABOVE else []
    notes = [_catch_up(merged, person, now)] if merged else []
    return notes + [_single(pair, person, now) for pair in going if pair not in merged]


def _where(work: Work, person: Person, row: Reminder) -> Address | None:
    """Where it was made; for who has several accounts, where they prefer."""
    if row.address is None or person.preferred is None or person.kind is OwnerKind.GROUP:
        return row.address or person.preferred
    if same_chat(row.address, person.preferred) or len(work.links.accounts(person.id)) < 2:
        return row.address
    return person.preferred


def _stands(work: Work, row: Reminder, about: str) -> bool:
    """Whether what the reminder belongs to is still there, and will happen then."""
    event = work.events.get(row.owner, about)
    if event is None:
        return work.tasks.get(row.owner, about) is not None
    return stands(row, event)


def _pass_over(work: Work, row: Reminder, ahead: Foresight) -> None:
    """Nothing is to be said: the event that it was made for does not happen then."""
    work.reminders.arm(
        row.owner,
        row.id,
        next_at=ahead.next_at,
        next_local=ahead.next_local,
        status=ReminderStatus.ACTIVE if ahead.next_at else ReminderStatus.CANCELLED,
    )


def _put_off(work: Work, row: Reminder, until: datetime) -> None:
    """Come back to it later: still the same occurrence."""
    work.reminders.arm(
        row.owner,
        row.id,
        next_at=until,
        next_local=row.next_local,
        status=ReminderStatus.ACTIVE,
    )


def _single(going: tuple[Firing, Address], person: Person, now: datetime) -> Delivery:
    firing, address = going
    row = firing.reminder
    return Delivery(
        key=occurrence(row),
        owner=row.owner,
        address=address,
        reply=reminder_note(firing, person, now),
        kind=DeliveryKind.REMINDER,
        due_at=firing.due,
        about=(row.id, row.about) if row.about else (row.id,),
    )


def _catch_up(merged: Sequence[tuple[Firing, Address]], person: Person, now: datetime) -> Delivery:
    """One note, where all of them would go, else where the person prefers.

    It is `about` no row: a change of one must not take the others back.
    """
    firings = sorted((firing for firing, _ in merged), key=lambda firing: firing.due)
    named = "\n".join(sorted(occurrence(firing.reminder) for firing in firings))
    addresses = {address for _, address in merged}
    only = addresses.pop() if len(addresses) == 1 else None
    return Delivery(
        key=f"catch_up:{person.id}:{hashlib.sha256(named.encode()).hexdigest()[:32]}",
        owner=person.id,
        address=only or person.preferred or merged[0][1],
        reply=catch_up_note(firings, person, now),
        kind=DeliveryKind.CATCH_UP,
        due_at=firings[0].due,
    )
