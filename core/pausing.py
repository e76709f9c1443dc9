"""Whom the platform lets us write to, and what waits for those who blocked us."""

from dataclasses import replace

from core.people import Person
from core.ports import Work
from core.quiet import due_at
from core.rows import ReminderStatus
from core.values import Address


def pause(work: Work, person: Person, address: Address) -> Person:
    """Nothing reaches them at this address any more: their reminders wait.

    Who is written to elsewhere first is not held back. Raises `Stale`.
    """
    if person.paused or person.preferred is None:
        return person
    if replace(person.preferred, thread=None) != replace(address, thread=None):
        return person
    return work.people.save(replace(person, paused=True))


def resume(work: Work, person: Person) -> Person:
    """They can be written to again: what has waited for them goes off now. Raises `Stale`."""
    if not person.paused:
        return person
    for row in work.reminders.find(person.id, statuses=frozenset({ReminderStatus.ACTIVE})):
        if row.next_at is not None and due_at(row) <= work.now < row.next_at:
            work.reminders.arm(
                person.id,
                row.id,
                next_at=work.now,
                next_local=row.next_local,
                status=ReminderStatus.ACTIVE,
            )
    return work.people.save(replace(person, paused=False))
