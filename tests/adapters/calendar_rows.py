"""Rows for a calendar, as if they had been stored."""

from datetime import UTC, datetime, timedelta
from typing import Any

from core.events import timed
from core.people import Person
from core.rows import Event, Task
from core.values import OwnerId
from core.when.wall import WallTime

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SAVED = datetime(2026, 11, 20, 8, 30, 15, 999, tzinfo=UTC)
ANA = Person(id=OwnerId("ana"), name="Ana", zone="Europe/Lisbon", created_at=SAVED)


def event(
    uid: str,
    start: str,
    end: str | timedelta = timedelta(hours=1),
    zone: str = "Europe/Lisbon",
    *,
    title: str = "Dentist",
    excluded: tuple[str, ...] = (),
    **more: Any,
) -> Event:
    begins = datetime.fromisoformat(start)
    ends = datetime.fromisoformat(end) if isinstance(end, str) else begins + end
    return timed(
        Event(
            id=uid,
            title=title,
            start_local=begins,
            end_local=ends,
            zone=zone,
            excluded=tuple(map(datetime.fromisoformat, excluded)),
            start_at=SAVED,
            created_at=SAVED,
            updated_at=SAVED,
            **more,
        )
    )


def days(uid: str, start: str, end: str, zone: str = "Europe/Lisbon", **more: Any) -> Event:
    return event(uid, start, end, zone, all_day=True, **more)


def task(uid: str, due: str | None, zone: str = "Europe/Lisbon", **more: Any) -> Task:
    local = datetime.fromisoformat(due) if due else None
    more.setdefault("due_day", due is not None and "T" not in due)
    more.setdefault("title", "Pay rent")
    return Task(
        id=uid,
        due_local=local,
        due_at=WallTime(local=local, zone=zone).instant() if local else None,
        zone=zone,
        created_at=SAVED,
        updated_at=SAVED,
        **more,
    )
