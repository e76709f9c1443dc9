"""When Pixie may write unasked: quiet hours, and what counts as late."""

from datetime import datetime, timedelta

from core.people import Person
from core.rows import Reminder
from core.when.wall import WallTime, wall

LATE_AFTER = timedelta(minutes=5)
"""What arrives later than this says when it was due."""
MERGED_ABOVE = 3
"""More late reminders than this for one person become one note."""
NAMED_HOUR_EXCUSES = timedelta(hours=1)
"""How long after the hour that a person named their reminder may still break quiet hours."""


def quiet_end(person: Person, at: datetime) -> datetime | None:
    """When the quiet hours end that an aware instant falls in; None outside of them.

    Half-open, in the person's zone. They begin and end at instants, so a night with a clock
    change is an hour shorter or longer. From and until the same hour means no quiet hours.
    """
    begins, ends = person.quiet_from, person.quiet_until
    if begins is None or ends is None or begins == ends:
        return None
    today = wall(at, person.zone).local.date()
    over_midnight = timedelta(days=1 if ends < begins else 0)
    for day in (today - timedelta(days=1), today):
        start = WallTime(local=datetime.combine(day, begins), zone=person.zone).instant()
        end_local = datetime.combine(day + over_midnight, ends)
        end = WallTime(local=end_local, zone=person.zone).instant()
        if start <= at < end:
            return end
    return None


def due_at(reminder: Reminder) -> datetime:
    """The instant that its occurrence was meant for.

    `next_at` is later than that while the reminder is held back.
    """
    if reminder.next_at is None:
        raise ValueError("only an active reminder is due")
    local = reminder.next_local
    if local is None or wall(reminder.next_at, reminder.zone).local == local:
        return reminder.next_at
    return min(reminder.next_at, WallTime(local=local, zone=reminder.zone).instant())


def held_until(person: Person, reminder: Reminder, now: datetime) -> datetime | None:
    """Until when quiet hours hold a due reminder back; None lets it go now.

    A person who named the hour wants to be disturbed at that hour, though not hours after it.
    """
    end = quiet_end(person, now)
    if end is None or (reminder.explicit and now - due_at(reminder) < NAMED_HOUR_EXCUSES):
        return None
    return end


def is_late(due: datetime, now: datetime) -> bool:
    """Whether something that arrives now has to say when it was due."""
    return now - due > LATE_AFTER
